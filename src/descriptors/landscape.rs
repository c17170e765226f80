//! Persistence landscapes.

use std::collections::VecDeque;

use super::diagram::finite_points;
use crate::homology::Interval;

/// Piecewise linear functions λ₁ ≥ λ₂ ≥ …, each given by the points (scale, height) between which it is straight.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Landscape {
    /// λ₁ first. Outside its points a level is zero.
    pub levels: Vec<Vec<(f64, f64)>>,
}

impl Landscape {
    /// The height of a level, counted from 0, at a scale.
    pub fn at(&self, level: usize, scale: f64) -> f64 {
        let Some(points) = self.levels.get(level) else { return 0.0 };
        let after = points.partition_point(|point| point.0 <= scale);
        if after == 0 || after == points.len() {
            return 0.0;
        }
        let ((x0, y0), (x1, y1)) = (points[after - 1], points[after]);
        y0 + (y1 - y0) * ((scale - x0) / (x1 - x0))
    }
}

/// The first levels of the persistence landscape of the finite intervals: λₖ(t) is the k-th largest of the heights
/// min(t − birth, death − t) at t (Bubenik, *Statistical topological data analysis using persistence landscapes*, 2015).
///
/// Exact: the points are where a level bends, not samples (the sweep of Bubenik, Dłotko, *A persistence landscapes
/// toolbox for topological statistics*, 2017). Fewer levels come back where the others are zero.
pub fn persistence_landscape(intervals: &[Interval], max_levels: usize) -> Landscape {
    let mut points = finite_points(intervals);
    let order = |p: &(f64, f64), q: &(f64, f64)| p.0.total_cmp(&q.0).then(q.1.total_cmp(&p.1));
    points.sort_unstable_by(order);
    let mut tents = VecDeque::from(points);
    let mut landscape = Landscape::default();
    while landscape.levels.len() < max_levels {
        let Some((birth, mut death)) = tents.pop_front() else { break };
        let mut level = vec![(birth, 0.0), top(birth, death)];
        let mut from = 0;
        // The next tent that rises above the current one's far side takes over; what it hides goes to the next level.
        while let Some(at) = (from..tents.len()).find(|&at| tents[at].1 > death) {
            let Some((next_birth, next_death)) = tents.remove(at) else { break };
            from = at;
            if next_birth > death {
                level.push((death, 0.0));
            }
            if next_birth >= death {
                level.push((next_birth, 0.0));
            } else {
                let hidden = (next_birth, death);
                level.push(top(next_birth, death));
                from += tents.range(at..).take_while(|tent| order(tent, &hidden).is_lt()).count();
                tents.insert(from, hidden);
            }
            level.push(top(next_birth, next_death));
            death = next_death;
        }
        level.push((death, 0.0));
        landscape.levels.push(level);
    }
    landscape
}

/// Where the rising side from `birth` meets the falling side to `death`.
fn top(birth: f64, death: f64) -> (f64, f64) {
    (f64::midpoint(birth, death), (death - birth) / 2.0)
}
