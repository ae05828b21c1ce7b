//! Resolves what the release gives: values, people, who is on call.

use std::collections::BTreeMap;

use super::derived;
use super::faults::Faults;
use super::lookup::Lookup;
use super::place::Scope;
use super::{Contact, Person, Plain, Step, Value};
use crate::chars::is_separator;
use crate::diagnostic::{Diagnostic, Span};
use crate::field::Outcome;
use crate::select::not_a_choice;
use crate::source::flow::{Flow, ROLES, Str, ValueDecl};
use crate::source::release::{PersonDecl, ReleaseFile, ReleaseStatus};
use crate::source::types::{Line, Worded};
use crate::text::{Lang, Text};

/// The values that a release gives, each of them declared and printable. An empty string counts as not given.
pub(super) fn given<'a>(
    flow: &'a Flow,
    release: &'a ReleaseFile,
    faults: &mut Faults,
) -> BTreeMap<&'a str, &'a [Line]> {
    let declared: BTreeMap<&str, &ValueDecl> = flow.values.iter().map(|value| (&*value.name.value, value)).collect();
    for value in &flow.values {
        value
            .example
            .iter()
            .filter_map(|example| derived::mismatch(value, example))
            .for_each(|fault| faults.push(fault));
    }
    let derived = derived::names(flow);
    let mut given = BTreeMap::new();
    for (name, values) in &release.values {
        if let Some(from) = derived.get(&*name.value) {
            faults.push(derived::given(name, from));
            continue;
        }
        let Some(value) = declared.get(&*name.value) else {
            faults.unknown("undeclared-value", name, "the flow declares no value", declared.keys().copied(), || {
                format!("declare it in the flow under `[values]`, or leave it out: `{} = \"…\"`", name.value)
            });
            continue;
        };
        for one in values {
            check_line(one, "a value", faults);
        }
        if value.each.is_none() && values.len() > 1 {
            let span = values.first().map_or(name.span, |first| first.span);
            let message = format!("`{}` is one value, not a list", name.value);
            faults.push(
                Diagnostic::error("not-a-list", span, message)
                    .context(value.name.span, "declared here")
                    .help("give one string, or declare it with `each` when a block repeats for it"),
            );
        } else if let Some(other) = not_among(value, values) {
            faults.push(not_a_choice(other, &value.name, value.choices.iter().map(|word| &*word.value)));
        } else if values.iter().any(|one| !one.value.is_empty()) {
            let mismatch = values.iter().find_map(|one| derived::mismatch(value, one));
            if let Some(mismatch) = mismatch {
                faults.push(mismatch);
                continue;
            }
            given.insert(&*value.name.value, &**values);
        }
    }
    given
}

/// What is given for a value with `choices` and is none of them. An empty string counts as not given.
fn not_among<'a>(value: &ValueDecl, given: &'a [Line]) -> Option<&'a Line> {
    let is_known = |one: &Line| one.value.is_empty() || value.choices.iter().any(|word| word.value == one.value);
    given.iter().find(|one| !value.choices.is_empty() && !is_known(one))
}

/// The index of the value that is printed beside the title, if there is one. A name that no value has is a fault.
pub(super) fn title_value(flow: &Flow, faults: &mut Faults) -> Option<usize> {
    let found = flow.values.iter().position(|value| value.name.value == flow.title_value());
    if let (None, Some(name)) = (found, &flow.title_value) {
        unknown(name, flow.values.iter().map(|value| &*value.name.value), faults);
    }
    found
}

/// The values of a flow by their names, as indices into [`Plan::values`](super::Plan::values).
pub(super) fn indices(flow: &Flow) -> BTreeMap<&str, usize> {
    flow.values.iter().enumerate().map(|(index, value)| (&*value.name.value, index)).collect()
}

/// Reports a name that no value has.
pub(super) fn unknown<'k>(name: &Str, known: impl Iterator<Item = &'k str>, faults: &mut Faults) {
    faults.unknown("unknown-value", name, "no value is called", known, || {
        format!("declare it under `[values]`: `{} = \"…\"`", name.value)
    });
}

