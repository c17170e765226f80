//! What the rows of a report say about the claims of Magai 2023, by stated rules.
//!
//! Claims are those that the figures of the authors' 2022 repository show. [`judge`] turns rows into one [`Verdict`] per
//! claim: its parts (families of networks, mostly) are judged by a few quantities with a bound each, and the parts make the
//! whole. No verdict is written by hand, and no rule looks at names of networks beyond what a claim is about.

mod counter;
mod profiles;
mod sets;
mod table;
mod training;

use serde::Serialize;

use table::Table;
pub use table::{Attack, ReportRow};

/// What the numbers say about a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// All of it.
    Holds,
    /// Some of it.
    Partly,
    /// None of it.
    Fails,
    /// Numbers are missing.
    Undecided,
}

/// A number that a rule looks at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quantity {
    /// In words.
    pub name: String,
    /// `None` if it cannot be computed from the rows.
    pub value: Option<f64>,
    /// The bound in words.
    pub needed: String,
    /// Whether the value is within the bound; `None` without a value.
    pub holds: Option<bool>,
}

/// A part of a claim: one family of networks, one pair of data sets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// As the page shows it.
    pub name: String,
    /// By its quantities: all hold, some do, none does.
    pub verdict: Word,
    /// What was looked at.
    pub quantities: Vec<Quantity>,
}

/// What the rows say about one claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// `C1` … `C9` of the paper, `K1` … `K3` of its critics.
    pub id: &'static str,
    /// What is claimed, in a few words.
    pub claim: &'static str,
    /// All parts hold; some do, or hold partly; none does.
    pub verdict: Word,
    /// How it was decided, in words.
    pub rule: &'static str,
    /// Of the whole.
    pub quantities: Vec<Quantity>,
    /// Its parts; empty where the claim is about all networks together.
    pub of: Vec<Part>,
}

/// Judges every claim, those of the paper first. Claims whose rows are missing are undecided.
pub fn judge(rows: &[ReportRow]) -> Vec<Verdict> {
    let table = Table::new(rows);
    vec![
        profiles::simplification(&table),
        profiles::hunchback(&table),
        training::topology(&table),
        training::dimension(&table),
        profiles::architecture(&table),
        sets::data_sets(&table),
        sets::activations(&table),
        sets::generalisation(&table),
        sets::attack(&table),
        counter::growth_with_training(&table),
        counter::no_fall_unscaled(&table),
        counter::clusters(&table),
    ]
}

/// Bounds of quantities.
#[derive(Debug, Clone, Copy)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
    Below(f64),
    Above(f64),
}

impl Quantity {
    fn new(name: impl Into<String>, value: Option<f64>, bound: Bound) -> Self {
        let value = value.filter(|value| value.is_finite());
        let (needed, holds) = match bound {
            Bound::AtMost(limit) => (format!("at most {limit}"), value.map(|value| value <= limit)),
            Bound::AtLeast(limit) => (format!("at least {limit}"), value.map(|value| value >= limit)),
            Bound::Below(limit) => (format!("below {limit}"), value.map(|value| value < limit)),
            Bound::Above(limit) => (format!("above {limit}"), value.map(|value| value > limit)),
        };
        Self { name: name.into(), value, needed, holds }
    }
}

impl Part {
    fn new(name: impl Into<String>, quantities: Vec<Quantity>) -> Self {
        Self { name: name.into(), verdict: of_quantities(&quantities), quantities }
    }
}

impl Verdict {
    /// A claim about each part.
    fn of_parts(id: &'static str, claim: &'static str, rule: &'static str, of: Vec<Part>) -> Self {
        let decided: Vec<Word> = of.iter().map(|part| part.verdict).filter(|&word| word != Word::Undecided).collect();
        Self { id, claim, verdict: together(&decided), rule, quantities: Vec::new(), of }
    }

    /// A claim about all networks together.
    fn of_all(id: &'static str, claim: &'static str, rule: &'static str, quantities: Vec<Quantity>) -> Self {
        Self { id, claim, verdict: of_quantities(&quantities), rule, quantities, of: Vec::new() }
    }
}

/// Quantities without a value do not count.
fn of_quantities(quantities: &[Quantity]) -> Word {
    let words: Vec<Word> =
        quantities.iter().filter_map(|q| q.holds).map(|holds| if holds { Word::Holds } else { Word::Fails }).collect();
    together(&words)
}

fn together(words: &[Word]) -> Word {
    if words.is_empty() {
        Word::Undecided
    } else if words.iter().all(|&word| word == Word::Holds) {
        Word::Holds
    } else if words.iter().all(|&word| word == Word::Fails) {
        Word::Fails
    } else {
        Word::Partly
    }
}
