//! What belongs into the gaps of a step: the names that what is pasted has in their place, and where a recorded value was
//! written down.

use std::collections::BTreeSet;

use super::context::ListContext;
use super::gaps;
use super::{Detail, DetailLead};
use crate::plan::Step;
use crate::text::{Content, Gap, Style, Text};
use crate::view::labels::word;
use crate::view::{commands, messages, ways, words};

/// A line for the gaps of commands and message, where each is written in once, and one for each recorded value that stands
/// elsewhere in the step. Where that is the [only one](only_recorded), it has no name.
pub(super) fn told(context: &ListContext, step: &Step, only_recorded: bool) -> Vec<Detail> {
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
            let mut line = Text::empty(context.plan.lang.clone());
            if only_recorded {
                line.push_str(&gap.words);
            } else {
                explained(&mut line, gap);
            }
            line.push_str(context.labels.say(word!("colon")));
            line.append(&place);
            lines.push(detail(line));
        }
    }
    lines
}

/// True when a single value belongs into the gaps of a step, and the step says where that one was written down: it can't be
/// taken for another, so its gaps need no names.
pub(super) fn only_recorded(context: &ListContext, step: &Step) -> bool {
    let gaps = words::gaps_in_words(step);
    pasted(step).is_empty() && gaps.len() == 1 && written_down(context, step, gaps[0]).is_some()
}

/// Takes the gaps of a text as named already.
pub(super) fn leave_unnamed(text: &mut Text) {
    for run in &mut text.runs {
        if let Content::Blank(gap) = &mut run.content {
            gap.is_named = true;
        }
    }
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
    explained(line, gap);
    if let Some(place) = written_down(context, step, gap) {
        line.push_str(context.labels.say(word!("comma")));
        line.append(&place);
    }
    line.push_str(gaps::BESIDE);
    line.push(Content::Blank(Box::new(Gap { is_named: true, ..gap.clone() })));
}

/// Appends the name of a gap, and what belongs there.
fn explained(line: &mut Text, gap: &Gap) {
    let name = gap.name().unwrap_or_default();
    gaps::push_name(line, name, &Style::default());
    if gap.words != name {
        line.push_str(&format!(" {}", gap.words));
    }
}

fn written_down(context: &ListContext, step: &Step, gap: &Gap) -> Option<Text> {
    let elsewhere = |step| context.sheet_elsewhere(step);
    ways::written_down(context.plan, context.labels, gap.name()?, step, Some(&elsewhere))
}
