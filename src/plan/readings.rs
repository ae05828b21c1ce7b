//! Finds the steps that record each reading and the steps that compare it, and makes a table for each of the former and for
//! each element of a repeated block.

use std::collections::BTreeMap;

use super::exclusive::Clash;
use super::faults::Faults;
use super::lookup::Lookup;
use super::place::{First, ListElement, Place, Scope};
use super::unroll::Layout;
use super::{Reading, ReadingIx, ReadingRow, StepIx};
use crate::diagnostic::{Diagnostic, Origin, Span};
use crate::select::{Selected, VariantSet};
use crate::source::flow::{Flow, ReadingDecl, Str};
use crate::text::{Content, Run, Style, Text};

/// The most steps that record one reading.
const MOST_SITES: usize = 64;

/// A written step that records a reading.
struct Site {
    source: usize,
    step: usize,
    span: Span,
    /// In which of what the release may be it applies.
    applies: VariantSet,
    /// Its first table in `list`.
    base: usize,
}

/// The tables of a plan.
pub(super) struct Readings<'a> {
    names: BTreeMap<&'a str, usize>,
    /// For each declared reading, the steps that record it: several only where no release comes to two of them.
    sites: Vec<Vec<Site>>,
    /// Those of them that a release has both of, unless it comes to one of them only.
    pub(super) clashes: Vec<Clash>,
    /// The tables.
    pub(super) list: Vec<Reading>,
}

impl<'a> Readings<'a> {
    /// Finds where each reading is recorded and makes its tables.
    pub(super) fn new(lookup: &mut Lookup<'a>, flow: &'a Flow, layout: &Layout<'a>) -> Self {
        let names = flow.readings.iter().enumerate().map(|(index, reading)| (&*reading.id.value, index)).collect();
        let sites = flow.readings.iter().map(|_| Vec::new()).collect();
        let mut readings = Self { names, sites, clashes: Vec::new(), list: Vec::new() };
        for (source, block) in layout.sources.iter().enumerate() {
            for (step, written) in block.block.steps.iter().enumerate() {
                if let Some(take) = &written.take {
                    let applies = cases_of(lookup.selected, written.span);
                    let site = Site { source, step, span: take.span, applies, base: 0 };
                    readings.note_take(take, site, layout, &mut lookup.faults);
                }
            }
        }
        for (reading, sites) in flow.readings.iter().zip(&mut readings.sites) {
            if sites.is_empty() {
                readings.list.push(table(lookup, reading, Scope::default(), None));
            }
            for site in sites {
                site.base = readings.list.len();
                for placed in &layout.placed[layout.placed_of(site.source)] {
                    let position = placed.first + site.step;
                    let place = Place { section: layout.sources[site.source].section, position };
                    let scope = Scope { element: placed.element, place: Some(place), item: None };
                    readings.list.push(table(lookup, reading, scope, Some(StepIx(position))));
                }
                // A rollback goes through a list from its end, but the tables are in the order of the list.
                if layout.placed_of(site.source).start >= layout.hot_blocks {
                    readings.list[site.base..].reverse();
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

    fn note_take(&mut self, take: &Str, site: Site, layout: &Layout<'a>, faults: &mut Faults) {
        let Some(index) = self.index(take, faults) else { return };
        let sites = &mut self.sites[index];
        // A step that no release has is a fault of its own.
        if !sites.is_empty() && site.applies.is_empty() {
            return;
        }
        let fault = |first: &Site| {
            Diagnostic::error("taken-twice", take.span, format!("`{}` is recorded twice", take.value))
                .context(first.span, "first here")
                .help("compare it here, or declare a reading of its own for this step")
                .help("both may record it where no release has both steps, by `only` and `unless`, or comes to both, by the answers of a `choose`; an `if` may hold for both")
        };
        let both: Vec<&Site> = sites.iter().filter(|first| !first.applies.and(site.applies).is_empty()).collect();
        match both.first() {
            Some(first) if sites.len() >= MOST_SITES => return faults.push(fault(first)),
            _ => {}
        }
        // Of a block that repeats, the copies for one element are compared: those for the first.
        let at = |site: &Site| Some(StepIx(layout.placed.get(layout.sources[site.source].base)?.first + site.step));
        let clash = |first: &&Site| Some(Clash { steps: [at(first)?, at(&site)?], fault: fault(first) });
        self.clashes.extend(both.iter().filter_map(clash));
        sites.push(site);
    }

    /// The table that a step fills in.
    pub(super) fn taken(&self, take: &Str, layout: &Layout<'a>, element: Option<ListElement<'a>>) -> Option<ReadingIx> {
        let index = *self.names.get(&*take.value)?;
        Self::table_of(self.sites[index].iter().find(|site| site.span == take.span)?, layout, element)
    }

    /// The table that belongs to an element.
    fn table_of(site: &Site, layout: &Layout<'a>, element: Option<ListElement<'a>>) -> Option<ReadingIx> {
        let offset = if layout.sources[site.source].list.is_some() { element?.index } else { 0 };
        Some(ReadingIx(site.base + offset))
    }

    /// The tables that a step compares with: while it is open which step fills one in, one of each such step.
    /// It is a fault when no step has filled one in before.
    pub(super) fn compared(
        &mut self,
        compare: &Str,
        layout: &Layout<'a>,
        element: Option<ListElement<'a>>,
        (place, span): (Place, Span),
        lookup: &mut Lookup<'a>,
    ) -> Vec<ReadingIx> {
        let Some(index) = self.index(compare, &mut lookup.faults) else { return Vec::new() };
        let cases = cases_of(lookup.selected, span);
        let name = &compare.value;
        let mut found = Vec::new();
        let mut fault = self.sites[index].is_empty().then(|| {
            Diagnostic::error("compare-before-take", compare.span, format!("no step records `{name}`"))
                .help(format!("say `take = \"{name}\"` in a step before this one"))
        });
        for site in self.sites[index].iter().filter(|site| !site.applies.and(cases).is_empty()) {
            let Some(copy) = layout.copy_for(site.source, element) else {
                let message =
                    format!("`{name}` is recorded for each element of a list, and this step is for none of them");
                let which = Diagnostic::error("which-element", compare.span, message);
                let help = "compare it in a block that repeats for the same list";
                fault = Some(which.context(site.span, "recorded here").help(help));
                continue;
            };
            let mut taken = First::default();
            let section = layout.sources[site.source].section;
            taken.note(Place { section, position: layout.placed[copy].first + site.step });
            if taken.is_before(place) {
                found.extend(Self::table_of(site, layout, element));
            } else {
                let message = format!("`{name}` isn't recorded yet here");
                let early = Diagnostic::error("compare-before-take", compare.span, message);
                fault = Some(early.context(site.span, "recorded here").help("record it before it is compared"));
            }
        }
        // What is at fault in some cases only is found there.
        if found.is_empty()
            && let Some(fault) = fault
        {
            lookup.faults.push(fault);
        }
        for index in &found {
            self.list[index.0].compare.push(StepIx(place.position));
        }
        found
    }
}

/// In which of what the release may be the step that is written at a place applies; where the release leaves nothing open, in
/// the one that it is.
fn cases_of(selected: &Selected<'_>, step: Span) -> VariantSet {
    if selected.variants().is_empty() { VariantSet::all(1) } else { selected.applies(step) }
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
