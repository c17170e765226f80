//! Point clouds and the distances between their points.

mod distance_matrix;
mod metric;
mod point_cloud;

pub use distance_matrix::DistanceMatrix;
pub use metric::Metric;
pub use point_cloud::PointCloud;
