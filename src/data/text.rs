//! Delimited text as rows of cells.

use std::borrow::Cow;

use crate::{Error, Result};

/// A line that holds something. Cells are cut out when asked for: millions of them would outweigh the text.
pub(super) struct Row<'t> {
    /// Counted from 1 in the file.
    pub(super) line: u64,
    pub(super) n_cells: usize,
    text: &'t str,
    delimiter: Delimiter,
}

impl<'t> Row<'t> {
    fn new(line: u64, text: &'t str, delimiter: Delimiter) -> Self {
        let text = text.trim_end_matches('\r');
        Self { line, n_cells: cells(text, delimiter).count(), text, delimiter }
    }

    /// Trimmed, without quotes.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cow<'t, str>> {
        cells(self.text, self.delimiter).take(self.n_cells)
    }

    /// Cell `column`, counted from 0; empty beyond the last.
    pub(super) fn cell(&self, column: usize) -> Cow<'t, str> {
        self.cells().nth(column).unwrap_or_default()
    }
}

/// The rows of a text; blank lines and comments are gone.
pub(super) struct Table<'t> {
    pub(super) rows: Vec<Row<'t>>,
    /// Whether the first line is blank, as the first row of a strict lower triangle is.
    pub(super) starts_blank: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Delimiter {
    Char(char),
    Space,
}

/// The text of a file. Bytes that are no UTF-8 are replaced, since names of classes at most can suffer from that.
pub(super) fn decode<'b>(name: &str, bytes: &'b [u8]) -> Result<Cow<'b, str>> {
    let reason = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        "is text in UTF-16; save it as UTF-8"
    } else if bytes.contains(&0) {
        "is no text, for it holds zero bytes; save it as comma-separated text in UTF-8"
    } else {
        return Ok(String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)));
    };
    Err(Error::Unsupported { name: name.into(), reason: reason.into() })
}

impl<'t> Table<'t> {
    pub(super) fn parse(text: &'t str) -> Self {
        let starts_blank = text.lines().next().is_some_and(|line| line.trim().is_empty());
        let held = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        // The first row of a triangle is a single value.
        let telling = |line: &&str| held(line) && line.trim().contains([',', ';', '\t', ' ']);
        let delimiter = text.split(['\n', '\r']).find(telling).map_or(Delimiter::Space, delimiter);
        let mut rows: Vec<Row<'_>> =
            lines(text).filter(|(_, line)| held(line)).map(|(line, text)| Row::new(line, text, delimiter)).collect();
        // A delimiter at the end of every line separates nothing.
        if rows.iter().all(|row| row.n_cells > 1 && row.cell(row.n_cells - 1).is_empty()) {
            for row in &mut rows {
                row.n_cells -= 1;
            }
        }
        Self { rows, starts_blank }
    }
}

/// Lines with their numbers; ends may be those of Unix, Windows or the old Macintosh.
fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let old_mac = !text.contains('\n');
    let end = if old_mac { '\r' } else { '\n' };
    (1..).zip(text.split(end))
}

fn delimiter(line: &str) -> Delimiter {
    let mut quoted = false;
    let bare: String = line
        .chars()
        .filter(|&c| {
            quoted ^= c == '"';
            !quoted
        })
        .collect();
    [';', '\t', ','].into_iter().find(|&c| bare.contains(c)).map_or(Delimiter::Space, Delimiter::Char)
}

fn cells(line: &str, delimiter: Delimiter) -> Box<dyn Iterator<Item = Cow<'_, str>> + '_> {
    let Delimiter::Char(delimiter) = delimiter else {
        return Box::new(line.split_whitespace().map(|cell| cell.trim_matches('"').into()));
    };
    if !line.contains('"') {
        return Box::new(line.split(delimiter).map(move |cell| cleaned(cell.trim(), delimiter)));
    }
    let mut quoted = false;
    let ends = move |c| {
        quoted ^= c == '"';
        c == delimiter && !quoted
    };
    Box::new(line.split(ends).map(move |cell| cleaned(cell.trim(), delimiter)))
}

/// Without quotes, and with a decimal point where the comma is free to be one.
fn cleaned(cell: &str, delimiter: char) -> Cow<'_, str> {
    if let Some(inside) = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')) {
        let inside = inside.trim();
        return if inside.contains("\"\"") { inside.replace("\"\"", "\"").into() } else { inside.into() };
    }
    if delimiter != ',' && cell.contains(',') {
        let pointed = cell.replacen(',', ".", 1);
        if pointed.parse::<f32>().is_ok() {
            return pointed.into();
        }
    }
    cell.into()
}

/// The number in a cell; NaN and infinities are numbers here.
pub(super) fn number(cell: &str) -> Option<f32> {
    cell.parse().ok()
}

/// The numbers of a row.
pub(super) fn numbers(name: &str, row: &Row<'_>, skip: &[usize], values: &mut Vec<f32>) -> Result<()> {
    for (column, cell) in row.cells().enumerate() {
        if skip.contains(&column) {
            continue;
        }
        let value = number(&cell).ok_or_else(|| not_a_number(name, row.line, column, &cell))?;
        values.push(value);
    }
    Ok(())
}

fn not_a_number(name: &str, line: u64, column: usize, cell: &str) -> Error {
    const LONGEST: usize = 40;
    let mut text: String = cell.chars().take(LONGEST).collect();
    if text.len() < cell.len() {
        text.push('…');
    }
    Error::NotANumber { name: name.into(), line, column: column + 1, text }
}