/// The declared values, in the author's order.
pub(super) fn values<'a>(lookup: &mut Lookup<'a>, flow: &'a Flow) -> Vec<Value> {
    let words = |list: &[Line]| list.iter().map(|one| Plain::from(&**one)).collect();
    let value = |value: &'a ValueDecl| {
        let name = &value.name.value;
        let made = lookup.made(name);
        let given = lookup.lists.given.get(&**name).map(|given| words(given));
        let label = match &value.label {
            Some(label) => lookup.text(label, Scope::default()),
            None => Text::plain(&lookup.lang, name),
        };
        Value {
            name: name.clone(),
            label,
            example: words(&value.example),
            given: given.or_else(|| made.as_ref().map(|made| vec![Plain::from(made.to_plain())])),
            made,
            list: value.each.is_some(),
            choices: value.choices.iter().map(|word| Plain::from(&**word)).collect(),
            span: value.name.span,
        }
    };
    flow.values.iter().map(value).collect()
}

/// The contacts with who is on call. What the release says of a contact replaces what the flow says.
pub(super) fn contacts<'a>(
    lookup: &mut Lookup<'a>,
    flow: &'a Flow,
    release: &'a ReleaseFile,
    on_call: &BTreeMap<&str, &PersonDecl>,
) -> Vec<Contact> {
    // A name that the flow doesn't declare is a fault.
    for (name, _) in &release.contacts {
        if ROLES.contains(&&*name.value) {
            let message = format!("the {} is no contact", name.value);
            let help = format!("name the {0} at the top of the release: `{0} = \"…\"`", name.value);
            lookup.faults.push(Diagnostic::error("unknown-contact", name.span, message).help(help));
        } else {
            lookup.contact(name);
        }
    }
    let mut contacts = Vec::with_capacity(flow.contacts.len());
    for contact in &flow.contacts {
        let person = on_call.get(&*contact.id.value);
        let release_email = person.map_or(&[][..], |person| &*person.email);
        let email = if release_email.is_empty() { &*contact.email } else { release_email };
        contacts.push(Contact {
            id: contact.id.value.clone(),
            name: lookup.text(&contact.name, Scope::default()),
            person: person.and_then(|person| words(person.name.as_deref())),
            email: email.iter().map(|email| Plain::trimmed(email)).collect(),
            phone: words(person.and_then(|person| person.phone.as_deref()).or(contact.phone.as_deref())),
            lang: contact.lang.as_ref().map(|lang| Lang::new(&lang.value)),
        });
    }
    contacts
}

/// Who is on call, by the name of the contact.
pub(super) fn on_call(release: &ReleaseFile) -> BTreeMap<&str, &PersonDecl> {
    release.contacts.iter().map(|(name, person)| (&*name.value, &**person)).collect()
}

/// The operator or the checker.
pub(super) fn person(person: &PersonDecl) -> Person {
    Person { name: words(person.name.as_deref()), phone: words(person.phone.as_deref()) }
}

fn words(given: Option<&Str>) -> Option<Plain> {
    given.map(Plain::trimmed).filter(|given| !given.is_empty())
}

/// Reports names and numbers that can't be printed, and one person in both roles.
pub(super) fn check_people(flow: &Flow, release: &ReleaseFile, faults: &mut Faults) {
    let on_call = release.contacts.iter().map(|(_, person)| &**person);
    for person in on_call.chain([&*release.operator, &*release.checker]) {
        for line in person.name.iter().chain(&person.phone) {
            check_line(line, "this", faults);
        }
    }
    for (_, given) in &release.approvals {
        for line in [&given.name].into_iter().chain(&given.ticket) {
            check_line(line, "this", faults);
        }
    }
    // What can name a folder holds no such character.
    for line in release.replaces.iter().chain(flow.contacts.iter().filter_map(|contact| contact.phone.as_ref())) {
        check_line(line, "this", faults);
    }
    if let (Some(operator), Some(checker)) = (&release.operator.name, &release.checker.name) {
        let same = |name: &Str| name.value.trim().to_lowercase();
        if !same(operator).is_empty() && same(operator) == same(checker) {
            faults.push(
                Diagnostic::error("same-person", checker.span, "the checker is the operator")
                    .context(operator.span, "the operator")
                    .help("nobody verifies their own work: name two people"),
            );
        }
    }
}

