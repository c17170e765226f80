//! Points as delimited text, one per line, with or without a header and a column of labels.

use super::array::integers;
use super::text::{Row, Table, number, numbers};
use super::{Labels, Samples, Values};
use crate::{Error, Result};

/// Headers of a column that holds classes. `y` is one only where no `x` makes it a coordinate.
const LABEL_HEADERS: [&str; 6] = ["label", "labels", "class", "target", "species", "y"];
/// Headers of a column that numbers the rows.
const INDEX_HEADERS: [&str; 4] = ["", "index", "id", "unnamed: 0"];

/// Reads a table of points.
pub(super) fn read(name: &str, table: &Table<'_>, notes: &mut Vec<String>) -> Result<Samples> {
    let header = table.rows.first().filter(|row| is_header(row));
    let rows = &table.rows[usize::from(header.is_some())..];
    let first = rows.first().ok_or_else(|| Error::Empty { what: name.into() })?;
    let expected = header.unwrap_or(first).cells.len();
    if let Some(row) = rows.iter().find(|row| row.cells.len() != expected) {
        return Err(Error::RaggedRow { name: name.into(), line: row.line, expected, found: row.cells.len() });
    }
    let mut skip = Vec::new();
    if let Some(column) = header.and_then(|header| index_column(header, rows)) {
        notes.push(format!("{name}: column {} numbers the rows and was left out", column + 1));
        skip.push(column);
    }
    let labels = match label_column(header, rows) {
        None => None,
        Some(column) => {
            skip.push(column);
            let labels = labels(name, rows, column)?;
            let what = if labels.is_some() { "was read as labels" } else { "holds no classes and was left out" };
            notes.push(format!("{name}: column {} {what}", column + 1));
            labels
        }
    };
    if skip.len() >= expected {
        return Err(Error::Unsupported {
            name: name.into(),
            reason: "holds labels only; add columns with the coordinates, or drop the samples along with it".into(),
        });
    }
    let n_coords = expected - skip.len();
    let mut values = Vec::with_capacity(rows.len() * n_coords);
    for row in rows {
        numbers(name, row, &skip, &mut values)?;
    }
    Samples::new(Values::F32(values), vec![n_coords], labels, name)
}

/// A first line is a header if no cell is a number, or if a cell says so.
fn is_header(row: &Row<'_>) -> bool {
    let says_so = |cell: &str| LABEL_HEADERS.iter().any(|header| cell.eq_ignore_ascii_case(header));
    row.cells.iter().all(|cell| number(cell).is_none()) || row.cells.iter().any(|cell| says_so(cell))
}

fn index_column(header: &Row<'_>, rows: &[Row<'_>]) -> Option<usize> {
    let is_index = |cell: &str| INDEX_HEADERS.iter().any(|name| cell.eq_ignore_ascii_case(name));
    let counts = |row: &Row<'_>| number(&row.cells[0]).is_some_and(|value| value.fract() == 0.0);
    (header.cells.len() > 1 && is_index(&header.cells[0]) && rows.iter().all(counts)).then_some(0)
}

fn label_column(header: Option<&Row<'_>>, rows: &[Row<'_>]) -> Option<usize> {
    if let Some(header) = header {
        let has = |wanted: &str| header.cells.iter().any(|cell| cell.eq_ignore_ascii_case(wanted));
        let position = |wanted: &&str| header.cells.iter().position(|cell| cell.eq_ignore_ascii_case(wanted));
        let mut free = LABEL_HEADERS.iter().filter(|&&wanted| wanted != "y" || !has("x"));
        if let Some(column) = free.find_map(position) {
            return Some(column);
        }
    }
    let words = |column: usize| {
        let is_word = |row: &&Row<'_>| number(&row.cells[column]).is_none() && !row.cells[column].is_empty();
        rows.iter().filter(is_word).count() * 2 > rows.len()
    };
    (0..rows.first()?.cells.len()).rev().find(|&column| words(column))
}

/// `None` for numbers that are no classes, as a regression's targets.
fn labels(name: &str, rows: &[Row<'_>], column: usize) -> Result<Option<Labels>> {
    let cells = || rows.iter().map(|row| row.cells[column].as_ref());
    if let Some(numbers) = cells().map(number).collect::<Option<Vec<f32>>>() {
        return integers(&numbers).map(|numbers| Labels::from_numbers(&numbers, name)).transpose();
    }
    let words: Vec<String> = cells().map(String::from).collect();
    Labels::from_words(&words, name).map(Some)
}
