//! Activations that another program recorded: the points of each layer, without a network.

use super::{Labels, Values};
use crate::{Error, Result};

/// The points of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerActivations {
    /// Name of its array in the file.
    pub name: String,
    /// Shape of one sample as recorded, without the number of samples.
    pub shape: Vec<usize>,
    /// Coordinates of one point.
    pub n_coords: usize,
    /// Points row by row: samples × coordinates, all finite.
    pub values: Vec<f32>,
}

/// How the values of one sample lie in an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axes {
    /// All are coordinates.
    Coordinates,
    /// Tokens (or positions), then features.
    FeaturesLast,
    /// Channels, then space.
    ChannelsFirst,
}

impl Axes {
    /// As ONNX means them: three axes are batch, tokens, features; more are batch, channels, space. Square maps before an
    /// axis of another size have their channels last, as Keras has them.
    pub(super) fn of(dims: &[usize]) -> Self {
        match dims {
            [_, _, _] => Self::FeaturesLast,
            [_, height, width, channels] if height == width && width != channels => Self::FeaturesLast,
            [_, _, _, _, ..] => Self::ChannelsFirst,
            _ => Self::Coordinates,
        }
    }
}

impl LayerActivations {
    /// From an array of sizes `dims`, samples first: points as they stand, or feature maps of which the mean over all
    /// positions is taken (Magai 2023), unless `flatten` keeps all values as coordinates.
    ///
    /// # Errors
    /// [`Error::NotFinite`] naming the layer.
    pub(super) fn pooled(file: &str, name: String, values: &Values, dims: &[usize], flatten: bool) -> Result<Self> {
        let Some((&n_samples, shape)) = dims.split_first().filter(|_| !dims.contains(&0)) else {
            return Err(Error::Empty { what: format!("layer {name} in {file}") });
        };
        let shape = shape.to_vec();
        let size: usize = shape.iter().product();
        if let Values::F32(numbers) = values {
            Error::find_not_finite(|| format!("layer {name} in {file}"), numbers, size)?;
        }
        let axes = if flatten { Axes::Coordinates } else { Axes::of(dims) };
        let (n_coords, n_positions) = match axes {
            Axes::Coordinates => (size, 1),
            Axes::FeaturesLast => (shape[shape.len() - 1], shape[..shape.len() - 1].iter().product()),
            Axes::ChannelsFirst => (shape[0], shape[1..].iter().product()),
        };
        let value = |i: usize| values.at(i);
        let values = if n_positions == 1 {
            (0..n_samples * size).map(value).collect()
        } else {
            let (coordinate, position) = if axes == Axes::FeaturesLast { (1, n_coords) } else { (n_positions, 1) };
            let mean = |first: usize| {
                let sum: f64 = (0..n_positions).map(|p| f64::from(value(first + p * position))).sum();
                (sum / n_positions as f64) as f32
            };
            (0..n_samples).flat_map(|s| (0..n_coords).map(move |c| s * size + c * coordinate)).map(mean).collect()
        };
        Ok(Self { name, shape, n_coords, values })
    }
}

/// At least one layer, all of the same samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Activations {
    layers: Vec<LayerActivations>,
    n_samples: usize,
    labels: Option<Labels>,
}

impl Activations {
    /// Layers in depth order; `what` names them in messages.
    ///
    /// # Errors
    /// [`Error::Empty`] without a layer, a sample or a coordinate, [`Error::LengthMismatch`] if the layers have different
    /// numbers of samples or there is not one label per sample.
    pub fn new(layers: Vec<LayerActivations>, labels: Option<Labels>, what: &str) -> Result<Self> {
        let count = |layer: &LayerActivations| layer.values.len().checked_div(layer.n_coords).unwrap_or(0);
        let (Some(first), None) = (layers.first(), layers.iter().find(|layer| count(layer) == 0)) else {
            return Err(Error::Empty { what: what.into() });
        };
        let n_samples = count(first);
        if let Some(other) = layers.iter().find(|layer| count(layer) != n_samples) {
            return Err(Error::LengthMismatch {
                first: format!("layer {} in {what}", first.name),
                n_first: n_samples,
                second: format!("layer {}", other.name),
                n_second: count(other),
            });
        }
        let activations = Self { layers, n_samples, labels: None };
        match labels {
            None => Ok(activations),
            Some(labels) => activations.with_labels(labels, what, "the list of labels"),
        }
    }

    pub(super) fn with_labels(mut self, labels: Labels, what: &str, labels_name: &str) -> Result<Self> {
        labels.check_count(self.n_samples, what, labels_name)?;
        self.labels = Some(labels);
        Ok(self)
    }

    /// In depth order.
    pub fn layers(&self) -> &[LayerActivations] {
        &self.layers
    }

    /// Number of samples, in every layer.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// Classes, if the files told them.
    pub fn labels(&self) -> Option<&Labels> {
        self.labels.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(dims: &[usize], flatten: bool) -> (usize, Vec<f32>) {
        let values = Values::F32((0..dims.iter().product::<usize>() as u16).map(f32::from).collect());
        let layer = LayerActivations::pooled("a.npz", "x".into(), &values, dims, flatten).expect("finite");
        (layer.n_coords, layer.values)
    }

    #[test]
    fn maps_and_tokens_become_means_over_positions() {
        assert_eq!(layer(&[2, 3], false), (3, vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0]));
        assert_eq!(layer(&[2], false), (1, vec![0.0, 1.0]));
        assert_eq!(layer(&[1, 2, 3], false), (3, vec![1.5, 2.5, 3.5]));
        assert_eq!(layer(&[1, 2, 1, 3], false), (2, vec![1.0, 4.0]));
        assert_eq!(layer(&[1, 3, 2, 2], false), (3, vec![1.5, 5.5, 9.5]));
        assert_eq!(layer(&[1, 2, 2, 3], false), (3, vec![4.5, 5.5, 6.5]), "channels last");
        assert_eq!(layer(&[1, 2, 1, 3], true).0, 6);
    }
}
