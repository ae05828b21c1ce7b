//! Small PDF objects and the way numbers and strings are written.

use lopdf::{Dictionary, Object, StringFormat};

use crate::geometry::Pt;
use crate::page::decimal::Decimal;

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

/// A string of bytes, written in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> Object {
    Object::String(bytes.to_vec(), StringFormat::Hexadecimal)
}

/// Appends a whole number.
pub(super) fn write_number(out: &mut Vec<u8>, number: impl Into<i64>) {
    out.extend_from_slice(Decimal::whole(number.into()).as_bytes());
}

/// Appends a reference to the object of this number, with a space behind it.
pub(super) fn write_reference(out: &mut Vec<u8>, id: u32) {
    write_number(out, id);
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
    if is_plain(text) { Object::string_literal(text) } else { hex(&utf16(text)) }
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

    #[test]
    fn dates_of_one_form_only() {
        assert_eq!(date("2013-01-25T15:02:00+08:00").as_deref(), Some("D:20130125150200+08'00'"));
        assert_eq!(date("2013-01-25T15:02:00-03:30").as_deref(), Some("D:20130125150200-03'30'"));
        assert_eq!(date("2013-01-25T15:02:00Z"), None);
        assert_eq!(date("2013-01-25 15:02:00+08:00"), None);
    }
}
