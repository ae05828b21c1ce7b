//! Fills lines of a width with atoms, and draws them.

use std::mem;
use std::ops::Range;
use std::sync::Arc;

use super::shape::{Atom, AtomClass, Shaped, length};
use super::{Align, Line, LinePiece, Setting, ascent};
use crate::geometry::{FaceId, Glyph, Pt, Rect, TextItem};
use crate::text::{Content, Fonts, Gap, GapWidth, Run, Text};

/// A line that has been filled.
pub(super) struct FilledLine {
    /// Indexes of its atoms.
    pub atoms: Range<usize>,
    /// Width without trailing spaces.
    pub width: i64,
    /// How much of the empty half of a closing punctuation at its end is left out to make it fit.
    trim: i64,
}

/// Fills lines greedily. A line is wider than `width` only if a single atom is. A piece that is wider than a line and
/// has no place to break is broken anywhere. A tab in code leads to the next multiple of `stop`. With `exact`, spaces
/// don't hang over the end of a line; otherwise no line ends behind spaces alone, so that what is beside a row stands on the line
/// of its first word.
pub(super) fn fill(atoms: &mut [Atom], width: i64, exact: bool, stop: i64) -> Vec<FilledLine> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < atoms.len() {
        let mut pen = 0;
        let mut end = start;
        let (mut fit, mut has_ink) = (None, exact);
        while end < atoms.len() {
            let first = end == start;
            let atom = &mut atoms[end];
            if atom.class == AtomClass::Tab && stop > 0 {
                atom.advance = stop - pen % stop;
            }
            if !first && atom.breakable && has_ink {
                fit = Some(end);
            }
            let right = pen + if first { 0 } else { atom.gap } + atom.advance;
            let is_space = matches!(atom.class, AtomClass::Space | AtomClass::Tab);
            let hangs = !exact && is_space;
            if right - slack(atom) > width && !hangs && !first {
                break;
            }
            has_ink |= !is_space;
            pen = right;
            end += 1;
        }
        let next = if end < atoms.len() { fit.unwrap_or(end) } else { end };
        lines.push(measure(atoms, start..next, width));
        start = next;
    }
    lines
}

/// Width that closing punctuation can give up at the end of a line.
fn slack(atom: &Atom) -> i64 {
    if atom.class == AtomClass::Closing { atom.advance / 2 } else { 0 }
}

fn measure(atoms: &[Atom], range: Range<usize>, width: i64) -> FilledLine {
    let (mut pen, mut ink, mut last) = (0, 0, None);
    for (index, atom) in atoms[range.clone()].iter().enumerate() {
        pen += if index == 0 { 0 } else { atom.gap } + atom.advance;
        if !matches!(atom.class, AtomClass::Space | AtomClass::Tab) {
            (ink, last) = (pen, Some(atom));
        }
    }
    let trim = last.map_or(0, |atom| (ink - width).clamp(0, slack(atom)));
    FilledLine { atoms: range, width: ink - trim, trim }
}

/// The order in which the atoms of a line stand from left to right (rule L2 of Unicode's bidirectional algorithm).
fn visual_order(atoms: &[Atom]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..atoms.len()).collect();
    let highest = atoms.iter().map(|atom| atom.level).max().unwrap_or(0);
    for level in (1..=highest).rev() {
        for stretch in order.chunk_by_mut(|&a, &b| (atoms[a].level >= level) == (atoms[b].level >= level)) {
            if stretch.first().is_some_and(|&first| atoms[first].level >= level) {
                stretch.reverse();
            }
        }
    }
    order
}

/// Puts the lines of one paragraph on paper.
pub(super) struct Placer<'a> {
    /// The faces.
    pub fonts: &'a Fonts,
    /// The text that is set.
    pub text: &'a Text,
    /// How it is set.
    pub setting: &'a Setting,
    /// Width in which lines are aligned.
    pub width: i64,
    /// The pieces so far.
    pub pieces: Vec<LinePiece>,
    /// The lines so far.
    pub lines: Vec<Line>,
}

/// A text item to which glyphs are still added.
struct Open {
    x: i64,
    face: FaceId,
    size: Pt,
    link: Option<Arc<str>>,
    rtl: bool,
    bytes: Range<usize>,
    glyphs: Vec<Glyph>,
}

/// The gap whose underscores a run draws.
fn underscored(run: &Run) -> Option<&Gap> {
    match &run.content {
        Content::Blank(gap) if matches!(gap.width, GapWidth::Underscores(_)) => Some(gap),
        _ => None,
    }
}

