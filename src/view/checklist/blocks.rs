//! Steps as rows: the hot blocks, the rollbacks, and what is done before and after.

use jiff::Zoned;

use super::blanks;
use super::commands;
use super::context::ListContext;
use super::ends;
use super::gaps::{self, Gaps};
use super::items::{self, ItemList};
use super::messages;
use super::shared_way::SharedWayOut;
use super::{
    Atomic, Cell, Clock, Detail, DetailLead, Grid, Heading, Holds, LabelledLine, Notice, NoticeKind, Row, RowBox, Rows,
    Sheet, SheetKind, SheetPart, approvals, questions, signatures, texts, where_to_begin,
};
use crate::field::{AtomicTime, Entered, Field, LabelGap, Outcome, RowId, RowPart, StepNumber, Where};
use crate::plan::{Block, Instance, LeftOut, Op, ReadingIx, Step, StepIx, Task, Verify, WayOut};
use crate::text::Text;
use crate::view::agenda::{self, TaskPhase};
use crate::view::labels::{WordName, fill, word};
use crate::view::{titles, ways, words};

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
    if let Some(SheetPart::End(end)) = parts.iter_mut().rfind(|part| matches!(part, SheetPart::End(_))) {
        ends::behind(context, end, Outcome::Executed);
    }
    let sheet = Sheet::new("hot", context.say(word!("sheet.hot")), parts);
    Sheet { by: context.decide_by(), has_steps: true, shares: true, ..sheet }
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
            let anchor = ways::rollback_anchor(block);
            let mut parts: Vec<SheetPart> = left_out(index).collect();
            parts.push(SheetPart::Grid(entry(context, block)));
            let same: Vec<&Block> = blocks.iter().filter(|other| other.letter == block.letter).collect();
            parts.extend(where_to_begin::table(context, &same));
            Gaps::at(Where::Rollback(letter)).parts(&mut parts);
            let phase = context.text(ways::rollback_title(context.plan, context.labels, block));
            sheets.push(Sheet { thumb: block.letter, has_steps: true, ..Sheet::new(&anchor, phase, parts) });
        }
        if let Some(sheet) = sheets.last_mut() {
            let next = blocks.get(index + 1).filter(|next| block.instance.is_some() && next.letter == block.letter);
            let done = if next.is_some() { word!("sheet.block-done") } else { word!("sheet.rollback-done") };
            sheet.parts.extend(self::block(context, block, done));
            if let (Some(next), Some(SheetPart::End(end))) = (next, sheet.parts.last_mut()) {
                let mut place = words::block_title(context.labels, next);
                place.push_str(context.labels.say(word!("comma")));
                place.append(&ways::place(context.plan, context.labels, words::block_anchor(next), None));
                ends::go_on(context, end, &place);
            } else if let Some(SheetPart::End(end)) = sheet.parts.last_mut() {
                ends::behind(context, end, Outcome::RolledBack);
            }
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
    Grid { rows, heavy: true, packed: false }
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
    let shared = SharedWayOut::of(context, block);
    parts.extend(shared.as_ref().map(|shared| paragraph(shared.words.clone())));
    let mut rows = Vec::new();
    for (index, step) in plan.block_steps(block) {
        let anchor = words::step_anchor(plan, index);
        let mut of_step = step_rows(context, (step, Some(index)), &anchor, shared.as_ref(), context.times.at(index));
        if let Some(first) = of_step.first_mut() {
            first.notices.splice(0..0, items::left_out(context, &block.left_out, index.0 - block.steps.start));
        }
        rows.extend(of_step);
    }
    let has_way_back = block.letter.is_none() && !plan.rollback.is_empty();
    let early = if has_way_back { word!("sheet.atomic-early-back") } else { word!("sheet.atomic-early") };
    let atomic = block.atomic.then(|| Atomic {
        begin: context.say(word!("sheet.atomic-begin")).bold(),
        early: context.say(early),
        end: context.say(word!("sheet.atomic-end")).bold(),
        began: LabelledLine::beside(context.say(word!("sheet.began")), Field::Atomic(first.clone(), AtomicTime::Begun)),
        ended: LabelledLine::beside(context.say(word!("sheet.ended")), Field::Atomic(first.clone(), AtomicTime::Ended)),
    });
    let columns = columns(context);
    let again = shared.as_ref().map(|shared| shared.again(context));
    let only_from = plan.block_steps(block).any(|(_, step)| !step.from.is_empty());
    let only_from = only_from.then(|| context.say(word!("sheet.only-from")));
    let list = Rows { atomic, only_from, again, ..Rows::new(title.clone(), columns, rows) };
    parts.push(SheetPart::Rows(Box::new(list)));
    parts.extend(items::left_out(context, &block.left_out, block.steps.len()).into_iter().map(SheetPart::Notice));
    if let (Some(instance), false) = (&block.instance, block.gate.is_empty()) {
        parts.push(SheetPart::Rows(Box::new(gate(context, first, (block, instance), &marks.gate))));
    }
    let is_last = block.steps.end == block.signed.end;
    if is_last && (block.letter.is_some() || !signatures::is_signed_once(context)) {
        parts.push(signatures::of_block(context, block));
    }
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
    let end = planned(context, block).map(|(_, end)| words::time_in_column(context.labels, &end));
    let row = Row {
        mark: Some((false, context.text(context.labels.say(word!("read"))))),
        aside: block.gate_way_out.as_ref().map(|way| context.way_out_to_sign(way)),
        time: Some(clock(context, &at, end)),
        ..items::plain_row(at, context.text(&number).bold(), title.clone())
    };
    let mut rows = vec![Row { boxes: [RowBox::Absent, RowBox::Absent], ..row }];
    let at = |item| RowId::Gate(first.clone(), Some(item));
    let list = ItemList { items: &block.gate, left_out: &block.gate_left_out, changed, struck: false };
    items::add_items(&mut rows, items::items(context, (&number, 0), at, &list));
    Rows::new(title, columns(context), rows)
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

pub(super) fn columns(context: &ListContext) -> [Text; 6] {
    [
        context.say(word!("sheet.column-action")),
        context.say(word!("sheet.column-expected")),
        context.say(word!("sheet.column-actual")),
        context.text(context.labels.say(word!("operator"))),
        context.text(context.labels.say(word!("checker"))),
        context.say(word!("time")),
    ]
}

/// Tasks whose rows are printed.
pub(super) struct TaskRows<'a> {
    pub tasks: &'a [Task],
    /// What is left out among them.
    pub left_out: &'a [LeftOut],
    /// Whether the approvals that are awaited stand under their dates.
    pub with_approvals: bool,
}

