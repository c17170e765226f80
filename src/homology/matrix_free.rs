//! H0 of points without their distance matrix.
//!
//! An edge outside a spanning tree can belong to the *minimum* spanning tree only if it is shorter than the longest edge
//! of the tree's path between its ends. So two passes over all pairs suffice, both in blocks and with bounds in 32 bits:
//! the first finds the nearest neighbours of each point, whose graph has a good spanning tree; the second collects the
//! few pairs that might improve it, and only these get exact distances. The longest edge of the path between any two
//! points is at hand because the points are put in the order of the tree's dendrogram: there it is the largest of the
//! gaps between neighbours on the way (Gower, Ross, *Minimum spanning trees and single linkage cluster analysis*,
//! J. R. Stat. Soc. C 18, 1969).
//!
//! Exact distances and their order are those of the matrix, and so is the tree, bit for bit.

use super::barcode::Interval;
use super::spanning_tree;
use super::ticker::Ticker;
use super::union_find::UnionFind;
use crate::geometry::{EdgeKey, MAX_POINTS, Metric, PANEL, Pairs, PointCloud, Tile, too_many};
use crate::{Error, Result, parallel};

/// Neighbours of each point in the first graph.
const NEAREST: usize = 5;
/// Panels per block: 64 points, whose coordinates stay in the cache while they meet those of another block.
const BLOCK: usize = 8;
/// Parts of the first graph that are joined by looking for the point nearest to one of theirs; further ones at random.
const JOINED_BY_SEARCH: usize = 256;
/// Candidates that are kept before they are reduced to a tree.
const MOST_CANDIDATES: usize = 1 << 20;

/// The H0 intervals of the points up to a threshold.
pub(super) fn intervals(
    cloud: &PointCloud,
    metric: Metric,
    threshold: f32,
    ticker: &mut Ticker<'_, '_>,
) -> Result<Vec<Interval>> {
    let n_points = cloud.n_points();
    if n_points > MAX_POINTS {
        return Err(too_many(n_points, MAX_POINTS));
    }
    let exact = |a: u32, b: u32| {
        let (high, low) = (a.max(b) as usize, a.min(b) as usize);
        EdgeKey::new(metric.distance(cloud.point(high), cloud.point(low)), high, low)
    };
    let edges = nearest_neighbours(cloud, metric, &exact, ticker)?;
    let tree = joined(spanning_forest(edges, n_points), n_points, &exact);
    let tree = improved(tree, cloud, metric, &exact, ticker)?;
    // Lengths grow, so the last tells whether one is too large for 32 bits.
    if let Some(edge) = tree.last().filter(|edge| edge.length() == f32::INFINITY) {
        let (i, j) = (edge.high() as usize, edge.low() as usize);
        return Err(Error::InvalidDistance { i, j, value: "inf".into() });
    }
    let short = tree.partition_point(|edge| edge.length() <= threshold);
    let finite = tree[..short].iter().map(|&edge| spanning_tree::merged_by(edge));
    Ok(finite.chain(spanning_tree::essential(n_points - short)).collect())
}

/// The edges of a minimum spanning forest, in filtration order.
fn spanning_forest(mut edges: Vec<EdgeKey>, n_points: usize) -> Vec<EdgeKey> {
    edges.sort_unstable();
    let mut components = UnionFind::new(n_points);
    edges.retain(|edge| components.union(edge.high(), edge.low()));
    edges
}

/// Runs over all pairs of blocks, those of one block with itself and later ones per task; each thread has a state.
fn over_blocks<S: Send>(
    n_panels: usize,
    mut states: Vec<S>,
    progress: (usize, usize),
    ticker: &mut Ticker<'_, '_>,
    visit: impl Fn(&mut S, usize) + Send + Sync,
    mut between: impl FnMut(&mut [S]),
) -> Result<Vec<S>> {
    let n_blocks = n_panels.div_ceil(BLOCK);
    let blocks: Vec<usize> = (0..n_blocks).collect();
    for now in blocks.chunks(states.len()) {
        ticker.ask(0, (progress.0 * n_blocks + now[0], progress.1 * n_blocks))?;
        let idle = states.split_off(now.len());
        let tasks: Vec<(S, usize)> = states.into_iter().zip(now.iter().copied()).collect();
        states = parallel::map(tasks, |(mut state, block)| {
            visit(&mut state, block);
            state
        });
        states.extend(idle);
        between(&mut states);
    }
    Ok(states)
}

/// The panels of a block.
fn panels_of(block: usize, n_panels: usize) -> std::ops::Range<usize> {
    block * BLOCK..((block + 1) * BLOCK).min(n_panels)
}

