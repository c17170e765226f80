//! Convolutions of planes without a copy of their windows: each row of a window is a run of numbers where it lies.

use super::product::{ROWS, Weights, bias_of, tile};

/// How a window moves over planes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Window {
    /// Height and width of the window.
    pub(super) kernel: [usize; 2],
    /// Steps down and to the right.
    pub(super) stride: [usize; 2],
    /// Zeros above, left, below, right.
    pub(super) pads: [usize; 4],
}

impl Window {
    /// Height and width of what comes out.
    pub(super) fn output(&self, [height, width]: [usize; 2]) -> [usize; 2] {
        let [top, left, bottom, right] = self.pads;
        let steps = |size: usize, axis: usize| size.saturating_sub(self.kernel[axis]) / self.stride[axis] + 1;
        [steps(height + top + bottom, 0), steps(width + left + right, 1)]
    }
}

/// `shape` is `[batch, channels, height, width]` of `values`, `weights` are `[outputs, channels, kernel]`. Results are
/// kept between `bounds`, which is what an activation right behind may ask for.
pub(super) fn convolve(
    values: &[f32],
    weights: &[f32],
    bias: Option<&[f32]>,
    shape: [usize; 4],
    window: Window,
    bounds: [f32; 2],
    out: &mut [f32],
) {
    let [batch, channels, height, width] = shape;
    let Window { kernel: [kernel_height, kernel_width], stride, pads: [top, left, bottom, right] } = window;
    let [out_height, out_width] = window.output([height, width]);
    let [full_height, full_width] = [height + top + bottom, width + left + right];
    let n_pixels = out_height * out_width;
    let n_outputs = out.len() / (batch * n_pixels).max(1);
    let n_inner = channels * kernel_height * kernel_width;
    let packed = Weights::packed(n_inner, n_outputs, |inner, output| weights[output * n_inner + inner]);
    // Windows of one pixel have runs of one number: there all channels of a pixel are laid side by side first.
    let is_turned = window.kernel == [1, 1];
    let runs: Vec<usize> = if is_turned {
        vec![0]
    } else {
        (0..channels).flat_map(|c| (0..kernel_height).map(move |y| (c * full_height + y) * full_width)).collect()
    };
    let (run_length, pixel_size) = if is_turned { (channels, channels) } else { (kernel_width, 1) };
    let starts: Vec<usize> = (0..out_height)
        .flat_map(|y| (0..out_width).map(move |x| (y * stride[0] * full_width + x * stride[1]) * pixel_size))
        .collect();
    let mut padded = vec![0.0; channels * full_height * full_width];
    let mut turned = vec![0.0; if is_turned { padded.len() } else { 0 }];
    let is_padded = (full_height, full_width) != (height, width);
    for (sample, out) in values.chunks_exact(channels * height * width).zip(out.chunks_exact_mut(n_outputs * n_pixels))
    {
        if is_padded {
            for (row, line) in sample.chunks_exact(width).enumerate() {
                let at = (row / height * full_height + top + row % height) * full_width + left;
                padded[at..at + width].copy_from_slice(line);
            }
        }
        let mut sample = if is_padded { &padded } else { sample };
        if is_turned {
            for (channel, plane) in sample.chunks_exact(full_height * full_width).enumerate() {
                for (pixel, &value) in turned.chunks_exact_mut(channels).zip(plane) {
                    pixel[channel] = value;
                }
            }
            sample = &turned;
        }
        for (first, n_columns, panel) in packed.panels() {
            let begin = bias_of(bias, first);
            for pixel in (0..n_pixels).step_by(ROWS) {
                let own = std::array::from_fn(|r| starts[(pixel + r).min(n_pixels - 1)]);
                let sums = tile(sample, own, &runs, run_length, panel, &begin);
                let n_rows = ROWS.min(n_pixels - pixel);
                for column in 0..n_columns {
                    let at = (first + column) * n_pixels + pixel;
                    for (out, sums) in out[at..at + n_rows].iter_mut().zip(&sums) {
                        *out = bounded(sums[column], bounds);
                    }
                }
            }
        }
    }
}

