//! The start sheet's forms (people, times, values, contacts, preparation) and the records at the end.

use super::context::ListContext;
use super::gaps::Gaps;
use super::items::ItemList;
use super::{
    Cell, Grid, Heading, Holds, LabelledLine, Notice, NoticeKind, Row, Rows, Sheet, SheetKind, SheetPart, Table,
    TableCell, TickBox, approvals, blocks, items,
};
use crate::field::{Deviation, Field, Handover, Outcome, Party, Personal, Planned, RowId, Signed, Where};
use crate::plan::{Block, Fact, Measure, Person, Plain, Value};
use crate::text::{Content, Text};
use crate::view::labels::{WordName, fill, word};
use crate::view::{titles, words};

/// Whether an entry of a list is new or changed.
fn marked(list: Option<&Vec<bool>>, index: usize) -> bool {
    list.and_then(|list| list.get(index)).is_some_and(|changed| *changed)
}

/// People, times, decision, values, contacts and facts.
pub(super) fn people(context: &ListContext) -> Vec<SheetPart> {
    let plan = context.plan;
    let since = context.options.since.as_ref();
    let mut parts = Vec::new();
    if let Some(about) = &plan.about {
        let changed = since.is_some_and(|changes| changes.about);
        parts.push((if changed { SheetPart::ChangedParagraph } else { SheetPart::Paragraph })(about.clone()));
    }
    parts.push(context.heading(word!("sheet.people"), None));
    parts.push(SheetPart::Table(roles(context)));
    parts.push(SheetPart::Grid(times(context)));
    parts.extend(measures(context).map(SheetPart::Table));
    parts.extend(too_late(context).map(SheetPart::Notice));
    if !plan.values.is_empty() {
        parts.push(context.heading(word!("this-release"), None));
        let cells = plan.values.iter().enumerate().map(|(index, value)| {
            let field = Field::Value(value.name.clone());
            let changed = marked(since.map(|changes| &changes.values), index);
            let label = words::value_label(context.labels, value);
            Cell { changed, ..Cell::given(1, label, given(context, value), field) }
        });
        parts.push(SheetPart::Grid(in_rows(cells.collect(), 3)));
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
        parts.push(SheetPart::Grid(in_rows(cells.collect(), 3)));
    }
    parts.extend(facts(context));
    parts.extend(approvals::approvals(context));
    parts
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
        if let Some(sheet) = context.elsewhere(SheetKind::Hot, word!("sheet.hot")) {
            text.push_str(&fill(labels.say(word!("on-sheet")), &[("sheet", sheet)]));
        } else {
            let anchor = words::block_anchor(block);
            words::around(&mut text, labels.say(word!("on-page")), "page", |text| text.push(Content::PageOf(anchor)));
        }
    }
    Some(text)
}

/// Cells in rows of `columns`; the last row is filled up so that widths agree.
fn in_rows(cells: Vec<Cell>, columns: usize) -> Grid {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for cell in cells {
        match rows.last_mut() {
            Some(row) if row.len() < columns => row.push(cell),
            _ => rows.push(vec![cell]),
        }
    }
    let several = rows.len() > 1;
    if let Some(last) = rows.last_mut().filter(|_| several) {
        let missing = columns - last.len();
        if let Some(cell) = last.last_mut() {
            cell.weight += missing as u32;
        }
    }
    Grid { rows, heavy: false }
}

/// The form for the outcome: one box for each way a release can end, and a line for the reason.
pub(super) fn outcome(context: &ListContext) -> Grid {
    let boxes = Outcome::ALL.iter().map(|outcome| {
        let said = context.labels.say(titles::outcome(*outcome));
        let words = match outcome {
            Outcome::RolledBack => context.say_with(word!("sheet.status-back"), &[("outcome", said)]),
            _ => context.text(said),
        };
        TickBox { words, field: Field::Outcome(*outcome) }
    });
    let reason = LabelledLine::beside(context.say(word!("sheet.status-reason")), Field::Reason);
    let holds = Holds::Boxes(boxes.collect(), reason);
    let cell = Cell { weight: 1, label: Some(context.say(word!("sheet.status"))), holds, changed: false };
    Grid { rows: vec![vec![cell]], heavy: false }
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
        (6, context.say(word!("sheet.phone"))),
        (5, context.say(word!("sheet.specimen"))),
    ];
    let rows = vec![row(Party::Operator, &release.operator), row(Party::Checker, &release.checker)];
    Table { rows, ..Table::new(columns, 90) }
}

