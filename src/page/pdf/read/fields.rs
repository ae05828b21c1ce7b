//! Reads what lies over a page: links, fields, and what was filled into them.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::box_look::BoxLooks;
use super::digest::{Digest, Digester};
use super::font_codes::KnownFonts;
use super::look::{self, FieldLook};
use super::{Dict, Fault, Lexer, PdfValue, ReceivedFile};
use crate::chars::{is_blank, shown};

/// Greatest depth of nested fields.
const DEEPEST: usize = 32;

/// Keys of a field that filling in changes, and those that are compared by what they mean.
const FILLED_IN: [&[u8]; 12] = [b"V", b"AS", b"AP", b"M", b"NM", b"Ff", b"DV", b"TU", b"T", b"Rect", b"DA", b"BS"];

/// Flags of a field that filling in may set: it can't be changed any more, it must be filled in, it isn't sent.
const SET_BY_FILLING_IN: usize = 0b111;

/// Keys that an area of a field takes from the field, or from those above it.
const INHERITED: [&str; 3] = ["FT", "V", "TU"];

/// Those, and what leads from a field to its areas.
const OF_ABOVE: [&[u8]; 5] = [b"FT", b"V", b"TU", b"T", b"Kids"];

/// A field and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledField {
    /// Its full name.
    pub name: String,
    /// What people are told of it; empty for a field that says nothing.
    pub tooltip: String,
    /// Index of its page.
    pub page: usize,
    /// What stands in it.
    pub content: FieldContent,
    /// What a line shows beside its value.
    pub look: FieldLook,
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldContent {
    /// A box; whether it is ticked.
    Tick(bool),
    /// A box whose value differs from what it shows, or that shows what it has no look for.
    Unsure,
    /// What is written; empty when nothing is.
    Words(String),
    /// A signature field: unsigned, or signed by the person whom the signature names, if it names one.
    Signature(Option<String>),
    /// Something stands in a signature field, or is shown there, that signs nothing.
    Unsigned,
}

impl FieldContent {
    /// False for what says one thing and shows another.
    #[must_use]
    pub const fn is_sure(&self) -> bool {
        !matches!(self, Self::Unsure | Self::Unsigned)
    }

    /// True when something was entered.
    #[must_use]
    pub fn is_given(&self) -> bool {
        match self {
            Self::Tick(ticked) => *ticked,
            Self::Unsure | Self::Unsigned => false,
            Self::Words(words) => !is_blank(words),
            Self::Signature(by) => by.is_some(),
        }
    }
}

/// Reads what lies over pages.
#[derive(Default)]
pub(super) struct FieldReader {
    /// In reading order.
    pub filled: Vec<FilledField>,
    /// What fields inherit, by the object number of the field above; read once for all its fields.
    above: BTreeMap<u32, Rc<Above>>,
    fonts: KnownFonts,
    boxes: BoxLooks,
    /// True when the file asks viewers to draw what fields show, which some do.
    is_drawn_by_viewers: bool,
}

/// What a field takes from those above it.
#[derive(Default)]
struct Above {
    name: String,
    inherited: [Rc<PdfValue>; INHERITED.len()],
    /// A digest of what else those above it say, such as actions.
    rest: Option<Digest>,
}

impl FieldReader {
    /// For a form.
    pub(super) fn new(file: &ReceivedFile<'_>, catalog: &Dict) -> Result<Self, Fault> {
        let asks = file.below(catalog, &["AcroForm", "NeedAppearances"])?;
        Ok(Self { is_drawn_by_viewers: asks == PdfValue::Bool(true), ..Self::default() })
    }

