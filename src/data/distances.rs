//! Distance matrices in the formats of live.ripser.org.

use std::borrow::Cow;

use super::array::Array;
use super::text::{Row, Table, numbers};
use super::{Data, Format, Values, sparse};
use crate::geometry::DistanceMatrix;
use crate::{Error, Result};

/// First eight bytes of a DIPHA file.
pub(super) const DIPHA_MAGIC: [u8; 8] = 8_067_171_840_i64.to_le_bytes();
/// DIPHA's number for distance matrices.
const DIPHA_DISTANCES: i64 = 7;
/// And for those of some pairs.
const DIPHA_SPARSE_DISTANCES: i64 = 8;
/// A smaller square says nothing about what it is.
const MIN_SQUARE: usize = 3;

const FULL: &str = "a full distance matrix";
const LOWER: &str = "the lower triangle of a distance matrix";
const UPPER: &str = "the upper triangle of a distance matrix";

/// The matrix in a text, or `None` if it holds points.
pub(super) fn read_text(
    name: &str,
    table: &Table<'_>,
    format: Option<Format>,
    notes: &mut Vec<String>,
) -> Result<Option<DistanceMatrix>> {
    // pandas writes names above and beside the matrix.
    let names = usize::from(is_framed(table));
    let rows = &table.rows[names..];
    let n_values = |row: &Row<'_>| row.cells().skip(names).filter(|cell| !cell.is_empty()).count();
    let lengths: Vec<usize> = rows.iter().map(n_values).collect();
    let format = match format.or_else(|| by_name(name)).or_else(|| by_lengths(&lengths)) {
        None if could_be_square(name, &lengths) => None,
        None | Some(Format::Points) => return Ok(None),
        Some(format) => Some(format),
    };
    let mut values = Vec::with_capacity(lengths.iter().sum());
    for row in rows {
        let is_blank = |(column, cell): (usize, Cow<'_, str>)| (column < names || cell.is_empty()).then_some(column);
        let blank: Vec<usize> = row.cells().enumerate().filter_map(is_blank).collect();
        match numbers(name, row, &blank, &mut values) {
            Ok(()) => {}
            Err(_) if format.is_none() && !says_distances(name) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    if values.is_empty() {
        return Err(Error::Empty { what: name.into() });
    }
    let (matrix, kind) = match format {
        Some(Format::Lower) => {
            let lengths = if table.starts_blank { &[] } else { lengths.as_slice() };
            (DistanceMatrix::from_condensed(strict_lower(values, lengths))?, LOWER)
        }
        Some(Format::Upper) => {
            let lower = lower_of_upper(&strict_upper(values, &lengths))?;
            (DistanceMatrix::from_condensed(lower)?, UPPER)
        }
        Some(_) => {
            ragged(name, rows, &lengths)?;
            (DistanceMatrix::from_square(&values, lengths.len())?, FULL)
        }
        None => match square(name, &values, lengths.len())? {
            Some(matrix) => (matrix, FULL),
            None => return Ok(None),
        },
    };
    notes.push(format!("{name} was read as {kind}"));
    Ok(Some(matrix))
}

/// Whether a square has names in its first row and first column, with nothing in the corner.
fn is_framed(table: &Table<'_>) -> bool {
    let n = table.rows.len();
    let square = n > 1 && table.rows.iter().all(|row| row.n_cells == n);
    let corner = |(i, cell): (usize, Cow<'_, str>)| cell.is_empty() == (i == 0);
    square
        && table.rows[0].cells().enumerate().all(corner)
        && table.rows[1..].iter().all(|row| row.cells().all(|cell| !cell.is_empty()))
}

/// Without the diagonal, if the rows have lengths 1, 2, … and all end in 0.
fn strict_lower(values: Vec<f32>, lengths: &[usize]) -> Vec<f32> {
    let end = |row: usize| (row + 1) * (row + 2) / 2 - 1;
    let diagonal = lengths.len() > 1
        && lengths.iter().enumerate().all(|(row, &length)| length == row + 1 && values[end(row)] == 0.0);
    if !diagonal {
        return values;
    }
    (0..lengths.len()).flat_map(|row| values[end(row) - row..end(row)].iter().copied()).collect()
}

/// Without the diagonal, if the rows have lengths n, …, 2, 1 and all begin with 0.
fn strict_upper(values: Vec<f32>, lengths: &[usize]) -> Vec<f32> {
    let n = lengths.len();
    let shrinks = n > 1 && lengths.iter().enumerate().all(|(row, &length)| length == n - row);
    let mut strict = Vec::with_capacity(values.len());
    let mut rest = values.as_slice();
    for &length in lengths {
        let (row, tail) = rest.split_at(length);
        match row {
            [first, others @ ..] if shrinks && *first == 0.0 => strict.extend_from_slice(others),
            _ => return values,
        }
        rest = tail;
    }
    strict
}

fn lower_of_upper(upper: &[f32]) -> Result<Vec<f32>> {
    let mut n = 0_usize;
    while n * (n + 1) / 2 < upper.len() {
        n += 1;
    }
    let n_points = n + 1;
    if n * n_points / 2 != upper.len() {
        let what = "upper triangle of a distance matrix";
        return Err(Error::NotAMatrix { n_values: upper.len(), what, nearest: n });
    }
    let at = |i: usize, j: usize| upper[i * (2 * n_points - i - 1) / 2 + (j - i - 1)];
    Ok((1..n_points).flat_map(|j| (0..j).map(move |i| at(i, j))).collect())
}

/// The distances in an array, of all pairs or of some.
pub(super) fn of_array(
    name: &str,
    array: &Array,
    format: Option<Format>,
    notes: &mut Vec<String>,
) -> Result<Option<Data>> {
    if let Some(distances) = sparse::from_array(name, array, format, notes)? {
        return Ok(Some(Data::SparseDistances(distances)));
    }
    Ok(from_array(name, array, format, notes)?.map(Data::Distances))
}

/// A square array that is a distance matrix by its name or by all its values, or a triangle in one row, such as
/// `scipy.spatial.distance.pdist` returns.
fn from_array(
    name: &str,
    array: &Array,
    format: Option<Format>,
    notes: &mut Vec<String>,
) -> Result<Option<DistanceMatrix>> {
    let values = match &array.values {
        _ if format == Some(Format::Points) => return Ok(None),
        Values::F32(values) => Cow::Borrowed(values.as_slice()),
        Values::U8(values) if format.is_some() || says_distances(name) => {
            values.iter().map(|&v| f32::from(v)).collect()
        }
        Values::U8(_) => return Ok(None),
    };
    let triangle = || by_name(name).or(says_distances(name).then_some(Format::Upper));
    let (matrix, kind) = match (array.dims.as_slice(), format) {
        ([n_rows, _], Some(Format::Full)) => (DistanceMatrix::from_square(&values, *n_rows)?, FULL),
        ([n_rows, n_columns], None) if n_rows == n_columns => match square(name, &values, *n_rows)? {
            Some(matrix) => (matrix, FULL),
            None => return Ok(None),
        },
        ([_], _) => match format.or_else(triangle) {
            Some(Format::Lower) => (DistanceMatrix::from_condensed(values.into_owned())?, LOWER),
            Some(Format::Upper) => (DistanceMatrix::from_condensed(lower_of_upper(&values)?)?, UPPER),
            _ => return Ok(None),
        },
        (dims, Some(_)) => {
            let reason = format!("is an array of sizes {dims:?}, not a distance matrix; save a square or one row");
            return Err(Error::Unsupported { name: name.into(), reason });
        }
        _ => return Ok(None),
    };
    notes.push(format!("{name} was read as {kind}"));
    Ok(Some(matrix))
}

/// DIPHA: magic, type, number of points and all distances or those of some pairs, 64 bits each, little-endian.
pub(super) fn read_dipha(name: &str, bytes: &[u8], notes: &mut Vec<String>) -> Result<Data> {
    let damaged = |reason: String| Error::Damaged { name: name.into(), format: "DIPHA", reason };
    let (words, rest) = bytes.as_chunks::<8>();
    let [magic, kind, n_points, values @ ..] = words else {
        return Err(damaged(format!("its header needs 24 bytes, but it has {}", bytes.len())));
    };
    if *magic != DIPHA_MAGIC {
        return Err(damaged("it does not begin with DIPHA's number 8067171840".into()));
    }
    let kind = i64::from_le_bytes(*kind);
    if kind == DIPHA_SPARSE_DISTANCES {
        if !rest.is_empty() {
            return Err(damaged(format!("it has {} bytes, which is no multiple of 8", bytes.len())));
        }
        return sparse::read_dipha(name, &words[2..], notes).map(Data::SparseDistances);
    }
    if kind != DIPHA_DISTANCES {
        return Err(Error::Unsupported {
            name: name.into(),
            reason: format!("is a DIPHA file of type {kind}; only distances (types 7 and 8) are read"),
        });
    }
    let n_points = i64::from_le_bytes(*n_points);
    let n = usize::try_from(n_points).map_err(|_| damaged(format!("it announces {n_points} points")))?;
    if n.checked_mul(n) != Some(values.len()) || !rest.is_empty() {
        return Err(damaged(format!("it announces {n} × {n} distances, but {} bytes follow", bytes.len() - 24)));
    }
    let values: Vec<f32> = values.iter().map(|&word| f64::from_le_bytes(word) as f32).collect();
    if values.is_empty() {
        return Err(Error::Empty { what: name.into() });
    }
    DistanceMatrix::from_square(&values, n).map(Data::Distances)
}

fn says_distances(name: &str) -> bool {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
    base.contains("distance") || says(name, &["dist", "dists"])
}

/// Whether a name holds one of some words, folders aside.
pub(super) fn says(name: &str, words: &[&str]) -> bool {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
    base.split(|c: char| !c.is_alphabetic()).any(|word| words.contains(&word))
}

/// Endings of Ripser's examples.
fn by_name(name: &str) -> Option<Format> {
    let name = name.to_lowercase();
    let has = |part: &str| name.contains(&format!("{part}_distance")) || name.ends_with(&format!(".{part}"));
    match () {
        () if has("lower") => Some(Format::Lower),
        () if has("upper") => Some(Format::Upper),
        () if has("full") => Some(Format::Full),
        () => None,
    }
}

fn by_lengths(lengths: &[usize]) -> Option<Format> {
    let grows = lengths.iter().enumerate().all(|(i, &n)| n == i + 1);
    let shrinks = lengths.iter().rev().enumerate().all(|(i, &n)| n == i + 1);
    match (lengths.len() > 1, grows, shrinks) {
        (true, true, _) => Some(Format::Lower),
        (true, _, true) => Some(Format::Upper),
        _ => None,
    }
}

fn could_be_square(name: &str, lengths: &[usize]) -> bool {
    let n = lengths.len();
    (n >= MIN_SQUARE || n > 0 && says_distances(name)) && lengths.iter().all(|&length| length == n)
}

/// A complaint about a square whose name says distances; any other that is no matrix holds points.
fn square(name: &str, values: &[f32], n_points: usize) -> Result<Option<DistanceMatrix>> {
    match DistanceMatrix::from_square(values, n_points) {
        Ok(matrix) if n_points >= MIN_SQUARE || says_distances(name) => Ok(Some(matrix)),
        Err(error) if says_distances(name) => Err(error),
        _ => Ok(None),
    }
}

fn ragged(name: &str, rows: &[Row<'_>], lengths: &[usize]) -> Result<()> {
    let expected = lengths.first().copied().unwrap_or(0);
    match lengths.iter().position(|&found| found != expected) {
        Some(i) => Err(Error::RaggedRow { name: name.into(), line: rows[i].line, expected, found: lengths[i] }),
        None => Ok(()),
    }
}
