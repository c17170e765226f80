//! Layer normalisation (Ba, Kiros, Hinton 2016) in two passes over each row.

use super::lanes::sum;

/// Rows of `n` numbers to mean 0 and variance 1, times `weight`, plus `bias`.
pub(super) fn normalise(values: &[f32], weight: &[f32], bias: &[f32], n: usize, epsilon: f32, out: &mut [f32]) {
    for (row, out) in values.chunks_exact(n).zip(out.chunks_exact_mut(n)) {
        let mean = sum(row, |v| v) / n as f32;
        let variance = sum(row, |v| (v - mean) * (v - mean)) / n as f32;
        let scale = (variance + epsilon).sqrt().recip();
        for (((out, &v), &w), &b) in out.iter_mut().zip(row).zip(weight).zip(bias) {
            *out = (v - mean) * scale * w + b;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_get_the_mean_and_spread_asked_for() {
        let values: Vec<f32> = (0..14).map(|i| (i * i) as f32).collect();
        let mut out = vec![0.0; 14];
        normalise(&values, &[2.0; 7], &[3.0; 7], 7, 0.0, &mut out);
        for row in out.chunks(7) {
            let mean = row.iter().sum::<f32>() / 7.0;
            let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / 7.0;
            assert!((mean - 3.0).abs() < 1e-5 && (variance - 4.0).abs() < 1e-4, "{mean} {variance}");
        }
    }
}
