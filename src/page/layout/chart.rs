//! The flow chart: hot blocks at the left, rollbacks at the right, and each step with its ways out beside it.
//!
//! A way out ends in a pill that says where it leads, so that no line crosses another. Ways out into a rollback that
//! begins on the same page are also joined to it by a line, the rail.

mod cells;
mod columns;
mod draw;
mod rails;
mod shorten;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::cells::{CellBody, ChartFrame, Geometry};
use self::columns::ColumnPair;
use self::draw::Canvas;
pub use self::draw::Outlines;
use super::pen::Pen;
use super::strip::Strip;
use super::theme::{Density, Theme};
use super::{Width, parts};
use crate::geometry::{Paper, Pt};
use crate::page::{Item, TagId, TagRole};
use crate::text::typeset::{Paragraph, Typesetter};
use crate::text::{Content, Text};
use crate::view::chart::{ChartBlock, ExitTo, FlowChart, StepKey};
use crate::view::checklist::{Heading, Sheet};
use crate::view::words::around;

/// A chart of up to this many steps is put on one page if any density fits.
const ONE_PAGE: usize = 25;
/// Page height for the drawing that isn't printed. It is taller than any chart, and small enough for sums not to
/// overflow.
const TALL: Pt = Pt::points(1_000_000);

/// Digits that a page number has room for in a chart of several pages.
const PAGE_DIGITS: usize = 3;

/// The chart as one drawing.
#[derive(Debug, Clone)]
pub struct ChartDrawing {
    /// Width.
    pub width: Pt,
    /// Height.
    pub height: Pt,
    /// In painting order.
    pub items: Vec<Item>,
    /// Where the boxes and pills among the items stand.
    #[cfg_attr(not(test), allow(dead_code, reason = "tests look for what is drawn where"))]
    pub outlines: Outlines,
}

/// The chart on one canvas of any height.
#[must_use]
pub fn drawing(view: &FlowChart, typesetter: &mut Typesetter<'_>) -> ChartDrawing {
    typesetter.set_page_digits(PAGE_DIGITS);
    let theme = Theme::new(Paper::default());
    let (width, margin, gutter) = (theme.chart.width, theme.chart.margin, theme.chart.gutter);
    let mut pen = Pen::new(typesetter, &theme, view.lang.clone());
    pen.content_width = width;
    let mut canvas = Canvas::new(&theme.chart, Strip::default());
    let mut title = view.title.clone();
    title.push_str(if view.lang.is_chinese() { "　" } else { "   " });
    title.append(&view.heading);
    let title = pen.lay(&title, theme.text.heading.bold(), width);
    let mut below = margin;
    if let Some(look) = &view.look {
        let look = pen.lay(look, theme.text.small, width);
        canvas.strip.text(None, &look, margin, below);
        below += look.height;
    }
    canvas.strip.text(None, &title, margin, below);
    let top = note(&mut pen, &mut canvas, view, (margin, below + title.height + Pt(2_000)), width);
    let pages = ChartPages::new(&mut pen, &theme, view, (width, TALL));
    let (mut x, mut bottom) = (margin, top);
    for page in &pages.pages {
        bottom = bottom.max(pages.draw(&mut pen, &mut canvas, page, (x, top), None));
        x += width + gutter * 2;
    }
    let Canvas { strip, outlines, .. } = canvas;
    ChartDrawing { width: x - gutter * 2 + margin, height: bottom + margin, items: strip.items, outlines }
}

/// The chart in strips, each as high as a page.
pub(super) fn chart(pen: &mut Pen, view: &FlowChart, sheet: &Sheet, parent: TagId, width: Width) -> Vec<Strip> {
    let heading = Heading { text: view.heading.clone(), aside: None, anchor: None, changed: false };
    let head = parts::heading(pen, &heading, sheet, parent, width);
    let height = pen.page_height;
    pages(pen, view, (&head, parent), width, height).into_iter().map(|(strip, _)| strip).collect()
}

