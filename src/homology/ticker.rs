//! Asking the observer every few milliseconds, whatever the steps of a computation cost.

use crate::Result;
use crate::progress::{Observer, Stage, report};

/// Units of work between two questions; a unit takes about a nanosecond.
const UNITS_PER_REPORT: usize = 2_000_000;

/// Counts work and passes progress on when enough has been done.
pub(super) struct Ticker<'o, 'a> {
    observer: &'o mut Observer<'a>,
    left: usize,
}

impl<'o, 'a> Ticker<'o, 'a> {
    pub(super) fn new(observer: &'o mut Observer<'a>) -> Self {
        Self { observer, left: UNITS_PER_REPORT }
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
