//! An ONNX file as read: its input, its layers, its metadata. Nothing has run yet.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use prost::Message;
use tract_onnx::pb;
use tract_onnx::prelude::*;
use tract_onnx::tract_hir::internal::{DimLike, Factoid};

use super::failure::Origin;
use super::inputs::{Input, Inputs, OtherInput};
use super::layers::{self, Layer, Listing};
use super::memory::{self, Memory};
use super::recognise::{Known, Recognised, recognise};
use super::repair::{self, Unsupported};
use super::weights::Weights;
use super::{failure, fused, limits};
use crate::data::File;
use crate::{Error, Result};

/// The newest ONNX operator set that is known to mean what it meant before, for all operators that can run here.
const NEWEST_OPSET: i64 = 28;

/// How often branches may decide about branches.
const MOST_BRANCHES: usize = 16;

/// Sides of pictures and lengths of series that are tried where the file leaves them free and 32 fails.
const FREE_SIZES: [usize; 10] = [224, 64, 28, 96, 128, 256, 299, 384, 512, 16];

/// Length of the texts for which shapes are inferred where the file leaves it free: no network has eleven features.
pub(super) const TRIAL_LENGTH: usize = 11;
/// Texts are cut to this many tokens where neither the file's input nor its metadata say a length.
const USUAL_TOKENS: usize = 128;

/// Sizes of float tensors by name.
type Shapes = BTreeMap<String, Vec<usize>>;

/// A network as its file describes it: checked, with every operator known, but not yet prepared for running.
#[derive(Clone)]
pub struct Graph {
    origin: Origin,
    weights: Weights,
    inputs: Inputs,
    listing: Listing,
    output: String,
    /// Sizes of the input for which shapes are inferred.
    trial: Vec<usize>,
    /// Whether samples run one by one only, though the file leaves the batch free.
    is_single: bool,
    /// Tokens of the longest text that runs, if that is less than usual.
    longest: Option<usize>,
    /// Sizes of float tensors for one sample, where they can be inferred.
    shapes: Shapes,
    multiplications: usize,
    metadata: BTreeMap<String, String>,
    notes: Vec<String>,
}

impl Graph {
    /// Reads an ONNX file that holds all of its weights, see [`Self::read_with`].
    ///
    /// # Errors
    /// As there.
    pub fn read(bytes: &[u8], name: &str) -> Result<Self> {
        Self::read_with(bytes, name, &[])
    }

