//! A mail as the bytes that a server or a mail program gets.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Mailboxes, Message, MultiPart, SinglePart, header};

use super::calendar::Appointment;
use crate::diagnostic::Diagnostic;
use crate::source::digest;

/// The last second that the date of a mail can express: the end of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// Greatest length of a header's line, its end not counted (RFC 5322, 2.1.1).
const LINE: usize = 78;

/// The longest word of a header that is written as it is: behind the header's name it fits a [`LINE`].
const LONGEST_WORD: usize = 64;

/// Greatest length of an encoded line of a text (RFC 2045, 6.7).
const ENCODED_LINE: usize = 76;

/// A mail before it is written.
pub struct MailLetter<'a> {
    /// Who sends it.
    pub from: &'a Mailbox,
    /// Who gets it.
    pub to: &'a Mailboxes,
    /// When it is sent, in seconds from the beginning of 1970.
    pub seconds: i64,
    /// Its Message-ID, with brackets.
    pub id: String,
    /// The Message-ID of the mail that it follows, with brackets.
    pub answers: Option<&'a str>,
    /// Its subject, on one line.
    pub subject: &'a str,
    /// Its text.
    pub body: String,
    /// The appointment in it.
    pub appointment: Option<&'a Appointment<'a>>,
    /// Whether a mail program opens it to be sent, and not as one that was received.
    pub is_draft: bool,
}

impl MailLetter<'_> {
    /// The mail with its header.
    ///
    /// # Errors
    /// A date that a mail can't carry (`mail-date`), or addresses that it can't (`mail-address`).
    pub fn written(self) -> Result<Vec<u8>, Diagnostic> {
        let date = u64::try_from(self.seconds).ok().filter(|_| self.seconds <= LAST_SECOND);
        let date = date.ok_or_else(|| Diagnostic::error_nowhere("mail-date", "a mail can't carry this date"))?;
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(date);
        let (from, to, subject) = (self.from.clone(), self.to.clone(), self.subject);
        let senders = Mailboxes::from(from.clone());
        let mut builder = Message::builder()
            .header(header::Date::new(date))
            .from(from)
            .mailbox(header::To::from(to.clone()))
            .subject(subject)
            .message_id(Some(self.id.clone()));
        if let Some(id) = self.answers {
            builder = builder.in_reply_to(id.to_owned()).references(id.to_owned());
        }
        if self.is_draft {
            builder = builder.raw_header(written("X-Unsent", "1".to_owned(), "1".to_owned()));
        }
        // lettre writes a word of ASCII as it is, even one that reads as code for other words, and however long it is.
        if !is_plain(subject) {
            builder = builder.raw_header(written("Subject", subject.to_owned(), encoded(subject)));
        }
        for (name, boxes) in [("From", senders), ("To", to)] {
            if !boxes.iter().filter_map(|one| one.name.as_deref()).all(is_plain) {
                let one =
                    |one: &Mailbox| format!("{}\r\n <{}>", encoded(one.name.as_deref().unwrap_or_default()), one.email);
                let value = boxes.iter().map(one).collect::<Vec<_>>().join(",\r\n ");
                builder = builder.raw_header(written(name, boxes.to_string(), value));
            }
        }
        let text = text(self.body);
        let message = match self.appointment {
            None => builder.singlepart(text),
            Some(appointment) => {
                // A boundary that is made of the id, so that the same mail has the same bytes.
                let boundary = format!("runsheet-{}", &digest(self.id.as_bytes())[..32]);
                let kind = format!("text/calendar; method={}; charset=UTF-8", appointment.method());
                let kind = ContentType::parse(&kind).map_err(|error| unwritable(&error))?;
                let calendar = SinglePart::builder().header(kind).body(appointment.written(self.seconds));
                let parts = MultiPart::alternative().boundary(boundary);
                builder.multipart(parts.singlepart(text).singlepart(calendar))
            }
        };
        message.map(|message| folded(&message.formatted())).map_err(|error| unwritable(&error))
    }
}

fn unwritable(error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error_nowhere("mail-address", format!("this mail can't be written: {error}"))
}

/// A part of plain text. A line that begins with a dot, or like the beginning of another mail in a mailbox, is encoded: programs on the
/// way take such lines for more than text.
fn text(body: String) -> SinglePart {
    let is_taken = |line: &str| line.starts_with('.') || line.starts_with("From ");
    if !body.lines().any(is_taken) {
        return SinglePart::plain(body);
    }
    let bytes = quoted_printable(&body).into_bytes();
    let encoding = ContentTransferEncoding::QuotedPrintable;
    // It is ASCII in short lines, which is what this encoding asks for.
    SinglePart::builder().header(ContentType::TEXT_PLAIN).body(Body::dangerous_pre_encoded(bytes, encoding))
}

