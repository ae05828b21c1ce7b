//! Checks that things happen in order: a value is recorded before it is used, a reading before it is compared, and work
//! begins before it is awaited.

use super::faults::Faults;
use super::place::{FlowRecords, Place, Section};
use super::unroll::Layout;
use super::{Step, Then, When};
use crate::diagnostic::Diagnostic;
use crate::source::flow::{self, Flow, Str};

/// Every step of the flow once, at the earliest place where the plan has it.
pub(super) fn first_places<'a>(flow: &'a Flow, layout: &Layout<'a>) -> Vec<(Place, &'a flow::StepDecl)> {
    let tasks = |section, tasks: &'a [flow::TaskDecl]| {
        tasks.iter().enumerate().map(move |(position, task)| (Place { section, position }, &task.step))
    };
    let blocks = layout.sources.iter().flat_map(|source| {
        let first = layout.placed[source.base].first;
        let steps = source.block.steps.iter().enumerate();
        steps.map(move |(index, step)| (Place { section: source.section, position: first + index }, step))
    });
    tasks(Section::Cold, &flow.cold).chain(blocks).chain(tasks(Section::After, &flow.after)).collect()
}

/// Reports work that is awaited before it begins, readings in a part without a table for them, and branches that lead
/// nowhere.
pub(super) fn check(steps: &[(Place, &flow::StepDecl)], made: &FlowRecords<'_>, faults: &mut Faults) {
    for (place, step) in steps {
        if let Some(awaits) = &step.awaits {
            check_awaits(awaits, *place, made, faults);
        }
        check_place(step, place.section, faults);
        for option in step.choose.iter().flat_map(|choose| &choose.options) {
            if option.then.then.is_none() {
                let message = "this answer doesn't say where it leads";
                faults.push(
                    Diagnostic::error("branch-without-end", option.then.span, message)
                        .help("add `then`: a step's id, `next`, `rollback`, `hold` or `abort`"),
                );
            }
        }
    }
}

/// Reports endless cycles: a route back that is taken again and again as long as a step fails, and that passes no hold
/// where somebody decides. `steps` are those of the plan.
pub(super) fn check_cycles(steps: &[Step], faults: &mut Faults) {
    let mut holds = Vec::with_capacity(steps.len() + 1);
    holds.push(0_usize);
    for step in steps {
        holds.push(holds.last().copied().unwrap_or_default() + usize::from(step.hold.is_some()));
    }
    for (position, step) in steps.iter().enumerate() {
        // Only these ways are taken without anybody's decision.
        for (_, way) in step.ways().filter(|(when, _)| matches!(when, When::TimedOut | When::Failed)) {
            let Some(Then::Step(back)) = way.then else { continue };
            if back.0 > position || holds[position + 1] > holds[back.0] {
                continue;
            }
            faults.push(
                Diagnostic::error(
                    "endless-cycle",
                    way.then_span,
                    "this leads back here as long as it doesn't work, without a limit",
                )
                .context(step.span, "from here")
                .help("say `then = \"retry\"` with `max`, lead on, or have somebody decide in between with `hold`"),
            );
        }
    }
}

/// Reports waits and holds without a limit in an atomic block, which must not be interrupted.
pub(super) fn check_atomic(layout: &Layout<'_>, faults: &mut Faults) {
    for source in layout.sources.iter().filter(|source| source.block.atomic) {
        for step in &source.block.steps {
            let hold = step.hold.as_ref().filter(|hold| hold.at_most.is_none()).map(|hold| (&hold.ask, "hold"));
            let wait = step.wait.as_ref().filter(|wait| wait.at_most.is_none()).map(|wait| (&wait.condition, "wait"));
            for (text, what) in hold.into_iter().chain(wait) {
                let message = format!("this `{what}` has no limit, in a block that can't be interrupted");
                faults.push(
                    Diagnostic::error("no-limit", text.span, message)
                        .context(source.block.title.span, "`atomic` block")
                        .help("add `at-most = \"10 minutes\"`"),
                );
            }
        }
    }
}

fn check_awaits(awaits: &Str, place: Place, made: &FlowRecords<'_>, faults: &mut Faults) {
    let name = &awaits.value;
    match made.begun.get(name.as_str()) {
        None => {
            faults.unknown("unknown-work", awaits, "no step begins", made.begun.keys().copied(), || {
                format!("say `begins = \"{name}\"` in the step where that work begins")
            });
        }
        Some(first) if !first.is_before(place) => faults.push(
            Diagnostic::error("await-before-begin", awaits.span, format!("`{name}` hasn't begun at this step"))
                .help("move the step that begins it before this one"),
        ),
        Some(_) => {}
    }
}

fn check_place(step: &flow::StepDecl, section: Section, faults: &mut Faults) {
    if matches!(section, Section::Hot | Section::Rollback(_)) {
        return;
    }
    for (key, name) in [("take", &step.take), ("compare", &step.compare)] {
        if let Some(name) = name {
            let message = format!("`{key}` has no meaning before or after the release");
            let help = "a reading belongs to the day itself: move it into a step of `hot` or `rollback`";
            faults.push(Diagnostic::error("misplaced-key", name.span, message).help(help));
        }
    }
}
