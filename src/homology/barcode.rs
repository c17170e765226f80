//! The result of persistent homology: half-open intervals per dimension.

/// The life of a homology class: [birth, death), as Rips diameters (edge lengths, not radii). Always birth < death.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Scale at which the class appears.
    pub birth: f32,
    /// Scale at which it becomes trivial; infinite for an essential class.
    pub death: f32,
    /// For a finite H0 interval the two points, smaller index first, whose edge merges the component into another.
    pub edge: Option<[u32; 2]>,
}

impl Interval {
    /// An interval without an edge.
    pub fn new(birth: f32, death: f32) -> Self {
        Self { birth, death, edge: None }
    }

    /// Whether the class is still alive at the end of the filtration.
    pub fn is_essential(&self) -> bool {
        self.death == f32::INFINITY
    }

    /// Death minus birth, infinite for an essential class.
    pub fn lifespan(&self) -> f64 {
        f64::from(self.death) - f64::from(self.birth)
    }
}

/// How a barcode was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// H0 from a minimum spanning tree.
    SpanningTree,
    /// H0 and H1 by the Reduced Vietoris–Rips construction.
    ReducedRips,
    /// Implicit cohomology.
    Cohomology,
}

impl Engine {
    /// A stable word for it, for scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::SpanningTree => "spanning-tree",
            Self::ReducedRips => "reduced-rips",
            Self::Cohomology => "cohomology",
        }
    }
}

/// The intervals of positive length of one filtration, per dimension sorted by birth, death, and edge (larger index,
/// then smaller).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Barcode {
    intervals: Vec<Vec<Interval>>,
    engine: Option<Engine>,
}

impl Barcode {
    /// A barcode in canonical order from unordered intervals, one list per dimension from H0 on.
    pub fn from_intervals(mut intervals: Vec<Vec<Interval>>) -> Self {
        for dim in &mut intervals {
            dim.retain(|i| i.birth < i.death);
            dim.sort_by(|a, b| {
                let edges = || a.edge.map(reversed).cmp(&b.edge.map(reversed));
                a.birth.total_cmp(&b.birth).then(a.death.total_cmp(&b.death)).then_with(edges)
            });
        }
        Self { intervals, engine: None }
    }

    /// The same, computed by an engine.
    pub(super) fn made_by(engine: Engine, intervals: Vec<Vec<Interval>>) -> Self {
        Self { engine: Some(engine), ..Self::from_intervals(intervals) }
    }

    /// What computed it; `None` if it was put together from intervals.
    pub fn engine(&self) -> Option<Engine> {
        self.engine
    }

    /// Highest dimension that was computed; intervals may be absent in it.
    pub fn max_dim(&self) -> Option<usize> {
        self.intervals.len().checked_sub(1)
    }

    /// The intervals of one dimension; empty above [`Self::max_dim`].
    pub fn dim(&self, dim: usize) -> &[Interval] {
        self.intervals.get(dim).map_or(&[], Vec::as_slice)
    }
}

fn reversed([low, high]: [u32; 2]) -> [u32; 2] {
    [high, low]
}
