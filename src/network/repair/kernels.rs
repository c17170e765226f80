//! Support vector machines in plain tensor operations: products of samples with support vectors, the kernel, and the
//! decisions between pairs of classes, each of which can be observed.

use tract_onnx::pb::tensor_proto::DataType;
use tract_onnx::pb::{GraphProto, NodeProto, ValueInfoProto};

use super::edit::{Names, cast, counted, input, node, size};
use super::values::of_floats;
use crate::network::attributes::{attribute, list_of_floats, list_of_integers};
use crate::network::layers::node_name;

/// # Errors
/// The reason in words.
pub(super) fn apply(graph: &mut GraphProto) -> Result<Option<String>, String> {
    let mut names = Names::of(graph);
    let mut found = 0;
    for old in std::mem::take(&mut graph.node) {
        if old.domain == "ai.onnx.ml" && old.op_type.starts_with("SVM") {
            let nodes = machine(&old, graph, &mut names).map_err(|reason| format!("{}: {reason}", node_name(&old)))?;
            graph.node.extend(nodes);
            found += 1;
        } else {
            graph.node.push(old);
        }
    }
    if found > 0 {
        super::tail::keep_needed(graph);
    }
    let machines = counted(found, "support vector machine");
    Ok((found > 0)
        .then(|| format!("{machines} computed by matrix products, up to the decisions between pairs of classes")))
}

fn machine(old: &NodeProto, graph: &mut GraphProto, names: &mut Names) -> Result<Vec<NodeProto>, String> {
    let list = |name: &str| list_of_floats(old, name);
    let kind = attribute(old, "kernel_type").map_or(&b"LINEAR"[..], |kind| kind.s.as_slice());
    let (vectors, weights, offsets) = (list("support_vectors"), list("coefficients"), list("rho"));
    let per_class = list_of_integers(old, "vectors_per_class");
    let is_classifier = old.op_type == "SVMClassifier";
    let n_vectors = if is_classifier { per_class.iter().sum() } else { size(weights.len()) };
    let n_vectors = usize::try_from(n_vectors).unwrap_or(0);
    if n_vectors == 0 || vectors.is_empty() || vectors.len() % n_vectors != 0 {
        return Err("only machines with support vectors can run here".into());
    }
    let n_columns = vectors.len() / n_vectors;
    let (decisions, shifts) = if is_classifier {
        pairs(weights, per_class, n_vectors, offsets).ok_or("its lists are of different lengths")?
    } else {
        (weights.to_vec(), offsets.to_vec())
    };
    let n_decisions = shifts.len();
    if n_decisions == 0 || decisions.len() != n_vectors * n_decisions {
        return Err("its lists are of different lengths".into());
    }
    // Of more than two classes the scores are these decisions; else they are made of them in ways that are not shown.
    let is_score = is_classifier && per_class.len() > 2 && list("prob_a").is_empty();
    let own = match old.output.get(usize::from(is_classifier)).filter(|name| !name.is_empty()) {
        Some(value) if !is_classifier || is_score => value.clone(),
        _ => names.fresh("decisions between classes"),
    };
    let source = input(old, 0).ok_or("it has no input")?;
    let mut fresh = |part: &str| names.fresh(&format!("{own} {part}"));
    let [numbers, columns, product, matrix, shift, sum] =
        ["samples", "support vectors", "products", "weights", "rho", "sums"].map(&mut fresh);
    let upright: Vec<f32> =
        (0..n_columns * n_vectors).map(|i| vectors[i % n_vectors * n_columns + i / n_vectors]).collect();
    graph.initializer.extend([
        of_floats(&columns, &[size(n_columns), size(n_vectors)], &upright),
        of_floats(&matrix, &[size(n_vectors), size(n_decisions)], &decisions),
        of_floats(&shift, &[size(n_decisions)], &shifts),
    ]);
    let mut nodes = vec![cast(source, DataType::Float, &numbers), node("MatMul", &[&numbers, &columns], &product)];
    let mut number = |part: &str, value: f32, graph: &mut GraphProto| {
        let name = fresh(part);
        graph.initializer.push(of_floats(&name, &[], &[value]));
        name
    };
    let [gamma, constant, degree] = [0, 1, 2].map(|i| list("kernel_params").get(i).copied().unwrap_or(0.0));
    let kernel = match kind {
        b"LINEAR" => product,
        b"POLY" | b"SIGMOID" => {
            let [gamma, constant] =
                [("gamma", gamma), ("constant", constant)].map(|(part, value)| number(part, value, graph));
            let [scaled, shifted] = ["scaled", "shifted"].map(|part| format!("{product} {part}"));
            nodes.push(node("Mul", &[&product, &gamma], &scaled));
            nodes.push(node("Add", &[&scaled, &constant], &shifted));
            let kernel = format!("{product} kernel");
            if kind == b"SIGMOID" {
                nodes.push(node("Tanh", &[&shifted], &kernel));
            } else {
                let degree = number("degree", degree, graph);
                nodes.push(node("Pow", &[&shifted, &degree], &kernel));
            }
            kernel
        }
        b"RBF" => {
            // |x − v|² = x·x − 2 x·v + v·v; x·x as a product with ones.
            let squares: Vec<f32> = vectors.chunks_exact(n_columns).map(|v| v.iter().map(|v| v * v).sum()).collect();
            let [ones, lengths] = [format!("{product} ones"), format!("{product} lengths")];
            graph.initializer.push(of_floats(&ones, &[size(n_columns), 1], &vec![1.0; n_columns]));
            graph.initializer.push(of_floats(&lengths, &[size(n_vectors)], &squares));
            let [minus_two, minus_gamma] =
                [("-2", -2.0), ("-gamma", -gamma)].map(|(part, value)| number(part, value, graph));
            let [square, own_length, doubled, partly, distance, scaled, kernel] =
                ["squares", "own lengths", "doubled", "partly", "squared distances", "scaled", "kernel"]
                    .map(|part| format!("{product} {part}"));
            nodes.extend([
                node("Mul", &[&numbers, &numbers], &square),
                node("MatMul", &[&square, &ones], &own_length),
                node("Mul", &[&product, &minus_two], &doubled),
                node("Add", &[&doubled, &lengths], &partly),
                node("Add", &[&partly, &own_length], &distance),
                node("Mul", &[&distance, &minus_gamma], &scaled),
                node("Exp", &[&scaled], &kernel),
            ]);
            kernel
        }
        other => return Err(format!("its kernel {} is not known", String::from_utf8_lossy(other))),
    };
    nodes.push(node("MatMul", &[&kernel, &matrix], &sum));
    nodes.push(node("Add", &[&sum, &shift], &own));
    if is_score {
        graph.output.retain(|output| Some(&output.name) != old.output.first());
    } else if is_classifier {
        graph.output = vec![ValueInfoProto { name: own, ..Default::default() }];
    }
    Ok(nodes)
}

