//! A column under reduction.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::field::Field;
use super::simplex::Simplex;

/// Simplices with coefficients, several entries of one simplex being their sum; gives out the earliest.
///
/// A binary heap with lazy cancellation (Bauer, *Ripser*, §4.3): adding is cheap, and equal entries meet at the top.
#[derive(Default)]
pub(super) struct Column {
    heap: BinaryHeap<Earliest>,
}

/// Greater means earlier in the filtration, so that the heap gives out the earliest.
#[derive(PartialEq, Eq)]
struct Earliest(Simplex);

impl Ord for Earliest {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.key().cmp(&self.0.key())
    }
}

impl PartialOrd for Earliest {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Column {
    pub(super) fn clear(&mut self) {
        self.heap.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    /// Adds an entry.
    pub(super) fn push(&mut self, entry: Simplex) {
        self.heap.push(Earliest(entry));
    }

    /// Takes out the earliest simplex whose coefficients do not cancel.
    pub(super) fn pop(&mut self, field: Field) -> Option<Simplex> {
        let Earliest(mut top) = self.heap.pop()?;
        loop {
            match self.heap.peek() {
                Some(Earliest(next)) if next.code == top.code => {
                    top.coefficient = field.sum(top.coefficient, next.coefficient);
                    self.heap.pop();
                }
                _ if top.coefficient != 0 => return Some(top),
                _ => Earliest(top) = self.heap.pop()?,
            }
        }
    }
}
