//! Decision trees in plain tensor operations: all trees go down one level at a time (the tree traversal strategy of
//! Nakandala et al. 2020, "A Tensor Compiler for Unified Machine Learning Prediction Serving"). What each tree says can
//! be observed.

use std::collections::HashMap;

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::tensor_shape_proto::dimension::Value as Size;
use tract_onnx::pb::{GraphProto, NodeProto};

use super::edit::{Names, cast, counted, input, is_output, node, size};
use super::inputs::dims;
use super::values::{of_floats, of_integers, of_small_integers};
use crate::network::attributes::{integer, list_of_floats, list_of_integers, list_of_texts, text, with_integer};

/// Votes of all nodes together, in numbers.
const MOST_VOTES: usize = 1 << 25;

/// Deeper trees are none that a forest is made of.
const DEEPEST: usize = 256;

/// # Errors
/// The reason in words.
pub(super) fn apply(graph: &mut GraphProto) -> Result<Option<String>, String> {
    let mut names = Names::of(graph);
    let mut n = 0;
    for old in std::mem::take(&mut graph.node) {
        if old.domain == "ai.onnx.ml" && old.op_type.starts_with("TreeEnsemble") && old.op_type != "TreeEnsemble" {
            let forest =
                Forest::of(&old).map_err(|reason| format!("{}: {reason}", super::super::layers::node_name(&old)))?;
            n += forest.roots.len();
            let nodes = forest.nodes(&old, graph, &mut names)?;
            graph.node.extend(nodes);
        } else {
            graph.node.push(old);
        }
    }
    let trees = counted(n, "decision tree");
    Ok((n > 0).then(|| format!("{trees} computed level by level; the classes they name are left out")))
}

struct Forest {
    roots: Vec<i64>,
    /// The longest way from a root to a leaf.
    depth: usize,
    /// For each node of all trees: what it looks at, compares with, and where it leads to; leaves lead to themselves.
    features: Vec<i64>,
    thresholds: Vec<f32>,
    ways: [Vec<i64>; 2],
    /// The operator that compares, and whether its answer is turned round.
    compare: (&'static str, bool),
    /// For each node what it adds to each class.
    votes: Vec<f32>,
    n_votes: usize,
}

impl Forest {
    fn of(old: &NodeProto) -> Result<Self, String> {
        let ints = |name: &str| list_of_integers(old, name);
        let is_classifier = old.op_type == "TreeEnsembleClassifier";
        let part = if is_classifier { "class" } else { "target" };
        let [nodes, trees] = [ints("nodes_nodeids"), ints("nodes_treeids")];
        let thresholds = list_of_floats(old, "nodes_values");
        let modes = list_of_texts(old, "nodes_modes");
        let [features, yes, no] = [ints("nodes_featureids"), ints("nodes_truenodeids"), ints("nodes_falsenodeids")];
        let n = nodes.len();
        if n == 0
            || [trees, features, yes, no].iter().any(|list| list.len() != n)
            || modes.len() != n
            || thresholds.len() != n
        {
            return Err("its lists of nodes are of different lengths".into());
        }
        let place: HashMap<(i64, i64), usize> = trees.iter().copied().zip(nodes.iter().copied()).zip(0..).collect();
        let is_leaf = |at: usize| modes[at] == b"LEAF";
        let mut kinds = (0..n).filter(|&at| !is_leaf(at)).map(|at| modes[at].as_slice());
        let kind = kinds.next().unwrap_or(b"BRANCH_LEQ");
        if kinds.any(|other| other != kind) {
            return Err("its nodes compare in different ways".into());
        }
        let compare = match kind {
            b"BRANCH_LEQ" => ("LessOrEqual", false),
            b"BRANCH_LT" => ("Less", false),
            b"BRANCH_GTE" => ("GreaterOrEqual", false),
            b"BRANCH_GT" => ("Greater", false),
            b"BRANCH_EQ" => ("Equal", false),
            b"BRANCH_NEQ" => ("Equal", true),
            _ => return Err(format!("its nodes compare by {}", String::from_utf8_lossy(kind))),
        };
        let mut ways = [Vec::with_capacity(n), Vec::with_capacity(n)];
        let mut is_below = vec![false; n];
        for at in 0..n {
            for (way, to) in ways.iter_mut().zip([yes, no]) {
                if is_leaf(at) {
                    way.push(size(at));
                    continue;
                }
                let &to = place.get(&(trees[at], to[at])).ok_or("one of its nodes leads nowhere")?;
                is_below[to] = true;
                way.push(size(to));
            }
        }
        let roots: Vec<i64> = (0..n).filter(|&at| !is_below[at]).map(size).collect();
        let depth = depth(&roots, &ways).ok_or("its nodes lead in circles or too deep")?;
        let [of_trees, of_nodes, classes] =
            [format!("{part}_treeids"), format!("{part}_nodeids"), format!("{part}_ids")]
                .map(|name| ints(&name).to_vec());
        let weights = list_of_floats(old, &format!("{part}_weights"));
        let n_votes = if is_classifier {
            ints("classlabels_int64s").len().max(list_of_texts(old, "classlabels_strings").len())
        } else {
            usize::try_from(integer(old, "n_targets").unwrap_or(1)).unwrap_or(0)
        };
        if n_votes == 0 || n_votes.saturating_mul(n) > MOST_VOTES {
            return Err(format!("its {n} nodes with {n_votes} classes are more than fit into memory here"));
        }
        let mut votes = vec![0.0; n * n_votes];
        for (((tree, node), class), weight) in of_trees.iter().zip(&of_nodes).zip(&classes).zip(weights) {
            let at = place.get(&(*tree, *node)).ok_or("one of its votes belongs to no node")?;
            let class = usize::try_from(*class)
                .ok()
                .filter(|&class| class < n_votes)
                .ok_or("one of its votes is for no class")?;
            votes[at * n_votes + class] += weight;
        }
        Ok(Self {
            roots,
            depth,
            features: features.to_vec(),
            thresholds: thresholds.to_vec(),
            ways,
            compare,
            votes,
            n_votes,
        })
    }

