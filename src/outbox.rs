//! What was sent of a release, and to whom: the lines of its outbox, and what follows from them.
//!
//! An outbox stands beside its release file, as JSON, one line for each thing that happened, and is only ever appended to.
//! That a mail is begun is written before the server gets it, so what is begun and never ended may have arrived.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;

/// The version of the lines that we write, and the newest that we read.
const VERSION: u32 = 1;

/// What a mail is for its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailKind {
    /// The first word of a release.
    Notice,
    /// Another notice to somebody who has had one.
    Reminder,
    /// What was written before has changed.
    Correction,
    /// There is another start.
    Moved,
    /// The start doesn't hold; another one isn't known yet.
    Postponed,
    /// It won't take place.
    Cancelled,
    /// It takes the place of a release that was cancelled.
    NewDate,
    /// How it went.
    Outcome,
}

/// Which mail it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailKey {
    /// What it is for its reader.
    pub kind: MailKind,
    /// What the task's mails go by; empty for what goes out once for the release.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub task: String,
    /// The contact, by its id in the flow.
    pub contact: String,
    /// The address, as the flow or the release has it.
    pub to: String,
    /// The Message-ID, with its brackets.
    pub id: String,
}

/// What a mail said, as far as later ones depend on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTold {
    /// The name that it greets.
    pub name: String,
    /// Its language.
    pub lang: String,
    /// The start that it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// The end that it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    /// The sequence number of the appointment in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u32>,
    /// How the release went, by its word, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// What else it says of the release, label and words, without times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<[String; 2]>,
}

/// A line of an outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum OutboxLine {
    /// The server takes the address, and is about to get the mail.
    Begun {
        /// When.
        at: Timestamp,
        /// Which mail.
        #[serde(flatten)]
        key: MailKey,
        /// What it says.
        #[serde(flatten)]
        told: MailTold,
    },
    /// The server took the mail, or somebody says so.
    Sent {
        /// When.
        at: Timestamp,
        /// The Message-ID.
        id: String,
        /// The server's answer.
        words: String,
    },
    /// The server took the address or the mail not.
    Refused {
        /// When.
        at: Timestamp,
        /// The code of its answer; none where it gave none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
        /// What it said.
        words: String,
        /// Which mail.
        #[serde(flatten)]
        key: MailKey,
    },
    /// Somebody decided that the mail is sent again.
    Again {
        /// When.
        at: Timestamp,
        /// The Message-ID.
        id: String,
    },
}

/// The first line of an outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OutboxHead {
    outbox: u32,
    flow: String,
    number: String,
}

/// What is known of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendingState {
    /// It was begun, and nobody knows whether it arrived.
    Unknown,
    /// The server took it.
    Sent,
    /// The server didn't.
    Refused(Option<u16>, String),
    /// It is sent again, because somebody decided so.
    Again,
}

/// A mail of an outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxMail {
    /// When the last thing happened to it.
    pub at: Timestamp,
    /// Which mail it is.
    pub key: MailKey,
    /// What it said; nothing where it was never begun.
    pub told: MailTold,
    /// What is known of it.
    pub state: SendingState,
    /// Whether its reader was told, or may have been.
    pub is_told: bool,
}

/// That a line is about a mail which wasn't begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownMail;

/// The outbox of a release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outbox {
    mails: Vec<OutboxMail>,
    /// The mail that was begun last under each id.
    by_id: BTreeMap<String, usize>,
    by_address: BTreeMap<String, Vec<usize>>,
}

/// A line as it is written, with its line break.
///
/// # Panics
/// Never: the types have no maps with other keys than strings.
fn written(line: &impl Serialize) -> String {
    let mut words = serde_json::to_string(line).expect("a line can be written");
    words.push('\n');
    words
}

/// The first line of a new outbox.
#[must_use]
pub fn head(flow: &str, number: &str) -> String {
    written(&OutboxHead { outbox: VERSION, flow: flow.to_owned(), number: number.to_owned() })
}

impl OutboxLine {
    /// The line as it is written, with its line break.
    #[must_use]
    pub fn written(&self) -> String {
        written(self)
    }

    /// The Message-ID that it is about.
    fn id(&self) -> &str {
        match self {
            Self::Begun { key, .. } | Self::Refused { key, .. } => &key.id,
            Self::Sent { id, .. } | Self::Again { id, .. } => id,
        }
    }
}

/// Whether it can be a Message-ID: it goes into headers of later mails.
fn is_id(id: &str) -> bool {
    id.starts_with('<') && id.ends_with('>') && id.chars().all(|c| c.is_ascii_graphic())
}

