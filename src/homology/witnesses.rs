//! Which lunes are empty, found without sorting the edges.
//!
//! Most edges have one of the nearest neighbours of an end in their lune: such a *witness* settles them, for many edges
//! of one point at a time. The few that are left are looked at one by one. The edges with empty lunes form the relative
//! neighbourhood graph (Toussaint, *The relative neighbourhood graph of a finite planar set*, Pattern Recognition 12,
//! 1980), ties being broken by the order of edges.

use super::square::{BLOCK, MANY, Square};
use crate::geometry::{DistanceMatrix, EdgeKey};
use crate::parallel;

/// Near neighbours of each point that are tried.
const NEAREST: usize = 8;
/// Points among which one is looked for at a time.
const LANES: usize = 32;

/// The distances and, for each point, some that are near.
pub(super) struct Witnesses {
    square: Square,
    /// By length, nearest first; the point itself where there are not enough others.
    nearest: Vec<[u32; NEAREST]>,
}

impl Witnesses {
    pub(super) fn new(matrix: &DistanceMatrix) -> Self {
        let square = Square::new(matrix);
        let points: Vec<usize> = (0..square.n_points()).collect();
        let n_threads = parallel::n_threads_worth(points.len() > MANY);
        let shares: Vec<&[usize]> = points.chunks(points.len().div_ceil(n_threads)).collect();
        let nearest = parallel::map(shares, |share: &[usize]| -> Vec<_> {
            share.iter().map(|&point| nearest_to(point, square.of(point))).collect()
        });
        let nearest = nearest.concat();
        Self { square, nearest }
    }

    pub(super) fn n_points(&self) -> usize {
        self.square.n_points()
    }

    /// The edge between two different points.
    pub(super) fn edge(&self, a: u32, b: u32) -> EdgeKey {
        self.square.edge(a as usize, b as usize)
    }

    /// Some of those nearest to a point.
    pub(super) fn near(&self, point: u32) -> &[u32; NEAREST] {
        &self.nearest[point as usize]
    }

    /// A point in the lune of an edge, if there is one.
    pub(super) fn of(&self, edge: EdgeKey) -> Option<u32> {
        let (a, b) = (edge.high() as usize, edge.low() as usize);
        let near = |&&c: &&u32| c as usize != a && c as usize != b && self.is_in_lune(c as usize, edge);
        let close = self.nearest[a].iter().find(near).or_else(|| self.nearest[b].iter().find(near));
        close.copied().or_else(|| self.search(edge))
    }

    fn is_in_lune(&self, point: usize, edge: EdgeKey) -> bool {
        let (a, b) = (edge.high() as usize, edge.low() as usize);
        self.square.edge(a, point) < edge && self.square.edge(b, point) < edge
    }

    /// Looks at all points.
    fn search(&self, edge: EdgeKey) -> Option<u32> {
        let (a, b) = (edge.high() as usize, edge.low() as usize);
        let length = edge.length();
        let rows = self.square.of(a).chunks_exact(BLOCK).zip(self.square.of(b).chunks_exact(BLOCK));
        for (block, (of_a, of_b)) in rows.enumerate() {
            let mut any = false;
            for (&x, &y) in of_a.iter().zip(of_b) {
                any |= (if x > y { x } else { y }) <= length;
            }
            if any {
                // The ends see themselves infinitely far away and are no candidates.
                let lanes = of_a.iter().zip(of_b).enumerate().filter(|(_, (x, y))| x.max(**y) <= length);
                let found = lanes.map(|(lane, _)| block * BLOCK + lane).find(|&c| self.is_in_lune(c, edge));
                if let Some(c) = found {
                    return Some(c as u32);
                }
            }
        }
        None
    }

    /// The edges of at most the given length whose lunes are empty, in no particular order.
    pub(super) fn edges_with_empty_lune(&self, threshold: f32) -> Vec<EdgeKey> {
        // Rows dealt out like cards, since the later ones are longer.
        let n_points = self.square.n_points();
        let n_threads = parallel::n_threads_worth(n_points > MANY);
        let found = parallel::map((0..n_threads).collect(), |first: usize| {
            let mut empty = Vec::new();
            for a in (first..n_points).step_by(n_threads) {
                self.empty_lunes_of(a, threshold, &mut empty);
            }
            empty
        });
        found.concat()
    }

    /// Those of a point and earlier ones.
    fn empty_lunes_of(&self, a: usize, threshold: f32, empty: &mut Vec<EdgeKey>) {
        let own = self.square.of(a);
        let near = self.nearest[a].map(|c| (own[c as usize], self.square.of(c as usize)));
        for start in (0..a).step_by(BLOCK) {
            let lengths = &own[start..start + BLOCK];
            let mut open = [0_u32; BLOCK];
            for (open, &length) in open.iter_mut().zip(lengths) {
                *open = u32::from(length <= threshold);
            }
            // Two witnesses at a time between the questions whether any edge is still open.
            for pair in near.chunks_exact(2) {
                for (to_witness, row) in pair {
                    for ((open, &length), &d) in open.iter_mut().zip(lengths).zip(&row[start..start + BLOCK]) {
                        let farther = if d > *to_witness { d } else { *to_witness };
                        *open &= u32::from(farther >= length);
                    }
                }
                if open.iter().fold(0, |any, open| any | open) == 0 {
                    break;
                }
            }
            for (b, _) in (start..a).zip(open).filter(|&(_, open)| open != 0) {
                let edge = self.square.edge(a, b);
                if self.of(edge).is_none() {
                    empty.push(edge);
                }
            }
        }
    }
}

/// The nearest of every [`LANES`]th point, and of these the nearest: mostly those that are nearest of all.
fn nearest_to(point: usize, row: &[f32]) -> [u32; NEAREST] {
    let mut least = [f32::INFINITY; LANES];
    let mut blocks = [0_u32; LANES];
    let mut take = |start: usize, block: &[f32]| {
        for ((least, at), &length) in least.iter_mut().zip(&mut blocks).zip(block) {
            let is_closer = length < *least;
            *at = if is_closer { start as u32 } else { *at };
            *least = if is_closer { length } else { *least };
        }
    };
    let (whole, rest) = row.as_chunks::<LANES>();
    for (number, block) in whole.iter().enumerate() {
        take(number * LANES, block);
    }
    take(whole.len() * LANES, rest);
    let mut found = [0_u64; LANES];
    for (lane, ((found, least), start)) in (0..).zip(found.iter_mut().zip(least).zip(blocks)) {
        *found = u64::from(least.to_bits()) << 32 | u64::from(start + lane);
    }
    found.sort_unstable();
    let is_missing = |key: u64| key >> 32 >= u64::from(f32::INFINITY.to_bits());
    std::array::from_fn(|k| if is_missing(found[k]) { point as u32 } else { found[k] as u32 })
}