/// The edges from each point to a few that are nearest, or nearly so.
fn nearest_neighbours(
    cloud: &PointCloud,
    metric: Metric,
    exact: &(impl Fn(u32, u32) -> EdgeKey + Sync),
    ticker: &mut Ticker<'_, '_>,
) -> Result<Vec<EdgeKey>> {
    let n_points = cloud.n_points();
    let order: Vec<u32> = (0..n_points as u32).collect();
    let pairs = Pairs::new(cloud, metric, &order)?;
    let n_panels = pairs.n_panels();
    let states = (0..parallel::n_threads()).map(|_| Nearest::new(n_panels * PANEL)).collect();
    let visit = |nearest: &mut Nearest, block: usize| {
        for later in block..n_panels.div_ceil(BLOCK) {
            for other in panels_of(later, n_panels) {
                for panel in panels_of(block, n_panels).take_while(|&panel| panel <= other) {
                    nearest.take_in(panel, other, &pairs.tile(panel, other));
                }
            }
        }
    };
    let states = over_blocks(n_panels, states, (0, 2), ticker, visit, |_| {})?;
    let mut edges = Vec::with_capacity(n_points * NEAREST);
    for point in 0..n_points {
        let mut all: Vec<(f32, u32)> =
            states.iter().flat_map(|state| state.lists[point]).filter(|&(bound, _)| bound < f32::INFINITY).collect();
        all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        edges.extend(all.iter().take(NEAREST).map(|&(_, other)| exact(point as u32, other)));
    }
    Ok(edges)
}

/// For each point those with the smallest bounds so far.
struct Nearest {
    lists: Vec<[(f32, u32); NEAREST]>,
    /// The largest bound in each list.
    limits: Vec<f32>,
}

impl Nearest {
    fn new(n_slots: usize) -> Self {
        Self { lists: vec![[(f32::INFINITY, 0); NEAREST]; n_slots], limits: vec![f32::INFINITY; n_slots] }
    }

    #[inline]
    fn take_in(&mut self, panel: usize, other: usize, tile: &Tile) {
        let (first, second) = (panel * PANEL, other * PANEL);
        let limits = &self.limits[second..second + PANEL];
        let mut any = false;
        for (bounds, &own) in tile.iter().zip(&self.limits[first..first + PANEL]) {
            for (&bound, &limit) in bounds.iter().zip(limits) {
                any |= bound < own || bound < limit;
            }
        }
        if !any {
            return;
        }
        for (row, bounds) in tile.iter().enumerate() {
            for (column, &bound) in bounds.iter().enumerate() {
                let (a, b) = (first + row, second + column);
                if a < b {
                    self.offer(a, b as u32, bound);
                    self.offer(b, a as u32, bound);
                }
            }
        }
    }

    fn offer(&mut self, point: usize, other: u32, bound: f32) {
        if bound >= self.limits[point] {
            return;
        }
        let list = &mut self.lists[point];
        let mut at = NEAREST - 1;
        while at > 0 && list[at - 1].0 > bound {
            list[at] = list[at - 1];
            at -= 1;
        }
        list[at] = (bound, other);
        self.limits[point] = list[NEAREST - 1].0;
    }
}

/// A spanning tree from a forest.
fn joined(mut forest: Vec<EdgeKey>, n_points: usize, exact: &(impl Fn(u32, u32) -> EdgeKey + Sync)) -> Vec<EdgeKey> {
    let mut components = UnionFind::new(n_points);
    for edge in &forest {
        components.union(edge.high(), edge.low());
    }
    let mut searches = 0;
    for point in 1..n_points as u32 {
        if components.root(point) == components.root(0) {
            continue;
        }
        let other = if searches < JOINED_BY_SEARCH {
            searches += 1;
            let own = components.root(point);
            let others: Vec<u32> = (0..n_points as u32).filter(|&other| components.root(other) != own).collect();
            let shares = others.chunks(others.len().div_ceil(parallel::n_threads())).collect();
            let nearest = parallel::map(shares, |share: &[u32]| share.iter().map(|&other| exact(point, other)).min());
            nearest.into_iter().flatten().min()
        } else {
            Some(exact(point, 0))
        };
        if let Some(edge) = other {
            components.union(edge.high(), edge.low());
            forest.push(edge);
        }
        // The part found may not be that of point 0.
        if components.union(point, 0) {
            forest.push(exact(point, 0));
        }
    }
    forest.sort_unstable();
    forest
}

