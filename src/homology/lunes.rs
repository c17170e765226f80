//! H0 and H1 over ℤ/2 by the Reduced Vietoris–Rips construction.
//!
//! The *lune* of an edge holds the points that earlier edges connect to both its ends. An edge with an empty lune merges
//! two components or opens a cycle (a *birth*). Any other edge closes one cycle less than its lune has components: of
//! all triangles that it completes, one per component counts (Koyama, Mémoli, Robins, Turner, *Reduced Vietoris–Rips
//! complexes*, arXiv 2307.16333).
//!
//! Instead of reducing boundary columns, every edge gets its class as a sum of births ([`Classes`]); two triangles of one
//! edge in different components of its lune are then a linear relation between births, and the youngest birth of a new
//! relation dies. The births are known before ([`Witnesses`]), so the work ends when all have died, mostly long before the
//! last edge, and edges are sorted no further than that ([`Shares`]).

use super::barcode::{Barcode, Engine, Interval};
use super::classes::{Class, Classes};
use super::params::Optimisations;
use super::relations::{Births, Relations};
use super::shares::Shares;
use super::spanning_tree;
use super::ticker::Ticker;
use super::union_find::UnionFind;
use super::witnesses::Witnesses;
use crate::geometry::{DistanceMatrix, EdgeKey};
use crate::{Result, parallel};

/// Edges whose lunes are looked at between two looks at whether all births have died, on each of several threads.
const BATCH: usize = 2048;
/// The same on a single thread, which loses nothing by looking often.
const ALONE: usize = 256;

/// The barcode in dimensions 0 and 1 over ℤ/2.
pub(super) fn barcode(
    matrix: &DistanceMatrix,
    threshold: f32,
    optimisations: Optimisations,
    ticker: &mut Ticker<'_, '_>,
) -> Result<Barcode> {
    let Pairing { components, births, deaths, .. } = Pairing::new(matrix, threshold, optimisations, ticker)?;
    let death = |edge: &Option<EdgeKey>| edge.map_or(f32::INFINITY, EdgeKey::length);
    let cycles = births.iter().zip(&deaths).map(|(birth, edge)| Interval::new(birth.length(), death(edge)));
    let cycles: Vec<Interval> = cycles.collect();
    cycles.iter().filter(|cycle| cycle.is_essential()).for_each(|&cycle| ticker.found(1, cycle));
    Ok(Barcode::made_by(Engine::ReducedRips, vec![components, cycles]))
}

/// Which edge opens each cycle and which one closes it, and how that was found.
pub(super) struct Pairing {
    /// The H0 intervals.
    pub components: Vec<Interval>,
    /// Edges that open a cycle, in filtration order.
    pub births: Vec<EdgeKey>,
    /// For each of them the edge at which its cycle becomes a sum of older ones.
    pub deaths: Vec<Option<EdgeKey>>,
    /// Points in lunes.
    pub witnesses: Witnesses,
    /// The classes of edges in terms of births, as far as they were needed.
    pub classes: Classes,
    /// The relations between births, each under the one that it ends.
    pub relations: Relations,
}

impl Pairing {
    pub(super) fn new(
        matrix: &DistanceMatrix,
        threshold: f32,
        optimisations: Optimisations,
        ticker: &mut Ticker<'_, '_>,
    ) -> Result<Self> {
        let n_points = matrix.n_points();
        ticker.ask(0, (0, n_points))?;
        let witnesses = Witnesses::new(matrix);
        ticker.ask(0, (0, n_points))?;
        let mut empty = if optimisations.witnesses {
            witnesses.edges_with_empty_lune(threshold)
        } else {
            edges_with_empty_lune(matrix, threshold, ticker)?
        };
        empty.sort_unstable();
        let mut classes = Classes::new(n_points);
        let mut parts = UnionFind::new(n_points);
        let (mut components, mut births) = (Vec::new(), Vec::new());
        for edge in empty {
            if parts.union(edge.high(), edge.low()) {
                components.push(spanning_tree::merged_by(edge));
                classes.set(edge, Class::Zero);
            } else {
                classes.set(edge, Class::Birth(births.len() as u32));
                births.push(edge);
            }
        }
        components.extend(spanning_tree::essential(parts.n_components()));
        ticker.all_found(0, &components);
        let (relations, deaths) = (Relations::new(births.len()), vec![None; births.len()]);
        let mut pairing = Self { components, births, deaths, witnesses, classes, relations };
        if !pairing.births.is_empty() {
            ticker.ask(1, (0, pairing.births.len()))?;
            pairing.pair(&mut Shares::new(matrix, threshold), optimisations.early_stop, ticker)?;
        }
        Ok(pairing)
    }

