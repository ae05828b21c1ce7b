//! What the codes of a font stand for, by which the text that is shown with it is read.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{Dict, Fault, Lexer, PdfValue, ReceivedFile};

/// The most codes of a simple font that may stand for something else than usual.
const MOST_DIFFERENCES: usize = 1 << 10;

/// The longest text that one code stands for, in bytes of UTF-16.
const LONGEST: usize = 512;

/// The work of keeping what a code stands for.
const KEPT: usize = 128;

/// The meaning of each code of a font.
pub(super) struct FontCodes {
    /// True for codes of two bytes.
    wide: bool,
    /// What each stands for; `None` for a font whose codes are those of ASCII.
    known: Option<BTreeMap<u32, String>>,
    /// Codes of ASCII that stand for something else.
    others: BTreeSet<u32>,
}

impl FontCodes {
    /// Reads what is shown by a string of codes behind what was shown before; false where a code stands for nothing known.
    pub(super) fn read(&self, file: &ReceivedFile<'_>, string: &[u8], shown: &mut String) -> Result<bool, Fault> {
        for code in string.chunks(if self.wide { 2 } else { 1 }) {
            let code = number(code);
            match &self.known {
                Some(known) => match known.get(&code) {
                    Some(words) => {
                        file.work(words.len())?;
                        shown.push_str(words);
                    }
                    None => return Ok(false),
                },
                None if self.others.contains(&code) => return Ok(false),
                None => match char::from_u32(code) {
                    Some(ch @ (' '..='~' | '\u{A0}'..='\u{FF}')) => shown.push(ch),
                    _ => return Ok(false),
                },
            }
        }
        Ok(true)
    }
}

/// Fonts that were read, by the number of their object.
#[derive(Default)]
pub(super) struct KnownFonts(BTreeMap<u32, Option<Rc<FontCodes>>>);

impl KnownFonts {
    /// The font of a name among those that a form calls; `None` when its codes can't be read.
    pub(super) fn font(
        &mut self,
        file: &ReceivedFile<'_>,
        fonts: &PdfValue,
        name: &[u8],
    ) -> Result<Option<Rc<FontCodes>>, Fault> {
        let Some(said) = fonts.table().and_then(|fonts| fonts.get(name)) else { return Ok(None) };
        let number = if let PdfValue::Reference(number) = said { Some(*number) } else { None };
        if let Some(known) = number.and_then(|number| self.0.get(&number)) {
            return Ok(known.clone());
        }
        let font = file.follow(said)?;
        let codes = match font.table() {
            Some(font) => codes(file, font)?.map(Rc::new),
            None => None,
        };
        if let Some(number) = number {
            self.0.insert(number, codes.clone());
        }
        Ok(codes)
    }
}

/// What the codes of a font stand for; `None` when it doesn't say so.
fn codes(file: &ReceivedFile<'_>, font: &Dict) -> Result<Option<FontCodes>, Fault> {
    let kind = file.get(font, "Subtype")?;
    let wide = kind.name() == Some(b"Type0");
    // The glyphs of a font of type 3 are drawings of any kind.
    if kind.name() == Some(b"Type3") {
        return Ok(None);
    }
    if let stream @ PdfValue::Stream(..) = file.get(font, "ToUnicode")? {
        let known = to_unicode(file, &file.unpack(&stream)?)?;
        return Ok(Some(FontCodes { wide, known: Some(known), others: BTreeSet::new() }));
    }
    let descriptor = file.get(font, "FontDescriptor")?;
    let is_embedded = descriptor.table().is_some_and(|said| said.keys().any(|key| key.starts_with(b"FontFile")));
    let base = file.get(font, "BaseFont")?;
    if wide || is_embedded || matches!(base.name(), Some(b"Symbol" | b"ZapfDingbats")) {
        return Ok(None);
    }
    let mut others = BTreeSet::new();
    if let PdfValue::List(differences) = file.below(font, &["Encoding", "Differences"])? {
        let mut code: u32 = 0;
        if differences.len() > MOST_DIFFERENCES {
            return Ok(None);
        }
        for difference in differences {
            match difference {
                PdfValue::Number(number) => code = number as u32,
                PdfValue::Name(name) => {
                    // Of what programs name so in ASCII, these are what ASCII has there.
                    if !matches!((code, &*name), (39, b"quotesingle") | (96, b"grave") | (32, b"space")) {
                        others.insert(code);
                    }
                    code = code.saturating_add(1);
                }
                _ => return Ok(None),
            }
        }
    }
    Ok(Some(FontCodes { wide: false, known: None, others }))
}

/// Reads the table by which a font says what its codes stand for (ISO 32000-1, 9.10.3).
fn to_unicode(file: &ReceivedFile<'_>, content: &[u8]) -> Result<BTreeMap<u32, String>, Fault> {
    file.work(content.len() * 8)?;
    let mut known = BTreeMap::new();
    let mut operands = Vec::new();
    let mut lexer = Lexer::new(content, 0);
    while let Some(word) = lexer.operator(&mut operands) {
        match &*word {
            b"]" => continue,
            b"endbfchar" => {
                for pair in operands.chunks_exact(2) {
                    if let (Some(code), Some(words)) = (code(&pair[0]), unicode(&pair[1], 0)) {
                        file.work(KEPT + words.len())?;
                        known.insert(code, words);
                    }
                }
            }
            b"endbfrange" => {
                for range in operands.chunks_exact(3) {
                    let (Some(first), Some(last)) = (code(&range[0]), code(&range[1])) else { continue };
                    for (index, code) in (first..=last).enumerate() {
                        let words = match &range[2] {
                            PdfValue::List(words) => words.get(index).and_then(|words| unicode(words, 0)),
                            words => unicode(words, index as u16),
                        };
                        // Ranges may name a code again and again.
                        file.work(KEPT + words.as_ref().map_or(0, String::len))?;
                        known.extend(words.map(|words| (code, words)));
                    }
                }
            }
            _ => {}
        }
        operands.clear();
    }
    Ok(known)
}

/// A code of one or two bytes.
fn code(value: &PdfValue) -> Option<u32> {
    match value {
        PdfValue::String(bytes) if bytes.len() <= 2 => Some(number(bytes)),
        _ => None,
    }
}

/// A number of a few bytes, big end first.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// A text in UTF-16, whose last unit is counted on; `None` for one that is longer than any.
fn unicode(value: &PdfValue, on: u16) -> Option<String> {
    let PdfValue::String(bytes) = value else { return None };
    if bytes.len() > LONGEST {
        return None;
    }
    let mut units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]])).collect();
    let last = units.last_mut()?;
    *last = last.wrapping_add(on);
    Some(String::from_utf16_lossy(&units))
}
