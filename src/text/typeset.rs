//! Sets text in lines of glyphs of a given width. Parley's engine finds where lines may break, the directions and the
//! glyphs; the faces are chosen and the lines are filled here.

mod lines;
mod shape;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::FixedState;

use self::lines::{Placer, fill};
use self::shape::{AtomClass, Shaped, code_size, length, scaled};
use super::fonts::Chooser;
use super::{Content, Fonts, Gap, GapWidth, Run, Text};
use crate::chars::is_shaped;
use crate::geometry::{FaceId, Pt, Rect, TextItem};

/// Width of a gap for a value: 22 mm.
const VALUE: Pt = Pt::tenth_mm(220);

/// Texts of up to this many bytes are laid out once and remembered.
const CACHED_BYTES: usize = 128;

/// At most this many paragraphs are remembered.
const CACHED_PARAGRAPHS: usize = 4096;

/// Distance from the top of a line to its base line. It is the same for every face, so that lines of mixed faces have
/// the same height.
pub(crate) const fn ascent(size: Pt) -> Pt {
    Pt((size.0 as i64 * 88 / 100) as i32)
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Setting {
    /// Type size; code is set a tenth smaller, but not under 10 points.
    pub size: Pt,
    /// From one base line to the next.
    pub leading: Pt,
    /// Whether all of it is bold.
    pub bold: bool,
    /// Whether all of it is code: monospaced, with every space kept.
    pub code: bool,
    /// How a line is aligned in its width.
    pub align: Align,
}

impl Setting {
    /// The same setting in bold.
    #[must_use]
    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// Distance from a base line up to the middle of digits and capitals, where signs and boxes stand.
    #[must_use]
    pub fn middle(self) -> Pt {
        self.size * 36 / 100
    }

    /// The same setting with another alignment.
    #[must_use]
    pub const fn aligned(self, align: Align) -> Self {
        Self { align, ..self }
    }
}

/// How a line is aligned in its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Align {
    /// At the left.
    #[default]
    Start,
    /// In the middle.
    Center,
    /// At the right.
    End,
}

/// A text set in lines. Every position is relative to the paragraph's top left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct Paragraph {
    /// What is drawn, line after line.
    pub pieces: Vec<LinePiece>,
    /// One for each line.
    pub lines: Vec<Line>,
    /// Number of lines times the leading.
    pub height: Pt,
    /// Width of the widest line, trailing spaces left out.
    pub width: Pt,
}

impl Paragraph {
    /// Distance from its top to its first base line; 0 where it has no line.
    #[must_use]
    pub fn first_base(&self) -> Pt {
        self.lines.first().map_or(Pt::ZERO, |line| line.baseline)
    }
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Left end, after alignment.
    pub x: Pt,
    /// Base line.
    pub baseline: Pt,
    /// Width, trailing spaces left out.
    pub width: Pt,
}

/// Something on a line.
#[derive(Debug, Clone, PartialEq)]
pub enum LinePiece {
    /// Glyphs.
    Glyphs(TextItem),
    /// A gap to write on, from the height of capitals to the base line. A gap drawn as underscores is among the
    /// glyphs as well.
    Gap(Rect, Box<Gap>),
    /// Room for a page number, which is filled in after pagination.
    PageOf {
        /// Name of the destination.
        destination: String,
        /// Left end.
        x: Pt,
        /// Base line.
        y: Pt,
        /// Width of the room.
        width: Pt,
        /// Type size.
        size: Pt,
        /// Face of the digits.
        face: FaceId,
    },
    /// The area of a link.
    Link(Rect, Arc<str>),
}

/// Sets texts. It keeps buffers and results from one paragraph to the next.
pub struct Typesetter<'f> {
    fonts: &'f Fonts,
    chooser: Chooser<'f>,
    shaped: Shaped,
    /// Paragraphs set before, by text, setting and width; see [`encode`].
    known: HashMap<Box<[u8]>, Arc<Paragraph>, FixedState>,
    key: Vec<u8>,
}

