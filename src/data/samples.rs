//! Samples of one shape.

use super::Labels;
use crate::{Error, Result};

/// The numbers of all samples, in the type of the file where it is small.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Pixels 0 … 255.
    U8(Vec<u8>),
    /// Finite numbers.
    F32(Vec<f32>),
}

impl Values {
    /// How many numbers there are.
    pub fn len(&self) -> usize {
        match self {
            Self::U8(values) => values.len(),
            Self::F32(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at a place, which must exist.
    pub(crate) fn at(&self, i: usize) -> f32 {
        match self {
            Self::U8(values) => f32::from(values[i]),
            Self::F32(values) => values[i],
        }
    }
}

/// At least one sample, all of one shape; no value is NaN or infinite.
#[derive(Debug, Clone, PartialEq)]
pub struct Samples {
    values: Values,
    shape: Vec<usize>,
    count: usize,
    labels: Option<Labels>,
    arrays: Vec<NamedArray>,
}

/// An array that came with samples, for an input of a network that they do not feed.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedArray {
    /// Of the input.
    pub name: String,
    /// All sizes; the first is that of the samples where there is one row for each.
    pub sizes: Vec<usize>,
    /// As many numbers as the sizes say.
    pub values: Values,
}

impl Samples {
    /// Samples of `shape` (without the number of samples) one after the other; `what` names them in messages.
    ///
    /// # Errors
    /// [`Error::Empty`] without a value, [`Error::NotAMatrix`] if the last sample is incomplete, [`Error::NotFinite`]
    /// for NaN and infinities, [`Error::LengthMismatch`] if there is not one label per sample.
    pub fn new(values: Values, shape: Vec<usize>, labels: Option<Labels>, what: &str) -> Result<Self> {
        let size = shape.iter().try_fold(1_usize, |size, &n| size.checked_mul(n)).unwrap_or(usize::MAX);
        if values.is_empty() || size == 0 {
            return Err(Error::Empty { what: what.into() });
        }
        let n_samples = values.len() / size;
        if !values.len().is_multiple_of(size) {
            return Err(Error::NotAMatrix { n_values: values.len(), what: "table of samples", nearest: n_samples });
        }
        if let Values::F32(numbers) = &values {
            Error::find_not_finite(|| what.into(), numbers, size)?;
        }
        let samples = Self { values, shape, count: n_samples, labels: None, arrays: Vec::new() };
        match labels {
            None => Ok(samples),
            Some(labels) => samples.with_labels(labels, what, "the list of labels"),
        }
    }

    pub(super) fn with_labels(mut self, labels: Labels, what: &str, labels_name: &str) -> Result<Self> {
        labels.check_count(self.count, what, labels_name)?;
        self.labels = Some(labels);
        Ok(self)
    }

    pub(super) fn with_arrays(mut self, arrays: Vec<NamedArray>) -> Self {
        self.arrays = arrays;
        self
    }

    /// Arrays for other inputs of a network.
    pub fn arrays(&self) -> &[NamedArray] {
        &self.arrays
    }

    /// All numbers, sample after sample.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// Shape of one sample: `[d]` for points, `[h, w]` for grey pictures, `[h, w, 3]` for colour ones.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of samples.
    pub fn n_samples(&self) -> usize {
        self.count
    }

    /// Classes, if the files told them.
    pub fn labels(&self) -> Option<&Labels> {
        self.labels.as_ref()
    }

    /// The samples at `indices`, in that order, without arrays for other inputs; indices beyond the last sample are left
    /// out. Selecting nothing gives no samples at all, which only the caller can want.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        let indices: Vec<usize> = indices.iter().copied().filter(|&i| i < self.count).collect();
        let size = self.values.len() / self.count.max(1);
        let values = match &self.values {
            Values::U8(all) => Values::U8(rows(all, size, &indices)),
            Values::F32(all) => Values::F32(rows(all, size, &indices)),
        };
        let labels = self.labels.as_ref().map(|labels| labels.select(&indices));
        Self { values, shape: self.shape.clone(), count: indices.len(), labels, arrays: Vec::new() }
    }
}

fn rows<T: Copy>(all: &[T], size: usize, indices: &[usize]) -> Vec<T> {
    indices.iter().flat_map(|&i| &all[i * size..(i + 1) * size]).copied().collect()
}
