//! The native tests: one binary, one module per subject.

mod against_oracle;
mod clouds;
mod contracts;
mod descriptors;
mod diagram_distances;
mod fuzzing;
mod geometry;
mod goldens;
mod known_homology;
mod laws;
mod oracle;
mod parallel;
mod representatives;