impl<'a> Placer<'a> {
    /// Adds a line; `None` for an empty one.
    pub(super) fn place(&mut self, shaped: &Shaped, filled: Option<&FilledLine>) {
        let line_width = filled.map_or(0, |filled| filled.width);
        let x = match self.setting.align {
            Align::Start => 0,
            Align::Center => ((self.width - line_width) / 2).max(0),
            Align::End => (self.width - line_width).max(0),
        };
        let top = i64::from(self.setting.leading.0) * self.lines.len() as i64;
        let base = length(top + (i64::from(self.setting.leading.0) - i64::from(self.setting.size.0)) / 2)
            + ascent(self.setting.size);
        self.lines.push(Line { x: length(x), baseline: base, width: length(line_width) });
        let Some(filled) = filled else { return };
        let atoms = &shaped.atoms[filled.atoms.clone()];
        let last_ink = atoms.iter().rposition(|atom| !matches!(atom.class, AtomClass::Space | AtomClass::Tab));
        let ltr = atoms.iter().all(|atom| atom.level == 0);
        let order = if ltr { Vec::new() } else { visual_order(atoms) };

        let mut pen = x;
        let mut open: Option<Open> = None;
        let mut link: Option<(Arc<str>, i64)> = None;
        let mut gap: Option<(&Gap, i64)> = None;
        for at in 0..atoms.len() {
            let index = order.get(at).copied().unwrap_or(at);
            let atom = &atoms[index];
            let text: &'a Text = self.text;
            let run = &text.runs[atom.run];
            if at > 0 {
                pen += atom.gap;
                if let Some(glyph) = open.as_mut().and_then(|item| item.glyphs.last_mut()) {
                    glyph.advance += length(atom.gap);
                }
            }
            if link.as_ref().map(|(target, _)| target) != run.style.link.as_ref() {
                self.close_link(link.take(), pen, base);
                link = run.style.link.clone().map(|target| (target, pen));
            }
            if gap.is_some_and(|(gap, _)| !underscored(run).is_some_and(|other| std::ptr::eq(gap, other))) {
                self.close_gap(gap.take(), pen, base);
            }
            if gap.is_none() {
                gap = underscored(run).map(|gap| (gap, pen));
            }
            if atom.class == AtomClass::Object {
                self.close(shaped, open.take(), base);
                self.object(atom, pen, base);
            } else {
                let goes_on = open.as_ref().is_some_and(|item| {
                    item.face == atom.face
                        && item.size == atom.size
                        && item.rtl == atom.is_rtl()
                        && item.link == run.style.link
                        && if item.rtl { atom.text.end == item.bytes.start } else { atom.text.start == item.bytes.end }
                });
                if !goes_on {
                    self.close(shaped, open.take(), base);
                }
                let item = open.get_or_insert_with(|| Open {
                    x: pen,
                    face: atom.face,
                    size: atom.size,
                    link: run.style.link.clone(),
                    rtl: atom.is_rtl(),
                    bytes: atom.text.clone(),
                    glyphs: Vec::with_capacity(atoms.len() - at),
                });
                item.bytes = item.bytes.start.min(atom.text.start)..item.bytes.end.max(atom.text.end);
                shaped.push_glyphs(atom, self.fonts, &mut item.glyphs);
                if Some(index) == last_ink
                    && let Some(glyph) = item.glyphs.last_mut()
                {
                    glyph.advance -= length(filled.trim);
                    pen -= filled.trim;
                }
            }
            pen += atom.advance;
        }
        self.close(shaped, open, base);
        self.close_gap(gap, pen, base);
        self.close_link(link, pen.min(x + line_width), base);
    }

    fn object(&mut self, atom: &Atom, x: i64, y: Pt) {
        let run = &self.text.runs[atom.run];
        let bold = self.setting.bold || run.style.bold;
        match &run.content {
            Content::Blank(gap) => self.gap(gap, x, x + atom.advance, y),
            Content::PageOf(destination) => self.pieces.push(LinePiece::PageOf {
                destination: destination.clone(),
                x: length(x),
                y,
                width: length(atom.advance),
                size: self.setting.size,
                face: Fonts::sans(bold),
            }),
            Content::Chars(_) | Content::Break | Content::Found(_) => {}
        }
    }

    fn gap(&mut self, gap: &Gap, left: i64, right: i64, base: Pt) {
        // The cap height of Noto Sans is 714 thousandths of an em.
        let height = self.setting.size * 7 / 10;
        let rect = Rect { x: length(left), y: base - height, width: length(right - left), height };
        self.pieces.push(LinePiece::Gap(rect, Box::new(gap.clone())));
    }

    fn close_gap(&mut self, gap: Option<(&Gap, i64)>, right: i64, base: Pt) {
        if let Some((gap, left)) = gap {
            self.gap(gap, left, right, base);
        }
    }

    fn close(&mut self, shaped: &Shaped, item: Option<Open>, y: Pt) {
        let Some(mut item) = item else { return };
        let origin = item.bytes.start as u32;
        for glyph in &mut item.glyphs {
            glyph.cluster = glyph.cluster.start - origin..glyph.cluster.end - origin;
        }
        self.pieces.push(LinePiece::Glyphs(TextItem {
            x: length(item.x),
            y,
            size: item.size,
            face: item.face,
            text: Arc::from(&shaped.flat[item.bytes]),
            glyphs: mem::take(&mut item.glyphs).into(),
        }));
    }

    fn close_link(&mut self, link: Option<(Arc<str>, i64)>, right: i64, base: Pt) {
        let Some((target, left)) = link else { return };
        let size = self.setting.size;
        let rect = Rect { x: length(left), y: base - ascent(size), width: length(right - left), height: size };
        self.pieces.push(LinePiece::Link(rect, target));
    }
}
