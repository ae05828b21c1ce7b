//! Mail addresses, as far as the head of any mail can carry them.

use lettre::Address;
use lettre::message::Mailbox;

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
