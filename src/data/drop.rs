//! The files of one drop together.

use super::array::{Array, Stored};
use super::format::{Kind, PYTORCH, detect};
use super::pictures::{Beside, Outcome, PictureSet};
use super::text::{Table, decode, number};
use super::zip::Archive;
use super::{
    Data, File, Format, Labels, Read, ReadOptions, csv, distances, gzip, idx, listed, npy, npz, order_of, safetensors,
    sparse, texts, too_large,
};
use crate::{Error, Result};

/// What one file holds.
enum Part {
    Array(Array),
    /// A one-dimensional array of bytes in IDX, which is never anything but labels.
    Labels(Vec<i64>),
    /// One word per line: class names, or the class of each sample.
    Words(Vec<String>),
    Data(Data),
}

/// Reads files that belong together: pictures, or one file with samples, texts or distances, to which labels and a list
/// of class names may come.
///
/// What a file holds is told by its first bytes, then by its name, unless [`ReadOptions::format`] says it. Nothing is
/// allocated before the sizes in a header agree with the file.
///
/// # Errors
/// Any of the first part of [`Error`]; for distance matrices [`Error::InFile`] of [`Error::InvalidDistance`],
/// [`Error::Asymmetric`], [`Error::NonZeroDiagonal`], [`Error::NotAMatrix`], [`Error::TooManyPoints`].
pub fn read(files: &[File<'_>], options: &ReadOptions) -> Result<Read> {
    check_size(files, options.max_bytes)?;
    let mut notes = Vec::new();
    let unpacked = unpack(files, options)?;
    let files: Vec<File<'_>> = unpacked.iter().map(Unpacked::file).collect();
    let kinds: Vec<(File<'_>, Kind)> = files.iter().map(|file| (*file, detect(file))).collect();
    let hidden: Vec<&str> = kinds.iter().filter(|(_, kind)| *kind == Kind::Hidden).map(|(file, _)| file.name).collect();
    if !hidden.is_empty() {
        notes.push(format!("left out hidden files: {}", listed(&hidden)));
    }
    let kinds: Vec<(File<'_>, Kind)> = kinds.into_iter().filter(|(_, kind)| *kind != Kind::Hidden).collect();
    let Some((first, _)) = kinds.first() else {
        return Err(Error::Empty { what: hidden.first().map_or("the drop".into(), |name| (*name).into()) });
    };
    let name = first.name;
    if kinds.iter().any(|(_, kind)| *kind == Kind::Picture) {
        return pictures(&kinds, options, notes);
    }
    let mut parts = Vec::new();
    for (file, kind) in &kinds {
        let alone = kinds.len() == 1;
        let read = part(file, *kind, options, alone, &mut notes).map_err(|error| error.in_file(file.name))?;
        parts.push((file.name, read));
    }
    let (name, data) = joined(parts, options.format, name, &mut notes).map_err(|error| error.in_file(name))?;
    Ok(Read { data, name, notes })
}

/// A file as it was dropped, or from an archive.
#[derive(Debug, Clone)]
pub enum Unpacked<'a> {
    /// As it was.
    Dropped(File<'a>),
    /// Out of an archive, under the archive's name as a folder.
    Inside(String, Vec<u8>),
}

impl Unpacked<'_> {
    /// Name and bytes.
    pub fn file(&self) -> File<'_> {
        match self {
            Self::Dropped(file) => *file,
            Self::Inside(name, bytes) => File { name, bytes },
        }
    }
}

/// The files with those that are in archives in their place, in the order of their names; archives of arrays stay
/// together.
///
/// # Errors
/// [`Error::Damaged`] for broken archives, [`Error::TooLarge`] for what is more than the options allow unpacked,
/// [`Error::Unsupported`] for encrypted ones and for archives within archives.
pub fn unpack<'a>(files: &[File<'a>], options: &ReadOptions) -> Result<Vec<Unpacked<'a>>> {
    let mut unpacked = Vec::with_capacity(files.len());
    let mut rest = options.max_unpacked;
    for file in files {
        if detect(file) != Kind::Zip {
            unpacked.push(Unpacked::Dropped(*file));
            continue;
        }
        let archive = Archive::open(file.name, file.bytes)?;
        if archive.is_of_arrays() {
            unpacked.push(Unpacked::Dropped(*file));
            continue;
        }
        if archive.entries.iter().any(|entry| entry.name.ends_with("data.pkl")) {
            return Err(unsupported(file.name, PYTORCH));
        }
        let folder = file.name.rsplit_once('.').map_or(file.name, |(stem, _)| stem);
        let names: Vec<&str> = archive.entries.iter().map(|entry| entry.name.as_str()).collect();
        for entry in order_of(&names).into_iter().map(|i| &archive.entries[i]) {
            let name = format!("{folder}/{}", entry.name);
            let start = archive.start(entry, 512)?;
            match detect(&File { name: &name, bytes: &start }) {
                Kind::Hidden => continue,
                Kind::Zip | Kind::Npz => {
                    let reason = "in it is an archive within an archive; unpack the outer one and drop what is in it";
                    return Err(unsupported(file.name, &format!("{} {reason}", entry.name)));
                }
                _ => {}
            }
            let bytes = archive.unpack(entry, rest)?;
            rest -= bytes.len();
            unpacked.push(Unpacked::Inside(name, bytes));
        }
    }
    Ok(unpacked)
}

