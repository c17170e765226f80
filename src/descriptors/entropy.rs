//! How evenly persistence is spread over the intervals.

use super::lifespans::{finite, lifespan_sum};
use super::logarithm::ln;
use crate::homology::Interval;

/// Persistence entropy −Σ pᵢ ln pᵢ with pᵢ = lifespanᵢ / Σ lifespans, over the finite intervals, in nats.
///
/// k equal intervals have ln k, one has 0, and so have none. Not divided by ln k. (Rucco et al., *Characterisation of
/// the idiotypic immune network through persistent entropy*, 2016.)
pub fn persistence_entropy(intervals: &[Interval]) -> f64 {
    let total = lifespan_sum(intervals, 1.0);
    let entropy = finite(intervals).fold(0.0, |sum, lifespan| {
        let share = lifespan / total;
        // Shares too small for 64 bits add nothing, as x ln x tends to 0.
        if share > 0.0 { sum - share * ln(share) } else { sum }
    });
    // A single share is 1 and gives −0.
    entropy.max(0.0)
}
