//! Text that is no step, printed behind the steps.

use super::super::declare::table;
use super::super::named::NamedFiles;
use super::super::reader::{Reader, TableFields};
use super::super::types::{LineText, MarkdownText, OneOrList, TextPath};
use super::Allowance;
use super::condition::{ConditionDecl, conditional};
use super::step::StepId;
use super::text_file::{is_said_once, text_of};
use crate::diagnostic::{Diagnostic, Sources, Span, Spanned};

table! {
    /// Text that is no step: background, tables, answers to questions.
    pub struct AppendixDecl "appendix" {
        APPENDIX "`[[appendix]]`" "text that is no step, printed behind the steps";
    }
    keys {
        /// its name in references and in changes
        id: StepId,
        /// heading
        title: LineText,
        /// what it says, in Markdown
        markdown: Option<MarkdownText>,
        /// the file that says it, in place of `markdown`
        file: Option<TextPath>,
        /// whether `{{ name }}` in it is replaced
        fill: bool,
        /// it applies only if the release is this: words of values with `choices`
        only: Option<ConditionDecl>,
        /// it doesn't apply if the release is this
        unless: Option<ConditionDecl>,
        /// true: goes before that of a part, which has the same id
        overrides "override": Spanned<bool>,
        /// rules that this appendix breaks on purpose, and why
        allow: OneOrList<Allowance>,
    }
    place {
        /// Its header in the file.
        span: Span,
    }
    needs SAID;
    settle says_something_once;
}

/// Keys that say what stands in it.
const SAID: [&str; 2] = ["markdown", "file"];

conditional! {
    AppendixDecl at span;
}

impl AppendixDecl {
    /// Takes what its file says for its Markdown, as far as that can be read.
    pub(super) fn take_text(&mut self, files: &NamedFiles, sources: &Sources, faults: &mut Vec<Diagnostic>) {
        let Some(paths) = &self.file else { return };
        self.markdown = text_of(paths, files, sources, faults).map(MarkdownText::from);
    }
}

/// Reports an appendix that has both `markdown` and `file`, or neither.
fn says_something_once(appendix: AppendixDecl, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> AppendixDecl {
    let help = "write `markdown = '''…'''`, or name a file in Markdown: `file = \"background.md\"`";
    is_said_once(reader, fields, SAID, "this appendix says nothing", help);
    appendix
}
