#![no_main]

#[path = "../checks/matrix.rs"]
mod matrix;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| matrix::check(bytes));
