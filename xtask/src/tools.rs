//! Finds or installs the other programs: wasm-bindgen and Trunk for building, Node and npm packages for the checks.
//!
//! An installed program of another version is left alone; the wanted one goes into `target/tools` and is preferred there.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{apt_install, ask, command, find, in_folder, run, say};
use crate::{Result, project};

/// The newest Trunk that compilers from 1.91 on can build.
const TRUNK: &str = "0.21.14";
/// The oldest Node that the checks are written for.
const OLDEST_NODE: u32 = 20;

/// A program published both as source on crates.io and ready-made on GitHub.
struct Program {
    name: &'static str,
    package: &'static str,
    version: String,
    repository: &'static str,
    minutes: &'static str,
}

/// The folder that holds `wasm-bindgen`, in the version that `Cargo.lock` asks for.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    Program {
        name: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: project::locked_version("wasm-bindgen")?,
        repository: "wasm-bindgen/wasm-bindgen",
        minutes: "2 to 4",
    }
    .folder()
}

/// The folder that holds `trunk`.
pub(crate) fn trunk() -> Result<PathBuf> {
    Program {
        name: "trunk",
        package: "trunk",
        version: TRUNK.to_owned(),
        repository: "trunk-rs/trunk",
        minutes: "5 to 10",
    }
    .folder()
}

impl Program {
    fn folder(&self) -> Result<PathBuf> {
        if let Some(folder) = find(self.name).as_deref().and_then(Path::parent)
            && self.is_in(folder)
        {
            return Ok(folder.to_owned());
        }
        let own = project::target().join("tools").join(format!("{}-{}", self.name, self.version));
        let bin = own.join("bin");
        if self.is_in(&bin) || self.download(&own).is_some() {
            return Ok(bin);
        }
        self.compile(&own)?;
        if self.is_in(&bin) {
            Ok(bin)
        } else {
            Err(format!("{} does not run after its installation", self.name).into())
        }
    }

    /// Does `folder` hold the program in the right version?
    fn is_in(&self, folder: &Path) -> bool {
        let program = in_folder(folder, self.name);
        let answer = program.and_then(|program| ask(Command::new(program).arg("--version")));
        answer.is_some_and(|answer| answer.split_whitespace().nth(1) == Some(self.version.as_str()))
    }

    /// Fetches the project's own ready-made program; gives up silently, since compiling always remains.
    fn download(&self, own: &Path) -> Option<()> {
        let (archive, tag) = self.archive()?;
        let (curl, tar) = (find("curl")?, find("tar")?);
        let unpacked = own.join("download");
        std::fs::create_dir_all(&unpacked).ok()?;
        let file = unpacked.join(&archive);
        say(&format!("downloading {} {} (some seconds)", self.name, self.version));
        let url = format!("https://github.com/{}/releases/download/{tag}/{archive}", self.repository);
        let limits = ["--connect-timeout", "10", "--max-time", "300"];
        let mut fetch = Command::new(curl);
        fetch.args(["--fail", "--location", "--silent", "--proto", "=https"]).args(limits);
        ask(fetch.arg("--output").arg(&file).arg(url))?;
        ask(Command::new(tar).arg("-xf").arg(&file).arg("-C").arg(&unpacked))?;
        std::fs::remove_file(&file).ok()?;
        // Some archives hold the programs themselves, some a folder around them.
        let files = project::files_below(&unpacked).ok()?;
        let bin = own.join("bin");
        std::fs::create_dir_all(&bin).ok()?;
        for name in files {
            let from = unpacked.join(name);
            std::fs::rename(&from, bin.join(from.file_name()?)).ok()?;
        }
        std::fs::remove_dir_all(&unpacked).ok()?;
        self.is_in(&bin).then_some(())
    }