    /// Finds the relations between births and the edges that bring them.
    fn pair(&mut self, shares: &mut Shares<'_>, early_stop: bool, ticker: &mut Ticker<'_, '_>) -> Result<()> {
        let Self { births, deaths, witnesses, classes, relations, .. } = self;
        let n_births = births.len();
        let n_threads = parallel::n_threads_worth(shares.n_edges() > 100 * BATCH);
        let mut scouts: Vec<Scout<'_>> = (0..n_threads).map(|_| Scout::new(witnesses)).collect();
        let (mut batch, mut bounds, mut sum) = (Vec::new(), vec![0], Births::new());
        let most = (shares.n_edges() / 256).clamp(BATCH, 8 * BATCH);
        while !(early_stop && relations.len() == n_births) {
            let wanted = if n_threads > 1 { n_threads * most } else { ALONE };
            let mut more = true;
            while more && batch.len() < wanted {
                more = shares.next(&mut batch);
                bounds.push(batch.len());
            }
            if batch.is_empty() {
                break;
            }
            let piece = bounds.len().div_ceil(n_threads);
            let tasks: Vec<(Scout<'_>, usize)> = scouts.into_iter().zip((0..).step_by(piece)).collect();
            scouts = parallel::map(tasks, |(mut scout, start)| {
                let ends = &bounds[start.min(bounds.len() - 1)..(start + piece + 1).min(bounds.len())];
                scout.explore(&batch, ends);
                scout
            });
            let mut work = scouts.iter().map(|scout| scout.work).sum::<usize>() / n_threads;
            for Split { edge, first, second } in scouts.iter_mut().flat_map(|scout| scout.found.drain(..)) {
                sum.clear();
                work += classes.add_triangles(witnesses, &mut sum, edge, first, second);
                let (dead, steps) = relations.insert(&mut sum);
                work += steps;
                if let Some(birth) = dead {
                    deaths[birth] = Some(edge);
                    ticker.found(1, Interval::new(births[birth].length(), edge.length()));
                }
                // Classes of late edges may be long work.
                if work > 1 << 20 {
                    ticker.spend(std::mem::take(&mut work), 1, (relations.len(), n_births))?;
                }
            }
            ticker.spend(work, 1, (relations.len(), n_births))?;
            batch.clear();
            bounds.truncate(1);
        }
        Ok(())
    }
}

/// The slow way: all edges in their order, looking at all of both rows.
fn edges_with_empty_lune(matrix: &DistanceMatrix, threshold: f32, ticker: &mut Ticker<'_, '_>) -> Result<Vec<EdgeKey>> {
    let mut shares = Shares::new(matrix, threshold);
    let mut neighbours = Neighbours::new(matrix.n_points());
    let (mut edges, mut empty, mut done) = (Vec::new(), Vec::new(), 0);
    while shares.next(&mut edges) {
        done += edges.len();
        edges.sort_unstable();
        for edge in edges.drain(..) {
            if !neighbours.have_common(edge) {
                empty.push(edge);
            }
            neighbours.join(edge);
        }
        ticker.spend(1000, 0, (done, shares.n_edges()))?;
    }
    Ok(empty)
}

/// Two points in different components of an edge's lune.
struct Split {
    edge: EdgeKey,
    first: u32,
    second: u32,
}

/// Looks for edges with lunes of several components; each thread has one.
struct Scout<'a> {
    witnesses: &'a Witnesses,
    neighbours: Neighbours,
    lune: Lune,
    found: Vec<Split>,
    /// Edges of one share, in order.
    share: Vec<EdgeKey>,
    /// In words, of the last piece.
    work: usize,
}

