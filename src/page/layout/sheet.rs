//! One sheet: its parts as strips, in groups that stay on one page where they can.

use super::paginate::StripGroup;
use super::pen::Pen;
use super::strip::{Keep, Strip};
use super::{RunningList, Width, chart, forms, marks, notices, parts, prose, rows, signatures};
use crate::page::TagId;
use crate::text::Text;
use crate::view::checklist::{Sheet, SheetPart};

/// The strips of a sheet, in groups. A group begins with a heading and stays on one page where it can.
pub(super) fn groups(
    pen: &mut Pen,
    lists: &mut Vec<RunningList>,
    sheet: &Sheet,
    section: TagId,
    width: Width,
) -> Vec<StripGroup> {
    let mut groups = vec![StripGroup::default()];
    let mut title = sheet.phase.clone();
    let mut entered = false;
    for (index, part) in sheet.parts.iter().enumerate() {
        if let SheetPart::Heading(heading) = part {
            title = heading.text.clone();
            // The way into a rollback stands over its block, on the same page as the first row.
            if sheet.thumb.is_none() || entered {
                groups.push(StripGroup::default());
            }
            entered = true;
        }
        let mut strips = self::part(pen, lists, part, &title, section, width);
        // Words before a list stand on the page of its first row.
        if matches!(part, SheetPart::Notice(_) | SheetPart::Paragraph(_) | SheetPart::ChangedParagraph(_))
            && matches!(sheet.parts.get(index + 1), Some(SheetPart::Notice(_) | SheetPart::Rows(_)))
            && let Some(last) = strips.last_mut()
        {
            last.keep = Keep::Must;
        }
        let Some(group) = groups.last_mut() else { continue };
        // The signatures stand on the page of what they sign for.
        if matches!(part, SheetPart::Signatures(_) | SheetPart::End(_))
            && let Some(last) = group.strips.last_mut()
        {
            last.keep = Keep::Must;
        }
        if let SheetPart::Rows(rows) = part {
            group.atomic |= rows.atomic.is_some();
        }
        group.strips.extend(strips);
    }
    groups.retain(|group| !group.strips.is_empty());
    groups
}

fn part(
    pen: &mut Pen,
    lists: &mut Vec<RunningList>,
    part: &SheetPart,
    title: &Text,
    section: TagId,
    width: Width,
) -> Vec<Strip> {
    let mut strips = match part {
        SheetPart::Heading(heading) => vec![parts::heading(pen, heading, section, width)],
        SheetPart::Paragraph(text) | SheetPart::ChangedParagraph(text) => {
            vec![parts::paragraph(pen, text, section, width)]
        }
        SheetPart::Notice(notice) => vec![notices::notice(pen, notice, section, width)],
        SheetPart::Grid(grid) => forms::grid(pen, grid, section, width),
        SheetPart::Table(table) => forms::table(pen, lists, table, title, section, (width, None)),
        SheetPart::Rows(rows) => rows::rows(pen, lists, rows, section, width),
        SheetPart::Prose(view) => prose::prose(pen, lists, view, section, width),
        SheetPart::Signatures(signatures) => signatures::signatures(pen, signatures, title, section, width),
        SheetPart::End(text) => vec![parts::end(pen, text, section, width)],
        SheetPart::Chart(chart) => chart::chart(pen, chart, section, width, pen.page_height),
    };
    marks::part(&mut strips, part, pen.theme);
    for strip in &mut strips {
        pen.blanks(strip, section);
    }
    strips
}
