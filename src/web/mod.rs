//! The only module that knows JavaScript: what workers call, and how values and failures cross over.
//!
//! Everything here runs in a web worker. Results are plain objects and typed arrays, failures are thrown as
//! `{kind, message}`; a panic reaches `bettiscopePanic` in its own worker and, from pool threads, a broadcast channel.

mod arrays;
mod diagrams;
mod engine;
mod failure;
#[cfg(feature = "network")]
mod network;
mod reading;
mod study;

pub use diagrams::{LoopFinder, diagram_distance, landscape};
pub use engine::{barcode, barcodes, draw, estimate, js_shortest_edges, measure_layers, select_samples};
pub use failure::start;
#[cfg(feature = "network")]
pub use network::{NetworkSession, inspect_network, preview_input};
#[cfg(feature = "images")]
pub use reading::decode_pictures;
pub use reading::{gather_pictures, read_data, sort_files, unpack_file};
pub use study::{compare_layers, describe_layer, descriptor_catalog, js_correlate, judge_claims};

#[cfg(feature = "threads")]
pub use wasm_bindgen_rayon::init_thread_pool;
