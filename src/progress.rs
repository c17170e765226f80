//! How long computations report how far they have come and are asked to stop.

use std::ops::ControlFlow;

/// What a long computation is doing now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading or decoding files; counted in samples or files.
    Reading,
    /// Running samples through a network; counted in samples.
    Running,
    /// Pairwise distances; counted in rows.
    Distances,
    /// Reducing columns of this homology dimension; counted in columns.
    Reducing(usize),
    /// Many clouds or layers at once; counted in these.
    Measuring,
}

/// How far a computation has come: `done` of `total` units of its stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Units finished.
    pub done: usize,
    /// Units in all.
    pub total: usize,
}

/// Is told now and then, cheaply and often; answers `Break` to stop, which surfaces as [`crate::Error::Stopped`].
pub type Observer<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// An observer that never stops anything.
pub fn ignore(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Reports to the observer and turns its answer into a result.
///
/// # Errors
/// [`crate::Error::Stopped`] if the observer answered `Break`.
pub fn report(observer: &mut Observer<'_>, stage: Stage, done: usize, total: usize) -> crate::Result<()> {
    match observer(Progress { stage, done, total }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(crate::Error::Stopped),
    }
}
