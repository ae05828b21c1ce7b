//! Change bars: what is new or changed since the revision before has one at its right (QRH).

use super::strip::Strip;
use crate::geometry::Pt;
use crate::page::Stroke;
use crate::view::checklist::{Cell, Part, Table};

/// How far a bar stands outside of what it marks.
const OUTSIDE: Pt = Pt(6_000);
/// How far a bar stands inside of a cell that others follow.
const INSIDE: Pt = Pt(5_000);

/// How a bar is drawn.
pub(super) const STROKE: Stroke = Stroke::CHANGE;

/// Marks a strip that is as wide as the page's content.
pub(super) fn strip(strip: &mut Strip, changed: bool, content: Pt) {
    if changed {
        strip.changed.push(content + OUTSIDE);
    }
}

/// Marks the strips of a part; rows of steps are marked as they are made.
pub(super) fn part(strips: &mut [Strip], part: &Part, content: Pt) {
    match part {
        Part::Heading(heading) => all(strips, heading.changed, content),
        Part::ChangedParagraph(_) => all(strips, true, content),
        Part::Notice(notice) => all(strips, notice.changed, content),
        Part::Grid(grid) => {
            for (strip, row) in strips.iter_mut().zip(&grid.rows) {
                cells(strip, row, content);
            }
        }
        Part::Table(table) => self::table(strips, table, content),
        Part::Paragraph(_) | Part::Rows(_) | Part::Signatures(_) | Part::Chart(_) | Part::End(_) => {}
    }
}

/// Marks a table's head and its rows.
pub(super) fn table(strips: &mut [Strip], table: &Table, content: Pt) {
    for (strip, changed) in strips.iter_mut().zip(std::iter::once(&table.head_changed).chain(&table.changed)) {
        self::strip(strip, *changed, content);
    }
}

fn all(strips: &mut [Strip], changed: bool, content: Pt) {
    for strip in strips {
        self::strip(strip, changed, content);
    }
}

/// A cell before others has its bar inside its right edge, so that one sees which it is.
fn cells(strip: &mut Strip, row: &[Cell], content: Pt) {
    let rights: Vec<Pt> = strip.columns.iter().skip(1).copied().collect();
    for (index, (cell, right)) in row.iter().zip(rights).enumerate() {
        if cell.changed {
            strip.changed.push(if index + 1 == row.len() { content + OUTSIDE } else { right - INSIDE });
        }
    }
}
