//! The error function, and what is made of it, to the last bits: tract's own is off by 3e-7, which is much where numbers
//! are small.

use tract_onnx::prelude::*;
#[allow(clippy::wildcard_imports, reason = "tract's macros expect all of it")]
use tract_onnx::tract_hir::internal::*;

element_wise!(exact_erf, ExactErf, [f32] => |_, values| {
    for value in values {
        *value = erf(*value);
    }
    Ok(())
});

// `x · Φ(x)` (Hendrycks, Gimpel 2016).
element_wise!(exact_gelu, ExactGelu, [f32] => |_, values| {
    for value in values {
        *value *= 0.5 + 0.5 * erf(*value * std::f32::consts::FRAC_1_SQRT_2);
    }
    Ok(())
});

/// As a rational function, good to some units in the last place (that of Eigen and XLA); beyond 4 it is 1.
fn erf(x: f32) -> f32 {
    const ABOVE: [f32; 7] = [
        -2.726_142_3e-10,
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_3e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    const BELOW: [f32; 5] = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329_2e-3, -1.426_473_9e-2];
    let x = x.clamp(-4.0, 4.0);
    let square = x * x;
    let along = |factors: &[f32]| factors.iter().fold(0.0, |sum, factor| sum * square + factor);
    x * along(&ABOVE) / along(&BELOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By its series, in which nothing cancels.
    fn exact(x: f64) -> f64 {
        let (mut term, mut sum) = (x, x);
        for n in 1..200 {
            term *= 2.0 * x * x / f64::from(2 * n + 1);
            sum += term;
        }
        2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp() * sum
    }

    #[test]
    fn the_error_function_is_good_to_the_last_places_everywhere() {
        let tiny = (1..36).map(|i| 10.0_f32.powi(-i));
        for x in tiny.chain((1..5000).map(|i| i as f32 / 1000.0)) {
            let wanted = exact(f64::from(x));
            for (x, wanted) in [(x, wanted), (-x, -wanted)] {
                let worst = ((f64::from(erf(x)) - wanted) / wanted).abs();
                assert!(worst < 1e-6, "{x}: {worst}");
            }
        }
        assert_eq!((erf(0.0), erf(f32::INFINITY)), (0.0, erf(4.0)));
        assert!(erf(f32::NAN).is_nan());
    }
}
