//! What we note beside a page: which version we wrote, and digests of it.

use serde_json::{Value, json};

use super::paths::{KEY, words};
use crate::wiki::{PageNote, PageTrace};

/// A note, with what the wiki says of the note itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    id: String,
    /// The version of the note.
    version: u64,
    /// The version of the page that we wrote, or were about to write.
    page: u64,
    /// Whether the wiki said that it has that version.
    is_written: bool,
    /// What stands in the history beside that version; empty for the first one.
    message: String,
    note: PageNote,
}

impl Noted {
    /// We wrote this version of a page.
    pub fn written(page: u64, note: PageNote, message: &str) -> Self {
        Self { id: String::new(), version: 1, page, is_written: true, message: message.to_owned(), note }
    }

    /// We are about to write it.
    pub fn announced(page: u64, note: PageNote, message: &str) -> Self {
        Self { is_written: false, ..Self::written(page, note, message) }
    }

    /// As the version after another note.
    pub fn after(self, before: Option<&Self>) -> Self {
        match before {
            Some(before) => Self { id: before.id.clone(), version: before.version + 1, ..self },
            None => self,
        }
    }

    /// The wiki's name for it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Reads a note; `None` for one that isn't ours.
    pub fn read(property: &Value) -> Option<Self> {
        let value = &property["value"];
        let digest = |key: &str| value[key].as_str().map(str::to_owned);
        Some(Self {
            id: words(&property["id"]),
            version: property["version"]["number"].as_u64()?,
            page: value["version"].as_u64()?,
            is_written: value["written"] == true,
            message: words(&value["message"]),
            note: PageNote { text: digest("text")?, head: digest("head")? },
        })
    }

    /// What is sent to write it.
    pub fn body(&self) -> Value {
        let PageNote { text, head } = &self.note;
        let Self { page, is_written, message, .. } = self;
        let value = json!({ "version": page, "written": is_written, "message": message, "text": text, "head": head });
        json!({ "key": KEY, "value": value, "version": { "number": self.version } })
    }

    /// Whether another one says the same of the page.
    pub fn says_same(&self, other: &Self) -> bool {
        (self.page, self.is_written, &self.note) == (other.page, other.is_written, &other.note)
    }

    /// What it tells of a page that has a version now, with a message beside it. `found` is made of its text.
    pub fn trace(&self, (version, message): (u64, &str), found: impl FnOnce() -> PageNote) -> PageTrace {
        // A run that was cut off announced a version: the text tells whose it is, or where the wiki writes it in its own way, what
        // stands beside it.
        let is_ours = || (!message.is_empty() && message == self.message) || found() == self.note;
        if version == self.page && (self.is_written || is_ours()) {
            PageTrace::Ours(Some(self.note.clone()))
        } else if version + 1 == self.page && !self.is_written {
            // It was never written. The one before was looked at when this one was announced.
            PageTrace::Ours(None)
        } else {
            PageTrace::Others
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_tells_whose_version_it_is() {
        let note = |text: &str| PageNote { text: text.to_owned(), head: "h".to_owned() };
        let ours = |text: &str| PageTrace::Ours(Some(note(text)));
        let written = Noted::written(3, note("a"), "m");
        assert_eq!(written.trace((3, ""), || note("as the wiki writes it")), ours("a"));
        assert_eq!(written.trace((4, "m"), || note("a")), PageTrace::Others);
        assert_eq!(written.trace((2, "m"), || note("a")), PageTrace::Others);
        let announced = Noted::announced(3, note("a"), "m");
        assert_eq!(announced.trace((3, ""), || note("a")), ours("a"));
        assert_eq!(announced.trace((3, "m"), || note("as the wiki writes it")), ours("a"));
        assert_eq!(announced.trace((3, ""), || note("somebody else's")), PageTrace::Others);
        assert_eq!(announced.trace((2, ""), || note("x")), PageTrace::Ours(None));
    }

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let note = || PageNote { text: "a".to_owned(), head: "h".to_owned() };
        let noted = Noted::written(3, note(), "m");
        assert_eq!(Noted::read(&noted.body()), Some(noted.clone()));
        let before = Noted { version: 7, ..Noted::announced(3, note(), "m") };
        assert_eq!(noted.after(Some(&before)).version, 8);
        assert_eq!(Noted::read(&json!({ "value": "else", "version": { "number": 1 } })), None);
    }
}
