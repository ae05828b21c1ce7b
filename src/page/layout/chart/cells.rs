//! The measured parts of a chart column: heads of blocks, boxes of steps, lines across, ends.

use std::sync::Arc;

use super::super::pen::Pen;
use super::super::theme::{Chart, Density, Theme};
use super::shorten::{cut, shorten};
use crate::geometry::Pt;
use crate::text::Text;
use crate::text::typeset::Paragraph;
use crate::view::chart::{ChartBlock, ChartNode, Exit, ExitTo, FlowChart, StepForm};

/// Horizontal measures of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Geometry {
    /// Distance from the column's left edge to its boxes.
    pub indent: Pt,
    /// Width of a box.
    pub width: Pt,
    /// Width of the room for ways out, to the right of the boxes.
    pub exits: Pt,
    /// Width of the numbers and of the marks.
    pub lead: (Pt, Pt),
}

impl Geometry {
    /// Width of a whole column.
    pub fn column(self) -> Pt {
        self.indent + self.width + self.exits
    }
}

/// What the cells of a chart are measured for: view, look and room.
#[derive(Clone, Copy)]
pub(super) struct ChartFrame<'v> {
    pub view: &'v FlowChart,
    pub theme: &'v Theme,
    pub density: &'v Density,
    pub geometry: Geometry,
    /// Height of a column.
    pub height: Pt,
}

/// A line of text at a place relative to its cell.
pub(super) struct PlacedText {
    pub text: Arc<Paragraph>,
    pub x: Pt,
    pub y: Pt,
}

/// A way out, measured.
pub(super) struct ExitRow<'v> {
    pub exit: &'v Exit,
    pub label: Option<Arc<Paragraph>>,
    pub name: Arc<Paragraph>,
    /// Width of the pill.
    pub width: Pt,
}

impl ExitRow<'_> {
    /// Distance from the top of the row to the line that leads to the pill.
    pub fn line(&self, theme: &Chart) -> Pt {
        self.label.as_ref().map_or(Pt::ZERO, |label| label.height + Pt(1_500)) + theme.pill / 2
    }

    fn height(&self, theme: &Chart) -> Pt {
        self.line(theme) + theme.pill / 2
    }
}

/// A box with its ways out and the words beside it.
pub(super) struct Boxed<'v> {
    pub node: &'v ChartNode,
    /// Index among the boxes of its step. All but the first hold only further ways out.
    pub part: usize,
    /// Whether the way leads on to a further cell.
    pub goes_on: bool,
    /// Words, placed relative to the top left corner of the shape.
    pub words: Vec<PlacedText>,
    /// Ways out, each with its top relative to the top of the cell.
    pub rows: Vec<(Pt, ExitRow<'v>)>,
    /// Words beside the arrow that leads ahead.
    pub ahead: Option<Arc<Paragraph>>,
    /// The way back to the first step, on the last step of a repeated block.
    pub again: Option<WayBack>,
    /// Top of the shape within its cell, and its height.
    pub shape: (Pt, Pt),
    /// Height that the words are laid out in, centred in the shape.
    pub own: Pt,
    /// Whether it is drawn as a true diamond.
    pub diamond: bool,
}

/// The way back to the first step of a repeated block.
pub(super) struct WayBack {
    /// Distance from the bottom of the last step to where the way back leaves the way ahead.
    pub fork: Pt,
    /// Words on the way back: alone, and with the number of the first step for when that step stands in another
    /// column.
    pub words: (Arc<Paragraph>, Arc<Paragraph>),
    /// Words on the way ahead.
    pub done: Arc<Paragraph>,
}

/// What a cell shows.
pub(super) enum CellBody<'v> {
    /// Head of a block, or of the part of a block that goes on in another column.
    Band { words: Vec<Arc<Paragraph>> },
    /// A step.
    Boxed(Box<Boxed<'v>>),
    /// The point of no return, above the step that has it.
    Line(Arc<Paragraph>, &'v ChartNode),
    /// The end of the chart.
    End(Arc<Paragraph>),
}

/// Part of a column.
pub(super) struct ChartCell<'v> {
    pub body: CellBody<'v>,
    pub block: &'v ChartBlock,
    /// Least space above and below.
    pub space: (Pt, Pt),
    pub height: Pt,
}

