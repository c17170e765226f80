//! Builds the three WebAssembly modules from the one crate.
//!
//! Each has a target folder of its own below cargo's: with a shared one their feature sets and flags would overwrite each
//! other, and everything would be compiled again at every build. What wasm-bindgen makes is kept beside, with the
//! fingerprint of what it was made from, so that an unchanged module costs nothing.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::process::{ask, command, in_folder, run, say};
use crate::toolchain::{TARGET, Toolchain, Toolchains, find_toolchains};
use crate::{Options, Result, manifest, project, tools};

/// One WebAssembly module: a feature set and the flags that go with it.
pub(crate) struct Artifact {
    /// Its folder in `dist/`.
    pub(crate) name: &'static str,
    /// The features of the crate, without its default ones.
    pub(crate) features: &'static str,
    /// Shared memory and a standard library with atomics?
    pub(crate) threads: bool,
    /// How long a first build takes on two processors, in minutes.
    minutes: u32,
    /// Settings of the release profile that differ from Cargo.toml.
    profile: &'static [(&'static str, &'static str)],
}

/// All modules, the quickest to build first.
pub(crate) const ARTIFACTS: [Artifact; 3] = [
    Artifact { name: "engine", features: "", threads: false, minutes: 2, profile: &[] },
    Artifact { name: "threads", features: "threads", threads: true, minutes: 2, profile: &[] },
    Artifact {
        name: "network",
        features: "network",
        threads: false,
        minutes: 10,
        // tract is 400 crates' worth of code whose hot loops lie in one of them: optimising across crates costs minutes
        // at every build and gains nothing.
        profile: &[("LTO", "off"), ("CODEGEN_UNITS", "16")],
    },
];

const PLAIN_FLAGS: &[&str] = &["-Ctarget-feature=+simd128"];

/// What a module with shared memory needs. Some of these were implied by older compilers; naming them does no harm there.
const THREADS_FLAGS: &[&str] = &[
    "-Ctarget-feature=+atomics,+bulk-memory,+mutable-globals,+simd128",
    "-Clink-arg=--shared-memory",
    "-Clink-arg=--import-memory",
    "-Clink-arg=--max-memory=1073741824", // must be declared, and Safari reserves it at once: 1 GiB is the compromise
    "-Clink-arg=--export=__heap_base",
    "-Clink-arg=--export=__wasm_init_tls",
    "-Clink-arg=--export=__tls_size",
    "-Clink-arg=--export=__tls_align",
    "-Clink-arg=--export=__tls_base",
];

/// How wasm-bindgen is called. Names of functions would make the modules half as large again; panics name their place in
/// the source without them.
const BIND: [&str; 4] = ["--target", "web", "--no-typescript", "--remove-name-section"];

impl Artifact {
    /// The compiler for this module, if there is one.
    pub(crate) fn toolchain<'a>(&self, toolchains: &'a Toolchains) -> Option<&'a Toolchain> {
        if self.threads { toolchains.threads.as_ref() } else { Some(&toolchains.plain) }
    }

    /// Cargo's target folder for this module.
    pub(crate) fn target(&self) -> PathBuf {
        project::target().join(format!("wasm-{}", self.name))
    }

    /// A cargo command with this module's features, flags and profile.
    pub(crate) fn cargo(&self, subcommand: &str, toolchain: &Toolchain) -> Result<std::process::Command> {
        let flags = if self.threads { THREADS_FLAGS } else { PLAIN_FLAGS };
        let mut cargo = toolchain.cargo(subcommand, flags, self.threads)?;
        cargo.args(["--release", "--package", "bettiscope", "--no-default-features", "--features", self.features]);
        cargo.arg("--target-dir").arg(self.target());
        if self.features.contains("network") {
            // Cut into parts, the loops of our own operators are not inlined and run ten times slower.
            cargo.args(["--config", "profile.release.package.bettiscope.codegen-units=1"]);
        }
        for (setting, value) in self.profile {
            cargo.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
        }
        Ok(cargo)
    }

    /// Builds the module and returns the folder with `bettiscope.js` and `bettiscope_bg.wasm`.
    fn build(&self, toolchain: &Toolchain) -> Result<PathBuf> {
        let start = Instant::now();
        let wasm = self.target().join(TARGET).join("release").join("bettiscope.wasm");
        let mut cargo = self.cargo("build", toolchain)?;
        cargo.arg("--lib");
        if wasm.is_file() {
            cargo.arg("--quiet");
        } else {
            let (name, minutes, version) = (self.name, self.minutes, toolchain.version());
            say(&format!("building the {name} module with Rust {version}: the first time about {minutes} minutes"));
        }
        run(&mut cargo).map_err(|error| format!("the {} module could not be built: {error}", self.name))?;
        let made = self.bind(&wasm)?;
        say(&format!("{} module ready ({:.1} s)", self.name, start.elapsed().as_secs_f32()));
        Ok(made)
    }

    /// Runs wasm-bindgen, unless its last output was made from the same module.
    fn bind(&self, wasm: &Path) -> Result<PathBuf> {
        let made = self.target().join("bindgen");
        let stamp = self.target().join("bindgen.made-from");
        let bindgen = in_folder(&tools::wasm_bindgen()?, "wasm-bindgen").ok_or("wasm-bindgen is missing")?;
        let mut fingerprint = project::Fingerprint::new();
        fingerprint.add(&std::fs::read(wasm)?);
        fingerprint.add(BIND.concat().as_bytes());
        fingerprint.add(ask(command(&bindgen).arg("--version")).unwrap_or_default().as_bytes());
        if std::fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == fingerprint.hex()) {
            return Ok(made);
        }
        let _ = std::fs::remove_file(&stamp);
        if made.exists() {
            std::fs::remove_dir_all(&made)?; // snippets carry a hash in their path and would pile up
        }
        let mut bind = command(bindgen);
        bind.args(BIND);
        run(bind.arg("--out-dir").arg(&made).arg(wasm))?;
        std::fs::write(stamp, fingerprint.hex())?;
        Ok(made)
    }
}

/// `cargo xtask artifacts`: options first, then what Trunk's hook has in its environment, then `dist/`.
pub(crate) fn build(options: &Options) -> Result<()> {
    let out = options.value("--out").map(PathBuf::from);
    let out = out.or_else(|| std::env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from));
    build_all(&out.unwrap_or_else(|| project::root().join("dist")))
}

/// Builds all modules into folders of `out` and describes them in `artifacts.json`.
fn build_all(out: &Path) -> Result<()> {
    let toolchains = find_toolchains()?;
    for artifact in &ARTIFACTS {
        let folder = out.join(artifact.name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        if let Some(toolchain) = artifact.toolchain(&toolchains) {
            project::copy_folder(&artifact.build(toolchain)?, &folder)?;
        }
    }
    manifest::write(out)
}
