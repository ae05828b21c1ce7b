//! Columns → lines and words.

use std::sync::Arc;

use super::super::strip::{Strip, rectangle};
use super::super::theme::Chart;
use super::cells::{Boxed, CellBody, ChartCell, ExitRow, Geometry, WayBack};
use super::columns::ChartColumn;
use crate::geometry::{Pt, Rect};
use crate::page::{ItemKind, Path, PathSegment, Stroke};
use crate::text::typeset::Paragraph;
use crate::view::chart::{ChartBlock, ExitTo, StepForm, StepKey};

/// How far a control point stands from the corner of a quarter circle, in thousandths of its radius.
const CORNER: i32 = 448;

/// Where boxes and pills stand in a drawing, so that tests can check it.
#[derive(Debug, Clone, Default)]
pub struct Outlines {
    /// The box of each step.
    pub boxes: Vec<(StepKey, Rect)>,
    /// The boxes that only hold further ways out of a step.
    pub more: Vec<(StepKey, Rect)>,
    /// The pill of each way out, by where it leads.
    pub pills: Vec<(ExitTo, Rect)>,
}

/// A drawing that is being made.
pub(super) struct Canvas<'t> {
    pub theme: &'t Chart,
    pub strip: Strip,
    pub outlines: Outlines,
}

impl<'t> Canvas<'t> {
    /// An empty canvas, as high as `strip`.
    pub fn new(theme: &'t Chart, strip: Strip) -> Self {
        Self { theme, strip, outlines: Outlines::default() }
    }

    fn path(&mut self, segments: Vec<PathSegment>, stroke: Option<Pt>, fill: Option<u8>) {
        let stroke = stroke.map(|width| Stroke { width, ..self.theme.flow });
        self.strip.push(None, ItemKind::Path(Path { segments, stroke, fill, even_odd: false }));
    }

    pub fn lines(&mut self, points: &[(Pt, Pt)]) {
        self.path(open(points), Some(self.theme.flow.width), None);
    }

    /// A line through points with an arrow at its last.
    pub fn arrow(&mut self, points: &[(Pt, Pt)]) {
        let [.., (x, y), (tip_x, tip_y)] = *points else { return };
        let (dx, dy) = ((tip_x - x).0.signum(), (tip_y - y).0.signum());
        let (length, half) = (Pt(6_500), Pt(3_000));
        let base = (tip_x - length * dx, tip_y - length * dy);
        let mut shaft = points.to_vec();
        if let Some(last) = shaft.last_mut() {
            // The line ends before the tip, which it would blunt.
            *last = (tip_x - length * dx / 2, tip_y - length * dy / 2);
        }
        self.lines(&shaft);
        let head = [(tip_x, tip_y), (base.0 + half * dy, base.1 + half * dx), (base.0 - half * dy, base.1 - half * dx)];
        self.path(closed(&head), None, Some(0));
    }

    /// A cross around a point, which marks the way out of a failure.
    pub fn cross(&mut self, x: Pt, y: Pt) {
        let arm = Pt(2_900);
        let mut segments = open(&[(x - arm, y - arm), (x + arm, y + arm)]);
        segments.extend(open(&[(x - arm, y + arm), (x + arm, y - arm)]));
        self.path(segments, Some(Pt(1_500)), None);
    }

    /// The words in the middle of a pill, with an arrow before them for a step.
    fn pill(&mut self, rect: Rect, name: &Paragraph, to: ExitTo) {
        let (outline, width) = match to {
            ExitTo::Abort => (clipped(rect, Pt(4_500)), Pt(1_400)),
            ExitTo::Rollback(_) => (rounded(rect, rect.height / 2), Pt(1_400)),
            _ => (rounded(rect, rect.height / 2), self.theme.thin),
        };
        self.path(outline, Some(width), Some(255));
        let lead = if matches!(to, ExitTo::Step(_)) { self.theme.pill_arrow } else { Pt::ZERO };
        let x = rect.x + (rect.width - name.width - lead) / 2;
        let middle = rect.y + rect.height / 2;
        if lead > Pt::ZERO {
            self.arrow(&[(x, middle), (x + Pt(9_000), middle)]);
        }
        self.strip.text(None, name, x + lead, middle - name.height / 2);
        self.outlines.pills.push((to, rect));
    }
}

