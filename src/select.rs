//! Which parts of a flow belong to one release of it.
//!
//! This stage stands between the source and the plan. It decides what the conditions `only` and `unless` leave out, and
//! says why. No later stage decides that again: it gets a flow with the parts that apply, and what is said of the others.
//!
//! A release may leave open what it will be. Then every part that may apply stays, with the condition that is still open.

mod faults;
mod marks;
mod parts;
mod reach;
mod reduce;
#[cfg(test)]
mod tests;
mod variants;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use self::faults::not_a_choice;
use self::marks::Marks;
pub use self::parts::each_part;
pub use self::reach::{IdleCondition, idle};
pub use self::variants::{Variant, VariantSet, in_words, smallest};
use crate::diagnostic::{Diagnostic, Span};
use crate::source::flow::{BlockDecl, Flow, StepDecl, Str};
use crate::source::release::ReleaseFile;

/// One of the words that a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenWord<'f> {
    /// The value, as an index into [`Flow::values`].
    pub value: usize,
    /// The word, where the value declares it.
    pub word: &'f Str,
}

/// Why something is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why<'f> {
    /// What the release is, and thus what leaves it out.
    pub chosen: Vec<ChosenWord<'f>>,
    /// The condition.
    pub condition: Span,
}

/// A condition that the release leaves open: for each value that isn't known, the words that it may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenCondition<'f> {
    /// It applies only if each value is one of its words.
    pub only: Vec<(usize, Vec<&'f Str>)>,
    /// It doesn't apply if, in one of these lists, each value is one of its words.
    pub unless: Vec<Vec<(usize, Vec<&'f Str>)>>,
}

impl OpenCondition<'_> {
    /// Both this condition and the `other` one.
    fn and(&mut self, other: &Self) {
        let said = |(value, words): &(usize, Vec<&Str>)| {
            (*value, words.iter().map(|word| word.value.clone()).collect::<Vec<_>>())
        };
        let all = |one: &Vec<_>| one.iter().map(said).collect::<Vec<_>>();
        for one in &other.only {
            if self.only.iter().all(|known| said(known) != said(one)) {
                self.only.push(one.clone());
            }
        }
        for one in &other.unless {
            if self.unless.iter().all(|known| all(known) != all(one)) {
                self.unless.push(one.clone());
            }
        }
    }
}

/// A flow as one release has it.
#[derive(Debug, Clone)]
pub struct Selected<'f> {
    whole: &'f Flow,
    flow: Cow<'f, Flow>,
    marks: Marks<'f>,
    chosen: Vec<ChosenWord<'f>>,
    variants: Vec<Variant<'f>>,
    applies: HashMap<Span, VariantSet>,
    /// The steps and blocks as they are written, by their places, where parts of them may be left out.
    steps: HashMap<Span, &'f StepDecl>,
    blocks: HashMap<Span, &'f BlockDecl>,
    faults: Vec<Diagnostic>,
}

impl<'f> Selected<'f> {
    /// The flow, with its selected parts alone.
    #[must_use]
    pub fn flow(&self) -> &Flow {
        &self.flow
    }

