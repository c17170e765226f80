//! Weights that lie in files beside the network: `model.onnx.data` and the like.

use std::collections::BTreeSet;

use tract_onnx::pb::tensor_proto::DataLocation;
use tract_onnx::pb::{GraphProto, TensorProto};

use super::edit::for_each_tensor;
use crate::data::File;
use crate::{Error, Result};

/// Puts the weights into their tensors. Files are found by name, whatever folder either side is in.
///
/// # Errors
/// [`Error::MissingWeights`] naming the files to open too, [`Error::Damaged`] for a file that is too short.
pub(super) fn apply(graph: &mut GraphProto, name: &str, companions: &[File<'_>]) -> Result<Option<String>> {
    let mut locations = BTreeSet::new();
    for_each_tensor(graph, &mut |tensor| {
        if is_external(tensor) {
            locations.insert(entry(tensor, "location").unwrap_or_default().to_string());
        }
        Ok::<(), Error>(())
    })?;
    if locations.is_empty() {
        return Ok(None);
    }
    let find = |location: &str| {
        let wanted = file_name(location);
        let named = companions.iter().find(|file| file_name(file.name).eq_ignore_ascii_case(wanted));
        // One file for one place: it was renamed, as browsers do with a second download.
        named.or_else(|| companions.first().filter(|_| companions.len() == 1 && locations.len() == 1))
    };
    let missing: Vec<&str> =
        locations.iter().filter(|location| find(location).is_none()).map(|location| file_name(location)).collect();
    if !missing.is_empty() {
        return Err(Error::MissingWeights { name: name.into(), files: missing.join(", ") });
    }
    let mut n = 0;
    for_each_tensor(graph, &mut |tensor| {
        if !is_external(tensor) {
            return Ok(());
        }
        let file = entry(tensor, "location").and_then(find).expect("checked above");
        tensor.raw_data = slice(tensor, file)?.to_vec();
        tensor.data_location = None;
        tensor.external_data.clear();
        n += 1;
        Ok(())
    })?;
    let files: Vec<&str> = locations.iter().map(|location| find(location).expect("checked above").name).collect();
    Ok(Some(format!("{n} stored tensors were read from {}", files.join(", "))))
}

fn is_external(tensor: &TensorProto) -> bool {
    tensor.data_location == Some(DataLocation::External as i32) && tensor.raw_data.is_empty()
}

fn entry<'t>(tensor: &'t TensorProto, key: &str) -> Option<&'t str> {
    tensor.external_data.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str())
}

/// Without folders, in either way of writing them.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn slice<'f>(tensor: &TensorProto, file: &File<'f>) -> Result<&'f [u8]> {
    let damaged = |reason: String| Error::Damaged { name: file.name.into(), format: "weights", reason };
    let number = |key: &str| match entry(tensor, key) {
        None => Ok(None),
        Some(text) => text.trim().parse::<usize>().map(Some).map_err(|_| {
            damaged(format!(
                "the network says that tensor {:?} has the {key} {text:?} in it, which is no number",
                tensor.name
            ))
        }),
    };
    let start = number("offset")?.unwrap_or(0);
    let end = match number("length")? {
        Some(length) => start.checked_add(length),
        None => Some(file.bytes.len()),
    };
    end.and_then(|end| file.bytes.get(start..end)).ok_or_else(|| {
        damaged(format!(
            "tensor {:?} should lie there from byte {start} to {}, but it has {} bytes; take the file that was exported \
             together with the network",
            tensor.name,
            end.map_or("beyond all numbers".into(), |end| end.to_string()),
            file.bytes.len()
        ))
    })
}
