//! Bytes to samples: one small reader per format.
//!
//! [`read`] takes the files of one drop together: pictures, or one file of samples with labels and class names beside
//! it, or a matrix of distances, or the activations of layers.

mod activations;
mod array;
mod balanced;
mod bundle;
mod csv;
mod distances;
mod drop;
#[cfg(feature = "images")]
mod fitting;
mod format;
mod gzip;
mod idx;
mod image_fit;
#[cfg(feature = "images")]
mod images;
mod json;
mod labels;
mod npy;
mod npz;
mod order;
mod pictures;
#[cfg(feature = "images")]
mod resample;
mod safetensors;
mod samples;
mod sparse;
mod text;
mod texts;
mod zip;

use serde::Deserialize;

use crate::Error;
use crate::geometry::{DistanceMatrix, SparseDistances};

pub use activations::{Activations, LayerActivations};
pub use balanced::balanced;
pub use drop::{Role, Unpacked, check_pixels, gather_pictures, read, role, unpack};
#[cfg(feature = "images")]
pub(crate) use fitting::Fitting;
pub use image_fit::{CropRatio, ImageFit};
#[cfg(feature = "images")]
pub use images::decode_picture;
pub use labels::Labels;
pub use order::natural_order;
pub use pictures::{Outcome, Picture, PictureSet, order_of};
#[cfg(feature = "images")]
pub(crate) use resample::Sample;
pub use samples::{NamedArray, Samples, Values};
pub use texts::Texts;

/// A file as the page hands it over.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name, with folders where it was dropped inside one.
    pub name: &'a str,
    /// All its bytes.
    pub bytes: &'a [u8],
}

/// What a file of numbers holds, for those who know better than [`read`] can guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// One point per row.
    Points,
    /// A square of distances.
    Full,
    /// The lower triangle of distances, row by row.
    Lower,
    /// The upper triangle of distances, row by row.
    Upper,
    /// Two points and their distance per row, for some pairs.
    Sparse,
    /// DIPHA's binary distances.
    Dipha,
    /// One text per line, a table with a column of texts, or JSON with a field of texts.
    Texts,
}

/// How to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// Width and height that pictures are resized to; `None` for the size of the first in the order of names.
    pub image_size: Option<(u32, u32)>,
    /// How a picture of another size comes to it.
    pub image_fit: ImageFit,
    /// What a file of numbers holds; `None` to find out.
    pub format: Option<Format>,
    /// Whether ready activations of feature maps keep all values as coordinates, rather than their mean over positions.
    pub flatten: bool,
    /// Names of a network's inputs, the one that samples feed first, where there are several: arrays of these names are
    /// for them.
    pub inputs: Vec<String>,
    /// The most bytes of all files together.
    pub max_bytes: usize,
    /// The most bytes of what they hold, unpacked or decoded.
    pub max_unpacked: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            image_size: None,
            image_fit: ImageFit::Stretch,
            format: None,
            flatten: false,
            inputs: Vec::new(),
            max_bytes: 256 << 20,
            max_unpacked: 512 << 20,
        }
    }
}

/// What was read from the files of one drop.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Inputs for a network, or points to be analysed directly.
    Samples(Samples),
    /// Inputs for a network that reads texts.
    Texts(Texts),
    /// Points of layers, recorded elsewhere.
    Activations(Activations),
    /// Pairwise distances without coordinates.
    Distances(DistanceMatrix),
    /// The distances of some pairs.
    SparseDistances(SparseDistances),
}

/// The result of [`read`].
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// What the files hold.
    pub data: Data,
    /// The file that they come from, or how many pictures.
    pub name: String,
    /// What was guessed, resized or left out, in sentences for the user.
    pub notes: Vec<String>,
}

fn too_large(name: &str, n_bytes: usize, max_bytes: usize) -> Error {
    let megabytes = n_bytes.div_ceil(1 << 20) as u64;
    Error::TooLarge { name: name.into(), megabytes, limit: (max_bytes >> 20) as u64 }
}

/// The first names and how many more.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
