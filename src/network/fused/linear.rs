//! Rows times a stored matrix, plus a bias.

use super::product::{Rows, Weights};

/// Rows that stay in the fastest memory while all columns pass.
const BLOCK: usize = 64;

/// `out` = `values` · `weights`, where rows of values and of the result lie one after the other.
pub(super) fn multiply(values: &[f32], weights: &Weights, n_inner: usize, out: &mut [f32]) {
    let starts: Vec<usize> = (0..BLOCK).map(|row| row * n_inner).collect();
    let blocks = values.chunks(BLOCK * n_inner).zip(out.chunks_mut(BLOCK * weights.n_columns()));
    for (values, out) in blocks {
        let rows = Rows { starts: &starts[..values.len() / n_inner], runs: &[0], len: n_inner };
        weights.multiply(values, &rows, out);
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
            let packed =
                Weights::packed([n_inner, n_columns], Some(&bias), |k, column| weights[k * n_columns + column]);
            let mut out = vec![0.0; n_rows * n_columns];
            multiply(&values, &packed, n_inner, &mut out);
            for (i, &found) in out.iter().enumerate() {
                let (row, column) = (i / n_columns, i % n_columns);
                let dot: f32 = (0..n_inner).map(|k| values[row * n_inner + k] * weights[k * n_columns + column]).sum();
                assert_eq!(found, dot + bias[column]);
            }
        }
    }
}
