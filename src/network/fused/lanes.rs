//! Loops over groups of numbers that compilers turn into SIMD without any unsafe code.

use super::quad::LANES;

/// The sum of `f` over the numbers, in `LANES` partial sums.
pub(super) fn sum(values: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let (groups, rest) = values.as_chunks::<LANES>();
    let mut partial = [0.0; LANES];
    for group in groups {
        for (sum, &value) in partial.iter_mut().zip(group) {
            *sum += f(value);
        }
    }
    let rest: f32 = rest.iter().map(|&value| f(value)).sum();
    (partial[0] + partial[1]) + (partial[2] + partial[3]) + rest
}

/// The largest of the numbers, which must not be NaN.
pub(super) fn largest(values: &[f32]) -> f32 {
    let (groups, rest) = values.as_chunks::<LANES>();
    let larger = |a: f32, b: f32| if a > b { a } else { b };
    let mut partial = [f32::NEG_INFINITY; LANES];
    for group in groups {
        for (most, &value) in partial.iter_mut().zip(group) {
            *most = larger(*most, value);
        }
    }
    partial.iter().chain(rest).fold(f32::NEG_INFINITY, |a, &b| larger(a, b))
}

/// `e^x` for x ≤ 0, to about 2 units in the last place; 0 below −87.
pub(super) fn exp(x: f32) -> f32 {
    const LOWEST: f32 = -87.0;
    // ln 2 in two parts, so that the reduced argument keeps its digits (Cody and Waite 1980).
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    let bounded = if x > LOWEST { x } else { LOWEST };
    let n = (bounded * std::f32::consts::LOG2_E).round_ties_even();
    let r = bounded - n * LN2_HIGH - n * LN2_LOW;
    // Cephes' polynomial for e^r on |r| ≤ ln 2 / 2.
    let mut p = 1.987_569_2e-4;
    for c in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_66, 0.5] {
        p = p * r + c;
    }
    let power = f32::from_bits(((n as i32 + 127) << 23) as u32);
    let value = (p * r * r + r + 1.0) * power;
    if x > LOWEST { value } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_exact_to_a_few_units() {
        for i in 0..87_000 {
            let x = i as f32 * -1e-3;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) - exact).abs() <= 3e-7 * exact, "{x}");
        }
        assert_eq!((exp(0.0), exp(-1e4), exp(f32::NEG_INFINITY)), (1.0, 0.0, 0.0));
    }

    #[test]
    fn sums_and_maxima_take_all_numbers() {
        let values: Vec<f32> = (0..11).map(|i| i as f32).collect();
        assert_eq!((sum(&values, |v| 2.0 * v), largest(&values)), (110.0, 10.0));
        assert_eq!((sum(&[], |v| v), largest(&[-3.0])), (0.0, -3.0));
    }
}
