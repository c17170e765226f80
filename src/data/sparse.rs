//! Distances of some pairs: triplets `i j d` as Ripser reads them, `SciPy`'s sparse matrices, DIPHA's sparse files.
//!
//! Pairs that a file leaves out are infinitely far apart. Points are counted from 0.

use super::array::{Array, Stored};
use super::bundle::{Load, Member};
use super::distances::says;
use super::text::{Row, Table, number};
use super::{Format, Values};
use crate::geometry::SparseDistances;
use crate::{Error, Result};

/// Words in a name that say what it holds.
const NAMES: [&str; 4] = ["sparse", "coo", "triplet", "triplets"];
/// Headers above the two points of a pair, and above their distance.
const FROM: [&str; 6] = ["i", "row", "source", "from", "a", "u"];
const TO: [&str; 6] = ["j", "col", "target", "to", "b", "v"];
const LENGTH: [&str; 7] = ["d", "dist", "distance", "length", "data", "value", "weight"];
/// Fewer pairs say nothing about what they are.
const MIN_PAIRS: usize = 3;
/// Numbers from here on are rounded when an array is read.
const MOST_PAIRS: usize = 1 << 24;

/// The pairs of a table of three columns, or `None` if it holds anything else.
pub(super) fn read_text(
    name: &str,
    table: &Table<'_>,
    format: Option<Format>,
    notes: &mut Vec<String>,
) -> Result<Option<SparseDistances>> {
    let is_told = format == Some(Format::Sparse);
    if !is_told && format.is_some() {
        return Ok(None);
    }
    let header = table.rows.first().filter(|row| row.cells().all(|cell| number(&cell).is_none()));
    let is_header = |row: &Row<'_>| {
        let heads = [&FROM[..], &TO, &LENGTH];
        row.n_cells == 3 && row.cells().zip(heads).all(|(cell, names)| names.contains(&cell.to_lowercase().as_str()))
    };
    let is_headed = header.is_some_and(is_header);
    let rows = &table.rows[usize::from(is_headed || header.is_some() && is_told)..];
    let is_named = is_headed || says(name, &NAMES);
    let expected = if is_told { 3 } else { rows.first().map_or(0, |row| row.n_cells) };
    if let Some(row) = rows.iter().find(|row| row.n_cells != 3) {
        if !is_told && (!is_named || expected != 3) {
            return Ok(None);
        }
        return Err(Error::RaggedRow { name: name.into(), line: row.line, expected: 3, found: row.n_cells });
    }
    let (mut pairs, mut lengths) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in rows {
        let cells: Vec<_> = row.cells().collect();
        let [a, b] = [&cells[0], &cells[1]].map(|cell| number(cell).and_then(point));
        match (a, b, number(&cells[2])) {
            (Some(a), Some(b), Some(length)) => {
                pairs.push([a, b]);
                lengths.push(length);
            }
            _ if is_told || is_headed => {
                let reason = format!(
                    "line {}: “{}” is no pair of points, counted from 0, and their distance, such as “0 1 0.5”",
                    row.line,
                    cells.join(" ")
                );
                return Err(unsupported(name, reason));
            }
            _ => return Ok(None),
        }
    }
    if !is_told && !is_named && !could_be_pairs(&pairs, &lengths) {
        return Ok(None);
    }
    of_pairs(name, None, &pairs, &lengths, notes).map(Some)
}

/// As [`read_text`], for an array of three columns.
pub(super) fn from_array(
    name: &str,
    array: &Array,
    format: Option<Format>,
    notes: &mut Vec<String>,
) -> Result<Option<SparseDistances>> {
    let is_told = format == Some(Format::Sparse);
    let (Values::F32(values), [_, 3]) = (&array.values, array.dims.as_slice()) else {
        return if is_told {
            Err(unsupported(name, "has not three columns: two points and their distance".into()))
        } else {
            Ok(None)
        };
    };
    if !is_told && (format.is_some() || !says(name, &NAMES)) {
        return Ok(None);
    }
    let (rows, _) = values.as_chunks::<3>();
    let pairs = rows.iter().map(|&[a, b, _]| Some([point(a)?, point(b)?])).collect::<Option<Vec<_>>>();
    let Some(pairs) = pairs else {
        let reason = "begins rows with numbers that count no points; a pair is two whole numbers from 0";
        return if is_told { Err(unsupported(name, reason.into())) } else { Ok(None) };
    };
    let lengths: Vec<f32> = rows.iter().map(|row| row[2]).collect();
    of_pairs(name, None, &pairs, &lengths, notes).map(Some)
}

