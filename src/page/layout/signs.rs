//! Signs that are drawn beside words.

use super::pen::Pen;
use super::strip::{Strip, line, rectangle};
use crate::geometry::{Pt, Rect};
use crate::page::{ItemKind, Path, PathSegment, Stroke, TagId};
use crate::text::Text;
use crate::text::typeset::Setting;

/// A cross and an arrow from a place at the height of a middle, which stand for “if not, then”.
pub(super) fn cross_and_arrow(strip: &mut Strip, (left, middle): (Pt, Pt), stroke: Stroke) {
    let stroke = Stroke { round: true, ..stroke };
    let half = Pt(2_900);
    let right = left + half * 2;
    strip.line((left, middle - half), (right, middle + half), stroke);
    strip.line((left, middle + half), (right, middle - half), stroke);
    let (tail, head) = (left + Pt(9_000), left + Pt(18_000));
    strip.line((tail, middle), (head, middle), stroke);
    let tip = vec![
        PathSegment::Move(head - Pt(3_000), middle - Pt(2_600)),
        PathSegment::Line(head, middle),
        PathSegment::Line(head - Pt(3_000), middle + Pt(2_600)),
    ];
    strip.push(None, outline(tip, stroke));
}

/// Between the word of a mark and its frame.
const FRAME: Pt = Pt(2_500);

/// The mark of a row.
pub(super) struct Mark<'a> {
    /// Whether it is for write.
    pub write: bool,
    /// Its word.
    pub word: &'a Text,
    /// How the word is set.
    pub setting: Setting,
}

impl<'a> Mark<'a> {
    /// A mark beside words that are set so.
    pub const fn beside(main: Setting, write: bool, word: &'a Text) -> Self {
        Self { write, word, setting: if write { main.bold() } else { main } }
    }

    /// Its width, with the frame.
    pub fn width(&self, pen: &mut Pen) -> Pt {
        pen.width(self.word, self.setting) + FRAME * 2
    }
}

/// Draws the mark of a row from its left edge on a base line: a thin outline for read, a heavy and filled one for write. They
/// differ by weight and word, not by colour (CAP 676).
pub(super) fn mark(pen: &mut Pen, strip: &mut Strip, mark: &Mark<'_>, (left, base): (Pt, Pt), tag: TagId) {
    let Mark { write, word, setting } = *mark;
    let line = &pen.theme.line;
    let stroke = if write { line.write_mark } else { line.read };
    let width = pen.width(word, setting);
    let y = base - setting.middle() - Pt(7_000);
    let rect = Rect { x: left, y, width: width + FRAME * 2, height: Pt(14_000) };
    let fill = write.then_some(225);
    strip.push(None, ItemKind::Path(Path { segments: rectangle(rect), stroke: Some(stroke), fill, even_odd: false }));
    let paragraph = pen.lay(word, setting, width + Pt(10));
    strip.text(Some(tag), &paragraph, left + FRAME, base - paragraph.first_base());
}

/// A diamond around a point, which says that somebody decides.
pub(super) fn diamond(strip: &mut Strip, (x, y): (Pt, Pt), stroke: Stroke) {
    let reach = Pt(6_000);
    let segments = vec![
        PathSegment::Move(x - reach, y),
        PathSegment::Line(x, y - reach),
        PathSegment::Line(x + reach, y),
        PathSegment::Line(x, y + reach),
        PathSegment::Close,
    ];
    strip.push(None, outline(segments, stroke));
}

/// Two strokes from a place at the height of a middle, which say that what follows is a value and nothing to do.
pub(super) fn equals(strip: &mut Strip, (left, middle): (Pt, Pt), stroke: Stroke) {
    strip.signs.value = true;
    for y in [middle - Pt(1_600), middle + Pt(1_600)] {
        strip.push(None, line(left, y, left + Pt(5_000), y, stroke));
    }
}

/// What stands before a line that only the paper begins: an arrow where a space stands between it and the line above, and the mark
/// by which proofreaders close a gap where none does.
pub(super) fn goes_on(strip: &mut Strip, (left, base): (Pt, Pt), after_space: bool, stroke: Stroke) {
    strip.signs.goes_on[usize::from(after_space)] = true;
    let stroke = Stroke { round: true, ..stroke };
    let at = |x: i32, y: i32| (left + Pt(x), base - Pt(y));
    let to = |x: i32, y: i32| PathSegment::Line(at(x, y).0, at(x, y).1);
    let from = |x: i32, y: i32| PathSegment::Move(at(x, y).0, at(x, y).1);
    let segments = if after_space {
        vec![from(0, 8_000), to(0, 3_000), to(7_000, 3_000), from(4_500, 5_300), to(7_000, 3_000), to(4_500, 700)]
    } else {
        let arc = |x: i32, y: i32, bend: i32| {
            let [(x1, y1), (x2, y2), (x3, y3)] = [at(x + 2_000, y + bend), at(x + 5_500, y + bend), at(x + 7_500, y)];
            PathSegment::Curve(x1, y1, x2, y2, x3, y3)
        };
        vec![from(0, 5_000), arc(0, 5_000, 3_000), from(0, 2_600), arc(0, 2_600, -3_000)]
    };
    strip.push(None, outline(segments, stroke));
}

fn outline(segments: Vec<PathSegment>, stroke: Stroke) -> ItemKind {
    ItemKind::Path(Path { segments, stroke: Some(stroke), fill: None, even_odd: false })
}
