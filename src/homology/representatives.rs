//! A loop for an interval of H1.
//!
//! Every cycle whose latest edge is the one that opened the interval is a class that is born there, and no such class
//! can turn into older ones before the death (the elder rule). Of these the shortest that itself bounds at the death is
//! taken: the annotations of Reduced Rips tell whether it does, so a shortest path search over pairs of a point and a
//! sum of births finds it. (Cycles by annotations: Busaryev, Cabello, Chen, Dey, Wang, *Annotating simplices with a
//! homology basis and its applications*, 2012.)

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use super::barcode::Interval;
use super::lunes::Pairing;
use super::params::{Optimisations, RipsParams};
use super::relations::Births;
use super::ticker::Ticker;
use crate::Result;
use crate::geometry::{DistanceMatrix, EdgeKey};
use crate::progress::Observer;

/// Steps after which the search settles for the shortest loop: a fraction of a second.
const MAX_STEPS: usize = 1_000_000;

/// A loop that stands for an interval of H1 over ℤ/2. Which loop does so is a matter of choice; this one is short.
#[derive(Debug, Clone, PartialEq)]
pub struct Loop {
    /// The points along the loop, all different; the first and the last are the ends of its longest edge, with which
    /// the interval begins.
    pub points: Vec<u32>,
    /// The ends of the edge with which the interval ends, smaller index first; none for an essential interval.
    pub death_edge: Option<[u32; 2]>,
    /// Whether the loop itself is filled in at the death. If not, it then becomes a sum of older loops, some of which
    /// may live on.
    pub is_filled: bool,
}

/// Loops of one matrix, found one by one: finding the pairs of edges that open and close them is done once.
pub struct Representatives {
    matrix: DistanceMatrix,
    pairing: Pairing,
}

impl Representatives {
    /// Prepares the loops of the filtration up to the threshold of `params`, in the time and memory of a barcode up to
    /// H1. Dimension and modulus of `params` are not looked at: loops are cycles over ℤ/2.
    ///
    /// # Errors
    /// [`crate::Error::Stopped`] if the observer says so.
    pub fn new(matrix: DistanceMatrix, params: &RipsParams, observer: &mut Observer<'_>) -> Result<Self> {
        let threshold = params.effective_threshold(&matrix);
        let pairing = Pairing::new(&matrix, threshold, Optimisations::default(), &mut Ticker::new(observer))?;
        Ok(Self { matrix, pairing })
    }

    /// The loop of an H1 interval with these ends; of several such intervals that of number `copy`, counted from 0.
    /// `None` if there are not that many, as for an interval that exists over another field only.
    pub fn of(&mut self, interval: &Interval, copy: usize) -> Option<Loop> {
        let Pairing { births, deaths, .. } = &self.pairing;
        let ends_there = |edge: Option<EdgeKey>| edge.map_or(f32::INFINITY, EdgeKey::length) == interval.death;
        let matching = |&k: &usize| births[k].length() == interval.birth && ends_there(deaths[k]);
        let birth = (0..births.len()).filter(matching).nth(copy)?;
        let death = deaths[birth];
        let mut search = Search::new(self, birth);
        let (points, is_filled) = search.run()?;
        Some(Loop { points, death_edge: death.map(|edge| [edge.low(), edge.high()]), is_filled })
    }

    /// Whether the edge between two points is older than another.
    fn is_older(&self, a: usize, b: usize, than: EdgeKey) -> bool {
        a != b && EdgeKey::new(self.matrix.get(a, b), a.max(b), a.min(b)) < than
    }

    /// How far every point is from `start` along edges older than `than`; infinite where no path leads.
    fn distances_from(&self, start: usize, than: EdgeKey) -> Vec<f64> {
        let n_points = self.matrix.n_points();
        let mut distances = vec![f64::INFINITY; n_points];
        distances[start] = 0.0;
        let mut left: Vec<usize> = (0..n_points).collect();
        while let Some((at, &nearest)) =
            left.iter().enumerate().min_by(|x, y| distances[*x.1].total_cmp(&distances[*y.1]))
        {
            left.swap_remove(at);
            let so_far = distances[nearest];
            if so_far == f64::INFINITY {
                break;
            }
            for &next in &left {
                if self.is_older(nearest, next, than) {
                    let length = so_far + f64::from(self.matrix.get(nearest, next));
                    distances[next] = distances[next].min(length);
                }
            }
        }
        distances
    }
}

/// The search for a path that closes the edge of a birth to a loop: A* over points and classes.
struct Search<'a> {
    loops: &'a mut Representatives,
    birth: usize,
    edge: EdgeKey,
    /// Lower bounds on what is left to the goal.
    remaining: Vec<f64>,
    classes: Interned,
    class_of_edge: HashMap<(u32, u32), u32>,
    states: Vec<State>,
    /// The best state so far with a point and a class.
    best: HashMap<(u32, u32), usize>,
    open: BinaryHeap<Open>,
}

/// A path to a point.
#[derive(Clone, Copy)]
struct State {
    point: u32,
    /// Class of the birth edge and the path so far, modulo what is zero at the death.
    class: u32,
    length: f64,
    /// The state one step before.
    before: Option<usize>,
}

