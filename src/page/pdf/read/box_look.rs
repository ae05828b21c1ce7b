//! What a box shows when it is ticked and when it isn't: some programs that tick a box draw its looks anew.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::appearance::{self, Bounds, gray};
use super::digest::Digester;
use super::{Dict, Fault, Lexer, PdfValue, ReceivedFile, Token, ink};

/// The smallest width or height of a mark, in points.
const SMALLEST: f64 = 3.0;

/// About half of the width and height of a mark that is set as a letter, as a part of its type size.
const MIDDLE: f64 = 0.37;

/// The largest type size of a mark, as a part of the height of its box.
const HIGHEST: f64 = 2.0;

/// Codes of marks in the font of such marks that every viewer has: ticks, crosses, discs, squares, stars.
const MARKS: &[u8] = b"345678Hlmnqu";

/// Looks that were read, by the number of their object: the boxes of a list share theirs.
#[derive(Default)]
pub(super) struct BoxLooks(BTreeMap<u32, Rc<BoxLook>>);

/// What a look shows.
struct BoxLook {
    /// `None` for one that isn't drawn as it is.
    bounds: Option<Bounds>,
    /// A mark or nothing; `None` when it shows something else.
    shows_mark: Option<bool>,
}

impl BoxLooks {
    /// The looks of a box by what they mean: for each of its states, whether that shows a mark, or what else it draws.
    pub(super) fn meaning(&mut self, digester: &mut Digester<'_, '_>, table: &Dict) -> Result<PdfValue, Fault> {
        let file = digester.file();
        let looks = file.get(table, "AP")?;
        let Some(states) = looks.table().filter(|looks| looks.len() == 1) else { return Ok(looks) };
        let PdfValue::Table(states) = file.get(states, "N")? else { return Ok(looks) };
        let rect = Bounds::new(&file.numbers(table, "Rect")?);
        let mut told = Vec::new();
        for (name, look) in states {
            let known = self.look(file, &look)?;
            let is_as_drawn = known.bounds.zip(rect).is_some_and(|(bounds, rect)| bounds.moved_to(&rect).is_some());
            let meaning = match known.shows_mark.filter(|_| is_as_drawn) {
                Some(shows) => PdfValue::Bool(shows),
                None => PdfValue::String(digester.value(&look)?.to_vec()),
            };
            told.extend([PdfValue::Name(name), meaning]);
        }
        Ok(PdfValue::List(told))
    }

    fn look(&mut self, file: &ReceivedFile<'_>, look: &PdfValue) -> Result<Rc<BoxLook>, Fault> {
        let number = if let PdfValue::Reference(number) = look { Some(*number) } else { None };
        if let Some(known) = number.and_then(|number| self.0.get(&number)) {
            return Ok(Rc::clone(known));
        }
        let stream = file.follow(look)?;
        let bounds = if let PdfValue::Stream(form, ..) = &stream { appearance::bounds(file, form)? } else { None };
        let shows_mark = match bounds {
            Some(bounds) => shows_mark(file, &stream, &bounds)?,
            None => None,
        };
        let read = Rc::new(BoxLook { bounds, shows_mark });
        if let Some(number) = number {
            self.0.insert(number, Rc::clone(&read));
        }
        Ok(read)
    }
}

/// Whether a look shows a mark or nothing; `None` when it shows something else.
fn shows_mark(file: &ReceivedFile<'_>, look: &PdfValue, bounds: &Bounds) -> Result<Option<bool>, Fault> {
    let PdfValue::Stream(form, ..) = look else { return Ok(None) };
    let content = file.unpack(look)?;
    file.work(content.len())?;
    if draws_nothing(&content) {
        return Ok(Some(false));
    }
    if let Some(points) = ink::strokes(&content) {
        let extent = |of: fn(&(f64, f64)) -> f64| {
            let (least, most) =
                points.iter().map(of).fold((f64::MAX, f64::MIN), |(least, most), at| (least.min(at), most.max(at)));
            most - least
        };
        let is_mark = points.iter().all(|point| bounds.holds(*point, 1.0))
            && (extent(|point| point.0) >= SMALLEST || extent(|point| point.1) >= SMALLEST);
        return Ok(is_mark.then_some(true));
    }
    let Some(Letter { font, size, at }) = letter(&content) else { return Ok(None) };
    let middle = (at.0 + size * MIDDLE, at.1 + size * MIDDLE);
    let is_seen = bounds.holds(middle, 0.0) && size <= bounds.height() * HIGHEST;
    Ok((is_seen && is_font_of_marks(file, form, &font)?).then_some(true))
}