    /// Reads an ONNX file, together with the files beside it that hold its weights, rewrites what tract would stumble on,
    /// and checks that all of it can run here.
    ///
    /// # Errors
    /// [`Error::NotOnnx`] for damaged or foreign files, [`Error::MissingWeights`] naming the files that belong to it,
    /// [`Error::Damaged`] if these do not fit, [`Error::UnsupportedOpset`] and [`Error::UnsupportedOperators`] for what
    /// tract lacks, [`Error::NotRunnable`] where no input takes numbers or token ids, and for tensors that are too
    /// large.
    pub fn read_with(bytes: &[u8], name: &str, companions: &[File<'_>]) -> Result<Self> {
        Self::read_feeding(bytes, name, companions, None)
    }

    /// As [`Self::read_with`], where samples feed the input of this name, rather than the one that is likely.
    ///
    /// # Errors
    /// As there, and [`Error::NotRunnable`] for an input that samples cannot feed.
    pub fn read_feeding(bytes: &[u8], name: &str, companions: &[File<'_>], feed: Option<&str>) -> Result<Self> {
        let mut proto = decode(bytes, name)?;
        let opset = repair::opset(&proto);
        if opset > NEWEST_OPSET {
            return Err(Error::UnsupportedOpset { name: name.into(), opset, newest: NEWEST_OPSET });
        }
        let mut notes = repair::repair(&mut proto, name, companions)?;
        let not_runnable = |reason: String| Error::NotRunnable { name: name.into(), reason };
        let framework = framework();
        let advice = failure::advice(&proto);
        let Some(graph) = &mut proto.graph else { return Err(not_runnable("it holds no network".into())) };
        let cut = repair::cut(graph, |operator| framework.op_register.0.contains_key(operator));
        notes.extend(cut.map_err(|Unsupported { operators, node }| Error::UnsupportedOperators {
            name: name.into(),
            operators,
            node,
            opset,
            advice,
        })?);
        let inputs = Inputs::read(graph, feed).map_err(not_runnable)?;
        let input = &inputs.fed;
        let output = graph.output.first().map(|output| output.name.clone());
        let output =
            output.ok_or_else(|| Error::NotOnnx { name: name.into(), reason: "it declares no output".into() })?;
        let weights =
            Weights::take(graph, &framework).map_err(|error| not_runnable(failure::explained(&proto, &error)))?;
        let metadata: BTreeMap<String, String> =
            proto.metadata_props.iter().map(|p| (p.key.clone(), p.value.clone())).collect();
        notes.extend(settle_branches(&mut proto, &weights, &inputs));
        let draft = Draft { proto: &proto, weights: &weights, inputs: &inputs };
        let (trial, shapes) = match draft.tried() {
            Ok(found) => found,
            // Nothing that is known later could help.
            Err(error) if failure::is_refusal(&error) || inputs.is_fixed() => {
                return Err(not_runnable(failure::explained(&proto, &error)));
            }
            Err(error) => {
                notes.push(format!(
                    "the shapes of the layers are only known once it runs ({})",
                    failure::explained(&proto, &error)
                ));
                (trial_sizes(input), BTreeMap::new())
            }
        };
        if trial != trial_sizes(input) {
            let [tried, found] = [trial_sizes(input), trial.clone()].map(|sizes| times(&sizes[1..]));
            notes.push(format!("the file leaves the size of samples free, but {tried} fails: taken for {found}"));
        }
        let doubled = if shapes.is_empty() || trial[0] > 1 {
            BTreeMap::new()
        } else {
            draft.shapes(&[&[2], &trial[1..]].concat()).unwrap_or_default()
        };
        let rows = |shapes: &Shapes| shapes.get(&output).and_then(|sizes| sizes.first().copied());
        let is_single = input.shape()[0].is_none()
            && !shapes.is_empty()
            && (doubled.is_empty() || rows(&shapes) == Some(1) && rows(&doubled) == Some(1));
        if is_single {
            notes.push("the file leaves the batch free, but only one sample at a time runs".into());
        }
        let doubled = if is_single { BTreeMap::new() } else { doubled };
        let longest = draft.longest(&trial, max_tokens(input, &metadata)).filter(|_| !shapes.is_empty());
        notes.extend(longest.map(|n| format!("texts are cut to {n} tokens: with longer ones it fails")));
        let Some(graph) = &proto.graph else { return Err(not_runnable("it holds no network".into())) };
        let multiplications = layers::multiplications(graph, &shapes);
        let length = inputs.is_tokens().then(|| (trial[1], input.shape()[1]));
        let declared = metadata.get("observed");
        let known = layers::Known { shapes: &shapes, doubled: &doubled, batch: trial[0], declared, length };
        let mut listing = layers::list(graph, &known);
        notes.extend(listing.note.take());
        if listing.layers.is_empty() {
            return Err(Error::NotRunnable { name: name.into(), reason: "it has no layer to observe".into() });
        }
        Ok(Self {
            origin: Origin { name: name.into(), proto: Arc::new(proto) },
            weights,
            inputs,
            listing,
            output,
            trial,
            is_single,
            longest,
            shapes,
            multiplications,
            metadata,
            notes,
        })
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.origin.name
    }

    /// The file that it was read from.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What varies with the sample.
    pub fn input(&self) -> &Input {
        &self.inputs.fed
    }

    /// All inputs in the file's order.
    pub(super) fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// What else it takes.
    pub fn other_inputs(&self) -> impl Iterator<Item = &OtherInput> {
        self.inputs.others()
    }

    /// With other inputs of these sizes, in their order.
    pub(super) fn with_others(&self, others: Vec<OtherInput>) -> Self {
        let inputs = self.inputs.with_others(others);
        let is_same = inputs.others().eq(self.inputs.others());
        let draft = Draft { proto: &self.origin.proto, weights: &self.weights, inputs: &inputs };
        // Where it fails, it will say so when it is prepared.
        let shapes = if is_same { self.shapes.clone() } else { draft.shapes(&self.trial).unwrap_or_default() };
        Self { inputs, shapes, ..self.clone() }
    }

    /// How pictures should be handed to it, if it takes some; `companion` is a `preprocessor_config.json`, or the
    /// `config.json` of a timm network.
    ///
    /// # Errors
    /// [`Error::Damaged`] for a companion that is no JSON object.
    pub fn recognised_input(&self, companion: Option<&[u8]>) -> Result<Option<Recognised>> {
        let (Input::Numbers { name, shape, number }, Some(graph)) =
            (&self.inputs.fed, self.origin.proto.graph.as_ref())
        else {
            return Ok(None);
        };
        let is_usual = self.trial == trial_sizes(&self.inputs.fed);
        let free = shape.iter().zip(&self.trial).skip(1).find(|(size, _)| size.is_none());
        let side = free.map(|(_, &tried)| tried).filter(|_| !is_usual);
        recognise(&Known { graph, input: name, shape, number: *number, metadata: &self.metadata, companion, side })
    }

    /// The most tokens that a text may have: what the input says, else the metadata (`max_tokens`), else 128; fewer where
    /// the network fails with so many.
    pub fn max_tokens(&self) -> usize {
        self.longest.unwrap_or_else(|| max_tokens(&self.inputs.fed, &self.metadata))
    }

    /// Samples that run together, where that cannot be chosen.
    pub fn batch(&self) -> Option<usize> {
        self.inputs.fed.shape()[0].or(self.is_single.then_some(1))
    }

    /// Rows of the table in which token ids are looked up, where the file tells.
    pub fn n_ids(&self) -> Option<usize> {
        let Input::Tokens { name, .. } = &self.inputs.fed else { return None };
        layers::table_rows(self.origin.proto.graph.as_ref()?, name)
    }

    /// Everything that can be observed, in depth order.
    pub fn layers(&self) -> &[Layer] {
        &self.listing.layers
    }

    /// Layers, blocks and presets.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Name of the file's first output, where a classifier has its scores.
    pub fn output(&self) -> &str {
        &self.output
    }

    /// What it will hold; free sizes count as where shapes are inferred.
    pub fn memory(&self) -> Memory {
        let input = self.trial[1..].iter().product();
        self.origin.proto.graph.as_ref().map_or(Memory::default(), |graph| memory::of(graph, &self.shapes, input))
    }

    /// Multiplications per sample in convolutions and matrix products, for predicting times; 0 where shapes are unknown.
    pub fn multiplications(&self) -> usize {
        self.multiplications
    }

    /// The file's own key–value notes.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// What the user should know about the reading, in words.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The model with fixed input sizes and these tensors as outputs, before optimisation.
    pub(super) fn inference_model(&self, sizes: &[usize], outputs: &[String]) -> TractResult<InferenceModel> {
        self.rewritten(sizes, outputs, fused::OWN_PRODUCTS)
    }

    fn rewritten(&self, sizes: &[usize], outputs: &[String], own_products: bool) -> TractResult<InferenceModel> {
        let mut proto = pb::ModelProto::clone(&self.origin.proto);
        // What measures one position in the trial may measure more: where sizes were free, those count that will run.
        let is_other = !self.inputs.is_tokens() && sizes[1..] != self.trial[1..];
        let shapes = if is_other {
            let draft = Draft { proto: &self.origin.proto, weights: &self.weights, inputs: &self.inputs };
            match draft.shapes(&[&self.trial[..1], &sizes[1..]].concat()) {
                Err(error) if failure::is_refusal(&error) => return Err(error),
                shapes => shapes.unwrap_or_default(),
            }
        } else {
            self.shapes.clone()
        };
        if let Some(graph) = &mut proto.graph {
            if self.inputs.is_fixed() {
                repair::pick(graph, &self.shapes);
            }
            fused::rewrite(graph, outputs, &shapes, own_products);
        }
        build(proto, &self.weights, self.inputs.facts(sizes), outputs)
    }

    /// What tract says about samples of these sizes, and what may help where the file leaves sizes free.
    pub(super) fn unfit(&self, error: &TractError, sizes: &[usize]) -> Error {
        if self.input().shape().iter().skip(1).all(Option::is_some) {
            return self.origin.explained(error);
        }
        let found = failure::found(&self.origin.proto, error);
        let reason = match &self.inputs.fed {
            Input::Tokens { .. } => {
                format!("with texts of {} tokens it fails: {found}; shorter ones may run", sizes[1])
            }
            Input::Numbers { .. } => {
                let advice = if self.shapes.is_empty() || self.trial[1..] == sizes[1..] {
                    "another may run: choose it in the input settings, or open samples of another size".into()
                } else {
                    let known = times(&self.trial[1..]);
                    format!("{known} runs: choose it in the input settings, or open samples of that size")
                };
                let size = times(&sizes[1..]);
                format!("with samples of {size} it fails: {found}; the file leaves their size free, and {advice}")
            }
        };
        Error::NotRunnable { name: self.origin.name.clone(), reason }
    }
}

/// Takes branches whose conditions follow from the sizes of the input, as exporters leave them behind.
fn settle_branches(proto: &mut pb::ModelProto, weights: &Weights, inputs: &Inputs) -> Vec<String> {
    let trial = trial_sizes(&inputs.fed);
    let mut notes = Vec::new();
    // Branches may decide about others.
    for _ in 0..MOST_BRANCHES {
        let Some(graph) = &proto.graph else { break };
        let mut late: HashSet<&str> = HashSet::new();
        let mut early = Vec::new();
        let mut conditions: Vec<&str> = Vec::new();
        for node in &graph.node {
            let waits = node.input.iter().any(|name| late.contains(name.as_str()));
            if node.op_type == "If" || waits {
                late.extend(node.output.iter().map(String::as_str));
                conditions.extend(node.input.first().filter(|_| node.op_type == "If" && !waits).map(String::as_str));
            } else {
                early.push(node.clone());
            }
        }
        if conditions.is_empty() {
            break;
        }
        let output = conditions.iter().map(|&name| pb::ValueInfoProto { name: name.into(), ..Default::default() });
        let before = pb::GraphProto {
            node: early,
            initializer: graph.initializer.clone(),
            input: graph.input.clone(),
            output: output.collect(),
            ..Default::default()
        };
        let before =
            pb::ModelProto { graph: Some(before), opset_import: proto.opset_import.clone(), ..Default::default() };
        let Ok(mut model) = build(before, weights, inputs.facts(&trial), &[]) else { break };
        // What fails elsewhere is told later.
        let _ = limits::analyse(&mut model, true);
        let truth = |at: usize| model.output_fact(at).ok()?.value.concretize()?.cast_to_scalar::<bool>().ok();
        let known: HashMap<String, bool> =
            conditions.iter().enumerate().filter_map(|(at, name)| Some(((*name).to_string(), truth(at)?))).collect();
        let Some(graph) = proto.graph.as_mut().filter(|_| !known.is_empty()) else { break };
        notes.extend(repair::settle(graph, &known));
    }
    notes
}

/// Two flags make tract distrust the shapes that exporters write; over 205 exports that repaired 131 and broke none.
fn framework() -> tract_onnx::Onnx {
    let mut framework = tract_onnx::onnx().with_ignore_output_shapes(true).with_ignore_value_info(true);
    fused::register(&mut framework.op_register);
    framework
}

fn build(
    mut proto: pb::ModelProto,
    weights: &Weights,
    inputs: Vec<InferenceFact>,
    outputs: &[String],
) -> TractResult<InferenceModel> {
    // Nodes are named after what they make, so that no two have the same name and outputs are found by their own.
    for node in proto.graph.iter_mut().flat_map(|graph| &mut graph.node) {
        if let Some(output) = node.output.iter().find(|name| !name.is_empty()) {
            output.clone_into(&mut node.name);
        }
    }
    if let Some(graph) = &mut proto.graph {
        fused::check_rows(graph);
    }
    let mut model = weights.model(&mut proto, &framework())?;
    for (i, fact) in inputs.into_iter().enumerate() {
        model.set_input_fact(i, fact)?;
    }
    if !outputs.is_empty() {
        model.select_outputs_by_name(outputs)?;
    }
    Ok(model)
}

fn decode(bytes: &[u8], name: &str) -> Result<pb::ModelProto> {
    let not_onnx = |reason: String| Error::NotOnnx { name: name.into(), reason };
    if bytes.is_empty() {
        return Err(not_onnx("it is empty".into()));
    }
    if let Some(reason) = repair::recognised(bytes, name) {
        return Err(not_onnx(reason));
    }
    pb::ModelProto::decode(bytes)
        .map_err(|_| not_onnx("its contents are cut off or damaged; download or export it again".into()))
}

/// One sample; free sizes of pictures count as 32.
fn trial_sizes(input: &Input) -> Vec<usize> {
    let free = if matches!(input, Input::Tokens { .. }) { TRIAL_LENGTH } else { 32 };
    let sizes = input.shape().iter().enumerate();
    sizes.map(|(axis, size)| size.unwrap_or(if axis == 0 { 1 } else { free })).collect()
}

/// The most tokens that a text may have, as far as the file says.
fn max_tokens(input: &Input, metadata: &BTreeMap<String, String>) -> usize {
    let declared = || metadata.get("max_tokens").and_then(|n| n.parse().ok()).filter(|&n| n > 0);
    match input {
        Input::Tokens { shape, .. } => shape[1].or_else(declared).unwrap_or(USUAL_TOKENS),
        Input::Numbers { .. } => 0,
    }
}

/// "3 × 32 × 32".
fn times(sizes: &[usize]) -> String {
    sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
}

/// A graph that is being read.
struct Draft<'a> {
    proto: &'a pb::ModelProto,
    weights: &'a Weights,
    inputs: &'a Inputs,
}

impl Draft<'_> {
    /// Shapes of all float tensors for an input of these sizes.
    fn shapes(&self, sizes: &[usize]) -> TractResult<Shapes> {
        build(self.proto.clone(), self.weights, self.inputs.facts(sizes), &[]).and_then(infer_shapes)
    }

