//! Makes `mail/*.txt`, to read and paste, and the same mails as `mail/*.eml`, to send.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

use jiff::Zoned;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, SinglePart};
use lettre::{Address, message::Mailboxes, message::header};

use super::Templates;
use super::templates::{MAIL, MAIL_SUBJECT};
use crate::diagnostic::{Diagnostic, Level};
use crate::limits::{MAILS, Tally};
use crate::output::{Artifact, OutputKind};
use crate::plan::{Contact, Plain, Plan, ReleaseStanding, Task, Value};
use crate::text::Text;
use crate::view::labels::{Labels, word};
use crate::view::mail::{self, Mail, Missing, one_line};

/// The last second that the date of a mail can express: the end of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// Greatest length of a header's line, its end not counted (RFC 5322, 2.1.1).
const LINE: usize = 78;

/// The longest word of a header that is written as it is: behind the header's name it fits a [`LINE`].
const LONGEST_WORD: usize = 64;

/// The longest left side of a message id.
const LONGEST_ID: usize = 300;

/// Writes every mail, or no mail and a note that says why: `mail-not-planned`, `mail-from-missing` or `mail-incomplete`.
///
/// # Errors
/// An address that isn't one (`mail-address`), a date that a mail can't carry (`mail-date`), or a fault of the user's
/// templates.
pub fn mails(
    plan: &Plan,
    labels: &Labels,
    others: &[(Plan, Labels)],
    templates: &Templates,
) -> Result<(Vec<Artifact>, Vec<Diagnostic>), Diagnostic> {
    if plan.cold.iter().all(|task| task.notify.is_empty()) {
        return Ok((Vec::new(), Vec::new()));
    }
    // Nobody is told of a release as planned that isn't.
    if let Some(standing) = plan.release.standing().next() {
        let what = if standing == ReleaseStanding::Drill { "this is a" } else { "the release is" };
        let message = format!("no mails are written: {what} {}", standing.word());
        return Ok((Vec::new(), vec![note("mail-not-planned", message)]));
    }
    [plan].into_iter().chain(others.iter().map(|(plan, _)| plan)).try_for_each(refuse_too_many)?;
    let mut notes = Vec::new();
    if plan.mail_from.is_none() {
        let message = "no mails are written: nobody is said to send them";
        notes.push(
            note("mail-from-missing", message).help("add `mail-from = \"Name <address>\"` at the top of the flow"),
        );
    }
    let mails = mail::mails(plan, labels, others).unwrap_or_else(|missing| {
        notes.push(incomplete(plan, &missing));
        Vec::new()
    });
    let Some(from) = plan.mail_from.as_ref().filter(|_| notes.is_empty()) else { return Ok((Vec::new(), notes)) };
    let from = sender(from)?;
    let mut artifacts = Vec::new();
    for mail in &mails {
        let subject = one_line(&templates.render(&MAIL_SUBJECT, &mail.view)?);
        let body = templates.render(&MAIL, &mail.view)?;
        let recipients = recipients(mail.contact, mail.task)?;
        let head = [
            (word!("mail.send"), mail.view.due.as_str()),
            (word!("mail.from"), &from.to_string()),
            (word!("mail.to"), &recipients.to_string()),
            (word!("subject"), &subject),
        ];
        let head = head.map(|(name, value)| [mail.labels.say(name), mail.labels.say(word!("colon")), value].concat());
        let text = format!("{}\n\n{body}", head.join("\n"));
        let artifact = |ending: &str, bytes: Vec<u8>| Artifact {
            kind: OutputKind::Mail,
            path: format!("mail/{}.{ending}", mail.name),
            bytes,
        };
        artifacts.push(artifact("txt", text.into_bytes()));
        let message = message(plan, mail, from.clone(), recipients, &subject, body)?;
        artifacts.push(artifact("eml", folded(&message.formatted())));
    }
    Ok((artifacts, notes))
}

/// What every mail holds beside the texts that are counted, in bytes: our own words, and the headers.
const FRAME: usize = 2048;

/// Refuses mails of too many bytes before they are made. Each is made twice, to read and to send; it holds the task's text and
/// all values, and its head every address of its contact.
fn refuse_too_many(plan: &Plan) -> Result<(), Diagnostic> {
    let mut tally = Tally::new(&MAILS);
    let length = |text: &Text| {
        let addresses = text.runs.iter().filter_map(|run| run.style.link.as_ref());
        text.to_plain().len() + addresses.map(|address| address.len()).sum::<usize>()
    };
    let all = |words: &[Plain]| words.iter().map(|one| one.len() + 2).sum::<usize>();
    let value = |value: &Value| length(&value.label) + value.given.as_deref().map_or(0, all);
    let title_and_owner = length(&plan.title) + plan.owner.as_ref().map_or(0, length);
    let same = FRAME + title_and_owner + plan.values.iter().map(value).sum::<usize>();
    let mut notified = vec![0_usize; plan.contacts.len()];
    for task in &plan.cold {
        let said: usize = [&task.impact, &task.ask].into_iter().flatten().map(length).sum();
        let factors = [(2, "files"), (task.notify.len(), "contacts"), (same + said, "bytes")];
        tally.add(&factors, Some(task.step.span));
        for contact in &task.notify {
            notified[contact.0] += 1;
        }
    }
    for (contact, tasks) in plan.contacts.iter().zip(notified) {
        // The name stands before each address.
        let name = length(&contact.name) + contact.person.as_ref().map_or(0, |person| person.len()) + 8;
        let addresses = name.saturating_mul(contact.email.len()) + all(&contact.email);
        let place = contact.email.first().and_then(|first| first.origin).map(|origin| origin.literal);
        tally.add(&[(2, "files"), (tasks, "mails"), (addresses, "bytes of addresses")], place);
    }
    tally.fault().map_or(Ok(()), Err)
}

