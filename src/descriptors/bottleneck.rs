//! The bottleneck distance of two diagrams, exactly.

use super::diagram::{Point, essential_gaps, finite_points, max_distance, max_distance_to_diagonal};
use crate::homology::Interval;

/// So many candidates for the distance are kept and sorted; more are narrowed down first.
const MAX_CANDIDATES: usize = 1 << 16;

/// The bottleneck distance: the smallest r such that the intervals can be matched, or left to the diagonal, with no end
/// moving by more than r (Edelsbrunner, Harer, *Computational Topology*, 2010, section VIII.2).
///
/// Essential intervals match essential ones only, so different numbers of them are infinitely far apart. The result is
/// one of the differences of the ends or half a lifespan, not an approximation. It never exceeds what the distances of
/// two clouds on the same points differ by (stability; Chazal, de Silva, Oudot, *Persistence stability for geometric
/// complexes*, 2014).
pub fn bottleneck_distance(a: &[Interval], b: &[Interval]) -> f64 {
    let Some(gaps) = essential_gaps(a, b) else { return f64::INFINITY };
    let least = gaps.into_iter().fold(0.0, f64::max);
    let diagrams = Diagrams { a: finite_points(a), b: finite_points(b) };
    if diagrams.match_within(least) {
        return least;
    }
    let halves = diagrams.a.iter().chain(&diagrams.b).map(|&point| max_distance_to_diagonal(point));
    // Nothing fits within `low`, everything within `high`.
    let (mut low, mut high) = (least, halves.fold(0.0, f64::max));
    while diagrams.count_candidates(low, high) > MAX_CANDIDATES {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return high;
        }
        if diagrams.match_within(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    let mut candidates: Vec<f64> = diagrams.candidates().filter(|&r| low < r && r <= high).collect();
    candidates.sort_unstable_by(f64::total_cmp);
    candidates.dedup();
    let first = candidates.partition_point(|&r| !diagrams.match_within(r));
    candidates.get(first).copied().unwrap_or(high)
}

/// The finite parts of two diagrams.
struct Diagrams {
    a: Vec<Point>,
    b: Vec<Point>,
}

impl Diagrams {
    /// All values that the distance may have.
    fn candidates(&self) -> impl Iterator<Item = f64> + '_ {
        let halves = self.a.iter().chain(&self.b).map(|&point| max_distance_to_diagonal(point));
        halves.chain(self.a.iter().flat_map(|&p| self.b.iter().map(move |&q| max_distance(p, q))))
    }

    fn count_candidates(&self, low: f64, high: f64) -> usize {
        self.candidates().filter(|&r| low < r && r <= high).count()
    }

    /// Whether no point needs to move further than `r`. By the theorem of Mendelsohn and Dulmage (1958) one matching can
    /// cover all points far from the diagonal on both sides if one can cover those of each.
    fn match_within(&self, r: f64) -> bool {
        covers(&self.a, &self.b, r) && covers(&self.b, &self.a, r)
    }
}

/// Whether all points of `from` further than `r` from the diagonal have partners of their own in `to` within `r`.
fn covers(from: &[Point], to: &[Point], r: f64) -> bool {
    let far = from.iter().filter(|&&point| max_distance_to_diagonal(point) > r);
    let near = |&p: &Point| (0..to.len()).filter(|&j| max_distance(p, to[j]) <= r).collect();
    Matching::new(far.map(near).collect(), to.len()).complete()
}

/// A matching in a bipartite graph while it grows (Hopcroft, Karp, 1973).
struct Matching {
    /// Neighbours of each left vertex.
    neighbours: Vec<Vec<usize>>,
    /// Partner of each left vertex.
    left: Vec<Option<usize>>,
    /// Partner of each right vertex.
    right: Vec<Option<usize>>,
    /// Steps from an unmatched left vertex, in this phase.
    level: Vec<usize>,
    /// The next neighbour to try, in this phase.
    next: Vec<usize>,
}

const UNREACHED: usize = usize::MAX;

impl Matching {
    fn new(neighbours: Vec<Vec<usize>>, n_right: usize) -> Self {
        let n_left = neighbours.len();
        Self {
            neighbours,
            left: vec![None; n_left],
            right: vec![None; n_right],
            level: vec![UNREACHED; n_left],
            next: vec![0; n_left],
        }
    }

    /// Grows as far as it can: whether every left vertex is matched.
    fn complete(&mut self) -> bool {
        while self.left.contains(&None) {
            self.find_levels();
            let free: Vec<usize> = (0..self.left.len()).filter(|&v| self.left[v].is_none()).collect();
            let grown = free.into_iter().filter(|&v| self.augment_from(v)).count();
            if grown == 0 {
                return false;
            }
        }
        true
    }

    fn find_levels(&mut self) {
        self.next.fill(0);
        let mut queue: Vec<usize> = Vec::new();
        for (v, partner) in self.left.iter().enumerate() {
            self.level[v] = if partner.is_none() { 0 } else { UNREACHED };
            if partner.is_none() {
                queue.push(v);
            }
        }
        let mut at = 0;
        while let Some(&v) = queue.get(at) {
            at += 1;
            for &w in &self.neighbours[v] {
                if let Some(other) = self.right[w].filter(|&other| self.level[other] == UNREACHED) {
                    self.level[other] = self.level[v] + 1;
                    queue.push(other);
                }
            }
        }
    }

    /// Follows the levels to an unmatched right vertex and swaps partners along the way.
    fn augment_from(&mut self, start: usize) -> bool {
        // Left vertices of the path; each one's step is neighbour number `next − 1`.
        let mut path = vec![start];
        while let Some(&v) = path.last() {
            let Some(&w) = self.neighbours[v].get(self.next[v]) else {
                path.pop();
                continue;
            };
            self.next[v] += 1;
            match self.right[w] {
                None => {
                    for &u in &path {
                        let w = self.neighbours[u][self.next[u] - 1];
                        self.left[u] = Some(w);
                        self.right[w] = Some(u);
                    }
                    return true;
                }
                Some(other) if self.level[other] == self.level[v] + 1 => path.push(other),
                Some(_) => {}
            }
        }
        false
    }
}
