//! Convolutions of `[batch, height, width, channels]`: the choice of the way to compute one, and the plain one, in which
//! each row of a window is a run of numbers where it lies.

use super::depthwise;
use super::epilogue::Epilogue;
use super::product::{Rows, Weights};
use super::window::Window;
use super::winograd;

/// Weights, laid out for the way in which they are used.
#[derive(Debug)]
pub(super) enum Filters {
    /// Of all channels together.
    Direct(Weights),
    /// The same, transformed for tiles of the result.
    Winograd(winograd::Filters),
    /// A window of its own for each channel.
    Each(depthwise::Filters),
}

impl Filters {
    /// `weights` are `[outputs, channels, kernel]` as `sizes` says, or `[channels, 1, kernel]` if `is_each`; `size` is
    /// height and width of what will be convolved.
    pub(super) fn new(
        weights: &[f32],
        bias: Option<&[f32]>,
        [n_outputs, channels]: [usize; 2],
        is_each: bool,
        window: Window,
        size: [usize; 2],
    ) -> Self {
        let n_positions = window.n_positions();
        if is_each {
            return Self::Each(depthwise::Filters::new(weights, bias, n_outputs, n_positions));
        }
        if winograd::suits(window, size, [n_outputs, channels]) {
            return Self::Winograd(winograd::Filters::new(weights, bias, [n_outputs, channels]));
        }
        let weight = |inner: usize, output: usize| {
            weights[(output * channels + inner % channels) * n_positions + inner / channels]
        };
        Self::Direct(Weights::packed([n_positions * channels, n_outputs], bias, weight))
    }

    pub(super) fn n_outputs(&self) -> usize {
        match self {
            Self::Direct(weights) => weights.n_columns(),
            Self::Winograd(filters) => filters.n_outputs(),
            Self::Each(filters) => filters.n_channels(),
        }
    }

    /// `shape` is that of `values`.
    pub(super) fn convolve(
        &self,
        values: &[f32],
        shape: [usize; 4],
        window: Window,
        epilogue: &Epilogue<'_>,
        out: &mut [f32],
    ) {
        match self {
            Self::Direct(weights) => direct(values, weights, shape, window, epilogue, out),
            Self::Winograd(filters) => winograd::convolve(values, filters, shape, window, epilogue, out),
            Self::Each(filters) => depthwise::convolve(values, filters, shape, window, epilogue, out),
        }
    }
}

fn direct(
    values: &[f32],
    weights: &Weights,
    [_, height, width, channels]: [usize; 4],
    window: Window,
    epilogue: &Epilogue<'_>,
    out: &mut [f32],
) {
    let [full_height, full_width] = window.padded([height, width]);
    let [out_height, out_width] = window.output([height, width]);
    let [down, right] = window.dilation;
    let at = |y: usize, x: usize| (y * full_width + x) * channels;
    // A row of a window is one run, unless the window has gaps.
    let len = if right == 1 { window.kernel[1] * channels } else { channels };
    let n_runs = window.kernel[1] * channels / len;
    let runs: Vec<usize> =
        (0..window.kernel[0]).flat_map(|y| (0..n_runs).map(move |x| at(y * down, x * right))).collect();
    let starts: Vec<usize> = (0..out_height)
        .flat_map(|y| (0..out_width).map(move |x| at(y * window.stride[0], x * window.stride[1])))
        .collect();
    let rows = Rows { starts: &starts, runs: &runs, len };
    let mut padded = Padded::new([height, width, channels], [full_height, full_width], window.pads);
    let samples = values.chunks_exact(height * width * channels);
    let outs = out.chunks_exact_mut(out_height * out_width * weights.n_columns());
    for (sample, (values, out)) in samples.zip(outs).enumerate() {
        let values = if window.pads == [0; 4] { values } else { padded.fill(values) };
        weights.multiply(values, &rows, out);
        epilogue.apply(sample, out);
    }
}

/// Room for one sample with zeros around.
pub(super) struct Padded {
    values: Vec<f32>,
    /// Numbers in a line, without and with zeros.
    lines: [usize; 2],
    first: usize,
}

impl Padded {
    pub(super) fn new([_, width, channels]: [usize; 3], full: [usize; 2], [top, left, ..]: [usize; 4]) -> Self {
        let lines = [width * channels, full[1] * channels];
        Self { values: vec![0.0; full[0] * lines[1]], lines, first: top * lines[1] + left * channels }
    }

    /// Puts a sample in place of the last one.
    pub(super) fn fill(&mut self, sample: &[f32]) -> &[f32] {
        let [line, full] = self.lines;
        for (padded, values) in self.values[self.first..].chunks_mut(full).zip(sample.chunks_exact(line)) {
            padded[..line].copy_from_slice(values);
        }
        &self.values
    }