    /// Sizes of the input, and the shapes for them: the usual ones, where the file leaves sizes free the first that run.
    fn tried(&self) -> TractResult<(Vec<usize>, Shapes)> {
        let usual = trial_sizes(&self.inputs.fed);
        let declared = self.inputs.fed.shape();
        let error = match self.shapes(&usual) {
            Ok(shapes) => return Ok((usual, shapes)),
            Err(error) => error,
        };
        let is_fixed = declared.iter().skip(1).all(Option::is_some);
        if is_fixed || failure::is_refusal(&error) || self.inputs.is_tokens() {
            return Err(error);
        }
        let found = FREE_SIZES.iter().find_map(|&side| {
            let sizes = usual.iter().zip(declared).enumerate();
            let sizes: Vec<usize> =
                sizes.map(|(axis, (&usual, size))| if axis > 0 && size.is_none() { side } else { usual }).collect();
            self.shapes(&sizes).ok().map(|shapes| (sizes, shapes))
        });
        found.ok_or(error)
    }

    /// Tokens of the longest text that runs, if it is shorter than `most` and the file leaves the length free.
    fn longest(&self, trial: &[usize], most: usize) -> Option<usize> {
        let is_free = matches!(&self.inputs.fed, Input::Tokens { shape, .. } if shape[1].is_none());
        let runs = |length: usize| self.shapes(&[trial[0], length]).is_ok();
        if !is_free || runs(most) {
            return None;
        }
        let (mut runs_with, mut fails_with) = (trial[1], most);
        while fails_with > runs_with + 1 {
            let between = usize::midpoint(runs_with, fails_with);
            if runs(between) { runs_with = between } else { fails_with = between }
        }
        Some(runs_with)
    }
}