/// Measures how wide numbers, marks and ways out must be, and gives the rest of the column to the boxes.
pub(super) fn geometry(pen: &mut Pen, view: &FlowChart, density: &Density, width: Pt) -> Geometry {
    let theme = &pen.theme.chart;
    let (mut number, mut mark, mut pill, mut labelled) = (Pt::ZERO, Pt::ZERO, Pt::ZERO, false);
    let blocks = || view.hot.iter().chain(&view.back);
    for node in blocks().flat_map(|block| &block.nodes) {
        number = number.max(pen.width(&Text::plain(&view.lang, &node.number), theme.number));
        mark = mark.max(pen.width(&node.mark.clone().bold(), theme.words));
        for exit in &node.exits {
            pill = pill.max(pill_width(pen, exit));
            labelled |= !exit.words.is_empty();
        }
    }
    let repeated = blocks().any(|block| block.again.is_some());
    let exits = if pill == Pt::ZERO { Pt(4_000) } else { theme.stub + pill + Pt(3_000) };
    let exits = if labelled { exits.max(Pt(66_000)) } else { exits };
    let marks = if view.is_marked() { theme.marks } else { Pt::ZERO };
    let indent = Pt(if repeated { 22_000 } else { 13_000 }) + marks;
    let lead = if density.stacked { (number.max(mark), Pt::ZERO) } else { (number, mark) };
    Geometry { indent, width: width - indent - exits, exits, lead }
}

fn pill_width(pen: &mut Pen, exit: &Exit) -> Pt {
    let theme = &pen.theme.chart;
    let arrow = if matches!(exit.to, ExitTo::Step(_)) { theme.pill_arrow } else { Pt::ZERO };
    (pen.width(&exit.name, theme.words) + arrow + Pt(14_000)).max(Pt(30_000))
}

/// The cells of a part, in order.
pub(super) fn cells<'v>(pen: &mut Pen, frame: ChartFrame<'v>, blocks: &'v [ChartBlock]) -> Vec<ChartCell<'v>> {
    let ChartFrame { view, density, geometry, .. } = frame;
    let theme = &frame.theme.chart;
    let mut cells = Vec::new();
    for block in blocks {
        cells.push(band(pen, frame, block, None));
        for (index, node) in block.nodes.iter().enumerate() {
            let again = block.again.as_ref().filter(|_| index + 1 == block.nodes.len());
            if node.no_return {
                let room = geometry.width / 2 + geometry.exits;
                let words = shorten(pen, &view.no_return.clone().bold(), theme.branch, room, 1);
                let height = words.height + Pt(5_000);
                cells.push(ChartCell {
                    body: CellBody::Line(words, node),
                    block,
                    space: (Pt(5_000), Pt(9_000)),
                    height,
                });
            }
            cells.extend(boxes(pen, frame, block, node, again));
        }
        if let Some(end) = &block.end {
            let words = shorten(pen, &end.clone().bold(), theme.words, geometry.width - Pt(30_000), 1);
            let height = words.height + Pt(7_000);
            cells.push(ChartCell { body: CellBody::End(words), block, space: (density.gap, Pt::ZERO), height });
        }
    }
    cells
}

/// The head of a block. `from` says from where the block came, when only the rest of it stands here.
pub(super) fn band<'v>(pen: &mut Pen, frame: ChartFrame, block: &'v ChartBlock, from: Option<&Text>) -> ChartCell<'v> {
    let ChartFrame { density, geometry, .. } = frame;
    let theme = &frame.theme.chart;
    let room = geometry.width - Pt(4_000);
    let lines = if from.is_some() { 1 } else { density.lines };
    let mut words = vec![shorten(pen, &block.title, theme.words, room, lines)];
    words.extend(from.map(|from| shorten(pen, from, theme.words, room, 1)));
    // The head of the rest repeats only that an atomic block isn't interrupted; other remarks may hold for the first
    // steps alone.
    let said = if from.is_some() { usize::from(block.atomic) } else { block.remarks.len() };
    words.extend(block.remarks.iter().take(said).map(|remark| shorten(pen, remark, theme.words, room, density.lines)));
    let height = words.iter().map(|words| words.height).sum::<Pt>() + Pt(5_000);
    ChartCell { body: CellBody::Band { words }, block, space: (density.gap + Pt(2_000), Pt(4_000)), height }
}