/// What each support vector adds to the decision between each pair of classes, as libsvm stores it: a vector of class
/// `i` has in row `j` its weight against class `j`, or `j + 1` where that is `i` or later.
fn pairs(weights: &[f32], per_class: &[i64], n_vectors: usize, offsets: &[f32]) -> Option<(Vec<f32>, Vec<f32>)> {
    let sizes: Vec<usize> = per_class.iter().map(|&n| usize::try_from(n).ok()).collect::<Option<_>>()?;
    let n_classes = sizes.len();
    let n_pairs = n_classes * n_classes.checked_sub(1)? / 2;
    if weights.len() != n_vectors * (n_classes - 1) || offsets.len() != n_pairs {
        return None;
    }
    let starts: Vec<usize> = (0..n_classes).map(|class| sizes[..class].iter().sum()).collect();
    let mut decisions = vec![0.0; n_vectors * n_pairs];
    let all = (0..n_classes).flat_map(|i| (i + 1..n_classes).map(move |j| (i, j)));
    for (pair, (i, j)) in all.enumerate() {
        for vector in starts[i]..starts[i] + sizes[i] {
            decisions[vector * n_pairs + pair] = weights[(j - 1) * n_vectors + vector];
        }
        for vector in starts[j]..starts[j] + sizes[j] {
            decisions[vector * n_pairs + pair] = weights[i * n_vectors + vector];
        }
    }
    Some((decisions, offsets.to_vec()))
}
