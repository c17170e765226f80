//! What a layer is described by, bit for bit: the page's tests compare the same file in Chromium, with and without threads.

use bettiscope::data::Labels;
use bettiscope::geometry::PointCloud;
use bettiscope::study::{DescribeSettings, catalog, describe};
use serde_json::{Value, json};

/// Points of `tests/data/study/noise.json`: a linear congruence, the same in Rust and JavaScript.
fn noise() -> (PointCloud, Labels) {
    let value = |i: u32| (((i + 1).wrapping_mul(2_654_435_761) >> 8) % 4096) as f32 / 4096.0;
    let points = PointCloud::from_rows((0..360 * 6).map(value).collect(), 6, "noise").expect("360 points");
    let labels = Labels::new(["a", "b", "c"].map(Into::into).into(), (0..360).map(|i| i % 3).collect())
        .expect("a label a point");
    (points, labels)
}

#[test]
fn a_described_layer_equals_its_golden_to_the_last_bit() {
    let (points, labels) = noise();
    let settings = DescribeSettings {
        descriptors: catalog().into_iter().map(|entry| entry.name).filter(|name| !name.ends_with("-2")).collect(),
        per_class: 100,
        betti_scale: Some(0.75),
        ..DescribeSettings::default()
    };
    let found = describe(&points, Some(&labels), &settings, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
    let document = json!({ "settings": settings, "rows": found.rows, "fits": found.fits });
    let text = serde_json::to_string_pretty(&document).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/study/noise.json");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap();
    let rows = |text: &str| serde_json::from_str::<Value>(text).unwrap()["rows"].as_array().map_or(0, Vec::len);
    assert!(rows(&golden) > 60, "the golden holds something");
    assert!(golden == text, "the numbers have changed; if they should, run this test with BLESS=1");
}