    /// The name of an annotation and a digest of what must stay as it was made. If it is a field, it is added to the
    /// fields.
    pub(super) fn annotation(
        &mut self,
        digester: &mut Digester<'_, '_>,
        table: &Dict,
        page: usize,
    ) -> Result<(String, Digest), Fault> {
        let file = digester.file();
        let subtype = file.get(table, "Subtype")?;
        let subtype = subtype.name().unwrap_or_default();
        if subtype != b"Widget" {
            // A program that saves a link may give it a name and a date.
            return Ok((format!("annotation `{}`", told(subtype)), digester.table(table, &[b"M", b"NM"])?));
        }
        let Above { name, inherited: [kind, value, tooltip], rest } = self.field(digester, table, 0)?;
        let is_box = kind.name() == Some(b"Btn");
        let text_of = |key: &str| file.get(table, key).map(|value| PdfValue::String(text(&value).into_bytes()));
        // Only a box keeps the looks that it was made with.
        let looks = if is_box { self.boxes.meaning(digester, table)? } else { PdfValue::Null };
        let tooltip = text(&tooltip);
        let flags = file.get(table, "Ff")?.whole().unwrap_or(0) & !SET_BY_FILLING_IN;
        let meaning = PdfValue::List(vec![
            PdfValue::String(name.as_bytes().to_vec()),
            (*kind).clone(),
            PdfValue::String(digester.table(table, &FILLED_IN)?.to_vec()),
            PdfValue::String(rest.unwrap_or_default().to_vec()),
            PdfValue::String(digester.value(&looks)?.to_vec()),
            text_of("T")?,
            PdfValue::String(tooltip.clone().into_bytes()),
            PdfValue::Number(flags as f64),
            place(file, table)?,
            typed(&text(&file.get(table, "DA")?)),
            border(file, table)?,
        ]);
        let digest = digester.value(&meaning)?;
        let content = match kind.name() {
            Some(b"Btn") => ticked(file, table, &value)?,
            Some(b"Sig") => signed(file, table, &value)?,
            _ => FieldContent::Words(words(file, &value)?),
        };
        let length = if let FieldContent::Words(words) = &content { words.len() } else { 0 };
        // Memory for what is kept counts more than bytes that are only read.
        file.work((name.len() + tooltip.len() + length) * 16)?;
        let called = format!("field `{}`", told(name.as_bytes()));
        let look = match &content {
            FieldContent::Words(words) => match look::look(file, &mut self.fonts, table, words)? {
                FieldLook::Other if self.is_drawn_by_viewers => FieldLook::Unreadable,
                look => look,
            },
            _ => FieldLook::Same,
        };
        self.filled.push(FilledField { name, tooltip, page, content, look });
        Ok((called, digest))
    }

    /// A field with what is above it.
    fn field(&mut self, digester: &mut Digester<'_, '_>, table: &Dict, depth: usize) -> Result<Above, Fault> {
        let file = digester.file();
        if depth > DEEPEST {
            return Err(Fault::Damaged("its fields lead in a circle"));
        }
        let above = match table.get(&b"Parent"[..]) {
            Some(PdfValue::Reference(number)) => {
                if let Some(known) = self.above.get(number) {
                    Rc::clone(known)
                } else {
                    let parent = file.follow(&PdfValue::Reference(*number))?;
                    let above = Rc::new(match parent.table() {
                        Some(parent) => {
                            let above = self.field(digester, parent, depth + 1)?;
                            let own = PdfValue::String(digester.table(parent, &OF_ABOVE)?.to_vec());
                            let before = PdfValue::String(above.rest.unwrap_or_default().to_vec());
                            let rest = digester.value(&PdfValue::List(vec![before, own]))?;
                            Above { rest: Some(rest), ..above }
                        }
                        None => Above::default(),
                    });
                    self.above.insert(*number, Rc::clone(&above));
                    above
                }
            }
            _ => Rc::default(),
        };
        let mut name = above.name.clone();
        if let part @ PdfValue::String(_) = file.get(table, "T")? {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(&text(&part));
        }
        file.work(name.len() * 16)?;
        let mut inherited = above.inherited.clone();
        for (value, key) in inherited.iter_mut().zip(INHERITED) {
            let own = file.get(table, key)?;
            if own != PdfValue::Null {
                *value = Rc::new(own);
            }
        }
        Ok(Above { name, inherited, rest: above.rest })
    }
}

/// Where a field is, to a hundredth of a point: programs write numbers anew.
fn place(file: &ReceivedFile<'_>, table: &Dict) -> Result<PdfValue, Fault> {
    let PdfValue::List(rect) = file.get(table, "Rect")? else { return Ok(PdfValue::Null) };
    let rounded = rect.into_iter().map(|value| match value {
        PdfValue::Number(number) => PdfValue::Number((number * 100.0).round() / 100.0),
        other => other,
    });
    Ok(PdfValue::List(rounded.collect()))
}

/// How what is typed into a field looks: its size and colour. The font is chosen by the program that fills it in.
fn typed(appearance: &str) -> PdfValue {
    let mut lexer = Lexer::new(appearance.as_bytes(), 0);
    let mut operands = Vec::new();
    let mut size = PdfValue::Null;
    let mut colour = Vec::new();
    let mut others = Vec::new();
    while let Some(word) = lexer.operator(&mut operands) {
        match &*word {
            b"Tf" => size = operands.pop().unwrap_or_default(),
            b"g" => colour = std::mem::take(&mut operands),
            b"rg" => {
                colour = std::mem::take(&mut operands);
                if colour.iter().all(|part| Some(part) == colour.first()) {
                    colour.truncate(1);
                }
            }
            _ => {
                others.append(&mut operands);
                others.push(PdfValue::String(word));
            }
        }
        operands.clear();
    }
    PdfValue::List(vec![size, PdfValue::List(colour), PdfValue::List(others)])
}

