//! Named arrays of one file: samples with their labels, or the ready activations of layers.

use super::array::{Array, Stored, integers};
use super::{
    Activations, Data, Labels, LayerActivations, NamedArray, ReadOptions, Samples, Values, activations, distances,
    listed, sparse,
};
use crate::{Error, Result};

/// Names of the array that holds the class of each sample, in order of preference.
const LABELS: [&str; 5] = ["labels", "label", "y", "targets", "target"];
/// Names of the array that holds the classes' names.
const CLASSES: [&str; 5] = ["classes", "class_names", "label_names", "target_names", "names"];
/// Names of an array of inputs for a network.
const INPUTS: [&str; 7] = ["x", "images", "image", "inputs", "data", "samples", "features"];
/// The array of token ids that `transformers` makes of texts; what else it makes, a network reads with its own input.
const TOKENS: &str = "input_ids";
/// Parts of a data set, the one that is shown first.
const SPLITS: [&str; 5] = ["test", "val", "valid", "validation", "train"];

/// One array, as far as its header tells.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) dims: Vec<usize>,
    pub(super) items: Items,
}

/// What an array holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Items {
    Floats,
    Integers,
    Words,
    /// Why it cannot be read.
    Unreadable(Error),
}

impl Member {
    fn is_number(&self) -> bool {
        matches!(self.items, Items::Floats | Items::Integers)
    }

    /// Whether there is one number or word per sample.
    fn is_list(&self) -> bool {
        matches!(self.dims.as_slice(), [_] | [_, 1])
    }

    fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.name.eq_ignore_ascii_case(name))
    }
}

/// Unpacks one of the arrays.
pub(super) type Load<'a> = dyn Fn(usize, &mut Vec<String>) -> Result<Stored> + 'a;

/// Reads the arrays `members` of `file`, which `load` unpacks one at a time.
///
/// # Errors
/// [`Error::Unsupported`] where nothing can be made of the arrays, and what samples and activations refuse.
pub(super) fn read(
    file: &str,
    members: Vec<Member>,
    load: &Load<'_>,
    options: &ReadOptions,
    notes: &mut Vec<String>,
) -> Result<Data> {
    if let Some(distances) = sparse::from_members(file, &members, load, notes)? {
        return Ok(Data::SparseDistances(distances));
    }
    let mut members: Vec<(usize, Member)> = members.into_iter().enumerate().collect();
    let mut left_out: Vec<String> = one_split(file, &mut members, notes);
    let unreadable = taken(&mut members, &|member| matches!(member.items, Items::Unreadable(_)));
    for (_, member) in unreadable {
        match member.items {
            Items::Unreadable(reason) if members.is_empty() => return Err(reason),
            Items::Unreadable(reason) => notes.push(format!("left out: {reason}")),
            _ => {}
        }
    }
    let beside = beside(&mut members, &options.inputs);
    if let Some((samples, _)) = &beside {
        let other = |member: &Member| member.name != *samples && !member.is(&LABELS) && !member.is(&CLASSES);
        left_out.extend(taken(&mut members, &other).into_iter().map(|(_, member)| member.name));
    }
    // A number by itself tells the epoch or the like.
    left_out.extend(taken(&mut members, &|member| member.dims.is_empty()).into_iter().map(|(_, member)| member.name));
    let words = |member: &Member| member.items == Items::Words && member.is(&CLASSES);
    let classes = taken(&mut members, &words).into_iter().next();
    let labels = LABELS.iter().find_map(|name| {
        let found = members.iter().position(|(_, member)| member.is_list() && member.is(&[name]))?;
        Some(members.remove(found))
    });
    left_out.extend(taken(&mut members, &|member| !member.is_number()).into_iter().map(|(_, member)| member.name));
    if members.iter().any(|(_, member)| member.name == TOKENS) {
        left_out
            .extend(taken(&mut members, &|member| member.name != TOKENS).into_iter().map(|(_, member)| member.name));
    }
    // Beside tables, lists of whole numbers are indices or further labels.
    if members.iter().any(|(_, member)| !member.is_list()) {
        let index = |member: &Member| member.is_list() && member.items == Items::Integers;
        left_out.extend(taken(&mut members, &index).into_iter().map(|(_, member)| member.name));
    }
    if !left_out.is_empty() {
        let names: Vec<&str> = left_out.iter().map(String::as_str).collect();
        let names: Vec<&str> = super::order_of(&names).into_iter().map(|i| names[i]).collect();
        notes.push(format!("{file}: left out {}", listed(&names)));
    }
    let Some((first, others)) = members.split_first() else {
        let reason = "holds no array with one row of numbers per sample; add one, or drop the samples along with it";
        return Err(unsupported(file, reason.into()));
    };
    let n_samples = first.1.dims[0];
    if let Some((_, other)) = others.iter().find(|(_, other)| other.dims[0] != n_samples) {
        let reason = format!(
            "{} has {n_samples} rows but {} has {}; ready activations need one row per sample in every array (to show a \
             network from its weights, export it as ONNX)",
            first.1.name, other.name, other.dims[0]
        );
        return Err(unsupported(file, reason));
    }
    let labels = labels.map(|(i, member)| Ok::<_, Error>((member.name, load(i, notes)?))).transpose()?;
    let labels = match labels {
        None => None,
        Some((name, stored)) => match per_sample(&stored, &format!("{name} in {file}"))? {
            None => {
                notes.push(format!("{file}: {name} holds no classes and was left out"));
                None
            }
            Some(found) => {
                notes.push(format!("{file}: {name} was read as labels"));
                found.check_count(n_samples, file, &name)?;
                Some(found)
            }
        },
    };
    let labels = match (classes, labels) {
        (Some((i, member)), Some(labels)) => match load(i, notes)? {
            Stored::Words(names) => Some(labels.named(names, &member.name, file)?),
            Stored::Numbers(_) => Some(labels),
        },
        // One word per sample is its class.
        (Some((i, member)), None) if member.dims[0] == n_samples => per_sample(&load(i, notes)?, file)?,
        (_, labels) => labels,
    };
    if let [(i, member)] = members.as_slice() {
        let array = numbers(load(*i, notes)?, file)?;
        if labels.is_none()
            && !member.is(&INPUTS)
            && beside.is_none()
            && let Some(found) = distances::of_array(file, &array, options.format, notes)?
        {
            return Ok(found);
        }
        let samples = with_labels(array.into_samples(file)?, labels, file)?;
        let arrays = beside.map(|(fed, others)| arrays(file, &fed, others, load, notes)).transpose()?;
        return Ok(Data::Samples(samples.with_arrays(arrays.unwrap_or_default())));
    }
    layers(file, members, labels, load, options, notes)
}

