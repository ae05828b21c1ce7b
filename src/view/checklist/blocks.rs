//! Steps as rows: the hot blocks, the rollbacks, and what is done before and after.

use jiff::Zoned;

use super::blanks;
use super::commands;
use super::context::ListContext;
use super::gaps::{self, Gaps};
use super::items::{self, ItemList};
use super::messages;
use super::{
    Atomic, Cell, Clock, Detail, DetailLead, Grid, Heading, Holds, LabelledLine, Notice, NoticeKind, Row, Rows, Sheet,
    SheetKind, SheetPart, approvals, questions, readings, where_to_begin,
};
use crate::field::{AtomicTime, Entered, Field, LabelGap, RowId, RowPart, Signed, StepNumber, Where};
use crate::plan::{Block, Instance, LeftOut, Op, Step, Task, Then, Verify, WayOut};
use crate::text::{Content, Text};
use crate::view::agenda::{self, TaskPhase};
use crate::view::labels::{WordName, fill, word};
use crate::view::words;

/// The hot sheet: every block of the release itself.
pub(super) fn hot(context: &ListContext) -> Sheet {
    let plan = context.plan;
    let mut parts = Vec::new();
    let left_out = |gaps, index| items::left_out(context, gaps, index).into_iter().map(SheetPart::Notice);
    for (index, block) in plan.hot.iter().enumerate() {
        parts.extend(left_out(&plan.left_out.hot, index));
        parts.extend(self::block(context, block, word!("sheet.block-done")));
    }
    parts.extend(left_out(&plan.left_out.hot, plan.hot.len()));
    if plan.rollback.is_empty() {
        parts.extend(left_out(&plan.left_out.rollback, 0));
    }
    Sheet { anchor: "hot".to_owned(), phase: context.say(word!("sheet.hot")), thumb: None, parts }
}

/// One sheet for each rollback. The elements of a repeated rollback share a sheet.
pub(super) fn rollbacks(context: &ListContext) -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> = Vec::new();
    let blocks = &context.plan.rollback;
    let left_out =
        |index| items::left_out(context, &context.plan.left_out.rollback, index).into_iter().map(SheetPart::Notice);
    for (index, block) in blocks.iter().enumerate() {
        let again = block.instance.as_ref().is_some_and(|instance| instance.index > 0);
        if !again {
            let letter = letter(block);
            let anchor = format!("rollback-{letter}");
            let mut parts: Vec<SheetPart> = left_out(index).collect();
            parts.push(SheetPart::Grid(entry(context, block)));
            let same: Vec<&Block> = blocks.iter().filter(|other| other.letter == block.letter).collect();
            parts.extend(where_to_begin::table(context, &same));
            Gaps::at(Where::Rollback(letter)).parts(&mut parts);
            let phase = context.say(word!("rollback"));
            sheets.push(Sheet { anchor, phase, thumb: block.letter, parts });
        }
        if let Some(sheet) = sheets.last_mut() {
            sheet.parts.extend(self::block(context, block, word!("sheet.rollback-done")));
        }
    }
    if let Some(last) = sheets.last_mut() {
        last.parts.extend(left_out(blocks.len()));
    }
    sheets
}

/// The letter of a rollback.
fn letter(block: &Block) -> char {
    block.letter.unwrap_or('R')
}

/// The form at the head of a rollback: from which step it was entered, who decided, when and why (rule 14).
fn entry(context: &ListContext, block: &Block) -> Grid {
    let room = |label: WordName, weight, entered| {
        Cell::given(weight, context.say(label), None, Field::Rollback(letter(block), entered))
    };
    let mut rows = vec![vec![
        room(word!("sheet.entry"), 3, Entered::Step),
        room(word!("sheet.entry-decider"), 4, Entered::Decider),
        room(word!("sheet.entry-time"), 2, Entered::Time),
        room(word!("sheet.entry-reason"), 6, Entered::Reason),
    ]];
    if let Some(last) = block.valid_until {
        let number = context.plan.step(last).number.to_string();
        let words = context.say_with(word!("sheet.valid-until"), &[("step", &number)]).bold();
        let changed = context.block_marks(block).valid_until;
        rows.push(vec![Cell { weight: 1, label: None, holds: Holds::Known(words), changed }]);
    }
    Grid { rows, heavy: true }
}

