//! The columns of a list of steps: number │ read or write │ action … expected │ actual │ two boxes │ time.

use super::pen::Pen;
use super::theme::Theme;
use crate::geometry::Pt;
use crate::text::Text;
use crate::text::typeset::Setting;
use crate::view::checklist::{Row, Rows};

/// Left edges of the columns.
pub(super) struct Columns {
    pub number: Pt,
    pub mark: Pt,
    pub action: Pt,
    pub actual: Pt,
    pub operator: Pt,
    pub checker: Pt,
    pub time: Pt,
    pub right: Pt,
}

impl Columns {
    /// Measures columns that are wide enough for the numbers and marks of all rows.
    pub fn new(pen: &mut Pen, view: &Rows, width: Pt) -> Self {
        let steps = &pen.theme.steps;
        let number = steps.indent;
        let widest = view
            .rows
            .iter()
            .map(|row| pen.width(&row.number, number_setting(pen.theme, row)))
            .max()
            .unwrap_or_default();
        let marks = view.rows.iter().filter_map(|row| row.mark.as_ref());
        let marks = marks.map(|(_, word)| pen.width(word, pen.theme.text.small.bold())).max().unwrap_or_default();
        // A number in a repeated block, such as `12/host-name`, may be long. It wraps when it is wider than a quarter
        // of the sheet.
        let mark = number + (widest + Pt(8_000)).clamp(Pt(30_000), width / 4);
        let action = mark + marks + Pt(14_000);
        let [operator, checker, time] = box_columns(pen, [&view.columns[2], &view.columns[3]], width);
        Self { number, mark, action, actual: operator - steps.actual, operator, checker, time, right: width }
    }
}

/// Where the operator's and the checker's column of boxes begin, and where the second one ends. They are the same for
/// every list and every caution on a sheet.
pub(super) fn box_columns(pen: &mut Pen, [operator, checker]: [&Text; 2], width: Pt) -> [Pt; 3] {
    let steps = &pen.theme.steps;
    let mut wide = |head: &Text| (pen.width(head, pen.theme.text.label) + Pt(3_500)).max(steps.box_column);
    let (right, last) = (width - steps.time, wide(checker));
    [right - last - wide(operator), right - last, right]
}

/// How a row's number is set.
pub(super) fn number_setting(theme: &Theme, row: &Row) -> Setting {
    if row.item { theme.text.small } else { theme.text.step.bold() }
}
