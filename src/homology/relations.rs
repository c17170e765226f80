//! Linear algebra over ℤ/2 in the space spanned by the H1 births.

/// A set of births as bits in words, without trailing zero words.
pub(super) type Births = Vec<u64>;

/// Adds (symmetric difference).
pub(super) fn add(sum: &mut Births, other: &[u64]) {
    if sum.len() < other.len() {
        sum.resize(other.len(), 0);
    }
    for (word, &o) in sum.iter_mut().zip(other) {
        *word ^= o;
    }
}

/// Adds a single birth.
pub(super) fn add_one(sum: &mut Births, birth: usize) {
    let word = birth / 64;
    if sum.len() <= word {
        sum.resize(word + 1, 0);
    }
    sum[word] ^= 1 << (birth % 64);
}

/// The youngest birth of a sum; drops trailing zero words.
fn youngest(sum: &mut Births) -> Option<usize> {
    while sum.last() == Some(&0) {
        sum.pop();
    }
    let last = *sum.last()?;
    Some(sum.len() * 64 - 1 - last.leading_zeros() as usize)
}

/// Independent relations between births, each kept under its youngest one.
pub(super) struct Relations {
    by_youngest: Vec<Option<Births>>,
    n: usize,
}

impl Relations {
    pub(super) fn new(n_births: usize) -> Self {
        Self { by_youngest: vec![None; n_births], n: 0 }
    }

    /// Number of independent relations so far.
    pub(super) fn len(&self) -> usize {
        self.n
    }

    /// Takes in the relation that `sum` is zero: the birth that dies of it, if it is new, and the words of work done.
    pub(super) fn insert(&mut self, sum: &mut Births) -> (Option<usize>, usize) {
        let mut work = 0;
        while let Some(birth) = youngest(sum) {
            let Some(known) = &self.by_youngest[birth] else {
                self.by_youngest[birth] = Some(sum.clone());
                self.n += 1;
                return (Some(birth), work);
            };
            add(sum, known);
            work += known.len();
        }
        (None, work)
    }

    /// Reduces a sum by the relations of the births for which `holds`: two sums are equal modulo these relations if and
    /// only if they reduce to the same.
    pub(super) fn reduce(&self, sum: &mut Births, holds: impl Fn(usize) -> bool) {
        let mut word = sum.len();
        while word > 0 {
            word -= 1;
            // A relation changes no birth above its youngest one, so each bit is looked at once, from the top down.
            let mut rest = sum[word];
            while rest != 0 {
                let bit = 63 - rest.leading_zeros() as usize;
                let birth = word * 64 + bit;
                if let Some(relation) = self.by_youngest[birth].as_ref().filter(|_| holds(birth)) {
                    add(sum, relation);
                }
                rest = sum[word] & ((1 << bit) - 1);
            }
        }
        while sum.last() == Some(&0) {
            sum.pop();
        }
    }
}
