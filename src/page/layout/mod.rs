//! Lays the check list out: its view → pages of items at fixed positions.

mod atomic;
mod chains;
mod chart;
mod columns;
mod copies;
mod divided;
mod forms;
mod frame;
mod legend;
mod logo;
mod marks;
mod notices;
mod packing;
mod paginate;
mod parts;
mod pasted;
mod pen;
mod prose;
mod rows;
mod sheet;
mod signatures;
mod signs;
mod step;
mod strip;
#[cfg(test)]
mod tests;
mod theme;

pub use self::chart::{ChartDrawing, drawing};
use self::paginate::{PageFiller, SheetStrips};
use self::pen::Pen;
use self::strip::Strip;
pub use self::theme::Theme;
use super::{Document, OutlineEntry, TagId};
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
    /// What is said again under the title.
    again: Option<Text>,
    head: Strip,
    /// Whether it is an atomic block, which stands beside a bar.
    is_atomic: bool,
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
    let steps: usize = view.sheets.iter().flat_map(|sheet| &sheet.parts).map(|part| part.step_rows().len()).sum();
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
    pen.logo = view.head.logo.as_ref().map(|(logo, _)| logo::areas(logo, (theme.frame.logo, theme.frame.code)));
    let number = "0".repeat(digits);
    let head_height = frame::head_height(&mut pen, view, &number);
    let foot_heights = frame::foot_heights(&mut pen, view);
    let top = theme.margins.top + head_height;
    let bottom = theme.paper.size().1 - theme.margins.bottom;
    let bottoms: Vec<Pt> = foot_heights.into_iter().map(|height| bottom - height).collect();
    let mut head_tags = frame::HeadTags::new(&mut pen, view);
    let mut lists = Vec::new();
    let mut pages = PageFiller::new(theme, top, bottoms.clone());
    for (index, sheet) in view.sheets.iter().enumerate() {
        let (section, phase) = head_tags.sheet(&mut pen, sheet);
        pen.page_height = bottoms[index] - top;
        let title = parts::phase(&mut pen, &sheet.phase, phase, width);
        let hosts = frame::hosts(&mut pen, view, index, &number, head_height);
        let groups = sheet_groups(&mut pen, &mut lists, (view, index), section, width);
        pages.sheet(&mut pen, &lists, view, index, SheetStrips { title, hosts, groups });
    }
    let (mut placed, too_tall) = pages.finish(&mut pen, view);
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
        page_prefix: view.page_prefix,
    };
    copies::add(&mut document, view.copies.as_ref());
    Ok(document)
}

/// What setting a row more closely spares at most, its lines included.
const SPARED: Pt = Pt(6_000);

/// The strips of a sheet. Its rows, where they aren't steps, are set more closely where it stands on one page for that, alone or
/// with the sheet behind it that shares pages too.
fn sheet_groups(
    pen: &mut Pen,
    lists: &mut Vec<RunningList>,
    (view, index): (&Checklist, usize),
    section: TagId,
    width: Width,
) -> Vec<Vec<Strip>> {
    let sheet = &view.sheets[index];
    let before = (pen.tags.len(), pen.fields.len(), lists.len());
    let forget = |pen: &mut Pen, lists: &mut Vec<RunningList>, to: (usize, usize, usize)| {
        pen.tags.truncate(to.0);
        pen.fields.truncate(to.1);
        lists.truncate(to.2);
    };
    let groups = sheet::groups(pen, lists, sheet, section, width, false);
    let rows: usize = sheet.parts.iter().map(|part| part.step_rows().len()).sum();
    if sheet.has_steps || rows == 0 || rows as i32 * 12_000 > pen.page_height.0 {
        return groups;
    }
    let shares = |index: usize| view.sheets.get(index).is_some_and(|sheet| sheet.shares && !sheet.has_steps);
    let is_first = index.checked_sub(1).is_none_or(|before| !view.sheets[before].shares);
    let mut rooms = vec![pen.page_height];
    if is_first && shares(index) && shares(index + 1) {
        let after = (pen.tags.len(), pen.fields.len(), lists.len());
        let next = &view.sheets[index + 1];
        let title = parts::phase(pen, &next.phase, Some(section), width);
        let below = sheet::groups(pen, lists, next, section, width, false);
        rooms.push(pen.page_height - title.before - title.height - sheet::least(&below));
        forget(pen, lists, after);
    }
    let least = sheet::least(&groups);
    // A page that holds it as it is needn't hold it more closely.
    let may_fit = |room: Pt| least > room && least - SPARED * rows as i32 <= room;
    let Some(room) = rooms.into_iter().find(|room| may_fit(*room)) else { return groups };
    forget(pen, lists, before);
    let closer = sheet::groups(pen, lists, sheet, section, width, true);
    if sheet::least(&closer) <= room {
        return closer;
    }
    forget(pen, lists, before);
    sheet::groups(pen, lists, sheet, section, width, false)
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