impl<'a> Scout<'a> {
    fn new(witnesses: &'a Witnesses) -> Self {
        let neighbours = Neighbours::new(witnesses.n_points());
        Self { witnesses, neighbours, lune: Lune::default(), found: Vec::new(), share: Vec::new(), work: 0 }
    }

    /// Looks at the edges of some shares of a batch, which begin and end at `bounds`, and takes note of the others.
    fn explore(&mut self, batch: &[EdgeKey], bounds: &[usize]) {
        let (&first, &last) = (bounds.first().unwrap_or(&0), bounds.last().unwrap_or(&0));
        for &edge in &batch[..first] {
            self.neighbours.join(edge);
        }
        let mut share = std::mem::take(&mut self.share);
        for ends in bounds.windows(2) {
            share.clear();
            share.extend_from_slice(&batch[ends[0]..ends[1]]);
            share.sort_unstable();
            for &edge in &share {
                self.split(edge);
                self.neighbours.join(edge);
            }
        }
        self.share = share;
        for &edge in &batch[last..] {
            self.neighbours.join(edge);
        }
        self.work = (last - first) * (20 + self.neighbours.words);
    }

    /// Notes one point of each further component of a lune, each together with one of the first component.
    fn split(&mut self, edge: EdgeKey) {
        let Self { neighbours, lune, .. } = self;
        let (a, b) = (neighbours.of(edge.low()), neighbours.of(edge.high()));
        // A point near an end mostly sees the others, or nearly all.
        let has = |row: &[u64], point: u32| row[point as usize / 64] >> (point % 64) & 1 == 1;
        let (near_a, near_b) = (self.witnesses.near(edge.low()), self.witnesses.near(edge.high()));
        // Collected without a branch, which would be unforeseeable.
        let mut central = [0; 2 * TRIED];
        let mut n_central = 0;
        for point in (0..2 * TRIED).map(|k| if k % 2 == 0 { near_a[k / 2] } else { near_b[k / 2] }) {
            central[n_central] = point;
            n_central += usize::from(has(a, point) & has(b, point));
        }
        let first = if n_central > 0 {
            let first = central[0];
            // Those that it sees belong to its component: their neighbours are taken out of the lune with its own.
            let of_first = neighbours.of(first);
            let mut rows = [of_first; CENTRAL];
            for (row, &other) in rows[1..].iter_mut().zip(&central[1..n_central]) {
                if has(of_first, other) {
                    *row = neighbours.of(other);
                }
            }
            if lune.fill_without(a, b, rows) {
                return;
            }
            first
        } else {
            lune.fill(a, b);
            let Some(first) = lune.lowest() else { return };
            lune.see_from(neighbours.of(first));
            first
        };
        lune.remove_connected(neighbours);
        while let Some(second) = lune.lowest() {
            self.found.push(Split { edge, first, second });
            lune.see_from(neighbours.of(second));
            lune.remove_connected(neighbours);
        }
    }
}

/// Points near each end that may be in the lune.
const TRIED: usize = 4;
/// Of those that are, the neighbours of so many are taken out of it all at once.
const CENTRAL: usize = 4;

/// Words that loops over rows take at once.
const LANES: usize = 2;

/// Who is connected to whom by earlier edges: one row of bits per point.
struct Neighbours {
    bits: Vec<u64>,
    words: usize,
}