    /// From the samples to the scores.
    fn nodes(self, old: &NodeProto, graph: &mut GraphProto, names: &mut Names) -> Result<Vec<NodeProto>, String> {
        let is_classifier = old.op_type == "TreeEnsembleClassifier";
        let own = old.output.get(usize::from(is_classifier)).filter(|name| !name.is_empty());
        // Only classes are asked for: these follow from scores that nobody reads.
        let own = own.cloned().unwrap_or_else(|| names.fresh("scores"));
        let source = input(old, 0).ok_or("it has no input")?;
        let declared = graph.input.iter().find(|input| input.name == source).and_then(dims);
        let n_columns = match declared.and_then(|dims| dims.get(1)?.value.clone()) {
            Some(Size::DimValue(n)) => n,
            _ => i64::MAX,
        };
        if let Some(column) = self.features.iter().find(|&&column| column < 0 || column >= n_columns) {
            return Err(format!("its trees look at column {column} of {n_columns}"));
        }
        let mut fresh = |part: &str| names.fresh(&format!("{own} {part}"));
        let n_trees = self.roots.len();
        let (n_nodes, n_votes) = (size(self.features.len()), size(self.n_votes));
        let [features, thresholds, yes, no, votes, roots, zero] =
            ["features", "thresholds", "if so", "if not", "votes of nodes", "roots", "nothing"].map(&mut fresh);
        let [numbers, first, nought, none, steps, start] =
            ["samples", "first column", "zero", "no steps", "no whole steps", "level 0"].map(&mut fresh);
        graph.initializer.extend([
            of_small_integers(&features, &[n_nodes], &self.features),
            of_floats(&thresholds, &[n_nodes], &self.thresholds),
            of_small_integers(&yes, &[n_nodes], &self.ways[0]),
            of_small_integers(&no, &[n_nodes], &self.ways[1]),
            of_floats(&votes, &[n_nodes, n_votes], &self.votes),
            of_small_integers(&roots, &[1, size(n_trees)], &self.roots),
            of_integers(&zero, &[1], &[0]),
            of_floats(&nought, &[], &[0.0]),
        ]);
        // A root for each sample and tree. To tract numbers of 64 bits would be sizes.
        let mut nodes = vec![
            cast(source, DataType::Float, &numbers),
            with_integer(node("Gather", &[&numbers, &zero], &first), "axis", 1),
            node("Mul", &[&first, &nought], &none),
            cast(&none, DataType::Int32, &steps),
            node("Add", &[&steps, &roots], &start),
        ];
        let mut at = start;
        for level in 1..=self.depth {
            let [looks, value, limit, answer, left, right, next] =
                ["looks at", "value", "limit", "answer", "so", "not so", "level"]
                    .map(|part| fresh(&format!("{part} {level}")));
            nodes.push(node("Gather", &[&features, &at], &looks));
            nodes.push(with_integer(node("GatherElements", &[&numbers, &looks], &value), "axis", 1));
            nodes.push(node("Gather", &[&thresholds, &at], &limit));
            nodes.push(node(self.compare.0, &[&value, &limit], &answer));
            nodes.push(node("Gather", &[&yes, &at], &left));
            nodes.push(node("Gather", &[&no, &at], &right));
            let [if_so, if_not] = if self.compare.1 { [&right, &left] } else { [&left, &right] };
            nodes.push(node("Where", &[&answer, if_so, if_not], &next));
            at = next;
        }
        let [said, flat, row, sums, sum] = ["votes of trees", "votes", "in a row", "sums", "sum"].map(&mut fresh);
        nodes.push(node("Gather", &[&votes, &at], &said));
        graph.initializer.push(of_integers(&row, &[2], &[0, size(n_trees * self.n_votes)]));
        nodes.push(node("Reshape", &[&said, &row], &flat));
        let share = if text(old, "aggregate_function") == b"AVERAGE" { 1.0 / n_trees as f32 } else { 1.0 };
        if matches!(text(old, "aggregate_function"), b"MIN" | b"MAX") {
            return Err("its trees are not summed up".into());
        }
        let n = self.n_votes;
        let together: Vec<f32> = (0..n_trees * n * n).map(|i| if i / n % n == i % n { share } else { 0.0 }).collect();
        graph.initializer.push(of_floats(&sums, &[size(n_trees * self.n_votes), n_votes], &together));
        nodes.push(node("MatMul", &[&flat, &sums], &sum));
        let scores = self.scores(old, &sum, &own, graph, &mut fresh)?;
        nodes.extend(scores);
        if is_classifier && old.output.first().is_some_and(|label| is_output(graph, label)) {
            graph.output.retain(|output| output.name != old.output[0]);
        }
        Ok(nodes)
    }

