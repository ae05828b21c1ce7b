//! Repeats blocks for each element of a list, and gives every step its place: its index in the plan, its number, and
//! what its name leads to.

use std::collections::BTreeMap;
use std::ops::Range;

use super::faults::Faults;
use super::place::{ListElement, Place, Section};
use super::{StepIx, StepNumber};
use crate::diagnostic::{Diagnostic, Span};
use crate::limits::{STEPS, Tally};
use crate::select::Selected;
use crate::source::flow::{BlockDecl, StepDecl, Str, TARGETS};

/// The letters of the rollbacks, in order: without `A` and `C`, which number tasks, and without `I` and `O`, which look
/// like digits.
pub(super) const LETTERS: &[u8] = b"RSTUVWXYZBDEFGHJKLMNPQ";

/// What to do about an id that nothing has.
pub(super) fn give_id(what: &str, id: &str) -> String {
    if TARGETS.contains(&id) {
        format!("`{id}` is a word of routes, and no id: give {what} an id of its own, and name it here")
    } else {
        format!("give {what} `id = \"{id}\"`")
    }
}

/// A block as it is written.
#[derive(Debug)]
pub(super) struct SourceBlock<'a> {
    /// The block in the flow.
    pub(super) block: &'a BlockDecl,
    /// The part that it belongs to.
    pub(super) section: Section,
    /// Its first copy in [`Layout::placed`]; the others follow.
    pub(super) base: usize,
    /// How many copies there are; at least one unless the plan is too long.
    pub(super) copies: usize,
    /// The list that it repeats for, if any.
    pub(super) list: Option<&'a str>,
    /// The number of its first step in the flow, and that of each step that it has here.
    pub(super) numbers: (u32, Vec<u32>),
}

/// One copy of a block.
#[derive(Debug)]
pub(super) struct Placed<'a> {
    /// Index into [`Layout::sources`].
    pub(super) source: usize,
    /// The element of this copy.
    pub(super) element: Option<ListElement<'a>>,
    /// Its place in the order of execution, from 0, and the number of copies.
    pub(super) order: (usize, usize),
    /// The letter of a rollback.
    pub(super) letter: Option<char>,
    /// Its index in [`Layout::placed`].
    pub(super) block: usize,
    /// Index of its first step in the plan.
    pub(super) first: usize,
}

/// What a name in a route leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RouteEnd {
    /// A step of a block: an index into [`Layout::sources`], and its index in the block.
    Step(usize, usize),
    /// A block: an index into [`Layout::sources`].
    Block(usize),
    /// A task before or after the release.
    Task,
    /// A step or a block that the release leaves out, with the condition for that.
    LeftOut(Span),
}

/// The place of every block and step.
#[derive(Debug, Default)]
pub(super) struct Layout<'a> {
    /// The written blocks, hot ones first.
    pub(super) sources: Vec<SourceBlock<'a>>,
    /// The copies that are executed, hot ones first.
    pub(super) placed: Vec<Placed<'a>>,
    /// How many steps are placed.
    end: usize,
    /// How many of `placed` are hot. The rollbacks begin at this index.
    pub(super) hot_blocks: usize,
    /// How many steps are hot.
    pub(super) hot_steps: usize,
    /// The fault of more steps than a plan may have. No step is placed beyond them.
    pub(super) too_many: Option<Diagnostic>,
    /// Ids of steps and blocks.
    pub(super) names: BTreeMap<&'a str, (RouteEnd, Span)>,
    /// For each written rollback, the last step from which it may be entered; `None` when it may be entered from any.
    pub(super) limits: Vec<Option<StepIx>>,
    /// True when the flow has rollbacks, and the release leaves all of them out.
    pub(super) all_rollbacks_left_out: bool,
}

