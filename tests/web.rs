//! The boundary to JavaScript, in a real browser's worker: `wasm-bindgen-test-runner` with `ChromeDriver`.
#![cfg(target_arch = "wasm32")]

use bettiscope::web;
use js_sys::{Array, Float32Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in fields {
        Reflect::set(&object, &JsValue::from_str(key), value).unwrap();
    }
    object.into()
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(key)).unwrap()
}

fn cloud(points: &[f32], n_coords: u32) -> JsValue {
    object(&[("points", Float32Array::from(points).into()), ("nCoords", n_coords.into())])
}

fn settings(max_dim: u32, threshold: &JsValue, modulus: u32) -> JsValue {
    object(&[("maxDim", max_dim.into()), ("threshold", threshold.clone()), ("modulus", modulus.into())])
}

/// A recorded barcode: per dimension births and deaths in turn, `null` for infinity.
#[derive(serde::Deserialize)]
struct Golden {
    name: String,
    points: Vec<f32>,
    d: u32,
    metric: String,
    max_dim: u32,
    modulus: u32,
    threshold: Option<f32>,
    bars: Vec<Vec<Option<f32>>>,
}

fn silent() -> Function {
    Function::new_no_args("")
}

#[wasm_bindgen_test]
fn barcodes_equal_the_goldens_bit_for_bit() {
    let goldens: Vec<Golden> = serde_json::from_str(include_str!("data/homology/wasm-goldens.json")).unwrap();
    for golden in goldens {
        let cloud = object(&[
            ("points", Float32Array::from(golden.points.as_slice()).into()),
            ("nCoords", golden.d.into()),
            ("metric", golden.metric.into()),
        ]);
        let threshold = golden.threshold.map_or(JsValue::NULL, JsValue::from);
        let settings = settings(golden.max_dim, &threshold, golden.modulus);
        let found = web::barcode(&cloud, settings, &silent(), None).unwrap();
        let births = Float32Array::from(get(&found, "births")).to_vec();
        let deaths = Float32Array::from(get(&found, "deaths")).to_vec();
        let dims = Uint8Array::from(get(&found, "dims")).to_vec();
        let mut bars = vec![Vec::new(); golden.bars.len()];
        for ((dim, birth), death) in dims.into_iter().zip(births).zip(deaths) {
            bars[usize::from(dim)].extend([Some(birth), Some(death).filter(|d| d.is_finite())]);
        }
        assert_eq!(bars, golden.bars, "{}", golden.name);
    }
}

#[wasm_bindgen_test]
fn failures_arrive_as_kind_and_message() {
    let failure =
        web::barcode(&cloud(&[0.0, f32::NAN], 2), settings(1, &JsValue::NULL, 2), &silent(), None).unwrap_err();
    assert_eq!(get(&failure, "kind").as_string().unwrap(), "not-finite");
    assert!(get(&failure, "message").as_string().unwrap().contains("NaN"));
    let failure = web::barcode(&cloud(&[0.0, 1.0], 2), settings(1, &JsValue::NULL, 4), &silent(), None).unwrap_err();
    assert_eq!(get(&failure, "kind").as_string().unwrap(), "invalid-setting");
}

#[wasm_bindgen_test]
fn progress_arrives_while_distances_and_columns_are_done() {
    let points: Vec<f32> = (0..400u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32).collect();
    let heard = Array::new();
    let listener = Closure::<dyn FnMut(f64, f64, String)>::new({
        let heard = heard.clone();
        move |done: f64, total: f64, stage: String| {
            assert!(done <= total);
            heard.push(&stage.into());
        }
    });
    web::barcode(&cloud(&points, 4), settings(2, &JsValue::NULL, 2), listener.as_ref().unchecked_ref(), None).unwrap();
    assert!(heard.length() > 0);
}

#[wasm_bindgen_test]
fn pictures_are_drawn_without_a_window() {
    let found = web::barcode(
        &cloud(&[0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0], 2),
        settings(1, &JsValue::NULL, 2),
        &silent(),
        None,
    );
    let figure = object(&[
        ("kind", "barcode".into()),
        ("barcode", found.unwrap()),
        ("width", 600.into()),
        ("height", 300.into()),
        ("theme", "light".into()),
    ]);
    let picture = web::draw(figure).unwrap();
    assert!(get(&picture, "svg").as_string().unwrap().starts_with("<svg"));
    assert_eq!(Array::from(&get(&picture, "panels")).length(), 2);
}

