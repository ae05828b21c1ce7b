//! The place of a step in the order of execution, and what has happened before it.

use std::collections::BTreeMap;

use crate::diagnostic::Span;
use crate::source::flow;

/// The parts of a flow, in the order in which they happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// The tasks before the release.
    Cold,
    /// The hot steps.
    Hot,
    /// A rollback, by its index in `flow.rollback`.
    Rollback(usize),
    /// The tasks after the release.
    After,
}

/// A place in the order of execution: of a task by its index in its list, of a step by its index in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Which part.
    pub(super) section: Section,
    /// The index.
    pub(super) position: usize,
}

/// Where something first happens in each part.
#[derive(Debug, Clone, Default)]
pub(super) struct First {
    cold: Option<usize>,
    hot: Option<usize>,
    rollback: BTreeMap<usize, usize>,
    after: Option<usize>,
}

impl First {
    /// Notes that it happens at a place.
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

    /// True when it has happened before a place. A rollback and the tasks after the release may count on every hot
    /// step, but on no step of another rollback.
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

    /// True when it has happened before a place or happens there.
    pub(super) fn is_by(&self, place: Place) -> bool {
        self.is_before(Place { position: place.position + 1, ..place })
    }
}

/// The records and the work that the steps of a flow begin, with where.
#[derive(Debug, Clone, Default)]
pub(super) struct FlowRecords<'a> {
    /// Values written down.
    pub(super) records: BTreeMap<&'a str, First>,
    /// Work that somebody else begins.
    pub(super) begun: BTreeMap<&'a str, First>,
}

impl<'a> FlowRecords<'a> {
    /// Collects what each step makes.
    pub(super) fn of(steps: &[(Place, &'a flow::StepDecl)]) -> Self {
        let mut made = Self::default();
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
}

/// One element of a list that a block repeats for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListElement<'a> {
    /// The name of the list.
    pub(super) list: &'a str,
    /// What the flow calls one element.
    pub(super) each: &'a str,
    /// This element.
    pub(super) name: &'a str,
    /// Where the release gives it.
    pub(super) literal: Span,
    /// Its place in the list, from 0.
    pub(super) index: usize,
}

/// The surroundings of a text, which decide what `{{ name }}` means in it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope<'a> {
    /// The element of the block around it.
    pub(super) element: Option<ListElement<'a>>,
    /// The element of the item around it.
    pub(super) item: Option<ListElement<'a>>,
    /// The step around it; `None` where no step is.
    pub(super) place: Option<Place>,
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
