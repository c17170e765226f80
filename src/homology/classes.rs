//! Classes of edges in terms of the cycles that were opened.

use super::relations::{Births, add, add_one};
use super::witnesses::Witnesses;
use crate::geometry::EdgeKey;

/// What is known about the class of an edge, closed to a cycle through the spanning tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The sum of the classes of the edges from its ends to any point of its lune; not computed yet.
    Unknown,
    /// The class is zero, as for edges of the spanning tree.
    Zero,
    /// The class of the cycle that was opened as this one, counted from 0.
    Birth(u32),
    /// Computed; where the sum is stored.
    Stored(u32),
}

/// The classes of edges, computed when needed and then kept.
///
/// Different points of a lune may give different sums. Where they are in one component of it, the sums are equal; where
/// they are not, they differ by a relation that was found when the edge's triangles were looked at, so that adding one or
/// the other to a later relation makes no difference to the space of relations, nor to who dies when.
pub(super) struct Classes {
    /// Kind in the lower two bits, number in the others, by condensed index. Pages that are never written take no memory.
    of_edge: Vec<u32>,
    /// Stored sums: number of words, then the words.
    sums: Vec<u64>,
    /// Edges whose classes are being computed. Explicit, since such a path may be as long as there are edges.
    path: Vec<(Ends, u32)>,
    /// The class that is being computed.
    sum: Births,
}

/// The ends of an edge, larger first.
type Ends = (u32, u32);

impl Classes {
    pub(super) fn new(n_points: usize) -> Self {
        let of_edge = vec![0; n_points * n_points.saturating_sub(1) / 2];
        Self { of_edge, sums: Vec::new(), path: Vec::new(), sum: Births::new() }
    }

    /// Notes the class of an edge.
    pub(super) fn set(&mut self, edge: EdgeKey, class: Class) {
        self.set_ends((edge.high(), edge.low()), class);
    }

    fn set_ends(&mut self, ends: Ends, class: Class) {
        self.of_edge[condensed(ends)] = match class {
            Class::Unknown => 0,
            Class::Zero => 1,
            Class::Birth(number) => number << 2 | 2,
            Class::Stored(at) => at << 2 | 3,
        };
    }

    fn get(&self, ends: Ends) -> Class {
        let packed = self.of_edge[condensed(ends)];
        match packed & 3 {
            0 => Class::Unknown,
            1 => Class::Zero,
            2 => Class::Birth(packed >> 2),
            _ => Class::Stored(packed >> 2),
        }
    }

    /// Adds what closing the triangles of an edge with two points of its lune says about births: nothing if both are in
    /// one component. Gives back the work done in words.
    pub(super) fn add_triangles(
        &mut self,
        witnesses: &Witnesses,
        sum: &mut Births,
        edge: EdgeKey,
        first: u32,
        second: u32,
    ) -> usize {
        let (a, b) = (edge.high(), edge.low());
        let sides = [ends(a, first), ends(b, first), ends(a, second), ends(b, second)];
        sides.into_iter().map(|side| self.compute(witnesses, side) + self.add_known(sum, side)).sum()
    }

    /// Adds the class of one edge.
    pub(super) fn add_edge(&mut self, witnesses: &Witnesses, sum: &mut Births, a: u32, b: u32) {
        self.compute(witnesses, ends(a, b));
        self.add_known(sum, ends(a, b));
    }

    /// Adds a class that needs no computing; gives back the work done in words.
    fn add_known(&self, sum: &mut Births, edge: Ends) -> usize {
        match self.get(edge) {
            Class::Zero | Class::Unknown => 1,
            Class::Birth(number) => {
                add_one(sum, number as usize);
                1
            }
            Class::Stored(at) => {
                let (at, n_words) = (at as usize, self.sums[at as usize] as usize);
                add(sum, &self.sums[at + 1..=at + n_words]);
                n_words
            }
        }
    }

    /// Makes the class of an edge known, and before it those that it is a sum of; gives back the work done in words.
    fn compute(&mut self, witnesses: &Witnesses, edge: Ends) -> usize {
        let mut work = 1;
        if self.get(edge) != Class::Unknown {
            return work;
        }
        self.path.clear();
        self.path.push((edge, witness(witnesses, edge)));
        while let Some(&(edge, point)) = self.path.last() {
            work += 20;
            if self.get(edge) != Class::Unknown {
                self.path.pop();
                continue;
            }
            let sides = [ends(edge.0, point), ends(edge.1, point)];
            let depth = self.path.len();
            for side in sides {
                if self.get(side) == Class::Unknown {
                    let point = witness(witnesses, side);
                    self.path.push((side, point));
                }
            }
            if self.path.len() == depth {
                self.path.pop();
                let mut sum = std::mem::take(&mut self.sum);
                sum.clear();
                for side in sides {
                    work += self.add_known(&mut sum, side);
                }
                self.store(edge, &mut sum);
                self.sum = sum;
            }
        }
        work
    }

    fn store(&mut self, edge: Ends, sum: &mut Births) {
        while sum.last() == Some(&0) {
            sum.pop();
        }
        let n_births: u32 = sum.iter().map(|word| word.count_ones()).sum();
        let class = match (n_births, sum.last()) {
            (1, Some(word)) => Class::Birth((sum.len() as u32 - 1) * 64 + word.trailing_zeros()),
            (0, _) => Class::Zero,
            _ => {
                let at = self.sums.len() as u32;
                self.sums.push(sum.len() as u64);
                self.sums.extend_from_slice(sum);
                Class::Stored(at)
            }
        };
        self.set_ends(edge, class);
    }
}

/// A point in the lune. Edges without one are births or in the tree, whose classes are noted from the beginning.
fn witness(witnesses: &Witnesses, (high, low): Ends) -> u32 {
    witnesses.of(witnesses.edge(high, low)).unwrap_or(low)
}

fn ends(a: u32, b: u32) -> Ends {
    (a.max(b), a.min(b))
}

fn condensed((high, low): Ends) -> usize {
    let high = high as usize;
    high * (high - 1) / 2 + low as usize
}
