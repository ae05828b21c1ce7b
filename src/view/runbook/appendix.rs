//! Texts that are no steps.

use std::borrow::Cow;

use super::Writer;
use crate::plan::Appendix;
use crate::text::prose;
use crate::view::template::in_template;
use crate::view::{conditions, references, words};

in_template! {
    /// A text that is no step.
    pub struct AppendixView "appendix" {
        /// Its title.
        pub title: String,
        /// Target of links to it.
        pub anchor: String,
        /// The condition on which it applies.
        pub condition: Option<String>,
        /// What it says: paragraphs, headings, lists and tables.
        pub words: String,
    }
}

impl Writer<'_> {
    pub(super) fn appendix(self, appendix: &Appendix) -> AppendixView {
        let mut blocks = appendix.blocks.clone();
        prose::texts_mut(&mut blocks, &mut |text| {
            if let Cow::Owned(written) = references::written(self.plan, self.labels, text, self.place) {
                *text = written;
            }
        });
        let on = appendix.condition.as_ref().map(|on| conditions::condition(self.plan, self.labels, on));
        AppendixView {
            title: self.line(&appendix.title),
            anchor: self.markup.anchor(&words::appendix_anchor(appendix)),
            condition: on.map(|on| self.flow(&on.bold())),
            words: self.markup.prose(self.labels, &blocks, 3),
        }
    }
}
