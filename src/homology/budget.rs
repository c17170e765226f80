//! What a computation will need, before it starts.
//!
//! Memory follows from the arrays that the engines allocate; where these depend on the points, as the columns of cohomology
//! do, they are estimated from what is known: the number of points, then, once there are distances, the edges up to the
//! threshold and how many of them edge collapse will remove. Times are fits to the benchmark (docs/benchmarks.md) on one
//! thread in a browser. Both are meant to be true to a factor of two there.

use super::barcode::Engine;
use super::params::RipsParams;
use crate::geometry::{DistanceMatrix, MAX_POINTS, SparseDistances};
use crate::{Error, Result};

const MEGABYTE: f64 = (1 << 20) as f64;

/// Share of all pairs that are no longer than the enclosing radius, in clouds of many kinds 0.6 to 0.98.
const USUAL_SHARE: f64 = 0.8;
/// Share of the edges that collapse leaves of activations, mostly.
const USUAL_LEFT: f64 = 0.22;
/// The same where only some pairs have distances.
const USUAL_LEFT_OF_SPARSE: f64 = 0.4;
/// Edges that are looked at to find that share.
const SAMPLE: usize = 256;
/// Scales at which they are, as shares of the edges that come after: that at which they enter, and later ones.
const SCALES: [f64; 4] = [0.0, 0.25, 0.5, 0.75];
/// The scale near the end of the filtration, as a share of all edges, at which a hollow is still open.
const LATE: f64 = 0.95;
/// Points of an edge's lune that are asked whether they see all others.
const ASKED: usize = 32;

/// A question to a worker and its answer.
const MESSAGE_SECONDS: f64 = 0.5e-3;

/// What a computation will need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Need {
    /// Memory at the peak, of distances and barcode together, in units of 2²⁰ bytes.
    pub megabytes: u64,
    /// Time on one thread in a browser.
    pub seconds: f64,
}

/// What is known of a computation before it starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    n_points: usize,
    /// Coordinates whose distances have to be computed; 0 where distances are given.
    n_coords: usize,
    max_dim: usize,
    engine: Engine,
    /// Whether a distance matrix is made, or was given.
    has_matrix: bool,
    /// Edges of the filtration, as a share of all pairs.
    share: f64,
    /// Edges that collapse leaves, as a share of them; 1 without collapse.
    left: f64,
    /// Whether a hollow stays open to the end, as in a sphere: then columns fill up while they are reduced.
    is_hollow: bool,
}

impl Forecast {
    /// For points of which nothing else is known: that of a usual cloud without a threshold.
    pub fn of_points(n_points: usize, n_coords: usize, params: &RipsParams) -> Self {
        let (engine, max_dim) = (params.engine(), params.max_dim());
        let has_matrix = !params.is_matrix_free(n_points);
        let left = if collapses(params) { USUAL_LEFT } else { 1.0 };
        Self { n_points, n_coords, max_dim, engine, has_matrix, share: USUAL_SHARE, left, is_hollow: false }
    }

    /// The least that a cloud of so many points can need, whatever their places.
    pub fn floor(n_points: usize, n_coords: usize, params: &RipsParams) -> Self {
        Self { share: 0.0, ..Self::of_points(n_points, n_coords, params) }
    }

    /// With the distances at hand. Takes at most O(n²) time, a small part of that of the barcode.
    pub fn of_matrix(matrix: &DistanceMatrix, params: &RipsParams) -> Self {
        let usual = Self { has_matrix: true, ..Self::of_points(matrix.n_points(), 0, params) };
        if usual.engine != Engine::Cohomology {
            // Hardly depends on anything else.
            return usual;
        }
        let threshold = params.effective_threshold(matrix);
        let n_edges = matrix.lower().iter().filter(|&&length| length <= threshold).count();
        let share = n_edges as f64 / matrix.lower().len().max(1) as f64;
        let usual = Self { share, ..usual };
        if !collapses(params) || n_edges == 0 {
            return usual;
        }
        let sample = Sample::of(matrix, threshold, n_edges);
        Self { left: sample.left(), is_hollow: sample.is_hollow(), ..usual }
    }

