//! Point clouds and the distances between their points.
//!
//! A [`PointCloud`] is scaled by [`Scaling`], measured by a [`Metric`] into a [`DistanceMatrix`], and projected by
//! [`principal_components`] for looking at. Every value is computed with plain IEEE 754 operations in a fixed order, so
//! that the same points give the same bits natively, in WebAssembly and for any number of threads.

mod distance_matrix;
mod distances;
mod edges;
mod hop_distance;
mod metric;
mod neighbours;
mod pairs;
mod pca;
mod point_cloud;
mod scaling;
mod sparse_distances;
mod squared_distances;

pub(crate) use distance_matrix::too_many;
pub use distance_matrix::{DistanceMatrix, MAX_POINTS};
pub use edges::{Edge, shortest_edges};
pub(crate) use edges::{EdgeKey, edge_keys};
pub use hop_distance::hop_distances;
pub use metric::Metric;
pub(crate) use neighbours::nearest_of;
pub use neighbours::{Neighbours, nearest_neighbours};
pub(crate) use pairs::{PANEL, Pairs, Tile};
pub use pca::{PrincipalComponents, principal_components};
pub use point_cloud::PointCloud;
pub use scaling::Scaling;
pub use sparse_distances::{MAX_SPARSE_POINTS, SparseDistances};
pub(crate) use squared_distances::SquaredDistances;
