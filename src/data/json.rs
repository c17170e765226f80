//! Texts as JSON: an object or a string on every line, or an array of such.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Texts, csv};
use crate::{Error, Result};

/// Endings of JSON and of JSON lines.
pub(super) const ENDINGS: [&str; 3] = ["json", "jsonl", "ndjson"];
/// Fields that hold a text, the surest first.
const TEXT_FIELDS: [&str; 9] =
    ["text", "sentence", "content", "review", "gloss", "document", "tweet", "description", "title"];
const ADVICE: &str = r#"write {"text": "…", "label": "…"} on every line, or one array of such or of strings; numbers belong into .csv or .npy"#;

/// Whether it begins as an object, or as an array of objects or strings.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut held = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    matches!((held.next(), held.next()), (Some(b'{'), Some(b'"')) | (Some(b'['), Some(b'"' | b'{')))
}

/// Texts, with labels where the objects have them.
pub(super) fn read(name: &str, text: &str, notes: &mut Vec<String>) -> Result<Texts> {
    let is_array = text.trim_start().starts_with('[');
    let entries: Vec<(usize, Value)> = if is_array {
        let Value::Array(entries) = parsed(name, 1, text)? else { return Err(Error::Empty { what: name.into() }) };
        (1..).zip(entries).collect()
    } else {
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        lines.map(|(line, text)| Ok((line, parsed(name, line, text)?))).collect::<Result<_>>()?
    };
    let refused = |at, reason: String| refused(name, if is_array { "entry" } else { "line" }, at, reason);
    let mut objects = entries.iter().filter_map(|(_, entry)| entry.as_object());
    let text_field = objects.clone().next().and_then(|object| field(object, &TEXT_FIELDS, Value::is_string));
    let label_field = objects.find_map(|object| field(object, &csv::LABEL_HEADERS, is_class));
    let mut texts = Vec::with_capacity(entries.len());
    let mut classes = Vec::new();
    for (at, entry) in &entries {
        let wanted = text_field.unwrap_or("text");
        match entry.as_str().or_else(|| entry.get(wanted)?.as_str()) {
            None => return Err(refused(*at, format!("there is no string under {wanted:?}; {ADVICE}"))),
            Some(text) if text.trim().is_empty() => {
                return Err(refused(*at, "its text is blank; fill it in or remove it".into()));
            }
            Some(text) => texts.push(text.to_string()),
        }
        if let Some(wanted) = label_field {
            let class = entry.get(wanted);
            let number = class.and_then(Value::as_f64).map(|number| number.to_string());
            let boolean = class.and_then(Value::as_bool).map(|boolean| boolean.to_string());
            let Some(class) = class.and_then(Value::as_str).map(|word| word.trim().into()).or(number).or(boolean)
            else {
                let reason = format!("there is no number and no word under {wanted:?}; give all texts one, or none");
                return Err(refused(*at, reason));
            };
            classes.push(Cow::Owned(class));
        }
    }
    notes.push(match text_field {
        Some(field) => format!("{name}: {field:?} was read as texts"),
        None => format!("{name} was read as a list of texts"),
    });
    let labels = match label_field {
        None => None,
        Some(field) => {
            let labels = csv::classes(name, classes)?;
            let what = if labels.is_some() { "was read as labels" } else { "holds no classes and was left out" };
            notes.push(format!("{name}: {field:?} {what}"));
            labels
        }
    };
    Texts::new(texts, labels, name)
}

fn parsed(name: &str, first_line: usize, json: &str) -> Result<Value> {
    serde_json::from_slice(json.as_bytes()).map_err(|error| {
        let sentence = error.to_string();
        let what = sentence.split(" at line").next().unwrap_or_default();
        let line = first_line + error.line().saturating_sub(1);
        refused(name, "line", line, format!("is broken JSON ({what}, column {}); {ADVICE}", error.column()))
    })
}

/// The key under which an object has what is wanted.
fn field<'o>(object: &'o Map<String, Value>, names: &[&str], is_wanted: fn(&Value) -> bool) -> Option<&'o str> {
    names.iter().find_map(|name| {
        let (key, _) = object.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && is_wanted(value))?;
        Some(key.as_str())
    })
}

fn is_class(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}

fn refused(name: &str, unit: &str, at: usize, reason: String) -> Error {
    Error::Unsupported { name: format!("{name}, {unit} {at}"), reason }
}
