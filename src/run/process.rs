//! What a run is told of the process that it runs in.

use std::ffi::OsString;

use jiff::Timestamp;

/// What a run is told of the process that it runs in.
pub struct Process<'a> {
    /// Gives a variable of the environment.
    pub env: &'a dyn Fn(&str) -> Option<OsString>,
    /// The time, by which it is known whether a release has begun, and what is due.
    pub now: Timestamp,
}
