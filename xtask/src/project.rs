//! Where things lie.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::Result;

/// The root of the repository: where cargo runs this program, not where it was compiled; a target folder may be shared.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = PathBuf::from(manifest).parent().map(Path::to_path_buf);
        root.expect("xtask lies one folder below the root")
    })
}

/// Cargo's target folder, wherever configuration or environment put it: this program was built there.
pub(crate) fn target() -> PathBuf {
    let own = std::env::current_exe().ok();
    own.as_deref().and_then(above_profile).map_or_else(|| root().join("target"), Path::to_path_buf)
}

/// `target/debug/xtask` → `target`.
fn above_profile(program: &Path) -> Option<&Path> {
    program.parent()?.parent()
}

/// The version of `package` in `Cargo.lock`.
pub(crate) fn locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))?;
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines
        .nth(1)
        .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| format!("Cargo.lock names no package `{package}`").into())
}

/// All files below `folder`, sorted, as paths relative to it with forward slashes.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<String>> {
    fn visit(root: &Path, folder: &Path, files: &mut Vec<String>) -> Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                visit(root, &path, files)?;
            } else {
                let parts: Vec<_> = path.strip_prefix(root)?.iter().map(|part| part.to_string_lossy()).collect();
                files.push(parts.join("/"));
            }
        }
        Ok(())
    }
    let mut files = Vec::new();
    visit(folder, folder, &mut files)?;
    files.sort_unstable();
    Ok(files)
}

/// Copies everything below `from` to the same places below `to`.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in files_below(from)? {
        let target = to.join(&file);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::copy(from.join(&file), target)?;
    }
    Ok(())
}

/// A 64-bit fingerprint (FNV-1a): notices changes, promises nothing against malice.
#[derive(Clone, Copy)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    pub(crate) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    pub(crate) fn hex(self) -> String {
        format!("{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_the_version_of_wasm_bindgen() {
        let version = locked_version("wasm-bindgen").unwrap();
        assert!(version.starts_with("0.2."), "{version}");
        assert!(locked_version("no-such-package").is_err());
    }

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        let mut fingerprint = Fingerprint::new();
        fingerprint.add(b"a");
        assert_eq!(fingerprint.hex(), "af63dc4c8601ec8c");
    }

    #[test]
    fn the_target_folder_is_two_above_the_program() {
        assert_eq!(above_profile(Path::new("t/debug/xtask")), Some(Path::new("t")));
    }
}
