//! Classes of samples.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Error, Result};

/// Integer labels from 0 up to here keep their value as index, so that they compare with a network's predictions.
const MAX_DENSE: i64 = 4095;

/// Class names and the class of each sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    classes: Vec<String>,
    of_sample: Vec<u16>,
}

impl Labels {
    /// Labels from class names and one class index per sample.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] if an index has no name.
    pub fn new(classes: Vec<String>, of_sample: Vec<u16>) -> Result<Self> {
        if let Some(sample) = of_sample.iter().position(|&class| usize::from(class) >= classes.len()) {
            return Err(Error::InvalidSetting {
                setting: "labels",
                value: format!("class {} of sample {sample}", of_sample[sample]),
                reason: format!("there are {} class names; give one for each class, counted from 0", classes.len()),
            });
        }
        Ok(Self { classes, of_sample })
    }

    /// Names in index order.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Class index of each sample.
    pub fn of_sample(&self) -> &[u16] {
        &self.of_sample
    }

    /// [`Error::LengthMismatch`] unless there is one label for each of the `n_samples` samples of `what`.
    pub(super) fn check_count(&self, n_samples: usize, what: &str, labels_name: &str) -> Result<()> {
        if self.of_sample.len() == n_samples {
            return Ok(());
        }
        Err(Error::LengthMismatch {
            first: what.into(),
            n_first: n_samples,
            second: labels_name.into(),
            n_second: self.of_sample.len(),
        })
    }

    pub(super) fn select(&self, indices: &[usize]) -> Self {
        let of_sample = indices.iter().map(|&i| self.of_sample[i]).collect();
        Self { classes: self.classes.clone(), of_sample }
    }

    /// Classes named by words, in alphabetical order.
    pub(super) fn from_words(words: &[String], name: &str) -> Result<Self> {
        let classes: Vec<String> = words.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        check_classes(classes.len(), name)?;
        let index: BTreeMap<&String, u16> = classes.iter().zip(0..).collect();
        let of_sample = words.iter().map(|word| index[word]).collect();
        Ok(Self { classes, of_sample })
    }

    /// Classes named by numbers: 0 … largest where that is sensible, else the values that occur.
    pub(super) fn from_numbers(numbers: &[i64], name: &str) -> Result<Self> {
        if numbers.iter().all(|n| (0..=MAX_DENSE).contains(n)) {
            let n_classes = numbers.iter().max().map_or(0, |max| max + 1);
            let of_sample = numbers.iter().map(|&n| n as u16).collect();
            return Ok(Self { classes: (0..n_classes).map(|class| class.to_string()).collect(), of_sample });
        }
        let values: BTreeSet<i64> = numbers.iter().copied().collect();
        check_classes(values.len(), name)?;
        let index: BTreeMap<i64, u16> = values.iter().copied().zip(0..).collect();
        let of_sample = numbers.iter().map(|n| index[n]).collect();
        Ok(Self { classes: values.iter().map(i64::to_string).collect(), of_sample })
    }

    /// Classes as lines or cells of a text: words, or numbers if all are.
    pub(super) fn from_lines(lines: &[String], name: &str) -> Result<Self> {
        let numbers: Option<Vec<i64>> = lines.iter().map(|line| line.parse().ok()).collect();
        match numbers {
            Some(numbers) => Self::from_numbers(&numbers, name),
            None => Self::from_words(lines, name),
        }
    }

    /// The same classes under the names of a list, which may be longer than needed.
    pub(super) fn named(self, names: Vec<String>, names_file: &str, labels_file: &str) -> Result<Self> {
        if names.len() < self.classes.len() {
            return Err(Error::LengthMismatch {
                first: format!("the list of class names {names_file}"),
                n_first: names.len(),
                second: format!("the range of labels in {labels_file}"),
                n_second: self.classes.len(),
            });
        }
        Self::new(names, self.of_sample)
    }
}

fn check_classes(n_classes: usize, name: &str) -> Result<()> {
    if n_classes > usize::from(u16::MAX) {
        return Err(Error::Unsupported {
            name: name.into(),
            reason: format!("its labels have {n_classes} different values; at most 65535 classes are possible"),
        });
    }
    Ok(())
}
