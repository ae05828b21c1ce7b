//! Finds states that are set and not set back, on some path or by a rollback from some entry.

use std::collections::BTreeMap;

use super::{About, Bilingual, FlowPart, FlowWayTo, LintContext, LintFinding, PartExit, Rule, StepAt};
use crate::diagnostic::{Level, Span};

/// Finds states of `sets` that may keep a value that was meant for the time being only.
pub static RULE: Rule = Rule {
    name: "state-left-behind",
    level: Level::Warning,
    what: Bilingual {
        en: "a state that is set and not set back, on some path or by some rollback",
        zh: "设了的状态，在某条路径上、或从某处进入回滚时没有还原",
    },
    why: Bilingual {
        en: "Warm-up on, drained, paused, in maintenance: what is switched on for the release must be off when the release is over, \
             also when it ends in another way than planned. Left on, it does no harm tonight, and much next week.",
        zh: "预热打开、流量摘下、连接池暂停、维护模式：为发布打开的，发布结束时都要关上，不按计划结束时也一样。忘了关，当晚没事，下个星期出大事。",
    },
    source: "The Dubbo team's release flow (2013): warm-up on, warm-up off, on the way back too",
    check,
};

/// The most values of one state that the rule follows: each takes one bit of a `u64`.
const MOST: usize = 63;

/// One state, with every place that sets it.
struct State<'a> {
    name: &'a str,
    /// Its values in the order in which they are first set.
    values: Vec<&'a str>,
    /// Where it is set: the step, the index into `values`, and the place in the flow.
    sites: Vec<(usize, usize, Span)>,
}

impl<'a> State<'a> {
    fn in_part<'s>(
        &'s self,
        context: &'s LintContext<'a>,
        part: FlowPart,
    ) -> impl Iterator<Item = &'s (usize, usize, Span)> {
        self.sites.iter().filter(move |(step, ..)| context.steps[*step].part == part)
    }
}

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for state in states(context) {
        if state.values.len() == 1 {
            found.extend(only_set(context, &state));
            continue;
        }
        let outside =
            [FlowPart::Cold, FlowPart::After].into_iter().any(|part| state.in_part(context, part).next().is_some());
        if outside || state.values.len() > MOST {
            continue;
        }
        let hot: Vec<_> = state.in_part(context, FlowPart::Hot).copied().collect();
        let right = resting(context, &state, &hot);
        let wrong = all(&hot) & !right.map_or(0, bit);
        let at = flow_of(context, &hot);
        if let Some(right) = right {
            found.extend(left_at_end(context, &state, &hot, (right, wrong), &at));
        }
        found.extend(left_by_abort(context, &state, &hot, wrong, &at));
        for which in 0..context.rollbacks.len() {
            found.extend(left_by_rollback(context, &state, &hot, wrong, &at, which));
        }
    }
    found
}

fn states<'a>(context: &LintContext<'a>) -> Vec<State<'a>> {
    let mut states: Vec<State<'a>> = Vec::new();
    let mut by_name: BTreeMap<&'a str, usize> = BTreeMap::new();
    for step in &context.steps {
        for (name, value) in &step.written.sets {
            if !by_name.contains_key(&*name.value) && states.len() == MOST {
                continue;
            }
            let index = *by_name.entry(&name.value).or_insert(states.len());
            if index == states.len() {
                states.push(State { name: &name.value, values: Vec::new(), sites: Vec::new() });
            }
            let state = &mut states[index];
            if state.values.len() > MOST {
                continue;
            }
            let known = state.values.iter().position(|known| *known == value.value);
            let known = known.unwrap_or_else(|| {
                state.values.push(&value.value);
                state.values.len() - 1
            });
            state.sites.push((step.index, known, value.span));
        }
    }
    states
}

/// The value that a temporary state must have at the end: the last one that the hot part sets, when it sets several, or
/// else the one that a rollback sets it back to. `None` for a change that is to stay.
fn resting(context: &LintContext<'_>, state: &State<'_>, hot: &[(usize, usize, Span)]) -> Option<usize> {
    let (_, first, _) = *hot.first()?;
    if hot.iter().any(|(_, value, _)| *value != first) {
        return hot.last().map(|(_, value, _)| *value);
    }
    (0..context.rollbacks.len()).find_map(|which| {
        let own: Vec<usize> = state.in_part(context, FlowPart::Rollback(which)).map(|(_, value, _)| *value).collect();
        let last = *own.last()?;
        (last != first && own.contains(&first)).then_some(last)
    })
}

