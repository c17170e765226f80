//! What the inputs get that samples do not feed: zeros, ones, or an array that came with the samples.

use serde::{Deserialize, Serialize};
use tract_onnx::prelude::*;
use tract_onnx::tract_core::internal::format_err;

use super::inputs::OtherInput;
use crate::data::Values;
use crate::{Error, Result};

/// What an input holds that samples do not feed. As text `0`, `1`, `0.5`, `range`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Fill {
    /// The same everywhere.
    Number(f32),
    /// 0, 1, 2, … along the last axis, as positions are counted.
    Range,
}

impl Fill {
    pub(super) const ZEROS: Self = Self::Number(0.0);
}

impl TryFrom<String> for Fill {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        let number = || text.parse().ok().filter(|number: &f32| number.is_finite());
        let found = if text == "range" { Some(Self::Range) } else { number().map(Self::Number) };
        found.ok_or_else(|| {
            let reason = "an input is filled with a number or a range".into();
            Error::InvalidSetting { setting: "fill", value: text, reason }
        })
    }
}

impl From<Fill> for String {
    fn from(fill: Fill) -> Self {
        match fill {
            Fill::Number(number) => number.to_string(),
            Fill::Range => "range".into(),
        }
    }
}

/// An array that came with the samples, under the name of an input.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ArrayShape {
    /// Of the input.
    pub name: String,
    /// All sizes. The first is that of the samples where there is one row for each.
    pub sizes: Vec<usize>,
}

/// How an input is filled, checked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filling {
    name: String,
    content: Content,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Content {
    Same(Fill),
    /// An array with one row per sample, of so many values.
    Rows(usize),
    /// An array that is the row of every sample, or serves all together.
    Repeated,
}

impl Filling {
    /// Of the array of the input's name, unless the user chose a fill; the input then has the array's sizes.
    ///
    /// # Errors
    /// [`Error::NotRunnable`] with both shapes, if the array does not fit.
    pub(super) fn of(
        other: &OtherInput,
        chosen: Option<Fill>,
        arrays: &[ArrayShape],
        n_samples: usize,
        network: &str,
    ) -> Result<(Self, OtherInput)> {
        let name = other.name.clone();
        let array = arrays.iter().find(|array| array.name == name).filter(|_| chosen.is_none());
        let Some(ArrayShape { sizes, .. }) = array else {
            return Ok((Self { name, content: Content::Same(chosen.unwrap_or(other.usual)) }, other.clone()));
        };
        let fits = |sizes: &[usize], wanted: &[Option<usize>]| {
            sizes.len() == wanted.len() && sizes.iter().zip(wanted).all(|(&n, wanted)| wanted.is_none_or(|w| w == n))
        };
        let (first, wanted) = other.shape.split_first().map_or((None, &[][..]), |(first, rest)| (Some(*first), rest));
        let is_row = first == Some(Some(1)) || first == Some(None) && other.is_batched;
        let found = match sizes.as_slice() {
            [n, row @ ..] if other.is_batched && n_samples > 1 && *n == n_samples && fits(row, wanted) => {
                Some((Content::Rows(row.iter().product()), row))
            }
            [1, row @ ..] | row if is_row && fits(row, wanted) => Some((Content::Repeated, row)),
            whole if !is_row && fits(whole, &other.shape) => Some((Content::Repeated, whole)),
            [1] if other.shape.is_empty() => Some((Content::Repeated, &[][..])),
            _ => None,
        };
        let Some((content, known)) = found else {
            let words = |sizes: &[Option<usize>]| match sizes {
                [] => "a single number".into(),
                sizes => {
                    sizes.iter().map(|n| n.map_or("any".into(), |n| n.to_string())).collect::<Vec<_>>().join(" × ")
                }
            };
            let reason = format!(
                "the array “{name}” ({}) does not fit its input of that name ({}); give it one row per sample, or one array \
                 for all",
                words(&sizes.iter().copied().map(Some).collect::<Vec<_>>()),
                words(&other.shape),
            );
            return Err(Error::NotRunnable { name: network.into(), reason });
        };
        let free = first.filter(|_| known.len() < other.shape.len());
        let shape = free.into_iter().chain(known.iter().copied().map(Some)).collect();
        Ok((Self { name, content }, OtherInput { shape, ..other.clone() }))
    }

    /// Whether the array has one row per sample.
    pub(super) fn is_per_sample(&self) -> bool {
        matches!(self.content, Content::Rows(_))
    }

