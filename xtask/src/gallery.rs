//! The gallery: networks of all kinds, made by Python, run natively and in Chromium, and the table of how they fared.

use std::path::PathBuf;
use std::process::Command;

use crate::process::{command, find, in_folder, path_with, run, say};
use crate::{Options, Result, browser, project, tools};

type Step = (&'static str, fn(&Options) -> Result<()>);

const STEPS: [Step; 4] = [("make", make), ("native", native), ("chromium", chromium), ("table", table)];

/// Where Python's packages for a part of the gallery are written down, and what names an interpreter that has them.
struct Environment {
    name: &'static str,
    requirements: &'static str,
    variable: &'static str,
}

const ENVIRONMENTS: [Environment; 2] = [
    Environment { name: "torch", requirements: "requirements.txt", variable: "GALLERY_PYTHON" },
    Environment { name: "tensorflow", requirements: "requirements-keras.txt", variable: "GALLERY_KERAS_PYTHON" },
];

/// `cargo xtask gallery`: one step, or all. A file that does not fare well fails its step; the table is written all the
/// same.
pub(crate) fn gallery(step: Option<&str>, options: &Options) -> Result<()> {
    let chosen = STEPS.iter().filter(|(name, _)| step.is_none_or(|step| step == *name));
    let mut outcomes = Vec::new();
    for (name, work) in chosen {
        say(&format!("gallery: {name}"));
        outcomes.push(work(options));
    }
    if outcomes.is_empty() {
        return Err("the steps of the gallery are make, native, chromium and table".into());
    }
    outcomes.into_iter().collect()
}

fn folder() -> PathBuf {
    project::target().join("gallery")
}

fn make(options: &Options) -> Result<()> {
    let mut outcomes = Vec::new();
    for environment in &ENVIRONMENTS {
        let mut python = command(environment.python()?);
        python.args(["tests/gallery/make.py", "--environment", environment.name, "--out"]).arg(folder());
        if let Some(only) = options.value("--only") {
            python.arg("--only").args(only.split(','));
        }
        outcomes.push(run(&mut python));
    }
    outcomes.into_iter().collect()
}

impl Environment {
    /// The interpreter that the environment names, else one of a virtual environment made for the purpose.
    fn python(&self) -> Result<PathBuf> {
        if let Some(given) = std::env::var_os(self.variable) {
            return Ok(given.into());
        }
        let home = project::target().join(format!("gallery-{}", self.name));
        let programs = home.join(if cfg!(windows) { "Scripts" } else { "bin" });
        let requirements = project::root().join("tests").join("gallery").join(self.requirements);
        let wanted = std::fs::read_to_string(&requirements)?;
        let installed = home.join(self.requirements);
        if std::fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
            return in_folder(&programs, "python").ok_or_else(|| format!("{} has no Python", home.display()).into());
        }
        let python = find("python3").or_else(|| find("python")).ok_or("the gallery is made by Python 3.11 or newer")?;
        say(&format!("installing the packages of {} (several gigabytes)", self.requirements));
        run(command(python).args(["-m", "venv"]).arg(&home))?;
        let python = in_folder(&programs, "python").ok_or("the virtual environment has no Python")?;
        run(command(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&requirements))?;
        std::fs::write(&installed, wanted)?;
        Ok(python)
    }
}

fn native(options: &Options) -> Result<()> {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["test", "--locked", "--test", "gallery", "--", "every_file", "--exact", "--ignored", "--nocapture"]);
    cargo.env("BETTISCOPE_GALLERY", folder());
    cargo.env("BETTISCOPE_GALLERY_ONLY", options.value("--only").unwrap_or_default());
    cargo.env("BETTISCOPE_GALLERY_JOBS", options.value("--jobs").unwrap_or("1"));
    run(&mut cargo)
}

fn chromium(options: &Options) -> Result<()> {
    let mut node = node()?;
    node.arg("tests/gallery/chromium.js").arg("--gallery").arg(folder());
    if let Some(only) = options.value("--only") {
        node.args(["--only", only]);
    }
    if let Some(chromium) = browser::chromium()? {
        node.env("CHROMIUM", chromium);
    }
    run(&mut node)
}

fn table(_: &Options) -> Result<()> {
    run(node()?.arg("tests/gallery/table.js").arg("--gallery").arg(folder()))
}

fn node() -> Result<Command> {
    tools::npm_packages()?;
    let folder = tools::node()?;
    let mut node = command(in_folder(&folder, "node").ok_or("node was not found")?);
    node.env("PATH", path_with(&[folder])?);
    Ok(node)
}