/// A step with its ways out, in as many boxes as a column needs to hold them.
fn boxes<'v>(
    pen: &mut Pen,
    frame: ChartFrame<'v>,
    block: &'v ChartBlock,
    node: &'v ChartNode,
    again: Option<&[Text; 2]>,
) -> Vec<ChartCell<'v>> {
    let theme = &frame.theme.chart;
    // Two such boxes fit a column.
    let most = frame.height / 5 * 2;
    let rows = |pen: &mut Pen, lines| -> Vec<ExitRow<'v>> {
        node.exits.iter().map(|exit| row(pen, exit, frame.geometry, lines)).collect()
    };
    let mut all = rows(pen, 2);
    if stacked(&all, theme) > most {
        all = rows(pen, 1);
    }
    let mut parts: Vec<Vec<ExitRow>> = vec![Vec::new()];
    let mut filled = Pt::ZERO;
    for row in all {
        if filled > Pt::ZERO && filled + row.height(theme) > most {
            parts.push(Vec::new());
            filled = Pt::ZERO;
        }
        filled += row.height(theme) + theme.rows;
        if let Some(part) = parts.last_mut() {
            part.push(row);
        }
    }
    let count = parts.len();
    let part = |(index, rows)| {
        let last = index + 1 == count;
        boxed(pen, frame, StepPart { block, node, index, last }, rows, again.filter(|_| last))
    };
    parts.into_iter().enumerate().map(part).collect()
}

/// Height of ways out that stand one under another.
fn stacked(rows: &[ExitRow], theme: &Chart) -> Pt {
    rows.iter().map(|row| row.height(theme)).sum::<Pt>() + theme.rows * (rows.len() as i32 - 1).max(0)
}

/// Which of the boxes of a step: its index, and whether it is the last.
#[derive(Clone, Copy)]
struct StepPart<'v> {
    block: &'v ChartBlock,
    node: &'v ChartNode,
    index: usize,
    last: bool,
}

/// A box with some of a step's ways out.
fn boxed<'v>(
    pen: &mut Pen,
    frame: ChartFrame<'v>,
    part: StepPart<'v>,
    rows: Vec<ExitRow<'v>>,
    again: Option<&[Text; 2]>,
) -> ChartCell<'v> {
    let ChartFrame { view, density, geometry, .. } = frame;
    let StepPart { block, node, index: part, last } = part;
    let theme = &frame.theme.chart;
    let diamond = node.form == StepForm::Decision && !density.flat && part == 0;
    let total = stacked(&rows, theme);
    let (words, natural) = if diamond {
        (diamond_words(pen, node, geometry), theme.diamond)
    } else {
        // A box that is high because of its ways out has room for more lines of words.
        let lines = density.lines.max((total.0 / (theme.words.leading.0 * 2)).clamp(1, 4) as usize);
        box_words(pen, node, (if part > 0 { &view.more } else { &node.action }, lines), density, geometry)
    };
    let own = natural;
    let first = rows.first().map_or(Pt::ZERO, |row| row.line(theme));
    // A diamond keeps its form: its first way out leaves at its corner, and further ones may stand below the diamond.
    let above = if diamond { (first - own / 2).max(Pt::ZERO) } else { Pt::ZERO };
    let height = if diamond { own.max(own / 2 + total - first) + above } else { own.max(total) };
    let own = if diamond { own } else { height };
    let mut y = if diamond { above + own / 2 - first } else { (height - total) / 2 };
    let rows = rows
        .into_iter()
        .map(|row| {
            let top = y;
            y += row.height(theme) + theme.rows;
            (top, row)
        })
        .collect();
    let ahead = node.ahead.as_ref().filter(|_| last);
    let said = ahead.map(|ahead| joined(pen, ahead)).filter(|said| !said.is_empty());
    let room = geometry.width / 2 + geometry.exits - Pt(8_000);
    let words_ahead = said.map(|said| shorten(pen, &said, theme.branch, room, 1));
    let branch = if words_ahead.is_some() { theme.branch_gap } else { Pt::ZERO };
    let again = again.map(|[next, done]| {
        let back = geometry.width / 2 - Pt(1_000);
        let mut far = Text::empty(view.lang.clone());
        if let Some(first) = block.nodes.first() {
            far = Text::plain(&view.lang, &first.number).bold();
            far.push_str(&view.colon);
        }
        far.append(next);
        let words = (shorten(pen, next, theme.branch, back, 1), shorten(pen, &far, theme.branch, back + Pt(8_000), 1));
        WayBack { fork: branch + Pt(14_000), words, done: shorten(pen, done, theme.branch, room, 1) }
    });
    let after = again.as_ref().map_or(branch.max(density.gap), |again| again.fork + theme.branch_gap + Pt(2_000));
    let boxed = Boxed {
        node,
        part,
        goes_on: ahead.is_some() || !last,
        words,
        rows,
        ahead: words_ahead,
        again,
        shape: (above, own),
        own: natural,
        diamond,
    };
    ChartCell { body: CellBody::Boxed(Box::new(boxed)), block, space: (density.gap, after), height }
}

/// Conditions that lead to one place.
fn joined(pen: &Pen, words: &[Text]) -> Text {
    let mut out = Text::empty(pen.lang.clone());
    for (index, words) in words.iter().enumerate() {
        if index > 0 {
            out.push_str(" / ");
        }
        out.append(words);
    }
    out
}