/// A finding when only one value is ever set.
fn only_set(context: &LintContext<'_>, state: &State<'_>) -> Option<LintFinding> {
    let (index, _, span) = *state.sites.first()?;
    let step = &context.steps[index];
    if step.written.irreversible.is_some() || step.written.undo.is_some() {
        return None;
    }
    let message = format!("nothing sets `{}` to anything but `{}`", state.name, state.values[0]);
    Some(LintFinding::new(&RULE, About::Step(index), span, message).help(format!(
        "set it back in a later step and in the rollback; or, if it is to stay, say so with `undo`: `{}` is then no state \
         of the release",
        state.name
    )))
}

/// For each hot step, the values that a state may have before it, as bits: bit 0 for its value before the release, bit
/// `n + 1` for the value `n`.
fn flow_of(context: &LintContext<'_>, hot: &[(usize, usize, Span)]) -> BTreeMap<usize, u64> {
    let sets: BTreeMap<usize, usize> = hot.iter().map(|(step, value, _)| (*step, *value)).collect();
    let always = always(context, hot);
    let mut before: BTreeMap<usize, u64> = BTreeMap::new();
    let Some(first) = context.part(FlowPart::Hot).next() else { return before };
    before.insert(first.index, 1);
    let mut open = vec![first.index];
    while let Some(index) = open.pop() {
        let step = &context.steps[index];
        let values = before.get(&index).copied().unwrap_or_default();
        let done = sets.get(&index).map_or(values, |value| set(step, *value, values, always));
        for way in context.ways(step) {
            let FlowWayTo::Step(next) = way.to else { continue };
            // On the way out of a step that failed, its change may or may not have been made.
            let leaves = if way.span.is_some() { values | done } else { done };
            let known = before.entry(next).or_default();
            if *known | leaves != *known {
                *known |= leaves;
                open.push(next);
            }
        }
    }
    before
}

const fn bit(value: usize) -> u64 {
    2 << value
}

/// The bits of every value that is set at some places.
fn all(sites: &[(usize, usize, Span)]) -> u64 {
    sites.iter().fold(0, |all, (_, value, _)| all | bit(*value))
}

/// The index of the first value among some bits, if there is one.
fn first(values: u64) -> Option<usize> {
    (values != 0).then(|| values.trailing_zeros() as usize - 1)
}

/// The bits of the values that are set without a condition.
fn always(context: &LintContext<'_>, hot: &[(usize, usize, Span)]) -> u64 {
    let sites = hot.iter().filter(|(step, ..)| context.steps[*step].is_always_done());
    sites.fold(0, |all, (_, value, _)| all | bit(*value))
}

/// The bits of the values that a state may have after a step that sets it. One that may not be done leaves what was set
/// `always`; what was set on a condition is taken to be set back on the same.
fn set(step: &StepAt<'_>, value: usize, before: u64, always: u64) -> u64 {
    if step.is_always_done() { bit(value) } else { bit(value) | before & always }
}

/// The bits of the values that a state may have after a step.
fn after(context: &LintContext<'_>, hot: &[(usize, usize, Span)], index: usize, before: u64) -> u64 {
    let found = hot.iter().rfind(|(step, ..)| *step == index);
    found.map_or(before, |(_, value, _)| set(&context.steps[index], *value, before, always(context, hot)))
}

/// The last place where a value is set.
fn set_at(hot: &[(usize, usize, Span)], value: usize) -> Option<(usize, Span)> {
    hot.iter().rfind(|(_, known, _)| *known == value).map(|(step, _, span)| (*step, *span))
}

/// A finding when some way through the hot part ends with another value than the one that the last step sets.
fn left_at_end(
    context: &LintContext<'_>,
    state: &State<'_>,
    hot: &[(usize, usize, Span)],
    (right, wrong): (usize, u64),
    at: &BTreeMap<usize, u64>,
) -> Option<LintFinding> {
    let mut witness: Option<usize> = None;
    for step in context.part(FlowPart::Hot) {
        let before = at.get(&step.index).copied().unwrap_or_default();
        if context.ways(step).iter().any(|way| way.to == FlowWayTo::Exit(PartExit::End)) {
            let values = after(context, hot, step.index, before);
            witness = witness.or_else(|| first(values & wrong));
        }
    }
    let value = witness?;
    let (index, span) = set_at(hot, value)?;
    let message = format!("`{}` may still be `{}` at the end", state.name, state.values[value]);
    let finding = LintFinding::new(&RULE, About::Step(index), span, message);
    let back = set_at(hot, right).map(|(back, _)| back);
    let finding = match back.and_then(|back| passes_by(context, at, hot, value, back)) {
        Some(route) => {
            finding.context(route, format!("this passes by the step that sets it to `{}`", state.values[right]))
        }
        None => finding,
    };
    Some(finding.help(format!("set `{}` to `{}` on every way to the end", state.name, state.values[right])))
}

