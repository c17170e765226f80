//! Loops of H1 intervals, checked by linear algebra over ℤ/2 on all triangles.

use bettiscope::geometry::{DistanceMatrix, shortest_edges};
use bettiscope::homology::{Interval, Loop, Representatives, rips_barcode};
use bettiscope::progress::ignore;

use crate::clouds::{Xorshift, barcode, cloud, euclidean, matrix, params, polygon};

/// Sets of edges as bits by rank in the filtration.
type Chain = u64;

/// A small filtration with every edge and triangle listed.
struct Complex {
    n: usize,
    /// Ends and length by rank.
    edges: Vec<([u32; 2], f32)>,
    rank: Vec<Vec<usize>>,
}

impl Complex {
    fn new(matrix: &DistanceMatrix) -> Self {
        let n = matrix.n_points();
        let edges: Vec<_> = shortest_edges(matrix, usize::MAX).iter().map(|e| (e.points, e.length)).collect();
        assert!(edges.len() <= 64, "a small cloud");
        let mut rank = vec![vec![usize::MAX; n]; n];
        for (k, ([a, b], _)) in edges.iter().enumerate() {
            rank[*a as usize][*b as usize] = k;
            rank[*b as usize][*a as usize] = k;
        }
        Self { n, edges, rank }
    }

    /// Boundaries of the triangles up to a scale.
    fn boundaries(&self, scale: f32) -> Vec<Chain> {
        let mut found = Vec::new();
        for a in 0..self.n {
            for b in 0..a {
                for c in 0..b {
                    let sides = [self.rank[a][b], self.rank[a][c], self.rank[b][c]];
                    if sides.iter().all(|&side| self.edges[side].1 <= scale) {
                        found.push(sides.iter().fold(0, |chain, side| chain | 1 << side));
                    }
                }
            }
        }
        found
    }

    fn closed(&self, points: &[u32]) -> Chain {
        let next = points.iter().cycle().skip(1);
        points.iter().zip(next).fold(0, |chain, (&p, &q)| chain ^ 1 << self.rank[p as usize][q as usize])
    }

    fn length(&self, chain: Chain) -> f64 {
        (0..self.edges.len()).filter(|k| chain >> k & 1 == 1).map(|k| f64::from(self.edges[k].1)).sum()
    }

    /// All loops without repeated points that an edge closes, the others older.
    fn loops_through(&self, edge: usize) -> Vec<Chain> {
        let [a, b] = self.edges[edge].0.map(|p| p as usize);
        let mut found = Vec::new();
        let mut open = vec![vec![a]];
        while let Some(path) = open.pop() {
            let here = *path.last().expect("a point");
            if here == b {
                found.push(self.closed(&path.iter().map(|&p| p as u32).collect::<Vec<_>>()));
                continue;
            }
            for next in (0..self.n).filter(|next| !path.contains(next) && self.rank[here][*next] < edge) {
                open.push([&path[..], &[next]].concat());
            }
        }
        found
    }
}

/// Whether a chain is a sum of others.
fn is_spanned(mut chain: Chain, by: &[Chain]) -> bool {
    let mut basis = [0_u64; 64];
    let reduce = |basis: &[u64; 64], mut chain: Chain| {
        while chain != 0 && basis[63 - chain.leading_zeros() as usize] != 0 {
            chain ^= basis[63 - chain.leading_zeros() as usize];
        }
        chain
    };
    for &other in by {
        let rest = reduce(&basis, other);
        if rest != 0 {
            basis[63 - rest.leading_zeros() as usize] = rest;
        }
    }
    chain = reduce(&basis, chain);
    chain == 0
}

/// Everything that is promised of one loop.
fn check_loop(complex: &Complex, threshold: f32, interval: &Interval, found: &Loop) -> Chain {
    let chain = complex.closed(&found.points);
    assert_eq!(chain.count_ones() as usize, found.points.len(), "no edge is walked twice: {found:?}");
    let edge = 63 - chain.leading_zeros() as usize;
    assert_eq!(complex.edges[edge].1, interval.birth, "the latest edge is the birth");
    let mut ends = [found.points[0], found.points[found.points.len() - 1]];
    ends.sort_unstable();
    assert_eq!(complex.edges[edge].0, ends);

    // Homologous to older cycles at a scale: a boundary equals it in all edges from the latest on.
    let is_older = |scale: f32| {
        let cut: Vec<Chain> = complex.boundaries(scale).iter().map(|chain| chain >> edge << edge).collect();
        is_spanned(1 << edge, &cut)
    };
    let is_met = |scale: f32| scale <= threshold && (interval.birth..interval.death).contains(&scale);
    for &(_, scale) in complex.edges.iter().filter(|edge| is_met(edge.1)) {
        assert!(!is_older(scale), "alive at {scale}: {interval:?} {found:?}");
    }
    let loops = complex.loops_through(edge);
    let shortest = |wanted: &dyn Fn(Chain) -> bool| {
        loops.iter().filter(|&&l| wanted(l)).map(|&l| complex.length(l)).fold(f64::INFINITY, f64::min)
    };
    let equal = |length: f64| (complex.length(chain) - length).abs() < 1e-6;
    if interval.is_essential() {
        assert!(!found.is_filled && found.death_edge.is_none());
        assert!(equal(shortest(&|_| true)), "{found:?}");
        return chain;
    }
    assert!(is_older(interval.death), "dead at its death: {interval:?} {found:?}");
    let death = found.death_edge.expect("a finite interval");
    assert_eq!(complex.edges[complex.rank[death[0] as usize][death[1] as usize]].1, interval.death);
    let boundaries = complex.boundaries(interval.death);
    assert_eq!(found.is_filled, is_spanned(chain, &boundaries));
    let best = shortest(&|l| is_spanned(l, &boundaries));
    assert!(equal(if found.is_filled { best } else { shortest(&|_| true) }), "{found:?}");
    chain
}

