//! Pictures as text: recorded ones, exact panels, and no input that breaks the drawing.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test plot` records `tests/snapshots` anew; review the difference.

use bettiscope::plot::{Figure, Picture, draw};
use proptest::prelude::*;
use roxmltree::{Document, Node};
use serde_json::{Value, json};
use std::path::Path;

fn figure(fields: &Value) -> Figure {
    serde_json::from_value(fields.clone()).expect("a figure")
}

fn picture(fields: &Value) -> Picture {
    draw(&figure(fields)).expect("a picture")
}

fn with(mut fields: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().expect("fields") {
        fields[key] = value.clone();
    }
    fields
}

/// Three clusters of points, two loops; one H0 and one H1 interval are essential.
fn bars() -> Value {
    json!({
        "dims": [0, 0, 0, 0, 0, 0, 1, 1, 1],
        "births": [0, 0, 0, 0, 0, 0, 1.1, 0.9, 2.0],
        "deaths": [0.5, 0.75, 0.75, 2.5, 1.25, null, 2.25, 1.0, null],
        "maxDim": 1,
        "threshold": 3.0,
    })
}

fn barcode() -> Value {
    json!({"kind": "barcode", "width": 350, "height": 220, "theme": "light", "barcode": bars()})
}

fn scatter() -> Value {
    json!({
        "kind": "scatter", "width": 350, "height": 300, "theme": "dark",
        "positions": [0.0, 0.0, 2.0, 1.0, 4.0, -1.0, 1.0, 0.5], "labels": [0, 1, 2, 0],
        "classes": ["bag", "coat", "T-shirt & top"], "legend": true, "edges": [0, 3, 3, 1],
        "xLabel": "first principal component (34 % of variance)", "yLabel": "second (12 %)",
    })
}

fn profile() -> Value {
    json!({
        "kind": "profile", "width": 500, "height": 300, "theme": "light", "title": "Lifespans <trained>",
        "xLabel": "relative depth", "yLabel": "lifespan sum",
        "series": [
            {"name": "H0", "color": "h0", "x": [0, 0.5, 1], "y": [12, 9, 4], "low": [11, 8, 3.5], "high": [13, 10, 4.5]},
            {"name": "H0, untrained", "color": "h0", "dashed": true, "x": [0, 0.5, 1], "y": [12, 11, 4.2]},
        ],
    })
}

fn recorded(name: &str, fields: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(format!("{name}.svg"));
    let svg = picture(fields).svg;
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &svg).expect("a writable snapshot");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(svg == expected, "{name} differs from its record; see the head of this file\n{svg}");
}

#[test]
fn pictures_are_as_recorded() {
    recorded("barcode", &barcode());
    recorded("barcode-dark-longest", &with(barcode(), &json!({"theme": "dark", "maxBars": 2, "background": true})));
    recorded("barcode-compact", &with(barcode(), &json!({"compact": true, "width": 120, "height": 24})));
    recorded("barcode-empty", &with(barcode(), &json!({"barcode": {"dims": [], "births": [], "deaths": []}})));
    recorded("diagram", &with(barcode(), &json!({"kind": "diagram", "height": 300})));
    recorded("betti", &with(barcode(), &json!({"kind": "betti"})));
    recorded("scatter", &scatter());
    recorded("profile", &profile());
}

/// Corners in CSS pixels of the bars in a colour, from "M10 20h30v4h-30z…".
fn rectangles(svg: &str, fill: &str) -> Vec<[f64; 4]> {
    let document = Document::parse(svg).expect("well-formed XML");
    let paths = document.descendants().filter(|node| node.has_tag_name("path") && node.attribute("fill") == Some(fill));
    let data: Vec<&str> = paths.filter_map(|node: Node| node.attribute("d")).collect();
    data.iter()
        .flat_map(|path| path.split('z'))
        .filter(|part| !part.is_empty())
        .map(|part| {
            let numbers: Vec<f64> = part
                .split(['M', 'h', 'v', ' '])
                .filter(|number| !number.is_empty())
                .map(|number| number.parse::<f64>().expect("a number") / 10.0)
                .collect();
            [numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]]
        })
        .collect()
}

#[test]
fn bars_lie_where_panel_and_order_say() {
    let Picture { svg, panels } = picture(&barcode());
    let (births, deaths) = (&bars()["births"], &bars()["deaths"]);
    assert_eq!(panels.len(), 2);
    for (panel, fill) in panels.iter().zip(["#2F6FB7", "#D1500A"]) {
        let order = panel.order.as_ref().expect("an order");
        let drawn = rectangles(&svg, fill);
        assert_eq!(drawn.len(), order.len());
        assert_eq!((panel.y0, panel.y1), (order.len() as f64, 0.0));
        let at = |value: f64| panel.x + panel.width * (value - panel.x0) / (panel.x1 - panel.x0);
        for (row, (bar, i)) in drawn.iter().zip(order).enumerate() {
            let middle = panel.y + panel.height * (row as f64 + 0.5) / panel.y0;
            assert!((bar[0] - at(births[*i].as_f64().expect("a birth"))).abs() <= 0.051, "{bar:?}");
            assert!((bar[2] - at(deaths[*i].as_f64().unwrap_or(panel.x1))).abs() <= 0.051, "{bar:?}");
            assert!((f64::midpoint(bar[1], bar[3]) - middle).abs() <= 0.1, "{bar:?}, {middle}");
        }
    }
    assert_eq!(panels[0].order, Some(vec![0, 1, 2, 4, 3, 5]), "by death");
    assert_eq!(panels[1].order, Some(vec![7, 6, 8]), "by birth");
    assert_eq!((panels[0].x0, panels[0].x1), (0.0, 3.0), "to the threshold");
}

