//! The rows of sub-items, and what the list says of what a release leaves out or leaves open.

use super::context::ListContext;
use super::{Detail, DetailLead, Notice, NoticeKind, Row, RowBox, TickBox};
use crate::field::{Field, Party, RowId, RowPart, Where};
use crate::plan::{Condition, LeftOut, SubItem};
use crate::text::Text;
use crate::view::conditions;
use crate::view::labels::word;

/// Sub-items of one list.
pub(super) struct ItemList<'a> {
    /// The items.
    pub items: &'a [SubItem],
    /// Those that are left out.
    pub left_out: &'a [LeftOut],
    /// Which of the flow's items are new or changed.
    pub changed: &'a [bool],
    /// True when the checker takes no part.
    pub struck: bool,
}

/// The rows of items, and what is to be said behind the last of them. Their numbers follow `after`.
pub(super) fn items(
    context: &ListContext,
    (number, after): (&str, u32),
    at: impl Fn(u32) -> RowId,
    list: &ItemList<'_>,
) -> (Vec<Row>, Vec<Detail>) {
    let prefix = format!("{number}.");
    let gap = |gap: &LeftOut| conditions::items_left_out(context.plan, context.labels, (number, after), gap);
    let row = |(index, item): (usize, &SubItem)| {
        let nth = after + item.number;
        let at = at(nth);
        let mut notices: Vec<Notice> =
            conditions::at(list.left_out, index).map(|one| plain_notice(context, gap(one))).collect();
        let number = format!("{prefix}{nth}");
        let place = || Where::Row(at.clone());
        notices.extend(item.condition.as_ref().map(|on| condition_of(context, place(), &number, on)));
        let row = Row {
            item: true,
            expect: item.expect.clone(),
            actual: item.actual.then(|| Field::Row(at.clone(), RowPart::Actual)),
            changed: list.changed.get(item.written).is_some_and(|changed| *changed),
            notices,
            ..plain_row(at, context.text(number), item.action.clone())
        };
        if list.struck { row.unchecked() } else { row }
    };
    let rows = list.items.iter().enumerate().map(row).collect();
    let behind = conditions::at(list.left_out, list.items.len());
    (rows, behind.map(|one| Detail { lead: DetailLead::Plain, text: gap(one) }).collect())
}

/// Adds the rows of items, and to the last row what is said behind them.
pub(super) fn add_items(rows: &mut Vec<Row>, (more, behind): (Vec<Row>, Vec<Detail>)) {
    rows.extend(more);
    if let Some(last) = rows.last_mut() {
        last.details.extend(behind);
    }
}

/// A row with an action and two boxes, and nothing else.
pub(super) fn plain_row(at: RowId, number: Text, action: Text) -> Row {
    Row {
        anchor: None,
        boxes: [Party::Operator, Party::Checker].map(|party| RowBox::Tick(Field::Row(at.clone(), RowPart::Box(party)))),
        again: again(&at, &number),
        at,
        span: action.place(),
        number,
        item: false,
        mark: None,
        only_from: None,
        action,
        expect: None,
        aside: None,
        before: Vec::new(),
        details: Vec::new(),
        pick: None,
        commands: Vec::new(),
        message: None,
        critical: false,
        actual: None,
        time: None,
        notices: Vec::new(),
        no_return: None,
        changed: false,
    }
}

/// The number as it stands again beside the boxes.
fn again(at: &RowId, number: &Text) -> Text {
    let said = match at {
        RowId::Step(of, item) if of.instance.is_some() => {
            let item = item.map(|item| format!(".{item}")).unwrap_or_default();
            format!("{}{item}", of.bare())
        }
        _ => return number.clone(),
    };
    Text::plain(&number.lang, said)
}

/// A thin line between rows or blocks.
pub(super) fn plain_notice(context: &ListContext, text: Text) -> Notice {
    let label = Text::empty(context.plan.lang.clone());
    Notice { kind: NoticeKind::Note, label, text, ticked: None, read: None, not_applicable: None, changed: false }
}

/// The thin lines in place of the steps or blocks that are left out before the one with an index.
pub(super) fn left_out(context: &ListContext, gaps: &[LeftOut], index: usize) -> Vec<Notice> {
    let line = |gap| plain_notice(context, conditions::numbers_left_out(context.plan, context.labels, gap));
    conditions::at(gaps, index).map(line).collect()
}

/// The condition of a row, which its number begins: the row below it may be under none.
pub(super) fn condition_of(context: &ListContext, at: Where, number: &str, on: &Condition) -> Notice {
    let notice = condition(context, at, on);
    let mut text = context.text([number, context.labels.say(word!("colon"))].concat()).bold();
    text.append(&notice.text);
    Notice { text, ..notice }
}

/// The condition of what follows, with a box for the case that it doesn't apply.
pub(super) fn condition(context: &ListContext, at: Where, on: &Condition) -> Notice {
    let tick = TickBox { words: context.say(word!("sheet.not-applicable")), field: Field::NotApplicable(at) };
    Notice {
        kind: NoticeKind::Condition,
        label: Text::empty(context.plan.lang.clone()),
        text: conditions::condition(context.plan, context.labels, on).bold(),
        ticked: None,
        read: None,
        not_applicable: Some(Box::new(tick)),
        changed: false,
    }
}
