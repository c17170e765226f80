//! Finds a Rust compiler for WebAssembly.
//!
//! A plain module needs the target's standard library, precompiled or as source; one with threads always needs the
//! source, because the library has to be compiled anew with atomics. Looked for in this order, stopping at the first
//! compiler that can do everything: what is installed (the active toolchain, the others of rustup, the system's), then
//! `rustup component add`, then the packages of Debian and Ubuntu. Without any source the plain modules still build.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::process::{apt_install, ask, command, find, in_folder, run, say};
use crate::{Result, project};

/// The only compilation target of the modules.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// The oldest compiler that tract accepts; equal to `rust-version` in Cargo.toml.
const OLDEST: (u32, u32) = (1, 91);

/// A compiler with its cargo.
#[derive(Clone, Debug)]
pub(crate) struct Toolchain {
    sysroot: PathBuf,
    version: String,
    host: String,
}

/// The compilers for the two kinds of modules.
pub(crate) struct Toolchains {
    /// For modules with one thread.
    pub(crate) plain: Toolchain,
    /// For modules with shared memory; `None` if no standard library source is to be had.
    pub(crate) threads: Option<Toolchain>,
}

/// Finds compilers, installing what is missing.
pub(crate) fn find_toolchains() -> Result<Toolchains> {
    let installed = installed();
    let full = installed.iter().find(|toolchain| toolchain.has_source() && toolchain.has_linker());
    if let Some(full) = full.cloned().or_else(install) {
        return Ok(Toolchains { plain: full.clone(), threads: Some(full) });
    }
    say("no Rust compiler here can rebuild its standard library: the engine with threads is left out.");
    say("everything still works, on one thread. To change that: `rustup component add rust-src`");
    let plain = installed.into_iter().find(Toolchain::has_wasm_library);
    plain.map(|plain| Toolchains { plain, threads: None }).ok_or_else(|| {
        format!(
            "no Rust compiler for {TARGET} was found. Install one with `rustup target add {TARGET}` and start again."
        )
        .into()
    })
}

/// Tries the ways to get a compiler with the source of its standard library; at most once an hour, since the hook runs
/// at every rebuild.
fn install() -> Option<Toolchain> {
    let tried = project::target().join("tools").join("no-library-source");
    let recently = |time: SystemTime| time.elapsed().is_ok_and(|age| age < Duration::from_hours(1));
    if tried.metadata().and_then(|data| data.modified()).is_ok_and(recently) {
        return None;
    }
    for attempt in [install_with_rustup, install_with_apt] {
        if attempt() {
            let found = installed().into_iter().find(|toolchain| toolchain.has_source() && toolchain.has_linker());
            if found.is_some() {
                return found;
            }
        }
    }
    let _ = std::fs::create_dir_all(project::target().join("tools"));
    let _ = std::fs::write(tried, "");
    None
}

fn install_with_rustup() -> bool {
    if find("rustup").is_none() {
        return false;
    }
    say("adding the standard library's source and the WebAssembly target to the active toolchain (half a minute)");
    let source = run(command("rustup").args(["component", "add", "rust-src"])).is_ok();
    let target = run(command("rustup").args(["target", "add", TARGET])).is_ok();
    if !source {
        say("rustup could not download it; trying the system's packages");
    }
    source || target
}

