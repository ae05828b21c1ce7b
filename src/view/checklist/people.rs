//! The start sheet's forms (people, times, values, contacts, preparation) and the records at the end.

use super::context::ListContext;
use super::gaps::{self, Gaps};
use super::items::ItemList;
use super::signatures::{is_signed_once, signatures};
use super::{
    Cell, Grid, Holds, LabelledLine, Notice, NoticeKind, Row, Rows, Sheet, SheetKind, SheetPart, Table, TableCell,
    TickBox, approvals, blocks, items,
};
use crate::field::{Deviation, Field, Handover, Outcome, Party, Personal, Planned, RowId, Signed, Where};
use crate::plan::{Block, Fact, Measure, Person, Plain, Value};
use crate::text::{Content, Style, Text};
use crate::view::labels::{fill, word};
use crate::view::{clocks, titles, ways, words};

/// Whether an entry of a list is new or changed.
fn marked(list: Option<&Vec<bool>>, index: usize) -> bool {
    list.and_then(|list| list.get(index)).is_some_and(|changed| *changed)
}

/// Approvals, people, times, decision, values, contacts and facts.
pub(super) fn people(context: &ListContext) -> Vec<SheetPart> {
    let plan = context.plan;
    let since = context.options.since.as_ref();
    let mut parts = approvals::approvals(context);
    parts.push(context.heading(word!("sheet.people"), None));
    parts.push(SheetPart::Table(roles(context)));
    let mut cells = times(context);
    let mut values: Vec<Cell> = plan
        .values
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let field = Field::Value(value.name.clone());
            let changed = marked(since.map(|changes| &changes.values), index);
            let mut label = words::value_label(context.labels, value);
            let given = given(context, value);
            // Texts and commands have the name of a value that isn't known in its place.
            if given.is_none() && label.to_plain() != *value.name {
                label.push_str(" ");
                gaps::push_name(&mut label, &value.name, &Style::default());
            }
            Cell { changed, ..Cell::given(1, label, given, field) }
        })
        .collect();
    // A few values are no table of their own.
    if values.len() <= FEW_VALUES {
        cells.append(&mut values);
    }
    parts.push(SheetPart::Grid(packed(cells)));
    parts.extend(conditions(context).map(SheetPart::Grid));
    parts.extend(measures(context).map(SheetPart::Table));
    parts.extend(too_late(context).map(SheetPart::Notice));
    if !values.is_empty() {
        parts.push(context.heading(word!("this-release"), None));
        parts.push(SheetPart::Grid(packed(values)));
    }
    if !plan.contacts.is_empty() {
        parts.push(context.heading(word!("sheet.contacts"), None));
        let cells = plan.contacts.iter().enumerate().map(|(index, contact)| {
            let phone = contact.phone.as_deref().map(words::unbroken);
            let known: Vec<String> =
                [contact.person.as_deref().map(str::to_owned), phone].into_iter().flatten().collect();
            let value = (!known.is_empty()).then(|| context.text(known.join(" ")));
            let changed = marked(since.map(|changes| &changes.contacts), index);
            let field = Field::Contact(contact.id.clone());
            Cell { changed, ..Cell::given(1, contact.name.clone(), value, field) }
        });
        parts.push(SheetPart::Grid(packed(cells.collect())));
    }
    parts.extend(facts(context));
    parts
}

/// Up to so many values stand beside the planned times; more of them have a heading.
const FEW_VALUES: usize = 4;

/// A form whose cells stand on as few lines as their contents need.
fn packed(cells: Vec<Cell>) -> Grid {
    Grid { rows: vec![cells], heavy: false, packed: true }
}

/// The facts of the change.
fn facts(context: &ListContext) -> Vec<SheetPart> {
    let facts = &context.plan.facts;
    if facts.is_empty() {
        return Vec::new();
    }
    let row = |fact: &Fact| [fact.label.clone().bold(), fact.text.clone()].map(TableCell::Words).into();
    let columns = vec![(4, context.say(word!("item"))), (15, context.say(word!("details")))];
    let table = Table {
        rows: facts.iter().map(row).collect(),
        changed: context.options.since.as_ref().map(|changes| changes.facts.clone()).unwrap_or_default(),
        ..Table::new(columns, 60)
    };
    vec![context.heading(word!("facts"), None), SheetPart::Table(table)]
}

