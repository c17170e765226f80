//! Which column has which pivot.

/// A column and its coefficient at the pivot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    /// Position among the columns of this dimension.
    pub column: u32,
    /// Coefficient of the column at the pivot.
    pub coefficient: u32,
}

/// No simplex has this key: ranks leave the highest bit free.
const FREE: u64 = u64::MAX;

/// Hash table from keys of simplices to owners, with linear probing and multiplicative hashing: several times faster than
/// the standard map, which defends against hostile keys, and free of random order because it is never walked through.
pub(super) struct Pivots {
    keys: Vec<u64>,
    owners: Vec<Owner>,
    n: usize,
}

impl Pivots {
    /// An empty table with room for about `n` pivots.
    pub(super) fn with_capacity(n: usize) -> Self {
        let size = (n * 2).next_power_of_two().max(16);
        Self { keys: vec![FREE; size], owners: vec![Owner { column: 0, coefficient: 0 }; size], n: 0 }
    }

    fn place(&self, key: u64) -> usize {
        let mask = self.keys.len() - 1;
        let shift = 64 - self.keys.len().trailing_zeros();
        let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> shift) as usize;
        while self.keys[at] != key && self.keys[at] != FREE {
            at = (at + 1) & mask;
        }
        at
    }

    /// The column that has this pivot.
    pub(super) fn owner(&self, key: u64) -> Option<Owner> {
        let at = self.place(key);
        (self.keys[at] == key).then(|| self.owners[at])
    }

    /// Notes a pivot that has no owner yet.
    pub(super) fn insert(&mut self, key: u64, owner: Owner) {
        if (self.n + 1) * 2 > self.keys.len() {
            self.grow();
        }
        let at = self.place(key);
        self.keys[at] = key;
        self.owners[at] = owner;
        self.n += 1;
    }

    fn grow(&mut self) {
        let mut larger = Self::with_capacity(self.keys.len());
        for (&key, &owner) in self.keys.iter().zip(&self.owners) {
            if key != FREE {
                larger.insert(key, owner);
            }
        }
        *self = larger;
    }
}
