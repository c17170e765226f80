//! Has Trunk build or serve the page. Trunk's hook calls back for the WebAssembly modules (Trunk.toml), so plain
//! `trunk serve` and `trunk build --release` do the same once the tools are there.

use std::net::TcpListener;
use std::process::Command;

use crate::process::{command, in_folder, path_with, run, say};
use crate::toolchain::find_toolchains;
use crate::{Options, Result, tools};

/// `cargo xtask serve`.
pub(crate) fn serve(options: &Options) -> Result<()> {
    let port = match options.value("--port") {
        Some(port) => port.parse().map_err(|_| format!("`{port}` is not a port number"))?,
        None => free_port(),
    };
    let mut trunk = trunk("serve")?;
    trunk.args(["--port", &port.to_string()]);
    say(&format!("Bettiscope will be at http://127.0.0.1:{port}/ (stop with Ctrl+C)"));
    run(&mut trunk)
}

/// `cargo xtask build`.
pub(crate) fn build() -> Result<()> {
    run(trunk("build")?.arg("--release"))?;
    say("the finished page is in dist/");
    Ok(())
}

/// A Trunk command that finds its tools and needs no network.
fn trunk(subcommand: &str) -> Result<Command> {
    let folders = [tools::trunk()?, tools::wasm_bindgen()?];
    find_toolchains()?; // installs now what the hook will need
    let mut trunk = command(in_folder(&folders[0], "trunk").ok_or("trunk is missing")?);
    trunk.args([subcommand, "--offline", "--skip-version-check"]);
    trunk.env("PATH", path_with(&folders)?);
    trunk.env_remove("NO_COLOR"); // Trunk takes the usual value 1 for a mistake
    Ok(trunk)
}

/// The first free port from Trunk's usual one on.
fn free_port() -> u16 {
    (8080..8180).find(|&port| TcpListener::bind(("127.0.0.1", port)).is_ok()).unwrap_or(8080)
}
