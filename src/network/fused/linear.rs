//! Rows times a stored matrix, plus a bias.

use super::product::{ROWS, Weights, bias_of, tile};

/// Rows that stay in the fastest memory while all columns pass.
const BLOCK: usize = 64;

/// `out` = `values` · `weights` + `bias`, where `weights` has `n_inner` rows and `n_columns` columns.
pub(super) fn multiply(values: &[f32], weights: &[f32], bias: Option<&[f32]>, sizes: [usize; 2], out: &mut [f32]) {
    let [n_inner, n_columns] = sizes;
    let n_rows = values.len() / n_inner;
    let packed = Weights::packed(n_inner, n_columns, |inner, column| weights[inner * n_columns + column]);
    for block in (0..n_rows).step_by(BLOCK) {
        let end = n_rows.min(block + BLOCK);
        for (first, width, panel) in packed.panels() {
            let begin = bias_of(bias, first);
            for row in (block..end).step_by(ROWS) {
                let starts = std::array::from_fn(|r| (row + r).min(end - 1) * n_inner);
                let sums = tile(values, starts, &[0], n_inner, panel, &begin);
                for (row, sums) in (row..end).zip(sums) {
                    let at = row * n_columns + first;
                    out[at..at + width].copy_from_slice(&sums[..width]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_product_of_matrices() {
        for [n_rows, n_inner, n_columns] in [[1, 1, 1], [70, 5, 9], [4, 48, 16], [9, 3, 10]] {
            let values: Vec<f32> = (0..n_rows * n_inner).map(|i| (i * 7 % 11) as f32 - 5.0).collect();
            let weights: Vec<f32> = (0..n_inner * n_columns).map(|i| (i * 5 % 13) as f32 - 6.0).collect();
            let bias: Vec<f32> = (0..n_columns).map(|i| i as f32).collect();
            let mut out = vec![0.0; n_rows * n_columns];
            multiply(&values, &weights, Some(&bias), [n_inner, n_columns], &mut out);
            for (i, &found) in out.iter().enumerate() {
                let (row, column) = (i / n_columns, i % n_columns);
                let dot: f32 = (0..n_inner).map(|k| values[row * n_inner + k] * weights[k * n_columns + column]).sum();
                assert_eq!(found, dot + bias[column]);
            }
        }
    }
}
