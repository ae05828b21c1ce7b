//! Text in paragraphs, lists and tables, line by line, so that a page may end nearly anywhere.

use super::divided::divided;
use super::forms::boxed;
use super::pasted::{self, INSIDE, PastedKind, PastedPlace};
use super::pen::Pen;
use super::strip::{BottomRule, Keep, Strip};
use super::{RunningList, Width};
use crate::geometry::Pt;
use crate::page::{TagId, TagRole};
use crate::text::Text;
use crate::text::prose::{HeadingDepth, ProseBlock, ProseList, ProseTable};
use crate::text::typeset::{Paragraph, Setting};
use crate::view::checklist::PrintedProse;

/// Space above a paragraph.
const BEFORE: Pt = Pt(4_000);
/// Space over and under the words of a cell.
const CELL: Pt = Pt(2_500);
/// Between a mark of a list and its words.
const MARK_GAP: Pt = Pt(6_000);
/// Between the line beside a quote and its words.
const QUOTE: Pt = Pt(12_000);

/// The strips of such a text.
pub(super) fn prose(
    pen: &mut Pen,
    lists: &mut Vec<RunningList>,
    view: &PrintedProse,
    section: TagId,
    width: Width,
) -> Vec<Strip> {
    let mut writer = ProseWriter {
        pen,
        lists,
        title: &view.title,
        strips: Vec::new(),
        headings: HeadingDepth::default(),
        mark: None,
    };
    writer.blocks(&view.blocks, At { parent: section, left: Pt::ZERO, right: width.content, depth: 0 });
    writer.strips
}

/// Where a block stands.
#[derive(Clone, Copy)]
struct At {
    /// The tag around it.
    parent: TagId,
    left: Pt,
    right: Pt,
    /// How many lists and quotes are around it.
    depth: usize,
}

struct ProseWriter<'w, 't, 'f> {
    pen: &'w mut Pen<'t, 'f>,
    lists: &'w mut Vec<RunningList>,
    title: &'w Text,
    strips: Vec<Strip>,
    headings: HeadingDepth,
    /// The mark of a list's item, until the first line of the item is drawn: words, tag, right end.
    mark: Option<(Text, TagId, Pt)>,
}

