//! Bytes to samples: one small reader per format.

use crate::geometry::DistanceMatrix;

/// What was read from the files of one drop.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Inputs for a network, or points to be analysed directly.
    Samples(Samples),
    /// Pairwise distances without coordinates.
    Distances(DistanceMatrix),
}

/// The numbers of all samples, in the type of the file where it is small.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Pixels 0 … 255.
    U8(Vec<u8>),
    /// Finite numbers.
    F32(Vec<f32>),
}

/// Class names and the class of each sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// Names in index order.
    pub classes: Vec<String>,
    /// Class index of each sample.
    pub of_sample: Vec<u16>,
}

/// At least one sample, all of one shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    values: Values,
    shape: Vec<usize>,
    n_samples: usize,
    labels: Option<Labels>,
}
