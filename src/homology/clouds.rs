//! Many barcodes at once.

use super::{Barcode, RipsParams, rips_barcode};
use crate::Result;
use crate::geometry::DistanceMatrix;
use crate::progress::{Observer, Stage, report};

/// The barcodes of several matrices with the same parameters, in their order.
///
/// With the feature `threads` the matrices are shared out to rayon's pool, and the observer is asked on the calling
/// thread while they are computed; called from within that pool, or without the feature, one is computed after the
/// other. Progress counts finished barcodes, as [`Stage::Reducing`] of the highest dimension. Either way the results
/// are those of [`rips_barcode`].
///
/// # Errors
/// As for [`rips_barcode`]; of several errors, that of the first matrix.
pub fn rips_barcodes(
    matrices: &[DistanceMatrix],
    params: &RipsParams,
    observer: &mut Observer<'_>,
) -> Result<Vec<Barcode>> {
    // A thread of the pool must not wait for the others. The number of threads is asked for first, since that starts a
    // pool where there is none, in WebAssembly one that consists of this very thread.
    #[cfg(feature = "threads")]
    if rayon::current_num_threads() > 1 && rayon::current_thread_index().is_none() {
        return in_parallel(matrices, params, observer);
    }
    let mut barcodes = Vec::with_capacity(matrices.len());
    let stage = Stage::Reducing(params.max_dim());
    for (done, matrix) in matrices.iter().enumerate() {
        let total = matrices.len();
        let barcode =
            rips_barcode(matrix, params, &mut |_| observer(crate::progress::Progress { stage, done, total }))?;
        barcodes.push(barcode);
    }
    report(observer, stage, matrices.len(), matrices.len())?;
    Ok(barcodes)
}

/// One task per matrix, the largest first; the calling thread listens to them and asks the observer.
#[cfg(feature = "threads")]
fn in_parallel(matrices: &[DistanceMatrix], params: &RipsParams, observer: &mut Observer<'_>) -> Result<Vec<Barcode>> {
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;

    use crate::Error;

    /// What tasks tell the calling thread.
    enum Message {
        Working,
        Done(usize, Result<Barcode>),
    }

    let mut largest_first: Vec<usize> = (0..matrices.len()).collect();
    largest_first.sort_by_key(|&idx| std::cmp::Reverse(matrices[idx].n_points()));
    let stop = AtomicBool::new(false);
    let stopped = &stop;
    let (sender, receiver) = mpsc::channel();
    let mut results: Vec<Option<Result<Barcode>>> = matrices.iter().map(|_| None).collect();
    rayon::in_place_scope_fifo(|scope| {
        for &idx in &largest_first {
            let sender = sender.clone();
            scope.spawn_fifo(move |_| {
                let mut relay = |_| {
                    if stopped.load(Ordering::Relaxed) {
                        return ControlFlow::Break(());
                    }
                    // The receiver outlives the scope, so sending cannot fail; if it did, nobody would be waiting.
                    let _ = sender.send(Message::Working);
                    ControlFlow::Continue(())
                };
                let result = rips_barcode(&matrices[idx], params, &mut relay);
                let _ = sender.send(Message::Done(idx, result));
            });
        }
        drop(sender);
        let mut done = 0;
        while let Ok(message) = receiver.recv() {
            if let Message::Done(idx, result) = message {
                results[idx] = Some(result);
                done += 1;
            }
            let stage = Stage::Reducing(params.max_dim());
            if report(observer, stage, done, matrices.len()).is_err() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Stopped);
    }
    // A task without a result can only have panicked, and then the scope has passed the panic on.
    results.into_iter().map(|result| result.unwrap_or(Err(Error::Stopped))).collect()
}
