//! The only module that knows JavaScript.