    /// With some distances at hand.
    pub fn of_sparse(distances: &SparseDistances, params: &RipsParams) -> Self {
        let n = distances.n_points();
        let threshold = params.threshold().unwrap_or(f32::INFINITY);
        let n_edges = distances.edges().partition_point(|edge| edge.length() <= threshold);
        Self {
            engine: Engine::Cohomology,
            has_matrix: false,
            share: n_edges as f64 / pairs(n).max(1.0),
            left: if collapses(params) { USUAL_LEFT_OF_SPARSE } else { 1.0 },
            ..Self::of_points(n, 0, params)
        }
    }

    /// Memory and time.
    pub fn need(&self) -> Need {
        Need { megabytes: (self.bytes() / MEGABYTE).ceil() as u64, seconds: self.seconds() }
    }

    /// The largest number of points, as dense and as collapsible as these, that needs no more megabytes than `limit`.
    pub fn largest_n_within(&self, limit: u64) -> usize {
        let fits = |n_points: usize| Self { n_points, ..*self }.need().megabytes <= limit;
        let (mut low, mut high) = (0, MAX_POINTS + 1);
        while low + 1 < high {
            let middle = usize::midpoint(low, high);
            if fits(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Refuses what needs more megabytes than `limit`.
    ///
    /// # Errors
    /// [`Error::TooManyPoints`] with the number of points that do fit.
    pub fn check(&self, limit: u64) -> Result<()> {
        let Need { megabytes, .. } = self.need();
        if megabytes <= limit {
            return Ok(());
        }
        let Self { n_points, max_dim, .. } = *self;
        Err(Error::TooManyPoints { n_points, max_dim, megabytes, limit, fits: self.largest_n_within(limit) })
    }

    fn bytes(&self) -> f64 {
        let n = self.n_points as f64;
        let edges = self.share * pairs(self.n_points);
        let matrix = if self.has_matrix { 2.0 * n * n } else { 0.0 };
        match self.engine {
            // A point outside the tree and its nearest one inside; without a matrix the points a second time, in 32 bits,
            // their neighbours and the candidates for edges.
            Engine::SpanningTree if self.has_matrix => matrix + 16.0 * n,
            Engine::SpanningTree => n * (8.0 * self.n_coords as f64 + 400.0),
            // Square rows, classes, bit rows; and of the edges a part in two copies.
            Engine::ReducedRips => matrix + 6.5 * n * n + 4.0 * edges + 32.0 * n,
            // Edges, their ranks as a square, bit rows, the edges left by collapse; then the columns.
            Engine::Cohomology => {
                matrix + (16.0 * edges).max(4.25 * n * n + 8.0 * edges * (1.0 + self.left)) + self.columns_bytes()
            }
        }
    }

    /// The columns of the largest dimension with their pivots, additions, and the one that is being reduced.
    fn columns_bytes(&self) -> f64 {
        let most = (1..=self.max_dim).map(|dim| self.n_columns(dim)).fold(0.0, f64::max);
        // Measured up to 300 points; beyond, rather too little than to refuse what might do.
        let n = self.n_points as f64;
        let fill = if self.is_hollow { 0.012 * n.powi(2) * n.min(300.0).powi(2) } else { 0.0 };
        130.0 * most + fill
    }

    /// Columns of a dimension that are in no apparent pair: found to be about a third as many triangles as there are
    /// edges left, and then more for each dimension the more edges a point has.
    fn n_columns(&self, dim: usize) -> f64 {
        let edges_left = self.left * self.share * pairs(self.n_points);
        let per_point = 2.0 * edges_left / self.n_points.max(1) as f64;
        match dim {
            1 => (1.4 * self.n_points as f64).min(edges_left),
            _ => 0.35 * edges_left * (per_point / 10.0).powf(dim as f64 - 2.0),
        }
    }

    fn seconds(&self) -> f64 {
        let n = self.n_points as f64;
        let pairs = pairs(self.n_points);
        let edges = self.share * pairs;
        let distances = pairs * (self.n_coords as f64 * 0.35e-9 + 1.5e-9);
        let barcode = match self.engine {
            Engine::SpanningTree if self.has_matrix => pairs * 5e-9,
            // Twice products of all pairs.
            Engine::SpanningTree => pairs * (self.n_coords as f64 * 0.095e-9 + 3.5e-9) + 4e-6 * n,
            Engine::ReducedRips => pairs * (12e-9 + 0.025e-9 * n),
            Engine::Cohomology => {
                let per_point = 2.0 * edges / n.max(1.0);
                let collapse = if self.left < 1.0 { edges * (0.1e-9 * n + 1.5e-9 * per_point) } else { 0.0 };
                let columns: f64 = (1..=self.max_dim).map(|dim| self.n_columns(dim)).sum();
                let filling = if self.is_hollow { (n / 90.0).powi(3).max(1.0) } else { 1.0 };
                edges * 40e-9 + collapse + columns * filling * (1.5e-6 + 14e-9 * per_point)
            }
        };
        MESSAGE_SECONDS + if self.has_matrix { distances + barcode } else { barcode }
    }
}

fn pairs(n_points: usize) -> f64 {
    n_points as f64 * n_points.saturating_sub(1) as f64 / 2.0
}

fn collapses(params: &RipsParams) -> bool {
    params.engine() == Engine::Cohomology && params.max_dim() > 1 && params.optimisations().collapse
}

/// Edges from all over the filtration, and how many of them no point of their lune dominates.
#[derive(Default)]
struct Sample {
    tried: u32,
    /// Not dominated when they enter.
    at_first: u32,
    /// Not dominated then or later: collapse leaves about as many.
    ever: u32,
    /// Not dominated near the end.
    late: u32,
}

impl Sample {
    fn of(matrix: &DistanceMatrix, threshold: f32, n_edges: usize) -> Self {
        let within = || matrix.lower().iter().copied().filter(|&length| length <= threshold);
        let step = (n_edges / SAMPLE).max(1);
        // Every so-manieth edge in the order of the matrix; its lengths also tell where scales are.
        let mut lengths: Vec<f32> = within().step_by(step).collect();
        lengths.sort_unstable_by(f32::total_cmp);
        let scale = |place: f64| lengths[(place * (lengths.len() - 1) as f64) as usize];
        let mut sample = Self::default();
        let mut place = 0;
        for a in 1..matrix.n_points() {
            for b in 0..a {
                let length = matrix.get(a, b);
                if length > threshold {
                    continue;
                }
                place += 1;
                if place % step != 0 {
                    continue;
                }
                let first = lengths.partition_point(|&other| other < length) as f64 / lengths.len() as f64;
                let mut open = SCALES.iter().map(|later| {
                    let scale = if *later > 0.0 { scale(first + later * (1.0 - first)) } else { length };
                    !is_dominated(matrix, a, b, scale.max(length))
                });
                sample.tried += 1;
                let at_first = open.next() == Some(true);
                sample.at_first += u32::from(at_first);
                sample.ever += u32::from(at_first || open.any(|open| open));
                sample.late += u32::from(!is_dominated(matrix, a, b, scale(LATE).max(length)));
            }
        }
        sample
    }

    fn share(&self, count: u32) -> f64 {
        f64::from(count) / f64::from(self.tried.max(1))
    }

    fn left(&self) -> f64 {
        self.share(self.ever)
    }

    fn is_hollow(&self) -> bool {
        // Where edges are hardly ever dominated, as on spheres of many dimensions, little fills up.
        self.share(self.late) > 0.6 && self.share(self.at_first) < 0.5
    }
}

/// Whether some point of an edge's lune at a scale, one of those in its middle, sees all others of it.
fn is_dominated(matrix: &DistanceMatrix, a: usize, b: usize, scale: f32) -> bool {
    let others = (0..matrix.n_points()).filter(|&c| c != a && c != b);
    let mut lune: Vec<(f32, usize)> =
        others.map(|c| (matrix.get(a, c).max(matrix.get(b, c)), c)).filter(|&(far, _)| far <= scale).collect();
    lune.sort_unstable_by(|x, y| x.0.total_cmp(&y.0));
    let sees_all = |c: usize| lune.iter().all(|&(_, x)| matrix.get(c, x) <= scale);
    lune.iter().take(ASKED).any(|&(_, c)| sees_all(c))
}

/// For when memory has run out all the same.
pub(super) fn out_of_memory(n_points: usize, max_dim: usize) -> Error {
    // What was held is gone; it was about as much as a worker can have, and twice that was asked for. The number of
    // simplices goes with this power of the number of points: half as many should fit.
    let fits = n_points as f64 * 0.5_f64.powf(1.0 / (max_dim + 1) as f64);
    Error::TooManyPoints { n_points, max_dim, megabytes: 2048, limit: 1024, fits: fits as usize }
}