/// Draws a column, given its left edge and top. Returns for each way into a rollback where its pill ends.
pub(super) fn column(
    canvas: &mut Canvas,
    column: &ChartColumn,
    (x, top): (Pt, Pt),
    geometry: Geometry,
    goes_on: Option<&Paragraph>,
) -> Vec<(StepKey, (Pt, Pt))> {
    let center = x + geometry.indent + geometry.width / 2;
    let mut entries = Vec::new();
    // Where the line ahead begins, until it has reached the next cell.
    let mut from: Option<Pt> = None;
    for block in column.cells.chunk_by(|(_, one), (_, next)| std::ptr::eq(one.block, next.block)) {
        for (y, cell) in block {
            let y = top + *y;
            let reached = |canvas: &mut Canvas, from: Option<Pt>| {
                if let Some(from) = from {
                    // Between boxes that nearly touch there is room for a line, but not for an arrow.
                    if y - from < Pt(7_500) {
                        canvas.lines(&[(center, from), (center, y)]);
                    } else {
                        canvas.arrow(&[(center, from), (center, y)]);
                    }
                }
            };
            match &cell.body {
                CellBody::Band { words } => {
                    reached(canvas, from.take());
                    band(canvas, words, (x, y), cell.height, geometry);
                    if cell.block.changed {
                        mark(canvas, x + geometry.indent, (y, y + cell.height));
                    }
                }
                CellBody::Boxed(boxed) => {
                    reached(canvas, from.take());
                    let (own, height) = boxed.shape;
                    let rect = Rect { x: x + geometry.indent, y: y + own, width: geometry.width, height };
                    let again_to = is_looped_to(cell.block, boxed);
                    self::boxed(canvas, boxed, (rect, y), again_to, &mut entries);
                    if let Some(ahead) = &boxed.ahead {
                        let room = boxed.again.as_ref().map_or(cell.space.1, |_| canvas.theme.branch_gap);
                        canvas.strip.text(None, ahead, center + Pt(6_000), y + cell.height + (room - ahead.height) / 2);
                    }
                    if boxed.goes_on {
                        from = Some(y + own + height);
                    }
                }
                CellBody::Line(words, _) => {
                    let (left, right) = (x, x + geometry.column() - Pt(3_000));
                    let bottom = y + cell.height;
                    canvas.path(open(&[(left, bottom), (right, bottom)]), Some(Pt(2_600)), None);
                    canvas.strip.text(None, words, (center + Pt(6_000)).max(right - words.width), y);
                }
                CellBody::End(words) => {
                    reached(canvas, from.take());
                    let width = words.width + Pt(28_000);
                    let rect = Rect { x: center - width / 2, y, width, height: cell.height };
                    canvas.path(rounded(rect, cell.height / 2), Some(Pt(1_400)), Some(255));
                    canvas.strip.text(None, words, center - words.width / 2, y + (cell.height - words.height) / 2);
                }
            }
        }
        frame(canvas, block, (x, top), geometry);
    }
    if let (Some(words), Some(from)) = (goes_on, from) {
        let y = top + column.bottom + column.connector(canvas.theme);
        let width = words.width + canvas.theme.pill_arrow + Pt(19_000);
        canvas.arrow(&[(center, from), (center, y)]);
        let rect = Rect { x: center - width / 2, y, width, height: canvas.theme.pill };
        let left = rect.x + Pt(8_000);
        // The outline is drawn after the words: once the page number is filled in, whatever follows it on its line
        // closes up to it.
        canvas.strip.text(
            None,
            words,
            left + canvas.theme.pill_arrow + Pt(2_000),
            y + (canvas.theme.pill - words.height) / 2,
        );
        canvas.path(rounded(rect, canvas.theme.pill / 2), Some(canvas.theme.thin), None);
        canvas.arrow(&[(left, y + canvas.theme.pill / 2), (left + Pt(9_000), y + canvas.theme.pill / 2)]);
    }
    entries
}

