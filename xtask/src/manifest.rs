//! Writes `artifacts.json`: what the finished page consists of, for its service worker.

use std::path::Path;

use crate::artifacts::ARTIFACTS;
use crate::{Result, project};

/// The file's name in `dist/`.
const NAME: &str = "artifacts.json";

/// The modules that numbers come from; the one with threads gives the same as the engine without.
const NUMBERS: [&str; 2] = ["engine/bettiscope_bg.wasm", "network/bettiscope_bg.wasm"];

/// Describes the finished page in `out`: a version that changes with any of its files, one that changes with the code
/// behind numbers (results are kept by it), which modules there are, and the files that make the page work without
/// network. Models are left out: they are kept when first used.
pub(crate) fn write(out: &Path) -> Result<()> {
    let files: Vec<String> = project::files_below(out)?
        .into_iter()
        .filter(|file| file != NAME && file != "sw.js" && !file.starts_with("models/"))
        .collect();
    let mut version = project::Fingerprint::new();
    let mut numbers = project::Fingerprint::new();
    let mut sizes = Vec::new();
    for file in &files {
        let bytes = std::fs::read(out.join(file))?;
        version.add(file.as_bytes());
        version.add(&bytes);
        if NUMBERS.contains(&file.as_str()) {
            numbers.add(&bytes);
        }
        if let Some(artifact) = ARTIFACTS.iter().find(|it| *file == format!("{}/bettiscope_bg.wasm", it.name)) {
            sizes.push((artifact.name, bytes.len()));
        }
    }
    Ok(std::fs::write(out.join(NAME), json(&version.hex(), &numbers.hex(), &sizes, &files))?)
}

fn json(version: &str, numbers: &str, sizes: &[(&str, usize)], files: &[String]) -> String {
    let threads = sizes.iter().any(|(name, _)| *name == "threads");
    let sizes: Vec<String> =
        sizes.iter().map(|(name, bytes)| format!("    \"{name}\": {{ \"bytes\": {bytes} }}")).collect();
    let files: Vec<String> = files.iter().map(|file| format!("    {}", quote(file))).collect();
    format!(
        "{{\n  \"version\": \"{version}\",\n  \"numbers\": \"{numbers}\",\n  \"threads\": {threads},\n  \"artifacts\": {{\n{}\n  }},\n  \"files\": [\n{}\n  ]\n}}\n",
        sizes.join(",\n"),
        files.join(",\n")
    )
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_json() {
        let text =
            json("00ff", "0a", &[("engine", 12), ("threads", 34)], &["index.html".to_owned(), "a\"b".to_owned()]);
        assert_eq!(
            text,
            "{\n  \"version\": \"00ff\",\n  \"numbers\": \"0a\",\n  \"threads\": true,\n  \"artifacts\": {\n    \"engine\": { \"bytes\": 12 },\n    \
             \"threads\": { \"bytes\": 34 }\n  },\n  \"files\": [\n    \"index.html\",\n    \"a\\\"b\"\n  ]\n}\n"
        );
    }
}
