//! Whole numbers of 64 bits in operators that compute with them: tract takes such numbers for sizes of tensors, with
//! which it cannot do everything.

use tract_onnx::pb::GraphProto;
use tract_onnx::pb::tensor_proto::DataType;

use super::edit::{Names, cast, counted, input};
use super::types::Types;

/// Operators that take no sizes, and whether they give back numbers of the same type.
const OPERATORS: [(&str, bool); 4] = [("CumSum", true), ("ArgMax", false), ("ArgMin", false), ("TopK", true)];

pub(super) fn apply(graph: &mut GraphProto) -> Option<String> {
    let types = Types::of(graph);
    let mut names = Names::of(graph);
    let mut changed: Vec<String> = Vec::new();
    for mut node in std::mem::take(&mut graph.node) {
        let kind = OPERATORS.iter().find(|(op, _)| *op == node.op_type);
        let wide = input(&node, 0).filter(|name| types.get(name) == Some(DataType::Int64)).map(String::from);
        let (Some((_, same_type)), Some(wide)) = (kind, wide) else {
            graph.node.push(node);
            continue;
        };
        let narrow = names.fresh(&format!("{wide} as int32"));
        graph.node.push(cast(&wide, DataType::Int32, &narrow));
        node.input[0] = narrow;
        changed.push(node.op_type.clone());
        let widened = same_type.then(|| {
            let output = node.output[0].clone();
            let inner = names.fresh(&format!("{output} as int32"));
            node.output[0].clone_from(&inner);
            cast(&inner, DataType::Int64, &output)
        });
        graph.node.push(node);
        graph.node.extend(widened);
    }
    let n = changed.len();
    changed.sort();
    changed.dedup();
    (n > 0).then(|| {
        format!("{} of whole numbers computed with 32 bits", counted(n, &format!("{} node", changed.join("/"))))
    })
}