/// The border of a field: one without a colour isn't drawn.
fn border(file: &ReceivedFile<'_>, table: &Dict) -> Result<PdfValue, Fault> {
    let colours = file.get(table, "MK")?;
    let has_colour = colours.table().is_some_and(|colours| colours.contains_key(&b"BC"[..]));
    if has_colour { file.get(table, "BS") } else { Ok(PdfValue::Null) }
}

/// What a box shows should be its value, and one of its looks.
fn ticked(file: &ReceivedFile<'_>, table: &Dict, value: &PdfValue) -> Result<FieldContent, Fault> {
    let state = file.get(table, "AS")?;
    let is_on = |name: &PdfValue| name.name().is_some_and(|name| name != b"Off" && !name.is_empty());
    let looks = file.below(table, &["AP", "N"])?;
    let has_look = |name: &PdfValue| match (name.name(), looks.table()) {
        (Some(name), Some(looks)) => looks.contains_key(name),
        _ => false,
    };
    Ok(match (is_on(value), is_on(&state)) {
        (true, true) if state == *value && has_look(&state) => FieldContent::Tick(true),
        (false, false) if matches!(value, PdfValue::Null | PdfValue::Name(_)) => FieldContent::Tick(false),
        _ => FieldContent::Unsure,
    })
}

/// Whether a signature field is signed, and whom the signature names. A signature says which bytes it is for: those from
/// the beginning of the file to the end of one of its revisions, but for the signature itself.
fn signed(file: &ReceivedFile<'_>, table: &Dict, value: &PdfValue) -> Result<FieldContent, Fault> {
    let Some(signature) = value.table() else {
        let look = file.below(table, &["AP", "N"])?;
        let content = file.unpack(&look).unwrap_or_else(|_| vec![b'?']);
        let is_empty = content.iter().all(u8::is_ascii_whitespace) && *value == PdfValue::Null;
        return Ok(if is_empty { FieldContent::Signature(None) } else { FieldContent::Unsigned });
    };
    let contents = file.get(signature, "Contents")?;
    let kind = file.get(signature, "SubFilter")?;
    let range = match file.get(signature, "ByteRange")? {
        PdfValue::List(range) => range.iter().map(PdfValue::whole).collect::<Option<Vec<usize>>>(),
        _ => None,
    };
    let is_there = matches!(contents, PdfValue::String(ref contents) if contents.iter().any(|byte| *byte != 0));
    let signs = match range.as_deref() {
        Some(&[0, first, second, length]) => file.is_signed_around(first, second, second.saturating_add(length))?,
        _ => false,
    };
    if !is_there || kind.name().is_none() || !signs {
        return Ok(FieldContent::Unsigned);
    }
    Ok(FieldContent::Signature(Some(text(&file.get(signature, "Name")?))))
}

fn words(file: &ReceivedFile<'_>, value: &PdfValue) -> Result<String, Fault> {
    Ok(match value {
        PdfValue::Stream(..) => text(&PdfValue::String(file.unpack(value)?)),
        PdfValue::Name(name) => String::from_utf8_lossy(name).into_owned(),
        value => text(value),
    })
}

/// A text string: UTF-16, UTF-8, or PDF's own bytes.
pub(in super::super) fn text(value: &PdfValue) -> String {
    let PdfValue::String(bytes) = value else { return String::new() };
    if let Some(units) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        let units: Vec<u16> = units.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]])).collect();
        return String::from_utf16_lossy(&units);
    }
    if let Some(bytes) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    bytes.iter().filter_map(|byte| character(*byte)).collect()
}

/// The character of a byte in PDF's own encoding (ISO 32000-1, D.3); `None` for a byte that stands for nothing. Of the
/// control characters, tab and line breaks are there.
fn character(byte: u8) -> Option<char> {
    const ACCENTS: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const UPPER: [char; 31] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł',
        'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž',
    ];
    match byte {
        b'\t' | b'\n' | b'\r' => Some(char::from(byte)),
        0x18..=0x1F => ACCENTS.get(usize::from(byte - 0x18)).copied(),
        0x80..=0x9E => UPPER.get(usize::from(byte - 0x80)).copied(),
        0xA0 => Some('€'),
        ..0x18 | 0x7F | 0x9F | 0xAD => None,
        _ => Some(char::from(byte)),
    }
}

/// The text as it can stand in a message of one line.
fn told(name: &[u8]) -> String {
    shown::words(&String::from_utf8_lossy(name).chars().take(100).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_reads_as_another_library_reads_it() {
        for byte in 0..=255 {
            let mut other = lopdf::decode_text_string(&lopdf::Object::string_literal(vec![byte])).unwrap_or_default();
            // It leaves out what keeps the words of a text apart.
            if matches!(byte, b'\t' | b'\n' | b'\r') {
                other = char::from(byte).to_string();
            }
            assert_eq!(character(byte).map(String::from).unwrap_or_default(), other, "{byte:02X}");
        }
    }
}