    /// The names of the archive and of the release, for this system.
    fn archive(&self) -> Option<(String, String)> {
        let system = match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", arch @ "x86_64") => format!("{arch}-unknown-linux-musl"),
            ("linux", arch @ "aarch64") => format!("{arch}-unknown-linux-gnu"),
            ("macos", arch @ ("x86_64" | "aarch64")) => format!("{arch}-apple-darwin"),
            ("windows", arch @ "x86_64") => format!("{arch}-pc-windows-msvc"),
            _ => return None,
        };
        Some(match self.name {
            "trunk" if cfg!(windows) => (format!("trunk-{system}.zip"), format!("v{}", self.version)),
            "trunk" => (format!("trunk-{system}.tar.gz"), format!("v{}", self.version)),
            name => (format!("{name}-{}-{system}.tar.gz", self.version), self.version.clone()),
        })
    }

    /// Compiles from crates.io, quickly rather than well: these programs are not what takes time.
    fn compile(&self, own: &Path) -> Result<()> {
        say(&format!("compiling {} {} (once, {} minutes)", self.name, self.version, self.minutes));
        // The release's own locked dependencies first: newer ones need not fit together. Should one of them have been
        // withdrawn, the newest may do.
        self.cargo_install(own, true).or_else(|_| self.cargo_install(own, false))?;
        for left in ["build", "download"] {
            let _ = std::fs::remove_dir_all(own.join(left));
        }
        Ok(())
    }

    fn cargo_install(&self, own: &Path, locked: bool) -> Result<()> {
        let mut install = command("cargo");
        install.args(["install", "--quiet", "--force", self.package, "--version", &self.version, "--root"]).arg(own);
        if locked {
            install.arg("--locked");
        }
        install.env("CARGO_TARGET_DIR", own.join("build"));
        for (setting, value) in [("OPT_LEVEL", "1"), ("CODEGEN_UNITS", "16"), ("LTO", "off"), ("DEBUG", "0")] {
            install.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
        }
        run(&mut install)
    }
}

/// The folder that holds `node` and `npm`.
pub(crate) fn node() -> Result<PathBuf> {
    let usable = || {
        let program = find("node")?;
        let version = ask(Command::new(&program).arg("--version"))?;
        let major: u32 = version.trim_start_matches('v').split('.').next()?.parse().ok()?;
        (major >= OLDEST_NODE).then(|| program.parent().map(Path::to_owned))?
    };
    let found = usable().or_else(|| if apt_install(&["nodejs", "npm"], "the checks") { usable() } else { None });
    found.ok_or_else(|| format!("the checks need Node {OLDEST_NODE} or newer: https://nodejs.org").into())
}

/// Installs the npm packages of `package-lock.json`, unless `node_modules` is already made from it.
pub(crate) fn npm_packages() -> Result<()> {
    let folder = node()?;
    let mut wanted = project::Fingerprint::new();
    wanted.add(&std::fs::read(project::root().join("package-lock.json"))?);
    let stamp = project::root().join("node_modules").join(".made-from");
    if std::fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == wanted.hex()) {
        return Ok(());
    }
    say("installing the npm packages of the checks (half a minute)");
    let npm = in_folder(&folder, "npm").or_else(|| find("npm")).ok_or("npm was not found beside node")?;
    run(command(npm).args(["ci", "--no-audit", "--no-fund"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    Ok(std::fs::write(stamp, wanted.hex())?)
}

/// A command that runs a program of the npm packages, through node itself, so that it works without a shell.
pub(crate) fn npm_program(script: &str) -> Result<Command> {
    npm_packages()?;
    let node = in_folder(&node()?, "node").ok_or("node was not found")?;
    let mut run = command(node);
    run.arg(project::root().join("node_modules").join(script));
    Ok(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_named_as_their_projects_name_them() {
        let bindgen = Program {
            name: "wasm-bindgen",
            package: "wasm-bindgen-cli",
            version: "0.2.130".to_owned(),
            repository: "",
            minutes: "",
        };
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            let names = bindgen.archive().unwrap();
            assert_eq!(names.0, "wasm-bindgen-0.2.130-x86_64-unknown-linux-musl.tar.gz");
        }
    }
}
