//! Spreading work over threads: the one place that knows how.
//!
//! [`each`] runs whole jobs side by side, such as clouds; [`map`] the pieces of a single one, such as rows of a matrix.
//! Without the feature `threads`, and where there is one thread only, all runs on the calling thread. Results come back
//! in the order of what they were made from and never depend on the number of threads.

use crate::Result;
use crate::progress::{Observer, Stage, report};

#[cfg(feature = "threads")]
thread_local! {
    /// Whether this thread runs one of many jobs, with others beside it: then there is no thread to share pieces with.
    static ONE_OF_MANY: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// How many threads work on what the calling thread spreads.
pub fn n_threads() -> usize {
    #[cfg(feature = "threads")]
    if !ONE_OF_MANY.get() {
        return rayon::current_num_threads();
    }
    1
}

/// The same, but 1 for work that takes less time than waking other threads.
pub fn n_threads_worth(takes_milliseconds: bool) -> usize {
    if takes_milliseconds { n_threads() } else { 1 }
}

/// Whether the calling thread is one that others spread work over.
#[cfg(any(feature = "threads", target_arch = "wasm32"))]
pub(crate) fn is_pool_thread() -> bool {
    #[cfg(feature = "threads")]
    return rayon::current_thread_index().is_some();
    #[cfg(not(feature = "threads"))]
    false
}

/// Called when others have worked for this thread. Chromium notes the size of a shared memory per thread, and JavaScript on
/// this one might not see results that lie in what another thread added; asking for no more memory renews the note.
#[cfg(feature = "threads")]
fn catch_up() {
    #[cfg(target_arch = "wasm32")]
    if !is_pool_thread() {
        core::arch::wasm32::memory_grow::<0>(0);
    }
}

/// What `work` makes of each piece, side by side. A piece should be worth a tenth of a millisecond at least.
pub fn map<P: Send, T: Send>(pieces: Vec<P>, work: impl Fn(P) -> T + Send + Sync) -> Vec<T> {
    #[cfg(feature = "threads")]
    if n_threads() > 1 && pieces.len() > 1 {
        use rayon::prelude::*;
        let results = pieces.into_par_iter().map(work).collect();
        catch_up();
        return results;
    }
    pieces.into_iter().map(work).collect()
}

/// Runs a job that spreads pieces now and then, on a thread of the pool if it is `worth` waking one: from there the
/// pieces are shared with threads that are awake or done alone, while from outside each spreading would wait for the pool
/// to wake up and then be woken itself.
///
/// The observer is asked on the calling thread, and while it thinks, the job goes on.
///
/// # Errors
/// Those of the job; [`crate::Error::Stopped`] if the observer says so.
pub fn together<T: Send>(
    worth: bool,
    observer: &mut Observer<'_>,
    job: impl FnOnce(&mut Observer<'_>) -> Result<T> + Send,
) -> Result<T> {
    #[cfg(feature = "threads")]
    if worth && n_threads() > 1 && !is_pool_thread() {
        return on_pool(observer, job);
    }
    let _ = worth;
    job(observer)
}

#[cfg(feature = "threads")]
fn on_pool<T: Send>(observer: &mut Observer<'_>, job: impl FnOnce(&mut Observer<'_>) -> Result<T> + Send) -> Result<T> {
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;

    let (sender, receiver) = mpsc::channel();
    let stop = AtomicBool::new(false);
    let mut result = Err(crate::Error::Stopped);
    rayon::in_place_scope(|scope| {
        let (stop, result) = (&stop, &mut result);
        scope.spawn(move |_| {
            *result = job(&mut |progress| {
                if stop.load(Ordering::Relaxed) {
                    return ControlFlow::Break(());
                }
                // Somebody listens until the sender is gone.
                let _ = sender.send(progress);
                ControlFlow::Continue(())
            });
        });
        while let Ok(progress) = receiver.recv() {
            if !stop.load(Ordering::Relaxed) && observer(progress).is_break() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
    catch_up();
    if stop.load(Ordering::Relaxed) { Err(crate::Error::Stopped) } else { result }
}

/// What `job` makes of each item, many at once, those of the largest `size` first.
///
/// The observer is asked on the calling thread whenever a job asks its own: it hears how many items are finished, as
/// [`Stage::Measuring`]; of a single item it hears all. Called from a thread of the pool, which must not wait for the
/// others, one job follows the other.
///
/// # Errors
/// That of the first item, in their order, whose job fails; [`crate::Error::Stopped`] if the observer says so.
pub fn each<I: Sync, T: Send>(
    items: &[I],
    size: impl Fn(&I) -> usize,
    observer: &mut Observer<'_>,
    job: impl Fn(&I, &mut Observer<'_>) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    if let [only] = items {
        return Ok(vec![job(only, observer)?]);
    }
    // The number of threads is asked for first, since that starts a pool where there is none, in WebAssembly one that
    // consists of this very thread.
    #[cfg(feature = "threads")]
    if n_threads() > 1 && !is_pool_thread() {
        return side_by_side(items, size, observer, job);
    }
    let _ = size;
    let mut results = Vec::with_capacity(items.len());
    for (done, item) in items.iter().enumerate() {
        let total = items.len();
        let relay = &mut |_| observer(crate::progress::Progress { stage: Stage::Measuring, done, total });
        results.push(job(item, relay)?);
    }
    report(observer, Stage::Measuring, items.len(), items.len())?;
    Ok(results)
}

/// One task per item; the calling thread listens to them and asks the observer.
#[cfg(feature = "threads")]
fn side_by_side<I: Sync, T: Send>(
    items: &[I],
    size: impl Fn(&I) -> usize,
    observer: &mut Observer<'_>,
    job: impl Fn(&I, &mut Observer<'_>) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    use std::ops::ControlFlow;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;

    use crate::Error;

    /// What tasks tell the calling thread.
    enum Message<T> {
        Working,
        Done(usize, Result<T>),
    }

    let mut largest_first: Vec<usize> = (0..items.len()).collect();
    largest_first.sort_by_key(|&idx| std::cmp::Reverse(size(&items[idx])));
    let stop = AtomicBool::new(false);
    let (stopped, job) = (&stop, &job);
    let (sender, receiver) = mpsc::channel();
    let mut results: Vec<Option<Result<T>>> = items.iter().map(|_| None).collect();
    let many = items.len() >= n_threads();
    rayon::in_place_scope_fifo(|scope| {
        for &idx in &largest_first {
            let sender = sender.clone();
            scope.spawn_fifo(move |_| {
                // The receiver outlives the scope, so sending cannot fail; if it did, nobody would be waiting.
                let mut relay = |_| {
                    if stopped.load(Ordering::Relaxed) {
                        return ControlFlow::Break(());
                    }
                    let _ = sender.send(Message::Working);
                    ControlFlow::Continue(())
                };
                let result = if stopped.load(Ordering::Relaxed) {
                    Err(Error::Stopped)
                } else {
                    let outer = ONE_OF_MANY.replace(many);
                    let result = job(&items[idx], &mut relay);
                    ONE_OF_MANY.set(outer);
                    result
                };
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
            // Asked no more once it said stop, or when the rest has nothing to tell.
            if !stop.load(Ordering::Relaxed) && report(observer, Stage::Measuring, done, items.len()).is_err() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
    catch_up();
    if stop.load(Ordering::Relaxed) {
        return Err(Error::Stopped);
    }
    // A task without a result can only have panicked, and then the scope has passed the panic on.
    results.into_iter().map(|result| result.unwrap_or(Err(Error::Stopped))).collect()
}