/// The head of a block: a gray band across its boxes.
fn band(canvas: &mut Canvas, words: &[Arc<Paragraph>], (x, y): (Pt, Pt), height: Pt, geometry: Geometry) {
    let rect = Rect { x, y, width: geometry.indent + geometry.width, height };
    canvas.path(rectangle(rect), None, Some(228));
    let mut line = y + Pt(2_500);
    for words in words {
        canvas.strip.text(None, words, x + geometry.indent, line);
        line += words.height;
    }
}

/// The bar of an atomic block and the way back of a repeated one.
fn frame(canvas: &mut Canvas, cells: &[(Pt, ChartCell)], (x, top): (Pt, Pt), geometry: Geometry) {
    let Some(block) = cells.first().map(|(_, cell)| cell.block) else { return };
    let boxes = || {
        cells.iter().filter_map(|(y, cell)| match &cell.body {
            CellBody::Boxed(boxed) => Some((top + *y, cell.height, &**boxed)),
            _ => None,
        })
    };
    let Some((last_top, last_height, last)) = boxes().next_back() else { return };
    let bottom = last_top + last_height;
    if block.atomic {
        let begin = top + cells.first().map_or(Pt::ZERO, |(y, _)| *y);
        let rect = Rect { x, y: begin, width: canvas.theme.bar, height: bottom - begin };
        canvas.path(rectangle(rect), None, Some(0));
    }
    if let Some(again) = &last.again {
        way_back(canvas, block, again, boxes().next(), (x, bottom + again.fork), geometry);
        let center = x + geometry.indent + geometry.width / 2;
        canvas.strip.text(None, &again.done, center + Pt(6_000), bottom + again.fork + Pt(1_000));
    }
}

/// The way from the last step of a repeated block back to the first one, which may stand in another column.
fn way_back(
    canvas: &mut Canvas,
    block: &ChartBlock,
    WayBack { words: (near, far), .. }: &WayBack,
    first: Option<(Pt, Pt, &Boxed)>,
    (x, fork): (Pt, Pt),
    geometry: Geometry,
) {
    let (left, center) = (x + geometry.indent, x + geometry.indent + geometry.width / 2);
    let words = if let Some((y, height, _)) = first.filter(|(.., boxed)| is_looped_to(block, boxed)) {
        let (middle, back) = (y + height / 2, x + canvas.theme.way_back);
        canvas.arrow(&[(center, fork), (back, fork), (back, middle), (left, middle)]);
        near
    } else {
        canvas.arrow(&[(center, fork), (x + canvas.theme.bar, fork)]);
        far
    };
    canvas.strip.text(None, words, center - Pt(6_000) - words.width, fork - words.height - Pt(500));
}

/// Whether a box is that of the first step of a repeated block.
fn is_looped_to(block: &ChartBlock, boxed: &Boxed) -> bool {
    let first = block.nodes.first().filter(|_| block.again.is_some() && boxed.part == 0);
    first.is_some_and(|node| node.step == boxed.node.step)
}

/// A change bar beside a box that begins at `left`.
fn mark(canvas: &mut Canvas, left: Pt, (top, bottom): (Pt, Pt)) {
    let x = left - Pt(4_000);
    canvas.path(open(&[(x, top), (x, bottom)]), Some(Stroke::CHANGE.width), None);
}

