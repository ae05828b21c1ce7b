//! What belongs into the gaps of a step: the names that its commands have in their place, and where a recorded value was
//! written down.

use super::commands::is_of_command;
use super::context::ListContext;
use super::{Detail, DetailLead};
use crate::plan::Step;
use crate::text::{Content, Gap, Run, Style, Text, in_angles};
use crate::view::commands;
use crate::view::labels::word;
use crate::view::words;

/// A line for the gaps of the commands, where each is written in once, and one for each recorded value that stands elsewhere
/// in the step.
pub(super) fn told(context: &ListContext, step: &Step) -> Vec<Detail> {
    let detail = |text: Text| Detail { lead: DetailLead::Plain, text };
    let of_commands = commands::gaps(step);
    let mut lines = Vec::new();
    if !of_commands.is_empty() {
        let mut line = Text::empty(context.plan.lang.clone());
        for gap in of_commands {
            if !line.is_empty() {
                line.push_str(context.labels.say(word!("semicolon")));
            }
            named(&mut line, context, step, gap);
        }
        lines.push(detail(line));
    }
    for gap in words::gaps_in_words(step, is_of_command) {
        if let Some(place) = written_down(context, step, gap) {
            let mut line = context.text(format!("{}{}", gap.words, context.labels.say(word!("colon"))));
            line.append(&place);
            lines.push(detail(line));
        }
    }
    lines
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
