//! Rows of points as bits, 64 to a word.

/// The points whose bits are set in a word of a row, in increasing order.
pub(super) fn points(word: usize, bits: u64) -> impl Iterator<Item = usize> {
    let mut left = bits;
    std::iter::from_fn(move || {
        let point = (left != 0).then(|| word * 64 + left.trailing_zeros() as usize)?;
        left &= left - 1;
        Some(point)
    })
}