/// Reports a line break or another control character in what is printed on one line.
fn check_line(line: &Str, what: &str, faults: &mut Faults) {
    if line.value.chars().any(|c| c.is_control() || is_separator(c)) {
        let message = format!("{what} is printed on one line: no line break, no control character");
        faults.push(Diagnostic::error("line-break", line.span, message).help("write it in one line"));
    }
}

/// The fault of a release that took place although its status says that it is still to come or called off.
#[must_use]
pub fn called_off(status: ReleaseStatus, outcome: Outcome, at: Span) -> Option<Diagnostic> {
    if matches!(outcome, Outcome::NotExecuted | Outcome::Void) {
        return None;
    }
    let message = format!("a release that is {} can't be {}", status.word(), outcome.word());
    let help = "if it took place, take `status` out; if it didn't, say `outcome = \"not-executed\"` or nothing";
    Some(Diagnostic::error("called-off", at, message).help(help))
}

/// Why a release can't have been rolled back from the step that it names, and what to do; `None` if it can.
#[must_use]
pub fn no_such_step(from: &str, steps: &[Step]) -> Option<[String; 2]> {
    let is_it = |step: &Step| step.number.to_string() == from || step.number.bare().to_string() == from;
    let found = steps.iter().find(|step| is_it(step));
    if found.is_some_and(|step| step.number.letter.is_none()) {
        return None;
    }
    let mut hot = steps.iter().map(|step| &step.number).filter(|number| number.letter.is_none());
    let first = hot.next()?;
    let last = hot.next_back().unwrap_or(first);
    let from = crate::chars::shown::words(from);
    let message = match found {
        Some(_) => format!("`{from}` is a step of a rollback, and none from which it is rolled back"),
        None => format!("no step has the number `{from}`"),
    };
    let steps = if first == last { format!("only step {first}") } else { format!("steps {first} to {last}") };
    Some([message, format!("name a step by its number on paper: the release has {steps}")])
}

/// Reports a release that was rolled back from a step which there isn't. A release of an older revision had other steps.
pub(super) fn check_rolled_back(release: &ReleaseFile, steps: &[Step], faults: &mut Faults) {
    if let Some(from) = &release.rolled_back_from
        && let Some([message, help]) = no_such_step(&from.value, steps)
    {
        faults.push(Diagnostic::error("no-such-step", from.span, message).help(help));
    }
}

/// Reports a release that says of itself what can't be: that it took place although it is still to come or called off, or
/// that it takes its own place.
pub(super) fn check_outcome(release: &ReleaseFile, faults: &mut Faults) {
    if let (Some(status), Some(outcome)) = (&release.status, &release.outcome)
        && let Some(fault) = called_off(status.value, outcome.value, outcome.span)
    {
        faults.push(fault.context(status.span, "its status"));
    }
    if let (Some(number), Some(replaced)) = (&release.number, &release.replaces)
        && number.value == replaced.value
    {
        faults.push(
            Diagnostic::error("replaces-itself", replaced.span, "a release can't take its own place")
                .context(number.span, "its number")
                .help("give this release a number of its own, or take `replaces` out"),
        );
    }
}

/// Reports a release that belongs to another flow, or that was written for another revision of it.
pub(super) fn check_release(flow: &Flow, release: &ReleaseFile, faults: &mut Faults) {
    if let Some(named) = &*release.flow
        && named.value != flow.id.value
    {
        let message = format!("this is a release of `{}`, not of `{}`", named.value, flow.id.value);
        faults.push(
            Diagnostic::error("other-flow", named.span, message)
                .context(flow.id.span, "the flow")
                .help("give this release together with its own flow"),
        );
    } else if let Some(wanted) = &release.revision
        && flow.revision.as_ref().is_none_or(|revision| revision.value != wanted.value)
    {
        let start = format!("this release was written for revision {} of the flow, and this", wanted.value);
        let help = "look at what changed (`--since`), then name the flow's revision here";
        faults.push(if let Some(revision) = &flow.revision {
            let message = format!("{start} is revision {}", revision.value);
            Diagnostic::error("other-revision", wanted.span, message).context(revision.span, "the flow").help(help)
        } else {
            let message = format!("{start} flow names no revision");
            Diagnostic::error("other-revision", wanted.span, message)
                .context(flow.id.span, "the flow")
                .help("add `revision` to the flow, or take it out of the release")
        });
    }
}
