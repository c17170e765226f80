//! Samples to activations: the only module that knows tract.
