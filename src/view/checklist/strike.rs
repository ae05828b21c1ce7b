//! "Stopped in step │ do │ strike out": so that nobody undoes what was never done (rule 14, ours).

use super::build::Context;
use super::{Entry, Part, Table};
use crate::plan::{Block, StepIx};
use crate::text::Text;

/// Rows past which the table stops helping; each row of the rollback still says when it is done.
const ROWS: usize = 60;

/// The table for a rollback, its repetitions included; nothing where every step is always done.
pub(super) fn table(context: &Context, blocks: &[&Block]) -> Option<Part> {
    let plan = context.plan;
    let begins = plan.hot.first()?.steps.start;
    let last = blocks.iter().find_map(|block| block.valid_until).map(|step| step.0);
    let ends = last.unwrap_or(plan.hot.last()?.steps.end - 1);
    let steps: Vec<StepIx> = blocks.iter().flat_map(|block| block.steps.clone().map(StepIx)).collect();
    // A step is done once the earliest of what it undoes was begun.
    let since = |step: &StepIx| plan.step(*step).from.iter().map(|from| from.0).min().unwrap_or(begins);
    let mut bounds: Vec<usize> = steps.iter().map(since).filter(|since| (begins..=ends).contains(since)).collect();
    bounds.push(begins);
    bounds.sort_unstable();
    bounds.dedup();
    if bounds.len() < 2 || bounds.len() > ROWS {
        return None;
    }
    let rows = bounds.iter().enumerate().map(|(index, from)| {
        let until = bounds.get(index + 1).map_or(ends, |next| next - 1);
        let (done, struck): (Vec<StepIx>, Vec<StepIx>) = steps.iter().partition(|step| since(step) <= *from);
        let stopped: Vec<StepIx> = (*from..=until).map(StepIx).collect();
        [stopped, done, struck].into_iter().map(|steps| Entry::Words(ranges(context, &steps))).collect()
    });
    let columns =
        vec![(3, context.say("strike-stopped")), (4, context.say("strike-do")), (4, context.say("strike-out"))];
    Some(Part::Table(Table { rows: rows.collect(), ..Table::new(columns, 75) }))
}

/// Numbers of steps, neighbours as `3–5`, in the order given.
pub(super) fn ranges(context: &Context, steps: &[StepIx]) -> Text {
    let number = |step: StepIx| context.plan.step(step).number.to_string();
    let mut words: Vec<String> = Vec::new();
    let mut rest = steps;
    while let Some(first) = rest.first() {
        let run = rest.iter().enumerate().take_while(|(n, step)| step.0 == first.0 + n).count();
        let last = rest[run - 1];
        words.push(match run {
            1 => number(*first),
            2 => format!("{}{}{}", number(*first), context.labels.common.list, number(last)),
            _ => format!("{}–{}", number(*first), number(last)),
        });
        rest = &rest[run..];
    }
    context.text(if words.is_empty() { "–".to_owned() } else { words.join(&context.labels.common.list) })
}

/// Numbers of steps of which one is enough: `33 or 34`.
pub(super) fn any_of(context: &Context, steps: &[StepIx]) -> Text {
    let numbers: Vec<String> = steps.iter().map(|step| context.plan.step(*step).number.to_string()).collect();
    context.text(numbers.join(context.labels.sheet("or")))
}