/// True for a content in which nothing is painted.
fn draws_nothing(content: &[u8]) -> bool {
    let mut lexer = Lexer::new(content, 0);
    while let Some(token) = lexer.token(0) {
        match token {
            Token::Value(_) => {}
            Token::Word(word) => {
                if !matches!(&*word, b"q" | b"Q" | b"w" | b"g" | b"G" | b"rg" | b"RG" | b"BMC" | b"EMC" | b"BT" | b"ET")
                {
                    return false;
                }
            }
            Token::ListEnd | Token::TableEnd => return false,
        }
    }
    lexer.is_at_end()
}

/// A mark that is set as a letter.
#[derive(Debug, Clone, PartialEq)]
struct Letter {
    /// The name of its font.
    font: Vec<u8>,
    size: f64,
    /// Where it stands.
    at: (f64, f64),
}

/// The one mark that is set as a letter, black, and large enough to be seen.
fn letter(content: &[u8]) -> Option<Letter> {
    let mut lexer = Lexer::new(content, 0);
    let mut operands: Vec<PdfValue> = Vec::new();
    let (mut font, mut at, mut set) = (None, (0.0, 0.0), None);
    while let Some(word) = lexer.operator(&mut operands) {
        match (&*word, &*operands) {
            (b"Tf", [PdfValue::Name(name), PdfValue::Number(size)]) if *size >= 5.0 => {
                font = Some((name.clone(), *size));
            }
            (b"BT", []) => at = (0.0, 0.0),
            (b"Td", [PdfValue::Number(x), PdfValue::Number(y)]) => at = (at.0 + x, at.1 + y),
            (b"Tj", [PdfValue::String(code)]) if set.is_none() && code.len() == 1 && MARKS.contains(&code[0]) => {
                let (font, size) = font.clone()?;
                set = Some(Letter { font, size, at });
            }
            (b"g", [PdfValue::Number(shade)]) if *shade <= 0.5 => {}
            (b"rg", [PdfValue::Number(r), PdfValue::Number(g), PdfValue::Number(b)]) if gray([*r, *g, *b]) <= 0.5 => {}
            (b"q" | b"Q" | b"ET" | b"EMC", []) | (b"w" | b"BMC", [_]) => {}
            _ => return None,
        }
        operands.clear();
    }
    set.filter(|_| lexer.doubt.is_none() && lexer.is_at_end())
}

/// True when a form calls the font of marks by a name, and no other glyphs are put in its place.
fn is_font_of_marks(file: &ReceivedFile<'_>, form: &Dict, name: &[u8]) -> Result<bool, Fault> {
    let fonts = file.below(form, &["Resources", "Font"])?;
    let font = fonts.table().and_then(|fonts| fonts.get(name)).map_or(Ok(PdfValue::Null), |font| file.follow(font))?;
    let Some(font) = font.table() else { return Ok(false) };
    let is_marks = file.get(font, "BaseFont")?.name() == Some(b"ZapfDingbats");
    let is_other = [&b"FontDescriptor"[..], b"Widths"].iter().any(|key| font.contains_key(*key));
    // Some programs name an encoding for letters, which no viewer follows here; one of their own may name other glyphs.
    let is_named = matches!(file.get(font, "Encoding")?, PdfValue::Null | PdfValue::Name(_));
    Ok(is_marks && !is_other && is_named && file.get(font, "Subtype")?.name() == Some(b"Type1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_black_mark_set_as_a_letter_is_one() {
        let mark = |size, at| Some(Letter { font: b"ZaDb".to_vec(), size, at });
        let marked = b"q\n1 w\nBT\n0 g\n2.28 2.56 Td\n/ZaDb 12.8 Tf\n(3) Tj\nET\nQ\n";
        assert_eq!(letter(marked), mark(12.8, (2.28, 2.56)));
        // The font and the place are those where the mark is set.
        let later = b"BT 500 0 Td ET BT /ZaDb 9 Tf 2 3 Td (4) Tj /F 99 Tf 900 0 Td ET";
        assert_eq!(letter(later), mark(9.0, (2.0, 3.0)));
        for other in [
            "BT /F 9 Tf ET",
            "BT /F 9 Tf (a) Tj ET",
            "BT /F 1 Tf (3) Tj ET",
            "BT (3) Tj /F 9 Tf ET",
            "BT 1 g /F 9 Tf (3) Tj ET",
            "BT 3 Tr /F 9 Tf (3) Tj ET",
            "BT /F 9 Tf (3) Tj ET 1 g 0 0 9 9 re f",
            "BT /F 9 Tf (3) Tj ET > 1 g 0 0 9 9 re f",
        ] {
            assert_eq!(letter(other.as_bytes()), None, "{other}");
        }
        assert!(draws_nothing(b"q\n1 w\nQ\n") && draws_nothing(b"/Tx BMC\nEMC\n") && !draws_nothing(b"0 0 m 9 9 l S"));
    }
}
