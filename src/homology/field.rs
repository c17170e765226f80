//! Arithmetic in ℤ/p for primes p below 65,536.

/// The field of p elements, represented by 0 … p − 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    modulus: u32,
}

impl Field {
    /// The field of `modulus` elements, a prime below 65,536.
    pub(super) fn new(modulus: u32) -> Self {
        Self { modulus }
    }

    pub(super) fn is_two(self) -> bool {
        self.modulus == 2
    }

    pub(super) fn sum(self, a: u32, b: u32) -> u32 {
        (a + b) % self.modulus
    }

    pub(super) fn product(self, a: u32, b: u32) -> u32 {
        if self.modulus == 2 { a & b } else { (u64::from(a) * u64::from(b) % u64::from(self.modulus)) as u32 }
    }

    pub(super) fn negative(self, a: u32) -> u32 {
        if a == 0 { 0 } else { self.modulus - a }
    }

    /// `a`, negated if `odd`.
    pub(super) fn signed(self, a: u32, odd: bool) -> u32 {
        if odd { self.negative(a) } else { a }
    }

    /// The inverse of `a` ≠ 0, by Fermat's little theorem.
    pub(super) fn inverse(self, a: u32) -> u32 {
        let (mut base, mut exponent, mut result) = (a, self.modulus - 2, 1);
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = self.product(result, base);
            }
            base = self.product(base, base);
            exponent >>= 1;
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nonzero_element_has_its_inverse() {
        for p in [2, 3, 5, 251, 65_521] {
            let field = Field::new(p);
            for a in (1..p).step_by(p as usize / 250 + 1) {
                assert_eq!(field.product(a, field.inverse(a)), 1, "{a} modulo {p}");
                assert_eq!(field.sum(a, field.negative(a)), 0);
            }
        }
    }
}
