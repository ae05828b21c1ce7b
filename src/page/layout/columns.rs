//! The columns of a list of steps: number │ read or write │ only if begun │ action │ expected and actual value │ number again │ two boxes │
//! time.

use super::pen::Pen;
use super::signs::Mark;
use super::theme::Steps;
use crate::geometry::Pt;
use crate::text::Text;
use crate::text::typeset::Setting;
use crate::view::checklist::{Row, Rows};

/// Left edges of the columns.
pub(super) struct Columns {
    pub number: Pt,
    pub mark: Pt,
    /// Steps of which one must have been begun; as wide as nothing where no row depends on any.
    pub only_from: Pt,
    pub action: Pt,
    pub expected: Pt,
    pub again: Pt,
    pub operator: Pt,
    pub checker: Pt,
    pub time: Pt,
    pub right: Pt,
    /// For each row what it has side by side, if it has an expected value.
    pub values: Vec<Option<ValueWidths>>,
}

/// How wide an expected value is, and the action beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ValueWidths {
    /// Width of the action on one line, from the left edge of its column.
    action: Pt,
    /// Width of the longest piece of the action that isn't divided.
    pub action_word: Pt,
    /// Width of the value on one line, with the line for the actual value.
    pub value: Pt,
    /// Width of the longest piece of the value that isn't divided.
    pub word: Pt,
    /// Room for the line for the actual value with the space before it; 0 where there is none.
    pub actual: Pt,
}

impl ValueWidths {
    fn new(pen: &mut Pen, row: &Row, main: Setting) -> Option<Self> {
        let expect = row.expect.as_ref()?;
        let (set_in, setting) = (if row.item { ITEM } else { Pt::ZERO }, row_setting(main, row));
        let action = pen.width(&row.action, setting) + set_in;
        let action_word = longest_word(pen, &row.action, setting);
        let word = longest_word(pen, expect, main);
        // As wide as the widest thing that has no space in it, since that is written down, with some more for a hand.
        let line = (word + word / 10).max(pen.theme.steps.actual);
        let actual = if row.actual.is_some() { APART + line } else { Pt::ZERO };
        Some(Self { action, action_word, value: pen.width(expect, main) + actual, word, actual })
    }
}

/// Between the end of a column's words and what stands in the next column.
pub(super) const APART: Pt = Pt(4_000);
/// Between a mark and the columns beside it, both sides together.
pub(super) const MARK: Pt = Pt(6_000);
/// Room before an expected value, in which the sign of one that takes several lines stands.
pub(super) const SIGN: Pt = Pt(11_000);
/// How far an item's action stands in.
pub(super) const ITEM: Pt = Pt(6_000);
/// Shares of the room for actions, in hundredths, from which the one that takes the fewest lines is taken; the first one
/// is taken where several do.
const SHARES: [i32; 11] = [48, 46, 50, 44, 52, 42, 54, 40, 58, 36, 62];

/// An expected value that takes more lines than this beside its action stands under it.
pub(super) const BESIDE: usize = 2;

impl Columns {
    /// Measures columns that are wide enough for the numbers and marks of all rows, and divides what is left between action and
    /// expected value so that the rows take the fewest lines.
    pub fn new(pen: &mut Pen, view: &Rows, width: Pt) -> Self {
        let steps = &pen.theme.steps;
        let main = pen.rows.main;
        let number = steps.indent;
        let (mut numbers, mut agains) = (Pt::ZERO, Pt::ZERO);
        for row in &view.rows {
            numbers = numbers.max(pen.width(&row.number, number_setting(main, row)));
            agains = agains.max(pen.width(&row.again, number_setting(pen.theme.text.head, row)));
        }
        let marks = view.rows.iter().filter_map(|row| row.mark.as_ref());
        let marks = marks.map(|(write, word)| Mark::beside(main, *write, word).width(pen)).max();
        // A number in a repeated block, such as `12/host-name`, may be long. It wraps when it is wider than a sixth
        // of the sheet.
        let mark = number + (numbers + APART * 3 / 2).clamp(steps.number, width / 6);
        let only_from = mark + marks.map_or(Pt::ZERO, |marks| marks + MARK);
        let action = only_from + only_from_width(pen, view);
        let [operator, checker, time] = box_columns(pen, [&view.columns[3], &view.columns[4]], width, view.dated);
        let again = operator - (agains.min(steps.again_widest) + APART).max(steps.again);
        let values: Vec<_> = view.rows.iter().map(|row| ValueWidths::new(pen, row, main)).collect();
        let expected = action + expected(&values, again - action);
        Self { number, mark, only_from, action, expected, again, operator, checker, time, right: width, values }
    }
}