impl Outbox {
    /// Reads an outbox, which must be that of this flow and number. `name` is the file's.
    ///
    /// # Errors
    /// An outbox of something else, and lines that are none.
    pub fn parse(name: &str, text: &str, (flow, number): (&str, &str)) -> Result<Self, Diagnostic> {
        let mut outbox = Self::default();
        if text.is_empty() {
            return Ok(outbox);
        }
        if !text.ends_with('\n') {
            let line = text.lines().count();
            let message = format!("`{name}` is cut off in the middle of line {line}");
            return Err(Diagnostic::error_nowhere("outbox-cut-off", message)
                .help("bring a whole copy of it, from where it was written")
                .help("if the rest of it is lost, ask those who were told, and remove that half line"));
        }
        for (index, line) in text.lines().enumerate() {
            let bad = |what: &str| {
                let message = format!("line {} of `{name}` {what}", index + 1);
                Diagnostic::error_nowhere("bad-outbox", message).help(
                    "if a merge left its marks there, keep the lines of both sides, those of each mail in their order",
                )
            };
            if index == 0 {
                let head: OutboxHead =
                    serde_json::from_str(line).map_err(|_| bad("isn't the beginning of an outbox"))?;
                if head.outbox > VERSION {
                    let message = format!("`{name}` was written by a newer runsheet");
                    return Err(Diagnostic::error_nowhere("bad-outbox", message).help("use that one here, too"));
                }
                if head.flow != flow || head.number != number {
                    let message = format!("`{name}` is the outbox of release `{}` of `{}`", head.number, head.flow);
                    return Err(Diagnostic::error_nowhere("other-outbox", message)
                        .help("bring the one that belongs to this release; a release with a new number needs a file of its own, with `replaces`"));
                }
                continue;
            }
            let line: OutboxLine = serde_json::from_str(line).map_err(|_| bad("isn't one of an outbox"))?;
            if !is_id(line.id()) {
                return Err(bad("names no Message-ID"));
            }
            outbox.apply(line).map_err(|UnknownMail| bad("is about a mail that wasn't begun"))?;
        }
        Ok(outbox)
    }

    /// Takes in what happened.
    ///
    /// # Errors
    /// A line about a mail that isn't known.
    pub fn apply(&mut self, line: OutboxLine) -> Result<(), UnknownMail> {
        match line {
            OutboxLine::Begun { at, key, told } => {
                let mail = self.entry(at, key);
                (mail.at, mail.told, mail.state, mail.is_told) = (at, told, SendingState::Unknown, true);
            }
            OutboxLine::Sent { at, id, .. } => {
                let mail = self.known(&id)?;
                (mail.at, mail.state, mail.is_told) = (at, SendingState::Sent, true);
            }
            OutboxLine::Refused { at, code, words, key } => {
                let mail = self.entry(at, key);
                // Who may have been told by an earlier try stays so.
                mail.is_told = mail.is_told && mail.state == SendingState::Again;
                (mail.at, mail.state) = (at, SendingState::Refused(code, words));
            }
            OutboxLine::Again { at, id } => {
                let mail = self.known(&id)?;
                (mail.at, mail.state) = (at, SendingState::Again);
            }
        }
        Ok(())
    }

    fn known(&mut self, id: &str) -> Result<&mut OutboxMail, UnknownMail> {
        let index = *self.by_id.get(id).ok_or(UnknownMail)?;
        Ok(&mut self.mails[index])
    }

    /// The mail of an id to an address. Older programs gave mails to several addresses of a contact, one after the other, the same id.
    fn entry(&mut self, at: Timestamp, key: MailKey) -> &mut OutboxMail {
        let of_address = self.by_address.entry(key.to.clone()).or_default();
        let known = of_address.iter().copied().find(|index| self.mails[*index].key.id == key.id);
        let index = known.unwrap_or(self.mails.len());
        self.by_id.insert(key.id.clone(), index);
        if known.is_none() {
            of_address.push(index);
            let state = SendingState::Refused(None, String::new());
            self.mails.push(OutboxMail { at, key, told: MailTold::default(), state, is_told: false });
        }
        &mut self.mails[index]
    }

    /// Whether a mail to another address has this id.
    #[must_use]
    pub fn is_taken(&self, id: &str, to: &str) -> bool {
        self.by_id.contains_key(id) && self.mails.iter().any(|mail| mail.key.id == id && mail.key.to != to)
    }

    /// All mails, in the order in which they were begun.
    #[must_use]
    pub fn mails(&self) -> &[OutboxMail] {
        &self.mails
    }

