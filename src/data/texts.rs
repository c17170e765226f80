//! Texts, one per line or one per row of a table, or in JSON.

use super::text::{Row, Table};
use super::{Format, Labels, csv, json};
use crate::{Error, Result};

/// Headers of a column that holds texts.
const TEXT_HEADERS: [&str; 8] = ["text", "sentence", "gloss", "review", "content", "document", "tweet", "description"];
/// Lines that are looked at to tell texts from numbers.
const LOOKED_AT: usize = 200;
/// Fewer words are the name of a class.
const MIN_WORDS: usize = 3;

/// At least one text, none of them blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    texts: Vec<String>,
    labels: Option<Labels>,
}

impl Texts {
    /// `what` names the texts in messages.
    ///
    /// # Errors
    /// [`Error::Empty`] without a text, [`Error::Unsupported`] if one is blank, [`Error::LengthMismatch`] if there is not
    /// one label per text.
    pub fn new(texts: Vec<String>, labels: Option<Labels>, what: &str) -> Result<Self> {
        if texts.is_empty() {
            return Err(Error::Empty { what: what.into() });
        }
        if let Some(i) = texts.iter().position(|text| text.trim().is_empty()) {
            let reason = format!("text {i} is blank; fill it in or remove it");
            return Err(Error::Unsupported { name: what.into(), reason });
        }
        let texts = Self { texts, labels: None };
        match labels {
            None => Ok(texts),
            Some(labels) => texts.with_labels(labels, what, "the list of labels"),
        }
    }

    pub(super) fn with_labels(mut self, labels: Labels, what: &str, labels_name: &str) -> Result<Self> {
        labels.check_count(self.texts.len(), what, labels_name)?;
        self.labels = Some(labels);
        Ok(self)
    }

    /// All texts.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Classes, if the files told them.
    pub fn labels(&self) -> Option<&Labels> {
        self.labels.as_ref()
    }
}

/// The texts in a file, or `None` if it holds numbers or names.
pub(super) fn read(name: &str, text: &str, format: Option<Format>, notes: &mut Vec<String>) -> Result<Option<Texts>> {
    match format {
        None | Some(Format::Texts) => {}
        Some(_) => return Ok(None),
    }
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
    let ending = base.rsplit_once('.').map_or("", |(_, ending)| ending);
    if json::ENDINGS.contains(&ending) || json::begins(text.as_bytes()) {
        return json::read(name, text, notes).map(Some);
    }
    let is_list = base.ends_with("texts.txt") || format == Some(Format::Texts) && ending == "txt";
    let is_table = ["csv", "tsv", "tab"].contains(&ending);
    if !is_list {
        let table = Table::parse(text);
        let declared = table.rows.first().and_then(|header| column_named(header, &TEXT_HEADERS));
        if let Some(column) = declared.or_else(|| is_table.then(|| prose_column(&table)).flatten()) {
            return from_table(name, &table, column, declared.is_some(), notes).map(Some);
        }
    }
    let is_other = is_table || ["label", "class", "target"].iter().any(|word| base.contains(word));
    if !is_list && format.is_none() && (is_other || !is_prose(text)) {
        return Ok(None);
    }
    let lines: Vec<String> = lines(text).map(str::to_string).collect();
    notes.push(format!("{name} was read as texts, one per line"));
    Texts::new(lines, None, name).map(Some)
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty())
}

/// Whether nearly all lines are several words.
fn is_prose(text: &str) -> bool {
    let (mut n_lines, mut n_prose) = (0, 0);
    for line in lines(text).take(LOOKED_AT) {
        n_lines += 1;
        n_prose += usize::from(n_words(line) >= MIN_WORDS);
    }
    n_lines > 0 && n_prose * 5 >= n_lines * 4
}

/// Words with letters in them, 0 for a line that is mostly something else.
fn n_words(line: &str) -> usize {
    let parts: Vec<&str> = line.split_whitespace().collect();
    let is_word = |part: &&&str| part.parse::<f64>().is_err() && part.chars().any(char::is_alphabetic);
    let n_words = parts.iter().filter(is_word).count();
    if n_words * 5 >= parts.len() * 3 { n_words } else { 0 }
}

fn column_named(header: &Row<'_>, names: &[&str]) -> Option<usize> {
    (header.n_cells > 1).then(|| header.cells().position(|cell| names.iter().any(|n| cell.eq_ignore_ascii_case(n))))?
}

/// The column whose cells are texts: several words each, and hardly any twice.
fn prose_column(table: &Table<'_>) -> Option<usize> {
    let rows = &table.rows[..table.rows.len().min(LOOKED_AT)];
    let n_cells = rows.first().filter(|row| row.n_cells > 1)?.n_cells;
    (0..n_cells).find(|&column| {
        let cells: Vec<_> = rows.iter().map(|row| row.cell(column)).collect();
        let n_prose = cells.iter().filter(|cell| n_words(cell) >= MIN_WORDS).count();
        let different: std::collections::BTreeSet<_> = cells.iter().collect();
        n_prose * 5 >= rows.len() * 4 && different.len() * 2 > rows.len()
    })
}

fn from_table(
    name: &str,
    table: &Table<'_>,
    column: usize,
    has_header: bool,
    notes: &mut Vec<String>,
) -> Result<Texts> {
    let first = table.rows.first().ok_or_else(|| Error::Empty { what: name.into() })?;
    let expected = first.n_cells;
    let label_header = (0..expected).find(|&c| c != column && csv::is_label_header(&first.cell(c)));
    let rows = &table.rows[usize::from(has_header || label_header.is_some())..];
    if let Some(row) = rows.iter().find(|row| row.n_cells != expected) {
        return Err(Error::RaggedRow { name: name.into(), line: row.line, expected, found: row.n_cells });
    }
    let texts: Vec<String> = rows.iter().map(|row| row.cell(column).into_owned()).collect();
    if let Some(i) = texts.iter().position(String::is_empty) {
        let name = format!("{name}, line {}", rows[i].line);
        return Err(Error::Unsupported { name, reason: "its text is blank; fill it in or remove the line".into() });
    }
    let label_column = label_header.or_else(|| (expected == 2).then_some(1 - column));
    notes.push(format!("{name}: column {} was read as texts", column + 1));
    let labels = match label_column {
        None => None,
        Some(labels) => {
            notes.push(format!("{name}: column {} was read as labels", labels + 1));
            csv::labels(name, rows, labels)?
        }
    };
    Texts::new(texts, labels, name)
}
