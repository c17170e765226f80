//! Persistent homology of Vietoris–Rips filtrations.

mod barcode;

pub use barcode::{Barcode, Interval};
