//! Scaled dot-product attention (Vaswani et al. 2017) of short sequences, one head at a time in a few kilobytes.

use super::lanes::{exp, largest, sum};

/// Scores that are computed together: four registers.
const BLOCK: usize = 16;

/// Queries, keys and values lie as `shape` = `[batch, tokens, heads, features]` says, and so does the result. `bias` has
/// one number per key, for each of the batch or for all alike.
pub(super) fn attend(inputs: [&[f32]; 3], bias: Option<&[f32]>, shape: &[usize], scale: f32, out: &mut [f32]) {
    let &[batch, n_tokens, n_heads, n_features] = shape else { return };
    let [queries, keys, values] = inputs;
    let row = n_heads * n_features;
    let padded = n_tokens.next_multiple_of(BLOCK);
    let mut turned = vec![0.0; n_features * padded];
    let mut start = vec![0.0; padded];
    let mut weights = vec![0.0; padded];
    for sample in 0..batch {
        let own = sample * n_tokens * row..(sample + 1) * n_tokens * row;
        let (queries, keys, values, out) =
            (&queries[own.clone()], &keys[own.clone()], &values[own.clone()], &mut out[own]);
        start.fill(f32::NEG_INFINITY);
        match bias {
            None => start[..n_tokens].fill(0.0),
            Some(bias) => {
                let first = if bias.len() > n_tokens { sample * n_tokens } else { 0 };
                start[..n_tokens].copy_from_slice(&bias[first..first + n_tokens]);
            }
        }
        for head in 0..n_heads {
            let at = head * n_features;
            for (token, key) in keys.chunks_exact(row).enumerate() {
                for (feature, &value) in key[at..at + n_features].iter().enumerate() {
                    turned[feature * padded + token] = value * scale;
                }
            }
            for (query, out) in queries.chunks_exact(row).zip(out.chunks_exact_mut(row)) {
                score(&query[at..at + n_features], &turned, &start, &mut weights);
                let most = largest(&weights[..n_tokens]);
                for weight in &mut weights {
                    *weight = exp(*weight - most);
                }
                let total = sum(&weights[..n_tokens], |w| w);
                mix(&weights[..n_tokens], values, row, at, total.recip(), &mut out[at..at + n_features]);
            }
        }
    }
}

/// `scores` = `start` + query · keys, with the keys turned: one row per feature.
fn score(query: &[f32], turned: &[f32], start: &[f32], scores: &mut [f32]) {
    let padded = scores.len();
    let (starts, _) = start.as_chunks::<BLOCK>();
    let (blocks, _) = scores.as_chunks_mut::<BLOCK>();
    for (b, (block, start)) in blocks.iter_mut().zip(starts).enumerate() {
        let mut sums = *start;
        for (&q, keys) in query.iter().zip(turned.chunks_exact(padded)) {
            let (keys, _) = keys[b * BLOCK..].as_chunks::<BLOCK>();
            for (sum, &key) in sums.iter_mut().zip(&keys[0]) {
                *sum += q * key;
            }
        }
        *block = sums;
    }
}

/// The weighted sum of the values, whose rows are `row` apart and begin at `at`.
fn mix(weights: &[f32], values: &[f32], row: usize, at: usize, factor: f32, out: &mut [f32]) {
    let mut done = 0;
    while done < out.len() {
        done += match out.len() - done {
            16.. => mix_group::<16>(weights, values, row, at + done, factor, &mut out[done..]),
            12.. => mix_group::<12>(weights, values, row, at + done, factor, &mut out[done..]),
            8.. => mix_group::<8>(weights, values, row, at + done, factor, &mut out[done..]),
            4.. => mix_group::<4>(weights, values, row, at + done, factor, &mut out[done..]),
            _ => mix_group::<1>(weights, values, row, at + done, factor, &mut out[done..]),
        };
    }
}

fn mix_group<const N: usize>(
    weights: &[f32],
    values: &[f32],
    row: usize,
    at: usize,
    factor: f32,
    out: &mut [f32],
) -> usize {
    let mut sums = [0.0; N];
    for (&weight, values) in weights.iter().zip(values.chunks_exact(row)) {
        let (group, _) = values[at..].as_chunks::<N>();
        for (sum, &value) in sums.iter_mut().zip(&group[0]) {
            *sum += weight * value;
        }
    }
    for (out, sum) in out.iter_mut().zip(sums) {
        *out = sum * factor;
    }
    N
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// The definition, in double precision.
    fn defined(inputs: [&[f32]; 3], bias: Option<&[f32]>, shape: [usize; 4], scale: f32) -> Vec<f32> {
        let [batch, tokens, heads, features] = shape;
        let at = |values: &[f32], b: usize, t: usize, h: usize, f: usize| {
            f64::from(values[((b * tokens + t) * heads + h) * features + f])
        };
        let mut out = Vec::new();
        for (b, i) in (0..batch).flat_map(|b| (0..tokens).map(move |i| (b, i))) {
            for h in 0..heads {
                let score = |j: usize| {
                    let dot: f64 = (0..features).map(|f| at(inputs[0], b, i, h, f) * at(inputs[1], b, j, h, f)).sum();
                    dot * f64::from(scale) + bias.map_or(0.0, |bias| f64::from(bias[b * tokens + j]))
                };
                let weights: Vec<f64> = (0..tokens).map(|j| score(j).exp()).collect();
                let total: f64 = weights.iter().sum();
                for f in 0..features {
                    let mixed: f64 = weights.iter().enumerate().map(|(j, w)| w * at(inputs[2], b, j, h, f)).sum();
                    out.push((mixed / total) as f32);
                }
            }
        }
        out
    }

    #[test]
    fn it_is_what_its_definition_says() {
        let mut random = Random::new(5);
        for shape in [[2, 17, 4, 12], [1, 5, 3, 7], [3, 32, 2, 16], [1, 1, 1, 1], [2, 33, 1, 29]] {
            let n = shape.iter().product();
            let mut drawn = |n: usize| (0..n).map(|_| random.below(2000) as f32 / 500.0 - 2.0).collect::<Vec<f32>>();
            let (q, k, v) = (drawn(n), drawn(n), drawn(n));
            let mut bias = vec![0.0; shape[0] * shape[1]];
            bias.iter_mut().step_by(3).for_each(|b| *b = -10_000.0);
            bias[1.min(shape[1] - 1)] = 0.0;
            for bias in [None, Some(bias.as_slice()).filter(|_| shape[1] > 3)] {
                let mut out = vec![0.0; n];
                attend([&q, &k, &v], bias, &shape, 0.3, &mut out);
                let wanted = defined([&q, &k, &v], bias, shape, 0.3);
                let worst = out.iter().zip(&wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst < 1e-5, "{shape:?}: {worst}");
            }
        }
    }
}
