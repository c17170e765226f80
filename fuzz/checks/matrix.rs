//! Any bytes as a distance matrix and parameters: refused in words, or all engines agree. Used by the fuzz target and, on
//! a bounded number of inputs, by the ordinary tests.

use bettiscope::Error;
use bettiscope::geometry::DistanceMatrix;
use bettiscope::homology::{Barcode, Method, Optimisations, Representatives, RipsParams, rips_barcode};
use bettiscope::progress::ignore;

/// Checks what the bytes stand for: form, dimension and modulus, threshold, then distances.
pub(crate) fn check(bytes: &[u8]) {
    let [form, kind, level, distances @ ..] = bytes else { return };
    match matrix(*form, distances) {
        Ok(matrix) if matrix.n_points() <= 12 => compare(&matrix, *kind, *level),
        Ok(_) => {}
        Err(error) => {
            assert!(!error.to_string().is_empty() && !error.to_string().contains('\n'), "{error:?}");
        }
    }
}

fn matrix(form: u8, bytes: &[u8]) -> Result<DistanceMatrix, Error> {
    // Raw bits reach NaN, infinities, −0 and subnormal numbers; small whole numbers make ties.
    let raw = || bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).take(144).collect();
    let small = || bytes.iter().map(|byte| f32::from(byte % 5)).take(144).collect();
    let values: Vec<f32> = if form & 1 == 0 { small() } else { raw() };
    match form >> 1 & 3 {
        0 => DistanceMatrix::from_condensed(values),
        1 => DistanceMatrix::from_square(&values, values.len().isqrt()),
        // As many as make a matrix, so that the fuzzer gets past the first check.
        2 => {
            let n = usize::midpoint(1, (1 + 8 * values.len()).isqrt());
            DistanceMatrix::from_condensed(values[..n * n.saturating_sub(1) / 2].to_vec())
        }
        _ => {
            let n = values.len().isqrt();
            let square: Vec<f32> =
                (0..n * n).map(|k| if k % (n + 1) == 0 { 0.0 } else { values[k.max(k % n * n + k / n)] }).collect();
            DistanceMatrix::from_square(&square, n)
        }
    }
}

fn compare(matrix: &DistanceMatrix, kind: u8, level: u8) {
    let max_dim = usize::from(kind & 3);
    let modulus = [2, 2, 3, 5][usize::from(kind >> 2 & 3)];
    let threshold = matrix.lower().get(usize::from(level)).copied();
    let params = RipsParams::new(max_dim)
        .and_then(|params| params.with_modulus(modulus))
        .and_then(|params| params.with_threshold(threshold))
        .expect("valid parameters");
    let barcode = rips_barcode(matrix, &params, &mut ignore).expect("a small matrix");
    ordered(&barcode);
    let plain = Optimisations {
        enclosing_radius: kind & 16 == 0,
        witnesses: false,
        early_stop: false,
        clearing: kind & 32 == 0,
        emergent: false,
        apparent: kind & 64 == 0,
        collapse: false,
    };
    let slowly = params.clone().with_method(Method::Cohomology).expect("any field").with_optimisations(plain);
    let other = rips_barcode(matrix, &slowly, &mut ignore).expect("a small matrix");
    for dim in 0..=max_dim {
        let ends = |barcode: &Barcode| barcode.dim(dim).iter().map(|i| (i.birth, i.death)).collect::<Vec<_>>();
        assert_eq!(ends(&barcode), ends(&other), "H{dim} of {matrix:?} with {params:?}");
    }
    if modulus == 2 {
        loops(matrix, &params, &barcode);
    }
}

fn ordered(barcode: &Barcode) {
    for dim in 0..=barcode.max_dim().expect("a dimension") {
        let bars = barcode.dim(dim);
        assert!(bars.iter().all(|bar| bar.birth >= 0.0 && bar.birth < bar.death), "{bars:?}");
        assert!(bars.windows(2).all(|pair| (pair[0].birth, pair[0].death) <= (pair[1].birth, pair[1].death)));
    }
}

/// Every H1 interval has a loop whose longest edge is its birth.
fn loops(matrix: &DistanceMatrix, params: &RipsParams, barcode: &Barcode) {
    let mut loops = Representatives::new(matrix.clone(), params, &mut ignore).expect("a small matrix");
    for (k, interval) in barcode.dim(1).iter().enumerate() {
        let copy = barcode.dim(1)[..k].iter().filter(|other| *other == interval).count();
        let points = loops.of(interval, copy).expect("a loop").points;
        let next = points.iter().cycle().skip(1);
        let sides = points.iter().zip(next).map(|(&a, &b)| matrix.get(a as usize, b as usize));
        assert_eq!(sides.fold(0.0, f32::max), interval.birth, "{points:?}");
    }
}
