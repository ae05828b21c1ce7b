//! TOML text → [`Flow`](flow::Flow): every value with its place, all faults of a file at once.

pub mod arguments;
pub mod config;
pub mod flow;
pub mod keys;
mod locate;
mod lost;
mod reader;
pub mod release;
mod syntax;

use std::fmt::Write as _;

use lettre::Address;
use lettre::message::Mailbox;
use sha2::{Digest as _, Sha256};

pub use locate::locate;
pub use lost::Lost;
pub use reader::{KNOWN_LANGS, MAX_STEPS, read_config, read_flow, read_flow_partly, read_release, read_release_partly};
pub use syntax::{MAX_BYTES, decode};

/// The name, which may be empty, and the address of a sender: an address, or `Name <address>`. `None` when it isn't one.
#[must_use]
pub fn sender(from: &str) -> Option<(&str, Address)> {
    let (name, address) = match from.trim().strip_suffix('>').and_then(|from| from.rsplit_once('<')) {
        Some((name, address)) => {
            let name = name.trim();
            (name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name), address)
        }
        None => ("", from.trim()),
    };
    // Brackets in the name are another address.
    if name.contains(['<', '>']) { None } else { Some((name, self::address(address)?)) }
}

/// A mail address that any mail's head can carry: a quoted name (`"a b"@…`) or a number (`a@[192.0.2.1]`) ours can't.
///
/// Beyond ASCII only servers that announce `SMTPUTF8` take one (RFC 6531), and whether the reader's does isn't known
/// until the mail comes back. A domain has a form in ASCII (`xn--…`), which everybody takes.
#[must_use]
pub fn address(address: &str) -> Option<Address> {
    let is_carried = |address: &Address| {
        let address = address.to_string();
        address.is_ascii() && address.parse::<Mailbox>().is_ok()
    };
    address.parse().ok().filter(is_carried)
}

/// SHA-256 of a file's bytes in lower-case hexadecimal: which revision of a flow was printed.
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
    fn a_sender_is_one_address_with_its_name() {
        let name = |from: &'static str| super::sender(from).map(|(name, _)| name);
        assert_eq!(name("team@example.com"), Some(""));
        assert_eq!(name("\"Team\" <team@example.com>"), Some("Team"));
        assert_eq!(name("The \"Team\" <team@example.com>"), Some("The \"Team\""));
        assert_eq!(name("\" <team@example.com>"), Some("\""));
        for wrong in [
            "A <a@example.com>, B <b@example.com>",
            "a@[192.0.2.1]",
            "\"a b\"@example.com",
            "A <a b@example.com>",
            "A <a@example.com> b",
            "<>",
            "@",
            "",
        ] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn digest_is_sha256() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(super::digest(b"abc"), expected);
    }
}
