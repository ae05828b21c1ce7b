//! Remarks, cautions and warnings of a document, and where a step keeps them.

use super::StepImporter;
use crate::import::document::{AlertKind, DocBlock};
use crate::import::draft::DraftStep;
use crate::import::phrases;
use crate::import::values::Values;
use crate::import::words;

/// What is quoted or stands in a box: its kind, if it has one, and its words without the label that names the kind.
pub fn of_quote(
    kind: Option<AlertKind>,
    blocks: &[DocBlock],
    values: &mut Values,
    comments: &mut Vec<String>,
) -> (Option<AlertKind>, String) {
    let mut texts = Vec::new();
    words::gather(blocks, values, &mut texts, comments);
    let mut kind = kind;
    if let Some((said, from)) = texts.first().and_then(|text| phrases::noticed(text)) {
        kind = kind.or(Some(said));
        let rest = texts[0][from..].to_owned();
        texts[0] = rest;
    }
    (kind, texts.join("\n"))
}

impl DraftStep {
    /// Keeps a remark under the key of its kind.
    pub fn say(&mut self, kind: AlertKind, text: String) {
        match kind {
            AlertKind::Note => self.note.push(text),
            AlertKind::Caution => self.caution.push(text),
            AlertKind::Warning => self.warning.push(text),
        }
    }
}

impl StepImporter<'_> {
    /// What is quoted or stands in a box between steps: it belongs to the next one.
    pub(super) fn notice(&mut self, kind: Option<AlertKind>, blocks: &[DocBlock]) {
        let (kind, text) = of_quote(kind, blocks, self.values, &mut self.comments);
        if !text.is_empty() {
            self.notice_text(kind.unwrap_or(AlertKind::Note), text);
        }
    }

    /// A remark on the next step.
    pub(super) fn notice_text(&mut self, kind: AlertKind, text: String) {
        match kind {
            AlertKind::Note => self.before.push(text),
            AlertKind::Caution => self.caution.push(text),
            AlertKind::Warning => self.warning.push(text),
        }
    }
}
