//! Which axis of a tensor counts features, which one heads, and which ones positions: read off the operators, since the
//! order of axes differs between layers of one network.

use std::collections::BTreeMap;

use serde::Serialize;

use super::attributes::attribute;
use super::blocks::{Flow, Part};

/// What the axes of a tensor of rank 3 and above mean, apart from the batch, which comes first, and positions, which are
/// all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Axes {
    /// The axis of features (channels).
    pub features: usize,
    /// The axis of heads, where they have one of their own. A point then has the features of all heads in a row.
    pub heads: Option<usize>,
    /// How many heads lie side by side in the axis of features; 1 for no heads.
    pub joined: usize,
}

impl Axes {
    /// Tokens with features of rank 3, feature maps with channels first above.
    pub fn usual(rank: usize) -> Self {
        Self { features: if rank == 3 { 2 } else { 1 }, heads: None, joined: 1 }
    }

    /// Heads of a tensor of this shape; 1 where there are none.
    pub fn n_heads(&self, shape: &[usize]) -> usize {
        self.heads.map_or(self.joined, |axis| shape[axis])
    }

    /// Axes of positions, in order.
    pub fn positions(&self, rank: usize) -> impl Iterator<Item = usize> + '_ {
        (1..rank).filter(|&axis| self.is_position(axis))
    }

    /// Whether this axis, which is not the batch, counts positions.
    pub fn is_position(&self, axis: usize) -> bool {
        axis != self.features && Some(axis) != self.heads
    }
}

/// The axes of each node's output, where it is known to have rank 3 or more.
pub(super) fn infer(flow: &Flow<'_>, parts: &[Part], shapes: &BTreeMap<String, Vec<usize>>) -> Vec<Option<Axes>> {
    let sizes = |idx: usize| flow.node(idx).output.first().and_then(|name| shapes.get(name)).map(Vec::as_slice);
    let mut axes: Vec<Option<Axes>> = vec![None; flow.len()];
    for idx in 0..flow.len() {
        let Some(dims) = sizes(idx).filter(|dims| dims.len() >= 3) else { continue };
        let own = parts[idx].heads.filter(|&features| features < dims.len() && dims.len() == 4);
        let before = flow.inputs(idx).iter().find_map(|&i| Some((axes[i]?, sizes(i)?)));
        axes[idx] = Some(match own {
            Some(features) => Axes { features, heads: Some(1), joined: 1 },
            None => behind(flow, idx, dims, before),
        });
    }
    axes
}

fn behind(flow: &Flow<'_>, idx: usize, dims: &[usize], before: Option<(Axes, &[usize])>) -> Axes {
    let rank = dims.len();
    let last = Axes { features: rank - 1, heads: None, joined: 1 };
    let first = Axes { features: 1, heads: None, joined: 1 };
    let node = flow.node(idx);
    let op = node.op_type.as_str();
    let same_rank = before.filter(|(_, sizes)| sizes.len() == rank).map(|(axes, _)| axes);
    match op {
        _ if op.contains("Conv") || op.ends_with("Pool") => first,
        "BatchNormalization"
        | "InstanceNormalization"
        | "GroupNormalization"
        | "LRN"
        | "DepthToSpace"
        | "SpaceToDepth" => first,
        "LayerNormalization" | "RMSNormalization" | "Gather" if before.is_none() => last,
        "LayerNormalization" | "RMSNormalization" if is_over_last_axis(flow, idx, rank) => {
            same_rank.filter(|axes| axes.features == rank - 1).unwrap_or(last)
        }
        // The product acts on the last axis; in a mixer that may be the positions.
        "MatMul" | "Gemm" if flow.has_weights(idx) => match same_rank {
            Some(axes) if axes.features == rank - 1 => last,
            Some(axes) if rank == 3 => axes,
            _ => last,
        },
        "Transpose" => match (same_rank, attribute(node, "perm")) {
            (Some(axes), Some(perm)) => {
                let to = |axis: usize| perm.ints.iter().position(|&from| usize::try_from(from) == Ok(axis));
                match (to(axes.features), axes.heads.map(to)) {
                    (Some(features), heads) if features > 0 => {
                        Axes { features, heads: heads.flatten().filter(|&axis| axis > 0), ..axes }
                    }
                    _ => Axes::usual(rank),
                }
            }
            _ => Axes::usual(rank),
        },
        "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => {
            before.and_then(|(axes, sizes)| reshaped(axes, sizes, dims)).unwrap_or_else(|| Axes::usual(rank))
        }
        _ => same_rank.unwrap_or_else(|| Axes::usual(rank)),
    }
}

/// Layer normalisation over more than the last axis normalises feature maps.
fn is_over_last_axis(flow: &Flow<'_>, idx: usize, rank: usize) -> bool {
    let axis = attribute(flow.node(idx), "axis").map_or(-1, |axis| axis.i);
    axis == -1 || usize::try_from(axis).is_ok_and(|axis| axis + 1 == rank)
}

/// What becomes of the axes when positions fold or unfold, or features split into heads or join from them.
fn reshaped(axes: Axes, from: &[usize], to: &[usize]) -> Option<Axes> {
    let (last_from, last_to) = (from.len() - 1, to.len() - 1);
    if from[0] != to[0] {
        return None;
    }
    let none = Axes { features: last_to, heads: None, joined: 1 };
    if let Some(heads) = axes.heads {
        let joins =
            heads + 1 == axes.features && axes.features == last_from && to[last_to] == from[heads] * from[last_from];
        let stays = from.len() == to.len() && from == to;
        return if stays { Some(axes) } else { joins.then_some(Axes { joined: from[heads], ..none }) };
    }
    if axes.features == last_from {
        if from[last_from] == to[last_to] {
            return Some(Axes { joined: axes.joined, ..none });
        }
        let splits = last_to >= 2
            && to.len() == from.len() + 1
            && to[..last_to - 1] == from[..last_from]
            && to[last_to - 1] * to[last_to] == from[last_from];
        return splits.then_some(Axes { heads: Some(last_to - 1), ..none });
    }
    (axes.features == 1 && from[1] == to[1]).then_some(Axes { features: 1, ..axes })
}