/// The minimum spanning tree, from any other.
fn improved(
    tree: Vec<EdgeKey>,
    cloud: &PointCloud,
    metric: Metric,
    exact: &(impl Fn(u32, u32) -> EdgeKey + Sync),
    ticker: &mut Ticker<'_, '_>,
) -> Result<Vec<EdgeKey>> {
    let n_points = cloud.n_points();
    let Dendrogram { order, gaps } = Dendrogram::of(&tree, n_points);
    let pairs = Pairs::new(cloud, metric, &order)?;
    let n_panels = pairs.n_panels();
    // Sums of pairs up to here may improve the path between a point and the next, by position.
    let limit = |length: f32| if length > 0.0 { pairs.limit(length) } else { 0.0 };
    let mut gaps: Vec<f32> = gaps.into_iter().map(limit).collect();
    gaps.resize(n_panels * PANEL, 0.0);
    let within: Vec<Tile> = (0..n_panels).map(|panel| paths_within(&gaps[panel * PANEL..][..PANEL])).collect();
    let states = vec![Vec::new(); parallel::n_threads()];
    let visit = |found: &mut Vec<EdgeKey>, block: usize| {
        let own = panels_of(block, n_panels);
        let mut paths: Vec<Path> = own.clone().map(|panel| Path::from(panel, &gaps)).collect();
        for other in own.start..n_panels {
            for (panel, path) in own.clone().zip(&mut paths).take_while(|&(panel, _)| panel <= other) {
                let tile = pairs.tile(panel, other);
                let limits = if panel == other { within[panel] } else { path.advance(&gaps[other * PANEL..][..PANEL]) };
                let mut any = false;
                for (bounds, limits) in tile.iter().zip(&limits) {
                    for (&bound, &limit) in bounds.iter().zip(limits) {
                        any |= bound <= limit;
                    }
                }
                if !any {
                    continue;
                }
                for row in 0..PANEL {
                    for column in 0..PANEL {
                        if tile[row][column] <= limits[row][column] {
                            let edge = exact(order[panel * PANEL + row], order[other * PANEL + column]);
                            found.push(edge);
                        }
                    }
                }
            }
        }
    };
    let mut best = tree;
    let mut reduce = |states: &mut [Vec<EdgeKey>]| {
        if states.iter().map(Vec::len).sum::<usize>() > MOST_CANDIDATES {
            best.extend(states.iter_mut().flat_map(std::mem::take));
            best = spanning_forest(std::mem::take(&mut best), n_points);
        }
    };
    let mut states = over_blocks(n_panels, states, (1, 2), ticker, visit, &mut reduce)?;
    best.extend(states.iter_mut().flat_map(std::mem::take));
    Ok(spanning_forest(best, n_points))
}

/// The points in an order in which every part of the tree up to some length is an interval.
struct Dendrogram {
    order: Vec<u32>,
    /// Between each point of the order and the next; the longest edge of the tree's path between any two is the largest
    /// gap between them.
    gaps: Vec<f32>,
}

impl Dendrogram {
    /// From a spanning tree in filtration order.
    fn of(tree: &[EdgeKey], n_points: usize) -> Self {
        let mut components = UnionFind::new(n_points);
        // Per root the ends of its list; per point the next one and how far it is.
        let mut ends: Vec<(u32, u32)> = (0..n_points as u32).map(|point| (point, point)).collect();
        let mut next: Vec<(u32, f32)> = vec![(u32::MAX, 0.0); n_points];
        for &edge in tree {
            let (a, b) = (components.root(edge.high()), components.root(edge.low()));
            let ((first, last), (start, end)) = (ends[a as usize], ends[b as usize]);
            components.union(a, b);
            next[last as usize] = (start, edge.length());
            ends[components.root(a) as usize] = (first, end);
        }
        let mut at = ends[components.root(0) as usize].0;
        let (mut order, mut gaps) = (Vec::with_capacity(n_points), Vec::with_capacity(n_points));
        while at != u32::MAX {
            order.push(at);
            let (to, gap) = next[at as usize];
            gaps.push(gap);
            at = to;
        }
        Self { order, gaps }
    }
}

/// The largest gaps between the points of one panel; below any bound where the column is not later than the row.
fn paths_within(gaps: &[f32]) -> Tile {
    let mut tile = [[f32::NEG_INFINITY; PANEL]; PANEL];
    for (row, paths) in tile.iter_mut().enumerate() {
        let mut longest = 0.0_f32;
        for (path, &gap) in paths[row + 1..].iter_mut().zip(&gaps[row..]) {
            longest = longest.max(gap);
            *path = if longest > 0.0 { longest } else { f32::NEG_INFINITY };
        }
    }
    tile
}

/// The largest gaps from the points of a panel up to the beginning of a later one.
struct Path {
    so_far: [f32; PANEL],
}

impl Path {
    /// Up to the panel after this one.
    fn from(panel: usize, gaps: &[f32]) -> Self {
        let mut so_far = [0.0; PANEL];
        let mut path = 0.0_f32;
        for row in (0..PANEL).rev() {
            path = path.max(gaps[panel * PANEL + row]);
            so_far[row] = path;
        }
        Self { so_far }
    }

    /// To the points of the next panel, which has these gaps; goes on to its end. Paths of length zero, between
    /// duplicates, cannot be improved.
    #[inline]
    fn advance(&mut self, gaps: &[f32]) -> Tile {
        let mut through = [0.0_f32; PANEL];
        for column in 1..PANEL {
            through[column] =
                if gaps[column - 1] > through[column - 1] { gaps[column - 1] } else { through[column - 1] };
        }
        let whole = if gaps[PANEL - 1] > through[PANEL - 1] { gaps[PANEL - 1] } else { through[PANEL - 1] };
        let mut tile = [[0.0; PANEL]; PANEL];
        for (paths, so_far) in tile.iter_mut().zip(&mut self.so_far) {
            for (path, &through) in paths.iter_mut().zip(&through) {
                let longest = if through > *so_far { through } else { *so_far };
                *path = if longest > 0.0 { longest } else { f32::NEG_INFINITY };
            }
            *so_far = if whole > *so_far { whole } else { *so_far };
        }
        tile
    }
}
