//! The mails of a task, where more is said of them than who gets them.

use super::super::declare::table;
use super::super::types::{FlowText, LineText, Name, Named, OneOrList, OneOrMore};
use super::declared::ContactDecl;

table! {
    /// The mails of a task. Once the task is read, whom it tells and what it asks of them stand in the task itself, as if they had
    /// been written there.
    pub struct MailDecl "mail" {
        MAIL "`mail`" "the mails of a task, and what stands in them";
    }
    keys {
        /// who is told: one contact or several
        to: OneOrMore<Name<ContactDecl>>,
        /// its subject
        subject: Option<LineText>,
        /// what the release means for them
        impact: Option<FlowText>,
        /// what they are asked to do or avoid
        ask: Option<FlowText>,
        /// values that stand in it; unless said, the one that is printed beside the title
        mention: Option<OneOrList<Name<MentionedValue>>>,
    }
}

/// A value of whatever kind, as a mail mentions it.
#[derive(Debug, Clone)]
pub struct MentionedValue;

impl Named for MentionedValue {
    const WORD: &'static str = "value";
}