/// The chart below its heading.
fn pages(
    pen: &mut Pen,
    view: &FlowChart,
    (head, parent): (&Strip, TagId),
    width: Width,
    page_height: Pt,
) -> Vec<(Strip, Outlines)> {
    let theme = pen.theme;
    let mut canvas = Canvas::new(&theme.chart, Strip::default());
    let begin = note(pen, &mut canvas, view, (Pt::ZERO, head.height), width.content);
    let pages = ChartPages::new(pen, theme, view, (width.content, page_height - begin));
    let mut strips = Vec::new();
    for (index, page) in pages.pages.iter().enumerate() {
        let figure = pen.tag(parent, TagRole::Figure);
        let mut canvas = Canvas::new(&theme.chart, Strip::new(page_height));
        let head_height = if index == 0 { head.height } else { Pt::ZERO };
        let top = note(pen, &mut canvas, view, (Pt::ZERO, head_height), width.content);
        pages.draw(pen, &mut canvas, page, (Pt::ZERO, top), Some(index));
        if let Some(words) = pages.elsewhere(pen, page, index) {
            canvas.strip.text(None, &words, Pt::ZERO, page_height - words.height);
        }
        let mut strip = canvas.strip;
        for item in &mut strip.items {
            item.tag = Some(figure);
        }
        if let Some(tag) = pen.tags.get_mut(figure.0 as usize) {
            tag.alt = Some(spoken(view, page));
        }
        if index == 0 {
            // The heading is read before the figure; slots count items.
            let count = head.items.len();
            strip.items.splice(0..0, head.items.iter().cloned());
            for slot in &mut strip.slots {
                slot.item += count;
            }
        }
        strip.anchors.push((anchor(index), Pt::ZERO));
        strips.push((strip, canvas.outlines));
    }
    strips
}

fn anchor(page: usize) -> String {
    format!("chart-{}", page + 1)
}

/// Writes above the chart that the list is what is executed, and what the cross means; returns where the chart
/// begins.
fn note(pen: &mut Pen, canvas: &mut Canvas, view: &FlowChart, (x, y): (Pt, Pt), width: Pt) -> Pt {
    let words = pen.lay(&view.note.clone().bold(), pen.theme.text.small, width);
    canvas.strip.text(None, &words, x, y);
    let legend = pen.lay(&view.legend, pen.theme.text.small, width);
    let own = legend.width + Pt(12_000);
    let beside = words.lines.len() == 1 && words.width + own + Pt(20_000) <= width;
    let top = if beside { y } else { y + words.height };
    let left = if beside { x + words.width + Pt(20_000) } else { x };
    canvas.cross(left + Pt(4_000), top + legend.height / 2);
    canvas.strip.text(None, &legend, left + Pt(12_000), top);
    top + legend.height + Pt(10_000)
}

/// Describes in sentences what a page of the chart shows.
fn spoken(view: &FlowChart, page: &ColumnPair) -> String {
    let mut out = view.heading.to_plain();
    for (_, cell) in page.iter().flatten().flat_map(|column| &column.cells) {
        match &cell.body {
            CellBody::Band { words } => {
                for words in words {
                    out.push('\n');
                    out.push_str(&said(words));
                }
            }
            CellBody::Boxed(boxed) => {
                if boxed.part == 0 {
                    out.push('\n');
                    out.push_str(&boxed.node.spoken);
                }
            }
            CellBody::Line(..) => {
                out.push('\n');
                out.push_str(&view.no_return.to_plain());
            }
            CellBody::End(_) => {
                out.push('\n');
                out.push_str(&cell.block.end.as_ref().map(Text::to_plain).unwrap_or_default());
            }
        }
    }
    out
}

fn said(paragraph: &Paragraph) -> String {
    paragraph
        .pieces
        .iter()
        .filter_map(|piece| match piece {
            crate::text::typeset::LinePiece::Glyphs(glyphs) => Some(&*glyphs.text),
            _ => None,
        })
        .collect()
}

/// How the columns of a chart stand on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColumnSetting {
    /// One column as wide as the page.
    One,
    /// Two columns: hot blocks at the left, rollbacks at the right.
    Beside,
    /// Two columns that are filled one after the other: first the hot blocks, then the rollbacks.
    Running,
}

/// A chart divided into pages.
struct ChartPages<'v> {
    view: &'v FlowChart,
    theme: &'v Theme,
    pages: Vec<ColumnPair<'v>>,
    geometry: Geometry,
    /// Index of the page of each box. A box is named by its step and its index among that step's boxes.
    page_of: BTreeMap<(StepKey, usize), usize>,
}