/// The arrays for other inputs than the one that the samples of the array `fed` feed.
fn arrays(
    file: &str,
    fed: &str,
    members: Vec<(usize, Member)>,
    load: &Load<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<NamedArray>> {
    let names: Vec<&str> = members.iter().map(|(_, member)| member.name.as_str()).collect();
    notes.push(format!("{file}: {fed} holds the samples, {} other inputs of the network", listed(&names)));
    let mut array = |(i, Member { name, .. }): (usize, Member)| {
        let Array { values, dims } = numbers(load(i, notes)?, file)?;
        if let Values::F32(values) = &values {
            Error::find_not_finite(|| format!("{name} in {file}"), values, values.len().max(1))?;
        }
        Ok(NamedArray { name, sizes: dims, values })
    };
    members.into_iter().map(&mut array).collect()
}

/// Ready activations, one array per layer.
fn layers(
    file: &str,
    members: Vec<(usize, Member)>,
    labels: Option<Labels>,
    load: &Load<'_>,
    options: &ReadOptions,
    notes: &mut Vec<String>,
) -> Result<Data> {
    let mut layers = Vec::with_capacity(members.len());
    let (mut n_pooled, mut n_last) = (0, 0);
    for (i, member) in members {
        let array = numbers(load(i, notes)?, file)?;
        let layer = LayerActivations::pooled(file, member.name, &array.values, &array.dims, options.flatten)?;
        if layer.n_coords < layer.shape.iter().product() {
            n_pooled += 1;
            let axes = activations::Axes::of(&array.dims);
            n_last += usize::from(array.dims.len() == 4 && axes == activations::Axes::FeaturesLast);
        }
        layers.push(layer);
    }
    notes.push(format!("{file} was read as the activations of {} layers", layers.len()));
    if n_pooled > 0 {
        notes.push(format!("{file}: in {n_pooled} of them the mean over positions was taken"));
    }
    if n_last > 0 {
        notes.push(format!("{file}: in {n_last} of them the last axis was taken for the channels"));
    }
    Activations::new(layers, labels, file).map(Data::Activations)
}

/// Where arrays have the names of a network's inputs: the name of the one with the samples, and those for the other
/// inputs, taken out.
fn beside(members: &mut Vec<(usize, Member)>, inputs: &[String]) -> Option<(String, Vec<(usize, Member)>)> {
    let (fed, others) = inputs.split_first()?;
    let is_other = |member: &Member| member.is_number() && others.contains(&member.name);
    let find = |fits: &dyn Fn(&Member) -> bool| {
        members.iter().map(|(_, member)| member).find(|member| member.is_number() && fits(member))
    };
    let usual = || find(&|member| member.is(&INPUTS) && !is_other(member));
    let samples = find(&|member| member.name == *fed).or_else(usual)?.name.clone();
    let beside = taken(members, &is_other);
    (!beside.is_empty()).then_some((samples, beside))
}

fn with_labels(samples: Samples, labels: Option<Labels>, file: &str) -> Result<Samples> {
    match labels {
        None => Ok(samples),
        Some(labels) => samples.with_labels(labels, file, "the list of labels"),
    }
}

fn numbers(stored: Stored, file: &str) -> Result<Array> {
    match stored {
        Stored::Numbers(array) => Ok(array),
        Stored::Words(_) => Err(unsupported(file, "holds words where its header announces numbers".into())),
    }
}

/// `None` for numbers that are no classes, as a regression's targets.
fn per_sample(stored: &Stored, name: &str) -> Result<Option<Labels>> {
    match stored {
        Stored::Words(words) => Labels::from_words(words, name).map(Some),
        Stored::Numbers(array) => {
            let numbers = match &array.values {
                Values::U8(bytes) => Some(bytes.iter().map(|&b| i64::from(b)).collect()),
                Values::F32(values) => integers(values),
            };
            numbers.map(|numbers| Labels::from_numbers(&numbers, name)).transpose()
        }
    }
}

/// Of `x_train`, `y_train`, `x_test`, `y_test` and the like only one part is kept, under the names without its word.
/// Returns the names of the others.
fn one_split(file: &str, members: &mut Vec<(usize, Member)>, notes: &mut Vec<String>) -> Vec<String> {
    let split = |name: &str| -> Option<(&str, String)> {
        let words: Vec<&str> = name.split('_').collect();
        let at = words.iter().position(|word| SPLITS.iter().any(|split| word.eq_ignore_ascii_case(split)))?;
        let rest: Vec<&str> = words.iter().enumerate().filter(|&(i, _)| i != at).map(|(_, &word)| word).collect();
        Some((SPLITS.into_iter().find(|split| words[at].eq_ignore_ascii_case(split))?, rest.join("_")))
    };
    let known = |rest: &str| LABELS.iter().chain(&INPUTS).any(|name| rest.eq_ignore_ascii_case(name));
    let parts: Vec<&str> = members
        .iter()
        .filter_map(|(_, member)| split(&member.name).filter(|(_, rest)| known(rest)).map(|(part, _)| part))
        .collect();
    let Some(&chosen) = SPLITS.iter().find(|part| parts.contains(part)) else { return Vec::new() };
    let other = |member: &Member| split(&member.name).is_some_and(|(part, rest)| part != chosen && known(&rest));
    let left: Vec<String> = taken(members, &other).into_iter().map(|(_, member)| member.name).collect();
    for (_, member) in members.iter_mut() {
        if let Some((part, rest)) = split(&member.name)
            && part == chosen
            && known(&rest)
        {
            member.name = rest;
        }
    }
    if !left.is_empty() {
        notes.push(format!("{file}: of its parts, “{chosen}” was read"));
    }
    left
}

/// Those that fit, taken out.
fn taken(members: &mut Vec<(usize, Member)>, fits: &dyn Fn(&Member) -> bool) -> Vec<(usize, Member)> {
    let (found, rest) = std::mem::take(members).into_iter().partition(|(_, member)| fits(member));
    *members = rest;
    found
}

fn unsupported(name: &str, reason: String) -> Error {
    Error::Unsupported { name: name.into(), reason }
}
