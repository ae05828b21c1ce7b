//! Finds what is declared and never used.

use std::collections::BTreeSet;

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;
use crate::plan;
use crate::select::each_part;
use crate::source::flow::{ItemDecl, KeyText, Route, Str};

/// Finds values, contacts, checks and readings that nothing in the flow names.
pub static RULE: Rule = Rule {
    name: "never-used",
    level: Level::Note,
    what: Bilingual {
        en: "a value, a contact, a check or a reading that nothing in the flow uses",
        zh: "声明了却没有用到的值、联系人、检查或读数",
    },
    why: Bilingual {
        en: "It is left over from an older revision, or the step that was to use it names another. People fill in a value that \
             goes nowhere, or look for the step that calls somebody.",
        zh: "要么是旧修订留下的，要么是本该用它的步骤写成了别的名字。值有人去填，却不知用在哪里；联系人在清单上，却没有一步要找他。",
    },
    source: "Ours, from six release documents: lists of parameters and people outlive the steps that used them",
    check,
};

/// What the flow names.
#[derive(Default)]
struct NamesUsed<'a> {
    values: BTreeSet<&'a str>,
    contacts: BTreeSet<&'a str>,
    checks: BTreeSet<&'a str>,
    readings: BTreeSet<&'a str>,
}

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let used = used(context);
    let mut found = Vec::new();
    let flow = context.flow;
    let mut look = |name: &Str, what: &str, is_used: bool, help: &str| {
        // Another flow may use what is in a part.
        if !is_used && flow.is_own(name.span) {
            let message = format!("nothing uses the {what} `{}`", name.value);
            found.push(LintFinding::new(&RULE, About::Flow, name.span, message).help(help));
        }
    };
    for value in &flow.values {
        let each = value.each.as_ref().is_some_and(|each| used.values.contains(&*each.value));
        let groups = value.pattern.iter().flat_map(|pattern| &pattern.groups);
        let is_group_used = groups.into_iter().any(|group| used.values.contains(&*group.value));
        let is_used = each || is_group_used || used.values.contains(&*value.name.value);
        look(&value.name, "value", is_used, "write `{{ name }}` where it belongs, or leave it out");
    }
    for contact in &flow.contacts {
        let is_used = used.contacts.contains(&*contact.id.value);
        look(&contact.id, "contact", is_used, "say who is told or called where it happens, or leave it out");
    }
    for check in &flow.checks {
        let is_used = used.checks.contains(&*check.id.value);
        look(&check.id, "check", is_used, "name it with `check` in a step, or leave it out");
    }
    for reading in &flow.readings {
        let is_used = used.readings.contains(&*reading.id.value);
        look(&reading.id, "reading", is_used, "record it with `take` and compare it with `compare`, or leave it out");
    }
    found
}

fn used<'a>(context: &LintContext<'a>) -> NamesUsed<'a> {
    let flow = context.flow;
    let mut used = NamesUsed::default();
    // The head of every page says it.
    used.values.insert(flow.title_value());
    for (_, text) in &context.texts {
        let mut see = |words: &'a Str| used.values.extend(plan::names(&words.value));
        match text.words {
            KeyText::Text(text) | KeyText::LineText(text) | KeyText::Markdown(text) => {
                text.entries.iter().for_each(|(_, words)| see(words));
            }
            // Commands are looked at with their steps: without `fill` they name nothing.
            KeyText::Code(_) | KeyText::Output(_) | KeyText::Line(_) | KeyText::Link(_) | KeyText::Mail(_) => {}
        }
    }
    for is in flow.values.iter().filter_map(|value| value.is.as_ref()) {
        used.values.extend(plan::names(&is.value));
    }
    used.contacts.extend(flow.approvals.iter().filter_map(|approval| Some(&*approval.contact.as_ref()?.value)));
    used.contacts.extend(flow.decision.iter().map(|decision| &*decision.decider.value));
    // What decides whether something applies.
    each_part(flow, &mut |part| {
        let names = part.conditions().flat_map(|condition| &condition.values);
        used.values.extend(names.map(|(name, _)| &*name.value));
    });
    let items = |used: &mut NamesUsed<'a>, items: &'a [ItemDecl]| {
        used.values.extend(items.iter().filter_map(|item| Some(&*item.each.as_ref()?.value)));
    };
    let route = |used: &mut NamesUsed<'a>, route: &'a Route| {
        used.contacts.extend(route.calls().map(|call| &*call.value));
    };
    for role in [&flow.operator, &flow.checker] {
        items(&mut used, &role.prepare);
    }
    for check in &flow.checks {
        items(&mut used, &check.items);
    }
    for block in &context.blocks {
        let block = block.written;
        used.values.extend(block.each.iter().map(|each| &*each.value));
        items(&mut used, &block.gate);
        block.on_failure.iter().for_each(|way| route(&mut used, way));
    }
    for step in &context.steps {
        used.contacts.extend(step.task.iter().flat_map(|task| &task.notify).map(|contact| &*contact.value));
        let mails = step.task.and_then(|task| task.mail.as_ref());
        used.values.extend(mails.iter().flat_map(|mail| mail.mention.iter().flatten()).map(|value| &*value.value));
        let step = step.written;
        let named = step.by.iter().chain(step.tell.iter().flat_map(|tell| &**tell.to));
        used.contacts.extend(named.map(|contact| &*contact.value));
        used.contacts.extend(step.hold.iter().map(|hold| &*hold.decider.value));
        used.checks.extend(step.check.iter().map(|check| &*check.value));
        used.readings.extend(step.take.iter().chain(&step.compare).map(|reading| &*reading.value));
        items(&mut used, &step.items);
        for command in step.commands.iter().filter(|command| step.fills(command)) {
            let outputs = command.shows.iter().chain(&command.shows_bad).map(|output| &output.value);
            used.values.extend(outputs.chain([&command.run.value]).flat_map(|words| plan::names(words)));
        }
        step.routes().for_each(|way| route(&mut used, way));
    }
    used
}