impl<'v> ChartPages<'v> {
    /// Divides a chart into pages of a width and a height. It takes the roomiest density that fits on one page; if
    /// none does, the roomy density that needs the fewest pages.
    fn new(pen: &mut Pen, theme: &'v Theme, view: &'v FlowChart, size: (Pt, Pt)) -> Self {
        let densities = &theme.chart.densities;
        let steps = nodes(&view.hot).chain(nodes(&view.back)).count();
        let one = if view.back.is_empty() { ColumnSetting::One } else { ColumnSetting::Beside };
        let tall = size.1 >= TALL;
        if tall || steps > ONE_PAGE * 2 {
            // No density fits such a chart on one page, so none is tried: a long chart is laid out once.
            let (density, columns) = if tall { (0, one) } else { (1, ColumnSetting::Beside) };
            return Self::with(pen, (theme, &densities[density]), view, columns, size);
        }
        let (roomy, close) = densities.split_at(densities.iter().take_while(|density| density.lines > 1).count());
        let close = if steps > ONE_PAGE { &[] } else { close };
        let tries = [(roomy, one), (roomy, ColumnSetting::Running), (close, one), (close, ColumnSetting::Running)];
        let mut best: Option<Self> = None;
        for (density, columns) in
            tries.iter().flat_map(|(some, columns)| some.iter().map(|density| (density, *columns)))
        {
            let found = Self::with(pen, (theme, density), view, columns, size);
            if found.pages.len() <= 1 {
                return found;
            }
            if density.lines > 1 && best.as_ref().is_none_or(|best| found.pages.len() < best.pages.len()) {
                best = Some(found);
            }
        }
        best.unwrap_or_else(|| Self::with(pen, (theme, &densities[0]), view, ColumnSetting::Running, size))
    }

    /// Divides a chart into pages of one density. Each page has room at its bottom for the words that say where
    /// targets on other pages stand.
    fn with(
        pen: &mut Pen,
        (theme, density): (&'v Theme, &'v Density),
        view: &'v FlowChart,
        columns: ColumnSetting,
        (width, height): (Pt, Pt),
    ) -> Self {
        let column = if columns == ColumnSetting::One { width } else { (width - theme.chart.gutter) / 2 };
        let geometry = cells::geometry(pen, view, density, column);
        // A long chart almost always has such targets: the room is reserved at once, so that it needn't be laid out
        // twice.
        let long = height < TALL && nodes(&view.hot).chain(nodes(&view.back)).count() > ONE_PAGE * 2;
        let mut below = if long { theme.text.small.leading + theme.chart.elsewhere } else { Pt::ZERO };
        loop {
            let frame = ChartFrame { view, theme, density, geometry, height: height - below };
            let found = Self::filled(pen, frame, columns);
            // With less room, more targets may move to other pages, so the words are measured again. A page gives
            // them half of its height at most.
            let elsewhere =
                found.pages.iter().enumerate().filter_map(|(index, page)| found.elsewhere(pen, page, index));
            let needed = elsewhere.map(|words| words.height + theme.chart.elsewhere).max().unwrap_or_default();
            if needed <= below || needed > height / 2 {
                return found;
            }
            below = needed;
        }
    }

    fn filled(pen: &mut Pen, frame: ChartFrame<'v>, columns: ColumnSetting) -> Self {
        let ChartFrame { view, theme, geometry, height, .. } = frame;
        let cells = cells::cells(pen, frame, &view.hot);
        let mut hot = columns::fill_columns(pen, frame, cells, None);
        let mut back = Vec::new();
        for block in &view.back {
            let into = if columns == ColumnSetting::Running { &mut hot } else { &mut back };
            let cells = cells::cells(pen, frame, std::slice::from_ref(block));
            let begun = into.pop();
            into.extend(columns::fill_columns(pen, frame, cells, begun));
        }
        let mut pages: Vec<ColumnPair> = match columns {
            ColumnSetting::One => hot.into_iter().map(|column| [Some(column), None]).collect(),
            _ => columns::pages(hot, back),
        };
        if height < TALL {
            for page in &mut pages {
                columns::spread(page, frame);
            }
        }
        let mut page_of = BTreeMap::new();
        for (index, page) in pages.iter().enumerate() {
            for (_, cell) in page.iter().flatten().flat_map(|column| &column.cells) {
                if let CellBody::Boxed(boxed) = &cell.body {
                    page_of.insert((boxed.node.step, boxed.part), index);
                }
            }
        }
        Self { view, theme, pages, geometry, page_of }
    }