fn block(context: &ListContext, block: &Block, done: WordName) -> Vec<SheetPart> {
    let plan = context.plan;
    let marks = context.block_marks(block);
    let mut title = words::block_title(context.labels, block);
    if let Some(instance) = &block.instance {
        title.push_str(&format!(" ({}/{})", instance.index + 1, instance.of));
    }
    let first = &plan.steps[block.steps.start].number;
    let at = Where::Block(first.clone());
    let heading = Heading {
        text: title.clone(),
        aside: times(context, block),
        anchor: Some(words::block_anchor(block)),
        changed: marks.heading,
    };
    let mut parts = vec![SheetPart::Heading(heading)];
    let on = block.condition.as_ref().map(|on| items::condition(context, at.clone(), on));
    let notices = context.notices(&at, [&block.warning, &block.caution, &block.note], marks.notices);
    parts.extend(on.into_iter().chain(notices).map(SheetPart::Notice));
    let paragraph = if marks.way_out { SheetPart::ChangedParagraph } else { SheetPart::Paragraph };
    parts.extend(shared_way_out(context, block).map(paragraph));
    let mut rows = Vec::new();
    for (index, step) in plan.block_steps(block) {
        let anchor = words::step_anchor(plan, index);
        let mut of_step = step_rows(context, step, &anchor);
        if let Some(first) = of_step.first_mut() {
            first.notices.splice(0..0, items::left_out(context, &block.left_out, index.0 - block.steps.start));
        }
        rows.extend(of_step);
    }
    let atomic = block.atomic.then(|| Atomic {
        begin: context.say(word!("sheet.atomic-begin")).bold(),
        early: context.say(word!("sheet.atomic-early")),
        end: context.say(word!("sheet.atomic-end")).bold(),
        began: LabelledLine::beside(context.say(word!("sheet.began")), Field::Atomic(first.clone(), AtomicTime::Begun)),
        ended: LabelledLine::beside(context.say(word!("sheet.ended")), Field::Atomic(first.clone(), AtomicTime::Ended)),
    });
    parts.push(SheetPart::Rows(Box::new(Rows { atomic, columns: columns(context), title: title.clone(), rows })));
    parts.extend(items::left_out(context, &block.left_out, block.steps.len()).into_iter().map(SheetPart::Notice));
    if let (Some(instance), false) = (&block.instance, block.gate.is_empty()) {
        parts.push(SheetPart::Rows(Box::new(gate(context, first, (block, instance), &marks.gate))));
    }
    parts.push(context.signatures(
        word!("sheet.sign-operator"),
        word!("sheet.sign-checker"),
        &Signed::Block(first.clone()),
    ));
    let mut end = Text::empty(plan.lang.clone());
    words::around(&mut end, context.labels.say(done), "title", |text| text.append(&title));
    parts.push(SheetPart::End(end));
    Gaps::at(at).parts(&mut parts);
    parts
}

/// The gate: what must hold before the next element begins. It is a row like a step's, with its own time and the block's way
/// out.
fn gate(context: &ListContext, first: &StepNumber, (block, instance): (&Block, &Instance), changed: &[bool]) -> Rows {
    let title = context.say_with(word!("sheet.gate"), &[("instance", &instance.name)]);
    let number = words::gate_number(block, instance);
    let at = RowId::Gate(first.clone(), None);
    let end = planned(context, block).map(|(_, end)| words::time(context.labels, &end));
    let row = Row {
        mark: Some((false, context.text(context.labels.say(word!("read"))))),
        aside: block.gate_way_out.as_ref().map(|way| short_way_out(context, way)),
        time: Some(clock(context, &at, end)),
        ..items::plain_row(at, context.text(&number).bold(), title.clone())
    };
    let mut rows = vec![row];
    let at = |item| RowId::Gate(first.clone(), Some(item));
    let list = ItemList { items: &block.gate, left_out: &block.gate_left_out, changed, struck: false };
    items::add_items(&mut rows, items::items(context, (&number, 0), at, &list));
    Rows { atomic: None, columns: columns(context), title, rows }
}