    /// The flow with every part.
    #[must_use]
    pub const fn whole(&self) -> &'f Flow {
        self.whole
    }

    /// A selected step with every part that it has in the flow.
    #[must_use]
    pub fn whole_step<'s>(&'s self, step: &'s StepDecl) -> &'s StepDecl {
        self.steps.get(&step.span).copied().unwrap_or(step)
    }

    /// A selected block with every part that it has in the flow.
    #[must_use]
    pub fn whole_block<'s>(&'s self, block: &'s BlockDecl) -> &'s BlockDecl {
        self.blocks.get(&block.span).copied().unwrap_or(block)
    }

    /// Why the part that is written at a place is left out; `None` for one that isn't.
    #[must_use]
    pub fn why(&self, place: Span) -> Option<&Why<'f>> {
        self.marks.left_out.get(&place)
    }

    /// The condition that is still open for the part that is written at a place.
    #[must_use]
    pub fn open(&self, place: Span) -> Option<&OpenCondition<'f>> {
        self.marks.open.get(&place)
    }

    /// What the release is, as far as conditions ask for it.
    #[must_use]
    pub fn chosen(&self) -> &[ChosenWord<'f>] {
        &self.chosen
    }

    /// The release without what [`Selected::chosen`] tells.
    #[must_use]
    pub fn undecided(&self, release: &ReleaseFile) -> ReleaseFile {
        let chosen: BTreeSet<&str> = self.chosen.iter().map(|one| &*self.whole.values[one.value].name.value).collect();
        let mut release = release.clone();
        release.values.retain(|(name, _)| !chosen.contains(&*name.value));
        release
    }

    /// What the release may still become: every combination of what it leaves open. Empty when it leaves nothing open.
    #[must_use]
    pub fn variants(&self) -> &[Variant<'f>] {
        &self.variants
    }

    /// In which of the [`Selected::variants`] the step that is written at a place applies.
    #[must_use]
    pub fn applies(&self, place: Span) -> VariantSet {
        self.applies.get(&place).copied().unwrap_or(VariantSet::all(self.variants.len()))
    }

    /// The faults of conditions.
    #[must_use]
    pub fn faults(&self) -> &[Diagnostic] {
        &self.faults
    }
}

/// Selects the parts of a flow that a release has.
#[must_use]
pub fn select<'f>(flow: &'f Flow, release: &ReleaseFile) -> Selected<'f> {
    let (asked, mut faults) = faults::conditions(flow);
    let chosen: Vec<ChosenWord<'f>> = asked.iter().filter_map(|value| chosen(flow, release, *value)).collect();
    let with = |more: &[ChosenWord<'f>]| -> Marks<'f> {
        let all = chosen.iter().chain(more).map(|one| (&*flow.values[one.value].name.value, *one)).collect();
        Marks::new(flow, &asked, &all)
    };
    let marks = if asked.is_empty() { Marks::default() } else { with(&[]) };
    let is_open = |value: &usize| chosen.iter().all(|one| one.value != *value);
    let open: Vec<usize> = asked.iter().copied().filter(is_open).collect();
    let variants = variants::all(flow, &asked, &open).unwrap_or_else(|fault| {
        faults.push(fault);
        Vec::new()
    });
    let mut left_out: HashMap<Span, VariantSet> = HashMap::new();
    for (index, variant) in variants.iter().enumerate() {
        for place in with(&variant.words).left_out.into_keys() {
            left_out.entry(place).or_default().add(index);
        }
    }
    let all = VariantSet::all(variants.len());
    let applies = left_out.into_iter().map(|(place, out)| (place, all.without(out))).collect();
    faults.extend(reach::never(flow, &asked));
    faults.extend(faults::left_over(flow, &marks));
    let mut selected = Selected {
        whole: flow,
        flow: Cow::Borrowed(flow),
        marks,
        chosen,
        variants,
        applies,
        steps: HashMap::new(),
        blocks: HashMap::new(),
        faults,
    };
    if !selected.marks.left_out.is_empty() {
        let blocks = || flow.hot.iter().chain(&flow.rollback);
        let tasks = flow.cold.iter().chain(&flow.after).map(|task| &task.step);
        selected.steps = tasks.chain(blocks().flat_map(|block| &block.steps)).map(|step| (step.span, step)).collect();
        selected.blocks = blocks().map(|block| (block.span, block)).collect();
        selected.flow = Cow::Owned(reduce::reduce(flow, &selected.marks));
    }
    selected
}

/// The word that a release gives for a value, if that is one of the value's choices.
fn chosen<'f>(flow: &'f Flow, release: &ReleaseFile, value: usize) -> Option<ChosenWord<'f>> {
    let declared = &flow.values[value];
    let (_, given) = release.values.iter().find(|(name, _)| name.value == declared.name.value)?;
    let [given] = &**given else { return None };
    let word = declared.choices.iter().find(|word| word.value == given.value)?;
    Some(ChosenWord { value, word })
}

/// What the flow calls by a name.
type Names<'f, T> = BTreeMap<&'f str, T>;
