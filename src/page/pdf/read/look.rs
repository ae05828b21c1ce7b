//! What a text field shows: a program that fills it in draws the value too, and viewers show that drawing.
//!
//! Only what the usual programs draw is read: dark text on a light ground, upright, inside of the field. Whatever else is
//! drawn may hide the text or be none, so it can't be read here.

use std::rc::Rc;

use super::appearance::{self, Bounds, gray};
use super::font_codes::{FontCodes, KnownFonts};
use super::{Dict, Fault, Lexer, PdfValue, ReceivedFile, numbers};
use crate::chars::draws_nothing;

/// What a field shows beside its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldLook {
    /// Its value.
    Same,
    /// Something else, or nothing.
    Other,
    /// It can't be read here: each viewer draws it, or it is drawn in a way that text isn't.
    Unreadable,
}

/// The lightest gray of a text, and the darkest of what is behind it; 1 is white.
const DARK: f64 = 0.6;
const LIGHT: f64 = 0.8;

/// The widest line of a border, in points, and the most parts of all paths before a text.
const WIDEST: f64 = 3.0;
const MOST_SEGMENTS: usize = 64;

/// The smallest type that can be read, in points, and the largest, as a part of the height of its field.
const SMALLEST: f64 = 3.0;
const LARGEST: f64 = 1.3;

/// How much of a type size may be cut off below the base line, and how much must be seen above it.
const BELOW: f64 = 0.3;
const ABOVE: f64 = 0.4;

/// How far left of its field a line may begin, in points: one that is too long is cut off.
const OUTSIDE: f64 = 2.0;

/// How much space may be put between characters, in points, and between parts of a line, in thousandths of the type size.
const SPACING: f64 = 10.0;
const KERNING: f64 = 1000.0;

/// The most states that are kept at once.
const DEEPEST: usize = 32;

/// What a field shows whose value is `words`.
pub(super) fn look(
    file: &ReceivedFile<'_>,
    fonts: &mut KnownFonts,
    table: &Dict,
    words: &str,
) -> Result<FieldLook, Fault> {
    let looks = file.get(table, "AP")?;
    let look = looks.table().map_or(Ok(PdfValue::Null), |looks| file.get(looks, "N"))?;
    let (PdfValue::Stream(form, ..), Some(looks)) = (&look, looks.table()) else {
        return Ok(if plain(words).is_empty() { FieldLook::Same } else { FieldLook::Unreadable });
    };
    let content = match file.unpack(&look) {
        Ok(content) => content,
        Err(fault @ Fault::TooMuch(_)) => return Err(fault),
        Err(_) => return Ok(FieldLook::Unreadable),
    };
    file.work(content.len())?;
    let (rect, bounds) = (Bounds::new(&file.numbers(table, "Rect")?), appearance::bounds(file, form)?);
    let seen = bounds.zip(rect).filter(|(bounds, rect)| bounds.moved_to(rect).is_some());
    // A look for the moment when a mouse is over it is another look.
    let (Some((bounds, _)), 1) = (seen, looks.len()) else { return Ok(FieldLook::Unreadable) };
    let mut reader = LookReader {
        file,
        known: fonts,
        fonts: file.below(form, &["Resources", "Font"])?,
        bounds,
        shown: String::new(),
        state: LookState::new(bounds),
        kept: Vec::new(),
        line: (0.0, 0.0),
        scale: (1.0, 1.0),
        path: LookPath::default(),
        segments: 0,
    };
    let is_read = reader.read(&content)?;
    Ok(match is_read {
        true if plain(&reader.shown) == plain(words) => FieldLook::Same,
        true => FieldLook::Other,
        false => FieldLook::Unreadable,
    })
}

/// Words without the space between them, which a drawing may leave out.
fn plain(words: &str) -> String {
    words.chars().filter(|ch| !ch.is_whitespace() && !draws_nothing(*ch)).collect()
}

/// What `q` keeps and `Q` gives back (ISO 32000-1, 8.4.2).
#[derive(Clone)]
struct LookState {
    font: Option<Rc<FontCodes>>,
    size: f64,
    leading: f64,
    /// How far everything is moved.
    origin: (f64, f64),
    /// The gray of areas and text, and that of lines.
    fill: f64,
    stroke: f64,
    /// The width of lines.
    width: f64,
    /// Where what is drawn can be seen.
    seen: Bounds,
}