/// The place to write when a row was done, with the planned time of day where that is known.
fn clock(context: &ListContext, at: &RowId, planned: Option<String>) -> Clock {
    Clock { planned: context.text(planned.unwrap_or_default()), field: Field::Row(at.clone(), RowPart::Time) }
}

/// When the block is planned to begin and to end.
fn planned(context: &ListContext, block: &Block) -> Option<(Zoned, Zoned)> {
    let begin = context.plan.steps[block.steps.clone()].first()?.at.clone()?;
    let end = begin.saturating_add(jiff::Span::new().minutes(i64::from(block.minutes.unwrap_or(0))));
    Some((begin, end))
}

/// When the block is planned, or how long it takes.
fn times(context: &ListContext, block: &Block) -> Option<Text> {
    let minutes = block.minutes?;
    let labels = context.labels;
    let duration = words::minutes(labels, minutes);
    let Some((begin, end)) = planned(context, block) else {
        return Some(context.text(duration));
    };
    let from_to = [("from", words::time(labels, &begin)), ("to", words::time(labels, &end))];
    let values: Vec<(&str, &str)> = from_to.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let planned = fill(context.labels.say(word!("sheet.planned")), &values);
    Some(context.text(format!("{planned}{}{duration}{}", labels.say(word!("open")), labels.say(word!("close")))))
}

pub(super) fn columns(context: &ListContext) -> [Text; 5] {
    [
        context.say(word!("sheet.column-action")),
        context.say(word!("sheet.column-actual")),
        context.text(context.labels.say(word!("operator"))),
        context.text(context.labels.say(word!("checker"))),
        context.say(word!("time")),
    ]
}

/// The rows of the tasks before or after the release, each with the time at which it is due.
pub(super) fn tasks(
    context: &ListContext,
    (tasks, gaps): (&[Task], &[LeftOut]),
    sheet: &str,
    title: WordName,
    phase: TaskPhase,
) -> Vec<SheetPart> {
    let mut rows = Vec::new();
    // What stands over the next row, or behind the last one.
    let mut ahead = Vec::new();
    for together in phase.by_date(context.plan, tasks) {
        let date = over(NoticeKind::Note, context.text(together.when(phase, context.labels)).bold());
        ahead.push(date.clone());
        ahead.extend(together.approvals.iter().map(|index| approvals::awaited(context, *index)));
        for (place, task) in together.tasks.iter().enumerate() {
            let anchor = words::task_anchor(sheet, task);
            let mut of_task = step_rows(context, &task.step, &anchor);
            if let Some(first) = of_task.first_mut() {
                let head = agenda::begins(&together.tasks, place).then(|| match &task.group {
                    Some(group) => Some(over(NoticeKind::Title, group.title.clone().bold())),
                    // A task of no group behind a group stands under the date again.
                    None => (place > 0).then(|| date.clone()),
                });
                first.notices.splice(0..0, ahead.drain(..).chain(head.flatten()));
                let mut details = told(context, task);
                details.append(&mut first.details);
                first.details = details;
            }
            rows.extend(of_task);
        }
    }
    let title = context.say(title);
    let mut rows = Rows { atomic: None, columns: columns(context), title, rows };
    let of_last = gaps::rows(&mut rows);
    let behind = ahead.into_iter().chain(items::left_out(context, gaps, tasks.len()));
    let mut behind: Vec<SheetPart> = behind.map(SheetPart::Notice).collect();
    if let Some(mut of_last) = of_last {
        of_last.parts(&mut behind);
    }
    let mut parts = vec![SheetPart::Rows(Box::new(rows))];
    parts.append(&mut behind);
    parts
}

/// A line over the first of several rows.
fn over(kind: NoticeKind, words: Text) -> Notice {
    let text = Text::empty(words.lang.clone());
    Notice { kind, label: words, text, ticked: None, not_applicable: None, changed: false }
}