#[wasm_bindgen_test]
fn files_become_samples() {
    let text = "x,y,species\n1,2,cat\n3,4,dog\n";
    let file = object(&[("name", "pets.csv".into()), ("bytes", Uint8Array::from(text.as_bytes()).into())]);
    let read = web::read_data(&Array::of1(&file), object(&[])).unwrap();
    assert_eq!(get(&read, "n").as_f64(), Some(2.0));
    assert_eq!(Float32Array::from(get(&read, "values")).to_vec(), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(Array::from(&get(&read, "classes")).length(), 2);
}

#[wasm_bindgen_test]
fn a_layer_is_described_and_compared() {
    let points: Vec<f32> = (0..360u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / 16_777_216.0).collect();
    let classes: Array = ["cat", "dog"].into_iter().map(JsValue::from).collect();
    let labels: Vec<u16> = (0..120).map(|i| i % 2).collect();
    let layer = object(&[
        ("label", "block 1".into()),
        ("points", Float32Array::from(points.as_slice()).into()),
        ("nCoords", 3.into()),
        ("labels", js_sys::Uint16Array::from(labels.as_slice()).into()),
        ("classes", classes.into()),
    ]);
    let names: Array = ["lifespans-0", "phdim-0", "phdim-0-class"].into_iter().map(JsValue::from).collect();
    let wishes = object(&[("descriptors", names.into()), ("bettiScale", JsValue::NULL), ("perClass", 50.into())]);
    let found = web::describe_layer(&layer, wishes, &silent()).unwrap();
    let rows: Vec<JsValue> = Array::from(&get(&found, "rows")).to_vec();
    assert_eq!(rows.len(), 3 + 1 + 3);
    let words = |row: &JsValue, key: &str| get(row, key).as_string().unwrap();
    assert_eq!((words(&rows[2], "descriptor"), words(&rows[2], "class")), ("lifespans-0".into(), "mean".into()));
    assert!(get(&rows[2], "value").as_f64().unwrap() > get(&rows[2], "low").as_f64().unwrap());
    assert_eq!(get(&rows[2], "n").as_f64(), Some(50.0));
    // Fifty points of a class are too few: null, and why.
    assert!(get(&rows[4], "value").is_null() && words(&rows[4], "note").contains("at least 80"));
    assert_eq!(Array::from(&get(&found, "fits")).length(), 1);
    let clouds = Array::from(&get(&found, "clouds"));
    assert_eq!((clouds.length(), words(&clouds.get(1), "name")), (2, "dog".into()));

    let measures: Array = ["cka", "sliced-wasserstein-1"].into_iter().map(JsValue::from).collect();
    let wishes = object(&[("measures", measures.into()), ("batch", 40.into())]);
    let found = web::compare_layers(&layer, &layer, wishes, &silent()).unwrap();
    assert!((get(&found, "cka").as_f64().unwrap() - 1.0).abs() < 1e-12);
    assert_eq!(get(&found, "sliced-wasserstein-1").as_f64(), Some(0.0));

    let wrong = object(&[("descriptors", Array::of1(&"lifespan".into()).into())]);
    let failure = web::describe_layer(&layer, wrong, &silent()).unwrap_err();
    assert_eq!(get(&failure, "kind").as_string().unwrap(), "invalid-setting");
}

#[wasm_bindgen_test]
fn numbers_are_correlated_and_claims_judged() {
    let numbers = Array::from_iter([1.0, 2.0, 3.0, 5.0].map(JsValue::from)).into();
    let found = web::js_correlate(&numbers, &numbers, JsValue::UNDEFINED).unwrap();
    assert_eq!(get(&found, "spearman").as_f64(), Some(1.0));
    let row = |depth: f64, value: f64| {
        object(&[
            ("network", "vgg-1".into()),
            ("descriptor", "lifespans-0".into()),
            ("class", "mean".into()),
            ("depth", depth.into()),
            ("value", value.into()),
            ("testAccuracy", JsValue::NULL),
            ("layers", Array::new().into()),
        ])
    };
    let verdicts = Array::from(&web::judge_claims(Array::of2(&row(0.5, 9.0), &row(1.0, 0.5)).into()).unwrap());
    assert_eq!(get(&verdicts.get(0), "verdict").as_string().unwrap(), "holds");
    assert_eq!(get(&verdicts.get(8), "verdict").as_string().unwrap(), "undecided");
    let entry = Array::from(&web::descriptor_catalog().unwrap()).get(0);
    assert_eq!(get(&entry, "name").as_string().unwrap(), "lifespans-0");
}
