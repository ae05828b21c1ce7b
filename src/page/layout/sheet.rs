//! One sheet: its parts as strips, in groups that stay on one page where they can.

use std::ops::Range;

use super::chains::tightest;
use super::pen::Pen;
use super::strip::{Drawn, Keep, Strip};
use super::theme::RowDensity;
use super::{RunningList, Width, chart, forms, legend, marks, notices, parts, prose, rows, signatures};
use crate::geometry::Pt;
use crate::page::TagId;
use crate::text::Text;
use crate::view::checklist::{Sheet, SheetPart};

/// The strips of a sheet, in groups. A group begins with a heading and stays on one page where it can. Rows that aren't steps are
/// set as closely as can be where that is asked for.
pub(super) fn groups(
    pen: &mut Pen,
    lists: &mut Vec<RunningList>,
    sheet: &Sheet,
    section: TagId,
    width: Width,
    closest: bool,
) -> Vec<Vec<Strip>> {
    let mut begins = vec![0];
    let mut entered = false;
    for (index, part) in sheet.parts.iter().enumerate() {
        if let SheetPart::Heading(_) = part {
            // The way into a rollback stands over its block, on the same page as the first row.
            if sheet.thumb.is_none() || entered {
                begins.push(index);
            }
            entered = true;
        }
    }
    let ends = begins.iter().skip(1).copied().chain([sheet.parts.len()]);
    let of_group =
        begins.iter().zip(ends).map(|(begin, end)| GroupParts { sheet, parts: *begin..end, section, width, closest });
    let groups = of_group.map(|parts| parts.set(pen, lists));
    let mut groups: Vec<Vec<Strip>> = groups.filter(|group| !group.is_empty()).collect();
    legend::keep_drawn(pen, groups.iter_mut().flatten(), Drawn::default());
    // A form before an atomic block that fills a page, with its signatures or without, would leave a page nearly empty, so it stands
    // behind all blocks.
    if let [form, block, ..] = &groups[..]
        && form.iter().all(|strip| strip.list.is_none())
        && let Some(last) = last_atomic(block, lists)
        && let above = tightest(form) + block[0].before
        && let mut heights = [tightest(block), tightest(&block[..=last])].into_iter()
        && heights.any(|height| height <= pen.page_height && above + height > pen.page_height)
    {
        groups.rotate_left(1);
    }
    groups
}

/// The least height of a sheet on one page.
pub(super) fn least(groups: &[Vec<Strip>]) -> Pt {
    let strips = groups.iter().flatten();
    let first = groups.iter().flatten().next().map_or(Pt::ZERO, |strip| strip.before);
    strips.map(|strip| strip.before + strip.height - strip.slack).sum::<Pt>() - first
}

/// The last strip of the atomic block among some strips, if there is one.
fn last_atomic(strips: &[Strip], lists: &[RunningList]) -> Option<usize> {
    strips.iter().rposition(|strip| strip.list.is_some_and(|list| lists[list].is_atomic))
}

/// The parts of a group.
struct GroupParts<'a> {
    sheet: &'a Sheet,
    parts: Range<usize>,
    section: TagId,
    width: Width,
    /// Whether rows that aren't steps are set as closely as can be.
    closest: bool,
}