/// Who gets a mail for a task, and what it asks of them.
fn told(context: &ListContext, task: &Task) -> Vec<Detail> {
    let mut details = Vec::new();
    let mut told = Text::empty(context.plan.lang.clone());
    for (n, contact) in task.notify.iter().enumerate() {
        if n > 0 {
            told.push_str(context.labels.say(word!("list")));
        }
        told.append(&words::contact_on_paper(context.plan.contact(*contact)));
    }
    if !told.is_empty() {
        let text = context.say_around(word!("sheet.notify"), "who", &told);
        details.push(Detail { lead: DetailLead::Plain, text });
    }
    for (label, words) in [(word!("sheet.impact"), &task.impact), (word!("sheet.ask"), &task.ask)] {
        details.extend(words.iter().map(|words| plain(context, label, words)));
    }
    details
}

/// A detail that a label of ours introduces.
fn plain(context: &ListContext, label: WordName, words: &Text) -> Detail {
    let mut text = context.say(label);
    text.push_str(context.labels.say(word!("colon")));
    text.append(words);
    Detail { lead: DetailLead::Plain, text }
}

/// A step's own row, then one for each of its items.
fn step_rows(context: &ListContext, step: &Step, anchor: &str) -> Vec<Row> {
    let labels = context.labels;
    let number = step.number.to_string();
    let at = RowId::Step(step.number.clone(), None);
    let struck = step.verify == Verify::None;
    let marks = context.step_marks(step);
    let mark = step.op.map(|op| match op {
        Op::Read => (false, context.text(labels.say(word!("read")))),
        Op::Write => (true, context.text(labels.say(word!("write")))),
    });
    let way_out = step.way_out.as_ref().filter(|way| !way.inherited);
    let aside = step.way_out.as_ref().filter(|way| way.inherited && !questions::says(step, way));
    let aside = aside.map(|way| short_way_out(context, way));
    let place = Where::Row(at.clone());
    let on = step.condition.as_ref().map(|on| items::condition(context, place.clone(), on));
    let notices = context.notices(&place, [&step.warning, &step.caution, &step.note], marks.notices);
    let notices = on.into_iter().chain(notices).collect();
    let row = Row {
        span: Some(step.span),
        anchor: Some(anchor.to_owned()),
        mark,
        expect: step.expect.clone().or_else(|| reading_value(context, step)),
        aside,
        before: before(context, &at, step),
        details: details(context, &at, step, way_out),
        pick: commands::pick(context, step),
        commands: commands::commands(context, &at, step),
        message: step.tell.as_ref().map(|tell| messages::message(context, &at, tell)),
        critical: step.critical,
        actual: step.expect.as_ref().map(|_| Field::Row(at.clone(), RowPart::Actual)),
        time: Some(clock(context, &at, step.at.as_ref().map(|at| words::time(labels, at)))),
        notices,
        no_return: step.irreversible.as_ref().map(|why| {
            let mut text = context.say(word!("sheet.no-return")).bold();
            if !why.is_empty() {
                text.push_str(labels.say(word!("colon")));
                text.append(why);
            }
            text
        }),
        changed: marks.row,
        ..items::plain_row(at, context.text(&number).bold(), messages::action(context, step))
    };
    let mut rows = vec![if struck { Row { checker: None, ..row } } else { row }];
    let at = |item| RowId::Step(step.number.clone(), Some(item));
    let list = ItemList { items: &step.items, left_out: &step.items_left_out, changed: &marks.items, struck };
    items::add_items(&mut rows, items::items(context, (&number, 0), at, &list));
    if let (Some(reading), Some(last)) = (step.take, rows.last_mut()) {
        last.tables = readings::beside(context, reading);
    }
    rows
}

/// Says where a reading is written down or compared. It stands in the place of an expected value.
fn reading_value(context: &ListContext, step: &Step) -> Option<Text> {
    let plan = context.plan;
    let (label, index) = match (step.compare, step.take) {
        (Some(reading), _) => (word!("sheet.compare"), reading),
        (None, Some(reading)) => (word!("sheet.take"), reading),
        (None, None) => return None,
    };
    let reading = &plan.readings[index.0];
    if label == word!("sheet.take") && readings::at_step(reading) {
        return Some(context.say(word!("take-below")));
    }
    let taken = reading.take.map_or_else(String::new, |step| plan.step(step).number.to_string());
    let label = fill(context.labels.say(label), &[("step", &taken)]);
    let mut text = Text::empty(plan.lang.clone());
    let (before, after) = label.split_once("{page}").unwrap_or((&label, ""));
    text.push_str(before);
    let elsewhere = match reading.take.filter(|_| readings::at_step(reading)) {
        Some(step) => context.sheet_elsewhere(step),
        None => context.elsewhere(SheetKind::Start, word!("sheet.start")),
    };
    match elsewhere {
        Some(sheet) => text.push_str(&fill(context.labels.say(word!("on-sheet")), &[("sheet", sheet)])),
        None => page(context, &mut text, readings::anchor(context, index.0)),
    }
    text.push_str(after);
    Some(text)
}