/// A way out, its condition in at most so many lines.
fn row<'v>(pen: &mut Pen, exit: &'v Exit, geometry: Geometry, lines: usize) -> ExitRow<'v> {
    let theme = &pen.theme.chart;
    let label = (!exit.words.is_empty()).then(|| {
        let words = joined(pen, &exit.words);
        shorten(pen, &words, theme.branch, geometry.exits - Pt(7_500), lines)
    });
    let width = pill_width(pen, exit);
    ExitRow { exit, label, name: pen.lay(&exit.name, theme.words, width), width }
}

/// The words of a step's mark: a write's are bold.
fn mark(node: &ChartNode) -> Text {
    if node.write { node.mark.clone().bold() } else { node.mark.clone() }
}

/// Number, mark and action of a box, and its height.
fn box_words(
    pen: &mut Pen,
    node: &ChartNode,
    (action, lines): (&Text, usize),
    density: &Density,
    geometry: Geometry,
) -> (Vec<PlacedText>, Pt) {
    let theme = &pen.theme.chart;
    let side = match node.form {
        StepForm::Decision => theme.side + theme.point,
        _ => theme.side,
    };
    let right = match node.form {
        StepForm::Action => Pt(4_000),
        StepForm::Wait => theme.watch + Pt(5_000),
        StepForm::Decision => theme.side + theme.point,
    };
    let (number_width, mark_width) = geometry.lead;
    let number = pen.lay(&Text::plain(&pen.lang.clone(), &node.number), theme.number, number_width + Pt(10));
    let mark = pen.lay(&mark(node), theme.words, number_width.max(mark_width) + Pt(10));
    let left = side + number_width + if density.stacked { Pt(7_000) } else { mark_width + Pt(13_000) };
    let action = shorten(pen, action, theme.words, geometry.width - left - right, lines);
    let lead = if density.stacked { number.height + mark.height } else { theme.words.leading };
    let inner = lead.max(action.height);
    let height = inner + density.pad * 2;
    let top = (height - inner) / 2;
    let mut words = Vec::new();
    // Base lines of different sizes meet.
    let higher = number.first_base() - action.first_base();
    if density.stacked {
        let y = (height - lead) / 2;
        words.push(PlacedText { x: side, y: y + number.height, text: mark });
        words.insert(0, PlacedText { x: side, y, text: number });
    } else {
        let y = if action.lines.len() == 1 { (height - action.height) / 2 } else { top };
        words.push(PlacedText { x: side, y: y - higher, text: number });
        words.push(PlacedText { x: side + number_width + Pt(6_000), y, text: mark });
    }
    words.push(PlacedText { x: left, y: (height - action.height) / 2, text: action });
    (words, height)
}

/// The words of a diamond: the number at its top, the question where it is widest and once more below.
fn diamond_words(pen: &mut Pen, node: &ChartNode, geometry: Geometry) -> Vec<PlacedText> {
    let theme = &pen.theme.chart;
    let middle = theme.diamond / 2;
    let mut number = Text::plain(&pen.lang.clone(), &node.number).bold();
    number.push_str("  ");
    number.append(&mark(node));
    let wide = |top: Pt| {
        let reach = Pt(top.0.abs().max((top + theme.words.leading).0.abs()));
        let share = i64::from((middle - reach).0.max(0));
        Pt((i64::from(geometry.width.0) * share / i64::from(middle.0)) as i32)
    };
    // Two short lines stand in the middle.
    let lower = theme.words.leading / 3;
    let short = pen.width(&node.action, theme.words) <= wide(theme.diamond_lines[1] + lower);
    let lower = if short { lower } else { Pt::ZERO };
    let mut words = Vec::new();
    let mut rest = Some(node.action.clone());
    for (line, top) in theme.diamond_lines.into_iter().enumerate() {
        let width = wide(top);
        let text = match (line, rest.take()) {
            (0, question) => {
                rest = question;
                pen.lay(&number, theme.words, geometry.width)
            }
            (1, Some(question)) => {
                let whole = pen.lay(&question, theme.words, width);
                if whole.lines.len() > 1 {
                    let (first, others) = cut(&question, &whole, 1);
                    rest = Some(others);
                    pen.lay(&first, theme.words, geometry.width)
                } else {
                    whole
                }
            }
            (_, Some(question)) => shorten(pen, &question, theme.words, width, 1),
            (_, None) => continue,
        };
        words.push(PlacedText { x: (geometry.width - text.width) / 2, y: middle + top + lower, text });
    }
    words
}