/// The same with a window of its own for each channel: `weights` are `[channels, kernel]`.
pub(super) fn convolve_each(
    values: &[f32],
    weights: &[f32],
    bias: Option<&[f32]>,
    shape: [usize; 4],
    window: Window,
    bounds: [f32; 2],
    out: &mut [f32],
) {
    let [_, channels, height, width] = shape;
    let Window { kernel: [kernel_height, kernel_width], stride, pads: [top, left, bottom, right] } = window;
    let [out_height, out_width] = window.output([height, width]);
    let [full_height, full_width] = [height + top + bottom, width + left + right];
    let mut padded = vec![0.0; full_height * full_width];
    let planes = values.chunks_exact(height * width).zip(out.chunks_exact_mut(out_height * out_width));
    for (plane, (values, out)) in planes.enumerate() {
        let channel = plane % channels;
        for (row, line) in values.chunks_exact(width).enumerate() {
            let at = (top + row) * full_width + left;
            padded[at..at + width].copy_from_slice(line);
        }
        out.fill(bias.map_or(0.0, |bias| bias[channel]));
        let weights = &weights[channel * kernel_height * kernel_width..][..kernel_height * kernel_width];
        for (y, out) in out.chunks_exact_mut(out_width).enumerate() {
            for (at, &weight) in weights.iter().enumerate() {
                let first = (y * stride[0] + at / kernel_width) * full_width + at % kernel_width;
                let line = &padded[first..];
                if stride[1] == 1 {
                    for (out, &value) in out.iter_mut().zip(line) {
                        *out += weight * value;
                    }
                } else {
                    for (out, &value) in out.iter_mut().zip(line.iter().step_by(stride[1])) {
                        *out += weight * value;
                    }
                }
            }
            for out in out {
                *out = bounded(*out, bounds);
            }
        }
    }
}

fn bounded(value: f32, [low, high]: [f32; 2]) -> f32 {
    let raised = if value < low { low } else { value };
    if raised > high { high } else { raised }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_its_definition_says() {
        let cases = [
            ([2, 3, 5, 7], 4, [3, 3], [1, 1], [1; 4]),
            ([1, 1, 28, 28], 9, [7, 7], [7, 7], [0; 4]),
            ([2, 5, 6, 6], 10, [1, 1], [1, 1], [0; 4]),
            ([1, 2, 8, 9], 3, [3, 2], [2, 1], [0, 1, 2, 0]),
        ];
        for (shape, n_outputs, kernel, stride, pads) in cases {
            let [batch, channels, height, width] = shape;
            let window = Window { kernel, stride, pads };
            check_each(shape, window);
            let [out_height, out_width] = window.output([height, width]);
            let values: Vec<f32> = (0..shape.iter().product()).map(|i: usize| (i * 7 % 11) as f32 - 5.0).collect();
            let n_weights = n_outputs * channels * kernel[0] * kernel[1];
            let weights: Vec<f32> = (0..n_weights).map(|i| (i * 5 % 13) as f32 - 6.0).collect();
            let bias: Vec<f32> = (0..n_outputs).map(|i| i as f32).collect();
            let mut out = vec![0.0; batch * n_outputs * out_height * out_width];
            convolve(&values, &weights, Some(&bias), shape, window, [-40.0, 90.0], &mut out);
            let at = |b: usize, c: usize, y: usize, x: usize| {
                let (Some(y), Some(x)) = (y.checked_sub(pads[0]), x.checked_sub(pads[1])) else { return 0.0 };
                if y < height && x < width { values[((b * channels + c) * height + y) * width + x] } else { 0.0 }
            };
            for (i, &found) in out.iter().enumerate() {
                let (x, y) = (i % out_width, i / out_width % out_height);
                let (o, b) = (i / (out_width * out_height) % n_outputs, i / (out_width * out_height * n_outputs));
                let mut sum = bias[o];
                for (c, ky) in (0..channels).flat_map(|c| (0..kernel[0]).map(move |ky| (c, ky))) {
                    for kx in 0..kernel[1] {
                        let weight = weights[((o * channels + c) * kernel[0] + ky) * kernel[1] + kx];
                        sum += weight * at(b, c, y * stride[0] + ky, x * stride[1] + kx);
                    }
                }
                assert_eq!(found, sum.clamp(-40.0, 90.0));
            }
        }
    }

    /// Against a convolution of all channels whose other weights are zero.
    fn check_each(shape: [usize; 4], window: Window) {
        let [batch, channels, height, width] = shape;
        let n_kernel = window.kernel[0] * window.kernel[1];
        let values: Vec<f32> = (0..shape.iter().product()).map(|i: usize| (i * 7 % 11) as f32 - 5.0).collect();
        let own: Vec<f32> = (0..channels * n_kernel).map(|i| (i * 5 % 13) as f32 - 6.0).collect();
        let bias: Vec<f32> = (0..channels).map(|i| i as f32).collect();
        let mut all = vec![0.0; channels * channels * n_kernel];
        for channel in 0..channels {
            all[(channel * channels + channel) * n_kernel..][..n_kernel]
                .copy_from_slice(&own[channel * n_kernel..][..n_kernel]);
        }
        let n_out = batch * channels * window.output([height, width]).iter().product::<usize>();
        let (mut found, mut wanted) = (vec![0.0; n_out], vec![0.0; n_out]);
        convolve_each(&values, &own, Some(&bias), shape, window, [-40.0, 90.0], &mut found);
        convolve(&values, &all, Some(&bias), shape, window, [-40.0, 90.0], &mut wanted);
        assert_eq!(found, wanted);
    }
}
