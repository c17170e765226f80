//! Asking the observer every few milliseconds, whatever the steps of a computation cost.

use super::barcode::Interval;
use crate::Result;
use crate::progress::{Observer, Stage, report};

/// Units of work between two questions; a unit takes about a nanosecond.
const UNITS_PER_REPORT: usize = 2_000_000;

/// Is told each interval with its dimension as soon as it is certain, in no order.
pub type Finder<'a> = dyn FnMut(usize, Interval) + 'a;

/// Counts work and passes progress on when enough has been done, intervals at once.
pub(super) struct Ticker<'o, 'a> {
    observer: &'o mut Observer<'a>,
    finder: Option<&'o mut Finder<'a>>,
    left: usize,
}

impl<'o, 'a> Ticker<'o, 'a> {
    pub(super) fn new(observer: &'o mut Observer<'a>) -> Self {
        Self { observer, finder: None, left: UNITS_PER_REPORT }
    }

    /// Passes intervals on as well.
    pub(super) fn with_finder(observer: &'o mut Observer<'a>, finder: &'o mut Finder<'a>) -> Self {
        Self { finder: Some(finder), ..Self::new(observer) }
    }

    /// Passes an interval on, unless it has no length.
    pub(super) fn found(&mut self, dim: usize, interval: Interval) {
        if let Some(finder) = self.finder.as_mut().filter(|_| interval.birth < interval.death) {
            finder(dim, interval);
        }
    }

    /// Passes intervals on.
    pub(super) fn all_found(&mut self, dim: usize, intervals: &[Interval]) {
        for &interval in intervals {
            self.found(dim, interval);
        }
    }

    /// Notes that `units` of work were done; asks the observer if it is time. `progress` is (done, total) of dimension `dim`.
    pub(super) fn spend(&mut self, units: usize, dim: usize, progress: (usize, usize)) -> Result<()> {
        match self.left.checked_sub(units) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => self.ask(dim, progress),
        }
    }

    /// Asks the observer now.
    pub(super) fn ask(&mut self, dim: usize, (done, total): (usize, usize)) -> Result<()> {
        self.left = UNITS_PER_REPORT;
        report(self.observer, Stage::Reducing(dim), done, total)
    }
}
