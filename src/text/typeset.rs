//! Text → lines of glyphs of a given width, through parley's engine: it finds the places where lines may break, the
//! directions and the glyphs; choosing faces and filling lines is ours.

mod lines;
mod shape;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::FixedState;

use self::lines::{Placer, fill};
use self::shape::{Class, Shaped, code_size, length, scaled};
use super::fonts::Chooser;
use super::{Content, Fonts, Text};
use crate::page::{FaceId, Pt, Rect, TextItem};

/// Width of a blank: 22 mm.
const BLANK: Pt = Pt::tenth_mm(220);

/// Texts of up to this many bytes are laid out once and remembered.
const CACHED_BYTES: usize = 128;

/// This many paragraphs are remembered.
const CACHED_PARAGRAPHS: usize = 4096;

/// From the top of the em box to the base line. The same for every face, so that lines of mixed faces keep the grid.
pub(crate) const fn ascent(size: Pt) -> Pt {
    Pt((size.0 as i64 * 88 / 100) as i32)
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Setting {
    /// Type size; code is set a tenth smaller, but not under 10.5 points.
    pub size: Pt,
    /// From one base line to the next.
    pub leading: Pt,
    /// All of it bold.
    pub bold: bool,
    /// All of it monospaced, lines broken anywhere, every space kept.
    pub code: bool,
    /// 0 black … 255 white.
    pub gray: u8,
    /// Where a line stands in its width.
    pub align: Align,
}

/// Where a line stands in its width.
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

/// Lines of glyphs; every position is relative to the paragraph's top left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct Paragraph {
    /// What is drawn, line after line.
    pub pieces: Vec<Piece>,
    /// One for each line.
    pub lines: Vec<Line>,
    /// Number of lines times the leading.
    pub height: Pt,
    /// Width of the widest line, trailing spaces left out.
    pub width: Pt,
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
pub enum Piece {
    /// Glyphs.
    Glyphs(TextItem),
    /// A line to write on.
    Blank {
        /// From cap height to base line.
        rect: Rect,
        /// What belongs there.
        name: String,
    },
    /// Room for a page number, filled after pagination.
    PageOf {
        /// Name of the destination.
        destination: String,
        /// Left end.
        x: Pt,
        /// Base line.
        y: Pt,
        /// Width of the slot.
        width: Pt,
        /// Type size.
        size: Pt,
        /// Face of the digits.
        face: FaceId,
        /// 0 black … 255 white.
        gray: u8,
    },
    /// The area of a link.
    Link(Rect, Arc<str>),
}

/// Lays out text; keeps what it needs from one paragraph to the next.
pub struct Typesetter<'f> {
    fonts: &'f Fonts,
    chooser: Chooser<'f>,
    shaped: Shaped,
    cache: HashMap<Key, Paragraph, FixedState>,
}

/// Typesetters that lay out parts of one document side by side: what one has learnt is of use to whoever takes it next.
pub struct Typesetters<'f> {
    fonts: &'f Fonts,
    page_digits: usize,
    spare: Mutex<Vec<Typesetter<'f>>>,
}

impl<'f> Typesetters<'f> {
    /// Typesetters that print with these faces and give page numbers room for so many digits.
    #[must_use]
    pub fn new(fonts: &'f Fonts, page_digits: usize) -> Self {
        Self { fonts, page_digits, spare: Mutex::default() }
    }

    /// One that nobody uses.
    #[must_use]
    pub fn take(&self) -> Typesetter<'f> {
        let spare = self.spare().pop();
        spare.unwrap_or_else(|| Typesetter::new(self.fonts).with_page_digits(self.page_digits))
    }

    /// Gives one back.
    pub fn give(&self, typesetter: Typesetter<'f>) {
        self.spare().push(typesetter);
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Typesetter<'f>>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a layout depends on.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    setting: Setting,
    width: Pt,
    /// Language and runs, each with its kind and style, lengths first so that no two texts read the same.
    text: Vec<u8>,
}

