//! What a person sees in a graph: blocks, and in them convolutions, attention, normalisation.
//!
//! Blocks are recognised by how data flow, never by names: one exporter writes module paths, the next one numbers.
//! [`flow`] keeps the operators that hand data on and what each of them depends on; [`parts`] joins operators that are
//! one thing to people; [`units`] finds where branches meet again, the joints of residual and dense networks;
//! [`sections`] cuts the network there.

mod flow;
mod parts;
mod sections;
#[cfg(test)]
mod tests;
mod units;

use std::collections::BTreeMap;

use serde::Serialize;
use tract_onnx::pb::GraphProto;

use super::axes::{self, Axes};

pub(super) use flow::Flow;

/// What an operator is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A convolution of any kind.
    Convolution,
    /// A product with weights outside of attention and MLPs.
    Linear,
    /// The sum of a block's input and what the block makes of it.
    ResidualAdd,
    /// Features laid side by side.
    Concatenation,
    /// Queries, keys, values, scores, weights, heads and their projection.
    Attention,
    /// By batch, layer, group or instance.
    Normalisation,
    /// A linear layer before or behind an activation.
    Mlp,
    /// Fewer positions.
    Pooling,
    /// A non-linear function.
    Activation,
    /// A look-up of tokens in a table.
    Embedding,
    /// LSTM, GRU and the like.
    Recurrent,
    /// What the network returns.
    Output,
    /// Anything else.
    Other,
}

/// A part of a network that people count: a block between two joints, or what lies before, between and behind blocks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Block {
    /// `block 3`, counted from 1; or `stem`, `embedding`, `transition`, `pooling`, `head`.
    pub label: String,
    /// `residual block`, `encoder block`, `mixer block`, `dense layer`, …; as the label for what is no block.
    pub kind: &'static str,
    /// What the file calls it, if its names tell.
    pub path: Option<String>,
    /// Neighbours of the same group have the same operators and sizes.
    pub group: usize,
    /// Trained numbers in it.
    pub parameters: usize,
    /// Tensor that it hands on, if that can be observed.
    pub output: Option<String>,
}

impl Block {
    /// Whether it is counted, as opposed to stem, transition and head.
    pub fn is_counted(&self) -> bool {
        self.kind != self.label
    }
}

/// One operator of the graph.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) kind: Kind,
    /// For people.
    pub(super) name: String,
    /// The operator of which this is only a step.
    pub(super) of: Option<usize>,
    /// The axis of features, of a tensor [batch, head, …] inside attention.
    pub(super) heads: Option<usize>,
    /// Whether its output has a row per pair of tokens.
    pub(super) is_pairwise: bool,
}

/// The operator that one belongs to, or itself.
pub(super) fn whole(parts: &[Part], idx: usize) -> usize {
    let mut at = idx;
    for _ in 0..parts.len() {
        match parts[at].of {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

/// A graph as people see it.
pub(super) struct Structure {
    /// Of each node.
    pub(super) parts: Vec<Part>,
    /// Of each node's output, see [`axes::infer`].
    pub(super) axes: Vec<Option<Axes>>,
    /// In depth order.
    pub(super) blocks: Vec<Block>,
    /// Which of the blocks each node lies in.
    pub(super) block_of: Vec<usize>,
}

impl Structure {
    pub(super) fn of(graph: &GraphProto, flow: &Flow<'_>, shapes: &BTreeMap<String, Vec<usize>>) -> Self {
        let mut parts = parts::recognise(flow, graph, shapes);
        let axes = axes::infer(flow, &parts, shapes);
        let units = units::find(flow, &mut parts, &axes, shapes);
        let (blocks, block_of) = sections::cut(flow, &parts, &units, shapes);
        Self { parts, axes, blocks, block_of }
    }

    pub(super) fn whole(&self, idx: usize) -> usize {
        whole(&self.parts, idx)
    }

    /// What cannot be observed itself, since its rows are no samples, is stood in for by its next other arrangement.
    pub(super) fn stand_in(&mut self, can_be_observed: &[bool]) {
        for idx in (0..self.parts.len()).filter(|&idx| can_be_observed[idx]) {
            let whole = self.whole(idx);
            if whole < idx && !can_be_observed[whole] {
                let Part { kind, name, .. } = self.parts[whole].clone();
                self.parts[whole].of = Some(idx);
                let part = &mut self.parts[idx];
                (part.of, part.kind, part.name) = (None, kind, name);
            }
        }
    }
}
