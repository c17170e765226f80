//! The native side of the homology benchmark: one case, run whenever a line on the standard input asks for it.
//!
//! Arguments: a file of little-endian 32-bit floats, points, coordinates (0: the file is a condensed distance matrix),
//! clouds in the file, highest dimension, threshold, modulus. The line `run` computes and answers with
//! `{"seconds", "peakBytes"}`, the line `bars` with the intervals of the last run. `RAYON_NUM_THREADS` sets the threads.

#![expect(clippy::print_stdout, reason = "a program that answers on its standard output")]

use std::io::BufRead;
use std::time::Instant;

use bettiscope::geometry::{DistanceMatrix, Metric, PointCloud};
use bettiscope::homology::{Barcode, RipsParams, rips_barcode, rips_barcode_of_points};
use bettiscope::parallel;
use bettiscope::progress::ignore;

/// What a cloud is given as.
enum Input {
    Points(PointCloud),
    Matrix(DistanceMatrix),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Cargo adds this one to every benchmark.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [file, n_points, n_coords, n_clouds, max_dim, threshold, modulus] = arguments.as_slice() else {
        return Err("this program is run by benches/homology/run.js".into());
    };
    let (n_points, n_coords, n_clouds): (usize, usize, usize) =
        (n_points.parse()?, n_coords.parse()?, n_clouds.parse()?);
    let bytes = std::fs::read(file)?;
    let values: Vec<f32> = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let per_cloud = if n_coords == 0 { n_points * (n_points - 1) / 2 } else { n_points * n_coords };
    let inputs = values
        .chunks_exact(per_cloud)
        .map(|values| {
            Ok(if n_coords == 0 {
                Input::Matrix(DistanceMatrix::from_condensed(values.to_vec())?)
            } else {
                Input::Points(PointCloud::from_rows(values.to_vec(), n_coords, "the cloud")?)
            })
        })
        .collect::<bettiscope::Result<Vec<_>>>()?;
    drop((bytes, values));
    assert_eq!(inputs.len(), n_clouds, "clouds in the file");
    let params =
        RipsParams::new(max_dim.parse()?)?.with_threshold(Some(threshold.parse()?))?.with_modulus(modulus.parse()?)?;

    let mut barcodes = Vec::new();
    for line in std::io::stdin().lock().lines() {
        if line? == "bars" {
            println!("{}", serde_json::json!({ "bars": barcodes.iter().map(ends).collect::<Vec<_>>() }));
            continue;
        }
        let start = Instant::now();
        barcodes = parallel::each(
            &inputs,
            |_| 1,
            &mut ignore,
            |input, observer| match input {
                Input::Matrix(matrix) => rips_barcode(matrix, &params, observer),
                Input::Points(points) => rips_barcode_of_points(points, Metric::Euclidean, &params, observer),
            },
        )?;
        let seconds = start.elapsed().as_secs_f64();
        println!("{}", serde_json::json!({ "seconds": seconds, "peakBytes": peak_bytes() }));
    }
    Ok(())
}

/// Births and deaths, one after the other, per dimension; `None` for infinity.
fn ends(barcode: &Barcode) -> Vec<Vec<Option<f32>>> {
    let finite = |x: f32| x.is_finite().then_some(x);
    let dims = 0..=barcode.max_dim().unwrap_or(0);
    dims.map(|dim| barcode.dim(dim).iter().flat_map(|i| [finite(i.birth), finite(i.death)]).collect()).collect()
}

/// The most memory this process has held, where the system tells it (Linux).
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}
