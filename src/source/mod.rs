//! Reads TOML files into a [`Flow`](flow::Flow), a release or a configuration. Every value keeps its place, and all
//! faults of a file are reported at once.

pub mod address;
pub mod arguments;
pub mod config;
mod declare;
#[cfg(test)]
pub(crate) mod every_text;
pub mod flow;
pub mod keys;
mod locate;
mod lost;
pub mod named;
mod read;
mod reader;
pub mod release;
pub mod schema;
pub mod suggest;
mod syntax;
pub mod types;
mod value;

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

pub use locate::locate;
pub use lost::Lost;
#[cfg(any(test, feature = "internals"))]
pub use read::read_flow;
pub use read::{read_config, read_flow_partly, read_flow_with, read_part, read_release, read_release_partly};
pub use reader::KNOWN_LANGS;
#[cfg(feature = "internals")]
pub use reader::MAX_STEPS;
pub use reader::is_lang;
pub(crate) use reader::{id_fault, no_labels, string_fault};
pub use syntax::MAX_BYTES;
pub use syntax::decode;
pub(crate) use syntax::parse;

/// SHA-256 of a file's bytes, as 64 lower-case hexadecimal digits. It tells which revision of a flow was printed.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    let mut digest = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

#[cfg(test)]
mod tests {
    #[test]
    fn digest_is_sha256() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(super::digest(b"abc"), expected);
    }
}
