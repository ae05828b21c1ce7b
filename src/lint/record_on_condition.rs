//! Finds what is written down under an `if` only, and needed where that needn't hold.

use std::collections::{BTreeMap, BTreeSet};

use super::{About, Bilingual, LintContext, LintFinding, Rule, StepAt};
use crate::diagnostic::{Level, Span};
use crate::plan::TextWords;
use crate::text::Text;

/// Finds values and readings that only steps with an `if` write down, and that a step without one uses.
pub static RULE: Rule = Rule {
    name: "record-on-condition",
    level: Level::Warning,
    what: Bilingual {
        en: "what is written down under an `if` only, and used where that needn't hold",
        zh: "只在 `if` 成立时才记下的内容，用在它不一定成立的地方",
    },
    why: Bilingual {
        en: "Where the condition doesn't hold, its line stays empty, and the step that needs it has nothing to go by. Somebody then \
             makes the value up, or looks for it where it may have changed since.",
        zh: "条件不成立时，那条线是空的，要用它的一步就没有依据。这时有人凭印象填，有人临时去查，查到的可能早就变了。",
    },
    source: "Ours, from reading flows with conditions",
    check,
};

/// Where each of some names is written down: by steps that are always done, and by which other step first.
#[derive(Default)]
struct WrittenDown<'a> {
    always: BTreeSet<&'a str>,
    sometimes: BTreeMap<&'a str, Span>,
}

impl<'a> WrittenDown<'a> {
    fn note(&mut self, step: &StepAt<'a>, name: &'a str) {
        if step.is_always_done() {
            self.always.insert(name);
        } else if let Some(condition) = &step.written.condition {
            self.sometimes.entry(name).or_insert(condition.span);
        }
    }

    /// The condition under which alone a name is written down.
    fn only_if(&self, name: &str) -> Option<Span> {
        self.sometimes.get(name).copied().filter(|_| !self.always.contains(name))
    }
}

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let (mut records, mut readings) = (WrittenDown::default(), WrittenDown::default());
    for step in &context.steps {
        step.written.record.iter().for_each(|record| records.note(step, &record.name.value));
        step.written.take.iter().for_each(|take| readings.note(step, &take.value));
    }
    if records.sometimes.is_empty() && readings.sometimes.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for step in context.steps.iter().filter(|step| step.is_always_done() && !undoes_on_condition(context, step)) {
        let used = used(step);
        let used = used.iter().filter_map(|(name, place)| Some((name, *place, records.only_if(name)?)));
        let compared = step.written.compare.as_ref();
        let compared = compared.and_then(|name| Some((&*name.value, name.span, readings.only_if(&name.value)?)));
        for (name, place, condition) in used.map(|(name, place, condition)| (&**name, place, condition)).chain(compared)
        {
            let message = format!("`{name}` may not have been written down here");
            found.push(
                LintFinding::new(&RULE, About::Step(step.index), place, message)
                    .context(condition, "it is only written down if this is so")
                    .help("give this step the same `if`, or write it down in a step that is always done"),
            );
        }
    }
    found
}

/// True for a step of a rollback that is only done after steps of which none is always done.
fn undoes_on_condition(context: &LintContext<'_>, step: &StepAt<'_>) -> bool {
    let from = &step.written.from;
    !from.is_empty() && from.iter().all(|name| context.step(&name.value).is_some_and(|of| !of.is_always_done()))
}

/// The names of values that a step leaves to be filled in, each with the first text that does; those of items with an `if`
/// don't count.
fn used<'a>(step: &StepAt<'a>) -> BTreeMap<&'a str, Span> {
    let items = step.plan.items.iter().filter_map(|item| Some((item, item.condition.as_ref()?.seen.as_ref()?)));
    let texts = items.flat_map(|(item, seen)| [Some(seen), Some(&item.action), item.expect.as_ref()]).flatten();
    let on_condition: BTreeSet<Span> = texts.filter_map(Text::place).collect();
    let mut used = BTreeMap::new();
    step.plan.texts(&mut |_, words| {
        let TextWords::Rich(text) = words else { return };
        let place = text.place().unwrap_or_else(|| step.place());
        if !on_condition.contains(&place) {
            for name in text.values_wanted().into_iter().filter_map(|gap| gap.name()) {
                used.entry(name).or_insert(place);
            }
        }
    });
    used
}