#[test]
fn the_longest_bars_are_kept_and_the_rest_is_counted() {
    let Picture { svg, panels } = picture(&with(barcode(), &json!({"maxBars": 2})));
    assert_eq!(panels[0].order, Some(vec![3, 5]));
    assert_eq!(panels[1].order, Some(vec![6, 8]));
    assert!(svg.contains("… and 4 shorter") && svg.contains("… and 1 shorter"));
}

#[test]
fn points_lie_where_the_panel_says_at_one_scale() {
    let Picture { svg, panels } = picture(&with(scatter(), &json!({"legend": false})));
    let panel = &panels[0];
    let scales = [panel.width / (panel.x1 - panel.x0), panel.height / (panel.y1 - panel.y0)];
    assert!((scales[0] / scales[1] - 1.0).abs() < 1e-9, "{scales:?}");
    let document = Document::parse(&svg).expect("well-formed XML");
    let circles: Vec<Node> = document.descendants().filter(|node| node.has_tag_name("circle")).collect();
    let pixel =
        |node: Node, name: &str| node.attribute(name).expect("an attribute").parse::<f64>().expect("a number") / 10.0;
    for (circle, point) in circles.iter().zip([[0.0, 0.0], [2.0, 1.0], [4.0, -1.0], [1.0, 0.5]]) {
        assert!((pixel(*circle, "cx") - (panel.x + (point[0] - panel.x0) * scales[0])).abs() <= 0.051);
        assert!((pixel(*circle, "cy") - (panel.y + (panel.y1 - point[1]) * scales[1])).abs() <= 0.051);
    }
}

#[test]
fn pictures_have_a_size_a_role_and_words() {
    let svg = picture(&profile()).svg;
    let document = Document::parse(&svg).expect("well-formed XML");
    let root = document.root_element();
    assert_eq!(root.attribute("viewBox"), Some("0 0 500 300"));
    assert_eq!(root.attribute("role"), Some("img"));
    let title = root.first_element_child().and_then(|node| node.text()).unwrap_or_default();
    assert_eq!(
        title,
        "Lifespans <trained>. lifespan sum over relative depth, 2 lines; H0 from 12 to 4; H0, untrained from 12 to 4.2."
    );
}

#[test]
fn empty_figures_say_why() {
    let empty = json!({"dims": [], "births": [], "deaths": [], "maxDim": 1, "threshold": 3.1});
    let says = |fields: Value, words: &str| {
        let svg = picture(&fields).svg;
        assert!(svg.contains(words), "{words}: {svg}");
    };
    says(with(barcode(), &json!({"barcode": empty})), ">no H1 intervals up to 3.1<");
    says(with(barcode(), &json!({"barcode": empty, "kind": "betti"})), ">no H1 intervals up to 3.1<");
    says(with(barcode(), &json!({"barcode": empty, "kind": "diagram"})), ">no intervals<");
    says(with(scatter(), &json!({"positions": [], "labels": [], "edges": []})), ">no points<");
    says(with(profile(), &json!({"series": []})), ">no values yet<");
}

#[test]
fn impossible_figures_are_refused_with_the_field() {
    let refused = |fields: Value, setting: &str| {
        let error = draw(&figure(&fields)).expect_err(setting);
        assert_eq!(error.kind(), "invalid-setting");
        assert!(error.to_string().starts_with(setting), "{error}");
    };
    refused(with(barcode(), &json!({"width": 19})), "width");
    refused(with(barcode(), &json!({"height": 8001})), "height");
    refused(with(barcode(), &json!({"xMax": -1})), "xMax");
    refused(with(barcode(), &json!({"barcode": {"dims": [0], "births": [], "deaths": [1]}})), "births");
    refused(with(barcode(), &json!({"barcode": {"dims": [0], "births": [2], "deaths": [1]}})), "deaths");
    refused(with(scatter(), &json!({"positions": [1.0, 2.0, 3.0]})), "positions");
    refused(with(scatter(), &json!({"edges": [0, 4]})), "edges");
    refused(with(scatter(), &json!({"labels": [0]})), "labels");
    refused(with(profile(), &json!({"series": [{"color": "red", "x": [], "y": []}]})), "color");
    refused(with(profile(), &json!({"series": [{"color": "h0", "x": [1], "y": []}]})), "y ");
    for (fields, word) in [
        (json!({"kind": "pie", "width": 90, "height": 90}), "pie"),
        (with(barcode(), &json!({"barcode": null})), "barcode"),
    ] {
        let error = serde_json::from_value::<Figure>(fields).expect_err(word).to_string();
        assert!(error.contains(word), "{error}");
    }
}

