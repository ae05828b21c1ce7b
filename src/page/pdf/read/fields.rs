//! Reads what lies over a page: links, fields, and what was filled into them.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::digest::{Digest, Digester};
use super::{Dict, Fault, PdfValue, ReceivedFile};
use crate::chars::shown;

/// Greatest depth of nested fields.
const DEEPEST: usize = 32;

/// Keys of a field that filling in changes.
const FILLED_IN: [&[u8]; 6] = [b"V", b"AS", b"AP", b"M", b"Ff", b"DV"];

/// The same for a box, whose appearance must be one of those that it was made with.
const TICKED: [&[u8]; 5] = [b"V", b"AS", b"M", b"Ff", b"DV"];

/// Keys that an area of a field takes from the field, or from those above it.
const INHERITED: [&str; 3] = ["FT", "V", "TU"];

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
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldContent {
    /// A box; whether it is ticked.
    Tick(bool),
    /// A box whose value differs from what it shows.
    Unsure,
    /// What is written; empty when nothing is.
    Words(String),
    /// A signature field: unsigned, or signed by the person whom the signature names, if it names one.
    Signature(Option<String>),
}

impl FieldContent {
    /// True when something was entered.
    #[must_use]
    pub fn is_given(&self) -> bool {
        match self {
            Self::Tick(ticked) => *ticked,
            Self::Unsure => false,
            Self::Words(words) => !words.trim().is_empty(),
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
}

/// What a field takes from those above it.
#[derive(Default)]
struct Above {
    name: String,
    inherited: [Rc<PdfValue>; INHERITED.len()],
}

impl FieldReader {
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
            return Ok((format!("annotation `{}`", told(subtype)), digester.table(table, &[b"M"])?));
        }
        let Above { name, inherited: [kind, value, tooltip] } = self.field(file, table, 0)?;
        let is_box = kind.name() == Some(b"Btn");
        let made = digester.table(table, if is_box { &TICKED } else { &FILLED_IN })?;
        let named = PdfValue::String(name.as_bytes().to_vec());
        let digest = digester.value(&PdfValue::List(vec![PdfValue::String(made.to_vec()), named, (*kind).clone()]))?;
        let content = match kind.name() {
            Some(b"Btn") => ticked(&value, &file.get(table, "AS")?),
            Some(b"Sig") => FieldContent::Signature(signer(file, &value)?),
            _ => FieldContent::Words(words(file, &value)?),
        };
        let length = if let FieldContent::Words(words) = &content { words.len() } else { 0 };
        // Memory for what is kept counts more than bytes that are only read.
        let tooltip = text(&tooltip);
        file.work((name.len() + tooltip.len() + length) * 16)?;
        let called = format!("field `{}`", told(name.as_bytes()));
        self.filled.push(FilledField { name, tooltip, page, content });
        Ok((called, digest))
    }

    /// A field with what is above it.
    fn field(&mut self, file: &ReceivedFile<'_>, table: &Dict, depth: usize) -> Result<Above, Fault> {
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
                        Some(parent) => self.field(file, parent, depth + 1)?,
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
        Ok(Above { name, inherited })
    }
}

/// The state that a box shows should be its value.
fn ticked(value: &PdfValue, state: &PdfValue) -> FieldContent {
    let is_on = |name: &PdfValue| name.name().is_some_and(|name| name != b"Off" && !name.is_empty());
    match (is_on(value), is_on(state)) {
        (true, true) => FieldContent::Tick(true),
        (false, false) => FieldContent::Tick(false),
        _ => FieldContent::Unsure,
    }
}

/// Whom a signature names; `None` without one.
fn signer(file: &ReceivedFile<'_>, value: &PdfValue) -> Result<Option<String>, Fault> {
    match value.table() {
        Some(signature) => Ok(Some(text(&file.get(signature, "Name")?))),
        None => Ok(None),
    }
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

/// The character of a byte in PDF's own encoding (ISO 32000-1, D.3); `None` for a control character and for a byte that
/// stands for nothing.
fn character(byte: u8) -> Option<char> {
    const ACCENTS: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const UPPER: [char; 31] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł',
        'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž',
    ];
    match byte {
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
            let other = lopdf::decode_text_string(&lopdf::Object::string_literal(vec![byte])).unwrap_or_default();
            assert_eq!(character(byte).map(String::from).unwrap_or_default(), other, "{byte:02X}");
        }
    }
}
