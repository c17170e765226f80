//! Points, matrices and barcodes that several subjects share.

use bettiscope::geometry::{DistanceMatrix, Metric, PointCloud};
use bettiscope::homology::{Barcode, Method, Optimisations, RipsParams, rips_barcode};
use bettiscope::progress::ignore;

/// Births and deaths per dimension.
pub(crate) type Bars = Vec<Vec<(f32, f32)>>;

/// Births and deaths of a barcode.
pub(crate) fn bars(barcode: &Barcode) -> Bars {
    (0..=barcode.max_dim().expect("a dimension"))
        .map(|dim| barcode.dim(dim).iter().map(|i| (i.birth, i.death)).collect())
        .collect()
}

/// The barcode with default settings.
pub(crate) fn barcode(matrix: &DistanceMatrix, max_dim: usize) -> Barcode {
    let params = RipsParams::new(max_dim).expect("dimension");
    rips_barcode(matrix, &params, &mut ignore).expect("barcode")
}

/// Parameters for a prime and a threshold.
pub(crate) fn params(max_dim: usize, modulus: u32, threshold: Option<f32>) -> RipsParams {
    RipsParams::new(max_dim)
        .expect("parameters")
        .with_modulus(modulus)
        .expect("parameters")
        .with_threshold(threshold)
        .expect("parameters")
}

/// The same computation by every engine and with every shortcut switched.
pub(crate) fn variants(base: &RipsParams) -> Vec<RipsParams> {
    let mut variants = vec![base.clone()];
    let forced = |method| base.clone().with_method(method).expect("method");
    // The last switch has an effect from H2 on only.
    for mask in 0..if base.max_dim() > 1 { 32_u32 } else { 16 } {
        let on = |bit: u32| mask >> bit & 1 == 1;
        variants.push(forced(Method::Cohomology).with_optimisations(Optimisations {
            enclosing_radius: on(3),
            clearing: on(0),
            emergent: on(1),
            apparent: on(2),
            collapse: on(4),
            ..Optimisations::default()
        }));
    }
    if base.max_dim() <= 1 && base.modulus() == 2 {
        for mask in 0..8_u32 {
            variants.push(forced(Method::ReducedRips).with_optimisations(Optimisations {
                enclosing_radius: mask & 1 == 1,
                early_stop: mask & 2 == 2,
                witnesses: mask & 4 == 4,
                ..Optimisations::default()
            }));
        }
    }
    variants
}

/// The cloud of these rows.
pub(crate) fn cloud<const D: usize>(rows: &[[f32; D]]) -> PointCloud {
    PointCloud::from_rows(rows.concat(), D, "test").expect("cloud")
}

/// Euclidean distances.
pub(crate) fn euclidean(cloud: &PointCloud) -> DistanceMatrix {
    DistanceMatrix::from_points(cloud, Metric::Euclidean, &mut ignore).expect("distances")
}

/// The matrix of a function of two different indices, larger first.
pub(crate) fn matrix(n: usize, distance: impl Fn(usize, usize) -> f32) -> DistanceMatrix {
    let lower = (1..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| distance(i, j));
    DistanceMatrix::from_condensed(lower.collect()).expect("matrix")
}

/// Regular polygon of radius 1, coordinates rounded from 64 bits.
pub(crate) fn polygon(n: u32) -> PointCloud {
    let rows: Vec<[f32; 2]> = (0..n)
        .map(|i| {
            let angle = std::f64::consts::TAU * f64::from(i) / f64::from(n);
            [angle.cos() as f32, angle.sin() as f32]
        })
        .collect();
    cloud(&rows)
}

/// Marsaglia's 32-bit xorshift, as in `tests/data/make_goldens.py`.
pub(crate) struct Xorshift(pub(crate) u32);

impl Xorshift {
    /// 24 random bits.
    pub(crate) fn bits(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 >> 8
    }

    /// A number in [0, 1), exact in 32 bits.
    pub(crate) fn unit(&mut self) -> f32 {
        self.bits() as f32 / 16_777_216.0
    }

    /// A nearly normal number, exact in 32 bits: the sum of twelve uniform ones less 6, to multiples of 1/4096.
    pub(crate) fn bell(&mut self) -> f32 {
        let sum: f64 = (0..12).map(|_| f64::from(self.unit())).sum();
        (((sum - 6.0) * 4096.0).floor() / 4096.0) as f32
    }

    /// A cloud in the unit cube.
    pub(crate) fn cube(&mut self, n: usize, d: usize) -> PointCloud {
        let values = (0..n * d).map(|_| self.unit()).collect();
        PointCloud::from_rows(values, d, "test").expect("cloud")
    }
}