/// Numbers with ties, extremes and zeros.
fn number() -> impl Strategy<Value = f32> {
    prop_oneof![(0u8..5).prop_map(f32::from), 0.0f32..10.0, Just(1e-40), Just(f32::MAX), Just(-f32::MAX), -1e9f32..1e9]
}

fn any_bars(most: usize) -> impl Strategy<Value = Value> {
    prop::collection::vec((0u8..5, number(), prop::option::of(number())), 0..most).prop_map(|intervals| {
        let births: Vec<f32> = intervals.iter().map(|(_, birth, _)| *birth).collect();
        let deaths: Vec<Option<f32>> = intervals.iter().map(|(_, birth, death)| death.map(|death| death.max(*birth))).collect();
        json!({"dims": intervals.iter().map(|interval| interval.0).collect::<Vec<_>>(), "births": births, "deaths": deaths})
    })
}

fn frame() -> impl Strategy<Value = Value> {
    let size = || prop_oneof![20.0f64..200.0, 20.0f64..8000.0];
    (size(), size(), any::<bool>(), prop::option::of(any::<String>())).prop_map(|(width, height, dark, title)| {
        json!({"width": width, "height": height, "theme": if dark { "dark" } else { "light" }, "title": title, "background": dark})
    })
}

fn holds(fields: &Value) {
    let Picture { svg, panels } = picture(fields);
    Document::parse(&svg).expect("well-formed XML");
    assert!(!panels.is_empty());
    for panel in panels {
        let numbers = [panel.x, panel.y, panel.width, panel.height, panel.x0, panel.x1, panel.y0, panel.y1];
        assert!(numbers.iter().all(|number| number.is_finite()), "{panel:?}");
        assert!(panel.x0 < panel.x1 && panel.y0 != panel.y1, "{panel:?}");
        assert!(panel.x >= 0.0 && panel.y >= 0.0 && panel.width > 0.0 && panel.height > 0.0, "{panel:?}");
        let [width, height] = ["width", "height"].map(|side| fields[side].as_f64().expect("a side").round());
        assert!(panel.x + panel.width <= width + 0.1 && panel.y + panel.height <= height + 0.1, "{panel:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_barcode_is_drawn(
        frame in frame(),
        barcode in any_bars(60),
        max_bars in prop::option::of(0usize..9),
        x_max in prop::option::of(1e-6f64..1e6),
        threshold in prop::option::of(0.0f64..1e6),
        compact in any::<bool>(),
    ) {
        let barcode = with(barcode, &json!({"threshold": threshold}));
        for kind in ["barcode", "diagram", "betti"] {
            let fields = json!({"kind": kind, "barcode": barcode, "maxBars": max_bars, "xMax": x_max, "compact": compact});
            holds(&with(frame.clone(), &fields));
        }
    }

    #[test]
    fn any_cloud_and_any_profile_are_drawn(
        frame in frame(),
        points in prop::collection::vec((number(), number(), 0u16..30), 0..40),
        names in prop::collection::vec(any::<String>(), 0..12),
    ) {
        let positions: Vec<f32> = points.iter().flat_map(|point| [point.0, point.1]).collect();
        let labels: Vec<u16> = points.iter().map(|point| point.2).collect();
        let edges: Vec<usize> = (1..points.len()).flat_map(|i| [i - 1, i]).collect();
        holds(&with(frame.clone(), &json!({
            "kind": "scatter", "positions": positions, "labels": labels, "edges": edges, "classes": names, "legend": true,
            "xLabel": "first", "yLabel": names.first(),
        })));
        let (x, y): (Vec<f32>, Vec<f32>) = points.iter().map(|point| (point.0, point.1)).unzip();
        let series: Vec<Value> = names.iter().enumerate().map(|(i, name)| json!({
            "name": name, "color": format!("class{i}"), "dashed": i % 2 == 0, "x": x, "y": y, "low": y, "high": y,
        })).collect();
        holds(&with(frame, &json!({"kind": "profile", "series": series, "xLabel": "depth"})));
    }
}

#[test]
fn thousands_of_bars_make_a_small_picture() {
    let n = 6000;
    let births: Vec<f32> = (0..n).map(|i| (i % 70) as f32 / 70.0).collect();
    let deaths: Vec<Option<f32>> = (0..n).map(|i| (i % 11 != 0).then_some(1.0 + (i % 13) as f32)).collect();
    let dims: Vec<usize> = (0..n).map(|i| i % 3).collect();
    let fields = with(barcode(), &json!({"barcode": {"dims": dims, "births": births, "deaths": deaths}}));
    holds(&fields);
    let svg = picture(&fields).svg;
    let document = Document::parse(&svg).expect("well-formed XML");
    assert!(document.descendants().count() < 2200 && svg.len() < 300_000, "{}", svg.len());
    holds(&with(fields, &json!({"kind": "diagram"})));
}