/// Shapes of all float tensors, as far as tract can infer them.
fn infer_shapes(mut model: InferenceModel) -> TractResult<Shapes> {
    limits::analyse(&mut model, false)?;
    let mut shapes = BTreeMap::new();
    for node in model.nodes() {
        for slot in 0..node.outputs.len() {
            let outlet = OutletId::new(node.id, slot);
            let fact = model.outlet_fact(outlet)?;
            let is_float = fact.datum_type.concretize().is_some_and(|t| t.is_float());
            let dims: Option<Vec<usize>> =
                fact.shape.concretize().and_then(|dims| dims.iter().map(|d| d.to_usize().ok()).collect());
            if let (true, Some(dims), Some(label)) = (is_float, dims, model.outlet_label(outlet)) {
                shapes.insert(label.to_string(), dims);
            }
        }
    }
    Ok(shapes)
}

#[cfg(test)]
mod tests {
    use super::super::inputs::TokenRole;
    use super::*;
    use crate::random::Random;

    /// What the last of `outputs` and the others are for the same random input.
    fn run(graph: &Graph, outputs: &[String], own_products: bool) -> TractResult<Vec<Vec<f32>>> {
        let mut sizes = graph.trial.clone();
        sizes[0] = graph.inputs.fed.shape()[0].unwrap_or(2);
        let model = graph.rewritten(&sizes, outputs, own_products)?.into_optimized()?.into_runnable()?;
        let mut random = Random::new(3);
        let mut drawn =
            |n: u16| (0..sizes.iter().product()).map(|_| random.below(n.into()) as u16).collect::<Vec<u16>>();
        let mut inputs = Vec::new();
        match &graph.inputs.fed {
            Input::Numbers { .. } => {
                let values: Vec<f32> = drawn(1000).iter().map(|&v| f32::from(v) / 1000.0).collect();
                inputs.push(Tensor::from_shape(&sizes, &values)?.into_tvalue());
            }
            Input::Tokens { tensors, .. } => {
                for tensor in tensors {
                    let n = if tensor.role == TokenRole::Ids { 50 } else { 2 };
                    let values: Vec<i64> = drawn(n).iter().map(|&v| if n == 2 { 1 } else { i64::from(v) }).collect();
                    let values = Tensor::from_shape(&sizes, &values)?.cast_to_dt(tensor.datum_type())?.into_owned();
                    inputs.push(values.into_tvalue());
                }
            }
        }
        let others = graph.inputs.others().map(|other| Tensor::zero_dt(other.number, &other.sizes(&sizes)));
        let others = others.map(|tensor| Ok(tensor?.into_tvalue())).collect::<TractResult<_>>()?;
        let found = model.run(graph.inputs.in_order(inputs, others))?;
        found.iter().map(|t| Ok(t.cast_to::<f32>()?.try_as_plain_ram()?.as_slice::<f32>()?.to_vec())).collect()
    }