/// A route that carries a value past the step that would set it back.
fn passes_by(
    context: &LintContext<'_>,
    at: &BTreeMap<usize, u64>,
    hot: &[(usize, usize, Span)],
    value: usize,
    back: usize,
) -> Option<Span> {
    let has = |step: &&StepAt<'_>| {
        let before = at.get(&step.index).copied().unwrap_or_default();
        (before | after(context, hot, step.index, before)) & bit(value) != 0
    };
    let passes = |to: FlowWayTo| match to {
        FlowWayTo::Step(next) => next > back,
        FlowWayTo::Exit(exit) => exit == PartExit::End,
        FlowWayTo::Rollback(_) => false,
    };
    context
        .part(FlowPart::Hot)
        .filter(|step| step.index <= back)
        .filter(has)
        .find_map(|step| context.ways(step).iter().find(|way| passes(way.to)).and_then(|way| way.span))
}

/// A finding when `abort`, which says that there is nothing to undo, is reached with a state still to be set back.
fn left_by_abort(
    context: &LintContext<'_>,
    state: &State<'_>,
    hot: &[(usize, usize, Span)],
    wrong: u64,
    at: &BTreeMap<usize, u64>,
) -> Option<LintFinding> {
    context.part(FlowPart::Hot).find_map(|step| {
        let value = first(at.get(&step.index).copied().unwrap_or_default() & wrong)?;
        let abort = context.ways(step).iter().find(|way| way.to == FlowWayTo::Exit(PartExit::Abort))?;
        let (_, set) = set_at(hot, value)?;
        let message = format!(
            "`abort` says that nothing is to be undone, but `{}` is `{}` here",
            state.name, state.values[value]
        );
        let finding = LintFinding::new(&RULE, About::Step(step.index), abort.span?, message)
            .context(set, "set here")
            .context(step.place(), "this step may lead there")
            .help("lead into a rollback that sets the state back");
        Some(finding)
    })
}

/// A finding when a rollback, entered from some step, ends with a temporary value.
fn left_by_rollback(
    context: &LintContext<'_>,
    state: &State<'_>,
    hot: &[(usize, usize, Span)],
    wrong: u64,
    at: &BTreeMap<usize, u64>,
    which: usize,
) -> Option<LintFinding> {
    let own: Vec<_> = state.in_part(context, FlowPart::Rollback(which)).copied().collect();
    // A rollback that always sets the state ends with the value that it sets last.
    let wrong = match own.last() {
        Some((_, last, _)) if hot.is_empty() => all(&own) & !bit(*last),
        _ => wrong,
    };
    // For each step of the rollback that sets the state: the first hot step after which it is done.
    let active: Vec<(usize, usize, usize, Span)> = own
        .iter()
        .map(|(step, value, span)| {
            let from =
                context.steps[*step].written.from.iter().filter_map(|id| context.step(&id.value)).map(|at| at.index);
            (from.min().unwrap_or(0), *step, *value, *span)
        })
        .collect();
    for entry in context.entries(which) {
        let last = active.iter().rfind(|(from, ..)| *from <= entry);
        if let Some((_, step, value, span)) = last {
            if wrong & bit(*value) != 0 {
                let message = format!("this rollback ends with `{}` set to `{}`", state.name, state.values[*value]);
                return Some(
                    LintFinding::new(&RULE, About::Step(*step), *span, message)
                        .context(context.steps[entry].place(), "entered from this step")
                        .help("add the step that sets it back, with the same `from`"),
                );
            }
            continue;
        }
        let before = at.get(&entry).copied().unwrap_or_default();
        let Some(value) = first((before | after(context, hot, entry, before)) & wrong) else { continue };
        let (index, span) = set_at(hot, value)?;
        let rollback = &context.flow.rollback[which];
        let message = format!("a rollback from here on may leave `{}` set to `{}`", state.name, state.values[value]);
        return Some(
            LintFinding::new(&RULE, About::Step(index), span, message)
                .context(rollback.title.span, "entered there, this rollback doesn't set it back")
                .help(format!("add a step to it that sets `{}` back, with `from` this step", state.name)),
        );
    }
    None
}
