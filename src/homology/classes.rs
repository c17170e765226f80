//! Classes of edges in terms of the cycles that were opened.

use super::relations::{Births, add, add_one};
use crate::geometry::EdgeKey;

/// What is known about the class of an edge, closed to a cycle through the spanning tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The class is zero, as for edges of the spanning tree.
    Zero,
    /// The class of the cycle that was opened as this one, counted from 0.
    Birth(u32),
    /// The sum of the classes of the edges from its ends to this point; not computed yet.
    ThroughTriangle(u32),
    /// Computed; where the sum is stored.
    Stored(u32),
}

/// The class of every edge that was met, computed when needed and then kept.
pub(super) struct Classes {
    /// Kind in the upper two bits, number in the others, by condensed index.
    of_edge: Vec<u32>,
    /// Stored sums: number of words, then the words.
    sums: Vec<u64>,
    /// Edges whose classes are being computed. Explicit, since such a path may be as long as there are edges.
    path: Vec<Ends>,
}

/// The ends of an edge, larger first.
type Ends = (u32, u32);

const NUMBER: u32 = u32::MAX >> 2;

impl Classes {
    pub(super) fn new(n_points: usize) -> Self {
        Self { of_edge: vec![0; n_points * n_points.saturating_sub(1) / 2], sums: Vec::new(), path: Vec::new() }
    }

    /// Notes the class of an edge.
    pub(super) fn set(&mut self, edge: EdgeKey, class: Class) {
        self.set_ends((edge.high(), edge.low()), class);
    }

    fn set_ends(&mut self, ends: Ends, class: Class) {
        self.of_edge[condensed(ends)] = match class {
            Class::Zero => 0,
            Class::Birth(number) => 1 << 30 | number,
            Class::ThroughTriangle(point) => 2 << 30 | point,
            Class::Stored(at) => 3 << 30 | at,
        };
    }

    fn get(&self, ends: Ends) -> Class {
        let packed = self.of_edge[condensed(ends)];
        let number = packed & NUMBER;
        match packed >> 30 {
            0 => Class::Zero,
            1 => Class::Birth(number),
            2 => Class::ThroughTriangle(number),
            _ => Class::Stored(number),
        }
    }

    /// Adds the classes of the three edges of a triangle; gives back the work done in words.
    pub(super) fn add_triangle(&mut self, sum: &mut Births, edge: EdgeKey, vertex: u32) -> usize {
        let (a, b) = (edge.high(), edge.low());
        [(a, b), ends(a, vertex), ends(b, vertex)]
            .into_iter()
            .map(|side| self.compute(side) + self.add_known(sum, side))
            .sum()
    }

    /// Adds the class of one edge.
    pub(super) fn add_edge(&mut self, sum: &mut Births, a: u32, b: u32) {
        self.compute(ends(a, b));
        self.add_known(sum, ends(a, b));
    }

    /// Adds a class that needs no computing; gives back the work done in words.
    fn add_known(&self, sum: &mut Births, edge: Ends) -> usize {
        match self.get(edge) {
            Class::Zero | Class::ThroughTriangle(_) => 1,
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
    fn compute(&mut self, edge: Ends) -> usize {
        let mut work = 0;
        self.path.clear();
        self.path.push(edge);
        while let Some(&edge) = self.path.last() {
            work += 5;
            let Class::ThroughTriangle(point) = self.get(edge) else {
                self.path.pop();
                continue;
            };
            let sides = [ends(edge.0, point), ends(edge.1, point)];
            let depth = self.path.len();
            for side in sides {
                if matches!(self.get(side), Class::ThroughTriangle(_)) {
                    self.path.push(side);
                }
            }
            if self.path.len() == depth {
                self.path.pop();
                let mut sum = Births::new();
                for side in sides {
                    work += self.add_known(&mut sum, side);
                }
                self.store(edge, sum);
            }
        }
        work
    }

    fn store(&mut self, edge: Ends, mut sum: Births) {
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
                self.sums.append(&mut sum);
                Class::Stored(at)
            }
        };
        self.set_ends(edge, class);
    }
}

fn ends(a: u32, b: u32) -> Ends {
    (a.max(b), a.min(b))
}

fn condensed((high, low): Ends) -> usize {
    let high = high as usize;
    high * (high - 1) / 2 + low as usize
}
