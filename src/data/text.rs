//! Delimited text as rows of cells.

use std::borrow::Cow;

use crate::{Error, Result};

/// A line that holds something, or several where a quoted cell goes on. Cells are cut out when asked for: millions of them would outweigh the text.
pub(super) struct Row<'t> {
    /// The first one, counted from 1 in the file.
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

/// The bytes 0x80 to 0x9f of Windows-1252; all others are those of Latin-1, code points of Unicode.
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// The text of a file: UTF-8, UTF-16 with a byte-order mark, or, byte by byte where it is no UTF-8, Windows-1252.
pub(super) fn decode<'b>(name: &str, bytes: &'b [u8], notes: &mut Vec<String>) -> Result<Cow<'b, str>> {
    let refused = |reason: &str| Err(Error::Unsupported { name: name.into(), reason: reason.into() });
    let text = match bytes {
        [0xff, 0xfe, units @ ..] => utf16(units, u16::from_le_bytes),
        [0xfe, 0xff, units @ ..] => utf16(units, u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            Some(std::str::from_utf8(bytes).map_or_else(|_| windows_1252(name, bytes, notes).into(), Cow::Borrowed))
        }
    };
    match text {
        None => refused("is damaged text in UTF-16; save it as UTF-8"),
        Some(text) if text.contains('\0') => {
            refused("is no text, for it holds zero bytes; save it as comma-separated text in UTF-8")
        }
        Some(text) => Ok(text),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'static, str>> {
    let (pairs, rest) = bytes.as_chunks();
    let units: Vec<u16> = pairs.iter().map(|&pair| unit(pair)).collect();
    String::from_utf16(&units).ok().filter(|_| rest.is_empty()).map(Cow::Owned)
}

/// Parts that are UTF-8 stay, so that one damaged letter does not spoil the others.
fn windows_1252(name: &str, bytes: &[u8], notes: &mut Vec<String>) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut line = None;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for &byte in chunk.invalid() {
            line.get_or_insert_with(|| lines(&text).count());
            let high = byte.checked_sub(0x80).and_then(|i| WINDOWS_1252.chars().nth(i.into()));
            text.push(high.unwrap_or(byte.into()));
        }
    }
    let line = line.unwrap_or_default();
    notes.push(format!(
        "{name} is not in UTF-8 (first in line {line}) and was read as Windows-1252; if letters look wrong, save it as UTF-8"
    ));
    text
}

impl<'t> Table<'t> {
    pub(super) fn parse(text: &'t str) -> Self {
        let starts_blank = text.lines().next().is_some_and(|line| line.trim().is_empty());
        let held = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        // The first row of a triangle is a single value.
        let telling = |line: &&str| held(line) && line.trim().contains([',', ';', '\t', ' ']);
        let mut start = 0;
        let told = text.split_inclusive(['\n', '\r']).find(|line| {
            start += line.len();
            telling(line)
        });
        let delimiter = told.map_or(Delimiter::Space, |line| delimiter(&text[start - line.len()..]));
        let mut rows: Vec<Row<'_>> = records(text, delimiter)
            .filter(|(_, line)| held(line))
            .map(|(line, text)| Row::new(line, text, delimiter))
            .collect();
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

/// Lines, and several as one where a quoted cell goes on over their ends.
fn records(text: &str, delimiter: Delimiter) -> Box<dyn Iterator<Item = (u64, &str)> + '_> {
    let Delimiter::Char(delimiter) = delimiter else { return Box::new(lines(text)) };
    if !text.contains('"') {
        return Box::new(lines(text));
    }
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let (mut rest, mut next) = (Some(text), 1);
    Box::new(std::iter::from_fn(move || {
        let text = rest?;
        let (record, others) = match record_end(text, delimiter, end) {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        };
        rest = others;
        let line = next;
        next += 1 + record.matches(end).count() as u64;
        Some((line, record))
    }))
}

/// Where the first record ends. A quoted cell goes on over ends of lines only if it is closed as it should be, before a
/// delimiter or an end: a stray quotation mark must not swallow what follows.
fn record_end(text: &str, delimiter: char, end: char) -> Option<usize> {
    #[derive(PartialEq)]
    enum At {
        Start,
        Bare,
        Quoted,
        Closed,
    }
    let mut at = At::Start;
    let mut first_end = None;
    for (i, c) in text.char_indices() {
        at = match at {
            At::Quoted if c == '"' => At::Closed,
            At::Quoted => {
                if c == end {
                    first_end.get_or_insert(i);
                }
                At::Quoted
            }
            At::Closed if c == '"' => At::Quoted,
            _ if c == end => return Some(i),
            _ if c == delimiter => At::Start,
            At::Start if c == '"' => At::Quoted,
            At::Start | At::Closed if c.is_whitespace() => at,
            At::Closed if first_end.is_some() => return first_end,
            _ => At::Bare,
        };
    }
    if at == At::Quoted { first_end } else { None }
}

/// The delimiter of the first line, or lines where a quoted cell goes on.
fn delimiter(text: &str) -> Delimiter {
    let mut quoted = false;
    let bare: String = text
        .chars()
        .take_while(|&c| {
            quoted ^= c == '"';
            quoted || !['\n', '\r'].contains(&c)
        })
        .collect();
    let bare: String = bare.split('"').step_by(2).collect();
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
