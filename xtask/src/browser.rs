//! Finds the browsers for the checks, and Chromium's driver.

use std::path::PathBuf;

use crate::Result;
use crate::process::{apt_install, find, run};
use crate::tools::npm_program;

/// Names on `PATH`, then the usual places of macOS and Windows.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const PLACES: [&str; 4] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
];

/// The system's Chromium or Chrome; `None` means that Playwright's own is installed and will be found by Playwright.
pub(crate) fn chromium() -> Result<Option<PathBuf>> {
    let system = || {
        NAMES.iter().find_map(|name| find(name)).or_else(|| PLACES.iter().map(PathBuf::from).find(|it| it.is_file()))
    };
    if let Some(found) = std::env::var_os("CHROMIUM").map(PathBuf::from).or_else(system) {
        return Ok(Some(found));
    }
    if apt_install(&["chromium", "chromium-driver"], "the checks in a browser")
        && let Some(found) = system()
    {
        return Ok(Some(found));
    }
    run(npm_program("playwright/cli.js")?.args(["install", "chromium"]))?;
    Ok(None)
}

/// The system's Firefox. Tests steer it as it is: there is no other to take its place.
pub(crate) fn firefox() -> Option<PathBuf> {
    const PLACES: [&str; 2] =
        ["/Applications/Firefox.app/Contents/MacOS/firefox", r"C:\Program Files\Mozilla Firefox\firefox.exe"];
    let system = || {
        let named = ["firefox-esr", "firefox"].iter().find_map(|name| find(name));
        named.or_else(|| PLACES.iter().map(PathBuf::from).find(|it| it.is_file()))
    };
    // A name is looked up like any other program.
    let given = std::env::var_os("FIREFOX").map(|it| it.to_str().and_then(find).unwrap_or_else(|| PathBuf::from(it)));
    given.or_else(system).or_else(|| apt_install(&["firefox-esr"], "the checks in Firefox").then(system).flatten())
}

/// The program that lets wasm-bindgen's test runner steer the browser.
pub(crate) fn chromedriver() -> Option<PathBuf> {
    let given = std::env::var_os("CHROMEDRIVER").map(PathBuf::from);
    given.or_else(|| find("chromedriver")).or_else(|| {
        apt_install(&["chromium-driver"], "the checks in a browser").then(|| find("chromedriver")).flatten()
    })
}
