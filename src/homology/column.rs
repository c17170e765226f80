//! A column under reduction.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::field::Field;
use super::simplex::Simplex;

/// Simplices with coefficients, several entries of one simplex being their sum; gives out the earliest.
///
/// A binary heap with lazy cancellation (Bauer, *Ripser*, §4.3): adding is cheap, and equal entries meet at the top. Over
/// ℤ/2 an entry is its key alone.
pub(super) struct Column {
    field: Field,
    keys: BinaryHeap<Reverse<u64>>,
    weighted: BinaryHeap<Reverse<(u64, u32)>>,
}

impl Column {
    pub(super) fn new(field: Field) -> Self {
        Self { field, keys: BinaryHeap::new(), weighted: BinaryHeap::new() }
    }

    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.weighted.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len() + self.weighted.len()
    }

    /// Adds an entry.
    pub(super) fn push(&mut self, entry: Simplex) {
        if self.field.is_two() {
            self.keys.push(Reverse(entry.key));
        } else {
            self.weighted.push(Reverse((entry.key, entry.coefficient)));
        }
    }

    /// Takes out the earliest simplex whose coefficients do not cancel.
    pub(super) fn pop(&mut self) -> Option<Simplex> {
        if self.field.is_two() { self.pop_key() } else { self.pop_weighted() }
    }

    fn pop_key(&mut self) -> Option<Simplex> {
        loop {
            let Reverse(key) = self.keys.pop()?;
            if self.keys.peek() != Some(&Reverse(key)) {
                return Some(Simplex { key, coefficient: 1 });
            }
            self.keys.pop();
        }
    }

    fn pop_weighted(&mut self) -> Option<Simplex> {
        loop {
            let Reverse((key, mut coefficient)) = self.weighted.pop()?;
            while let Some(&Reverse((next, addend))) = self.weighted.peek()
                && next == key
            {
                coefficient = self.field.sum(coefficient, addend);
                self.weighted.pop();
            }
            if coefficient != 0 {
                return Some(Simplex { key, coefficient });
            }
        }
    }
}
