//! Pictures at another size, as Pillow's `Image.resize(size, BILINEAR)` makes them, bit for bit: what training code does.
//!
//! The filter is a triangle that widens as pictures shrink, so that every pixel counts (antialiasing). Weights are
//! rounded to 22 bits behind the point; rows come first, their values are rounded to 8 bits, then columns. Pillow 13 begins
//! with the columns where they lose more than twice as many pixels as the rows do; to older versions that is one grey level
//! here and there. Numbers are resized as Pillow's mode F: sums of 64 bits, and 32 between rows and columns.

/// Bits behind the point of a weight: 32 less 8 of a pixel and 2 for sums.
const PRECISION: u32 = 22;

/// A value of a pixel: a byte, or a number as in Pillow's mode F.
pub(crate) trait Sample: Copy + Default + Into<f32> {
    /// How much a source pixel counts.
    type Weight: Copy;
    /// What weighted values are added up in.
    type Sum: Copy + Default;

    /// From a weight of weights that sum to 1.
    fn weight(exact: f64) -> Self::Weight;
    /// One more weighted value.
    fn add(sum: Self::Sum, value: Self, weight: Self::Weight) -> Self::Sum;
    /// The value that was summed up.
    fn of(sum: Self::Sum) -> Self;
}

impl Sample for u8 {
    type Weight = i32;
    type Sum = i32;

    fn weight(exact: f64) -> i32 {
        (0.5 + exact * f64::from(1 << PRECISION)) as i32
    }

    fn add(sum: i32, value: Self, weight: i32) -> i32 {
        sum + i32::from(value) * weight
    }

    fn of(sum: i32) -> Self {
        ((sum + (1 << (PRECISION - 1))) >> PRECISION).clamp(0, 255) as Self
    }
}

impl Sample for f32 {
    type Weight = f64;
    type Sum = f64;

    fn weight(exact: f64) -> f64 {
        exact
    }

    fn add(sum: f64, value: Self, weight: f64) -> f64 {
        sum + f64::from(value) * weight
    }

    fn of(sum: f64) -> Self {
        sum as Self
    }
}

/// The source pixels that make one pixel, and how much each counts; weights sum to 1.
struct Window<W> {
    first: usize,
    weights: Vec<W>,
}

fn windows<T: Sample>(from: usize, to: usize) -> Vec<Window<T::Weight>> {
    let scale = from as f64 / to as f64;
    let support = scale.max(1.0);
    (0..to)
        .map(|pixel| {
            let centre = (pixel as f64 + 0.5) * scale;
            let first = (centre - support + 0.5).max(0.0) as usize;
            let end = ((centre + support + 0.5) as usize).min(from);
            let weight = |i: usize| (1.0 - ((i as f64 - centre + 0.5) * support.recip()).abs()).max(0.0);
            let exact: Vec<f64> = (first..end).map(weight).collect();
            let sum: f64 = exact.iter().sum();
            Window { first, weights: exact.iter().map(|w| T::weight(w / sum)).collect() }
        })
        .collect()
}

/// `width × height` pixels of one or three values as `to.0 × to.1` pixels; no side is zero.
pub(super) fn resize<T: Sample>(
    pixels: &[T],
    n_channels: usize,
    (width, height): (usize, usize),
    to: (usize, usize),
) -> Vec<T> {
    let along_rows = |pixels: &[T]| match n_channels {
        3 => rows::<T, 3>(pixels, width, to.0),
        _ => rows::<T, 1>(pixels, width, to.0),
    };
    let along_columns = |pixels: &[T], width: usize| columns(pixels, width * n_channels, height, to.1);
    let lost = |from: usize, to: usize| from.cast_signed() - to.cast_signed();
    let columns_first = to.1 < height && lost(height, to.1) > 2 * lost(width, to.0);
    match (to.0 == width, to.1 == height) {
        (true, true) => pixels.to_vec(),
        (false, true) => along_rows(pixels),
        (true, false) => along_columns(pixels, width),
        (false, false) if columns_first => along_rows(&along_columns(pixels, width)),
        (false, false) => along_columns(&along_rows(pixels), to.0),
    }
}

fn rows<T: Sample, const CHANNELS: usize>(pixels: &[T], from: usize, to: usize) -> Vec<T> {
    let windows = windows::<T>(from, to);
    let mut result = Vec::with_capacity(pixels.len() / from * to);
    for row in pixels.chunks_exact(from * CHANNELS) {
        let (row, _) = row.as_chunks::<CHANNELS>();
        for Window { first, weights } in &windows {
            let mut sums = [T::Sum::default(); CHANNELS];
            for (pixel, &weight) in row[*first..].iter().zip(weights) {
                for (sum, &value) in sums.iter_mut().zip(pixel) {
                    *sum = T::add(*sum, value, weight);
                }
            }
            result.extend(sums.map(T::of));
        }
    }
    result
}

fn columns<T: Sample>(pixels: &[T], row_len: usize, from: usize, to: usize) -> Vec<T> {
    let mut result = Vec::with_capacity(row_len * to);
    let mut sums = vec![T::Sum::default(); row_len];
    for Window { first, weights } in windows::<T>(from, to) {
        sums.fill(T::Sum::default());
        for (row, &weight) in pixels[first * row_len..].chunks_exact(row_len).zip(&weights) {
            for (sum, &value) in sums.iter_mut().zip(row) {
                *sum = T::add(*sum, value, weight);
            }
        }
        result.extend(sums.iter().map(|&sum| T::of(sum)));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one_and_windows_stay_inside() {
        for (from, to) in [(1, 1), (1, 7), (7, 1), (28, 32), (500, 224), (3, 5), (4032, 224)] {
            for Window { first, weights } in windows::<u8>(from, to) {
                assert!(!weights.is_empty() && first + weights.len() <= from, "{from} to {to}");
                let error = weights.iter().sum::<i32>() - (1 << PRECISION);
                assert!(error.unsigned_abs() as usize <= weights.len(), "{from} to {to}: {error}");
            }
        }
    }

    #[test]
    fn one_colour_stays_that_colour() {
        for value in [0, 1, 127, 254, 255] {
            assert!(resize(&[value; 3 * 35], 3, (7, 5), (3, 11)).iter().all(|&v| v == value));
        }
    }

    #[test]
    fn halves_are_means_with_both_neighbours() {
        // Weights 1/8, 3/8, 3/8, 1/8 of the four pixels around, fewer at the ends.
        assert_eq!(resize(&[0_u8, 80, 160, 240, 0, 0], 1, (6, 1), (3, 1)), [57, 160, 34]);
    }
}
