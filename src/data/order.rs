//! The order of names that people mean: `layer2` comes before `layer10`.

use std::cmp::Ordering;

/// Runs of digits compare as numbers, everything else by its letters in lower case; names that are equal so far compare
/// letter by letter, so that different names are never equal.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let ((digits_a, rest_a), (digits_b, rest_b)) = (number(left), number(right));
        if !digits_a.is_empty() && !digits_b.is_empty() {
            let (short_a, short_b) = (digits_a.trim_start_matches('0'), digits_b.trim_start_matches('0'));
            match short_a.len().cmp(&short_b.len()).then_with(|| short_a.cmp(short_b)) {
                Ordering::Equal => (left, right) = (rest_a, rest_b),
                unequal => return unequal,
            }
            continue;
        }
        let (mut letters_a, mut letters_b) = (left.chars(), right.chars());
        match (letters_a.next(), letters_b.next()) {
            (None, None) => return a.cmp(b),
            (a, b) => match a.map(lower).cmp(&b.map(lower)) {
                Ordering::Equal => (left, right) = (letters_a.as_str(), letters_b.as_str()),
                unequal => return unequal,
            },
        }
    }
}

/// The digits that a text begins with, and the rest.
fn number(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let mut names = ["layer10", "layer2", "Layer1", "layer01", "layer", "a/9.png", "a/10.png", "", "10", "9x", "ä"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(
            names,
            ["", "9x", "10", "a/9.png", "a/10.png", "layer", "Layer1", "layer01", "layer2", "layer10", "ä"]
        );
    }

    #[test]
    fn it_is_an_order() {
        let names = ["a1", "a01", "A1", "a", "1", "01", "a1b", "a1b2", "a1b10", "É", "é"];
        for (i, a) in names.iter().enumerate() {
            for (j, b) in names.iter().enumerate() {
                assert_eq!(natural_order(a, b), natural_order(b, a).reverse(), "{a} {b}");
                assert_eq!(natural_order(a, b) == Ordering::Equal, i == j, "{a} {b}");
            }
        }
    }
}
