//! How many steps apart points are in the graph of nearest neighbours.

use std::collections::VecDeque;

use super::neighbours::nearest_neighbours;
use super::{DistanceMatrix, PointCloud};
use crate::Result;

/// The number of edges of a shortest path in the graph that joins each point to its `k` nearest neighbours, both ways;
/// more than `limit` steps and no path at all count as `far`, which should be larger than every scale looked at.
///
/// A distance without a scale: it does not change when the cloud is stretched. After Naitzat, Zhitnikov and Lim,
/// *Topology of deep neural networks* (JMLR 2020), whose code counts the point itself among its k neighbours (k = 14
/// there is k = 13 here), takes `limit` 10 and `far` 1000. O(n²·(d + k)) time.
///
/// # Errors
/// [`crate::Error::TooManyPoints`] above [`super::MAX_POINTS`].
pub fn hop_distances(cloud: &PointCloud, k: usize, limit: u16, far: u16) -> Result<DistanceMatrix> {
    let n = cloud.n_points();
    let neighbours = nearest_neighbours(cloud, k);
    let mut adjacent = vec![Vec::new(); n];
    for i in 0..n {
        for &j in neighbours.of(i) {
            adjacent[i].push(j as usize);
            adjacent[j as usize].push(i);
        }
    }
    let mut lower = Vec::with_capacity(n * n.saturating_sub(1) / 2);
    let mut queue = VecDeque::new();
    for i in 0..n {
        let mut steps = vec![far; i.max(1)];
        let mut seen = vec![false; n];
        seen[i] = true;
        queue.push_back((i, 0_u16));
        while let Some((point, step)) = queue.pop_front() {
            if point < i {
                steps[point] = step;
            }
            if step < limit {
                for &next in adjacent[point].iter().filter(|&&next| !std::mem::replace(&mut seen[next], true)) {
                    queue.push_back((next, step + 1));
                }
            }
        }
        lower.extend(steps[..i].iter().map(|&step| f32::from(step)));
    }
    DistanceMatrix::from_condensed(lower)
}