fn times(context: &ListContext) -> Grid {
    let plan = context.plan;
    let labels = context.labels;
    let release = &plan.release;
    let start = release.start.as_ref().map(|start| {
        let mut words = format!("{} {}", words::moment(labels, start), words::offset(start));
        for clock in &release.also {
            words = format!("{words}\n{} {}", words::moment(labels, clock), words::offset(clock));
        }
        context.text(words)
    });
    let end = release.end.as_ref().map(|end| context.text(words::time(labels, end)));
    let mut row = vec![
        Cell::given(5, context.say(word!("planned-start")), start, Field::Planned(Planned::Start)),
        Cell::given(3, context.say(word!("planned-end")), end, Field::Planned(Planned::End)),
    ];
    if let Some(n) = plan.minutes {
        let forward = words::minutes(labels, n);
        let duration = match plan.rollback_minutes {
            Some(back) => fill(
                context.labels.say(word!("sheet.duration-back")),
                &[("n", &forward), ("back", &words::minutes(labels, back))],
            ),
            None => forward,
        };
        row.push(Cell::known(6, context.say(word!("sheet.duration")), context.text(duration)));
    }
    let mut rows = vec![row];
    if let Some(decision) = &plan.decision {
        let since = context.options.since.as_ref();
        let who = context.text(words::who(plan, context.labels, decision.decider)).bold();
        let changed = since.is_some_and(|changes| changes.decision.decider);
        let mut row = vec![Cell { changed, ..Cell::known(3, context.say(word!("sheet.decides")), who) }];
        if let Some(window) = decision.window {
            let changed = since.is_some_and(|changes| changes.decision.window_end);
            let value = context.text(words::time_of_day(labels, window)).bold();
            row.push(Cell { changed, ..Cell::known(3, context.say(word!("window-end")), value) });
            // Without a start the latest decision isn't known yet, so there is a line to write on.
            if plan.rollback_minutes.is_some() {
                let latest = decision.latest.as_ref().map(|latest| context.text(words::time(labels, latest)).bold());
                row.push(Cell::given(
                    3,
                    context.say(word!("sheet.latest-decision")),
                    latest,
                    Field::Planned(Planned::Decision),
                ));
            }
        }
        rows.push(row);
        if !decision.is_table() {
            let mut when = Text::empty(plan.lang.clone());
            for (index, measure) in decision.when.iter().enumerate() {
                if index > 0 {
                    when.push(Content::Break);
                }
                when.append(&measure.measure);
            }
            let marks = since.map(|changes| &changes.decision);
            let changed = marks.is_some_and(|marks| marks.fewer || marks.when.contains(&true));
            rows.push(vec![Cell { changed, ..Cell::known(1, context.say(word!("sheet.decision")), when) }]);
        }
    }
    Grid { rows, heavy: false }
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
        if let Some(row) = of_role.first_mut() {
            let (label, text) = (context.text(who).bold(), Text::empty(plan.lang.clone()));
            let kind = NoticeKind::Note;
            let heading = Notice { kind, label, text, ticked: None, not_applicable: None, changed: false };
            row.notices.splice(0..0, ahead.drain(..).chain([heading]));
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
            parts.push(SheetPart::Rows(Box::new(Rows { atomic: None, columns, title, rows })));
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

/// The records sheet: hand-overs, deviations, final signatures.
pub(super) fn records(context: &ListContext) -> Sheet {
    let handover = |row: u32| {
        let room = |what| TableCell::Room(Field::Handover(row, what));
        let confirmed = [
            (word!("sheet.handover-ended"), Handover::BlockOver),
            (word!("sheet.handover-restored"), Handover::Restored),
            (word!("sheet.handover-back"), Handover::RollbackPossible),
        ];
        let boxes = confirmed
            .map(|(label, what)| TickBox { words: context.say(label), field: Field::Handover(row, what) })
            .into();
        vec![
            room(Handover::Time),
            room(Handover::Step),
            room(Handover::State),
            TableCell::Form { lines: Vec::new(), boxes, initials: None },
            room(Handover::From),
            room(Handover::To),
            room(Handover::Checker),
        ]
    };
    let deviation =
        |row: u32| Deviation::ALL.iter().map(|what| TableCell::Room(Field::Deviation(row, *what))).collect::<Vec<_>>();
    let heads = |names: &[(u32, WordName)]| -> Vec<(u32, Text)> {
        names.iter().map(|(weight, name)| (*weight, context.say(*name))).collect()
    };
    let columns = heads(&[
        (4, word!("time")),
        (4, word!("step")),
        (10, word!("sheet.handover-state")),
        (12, word!("sheet.handover-holds")),
        (7, word!("sheet.handover-from")),
        (7, word!("sheet.handover-to")),
        (7, word!("sheet.handover-checker")),
    ]);
    let handovers = Table { rows: (1..=4).map(handover).collect(), ..Table::new(columns, 90) };
    let mut columns =
        heads(&[(4, word!("step")), (16, word!("sheet.deviation-what")), (16, word!("sheet.deviation-why"))]);
    columns.extend([
        (5, context.text(context.called(Party::Operator))),
        (5, context.text(context.called(Party::Checker))),
    ]);
    let deviations = Table { rows: (1..=5).map(deviation).collect(), ..Table::new(columns, 120) };
    let remark = |name: WordName, aside: WordName| {
        [
            SheetPart::Heading(Heading { text: context.say(name), aside: None, anchor: None, changed: false }),
            SheetPart::Paragraph(context.say(aside)),
        ]
    };
    let mut parts = Vec::new();
    parts.extend(remark(word!("sheet.handovers"), word!("sheet.handovers-aside")));
    parts.push(SheetPart::Table(handovers));
    parts.extend(remark(word!("sheet.deviations"), word!("sheet.deviations-aside")));
    parts.push(SheetPart::Table(deviations));
    parts.push(context.signatures(word!("sheet.final-operator"), word!("sheet.final-checker"), &Signed::Final));
    parts.push(SheetPart::End(context.say(word!("sheet.final"))));
    Sheet { anchor: "records".to_owned(), phase: context.say(word!("sheet.records")), thumb: None, parts }
}
