//! Text that is no step, printed behind the steps.

use super::super::declare::table;
use super::super::types::{FlowText, LineText, MarkdownText};
use super::condition::{ConditionDecl, conditional};
use super::step::StepId;
use crate::diagnostic::Span;

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
        markdown: MarkdownText,
        /// whether `{{ name }}` in it is replaced
        fill: bool,
        /// it applies only if the release is this: words of values with `choices`
        only: Option<ConditionDecl>,
        /// it doesn't apply if the release is this
        unless: Option<ConditionDecl>,
    }
    place {
        /// Its header in the file.
        span: Span,
    }
}

conditional! {
    AppendixDecl at span;
}

impl AppendixDecl {
    /// What it says, in each language.
    #[must_use]
    pub fn text(&self) -> &FlowText {
        &self.markdown
    }
}
