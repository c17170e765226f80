//! Persistent homology as in the textbook: every simplex listed, every boundary column reduced.
//!
//! Shares no code with the engines and breaks ties otherwise (by dimension, then lexicographically).

use std::collections::BTreeMap;

use crate::clouds::Bars;

/// The barcode over ℤ/p of a symmetric distance function on few points.
pub(crate) fn barcode(
    n: usize,
    distance: &dyn Fn(usize, usize) -> f32,
    threshold: f32,
    p: i64,
    max_dim: usize,
) -> Bars {
    let mut simplices: Vec<(f32, Vec<usize>)> = Vec::new();
    for subset in 1_u32..1 << n {
        let vertices: Vec<usize> = (0..n).filter(|v| subset >> v & 1 == 1).collect();
        if vertices.len() > max_dim + 2 {
            continue;
        }
        let mut diameter = 0.0_f32;
        for (k, &v) in vertices.iter().enumerate() {
            for &w in &vertices[k + 1..] {
                diameter = diameter.max(distance(v, w));
            }
        }
        if diameter <= threshold {
            simplices.push((diameter, vertices));
        }
    }
    simplices.sort_by(|a, b| {
        a.0.partial_cmp(&b.0).expect("numbers").then(a.1.len().cmp(&b.1.len())).then_with(|| a.1.cmp(&b.1))
    });
    let position: BTreeMap<&[usize], usize> =
        simplices.iter().enumerate().map(|(k, (_, vertices))| (vertices.as_slice(), k)).collect();

    // Columns by pivot; a column maps row to coefficient.
    let mut reduced: BTreeMap<usize, BTreeMap<usize, i64>> = BTreeMap::new();
    let mut dies_at: Vec<Option<usize>> = vec![None; simplices.len()];
    let mut kills = vec![false; simplices.len()];
    for (idx, (_, vertices)) in simplices.iter().enumerate() {
        let mut column = boundary(vertices, &position, p);
        while let Some((&pivot, &coefficient)) = column.last_key_value() {
            let Some(other) = reduced.get(&pivot) else {
                dies_at[pivot] = Some(idx);
                kills[idx] = true;
                reduced.insert(pivot, column);
                break;
            };
            let factor = (p - coefficient) * inverse(other[&pivot], p) % p;
            for (&row, &value) in other {
                let sum = (column.get(&row).copied().unwrap_or(0) + factor * value) % p;
                if sum == 0 {
                    column.remove(&row);
                } else {
                    column.insert(row, sum);
                }
            }
        }
    }
    let mut bars: Bars = vec![Vec::new(); max_dim + 1];
    for (idx, (birth, vertices)) in simplices.iter().enumerate() {
        let dim = vertices.len() - 1;
        if dim > max_dim || kills[idx] {
            continue;
        }
        let death = dies_at[idx].map_or(f32::INFINITY, |killer| simplices[killer].0);
        if *birth < death {
            bars[dim].push((*birth, death));
        }
    }
    for dim in &mut bars {
        dim.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    }
    bars
}

fn boundary(vertices: &[usize], position: &BTreeMap<&[usize], usize>, p: i64) -> BTreeMap<usize, i64> {
    if vertices.len() == 1 {
        return BTreeMap::new();
    }
    (0..vertices.len())
        .map(|left_out| {
            let mut facet = vertices.to_vec();
            facet.remove(left_out);
            (position[facet.as_slice()], if left_out % 2 == 0 { 1 } else { p - 1 })
        })
        .collect()
}

fn inverse(a: i64, p: i64) -> i64 {
    (1..p).find(|b| a * b % p == 1).expect("a prime modulus")
}