/// The loops of all H1 intervals of a small matrix: how many are filled in at their death.
fn check(matrix: &DistanceMatrix, threshold: Option<f32>) -> (usize, usize) {
    let complex = Complex::new(matrix);
    let params = params(1, 2, threshold);
    let barcode = rips_barcode(matrix, &params, &mut ignore).expect("barcode");
    let mut loops = Representatives::new(matrix.clone(), &params, &mut ignore).expect("loops");
    let mut chains = Vec::new();
    let mut n_filled = 0;
    for (k, interval) in barcode.dim(1).iter().enumerate() {
        let copy = barcode.dim(1)[..k].iter().filter(|other| *other == interval).count();
        let found = loops.of(interval, copy).expect("a loop");
        let chain = check_loop(&complex, threshold.unwrap_or(f32::MAX), interval, &found);
        assert!(!is_spanned(chain, &chains), "loops of different intervals are independent");
        chains.push(chain);
        n_filled += usize::from(found.is_filled);
        let n_same = barcode.dim(1).iter().filter(|other| *other == interval).count();
        assert_eq!(loops.of(interval, n_same), None, "there are only so many");
    }
    (chains.len(), n_filled)
}

#[test]
fn loops_of_random_clouds_stand_for_their_intervals() {
    let mut random = Xorshift(41);
    let (mut n_loops, mut n_filled) = (0, 0);
    for round in 0..150 {
        let n = 6 + round % 4;
        let lower: Vec<f32> = match round % 3 {
            // Any lengths; with ties and zeros; points of the plane.
            0 => (0..n * (n - 1) / 2).map(|_| random.unit()).collect(),
            1 => (0..n * (n - 1) / 2).map(|_| (random.bits() % 6) as f32).collect(),
            _ => euclidean(&random.cube(n, 2)).lower().to_vec(),
        };
        let matrix = DistanceMatrix::from_condensed(lower).expect("matrix");
        for threshold in [None, Some(0.6)] {
            let (all, filled) = check(&matrix, threshold);
            n_loops += all;
            n_filled += filled;
        }
    }
    assert!(n_loops > 150 && n_filled > 100 && n_filled < n_loops, "{n_filled} of {n_loops} loops are filled");
}

#[test]
fn a_polygon_is_its_own_loop() {
    let matrix = euclidean(&polygon(11));
    assert_eq!(check(&matrix, None), (1, 1));
    let mut loops = Representatives::new(matrix.clone(), &params(1, 2, None), &mut ignore).expect("loops");
    let mut points = loops.of(&barcode(&matrix, 1).dim(1)[0], 0).expect("a loop").points;
    points.sort_unstable();
    assert_eq!(points, (0..11).collect::<Vec<_>>());
}

/// Two squares side by side with a common side, the right one a little larger: the later loop is the square that is
/// filled later, not the way around both.
#[test]
fn a_loop_runs_around_the_hole_that_is_filled_in_at_its_death() {
    let points = cloud(&[[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [2.1, 1.0], [2.1, 0.0]]);
    let matrix = euclidean(&points);
    assert_eq!(check(&matrix, None), (2, 2));
    let mut loops = Representatives::new(matrix.clone(), &params(1, 2, None), &mut ignore).expect("loops");
    for interval in barcode(&matrix, 1).dim(1) {
        assert_eq!(loops.of(interval, 0).expect("a loop").points.len(), 4);
    }
}

/// Two squares, one above the other and a little smaller, that a tunnel joins before either is filled in: the younger
/// loop is then homologous to the older one, and no single loop is filled in.
#[test]
fn a_loop_that_joins_an_older_one_says_so() {
    let side = |k: usize| k % 4;
    let opposite = |i: usize, j: usize| (side(i) + 4 - side(j)) % 4 == 2;
    let tunnel = matrix(8, |i, j| match (opposite(i, j), i / 4 == j / 4) {
        (true, _) => 9.0,
        (false, true) => {
            if i < 4 {
                1.0
            } else {
                2.0
            }
        }
        (false, false) => {
            if side(i) == side(j) {
                3.0
            } else {
                4.0
            }
        }
    });
    let (n_loops, n_filled) = check(&tunnel, None);
    assert!(n_loops >= 2 && n_filled < n_loops, "{n_filled} of {n_loops}");
}

#[test]
fn unknown_intervals_have_no_loop() {
    let matrix = euclidean(&polygon(8));
    let mut loops = Representatives::new(matrix, &params(1, 2, None), &mut ignore).expect("loops");
    assert_eq!(loops.of(&Interval::new(0.25, 0.5), 0), None);
    assert_eq!(loops.of(&Interval::new(0.0, f32::INFINITY), 0), None);
}
