//! Samples to activations: the only module that knows tract.
//!
//! [`Graph`] reads an ONNX file and lists what can be observed in it; [`Session`] is the same network made ready to run
//! with chosen layers as outputs. Observed layers become outputs *before* optimisation, where names still mean ONNX
//! tensors, and feature maps are pooled right behind each batch, so that memory holds points and not feature maps.

mod graph;
mod input;
mod layers;
mod pooling;
mod session;

pub use graph::{Graph, Input};
pub use input::{InputRange, SampleShape};
pub use layers::Layer;
pub use pooling::Pooling;
pub use session::{BatchPoints, LayerPoints, Session, SessionSettings};
