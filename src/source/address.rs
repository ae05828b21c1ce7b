//! Mail addresses, as far as our mails can carry them in their headers.

use lettre::Address;
use lettre::message::Mailbox;

/// Takes a sender apart into name and address. A sender is an address, whose name is empty, or `Name <address>`. `None`
/// when it is neither.
#[must_use]
pub fn sender(from: &str) -> Option<(&str, Address)> {
    let (name, address) = match from.trim().strip_suffix('>').and_then(|from| from.rsplit_once('<')) {
        Some((name, address)) => {
            let name = name.trim();
            (name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name), address)
        }
        None => ("", from.trim()),
    };
    // Angle brackets in the name belong to another address.
    if name.contains(['<', '>']) { None } else { Some((name, self::address(address)?)) }
}

/// Reads a mail address. `None` when it isn't one, or is one that our mails can't carry: with a quoted name
/// (`"a b"@…`), with an IP address (`a@[192.0.2.1]`), or with letters beyond ASCII.
///
/// Only servers that announce `SMTPUTF8` take letters beyond ASCII (RFC 6531). Nobody knows whether the recipient's
/// server does until the mail comes back. A domain also has a form in ASCII (`xn--…`), which every server takes.
#[must_use]
pub fn address(address: &str) -> Option<Address> {
    let is_carried = |address: &Address| {
        let address = address.to_string();
        address.is_ascii() && address.parse::<Mailbox>().is_ok()
    };
    address.parse().ok().filter(is_carried)
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
}