    /// From sums of votes to what the operator gives back.
    fn scores(
        &self,
        old: &NodeProto,
        sum: &str,
        own: &str,
        graph: &mut GraphProto,
        fresh: &mut impl FnMut(&str) -> String,
    ) -> Result<Vec<NodeProto>, String> {
        let mut nodes = Vec::new();
        let mut last = sum.to_string();
        let n_votes = self.n_votes;
        let classes = list_of_integers(old, "class_ids");
        // Two classes may have one score, that of the second.
        let is_lone = old.op_type == "TreeEnsembleClassifier"
            && n_votes == 2
            && classes.windows(2).all(|pair| pair[0] == pair[1]);
        let mut base = list_of_floats(old, "base_values").to_vec();
        if is_lone && base.len() == 1 {
            let mut both = vec![0.0; 2];
            both[classes.first().map_or(0, |&class| usize::from(class == 1))] = base[0];
            base = both;
        }
        if base.len() == n_votes {
            let [name, shifted] = ["base values", "shifted"].map(&mut *fresh);
            graph.initializer.push(of_floats(&name, &[size(n_votes)], &base));
            nodes.push(node("Add", &[&last, &name], &shifted));
            last = shifted;
        }
        if is_lone {
            return self.lone(old, &last, own, graph, fresh, nodes);
        }
        nodes.push(match text(old, "post_transform") {
            b"" | b"NONE" => node("Identity", &[&last], own),
            b"SOFTMAX" => with_integer(node("Softmax", &[&last], own), "axis", 1),
            b"LOGISTIC" => node("Sigmoid", &[&last], own),
            other => return Err(format!("it ends in {}", String::from_utf8_lossy(other))),
        });
        Ok(nodes)
    }

    /// The score of one class, and that of the other as what is left.
    fn lone(
        &self,
        old: &NodeProto,
        sum: &str,
        own: &str,
        graph: &mut GraphProto,
        fresh: &mut impl FnMut(&str) -> String,
        mut nodes: Vec<NodeProto>,
    ) -> Result<Vec<NodeProto>, String> {
        let classes = list_of_integers(old, "class_ids");
        let class = classes.first().map_or(0, |&class| usize::from(class == 1));
        let is_probability = self.votes.iter().all(|&vote| vote >= 0.0);
        let [matrix, signs, offset] = ["one class", "signs", "rest"].map(&mut *fresh);
        let mut pick = [0.0; 4];
        let (offsets, is_squashed) = match text(old, "post_transform") {
            b"" | b"NONE" if is_probability => ([1.0, 0.0], false),
            b"" | b"NONE" => ([0.0, 0.0], false),
            b"LOGISTIC" => ([0.0, 0.0], true),
            other => return Err(format!("it ends in {}", String::from_utf8_lossy(other))),
        };
        // Row `class` of the sums goes to both.
        pick[2 * class] = -1.0;
        pick[2 * class + 1] = 1.0;
        graph.initializer.push(of_floats(&matrix, &[2, 2], &pick));
        graph.initializer.push(of_floats(&offset, &[2], &offsets));
        nodes.push(node("MatMul", &[sum, &matrix], &signs));
        if is_squashed {
            nodes.push(node("Sigmoid", &[&signs], own));
        } else {
            nodes.push(node("Add", &[&signs, &offset], own));
        }
        Ok(nodes)
    }
}

/// Levels below the roots; `None` for trees that are none.
fn depth(roots: &[i64], ways: &[Vec<i64>; 2]) -> Option<usize> {
    let mut level: Vec<usize> = roots.iter().map(|&root| usize::try_from(root).ok()).collect::<Option<_>>()?;
    for depth in 0..=DEEPEST {
        level = level
            .iter()
            .filter(|&&at| ways[0][at] != size(at))
            .flat_map(|&at| [&ways[0], &ways[1]].map(|way| way[at] as usize))
            .collect();
        if level.is_empty() {
            return Some(depth);
        }
        if level.len() > ways[0].len() {
            return None;
        }
    }
    None
}
