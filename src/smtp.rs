//! Hands mails to a server, each to one address at a time, so that one bad address costs only its own. It knows addresses and
//! bytes, and nothing of flows.
//!
//! The dialogue is held step by step: whoever sends must be able to write down that a mail is on its way after the server has
//! taken the address and before it gets the first byte of the mail.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use lettre::transport::smtp::{Error, extension};

use crate::secret::{Login, Secret};
use crate::source::config::{MailAuth, SmtpAddress};

/// The longest that one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest that the server may take to think about a whole mail: it looks for viruses and writes to its disk.
const PATIENCE_WITH_MAIL: Duration = Duration::from_secs(300);

/// Why nothing can be sent through a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpFault {
    /// What is wrong, in one line, as a diagnostic says it.
    pub message: String,
    /// What to do next, a sentence each.
    pub help: Vec<String>,
    /// Whether it is about the login.
    pub is_of_login: bool,
}

impl SmtpFault {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: vec![help.into()], is_of_login: false }
    }
}

/// What a server says to an address or a mail that it doesn't take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpRefusal {
    /// The code of its answer, 400 to 599; `None` where there is none: it can't take such a mail, or is gone before it got any of it.
    pub code: Option<u16>,
    /// What it said, on one line.
    pub words: String,
}

/// Why an address isn't taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOffered {
    /// The server refuses this address.
    Address(SmtpRefusal),
    /// It refuses more than that, or is gone.
    Server(SmtpFault),
}

/// What became of a mail whose address was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandedOver {
    /// The server took it, with these words.
    Taken(String),
    /// It didn't.
    Refused(SmtpRefusal),
    /// Nobody knows: the connection ended before the answer came.
    Unknown(String),
}

/// A connection to a server that is ready for mails.
pub struct SmtpSession {
    connection: SmtpConnection,
    host: String,
    secret: Option<Secret>,
}

impl SmtpSession {
    /// Connects, encrypts and logs in. In the clear it goes to this machine itself only, and there only where nobody logs in or the
    /// server can do nothing else.
    ///
    /// # Errors
    /// Why that fails.
    pub fn open(at: &SmtpAddress, login: Option<(&Login, MailAuth)>) -> Result<Self, SmtpFault> {
        let name = ClientId::default();
        let parameters = TlsParameters::new(at.host.clone()).map_err(|error| {
            SmtpFault::new(
                format!("no encryption can be set up: {}", last_words(&error)),
                "look at the certificates of this system",
            )
        })?;
        let wrapped = at.is_wrapped.then_some(&parameters);
        let server = (at.host.as_str(), at.port);
        let mut connection = SmtpConnection::connect(server, Some(PATIENCE), &name, wrapped, None)
            .map_err(|error| unreachable_server(at, &error))?;
        if !at.is_wrapped {
            if connection.can_starttls() && (!at.is_loopback || login.is_some()) {
                connection.starttls(&parameters, &name).map_err(|error| unreachable_server(at, &error))?;
            } else if !at.is_loopback {
                let message = format!("`{}` offers no STARTTLS, so everything would go in the clear", at.host);
                let help = "use a port where it does, usually 587, or `smtps://` with port 465";
                return Err(SmtpFault::new(message, help));
            }
        }
        let secret = login.map(|(login, _)| login.secret.clone());
        let mut session = Self { connection, host: at.host.clone(), secret };
        if let Some((login, auth)) = login {
            session.log_in(login, auth)?;
        }
        Ok(session)
    }

    fn log_in(&mut self, login: &Login, auth: MailAuth) -> Result<(), SmtpFault> {
        let user = login.user.clone().unwrap_or_default();
        let secret = login.secret.reveal();
        let info = self.connection.server_info();
        let done = match auth {
            MailAuth::Password if info.get_auth_mechanism(DEFAULT_MECHANISMS).is_some() => {
                let credentials = Credentials::new(user.clone(), secret.to_owned());
                self.connection.auth(DEFAULT_MECHANISMS, &credentials)
            }
            MailAuth::Xoauth2 if info.supports_auth_mechanism(Mechanism::Xoauth2) => {
                let words = STANDARD.encode(format!("user={user}\u{1}auth=Bearer {secret}\u{1}\u{1}"));
                // A server that refuses the token first says why, in a challenge, and then, after an empty answer, that it refuses.
                self.connection.command(DialogueLine(format!("AUTH XOAUTH2 {words}"))).and_then(|answer| {
                    if answer.has_code(334) { self.connection.command(DialogueLine(String::new())) } else { Ok(answer) }
                })
            }
            _ => {
                let known = extension_words(info);
                let message = format!("`{}` lets nobody log in in this way", self.host);
                let help = format!("it offers {known}: set `auth` accordingly, or leave out `user` for a relay");
                return Err(SmtpFault::new(message, help));
            }
        };
        done.map(drop).map_err(|error| {
            let words = self.told(&error);
            match error.status() {
                Some(code) => {
                    let message = format!("`{}` doesn't let `{user}` log in: {} {words}", self.host, number(code));
                    SmtpFault { is_of_login: true, ..SmtpFault::new(message, "look at `user`, and at the token") }
                }
                None => {
                    SmtpFault::new(format!("`{}` ended while logging in: {words}", self.host), "run it again later")
                }
            }
        })
    }