fn install_with_apt() -> bool {
    apt_install(
        &["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "lld-19"],
        "a Rust compiler with its standard library's source",
    )
}

/// All usable compilers: the active one first, the system's last.
fn installed() -> Vec<Toolchain> {
    let mut sysroots: Vec<PathBuf> = Vec::new();
    sysroots.extend(ask(command("rustc").args(["--print", "sysroot"])).map(PathBuf::from));
    let mut others: Vec<PathBuf> = rustup_toolchains();
    others.sort_unstable_by_key(|path| (path.to_string_lossy().contains("nightly"), path.clone()));
    sysroots.extend(others);
    if cfg!(unix) {
        sysroots.extend(["/usr", "/usr/local"].map(PathBuf::from));
    }
    let mut seen = Vec::new();
    sysroots.retain(|path| {
        path.is_dir() && !seen.contains(path) && {
            seen.push(path.clone());
            true
        }
    });
    sysroots.iter().filter_map(|sysroot| Toolchain::at(sysroot)).collect()
}

fn rustup_toolchains() -> Vec<PathBuf> {
    let home = std::env::var_os("RUSTUP_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".rustup")));
    let entries = home.and_then(|home| std::fs::read_dir(home.join("toolchains")).ok());
    entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

impl Toolchain {
    fn at(sysroot: &Path) -> Option<Self> {
        let rustc = in_folder(&sysroot.join("bin"), "rustc")?;
        let about = ask(Command::new(rustc).arg("-vV"))?;
        let field = |name: &str| about.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        let (version, host) = (field("release: ")?, field("host: ")?);
        (number(&version)? >= OLDEST).then(|| Self { sysroot: sysroot.to_owned(), version, host })
    }

    /// For messages.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    fn library(&self) -> PathBuf {
        self.sysroot.join("lib").join("rustlib")
    }

    fn has_source(&self) -> bool {
        self.library().join("src/rust/library/Cargo.lock").is_file()
    }

    /// Is the target's standard library there, precompiled or as source?
    fn has_wasm_library(&self) -> bool {
        (self.is_precompiled() || self.has_source()) && self.has_linker()
    }

    fn is_precompiled(&self) -> bool {
        self.library().join(TARGET).join("lib").is_dir()
    }

    fn has_linker(&self) -> bool {
        self.own_linker().is_file() || Self::foreign_linker().is_some()
    }

    fn own_linker(&self) -> PathBuf {
        self.library().join(&self.host).join("bin").join(format!("rust-lld{}", std::env::consts::EXE_SUFFIX))
    }

    /// Distributions ship compilers without a linker for WebAssembly: one of rustup's, or LLVM's.
    fn foreign_linker() -> Option<PathBuf> {
        let rustup = rustup_toolchains().into_iter().filter_map(|path| Self::at(&path));
        let numbered = (17..40).rev().find_map(|version| find(&format!("wasm-ld-{version}")));
        rustup.map(|other| other.own_linker()).find(|path| path.is_file()).or_else(|| find("wasm-ld")).or(numbered)
    }

    fn program(&self, name: &str) -> Option<PathBuf> {
        in_folder(&self.sysroot.join("bin"), name)
    }

    /// A cargo command for the WebAssembly target with the compiler flags `flags`.
    pub(crate) fn cargo(&self, subcommand: &str, flags: &[&str], threads: bool) -> Result<Command> {
        let cargo = self.program("cargo").or_else(|| find("cargo")).ok_or("no cargo was found")?;
        let mut cargo_command = if subcommand == "clippy" {
            let clippy = self.program("cargo-clippy").ok_or("this toolchain has no clippy")?;
            let mut clippy = command(clippy);
            clippy.env("CARGO", &cargo);
            clippy
        } else {
            command(&cargo)
        };
        cargo_command.arg(subcommand).args(["--target", TARGET]);
        let mut flags: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
        if !self.own_linker().is_file() {
            let linker = Self::foreign_linker().ok_or("no linker for WebAssembly was found")?;
            if !linker.ends_with("rust-lld") {
                flags.push("-Clinker-flavor=wasm-lld".to_owned()); // not to be guessed from names with a version
            }
            cargo_command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        // Variables rather than arguments, and never .cargo/config.toml: native builds must not see any of this.
        for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "CARGO_BUILD_RUSTFLAGS"] {
            cargo_command.env_remove(name);
        }
        cargo_command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags.join(" "));
        cargo_command.envs(self.program("rustc").map(|rustc| ("RUSTC", rustc)));
        cargo_command.envs(self.program("rustdoc").map(|rustdoc| ("RUSTDOC", rustdoc)));
        if threads || !self.is_precompiled() {
            // -Z build-std is unstable; the second variable admits it on stable compilers.
            cargo_command.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort").env("RUSTC_BOOTSTRAP", "1");
            // Else tests would want a second standard library, one that unwinds, beside the module's own.
            cargo_command.env("CARGO_UNSTABLE_PANIC_ABORT_TESTS", "true");
        }
        Ok(cargo_command)
    }

    /// Can this toolchain run clippy?
    pub(crate) fn has_clippy(&self) -> bool {
        self.program("cargo-clippy").is_some()
    }
}

/// `1.96.0-nightly` → (1, 96).
fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(number("1.96.0"), Some((1, 96)));
        assert!(number("1.100.0-nightly").unwrap() > number("1.91.0").unwrap());
        assert_eq!(number("unknown"), None);
    }

    #[test]
    fn the_oldest_version_is_the_one_in_the_manifest() {
        let manifest = std::fs::read_to_string(project::root().join("Cargo.toml")).unwrap();
        let (major, minor) = OLDEST;
        assert!(manifest.contains(&format!("rust-version = \"{major}.{minor}\"")));
    }
}
