//! Pictures of one size at another: resized, and cut out or filled up.

use super::ImageFit;
use super::resample::{Sample, resize};

/// The way of pictures of one size to another; all sizes are width and height, and none is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fitting {
    from: (usize, usize),
    between: (usize, usize),
    to: (usize, usize),
}

impl Fitting {
    /// `None` where pictures stay as they are.
    pub(crate) fn new(from: (usize, usize), to: (usize, usize), fit: ImageFit) -> Option<Self> {
        let between = match fit {
            ImageFit::Stretch => to,
            ImageFit::Crop(ratio) => covering(from, (ratio.whole_of(to.0), ratio.whole_of(to.1))),
            ImageFit::Letterbox => contained(from, to),
        };
        (from != to || between != to).then_some(Self { from, between, to })
    }

    /// `width × height` pixels of `n_channels` values, as `to` has them.
    pub(crate) fn apply<T: Sample>(&self, pixels: &[T], n_channels: usize) -> Vec<T> {
        let resized = resize(pixels, n_channels, self.from, self.between);
        if self.between == self.to { resized } else { centred(&resized, self.between, self.to, n_channels) }
    }
}

/// The smallest size of these proportions that covers `size`: torchvision's `Resize(side)`, which rounds the longer side
/// down.
fn covering((width, height): (usize, usize), size: (usize, usize)) -> (usize, usize) {
    if width * size.1 <= height * size.0 {
        (size.0, (size.0 * height / width).max(size.1))
    } else {
        ((size.1 * width / height).max(size.0), size.1)
    }
}

/// The largest size of these proportions within `size`: Pillow's `ImageOps.contain`.
fn contained((width, height): (usize, usize), size: (usize, usize)) -> (usize, usize) {
    let side = |long: usize, short: usize, to: usize| {
        let exact = short as f64 / long as f64 * to as f64;
        (exact.round_ties_even() as usize).max(1)
    };
    let (ratio, wanted) = (width as f64 / height as f64, size.0 as f64 / size.1 as f64);
    if ratio > wanted {
        (size.0, side(width, height, size.0))
    } else if ratio < wanted {
        (side(height, width, size.1), size.1)
    } else {
        size
    }
}

/// The middle of a picture, or a picture in the middle of zeros; halves are rounded to even, as Python does.
fn centred<T: Sample>(pixels: &[T], from: (usize, usize), to: (usize, usize), n_channels: usize) -> Vec<T> {
    let offset = |long: usize, short: usize| (long.saturating_sub(short) as f64 / 2.0).round_ties_even() as usize;
    let (skip_x, skip_y) = (offset(from.0, to.0), offset(from.1, to.1));
    let (pad_x, pad_y) = (offset(to.0, from.0), offset(to.1, from.1));
    let width = from.0.min(to.0) * n_channels;
    let mut result = vec![T::default(); to.0 * to.1 * n_channels];
    let rows = pixels.chunks_exact(from.0 * n_channels).skip(skip_y);
    let targets = result.chunks_exact_mut(to.0 * n_channels).skip(pad_y);
    for (row, target) in rows.zip(targets) {
        target[pad_x * n_channels..][..width].copy_from_slice(&row[skip_x * n_channels..][..width]);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::CropRatio;

    #[test]
    fn seven_eighths_of_256_are_224() {
        let fit = ImageFit::Crop(CropRatio::new(0.875).unwrap());
        let fitting = Fitting::new((500, 375), (224, 224), fit).unwrap();
        assert_eq!((fitting.between, fitting.to), ((341, 256), (224, 224)));
        // Also of pictures that have the size already.
        assert_eq!(Fitting::new((224, 224), (224, 224), fit).map(|fitting| fitting.between), Some((256, 256)));
        assert_eq!(Fitting::new((224, 224), (224, 224), ImageFit::CROP), None);
    }

    #[test]
    fn numbers_are_resized_as_in_mode_f_of_pillow() {
        let table = format!("{}/tests/data/readers/resampling-floats.csv", env!("CARGO_MANIFEST_DIR"));
        let table = std::fs::read_to_string(table).unwrap();
        for line in table.lines().skip(1) {
            let cells: Vec<usize> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            let [width, height, to_width, to_height, wanted] = cells[..] else { panic!("{line}") };
            let numbers: Vec<f32> = (0..width * height).map(|i| (i * 7919 % 1000) as f32 / 8.0 - 60.0).collect();
            let fitting = Fitting::new((width, height), (to_width, to_height), ImageFit::Stretch);
            let found = fitting.map_or(numbers.clone(), |fitting| fitting.apply(&numbers, 1));
            let mut crc = flate2::Crc::new();
            for v in found {
                crc.update(&v.to_le_bytes());
            }
            assert_eq!(crc.sum() as usize, wanted, "{line}");
        }
        assert_eq!(table.lines().count(), 41);
    }
}
