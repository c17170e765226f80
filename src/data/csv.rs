//! Points as delimited text, one per line, with or without a header and a column of labels.

use std::borrow::Cow;

use super::array::integers;
use super::text::{Row, Table, number, numbers};
use super::{Labels, Samples, Values};
use crate::{Error, Result};

/// Headers of a column that holds classes. `y` is one only where no `x` makes it a coordinate.
pub(super) const LABEL_HEADERS: [&str; 7] = ["label", "labels", "class", "category", "target", "species", "y"];
/// Headers of a column that numbers the rows.
const INDEX_HEADERS: [&str; 4] = ["", "index", "id", "unnamed: 0"];

/// Reads a table of points.
pub(super) fn read(name: &str, table: &Table<'_>, notes: &mut Vec<String>) -> Result<Samples> {
    let header = table.rows.first().filter(|row| is_header(row));
    let rows = &table.rows[usize::from(header.is_some())..];
    let first = rows.first().ok_or_else(|| Error::Empty { what: name.into() })?;
    let expected = header.unwrap_or(first).n_cells;
    if let Some(row) = rows.iter().find(|row| row.n_cells != expected) {
        return Err(Error::RaggedRow { name: name.into(), line: row.line, expected, found: row.n_cells });
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
    if let Some(first) = values.iter().position(|v| !v.is_finite()) {
        let line = rows[first / n_coords].line;
        Error::find_not_finite(|| format!("{name}, line {line}"), &values, n_coords)?;
    }
    Samples::new(Values::F32(values), vec![n_coords], labels, name)
}

pub(super) fn is_label_header(cell: &str) -> bool {
    LABEL_HEADERS.iter().any(|header| cell.eq_ignore_ascii_case(header))
}

/// A first line is a header if no cell is a number, if a cell says so, or if columns are counted over a column of row
/// numbers, as pandas does.
fn is_header(row: &Row<'_>) -> bool {
    let counted = || row.cells().skip(1).enumerate().all(|(i, cell)| cell.parse() == Ok(i));
    row.cells().all(|cell| number(&cell).is_none())
        || row.cells().any(|cell| is_label_header(&cell))
        || row.n_cells > 1 && row.cell(0).is_empty() && counted()
}

fn index_column(header: &Row<'_>, rows: &[Row<'_>]) -> Option<usize> {
    let is_index = INDEX_HEADERS.iter().any(|name| header.cell(0).eq_ignore_ascii_case(name));
    let counts = |row: &Row<'_>| number(&row.cell(0)).is_some_and(|value| value.fract() == 0.0);
    (header.n_cells > 1 && is_index && rows.iter().all(counts)).then_some(0)
}

fn label_column(header: Option<&Row<'_>>, rows: &[Row<'_>]) -> Option<usize> {
    if let Some(header) = header {
        let position = |wanted: &str| header.cells().position(|cell| cell.eq_ignore_ascii_case(wanted));
        let mut free = LABEL_HEADERS.iter().filter(|&&wanted| wanted != "y" || position("x").is_none());
        if let Some(column) = free.find_map(|wanted| position(wanted)) {
            return Some(column);
        }
    }
    // A column of words shows in its first lines.
    let rows = &rows[..rows.len().min(1000)];
    let mut n_words = vec![0; rows.first()?.n_cells];
    for row in rows {
        for (count, cell) in n_words.iter_mut().zip(row.cells()) {
            *count += usize::from(!cell.is_empty() && number(&cell).is_none());
        }
    }
    n_words.iter().rposition(|count| count * 2 > rows.len())
}

/// `None` for numbers that are no classes, as a regression's targets.
pub(super) fn labels(name: &str, rows: &[Row<'_>], column: usize) -> Result<Option<Labels>> {
    classes(name, rows.iter().map(|row| row.cell(column)).collect())
}

/// As [`labels`], from the cells.
pub(super) fn classes(name: &str, cells: Vec<Cow<'_, str>>) -> Result<Option<Labels>> {
    if let Some(numbers) = cells.iter().map(|cell| number(cell)).collect::<Option<Vec<f32>>>() {
        return integers(&numbers).map(|numbers| Labels::from_numbers(&numbers, name)).transpose();
    }
    let words: Vec<String> = cells.into_iter().map(Cow::into_owned).collect();
    Labels::from_words(&words, name).map(Some)
}