/// A list of more elements isn't printed in full here, because the heading of each block names its element.
const MOST_GIVEN: usize = 24;

/// What the release gives for a value. For a long list: how many elements, the first, the last, and the page of the first
/// one's block.
fn given(context: &ListContext, value: &Value) -> Option<Text> {
    let given = value.given.as_ref()?;
    let labels = context.labels;
    let [first, .., last] = &given[..] else { return Some(context.text(given.join(labels.say(word!("list"))))) };
    if given.len() <= MOST_GIVEN {
        return Some(context.text(given.join(labels.say(word!("list")))));
    }
    let values = [("n", &*given.len().to_string()), ("first", first), ("last", last)];
    let mut text = context.say_with(word!("sheet.values-many"), &values);
    let of_first = |block: &&Block| block.instance.as_ref().is_some_and(|instance| instance.name == *first);
    if let Some(block) = context.plan.hot.iter().find(of_first) {
        text.push_str(labels.say(word!("semicolon")));
        let sheet = context.elsewhere(SheetKind::Hot, word!("sheet.hot"));
        text.append(&ways::place(context.plan, labels, words::block_anchor(block), sheet));
    }
    Some(text)
}

/// The form for the outcome: one box for each way a release can end, who says so and when, and a line for the reason.
pub(super) fn outcome(context: &ListContext) -> Grid {
    // Nothing is rolled back by a flow without a rollback.
    let can_end = |outcome: &&Outcome| **outcome != Outcome::RolledBack || !context.plan.rollback.is_empty();
    let boxes = Outcome::ALL.iter().filter(can_end).map(|outcome| {
        let said = context.labels.say(titles::outcome(*outcome));
        let words = match outcome {
            Outcome::RolledBack => context.say_with(word!("sheet.status-back"), &[("outcome", said)]),
            _ => context.text(said),
        };
        TickBox { words, field: Field::Outcome(*outcome) }
    });
    let reason = LabelledLine {
        before: Some(context.say(word!("sheet.status-signed"))),
        ..LabelledLine::beside(context.say(word!("sheet.status-reason")), Field::Reason)
    };
    let holds = Holds::Boxes(boxes.collect(), reason);
    let cell = Cell { weight: 1, label: Some(context.say(word!("sheet.status"))), holds, changed: false };
    Grid { rows: vec![vec![cell]], heavy: false, packed: false }
}

fn roles(context: &ListContext) -> Table {
    let release = &context.plan.release;
    let row = |role: Party, person: &Person| {
        let room = |what| TableCell::Room(Field::Person(role, what));
        let known = |value: &Option<Plain>, what| match value {
            Some(value) => TableCell::Words(context.text(value)),
            None => room(what),
        };
        vec![
            TableCell::Words(context.text(context.called(role)).bold()),
            known(&person.name, Personal::Name),
            known(&person.phone, Personal::Phone),
            room(Personal::Initials),
        ]
    };
    let columns = vec![
        (3, context.text("")),
        (6, context.say(word!("name"))),
        (6, context.say(word!("phone"))),
        (5, context.say(word!("sheet.specimen"))),
    ];
    let rows = vec![row(Party::Operator, &release.operator), row(Party::Checker, &release.checker)];
    Table { rows, ..Table::new(columns, 90) }
}

