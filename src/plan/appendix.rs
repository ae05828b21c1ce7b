//! Texts that are no steps: what is written in Markdown becomes blocks, or faults at their places.

use super::lookup::{Lookup, pick};
use super::place::Scope;
use super::texts::{See, TextRole, TextWords, rich};
use super::{Condition, left_out};
use crate::diagnostic::{Diagnostic, Origin};
use crate::source::flow::{AppendixDecl, Str};
use crate::source::locate;
use crate::text::Text;
use crate::text::markdown::{self, DEEPEST, MOST_COLUMNS, Unprintable};
use crate::text::prose::{self, ProseBlock};

/// What each line of the Markdown and each text counts beside its characters, in bytes: it takes room on paper.
const LINE: usize = 128;

/// A text that is no step.
#[derive(Debug, Clone)]
pub struct Appendix {
    /// Its name in the flow.
    pub id: String,
    /// Heading.
    pub title: Text,
    /// The condition on which it applies, while the release leaves that open.
    pub condition: Option<Condition>,
    /// What it says.
    pub blocks: Vec<ProseBlock>,
}

impl Appendix {
    /// Shows its texts.
    pub(super) fn texts<'a>(&'a self, see: &mut See<'_, 'a>) {
        rich(see, TextRole::Heading, [&self.title]);
        prose::texts(&self.blocks, &mut |text| see(TextRole::Prose, TextWords::Rich(text)));
    }
}

/// The appendices that a release has.
pub(super) fn appendices(written: &[AppendixDecl], lookup: &mut Lookup<'_>) -> Vec<Appendix> {
    let appendix = |written: &AppendixDecl| Appendix {
        id: written.id.value.clone(),
        title: lookup.text(&written.title, Scope::default()),
        condition: left_out::condition(lookup.selected, written.span),
        blocks: blocks(written, lookup),
    };
    written.iter().map(appendix).collect()
}

fn blocks(written: &AppendixDecl, lookup: &mut Lookup<'_>) -> Vec<ProseBlock> {
    let Some(words) = written.markdown.as_ref().and_then(|text| pick(text, &lookup.lang)) else { return Vec::new() };
    let (mut blocks, unprintable) = markdown::parse(&words.value, &lookup.lang, words.span);
    for (range, what) in unprintable {
        let place = locate(lookup.sources, Origin { literal: words.span, offset: 0 }, range);
        lookup.faults.push(match what {
            Unprintable::Html => Diagnostic::error("html-in-markdown", place, "HTML isn't printed")
                .help("write it in Markdown, or as code between backticks to print it as it is"),
            Unprintable::TooDeep => {
                let message = format!("lists and quotes stand in each other to a depth of {DEEPEST}");
                Diagnostic::error("too-deep", place, message).help("divide it, or say it in a paragraph")
            }
            Unprintable::TooWide(columns) => {
                let message = format!("this table has {columns} columns, and paper has room for {MOST_COLUMNS}");
                Diagnostic::error("too-many-columns", place, message).help("divide the table, or turn it round")
            }
        });
    }
    // Items of a list may be empty, and a line across has no text.
    let mut bytes = words.value.lines().count() * LINE;
    prose::texts(&blocks, &mut |text| bytes += LINE + text.to_plain().len());
    if !lookup.take(bytes, words.span) {
        return Vec::new();
    }
    prose::texts_mut(&mut blocks, &mut |text| lookup.prose(text, written.fill, words));
    blocks
}

impl Lookup<'_> {
    /// Makes a text of an appendix ready to print. A value that isn't known is printed by its name: nobody writes there.
    fn prose(&mut self, text: &mut Text, fill: bool, words: &Str) {
        let bytes = self.references.resolve(text, None, &mut self.faults);
        if bytes > 0 && !self.take(bytes, words.span) {
            return;
        }
        if fill {
            *text = self.filled(text.clone(), Scope::default()).with_names();
        }
    }
}
