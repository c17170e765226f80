//! Cuts a network into blocks and what lies between them.

use std::collections::{BTreeMap, HashMap};

use super::flow::Flow;
use super::parts::{is_linear, is_pooling};
use super::units::{Joint, Unit, shortcut};
use super::{Block, Kind, Part, whole};
use crate::network::attributes::attribute;

/// What a stretch of the network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Stem,
    Unit(Joint),
    /// Convolutions in a row, between joints or without any.
    Row,
    Transition,
    Head,
}

/// Neighbouring operators, without those that are steps of others.
struct Section {
    role: Role,
    nodes: Vec<usize>,
    /// What bypasses it; does not count when blocks are compared.
    shortcut: Vec<usize>,
}

impl Section {
    fn new(role: Role, nodes: Vec<usize>) -> Self {
        Self { role, nodes, shortcut: Vec::new() }
    }
}

/// Blocks in depth order, and the block of each node.
pub(super) fn cut(
    flow: &Flow<'_>,
    parts: &[Part],
    units: &[Unit],
    shapes: &BTreeMap<String, Vec<usize>>,
) -> (Vec<Block>, Vec<usize>) {
    let cutter = Cutter { flow, parts };
    let mut sections = if cutter.are_joints(units) { cutter.by_units(units) } else { cutter.by_layers() };
    sections.retain(|section| !section.nodes.is_empty());
    if sections.is_empty() {
        sections.push(Section::new(Role::Head, (0..flow.len()).collect()));
    }
    let starts: Vec<usize> = sections.iter().map(|section| section.nodes[0]).collect();
    // What is only a step lies with its whole, everything beside the flow with what comes before it in the file.
    let place = |idx: usize| starts.partition_point(|&start| start <= whole(parts, idx)).saturating_sub(1);
    let block_of = (0..flow.len()).map(place).collect();
    (cutter.name(&sections, shapes), block_of)
}

struct Cutter<'f, 'g> {
    flow: &'f Flow<'g>,
    parts: &'f [Part],
}

impl Cutter<'_, '_> {
    fn is_linear(&self, idx: usize) -> bool {
        // A bias or a change of layout ends what a product begins.
        matches!(self.parts[idx].kind, Kind::Convolution | Kind::Linear | Kind::Mlp | Kind::Recurrent)
            || self.parts[idx].name == "attention output"
            || is_linear(self.flow, idx)
    }

    fn kind(&self, idx: usize) -> Kind {
        if self.parts[idx].kind == Kind::Output && is_pooling(self.flow.op(idx)) {
            Kind::Pooling
        } else {
            self.parts[idx].kind
        }
    }

    fn names(&self, nodes: &[usize]) -> Vec<&str> {
        nodes.iter().map(|&idx| self.parts[idx].name.as_str()).collect()
    }

    fn n_linear(&self, nodes: &[usize]) -> usize {
        nodes.iter().filter(|&&idx| self.is_linear(idx)).count()
    }

    /// Operators behind `after`, up to `last`.
    fn wholes(&self, after: Option<usize>, last: usize) -> Vec<usize> {
        let first = after.map_or(0, |idx| idx + 1);
        (first..=last).filter(|&idx| self.flow.has(idx) && self.parts[idx].of.is_none()).collect()
    }

    /// Whether units carry the network: a plain network may have a joint somewhere, too.
    fn are_joints(&self, units: &[Unit]) -> bool {
        let all = self.n_linear(&self.wholes(None, self.flow.len().saturating_sub(1)));
        let inside: usize = units.iter().map(|u| self.n_linear(&self.wholes(Some(u.source), u.last))).sum();
        !units.is_empty() && 4 * inside >= all
    }

