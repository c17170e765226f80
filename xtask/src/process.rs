//! Running other programs.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Result, project};

/// Prints what is being done, and about how long it takes.
pub(crate) fn say(message: &str) {
    eprintln!("· {message}");
}

/// A command in the project root, without what `cargo run` put into this program's environment: a nested cargo, perhaps
/// of another toolchain, must not take it for its own.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project::root());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let leaked = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
        if leaked.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs to the end with the terminal's output; an error names the program.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("`{name}` could not be started: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{name}` failed ({status})").into()) }
}

/// The standard output of a quick question, trimmed; `None` if the program is missing or fails.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The program called `name` in one of the folders of `PATH`, with the endings that Windows needs.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).find_map(|folder| in_folder(&folder, name))
}

/// The program called `name` in `folder`.
pub(crate) fn in_folder(folder: &Path, name: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat"] } else { &[""] };
    endings.iter().map(|ending| folder.join(format!("{name}{ending}"))).find(|path| path.is_file())
}

/// `PATH` with `folders` in front.
pub(crate) fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let old = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(folders.iter().cloned().chain(std::env::split_paths(&old)))?)
}

/// Installs Debian or Ubuntu packages; false where that is not possible.
pub(crate) fn apt_install(packages: &[&str], purpose: &str) -> bool {
    let Some(apt) = find("apt-get").filter(|_| cfg!(target_os = "linux")) else {
        return false;
    };
    let root = ask(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    let mut install = if root {
        command(&apt)
    } else if let Some(sudo) = find("sudo") {
        let mut install = command(sudo);
        install.arg(&apt);
        install
    } else {
        return false;
    };
    say(&format!("installing {} with apt-get for {purpose} (1 to 3 minutes)", packages.join(", ")));
    install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    install.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    run(&mut install).is_ok()
}