    /// The mails to an address, in the order in which they were begun.
    pub fn to<'a>(&'a self, address: &str) -> impl DoubleEndedIterator<Item = &'a OutboxMail> + use<'a> {
        self.by_address.get(address).into_iter().flatten().map(|index| &self.mails[*index])
    }

    /// Every address to which something was sent or was to be sent, in the order of the alphabet.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.by_address.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> MailKey {
        MailKey {
            kind: MailKind::Notice,
            task: "t".to_owned(),
            contact: "shop".to_owned(),
            to: "a@x".to_owned(),
            id: id.to_owned(),
        }
    }

    fn begun(id: &str) -> OutboxLine {
        let told = MailTold {
            name: "Shop".to_owned(),
            lang: "en".to_owned(),
            lines: vec![["A".to_owned(), "b\n".to_owned()]],
            ..MailTold::default()
        };
        OutboxLine::Begun { at: Timestamp::UNIX_EPOCH, key: key(id), told }
    }

    fn refused(id: &str) -> OutboxLine {
        OutboxLine::Refused { at: Timestamp::UNIX_EPOCH, code: Some(451), words: "later".to_owned(), key: key(id) }
    }

    fn sent(id: &str) -> OutboxLine {
        OutboxLine::Sent { at: Timestamp::UNIX_EPOCH, id: id.to_owned(), words: "250 ok".to_owned() }
    }

    fn again(id: &str) -> OutboxLine {
        OutboxLine::Again { at: Timestamp::UNIX_EPOCH, id: id.to_owned() }
    }

    fn read(text: &str) -> Result<Outbox, String> {
        Outbox::parse("x", text, ("flow", "7")).map_err(|fault| fault.message)
    }

    #[test]
    fn what_became_of_a_mail_follows_from_its_lines() {
        let refused_state = SendingState::Refused(Some(451), "later".to_owned());
        for (lines, state, is_told) in [
            (vec![begun("<1>")], SendingState::Unknown, true),
            (vec![begun("<1>"), sent("<1>")], SendingState::Sent, true),
            (vec![refused("<1>")], refused_state.clone(), false),
            (vec![begun("<1>"), refused("<1>")], refused_state.clone(), false),
            (vec![refused("<1>"), begun("<1>"), sent("<1>")], SendingState::Sent, true),
            // What may have arrived the first time isn't taken back by a refusal of the second.
            (vec![begun("<1>"), again("<1>"), refused("<1>")], refused_state.clone(), true),
            (vec![begun("<1>"), again("<1>")], SendingState::Again, true),
            (vec![refused("<1>"), again("<1>")], SendingState::Again, false),
        ] {
            let text = head("flow", "7") + &lines.iter().map(OutboxLine::written).collect::<String>();
            let outbox = read(&text).unwrap();
            let mail = &outbox.mails()[0];
            assert_eq!((&mail.state, mail.is_told), (&state, is_told), "{text}");
            assert_eq!(outbox.to("a@x").count(), 1);
        }
    }

    #[test]
    fn a_mail_to_another_address_is_another_mail_though_it_has_the_same_id() {
        let to = |address: &str| match begun("<1>") {
            OutboxLine::Begun { at, key, told } => {
                OutboxLine::Begun { at, key: MailKey { to: address.to_owned(), ..key }, told }
            }
            other => other,
        };
        let lines = [to("a@x"), sent("<1>"), to("b@x"), sent("<1>"), to("b@x"), refused("<2>")];
        let text = head("flow", "7") + &lines.iter().map(OutboxLine::written).collect::<String>();
        let outbox = read(&text).unwrap();
        let states = |address: &str| outbox.to(address).map(|mail| mail.state.clone()).collect::<Vec<_>>();
        assert_eq!(states("b@x"), [SendingState::Unknown]);
        assert_eq!(states("a@x")[0], SendingState::Sent);
        assert_eq!(outbox.addresses().collect::<Vec<_>>(), ["a@x", "b@x"]);
        assert!(outbox.is_taken("<1>", "c@x") && outbox.is_taken("<2>", "b@x") && !outbox.is_taken("<2>", "a@x"));
    }

    #[test]
    fn what_is_no_outbox_of_this_release_is_told() {
        let head = head("flow", "7");
        assert_eq!(read(""), Ok(Outbox::default()));
        assert_eq!(read(&head), Ok(Outbox::default()));
        for (text, message) in [
            (super::head("other", "7"), "`x` is the outbox of release `7` of `other`"),
            (super::head("flow", "8"), "`x` is the outbox of release `8` of `flow`"),
            (head.trim_end().to_owned(), "`x` is cut off in the middle of line 1"),
            (format!("{head}{}", &begun("<1>").written()[..40]), "`x` is cut off in the middle of line 2"),
            (format!("{head}<<<<<<< HEAD\n"), "line 2 of `x` isn't one of an outbox"),
            (begun("<1>").written(), "line 1 of `x` isn't the beginning of an outbox"),
            (format!("{head}{}", sent("<1>").written()), "line 2 of `x` is about a mail that wasn't begun"),
            (format!("{head}{}", begun("<1>\r\nBcc: <x>").written()), "line 2 of `x` names no Message-ID"),
            (head.replace(":1,", ":2,"), "`x` was written by a newer runsheet"),
        ] {
            assert_eq!(read(&text), Err(message.to_owned()), "{text}");
        }
    }
}
