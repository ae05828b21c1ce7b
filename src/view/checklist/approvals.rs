//! The table on the start sheet in which those sign whose approval the change needs, and when an approval is due.

use super::context::ListContext;
use super::{Heading, Notice, NoticeKind, SheetKind, SheetPart, Table, TableCell};
use crate::field::{Approving, Field, Where};
use crate::plan::{Approval, Contact, Given};
use crate::text::{Content, Text};
use crate::view::approvals::{self, due};
use crate::view::labels::word;
use crate::view::{ways, words};

/// Name of the destination of the table.
const APPROVALS: &str = "approvals";

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
        (10, context.say(word!("sheet.signature"))),
        (6, context.say(word!("approval-date"))),
    ];
    let table = Table {
        rows: approvals.iter().map(|approval| row(context, approval)).collect(),
        changed: context.options.since.as_ref().map(|changes| changes.approvals.clone()).unwrap_or_default(),
        ..Table::new(columns, 120)
    };
    let mut aside = Text::empty(context.plan.lang.clone());
    if let Some(digest) = context.options.list_digest.as_ref().filter(|_| context.options.is_to_approve) {
        let list = words::unbroken(&words::short_digest(digest));
        aside.append(&context.say_with(word!("approved-list"), &[("list", &list)]));
        aside.push_str(context.labels.say(word!("semicolon")));
    }
    aside.append(&context.say(word!("sheet.approvals-aside")));
    let heading = Heading {
        text: context.say(word!("approvals")),
        aside: Some(aside),
        anchor: Some(APPROVALS.to_owned()),
        changed: false,
    };
    vec![SheetPart::Heading(heading), SheetPart::Table(table)]
}

/// A line among the cold operations: an approval that is awaited, and where its row stands.
pub(super) fn awaited(context: &ListContext, index: usize) -> Notice {
    let (plan, labels) = (context.plan, context.labels);
    let written = |contact: &Contact| {
        let mut text = words::named(contact);
        if let Some(phone) = &contact.phone {
            text.push_str(" ");
            text.push_str(&words::unbroken(phone));
        }
        text
    };
    let mut text = approvals::awaited(plan, labels, &plan.approvals[index], written);
    text.push_str(labels.say(word!("open")));
    let sheet = context.elsewhere(SheetKind::Start, word!("sheet.start"));
    text.append(&ways::place(plan, labels, APPROVALS.to_owned(), sheet));
    text.push_str(labels.say(word!("close")));
    let since = context.options.since.as_ref();
    let changed = since.and_then(|changes| changes.approvals.get(index)).is_some_and(|changed| *changed);
    Notice { changed, ..context.notice(&Where::Start, NoticeKind::Note, word!("approval-awaited"), &text) }
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
