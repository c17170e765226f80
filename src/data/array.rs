//! Numbers with sizes, as `NumPy` and IDX files hold them.

use super::{Samples, Values};
use crate::{Error, Result};

/// How one number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F16,
    BF16,
    F32,
    F64,
}

impl Scalar {
    pub(super) fn size(self) -> usize {
        match self {
            Self::Bool | Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 | Self::F16 | Self::BF16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
        }
    }

    pub(super) fn is_integer(self) -> bool {
        !matches!(self, Self::Bool | Self::F16 | Self::BF16 | Self::F32 | Self::F64)
    }

    /// How many whole numbers a 32-bit float does not hold exactly.
    pub(super) fn n_rounded(self, bytes: &[u8], big_endian: bool) -> usize {
        let wide = |number: fn([u8; 8]) -> bool| bytes.as_chunks::<8>().0.iter().filter(|&&b| number(b)).count();
        let narrow = |number: fn([u8; 4]) -> bool| bytes.as_chunks::<4>().0.iter().filter(|&&b| number(b)).count();
        match (self, big_endian) {
            (Self::I32, false) => narrow(|b| is_rounded(i32::from_le_bytes(b).into())),
            (Self::I32, true) => narrow(|b| is_rounded(i32::from_be_bytes(b).into())),
            (Self::U32, false) => narrow(|b| is_rounded(u32::from_le_bytes(b).into())),
            (Self::U32, true) => narrow(|b| is_rounded(u32::from_be_bytes(b).into())),
            (Self::I64, false) => wide(|b| is_rounded(i64::from_le_bytes(b).into())),
            (Self::I64, true) => wide(|b| is_rounded(i64::from_be_bytes(b).into())),
            (Self::U64, false) => wide(|b| is_rounded(u64::from_le_bytes(b).into())),
            (Self::U64, true) => wide(|b| is_rounded(u64::from_be_bytes(b).into())),
            _ => 0,
        }
    }

    /// Bytes as numbers; a rest that makes no whole number is left out.
    pub(super) fn decode(self, bytes: &[u8], big_endian: bool) -> Values {
        match self {
            Self::U8 => Values::U8(bytes.to_vec()),
            Self::Bool => convert(bytes, false, |[b]: [u8; 1]| f32::from(u8::from(b != 0))),
            Self::I8 => convert(bytes, false, |b| f32::from(i8::from_le_bytes(b))),
            Self::I16 => convert(bytes, big_endian, |b| f32::from(i16::from_le_bytes(b))),
            Self::I32 => convert(bytes, big_endian, |b| i32::from_le_bytes(b) as f32),
            Self::I64 => convert(bytes, big_endian, |b| i64::from_le_bytes(b) as f32),
            Self::U16 => convert(bytes, big_endian, |b| f32::from(u16::from_le_bytes(b))),
            Self::U32 => convert(bytes, big_endian, |b| u32::from_le_bytes(b) as f32),
            Self::U64 => convert(bytes, big_endian, |b| u64::from_le_bytes(b) as f32),
            Self::F16 => convert(bytes, big_endian, |b| half(u16::from_le_bytes(b))),
            Self::BF16 => convert(bytes, big_endian, |b| f32::from_bits(u32::from(u16::from_le_bytes(b)) << 16)),
            Self::F32 => convert(bytes, big_endian, f32::from_le_bytes),
            Self::F64 => convert(bytes, big_endian, |b| f64::from_le_bytes(b) as f32),
        }
    }
}

fn is_rounded(number: i128) -> bool {
    number as f32 as i128 != number
}

fn convert<const N: usize>(bytes: &[u8], big_endian: bool, number: impl Fn([u8; N]) -> f32) -> Values {
    let (chunks, _) = bytes.as_chunks::<N>();
    let value = |mut chunk: [u8; N]| {
        if big_endian {
            chunk.reverse();
        }
        number(chunk)
    };
    Values::F32(chunks.iter().map(|&chunk| value(chunk)).collect())
}

/// IEEE 754 binary16.
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let exponent = i32::from(bits >> 10 & 31);
    let fraction = f32::from(bits & 1023) / 1024.0;
    sign * match exponent {
        0 => fraction * (-14.0_f32).exp2(),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction) * ((exponent - 15) as f32).exp2(),
    }
}

/// What a file or a part of it holds.
pub(super) enum Stored {
    Numbers(Array),
    /// One per sample or class.
    Words(Vec<String>),
}

/// Numbers in row-major order that fill the sizes `dims` exactly.
#[derive(Debug)]
pub(super) struct Array {
    pub(super) values: Values,
    pub(super) dims: Vec<usize>,
}

impl Array {
    /// How many bytes `dims` items need, or `None` if that is beyond all bounds.
    pub(super) fn n_bytes(dims: &[usize], item_size: usize) -> Option<usize> {
        dims.iter().try_fold(item_size, |n, &size| n.checked_mul(size))
    }

    /// The numbers as labels, if they are whole and there is one per sample.
    pub(super) fn integers(&self) -> Option<Vec<i64>> {
        if self.dims.len() != 1 {
            return None;
        }
        match &self.values {
            Values::U8(values) => Some(values.iter().map(|&v| i64::from(v)).collect()),
            Values::F32(values) => integers(values),
        }
    }

    /// One sample per entry of the first size. Bytes stay bytes, pictures of them become
    /// `[h, w]` or `[h, w, 3]`.
    pub(super) fn into_samples(self, name: &str) -> Result<Samples> {
        if self.dims.contains(&0) {
            return Err(Error::Empty { what: name.into() });
        }
        let mut shape = match self.dims.as_slice() {
            [] | [_] => vec![1],
            [_, shape @ ..] => shape.to_vec(),
        };
        let values = match (self.values, shape.as_slice()) {
            (pixels @ Values::U8(_), &[h, w, 1]) => {
                shape = vec![h, w];
                pixels
            }
            (pixels @ Values::U8(_), &[1, h, w]) if w != 3 => {
                shape = vec![h, w];
                pixels
            }
            // Planes, as torch has them, to pixels.
            (Values::U8(planes), &[3, h, w]) if w != 3 => {
                let n_pixels = h * w;
                let pixels = planes
                    .chunks_exact(3 * n_pixels)
                    .flat_map(|sample| (0..n_pixels).flat_map(move |p| [0, 1, 2].map(|c| sample[c * n_pixels + p])))
                    .collect();
                shape = vec![h, w, 3];
                Values::U8(pixels)
            }
            (values, _) => values,
        };
        Samples::new(values, shape, None, name)
    }
}

/// Whole numbers that 32-bit floats hold exactly, or `None`.
pub(super) fn integers(values: &[f32]) -> Option<Vec<i64>> {
    let whole = values.iter().all(|v| v.fract() == 0.0 && v.abs() < 16_777_216.0);
    whole.then(|| values.iter().map(|&v| v as i64).collect())
}