/// A step with its ways out.
fn boxed(
    canvas: &mut Canvas,
    boxed: &Boxed,
    (rect, cell): (Rect, Pt),
    again_to: bool,
    entries: &mut Vec<(StepKey, (Pt, Pt))>,
) {
    let node = boxed.node;
    let width = if node.write { canvas.theme.heavy } else { canvas.theme.thin };
    // The outline lies inside the box, so that boxes with heavy and thin outlines are equally large.
    let inner = inset(rect, width / 2);
    let outline = match node.form {
        StepForm::Decision if boxed.diamond => {
            let (x, y) = (inner.x + inner.width / 2, inner.y + inner.height / 2);
            let (right, bottom) = (inner.x + inner.width, inner.y + inner.height);
            closed(&[(inner.x, y), (x, inner.y), (right, y), (x, bottom)])
        }
        StepForm::Decision => pointed(inner, canvas.theme.point),
        StepForm::Wait => round_ended(inner),
        StepForm::Action => rectangle(inner),
    };
    canvas.path(outline, Some(width), Some(255));
    // A box may be higher than its words, because of its ways out.
    let top = rect.y + (rect.height - boxed.own) / 2;
    for words in &boxed.words {
        canvas.strip.text(None, &words.text, rect.x + words.x, top + words.y);
    }
    if node.form == StepForm::Wait {
        watch(canvas, rect.x + rect.width - canvas.theme.watch / 2 - Pt(4_000), rect.y + rect.height / 2 + Pt(1_000));
    }
    let shown = if boxed.part > 0 { &mut canvas.outlines.more } else { &mut canvas.outlines.boxes };
    shown.push((node.step, rect));
    if node.changed {
        let (top, bottom) = (rect.y, rect.y + rect.height);
        if again_to {
            // The change bar leaves a gap where the way back passes.
            let (above, below) = (
                (top, rect.y + rect.height / 2 - canvas.theme.passes),
                (rect.y + rect.height / 2 + canvas.theme.passes, bottom),
            );
            mark(canvas, rect.x, above);
            mark(canvas, rect.x, below);
        } else {
            mark(canvas, rect.x, (top, bottom));
        }
    }
    let lines: Vec<Pt> = boxed.rows.iter().map(|(y, row)| cell + *y + row.line(canvas.theme)).collect();
    let (right, middle) = (rect.x + rect.width, rect.y + rect.height / 2);
    let mut begin = right;
    if let (StepForm::Decision, [first, .., last]) = (node.form, &lines[..]) {
        // Every branch leaves at the right corner.
        begin = right + Pt(3_500);
        canvas.lines(&[(right, middle), (begin, middle)]);
        canvas.lines(&[(begin, middle.min(*first)), (begin, middle.max(*last))]);
    } else if let (StepForm::Decision, [only]) = (node.form, &lines[..]) {
        canvas.lines(&[(right, middle), (right, *only)]);
    }
    for ((top, row), line) in boxed.rows.iter().zip(lines) {
        way_out(canvas, row, (begin, right), (cell + *top, line), entries);
    }
}

/// A branch from `begin` to its pill. `right` is the right edge of the box, `top` the top of the label.
fn way_out(
    canvas: &mut Canvas,
    row: &ExitRow,
    (begin, right): (Pt, Pt),
    (top, y): (Pt, Pt),
    entries: &mut Vec<(StepKey, (Pt, Pt))>,
) {
    let tip = right + canvas.theme.stub;
    if row.exit.failed {
        let x = right + Pt(11_000);
        canvas.lines(&[(begin, y), (x - Pt(4_500), y)]);
        canvas.cross(x, y);
        canvas.arrow(&[(x + Pt(4_500), y), (tip, y)]);
    } else {
        canvas.arrow(&[(begin, y), (tip, y)]);
    }
    if let Some(label) = &row.label {
        canvas.strip.text(None, label, begin + Pt(4_500), top);
    }
    let pill = Rect { x: tip + Pt(500), y: y - canvas.theme.pill / 2, width: row.width, height: canvas.theme.pill };
    canvas.pill(pill, &row.name, row.exit.to);
    if let ExitTo::Rollback(into) = row.exit.to {
        entries.push((into, (pill.x + pill.width, y)));
    }
}