impl LookState {
    const fn new(seen: Bounds) -> Self {
        Self { font: None, size: 0.0, leading: 0.0, origin: (0.0, 0.0), fill: 0.0, stroke: 0.0, width: 1.0, seen }
    }
}

/// The path that isn't drawn yet.
#[derive(Default)]
struct LookPath {
    /// The rectangle that all of it is; `None` for any other.
    rect: Option<Bounds>,
    segments: usize,
    is_clip: bool,
}

struct LookReader<'r, 'b> {
    file: &'r ReceivedFile<'b>,
    known: &'r mut KnownFonts,
    /// The fonts that the look calls.
    fonts: PdfValue,
    bounds: Bounds,
    shown: String,
    state: LookState,
    kept: Vec<LookState>,
    /// Where the line of text begins, and how much wider and higher than usual it is.
    line: (f64, f64),
    scale: (f64, f64),
    path: LookPath,
    /// The parts of all paths so far.
    segments: usize,
}

impl LookReader<'_, '_> {
    /// Reads what is drawn; false when something isn't text that can be seen and read.
    fn read(&mut self, content: &[u8]) -> Result<bool, Fault> {
        let mut lexer = Lexer::new(content, 0);
        let mut operands: Vec<PdfValue> = Vec::new();
        while let Some(word) = lexer.operator(&mut operands) {
            let operands = std::mem::take(&mut operands);
            let goes_on = match &*word {
                b"Tj" | b"TJ" => self.show_all(&operands)?,
                b"'" => {
                    self.next_line(0.0, -self.state.leading);
                    self.show_all(&operands)?
                }
                b"Tf" => self.set_font(&operands)?,
                // What is marked so may be hidden.
                b"BMC" | b"BDC" => operands.first().and_then(PdfValue::name) != Some(b"OC"),
                b"EMC" | b"MP" | b"DP" => true,
                _ => self.set(&word, &numbers(&operands)),
            };
            if !goes_on {
                return Ok(false);
            }
        }
        Ok(lexer.doubt.is_none() && lexer.is_at_end())
    }

