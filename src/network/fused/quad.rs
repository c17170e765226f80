//! Four numbers that are computed with together: a register of WebAssembly, an array elsewhere, with equal results.
#![allow(clippy::inline_always, reason = "the innermost loop of all products: a call in it costs more than it does")]

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use std::arch::wasm32::{f32x4, f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat, v128};

/// Numbers in a register.
pub(super) const LANES: usize = 4;

/// Four numbers.
#[derive(Clone, Copy)]
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(super) struct Quad(v128);

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
impl Quad {
    #[inline(always)]
    pub(super) fn of(values: [f32; LANES]) -> Self {
        Self(f32x4(values[0], values[1], values[2], values[3]))
    }

    #[inline(always)]
    pub(super) fn splat(value: f32) -> Self {
        Self(f32x4_splat(value))
    }

    /// `self + a · b`, rounded twice, so that it is the same with and without fused instructions.
    #[inline(always)]
    pub(super) fn plus_product(self, a: Self, b: Self) -> Self {
        Self(f32x4_add(self.0, f32x4_mul(a.0, b.0)))
    }

    #[inline(always)]
    pub(super) fn array(self) -> [f32; LANES] {
        let v = self.0;
        [f32x4_extract_lane::<0>(v), f32x4_extract_lane::<1>(v), f32x4_extract_lane::<2>(v), f32x4_extract_lane::<3>(v)]
    }
}

/// Four numbers.
#[derive(Clone, Copy)]
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub(super) struct Quad([f32; LANES]);

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
impl Quad {
    #[inline(always)]
    pub(super) fn of(values: [f32; LANES]) -> Self {
        Self(values)
    }

    #[inline(always)]
    pub(super) fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    /// `self + a · b`, rounded twice, so that it is the same with and without fused instructions.
    #[inline(always)]
    pub(super) fn plus_product(self, a: Self, b: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] + a.0[i] * b.0[i]))
    }

    #[inline(always)]
    pub(super) fn array(self) -> [f32; LANES] {
        self.0
    }
}