/// Writes a key of a text: its language, and its runs with their kinds and styles. Lengths come first, so that no two
/// texts have the same key. A text with a page number also has the number of digits in its key. Returns false for a
/// text that is too long to remember.
fn encode(text: &Text, page_digits: usize, key: &mut Vec<u8>) -> bool {
    key.clear();
    let words = |content: &Content| match content {
        Content::Chars(words) | Content::PageOf(words) => words.len(),
        Content::Blank(gap) => gap.words.len(),
        Content::Break | Content::Found(_) => 1,
    };
    if text.runs.iter().map(|run| words(&run.content) + 1).sum::<usize>() > CACHED_BYTES {
        return false;
    }
    let mut push = |kind: u8, words: &str| {
        key.push(kind);
        key.extend((words.len() as u32).to_le_bytes());
        key.extend(words.as_bytes());
    };
    push(0, text.lang.tag());
    for run in &text.runs {
        match &run.content {
            Content::Chars(words) => push(1, words),
            Content::Break => push(2, ""),
            Content::Blank(gap) => {
                push(3, &gap.words);
                if let GapWidth::Underscores(count) = gap.width {
                    push(count, "_");
                }
                if let Some(field) = &gap.field {
                    push(6, &field.to_string());
                }
            }
            Content::PageOf(words) => {
                push(4, words);
                push(page_digits as u8, "");
            }
            Content::Found(_) => {}
        }
        let style = u8::from(run.style.bold) | u8::from(run.style.code) << 1;
        push(8 | style, "");
        if let Some(link) = &run.style.link {
            push(5, link);
        }
    }
    true
}

/// A text on one line, made from its measured paragraph, if it fits a width. Most texts are measured before they are
/// set, and shaping them twice would be most of the work.
fn on_one_line(natural: &Arc<Paragraph>, align: Align, width: Pt) -> Option<Arc<Paragraph>> {
    let [Line { x: Pt::ZERO, width: own, .. }] = *natural.lines else { return None };
    let shift = match align {
        _ if own > width => return None,
        Align::Start => return Some(Arc::clone(natural)),
        Align::Center => (width - own) / 2,
        Align::End => width - own,
    };
    let mut moved = Paragraph::clone(natural);
    moved.lines[0].x = shift;
    for piece in &mut moved.pieces {
        match piece {
            LinePiece::Glyphs(text) => text.x += shift,
            LinePiece::Gap(rect, _) | LinePiece::Link(rect, _) => rect.x += shift,
            LinePiece::PageOf { x, .. } => *x += shift,
        }
    }
    Some(Arc::new(moved))
}

impl<'f> Typesetter<'f> {
    /// A typesetter that sets with these faces.
    #[must_use]
    pub fn new(fonts: &'f Fonts) -> Self {
        let mut shaped = Shaped::default();
        shaped.page_digits = 3;
        Self { fonts, chooser: Chooser::new(fonts), shaped, known: HashMap::default(), key: Vec::new() }
    }

    /// Gives page numbers room for this many digits from now on. At first they have three.
    pub fn set_page_digits(&mut self, digits: usize) {
        self.shaped.page_digits = digits;
    }