impl GroupParts<'_> {
    /// Sets the rows of an atomic block as roomy as they may be for the block to stand on one page: with its signatures, or else
    /// without them, or else without the way into it too, or else on as few pages as it can. Other rows of steps are as roomy as
    /// they may be; what is done on another day, or before the release begins, is one size closer. A block of more rows than a page
    /// can hold isn't tried: its rows are set in the first size.
    fn set(&self, pen: &mut Pen, lists: &mut Vec<RunningList>) -> Vec<Strip> {
        let all = pen.theme.steps.densities;
        let densities = if self.sheet.has_steps { &all[..] } else { &all[1 + usize::from(self.closest)..] };
        let closest = densities[densities.len() - 1].height;
        let rows: usize = self.sheet.parts[self.parts.clone()].iter().map(|part| part.step_rows().len()).sum();
        // A block of thousands of steps is laid out once.
        let may_fit = (closest.least.0 - closest.give.0) as usize * rows <= pen.page_height.0 as usize;
        let (mut without, mut alone) = (Vec::new(), Vec::new());
        for density in densities.iter().copied().filter(|_| may_fit) {
            let before = (pen.tags.len(), pen.fields.len(), lists.len());
            let group = self.strips(pen, lists, density);
            let Some(last) = last_atomic(&group, lists).filter(|_| tightest(&group) > pen.page_height) else {
                return group;
            };
            let block = &group[..=last];
            let begin = block[..last].iter().rposition(|strip| strip.keep == Keep::Bond).map_or(0, |at| at + 1);
            without.push(tightest(block));
            alone.push(tightest(&block[begin..]));
            pen.tags.truncate(before.0);
            pen.fields.truncate(before.1);
            lists.truncate(before.2);
        }
        let pages = |height: Pt| (height.0.max(1) - 1) / pen.page_height.0.max(1);
        let chosen = (0..without.len()).min_by_key(|index| (pages(alone[*index]), pages(without[*index])));
        let chosen = chosen.unwrap_or(0);
        self.strips(pen, lists, densities[chosen])
    }

    /// The strips of the group, with its rows as close as that.
    fn strips(&self, pen: &mut Pen, lists: &mut Vec<RunningList>, density: RowDensity) -> Vec<Strip> {
        pen.rows = density;
        let parts = &self.sheet.parts;
        let mut title = &self.sheet.phase;
        let mut group: Vec<Strip> = Vec::new();
        for index in self.parts.clone() {
            let part = &parts[index];
            if let SheetPart::Heading(heading) = part {
                title = &heading.text;
            }
            let mut strips = self::part(pen, lists, (self.sheet, part), title, self.section, self.width);
            // The way into a rollback stands on the page of its block, unless that would divide the block.
            if self.sheet.thumb.is_some() && !parts[..=index].iter().any(|part| matches!(part, SheetPart::Heading(_))) {
                for strip in &mut strips {
                    strip.keep = strip.keep.max(Keep::Bond);
                }
            }
            // Words before a list stand on the page of its first row.
            if matches!(part, SheetPart::Notice(_) | SheetPart::Paragraph(_) | SheetPart::ChangedParagraph(_))
                && parts.get(index + 1).is_some_and(is_before_rows)
                && let Some(last) = strips.last_mut()
            {
                last.keep = Keep::Must;
            }
            // Signatures stand on the page of the last row that they sign for, and a gate on the page of its block's last row.
            if matches!(part, SheetPart::Signatures(_) | SheetPart::End(_) | SheetPart::Rows(_))
                && let Some(last) = group.last_mut()
                && last.keep != Keep::Bond
            {
                last.keep = Keep::Must;
            }
            group.extend(strips);
        }
        pen.rows = pen.theme.steps.densities[0];
        let rows = |parts: &[SheetPart]| parts.iter().any(|part| matches!(part, SheetPart::Rows(_)));
        let elsewhere = rows(&parts[..self.parts.start]) || rows(&parts[self.parts.end..]);
        let others = if elsewhere { Drawn::ALL } else { Drawn::default() };
        legend::keep_drawn(pen, group.iter_mut(), others);
        group
    }
}

/// Whether a part stands on the page of the rows that follow it, or is such rows.
const fn is_before_rows(part: &SheetPart) -> bool {
    use SheetPart::{ChangedParagraph, Notice, Paragraph, Rows};
    matches!(part, Notice(_) | Paragraph(_) | ChangedParagraph(_) | Rows(_))
}

fn part(
    pen: &mut Pen,
    lists: &mut Vec<RunningList>,
    (sheet, part): (&Sheet, &SheetPart),
    title: &Text,
    section: TagId,
    width: Width,
) -> Vec<Strip> {
    let mut strips = match part {
        SheetPart::Heading(heading) => vec![parts::heading(pen, heading, sheet, section, width)],
        SheetPart::Paragraph(text) | SheetPart::ChangedParagraph(text) => {
            vec![parts::paragraph(pen, text, section, width)]
        }
        SheetPart::Notice(notice) => notices::alone(pen, lists, notice, title, section, width),
        SheetPart::Grid(grid) => forms::grid(pen, grid, section, width),
        SheetPart::Table(table) => forms::table(pen, lists, table, title, section, width),
        SheetPart::Rows(rows) => rows::rows(pen, lists, rows, section, width),
        SheetPart::Prose(view) => prose::prose(pen, lists, view, section, width),
        SheetPart::Signatures(signatures) => signatures::signatures(pen, signatures, title, section, width),
        SheetPart::End(text) => vec![parts::end(pen, text, section, width)],
        SheetPart::Chart(chart) => chart::chart(pen, chart, sheet, section, width),
    };
    marks::part(&mut strips, part, pen.theme);
    for strip in &mut strips {
        pen.blanks(strip, section);
    }
    strips
}
