//! What is wrong with conditions.

use std::collections::{BTreeMap, BTreeSet};

use super::marks::Marks;
use super::parts::each_part;
use crate::diagnostic::{Diagnostic, Span};
use crate::source::flow::{ConditionDecl, Conditional, Flow, Str};
use crate::source::suggest::nearest;

/// The values with `choices` that conditions name, as indices into [`Flow::values`] in the author's order, and a fault for
/// each name in a condition that is no such value, and for each word that is none of its choices.
pub(super) fn conditions(flow: &Flow) -> (Vec<usize>, Vec<Diagnostic>) {
    let mut names = Conditions { flow, values: BTreeMap::new(), asked: BTreeSet::new(), faults: Vec::new() };
    names.values = flow.values.iter().enumerate().map(|(index, value)| (&*value.name.value, index)).collect();
    each_part(flow, &mut |part| part.conditions().for_each(|one| names.condition(one)));
    (names.asked.into_iter().collect(), names.faults)
}

struct Conditions<'f> {
    flow: &'f Flow,
    values: BTreeMap<&'f str, usize>,
    asked: BTreeSet<usize>,
    faults: Vec<Diagnostic>,
}

impl<'f> Conditions<'f> {
    fn condition(&mut self, condition: &'f ConditionDecl) {
        for (name, words) in &condition.values {
            let Some(index) = self.values.get(&*name.value).copied() else {
                self.unknown(name);
                continue;
            };
            let value = &self.flow.values[index];
            if value.choices.is_empty() {
                let message = format!("`{}` has no `choices`, so no condition can name it", name.value);
                let list: Vec<String> = words.iter().map(|word| format!("{:?}", word.value)).collect();
                let help = format!("add `choices = [{}, …]` with every word that it may be", list.join(", "));
                let fault = Diagnostic::error("no-choices", name.span, message);
                self.faults.push(fault.context(value.name.span, "declared here").help(help));
                continue;
            }
            // A value with one choice is a fault of its own.
            if value.choices.len() > 1 {
                self.asked.insert(index);
            }
            let is_known = |word: &&Str| value.choices.iter().any(|known| known.value == word.value);
            for word in words.iter().map(|word| &**word).filter(|word| !is_known(word)) {
                self.faults.push(not_a_choice(word, &value.name, value.choices.iter().map(|known| &*known.value)));
            }
        }
    }

    fn unknown(&mut self, name: &Str) {
        let fault = Diagnostic::error("unknown-value", name.span, format!("no value is called `{}`", name.value));
        let with_choices = self.flow.values.iter().filter(|value| !value.choices.is_empty());
        self.faults.push(match nearest(&name.value, with_choices.map(|value| &*value.name.value)) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help(format!(
                "declare it under `[values]`: `{} = {{ label = \"…\", choices = [\"…\", \"…\"] }}`",
                name.value
            )),
        });
    }
}

/// The fault of a word that a value can't be.
pub fn not_a_choice<'f>(word: &Str, value: &Str, choices: impl Iterator<Item = &'f str>) -> Diagnostic {
    let choices: Vec<&str> = choices.collect();
    let fault = Diagnostic::error("not-a-choice", word.span, format!("`{}` can't be `{}`", value.value, word.value))
        .context(value.span, "declared here");
    let fault = match nearest(&word.value, choices.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `\"{near}\"`?")),
        None => fault,
    };
    let list: Vec<String> = choices.iter().map(|choice| format!("`\"{choice}\"`")).collect();
    fault.help(format!("it is one of {}", list.join(", ")))
}

/// What is left over of a flow must still be one: a choice needs two answers, and `hot` needs a step.
pub(super) fn left_over(flow: &Flow, marks: &Marks<'_>) -> Vec<Diagnostic> {
    let is_out = |place: Span| marks.left_out.get(&place);
    let mut faults = Vec::new();
    let tasks = flow.cold.iter().chain(&flow.after).map(|task| &task.step);
    let steps = flow.hot.iter().chain(&flow.rollback).flat_map(|block| &block.steps);
    for step in tasks.chain(steps).filter(|step| is_out(step.span).is_none()) {
        let Some(choose) = &step.choose else { continue };
        let left: Vec<_> = choose.options.iter().filter_map(|option| is_out(option.place())).collect();
        if let [first, ..] = &left[..]
            && choose.options.len() - left.len() < 2
        {
            let fault =
                Diagnostic::error("too-few-options", choose.ask.span, "this choice has fewer than two answers left");
            let fault = fault.context(first.condition, "this condition leaves one out");
            faults.push(fault.help("give it more answers, or make a step without a choice for this case"));
        }
    }
    if let Some(first) = flow.hot.first()
        && flow.hot.iter().all(|block| is_out(block.span).is_some())
    {
        let fault = Diagnostic::error("nothing-applies", first.span, "no step of `hot` is left");
        faults.push(fault.help("leave at least one step without a condition that fails"));
    }
    faults
}
