//! What the fuzz targets check, on a bounded number of inputs: `fuzz/` does the same without end.

#[path = "../../fuzz/checks/matrix.rs"]
mod matrix;
#[path = "../../fuzz/checks/readers.rs"]
mod readers;

use bettiscope::random::Random;

#[test]
fn matrices_of_any_bytes() {
    let mut random = Random::new(20_261_125);
    for round in 0..3000 {
        let n_bytes = random.below(if round % 3 == 0 { 300 } else { 40 });
        let mut bytes: Vec<u8> = (0..n_bytes + 3).map(|_| random.next_u64() as u8).collect();
        if round % 2 == 0 {
            bytes[0] = 4; // whole numbers that make a matrix: the deepest path
        }
        matrix::check(&bytes);
    }
    for bytes in [&[][..], &[4], &[4, 0, 0], &[5, 1, 0, 0, 0, 0x80, 0x7f], &[7, 1, 0, 0, 0, 0, 0x80]] {
        matrix::check(bytes);
    }
}

/// Pieces of good files deleted, repeated, swapped with others' and overwritten.
#[test]
fn mutated_files_of_every_format() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/readers");
    let inside = |folder: &str| std::fs::read_dir(folder).expect("test data").map(|e| e.expect("a file").path());
    let mut paths: Vec<_> = inside(folder).chain(inside(&format!("{folder}/broken"))).collect();
    paths.sort();
    let files: Vec<(String, Vec<u8>)> = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending != "py" && ending != "txt"))
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into(), std::fs::read(path).expect("bytes")))
        .collect();
    assert!(files.len() > 50);
    let mut random = Random::new(7);
    for (name, good) in &files {
        for round in 0..24 {
            let mut bytes = good.clone();
            for _ in 0..=random.below(3) {
                mutate(&mut bytes, &files[random.below(files.len())].1, &mut random);
            }
            readers::check_file(name, &bytes, if round % 2 == 0 { 0 } else { random.next_u64() as u8 });
        }
        let strange: Vec<u8> = [&[random.next_u64() as u8, random.next_u64() as u8], &good[..]].concat();
        readers::check(&strange);
    }
}

fn mutate(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let piece = at..(at + random.below(64)).min(bytes.len());
    match random.below(5) {
        0 => drop(bytes.drain(piece)),
        1 => {
            let again = bytes[piece].to_vec();
            bytes.splice(at..at, again);
        }
        2 => {
            let from = random.below(other.len() + 1);
            bytes.splice(at..at, other[from..(from + 64).min(other.len())].to_vec());
        }
        3 => bytes[piece].iter_mut().for_each(|byte| *byte = random.next_u64() as u8),
        // Counts and sizes at their limits.
        _ => bytes[piece].iter_mut().take(4).for_each(|byte| *byte = 0xff),
    }
}
