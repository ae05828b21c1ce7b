//! All tests of the whole program: the command, the printed sheets, the documents. They are one binary, so that
//! everything is linked once and the examples are built once. `cargo test --test main rules::` runs the tests of one
//! file.
#![allow(clippy::disallowed_methods, reason = "tests use the disk")]

mod at_once;
mod build;
mod check;
mod cold;
mod conform;
mod conformance;
mod disk;
mod documents;
mod example_output;
mod fill;
#[cfg(target_os = "linux")]
mod import;
mod injection;
mod limits;
mod look;
mod mails;
mod new;
mod numbered;
mod parts;
mod pictures;
mod promises;
mod proportion;
#[cfg(unix)]
mod publish;
mod random;
mod reference;
mod release_file;
mod rules;
mod schema;
#[cfg(unix)]
mod sending;
mod sheet;

mod shown;
mod spoken;
mod structure;
mod support;
mod templates;
mod texts;
mod verify;
mod watch;
