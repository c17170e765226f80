//! H0 and H1 over ℤ/2 by the Reduced Vietoris–Rips construction.
//!
//! The *lune* of an edge holds the points that earlier edges connect to both its ends. An edge with an empty lune merges
//! two components or opens a cycle (a *birth*). Any other edge closes one cycle less than its lune has components: of
//! all triangles that it completes, one per component counts (Koyama, Mémoli, Robins, Turner, *Reduced Vietoris–Rips
//! complexes*, arXiv 2307.16333).
//!
//! Instead of reducing boundary columns, every edge gets its class as a sum of births ([`Classes`]), found through the
//! first triangle of its lune; each further triangle is then a linear relation between births, and the youngest birth of
//! a new relation dies. The number of births is counted first, so the work ends when all have died.

use super::barcode::{Barcode, Interval};
use super::classes::{Class, Classes};
use super::relations::{Births, Relations};
use super::sorting::sorted_edges;
use super::spanning_tree;
use super::ticker::Ticker;
use super::union_find::UnionFind;
use crate::Result;
use crate::geometry::{DistanceMatrix, EdgeKey};

/// The barcode in dimensions 0 and 1 over ℤ/2.
pub(super) fn barcode(
    matrix: &DistanceMatrix,
    threshold: f32,
    early_stop: bool,
    ticker: &mut Ticker<'_, '_>,
) -> Result<Barcode> {
    let Pairing { components, births, deaths, .. } = Pairing::new(matrix, threshold, early_stop, ticker)?;
    let death = |edge: &Option<EdgeKey>| edge.map_or(f32::INFINITY, EdgeKey::length);
    let cycles = births.iter().zip(&deaths).map(|(birth, edge)| Interval::new(birth.length(), death(edge)));
    Ok(Barcode::from_intervals(vec![components, cycles.collect()]))
}

/// Which edge opens each cycle and which one closes it, and how that was found.
pub(super) struct Pairing {
    /// The H0 intervals.
    pub components: Vec<Interval>,
    /// Edges that open a cycle, in filtration order.
    pub births: Vec<EdgeKey>,
    /// For each of them the edge at which its cycle becomes a sum of older ones.
    pub deaths: Vec<Option<EdgeKey>>,
    /// The class of every edge up to the last death.
    pub classes: Classes,
    /// The relations between births, each under the one that it ends.
    pub relations: Relations,
}

impl Pairing {
    pub(super) fn new(
        matrix: &DistanceMatrix,
        threshold: f32,
        early_stop: bool,
        ticker: &mut Ticker<'_, '_>,
    ) -> Result<Self> {
        let n_points = matrix.n_points();
        let edges = sorted_edges(matrix, threshold, ticker)?;
        let mut classes = Classes::new(n_points);
        let (components, births) = count(&edges, n_points, &mut classes, ticker)?;
        let (relations, deaths) = pair(&edges, n_points, births.len(), early_stop, &mut classes, ticker)?;
        Ok(Self { components, births, deaths, classes, relations })
    }
}

/// First pass: the H0 intervals and the edges that open cycles.
fn count(
    edges: &[EdgeKey],
    n_points: usize,
    classes: &mut Classes,
    ticker: &mut Ticker<'_, '_>,
) -> Result<(Vec<Interval>, Vec<EdgeKey>)> {
    let mut neighbours = Neighbours::new(n_points);
    let mut components = UnionFind::new(n_points);
    let mut intervals = Vec::new();
    let mut births = Vec::new();
    for (done, &edge) in edges.iter().enumerate() {
        if !neighbours.have_common(edge) {
            if components.union(edge.high(), edge.low()) {
                intervals.push(spanning_tree::merged_by(edge));
                classes.set(edge, Class::Zero);
            } else {
                classes.set(edge, Class::Birth(births.len() as u32));
                births.push(edge);
            }
        }
        neighbours.join(edge);
        ticker.spend(10, 0, (done, edges.len()))?;
    }
    intervals.extend(spanning_tree::essential(components.n_components()));
    Ok((intervals, births))
}

