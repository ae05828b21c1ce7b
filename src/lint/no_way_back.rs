//! Finds changes that nothing takes back.

use std::collections::BTreeSet;

use super::{About, Bilingual, FlowPart, LintContext, LintFinding, Rule, StepAt};
use crate::diagnostic::Level;

/// Finds hot write steps that no rollback covers and that have neither `undo` nor `irreversible`.
pub static RULE: Rule = Rule {
    name: "no-way-back",
    level: Level::Warning,
    what: Bilingual {
        en: "a change on the day itself that nothing takes back", zh: "当天的改动没有还原的办法"
    },
    why: Bilingual {
        en: "A way back is written while nobody needs it, or not at all. A step that can't be taken back may be right, \
             but then it must say so: everybody who rolls back has to know what stays changed.",
        zh: "回滚的办法，只有在还用不着它的时候才写得出来。有的步骤确实还原不了，那也要写明：回滚的人必须知道哪些改动会留下。",
    },
    source: "The Dubbo team's release flow (2013): “consider the rollback thoroughly”; University of Strathclyde, method \
             statements; GitLab, change management: a rollback for every change step",
    check,
};

/// How actions begin that leave nothing to be taken back.
const HARMLESS: &[&str] = &[
    "back up",
    "copy the backup",
    "create a backup",
    "create a snapshot",
    "dump",
    "export",
    "make a backup",
    "save",
    "snapshot",
    "take a backup",
    "take a snapshot",
    "做快照",
    "做备份",
    "保存",
    "创建快照",
    "备份",
    "导出",
    "打快照",
];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let changes = context.part(FlowPart::Hot).filter(|step| step.changes());
    let open: Vec<&StepAt<'_>> = changes
        .filter(|step| {
            let written = step.written;
            written.undo.is_none() && written.irreversible.is_none() && !is_harmless(context, step)
        })
        .collect();
    if context.rollbacks.is_empty() {
        let Some(first) = open.first() else { return Vec::new() };
        let message = match open.len() {
            1 => "nothing takes this change back, and the flow has no rollback".to_owned(),
            2 => "nothing takes this change and another one back, and the flow has no rollback".to_owned(),
            count => format!("nothing takes this change and {} others back, and the flow has no rollback", count - 1),
        };
        let finding = LintFinding::new(&RULE, About::Flow, first.place(), message).help(
            "add `[[rollback]]`; or say at each step how it is undone, `undo`, or that it can't be, `irreversible`",
        );
        return vec![finding];
    }
    let covers = Covers::new(context);
    let mut found = Vec::new();
    for step in open.into_iter().filter(|step| !covers.covers(step)) {
        let from = match &step.written.id {
            Some(id) => format!("say `from = \"{}\"` at the step of a rollback that undoes it", id.value),
            None => "give it an `id`, and name that with `from` at the step of a rollback that undoes it".to_owned(),
        };
        let place = step.place();
        found.push(
            LintFinding::new(&RULE, About::Step(step.index), place, "nothing takes this change back")
                .help(format!("{from}; or add `undo` or `irreversible` here")),
        );
    }
    found
}

fn is_harmless(context: &LintContext<'_>, step: &StepAt<'_>) -> bool {
    let texts = step.written.action.iter().flat_map(|action| context.prose(action));
    let mut begins = texts.map(|prose| prose.words.trim_start().to_lowercase());
    begins.any(|words| HARMLESS.iter().any(|harmless| words.starts_with(harmless)))
}

/// What the rollbacks take back.
struct Covers<'a> {
    /// The ids that some `from` names.
    named: BTreeSet<&'a str>,
    /// The states that rollbacks set.
    states: BTreeSet<&'a str>,
    /// The hot steps from which a rollback is entered that always changes something.
    always: BTreeSet<usize>,
}

impl<'a> Covers<'a> {
    fn new(context: &LintContext<'a>) -> Self {
        let mut covers = Self { named: BTreeSet::new(), states: BTreeSet::new(), always: BTreeSet::new() };
        for which in 0..context.rollbacks.len() {
            let mut is_unconditional = false;
            for step in context.part(FlowPart::Rollback(which)).filter(|step| step.changes()) {
                covers.named.extend(step.written.from.iter().map(|from| &*from.value));
                covers.states.extend(step.written.sets.iter().map(|(state, _)| &*state.value));
                is_unconditional |= step.written.from.is_empty() && step.is_always_done();
            }
            if is_unconditional {
                covers.always.extend(context.entries(which));
            }
        }
        covers
    }

    fn covers(&self, step: &StepAt<'_>) -> bool {
        self.always.contains(&step.index)
            || step.written.id.as_ref().is_some_and(|id| self.named.contains(&*id.value))
            || step.written.sets.iter().any(|(state, _)| self.states.contains(&*state.value))
    }
}
