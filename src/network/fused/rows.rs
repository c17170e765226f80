//! Numbers of rows to be looked up in a stored table, such as token ids: tract ends the program at one that it lacks.

use std::collections::HashMap;

use tract_onnx::pb::GraphProto;
use tract_onnx::prelude::*;
#[allow(clippy::wildcard_imports, reason = "tract's macros expect all of it")]
use tract_onnx::tract_hir::internal::*;

use super::ROWS;
use super::view::made;
use crate::network::attributes::{integer, with_integer};
use crate::network::failure::Refusal;
use crate::network::layers::{depends_on_input, stored};

/// Hands numbers on, if the table has so many rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Rows {
    pub(super) n_rows: i64,
}

impl Op for Rows {
    fn name(&self) -> StaticName {
        ROWS.into()
    }

    op_as_typed_op!();
}

impl EvalOp for Rows {
    op_out_of_plan!();

    fn eval(&self, _ctx: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let numbers = inputs[0].cast_to::<i64>()?;
        let view = numbers.try_as_plain_ram()?;
        let is_there = |row: &i64| (-self.n_rows..self.n_rows).contains(row);
        if let Some(row) = view.as_slice::<i64>()?.iter().find(|row| !is_there(row)) {
            let n = self.n_rows;
            return Err(Refusal(format!("it looks up row {row} of a table of {n} rows")).into());
        }
        Ok(inputs)
    }
}

impl TypedOp for Rows {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].without_value()))
    }

    as_op!();
}

impl Expansion for Rows {
    fn name(&self) -> StaticName {
        Op::name(self)
    }

    fn rules<'r, 'p: 'r, 's: 'r>(
        &'s self,
        s: &mut Solver<'r>,
        inputs: &'p [TensorProxy],
        outputs: &'p [TensorProxy],
    ) -> InferenceResult {
        s.equals(&inputs[0].datum_type, &outputs[0].datum_type)?;
        s.equals(&inputs[0].shape, &outputs[0].shape)
    }

    fn wire(&self, prefix: &str, model: &mut TypedModel, inputs: &[OutletId]) -> TractResult<TVec<OutletId>> {
        model.wire_node(prefix, self.clone(), inputs)
    }
}

/// Puts a check before each look-up in a stored table by numbers that are computed.
pub(in crate::network) fn check_rows(graph: &mut GraphProto) {
    let tables: HashMap<&str, &[i64]> = stored(graph);
    let computed = depends_on_input(graph);
    let wanted: Vec<(usize, i64)> = (graph.node.iter().enumerate())
        .filter_map(|(idx, node)| {
            let [table, rows] = node.input.as_slice() else { return None };
            let &&[n_rows, ..] = tables.get(table.as_str())? else { return None };
            let is_lookup = node.op_type == "Gather" && integer(node, "axis").is_none_or(|axis| axis == 0);
            (is_lookup && computed.contains(rows.as_str())).then_some((idx, n_rows))
        })
        .collect();
    for (idx, n_rows) in wanted.into_iter().rev() {
        let lookup = &mut graph.node[idx];
        let checked = format!("{} rows", lookup.output[0]);
        let mut check = made(ROWS, lookup);
        check.input = vec![std::mem::replace(&mut lookup.input[1], checked.clone())];
        check.name.clone_from(&checked);
        check.output = vec![checked];
        graph.node.insert(idx, with_integer(check, "n_rows", n_rows));
    }
}
