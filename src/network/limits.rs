//! Tensors that no page can hold are refused before tract computes them: it folds what does not depend on the samples
//! while it reads a graph, whatever its size.

use tract_onnx::prelude::*;
use tract_onnx::tract_hir::infer::{Factoid, InferenceFact, InferenceModelExt, InferenceOp};

use super::failure::Refusal;

/// A tensor of one sample may take this much memory.
const MOST_BYTES: usize = 1 << 30;

/// A tensor that is computed from stored ones: files of 200 MB hold no larger ones themselves.
const MOST_FOLDED_BYTES: usize = 1 << 28;

/// No axis is longer; products of two such lengths can still be counted.
const LONGEST: i64 = 1 << 31;

/// Operators whose inputs from this one on say how large the result becomes.
const SIZED: [(&str, usize); 7] = [
    ("MultiBroadcastTo", 1),
    ("Tile", 1),
    ("ConstantOfShape", 0),
    ("Range", 0),
    ("Pad", 1),
    ("OneHot", 1),
    ("Resize", 1),
];

/// Infers types and shapes as tract does, but looks at sizes first. An obstinate analysis goes on behind failures.
///
/// # Errors
/// A [`Refusal`] for a tensor that is too large, and what tract finds.
pub(super) fn analyse(model: &mut InferenceModel, obstinate: bool) -> TractResult<()> {
    let order = model.eval_order()?;
    let mut is_all_known = order.len() == model.nodes().len();
    for id in order {
        // What fails here is told below.
        let Ok(found) = inferred(model, id) else {
            is_all_known = false;
            continue;
        };
        for (slot, fact) in found?.into_iter().enumerate() {
            let outlet = OutletId::new(id, slot);
            let Ok(fact) = fact.unify(model.outlet_fact(outlet)?) else {
                is_all_known = false;
                continue;
            };
            is_all_known &= fact.datum_type.is_concrete() && fact.shape.is_concrete();
            model.set_outlet_fact(outlet, fact)?;
        }
    }
    // Once more only for what is to be told, or follows from later operators.
    if is_all_known { Ok(()) } else { model.analyse(obstinate).map(drop) }
}

/// What is known of the results of a node, values included; the inner error is a refusal.
fn inferred(model: &InferenceModel, id: usize) -> TractResult<TractResult<TVec<InferenceFact>>> {
    let node = model.node(id);
    let (inputs, outputs) = model.node_facts(id)?;
    let outlets = node.op.observe_outlets(model, node)?;
    let observed = outlets.iter().map(|&outlet| model.outlet_fact(outlet)).collect::<TractResult<TVec<_>>>()?;
    let refuse = |reason| Err(TractError::from(Refusal(reason)).context(format!("Failed analyse for node {node}")));
    if let Some(reason) = strange_size(node.op.as_ref(), &inputs) {
        return Ok(refuse(reason));
    }
    let mut op = node.op.clone();
    let (_, made, _) = op.infer_facts(inputs.clone(), outputs.clone(), observed.clone())?;
    let stored: Option<Vec<usize>> = inputs.iter().map(|fact| Some(fact.value.concretize()?.volume())).collect();
    let n_stored = stored.filter(|stored| !stored.is_empty()).map(|stored| stored.iter().sum());
    if let Some(reason) = made.iter().find_map(|fact| too_large(fact, n_stored)) {
        return Ok(refuse(reason));
    }
    // Only what is all stored is computed now.
    let is_stored = inputs.iter().all(|fact| fact.value.is_concrete());
    Ok(Ok(if is_stored { op.infer(inputs, outputs, observed)?.1 } else { made }))
}

/// A length that is asked for and beyond counting, or a range without end.
fn strange_size(op: &dyn InferenceOp, inputs: &[&InferenceFact]) -> Option<String> {
    let name = op.name();
    let (_, first) = SIZED.iter().find(|(sized, _)| *sized == name)?;
    let numbers = |fact: &&InferenceFact| {
        let value = fact.value.concretize()?;
        let value = value.cast_to::<f64>().ok()?;
        Some(value.try_as_plain_ram().ok()?.as_slice::<f64>().ok()?.to_vec())
    };
    let asked: Vec<Vec<f64>> = inputs.iter().skip(*first).filter_map(numbers).collect();
    if let ("Range", [start, end, step]) = (&*name, asked.as_slice())
        && let (&[start], &[end], &[step]) = (start.as_slice(), end.as_slice(), step.as_slice())
    {
        let n = (end - start) / step;
        return (!n.is_finite() || n > LONGEST as f64).then(|| {
            format!("it counts from {start} to {end} in steps of {step}, more numbers than the memory of a page holds")
        });
    }
    // The last input of these fills or is a factor, never a length.
    let lengths = asked.iter().take(if matches!(&*name, "Pad" | "OneHot") { 1 } else { usize::MAX });
    let huge = lengths.flatten().find(|length| length.abs() > LONGEST as f64 || length.is_nan())?;
    Some(format!("it asks for {huge} numbers along one axis, more than the memory of a page holds"))
}

/// A tensor whose numbers would not fit into memory, made of so many stored ones or of the samples.
fn too_large(fact: &InferenceFact, n_stored: Option<usize>) -> Option<String> {
    let sizes: Vec<i64> = fact.shape.dims().filter_map(|dim| dim.concretize()?.to_i64().ok()).collect();
    let each = fact.datum_type.concretize().map_or(4, |kind| kind.size_of());
    let most = n_stored.map_or(MOST_BYTES, |n| MOST_FOLDED_BYTES.max(n.saturating_mul(2 * each)));
    // Sizes that are not known yet count as 1.
    let bytes = sizes.iter().try_fold(each, |n, &size| n.checked_mul(usize::try_from(size).ok()?));
    if bytes.is_some_and(|bytes| bytes <= most) {
        return None;
    }
    let words: Vec<String> = sizes.iter().map(i64::to_string).collect();
    Some(if let Some(n) = n_stored {
        format!("of {n} stored numbers it makes {}, more than the memory of a page holds", words.join(" × "))
    } else {
        format!(
            "its result has {} numbers for one sample, more than the memory of a page holds; export the network for \
             smaller inputs",
            words.join(" × ")
        )
    })
}
