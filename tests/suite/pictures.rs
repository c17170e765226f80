//! The pictures of `docs/homology.md`, drawn by the program and up to date.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test suite pictures` draws `docs/images` anew; look at the difference.

use std::path::Path;

use bettiscope::descriptors::{betti_number, longest_lifespan};
use bettiscope::geometry::{DistanceMatrix, Edge, PointCloud, shortest_edges};
use bettiscope::homology::{Barcode, Representatives};
use bettiscope::plot::{Figure, draw};
use bettiscope::progress::ignore;
use serde_json::{Value, json};

use crate::clouds::{Xorshift, barcode, euclidean, params};

/// The cloud of the guide and everything that is drawn of it.
struct Guide {
    cloud: PointCloud,
    matrix: DistanceMatrix,
    barcode: Barcode,
    edges: Vec<Edge>,
}

/// What the lune of an edge looks like when the edge enters.
struct Lune {
    /// Its points by component.
    components: Vec<Vec<u32>>,
    /// The older edges between them.
    edges: Vec<[u32; 2]>,
}

impl Guide {
    /// Fifty points of a ring, drawn without sines so that they are the same everywhere.
    fn new() -> Self {
        let mut random = Xorshift(3);
        let mut points = Vec::new();
        while points.len() < 100 {
            let [x, y] = [(); 2].map(|()| 2.0 * random.unit() - 1.0);
            if (0.45..1.0).contains(&(x * x + y * y)) {
                points.extend([x, y]);
            }
        }
        let cloud = PointCloud::from_rows(points, 2, "ring").expect("points");
        let matrix = euclidean(&cloud);
        let (barcode, edges) = (barcode(&matrix, 1), shortest_edges(&matrix, usize::MAX));
        Self { cloud, matrix, barcode, edges }
    }

    /// Points and edges as a picture; `labels` colours the points.
    fn scatter(&self, title: &str, edges: &[[u32; 2]], labels: Option<(Vec<u16>, &[&str])>) -> Value {
        let (labels, classes) = labels.map_or((None, &[][..]), |(labels, classes)| (Some(labels), classes));
        json!({
            "kind": "scatter", "width": 460, "height": if labels.is_some() { 480 } else { 440 }, "background": true,
            "title": title, "positions": self.cloud.values(), "edges": edges.concat(),
            "labels": labels, "classes": classes, "legend": labels.is_some(),
        })
    }

    fn shorter_than(&self, scale: f32) -> Vec<[u32; 2]> {
        self.edges.iter().filter(|edge| edge.length <= scale).map(|edge| edge.points).collect()
    }

    fn tree(&self) -> Vec<[u32; 2]> {
        self.barcode.dim(0).iter().filter_map(|interval| interval.edge).collect()
    }

    /// The lune of edge number `at` in the order of the filtration.
    fn lune(&self, at: usize) -> Lune {
        let [a, b] = self.edges[at].points;
        let older: Vec<[u32; 2]> = self.edges[..at].iter().map(|edge| edge.points).collect();
        let joined = |p: u32, q: u32| older.contains(&[p.min(q), p.max(q)]);
        let mut left: Vec<u32> =
            (0..self.cloud.n_points() as u32).filter(|&c| c != a && c != b && joined(a, c) && joined(b, c)).collect();
        let edges = older.iter().copied().filter(|edge| edge.iter().all(|point| left.contains(point))).collect();
        let mut components = Vec::new();
        while let Some(first) = left.pop() {
            let mut component = vec![first];
            let mut at = 0;
            while at < component.len() {
                let here = component[at];
                at += 1;
                let (near, far) = left.iter().partition(|&&other| joined(here, other));
                left = far;
                component.extend::<Vec<u32>>(near);
            }
            components.push(component);
        }
        Lune { components, edges }
    }

    /// The edge at which the longest loop dies.
    fn last_death(&self) -> usize {
        let longest = longest_lifespan(self.barcode.dim(1)).expect("a loop");
        let death = self.barcode.dim(1).iter().find(|interval| interval.lifespan() == longest).expect("a loop").death;
        self.edges.iter().position(|edge| edge.length == death).expect("an edge")
    }
}

