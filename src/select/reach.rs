//! Which releases a condition is about: none at all, or every one.

use std::collections::HashMap;

use super::parts::each_part_within;
use super::variants::{self, Variant, VariantSet};
use super::{Names, faults};
use crate::diagnostic::{Diagnostic, Span};
use crate::source::flow::{ConditionDecl, Conditional, Flow};

/// Every variant of a flow, whatever a release says, and in which of them each condition holds.
struct Reach<'f> {
    /// For each value that conditions name, which word of a variant is its word.
    asked: Names<'f, usize>,
    variants: Vec<Variant<'f>>,
    /// What is known of conditions, by their places: one is looked at once, however much stands inside of its part.
    known: HashMap<Span, Option<VariantSet>>,
}

impl<'f> Reach<'f> {
    /// `asked` are the values that conditions name. `None` where there are no variants, or more than there may be, which is a
    /// fault of its own.
    fn new(flow: &'f Flow, asked: &[usize]) -> Option<Self> {
        let variants = variants::all(flow, asked, asked).ok().filter(|variants| !variants.is_empty())?;
        let names = asked.iter().map(|value| &*flow.values[*value].name.value);
        Some(Self { asked: names.zip(0..).collect(), variants, known: HashMap::new() })
    }

    fn all(&self) -> VariantSet {
        VariantSet::all(self.variants.len())
    }

    /// Where a condition holds; `None` for one that has a fault of its own, and says nothing here.
    fn of(&mut self, condition: &ConditionDecl) -> Option<VariantSet> {
        if let Some(known) = self.known.get(&condition.span) {
            return *known;
        }
        let holds = self.look_at(condition);
        self.known.insert(condition.span, holds);
        holds
    }

    fn look_at(&self, condition: &ConditionDecl) -> Option<VariantSet> {
        let mut holds = Some(self.all()).filter(|_| !condition.values.is_empty())?;
        for (name, words) in &condition.values {
            let value = *self.asked.get(&*name.value)?;
            let mut named = VariantSet::default();
            for word in words {
                let has = |variant: &Variant<'_>| variant.words[value].word.value == word.value;
                let mut with = self.variants.iter().enumerate().filter(|(_, variant)| has(variant)).peekable();
                // A word that is no choice is a fault of its own.
                with.peek()?;
                with.for_each(|(index, _)| named.add(index));
            }
            holds = holds.and(named);
        }
        Some(holds)
    }

    /// Where a part that stands inside of others may apply, as far as their conditions say something.
    fn over(&mut self, parts: &[&dyn Conditional]) -> VariantSet {
        let mut over = self.all();
        for part in parts {
            over = over.and(part.only().and_then(|only| self.of(only)).unwrap_or(over));
            over = over.without(part.unless().and_then(|unless| self.of(unless)).unwrap_or_default());
        }
        over
    }
}

/// A fault for each part that no release has. `asked` are the values that conditions name.
pub(super) fn never(flow: &Flow, asked: &[usize]) -> Vec<Diagnostic> {
    let Some(mut reach) = Reach::new(flow, asked) else { return Vec::new() };
    let mut faults = Vec::new();
    each_part_within(flow, &mut |part, around| {
        let Some(own) = part.conditions().last() else { return };
        let outside = reach.over(around);
        // What is around it has a fault of its own.
        if outside.is_empty() || !outside.and(reach.over(&[part])).is_empty() {
            return;
        }
        let mut fault =
            Diagnostic::error("never-applies", own.span, "no release has this: nothing is left over for it");
        let everywhere = reach.all();
        let mut says_something =
            |one: &&ConditionDecl| one.span != own.span && reach.of(one).is_some_and(|holds| holds != everywhere);
        let parts = around.iter().copied().chain([part]);
        for one in parts.flat_map(<dyn Conditional>::conditions).filter(|one| says_something(one)) {
            fault = fault.context(one.span, "this condition counts too");
        }
        faults.push(fault.help("name fewer words in `unless` or others in `only`, or take out what never applies"));
    });
    faults
}

/// A condition that leaves nothing out.
#[derive(Debug, Clone, Copy)]
pub struct IdleCondition<'f> {
    /// It.
    pub condition: &'f ConditionDecl,
    /// Whether it is an `unless`.
    pub is_unless: bool,
    /// What leaves out all that it might: an `only`, where it isn't its own words that do.
    pub within: Option<&'f ConditionDecl>,
}

/// Every condition that is so for each release, or for each that the `only` beside it and around it leaves over.
#[must_use]
pub fn idle(flow: &Flow) -> Vec<IdleCondition<'_>> {
    let (asked, _) = faults::conditions(flow);
    let Some(mut reach) = Reach::new(flow, &asked) else { return Vec::new() };
    let everywhere = reach.all();
    let mut found = Vec::new();
    each_part_within(flow, &mut |part, around| {
        let mut within: Vec<&ConditionDecl> = around.iter().filter_map(|part| part.only()).collect();
        let mut left = within.iter().filter_map(|only| reach.of(only)).fold(everywhere, VariantSet::and);
        if let Some(only) = part.only() {
            if let Some(holds) = reach.of(only) {
                if left.without(holds).is_empty() {
                    let within = if holds == everywhere { None } else { within.last().copied() };
                    found.push(IdleCondition { condition: only, is_unless: false, within });
                }
                left = left.and(holds);
            }
            within.push(only);
        }
        if let Some(unless) = part.unless()
            && reach.of(unless).is_some_and(|holds| left.and(holds).is_empty())
        {
            found.push(IdleCondition { condition: unless, is_unless: true, within: within.last().copied() });
        }
    });
    found
}
