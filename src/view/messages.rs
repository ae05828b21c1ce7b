//! What the check list and the runbook say of a message that somebody sends.

use std::collections::BTreeSet;

use super::labels::{Labels, word};
use super::words;
use crate::plan::{Contact, Plan, Tell};
use crate::text::{Gap, Text};

/// That a message is sent, and to whom; `contact` is how a contact is named there.
pub fn told(plan: &Plan, labels: &Labels, tell: &Tell, contact: impl Fn(&Contact) -> Text) -> Text {
    let mut text = Text::empty(plan.lang.clone());
    if tell.to.is_empty() {
        text.push_str(labels.say(word!("send-message")));
        return text;
    }
    words::around(&mut text, labels.say(word!("send-to")), "who", |text| {
        for (index, to) in tell.to.iter().enumerate() {
            if index > 0 {
                text.push_str(labels.say(word!("list")));
            }
            text.append(&contact(plan.contact(*to)));
        }
    });
    text
}

/// A subject or a message as it is pasted: without markup, but with the addresses that its words hide; a name in the place
/// of each gap.
#[must_use]
pub fn pasted(text: &Text) -> Text {
    let mut pasted = text.with_names().written_out().into_owned();
    for run in &mut pasted.runs {
        run.style.link = None;
    }
    pasted
}

/// The gaps for values in a subject and its message, each value once.
#[must_use]
pub fn gaps(tell: &Tell) -> Vec<&Gap> {
    let mut seen = BTreeSet::new();
    let mut gaps: Vec<&Gap> = tell.pasted().flat_map(Text::values_wanted).collect();
    gaps.retain(|gap| gap.name().is_some_and(|name| seen.insert(name)));
    gaps
}