/// A state to go on from; greater means more promising.
struct Open {
    /// Least length of a loop through it.
    estimate: f64,
    state: usize,
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        other.estimate.total_cmp(&self.estimate).then(other.state.cmp(&self.state))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Open {}

/// Sums of births by number; number 0 is the empty sum.
struct Interned {
    sums: Vec<Births>,
    numbers: HashMap<Births, u32>,
    added: HashMap<(u32, u32), u32>,
}

impl Interned {
    fn number(&mut self, sum: Births) -> u32 {
        if let Some(&number) = self.numbers.get(&sum) {
            return number;
        }
        let number = self.sums.len() as u32;
        self.sums.push(sum.clone());
        self.numbers.insert(sum, number);
        number
    }

    fn sum(&mut self, a: u32, b: u32) -> u32 {
        if a == 0 || b == 0 {
            return a + b;
        }
        let pair = (a.min(b), a.max(b));
        if let Some(&number) = self.added.get(&pair) {
            return number;
        }
        let mut sum = self.sums[a as usize].clone();
        super::relations::add(&mut sum, &self.sums[b as usize]);
        while sum.last() == Some(&0) {
            sum.pop();
        }
        let number = self.number(sum);
        self.added.insert(pair, number);
        number
    }
}

/// No class is left: the loop is filled in.
const ZERO: u32 = 0;

impl<'a> Search<'a> {
    fn new(loops: &'a mut Representatives, birth: usize) -> Self {
        let edge = loops.pairing.births[birth];
        let remaining = loops.distances_from(edge.low() as usize, edge);
        let classes = Interned { sums: Vec::new(), numbers: HashMap::new(), added: HashMap::new() };
        let mut search = Self {
            loops,
            birth,
            edge,
            remaining,
            classes,
            class_of_edge: HashMap::new(),
            states: Vec::new(),
            best: HashMap::new(),
            open: BinaryHeap::new(),
        };
        search.classes.number(Births::new());
        let class = search.class(edge);
        search.reach(State { point: edge.high(), class, length: 0.0, before: None });
        search
    }

    /// The points of the loop, and whether it is filled in at the death.
    fn run(&mut self) -> Option<(Vec<u32>, bool)> {
        let goal = self.edge.low();
        let mut shortest = None;
        let mut steps = 0;
        while let Some(Open { state, .. }) = self.open.pop() {
            let State { point, class, length, .. } = self.states[state];
            if self.best[&(point, class)] != state {
                continue;
            }
            if point == goal {
                shortest = shortest.or(Some(state));
                let points = self.path(state);
                if class == ZERO && all_different(&points) {
                    return Some((points, self.loops.pairing.deaths[self.birth].is_some()));
                }
                if self.loops.pairing.deaths[self.birth].is_none() {
                    break; // every loop stands for an essential interval
                }
            }
            steps += self.loops.matrix.n_points();
            if steps > MAX_STEPS && shortest.is_some() {
                break;
            }
            for next in 0..self.loops.matrix.n_points() as u32 {
                if self.remaining[next as usize] < f64::INFINITY
                    && self.loops.is_older(point as usize, next as usize, self.edge)
                {
                    let side = self.loops.matrix.get(point as usize, next as usize);
                    let (high, low) = (point.max(next), point.min(next));
                    let of_side = self.class(EdgeKey::new(side, high as usize, low as usize));
                    let class = self.classes.sum(class, of_side);
                    let length = length + f64::from(side);
                    self.reach(State { point: next, class, length, before: Some(state) });
                }
            }
        }
        shortest.map(|state| (self.path(state), false))
    }

    /// Notes a path unless a path as short leads to the same.
    fn reach(&mut self, state: State) {
        let key = (state.point, state.class);
        if self.best.get(&key).is_some_and(|&known| self.states[known].length <= state.length) {
            return;
        }
        let number = self.states.len();
        self.states.push(state);
        self.best.insert(key, number);
        self.open.push(Open { estimate: state.length + self.remaining[state.point as usize], state: number });
    }

    /// The class of an edge modulo the relations that hold at the death.
    fn class(&mut self, edge: EdgeKey) -> u32 {
        if let Some(&class) = self.class_of_edge.get(&(edge.high(), edge.low())) {
            return class;
        }
        let Pairing { classes, relations, deaths, witnesses, .. } = &mut self.loops.pairing;
        let mut sum = Births::new();
        classes.add_edge(witnesses, &mut sum, edge.high(), edge.low());
        if let Some(death) = deaths[self.birth] {
            relations.reduce(&mut sum, |birth| deaths[birth].is_some_and(|edge| edge.length() <= death.length()));
        }
        let class = self.classes.number(sum);
        self.class_of_edge.insert((edge.high(), edge.low()), class);
        class
    }

    /// The points on the way to a state, in order.
    fn path(&self, state: usize) -> Vec<u32> {
        let mut points = Vec::new();
        let mut at = Some(state);
        while let Some(state) = at {
            points.push(self.states[state].point);
            at = self.states[state].before;
        }
        points.reverse();
        points
    }
}

fn all_different(points: &[u32]) -> bool {
    let mut sorted = points.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}