    /// Asks the server to take a mail from and to an address.
    ///
    /// # Errors
    /// That it doesn't.
    pub fn offer(&mut self, from: &Address, to: &Address) -> Result<(), NotOffered> {
        let mut parameters = Vec::new();
        if !AsRef::<str>::as_ref(from).is_ascii() || !AsRef::<str>::as_ref(to).is_ascii() {
            if !self.connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let words = format!("`{}` takes only addresses in ASCII", self.host);
                return Err(NotOffered::Address(SmtpRefusal { code: None, words }));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if let Err(error) = self.connection.command(Mail::new(Some(from.clone()), parameters)) {
            return Err(NotOffered::Server(match error.status() {
                Some(code) => {
                    let message =
                        format!("`{}` takes no mail from `{from}`: {} {}", self.host, number(code), self.told(&error));
                    SmtpFault::new(message, "look at `mail-from` in the flow, and whether `user` may send in that name")
                }
                None => self.gone(&error),
            }));
        }
        match self.connection.command(Rcpt::new(to.clone(), Vec::new())) {
            Ok(_) => Ok(()),
            Err(error) => {
                let Some(code) = error.status() else { return Err(NotOffered::Server(self.gone(&error))) };
                let refusal = SmtpRefusal { code: Some(number(code)), words: self.told(&error) };
                // 421: the server closes the connection, whatever the address is.
                if number(code) == 421 {
                    return Err(NotOffered::Server(self.gone(&error)));
                }
                match self.connection.command(Rset) {
                    Ok(_) => Err(NotOffered::Address(refusal)),
                    Err(error) => Err(NotOffered::Server(self.gone(&error))),
                }
            }
        }
    }

    /// Hands over the mail, once the address was taken.
    pub fn hand_over(&mut self, mail: &[u8]) -> HandedOver {
        if let Err(error) = self.connection.command(Data) {
            // No byte of the mail has left, so it wasn't sent, whatever happened.
            return HandedOver::Refused(SmtpRefusal { code: error.status().map(number), words: self.told(&error) });
        }
        // A failure to set a time limit leaves the one before.
        let _ = self.connection.set_timeout(Some(PATIENCE_WITH_MAIL));
        // The end of the dialogue begins with a line break of its own.
        let answer = self.connection.message(mail.strip_suffix(b"\r\n").unwrap_or(mail));
        let _ = self.connection.set_timeout(Some(PATIENCE));
        match answer {
            Ok(response) if response.code().severity == Severity::PositiveCompletion => {
                HandedOver::Taken(self.hidden(&said(&response)))
            }
            Ok(response) => HandedOver::Unknown(self.hidden(&said(&response))),
            Err(error) => match error.status() {
                Some(code) => HandedOver::Refused(SmtpRefusal { code: Some(number(code)), words: self.told(&error) }),
                None => HandedOver::Unknown(self.told(&error)),
            },
        }
    }

    /// Says good-bye.
    pub fn close(mut self) {
        // Everything is done; a server that doesn't answer any more changes nothing.
        let _ = self.connection.quit();
    }

    /// That the server is gone in the middle.
    fn gone(&self, error: &Error) -> SmtpFault {
        let code = error.status().map(|code| format!("{} ", number(code))).unwrap_or_default();
        let message = format!("`{}` ended the connection: {code}{}", self.host, self.told(error));
        SmtpFault::new(message, "what isn't sent yet is still due: run it again later")
    }

    /// What an error says, without the secret.
    fn told(&self, error: &Error) -> String {
        self.hidden(&last_words(error))
    }

    fn hidden(&self, words: &str) -> String {
        self.secret.as_ref().map_or_else(|| words.to_owned(), |secret| secret.hidden_in(words))
    }
}

/// A line of the dialogue that lettre has no command for.
struct DialogueLine(String);

impl fmt::Display for DialogueLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\r\n", self.0)
    }
}

/// The ways to log in that a server offers.
fn extension_words(info: &extension::ServerInfo) -> String {
    let all = [(Mechanism::Plain, "`PLAIN`"), (Mechanism::Login, "`LOGIN`"), (Mechanism::Xoauth2, "`XOAUTH2`")];
    let known: Vec<&str> =
        all.into_iter().filter(|(one, _)| info.supports_auth_mechanism(*one)).map(|(_, word)| word).collect();
    if known.is_empty() { "none of the ways that we know".to_owned() } else { known.join(", ") }
}

fn number(code: lettre::transport::smtp::response::Code) -> u16 {
    code.into()
}

/// What a server says, on one line with its code.
fn said(response: &Response) -> String {
    let words: Vec<&str> = response.message().collect();
    format!("{} {}", number(response.code()), words.join(" "))
}

/// What the innermost reason of an error says.
fn last_words(error: &Error) -> String {
    let Some(mut reason) = error.source() else { return error.to_string() };
    while let Some(deeper) = reason.source() {
        reason = deeper;
    }
    let mut words = reason.to_string();
    if let Some(at) = words.find(" (os error") {
        words.truncate(at);
    }
    if words == "incomplete response" { "it stopped in the middle of an answer".to_owned() } else { words }
}

/// Why there is no connection, or no encrypted one.
fn unreachable_server(at: &SmtpAddress, error: &Error) -> SmtpFault {
    let words = last_words(error);
    let server = format!("`{}` port {}", at.host, at.port);
    if let Some(code) = error.status() {
        return SmtpFault::new(format!("{server} refuses us: {} {words}", number(code)), "ask those who run it");
    }
    if words.contains("certificate") {
        let message = format!("the certificate of {server} isn't trusted: {words}");
        return SmtpFault {
            message,
            help: vec![
                "let the system trust the authority that signed it; `SSL_CERT_FILE` names a file of others".to_owned(),
                "use the server's name as it stands in its certificate".to_owned(),
            ],
            is_of_login: false,
        };
    }
    SmtpFault::new(
        format!("{server} can't be reached: {words}"),
        "look at `smtp` in `runsheet.toml`, or run it again later",
    )
}