    /// The input's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The tensor for the samples at `rows` of those that run, of sizes with the whole batch; what is left repeats the
    /// last row. `arrays` hold the rows of those that run, or whole arrays.
    pub(super) fn tensor(
        &self,
        arrays: &[(String, Values)],
        rows: &[usize],
        sizes: &[usize],
        number: DatumType,
    ) -> TractResult<TValue> {
        let n_values: usize = sizes.iter().product();
        let array = || {
            let array = arrays.iter().find(|(name, _)| *name == self.name);
            array.map(|(_, values)| values).ok_or_else(|| format_err!("the array “{}” is missing", self.name))
        };
        let numbers: Vec<f32> = match self.content {
            Content::Same(Fill::Number(number)) => vec![number; n_values],
            Content::Same(Fill::Range) => {
                let length = sizes.last().copied().unwrap_or(1);
                (0..n_values).map(|i| (i % length) as f32).collect()
            }
            Content::Repeated => {
                let array = array()?;
                (0..array.len()).cycle().take(n_values).map(|i| array.at(i)).collect()
            }
            Content::Rows(length) => {
                let array = array()?;
                let last = rows.last().copied().unwrap_or(0);
                let rows = rows.iter().copied().chain(std::iter::repeat(last)).take(sizes[0]);
                rows.flat_map(|row| row * length..(row + 1) * length)
                    .filter(|&i| i < array.len())
                    .map(|i| array.at(i))
                    .collect()
            }
        };
        if number == bool::datum_type() {
            let truths: Vec<bool> = numbers.iter().map(|&v| v != 0.0).collect();
            return Ok(Tensor::from_shape(sizes, &truths)?.into_tvalue());
        }
        Ok(Tensor::from_shape(sizes, &numbers)?.cast_to_dt(number)?.into_owned().into_tvalue())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(shape: &[Option<usize>], is_batched: bool) -> OtherInput {
        OtherInput {
            name: "meta".into(),
            shape: shape.to_vec(),
            usual: Fill::ZEROS,
            feedable: true,
            like: (0..shape.len()).map(|axis| (axis == 0).then_some(usize::from(!is_batched))).collect(),
            is_batched,
            number: f32::datum_type(),
        }
    }

    const VALUES: [f32; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

    /// The input beside the samples at `rows` of three, of nine numbers each, in a batch of so many.
    fn filled(other: &OtherInput, array: &[usize], rows: &[usize], batch: usize) -> Vec<f32> {
        let arrays = [ArrayShape { name: "meta".into(), sizes: array.to_vec() }];
        let (filling, other) = Filling::of(other, None, &arrays, 3, "it").unwrap();
        let held = [("meta".to_string(), Values::F32(VALUES[..array.iter().product()].to_vec()))];
        let tensor = filling.tensor(&held, rows, &other.sizes(&[batch, 9]), other.number).unwrap();
        tensor.try_as_plain_ram().unwrap().as_slice::<f32>().unwrap().to_vec()
    }

    #[test]
    fn arrays_are_rows_of_samples_or_the_same_for_all() {
        let two = other(&[None, Some(2)], true);
        assert_eq!(filled(&two, &[3, 2], &[2, 0], 3), [5.0, 6.0, 1.0, 2.0, 1.0, 2.0]);
        assert_eq!(filled(&two, &[2], &[0, 1], 2), [1.0, 2.0, 1.0, 2.0]);
        assert_eq!(filled(&two, &[1, 2], &[0, 1], 2), [1.0, 2.0, 1.0, 2.0]);
        assert_eq!(filled(&other(&[None, None], true), &[3, 2], &[1], 1), [3.0, 4.0]);
        assert_eq!(filled(&other(&[Some(2), Some(1)], false), &[2, 1], &[0, 1], 5), [1.0, 2.0]);
        assert_eq!(filled(&other(&[None, None], false), &[2, 3], &[0, 1], 5), VALUES);
        assert_eq!(filled(&other(&[], false), &[1], &[0, 1], 2), [1.0]);
        assert_eq!(filled(&other(&[], false), &[], &[0, 1], 2), [1.0]);
    }

    #[test]
    fn an_input_is_filled_with_a_number_or_counts() {
        let filled = |text: &str, other: &OtherInput| {
            let (filling, other) =
                Filling::of(other, Some(text.to_string().try_into().unwrap()), &[], 3, "it").unwrap();
            let tensor = filling.tensor(&[], &[0, 1], &other.sizes(&[2, 3]), other.number).unwrap();
            tensor.cast_to::<f32>().unwrap().try_as_plain_ram().unwrap().as_slice::<f32>().unwrap().to_vec()
        };
        let like_tokens = OtherInput { like: vec![Some(0), Some(1)], ..other(&[None, None], true) };
        assert_eq!(filled("range", &like_tokens), [0.0, 1.0, 2.0, 0.0, 1.0, 2.0]);
        assert_eq!(filled("-0.5", &like_tokens), [-0.5; 6]);
        assert_eq!(filled("2", &OtherInput { number: bool::datum_type(), ..other(&[], false) }), [1.0]);
        for text in ["0", "1", "0.5", "-3", "range"] {
            assert_eq!(String::from(Fill::try_from(text.to_string()).unwrap()), text);
        }
        for text in ["", "nan", "inf", "twos", "Range"] {
            assert_eq!(Fill::try_from(text.to_string()).unwrap_err().kind(), "invalid-setting", "{text}");
        }
    }

    #[test]
    fn arrays_that_do_not_fit_are_named_with_both_shapes() {
        let arrays = |sizes: &[usize]| [ArrayShape { name: "meta".into(), sizes: sizes.to_vec() }];
        let two = other(&[None, Some(2)], true);
        let error = Filling::of(&two, None, &arrays(&[3, 4]), 3, "it").unwrap_err().to_string();
        assert!(error.contains("“meta” (3 × 4)") && error.contains("(any × 2)"), "{error}");
        // Rows of samples need an input with one row for each.
        let one = other(&[Some(1), Some(2)], false);
        assert!(Filling::of(&one, None, &arrays(&[3, 2]), 3, "it").is_err());
        let (chosen, _) = Filling::of(&two, Some(Fill::Range), &arrays(&[3, 4]), 3, "it").unwrap();
        assert!(!chosen.is_per_sample());
    }
}
