//! Words in pictures: widths without a font, and numbers as people read them.

/// Advance widths of the printable ASCII characters from space on, in thousandths of the font size (Helvetica).
#[rustfmt::skip]
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The width of a text in multiples of the font size, with 3 % to spare for other system fonts.
pub(super) fn width_in_em(text: &str) -> f64 {
    let thousandths: u32 = text
        .chars()
        .map(|c| match c {
            ' '..='~' => u32::from(WIDTHS[c as usize - 32]),
            '\u{0300}'..='\u{036F}' => 0,
            '…' => 1000,
            '−' | '×' | '∞' => 600,
            // Wide scripts and pictographs.
            '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{FFEF}' | '\u{1F000}'.. => 1000,
            _ => 580,
        })
        .sum();
    f64::from(thousandths) * 1.03e-3
}

/// The width of a text in CSS pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    width_in_em(text) * size
}

/// One line that XML can hold: control characters become spaces.
pub(super) fn clean(text: &str) -> String {
    let allowed = |c: char| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}' | '\u{2028}' | '\u{2029}');
    text.chars().map(|c| if allowed(c) { c } else { ' ' }).collect::<String>().trim().to_owned()
}

/// The text, shortened with an ellipsis to a width in CSS pixels; empty if not even one character fits.
pub(super) fn fit(text: &str, size: f64, available: f64) -> String {
    let text = clean(text);
    if width(&text, size) <= available {
        return text;
    }
    let mut kept: String = text;
    while kept.pop().is_some() {
        let short = format!("{}…", kept.trim_end());
        if !kept.is_empty() && width(&short, size) <= available {
            return short;
        }
    }
    kept
}

/// A number with three significant digits, without trailing zeros.
pub(super) fn three_digits(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-3..1e6).contains(&size) {
        return minus(&trim_exponent(&format!("{value:.2e}")));
    }
    let decimals = [(100.0, 0), (10.0, 1), (1.0, 2), (0.1, 3), (0.01, 4)]
        .into_iter()
        .find(|(bound, _)| size >= *bound)
        .map_or(5, |(_, decimals)| decimals);
    let text = format!("{value:.decimals$}");
    minus(if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text })
}

/// A count with thin thousands separators, as in 12,345.
pub(super) fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 interval", "12 intervals".
pub(super) fn plural(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", count(n), if n == 1 { "" } else { "s" })
}

/// The typographic minus sign.
pub(super) fn minus(number: &str) -> String {
    number.replace('-', "−")
}

fn trim_exponent(number: &str) -> String {
    match number.split_once('e') {
        Some((digits, exponent)) if digits.contains('.') => {
            format!("{}e{exponent}", digits.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_significant_digits() {
        let texts = [4.2137, 0.0, 100.0, 0.5, -12.345, 1234.5, 0.012_345, 3.0e-9, 2.5e12].map(three_digits);
        assert_eq!(texts, ["4.21", "0", "100", "0.5", "−12.3", "1234", "0.0123", "3e−9", "2.5e12"]);
        assert_eq!(count(1_234_567), "1,234,567");
    }

    #[test]
    fn long_words_are_cut_to_the_width() {
        assert_eq!(fit("residual block", 10.0, 200.0), "residual block");
        let short = fit("residual block", 10.0, 40.0);
        assert!(short.ends_with('…') && width(&short, 10.0) <= 40.0, "{short}");
        assert_eq!(fit("residual", 10.0, 3.0), "");
        assert_eq!(clean("a\n\u{0}b"), "a  b");
    }
}
