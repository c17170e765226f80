//! Files that are no ONNX network, recognised by how they begin.

/// What a file is instead of an ONNX network and how to get one, if its beginning tells.
pub(in crate::network) fn recognised(bytes: &[u8], name: &str) -> Option<String> {
    const KERAS: &str = "it is a Keras file; export it with model.export(\"model.onnx\", format=\"onnx\")";
    let torch = |what: &str| format!("it is {what}; load it into its model and export that with {}", super::EXPORT);
    let start = &bytes[..bytes.len().min(4096)];
    let ends = |ending: &str| {
        name.len() >= ending.len()
            && name.is_char_boundary(name.len() - ending.len())
            && name[name.len() - ending.len()..].eq_ignore_ascii_case(ending)
    };
    let holds = |part: &[u8]| start.windows(part.len()).any(|window| window == part);
    let text = String::from_utf8_lossy(start).trim_start().to_lowercase();
    Some(match start {
        _ if start.starts_with(b"version https://git-lfs") => {
            "it is a Git LFS pointer, which only says where the network lies; fetch the network itself with git lfs pull, \
             or by the download button of the page"
                .into()
        }
        _ if text.starts_with("<!doctype html") || text.starts_with("<html") => {
            "it is a web page, as servers send it in place of a file; download the file itself".into()
        }
        [b'P', b'K', 3, 4, ..] if ends(".keras") || holds(b"config.json") => KERAS.into(),
        [b'P', b'K', 3, 4, ..] if holds(b"data.pkl") || holds(b"/version") || ends(".pt") || ends(".pth") => {
            torch("a PyTorch file")
        }
        [b'P', b'K', 3, 4, ..] => "it is a zip archive; take the .onnx file out of it".into(),
        [0x80, 2..=5, ..] => torch("a Python pickle, such as PyTorch writes it"),
        [0x89, b'H', b'D', b'F', ..] => KERAS.into(),
        [_, _, _, _, b'T', b'F', b'L', b'3', ..] => {
            "it is a TensorFlow Lite file; convert it with python -m tf2onnx.convert --tflite FILE --output model.onnx".into()
        }
        [_, _, _, _, b'O', b'R', b'T', b'M', ..] => {
            "it is in ONNX Runtime's own format; open the .onnx file that it was made of".into()
        }
        [b'G', b'G', b'U', b'F', ..] => "it is a GGUF file of llama.cpp; export the model that it was made of as ONNX".into(),
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => "it is an array of NumPy; open it as data".into(),
        [0x1f, 0x8b, ..] => "it is compressed with gzip; unpack it first".into(),
        [_, _, _, _, _, _, _, _, b'{', b'"', ..] if is_safetensors(bytes) => torch("a safetensors file"),
        _ if text.starts_with('{') => "it is a JSON file; open the .onnx file beside it".into(),
        _ if text.starts_with("<?xml") => "it is an XML file; open an .onnx file".into(),
        _ if ends("saved_model.pb") => {
            "it is a TensorFlow SavedModel; convert its folder with python -m tf2onnx.convert --saved-model FOLDER \
             --output model.onnx"
                .into()
        }
        _ => return None,
    })
}

/// The length of a header of JSON comes first.
fn is_safetensors(bytes: &[u8]) -> bool {
    let Some(length) = bytes.first_chunk::<8>().map(|length| u64::from_le_bytes(*length)) else { return false };
    length < 100 << 20 && bytes.get(8 + length as usize - 1).is_none_or(|last| matches!(last, b'}' | b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_drop_by_mistake_is_named() {
        let cases: [(&[u8], &str, &str); 12] = [
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "model.onnx", "git lfs pull"),
            (b"\n<!DOCTYPE html><html>", "model.onnx", "web page"),
            (b"PK\x03\x04\0\0\0\0archive/data.pkl", "model.pt", "torch.onnx.export"),
            (b"PK\x03\x04\0\0\0\0config.json", "model.keras", "Keras"),
            (b"PK\x03\x04\0\0\0\0model.onnx", "model.zip", "zip archive"),
            (b"\x80\x02}q\0.", "weights.pth", "pickle"),
            (b"\x89HDF\r\n\x1a\n", "model.h5", "Keras"),
            (b"\x1c\0\0\0TFL3", "model.tflite", "TensorFlow Lite"),
            (b"\x03\0\0\0\0\0\0\0{\"\x7d", "model.safetensors", "safetensors"),
            (b"GGUF\x03\0\0\0", "model.gguf", "GGUF"),
            (b"{\"architectures\": []}", "config.json", "JSON"),
            (b"\x18\0\0\0ORTM", "model.ort", "ONNX Runtime's own"),
        ];
        for (bytes, name, words) in cases {
            let said = recognised(bytes, name).unwrap_or_else(|| panic!("{name} is not recognised"));
            assert!(said.contains(words), "{name}: {said}");
        }
        assert_eq!(recognised(b"\x08\x08\x12\x07pytorch", "model.onnx"), None);
        assert_eq!(recognised(b"", "model.onnx"), None);
    }
}