impl Neighbours {
    fn new(n_points: usize) -> Self {
        // Each point is among its own neighbours, as suits the loops.
        let words = n_points.div_ceil(64).next_multiple_of(LANES);
        let mut bits = vec![0; n_points * words];
        for point in 0..n_points {
            bits[point * words + point / 64] |= 1 << (point % 64);
        }
        Self { bits, words }
    }

    fn of(&self, point: u32) -> &[u64] {
        &self.bits[point as usize * self.words..][..self.words]
    }

    fn join(&mut self, edge: EdgeKey) {
        let (a, b) = (edge.low() as usize, edge.high() as usize);
        self.bits[a * self.words + b / 64] |= 1 << (b % 64);
        self.bits[b * self.words + a / 64] |= 1 << (a % 64);
    }

    fn have_common(&self, edge: EdgeKey) -> bool {
        self.of(edge.low()).iter().zip(self.of(edge.high())).any(|(a, b)| a & b != 0)
    }
}

/// The points of a lune, whose components are removed one after the other.
#[derive(Default)]
struct Lune {
    /// Points of components not yet visited.
    rest: Vec<u64>,
    /// Points of the current component.
    seen: Vec<u64>,
}

impl Lune {
    /// Takes the points that are in both rows.
    fn fill(&mut self, a: &[u64], b: &[u64]) {
        self.rest.clear();
        self.rest.extend(a.iter().zip(b).map(|(a, b)| a & b));
    }

    /// The point of smallest index.
    fn lowest(&self) -> Option<u32> {
        let word = self.rest.iter().position(|&word| word != 0)?;
        Some(word as u32 * 64 + self.rest[word].trailing_zeros())
    }

    /// Takes the points that are in both rows, those in any of the others as seen; whether these are all.
    fn fill_without(&mut self, a: &[u64], b: &[u64], rows: [&[u64]; CENTRAL]) -> bool {
        self.rest.resize(a.len(), 0);
        self.seen.resize(a.len(), 0);
        let mut left = [0; LANES];
        let targets = self.rest.as_chunks_mut::<LANES>().0.iter_mut().zip(self.seen.as_chunks_mut::<LANES>().0);
        let sources = a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0);
        let [c, d, e, f] = rows.map(|row| row.as_chunks::<LANES>().0);
        let covers = c.iter().zip(d).zip(e.iter().zip(f));
        for (((rest, seen), (a, b)), ((c, d), (e, f))) in targets.zip(sources).zip(covers) {
            let both: [u64; LANES] = std::array::from_fn(|lane| a[lane] & b[lane]);
            let cover: [u64; LANES] = std::array::from_fn(|lane| (c[lane] | d[lane]) | (e[lane] | f[lane]));
            *seen = std::array::from_fn(|lane| both[lane] & cover[lane]);
            *rest = std::array::from_fn(|lane| both[lane] & !cover[lane]);
            left = std::array::from_fn(|lane| left[lane] | (both[lane] & !cover[lane]));
        }
        left == [0; LANES]
    }

    /// Begins a component with the points of a row.
    fn see_from(&mut self, row: &[u64]) {
        self.seen.resize(self.rest.len(), 0);
        for ((rest, seen), row) in self.rest.iter_mut().zip(&mut self.seen).zip(row) {
            *seen = *rest & row;
            *rest &= !row;
        }
    }

    /// Removes all points connected to those seen.
    fn remove_connected(&mut self, neighbours: &Neighbours) {
        // What the central points do not see is mostly seen by one that they see, and the first common word shows it.
        let mut grows = true;
        while grows {
            grows = false;
            for word in 0..self.rest.len() {
                let mut left = self.rest[word];
                while left != 0 {
                    let bit = left & left.wrapping_neg();
                    left ^= bit;
                    let row = neighbours.of(word as u32 * 64 + bit.trailing_zeros());
                    if row.iter().zip(&self.seen).any(|(row, seen)| row & seen != 0) {
                        self.seen[word] |= bit;
                        self.rest[word] ^= bit;
                        grows = true;
                    }
                }
            }
        }
    }
}