    /// A linear layer with what follows it is a block; in front of them the stem, behind the last convolution the head.
    fn by_layers(&self) -> Vec<Section> {
        let nodes = self.wholes(None, self.flow.len().saturating_sub(1));
        let mut sections = vec![Section::new(Role::Stem, Vec::new())];
        for idx in nodes {
            if self.is_linear(idx) {
                sections.push(Section::new(Role::Row, Vec::new()));
            } else if self.kind(idx) == Kind::Pooling {
                sections.push(Section::new(Role::Transition, Vec::new()));
            }
            sections.last_mut().expect("the stem is there").nodes.push(idx);
        }
        let is_conv = |section: &Section| section.nodes.iter().any(|&idx| self.parts[idx].kind == Kind::Convolution);
        let n_convs = sections.iter().filter(|section| is_conv(section)).count();
        let last = sections.iter().rposition(is_conv);
        for section in sections.iter_mut().skip(last.map_or(usize::MAX, |last| last + 1)) {
            section.role = Role::Head;
        }
        if last.is_none() && sections.iter().filter(|section| section.role == Role::Row).count() > 1 {
            sections.last_mut().expect("the stem is there").role = Role::Head;
        }
        // A first convolution that alone takes strides only prepares.
        let strides: Vec<bool> =
            sections.iter().filter(|section| is_conv(section)).map(|s| self.has_strides(&s.nodes)).collect();
        if n_convs >= 4
            && strides[0]
            && !strides[1..].contains(&true)
            && let Some(first) = sections.iter_mut().find(|section| section.role == Role::Row)
        {
            first.role = Role::Stem;
        }
        merged(sections)
    }

    fn has_strides(&self, nodes: &[usize]) -> bool {
        nodes
            .iter()
            .any(|&idx| attribute(self.flow.node(idx), "strides").is_some_and(|a| a.ints.iter().any(|&s| s > 1)))
    }

    /// Units are blocks, together with what follows or precedes each of them in the same way.
    fn by_units(&self, units: &[Unit]) -> Vec<Section> {
        let n = self.flow.len();
        let mut blocks: Vec<Section> = Vec::new();
        let mut gaps: Vec<Vec<usize>> = Vec::new();
        let mut mixes: Vec<bool> = Vec::new();
        let mut end = None;
        for unit in units {
            gaps.push(self.wholes(end, unit.source));
            let nodes = self.wholes(Some(unit.source), unit.last);
            blocks.push(Section { role: Role::Unit(unit.joint), nodes, shortcut: shortcut(self.flow, unit) });
            mixes.push(unit.mixes);
            end = Some(unit.last);
        }
        gaps.push(self.wholes(end, n - 1));
        self.attach_glue(&mut blocks, &mut gaps);
        self.join_mlps(&mut blocks, &mut gaps, &mixes);
        self.attach_rows(&mut blocks, &mut gaps);
        let last = blocks.len();
        let mut sections = Vec::new();
        let mut blocks = blocks.into_iter();
        for (i, gap) in gaps.into_iter().enumerate() {
            sections.extend(match i {
                0 => self.stem(gap),
                _ if i == last => self.head(&gap),
                _ => self.transitions(&gap),
            });
            sections.extend(blocks.next());
        }
        merged(sections)
    }

    /// Activations and normalisations right behind a joint belong to its block, where most blocks have them.
    fn attach_glue(&self, blocks: &mut [Section], gaps: &mut [Vec<usize>]) {
        let n = blocks.len();
        let is_glue = |&idx: &usize| !self.is_linear(idx) && !matches!(self.kind(idx), Kind::Pooling | Kind::Embedding);
        let whole_glue: Vec<Vec<&str>> =
            gaps[1..n].iter().filter(|gap| gap.iter().all(is_glue)).map(|gap| self.names(gap)).collect();
        let usual: Vec<String> = match most_frequent(&whole_glue) {
            Some((names, _)) => names.iter().map(ToString::to_string).collect(),
            // A single block takes its activation.
            None => gaps[n]
                .first()
                .filter(|&&idx| n == 1 && self.kind(idx) == Kind::Activation)
                .map(|&idx| self.parts[idx].name.clone())
                .into_iter()
                .collect(),
        };
        for i in 1..=n {
            let gap = &mut gaps[i];
            let n_glue = if i < n && gap.iter().all(is_glue) {
                gap.len()
            } else if gap.len() >= usual.len() && self.names(&gap[..usual.len()]) == usual {
                usual.len()
            } else {
                0
            };
            blocks[i - 1].nodes.extend(gap.drain(..n_glue));
        }
    }

