//! How sure it is that a list says what it said when it was made.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::paper_words::PaperWords;
use super::{DrawnPage, VerifiedField, drawings, fields};
use crate::diagnostic::Diagnostic;
use crate::page::pdf::received::{FieldContent, Received, ReceivedOverlays};

/// Each update is told on its own as long as there are so few.
const MOST_TOLD: usize = 50;

/// The grades, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Its bytes are those that runsheet writes, with nothing behind them but updates that fill it in.
    AsWritten,
    /// Another program wrote the file, or another version: the pages as read are as they were made.
    SavedAgain,
    /// Something differs.
    Differs,
    /// It can't be told.
    CannotTell,
}

impl Grade {
    /// Its name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsWritten => "as-written",
            Self::SavedAgain => "saved-again",
            Self::Differs => "differs",
            Self::CannotTell => "cannot-tell",
        }
    }
}

impl Serialize for Grade {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What an update added.
#[derive(Debug, Default, Serialize)]
pub(super) struct Update {
    /// The fields that say something else since.
    pub fields: Vec<VerifiedField>,
    /// The pages that are drawn on otherwise since.
    pub drawings: Vec<DrawnPage>,
}

/// What was appended to the bytes of a list; `None` when its bytes aren't those that were made.
pub(super) struct Updates {
    /// How many updates there are.
    pub count: usize,
    /// What each added, in order; all in one where there are many.
    pub told: Vec<Update>,
}

impl Updates {
    /// The fault of what came behind the last signature, if anything did: nobody signed that.
    pub(super) fn behind_signature(&self) -> Option<Diagnostic> {
        let signs = |update: &Update| update.fields.iter().any(|field| field.kind == "signature" && field.given);
        let last = self.told.iter().rposition(signs)?;
        let adds = |update: &Update| !update.fields.is_empty() || !update.drawings.is_empty();
        let message = if self.count > self.told.len() {
            "it can't be told what came behind the last signature: there are too many updates".to_owned()
        } else {
            let behind = self.told.iter().enumerate().skip(last + 1).filter(|(_, update)| adds(update));
            let behind: Vec<String> = behind.map(|(index, _)| (index + 1).to_string()).collect();
            if behind.is_empty() {
                return None;
            }
            format!("update {} came behind the last signature, and nobody signed it", behind.join(", "))
        };
        Some(
            Diagnostic::error_nowhere("behind-signature", message)
                .help("what each update says is listed with the fields"),
        )
    }
}

/// Finds what was appended to the bytes that were made; `None` when the file doesn't begin with them.
pub(super) fn updates(
    bytes: &[u8],
    made: &[u8],
    (inside, found): (&Received<'_>, &ReceivedOverlays),
    made_over: &ReceivedOverlays,
    words: &PaperWords,
) -> Option<Updates> {
    if !bytes.starts_with(made) {
        return None;
    }
    if bytes.len() == made.len() {
        return Some(Updates { count: 0, told: Vec::new() });
    }
    let ends = inside.updates(made.len())?;
    let mut before = contents(made_over);
    let mut drawn = drawings(made_over);
    let mut told = Vec::new();
    // With many updates, each of which would be read from the beginning, only the last is.
    let skipped = if ends.len() > MOST_TOLD { ends.len() - 1 } else { 0 };
    for end in ends.iter().skip(skipped) {
        let then;
        let over = if *end == bytes.len() {
            found
        } else {
            then = Received::open(bytes.get(..*end)?).and_then(|inside| inside.overlays()).ok()?;
            &then
        };
        let now = contents(over);
        let mut changed = fields(&over.filled, words);
        changed.retain(|field| before.get(&*field.name) != now.get(&*field.name));
        let now_drawn = drawings(over);
        let added = now_drawn.iter().filter(|page| !drawn.contains(page)).cloned().collect();
        told.push(Update { fields: changed, drawings: added });
        (before, drawn) = (now, now_drawn);
    }
    Some(Updates { count: ends.len(), told })
}

/// What stands in each field.
fn contents(over: &ReceivedOverlays) -> BTreeMap<String, FieldContent> {
    let mut contents = BTreeMap::new();
    for filled in &over.filled {
        // A field that has several areas is told by the first.
        contents.entry(filled.name.clone()).or_insert_with(|| filled.content.clone());
    }
    contents
}