    /// Follows an operator that shows no text itself; false for one after which nobody knows here what is seen.
    fn set(&mut self, word: &[u8], said: &[f64]) -> bool {
        let state = &mut self.state;
        match (word, said) {
            (b"q", []) => {
                self.kept.push(state.clone());
                self.kept.len() <= DEEPEST
            }
            (b"Q", []) => self.kept.pop().map(|kept| *state = kept).is_some(),
            (b"cm", [1.0, 0.0, 0.0, 1.0, x, y]) => {
                state.origin = (state.origin.0 + x, state.origin.1 + y);
                true
            }
            (b"BT", []) => {
                (self.line, self.scale) = ((0.0, 0.0), (1.0, 1.0));
                true
            }
            (b"Td", [x, y]) => self.next_line(*x, *y),
            (b"TD", [x, y]) => {
                state.leading = -y;
                self.next_line(*x, *y)
            }
            (b"T*", []) => {
                let leading = state.leading;
                self.next_line(0.0, -leading)
            }
            (b"Tm", [wide, 0.0, 0.0, high, x, y]) => {
                (self.line, self.scale) = ((*x, *y), (*wide, *high));
                *wide > 0.0 && (0.8..=1.25).contains(&(high / wide))
            }
            (b"TL", [leading]) => {
                state.leading = *leading;
                true
            }
            (b"Tc" | b"Tw", [space]) => space.abs() <= SPACING,
            (b"g", [shade]) => {
                state.fill = *shade;
                true
            }
            (b"rg", [red, green, blue]) => {
                state.fill = gray([*red, *green, *blue]);
                true
            }
            (b"k", [cyan, magenta, yellow, black]) => {
                state.fill = printed([*cyan, *magenta, *yellow, *black]);
                true
            }
            (b"G", [shade]) => {
                state.stroke = *shade;
                true
            }
            (b"RG", [red, green, blue]) => {
                state.stroke = gray([*red, *green, *blue]);
                true
            }
            (b"K", [cyan, magenta, yellow, black]) => {
                state.stroke = printed([*cyan, *magenta, *yellow, *black]);
                true
            }
            (b"w", [width]) => {
                state.width = *width;
                true
            }
            (b"Tz", [100.0]) | (b"Ts" | b"Tr", [0.0]) | (b"ET", []) | (b"J" | b"j" | b"M" | b"i" | b"d", [_]) => true,
            (b"re", [x, y, width, height]) => {
                let (x, y) = (x + state.origin.0, y + state.origin.1);
                let rect = Bounds::new(&[x, y, x + width, y + height]);
                self.segment(rect)
            }
            (b"m" | b"l", [_, _]) | (b"c", [_, _, _, _, _, _]) | (b"v" | b"y", [_, _, _, _]) | (b"h", []) => {
                self.segment(None)
            }
            (b"W" | b"W*", []) => {
                self.path.is_clip = true;
                self.path.rect.is_some()
            }
            (b"n" | b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*", []) => self.paint(word),
            _ => false,
        }
    }

    fn segment(&mut self, rect: Option<Bounds>) -> bool {
        self.path.segments += 1;
        self.path.rect = rect.filter(|_| self.path.segments == 1);
        self.segments += 1;
        self.segments <= MOST_SEGMENTS
    }

    /// Draws the path; false for what could hide a text. Whatever comes behind one could.
    fn paint(&mut self, word: &[u8]) -> bool {
        let path = std::mem::take(&mut self.path);
        let state = &mut self.state;
        if let Some(rect) = path.rect.filter(|_| path.is_clip) {
            state.seen = state.seen.inside(&rect);
        }
        let (fills, strokes) =
            (matches!(word[0], b'f' | b'F' | b'B' | b'b'), matches!(word[0], b'S' | b's' | b'B' | b'b'));
        let is_ground = !fills || state.fill >= LIGHT;
        let is_border = !strokes || state.stroke >= LIGHT || state.width <= WIDEST;
        word == b"n" || (self.shown.is_empty() && is_ground && is_border)
    }

    fn set_font(&mut self, operands: &[PdfValue]) -> Result<bool, Fault> {
        let [PdfValue::Name(name), PdfValue::Number(size)] = operands else { return Ok(false) };
        self.state.size = *size;
        self.state.font = self.known.font(self.file, &self.fonts, name)?;
        Ok(true)
    }

    fn next_line(&mut self, x: f64, y: f64) -> bool {
        self.line = (self.line.0 + x * self.scale.0, self.line.1 + y * self.scale.1);
        true
    }

    fn show_all(&mut self, operands: &[PdfValue]) -> Result<bool, Fault> {
        let parts = match operands {
            [PdfValue::List(parts)] => parts,
            parts => parts,
        };
        for part in parts {
            let is_read = match part {
                PdfValue::String(string) => self.show(string)?,
                PdfValue::Number(kerning) => kerning.abs() <= KERNING,
                _ => false,
            };
            if !is_read {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads a text that is shown; false when it can't be seen or read.
    fn show(&mut self, string: &[u8]) -> Result<bool, Fault> {
        let LookState { size, origin, fill, seen, .. } = self.state;
        let (Some(font), false) = (self.state.font.clone(), string.is_empty()) else { return Ok(string.is_empty()) };
        let size = size * self.scale.1;
        let (x, y) = (self.line.0 + origin.0, self.line.1 + origin.1);
        let is_inside = (seen.left - OUTSIDE..seen.right).contains(&x)
            && (seen.bottom - size * BELOW..=seen.top - size * ABOVE).contains(&y);
        let is_type = (SMALLEST..=self.bounds.height() * LARGEST).contains(&size);
        Ok(fill <= DARK && is_inside && is_type && font.read(self.file, string, &mut self.shown)?)
    }
}

/// The gray of a colour for print, as the eye takes it.
fn printed([cyan, magenta, yellow, black]: [f64; 4]) -> f64 {
    gray([cyan, magenta, yellow].map(|ink| 1.0 - ink)) - black
}
