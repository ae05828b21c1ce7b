//! Change bars: everything new or changed since the older revision has a bar at its right (QRH).

use super::strip::Strip;
use super::theme::Theme;
use crate::geometry::Pt;
use crate::view::checklist::{Cell, SheetPart, Table};

/// Marks a strip that is as wide as the page's content.
pub(super) fn strip(strip: &mut Strip, changed: bool, theme: &Theme) {
    if changed {
        strip.changed.push(theme.content_width() + theme.frame.change_outside);
    }
}

/// Marks the strips of a part. Rows of steps are marked where they are drawn.
pub(super) fn part(strips: &mut [Strip], part: &SheetPart, theme: &Theme) {
    match part {
        SheetPart::Heading(heading) => all(strips, heading.changed, theme),
        SheetPart::ChangedParagraph(_) => all(strips, true, theme),
        SheetPart::Notice(notice) => all(strips, notice.changed, theme),
        SheetPart::Grid(grid) => {
            // A strip has an edge more than cells.
            let mut rest = grid.rows.iter().flatten();
            for strip in strips {
                let row: Vec<&Cell> = rest.by_ref().take(strip.columns.len().saturating_sub(1)).collect();
                cells(strip, &row, theme);
            }
        }
        SheetPart::Table(table) => self::table(strips, table, theme),
        SheetPart::Prose(prose) => all(strips, prose.changed, theme),
        SheetPart::Paragraph(_)
        | SheetPart::Rows(_)
        | SheetPart::Signatures(_)
        | SheetPart::Chart(_)
        | SheetPart::End(_) => {}
    }
}

/// Marks a table's head and its rows.
pub(super) fn table(strips: &mut [Strip], table: &Table, theme: &Theme) {
    for (strip, changed) in strips.iter_mut().zip(std::iter::once(&table.head_changed).chain(&table.changed)) {
        self::strip(strip, *changed, theme);
    }
}

fn all(strips: &mut [Strip], changed: bool, theme: &Theme) {
    for strip in strips {
        self::strip(strip, changed, theme);
    }
}

/// A cell that others follow has its bar inside its right edge, which shows that the bar belongs to this cell.
fn cells(strip: &mut Strip, row: &[&Cell], theme: &Theme) {
    let outside = theme.content_width() + theme.frame.change_outside;
    let rights: Vec<Pt> = strip.columns.iter().skip(1).copied().collect();
    for (index, (cell, right)) in row.iter().zip(rights).enumerate() {
        if cell.changed {
            strip.changed.push(if index + 1 == row.len() { outside } else { right - theme.frame.change_inside });
        }
    }
}