#[test]
fn the_guides_pictures_are_up_to_date() {
    let guide = Guide::new();
    let scale = 0.6;
    let beta = [0, 1].map(|dim| betti_number(guide.barcode.dim(dim), scale));
    let title = format!("Edges up to {scale}: β0 = {}, β1 = {}", beta[0], beta[1]);
    recorded("rips", &guide.scatter(&title, &guide.shorter_than(scale), None));

    let bars: Vec<_> = (0..2_u8).flat_map(|dim| guide.barcode.dim(dim.into()).iter().map(move |i| (dim, i))).collect();
    recorded(
        "barcode",
        &json!({
            "kind": "barcode", "width": 640, "height": 420, "background": true, "title": "The barcode of the ring",
            "barcode": {
                "dims": bars.iter().map(|bar| bar.0).collect::<Vec<_>>(),
                "births": bars.iter().map(|bar| bar.1.birth).collect::<Vec<_>>(),
                "deaths": bars.iter().map(|bar| bar.1.death).map(|d| d.is_finite().then_some(d)).collect::<Vec<_>>(),
                "maxDim": 1,
            },
        }),
    );

    let tree = guide.tree();
    let title = format!("A minimum spanning tree: {} edges end H0 intervals", tree.len());
    recorded("spanning-tree", &guide.scatter(&title, &tree, None));

    let empty: Vec<[u32; 2]> = (0..guide.edges.len())
        .filter(|&at| guide.lune(at).components.is_empty())
        .map(|at| guide.edges[at].points)
        .collect();
    let n_births = empty.len() + 1 - guide.cloud.n_points();
    assert!(tree.iter().all(|edge| empty.contains(edge)) && n_births >= guide.barcode.dim(1).len());
    let title = format!("Edges with an empty lune: {} merge, {n_births} open a loop", tree.len());
    recorded("empty-lunes", &guide.scatter(&title, &empty, None));

    let at = guide.last_death();
    let Edge { points: ends, length } = guide.edges[at];
    let Lune { components, mut edges } = guide.lune(at);
    assert!(components.len() > 1, "this edge closes a loop");
    edges.push(ends);
    let mut labels = vec![3; guide.cloud.n_points()];
    for (component, points) in components.iter().enumerate() {
        for &point in points {
            labels[point as usize] = 1 + component.min(1) as u16;
        }
    }
    for &end in &ends {
        labels[end as usize] = 0;
    }
    let names = ["ends of the edge", "one side of its lune", "the other side", "outside"];
    let title = format!("The lune of the edge of length {length:.3} has {} components", components.len());
    recorded("lune", &guide.scatter(&title, &edges, Some((labels, &names))));

    let longest = longest_lifespan(guide.barcode.dim(1)).expect("a loop");
    let interval = guide.barcode.dim(1).iter().find(|interval| interval.lifespan() == longest).expect("a loop");
    let mut loops = Representatives::new(guide.matrix.clone(), &params(1, 2, None), &mut ignore).expect("loops");
    let points = loops.of(interval, 0).expect("a loop").points;
    let sides: Vec<[u32; 2]> = points.iter().zip(points.iter().cycle().skip(1)).map(|(&p, &q)| [p, q]).collect();
    let title = format!("The loop of [{:.3}, {:.3}): {} points", interval.birth, interval.death, points.len());
    recorded("loop", &guide.scatter(&title, &sides, None));
}

/// Compares with the picture in the documentation, or draws it.
fn recorded(name: &str, fields: &Value) {
    let figure: Figure = serde_json::from_value(fields.clone()).expect("a figure");
    let svg = draw(&figure).expect("a picture").svg;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images").join(format!("{name}.svg"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &svg).expect("a writable picture");
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(svg == known, "docs/images/{name}.svg is out of date; see the head of this file");
}
