//! What scikit-learn does to tables before a model: operators of ONNX's machine learning domain that are plain arithmetic.

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto};

use super::edit::{Names, cast, input, is_op, node, size};
use super::values::{integers, of_floats, of_integers};
use crate::network::attributes::{attribute, float, with_integer};

pub(super) fn apply(graph: &mut GraphProto) {
    let mut names = Names::of(graph);
    for old in std::mem::take(&mut graph.node) {
        match plain(&old, graph, &mut names) {
            Some(nodes) => graph.node.extend(nodes),
            None => graph.node.push(old),
        }
    }
}

/// The same in ordinary operators.
fn plain(old: &NodeProto, graph: &mut GraphProto, names: &mut Names) -> Option<Vec<NodeProto>> {
    if old.domain != "ai.onnx.ml" {
        return None;
    }
    let (own, source) = (old.output.first()?.as_str(), input(old, 0)?);
    let mut fresh = |part: &str| names.fresh(&format!("{own} {part}"));
    let mut stored = |name: &str, values: &[f32]| {
        // One number for all columns, or one for each.
        let dims = if values.len() == 1 { vec![] } else { vec![size(values.len())] };
        graph.initializer.push(of_floats(name, &dims, values));
    };
    let floats = |name: &str| attribute(old, name).map(|a| a.floats.clone()).filter(|values| !values.is_empty());
    Some(match old.op_type.as_str() {
        "Scaler" => {
            let [whole, offset, centred, factor] = ["as float32", "offset", "centred", "factor"].map(&mut fresh);
            stored(&offset, &floats("offset").unwrap_or_else(|| vec![0.0]));
            stored(&factor, &floats("scale").unwrap_or_else(|| vec![1.0]));
            vec![
                cast(source, DataType::Float, &whole),
                node("Sub", &[&whole, &offset], &centred),
                node("Mul", &[&centred, &factor], own),
            ]
        }
        "Binarizer" => {
            let [threshold, above] = ["threshold", "above"].map(&mut fresh);
            stored(&threshold, &[float(old, "threshold").unwrap_or(0.0)]);
            vec![node("Greater", &[source, &threshold], &above), cast(&above, DataType::Float, own)]
        }
        "Imputer" if float(old, "replaced_value_float").is_some_and(f32::is_nan) => {
            let [missing, filling] = ["missing", "filling"].map(&mut fresh);
            stored(&filling, &floats("imputed_value_floats")?);
            vec![node("IsNaN", &[source], &missing), node("Where", &[&missing, &filling, source], own)]
        }
        "FeatureVectorizer" => {
            let parts: Vec<String> = (0..old.input.len()).map(|i| fresh(&format!("part {i}"))).collect();
            let mut nodes: Vec<NodeProto> =
                old.input.iter().zip(&parts).map(|(from, part)| cast(from, DataType::Float, part)).collect();
            let joined: Vec<&str> = parts.iter().map(String::as_str).collect();
            nodes.push(with_integer(node("Concat", &joined, own), "axis", 1));
            nodes
        }
        "ArrayFeatureExtractor" => {
            let index = graph.initializer.iter().find(|tensor| Some(tensor.name.as_str()) == input(old, 1))?;
            let columns = integers(index)?;
            let chosen = fresh("columns");
            graph.initializer.push(of_integers(&chosen, &[size(columns.len())], &columns));
            vec![with_integer(node("Gather", &[source, &chosen], own), "axis", -1)]
        }
        _ => return None,
    })
}

/// Whether the first output of an operator holds classes, which are no numbers to observe.
pub(super) fn names_classes(old: &NodeProto) -> bool {
    ["LinearClassifier", "TreeEnsembleClassifier", "SVMClassifier"].into_iter().any(|op| is_op(old, op))
}
