//! The check list's words → pages: what stands where, and where a page ends.

mod chart;
mod copies;
mod forms;
mod frame;
mod marks;
mod packing;
mod paginate;
mod parts;
mod pen;
mod rows;
mod sheet;
mod strip;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rayon::prelude::*;

pub use self::chart::{Drawing, Drawn, drawing};
use self::paginate::{Group, Placed};
use self::pen::Pen;
use self::sheet::Laid;
use self::strip::{Keep, Strip};
use super::{Document, OutlineEntry, Path, TagId};
use crate::geometry::{Paper, Pt};
use crate::text::Text;
use crate::text::typeset::Typesetters;
use crate::view::checklist::{Checklist, Part, Sheet};

/// Margins: left for the punch and the bar, right for the thumb's edge; top and bottom. What printers leave blank is
/// up to 10 mm wide, and letters reach below the last base line.
const LEFT: Pt = Pt(42_000);
const RIGHT: Pt = Pt(36_000);
const TOP: Pt = Pt(28_400);
const BOTTOM: Pt = Pt(28_400);

/// A width to set in, and how far its left edge is moved in.
#[derive(Debug, Clone, Copy)]
struct Width {
    content: Pt,
    left: Pt,
}

impl Width {
    /// The same right edge, the left one moved in.
    const fn inset(self, left: Pt) -> Self {
        Self { left, ..self }
    }
}

/// A list of rows that may go on on a further page.
struct List {
    title: Text,
    head: Strip,
    /// The atomic list whose bar it stands beside: itself, or the one that it stands in.
    bar: Option<usize>,
}

/// What can't be laid out: the number of a step that is taller than a page, as it would be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooTall {
    /// The step's number; empty for anything but a step.
    pub number: String,
}

/// Lays the check list out.
///
/// # Errors
/// Names every step that is taller than a page.
pub fn checklist(view: Checklist, typesetters: &Typesetters<'_>, paper: Paper) -> Result<Document, Vec<TooTall>> {
    Draft::new(view, typesetters, paper).finish()
}

/// The sheets laid out, each as if it were alone: most of the work, shared by all threads. What is left is for one.
pub struct Draft<'t, 'f> {
    view: Checklist,
    typesetters: &'t Typesetters<'f>,
    paper: Paper,
    /// Digits that a page number has room for.
    digits: usize,
    /// The code that leads to the runbook.
    code: Option<Arc<Path>>,
    sheets: Vec<Laid>,
}

impl<'t, 'f> Draft<'t, 'f> {
    /// Lays the sheets out.
    #[must_use]
    pub fn new(view: Checklist, typesetters: &'t Typesetters<'f>, paper: Paper) -> Self {
        // A page number's room is fixed before the number is known; a longer document than expected is set again.
        let rows = |part: &Part| if let Part::Rows(rows) = part { rows.rows.len() } else { 0 };
        let steps: usize = view.sheets.iter().flat_map(|sheet| &sheet.parts).map(rows).sum();
        let digits = (steps / 6 + view.sheets.len() * 2).to_string().len().max(2);
        let code = view.head.runbook.as_deref().and_then(frame::code_to_scan);
        let draft = Self { view, typesetters, paper, digits, code, sheets: Vec::new() };
        draft.lay_out()
    }

    fn lay_out(mut self) -> Self {
        let width = self.width();
        let mut pen = self.pen();
        pen.code.clone_from(&self.code);
        let head_height = frame::head_height(&mut pen, &self.view, &"0".repeat(self.digits), width.content);
        let foot_height = frame::foot_height(&mut pen, &self.view, width.content);
        let body = (TOP + head_height, self.paper.size().1 - BOTTOM - foot_height);
        self.typesetters.give(pen.typesetter);
        // Each sheet begins a page, and nothing on it depends on another one.
        let sheets = (0..self.view.sheets.len()).into_par_iter().map(|index| {
            let mut pen = self.pen();
            pen.page_height = body.1 - body.0;
            let (laid, typesetter) = Laid::new(pen, &self.view, index, body, width);
            self.typesetters.give(typesetter);
            laid
        });
        self.sheets = sheets.collect();
        self
    }

    fn width(&self) -> Width {
        Width { content: self.paper.size().0 - LEFT - RIGHT, left: Pt::ZERO }
    }