    /// The faces that it sets with.
    #[must_use]
    pub fn fonts(&self) -> &'f Fonts {
        self.fonts
    }

    /// Sets a text in lines of a width. A line is wider only if a single character is. An empty text has no lines.
    pub fn paragraph(&mut self, text: &Text, setting: &Setting, width: Pt) -> Arc<Paragraph> {
        let mut key = std::mem::take(&mut self.key);
        let paragraph = if encode(text, self.shaped.page_digits, &mut key) {
            let natural = self.known(&mut key, text, &Setting { align: Align::Start, ..*setting }, Pt(i32::MAX));
            on_one_line(&natural, setting.align, width).unwrap_or_else(|| self.known(&mut key, text, setting, width))
        } else {
            Arc::new(self.lay_out(text, setting, width))
        };
        self.key = key;
        paragraph
    }

    /// Returns the paragraph that is remembered under `key`, or sets the text and remembers it.
    fn known(&mut self, key: &mut Vec<u8>, text: &Text, setting: &Setting, width: Pt) -> Arc<Paragraph> {
        let Setting { size, leading, bold, code, align } = *setting;
        let words = key.len();
        for length in [size, leading, width] {
            key.extend_from_slice(&length.0.to_le_bytes());
        }
        key.extend_from_slice(&[u8::from(bold), u8::from(code), align as u8]);
        let known = self.known.get(key.as_slice()).map(Arc::clone);
        let paragraph = known.unwrap_or_else(|| {
            let paragraph = Arc::new(self.lay_out(text, setting, width));
            if self.known.len() >= CACHED_PARAGRAPHS {
                self.known.clear();
            }
            self.known.insert(key.as_slice().into(), Arc::clone(&paragraph));
            paragraph
        });
        key.truncate(words);
        paragraph
    }

    /// Width of a text whose lines end only at its own line breaks.
    pub fn width(&mut self, text: &Text, setting: &Setting) -> Pt {
        self.paragraph(text, &Setting { align: Align::Start, ..*setting }, Pt(i32::MAX)).width
    }

    /// The characters that can't be printed: the index of the run, the bytes within it, and the character. What the shaper makes of them
    /// decides, since it may ask a face for other characters than are written.
    pub fn missing(&mut self, text: &Text) -> Vec<(usize, Range<usize>, char)> {
        let mut missing = self.chooser.missing(text);
        let is_shaped =
            |run: &Run| if let Content::Chars(chars) = &run.content { chars.chars().any(is_shaped) } else { false };
        if !text.runs.iter().any(is_shaped) {
            return missing;
        }
        for (bold, code) in [(false, false), (true, false), (false, true), (true, true)] {
            let size = Pt::points(10);
            let setting = Setting { size, leading: size, bold, code, align: Align::Start };
            let mut from = 0;
            for line in text.runs.split(|run| run.content == Content::Break) {
                self.shaped.shape(&mut self.chooser, text, from..from + line.len(), &setting, i64::from(i32::MAX));
                self.shaped.holes(text, self.fonts, &mut missing);
                from += line.len() + 1;
            }
        }
        missing.sort_unstable_by_key(|(run, bytes, _)| (*run, bytes.start));
        missing.dedup();
        missing
    }

    fn lay_out(&mut self, text: &Text, setting: &Setting, width: Pt) -> Paragraph {
        let fonts = self.fonts;
        let width = i64::from(width.0.max(0));
        let mut placer = Placer { fonts, text, setting, width, pieces: Vec::new(), lines: Vec::new() };
        let mut from = 0;
        while from < text.runs.len() && !text.is_empty() {
            let rest = &text.runs[from..];
            let until =
                rest.iter().position(|run| run.content == Content::Break).map_or(text.runs.len(), |at| from + at);
            self.shaped.shape(&mut self.chooser, text, from..until, setting, width);
            let tabs = self.shaped.atoms.iter().any(|atom| atom.class == AtomClass::Tab);
            let stop = if tabs { self.tab_stop(setting) } else { 0 };
            let filled = fill(&mut self.shaped.atoms, width, setting.code, stop);
            for line in &filled {
                placer.place(&self.shaped, Some(line));
            }
            if filled.is_empty() {
                placer.place(&self.shaped, None);
            }
            // A line break at the very end begins one more line.
            if until + 1 == text.runs.len() {
                placer.place(&self.shaped, None);
            }
            from = until + 1;
        }
        let Placer { pieces, lines, .. } = placer;
        let height = length(i64::from(setting.leading.0) * lines.len() as i64);
        let width = lines.iter().map(|line| line.width).max().unwrap_or_default();
        Paragraph { pieces, lines, height, width }
    }

    /// Distance between two tab stops: four spaces of code.
    fn tab_stop(&self, setting: &Setting) -> i64 {
        let space = self.fonts.face_for(' ', setting.bold, true, false).map_or(0, |id| {
            let face = self.fonts.face(id);
            face.glyph(' ').map_or(0, face.advances())
        });
        4 * scaled(f32::from(space), code_size(setting.size))
    }
}

#[cfg(test)]
mod tests;
