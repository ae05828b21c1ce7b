//! What every output says of an approval.

use super::labels::{Labels, fill, word};
use super::words;
use crate::plan::{Approval, Contact, Plan};
use crate::text::Text;

/// By when an approval must be given: a date, or without a start how long before it.
#[must_use]
pub fn due(plan: &Plan, labels: &Labels, approval: &Approval) -> Option<Text> {
    let lead = approval.lead?;
    let when = match &approval.due {
        Some(due) => words::due(labels, lead, due),
        None => words::lead(labels, lead),
    };
    Some(Text::plain(&plan.lang, fill(labels.say(word!("approval-due")), &[("when", &when)])))
}

/// Who approves, and what: the role, the contact, or both. `written` says how a contact is written.
#[must_use]
pub fn awaited(plan: &Plan, labels: &Labels, approval: &Approval, written: impl Fn(&Contact) -> Text) -> Text {
    let mut text = Text::empty(plan.lang.clone());
    let contact = approval.contact.map(|contact| written(plan.contact(contact)));
    for (index, who) in approval.role.iter().chain(&contact).enumerate() {
        if index > 0 {
            text.push_str(labels.say(word!("comma")));
        }
        text.append(who);
    }
    if let Some(what) = &approval.what {
        text.push_str(labels.say(word!("colon")));
        text.append(what);
    }
    text
}