/// A matrix of `scipy.sparse.save_npz`, or `None` if the arrays are not those of one.
pub(super) fn from_members(
    file: &str,
    members: &[Member],
    load: &Load<'_>,
    notes: &mut Vec<String>,
) -> Result<Option<SparseDistances>> {
    let place = |name: &str| members.iter().position(|member| member.name == name);
    let (Some(_), Some(shape), Some(data)) = (place("format"), place("shape"), place("data")) else { return Ok(None) };
    let (row, starts) = (place("row"), place("indptr"));
    let (Some(column), true) = (place("col").or(place("indices")), members[data].dims.len() == 1) else {
        if place("offsets").or(place("indices")).or(place("coords")).is_none() {
            return Ok(None);
        }
        let reason =
            "is a sparse matrix of a form that is not read here; save matrix.tocsr() with scipy.sparse.save_npz";
        return Err(unsupported(file, reason.into()));
    };
    let damaged = |reason: String| Error::Damaged { name: file.into(), format: "SciPy sparse matrix", reason };
    if members[data].dims[0] > MOST_PAIRS {
        return Err(unsupported(
            file,
            format!("has {} entries; this page reads up to {MOST_PAIRS}", members[data].dims[0]),
        ));
    }
    let mut numbers = |i: usize| match load(i, notes)? {
        Stored::Numbers(Array { values: Values::F32(values), .. }) => Ok(values),
        Stored::Numbers(Array { values: Values::U8(bytes), .. }) => Ok(bytes.into_iter().map(f32::from).collect()),
        Stored::Words(_) => Err(damaged(format!("{} holds words", members[i].name))),
    };
    let sizes = numbers(shape)?;
    let [n_rows, n_columns] = sizes[..] else { return Err(damaged("its shape has not two sizes".into())) };
    if n_rows != n_columns {
        let reason = format!(
            "is a sparse matrix of {n_rows} × {n_columns}; distances need as many rows as columns (to take its rows as \
             points, save matrix.toarray() with numpy.save)"
        );
        return Err(unsupported(file, reason));
    }
    let n_points = point(n_rows).ok_or_else(|| damaged(format!("it announces {n_rows} rows")))?;
    let lengths = numbers(data)?;
    let columns = numbers(column)?;
    let rows = match (row, starts) {
        (Some(row), _) => numbers(row)?,
        (None, Some(starts)) => {
            let starts = numbers(starts)?;
            let grows = starts.windows(2).all(|pair| pair[0] <= pair[1]);
            let last = starts.last().copied().unwrap_or(0.0) as usize;
            if starts.len() != n_points as usize + 1 || starts[0] != 0.0 || !grows || last != lengths.len() {
                return Err(damaged("its rows do not begin where its entries say".into()));
            }
            let n_in_row = |pair: &[f32]| (pair[1] - pair[0]) as usize;
            starts.windows(2).enumerate().flat_map(|(row, pair)| vec![row as f32; n_in_row(pair)]).collect()
        }
        _ => return Err(damaged("it says no rows".into())),
    };
    if rows.len() != lengths.len() || columns.len() != lengths.len() {
        let (n_rows, n_columns) = (rows.len(), columns.len());
        return Err(damaged(format!(
            "it has {} entries but {n_rows} rows and {n_columns} columns of them",
            lengths.len()
        )));
    }
    let inside = |v: f32| point(v).filter(|&i| i < n_points);
    let pair = |(&a, &b)| Some([inside(a)?, inside(b)?]);
    let pairs = rows.iter().zip(&columns).map(pair).collect::<Option<Vec<[u32; 2]>>>();
    let pairs = pairs.ok_or_else(|| damaged(format!("it has entries outside its {n_points} rows and columns")))?;
    of_pairs(file, Some(n_points as usize), &pairs, &lengths, notes).map(Some)
}

