//! The native tests: one binary, one module per subject.

mod against_oracle;
mod claims;
mod clouds;
mod contracts;
mod descriptors;
mod diagram_distances;
mod dimensions;
mod fixtures;
mod forecasts;
mod fuzzing;
mod geometry;
mod goldens;
mod known_homology;
mod laws;
mod matrix_free;
mod oracle;
mod parallel;
mod pictures;
mod representatives;
mod similarity;
mod sparse;
mod study;