fn note(code: &'static str, message: impl Into<String>) -> Diagnostic {
    Diagnostic { level: Level::Note, ..Diagnostic::error_nowhere(code, message) }
}

/// Says what is missing, and where it is declared.
fn incomplete(plan: &Plan, missing: &[Missing]) -> Diagnostic {
    let name = |missing: &Missing| match missing {
        Missing::Value(value) => format!("`{}`", plan.values[*value].name),
        Missing::Other(name) => format!("`{name}`"),
    };
    let names: Vec<String> = missing.iter().map(name).collect();
    let note = note("mail-incomplete", format!("no mails are written: they need {}", names.join(", ")))
        .help("give what is missing in the release file or on the command line");
    let values = missing.iter().filter_map(|missing| match missing {
        Missing::Value(value) => Some(plan.values[*value].span),
        Missing::Other(_) => None,
    });
    values.fold(note, |note, place| note.context(place, "used in a mail"))
}

/// The sender: an address, or a name and `<address>`. The reader of the flow has checked it already.
fn sender(from: &str) -> Result<Mailbox, Diagnostic> {
    let (name, address) = crate::source::address::sender(from).ok_or_else(|| {
        Diagnostic::error_nowhere("mail-address", format!("`{}` in `mail-from` isn't a mail address", one_line(from)))
    })?;
    let name = one_line(name);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// The addresses of a contact, each with its name and who is on call.
fn recipients(contact: &Contact, task: &Task) -> Result<Mailboxes, Diagnostic> {
    // A line break in a name would begin another header.
    let name = one_line(&contact.name.to_plain());
    let person = contact.person.as_ref().map(|person| one_line(person));
    let name = person.map_or_else(|| name.clone(), |person| format!("{name} {person}"));
    let mut recipients = Mailboxes::new();
    for email in &contact.email {
        let address = email.parse::<Address>().map_err(|_| {
            let message = format!("`{}` of `{}` isn't a mail address", one_line(email), contact.id);
            Diagnostic::error("mail-address", task.step.span, message).help("write it like `team@example.com`")
        })?;
        recipients.push(Mailbox::new(Some(name.clone()), address));
    }
    Ok(recipients)
}

fn message(
    plan: &Plan,
    mail: &Mail<'_>,
    from: Mailbox,
    to: Mailboxes,
    subject: &str,
    body: String,
) -> Result<Message, Diagnostic> {
    let span = mail.task.step.span;
    let seconds = mail.due.timestamp().as_second();
    let date = u64::try_from(seconds).ok().filter(|_| seconds <= LAST_SECOND).ok_or_else(|| {
        Diagnostic::error("mail-date", span, "this mail would be due before 1970")
            .help("check the start of the release")
    })?;
    let id = message_id(plan, mail, from.email.domain());
    let senders = Mailboxes::from(from.clone());
    let mut builder = Message::builder()
        .header(header::Date::new(SystemTime::UNIX_EPOCH + Duration::from_secs(date)))
        .from(from)
        .mailbox(header::To::from(to.clone()))
        .subject(subject)
        .message_id(Some(id));
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
    builder
        .singlepart(SinglePart::plain(body))
        .map_err(|error| Diagnostic::error("mail-address", span, format!("this mail can't be written: {error}")))
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

/// The id of a mail. The same release, task and contact always give the same id.
fn message_id(plan: &Plan, mail: &Mail<'_>, domain: &str) -> String {
    let run = match &plan.release.number {
        Some(number) => atom(number),
        None => plan.release.start.as_ref().map_or_else(String::new, stamp),
    };
    let contact = &mail.contact.id;
    let mut left = format!("{}.{run}.{}.{}", atom(&plan.id), atom(mail.task_id), atom(contact));
    // It can't be folded, so a long one is replaced by its digest.
    if left.len() > LONGEST_ID {
        left = crate::source::digest(left.as_bytes());
    }
    format!("<{left}@{}>", domain.split('.').map(atom).collect::<Vec<_>>().join("."))
}

fn stamp(start: &Zoned) -> String {
    start.timestamp().as_second().to_string()
}

/// A string as part of an id: letters, digits and `-` stay, every other character is replaced by its number. It is
/// never empty, and different strings stay different.
fn atom(words: &str) -> String {
    let mut out = String::new();
    for c in words.chars() {
        if c.is_ascii_alphanumeric() || c == '-' {
            out.push(c);
        } else {
            let _ = write!(out, "_{:x}_", u32::from(c));
        }
    }
    if out.is_empty() { "_".to_owned() } else { out }
}
