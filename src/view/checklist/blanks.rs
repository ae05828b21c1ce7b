//! What belongs into the gaps of a step: the names that what is pasted has in their place, and where a recorded value was
//! written down.

use std::collections::BTreeSet;

use super::context::ListContext;
use super::{Detail, DetailLead};
use crate::plan::Step;
use crate::text::{Content, Gap, Run, Style, Text, in_angles};
use crate::view::labels::word;
use crate::view::{commands, messages, words};

/// A line for the gaps of commands and message, where each is written in once, and one for each recorded value that stands
/// elsewhere in the step.
pub(super) fn told(context: &ListContext, step: &Step) -> Vec<Detail> {
    let detail = |text: Text| Detail { lead: DetailLead::Plain, text };
    let pasted = pasted(step);
    let mut lines = Vec::new();
    if !pasted.is_empty() {
        let mut line = Text::empty(context.plan.lang.clone());
        for gap in pasted {
            if !line.is_empty() {
                line.push_str(context.labels.say(word!("semicolon")));
            }
            named(&mut line, context, step, gap);
        }
        lines.push(detail(line));
    }
    for gap in words::gaps_in_words(step) {
        if let Some(place) = written_down(context, step, gap) {
            let mut line = context.text(format!("{}{}", gap.words, context.labels.say(word!("colon"))));
            line.append(&place);
            lines.push(detail(line));
        }
    }
    lines
}

/// The gaps for values in what is pasted, each value once.
fn pasted(step: &Step) -> Vec<&Gap> {
    let mut seen = BTreeSet::new();
    let of_commands = step.commands.iter().flat_map(commands::gaps_of_one);
    let mut gaps: Vec<&Gap> = of_commands.chain(step.tell.iter().flat_map(messages::gaps)).collect();
    gaps.retain(|gap| gap.name().is_some_and(|name| seen.insert(name)));
    gaps
}

/// Appends the name of a gap, what belongs there, and the gap itself, which stays on one line with what is before it.
fn named(line: &mut Text, context: &ListContext, step: &Step, gap: &Gap) {
    let name = gap.name().unwrap_or_default();
    let style = Style { code: true, ..Style::default() };
    line.runs.push(Run { content: Content::Chars(in_angles(name)), style, origin: None });
    if gap.words != name {
        line.push_str(&format!(" {}", gap.words));
    }
    if let Some(place) = written_down(context, step, gap) {
        line.push_str(context.labels.say(word!("comma")));
        line.append(&place);
    }
    line.push_str("\u{a0}");
    line.push(Content::Blank(Box::new(gap.clone())));
}

fn written_down(context: &ListContext, step: &Step, gap: &Gap) -> Option<Text> {
    let elsewhere = |step| context.sheet_elsewhere(step);
    words::written_down(context.plan, context.labels, gap.name()?, step, Some(&elsewhere))
}
