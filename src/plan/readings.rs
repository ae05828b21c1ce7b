//! Finds the step that records each reading and the steps that compare it, and makes a table for each element of a
//! repeated block.

use std::collections::BTreeMap;

use super::faults::Faults;
use super::lookup::Lookup;
use super::place::{First, ListElement, Place, Scope};
use super::unroll::Layout;
use super::{Reading, ReadingIx, ReadingRow, StepIx};
use crate::diagnostic::{Diagnostic, Origin, Span};
use crate::source::flow::{Flow, ReadingDecl, Str};
use crate::text::{Content, Run, Style, Text};

/// The written step that records a reading.
struct Site {
    source: usize,
    step: usize,
    span: Span,
}

/// The tables of a plan.
pub(super) struct Readings<'a> {
    names: BTreeMap<&'a str, usize>,
    /// For each declared reading, the step that records it.
    sites: Vec<Option<Site>>,
    /// For each declared reading, its first table in `list`.
    bases: Vec<usize>,
    /// The tables.
    pub(super) list: Vec<Reading>,
}

impl<'a> Readings<'a> {
    /// Finds where each reading is recorded and makes its tables.
    pub(super) fn new(lookup: &mut Lookup<'a>, flow: &'a Flow, layout: &Layout<'a>) -> Self {
        let names = flow.readings.iter().enumerate().map(|(index, reading)| (&*reading.id.value, index)).collect();
        let sites = flow.readings.iter().map(|_| None).collect();
        let mut readings = Self { names, sites, bases: Vec::new(), list: Vec::new() };
        for (source, block) in layout.sources.iter().enumerate() {
            for (step, written) in block.block.steps.iter().enumerate() {
                if let Some(take) = &written.take {
                    readings.note_take(take, source, step, &mut lookup.faults);
                }
            }
        }
        for (index, reading) in flow.readings.iter().enumerate() {
            readings.bases.push(readings.list.len());
            match &readings.sites[index] {
                None => readings.list.push(table(lookup, reading, Scope::default(), None)),
                Some(site) => {
                    for placed in &layout.placed[layout.placed_of(site.source)] {
                        let position = placed.first + site.step;
                        let place = Place { section: layout.sources[site.source].section, position };
                        let scope = Scope { element: placed.element, place: Some(place), item: None };
                        readings.list.push(table(lookup, reading, scope, Some(StepIx(position))));
                    }
                    // A rollback goes through a list from its end, but the tables are in the order of the list.
                    let base = readings.bases[index];
                    if layout.placed_of(site.source).start >= layout.hot_blocks {
                        readings.list[base..].reverse();
                    }
                }
            }
        }
        readings
    }

    /// Counts the texts of the tables once more for each step that compares: its columns stand beside the rows.
    pub(super) fn count_texts(&self, lookup: &mut Lookup<'a>) {
        for reading in &self.list {
            let bytes = |text: &Text| text.to_plain().len();
            let rows: usize =
                reading.rows.iter().map(|row| bytes(&row.item) + row.unit.as_ref().map_or(0, bytes)).sum();
            let once = bytes(&reading.title) + rows;
            lookup.take(once.saturating_mul(reading.compare.len()), reading.title.place().unwrap_or_default());
        }
    }

    fn index(&self, name: &Str, faults: &mut Faults) -> Option<usize> {
        let found = self.names.get(&*name.value).copied();
        if found.is_none() {
            faults.unknown("unknown-reading", name, "no reading is called", self.names.keys().copied(), || {
                format!("add `[readings.{}]` with its rows", name.value)
            });
        }
        found
    }

    fn note_take(&mut self, take: &Str, source: usize, step: usize, faults: &mut Faults) {
        let Some(index) = self.index(take, faults) else { return };
        match &self.sites[index] {
            Some(first) => faults.push(
                Diagnostic::error("taken-twice", take.span, format!("`{}` is recorded twice", take.value))
                    .context(first.span, "first here")
                    .help("compare it here, or declare a reading of its own for this step"),
            ),
            None => self.sites[index] = Some(Site { source, step, span: take.span }),
        }
    }

    /// The table that a step fills in.
    pub(super) fn taken(&self, take: &Str, layout: &Layout<'a>, element: Option<ListElement<'a>>) -> Option<ReadingIx> {
        let index = *self.names.get(&*take.value)?;
        let site = self.sites[index].as_ref()?;
        let offset = if layout.sources[site.source].list.is_some() { element?.index } else { 0 };
        Some(ReadingIx(self.bases[index] + offset))
    }

    /// The table that a step compares with. It is a fault when no step has filled it in before.
    pub(super) fn compared(
        &mut self,
        compare: &Str,
        layout: &Layout<'a>,
        element: Option<ListElement<'a>>,
        place: Place,
        faults: &mut Faults,
    ) -> Option<ReadingIx> {
        let index = self.index(compare, faults)?;
        let name = &compare.value;
        let Some(site) = &self.sites[index] else {
            faults.push(
                Diagnostic::error("compare-before-take", compare.span, format!("no step records `{name}`"))
                    .help(format!("say `take = \"{name}\"` in a step before this one")),
            );
            return None;
        };
        let Some(copy) = layout.copy_for(site.source, element) else {
            let message = format!("`{name}` is recorded for each element of a list, and this step is for none of them");
            faults.push(
                Diagnostic::error("which-element", compare.span, message)
                    .context(site.span, "recorded here")
                    .help("compare it in a block that repeats for the same list"),
            );
            return None;
        };
        let mut taken = First::default();
        let section = layout.sources[site.source].section;
        taken.note(Place { section, position: layout.placed[copy].first + site.step });
        if !taken.is_before(place) {
            faults.push(
                Diagnostic::error("compare-before-take", compare.span, format!("`{name}` isn't recorded yet here"))
                    .context(site.span, "recorded here")
                    .help("record it before it is compared"),
            );
            return None;
        }
        let index = self.taken(compare, layout, element)?;
        self.list[index.0].compare.push(StepIx(place.position));
        Some(index)
    }
}

fn table<'a>(lookup: &mut Lookup<'a>, reading: &'a ReadingDecl, scope: Scope<'a>, take: Option<StepIx>) -> Reading {
    let mut title = lookup.text(&reading.title, scope);
    // The element isn't added to a title that already names it.
    if let Some(element) = scope.element.filter(|element| !title.to_plain().contains(element.name)) {
        title.push_str(" · ");
        let origin = Some(Origin { literal: element.literal, offset: 0 });
        title.runs.push(Run { content: Content::Chars(element.name.to_owned()), style: Style::default(), origin });
    }
    let row = |row: &'a crate::source::flow::ReadingRowDecl| ReadingRow {
        item: lookup.text(&row.item, scope),
        record: row.record,
        unit: lookup.maybe(row.unit.as_deref(), scope),
        relation: row.relation.clone(),
    };
    let rows = reading.rows.iter().map(row).collect();
    Reading { id: reading.id.value.clone(), title, rows, take, compare: Vec::new() }
}
