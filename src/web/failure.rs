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
    std::panic::set_hook(Box::new(|info| {
        let message = info.to_string();
        match PANIC_CHANNEL.get().map(|name| web_sys::BroadcastChannel::new(name)) {
            // The thread that waits for a panicking pool thread cannot forward anything itself.
            Some(Ok(channel)) => drop(channel.post_message(&JsValue::from_str(&message))),
            _ => report_panic(&message),
        }
    }));
}
