//! Failures on their way to JavaScript.

use std::sync::OnceLock;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::Error;

/// A [`crate::Error`] as `{kind, message}`.
#[derive(Serialize)]
struct Failure {
    kind: &'static str,
    message: String,
}

/// Results of exported functions.
pub(super) type JsResult<T> = Result<T, JsValue>;

/// Turns an error into what JavaScript catches.
pub(super) fn thrown(error: &Error) -> JsValue {
    let failure = Failure { kind: error.kind(), message: error.to_string() };
    serde_wasm_bindgen::to_value(&failure).unwrap_or_else(|_| JsValue::from_str(failure.kind))
}

/// Settings that do not have the documented form.
pub(super) fn bad_settings(error: &serde_wasm_bindgen::Error) -> JsValue {
    thrown(&Error::InvalidSetting { setting: "the request", value: "given".into(), reason: error.to_string() })
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = bettiscopePanic)]
    fn report_panic(message: &str);
}

/// Name of the channel on which panics of pool threads are heard; all threads share this memory.
static PANIC_CHANNEL: OnceLock<String> = OnceLock::new();

/// Prepares a fresh instance: once, before anything else. `panic_channel` may be empty where there are no threads.
#[wasm_bindgen]
pub fn start(panic_channel: String) {
    if !panic_channel.is_empty() {
        PANIC_CHANNEL.get_or_init(|| panic_channel);
    }
    #[cfg(feature = "threads")]
    add_memory();
    std::panic::set_hook(Box::new(|info| {
        let message = info.to_string();
        // The thread that waits for a panicking pool thread cannot forward anything itself.
        let channel = PANIC_CHANNEL.get().filter(|_| crate::parallel::is_pool_thread());
        match channel.map(|name| web_sys::BroadcastChannel::new(name)) {
            Some(Ok(channel)) => drop(channel.post_message(&JsValue::from_str(&message))),
            _ => report_panic(&message),
        }
    }));
}

/// Adds memory before there are threads: half of what a module with threads may have (see `--max-memory` of its build), or
/// less where a system does not give so much. None of it is taken from the system before it is used.
///
/// Chromium notes the size of a shared memory per thread, and brings the note up to date a little later than another thread
/// adds to the memory: until then, copying and clearing there traps (“memory access out of bounds”). What is there from
/// the start cannot be missed.
#[cfg(feature = "threads")]
fn add_memory() {
    let mut added = Vec::<u8>::new();
    let mut n_bytes = 1 << 29;
    while added.try_reserve_exact(n_bytes).is_err() && n_bytes > 1 << 24 {
        n_bytes /= 2;
    }
    std::hint::black_box(added); // the compiler may leave out what nobody looks at
}