    /// Attention and the MLP behind it are one block, and so are the two MLPs of a mixer.
    fn join_mlps(&self, blocks: &mut Vec<Section>, gaps: &mut Vec<Vec<usize>>, mixes: &[bool]) {
        let has_attention = |nodes: &[usize]| nodes.iter().any(|&idx| self.parts[idx].kind == Kind::Attention);
        let is_mlp =
            |i: usize, block: &Section| !mixes[i] && self.n_linear(&block.nodes) >= 2 && !has_attention(&block.nodes);
        // Attention to one token, or to fewer, has no way around it.
        for i in 1..blocks.len() {
            let block = &mut blocks[i];
            if block.role == Role::Unit(Joint::Residual) && is_mlp(i, block) && has_attention(&gaps[i]) {
                block.nodes.splice(0..0, std::mem::take(&mut gaps[i]));
            }
        }
        // Between attention and its MLP positions may see their neighbours once more.
        let is_between: Vec<bool> = (0..blocks.len())
            .map(|i| {
                let run = (i > 0).then(|| blocks.get(i - 1..i + 2)).flatten();
                run.is_some_and(|run| {
                    run.iter().all(|block| block.role == Role::Unit(Joint::Residual))
                        && (gaps[i].is_empty() && gaps[i + 1].is_empty())
                        && (has_attention(&run[0].nodes) && !has_attention(&run[1].nodes) && is_mlp(i + 1, &run[2]))
                })
            })
            .collect();
        let mut joined: Vec<Section> = Vec::new();
        let mut left: Vec<Vec<usize>> = Vec::new();
        let mut was_mixing = false;
        for (i, (block, gap)) in blocks.drain(..).zip(gaps.iter_mut()).enumerate() {
            let is_residual = block.role == Role::Unit(Joint::Residual);
            if gap.is_empty()
                && was_mixing
                && is_residual
                && (is_mlp(i, &block) || is_between[i])
                && let Some(before) = joined.last_mut()
            {
                before.nodes.extend(block.nodes);
                continue;
            }
            was_mixing = is_residual && (mixes[i] || was_mixing && gap.is_empty() && is_mlp(i, &block));
            left.push(std::mem::take(gap));
            joined.push(block);
        }
        left.extend(gaps.pop());
        (*blocks, *gaps) = (joined, left);
    }

    /// Linear layers that accompany every block belong to them: the second half in a
    /// `ConvMixer`, the squeeze of a fire module.
    fn attach_rows(&self, blocks: &mut [Section], gaps: &mut [Vec<usize>]) {
        let n = blocks.len();
        let linear = |gap: &&Vec<usize>| self.n_linear(gap) > 0;
        let some: Vec<Vec<&str>> = gaps[1..n].iter().filter(linear).map(|gap| self.names(gap)).collect();
        let Some((usual, _)) = most_frequent(&some) else { return };
        let (usual, len): (Vec<String>, usize) = (usual.iter().map(ToString::to_string).collect(), usual.len());
        let ends = |gap: &[usize]| gap.len() >= len && self.names(&gap[gap.len() - len..]) == usual;
        let begins = |gap: &[usize]| gap.len() >= len && self.names(&gap[..len]) == usual;
        let all = |fits: &dyn Fn(&[usize]) -> bool| n > 2 && gaps[1..n].iter().all(|gap| fits(gap));
        if ends(&gaps[0]) && all(&ends) {
            for (block, gap) in blocks.iter_mut().zip(gaps.iter_mut()).filter(|(_, gap)| ends(gap)) {
                let mut nodes = gap.split_off(gap.len() - len);
                nodes.append(&mut block.nodes);
                block.nodes = nodes;
            }
        } else if all(&begins) {
            for (block, gap) in blocks.iter_mut().zip(gaps.iter_mut().skip(1)).filter(|(_, gap)| begins(gap)) {
                block.nodes.extend(gap.drain(..len));
            }
        }
    }

