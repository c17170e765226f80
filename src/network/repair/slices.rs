//! Slices that skip numbers: tract fails where such a slice meets a change of shape, so that picking takes its place.

use std::collections::BTreeMap;

use tract_onnx::pb::GraphProto;

use super::edit::{Names, input, is_op, node, size, stored};
use super::values::{integers, of_integers};
use crate::network::attributes::with_integer;

/// Axes of more numbers are left as they are.
const LONGEST: usize = 1 << 16;

/// `shapes` are those of the float tensors, for one sample. The batch is left alone.
pub(super) fn apply(graph: &mut GraphProto, shapes: &BTreeMap<String, Vec<usize>>) {
    let numbers: BTreeMap<String, Vec<i64>> = stored(graph)
        .into_iter()
        .filter_map(|(name, tensor)| Some((name.to_string(), integers(tensor).filter(|list| list.len() <= 8)?)))
        .collect();
    let mut names = Names::of(graph);
    for slice in std::mem::take(&mut graph.node) {
        let list = |at: usize| input(&slice, at).and_then(|name| numbers.get(name)).map(Vec::as_slice);
        let found = (is_op(&slice, "Slice") && slice.input.len() == 5)
            .then(|| {
                picked(input(&slice, 0).and_then(|name| shapes.get(name))?, [list(1)?, list(2)?, list(3)?, list(4)?])
            })
            .flatten();
        let Some((axis, indices)) = found else {
            graph.node.push(slice);
            continue;
        };
        let name = names.fresh(&format!("{} picked", slice.output[0]));
        graph.initializer.push(of_integers(&name, &[size(indices.len())], &indices));
        graph.node.push(with_integer(node("Gather", &[&slice.input[0], &name], &slice.output[0]), "axis", size(axis)));
    }
}

/// The axis of a slice along one axis only, with a step other than 1, and the indices that it takes.
fn picked(shape: &[usize], [starts, ends, axes, steps]: [&[i64]; 4]) -> Option<(usize, Vec<i64>)> {
    let (&[start], &[end], &[axis], &[step]) = (starts, ends, axes, steps) else { return None };
    let axis = usize::try_from(if axis < 0 { axis + size(shape.len()) } else { axis }).ok()?;
    let length = *shape.get(axis).filter(|&&length| axis > 0 && length <= LONGEST)?;
    if step == 0 || step == 1 {
        return None;
    }
    let n = size(length);
    let from_end = |at: i64| if at < 0 { at.saturating_add(n) } else { at };
    let (low, high) = if step > 0 { (0, n) } else { (-1, n - 1) };
    let start = from_end(start).clamp(low.max(0), high);
    let end = from_end(end).clamp(low, high);
    let mut indices = Vec::new();
    let mut at = start;
    while if step > 0 { at < end } else { at > end } {
        indices.push(at);
        at = at.checked_add(step)?;
    }
    (!indices.is_empty()).then_some((axis, indices))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_those_of_the_slice() {
        let indices = |start, end, step| picked(&[1, 5], [&[start], &[end], &[1], &[step]]).map(|(_, found)| found);
        assert_eq!(indices(0, i64::MAX, 2), Some(vec![0, 2, 4]));
        assert_eq!(indices(1, -1, 2), Some(vec![1, 3]));
        assert_eq!(indices(-1, i64::MIN, -2), Some(vec![4, 2, 0]));
        assert_eq!(indices(0, 5, 1), None, "tract does that well");
        assert_eq!(picked(&[4, 5], [&[0], &[4], &[0], &[2]]), None, "not along the batch");
    }
}
