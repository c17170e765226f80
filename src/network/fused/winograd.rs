//! Convolutions with windows of 3 × 3 in steps of 1 by Winograd's minimal filtering F(4×4, 3×3) (Lavin and Gray 2016): 36
//! products where the definition has 144. Rounding errors grow to some 1e-6 of the largest result.

use super::conv::Padded;
use super::epilogue::Epilogue;
use super::product::{Rows, Weights};
use super::quad::{LANES, Quad, map};
use super::window::Window;

/// Results along the side of a tile.
const TILE: usize = 4;
/// Numbers along the side of what a tile is computed from.
const SIDE: usize = TILE + 2;
/// Tiles that are computed together.
const TILES: usize = 32;
/// Transformed filters are four times as large as plain ones: larger layers keep those.
const LARGEST: usize = 128 * 128;

/// Transformed filters: one matrix of channels × outputs for each place in a tile, column by column.
#[derive(Debug)]
pub(super) struct Filters {
    products: Vec<Weights>,
    bias: Vec<f32>,
}

/// Whether it can be done and is worth it.
pub(super) fn suits(window: Window, size: [usize; 2], [n_outputs, channels]: [usize; 2]) -> bool {
    let [height, width] = window.output(size);
    let n_products = height.div_ceil(TILE) * width.div_ceil(TILE) * SIDE * SIDE;
    window.kernel == [3, 3]
        && window.stride == [1, 1]
        && window.dilation == [1, 1]
        && n_outputs % LANES == 0
        && channels % LANES == 0
        && (16 * 16..=LARGEST).contains(&(n_outputs * channels))
        // The transforms cost about as much as a third of the products.
        && n_products * 4 < height * width * 9 * 3
}