/// Planned times, and by when who decides on a rollback.
fn times(context: &ListContext) -> Vec<Cell> {
    let plan = context.plan;
    let labels = context.labels;
    let release = &plan.release;
    let start = release.start.as_ref().map(|start| {
        let mut words = clocks::moment_with_offset(labels, start);
        for clock in &release.also {
            words = format!("{words}\n{}", clocks::moment_elsewhere(labels, clock));
        }
        context.text(words)
    });
    let end = release.end.as_ref().map(|end| context.text(words::time(labels, end)));
    let mut cells = vec![
        Cell::given(1, context.say(word!("planned-start")), start, Field::Planned(Planned::Start)),
        Cell::given(1, context.say(word!("planned-end")), end, Field::Planned(Planned::End)),
    ];
    let duration = duration(context);
    let Some(decision) = &plan.decision else {
        cells.extend(duration);
        return cells;
    };
    let since = context.options.since.as_ref();
    let who = context.text(words::who(plan, context.labels, decision.decider)).bold();
    let changed = since.is_some_and(|changes| changes.decision.decider);
    cells.push(Cell { changed, ..Cell::known(1, context.say(word!("sheet.decides")), who) });
    if let Some(window) = decision.window {
        let changed = since.is_some_and(|changes| changes.decision.window_end);
        let value = match &decision.window_end {
            Some(end) => words::time(labels, end),
            None => words::time_of_day(labels, window),
        };
        let value = context.text(value).bold();
        cells.push(Cell { changed, ..Cell::known(1, context.say(word!("window-end")), value) });
        // Without a start the latest decision isn't known yet, so there is a line to write on.
        if plan.rollback_minutes.is_some() {
            let latest = decision.latest.as_ref().map(|latest| context.text(words::time(labels, latest)).bold());
            let label = context.say(word!("latest-decision"));
            cells.push(Cell::given(1, label, latest, Field::Planned(Planned::Decision)));
        }
    }
    // The longest of them comes last, so that the others stand side by side.
    cells.extend(duration);
    cells
}

/// How long the steps take, and the rollback.
fn duration(context: &ListContext) -> Option<Cell> {
    let (plan, labels) = (context.plan, context.labels);
    let forward = words::minutes(labels, plan.minutes?);
    let duration = match words::rollback_takes(plan, labels) {
        Some(back) => fill(labels.say(word!("sheet.duration-back")), &[("n", &forward), ("back", &back)]),
        None => forward,
    };
    Some(Cell::known(1, context.say(word!("sheet.duration")), context.text(duration)))
}

/// What calls for a rollback, where nothing says at which value or where that is read.
fn conditions(context: &ListContext) -> Option<Grid> {
    let decision = context.plan.decision.as_ref().filter(|decision| !decision.is_table())?;
    let mut when = Text::empty(context.plan.lang.clone());
    for (index, measure) in decision.when.iter().enumerate() {
        if index > 0 {
            when.push(Content::Break);
        }
        when.append(&measure.measure);
    }
    let marks = context.options.since.as_ref().map(|changes| &changes.decision);
    let changed = marks.is_some_and(|marks| marks.fewer || marks.when.contains(&true));
    let cell = Cell { changed, ..Cell::known(1, context.say(word!("decision")), when) };
    Some(Grid { rows: vec![vec![cell]], heavy: false, packed: false })
}

/// What calls for a rollback, where that is read and from which value on.
fn measures(context: &ListContext) -> Option<Table> {
    let decision = context.plan.decision.as_ref().filter(|decision| decision.is_table())?;
    let marks = context.options.since.as_ref().map(|changes| &changes.decision);
    let cell = |text: Option<&Text>| TableCell::Words(text.cloned().unwrap_or_else(|| context.text("")));
    let row = |measure: &Measure| {
        let threshold = measure.threshold.clone().map(Text::bold);
        vec![cell(Some(&measure.measure)), cell(measure.place.as_ref()), cell(threshold.as_ref())]
    };
    let columns = vec![
        (8, context.say(word!("measure"))),
        (7, context.say(word!("measured-where"))),
        (5, context.say(word!("threshold"))),
    ];
    Some(Table {
        rows: decision.when.iter().map(row).collect(),
        changed: marks.map(|marks| marks.when.clone()).unwrap_or_default(),
        head_changed: marks.is_some_and(|marks| marks.fewer),
        ..Table::new(columns, 60)
    })
}