/// What follows the type in DIPHA's sparse files: the number of points, of pairs of each, their other points, and their
/// distances.
pub(super) fn read_dipha(name: &str, words: &[[u8; 8]], notes: &mut Vec<String>) -> Result<SparseDistances> {
    let damaged = |reason: String| Error::Damaged { name: name.into(), format: "DIPHA", reason };
    let count = |word: &[u8; 8]| usize::try_from(i64::from_le_bytes(*word)).ok();
    let n_points = words.first().and_then(count).ok_or_else(|| damaged("it announces no number of points".into()))?;
    let counts = words[1..].get(..n_points).ok_or_else(|| {
        damaged(format!("it announces {n_points} points, but {} bytes follow", 8 * (words.len() - 1)))
    })?;
    let rest = &words[1 + n_points..];
    let total = counts.iter().try_fold(0_usize, |sum, word| sum.checked_add(count(word)?));
    let total = total.filter(|&total| total.checked_mul(2) == Some(rest.len())).ok_or_else(|| {
        damaged(format!("the pairs that it announces do not fill the {} bytes that follow", 8 * rest.len()))
    })?;
    let (others, lengths) = rest.split_at(total);
    let of_point = counts.iter().enumerate().flat_map(|(i, word)| vec![i as u32; count(word).unwrap_or(0)]);
    let other = |word| count(word).filter(|&i| i < n_points).map(|i| i as u32);
    let pairs: Option<Vec<[u32; 2]>> = of_point.zip(others).map(|(i, word)| Some([i, other(word)?])).collect();
    let pairs = pairs.ok_or_else(|| damaged(format!("it has pairs with points beyond its {n_points}")))?;
    let lengths: Vec<f32> = lengths.iter().map(|&word| f64::from_le_bytes(word) as f32).collect();
    of_pairs(name, Some(n_points), &pairs, &lengths, notes)
}

/// `n_points` where the file says it, else as many as the pairs name.
fn of_pairs(
    name: &str,
    n_points: Option<usize>,
    pairs: &[[u32; 2]],
    lengths: &[f32],
    notes: &mut Vec<String>,
) -> Result<SparseDistances> {
    let named = pairs.iter().flatten().max().map_or(0, |&last| last as usize + 1);
    if named == 0 && n_points.unwrap_or(0) == 0 {
        return Err(Error::Empty { what: name.into() });
    }
    let distances = SparseDistances::from_pairs(n_points.unwrap_or(named), pairs, lengths)?;
    let (n, n_pairs) = (distances.n_points(), distances.n_pairs());
    let all = n * n.saturating_sub(1) / 2;
    notes.push(format!(
        "{name} was read as the distances of {n_pairs} of the {all} pairs of {n} points; the others are infinitely far apart"
    ));
    let mut alone = vec![true; n];
    distances.pairs().flat_map(|(pair, _)| pair).for_each(|i| alone[i as usize] = false);
    let n_alone = alone.iter().filter(|&&is| is).count();
    if let Some(first) = alone.iter().position(|&is| is).filter(|_| n_alone < n) {
        let counted = if first == 0 && n_alone == 1 { "; if the file counts from 1, subtract 1" } else { "" };
        let points = if n_alone == 1 {
            format!("point {first} is")
        } else {
            format!("{n_alone} points, the first of them {first}, are")
        };
        notes.push(format!("{points} in no pair: points are counted from 0{counted}"));
    }
    Ok(distances)
}

/// Whether three columns without a word about them are pairs: different points, each pair once or both ways with one
/// distance, no number left out, and always the smaller first, the larger first, or both.
fn could_be_pairs(pairs: &[[u32; 2]], lengths: &[f32]) -> bool {
    let n_points = pairs.iter().flatten().max().map_or(0, |&last| last as usize + 1);
    if pairs.len() < MIN_PAIRS
        || n_points > pairs.len() + 1
        || lengths.iter().any(|&d| !(0.0..f32::INFINITY).contains(&d))
    {
        return false;
    }
    let mut seen = vec![false; n_points];
    pairs.iter().flatten().for_each(|&i| seen[i as usize] = true);
    let n_rising = pairs.iter().filter(|[a, b]| a < b).count();
    let n_falling = pairs.iter().filter(|[a, b]| a > b).count();
    let is_ordered = n_rising == pairs.len() || n_falling == pairs.len() || n_rising == n_falling;
    let once = || {
        let distances = SparseDistances::from_pairs(n_points, pairs, lengths);
        let n_distinct = if n_rising == n_falling { pairs.len() / 2 } else { pairs.len() };
        distances.is_ok_and(|distances| distances.n_pairs() == n_distinct)
    };
    n_rising + n_falling == pairs.len() && is_ordered && seen.iter().all(|&is| is) && once()
}

/// The number of a point.
fn point(value: f32) -> Option<u32> {
    (value >= 0.0 && value.fract() == 0.0 && value < MOST_PAIRS as f32).then_some(value as u32)
}

fn unsupported(name: &str, reason: String) -> Error {
    Error::Unsupported { name: name.into(), reason }
}