    pub(super) fn values(&self) -> &[f32] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn drawn(n: usize, seed: u64) -> Vec<f32> {
        let mut random = Random::new(seed);
        (0..n).map(|_| random.below(2001) as f32 / 1000.0 - 1.0).collect()
    }

    /// The definition, in double precision.
    fn defined(
        values: &[f32],
        weights: &[f32],
        bias: &[f32],
        shape: [usize; 4],
        is_each: bool,
        window: Window,
    ) -> Vec<f64> {
        let [batch, height, width, channels] = shape;
        let [out_height, out_width] = window.output([height, width]);
        let (n_outputs, of_each) = (bias.len(), if is_each { 1 } else { channels });
        let mut out = Vec::new();
        for i in 0..batch * out_height * out_width * n_outputs {
            let (o, x, y) = (i % n_outputs, i / n_outputs % out_width, i / n_outputs / out_width % out_height);
            let sample = i / n_outputs / out_width / out_height;
            let mut sum = f64::from(bias[o]);
            for inner in 0..of_each * window.n_positions() {
                let [ky, kx] = [inner / window.kernel[1] % window.kernel[0], inner % window.kernel[1]];
                let c = if is_each { o } else { inner / window.n_positions() };
                let row = (y * window.stride[0] + ky * window.dilation[0]).wrapping_sub(window.pads[0]);
                let column = (x * window.stride[1] + kx * window.dilation[1]).wrapping_sub(window.pads[1]);
                if row < height && column < width {
                    let value = values[((sample * height + row) * width + column) * channels + c];
                    sum += f64::from(value) * f64::from(weights[o * of_each * window.n_positions() + inner]);
                }
            }
            out.push(sum);
        }
        out
    }

    /// The largest difference from the definition, relative to the largest number, and the way that was chosen.
    fn error(shape: [usize; 4], n_outputs: usize, is_each: bool, window: Window) -> (f64, Filters) {
        let [_, height, width, channels] = shape;
        let of_each = if is_each { 1 } else { channels };
        let weights = drawn(n_outputs * of_each * window.n_positions(), 1);
        let (values, bias) = (drawn(shape.iter().product(), 2), drawn(n_outputs, 3));
        let filters = Filters::new(&weights, Some(&bias), [n_outputs, of_each], is_each, window, [height, width]);
        let wanted = defined(&values, &weights, &bias, shape, is_each, window);
        let mut out = vec![0.0; wanted.len()];
        let n_positions = window.output([height, width]).iter().product();
        let epilogue = Epilogue::new(&[], &[], [shape[0], n_positions, n_outputs]).unwrap();
        filters.convolve(&values, shape, window, &epilogue, &mut out);
        let scale = wanted.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
        let worst = out.iter().zip(&wanted).map(|(&a, b)| (f64::from(a) - b).abs()).fold(0.0, f64::max);
        (worst / scale, filters)
    }

    #[test]
    fn each_way_is_what_the_definition_says() {
        let window = |kernel, stride, dilation, pads| Window { kernel, stride, dilation, pads };
        let cases = [
            ([2, 5, 7, 3], 4, window([3, 3], [1, 1], [1, 1], [1; 4])),
            ([1, 28, 28, 1], 9, window([7, 7], [7, 7], [1, 1], [0; 4])),
            ([2, 6, 6, 5], 10, window([1, 1], [1, 1], [1, 1], [0; 4])),
            ([1, 8, 9, 2], 3, window([3, 2], [2, 1], [1, 2], [0, 1, 2, 0])),
            ([2, 9, 9, 6], 6, window([3, 3], [2, 2], [2, 2], [2; 4])),
            ([2, 9, 8, 9], 9, window([5, 5], [1, 1], [1, 1], [2; 4])),
            ([1, 3, 3, 8], 8, window([7, 7], [2, 2], [1, 1], [3; 4])),
        ];
        for (shape, n_outputs, window) in cases {
            let (found, _) = error(shape, n_outputs, false, window);
            assert!(found < 1e-6, "{shape:?} {window:?}: {found}");
            let (found, _) = error(shape, shape[3], true, window);
            assert!(found < 1e-6, "each {shape:?} {window:?}: {found}");
        }
    }

    #[test]
    fn tiles_of_all_sizes_are_as_exact_as_the_definition_asks() {
        for [height, width] in [[14, 14], [7, 7], [4, 4], [13, 6], [3, 9], [30, 5]] {
            for pads in [[1; 4], [0; 4], [2, 0, 1, 1]] {
                let window = Window { kernel: [3, 3], stride: [1, 1], dilation: [1, 1], pads };
                let (found, filters) = error([3, height, width, 48], 20, false, window);
                let is_tiled = matches!(filters, Filters::Winograd(_));
                assert!(is_tiled || height < 4 || width < 6, "{height} × {width}, {pads:?}");
                assert!(found < 1e-5, "{height} × {width}, {pads:?}: {found}");
            }
        }
    }
}
