//! Makes `mail/*.txt`, to read and paste, and the same mails as `mail/*.eml`, to send.

use std::fmt::Write;
use std::time::{Duration, SystemTime};

use jiff::Zoned;
use lettre::message::{Mailbox, Message, SinglePart};
use lettre::{Address, message::Mailboxes, message::header};

use super::Templates;
use super::templates::{MAIL, MAIL_SUBJECT};
use crate::diagnostic::{Diagnostic, Level};
use crate::limits::{MAILS, Tally};
use crate::output::{Artifact, OutputKind};
use crate::plan::{Contact, Plain, Plan, Task, Value};
use crate::text::Text;
use crate::view::labels::{Labels, word};
use crate::view::mail::{self, Mail, one_line};

/// The last second that the date of a mail can express: the end of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// Writes every mail, or no mail and a note that says why: `mail-from-missing` or `mail-incomplete`.
///
/// # Errors
/// An address that isn't one (`mail-address`), a date that a mail can't carry (`mail-date`), or a fault of the user's
/// templates.
pub fn mails(
    plan: &Plan,
    labels: &Labels,
    templates: &Templates,
) -> Result<(Vec<Artifact>, Vec<Diagnostic>), Diagnostic> {
    if plan.cold.iter().all(|task| task.notify.is_empty()) {
        return Ok((Vec::new(), Vec::new()));
    }
    refuse_too_many(plan)?;
    let mut notes = Vec::new();
    if plan.mail_from.is_none() {
        let message = "no mails are written: nobody is said to send them";
        notes.push(
            note("mail-from-missing", message).help("add `mail-from = \"Name <address>\"` at the top of the flow"),
        );
    }
    let mails = mail::mails(plan, labels).unwrap_or_else(|missing| {
        notes.push(incomplete(plan, &missing));
        Vec::new()
    });
    let Some(from) = plan.mail_from.as_ref().filter(|_| notes.is_empty()) else { return Ok((Vec::new(), notes)) };
    let from = sender(from)?;
    let mut artifacts = Vec::new();
    for mail in &mails {
        let subject = one_line(&templates.render(&MAIL_SUBJECT, &mail.view)?);
        let body = templates.render(&MAIL, &mail.view)?;
        let recipients = recipients(plan.contact(mail.contact), mail.task)?;
        let head = [
            (word!("mail.send"), mail.view.due.as_str()),
            (word!("mail.from"), &from.to_string()),
            (word!("mail.to"), &recipients.to_string()),
            (word!("mail.subject"), &subject),
        ];
        let head = head.map(|(name, value)| [labels.say(name), labels.say(word!("colon")), value].concat());
        let text = format!("{}\n\n{body}", head.join("\n"));
        let artifact = |ending: &str, bytes: Vec<u8>| Artifact {
            kind: OutputKind::Mail,
            path: format!("mail/{}.{ending}", mail.name),
            bytes,
        };
        artifacts.push(artifact("txt", text.into_bytes()));
        let message = message(plan, mail, from.clone(), recipients, &subject, body)?;
        artifacts.push(artifact("eml", message.formatted()));
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
fn incomplete(plan: &Plan, missing: &[String]) -> Diagnostic {
    let mut names = Vec::new();
    let mut places = Vec::new();
    for name in missing {
        match plan.values.iter().find(|value| value.label.to_plain() == *name) {
            Some(value) => {
                names.push(format!("`{}`", value.name));
                places.push(value.span);
            }
            None => names.push(format!("`{name}`")),
        }
    }
    let note = note("mail-incomplete", format!("no mails are written: they need {}", names.join(", ")))
        .help("give what is missing in the release file or on the command line");
    places.into_iter().fold(note, |note, place| note.context(place, "used in a mail"))
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
    Message::builder()
        .header(header::Date::new(SystemTime::UNIX_EPOCH + Duration::from_secs(date)))
        .from(from)
        .mailbox(header::To::from(to))
        .subject(subject)
        .message_id(Some(id))
        .singlepart(SinglePart::plain(body))
        .map_err(|error| Diagnostic::error("mail-address", span, format!("this mail can't be written: {error}")))
}

/// The id of a mail. The same release, task and contact always give the same id.
fn message_id(plan: &Plan, mail: &Mail<'_>, domain: &str) -> String {
    let run = match &plan.release.number {
        Some(number) => atom(number),
        None => plan.release.start.as_ref().map_or_else(String::new, stamp),
    };
    let contact = &plan.contact(mail.contact).id;
    let task = &mail.task.step.number;
    format!(
        "<{}.{run}.{task}.{}@{}>",
        atom(&plan.id),
        atom(contact),
        domain.split('.').map(atom).collect::<Vec<_>>().join(".")
    )
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
