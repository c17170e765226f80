//! Four numbers that are computed with together: a register of WebAssembly, an array elsewhere, with equal results.
#![allow(clippy::inline_always, reason = "the innermost loop of all products: a call in it costs more than it does")]

use std::ops::{Add, Mul, Sub};

/// Numbers in a register.
pub(super) const LANES: usize = 4;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod register {
    use std::arch::wasm32::{f32x4, f32x4_extract_lane};
    pub(super) use std::arch::wasm32::{
        f32x4_add as add, f32x4_mul as mul, f32x4_splat as splat, f32x4_sub as sub, v128 as Register,
    };

    #[inline(always)]
    pub(super) fn of([a, b, c, d]: [f32; super::LANES]) -> Register {
        f32x4(a, b, c, d)
    }

    #[inline(always)]
    pub(super) fn array(v: Register) -> [f32; super::LANES] {
        [f32x4_extract_lane::<0>(v), f32x4_extract_lane::<1>(v), f32x4_extract_lane::<2>(v), f32x4_extract_lane::<3>(v)]
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod register {
    use std::array::from_fn;

    pub(super) type Register = [f32; super::LANES];

    #[inline(always)]
    pub(super) fn of(values: Register) -> Register {
        values
    }

    #[inline(always)]
    pub(super) fn splat(value: f32) -> Register {
        [value; super::LANES]
    }

    #[inline(always)]
    pub(super) fn add(a: Register, b: Register) -> Register {
        from_fn(|i| a[i] + b[i])
    }

    #[inline(always)]
    pub(super) fn sub(a: Register, b: Register) -> Register {
        from_fn(|i| a[i] - b[i])
    }

    #[inline(always)]
    pub(super) fn mul(a: Register, b: Register) -> Register {
        from_fn(|i| a[i] * b[i])
    }

    #[inline(always)]
    pub(super) fn array(v: Register) -> Register {
        v
    }
}

/// Four numbers. `a + b * c` is rounded twice, so that it is the same with and without fused instructions.
#[derive(Clone, Copy)]
pub(super) struct Quad(register::Register);

impl Quad {
    #[inline(always)]
    pub(super) fn of(values: [f32; LANES]) -> Self {
        Self(register::of(values))
    }

    #[inline(always)]
    pub(super) fn splat(value: f32) -> Self {
        Self(register::splat(value))
    }

    #[inline(always)]
    pub(super) fn array(self) -> [f32; LANES] {
        register::array(self.0)
    }
}

impl Add for Quad {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(register::add(self.0, other.0))
    }
}

impl Sub for Quad {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(register::sub(self.0, other.0))
    }
}

impl Mul for Quad {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(register::mul(self.0, other.0))
    }
}

/// Computes `f` of the numbers at each place of the inputs, all of one length, in groups of [`LANES`]; a rest is left.
#[inline(always)]
pub(super) fn map<const I: usize, const O: usize>(
    inputs: [&[f32]; I],
    outputs: [&mut [f32]; O],
    f: impl Fn([Quad; I]) -> [Quad; O],
) {
    let n = inputs[0].len() / LANES;
    let inputs = inputs.map(|values| &values.as_chunks().0[..n]);
    let outputs = outputs.map(|values| &mut values.as_chunks_mut().0[..n]);
    for i in 0..n {
        let found = f(inputs.map(|groups| Quad::of(groups[i])));
        for o in 0..O {
            outputs[o][i] = found[o].array();
        }
    }
}