fn check_size(files: &[File<'_>], max_bytes: usize) -> Result<()> {
    if let Some(file) = files.iter().find(|file| file.bytes.len() > max_bytes) {
        return Err(too_large(file.name, file.bytes.len(), max_bytes));
    }
    let total = files.iter().fold(0_usize, |total, file| total.saturating_add(file.bytes.len()));
    if total > max_bytes {
        return Err(too_large(&format!("the set of {} files", files.len()), total, max_bytes));
    }
    Ok(())
}

/// Decodes pictures in the order of their names and makes samples of them.
#[cfg(feature = "images")]
fn pictures(kinds: &[(File<'_>, Kind)], options: &ReadOptions, mut notes: Vec<String>) -> Result<Read> {
    let (found, others): (Vec<_>, Vec<_>) = kinds.iter().copied().partition(|(_, kind)| *kind == Kind::Picture);
    let names: Vec<&str> = found.iter().map(|(file, _)| file.name).collect();
    let mut size = options.image_size;
    let mut outcomes = Vec::with_capacity(found.len());
    let mut decoded = Vec::with_capacity(found.len());
    let mut first_error = None;
    for i in order_of(&names) {
        let result = super::decode_picture(&found[i].0, size, options.image_fit);
        let picture = match result {
            Ok(picture) => {
                let (width, height) = *size.get_or_insert((picture.width, picture.height));
                check_pixels(found.len(), (width, height), options.max_unpacked)?;
                Ok((picture.colour, picture.resized, picture.pixels))
            }
            Err(error @ Error::InvalidSetting { .. }) => return Err(error),
            Err(error) => {
                let sentence = error.to_string();
                first_error.get_or_insert(error);
                Err(sentence)
            }
        };
        let outcome = picture.as_ref().map(|&(colour, resized, _)| (colour, resized)).map_err(String::clone);
        outcomes.push(Outcome { name: names[i].into(), picture: outcome });
        decoded.push(picture.map_or_else(|_| Vec::new(), |(_, _, pixels)| pixels));
    }
    let Some(size) = size.filter(|_| outcomes.iter().any(|outcome| outcome.picture.is_ok())) else {
        return Err(first_error.unwrap_or(Error::Empty { what: "the set of pictures".into() }));
    };
    let others: Vec<File<'_>> = others.into_iter().map(|(file, _)| file).collect();
    let set = gather_pictures(&outcomes, size, &others, options, &mut notes)?;
    let mut shape = vec![size.1 as usize, size.0 as usize];
    if set.colour {
        shape.push(3);
    }
    let mut pixels = Vec::with_capacity(set.kept.len() * shape.iter().product::<usize>());
    for &i in &set.kept {
        if set.colour && outcomes[i].picture.as_ref().is_ok_and(|&(colour, _)| !colour) {
            pixels.extend(decoded[i].iter().flat_map(|&grey| [grey; 3]));
        } else {
            pixels.extend_from_slice(&decoded[i]);
        }
    }
    let samples = super::Samples::new(super::Values::U8(pixels), shape, set.labels, "the set of pictures")?;
    Ok(Read { data: Data::Samples(samples), name: set.name, notes })
}

#[cfg(not(feature = "images"))]
fn pictures(kinds: &[(File<'_>, Kind)], _: &ReadOptions, _: Vec<String>) -> Result<Read> {
    let name = kinds.iter().find(|(_, kind)| *kind == Kind::Picture).map_or("", |(file, _)| file.name);
    Err(unsupported(name, "is a picture, which this build does not decode; use .npy, IDX or CSV"))
}

/// Whether so many pictures of `width × height` pixels in colour fit into `max_bytes`.
///
/// # Errors
/// [`Error::TooLarge`] if not, with how many would.
pub fn check_pixels(n_pictures: usize, (width, height): (u32, u32), max_bytes: usize) -> Result<()> {
    let one = (width as usize).saturating_mul(height as usize).saturating_mul(3);
    let total = one.saturating_mul(n_pictures);
    if total <= max_bytes {
        return Ok(());
    }
    let fits = max_bytes / one.max(1);
    let what = format!("the set of {n_pictures} pictures of {width} × {height} pixels (of which {fits} would fit)");
    Err(too_large(&what, total, max_bytes))
}

/// Puts decoded pictures together with the files beside them, such as a table of labels.
///
/// # Errors
/// [`Error::Empty`] if no picture could be read, [`Error::LengthMismatch`] for labels of another number of pictures,
/// [`Error::Unsupported`] for a table without a column of classes, and what the files beside them refuse.
pub fn gather_pictures(
    outcomes: &[Outcome],
    size: (u32, u32),
    others: &[File<'_>],
    options: &ReadOptions,
    notes: &mut Vec<String>,
) -> Result<PictureSet> {
    let mut beside = Vec::new();
    let mut left_out = Vec::new();
    let unpacked: Vec<(File<'_>, Kind, Option<Vec<u8>>)> = others
        .iter()
        .filter_map(|file| match detect(file) {
            Kind::Hidden => None,
            Kind::Gzip => Some(match gzip::unpacked(file.name, file.bytes, options.max_unpacked) {
                Ok(Some((name, kind, bytes))) => Ok((File { name, bytes: &[] }, kind, Some(bytes))),
                Ok(None) => Ok((*file, Kind::Gzip, None)),
                Err(error) => Err(error),
            }),
            kind => Some(Ok((*file, kind, None))),
        })
        .collect::<Result<_>>()?;
    for (file, kind, bytes) in &unpacked {
        let (name, bytes) = (file.name, bytes.as_deref().unwrap_or(file.bytes));
        let integers = |array: Array| array.integers().map(|numbers| Beside::Numbers(name, numbers));
        let found = match kind {
            Kind::Text => Some(Beside::Text(name, decode(name, bytes, notes)?.into_owned())),
            Kind::Npy => match npy::read(name, bytes, notes)? {
                Stored::Numbers(array) => integers(array),
                Stored::Words(words) => Some(Beside::Words(name, words)),
            },
            Kind::Idx => integers(idx::read(name, bytes, options.max_unpacked)?),
            Kind::Gzip => integers(idx::read_gzip(name, bytes, options.max_unpacked)?),
            _ => None,
        };
        match found {
            Some(found) => beside.push(found),
            None => left_out.push(name),
        }
    }
    if !left_out.is_empty() {
        notes.push(format!("left out files that are no pictures: {}", listed(&left_out)));
    }
    PictureSet::new(outcomes, size, beside, notes)
}

/// What the page must do with a file before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Decode it.
    Picture,
    /// Unpack it.
    Archive,
    /// Leave it out.
    Hidden,
    /// Nothing.
    Other,
}

/// The role of a file by its name and its first 512 bytes.
pub fn role(file: &File<'_>) -> Role {
    match detect(file) {
        Kind::Picture => Role::Picture,
        Kind::Zip => Role::Archive,
        Kind::Hidden => Role::Hidden,
        _ => Role::Other,
    }
}

fn part(file: &File<'_>, kind: Kind, options: &ReadOptions, alone: bool, notes: &mut Vec<String>) -> Result<Part> {
    let File { name, bytes } = *file;
    match (kind, options.format) {
        (Kind::Dipha, _) | (_, Some(Format::Dipha)) => distances::read_dipha(name, bytes, notes).map(Part::Data),
        (Kind::Npy, _) => npy::read(name, bytes, notes).map(|stored| match stored {
            Stored::Numbers(array) => Part::Array(array),
            Stored::Words(words) => Part::Words(words),
        }),
        (Kind::Npz | Kind::Zip, _) => npz::read(name, &Archive::open(name, bytes)?, options, notes).map(Part::Data),
        (Kind::Safetensors, _) => safetensors::read(name, bytes, options, notes).map(Part::Data),
        (Kind::Idx, _) => idx::read(name, bytes, options.max_unpacked).map(idx_part),
        (Kind::Gzip, _) => match gzip::unpacked(name, bytes, options.max_unpacked)? {
            Some((name, kind, bytes)) => part(&File { name, bytes: &bytes }, kind, options, alone, notes),
            None => idx::read_gzip(name, bytes, options.max_unpacked).map(idx_part),
        },
        (Kind::Text | Kind::Json, _) | (Kind::Unknown, Some(_)) => text(file, options, alone, notes),
        (Kind::ForeignPicture(format), _) => {
            Err(unsupported(name, &format!("is a {format} picture; save it as PNG or JPEG")))
        }
        (Kind::Foreign(reason), _) => Err(unsupported(name, reason)),
        (Kind::Unknown | Kind::Picture | Kind::Hidden, _) => Err(Error::UnknownFormat { name: name.into() }),
    }
}

fn idx_part(array: Array) -> Part {
    match array.integers() {
        Some(labels) => Part::Labels(labels),
        None => Part::Array(array),
    }
}

fn text(file: &File<'_>, options: &ReadOptions, alone: bool, notes: &mut Vec<String>) -> Result<Part> {
    let text = decode(file.name, file.bytes, notes)?;
    if let Some(texts) = texts::read(file.name, &text, options.format, notes)? {
        return Ok(Part::Data(Data::Texts(texts)));
    }
    if !alone && options.format.is_none() {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let words: Vec<String> = lines.map(|line| line.trim_matches('"').to_string()).collect();
        if !words.is_empty() && words.iter().all(|word| !word.contains([',', ';', '\t']) && is_word(word)) {
            return Ok(Part::Words(words));
        }
    }
    let table = Table::parse(&text);
    if let Some(distances) = sparse::read_text(file.name, &table, options.format, notes)? {
        return Ok(Part::Data(Data::SparseDistances(distances)));
    }
    if let Some(matrix) = distances::read_text(file.name, &table, options.format, notes)? {
        return Ok(Part::Data(Data::Distances(matrix)));
    }
    csv::read(file.name, &table, notes).map(|samples| Part::Data(Data::Samples(samples)))
}

/// A class name, which may be of several words, or a single number.
fn is_word(line: &str) -> bool {
    number(line).is_some() || line.split_whitespace().any(|part| number(part).is_none())
}

/// Puts samples, labels and class names together.
fn joined(
    parts: Vec<(&str, Part)>,
    format: Option<Format>,
    first: &str,
    notes: &mut Vec<String>,
) -> Result<(String, Data)> {
    let mut data: Vec<(&str, Data)> = Vec::new();
    let mut labels: Vec<(&str, Vec<i64>)> = Vec::new();
    let mut words: Vec<(&str, Vec<String>)> = Vec::new();
    let several = parts.iter().filter(|(_, part)| !matches!(part, Part::Words(_))).count() > 1;
    for (name, part) in parts {
        match part {
            Part::Data(found) => data.push((name, found)),
            Part::Labels(found) => labels.push((name, found)),
            Part::Words(found) => words.push((name, found)),
            Part::Array(array) => match array.integers().filter(|_| several) {
                Some(found) => labels.push((name, found)),
                None => data.push((name, from_array(name, array, format, notes)?)),
            },
        }
    }
    match (data.len(), labels.len(), words.len()) {
        (2.., _, _) => return Err(one_at_a_time(data[0].0, data[1].0, "samples")),
        (_, 2.., _) => return Err(one_at_a_time(labels[0].0, labels[1].0, "labels")),
        (0, _, _) => {
            return Err(unsupported(first, "holds labels or names only; drop the samples together with it"));
        }
        _ => {}
    }
    let Some((name, data)) = data.pop() else {
        return Err(Error::Empty { what: first.into() });
    };
    let data = match data {
        Data::Samples(samples) => {
            let own = samples.labels().cloned();
            match labelled(name, samples.n_samples(), own, labels.pop(), words, notes)? {
                None => Data::Samples(samples),
                Some((file, labels)) => Data::Samples(samples.with_labels(labels, name, file)?),
            }
        }
        Data::Texts(texts) => {
            let own = texts.labels().cloned();
            match labelled(name, texts.texts().len(), own, labels.pop(), words, notes)? {
                None => Data::Texts(texts),
                Some((file, labels)) => Data::Texts(texts.with_labels(labels, name, file)?),
            }
        }
        Data::Activations(activations) => {
            let own = activations.labels().cloned();
            match labelled(name, activations.n_samples(), own, labels.pop(), words, notes)? {
                None => Data::Activations(activations),
                Some((file, labels)) => Data::Activations(activations.with_labels(labels, name, file)?),
            }
        }
        Data::Distances(_) | Data::SparseDistances(_) => {
            let others: Vec<&str> = labels.iter().map(|part| part.0).chain(words.iter().map(|part| part.0)).collect();
            if !others.is_empty() {
                notes.push(format!("left out, since distances take no labels: {}", listed(&others)));
            }
            data
        }
    };
    Ok((name.into(), data))
}

fn from_array(name: &str, array: Array, format: Option<Format>, notes: &mut Vec<String>) -> Result<Data> {
    if let Some(distances) = distances::of_array(name, &array, format, notes)? {
        return Ok(distances);
    }
    array.into_samples(name).map(Data::Samples)
}

/// The labels of `n_samples` samples that have labels of their own perhaps, and the file they come from. Lines are class
/// names where the labels are known already, else the class of each sample.
fn labelled<'f>(
    name: &'f str,
    n_samples: usize,
    own: Option<Labels>,
    labels: Option<(&'f str, Vec<i64>)>,
    mut words: Vec<(&'f str, Vec<String>)>,
    notes: &mut Vec<String>,
) -> Result<Option<(&'f str, Labels)>> {
    for (_, lines) in &mut words {
        if lines.len() == n_samples + 1 && csv::is_label_header(&lines[0]) {
            lines.remove(0);
        }
    }
    words.sort_by_key(|(_, lines)| lines.len() != n_samples);
    let mut labels = match labels {
        None => own.map(|labels| (name, labels)),
        Some((file, numbers)) => Some((file, Labels::from_numbers(&numbers, file)?)),
    };
    for (file, lines) in words {
        let fits = lines.len() == n_samples;
        labels = match labels.take() {
            None if fits => Some((file, Labels::from_lines(&lines, file)?)),
            None => {
                return Err(Error::LengthMismatch {
                    first: name.into(),
                    n_first: n_samples,
                    second: format!("the list of labels {file}"),
                    n_second: lines.len(),
                });
            }
            Some((labels_file, labels)) => {
                notes.push(format!("class names were taken from {file}"));
                Some((labels_file, labels.named(lines, file, labels_file)?))
            }
        };
    }
    Ok(labels)
}

fn one_at_a_time(first: &str, second: &str, what: &str) -> Error {
    unsupported(first, &format!("holds {what}, and so does {second}; drop one data set at a time"))
}

fn unsupported(name: &str, reason: &str) -> Error {
    Error::Unsupported { name: name.into(), reason: reason.into() }
}