/// A warning when the plan doesn't fit into the window, so that it is read before the start.
fn too_late(context: &ListContext) -> Option<Notice> {
    let (plan, labels) = (context.plan, context.labels);
    let decision = plan.decision.as_ref()?;
    let window = decision.window_end.as_ref()?;
    let mut words = Vec::new();
    if let Some(end) = plan.release.end.as_ref().filter(|end| *end > window) {
        let times = [("end", words::moment(labels, end)), ("window", words::moment(labels, window))];
        let times: Vec<(&str, &str)> = times.iter().map(|(name, time)| (*name, &**time)).collect();
        words.push(fill(context.labels.say(word!("sheet.late-end")), &times));
    }
    let start = plan.release.start.as_ref();
    if let Some(latest) = decision.latest.as_ref().filter(|latest| start.is_some_and(|start| *latest < start)) {
        words.push(fill(
            context.labels.say(word!("sheet.late-decision")),
            &[("latest", &words::moment(labels, latest))],
        ));
    }
    let text = context.text(words.join(labels.say(word!("semicolon"))));
    (!words.is_empty()).then(|| context.notice(&Where::Start, NoticeKind::Warning, word!("warning"), &text))
}

/// What operator and checker prepare before step 1, and how each hands over. Both tick every row (PPA).
pub(super) fn prepare(context: &ListContext) -> Vec<SheetPart> {
    let plan = context.plan;
    let labels = context.labels;
    let mut parts = Vec::new();
    let since = context.options.since.as_ref();
    let mut rows: Vec<Row> = Vec::new();
    // What is left out of a role that has no row stands over the other's first.
    let mut ahead = Vec::new();
    let mut after = 0;
    for (role, who) in [labels.say(word!("operator")), labels.say(word!("checker"))].into_iter().enumerate() {
        let list = ItemList {
            items: &plan.prepare[role],
            left_out: &plan.left_out.prepare[role],
            changed: since.map_or(&[][..], |changes| &changes.prepare[role]),
            struck: false,
        };
        let (mut of_role, behind) = items::items(context, ("0", after), RowId::Prepare, &list);
        after += plan.prepare_count(role);
        for (index, row) in of_role.iter_mut().enumerate() {
            let mut action = context.text(who).bold();
            action.push_str(labels.say(word!("colon")));
            action.append(&row.action);
            row.action = action;
            row.changed |= index == 0 && since.is_some_and(|changes| changes.called[role]);
            row.notices.splice(0..0, ahead.drain(..));
        }
        if of_role.is_empty() && rows.is_empty() {
            ahead.extend(behind.into_iter().map(|line| items::plain_notice(context, line.text)));
        } else {
            items::add_items(&mut rows, (of_role, behind));
        }
    }
    if !rows.is_empty() || !ahead.is_empty() {
        parts.push(context.heading(word!("sheet.prepare"), Some(word!("sheet.prepare-aside"))));
        let (columns, title) = (blocks::columns(context), context.say(word!("sheet.prepare")));
        if !rows.is_empty() {
            parts.push(SheetPart::Rows(Box::new(Rows::new(title, columns, rows))));
        }
        parts.extend(ahead.into_iter().map(SheetPart::Notice));
    }
    for (index, (role, handover)) in [Party::Operator, Party::Checker].into_iter().zip(&plan.handover).enumerate() {
        let Some(handover) = handover else { continue };
        let at = Where::HandingOver(role);
        let changed = since.is_some_and(|changes| changes.handover[index]);
        let mut notice = [SheetPart::Notice(Notice {
            changed,
            ..context.notice(&at, NoticeKind::Caution, word!("sheet.handover"), handover)
        })];
        Gaps::at(at).parts(&mut notice);
        parts.extend(notice);
    }
    parts
}

/// How many lines there are for hand-overs and for deviations: fewer for a list with few steps, and one hand-over where nobody
/// may take over but between two blocks. A list of one short atomic block has none.
fn lines(context: &ListContext) -> (u32, u32) {
    const FEW: usize = 20;
    let plan = context.plan;
    let few = plan.hot_steps() <= FEW;
    let handovers = match (few, plan.hot.iter().all(|block| block.atomic)) {
        (true, true) if is_signed_once(context) => 0,
        (true, true) => 1,
        (true, false) => 2,
        (false, _) => 4,
    };
    let deviations = match few {
        true if is_signed_once(context) => 2,
        true => 3,
        false => 5,
    };
    (handovers, deviations)
}

