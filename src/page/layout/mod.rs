//! Lays the check list out: its view → pages of items at fixed positions.

mod atomic;
mod chart;
mod columns;
mod commands;
mod copies;
mod forms;
mod frame;
mod marks;
mod messages;
mod notices;
mod packing;
mod paginate;
mod parts;
mod pen;
mod prose;
mod rows;
mod sheet;
mod signatures;
mod step;
mod strip;
#[cfg(test)]
mod tests;
mod theme;

pub use self::chart::{ChartDrawing, drawing};
use self::paginate::PageFiller;
use self::pen::Pen;
use self::strip::Strip;
pub use self::theme::Theme;
use super::{Document, OutlineEntry};
use crate::diagnostic::Span;
use crate::geometry::{Paper, Pt};
use crate::text::Text;
use crate::text::typeset::Typesetter;
use crate::view::checklist::{Checklist, Sheet, SheetPart};

/// A width to set text in, and the distance of its left edge from the margin.
#[derive(Debug, Clone, Copy)]
struct Width {
    content: Pt,
    left: Pt,
}

impl Width {
    /// The room that is left when the left edge moves in; the right edge stays.
    const fn inset(self, left: Pt) -> Self {
        Self { left, ..self }
    }
}

/// A list of rows that may go on on another page.
struct RunningList {
    title: Text,
    head: Strip,
    /// Index of the atomic list whose bar the list stands beside: the list itself, or the list that it belongs to.
    bar: Option<usize>,
}

/// A part of the list that is taller than a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooTall {
    /// Printed number of the step or item; empty for anything else.
    pub number: String,
    /// Where its author wrote it, if that is known.
    pub span: Option<Span>,
}

/// Lays the check list out. The typesetter remembers the texts, which makes the next layout faster.
///
/// # Errors
/// Names every part that is taller than a page.
pub fn checklist(view: &Checklist, typesetter: &mut Typesetter<'_>, paper: Paper) -> Result<Document, Vec<TooTall>> {
    // Room for page numbers is reserved before they are known. A document with more pages than expected is laid out
    // again.
    let rows = |part: &SheetPart| if let SheetPart::Rows(rows) = part { rows.rows.len() } else { 0 };
    let steps: usize = view.sheets.iter().flat_map(|sheet| &sheet.parts).map(rows).sum();
    let mut digits = (steps / 6 + view.sheets.len() * 2).to_string().len().max(2);
    let copies = view.copies.as_ref().map_or(1, |copies| copies.count as usize);
    let theme = Theme::new(paper);
    loop {
        let document = lay_out(view, typesetter, &theme, digits)?;
        let needed = (document.pages.len() / copies).to_string().len();
        if needed <= digits {
            return Ok(document);
        }
        digits = needed;
    }
}

/// Lays the document out with room for so many digits in page numbers.
fn lay_out(
    view: &Checklist,
    typesetter: &mut Typesetter<'_>,
    theme: &Theme,
    digits: usize,
) -> Result<Document, Vec<TooTall>> {
    let width = Width { content: theme.content_width(), left: Pt::ZERO };
    typesetter.set_page_digits(digits);
    let mut pen = Pen::new(typesetter, theme, view.meta.lang.clone());
    pen.code = view.head.runbook.as_deref().and_then(|address| frame::code_to_scan(address, theme.frame.code));
    let head_height = frame::head_height(&mut pen, view, &"0".repeat(digits));
    let foot_height = frame::foot_height(&mut pen, view, width.content);
    let body = (theme.margins.top + head_height, theme.paper.size().1 - theme.margins.bottom - foot_height);
    pen.page_height = body.1 - body.0;
    let mut head_tags = frame::HeadTags::new(&mut pen, view);
    let mut lists = Vec::new();
    let mut pages = PageFiller::new(theme, body);
    for (index, sheet) in view.sheets.iter().enumerate() {
        let section = head_tags.sheet(&mut pen);
        let groups = sheet::groups(&mut pen, &mut lists, sheet, section, width);
        pages.sheet(&mut pen, &lists, view, index, groups);
    }
    let (mut placed, too_tall) = pages.finish();
    if !too_tall.is_empty() {
        return Err(too_tall);
    }
    frame::fill_page_numbers(&mut pen, &mut placed);
    let pages = frame::draw(&mut pen, view, &mut placed, &head_tags);
    let Pen { tags, fields, .. } = pen;
    let mut document = Document {
        title: view.meta.title.clone(),
        lang: view.meta.lang.clone(),
        date: view.meta.date.clone(),
        pages,
        tags,
        outline: view.sheets.iter().flat_map(outline).collect(),
        destinations: placed.destinations,
        places: placed.places,
        fields,
        attachments: Vec::new(),
        fillable: false,
        copies: view.copies.as_ref().map_or(1, |copies| copies.count),
    };
    copies::add(&mut document, view.copies.as_ref());
    Ok(document)
}

fn outline(sheet: &Sheet) -> Vec<OutlineEntry> {
    let entry =
        |title: String, level, destination: &str| OutlineEntry { title, level, destination: destination.to_owned() };
    let mut entries = vec![entry(sheet.phase.to_plain(), 0, &sheet.anchor)];
    for part in &sheet.parts {
        match part {
            SheetPart::Heading(heading) => {
                entries.extend(heading.anchor.iter().map(|anchor| entry(heading.text.to_plain(), 1, anchor)));
            }
            SheetPart::Rows(rows) => entries.extend(rows.rows.iter().filter_map(|row| {
                let title = format!("{} {}", row.number.to_plain(), row.action.to_plain().replace('\n', " "));
                row.anchor.as_ref().map(|anchor| entry(title, 2, anchor))
            })),
            _ => {}
        }
    }
    entries
}