    /// Draws a page and returns its bottom. `index` is the index of a printed page, `None` for the drawing that isn't
    /// printed.
    fn draw(
        &self,
        pen: &mut Pen,
        canvas: &mut Canvas,
        page: &ColumnPair,
        (x, top): (Pt, Pt),
        index: Option<usize>,
    ) -> Pt {
        let mut bottom = top;
        let mut entries = Vec::new();
        let right = x + self.geometry.column() + self.theme.chart.gutter;
        for (place, column) in page.iter().enumerate() {
            let Some(column) = column else { continue };
            let left = if place == 0 { x } else { right };
            let goes_on = column.goes_on.as_ref().map(|(step, part, number)| {
                let words = self.goes_on((*step, *part), number, index);
                pen.lay(&words, pen.theme.text.small, self.geometry.column())
            });
            let own = draw::column(canvas, column, (left, top), self.geometry, goes_on.as_deref());
            if place == 0 {
                entries = own;
            }
            bottom = bottom.max(top + column.bottom + column.below(&self.theme.chart));
        }
        // For each rollback that begins at the right: where the pills end that lead into it from the left.
        let mut from: BTreeMap<StepKey, Vec<(Pt, Pt)>> = BTreeMap::new();
        for (into, end) in entries {
            from.entry(into).or_default().push(end);
        }
        let mut heads = Vec::new();
        let mut band = Pt::ZERO;
        for (y, cell) in page[1].iter().flat_map(|column| &column.cells) {
            match &cell.body {
                CellBody::Band { .. } => band = top + *y,
                CellBody::Boxed(boxed) if boxed.part == 0 => heads.extend(
                    from.remove(&boxed.node.step)
                        .map(|from| rails::RollbackWays { head: (right, band + Pt(9_500)), from }),
                ),
                _ => {}
            }
        }
        rails::draw(canvas, &heads);
        bottom
    }

    /// The words that say with which step a column goes on, and on which page if that is another one.
    fn goes_on(&self, to: (StepKey, usize), number: &str, index: Option<usize>) -> Text {
        let view = self.view;
        let mut words = Text::plain(&view.lang, number).bold();
        let page = self.page_of.get(&to).copied();
        if let (Some(page), Some(index)) = (page, index)
            && page != index
        {
            words.push_str(if view.lang.is_chinese() { "，" } else { ", " });
            around(&mut words, &view.page, "page", |words| words.push(Content::PageOf(anchor(page))));
        }
        words
    }

    /// The words that say on which pages the targets stand that a page doesn't show; `None` when it shows them all.
    fn elsewhere(&self, pen: &mut Pen, page: &ColumnPair, index: usize) -> Option<Arc<Paragraph>> {
        let view = self.view;
        let mut named: BTreeMap<usize, BTreeMap<StepKey, &Text>> = BTreeMap::new();
        for (_, cell) in page.iter().flatten().flat_map(|column| &column.cells) {
            let CellBody::Boxed(boxed) = &cell.body else { continue };
            for (_, row) in &boxed.rows {
                if let ExitTo::Rollback(step) | ExitTo::Step(step) = row.exit.to
                    && let Some(page) = self.page_of.get(&(step, 0)).filter(|page| **page != index)
                {
                    named.entry(*page).or_default().insert(step, &row.exit.name);
                }
            }
        }
        let mut words = Text::empty(view.lang.clone());
        for (page, names) in named {
            if !words.is_empty() {
                words.push_str(&view.semicolon);
            }
            for (place, name) in names.values().enumerate() {
                if place > 0 {
                    words.push_str(&view.list);
                }
                words.append(name);
            }
            words.push_str(&view.colon);
            around(&mut words, &view.page, "page", |words| words.push(Content::PageOf(anchor(page))));
        }
        (!words.is_empty()).then(|| pen.lay(&words, pen.theme.text.small, pen.content_width))
    }
}

fn nodes(blocks: &[ChartBlock]) -> impl Iterator<Item = &crate::view::chart::ChartNode> {
    blocks.iter().flat_map(|block| &block.nodes)
}