    /// Cut behind each linear layer that no activation follows: the end of an inverted bottleneck. The last part may
    /// have no such end.
    fn bottlenecks(&self, nodes: &[usize]) -> Vec<(Vec<usize>, bool)> {
        let mut rows = Vec::new();
        let mut row: Vec<usize> = Vec::new();
        let mut is_open = false;
        for (i, &idx) in nodes.iter().enumerate() {
            if is_open && self.kind(idx) != Kind::Normalisation {
                rows.push((std::mem::take(&mut row), true));
                is_open = false;
            }
            row.push(idx);
            if self.is_linear(idx) {
                let next = nodes[i + 1..].iter().find(|&&idx| self.kind(idx) != Kind::Normalisation);
                is_open = next.is_none_or(|&idx| self.kind(idx) != Kind::Activation && !self.is_gate(idx));
            }
        }
        if !row.is_empty() {
            rows.push((row, is_open));
        }
        rows
    }

    fn is_gate(&self, idx: usize) -> bool {
        self.parts[idx].name == "squeeze and excitation"
    }

    fn is_bottleneck(&self, row: &[usize], is_closed: bool) -> bool {
        let is_conv = |&idx: &usize| self.parts[idx].kind == Kind::Convolution;
        is_closed && row.iter().filter(|idx| is_conv(idx)).count() >= 2
    }

    fn stem(&self, nodes: Vec<usize>) -> Vec<Section> {
        let rows = self.bottlenecks(&nodes);
        let Some(first) = rows.iter().position(|(row, closed)| self.is_bottleneck(row, *closed)) else {
            return vec![Section::new(Role::Stem, nodes)];
        };
        let mut sections = Vec::new();
        for (i, (mut row, closed)) in rows.into_iter().enumerate() {
            if i == first && i == 0 {
                // The very first convolution opens the picture.
                let behind = row
                    .iter()
                    .position(|&idx| self.is_linear(idx))
                    .map_or(0, |at| at + 1 + row[at + 1..].iter().take_while(|&&idx| !self.is_linear(idx)).count());
                let rest = row.split_off(behind);
                sections.push(Section::new(Role::Stem, row));
                row = rest;
            }
            let role = if i >= first && self.is_bottleneck(&row, closed) { Role::Row } else { Role::Stem };
            sections.push(Section::new(role, row));
        }
        sections
    }

    fn head(&self, nodes: &[usize]) -> Vec<Section> {
        let rows = self.bottlenecks(nodes);
        let mut sections = Vec::new();
        let mut is_body = true;
        for (row, closed) in rows {
            is_body =
                is_body && self.is_bottleneck(&row, closed) && !row.iter().any(|&idx| self.kind(idx) == Kind::Pooling);
            sections.push(Section::new(if is_body { Role::Row } else { Role::Head }, row));
        }
        sections
    }

    fn transitions(&self, nodes: &[usize]) -> Vec<Section> {
        let rows = self.bottlenecks(nodes).into_iter();
        rows.map(|(row, _)| {
            let role = if self.n_linear(&row) >= 2 { Role::Row } else { Role::Transition };
            Section::new(role, row)
        })
        .collect()
    }

