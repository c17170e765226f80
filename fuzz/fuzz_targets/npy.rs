#![no_main]

#[path = "../checks/readers.rs"]
mod readers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| readers::check_file("points.npy", bytes, 0));