    /// One file of each family, and small files of all kinds of operators.
    fn files() -> Vec<std::path::PathBuf> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let inside = |folder: &str| std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let trained = inside("models").map(|folder| folder.join("2.onnx"));
        trained.chain(inside("tests/data/network")).filter(|file| file.is_file()).collect()
    }

    #[test]
    fn own_products_are_those_of_tract() {
        let mut compared = 0;
        for file in files().iter().filter(|file| file.extension().is_some_and(|e| e == "onnx")) {
            let name = file.display().to_string();
            let Ok(graph) = Graph::read(&std::fs::read(file).unwrap(), &name) else { continue };
            let observed: Vec<String> = graph.layers().iter().filter(|l| l.observed).map(|l| l.id.clone()).collect();
            // What is observed must not be joined, so that without it more is.
            for layers in [&[], observed.as_slice()] {
                let outputs = [layers, std::slice::from_ref(&graph.output)].concat();
                let Ok(wanted) = run(&graph, &outputs, false) else { continue };
                let found = run(&graph, &outputs, true).unwrap_or_else(|error| panic!("{name}: {error:?}"));
                for ((found, wanted), layer) in found.iter().zip(&wanted).zip(&outputs) {
                    let scale = wanted.iter().fold(f32::MIN_POSITIVE, |most, v| most.max(v.abs()));
                    let worst = found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                    assert_eq!(found.len(), wanted.len(), "{name}, {layer}");
                    assert!(worst <= 5e-5 * scale, "{name}, {layer}: {}", worst / scale);
                    compared += 1;
                }
            }
        }
        assert!(compared > 100, "{compared}");
    }
}
