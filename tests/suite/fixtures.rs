//! The clouds of `tests/data/descriptors` and comparison within a tolerance.

use bettiscope::geometry::PointCloud;

/// A cloud by the stem of its file.
pub(crate) fn fixture(name: &str) -> PointCloud {
    let text = match name {
        "hyperball" => include_str!("../data/descriptors/skdim_hyperball_30x5_seed0.csv"),
        "gaussians" => include_str!("../data/descriptors/dadapy_2gaussians_in_2d.csv"),
        "overlap" => include_str!("../data/descriptors/dadapy_2gaussians_in_2d_overlap.csv"),
        "flat" => include_str!("../data/descriptors/dadapy_3d_gauss_small_z_var.csv"),
        "x" => include_str!("../data/descriptors/cka_X_100x10.csv"),
        "y" => include_str!("../data/descriptors/cka_Y_100x10.csv"),
        _ => panic!("no fixture {name}"),
    };
    let rows: Vec<Vec<f32>> = text
        .lines()
        .map(|line| line.split(',').map(|cell| cell.trim().parse::<f64>().expect("a number") as f32).collect())
        .collect();
    let n_coords = rows[0].len();
    PointCloud::from_rows(rows.concat(), n_coords, name).expect("cloud")
}

/// Equal up to a share of the expected value.
#[track_caller]
pub(crate) fn near(found: f64, expected: f64, share: f64) {
    assert!((found - expected).abs() <= share * expected.abs(), "{found} instead of {expected}");
}

/// The first rows of a cloud.
pub(crate) fn first(cloud: &PointCloud, n: usize) -> PointCloud {
    cloud.select(&(0..n).collect::<Vec<_>>())
}

/// The chosen columns of a cloud.
pub(crate) fn columns(cloud: &PointCloud, chosen: &[usize]) -> PointCloud {
    let values = (0..cloud.n_points()).flat_map(|i| chosen.iter().map(move |&c| cloud.point(i)[c])).collect();
    PointCloud::from_rows(values, chosen.len(), "columns").expect("cloud")
}
