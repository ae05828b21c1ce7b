//! Text that is no step, printed behind the steps.

use super::super::declare::table;
use super::super::named::{FileUse, NamedFiles};
use super::super::reader::{Reader, TableFields, string_fault};
use super::super::types::{FlowText, LineText, MarkdownText, OneOrList, Str, TextPath};
use super::Allowance;
use super::condition::{ConditionDecl, conditional};
use super::step::StepId;
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
    settle says_something_once;
}

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
    let [markdown, file] = ["markdown", "file"].map(|key| fields.place_of(reader, key));
    match (markdown, file) {
        (Some(markdown), Some(file)) => {
            let fault =
                Diagnostic::error("misplaced-key", file, "`file` stands in place of `markdown`, and both are there")
                    .context(markdown, "`markdown`");
            reader.fault(fault.help("leave one of them out"));
        }
        (None, None) if !fields.has_unknown() => {
            let help = "write `markdown = '''…'''`, or name a file in Markdown: `file = \"background.md\"`";
            reader.bad("missing-key", fields.span, "this appendix says nothing", help);
        }
        _ => {}
    }
    appendix
}

/// The words of a text that stands in files, in each language. What can't be read of them is left out; `None` when
/// nothing can.
fn text_of(paths: &TextPath, files: &NamedFiles, sources: &Sources, faults: &mut Vec<Diagnostic>) -> Option<FlowText> {
    let mut entries = Vec::new();
    for (lang, path) in &paths.entries {
        let Some(file) = files.source(FileUse::Text, &path.value) else { continue };
        let text = &*sources.file(file).text;
        let whole = Span::new(file, 0, text.len());
        match string_fault(text, whole, false, |range| Span::new(file, range.start, range.end)) {
            Some(fault) => faults.push(fault),
            None => entries.push((lang.clone(), Str::new(text.to_owned(), whole))),
        }
    }
    (!entries.is_empty()).then_some(FlowText { entries, span: paths.span })
}
