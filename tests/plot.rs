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

/// Two checkpoints, with bands; the second is undefined at one depth.
fn checkpoints(top: f64) -> Value {
    json!([
        {"value": 0.1, "x": [0.25, 0.5, 0.75, 1.0], "y": [top, 0.9 * top, 0.8 * top, 0.6 * top]},
        {"value": 0.92, "x": [0.25, 0.5, 0.75, 1.0], "y": [top, 1.1 * top, null, 0.1 * top],
         "low": [0.9 * top, top, null, 0.0], "high": [1.1 * top, 1.2 * top, null, 0.2 * top]},
    ])
}

fn accuracy() -> Value {
    json!({"label": "test accuracy", "spread": "error", "percent": true})
}

fn profile_by_value() -> Value {
    with(profile(), &json!({"title": null, "series": checkpoints(400.0), "colorScale": accuracy()}))
}

fn multiples() -> Value {
    let cells = |top: f64| ["VGG", "ResNet", "ViT"].map(|title| json!({"title": title, "series": checkpoints(top)}));
    json!({
        "kind": "multiples", "width": 640, "height": 420, "theme": "light", "columns": 3, "xLabel": "relative depth",
        "colorScale": accuracy(),
        "rows": [
            {"title": "Lifespans 0", "yLabel": "sum of lengths, mean over classes", "cells": cells(400.0)},
            {"title": "PHdim 0", "yLabel": "dimension, pooled", "cells": cells(17.0)},
        ],
    })
}

fn heatmap() -> Value {
    json!({
        "kind": "heatmap", "width": 420, "height": 260, "theme": "light", "numbers": true,
        "rowNames": ["block01", "block02", "logits"], "columnNames": ["untrained", "epoch 1", "trained", "later"],
        "values": [400, 410, 415, 420, 380, 300, 250, null, 350, 100, 20, 8.25],
        "colorScale": {"label": "Lifespans 0"}, "xLabel": "training", "yLabel": "layer",
    })
}

fn relation() -> Value {
    let points: Vec<Value> = (0..9)
        .map(|i| json!({"name": format!("small-{i:02}"), "group": i % 3, "x": 30 + 10 * i, "y": 0.05 + 0.01 * f64::from(i * i % 7)}))
        .collect();
    json!({
        "kind": "relation", "width": 460, "height": 320, "theme": "dark", "points": points, "line": true,
        "groups": ["depth 4", "depth 6", "depth 8"], "note": "Pearson 0.31 (−0.4 to 0.8), 9 networks",
        "xLabel": "Lifespans 0 at the logits", "yLabel": "test error",
    })
}

fn fit() -> Value {
    let sizes = [500.0, 850.0, 1200.0, 1550.0];
    let line = |name: &str, color: &str, slope: f64| {
        let sums: Vec<f64> = sizes.iter().map(|size: &f64| 7.0 * size.powf(slope)).collect();
        json!({"name": name, "color": color, "sizes": sizes, "sums": sums, "slope": slope, "intercept": 7.0_f64.ln(), "r2": 1.0})
    };
    json!({
        "kind": "fit", "width": 400, "height": 280, "theme": "light", "xLabel": "points", "yLabel": "sum of H0 lengths",
        "fits": [line("block05", "class0", 0.9), line("logits", "class1", 0.5)],
    })
}

