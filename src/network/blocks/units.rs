//! Where branches of the data meet again: residual additions and concatenations, the joints of a network.

use std::collections::BTreeMap;

use super::flow::Flow;
use super::parts::{is_linear, is_pooling};
use super::{Kind, Part, whole};
use crate::network::attributes::attribute;
use crate::network::axes::Axes;

/// A branch with more linear layers than this is a part of the network rather than of a block.
const MAX_DENSE: usize = 8;
const MAX_BRANCHES: usize = 30;

/// How a block hands on what it got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// Adds to it.
    Residual,
    /// Appends to it.
    Dense,
    /// Lays results of several branches side by side.
    Branches,
}

/// The span from a tensor that branches to where its branches meet.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// The node whose output branches; not part of the unit.
    pub(super) source: usize,
    /// The node where they meet.
    pub(super) last: usize,
    pub(super) joint: Joint,
    /// Whether positions see each other inside, as opposed to each for itself in an MLP.
    pub(super) mixes: bool,
}

/// The outermost units in order; residual additions are marked as such on the way.
pub(super) fn find(
    flow: &Flow<'_>,
    parts: &mut [Part],
    axes: &[Option<Axes>],
    shapes: &BTreeMap<String, Vec<usize>>,
) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut concatenations: Vec<usize> = Vec::new();
    for idx in 0..flow.len() {
        let found = match flow.op(idx) {
            "Add" | "Sum" => residual(flow, parts, shapes, idx),
            "Concat" => {
                let found = concatenation(flow, shapes, &concatenations, idx);
                concatenations.push(idx);
                found
            }
            _ => None,
        };
        let Some((source, joint)) = found else { continue };
        if joint == Joint::Residual {
            let part = &mut parts[idx];
            part.name = "residual add".into();
            if part.kind == Kind::Other {
                part.kind = Kind::ResidualAdd;
            }
        }
        let unit = Unit { source, last: idx, joint, mixes: mixes(flow, parts, axes, source, idx) };
        nest(flow, &mut units, unit);
    }
    // Of branches side by side each has its turn in the file: what lies before a unit's own operators is not its.
    let mut before = None;
    for unit in &mut units {
        let steps = flow.between(unit.source, unit.last);
        let first = steps.into_iter().find(|&step| Some(step) > before).unwrap_or(unit.last);
        unit.source = first - 1;
        before = Some(unit.last);
    }
    units
}

/// Takes the place of a unit inside it, but not of one in a branch beside it. What spans several units in a row is a skip
/// over a part of the network, unless they are steps of a residual block that only append.
fn nest(flow: &Flow<'_>, units: &mut Vec<Unit>, unit: Unit) {
    let steps = flow.between(unit.source, unit.last);
    let is_inside = |other: &Unit| other.source >= unit.source && steps.binary_search(&other.last).is_ok();
    let inner: Vec<&Unit> = units.iter().filter(|other| is_inside(other)).collect();
    let is_row = inner.iter().zip(inner.iter().skip(1)).any(|(a, b)| flow.dominates(a.last, b.last));
    let are_steps = unit.joint == Joint::Residual
        && inner.iter().all(|other| other.joint == Joint::Dense)
        && n_linear(flow, &steps) <= MAX_BRANCHES / 2;
    if !is_row || are_steps {
        units.retain(|other| !is_inside(other));
        units.push(unit);
    }
}

/// Linear layers on the way from behind `source` to `end`; poolings where there are none.
fn work(flow: &Flow<'_>, source: usize, ends: &[usize]) -> usize {
    let steps = flow.behind(source, ends);
    let linear = n_linear(flow, &steps);
    if linear > 0 { linear } else { steps.iter().filter(|&&step| is_pooling(flow.op(step))).count() }
}

fn n_linear(flow: &Flow<'_>, steps: &[usize]) -> usize {
    steps.iter().filter(|&&step| is_linear(flow, step)).count()
}

/// Nodes on the shorter way around a residual unit: empty, or a projection.
pub(super) fn shortcut(flow: &Flow<'_>, unit: &Unit) -> Vec<usize> {
    if unit.joint != Joint::Residual {
        return Vec::new();
    }
    let shorter = flow.inputs(unit.last).iter().min_by_key(|&&end| work(flow, unit.source, &[end]));
    shorter.map_or(Vec::new(), |&end| flow.behind(unit.source, &[end]))
}

