//! Convolutions of `[batch, height, width, channels]` with a window of its own for each channel, four channels at a time.
#![allow(clippy::inline_always, reason = "constant sizes of windows have to reach the innermost loop")]

use super::epilogue::Epilogue;
use super::quad::{LANES, Quad};
use super::window::Window;

/// Results in a line that are computed together.
const BLOCK: usize = 4;

type Group = [f32; LANES];

/// Weights and biases of groups of channels, filled up with zeros to whole ones.
#[derive(Debug)]
pub(super) struct Filters {
    /// One after the other for each position of a window.
    weights: Vec<Group>,
    bias: Vec<Group>,
    n_channels: usize,
}

impl Filters {
    /// `weights` are `[channels, positions of the window]`.
    pub(super) fn new(weights: &[f32], bias: Option<&[f32]>, n_channels: usize, n_positions: usize) -> Self {
        let grouped = |value: &dyn Fn(usize) -> f32, group: usize| {
            std::array::from_fn(|lane| {
                let channel = group * LANES + lane;
                if channel < n_channels { value(channel) } else { 0.0 }
            })
        };
        let n_groups = n_channels.div_ceil(LANES);
        let places = (0..n_groups).flat_map(|group| (0..n_positions).map(move |position| (group, position)));
        Self {
            weights: places.map(|(g, position)| grouped(&|c| weights[c * n_positions + position], g)).collect(),
            bias: (0..n_groups).map(|g| grouped(&|c| bias.map_or(0.0, |bias| bias[c]), g)).collect(),
            n_channels,
        }
    }

    pub(super) fn n_channels(&self) -> usize {
        self.n_channels
    }
}

pub(super) fn convolve(
    values: &[f32],
    filters: &Filters,
    [_, height, width, channels]: [usize; 4],
    window: Window,
    epilogue: &Epilogue<'_>,
    out: &mut [f32],
) {
    let [full_height, full_width] = window.padded([height, width]);
    let [out_height, out_width] = window.output([height, width]);
    let [top, left, ..] = window.pads;
    // Planes of groups of channels, each with zeros around; of odd size, so that caches have room for all side by side.
    let plane = (full_height * full_width) | 1;
    let mut planes = vec![[0.0; LANES]; filters.bias.len() * plane];
    let samples = values.chunks_exact(height * width * channels);
    let outs = out.chunks_exact_mut(out_height * out_width * channels);
    for (sample, (values, out)) in samples.zip(outs).enumerate() {
        for (row, line) in values.chunks_exact(width * channels).enumerate() {
            let first = (top + row) * full_width + left;
            for (plane, from) in planes.chunks_exact_mut(plane).zip((0..).step_by(LANES)) {
                for (place, position) in plane[first..].iter_mut().zip(line.chunks_exact(channels)) {
                    match position[from..].first_chunk() {
                        Some(group) => *place = *group,
                        None => place[..channels - from].copy_from_slice(&position[from..]),
                    }
                }
            }
        }
        for (y, line) in out.chunks_exact_mut(out_width * channels).enumerate() {
            let y = y * window.stride[0];
            let groups = planes.chunks_exact(plane).zip(&filters.bias);
            let weights = filters.weights.chunks_exact(window.n_positions());
            for (((values, bias), weights), first) in groups.zip(weights).zip((0..).step_by(LANES)) {
                let n_lanes = LANES.min(channels - first);
                let group = Plane { values, width: full_width, weights, bias: Quad::of(*bias), n_lanes };
                let out = &mut line[first..];
                match (window.kernel, window.stride[1], window.dilation) {
                    ([3, 3], 1, [1, 1]) => group.line(y, [3, 3], 1, [1, 1], out_width, channels, out),
                    ([3, 3], 2, [1, 1]) => group.line(y, [3, 3], 2, [1, 1], out_width, channels, out),
                    ([5, 5], 1, [1, 1]) => group.line(y, [5, 5], 1, [1, 1], out_width, channels, out),
                    ([5, 5], 2, [1, 1]) => group.line(y, [5, 5], 2, [1, 1], out_width, channels, out),
                    ([7, 7], 1, [1, 1]) => group.line(y, [7, 7], 1, [1, 1], out_width, channels, out),
                    (kernel, stride, dilation) => group.line(y, kernel, stride, dilation, out_width, channels, out),
                }
            }
        }
        epilogue.apply(sample, out);
    }
}

/// A plane of a group of channels and what it is convolved with.
struct Plane<'a> {
    values: &'a [Group],
    width: usize,
    weights: &'a [Group],
    bias: Quad,
    /// Channels of the group that there are.
    n_lanes: usize,
}

impl Plane<'_> {
    /// One line of results for windows that begin in row `y`. Results lie `channels` apart in `out`.
    #[allow(clippy::too_many_arguments, reason = "most are constants that have to stand in the call")]
    #[inline(always)]
    fn line(
        &self,
        y: usize,
        kernel: [usize; 2],
        stride: usize,
        dilation: [usize; 2],
        out_width: usize,
        channels: usize,
        out: &mut [f32],
    ) {
        let mut x = 0;
        while x < out_width {
            // The last block reaches back over results that are there already.
            if out_width >= BLOCK {
                x = x.min(out_width - BLOCK);
                self.block::<BLOCK>([y, x * stride], kernel, stride, dilation, channels, &mut out[x * channels..]);
                x += BLOCK;
            } else {
                self.block::<1>([y, x * stride], kernel, stride, dilation, channels, &mut out[x * channels..]);
                x += 1;
            }
        }
    }

    #[inline(always)]
    fn block<const N: usize>(
        &self,
        [y, x]: [usize; 2],
        kernel: [usize; 2],
        stride: usize,
        dilation: [usize; 2],
        channels: usize,
        out: &mut [f32],
    ) {
        let mut sums = [self.bias; N];
        let reach = (N - 1) * stride + (kernel[1] - 1) * dilation[1] + 1;
        for (row, weights) in self.weights.chunks_exact(kernel[1]).enumerate() {
            let line = &self.values[(y + row * dilation[0]) * self.width + x..][..reach];
            for (at, weight) in weights.iter().enumerate() {
                let weight = Quad::of(*weight);
                for (n, sum) in sums.iter_mut().enumerate() {
                    *sum = *sum + weight * Quad::of(line[n * stride + at * dilation[1]]);
                }
            }
        }
        if self.n_lanes == LANES {
            for (n, sum) in sums.iter().enumerate() {
                *out[n * channels..].first_chunk_mut().expect("a line has room for its results") = sum.array();
            }
        } else {
            for (sum, out) in sums.iter().zip(out.chunks_mut(channels)) {
                out[..self.n_lanes].copy_from_slice(&sum.array()[..self.n_lanes]);
            }
        }
    }
}