fn landscape() -> Value {
    json!({
        "kind": "landscape", "width": 400, "height": 220, "theme": "light", "color": "h1",
        "xLabel": "scale (Rips diameter)", "yLabel": "λ",
        "curves": [{"x": [0.9, 1.7, 2.25], "y": [0, 0.6, 0]}, {"x": [1.0, 1.1, 1.2], "y": [0, 0.1, 0]}],
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
    recorded("profile-by-value", &profile_by_value());
    recorded("multiples", &multiples());
    recorded(
        "multiples-dark-phone",
        &with(multiples(), &json!({"theme": "dark", "width": 340, "height": 900, "columns": 2})),
    );
    recorded("heatmap", &heatmap());
    recorded("relation", &relation());
    recorded("fit", &fit());
    recorded("landscape", &landscape());
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
    says(with(multiples(), &json!({"rows": []})), ">no panels yet<");
    says(with(multiples(), &json!({"rows": [{"title": "a", "cells": [{"series": []}]}]})), ">no values yet<");
    says(with(heatmap(), &json!({"rowNames": [], "values": []})), ">no values yet<");
    says(with(relation(), &json!({"points": []})), ">no points yet<");
    says(with(fit(), &json!({"fits": []})), ">no values yet<");
    says(with(landscape(), &json!({"curves": []})), ">zero everywhere: there are no finite intervals<");
}

/// The words of a picture.
fn words_of(fields: &Value) -> String {
    let svg = picture(fields).svg;
    let document = Document::parse(&svg).expect("well-formed XML");
    document.root_element().first_element_child().and_then(|node| node.text()).unwrap_or_default().to_owned()
}

#[test]
fn text_alternatives_state_the_finding() {
    assert_eq!(
        words_of(&profile_by_value()),
        "lifespan sum over relative depth, 2 lines coloured by test accuracy from 10 % to 92 %; at 10 % from 400 to 240; \
         at 92 % from 400 to 40 with a peak of 440 at 0.5, undefined at 1 place."
    );
    let words = words_of(&multiples());
    assert!(words.starts_with("6 profiles over relative depth, lines coloured by test accuracy"), "{words}");
    assert!(words.contains("; PHdim 0, ViT: at 92 % from 17 to 1.7 with a peak of 18.7 at 0.5"), "{words}");
    let words = words_of(&heatmap());
    assert!(
        words.contains("lowest 8.25 at logits, later; highest 420 at block01, later; 1 without a value"),
        "{words}"
    );
    let words = words_of(&relation());
    assert!(words.contains("9 points of test error against Lifespans 0 at the logits in 3 groups"), "{words}");
    assert!(words.contains("Pearson 0.31"), "{words}");
    let words = words_of(&fit());
    assert!(words.contains("block05: 4 points on a line of slope 0.9, R² 1"), "{words}");
    assert!(words_of(&landscape()).contains("λ1 peaks with 0.6 at 1.7"));
}

#[test]
fn panels_of_a_sheet_share_their_axes_and_stand_in_a_grid() {
    let panels = picture(&multiples()).panels;
    assert_eq!(panels.len(), 6);
    for (i, panel) in panels.iter().enumerate() {
        assert_eq!(panel.cell, Some([i / 3, i % 3]));
        let first = &panels[i / 3 * 3];
        assert_eq!((panel.y, panel.y0, panel.y1), (first.y, first.y0, first.y1), "a row has one vertical axis");
        assert_eq!((panel.x, panel.x0, panel.x1), (panels[i % 3].x, 0.0, 1.0), "a column has one horizontal axis");
    }
    let phone = picture(&with(multiples(), &json!({"width": 340, "height": 900, "columns": 2}))).panels;
    assert_eq!((phone[2].x, phone[2].cell), (phone[0].x, Some([0, 2])), "the third flows into the next line");
    assert!(phone[2].y > phone[0].y + phone[0].height);
    assert!(phone[3].y > phone[2].y + phone[2].height);
}

#[test]
fn a_heat_map_has_one_cell_for_each_value() {
    let Picture { svg, panels } = picture(&with(heatmap(), &json!({"colorScale": {}})));
    let panel = &panels[0];
    assert_eq!((panel.x0, panel.x1, panel.y0, panel.y1), (0.0, 4.0, 3.0, 0.0));
    for (fill, row, column) in [("#C0830E", 2.0, 3.0), ("#250759", 0.0, 3.0)] {
        let cell = rectangles(&svg, fill)[0];
        assert!((cell[0] - (panel.x + panel.width * column / 4.0)).abs() <= 0.11, "{cell:?}");
        assert!((cell[1] - (panel.y + panel.height * row / 3.0)).abs() <= 0.11, "{cell:?}");
    }
}

#[test]
fn logarithmic_panels_say_their_range_in_decimal_logarithms() {
    let Picture { svg, panels } = picture(&fit());
    let panel = &panels[0];
    assert!(panel.x0 < 500.0_f64.log10() && panel.x1 > 1550.0_f64.log10() && panel.x1 < 3.3, "{panel:?}");
    assert!(svg.contains(">500<") && svg.contains(">1000<"), "{svg}");
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
    refused(with(profile_by_value(), &json!({"series": [{"value": 1.5, "x": [], "y": []}]})), "colorScale");
    refused(with(profile_by_value(), &json!({"colorScale": {"low": 0.5, "high": 0.2}})), "colorScale");
    refused(with(multiples(), &json!({"columns": 0})), "columns");
    refused(with(heatmap(), &json!({"values": [1, 2]})), "values");
    refused(with(relation(), &json!({"groups": ["a", "b"]})), "group");
    refused(with(fit(), &json!({"fits": [{"sizes": [1, 2], "sums": [1]}]})), "sums");
    refused(with(fit(), &json!({"fits": [{"sizes": [0], "sums": [1]}]})), "sizes");
    refused(with(landscape(), &json!({"curves": [{"x": [1], "y": []}]})), "y");
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sheet_is_drawn(
        frame in frame(),
        columns in 1usize..9,
        counts in prop::collection::vec(0usize..9, 0..5),
        points in prop::collection::vec((number(), prop::option::of(number())), 0..12),
        value in prop::option::of(-1.0f64..1.0),
        title in any::<String>(),
    ) {
        let (x, y): (Vec<f32>, Vec<Option<f32>>) = points.into_iter().unzip();
        let series = json!([
            {"name": title, "color": "h0", "value": value, "x": x, "y": y, "low": y, "high": y},
            {"name": "second", "color": "ink", "dashed": true, "x": x, "y": y},
        ]);
        let rows: Vec<Value> = counts
            .iter()
            .map(|n| json!({"title": title, "yLabel": title, "cells": vec![json!({"title": title, "series": series}); *n]}))
            .collect();
        let scale = json!({"label": title, "spread": "error", "percent": true});
        holds(&with(frame.clone(), &json!({"kind": "multiples", "columns": columns, "rows": rows, "xLabel": "depth", "colorScale": scale})));
        holds(&with(frame, &json!({"kind": "profile", "series": series, "colorScale": scale})));
    }

    #[test]
    fn any_heat_map_relation_fit_and_landscape_are_drawn(
        frame in frame(),
        sides in (0usize..9, 0usize..9),
        values in prop::collection::vec(prop::option::of(number()), 81),
        points in prop::collection::vec((number(), number(), 0usize..5), 0..30),
        positive in prop::collection::vec((1e-30f64..1e30, 1e-30f64..1e30), 0..12),
        name in any::<String>(),
    ) {
        let names = |n: usize| vec![name.clone(); n];
        holds(&with(frame.clone(), &json!({
            "kind": "heatmap", "rowNames": names(sides.0), "columnNames": names(sides.1), "values": values[..sides.0 * sides.1],
            "numbers": true, "xLabel": name, "yLabel": name,
        })));
        let marks: Vec<Value> = points.iter().map(|(x, y, group)| json!({"name": name, "group": group, "x": x, "y": y})).collect();
        holds(&with(frame.clone(), &json!({"kind": "relation", "points": marks, "groups": names(5), "line": true, "note": name})));
        let (sizes, sums): (Vec<f64>, Vec<f64>) = positive.into_iter().unzip();
        let line = json!({"name": name, "sizes": sizes, "sums": sums, "slope": 0.9, "intercept": 1.0});
        holds(&with(frame.clone(), &json!({"kind": "fit", "fits": [line, line]})));
        let (x, y): (Vec<f32>, Vec<f32>) = points.iter().map(|point| (point.0, point.1)).unzip();
        holds(&with(frame, &json!({"kind": "landscape", "curves": [{"x": x, "y": y}]})));
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
