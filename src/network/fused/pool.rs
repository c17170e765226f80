//! The maximum over windows and the mean over all positions of `[batch, height, width, channels]`.

use super::window::Window;

/// Padding counts for nothing; a window of nothing else gives the lowest number, as elsewhere.
pub(super) fn maximum(values: &[f32], [_, height, width, channels]: [usize; 4], window: Window, out: &mut [f32]) {
    let [out_height, out_width] = window.output([height, width]);
    let [top, left, ..] = window.pads;
    // Positions of a window along one axis that lie inside.
    let inside = |at: usize, axis: usize, before: usize, size: usize| {
        let first = at * window.stride[axis];
        (0..window.kernel[axis])
            .filter_map(move |step| (first + step * window.dilation[axis]).checked_sub(before))
            .filter(move |&position| position < size)
    };
    let samples = values.chunks_exact(height * width * channels);
    for (values, out) in samples.zip(out.chunks_exact_mut(out_height * out_width * channels)) {
        for (i, out) in out.chunks_exact_mut(channels).enumerate() {
            out.fill(f32::MIN);
            for y in inside(i / out_width, 0, top, height) {
                for x in inside(i % out_width, 1, left, width) {
                    let position = &values[(y * width + x) * channels..][..channels];
                    for (most, &value) in out.iter_mut().zip(position) {
                        *most = if value > *most { value } else { *most };
                    }
                }
            }
        }
    }
}

/// One number per sample and channel.
pub(super) fn mean(values: &[f32], [_, height, width, channels]: [usize; 4], out: &mut [f32]) {
    let factor = ((height * width) as f32).recip();
    for (values, out) in values.chunks_exact(height * width * channels).zip(out.chunks_exact_mut(channels)) {
        for position in values.chunks_exact(channels) {
            for (sum, value) in out.iter_mut().zip(position) {
                *sum += value;
            }
        }
        for sum in out {
            *sum *= factor;
        }
    }
}
