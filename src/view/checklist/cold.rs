//! The cold operations: the list of their own, which is printed and done days before the rest, and what the main list says
//! of it.

use std::collections::BTreeSet;

use super::blocks::{self, TaskRows};
use super::context::ListContext;
use super::signatures::signatures;
use super::{Cell, Grid, ListOptions, Notice, NoticeKind, Sheet, SheetKind, SheetPart, UsedColdList};
use crate::field::{ColdEntry, Field, Signed, Where};
use crate::plan::Task;
use crate::text::{Content, Run, Text};
use crate::view::agenda::TaskPhase;
use crate::view::labels::{WordName, word};
use crate::view::words;

/// What stands before the number of each page of the cold list, so that none is taken for a page of the main list.
const PAGE: &str = "C ";

/// What stands before the number of each page of a list.
pub(super) fn page_prefix(options: &ListOptions) -> &'static str {
    if options.is_cold_list() { PAGE } else { "" }
}

/// The sheet of the cold operations.
pub(super) fn cold(context: &ListContext) -> Sheet {
    let mut parts = vec![context.heading(word!("cold"), Some(word!("sheet.cold-aside")))];
    parts.extend(reissue(context).map(SheetPart::Notice));
    let all = TaskRows { tasks: &context.plan.cold, left_out: &context.plan.left_out.cold, with_approvals: true };
    parts.extend(blocks::tasks(context, &all, "cold", &context.say(word!("cold")), TaskPhase::Before));
    parts.extend([
        signatures(context, [word!("sheet.sign-cold-operator"), word!("sheet.sign-cold-checker")], &Signed::Cold),
        SheetPart::End(context.say(word!("sheet.cold-end"))),
    ]);
    let phase = context.say(word!("cold"));
    Sheet::new("cold", phase, parts)
}

/// Which list the cold list takes the place of, where the release was moved.
fn reissue(context: &ListContext) -> Option<Notice> {
    let used = context.options.cold.as_ref()?;
    let text = replaced(context, used, word!("sheet.cold-reissue"))?;
    Some(context.notice(&Where::Start, NoticeKind::Note, word!("note"), &text))
}

/// A label with the list that another one takes the place of, and its start; `None` where none does.
fn replaced(context: &ListContext, used: &UsedColdList, label: WordName) -> Option<Text> {
    let (list, start) = (short(&used.list_digest), used.moved_from.as_deref()?);
    Some(context.say_with(label, &[("list", &list), ("start", start)]))
}

/// A digest on one line.
fn short(digest: &str) -> String {
    words::unbroken(&words::short_digest(digest))
}

/// On the main list, in place of the cold operations: which list they were done by, when that was signed, what is still open on
/// it, and what changed since. Nothing where the cold operations are printed too, or there are none.
pub(super) fn on_main_list(context: &ListContext) -> Vec<SheetPart> {
    let options = context.options;
    // Where there are no cold operations any more, the list that was used is the last one.
    let used = if context.plan.cold.is_empty() { options.cold.as_ref() } else { options.used_cold() };
    let is_apart = !context.plan.cold.is_empty() && !options.prints(SheetKind::Cold);
    let are_gone = context.plan.cold.is_empty() && used.is_some();
    if !is_apart && !are_gone {
        return Vec::new();
    }
    let digest = used.map(|used| &used.list_digest).or(options.new_cold_digest.as_ref());
    let open = used.and_then(|used| used.open.as_ref()).map(|open| match &open[..] {
        [] => context.labels.say(word!("sheet.cold-none-open")).to_owned(),
        open => open.join(context.labels.say(word!("list"))),
    });
    let cells = [
        (7, word!("sheet.cold-list"), digest.map(|digest| short(digest)), ColdEntry::List),
        (4, word!("sheet.cold-signed"), used.and_then(|used| used.signed.clone()), ColdEntry::Signed),
        (7, word!("sheet.cold-open"), open, ColdEntry::Open),
    ];
    let cell = |(weight, label, known, entry): (u32, WordName, Option<String>, ColdEntry)| {
        Cell::given(weight, context.say(label), known.map(|known| context.text(known)), Field::ColdList(entry))
    };
    let mut parts = vec![SheetPart::Grid(Grid { rows: vec![cells.map(cell).into()], heavy: false, packed: false })];
    let replaced = options.cold.as_ref().filter(|_| is_apart);
    let replaced = replaced.and_then(|used| self::replaced(context, used, word!("sheet.cold-replaced")));
    parts.extend(replaced.map(SheetPart::Paragraph));
    parts.extend(used.map(|used| since(context, used)).unwrap_or_default());
    parts
}

/// The cold operations that changed since the list that was used.
fn since(context: &ListContext, used: &UsedColdList) -> Vec<SheetPart> {
    let mut parts = Vec::new();
    if !used.removed.is_empty() {
        let numbers = used.removed.join(context.labels.say(word!("list")));
        let text = context.say_with(word!("sheet.cold-removed"), &[("steps", &numbers)]);
        parts.push(SheetPart::Paragraph(text));
    }
    let changed: BTreeSet<&str> = used.changed.iter().map(String::as_str).collect();
    let is_changed = |task: &&Task| changed.contains(&*task.step.number.to_string());
    let tasks: Vec<Task> = context.plan.cold.iter().filter(is_changed).cloned().collect();
    if !tasks.is_empty() {
        parts.push(context.heading(word!("sheet.cold-changed"), Some(word!("sheet.cold-changed-aside"))));
        let changed = TaskRows { tasks: &tasks, left_out: &[], with_approvals: false };
        parts.extend(blocks::tasks(
            context,
            &changed,
            "cold",
            &context.say(word!("sheet.cold-changed")),
            TaskPhase::Before,
        ));
    }
    parts
}

/// Whether the list says when the sheets were printed: the release knows it of the main list. The cold list was printed before
/// its first operation was due.
pub(super) fn says_when_printed(context: &ListContext) -> bool {
    let due = context.plan.cold.iter().filter_map(|task| task.due.as_ref()).min();
    let printed = context.plan.release.printed.as_ref();
    !context.options.is_cold_list() || due.zip(printed).is_some_and(|(due, printed)| printed <= due)
}

/// Lets the references to pages of the cold list say that they are pages of that list.
pub(super) fn number_pages(text: &mut Text) {
    let with_prefix = |run: Run| {
        let is_page = matches!(run.content, Content::PageOf(_));
        let prefix = Run { content: Content::Chars(PAGE.to_owned()), style: run.style.clone(), origin: None };
        is_page.then_some(prefix).into_iter().chain([run])
    };
    text.runs = std::mem::take(&mut text.runs).into_iter().flat_map(with_prefix).collect();
}
