//! Samples to activations: the only module that knows tract.
//!
//! [`Graph`] reads an ONNX file and lists what can be observed in it; [`Session`] is the same network made ready to run
//! with chosen layers as outputs. Observed layers become outputs *before* optimisation, where names still mean ONNX
//! tensors, and feature maps are pooled right behind each batch, so that memory holds points and not feature maps.
//! Networks that read texts take them through the [`Tokenizer`] that belongs to them.

mod attributes;
mod axes;
mod blocks;
mod failure;
mod fill;
mod fused;
mod graph;
mod input;
mod inputs;
mod layers;
mod limits;
mod memory;
mod pooling;
mod preview;
mod recognise;
mod repair;
mod session;
mod tokens;
mod weights;

pub use axes::Axes;
pub use blocks::{Block, Kind};
pub use fill::{ArrayShape, Fill};
pub use graph::Graph;
pub use input::{Colours, InputSettings, Layout, SampleKind, SampleShape, ValueRange};
pub use inputs::{Input, NumberType, OtherInput, TokenRole, TokenTensor};
pub use layers::{Layer, Listing, Preset};
pub use memory::Memory;
pub use pooling::{PointLayout, Points, Pooling};
pub use preview::{Channel, Preview, preview};
pub use recognise::Recognised;
pub use session::{Batch, BatchPoints, LayerPoints, Session, SessionSettings};
pub use tokens::{Tokenizer, Tokens};