fn page(context: &ListContext, text: &mut Text, anchor: String) {
    words::around(text, context.labels.say(word!("on-page")), "page", |text| text.push(Content::PageOf(anchor)));
}

/// The block's way out, shortened for one of its rows. What to try first stands only at the block's head. Whom to call stands
/// there too, unless the way leads into a rollback: then the row itself must say it (rule 14).
fn short_way_out(context: &ListContext, way: &WayOut) -> Text {
    let mut short = WayOut { action: None, ..way.clone() };
    let into = |way: &WayOut| matches!(way.then, Some(Then::Rollback(..)));
    if way.action.is_some() && !into(way) && !way.last.as_deref().is_some_and(into) {
        (short.call, short.within) = (None, None);
    }
    context.way_out(&short)
}

/// The way out that the steps of a block share, in full, for the block's head; `None` where the rows leave nothing out.
fn shared_way_out(context: &ListContext, block: &Block) -> Option<Text> {
    let mut ways = context.plan.block_steps(block).filter_map(|(_, step)| step.way_out.as_ref());
    let way = ways.find(|way| way.inherited && way.action.is_some())?;
    let mut text = Text::empty(context.plan.lang.clone());
    let full = context.way_out(way);
    words::around(&mut text, context.labels.say(word!("sheet.any-step-fails")), "way", |text| text.append(&full));
    Some(text)
}

/// What must be known or decided before a step is done, one line each: who acts, what must have ended, when it is struck out,
/// how the checker takes part, and who decides.
fn before(context: &ListContext, at: &RowId, step: &Step) -> Vec<Detail> {
    let label = |name: WordName, value: &str, what: &Text| context.say_around(name, value, what);
    let lines = [
        step.by.map(|by| label(word!("sheet.by"), "who", &words::contact_on_paper(context.plan.contact(by)))),
        step.awaits.as_ref().map(|work| label(word!("sheet.awaits"), "what", &context.text(work))),
        (!step.from.is_empty())
            .then(|| label(word!("sheet.only-from"), "steps", &where_to_begin::any_of(context, &step.from))),
        words::verify(context.labels, step.verify).map(|words| context.text(words)),
    ];
    let lines = lines.into_iter().flatten().map(|text| Detail { lead: DetailLead::Plain, text });
    lines.chain(questions::decision(context, at, step)).collect()
}

/// The details of a step that stand below its command, one line each.
fn details(context: &ListContext, at: &RowId, step: &Step, way_out: Option<&WayOut>) -> Vec<Detail> {
    let mut details = blanks::told(context, step);
    let mut label = |name: WordName, value: &str, what: &Text| {
        details.push(Detail { lead: DetailLead::Plain, text: context.say_around(name, value, what) });
    };
    if let Some(work) = &step.begins {
        label(word!("sheet.begins"), "what", &context.text(work));
    }
    if let Some(record) = &step.record {
        let mut what = record.label.clone();
        what.push_str(" ");
        gaps::push(&mut what, LabelGap::Record, 12);
        if let Some(unit) = &record.unit {
            what.push_str(" ");
            what.append(unit);
        }
        label(word!("sheet.record"), "what", &what);
    }
    if let Some(undo) = &step.undo {
        label(word!("sheet.undo"), "what", undo);
    }
    details.extend(questions::asked(context, at, step));
    if let Some(link) = &step.link {
        details.push(Detail {
            lead: DetailLead::Plain,
            text: context.text(format!("{} {link}", context.labels.say(word!("sheet.link")))),
        });
    }
    if let Some(way) = way_out {
        details.push(Detail { lead: DetailLead::WayOut, text: context.way_out(way) });
    }
    details
}
