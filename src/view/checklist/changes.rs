//! What was removed since the revision before, and how the head names that revision.

use super::context::ListContext;
use super::{Table, TableCell};
use crate::plan::changes::{Removed, RemovedFrom};
use crate::text::Text;
use crate::view::labels::{fill, word};

/// ` · changes since revision 3 marked`.
pub(super) fn since(context: &ListContext) -> Option<Text> {
    let mut text = context.text(context.labels.say(word!("dot")));
    text.append(&context.say_with(word!("sheet.since"), &[("since", &revision(context)?)]));
    Some(text)
}

/// `since revision 3`.
fn revision(context: &ListContext) -> Option<String> {
    Some(match &context.options.since.as_ref()?.since {
        Some(revision) => fill(context.labels.say(word!("sheet.since-revision")), &[("revision", revision)]),
        None => context.labels.say(word!("sheet.since-before")).to_owned(),
    })
}

/// The title and the table of what was removed; `None` when nothing was.
pub(super) fn removed(context: &ListContext) -> Option<(Text, Table)> {
    let since = revision(context)?;
    // The cold list says only what is gone from the cold operations, whose numbers have a letter of their own.
    let is_cold = |removed: &&Removed| match &removed.from {
        RemovedFrom::Step(number)
        | RemovedFrom::Warning(number)
        | RemovedFrom::Caution(number)
        | RemovedFrom::Note(number) => number.starts_with('C'),
        _ => false,
    };
    let is_here = |removed: &&Removed| !context.options.is_cold_list() || is_cold(removed);
    let removed = context.options.since.iter().flat_map(|changes| &changes.removed).filter(is_here);
    let rows: Vec<Vec<TableCell>> = removed.map(|removed| row(context, removed)).collect();
    if rows.is_empty() {
        return None;
    }
    let title = context.say_with(word!("sheet.removed"), &[("since", &since)]);
    let columns = vec![(4, context.say(word!("sheet.removed-where"))), (16, context.say(word!("sheet.removed-what")))];
    Some((title, Table { rows, ..Table::new(columns, 75) }))
}

fn row(context: &ListContext, removed: &Removed) -> Vec<TableCell> {
    let (place, notice) = match &removed.from {
        RemovedFrom::Values => (context.say(word!("this-release")), None),
        RemovedFrom::Contacts => (context.say(word!("sheet.contacts")), None),
        RemovedFrom::Facts => (context.say(word!("facts")), None),
        RemovedFrom::Approvals => (context.say(word!("approvals")), None),
        RemovedFrom::Decision => (context.say(word!("decision")), None),
        RemovedFrom::Prepare => (context.say(word!("sheet.prepare")), None),
        RemovedFrom::Called => (context.say(word!("sheet.people")), None),
        RemovedFrom::Handover => (context.say(word!("sheet.handover")), None),
        RemovedFrom::Readings => (context.say(word!("readings")), None),
        RemovedFrom::Appendix => (context.say(word!("appendix")), None),
        RemovedFrom::Step(number) => (context.text(number), None),
        RemovedFrom::Warning(number) => (context.text(number), Some(word!("warning"))),
        RemovedFrom::Caution(number) => (context.text(number), Some(word!("caution"))),
        RemovedFrom::Note(number) => (context.text(number), Some(word!("note"))),
    };
    let mut text = Text::empty(context.plan.lang.clone());
    if let Some(label) = notice {
        text.append(&context.say(label).bold());
        text.push_str(context.labels.say(word!("colon")));
    }
    text.append(&removed.text);
    vec![TableCell::Words(place), TableCell::Words(text)]
}
