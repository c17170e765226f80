//! Legends: marks with names, flowing like words.

use super::sheet::{SMALL, Sheet, Words};
use super::text::{fit, width};
use crate::Result;
use plotters::style::text_anchor::{HPos, VPos};

/// Height of a line of a legend.
const LINE: f64 = 18.0;
/// More lines would leave no room for the figure.
const MOST_LINES: usize = 4;

/// Where the names of a legend stand.
pub(super) struct Legend {
    entries: Vec<Entry>,
    lines: usize,
}

struct Entry {
    index: usize,
    name: String,
    x: f64,
    line: usize,
}

impl Legend {
    /// Lays names out in lines of a width; names that need more than four lines are left out.
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>, available: f64) -> Self {
        let (mut x, mut line) = (0.0, 0);
        let mut entries = Vec::new();
        for (index, name) in names.enumerate() {
            let name = fit(name, SMALL, available - 14.0);
            let advance = 14.0 + width(&name, SMALL) + 14.0;
            if x > 0.0 && x + advance - 14.0 > available {
                (x, line) = (0.0, line + 1);
            }
            if line >= MOST_LINES {
                break;
            }
            entries.push(Entry { index, name, x, line });
            x += advance;
        }
        Self { lines: entries.last().map_or(0, |entry: &Entry| entry.line + 1), entries }
    }

    pub(super) fn height(&self) -> f64 {
        LINE * self.lines as f64
    }

    /// Draws the names; `mark` draws the mark of an entry in the middle of what it is given.
    pub(super) fn draw(
        &self,
        sheet: &Sheet,
        (left, top): (f64, f64),
        mark: impl Fn(usize, (f64, f64)) -> Result<()>,
    ) -> Result<()> {
        for Entry { index, name, x, line } in &self.entries {
            let (x, y) = (left + x, top + LINE * (*line as f64 + 0.5));
            mark(*index, (x + 4.0, y))?;
            let style = Words::new(SMALL, sheet.palette.ink, (HPos::Left, VPos::Center));
            sheet.words(name, (x + 14.0, y), style)?;
        }
        Ok(())
    }
}