/// A text as quoted-printable (RFC 2045, 6.7), where no line begins with a dot or `From `.
fn quoted_printable(body: &str) -> String {
    let mut out = String::new();
    for line in body.lines() {
        let mut length = 0;
        let mut characters = line.chars().enumerate().peekable();
        while let Some((at, c)) = characters.next() {
            let is_last = characters.peek().is_none();
            let is_begin = at == 0 && (c == '.' || line.starts_with("From "));
            let is_end = is_last && matches!(c, ' ' | '\t');
            let is_kept = matches!(c, ' '..='~' | '\t') && c != '=' && !is_begin && !is_end;
            let mut code = String::new();
            if is_kept {
                code.push(c);
            } else {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a string can't fail.
                    let _ = write!(code, "={byte:02X}");
                }
            }
            if length + code.len() + usize::from(!is_last) > ENCODED_LINE {
                out.push_str("=\r\n");
                length = 0;
                // The rest of a line can begin with a dot, too.
                if code == "." {
                    "=2E".clone_into(&mut code);
                }
            }
            length += code.len();
            out.push_str(&code);
        }
        out.push_str("\r\n");
    }
    out
}

/// A mail whose header lines are folded at [`LINE`] characters where they can be: lettre doesn't fold between the name and
/// the address of a person.
fn folded(mail: &[u8]) -> Vec<u8> {
    let end = mail.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(mail.len());
    let (head, body) = mail.split_at(end);
    let mut out = Vec::with_capacity(mail.len() + 16);
    for (index, line) in head.split(|byte| *byte == b'\n').enumerate() {
        if index > 0 {
            out.push(b'\n');
        }
        let mut line = line;
        while line.strip_suffix(b"\r").unwrap_or(line).len() > LINE {
            // What is before the space stays on its line: more than the beginning of a folded line or a header's name.
            let is_break = |at: &usize| line[*at] == b' ' && !matches!(line[*at - 1], b' ' | b':');
            let Some(at) = (1..=LINE).rev().find(is_break) else { break };
            out.extend([&line[..at], b"\r\n"].concat());
            line = &line[at..];
        }
        out.extend(line);
    }
    out.extend(body);
    out
}

/// A header whose value is written and folded already.
fn written(name: &'static str, value: String, written: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value, written)
}

/// True for words that lettre writes so that a reader shows the same: none of them is code for other words (RFC 2047),
/// and a line can be broken between them (RFC 5322, 2.1.1).
fn is_plain(words: &str) -> bool {
    !words.contains("=?") && words.split(' ').all(|word| !word.is_ascii() || word.len() <= LONGEST_WORD)
}

/// Words in the code of RFC 2047, at most [`LONGEST_WORD`] characters on a line.
fn encoded(words: &str) -> String {
    const BEGIN: &str = "=?utf-8?q?";
    const END: &str = "?=";
    let mut out = String::from(BEGIN);
    let mut length = BEGIN.len();
    for c in words.chars() {
        let mut code = String::new();
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            if byte.is_ascii_alphanumeric() {
                code.push(char::from(byte));
            } else {
                // Writing to a string can't fail.
                let _ = write!(code, "={byte:02X}");
            }
        }
        if length + code.len() + END.len() > LONGEST_WORD {
            out.extend([END, "\r\n ", BEGIN]);
            length = BEGIN.len();
        }
        length += code.len();
        out.push_str(&code);
    }
    out + END
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_mean_something_on_the_way_are_encoded() {
        for (text, code) in [
            (".\n", "=2E\r\n"),
            ("From here on\nFrom\n", "=46rom here on\r\nFrom\r\n"),
            ("..a=b \n\n", "=2E.a=3Db=20\r\n\r\n"),
            ("é\n", "=C3=A9\r\n"),
        ] {
            assert_eq!(quoted_printable(text), code, "{text:?}");
        }
        let long = quoted_printable(&format!("{}.{}", "a".repeat(75), "b".repeat(80)));
        assert_eq!(long, format!("{}=\r\n=2E{}=\r\n{}\r\n", "a".repeat(75), "b".repeat(72), "b".repeat(8)));
        assert!(quoted_printable(&"中".repeat(100)).lines().all(|line| line.len() <= ENCODED_LINE));
    }
}
