//! Finds contacts who must be reached during the release, and have no telephone number.

use std::collections::BTreeSet;

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::Level;
use crate::plan::Contact;
use crate::source::flow::{ContactDecl, Route};
use crate::source::types::Name;

/// Finds contacts without a number who act, decide or are called in the hot part or in a rollback.
pub static RULE: Rule = Rule {
    name: "contact-without-phone",
    level: Level::Warning,
    what: Bilingual {
        en: "a contact of the hot phase has no telephone number, and others have one",
        zh: "热操作里的联系人没有电话，而别的联系人有",
    },
    why: Bilingual {
        en: "Somebody has to look for a number that isn't on the sheet while production waits. Where the flow or the release gives the numbers of others, a missing one is an oversight.",
        zh: "纸上没有号码，就要让线上等着人去找号码。别的联系人都有电话，缺的这个就是漏了。",
    },
    source: "Google SRE, Emergency response: escalation contacts at hand; Gawande, The Checklist Manifesto: names and roles before the start",
    check,
};

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let contacts = &context.plan.contacts;
    let has_phone = |contact: &Contact| contact.phone.is_some();
    // Where the flow gives no number at all, the numbers come with the release or are written on the sheet's lines.
    if !contacts.iter().any(has_phone) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for (about, name) in named(context) {
        let lacks = contacts.iter().any(|contact| contact.id == name.value && !has_phone(contact));
        if lacks && told.insert(&name.value) {
            let declared = context.flow.contacts.iter().find(|contact| contact.id.value == name.value);
            let finding =
                LintFinding::new(&RULE, about, name.span, format!("`{}` has no telephone number", name.value));
            let finding = match declared {
                Some(declared) => finding.context(declared.id.span, "declared here"),
                None => finding,
            };
            found.push(finding.help("give `phone` here, or in the release"));
        }
    }
    found
}

/// The contacts who are named where there is no time to look for a number, in order.
fn named<'a>(context: &LintContext<'a>) -> Vec<(About, &'a Name<ContactDecl>)> {
    let mut found = Vec::new();
    for (index, block) in context.blocks.iter().enumerate() {
        found.extend(block.written.on_failure.iter().flat_map(Route::calls).map(|name| (About::Block(index), name)));
        for step in &context.steps[block.steps.clone()] {
            let written = step.written;
            let deciders = written.hold.iter().map(|hold| &*hold.decider);
            let names = written.by.iter().chain(deciders).chain(written.routes().flat_map(Route::calls));
            found.extend(names.map(|name| (About::Step(step.index), name)));
        }
    }
    found.extend(context.flow.decision.iter().map(|decision| (About::Flow, &*decision.decider)));
    found
}