impl<'a> Layout<'a> {
    /// Places every block that is selected; `elements` gives the elements of a list.
    pub(super) fn new(
        selected: &'a Selected<'a>,
        elements: &mut dyn FnMut(&'a Str, &mut Faults) -> Vec<ListElement<'a>>,
        faults: &mut Faults,
    ) -> Self {
        let (flow, whole) = (selected.flow(), selected.whole());
        let mut layout = Self::default();
        let mut steps = Tally::new(&STEPS);
        // What is left out keeps its number.
        let kept = |block: &BlockDecl, first: u32| -> (u32, Vec<u32>) {
            let numbered = (first..).zip(&block.steps).filter(|(_, step)| selected.why(step.span).is_none());
            (first, numbered.map(|(number, _)| number).collect())
        };
        let mut number = 1;
        let mut blocks = flow.hot.iter();
        for written in &whole.hot {
            let numbers = kept(written, number);
            number += written.steps.len() as u32;
            if selected.why(written.span).is_none()
                && let Some(block) = blocks.next()
            {
                layout.place(block, Section::Hot, (None, numbers), &mut steps, &mut |each| elements(each, faults));
            }
        }
        layout.hot_blocks = layout.placed.len();
        layout.hot_steps = layout.end;
        let mut blocks = flow.rollback.iter().enumerate();
        for (index, written) in whole.rollback.iter().enumerate() {
            let letter = LETTERS.get(index).copied().map(char::from);
            if letter.is_none() {
                let message = format!("there are letters for {} rollbacks only", LETTERS.len());
                faults.push(Diagnostic::error("too-many-rollbacks", written.span, message));
            }
            if selected.why(written.span).is_none()
                && let Some((index, block)) = blocks.next()
            {
                let section = Section::Rollback(index);
                let numbered = (letter, kept(written, 1));
                layout.place(block, section, numbered, &mut steps, &mut |each| elements(each, faults));
            }
        }
        layout.all_rollbacks_left_out = flow.rollback.is_empty() && !whole.rollback.is_empty();
        layout.too_many = steps.fault();
        layout.name_all(selected);
        layout.limits = flow.rollback.iter().map(|block| layout.limit(block, selected, faults)).collect();
        layout
    }

    fn place(
        &mut self,
        block: &'a BlockDecl,
        section: Section,
        (letter, numbers): (Option<char>, (u32, Vec<u32>)),
        steps: &mut Tally,
        elements: &mut dyn FnMut(&'a Str) -> Vec<ListElement<'a>>,
    ) {
        let mut copies: Vec<Option<ListElement<'a>>> = match &block.each {
            Some(each) => elements(each).into_iter().map(Some).collect(),
            None => vec![None],
        };
        let place = block.each.as_ref().map_or(block.span, |each| each.span);
        if !steps.add(&[(copies.len(), "elements"), (block.steps.len(), "steps")], Some(place)) {
            copies.clear();
        }
        if section != Section::Hot {
            copies.reverse();
        }
        let (source, base, of) = (self.sources.len(), self.placed.len(), copies.len());
        let list = block.each.as_ref().map(|each| &*each.value);
        self.sources.push(SourceBlock { block, section, base, copies: of, list, numbers });
        for (order, element) in copies.into_iter().enumerate() {
            self.placed.push(Placed {
                source,
                element,
                order: (order, of),
                letter,
                block: base + order,
                first: self.end,
            });
            self.end += block.steps.len();
        }
    }

    fn name_all(&mut self, selected: &'a Selected<'a>) {
        let flow = selected.flow();
        for id in flow.cold.iter().chain(&flow.after).filter_map(|task| task.step.id.as_ref()) {
            self.names.entry(&id.value).or_insert((RouteEnd::Task, id.span));
        }
        for (source, block) in self.sources.iter().enumerate() {
            if let Some(id) = &block.block.id {
                self.names.entry(&id.value).or_insert((RouteEnd::Block(source), id.span));
            }
            for (index, step) in block.block.steps.iter().enumerate() {
                if let Some(id) = &step.id {
                    self.names.entry(&id.value).or_insert((RouteEnd::Step(source, index), id.span));
                }
            }
        }
        let whole = selected.whole();
        for block in whole.hot.iter().chain(&whole.rollback) {
            let steps = block.steps.iter().map(|step| (&step.id, step.span));
            for (id, place) in std::iter::once((&block.id, block.span)).chain(steps) {
                if let (Some(id), Some(why)) = (id, selected.why(place)) {
                    self.names.entry(&id.value).or_insert((RouteEnd::LeftOut(why.condition), id.span));
                }
            }
        }
    }

    /// The last step from which a rollback may be entered. When the release leaves out the step that the flow names, it
    /// is the last one before that which applies.
    fn limit(&self, block: &BlockDecl, selected: &Selected<'_>, faults: &mut Faults) -> Option<StepIx> {
        let name = block.valid_until.as_ref()?;
        let (source, step) = match self.names.get(&*name.value) {
            Some((RouteEnd::LeftOut(condition), _)) => {
                let earlier = self.last_before(&name.value, selected);
                if earlier.is_none() {
                    let message = "no step is left from which this rollback may be entered";
                    faults.push(
                        Diagnostic::error("rollback-not-valid", name.span, message)
                            .context(*condition, "this condition leaves it out")
                            .help("give the rollback the same condition, or name a later step"),
                    );
                }
                earlier?
            }
            _ => self.hot_step(name, faults)?,
        };
        let last = self.placed_of(source).last()?;
        Some(StepIx(self.placed[last].first + step))
    }

    /// The last hot step that applies before one with an id that is left out: its block and its index there.
    fn last_before(&self, id: &str, selected: &Selected<'_>) -> Option<(usize, usize)> {
        let steps = selected.whole().hot.iter().flat_map(|block| &block.steps);
        let earlier = steps.take_while(|step| step.id.as_ref().is_none_or(|known| known.value != id));
        let kept = earlier.filter(|step| selected.why(step.span).is_none()).count();
        let hot = self.sources.iter().enumerate().filter(|(_, source)| source.section == Section::Hot);
        let mut written = hot.flat_map(|(source, block)| (0..block.block.steps.len()).map(move |step| (source, step)));
        written.nth(kept.checked_sub(1)?)
    }

    /// The hot step with this name: its block and its index there.
    pub(super) fn hot_step(&self, name: &Str, faults: &mut Faults) -> Option<(usize, usize)> {
        match self.names.get(&*name.value) {
            Some((RouteEnd::Step(source, step), _)) if self.sources[*source].section == Section::Hot => {
                Some((*source, *step))
            }
            Some((_, span)) => {
                faults.push(
                    Diagnostic::error("not-a-hot-step", name.span, format!("`{}` is not a step of `hot`", name.value))
                        .context(*span, "declared here"),
                );
                None
            }
            None => {
                let known = self.names.iter().filter(|(_, (named, _))| matches!(named, RouteEnd::Step(..)));
                let known = known.map(|(id, _)| *id);
                faults.unknown("unknown-step", name, "no step has the id", known, || {
                    give_id("the step that is meant", &name.value)
                });
                None
            }
        }
    }

    /// The copies of a written block, as indices into [`Layout::placed`].
    pub(super) fn placed_of(&self, source: usize) -> Range<usize> {
        let source = &self.sources[source];
        source.base..source.base + source.copies
    }

    /// The steps of the part that a written block belongs to: all hot steps, or all of its rollback.
    pub(super) fn part(&self, source: usize) -> Range<usize> {
        let block = &self.sources[source];
        if block.section == Section::Hot {
            return 0..self.hot_steps;
        }
        let first = self.placed[block.base].first;
        first..first + block.copies * block.block.steps.len()
    }

    /// The copy of a block that goes with an element: the only copy, or the copy for that element. `None` when the
    /// block repeats for another list.
    pub(super) fn copy_for(&self, source: usize, element: Option<ListElement<'a>>) -> Option<usize> {
        let block = &self.sources[source];
        match (block.list, element) {
            (None, _) => Some(block.base),
            (Some(list), Some(element)) if element.list == list => {
                let order =
                    if block.section == Section::Hot { element.index } else { block.copies - 1 - element.index };
                Some(block.base + order)
            }
            _ => None,
        }
    }

    /// Every step of the plan in order: the copy of the block, the place, and the written step.
    pub(super) fn steps(&self) -> impl Iterator<Item = (&Placed<'a>, Place, &'a StepDecl)> {
        self.placed.iter().flat_map(|placed| {
            let source = &self.sources[placed.source];
            let place = |index| Place { section: source.section, position: placed.first + index };
            source.block.steps.iter().enumerate().map(move |(index, step)| (placed, place(index), step))
        })
    }

    /// The printed number of a step.
    pub(super) fn number(&self, placed: &Placed<'_>, place: Place) -> StepNumber {
        StepNumber {
            letter: placed.letter,
            number: self.sources[placed.source].numbers.1[place.position - placed.first],
            instance: placed.element.map(|element| element.name.to_owned()),
        }
    }
}
