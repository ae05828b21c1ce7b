//! What a release leaves out: the numbers that are missing, and why.

use super::unroll::{LETTERS, Layout};
use super::{ChosenValue, Condition, LeftOut, PartsLeftOut, Plain, Plan};
use crate::diagnostic::Span;
use crate::select::{ChosenWord, OpenCondition, Selected, Why};
use crate::source::flow::{Str, TaskDecl};

impl Plan {
    /// How many items the flow has for the operator (0) or the checker (1) to prepare, those left out too.
    #[must_use]
    pub fn prepare_count(&self, role: usize) -> u32 {
        let out: u32 = self.left_out.prepare[role].iter().map(LeftOut::count).sum();
        self.prepare[role].len() as u32 + out
    }
}

/// The numbers that a list lacks. `places` are those of all that the flow has, and `first` is the number of the first.
pub(super) fn gaps(
    selected: &Selected<'_>,
    places: impl IntoIterator<Item = Span>,
    (letter, first): (Option<char>, u32),
) -> Vec<LeftOut> {
    let mut gaps = Vec::new();
    let mut before = 0;
    for (number, place) in (first..).zip(places) {
        match selected.why(place) {
            None => before += 1,
            Some(why) => add(&mut gaps, LeftOut { before, letter, first: number, last: number, why: words(why) }),
        }
    }
    gaps
}

/// The blocks and tasks that are left out, by their numbers.
pub(super) fn parts(selected: &Selected<'_>, layout: &Layout<'_>) -> PartsLeftOut {
    let whole = selected.whole();
    // Tasks are printed by date, so what is left out of them stands behind them all.
    let tasks = |tasks: &[TaskDecl], letter| -> Vec<LeftOut> {
        let gaps = gaps(selected, tasks.iter().map(|task| task.step.span), (Some(letter), 1));
        let before = tasks.iter().filter(|task| selected.why(task.step.span).is_none()).count();
        gaps.into_iter().map(|gap| LeftOut { before, ..gap }).collect()
    };
    let mut parts =
        PartsLeftOut { cold: tasks(&whole.cold, 'C'), after: tasks(&whole.after, 'A'), ..PartsLeftOut::default() };
    let mut sources = layout.sources.iter();
    let (mut before, mut number) = (0, 1);
    for block in &whole.hot {
        if selected.why(block.span).is_some() {
            for gap in gaps(selected, block.steps.iter().map(|step| step.span), (None, number)) {
                add(&mut parts.hot, LeftOut { before, ..gap });
            }
        } else {
            before += sources.next().map_or(0, |source| source.copies);
        }
        number += block.steps.len() as u32;
    }
    before = 0;
    for (index, block) in whole.rollback.iter().enumerate() {
        if selected.why(block.span).is_some() {
            let letter = LETTERS.get(index).copied().map(char::from);
            for gap in gaps(selected, block.steps.iter().map(|step| step.span), (letter, 1)) {
                add(&mut parts.rollback, LeftOut { before, ..gap });
            }
        } else {
            before += sources.next().map_or(0, |source| source.copies);
        }
    }
    parts
}

/// Adds a gap to those before it, or makes the last of them longer.
pub(super) fn add(gaps: &mut Vec<LeftOut>, gap: LeftOut) {
    match gaps.last_mut() {
        Some(last)
            if (last.before, last.letter, last.last + 1) == (gap.before, gap.letter, gap.first)
                && last.why == gap.why =>
        {
            last.last = gap.last;
        }
        _ => gaps.push(gap),
    }
}

/// Why something is left out.
pub(super) fn words(why: &Why<'_>) -> Vec<ChosenValue> {
    let chosen = |one: &ChosenWord<'_>| ChosenValue { value: one.value, words: vec![Plain::from(one.word)] };
    why.chosen.iter().map(chosen).collect()
}

/// The condition that is still open for what is written at a place.
pub(super) fn condition(selected: &Selected<'_>, place: Span) -> Option<Condition> {
    let OpenCondition { only, unless } = selected.open(place)?;
    let of = |values: &[(usize, Vec<&Str>)]| {
        let value = |(value, words): &(usize, Vec<&Str>)| ChosenValue {
            value: *value,
            words: words.iter().map(|word| Plain::from(*word)).collect(),
        };
        values.iter().map(value).collect()
    };
    Some(Condition { only: of(only), unless: unless.iter().map(|one| of(one)).collect(), seen: None })
}