/// The record of hand-overs. What it asks to confirm is what the flow has: atomic blocks, a rollback.
fn handovers(context: &ListContext, lines: u32) -> Vec<SheetPart> {
    let plan = context.plan;
    let is_atomic = plan.hot.iter().chain(&plan.rollback).any(|block| block.atomic);
    let confirmed = [
        (is_atomic, word!("sheet.handover-ended"), Handover::BlockOver),
        (is_atomic, word!("sheet.handover-restored"), Handover::Restored),
        (!plan.rollback.is_empty(), word!("sheet.handover-back"), Handover::RollbackPossible),
    ];
    let confirms = confirmed.iter().any(|(has, ..)| *has);
    let row = |row: u32| {
        let room = |what| TableCell::Room(Field::Handover(row, what));
        let boxes = confirmed.iter().filter(|(has, ..)| *has);
        let boxes = boxes
            .map(|(_, label, what)| TickBox { words: context.say(*label), field: Field::Handover(row, *what) })
            .collect();
        let confirmed = TableCell::Form { lines: Vec::new(), boxes };
        let cells = [room(Handover::Time), room(Handover::Step), room(Handover::State)].into_iter();
        let cells = cells.chain(confirms.then_some(confirmed));
        cells.chain([Handover::From, Handover::To, Handover::Checker].map(room)).collect()
    };
    let columns = [
        (4, word!("time")),
        (4, word!("step")),
        (10, word!("sheet.handover-state")),
        (12, word!("sheet.handover-holds")),
        (7, word!("sheet.handover-from")),
        (7, word!("sheet.handover-to")),
        (7, word!("sheet.handover-checker")),
    ];
    let columns = columns.into_iter().filter(|(_, name)| confirms || *name != word!("sheet.handover-holds"));
    let columns = columns.map(|(weight, name)| (weight, context.say(name))).collect();
    let table = Table { rows: (1..=lines).map(row).collect(), ..Table::new(columns, 90) };
    let aside = is_atomic.then_some(word!("sheet.handovers-aside"));
    vec![context.heading(word!("sheet.handovers"), aside), SheetPart::Table(table)]
}

/// The record of deviations.
fn deviations(context: &ListContext, lines: u32) -> Vec<SheetPart> {
    let row =
        |row: u32| Deviation::ALL.iter().map(|what| TableCell::Room(Field::Deviation(row, *what))).collect::<Vec<_>>();
    let columns = vec![
        (4, context.say(word!("step"))),
        (4, context.say(word!("time"))),
        (14, context.say(word!("sheet.deviation-what"))),
        (14, context.say(word!("sheet.deviation-why"))),
        (6, context.text(context.called(Party::Operator))),
        (6, context.text(context.called(Party::Checker))),
    ];
    let table = Table { rows: (1..=lines).map(row).collect(), ..Table::new(columns, 120) };
    vec![
        context.heading(word!("sheet.deviations"), None),
        SheetPart::Paragraph(context.say(word!("sheet.deviations-aside"))),
        SheetPart::Table(table),
    ]
}

/// The records sheet: hand-overs, deviations, final signatures.
pub(super) fn records(context: &ListContext) -> Sheet {
    let (of_handovers, of_deviations) = lines(context);
    let mut parts = if of_handovers > 0 { handovers(context, of_handovers) } else { Vec::new() };
    parts.extend(deviations(context, of_deviations));
    parts.push(signatures(context, [word!("sheet.final-operator"), word!("sheet.final-checker")], &Signed::Final));
    parts.push(SheetPart::End(context.say(word!("sheet.final"))));
    let phase = context.say(word!("sheet.records"));
    Sheet { shares: true, ..Sheet::new("records", phase, parts) }
}