    fn pen(&self) -> Pen<'f> {
        Pen::new(self.typesetters.take(self.digits), self.view.meta.lang.clone(), self.width().content)
    }

    /// Joins the sheets and puts heads, feet and page numbers in.
    ///
    /// # Errors
    /// Names every step that is taller than a page.
    pub fn finish(mut self) -> Result<Document, Vec<TooTall>> {
        loop {
            let document = self.join()?;
            let copies = self.view.copies.as_ref().map_or(1, |copies| copies.count as usize);
            let needed = (document.pages.len() / copies).to_string().len();
            if needed <= self.digits {
                return Ok(document);
            }
            self.digits = needed;
            self = self.lay_out();
        }
    }

    fn join(&mut self) -> Result<Document, Vec<TooTall>> {
        let mut pen = self.pen();
        pen.code.clone_from(&self.code);
        let view = &self.view;
        let mut spoken = frame::Spoken::new(&mut pen, view);
        let mut placed = Placed::default();
        let mut too_tall = Vec::new();
        for laid in self.sheets.drain(..) {
            too_tall.extend(laid.join(&mut pen, &mut placed, &mut spoken));
        }
        if !too_tall.is_empty() {
            return Err(too_tall);
        }
        frame::fill_page_numbers(&mut pen, &mut placed);
        let width = self.width().content;
        let pages = frame::draw(&mut pen, view, &mut placed, &spoken, self.paper.size(), width);
        let Pen { typesetter, tags, fields, .. } = pen;
        self.typesetters.give(typesetter);
        let mut document = Document {
            title: view.meta.title.clone(),
            id: view.meta.id.clone(),
            lang: view.meta.lang.clone(),
            date: view.meta.date.clone(),
            pages,
            tags,
            outline: view.sheets.iter().flat_map(outline).collect(),
            destinations: placed.destinations,
            fields,
            attachments: Vec::new(),
            fillable: false,
            copies: view.copies.as_ref().map_or(1, |copies| copies.count),
        };
        copies::add(&mut document, view.copies.as_ref());
        Ok(document)
    }
}

/// The strips of a sheet, in groups that begin with a heading and stay together where they can.
fn groups(pen: &mut Pen, lists: &mut Vec<List>, sheet: &Sheet, section: TagId, width: Width) -> Vec<Group> {
    let mut groups = vec![Group::default()];
    let mut title = sheet.phase.clone();
    let mut entered = false;
    for (index, part) in sheet.parts.iter().enumerate() {
        if let Part::Heading(heading) = part {
            title = heading.text.clone();
            // The way into a rollback stands over its block, on the same page.
            if sheet.thumb.is_none() || entered {
                groups.push(Group::default());
            }
            entered = true;
        }
        let name = format!("{}-{}", sheet.anchor, index + 1);
        let mut strips = self::part(pen, lists, part, (&title, &name), section, width);
        // What is said before a list stands on the page of its first row.
        if matches!(part, Part::Notice(_) | Part::Paragraph(_) | Part::ChangedParagraph(_))
            && matches!(sheet.parts.get(index + 1), Some(Part::Notice(_) | Part::Rows(_)))
            && let Some(last) = strips.last_mut()
        {
            last.keep = Keep::Must;
        }
        let Some(group) = groups.last_mut() else { continue };
        // What is signed for stands on the page of what it is signed for.
        if matches!(part, Part::Signatures(_) | Part::End(_))
            && let Some(last) = group.strips.last_mut()
        {
            last.keep = Keep::Must;
        }
        if let Part::Rows(rows) = part {
            group.atomic |= rows.atomic.is_some();
        }
        group.strips.extend(strips);
    }
    groups.retain(|group| !group.strips.is_empty());
    groups
}

fn part(
    pen: &mut Pen,
    lists: &mut Vec<List>,
    part: &Part,
    (title, name): (&Text, &str),
    section: TagId,
    width: Width,
) -> Vec<Strip> {
    let mut strips = match part {
        Part::Heading(heading) => vec![parts::heading(pen, heading, section, width)],
        Part::Paragraph(text) | Part::ChangedParagraph(text) => vec![parts::paragraph(pen, text, section, width)],
        Part::Notice(notice) => vec![parts::notice(pen, notice, &format!("{name}.notice"), section, width)],
        Part::Grid(grid) => forms::grid(pen, grid, section, name, width),
        Part::Table(table) => forms::table(pen, lists, table, title, section, (width, None)),
        Part::Rows(rows) => rows::rows(pen, lists, rows, section, width),
        Part::Signatures(signatures) => parts::signatures(pen, signatures, title, section, width),
        Part::End(text) => vec![parts::end(pen, text, section, width)],
        Part::Chart(chart) => chart::chart(pen, chart, section, width, pen.page_height),
    };
    marks::part(&mut strips, part, width.content);
    let mut count = 0;
    for strip in &mut strips {
        match strip.field.take() {
            Some(field) => pen.blanks(strip, &field, &mut 0, section),
            None => pen.blanks(strip, name, &mut count, section),
        }
    }
    strips
}

fn outline(sheet: &Sheet) -> Vec<OutlineEntry> {
    let entry =
        |title: String, level, destination: &str| OutlineEntry { title, level, destination: destination.to_owned() };
    let mut entries = vec![entry(sheet.phase.to_plain(), 0, &sheet.anchor)];
    for part in &sheet.parts {
        match part {
            Part::Heading(heading) => {
                entries.extend(heading.anchor.iter().map(|anchor| entry(heading.text.to_plain(), 1, anchor)));
            }
            Part::Rows(rows) => entries.extend(rows.rows.iter().filter_map(|row| {
                let title = format!("{} {}", row.number.to_plain(), row.action.to_plain().replace('\n', " "));
                row.anchor.as_ref().map(|anchor| entry(title, 2, anchor))
            })),
            _ => {}
        }
    }
    entries
}
