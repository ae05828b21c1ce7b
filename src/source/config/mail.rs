//! The server that `runsheet mail` hands mails to, and how one logs in there.

use super::server::{holds_password, is_loopback};
use super::token::TokenDecl;
use crate::source::declare::{table, words};
use crate::source::reader::{Reader, TableFields};
use crate::source::types::Line;

table! {
    /// The server that mails are handed to.
    pub struct MailServerDecl "mail-server" {
        MAIL_SERVER "`[mail]`" "the server that `runsheet mail` hands mails to";
    }
    keys {
        /// address of the server: `smtp://host:587`, where STARTTLS is demanded, or `smtps://host:465`; nothing is sent in the clear but to this machine itself
        smtp: Line,
        /// user name to log in with
        user: Option<Line>,
        /// where the password or the token to log in with comes from
        token: Option<TokenDecl>,
        /// how to log in: with a password, or `xoauth2`, with a token of OAuth 2
        auth: MailAuth,
        /// whether mails hold an appointment for the reader's calendar
        calendar: bool,
    }
    only "user" with "token";
    only "token" with "user";
    only "auth" with "user";
    settle can_be_reached;
}

words! {
    /// How one logs in to a server of mails.
    pub enum MailAuth unless said Password {
        /// With a user name and a password: the default.
        Password = "password",
        /// With a token of OAuth 2.
        Xoauth2 = "xoauth2",
    }
}

/// An SMTP server, taken from its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpAddress {
    /// Its name or its IP address, the latter without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether the connection is encrypted from its first byte.
    pub is_wrapped: bool,
    /// Whether it is this machine itself, to which things may go in the clear.
    pub is_loopback: bool,
}

impl SmtpAddress {
    /// Reads an address such as `smtp://mail.example.com:587`. `None` for what is none.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let is_wrapped = if scheme.eq_ignore_ascii_case("smtps") {
            true
        } else if scheme.eq_ignore_ascii_case("smtp") {
            false
        } else {
            return None;
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.strip_prefix('[') {
            Some(address) => {
                let (host, port) = address.split_once(']')?;
                host.parse::<std::net::Ipv6Addr>().ok()?;
                (host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
            }
            None => rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port))),
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        if host.is_empty() || !rest.starts_with('[') && !host.chars().all(is_name) {
            return None;
        }
        let port = match port {
            Some(port) => port.parse().ok().filter(|port| *port > 0)?,
            None if is_wrapped => 465,
            None => 587,
        };
        Some(Self { host: host.to_owned(), port, is_wrapped, is_loopback: is_loopback(rest) })
    }
}

impl MailServerDecl {
    /// The server. `None` only in a configuration with faults.
    #[must_use]
    pub fn address(&self) -> Option<SmtpAddress> {
        SmtpAddress::parse(&self.smtp.value)
    }
}

/// Reports an address that is none, or that holds a password.
fn can_be_reached(mail: MailServerDecl, reader: &mut Reader<'_>, _fields: &TableFields<'_>) -> MailServerDecl {
    let url = &mail.smtp;
    let authority = url.value.split_once("://").map_or(&*url.value, |(_, rest)| rest);
    if authority.rsplit_once('@').is_some_and(|(login, _)| login.contains(':')) {
        holds_password(reader, url.span);
    } else if mail.address().is_none() {
        let help = "write `smtp://mail.example.com:587` or `smtps://mail.example.com:465`; a port is at most 65535";
        reader.bad("bad-address", url.span, "this is no address of a mail server", help);
    }
    mail
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Diagnostic, Sources};
    use crate::source::read_config;

    /// What is wrong with a `[mail]`, with the line.
    fn told(text: &str) -> Vec<(usize, String)> {
        let mut sources = Sources::default();
        let file = sources.add("runsheet.toml", format!("[mail]\n{text}"));
        let line = |fault: &Diagnostic| fault.primary.as_ref().map_or(0, |label| sources.line_column(label.span).0);
        read_config(&sources, file).1.iter().map(|fault| (line(fault), fault.message.clone())).collect()
    }

    #[test]
    fn an_address_says_host_port_and_how_it_is_encrypted() {
        let read = |url: &str| {
            SmtpAddress::parse(url).map(|at| format!("{} {} {} {}", at.host, at.port, at.is_wrapped, at.is_loopback))
        };
        for (url, expected) in [
            ("smtp://mail.example.com", "mail.example.com 587 false false"),
            ("SMTPS://mail.example.com/", "mail.example.com 465 true false"),
            ("smtp://localhost:25", "localhost 25 false true"),
            ("smtp://127.0.0.1:2525", "127.0.0.1 2525 false true"),
            ("smtps://[::1]", "::1 465 true true"),
            ("smtp://[2001:db8::1]:25", "2001:db8::1 25 false false"),
            ("smtp://127.0.0.1.example.com", "127.0.0.1.example.com 587 false false"),
        ] {
            assert_eq!(read(url).as_deref(), Some(expected), "{url}");
        }
        for url in [
            "mail.example.com",
            "http://a",
            "smtp://",
            "smtp://a:0",
            "smtp://a:b",
            "smtp://a/b",
            "smtp://[a]",
            "smtp://u@a",
        ] {
            assert_eq!(read(url), None, "{url}");
        }
    }

    #[test]
    fn every_fault_is_told_at_its_line() {
        const SMTP: &str = "smtp = 'smtp://mail.example.com'\n";
        assert!(told(SMTP).is_empty());
        assert!(
            told(&format!("{SMTP}user = 'ci'\ntoken = {{ env = 'A' }}\nauth = 'xoauth2'\ncalendar = true")).is_empty()
        );
        for (text, line, message) in [
            ("calendar = true".to_owned(), 1, "`[mail]` needs the key `smtp`"),
            ("smtp = 'mail.example.com:25'".to_owned(), 2, "this is no address of a mail server"),
            ("smtp = 'smtp://ci:hunter2@mail.example.com'".to_owned(), 0, "the address in line 2 holds a password"),
            (format!("{SMTP}user = 'ci'"), 3, "`user` means nothing without `token`"),
            (format!("{SMTP}token = {{ env = 'A' }}"), 3, "`token` means nothing without `user`"),
            (format!("{SMTP}token = 'hunter2'\nuser = 'ci'"), 0, "`token` in line 3 is the token itself"),
            (format!("{SMTP}auth = 'xoauth2'"), 3, "`auth` means nothing without `user`"),
        ] {
            assert_eq!(told(&text), [(line, message.to_owned())], "{text}");
        }
    }
}