impl ProseWriter<'_, '_, '_> {
    fn blocks(&mut self, blocks: &[ProseBlock], at: At) {
        for block in blocks {
            match block {
                ProseBlock::Paragraph(text) => {
                    let tag = self.pen.tag(at.parent, TagRole::Paragraph);
                    self.lines(text, self.pen.theme.text.small, tag, at);
                }
                ProseBlock::Heading(level, text) => self.heading(*level, text, at),
                ProseBlock::List(list) => self.list(list, at),
                ProseBlock::Table(table) => self.table(table, at),
                ProseBlock::Code(_, code) => self.code(code, at),
                ProseBlock::Quote(blocks) => self.quote(blocks, at),
                ProseBlock::Rule => {
                    let mut strip = self.start(Pt(6_000));
                    strip.line((at.left, Pt(4_000)), (at.right, Pt(4_000)), self.pen.theme.line.row);
                    self.strips.push(strip);
                }
            }
        }
    }

    /// A strip that a block begins with. The mark of a list's item stands on it.
    fn start(&mut self, height: Pt) -> Strip {
        let mut strip = Strip::new(height);
        strip.before = BEFORE;
        if let Some((mark, tag, right)) = self.mark.take() {
            let setting = self.pen.theme.text.small;
            let width = self.pen.width(&mark, setting);
            let paragraph = self.pen.lay(&mark, setting, width + Pt(10));
            strip.text(Some(tag), &paragraph, right - MARK_GAP - width, Pt::ZERO);
            strip.height = strip.height.max(paragraph.height);
        }
        strip
    }

    /// An item that begins with a list or a table has its mark on a line of its own.
    fn mark_alone(&mut self) {
        if self.mark.is_some() {
            let mut strip = self.start(Pt::ZERO);
            strip.keep = Keep::Must;
            self.strips.push(strip);
        }
    }

    /// A text line by line. Neither its first line nor its last stands alone on a page.
    fn lines(&mut self, text: &Text, setting: Setting, tag: TagId, at: At) {
        let width = (at.right - at.left).min(self.pen.theme.text.widest);
        let paragraph = self.pen.lay(text, setting, width);
        let lines = divided(&paragraph, setting.leading);
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            let mut strip = if index == 0 { self.start(setting.leading) } else { Strip::new(setting.leading) };
            strip.text(Some(tag), &line, at.left, Pt::ZERO);
            strip.span = text.place();
            let is_alone = index == 0 || index + 2 == count;
            strip.keep = if index + 1 < count && (count <= 3 || is_alone) { Keep::Must } else { Keep::Free };
            self.strips.push(strip);
        }
    }

    fn heading(&mut self, level: u8, text: &Text, at: At) {
        // A heading inside a list or a quote heads nothing of the sheet.
        let (role, setting) = if at.depth > 0 {
            (TagRole::Paragraph, self.pen.theme.text.small)
        } else {
            let depth = self.headings.of(level).min(3);
            let text = &self.pen.theme.text;
            // The title of the appendix is a heading of level 3.
            (TagRole::Heading(3 + depth as u8), [text.step, text.item, text.small][depth - 1])
        };
        let tag = self.pen.tag(at.parent, role);
        let first = self.strips.len();
        self.lines(text, setting.bold(), tag, at);
        for strip in &mut self.strips[first..] {
            strip.keep = Keep::Must;
        }
        if let Some(strip) = self.strips.get_mut(first) {
            strip.before = Pt(8_000);
        }
    }

    fn list(&mut self, list: &ProseList, at: At) {
        self.mark_alone();
        let lang = self.pen.lang.clone();
        let mark = |index: usize| match list.first {
            Some(first) => format!("{}.", first.saturating_add(index as u64)),
            None => (if at.depth.is_multiple_of(2) { "•" } else { "–" }).to_owned(),
        };
        let widest = Text::plain(&lang, mark(list.items.len().saturating_sub(1)));
        let setting = self.pen.theme.text.small;
        let left = at.left + (self.pen.width(&widest, setting) + MARK_GAP).max(Pt(16_000));
        let tag = self.pen.tag(at.parent, TagRole::List);
        for (index, item) in list.items.iter().enumerate() {
            let whole = self.pen.tag(tag, TagRole::ListItem);
            let label = self.pen.tag(whole, TagRole::ListLabel);
            let body = self.pen.tag(whole, TagRole::ListBody);
            self.mark = Some((Text::plain(&lang, mark(index)), label, left));
            let first = self.strips.len();
            self.blocks(item, At { parent: body, left, depth: at.depth + 1, ..at });
            if self.mark.is_some() {
                let strip = self.start(Pt::ZERO);
                self.strips.push(strip);
            }
            if index > 0
                && let Some(strip) = self.strips.get_mut(first)
            {
                strip.before = Pt(2_000);
            }
        }
    }

    fn quote(&mut self, blocks: &[ProseBlock], at: At) {
        let tag = self.pen.tag(at.parent, TagRole::Quote);
        let first = self.strips.len();
        self.blocks(blocks, At { parent: tag, left: at.left + QUOTE, depth: at.depth + 1, ..at });
        let stroke = self.pen.theme.line.code;
        for strip in &mut self.strips[first..] {
            strip.line((at.left + Pt(2_000), Pt::ZERO), (at.left + Pt(2_000), strip.height), stroke);
        }
    }

    fn code(&mut self, code: &Text, at: At) {
        let pieces = pasted::pieces(self.pen, PastedKind::Command, code, at.right - at.left - INSIDE, at.parent);
        let count = pieces.len();
        // A page may end behind any line.
        for (index, piece) in pieces.chunks(1).enumerate() {
            let mut strip = if index == 0 { self.start(Pt::ZERO) } else { Strip::new(Pt::ZERO) };
            let place = PastedPlace { left: at.left, right: at.right, top: Pt::ZERO };
            strip.height = pasted::beside_rule(self.pen, &mut strip, piece, place);
            strip.span = code.place();
            strip.keep = if index + 1 < count { Keep::Wish } else { Keep::Free };
            self.strips.push(strip);
        }
    }

    /// A table. Its head is repeated on every page that it reaches, and a row that is taller than a page goes on there.
    fn table(&mut self, table: &ProseTable, at: At) {
        let edges = self.edges(table, at);
        let tag = self.pen.tag(at.parent, TagRole::Table);
        self.mark_alone();
        let mut head = self.row(&table.head, (table, &edges), tag, TagRole::TableHeader).remove(0);
        head.before = BEFORE;
        boxed(&mut head, &edges, self.pen.theme.line.cell, true);
        head.keep = Keep::Must;
        let list = self.lists.len();
        self.lists.push(RunningList { title: self.title.clone(), again: None, head: head.clone(), is_atomic: false });
        head.list = Some(list);
        self.strips.push(head);
        for cells in &table.rows {
            let mut strips = self.row(cells, (table, &edges), tag, TagRole::TableCell);
            let count = strips.len();
            for (index, strip) in strips.iter_mut().enumerate() {
                for x in &edges {
                    strip.line((*x, Pt::ZERO), (*x, strip.height), self.pen.theme.line.cell);
                }
                strip.list = Some(list);
                strip.keep = if index + 1 < count { Keep::Wish } else { Keep::Free };
                if index + 1 == count {
                    let (left, right) = (edges[0], edges[edges.len() - 1]);
                    strip.rule_below = Some(BottomRule { left, right, stroke: self.pen.theme.line.cell });
                }
            }
            self.strips.append(&mut strips);
        }
    }

    /// The strips of a row of cells: one, or one for each line of a row that takes much of a page.
    fn row(
        &mut self,
        cells: &[Text],
        (table, edges): (&ProseTable, &[Pt]),
        parent: TagId,
        role: TagRole,
    ) -> Vec<Strip> {
        let row = self.pen.tag(parent, TagRole::TableRow);
        let gap = self.pen.theme.forms.gap;
        let small = self.pen.theme.text.small;
        let mut drawn = Vec::with_capacity(cells.len());
        for (index, edge) in edges.windows(2).enumerate() {
            let tag = self.pen.tag(row, role);
            let Some(text) = cells.get(index) else { continue };
            let setting = small.aligned(table.columns.get(index).copied().unwrap_or_default());
            let setting = if role == TagRole::TableHeader { setting.bold() } else { setting };
            drawn.push((tag, self.pen.lay(text, setting, edge[1] - edge[0] - gap * 2), edge[0] + gap));
        }
        let height = drawn.iter().map(|(_, words, _)| words.height).max().unwrap_or_default().max(small.leading);
        let span = cells.iter().find_map(Text::place);
        let is_whole = role == TagRole::TableHeader || height <= self.pen.page_height / 3;
        let lines = if is_whole { 1 } else { (height.0 / small.leading.0) as usize };
        let mut strips: Vec<Strip> =
            (0..lines).map(|_| Strip { span, ..Strip::new(if is_whole { height } else { small.leading }) }).collect();
        for (tag, words, left) in drawn {
            let parts = if is_whole { vec![Paragraph::clone(&words)] } else { divided(&words, small.leading) };
            for (line, (part, strip)) in parts.iter().zip(&mut strips).enumerate() {
                strip.text(Some(tag), part, left, if line == 0 { CELL } else { Pt::ZERO });
            }
        }
        strips[0].height += CELL;
        strips[lines - 1].height += CELL;
        strips
    }

    /// The edges of a table's columns: each as wide as its content where there is room for all; else the wide ones share what
    /// the narrow ones leave.
    fn edges(&mut self, table: &ProseTable, at: At) -> Vec<Pt> {
        let gap = self.pen.theme.forms.gap * 2;
        let setting = self.pen.theme.text.small;
        let mut widths: Vec<Pt> = Vec::with_capacity(table.columns.len());
        for column in 0..table.columns.len() {
            let mut widest = Pt(24_000);
            let head = table.head.get(column).map(|text| self.pen.width(text, setting.bold()));
            widest = widest.max(head.unwrap_or_default());
            for text in table.rows.iter().filter_map(|row| row.get(column)) {
                widest = widest.max(self.pen.width(text, setting));
            }
            // A width is rounded, so one that fits exactly needs a little more.
            widths.push((widest + gap + Pt(20)).min(at.right - at.left));
        }
        let room = at.right - at.left;
        let mut order: Vec<usize> = (0..widths.len()).collect();
        order.sort_by_key(|column| widths[*column]);
        let mut rest = room;
        for (taken, column) in order.iter().enumerate() {
            let share = rest / (widths.len() - taken) as i32;
            widths[*column] = widths[*column].min(share);
            rest -= widths[*column];
        }
        let mut edges = vec![at.left];
        for width in widths {
            edges.push(edges[edges.len() - 1] + width);
        }
        edges
    }
}
