//! The table on the start sheet in which those sign whose approval the change needs.

use super::context::ListContext;
use super::{SheetPart, Table, TableCell};
use crate::field::{Approving, Field};
use crate::plan::{Approval, Given};
use crate::text::{Content, Text};
use crate::view::approvals::due;
use crate::view::labels::word;
use crate::view::words;

/// The heading and the table; nothing for a flow that needs no approval.
pub(super) fn approvals(context: &ListContext) -> Vec<SheetPart> {
    let approvals = &context.plan.approvals;
    if approvals.is_empty() {
        return Vec::new();
    }
    let columns = vec![
        (10, context.say(word!("approval-by"))),
        (7, context.say(word!("name"))),
        (6, context.say(word!("sheet.approval-opinion"))),
        (10, context.say(word!("sheet.approval-signature"))),
        (6, context.say(word!("approval-date"))),
    ];
    let table = Table {
        rows: approvals.iter().map(|approval| row(context, approval)).collect(),
        changed: context.options.since.as_ref().map(|changes| changes.approvals.clone()).unwrap_or_default(),
        ..Table::new(columns, 120)
    };
    vec![context.heading(word!("approvals"), Some(word!("sheet.approvals-aside"))), SheetPart::Table(table)]
}

fn row(context: &ListContext, approval: &Approval) -> Vec<TableCell> {
    let contact = approval.contact.map(|contact| context.plan.contact(contact));
    let mut lines: Vec<Text> = Vec::new();
    lines.extend(approval.role.clone().map(Text::bold));
    // Who is on call stands in the column of names.
    if let Some(contact) = contact {
        lines.push(if approval.role.is_some() { contact.name.clone() } else { contact.name.clone().bold() });
        lines.extend(contact.phone.as_deref().map(|phone| context.text(words::unbroken(phone))));
    }
    lines.extend(approval.what.clone());
    // What was given is no longer waited for.
    if approval.given.is_none() {
        lines.extend(due(context.plan, context.labels, approval));
    }
    let mut who = Text::empty(context.plan.lang.clone());
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            who.push(Content::Break);
        }
        who.append(line);
    }
    let cells = if let Some(given) = &approval.given {
        given_cells(context, given)
    } else {
        let room = |what| TableCell::Room(Field::Approval(approval.id.clone(), what));
        let person = contact.and_then(|contact| contact.person.as_deref());
        let name = person.map_or_else(|| room(Approving::Name), |name| TableCell::Words(context.text(name)));
        [name, room(Approving::Opinion), room(Approving::Signature), room(Approving::Date)]
    };
    [TableCell::Words(who)].into_iter().chain(cells).collect()
}

/// What is printed in place of the room to sign.
fn given_cells(context: &ListContext, given: &Given) -> [TableCell; 4] {
    let at = given.at.as_ref().map(|at| words::moment(context.labels, at)).unwrap_or_default();
    let digest = words::unbroken(&words::short_digest(&given.list));
    let list = context.say_with(word!("approved-list"), &[("list", &digest)]);
    [
        context.text(&*given.name),
        context.say(word!("approved")),
        match &given.ticket {
            Some(ticket) => {
                let mut text = context.text(&**ticket);
                text.push(Content::Break);
                text.append(&list);
                text
            }
            None => list,
        },
        context.text(at),
    ]
    .map(TableCell::Words)
}
