//! What holds for the address of any server.

use std::net::IpAddr;

use crate::diagnostic::{Diagnostic, Span};
use crate::source::reader::Reader;

/// Reports an address with a password in it, without showing it.
pub(super) fn holds_password(reader: &mut Reader<'_>, url: Span) {
    let message = format!("the address in {} holds a password", reader.line_of(url));
    let help =
        "take the password out of the file, give it a new one, and say with `user` and `token` where that comes from";
    reader.fault(Diagnostic::error_nowhere("token-in-file", message).help(help));
}

/// True for the host of this machine itself, with or without a port.
pub(super) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