impl Key {
    /// `None` for a text that is too long to remember.
    fn new(text: &Text, setting: &Setting, width: Pt) -> Option<Self> {
        let words = |content: &Content| match content {
            Content::Chars(words) | Content::Blank(words) | Content::PageOf(words) => words.len(),
            Content::Break => 1,
        };
        if text.runs.iter().map(|run| words(&run.content) + 1).sum::<usize>() > CACHED_BYTES {
            return None;
        }
        let mut bytes = Vec::with_capacity(CACHED_BYTES);
        let mut push = |kind: u8, words: &str| {
            bytes.push(kind);
            bytes.extend((words.len() as u32).to_le_bytes());
            bytes.extend(words.as_bytes());
        };
        push(0, text.lang.tag());
        for run in &text.runs {
            match &run.content {
                Content::Chars(words) => push(1, words),
                Content::Break => push(2, ""),
                Content::Blank(words) => push(3, words),
                Content::PageOf(words) => push(4, words),
            }
            let style = u8::from(run.style.bold) | u8::from(run.style.code) << 1;
            push(8 | style, "");
            if let Some(link) = &run.style.link {
                push(5, link);
            }
        }
        Some(Self { setting: *setting, width, text: bytes })
    }
}

impl<'f> Typesetter<'f> {
    /// A typesetter that prints with these faces.
    #[must_use]
    pub fn new(fonts: &'f Fonts) -> Self {
        Self { fonts, chooser: Chooser::new(fonts), shaped: Shaped::default(), cache: HashMap::default() }
            .with_page_digits(3)
    }

    /// Gives page numbers room for this many digits instead of three.
    #[must_use]
    pub fn with_page_digits(mut self, digits: usize) -> Self {
        self.shaped.page_digits = digits;
        self
    }

    /// The faces that it prints with.
    #[must_use]
    pub fn fonts(&self) -> &'f Fonts {
        self.fonts
    }

    /// Lays out a text in lines of a width. Only a single character may be wider; an empty text has no lines.
    pub fn paragraph(&mut self, text: &Text, setting: &Setting, width: Pt) -> Paragraph {
        let Some(key) = Key::new(text, setting, width) else { return self.lay_out(text, setting, width) };
        if let Some(paragraph) = self.cache.get(&key) {
            return paragraph.clone();
        }
        let paragraph = match self.on_one_line(text, setting, width) {
            Some(paragraph) => paragraph,
            None => self.lay_out(text, setting, width),
        };
        if self.cache.len() >= CACHED_PARAGRAPHS {
            self.cache.clear();
        }
        self.cache.insert(key, paragraph.clone());
        paragraph
    }

    /// The text as it was measured, moved to its place, where it fits its width in one line: most texts are measured
    /// first, and shaping them again would be most of the work.
    fn on_one_line(&mut self, text: &Text, setting: &Setting, width: Pt) -> Option<Paragraph> {
        if width == Pt(i32::MAX) {
            return None;
        }
        let mut natural = self.paragraph(text, &Setting { align: Align::Start, ..*setting }, Pt(i32::MAX));
        let [line] = natural.lines.as_mut_slice() else { return None };
        if line.x != Pt::ZERO || line.width > width {
            return None;
        }
        let shift = match setting.align {
            Align::Start => Pt::ZERO,
            Align::Center => (width - line.width) / 2,
            Align::End => width - line.width,
        };
        line.x = shift;
        for piece in &mut natural.pieces {
            match piece {
                Piece::Glyphs(text) => text.x += shift,
                Piece::Blank { rect, .. } | Piece::Link(rect, _) => rect.x += shift,
                Piece::PageOf { x, .. } => *x += shift,
            }
        }
        Some(natural)
    }

    /// How wide a text is when only its own breaks break it.
    pub fn width(&mut self, text: &Text, setting: &Setting) -> Pt {
        self.paragraph(text, &Setting { align: Align::Start, ..*setting }, Pt(i32::MAX)).width
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
            let tabs = self.shaped.atoms.iter().any(|atom| atom.class == Class::Tab);
            let stop = if tabs { self.tab_stop(setting) } else { 0 };
            let filled = fill(&mut self.shaped.atoms, width, setting.code, stop);
            for line in &filled {
                placer.place(&self.shaped, Some(line));
            }
            if filled.is_empty() {
                placer.place(&self.shaped, None);
            }
            // A break at the very end opens one more line.
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

    /// From one tab stop to the next: four spaces of code.
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
