//! The objects of a PDF (ISO 32000-1, 7.3) and the way they are written.

use std::io::Write as _;

use crate::geometry::Pt;
use crate::page::decimal::Decimal;

/// The number of an object. All are of the first generation: every file is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id(pub u32);

/// An object other than a stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f32),
    Name(Vec<u8>),
    /// A string of bytes, written between parentheses.
    Literal(Vec<u8>),
    /// A string of bytes, written in hexadecimal.
    Hex(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    Reference(Id),
}

/// Keys and their values, in the order in which they are written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Dictionary(Vec<(Vec<u8>, Object)>);

/// A stream: a dictionary and bytes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stream {
    /// What the bytes are; their length is always among it.
    pub dict: Dictionary,
    /// The bytes, as they stand in the file.
    pub content: Vec<u8>,
}

impl Dictionary {
    /// One without any key.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Object> {
        self.0.iter().find(|(known, _)| known == key.as_bytes()).map(|(_, value)| value)
    }

    /// The value of a key, to be changed.
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Object> {
        self.0.iter_mut().find(|(known, _)| known == key.as_bytes()).map(|(_, value)| value)
    }

    /// Gives a key a value; a key that is there keeps its place.
    pub(super) fn set(&mut self, key: impl Into<Vec<u8>>, value: impl Into<Object>) {
        let (key, value) = (key.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some(entry) => entry.1 = value,
            None => self.0.push((key, value)),
        }
    }

    /// Takes a key out; the last one takes its place.
    pub(super) fn remove(&mut self, key: &str) {
        if let Some(at) = self.0.iter().position(|(known, _)| known == key.as_bytes()) {
            self.0.swap_remove(at);
        }
    }

    /// True for one without any key.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<Vec<u8>>> FromIterator<(K, Object)> for Dictionary {
    fn from_iter<T: IntoIterator<Item = (K, Object)>>(entries: T) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

impl Stream {
    /// A stream of these bytes.
    pub(super) fn new(mut dict: Dictionary, content: Vec<u8>) -> Self {
        dict.set("Length", content.len() as i64);
        Self { dict, content }
    }
}

impl Object {
    /// The object that this one refers to.
    pub(super) fn as_reference(&self) -> Option<Id> {
        if let Self::Reference(id) = self { Some(*id) } else { None }
    }
}

impl From<bool> for Object {
    fn from(yes: bool) -> Self {
        Self::Boolean(yes)
    }
}

impl From<i32> for Object {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<i64> for Object {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<Id> for Object {
    fn from(id: Id) -> Self {
        Self::Reference(id)
    }
}

impl From<Dictionary> for Object {
    fn from(dictionary: Dictionary) -> Self {
        Self::Dictionary(dictionary)
    }
}

impl From<Vec<Self>> for Object {
    fn from(objects: Vec<Self>) -> Self {
        Self::Array(objects)
    }
}

/// A name such as `/FlateDecode`.
pub(super) fn name(name: &str) -> Object {
    Object::Name(name.as_bytes().to_vec())
}

/// A dictionary inside another object.
pub(super) fn dictionary<const N: usize>(entries: [(&str, Object); N]) -> Object {
    Object::Dictionary(Dictionary::from_iter(entries))
}

/// An array.
pub(super) fn array<const N: usize>(objects: [Object; N]) -> Object {
    Object::Array(objects.into())
}

/// A length in points.
pub(super) fn points(length: Pt) -> Object {
    Object::Real(length.to_f32())
}

/// A string of bytes between parentheses.
pub(super) fn literal(bytes: &str) -> Object {
    Object::Literal(bytes.as_bytes().to_vec())
}

/// A string of bytes, written in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> Object {
    Object::Hex(bytes.to_vec())
}

/// Appends a whole number.
pub(super) fn write_number(out: &mut Vec<u8>, number: impl Into<i64>) {
    out.extend_from_slice(Decimal::whole(number.into()).as_bytes());
}

/// Appends a reference to an object, with a space behind it.
pub(super) fn write_reference(out: &mut Vec<u8>, id: Id) {
    write_number(out, id.0);
    out.extend_from_slice(b" 0 R ");
}

/// Bytes in upper-case hexadecimal.
pub(super) fn hex_digits(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut digits = Vec::with_capacity(bytes.len() * 2);
    for byte in bytes {
        digits.extend_from_slice(&[byte >> 4, byte & 15].map(|half| DIGITS[usize::from(half)]));
    }
    digits
}

/// A text to be read by people: ASCII as it is, anything else in UTF-16.
pub(super) fn text_string(text: &str) -> Object {
    if is_plain(text) { literal(text) } else { hex(&utf16(text)) }
}

/// Appends what [`text_string`] makes, as it stands in the file.
pub(super) fn write_text(out: &mut Vec<u8>, text: &str) {
    if is_plain(text) { write_literal(out, text.as_bytes()) } else { write_hex(out, &utf16(text)) }
}

/// True for what reads the same in every encoding.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

/// Appends a string of bytes between parentheses.
pub(super) fn write_literal(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'(');
    for byte in bytes {
        write_byte(out, *byte);
    }
    out.push(b')');
}

