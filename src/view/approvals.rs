//! What every output says of an approval.

use super::labels::{Labels, fill, word};
use super::words;
use crate::plan::{Approval, Plan};
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
