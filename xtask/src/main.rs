//! Project commands, on every system the same: `cargo xtask serve`, `build`, `test`.
//!
//! Modules in reading order: [`project`] knows where things lie, [`process`] runs other programs, [`toolchain`] finds a
//! compiler for WebAssembly, [`tools`] the other programs, [`artifacts`] builds the three wasm modules, [`site`] has
//! Trunk build or serve the page around them, [`checks`] runs everything that must hold before a change is published, [`gallery`]
//! compares networks of all kinds with ONNX Runtime.

mod artifacts;
mod browser;
mod checks;
mod gallery;
mod manifest;
mod process;
mod project;
mod site;
mod toolchain;
mod tools;

use std::process::ExitCode;

/// A failure that ends the command; its text is all the user sees.
type Error = Box<dyn std::error::Error>;
type Result<T> = std::result::Result<T, Error>;

const HELP: &str = "\
Commands of the project:

  cargo xtask serve [--port N]
      Install what is missing, build, serve the page and rebuild at every change.
  cargo xtask build
      Build the finished page into dist/, ready for any static web server.
  cargo xtask test [--only NAME]… [--list]
      Run all checks in order; stop at the first that fails.
  cargo xtask gallery [make | native | chromium | table] [--only NAME,…] [--jobs N]
      Make networks of all kinds, compare each with ONNX Runtime, write the table in docs/networks.md; or one step of it.
      What is done already is not done again; chromium runs in the page that `cargo xtask build` has built.
  cargo xtask artifacts [--out FOLDER]
      Build the three wasm modules alone. Trunk calls this at every build (Trunk.toml).
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let (command, rest) = arguments.split_first().map_or(("help", &[][..]), |(first, rest)| (first.as_str(), rest));
    match command {
        "serve" => site::serve(&Options::parse(rest, &["--port"], &[])?),
        "build" => {
            Options::parse(rest, &[], &[])?;
            site::build()
        }
        "test" => checks::run_checks(&Options::parse(rest, &["--only"], &["--list"])?),
        "gallery" => {
            let (step, rest) = match rest.split_first() {
                Some((step, rest)) if !step.starts_with("--") => (Some(step.as_str()), rest),
                _ => (None, rest),
            };
            gallery::gallery(step, &Options::parse(rest, &["--only", "--jobs"], &[])?)
        }
        "artifacts" => artifacts::build(&Options::parse(rest, &["--out"], &[])?),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`.\n\n{HELP}").into()),
    }
}

/// Command-line options: `--name value`, `--name=value` and bare switches.
pub(crate) struct Options {
    values: Vec<(String, String)>,
    switches: Vec<String>,
}

impl Options {
    fn parse(arguments: &[String], with_value: &[&str], switches: &[&str]) -> Result<Self> {
        let mut options = Self { values: Vec::new(), switches: Vec::new() };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let (name, inline) =
                argument.split_once('=').map_or((argument.as_str(), None), |(name, value)| (name, Some(value)));
            if with_value.contains(&name) {
                let value = inline.map(str::to_owned).or_else(|| rest.next().cloned());
                let value = value.ok_or_else(|| format!("`{name}` needs a value"))?;
                options.values.push((name.to_owned(), value));
            } else if switches.contains(&argument.as_str()) {
                options.switches.push(argument.clone());
            } else {
                return Err(format!("`{argument}` is not understood here.\n\n{HELP}").into());
            }
        }
        Ok(options)
    }

    /// The last value given for `name`.
    fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values given for `name`.
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, switch: &str) -> bool {
        self.switches.iter().any(|given| given == switch)
    }
}
