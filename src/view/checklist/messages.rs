//! A message on paper: who is told, and what to paste.

use super::context::ListContext;
use super::{Detail, DetailLead, PrintedMessage};
use crate::field::{Field, RowId, RowPart};
use crate::plan::{ContactIx, Step, Tell};
use crate::text::Text;
use crate::view::labels::word;
use crate::view::{messages, words};

/// What a step's row says first. A step that only sends a message says to whom.
pub(super) fn action(context: &ListContext, step: &Step) -> Text {
    match &step.tell {
        Some(tell) if tell.is_action && tell.to.len() > 1 => context.say(word!("send-to-each")),
        Some(tell) if tell.is_action => messages::told(context.plan, context.labels, tell, words::contact_on_paper),
        _ => words::action(context.plan, context.labels, step),
    }
}

/// The message of a step. Where several are told, each has a box.
pub(super) fn message(context: &ListContext, at: &RowId, tell: &Tell) -> PrintedMessage {
    let to = |to: &ContactIx| {
        context.say_around(word!("sheet.tell"), "who", &words::contact_on_paper(context.plan.contact(*to)))
    };
    let to = match &*tell.to {
        [] | [_] if tell.is_action => Vec::new(),
        [] => vec![plain(context, context.say(word!("sheet.tell-message")))],
        [one] => vec![plain(context, to(one))],
        several => (1..)
            .zip(several)
            .map(|(number, one)| Detail {
                lead: DetailLead::Tick(Field::Row(at.clone(), RowPart::Told(number))),
                text: to(one),
            })
            .collect(),
    };
    PrintedMessage {
        to,
        subject: tell.subject.as_ref().map(|subject| {
            let mut label = context.say(word!("subject"));
            label.push_str(context.labels.say(word!("colon")));
            [label, messages::pasted(subject)]
        }),
        text: messages::pasted(&tell.message),
    }
}

/// A line over what to paste.
fn plain(context: &ListContext, mut text: Text) -> Detail {
    text.push_str(context.labels.say(word!("colon")));
    Detail { lead: DetailLead::Plain, text }
}
