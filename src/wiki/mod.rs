//! Clients of wikis. They know titles, texts and files, and nothing of flows. They reach the network, or start a program that
//! does.

mod confluence;
mod dokuwiki;
mod git;
mod http;
mod mediawiki;
mod xmlrpc;

use std::fmt::Write as _;

use crate::secret::Secret;
use crate::source;
use crate::view::markup::WikiMarkup;

pub use confluence::{Confluence, ConfluenceSpace};
pub use dokuwiki::DokuWiki;
pub use git::GitWiki;
pub use mediawiki::MediaWiki;

/// Puts pages and files onto a wiki that takes one at a time, as [`Wiki::write`] says.
fn one_by_one(
    writes: &[WikiWrite<'_>],
    put: impl FnMut(&WikiWrite<'_>) -> Result<(), WikiFault>,
) -> Result<(), (usize, WikiFault)> {
    writes.iter().map(put).enumerate().try_for_each(|(count, done)| done.map_err(|fault| (count, fault)))
}

/// How the line on why we write something begins, in every wiki's history.
pub const OUR_SUMMARY: &str = "runsheet: ";

/// What a wiki has under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFound {
    /// Nothing.
    Nothing,
    /// These bytes.
    Same,
    /// Other bytes.
    Other,
}

/// A page as a wiki has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPage {
    /// Its text.
    pub text: String,
    /// What tells whether it is as we wrote it.
    pub trace: PageTrace,
}

/// What tells whether a page is as we wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageTrace {
    /// The wiki keeps a text as it is, so the text tells it.
    InText,
    /// The wiki writes texts in its own way, and noted that we wrote this version, with what we wrote if that is known.
    Ours(Option<PageNote>),
    /// It noted that somebody else wrote this version.
    Others,
}

/// Digests of a page as we wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNote {
    /// Of all of it.
    pub text: String,
    /// Of its title and what has become of its release.
    pub head: String,
}

impl PageNote {
    /// Those of a text.
    #[must_use]
    pub fn of(markup: &dyn WikiMarkup, text: &str) -> Self {
        let text = text.trim_end();
        let head = text.strip_suffix(markup.below_status(text).unwrap_or_default()).unwrap_or(text);
        let [text, head] = [text, head].map(|part| source::digest(part.trim_end().as_bytes()));
        Self { text, head }
    }
}

/// Who changed a page last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastChange {
    /// Their name.
    pub who: String,
    /// When, in the wiki's words.
    pub when: String,
}

/// Something to be written.
#[derive(Debug, Clone, Copy)]
pub enum WikiWrite<'a> {
    /// The text of a page, by its title, and whether it says the same as before, so that nobody needs to look at it.
    Page(&'a str, &'a str, bool),
    /// A file, by its name on the wiki.
    File(&'a str, &'a [u8]),
}

/// Why a wiki can't be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WikiFault {
    /// What is wrong, in one line, as a diagnostic says it.
    pub message: String,
    /// What to do next, a sentence each.
    pub help: Vec<String>,
    /// Whether somebody else wrote meanwhile, so that everything has to be read again.
    pub is_overtaken: bool,
}

impl WikiFault {
    /// A fault without advice.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: Vec::new(), is_overtaken: false }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// A wiki that can be read and written.
pub trait Wiki {
    /// What is wrong with the title of a page, which the wiki would refuse or change.
    fn title_fault(&self, title: &str) -> Option<String>;

    /// The text of a page; `None` if there is none.
    ///
    /// # Errors
    /// Why it can't be read.
    fn page(&mut self, title: &str) -> Result<Option<FoundPage>, WikiFault>;

    /// Who changed a page last that was read and is there; `None` if the wiki doesn't say.
    fn last_change(&mut self, title: &str) -> Option<LastChange>;

    /// Whether the files of a page can only be written when it is there.
    fn files_need_page(&self) -> bool {
        false
    }

    /// What a file holds, compared with some bytes.
    ///
    /// # Errors
    /// Why it can't be read.
    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<FileFound, WikiFault>;

    /// Who wrote a file last that was read and is there, and when, if that wasn't us; `None` also if the wiki doesn't say.
    fn file_of_others(&mut self, _name: &str) -> Option<LastChange> {
        None
    }

    /// Whether something may be written, as far as the wiki tells beforehand.
    ///
    /// # Errors
    /// Why it may not.
    fn allowed(&mut self, _write: &WikiWrite<'_>) -> Result<(), WikiFault> {
        Ok(())
    }

    /// Writes pages and files in this order, with one line on why.
    ///
    /// # Errors
    /// How many of them were written, and why the next one wasn't.
    fn write(&mut self, writes: &[WikiWrite<'_>], summary: &str) -> Result<(), (usize, WikiFault)>;

    /// Reads everything anew, after a fault that says so.
    ///
    /// # Errors
    /// Why it can't be read.
    fn refresh(&mut self) -> Result<(), WikiFault>;

    /// Where people find a page or a file.
    fn address(&self, write: &WikiWrite<'_>) -> String;
}

/// The last lines of what a program said, on one line and without a secret.
fn last_words(said: &[u8], secret: Option<&Secret>) -> String {
    let said = String::from_utf8_lossy(said);
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut words = String::new();
    for line in &lines[lines.len().saturating_sub(3)..] {
        let _ = write!(words, "{}{line}", if words.is_empty() { "" } else { "; " });
    }
    secret.map_or(words.clone(), |secret| secret.hidden_in(&words))
}
