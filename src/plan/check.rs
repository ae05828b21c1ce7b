//! What must have happened before: a record before its value is used, a reading before it is compared, work begun
//! before it is awaited.
//!
//! Each name keeps the earliest place of every section that makes it, so that each use is one comparison.

use std::collections::BTreeMap;

use super::context::Faults;
use super::unroll::Layout;
use super::{Step, Then, When};
use crate::diagnostic::Diagnostic;
use crate::source::flow::{self, Flow, Str};

/// The parts of a flow, in the order in which they happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Before the release.
    Cold,
    /// The day itself.
    Hot,
    /// One of the ways back, by its place among `flow.rollback`.
    Rollback(usize),
    /// What remains.
    After,
}

/// A place on the way: a task by its number in its list, a step by its index in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Which part.
    pub(super) section: Section,
    /// Where in it.
    pub(super) position: usize,
}

/// Where something first happens.
#[derive(Debug, Clone, Default)]
pub(super) struct First {
    cold: Option<usize>,
    hot: Option<usize>,
    rollback: BTreeMap<usize, usize>,
    after: Option<usize>,
}

impl First {
    /// Notes that it happens here.
    pub(super) fn note(&mut self, place: Place) {
        let earlier = |known: &mut Option<usize>| {
            *known = Some(known.map_or(place.position, |known| known.min(place.position)));
        };
        match place.section {
            Section::Cold => earlier(&mut self.cold),
            Section::Hot => earlier(&mut self.hot),
            Section::After => earlier(&mut self.after),
            Section::Rollback(which) => {
                let known = self.rollback.entry(which).or_insert(place.position);
                *known = (*known).min(place.position);
            }
        }
    }

    /// True when it has happened before a place: a rollback and what remains may count on all that is hot, and on
    /// nothing of another rollback.
    pub(super) fn is_before(&self, place: Place) -> bool {
        let earlier = |known: Option<usize>| known.is_some_and(|known| known < place.position);
        match place.section {
            Section::Cold => earlier(self.cold),
            Section::Hot => self.cold.is_some() || earlier(self.hot),
            Section::Rollback(which) => {
                self.cold.is_some() || self.hot.is_some() || earlier(self.rollback.get(&which).copied())
            }
            Section::After => self.cold.is_some() || self.hot.is_some() || earlier(self.after),
        }
    }

    /// The same, its own place included.
    pub(super) fn is_by(&self, place: Place) -> bool {
        self.is_before(Place { position: place.position + 1, ..place })
    }
}

/// What the steps of a flow make.
#[derive(Debug, Clone, Default)]
pub(super) struct Made<'a> {
    /// Values written down.
    pub(super) records: BTreeMap<&'a str, First>,
    /// Work that somebody else begins.
    begun: BTreeMap<&'a str, First>,
}

/// Every step of the flow once, at the earliest place where it stands.
pub(super) fn first_places<'a>(flow: &'a Flow, layout: &Layout<'a>) -> Vec<(Place, &'a flow::Step)> {
    let tasks = |section, tasks: &'a [flow::Task]| {
        tasks.iter().enumerate().map(move |(position, task)| (Place { section, position }, &task.step))
    };
    let blocks = layout.sources.iter().flat_map(|source| {
        let first = layout.placed[source.base].first;
        let steps = source.block.steps.iter().enumerate();
        steps.map(move |(index, step)| (Place { section: source.section, position: first + index }, step))
    });
    tasks(Section::Cold, &flow.cold).chain(blocks).chain(tasks(Section::After, &flow.after)).collect()
}

/// Collects what each step makes.
pub(super) fn made<'a>(steps: &[(Place, &'a flow::Step)]) -> Made<'a> {
    let mut made = Made::default();
    for (place, step) in steps {
        if let Some(record) = &step.record {
            made.records.entry(&record.name.value).or_default().note(*place);
        }
        if let Some(begins) = &step.begins {
            made.begun.entry(&begins.value).or_default().note(*place);
        }
    }
    made
}

/// Work that is awaited and hasn't begun, readings where no table is printed, branches that lead nowhere.
pub(super) fn check(steps: &[(Place, &flow::Step)], made: &Made<'_>, faults: &mut Faults) {
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

/// Cycles that nobody ends: a route back that leads here again and again when it goes on not to work, past no hold where
/// somebody decides. `steps` are those of the plan.
pub(super) fn check_cycles(steps: &[Step], faults: &mut Faults) {
    let mut holds = Vec::with_capacity(steps.len() + 1);
    holds.push(0_usize);
    for step in steps {
        holds.push(holds.last().copied().unwrap_or_default() + usize::from(step.hold.is_some()));
    }
    for (position, step) in steps.iter().enumerate() {
        // An answer is somebody's decision.
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

/// A block that can't be interrupted doesn't wait for somebody without knowing how long.
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

fn check_awaits(awaits: &Str, place: Place, made: &Made<'_>, faults: &mut Faults) {
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

fn check_place(step: &flow::Step, section: Section, faults: &mut Faults) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(section: Section, position: usize) -> Place {
        Place { section, position }
    }

    #[test]
    fn a_way_back_counts_on_hot_and_on_itself_only() {
        let mut first = First::default();
        first.note(at(Section::Rollback(0), 12));
        first.note(at(Section::Rollback(0), 10));
        assert!(first.is_before(at(Section::Rollback(0), 11)));
        assert!(!first.is_before(at(Section::Rollback(0), 10)) && first.is_by(at(Section::Rollback(0), 10)));
        assert!(!first.is_before(at(Section::Rollback(1), 20)) && !first.is_before(at(Section::After, 0)));
        first.note(at(Section::Hot, 5));
        assert!(first.is_before(at(Section::Rollback(1), 20)) && first.is_before(at(Section::After, 0)));
        assert!(!first.is_before(at(Section::Hot, 5)) && !first.is_before(at(Section::Cold, 9)));
    }
}
