//! Sets of pictures: their order, their classes by folder or by a table beside them.

use std::collections::BTreeMap;

use super::text::Table;
use super::{Labels, csv, listed, natural_order};
use crate::{Error, Result};

/// Folders that tell parts of a data set, or nothing, rather than classes.
const NO_CLASS: [&str; 12] =
    ["train", "training", "test", "testing", "val", "valid", "validation", "images", "image", "img", "imgs", "data"];
/// Endings of pictures, without which tables often name them.
pub(super) const ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "webp", "gif", "bmp"];
/// Headers of a column of file names.
const NAME_HEADERS: [&str; 8] = ["file_name", "filename", "file", "path", "image", "image_id", "id", "name"];
/// Headers of a column of classes, besides those of any table.
const CLASS_HEADERS: [&str; 5] = ["class_name", "classname", "label_name", "category", "breed"];

/// A picture, one byte per pixel or three, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green and blue for each pixel; else one grey.
    pub colour: bool,
    /// Whether it was of another size.
    pub resized: bool,
    /// `height × width` or `height × width × 3`.
    pub pixels: Vec<u8>,
}

/// What became of the file of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// File name with folders.
    pub name: String,
    /// Whether it is in colour and whether it was resized, or why it could not be read.
    pub picture: std::result::Result<(bool, bool), String>,
}

/// A file beside pictures.
pub(super) enum Beside<'a> {
    Text(&'a str, String),
    /// One number per picture in the order of their names.
    Numbers(&'a str, Vec<i64>),
    /// One word per picture, or the names of the classes.
    Words(&'a str, Vec<String>),
}

/// How decoded pictures become samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureSet {
    /// The outcomes that become samples, in this order.
    pub kept: Vec<usize>,
    /// Whether grey pictures must become colour ones.
    pub colour: bool,
    /// The classes of those kept.
    pub labels: Option<Labels>,
    /// Name of the set.
    pub name: String,
}

impl PictureSet {
    /// Pictures of `width × height` pixels, in the order in which they shall stay.
    ///
    /// # Errors
    /// [`Error::Empty`] if none could be read, [`Error::LengthMismatch`] for labels of another number of pictures.
    pub(super) fn new(
        outcomes: &[Outcome],
        size: (u32, u32),
        beside: Vec<Beside<'_>>,
        notes: &mut Vec<String>,
    ) -> Result<Self> {
        let mut kept: Vec<usize> = (0..outcomes.len()).filter(|&i| outcomes[i].picture.is_ok()).collect();
        if kept.is_empty() {
            return Err(Error::Empty { what: "the set of pictures".into() });
        }
        let bad: Vec<(&str, &String)> =
            outcomes.iter().filter_map(|o| o.picture.as_ref().err().map(|error| (o.name.as_str(), error))).collect();
        if let Some((_, error)) = bad.first() {
            let names: Vec<&str> = bad.iter().map(|(name, _)| *name).collect();
            notes.push(format!("left out {}: {error}", listed(&names)));
        }
        let is = |i: &usize, what: fn((bool, bool)) -> bool| outcomes[*i].picture.as_ref().is_ok_and(|&p| what(p));
        let n_resized = kept.iter().filter(|i| is(i, |(_, resized)| resized)).count();
        if n_resized > 0 {
            let (width, height) = size;
            notes.push(format!("resized {n_resized} of {} pictures to {width} × {height} pixels", kept.len()));
        }
        let mut lists = Vec::new();
        let mut labels = None;
        for file in beside {
            let names: Vec<&str> = kept.iter().map(|&i| outcomes[i].name.as_str()).collect();
            let table = match &file {
                Beside::Text(name, text) if labels.is_none() => table_labels(name, text, &names, notes)?,
                _ => None,
            };
            let Some((named, found)) = table else {
                lists.push(file);
                continue;
            };
            let missing: Vec<&str> = names.iter().zip(&named).filter(|(_, named)| !**named).map(|(n, _)| *n).collect();
            if !missing.is_empty() {
                notes.push(format!("left out, since {} does not name them: {}", file.name(), listed(&missing)));
            }
            kept = kept.into_iter().zip(named).filter(|(_, named)| *named).map(|(i, _)| i).collect();
            labels = Some(found);
        }
        let names: Vec<&str> = kept.iter().map(|&i| outcomes[i].name.as_str()).collect();
        let mut class_names = None;
        for file in lists {
            match file.list(names.len())? {
                List::Labels(found) if labels.is_none() => {
                    let file = file.name();
                    notes.push(format!("{file} was read as the labels of the pictures in the order of their names"));
                    labels = Some(found);
                }
                List::Classes(words) if class_names.is_none() => class_names = Some((file.name(), words)),
                _ => notes.push(format!("left out {}", file.name())),
            }
        }
        let labels = match (labels.map_or_else(|| by_folder(&names), |labels| Ok(Some(labels)))?, class_names) {
            (Some(labels), Some((file, words))) => {
                notes.push(format!("class names were taken from {file}"));
                Some(labels.named(words, file, "the set of pictures")?)
            }
            (labels, _) => labels,
        };
        let name = match kept.as_slice() {
            [only] => outcomes[*only].name.clone(),
            _ => format!("{} pictures", kept.len()),
        };
        Ok(Self { colour: kept.iter().any(|i| is(i, |(colour, _)| colour)), labels, name, kept })
    }
}

impl<'a> Beside<'a> {
    fn name(&self) -> &'a str {
        match self {
            Self::Text(name, _) | Self::Numbers(name, _) | Self::Words(name, _) => name,
        }
    }

    /// A list is the class of each picture if it is as long as there are pictures, else the names of the classes if its
    /// name says so.
    fn list(&self, n_pictures: usize) -> Result<List> {
        let base = self.name().rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
        let says_labels = base.contains("label") || base.contains("target");
        let says_classes = base.contains("class") || base.contains("name");
        let mut lines = match self {
            Self::Numbers(_, numbers) => {
                let labels = Labels::from_numbers(numbers, self.name())?;
                labels.check_count(n_pictures, "the set of pictures", self.name())?;
                return Ok(List::Labels(labels));
            }
            Self::Words(_, words) => words.clone(),
            Self::Text(_, text) => {
                let lines = text.lines().map(|line| line.trim().trim_matches('"').to_string());
                lines.filter(|line| !line.is_empty()).collect()
            }
        };
        if lines.len() == n_pictures + 1 && csv::is_label_header(&lines[0]) {
            lines.remove(0);
        }
        if lines.len() == n_pictures && !says_classes {
            return Labels::from_lines(&lines, self.name()).map(List::Labels);
        }
        if says_classes {
            return Ok(List::Classes(lines));
        }
        if says_labels {
            return Err(Error::LengthMismatch {
                first: "the set of pictures".into(),
                n_first: n_pictures,
                second: self.name().into(),
                n_second: lines.len(),
            });
        }
        Ok(List::Other)
    }
}

