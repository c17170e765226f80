//! Everything that must hold before a change is published, in the order in which failures are cheapest to find.

use std::process::Command;
use std::time::Instant;

use crate::artifacts::{ARTIFACTS, Artifact};
use crate::process::{command, in_folder, path_with, run, say};
use crate::toolchain::find_toolchains;
use crate::{Options, Result, browser, project, site, tools};

/// One check: its name for `--only`, what it makes sure of, and how.
struct Check {
    name: &'static str,
    what: &'static str,
    run: fn() -> Result<Outcome>,
}

enum Outcome {
    Passed,
    /// Nothing to check here, and why.
    Skipped(&'static str),
}

const CHECKS: &[Check] = &[
    Check { name: "fmt", what: "Rust is formatted", run: || cargo(&["fmt", "--all", "--check"]) },
    Check {
        name: "clippy",
        what: "clippy has no remarks",
        run: || cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--quiet", "--", "-Dwarnings"]),
    },
    Check {
        name: "clippy-threads",
        what: "clippy has no remarks on the engine with threads",
        run: || {
            let features = ["--no-default-features", "--features", "threads"];
            cargo(&[&["clippy", "--locked", "--all-targets", "--quiet"], &features[..], &["--", "-Dwarnings"]].concat())
        },
    },
    Check { name: "clippy-wasm", what: "clippy has no remarks on the three modules", run: clippy_wasm },
    Check { name: "doc", what: "documentation has no broken links", run: doc },
    Check { name: "test", what: "native tests", run: || cargo(&["test", "--locked", "--workspace", "--quiet"]) },
    Check {
        name: "test-threads",
        what: "native tests of the engine with threads",
        run: || cargo(&["test", "--locked", "--quiet", "--no-default-features", "--features", "threads"]),
    },
    Check { name: "types", what: "types of the JavaScript", run: types },
    Check { name: "node", what: "tests of the page's modules in Node", run: node_tests },
    Check { name: "web", what: "tests of the modules in Chromium", run: web_tests },
    Check {
        name: "dist",
        what: "the finished page builds",
        run: || {
            site::build()?;
            Ok(Outcome::Passed)
        },
    },
    Check { name: "size", what: "the modules keep to their size", run: sizes },
    Check { name: "e2e", what: "the finished page works in Chromium", run: end_to_end },
    Check { name: "firefox", what: "the finished page works in Firefox", run: in_firefox },
];

/// `cargo xtask test`.
pub(crate) fn run_checks(options: &Options) -> Result<()> {
    if options.has("--list") {
        for check in CHECKS {
            println!("{:<16}{}", check.name, check.what);
        }
        return Ok(());
    }
    let only: Vec<&str> = options.all("--only").collect();
    if let Some(unknown) = only.iter().find(|name| CHECKS.iter().all(|check| check.name != **name)) {
        return Err(format!("there is no check `{unknown}`; `cargo xtask test --list` names them").into());
    }
    let start = Instant::now();
    let mut passed = 0;
    for check in CHECKS.iter().filter(|check| only.is_empty() || only.contains(&check.name)) {
        let began = Instant::now();
        println!("── {}: {}", check.name, check.what);
        let outcome = (check.run)();
        let seconds = began.elapsed().as_secs_f32();
        match outcome {
            Ok(Outcome::Passed) => {
                passed += 1;
                println!("✓  {} ({seconds:.1} s)", check.name);
            }
            Ok(Outcome::Skipped(reason)) => println!("–  {} skipped: {reason}", check.name),
            Err(error) => {
                println!("✗  {} ({seconds:.1} s): {error}", check.name);
                println!("{passed} passed, 1 failed");
                return Err(format!("to run this check alone: cargo xtask test --only {}", check.name).into());
            }
        }
    }
    say(&format!("all checks took {:.0} s", start.elapsed().as_secs_f32()));
    println!("{passed} passed, 0 failed");
    Ok(())
}

/// Runs a command to its end.
fn passes(command: &mut Command) -> Result<Outcome> {
    run(command)?;
    Ok(Outcome::Passed)
}

/// The native cargo, of the toolchain that runs this program.
fn native() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn cargo(arguments: &[&str]) -> Result<Outcome> {
    passes(native().args(arguments))
}

fn doc() -> Result<Outcome> {
    passes(native().args(["doc", "--locked", "--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "-Dwarnings"))
}

fn clippy_wasm() -> Result<Outcome> {
    let toolchains = find_toolchains()?;
    let mut checked = 0;
    for artifact in &ARTIFACTS {
        let Some(toolchain) = artifact.toolchain(&toolchains).filter(|toolchain| toolchain.has_clippy()) else {
            continue;
        };
        run(artifact.cargo("clippy", toolchain)?.args(["--locked", "--lib", "--quiet", "--", "-Dwarnings"]))?;
        checked += 1;
    }
    Ok(if checked > 0 { Outcome::Passed } else { Outcome::Skipped("no clippy for WebAssembly is installed") })
}

fn types() -> Result<Outcome> {
    // The tests know Node besides the browser; the page must not.
    for project in ["tsconfig.json", "tests/tsconfig.json"] {
        run(tools::npm_program("typescript/bin/tsc")?.args(["--project", project]))?;
    }
    Ok(Outcome::Passed)
}

fn node_tests() -> Result<Outcome> {
    let folder = project::root().join("tests").join("www");
    if !folder.is_dir() {
        return Ok(Outcome::Skipped("there is no tests/www"));
    }
    let files = project::files_below(&folder)?;
    let tests = files.iter().filter(|file| file.contains(".test.")).map(|file| folder.join(file));
    let node = in_folder(&tools::node()?, "node").ok_or("node was not found")?;
    passes(command(node).arg("--test").args(tests))
}

fn web_tests() -> Result<Outcome> {
    if !project::root().join("tests").join("web.rs").is_file() {
        return Ok(Outcome::Skipped("there is no tests/web.rs"));
    }
    let Some(driver) = browser::chromedriver() else {
        return Ok(Outcome::Skipped("there is no chromedriver"));
    };
    browser::chromium()?;
    let engine: &Artifact = &ARTIFACTS[0];
    let toolchains = find_toolchains()?;
    let toolchain = engine.toolchain(&toolchains).ok_or("there is no compiler")?;
    let runner = in_folder(&tools::wasm_bindgen()?, "wasm-bindgen-test-runner").ok_or("the test runner is missing")?;
    let mut test = engine.cargo("test", toolchain)?;
    test.args(["--locked", "--test", "web"]);
    test.env("CHROMEDRIVER", driver).env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    passes(&mut test)
}

fn sizes() -> Result<Outcome> {
    let node = in_folder(&tools::node()?, "node").ok_or("node was not found")?;
    passes(command(node).arg("tests/size-budget.js"))
}

fn end_to_end() -> Result<Outcome> {
    if !project::root().join("tests/e2e/playwright.config.js").is_file() {
        return Ok(Outcome::Skipped("there is no tests/e2e/playwright.config.js"));
    }
    let mut playwright = tools::npm_program("@playwright/test/cli.js")?;
    playwright.args(["test", "--config", "tests/e2e/playwright.config.js"]);
    if let Some(chromium) = browser::chromium()? {
        playwright.env("CHROMIUM", chromium);
    }
    playwright.env("PATH", path_with(&[tools::node()?])?);
    passes(&mut playwright)
}

fn in_firefox() -> Result<Outcome> {
    let Some(firefox) = browser::firefox() else {
        return Ok(Outcome::Skipped("Firefox is not installed"));
    };
    tools::npm_packages()?;
    let node = in_folder(&tools::node()?, "node").ok_or("node was not found")?;
    passes(command(node).args(["--test", "tests/firefox/"]).env("FIREFOX", firefox))
}
