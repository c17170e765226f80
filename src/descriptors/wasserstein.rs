//! The p-Wasserstein distance of two diagrams, exactly.

use serde::Deserialize;

use super::diagram::{Point, essential_gaps, finite_points, max_distance, max_distance_to_diagonal};
use crate::homology::Interval;
use crate::{Error, Result};

/// How far apart two points of a diagram are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// The larger of the differences of birth and death, as in GUDHI and as in the bottleneck distance.
    #[default]
    Maximum,
    /// The length of the straight line between them, as in persim.
    Euclidean,
}

impl Ground {
    fn distance(self, p: Point, q: Point) -> f64 {
        match self {
            Self::Maximum => max_distance(p, q),
            Self::Euclidean => {
                let (x, y) = (p.0 - q.0, p.1 - q.1);
                (x * x + y * y).sqrt()
            }
        }
    }

    fn distance_to_diagonal(self, p: Point) -> f64 {
        match self {
            Self::Maximum => max_distance_to_diagonal(p),
            Self::Euclidean => max_distance_to_diagonal(p) * std::f64::consts::SQRT_2,
        }
    }
}

/// The p-Wasserstein distance (Σ distanceᵖ)^(1/p) over the best matching of the intervals, unmatched ones going to the
/// diagonal (Edelsbrunner, Harer, *Computational Topology*, 2010, section VIII.2; Cohen-Steiner et al., *Lipschitz
/// functions have Lₚ-stable persistence*, 2010).
///
/// Essential intervals match essential ones only, so different numbers of them are infinitely far apart. The matching
/// is optimal, not approximate; it takes 8·n·m bytes for n and m finite intervals.
///
/// # Errors
/// [`Error::InvalidSetting`] unless 1 ≤ p < ∞; for p = ∞ there is [`super::bottleneck_distance`].
pub fn wasserstein_distance(a: &[Interval], b: &[Interval], p: f64, ground: Ground) -> Result<f64> {
    if !(1.0..f64::INFINITY).contains(&p) {
        return Err(Error::InvalidSetting {
            setting: "p",
            value: p.to_string(),
            reason: "it must be a number of at least 1; for infinity take the bottleneck distance".into(),
        });
    }
    let power = |distance: f64| match p {
        1.0 => distance,
        2.0 => distance * distance,
        _ => distance.powf(p),
    };
    let Some(gaps) = essential_gaps(a, b) else { return Ok(f64::INFINITY) };
    let (a, b) = (finite_points(a), finite_points(b));
    let to_diagonal = |points: &[Point]| points.iter().map(|&q| power(ground.distance_to_diagonal(q))).collect();
    let costs = Costs {
        matched: a.iter().flat_map(|&x| b.iter().map(move |&y| power(ground.distance(x, y)))).collect(),
        rows_alone: to_diagonal(&a),
        columns_alone: to_diagonal(&b),
    };
    let total = gaps.into_iter().map(power).sum::<f64>() + costs.least_total();
    Ok(match p {
        1.0 => total,
        2.0 => total.sqrt(),
        _ => total.powf(1.0 / p),
    })
}

/// Costs of matching rows with columns, and of leaving either alone.
struct Costs {
    /// Row by row.
    matched: Vec<f64>,
    rows_alone: Vec<f64>,
    columns_alone: Vec<f64>,
}

impl Costs {
    fn matched(&self, row: usize, column: usize) -> f64 {
        self.matched[row * self.columns_alone.len() + column]
    }

    /// What a match costs beyond leaving the column alone.
    fn extra(&self, row: usize, column: usize) -> f64 {
        self.matched(row, column) - self.columns_alone[column]
    }

    fn least_total(&self) -> f64 {
        let mut assignment = Assignment::new(self);
        for row in 0..self.rows_alone.len() {
            assignment.add(row);
        }
        let rows = assignment.column_of.iter().enumerate();
        let of_rows = rows.map(|(row, column)| column.map_or(self.rows_alone[row], |column| self.matched(row, column)));
        let columns = assignment.row_of.iter().zip(&self.columns_alone);
        let of_columns = columns.filter(|(row, _)| row.is_none()).map(|(_, &alone)| alone);
        of_rows.sum::<f64>() + of_columns.sum::<f64>()
    }
}

/// The cheapest matching of the rows added so far: each row joins by the shortest augmenting path in reduced costs, as
/// in the Hungarian method (Jonker, Volgenant, 1987). Leaving a row alone is one more way for a path to end.
struct Assignment<'a> {
    costs: &'a Costs,
    column_of: Vec<Option<usize>>,
    row_of: Vec<Option<usize>>,
    /// Dual prices: no reduced cost, `extra − row price − column price` or `alone − row price`, is negative.
    row_price: Vec<f64>,
    column_price: Vec<f64>,
    // Of the current search:
    distance: Vec<f64>,
    from_row: Vec<usize>,
    is_settled: Vec<bool>,
}

impl<'a> Assignment<'a> {
    fn new(costs: &'a Costs) -> Self {
        let (n_rows, n_columns) = (costs.rows_alone.len(), costs.columns_alone.len());
        let cheapest =
            |row: usize| (0..n_columns).map(|column| costs.extra(row, column)).fold(costs.rows_alone[row], f64::min);
        Self {
            costs,
            column_of: vec![None; n_rows],
            row_of: vec![None; n_columns],
            row_price: (0..n_rows).map(cheapest).collect(),
            column_price: vec![0.0; n_columns],
            distance: vec![0.0; n_columns],
            from_row: vec![0; n_columns],
            is_settled: vec![false; n_columns],
        }
    }

    fn add(&mut self, start: usize) {
        self.distance.fill(f64::INFINITY);
        self.is_settled.fill(false);
        // Rows reached with their distances, and the cheapest row to leave alone.
        let mut reached = vec![(start, 0.0)];
        let (mut alone, mut alone_distance) = (start, f64::INFINITY);
        let end = loop {
            let (row, so_far) = reached[reached.len() - 1];
            let offset = so_far - self.row_price[row];
            if offset + self.costs.rows_alone[row] < alone_distance {
                (alone, alone_distance) = (row, offset + self.costs.rows_alone[row]);
            }
            let mut nearest = None;
            let mut least = f64::INFINITY;
            for column in (0..self.row_of.len()).filter(|&column| !self.is_settled[column]) {
                let candidate = offset + self.costs.extra(row, column) - self.column_price[column];
                if candidate < self.distance[column] {
                    self.distance[column] = candidate;
                    self.from_row[column] = row;
                }
                if self.distance[column] < least {
                    least = self.distance[column];
                    nearest = Some(column);
                }
            }
            match nearest {
                Some(column) if least < alone_distance => match self.row_of[column] {
                    None => break Some(column),
                    Some(next) => {
                        self.is_settled[column] = true;
                        reached.push((next, least));
                    }
                },
                _ => break None,
            }
        };
        let length = end.map_or(alone_distance, |column| self.distance[column]);
        for &(row, distance) in &reached {
            self.row_price[row] += length - distance;
        }
        for column in 0..self.row_of.len() {
            if self.is_settled[column] {
                self.column_price[column] -= length - self.distance[column];
            }
        }
        // Back along the path, every row takes the column through which the next one was reached.
        let mut freed = match end {
            Some(column) => Some(column),
            None => self.column_of[alone].take(),
        };
        while let Some(column) = freed {
            let row = self.from_row[column];
            self.row_of[column] = Some(row);
            freed = self.column_of[row].replace(column);
        }
    }
}