    fn name(&self, sections: &[Section], shapes: &BTreeMap<String, Vec<usize>>) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut n_counted = 0;
        let mut before = None;
        for section in sections {
            let kind = self.section_kind(section);
            let is_counted = matches!(section.role, Role::Unit(_) | Role::Row);
            n_counted += usize::from(is_counted);
            let label = if is_counted { format!("block {n_counted}") } else { kind.into() };
            let own: Vec<&usize> = section.nodes.iter().filter(|idx| !section.shortcut.contains(idx)).collect();
            let signature: Vec<&str> = own.iter().map(|&&idx| self.parts[idx].name.as_str()).collect();
            let sizes = section.nodes.last().and_then(|&last| shapes.get(self.flow.node(last).output.first()?));
            let grows = section.role == Role::Unit(Joint::Dense);
            let sizes: Option<Vec<usize>> = sizes.map(|dims| {
                dims.iter().enumerate().filter(|&(axis, _)| !(grows && axis == 1)).map(|(_, &size)| size).collect()
            });
            let this = Some((kind, signature, sizes));
            let group = blocks.last().map_or(0, |last| last.group + usize::from(this != before || !is_counted));
            before = this;
            blocks.push(Block {
                label,
                kind,
                path: is_counted.then(|| self.path(&section.nodes)).flatten(),
                group,
                parameters: 0,
                output: None,
            });
        }
        blocks
    }

    fn section_kind(&self, section: &Section) -> &'static str {
        let has = |kind: Kind| section.nodes.iter().any(|&idx| self.parts[idx].kind == kind);
        let other = section.nodes.iter().filter(|&&idx| self.is_linear(idx) && self.parts[idx].kind != Kind::Attention);
        let n_other = other.count();
        match section.role {
            Role::Stem if has(Kind::Embedding) => "embedding",
            Role::Stem => "stem",
            Role::Head => "head",
            Role::Transition if self.n_linear(&section.nodes) == 0 && has(Kind::Pooling) => "pooling",
            Role::Transition => "transition",
            Role::Unit(_) if has(Kind::Attention) && n_other >= 2 => "encoder block",
            Role::Unit(_) if has(Kind::Attention) => "attention block",
            Role::Unit(Joint::Residual) if has(Kind::Mlp) && !has(Kind::Convolution) => "mixer block",
            Role::Unit(Joint::Residual) => "residual block",
            Role::Unit(Joint::Dense) => "dense layer",
            Role::Unit(Joint::Branches) => "branching block",
            Role::Row if has(Kind::Convolution) && self.n_linear(&section.nodes) > 1 => "convolution block",
            Role::Row if has(Kind::Convolution) => "convolution layer",
            Role::Row if has(Kind::Recurrent) => "recurrent layer",
            Role::Row => "linear layer",
        }
    }

    /// The innermost numbered module whose path all names begin with: `/layer1/layer1.0/conv1/Conv` lies in `layer1.0`.
    fn path(&self, nodes: &[usize]) -> Option<String> {
        // A module often ends, or lays side by side, what its parts made: their names tell more.
        let is_inner = |idx: &&usize| self.parts[**idx].kind != Kind::Concatenation;
        let all = self.common_path(nodes.iter().filter(is_inner));
        if all.as_ref().is_some_and(|path| is_numbered(path)) {
            return all;
        }
        self.common_path(nodes.iter().filter(|&&idx| self.is_linear(idx))).or(all)
    }

    fn common_path<'a>(&self, nodes: impl Iterator<Item = &'a usize>) -> Option<String> {
        let mut common: Option<Vec<&str>> = None;
        for &idx in nodes {
            let Some(path) = self.flow.node(idx).name.strip_prefix('/') else { continue };
            let mut modules: Vec<&str> = path.split('/').collect();
            modules.pop();
            common = Some(match common {
                None => modules,
                Some(common) => common.into_iter().zip(modules).take_while(|(a, b)| a == b).map(|(a, _)| a).collect(),
            });
        }
        let common = common?;
        common.iter().rev().find(|module| is_numbered(module)).or(common.last()).map(ToString::to_string)
    }
}

fn is_numbered(module: &str) -> bool {
    module.contains(|letter: char| letter.is_ascii_digit())
}

/// The list that occurs most often, the first one of equals, and how often.
fn most_frequent<'a, 'b>(lists: &'a [Vec<&'b str>]) -> Option<(&'a Vec<&'b str>, usize)> {
    let mut counts: HashMap<&Vec<&str>, usize> = HashMap::new();
    for list in lists {
        *counts.entry(list).or_default() += 1;
    }
    lists.iter().rev().max_by_key(|list| counts[list]).map(|list| (list, counts[list]))
}

/// Neighbours of the same role that is no block become one.
fn merged(sections: Vec<Section>) -> Vec<Section> {
    let mut merged: Vec<Section> = Vec::new();
    for section in sections.into_iter().filter(|section| !section.nodes.is_empty()) {
        match merged.last_mut() {
            Some(last) if last.role == section.role && !matches!(section.role, Role::Unit(_) | Role::Row) => {
                last.nodes.extend(section.nodes);
            }
            _ => merged.push(section),
        }
    }
    merged
}
