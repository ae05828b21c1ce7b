//! Which releases a condition is about: none at all, or every one.

use std::collections::BTreeMap;

use super::parts::each_part_within;
use super::variants::MOST_VARIANTS;
use crate::diagnostic::Diagnostic;
use crate::source::flow::{ConditionDecl, Conditional, Flow, Str, ValueDecl};
use crate::source::types::{ChoiceWord, OneOrMore};

/// The values with `choices` by their names. A condition that names another value, or a word that is no choice, has a fault of
/// its own and says nothing here.
struct Choices<'f>(BTreeMap<&'f str, &'f ValueDecl>);

/// What `only` and `unless` of a part, and of the parts around it, leave over.
struct Over<'f> {
    only: Vec<&'f ConditionDecl>,
    unless: Vec<&'f ConditionDecl>,
}

impl<'f> Over<'f> {
    fn new(parts: &[&'f dyn Conditional]) -> Self {
        let only = parts.iter().filter_map(|part| part.only()).collect();
        Self { only, unless: parts.iter().filter_map(|part| part.unless()).collect() }
    }
}

impl<'f> Choices<'f> {
    fn new(flow: &'f Flow) -> Self {
        let is_chosen = |value: &&ValueDecl| (2..=MOST_VARIANTS).contains(&value.choices.len());
        Self(flow.values.iter().filter(is_chosen).map(|value| (&*value.name.value, value)).collect())
    }

    /// The words of each value that a condition names; `None` when it has a fault.
    fn words<'c>(&self, condition: &'c ConditionDecl) -> Option<Vec<(&'f ValueDecl, Vec<&'c str>)>> {
        let of = |(name, words): &'c (Str, OneOrMore<ChoiceWord>)| {
            let value = *self.0.get(&*name.value)?;
            let words: Vec<&str> = words.iter().map(|word| &*word.value).collect();
            let is_known = |word: &&str| value.choices.iter().any(|known| known.value == *word);
            words.iter().all(is_known).then_some((value, words))
        };
        condition.values.iter().map(of).collect()
    }

    /// The words of a value that several conditions allow.
    fn allowed(&self, value: &'f ValueDecl, only: &[&ConditionDecl]) -> Vec<&'f str> {
        let named: Vec<_> = only.iter().filter_map(|one| self.words(one)).flatten().collect();
        let is_allowed = |word: &&str| named.iter().all(|(of, words)| of.name != value.name || words.contains(word));
        value.choices.iter().map(|word| &*word.value).filter(is_allowed).collect()
    }

    /// Whether a condition holds in every release for which all of `only` hold.
    fn holds(&self, condition: &ConditionDecl, only: &[&ConditionDecl]) -> bool {
        let Some(named) = self.words(condition) else { return false };
        let all = |value, words: &[&str]| self.allowed(value, only).iter().all(|word| words.contains(word));
        !named.is_empty() && named.iter().all(|(value, words)| all(value, words))
    }

    /// Whether a condition holds in no release for which all of `only` hold.
    fn fails(&self, condition: &ConditionDecl, only: &[&ConditionDecl]) -> bool {
        let Some(named) = self.words(condition) else { return false };
        let any = |value, words: &[&str]| self.allowed(value, only).iter().any(|word| words.contains(word));
        named.iter().any(|(value, words)| !any(value, words))
    }

    /// Whether no release has the part. Each `unless` is looked at by itself, so not every such part is found.
    fn is_never(&self, over: &Over<'_>) -> bool {
        over.only.iter().any(|only| self.fails(only, &over.only))
            || over.unless.iter().any(|unless| self.holds(unless, &over.only))
    }
}

/// A fault for each part that no release has.
pub(super) fn never(flow: &Flow) -> Vec<Diagnostic> {
    let choices = Choices::new(flow);
    let mut faults = Vec::new();
    each_part_within(flow, &mut |part, around| {
        let Some(own) = part.conditions().last() else { return };
        let parts: Vec<&dyn Conditional> = around.iter().copied().chain([part]).collect();
        // What is around it has a fault of its own.
        if !choices.is_never(&Over::new(&parts)) || choices.is_never(&Over::new(around)) {
            return;
        }
        let mut fault =
            Diagnostic::error("never-applies", own.span, "no release has this: nothing is left over for it");
        let says_something = |one: &&ConditionDecl| one.span != own.span && !choices.holds(one, &[]);
        for one in parts.iter().flat_map(|part| part.conditions()).filter(says_something) {
            fault = fault.context(one.span, "and this must be so too");
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
    let choices = Choices::new(flow);
    let mut found = Vec::new();
    each_part_within(flow, &mut |part, around| {
        let mut within: Vec<&ConditionDecl> = around.iter().filter_map(|part| part.only()).collect();
        if let Some(only) = part.only() {
            if choices.holds(only, &within) {
                let within = if choices.holds(only, &[]) { None } else { within.last().copied() };
                found.push(IdleCondition { condition: only, is_unless: false, within });
            }
            within.push(only);
        }
        if let Some(unless) = part.unless()
            && choices.fails(unless, &within)
        {
            found.push(IdleCondition { condition: unless, is_unless: true, within: within.last().copied() });
        }
    });
    found
}
