//! Bettiscope shows what a neural network does to the *shape* of data.
//!
//! ```text
//! files ─ data ─▶ samples ─ network ─▶ activations ─ geometry ─▶ distances ─ homology ─▶ barcode ─ descriptors ─▶ numbers
//!                                                                                          └──────── plot ───────▶ SVG
//! ```
//!
//! Modules in reading order: [`data`] turns bytes into samples, [`network`] runs them through an ONNX network,
//! [`geometry`] turns activations into point clouds and distances, [`homology`] into Vietoris–Rips barcodes,
//! [`descriptors`] into numbers, [`plot`] into pictures. `web` alone knows JavaScript.
//!
//! The library does no input or output: bytes come in, values go out.

pub mod error;
pub mod parallel;
pub mod progress;
pub mod random;

pub mod data;
#[cfg(feature = "network")]
pub mod network;

pub mod geometry;

pub mod homology;

pub mod descriptors;

pub mod study;

pub mod plot;

#[cfg(target_arch = "wasm32")]
pub mod web;

pub use error::{Error, Result};
