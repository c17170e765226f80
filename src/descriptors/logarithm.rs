//! The natural logarithm with the same bits on every platform.

/// ln x of a positive finite number, to about an ulp. The standard library's differs between platforms in the last bit;
/// this one uses only operations that IEEE 754 fixes.
pub(crate) fn ln(x: f64) -> f64 {
    if x < f64::MIN_POSITIVE {
        // Subnormal numbers have no leading one; zero, negative numbers and NaN are as in the standard library.
        return if x > 0.0 { ln(x * TWO_54) - 54.0 * LN_2_HIGH - 54.0 * LN_2_LOW } else { x.ln() };
    }
    if x == f64::INFINITY {
        return x;
    }
    let mut exponent = (x.to_bits() >> 52).cast_signed() - 1023;
    let mut mantissa = f64::from_bits(x.to_bits() & ((1 << 52) - 1) | 1023 << 52);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    // ln m = 2 artanh s with s = (m − 1) / (m + 1), below 0.172 in size: 11 terms of the series suffice.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let s2 = s * s;
    let mut series = 0.0;
    for k in (1..=11_u32).rev() {
        series = s2 * (series + 1.0 / f64::from(2 * k + 1));
    }
    let e = exponent as f64;
    e * LN_2_HIGH + (2.0 * s + (2.0 * s * series + e * LN_2_LOW))
}

/// The first 32 bits of ln 2, so that their products with an exponent are exact, and the rest.
const LN_2_HIGH: f64 = f64::from_bits(0x3FE6_2E42_FEE0_0000);
const LN_2_LOW: f64 = f64::from_bits(0x3DEA_39EF_3579_3C76);
const TWO_54: f64 = 18_014_398_509_481_984.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_accurate() {
        let mut x = 5e-324_f64;
        while x < 1e308 {
            assert!((ln(x) - x.ln()).abs() <= 3e-16 * x.ln().abs(), "{x:e}: {} instead of {}", ln(x), x.ln());
            x *= 1.003_7;
            x += f64::from_bits(1);
        }
        for k in 1..1000_u32 {
            let x = 1.0 + f64::from(k) * f64::EPSILON * 1e3;
            assert!((ln(x) - x.ln()).abs() <= 3e-16 * x.ln().abs(), "{x}");
        }
        assert_eq!((ln(1.0), ln(f64::INFINITY), ln(0.0)), (0.0, f64::INFINITY, f64::NEG_INFINITY));
    }
}