/// The rows of the tasks before or after the release, each with the time at which it is due.
pub(super) fn tasks(
    context: &ListContext,
    &TaskRows { tasks, left_out: gaps, with_approvals }: &TaskRows<'_>,
    sheet: &str,
    title: &Text,
    phase: TaskPhase,
) -> Vec<SheetPart> {
    let mut rows = Vec::new();
    // What stands over the next row, or behind the last one.
    let mut ahead = Vec::new();
    let by_date = phase.by_date(context.plan, tasks);
    // Where all are done on the same outcomes, the heading says so. Else each date does: an operation on the wrong outcome destroys
    // what serves.
    let is_said = titles::shared_outcomes(&by_date).is_some();
    for together in by_date.into_iter().filter(|together| with_approvals || !together.tasks.is_empty()) {
        let mut when = together.when(phase, context.labels);
        if !is_said && !together.outcomes.is_empty() {
            let only = titles::only_after(context.labels, together.outcomes);
            when = [&only, context.labels.say(word!("dot")), &when].concat();
        }
        let date = over(NoticeKind::Note, context.text(when).bold());
        ahead.push(date.clone());
        let awaited = together.approvals.iter().filter(|_| with_approvals);
        ahead.extend(awaited.map(|index| approvals::awaited(context, *index)));
        for (place, task) in together.tasks.iter().enumerate() {
            let anchor = words::task_anchor(sheet, task);
            let mut of_task = step_rows(context, (&task.step, None), &anchor, None, None);
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
    let mut columns = columns(context);
    columns[5] = context.say(word!("sheet.column-date"));
    let mut rows = Rows { dated: true, ..Rows::new(title.clone(), columns, rows) };
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
    Notice { kind, label: words, text, ticked: None, read: None, not_applicable: None, changed: false }
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
    let said =
        [(word!("subject"), &task.subject), (word!("sheet.impact"), &task.impact), (word!("sheet.ask"), &task.ask)];
    for (label, words) in said {
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

/// A step's own row, then one for each of its items. It says its way out where that isn't the one that its block shares, and
/// by `time` which time of how many it is that a shared check is done under its own title.
fn step_rows(
    context: &ListContext,
    (step, index): (&Step, Option<StepIx>),
    anchor: &str,
    shared: Option<&SharedWayOut>,
    time: Option<(u32, u32)>,
) -> Vec<Row> {
    let labels = context.labels;
    let number = step.number.to_string();
    let at = RowId::Step(step.number.clone(), None);
    let struck = step.verify == Verify::None;
    let marks = context.step_marks(step);
    let mark = step.op.map(|op| match op {
        Op::Read => (false, context.text(labels.say(word!("read")))),
        Op::Write => (true, context.text(labels.say(word!("write")))),
    });
    let own = |way: &&WayOut| shared.is_none_or(|shared| !shared.is(&context.way_out(way)));
    let way_out = step.way_out.as_ref().filter(own).map(|way| context.way_out_to_sign(way));
    let only_recorded = blanks::only_recorded(context, step);
    let place = Where::Row(at.clone());
    let on = step.condition.as_ref().map(|on| items::condition_of(context, place.clone(), &number, on));
    let notices = context.notices(&place, [&step.warning, &step.caution, &step.note], marks.notices);
    let notices = on.into_iter().chain(notices).collect();
    let row = Row {
        span: Some(step.span),
        anchor: Some(anchor.to_owned()),
        mark,
        only_from: (!step.from.is_empty()).then(|| where_to_begin::any_of(context, &step.from)),
        expect: step
            .expect
            .clone()
            .or_else(|| reading_value(context, step))
            .or_else(|| questions::awaited(step).cloned()),
        aside: way_out,
        before: before(context, &at, step),
        details: details(context, &at, step, only_recorded),
        pick: commands::pick(context, step),
        commands: commands::commands(context, &at, step),
        message: step.tell.as_ref().map(|tell| messages::message(context, &at, tell)),
        critical: step.critical,
        actual: step.actual.then(|| Field::Row(at.clone(), RowPart::Actual)),
        time: Some(clock(context, &at, step.at.as_ref().map(|at| words::time_in_column(labels, at)))),
        notices,
        no_return: step.irreversible.as_ref().map(|why| {
            let mut text = ends::no_return(context, index).bold();
            if !why.is_empty() {
                text.push_str(labels.say(word!("colon")));
                text.append(why);
            }
            text
        }),
        changed: marks.row,
        ..items::plain_row(at, context.text(&number).bold(), messages::action(context, step))
    };
    let mut row = match time {
        Some((nth, of)) => Row { action: which_time(context, &row.action, nth, of), ..row },
        None => row,
    };
    if only_recorded {
        texts::of_row(&mut row, &mut blanks::leave_unnamed);
    }
    let mut rows = vec![match (step.is_title(), struck) {
        (true, _) => Row { boxes: [RowBox::Absent, RowBox::Absent], ..row },
        (false, true) => row.unchecked(),
        (false, false) => row,
    }];
    let at = |item| RowId::Step(step.number.clone(), Some(item));
    let list = ItemList { items: &step.items, left_out: &step.items_left_out, changed: &marks.items, struck };
    items::add_items(&mut rows, items::items(context, (&number, 0), at, &list));
    rows
}

/// An action that occurs several times, with which time it is.
fn which_time(context: &ListContext, action: &Text, nth: u32, of: u32) -> Text {
    let mut text = action.clone();
    let values = [("nth", nth.to_string()), ("of", of.to_string())];
    let values = values.each_ref().map(|(name, value)| (*name, &**value));
    text.append(&context.say_with(word!("sheet.which-time"), &values));
    text
}

/// Says where a reading is written down or compared. It stands in the place of an expected value.
fn reading_value(context: &ListContext, step: &Step) -> Option<Text> {
    let [first, others @ ..] = &*step.compare else {
        return step.take.map(|taken| place_of_reading(context, word!("sheet.take"), taken));
    };
    let mut text = place_of_reading(context, word!("sheet.compare"), *first);
    for other in others {
        text.push_str(context.labels.say(word!("or")));
        text.append(&place_of_reading(context, word!("sheet.compare"), *other));
    }
    Some(text)
}

/// A label with where the table of a reading is found.
fn place_of_reading(context: &ListContext, label: WordName, index: ReadingIx) -> Text {
    let plan = context.plan;
    let taken = plan.readings[index.0].take.map_or_else(String::new, |step| plan.step(step).number.to_string());
    let label = fill(context.labels.say(label), &[("step", &taken)]);
    let mut text = Text::empty(plan.lang.clone());
    words::around(&mut text, &label, "where", |text| {
        let sheet = context.elsewhere(SheetKind::Readings, word!("readings"));
        let place = ways::place(plan, context.labels, words::reading_anchor(index.0), sheet);
        match sheet {
            Some(_) => text.append(&place),
            None => text.append(&context.say_around(word!("sheet.on-readings"), "page", &place)),
        }
    });
    text
}

/// What must be known or decided before a step is done, one line each: who acts, what must have ended, how the checker takes part, and who decides.
fn before(context: &ListContext, at: &RowId, step: &Step) -> Vec<Detail> {
    let label = |name: WordName, value: &str, what: &Text| context.say_around(name, value, what);
    let lines = [
        step.by.map(|by| label(word!("sheet.by"), "who", &words::contact_on_paper(context.plan.contact(by)))),
        step.awaits.as_ref().map(|work| label(word!("sheet.awaits"), "what", &context.text(work))),
        words::verify(context.labels, step.verify).map(|words| context.text(words)),
    ];
    let lines = lines.into_iter().flatten().map(|text| Detail { lead: DetailLead::Plain, text });
    lines.chain(questions::decision(context, at, step)).collect()
}

/// The details of a step that stand below its command, one line each.
fn details(context: &ListContext, at: &RowId, step: &Step, only_recorded: bool) -> Vec<Detail> {
    let mut details = blanks::told(context, step, only_recorded);
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
    details
}
