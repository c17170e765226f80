//! The maximum over square windows that do not overlap.

/// Planes of `height` × `width`; rows and columns that fill no window are left out.
pub(super) fn pool(values: &[f32], height: usize, width: usize, side: usize, out: &mut [f32]) {
    let (out_height, out_width) = (height / side, width / side);
    for (plane, out) in values.chunks_exact(height * width).zip(out.chunks_exact_mut(out_height * out_width)) {
        for (rows, out) in plane.chunks_exact(side * width).zip(out.chunks_exact_mut(out_width)) {
            out.fill(f32::NEG_INFINITY);
            for row in rows.chunks_exact(width) {
                for (out, window) in out.iter_mut().zip(row.chunks_exact(side)) {
                    for &value in window {
                        if value > *out {
                            *out = value;
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_gives_its_largest_number() {
        let plane: Vec<f32> = (0..25).map(|i| (i * 7 % 25) as f32).collect();
        let mut out = vec![0.0; 4];
        pool(&plane, 5, 5, 2, &mut out);
        let at = |row: usize, column: usize| plane[row * 5 + column];
        let wanted = [(0, 0), (0, 2), (2, 0), (2, 2)]
            .map(|(r, c)| at(r, c).max(at(r, c + 1)).max(at(r + 1, c)).max(at(r + 1, c + 1)));
        assert_eq!(out, wanted);
    }
}