/// Width of the column of the steps on which rows depend, with the space behind it.
fn only_from_width(pen: &mut Pen, view: &Rows) -> Pt {
    let Some(head) = &view.only_from else { return Pt::ZERO };
    let head = pen.width(head, pen.theme.text.head);
    let main = pen.rows.main;
    let widest = view.rows.iter().filter_map(|row| row.only_from.as_ref()).map(|steps| pen.width(steps, main)).max();
    widest.unwrap_or_default().max(head).min(pen.theme.steps.only_from) + APART * 2
}

/// Distance of the column of expected values from that of actions, which share a room. Where nothing is expected, the action has
/// both.
fn expected(values: &[Option<ValueWidths>], room: Pt) -> Pt {
    let lines = |wide: Pt, column: Pt| 1 + i64::from(wide.0.max(1) - 1) / i64::from(column.0.max(1));
    let at = |share: i32| room * share / 100;
    // Of several that take as few lines, the one with the fewest rows that leave the column.
    let cost = |share: &i32| -> (i64, usize) {
        let (expected, column) = (at(*share), room - at(*share) - APART);
        let needed = |ValueWidths { action, value, word, .. }: &ValueWidths| {
            if *action + SIGN + *value + APART <= room {
                1
            } else if *word > column || lines(*value, column) > BESIDE as i64 {
                lines(*action, room) + lines(*value, room - SIGN)
            } else {
                let beside = if *value <= column { room - APART - *value } else { expected };
                let beside = lines(*action, beside - SIGN).max(lines(*value, column));
                beside.min(lines(*action, room) + lines(*value, room - SIGN))
            }
        };
        let leaves = |row: &&ValueWidths| row.action > expected - SIGN || row.value > column;
        let values = || values.iter().flatten();
        (values().map(needed).sum(), values().filter(leaves).count())
    };
    at(SHARES.into_iter().min_by_key(cost).unwrap_or(SHARES[0]))
}

/// Width of the longest piece of a text that has no space in it and no Chinese: a name, an address, a number.
fn longest_word(pen: &mut Pen, text: &Text, setting: Setting) -> Pt {
    let plain = text.to_plain();
    let words = plain.split(|ch: char| ch.is_whitespace() || !ch.is_ascii());
    let longest = words.max_by_key(|word| word.len()).unwrap_or_default();
    let code = text.runs.iter().any(|run| run.style.code);
    let mut word = Text::plain(&text.lang, longest);
    word.runs.iter_mut().for_each(|run| run.style.code = code);
    pen.width(&word, setting)
}

/// Where the operator's and the checker's column of boxes begin, and where the second one ends. They are the same for
/// every list and every caution on a sheet; on a `dated` one there is room for a date. A role's name that is wider than a column takes several lines at its head.
pub(super) fn box_columns(pen: &mut Pen, roles: [&Text; 2], width: Pt, dated: bool) -> [Pt; 3] {
    let right = width - if dated { pen.theme.steps.date } else { pen.theme.steps.time };
    let [operator, checker] = if are_above(pen, roles) {
        [pen.theme.steps.box_column; 2]
    } else {
        roles.map(|role| role_width(pen, role).clamp(pen.theme.steps.box_column, pen.theme.steps.box_widest))
    };
    [right - checker - operator, right - checker, right]
}

/// Whether the two roles stand one above the other, each over the middle of its boxes: where one is wider than its column, but
/// no sentence.
pub(super) fn are_above(pen: &mut Pen, roles: [&Text; 2]) -> bool {
    let [operator, checker] = roles.map(|role| role_width(pen, role));
    let Steps { above, role_widest, .. } = pen.theme.steps;
    operator.max(checker) > above && operator.max(checker) <= role_widest
}

fn role_width(pen: &mut Pen, role: &Text) -> Pt {
    pen.width(role, pen.theme.text.head) + APART
}

/// How a row's number is set.
pub(super) fn number_setting(main: Setting, row: &Row) -> Setting {
    if row.item { main } else { main.bold() }
}

/// How a row's action is set.
pub(super) fn row_setting(main: Setting, row: &Row) -> Setting {
    if row.critical { main.bold() } else { main }
}