/// A stop watch, which marks a wait. A mere circle could be taken for something to tick.
fn watch(canvas: &mut Canvas, x: Pt, y: Pt) {
    let radius = Pt(5_300);
    let (top, knob) = (y - radius, y - radius - Pt(2_400));
    let around = Rect { x: x - radius, y: top, width: radius * 2, height: radius * 2 };
    let mut outline = rounded(around, radius);
    outline.extend(open(&[(x, top), (x, knob)]));
    outline.extend(open(&[(x - Pt(2_000), knob), (x + Pt(2_000), knob)]));
    outline.extend(open(&[(x, y - Pt(3_400)), (x, y), (x + Pt(2_500), y)]));
    canvas.path(outline, Some(Pt(900)), None);
}

fn inset(rect: Rect, by: Pt) -> Rect {
    Rect { x: rect.x + by, y: rect.y + by, width: rect.width - by * 2, height: rect.height - by * 2 }
}

fn open(points: &[(Pt, Pt)]) -> Vec<PathSegment> {
    let segment = |(index, (x, y)): (usize, &(Pt, Pt))| {
        if index == 0 { PathSegment::Move(*x, *y) } else { PathSegment::Line(*x, *y) }
    };
    points.iter().enumerate().map(segment).collect()
}

fn closed(points: &[(Pt, Pt)]) -> Vec<PathSegment> {
    let mut segments = open(points);
    segments.push(PathSegment::Close);
    segments
}

/// A box with pointed ends: a decision without room for a diamond.
fn pointed(rect: Rect, point: Pt) -> Vec<PathSegment> {
    let (right, bottom, middle) = (rect.x + rect.width, rect.y + rect.height, rect.y + rect.height / 2);
    let (inner_left, inner_right) = (rect.x + point, right - point);
    closed(&[
        (rect.x, middle),
        (inner_left, rect.y),
        (inner_right, rect.y),
        (right, middle),
        (inner_right, bottom),
        (inner_left, bottom),
    ])
}

/// A box with its corners cut off: a stop.
fn clipped(rect: Rect, by: Pt) -> Vec<PathSegment> {
    let (right, bottom) = (rect.x + rect.width, rect.y + rect.height);
    closed(&[
        (rect.x + by, rect.y),
        (right - by, rect.y),
        (right, rect.y + by),
        (right, bottom - by),
        (right - by, bottom),
        (rect.x + by, bottom),
        (rect.x, bottom - by),
        (rect.x, rect.y + by),
    ])
}

/// A box with a round right end: a wait.
fn round_ended(rect: Rect) -> Vec<PathSegment> {
    let radius = (rect.height / 2).min(Pt(17_000));
    corners(rect, [Pt::ZERO, radius, radius, Pt::ZERO])
}

fn rounded(rect: Rect, radius: Pt) -> Vec<PathSegment> {
    corners(rect, [radius; 4])
}

/// A rectangle with round corners: top left, top right, bottom right, bottom left.
fn corners(rect: Rect, [top_left, top_right, bottom_right, bottom_left]: [Pt; 4]) -> Vec<PathSegment> {
    let (left, top) = (rect.x, rect.y);
    let (right, bottom) = (rect.x + rect.width, rect.y + rect.height);
    let near = |radius: Pt| Pt(radius.0 * CORNER / 1000);
    let [a, b, c, d] = [top_left, top_right, bottom_right, bottom_left];
    vec![
        PathSegment::Move(left + a, top),
        PathSegment::Line(right - b, top),
        PathSegment::Curve(right - near(b), top, right, top + near(b), right, top + b),
        PathSegment::Line(right, bottom - c),
        PathSegment::Curve(right, bottom - near(c), right - near(c), bottom, right - c, bottom),
        PathSegment::Line(left + d, bottom),
        PathSegment::Curve(left + near(d), bottom, left, bottom - near(d), left, bottom - d),
        PathSegment::Line(left, top + a),
        PathSegment::Curve(left, top + near(a), left + near(a), top, left + a, top),
        PathSegment::Close,
    ]
}