enum List {
    Labels(Labels),
    Classes(Vec<String>),
    Other,
}

/// In a table that names pictures: whether it names each of them, and the labels of those.
fn table_labels(
    file: &str,
    text: &str,
    pictures: &[&str],
    notes: &mut Vec<String>,
) -> Result<Option<(Vec<bool>, Labels)>> {
    let table = Table::parse(text);
    let n_columns = table.rows.iter().map(|row| row.n_cells).max().unwrap_or(0);
    if n_columns < 2 {
        return Ok(None);
    }
    let mut by_stem: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, picture) in pictures.iter().enumerate() {
        by_stem.entry(stem(picture)).or_default().push(i);
    }
    // The rows that name each picture, of the column that names most of them.
    let rows_of = |column: usize| {
        let mut rows = vec![None; pictures.len()];
        for (row, cells) in table.rows.iter().enumerate() {
            let cell = cells.cell(column).to_lowercase().replace('\\', "/");
            let fits = |i: &&usize| {
                let picture = pictures[**i].to_lowercase().replace('\\', "/");
                let wanted = cell.trim_start_matches("./");
                let rest = picture.strip_suffix(wanted).or_else(|| without_ending(&picture).strip_suffix(wanted));
                rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            };
            let fitting: Vec<&usize> = by_stem.get(&stem(&cell)).into_iter().flatten().filter(fits).collect();
            if let [i] = fitting[..] {
                rows[*i].get_or_insert(row);
            }
        }
        rows
    };
    let header: Vec<String> = table.rows[0].cells().map(|cell| cell.to_lowercase()).collect();
    let named = |names: &[&str]| header.iter().position(|cell| names.contains(&cell.as_str()));
    let n_named = |rows: &[Option<usize>]| rows.iter().flatten().count();
    let candidates = named(&NAME_HEADERS).into_iter().chain(0..n_columns.min(16));
    let Some((column, rows)) = candidates
        .map(|column| (column, rows_of(column)))
        .reduce(|best, next| if n_named(&next.1) > n_named(&best.1) { next } else { best })
        .filter(|(_, rows)| 2 * n_named(rows) >= pictures.len())
    else {
        return Ok(None);
    };
    let label_column = header
        .iter()
        .position(|cell| csv::is_label_header(cell) || CLASS_HEADERS.contains(&cell.as_str()))
        .or_else(|| (n_columns == 2).then_some(1 - column))
        .filter(|&label| label != column);
    let Some(label_column) = label_column else {
        return Err(Error::Unsupported {
            name: file.into(),
            reason: "names the pictures, but which of its columns holds their classes? Call it “label”".into(),
        });
    };
    // A header may stand above the names; no picture has its row.
    let used: Vec<usize> = rows.iter().flatten().copied().collect();
    let cells: Vec<String> = used.iter().map(|&row| table.rows[row].cell(label_column).into_owned()).collect();
    let labels = Labels::from_lines(&cells, file)?;
    notes.push(format!(
        "{file}: column {} names the pictures, column {} was read as labels",
        column + 1,
        label_column + 1
    ));
    Ok(Some((rows.iter().map(Option::is_some).collect(), labels)))
}

/// The last part of a path in lower case, without the ending of a picture.
fn stem(path: &str) -> String {
    let base = path.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
    without_ending(&base).to_string()
}

fn without_ending(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, ending)) if ENDINGS.contains(&ending) => stem,
        _ => path,
    }
}

/// The nearest folder that tells a class, if every picture is in one and there are several.
fn by_folder(names: &[&str]) -> Result<Option<Labels>> {
    let folder = |name: &&str| {
        let (folders, _) = name.rsplit_once(['/', '\\'])?;
        let tells = |folder: &&str| !folder.is_empty() && !NO_CLASS.contains(&folder.to_lowercase().as_str());
        folders.rsplit(['/', '\\']).find(tells).map(String::from)
    };
    let folders: Option<Vec<String>> = names.iter().map(folder).collect();
    let labels = folders.map(|folders| Labels::from_words(&folders, "the set of pictures")).transpose()?;
    Ok(labels.filter(|labels| labels.classes().len() > 1))
}

/// Names in their natural order, as indices.
pub fn order_of(names: &[&str]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|&a, &b| natural_order(names[a], names[b]));
    order
}