/// Appends a byte of what stands between parentheses.
pub(super) fn write_byte(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'(' | b')' | b'\\' => out.extend([b'\\', byte]),
        b'\r' => out.extend(b"\\r"),
        _ => out.push(byte),
    }
}

/// Appends a string of bytes in hexadecimal.
pub(super) fn write_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'<');
    out.extend(hex_digits(bytes));
    out.push(b'>');
}

/// Appends a dictionary.
pub(super) fn write_dictionary(file: &mut Vec<u8>, dictionary: &Dictionary) {
    file.extend_from_slice(b"<<");
    for (key, value) in &dictionary.0 {
        write_name(file, key);
        file.push(b' ');
        write_value(file, value);
    }
    file.extend_from_slice(b">>");
}

/// Appends a name; what has a meaning of its own is written by its number.
fn write_name(file: &mut Vec<u8>, name: &[u8]) {
    file.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(&byte) {
            file.push(byte);
        } else {
            // Writing to memory can't fail, here and below.
            let _ = write!(file, "#{byte:02X}");
        }
    }
}

/// Appends an object, with a space behind it where what follows would go on with it.
pub(super) fn write_value(file: &mut Vec<u8>, value: &Object) {
    match value {
        Object::Null => file.extend_from_slice(b"null "),
        Object::Boolean(yes) => file.extend_from_slice(if *yes { b"true " } else { b"false " }),
        Object::Integer(number) => {
            write_number(file, *number);
            file.push(b' ');
        }
        Object::Real(number) => {
            let _ = write!(file, "{number} ");
        }
        Object::Reference(id) => write_reference(file, *id),
        Object::Name(name) => {
            write_name(file, name);
            file.push(b' ');
        }
        Object::Hex(bytes) => write_hex(file, bytes),
        Object::Literal(bytes) => write_literal(file, bytes),
        Object::Array(values) => {
            file.push(b'[');
            for value in values {
                write_value(file, value);
            }
            file.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(file, dictionary),
    }
}

/// UTF-16, big end first, with its mark.
fn utf16(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 + text.len() * 2);
    bytes.extend_from_slice(&[0xFE, 0xFF]);
    for unit in text.encode_utf16() {
        bytes.extend_from_slice(&unit.to_be_bytes());
    }
    bytes
}

/// `2013-01-25T15:02:00+08:00` as PDF wants it, `D:20130125150200+08'00'`; `None` when it isn't of that form.
pub(super) fn date(date: &str) -> Option<String> {
    const FORM: &[u8] = b"0000-00-00T00:00:00+00:00";
    let fits = |(&byte, &form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        b'+' => matches!(byte, b'+' | b'-'),
        _ => byte == form,
    };
    if date.len() != FORM.len() || !date.as_bytes().iter().zip(FORM).all(fits) {
        return None;
    }
    let digits: String = date[..19].chars().filter(char::is_ascii_digit).collect();
    Some(format!("D:{digits}{}'{}'", &date[19..22], &date[23..25]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: impl Into<Object>) -> String {
        let mut out = Vec::new();
        write_value(&mut out, &value.into());
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn every_kind_of_object_is_written() {
        assert_eq!(written(Object::Null), "null ");
        assert_eq!(written(true), "true ");
        assert_eq!(written(-7_i64), "-7 ");
        assert_eq!(written(Object::Real(0.5)), "0.5 ");
        assert_eq!(written(Id(3)), "3 0 R ");
        assert_eq!(written(Object::Name(b"text/x-a b#".to_vec())), "/text#2Fx-a#20b#23 ");
        assert_eq!(written(literal("a(b)\\\r")), "(a\\(b\\)\\\\\\r)");
        assert_eq!(written(hex(&[0, 0xAF])), "<00AF>");
        assert_eq!(written(vec![Object::Integer(1), Object::Name(b"B".to_vec())]), "[1 /B ]");
        assert_eq!(written(Dictionary::from_iter([("Size", Object::Integer(2))])), "<</Size 2 >>");
    }

    #[test]
    fn dates_of_one_form_only() {
        assert_eq!(date("2013-01-25T15:02:00+08:00").as_deref(), Some("D:20130125150200+08'00'"));
        assert_eq!(date("2013-01-25T15:02:00-03:30").as_deref(), Some("D:20130125150200-03'30'"));
        assert_eq!(date("2013-01-25T15:02:00Z"), None);
        assert_eq!(date("2013-01-25 15:02:00+08:00"), None);
    }
}