/// Second pass: the relations between births and the edges that bring them.
fn pair(
    edges: &[EdgeKey],
    n_points: usize,
    n_births: usize,
    early_stop: bool,
    classes: &mut Classes,
    ticker: &mut Ticker<'_, '_>,
) -> Result<(Relations, Vec<Option<EdgeKey>>)> {
    let mut neighbours = Neighbours::new(n_points);
    let mut relations = Relations::new(n_births);
    let mut deaths = vec![None; n_births];
    let mut lune = Lune::default();
    for &edge in edges {
        if early_stop && relations.len() == n_births {
            break;
        }
        neighbours.common(edge, &mut lune.rest);
        let mut work = 20 + neighbours.words;
        if let Some(first) = lune.first_component(edge, &neighbours) {
            classes.set(edge, Class::ThroughTriangle(first));
            while let Some(vertex) = lune.next_component(&neighbours) {
                let mut sum = Births::new();
                work += classes.add_triangle(&mut sum, edge, vertex);
                let (dead, steps) = relations.insert(&mut sum);
                work += steps;
                if let Some(birth) = dead {
                    deaths[birth] = Some(edge);
                }
            }
        }
        neighbours.join(edge);
        ticker.spend(work, 1, (relations.len(), n_births))?;
    }
    Ok((relations, deaths))
}

/// Who is connected to whom by earlier edges: one row of bits per point.
struct Neighbours {
    bits: Vec<u64>,
    words: usize,
    /// The other end of each point's shortest edge; the point itself before it has one.
    nearest: Vec<u32>,
}

impl Neighbours {
    fn new(n_points: usize) -> Self {
        let words = n_points.div_ceil(64);
        Self { bits: vec![0; n_points * words], words, nearest: (0..n_points as u32).collect() }
    }

    fn of(&self, point: u32) -> &[u64] {
        &self.bits[point as usize * self.words..][..self.words]
    }

    fn join(&mut self, edge: EdgeKey) {
        let (a, b) = (edge.low() as usize, edge.high() as usize);
        self.bits[a * self.words + b / 64] |= 1 << (b % 64);
        self.bits[b * self.words + a / 64] |= 1 << (a % 64);
        for (point, other) in [(a, b), (b, a)] {
            if self.nearest[point] as usize == point {
                self.nearest[point] = other as u32;
            }
        }
    }

    fn have_common(&self, edge: EdgeKey) -> bool {
        self.of(edge.low()).iter().zip(self.of(edge.high())).any(|(a, b)| a & b != 0)
    }

    fn common(&self, edge: EdgeKey, lune: &mut Vec<u64>) {
        lune.clear();
        lune.extend(self.of(edge.low()).iter().zip(self.of(edge.high())).map(|(a, b)| a & b));
    }
}

/// The points of a lune, given out one component at a time.
#[derive(Default)]
struct Lune {
    /// Points of components not yet visited.
    rest: Vec<u64>,
    /// Points of the current component whose neighbours are still to be collected.
    open: Vec<u64>,
}

impl Lune {
    /// A point of some component, which is then removed: if possible the nearest neighbour of an end of the edge, since
    /// that mostly sees all other points.
    fn first_component(&mut self, edge: EdgeKey, neighbours: &Neighbours) -> Option<u32> {
        for end in [edge.low(), edge.high()] {
            let nearest = neighbours.nearest[end as usize];
            let (word, bit) = (nearest as usize / 64, 1 << (nearest % 64));
            if self.rest[word] & bit != 0 {
                self.rest[word] ^= bit;
                return Some(self.remove_component_of(nearest, neighbours));
            }
        }
        self.next_component(neighbours)
    }

    /// The point of smallest index in the next component, which is then removed.
    fn next_component(&mut self, neighbours: &Neighbours) -> Option<u32> {
        let first = take_first(&mut self.rest)?;
        Some(self.remove_component_of(first, neighbours))
    }

    /// Removes the points connected to `first`, which is gone already; gives back `first`.
    fn remove_component_of(&mut self, first: u32, neighbours: &Neighbours) -> u32 {
        let row = neighbours.of(first);
        // Mostly one point sees all others: then nothing needs to be collected.
        if self.rest.iter().zip(row).all(|(rest, row)| rest & !row == 0) {
            self.rest.fill(0);
            return first;
        }
        self.open.clear();
        self.open.extend(self.rest.iter().zip(row).map(|(rest, row)| rest & row));
        remove(&mut self.rest, row);
        while let Some(point) = take_first(&mut self.open) {
            let row = neighbours.of(point);
            let mut left = 0;
            for ((rest, open), row) in self.rest.iter_mut().zip(&mut self.open).zip(row) {
                *open |= *rest & row;
                *rest &= !row;
                left |= *rest;
            }
            if left == 0 {
                break;
            }
        }
        first
    }
}

fn remove(set: &mut [u64], others: &[u64]) {
    for (word, &other) in set.iter_mut().zip(others) {
        *word &= !other;
    }
}

/// Removes the smallest index.
fn take_first(set: &mut [u64]) -> Option<u32> {
    let word = set.iter().position(|&word| word != 0)?;
    let bit = set[word].trailing_zeros();
    set[word] &= set[word] - 1;
    Some(word as u32 * 64 + bit)
}
