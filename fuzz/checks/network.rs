//! Any bytes as an ONNX file: read, or refused in one sentence, without a panic. Used by the fuzz target and, on mutated
//! files, by the ordinary tests.

use bettiscope::network::Graph;

/// Checks one file.
pub(crate) fn check(bytes: &[u8]) {
    match Graph::read(bytes, "network.onnx") {
        Ok(graph) => {
            assert!(!graph.layers().is_empty() && !graph.output().is_empty());
            assert!(graph.notes().iter().all(|note| !note.is_empty() && !note.contains('\n')), "{:?}", graph.notes());
        }
        Err(error) => {
            let words = error.to_string();
            assert!(words.len() < 2000 && !words.contains('\n') && !error.kind().is_empty(), "{words}");
        }
    }
}