/// A sum of two tensors of one shape, of which one came straight or through one projection from where both come from.
fn residual(
    flow: &Flow<'_>,
    parts: &[Part],
    shapes: &BTreeMap<String, Vec<usize>>,
    idx: usize,
) -> Option<(usize, Joint)> {
    let &[a, b] = flow.inputs(idx) else { return None };
    if parts[idx].of.is_some() || !matches!(parts[idx].kind, Kind::Other | Kind::Output) {
        return None;
    }
    let source = flow.dominator(idx)?;
    let sizes = |i: usize| flow.node(i).output.first().and_then(|name| shapes.get(name));
    if let (Some(one), Some(other)) = (sizes(a), sizes(b))
        && one != other
    {
        return None;
    }
    let [(one, way), (other, other_way)] = [a, b].map(|end| (work(flow, source, &[end]), end));
    let (less, more, way) = if one < other { (one, other, way) } else { (other, one, other_way) };
    let is_short = less <= 1 || less == 2 && more > 4 && is_separable(flow, parts, &flow.behind(source, &[way]));
    (is_short && less != more).then_some((source, Joint::Residual))
}

/// Whether two convolutions stand for one: each channel for itself, then each position.
fn is_separable(flow: &Flow<'_>, parts: &[Part], steps: &[usize]) -> bool {
    let names: Vec<&str> =
        steps.iter().filter(|&&step| is_linear(flow, step)).map(|&step| parts[step].name.as_str()).collect();
    names == ["depthwise convolution", "1×1 convolution"]
}

fn concatenation(
    flow: &Flow<'_>,
    shapes: &BTreeMap<String, Vec<usize>>,
    earlier: &[usize],
    idx: usize,
) -> Option<(usize, Joint)> {
    let inputs = flow.inputs(idx);
    if inputs.len() < 2 {
        return None;
    }
    // Something made at another resolution comes from a part of the network, as in a U-Net.
    let space =
        |idx: usize| flow.node(idx).output.first().and_then(|name| shapes.get(name)).and_then(|dims| dims.get(2..));
    let is_level = |source: usize| flow.between(source, idx).into_iter().all(|step| space(step) == space(idx));
    // All that an earlier concatenation held, and something made of it.
    let holds = |before: &&usize| {
        let held = flow.inputs(**before);
        inputs.contains(before) || (held.len() > 1 && held.iter().all(|input| inputs.contains(input)))
    };
    if let Some(&before) = earlier.iter().rev().find(holds) {
        let added: Vec<usize> = inputs.iter().copied().filter(|&i| i > before).collect();
        let n = n_linear(flow, &flow.behind(before, &added));
        return (1..=MAX_DENSE).contains(&n).then_some((before, Joint::Dense));
    }
    let source = flow.dominator(idx)?;
    let n = n_linear(flow, &flow.behind(source, inputs));
    if inputs.contains(&source) {
        ((1..=MAX_DENSE).contains(&n) && is_level(source)).then_some((source, Joint::Dense))
    } else {
        (1..=MAX_BRANCHES).contains(&n).then_some((source, Joint::Branches))
    }
}

/// Attention, convolutions wider than a point, pooling, recurrence, or products along positions.
fn mixes(flow: &Flow<'_>, parts: &[Part], axes: &[Option<Axes>], source: usize, last: usize) -> bool {
    let is_along_positions = |idx: usize| {
        let input = flow.inputs(idx).first().and_then(|&input| axes[input]);
        let is_first =
            flow.node(idx).input.first().and_then(|name| flow.maker(name)).is_some_and(|maker| flow.has(maker));
        input.is_some_and(|input| (input.features == 1) == is_first)
    };
    flow.between(source, last).into_iter().any(|idx| match parts[whole(parts, idx)].kind {
        Kind::Attention | Kind::Recurrent | Kind::Pooling => true,
        Kind::Convolution if flow.op(idx).contains("Conv") => {
            attribute(flow.node(idx), "kernel_shape").is_none_or(|kernel| kernel.ints.iter().any(|&size| size > 1))
        }
        _ => matches!(flow.op(idx), "MatMul" | "Gemm") && is_along_positions(idx),
    })
}