impl Filters {
    /// `weights` are `[outputs, channels, 3, 3]`.
    pub(super) fn new(weights: &[f32], bias: Option<&[f32]>, [n_outputs, channels]: [usize; 2]) -> Self {
        const G: [[f64; 3]; SIDE] = [
            [1.0 / 4.0, 0.0, 0.0],
            [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
            [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
            [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
            [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
            [0.0, 0.0, 1.0],
        ];
        let transformed = |place: usize| {
            let (down, across) = (G[place % SIDE], G[place / SIDE]);
            Weights::packed([channels, n_outputs], None, |channel, output| {
                let filter = &weights[(output * channels + channel) * 9..][..9];
                (0..9).map(|i| down[i / 3] * across[i % 3] * f64::from(filter[i])).sum::<f64>() as f32
            })
        };
        let bias = bias.map_or_else(|| vec![0.0; n_outputs], <[f32]>::to_vec);
        Self { products: (0..SIDE * SIDE).map(transformed).collect(), bias }
    }

    pub(super) fn n_outputs(&self) -> usize {
        self.bias.len()
    }
}

pub(super) fn convolve(
    values: &[f32],
    filters: &Filters,
    [batch, height, width, channels]: [usize; 4],
    window: Window,
    epilogue: &Epilogue<'_>,
    out: &mut [f32],
) {
    let n_outputs = filters.n_outputs();
    let [out_height, out_width] = window.output([height, width]);
    let [tiles_down, tiles_across] = [out_height.div_ceil(TILE), out_width.div_ceil(TILE)];
    let n_tiles = tiles_down * tiles_across;
    let [full_height, full_width] = [tiles_down * TILE + 2, tiles_across * TILE + 2];
    let mut padded = Padded::new([height, width, channels], [full_height, full_width], window.pads);
    let (sample_len, out_len) = (height * width * channels, out_height * out_width * n_outputs);
    let starts: Vec<usize> = (0..TILES).map(|tile| tile * channels).collect();
    let mut before = vec![0.0; SIDE * SIDE * TILES * channels];
    let mut after = vec![0.0; SIDE * SIDE * TILES * n_outputs];
    let mut half = vec![0.0; SIDE * SIDE * channels.max(n_outputs)];
    let mut line = vec![0.0; TILE * n_outputs];
    for first in (0..batch * n_tiles).step_by(TILES) {
        let tiles = first..(first + TILES).min(batch * n_tiles);
        for (t, tile) in tiles.clone().enumerate() {
            let (sample, tile) = (tile / n_tiles, tile % n_tiles);
            if t == 0 || tile == 0 {
                padded.fill(&values[sample * sample_len..][..sample_len]);
            }
            let position = tile / tiles_across * full_width + tile % tiles_across;
            let corner = &padded.values()[position * TILE * channels..];
            transform(corner, full_width * channels, channels, &mut half, &mut before, t);
        }
        let rows = Rows { starts: &starts[..tiles.len()], runs: &[0], len: channels };
        let planes = before.chunks_exact(TILES * channels).zip(after.chunks_exact_mut(TILES * n_outputs));
        for ((before, after), weights) in planes.zip(&filters.products) {
            weights.multiply(before, &rows, after);
        }
        for (t, tile) in tiles.enumerate() {
            let (sample, tile) = (tile / n_tiles, tile % n_tiles);
            let out = &mut out[sample * out_len..][..out_len];
            let [y, x] = [tile / tiles_across * TILE, tile % tiles_across * TILE];
            transform_rows_back(&after, n_outputs, t, &mut half);
            let rows = half.chunks_exact(SIDE * n_outputs).zip(out.chunks_exact_mut(out_width * n_outputs).skip(y));
            for (row, out) in rows.take(TILE) {
                transform_back(row, &filters.bias, &mut line);
                let out = &mut out[x * n_outputs..];
                let n = out.len().min(line.len());
                out[..n].copy_from_slice(&line[..n]);
            }
            if tile + 1 == n_tiles {
                epilogue.apply(sample, out);
            }
        }
    }
}

/// From the numbers of tile `t`, whose lines are `row` apart, to its places in the matrices `before`: Bᵀ d B, first of
/// each line into `half`, column by column.
fn transform(corner: &[f32], row: usize, channels: usize, half: &mut [f32], before: &mut [f32], t: usize) {
    let f = |[a, b, c, d, e, f]: [Quad; SIDE]| {
        let [two, four, five] = [2.0, 4.0, 5.0].map(Quad::splat);
        let (even, odd) = (e - four * c, d - four * b);
        let (near, far) = (e - c, two * (d - b));
        [four * a - five * c + e, even + odd, even - odd, near + far, near - far, four * b - five * d + f]
    };
    for (y, line) in corner.chunks(row).take(SIDE).enumerate() {
        map(slices(line, channels), slices_mut(half, SIDE * channels, y * channels, channels), f);
    }
    let columns = half.chunks_exact(SIDE * channels).zip(before.chunks_exact_mut(SIDE * TILES * channels));
    for (half, before) in columns {
        map(slices(half, channels), slices_mut(before, TILES * channels, t * channels, channels), f);
    }
}

/// Aᵀ m of tile `t` from the matrices `after`, line by line.
fn transform_rows_back(after: &[f32], n_outputs: usize, t: usize, half: &mut [f32]) {
    for (x, column) in after.chunks_exact(SIDE * TILES * n_outputs).enumerate() {
        let mut places = column.chunks_exact(TILES * n_outputs).map(|place| &place[t * n_outputs..][..n_outputs]);
        let column: [&[f32]; SIDE] = std::array::from_fn(|_| places.next().expect("a column has SIDE places"));
        map(column, slices_mut(half, SIDE * n_outputs, x * n_outputs, n_outputs), back);
    }
}

/// One line of a tile from a line of Aᵀ m, plus the bias.
fn transform_back(row: &[f32], bias: &[f32], line: &mut [f32]) {
    let [a, b, c, d, e, f] = slices(row, bias.len());
    map([a, b, c, d, e, f, bias], slices_mut(line, bias.len(), 0, bias.len()), |[a, b, c, d, e, f, bias]| {
        back([a, b, c, d, e, f]).map(|value| value + bias)
    });
}

#[allow(clippy::inline_always, reason = "a call costs more than it does")]
#[inline(always)]
fn back([a, b, c, d, e, f]: [Quad; SIDE]) -> [Quad; TILE] {
    let [two, four, eight] = [2.0, 4.0, 8.0].map(Quad::splat);
    let (near, far) = (b + c, d + e);
    let (near_odd, far_odd) = (b - c, d - e);
    [a + near + far, near_odd + two * far_odd, near + four * far, near_odd + eight * far_odd + f]
}

/// The first `N` slices of `len` numbers.
fn slices<const N: usize>(values: &[f32], len: usize) -> [&[f32]; N] {
    let mut slices = values.chunks_exact(len);
    std::array::from_fn(|_| slices.next().expect("there are N of them"))
}

/// `N` slices of `len` numbers, `step` apart, beginning at `first`.
fn slices_mut<const N: usize>(values: &mut [f32], step: usize, first: usize, len: usize) -> [&mut [f32]; N] {
    let mut slices = values.chunks_mut(step);
    std::array::from_fn(|_| &mut slices.next().expect("there are N of them")[first..first + len])
}
