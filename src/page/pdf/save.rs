//! The file itself: every object but streams is packed into object streams, since a long document has tens of thousands
//! of small ones. lopdf can't list those in its cross-reference table, so file and table are written here.

use std::io::Write as _;

use lopdf::{Dictionary, Object, Stream, StringFormat};
use sha2::{Digest, Sha256};

use super::object::{array, hex, hex_digits, name, write_hex, write_literal, write_number, write_reference};
use super::press::{Deflater, Press, Slot};

/// Objects in one object stream.
const PER_STREAM: usize = 200;

/// What they take, about: room for it at once.
const STREAM_BYTES: usize = 28 << 10;

/// Stands where the file's fingerprint goes until the file is written.
const NO_FINGERPRINT: [u8; 16] = *b"runsheet: no id.";

/// Objects that are written as text and packed as soon as a stream is full.
pub(super) struct Packed<'p, 's> {
    press: &'p Press<'p, 's>,
    /// Number and place of each object of the stream that is being filled.
    heads: Vec<(u32, usize)>,
    body: Vec<u8>,
    /// The objects of each stream.
    streams: Vec<Vec<u32>>,
    loose: Loose,
}

/// Small streams, which can't be packed, as they stand in the file: thousands of them would each take a kilobyte as an
/// object of lopdf.
#[derive(Default)]
pub(super) struct Loose {
    /// Number and place of each.
    heads: Vec<(u32, usize)>,
    bytes: Vec<u8>,
}

impl<'p, 's> Packed<'p, 's> {
    /// Nothing, yet.
    pub(super) fn new(press: &'p Press<'p, 's>) -> Self {
        Self { press, heads: Vec::new(), body: Vec::new(), streams: Vec::new(), loose: Loose::default() }
    }

    /// Begins the object of this number; what is appended is its text, up to the next object.
    pub(super) fn object(&mut self, id: u32) -> &mut Vec<u8> {
        if self.heads.len() == PER_STREAM {
            self.flush();
        }
        if self.body.is_empty() {
            self.body.reserve(STREAM_BYTES);
        } else {
            self.body.push(b'\n');
        }
        self.heads.push((id, self.body.len()));
        &mut self.body
    }

    /// Adds a small stream of this number; `entries` are those of its dictionary.
    pub(super) fn stream(&mut self, id: u32, entries: &str, content: &[u8]) {
        let Loose { heads, bytes } = &mut self.loose;
        heads.push((id, bytes.len()));
        // Writing to memory can't fail.
        let _ = write!(bytes, "{id} 0 obj\n<<{entries}/Length {}>>stream\n", content.len());
        bytes.extend_from_slice(content);
        bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// Ends the last stream; gives the objects of each, and what isn't packed.
    pub(super) fn finish(mut self) -> (Vec<Vec<u32>>, Loose) {
        self.flush();
        (self.streams, self.loose)
    }

    fn flush(&mut self) {
        if self.heads.is_empty() {
            return;
        }
        let mut head = Vec::new();
        for (id, at) in &self.heads {
            for number in [i64::from(*id), *at as i64] {
                write_number(&mut head, number);
                head.push(b' ');
            }
        }
        let mut dict = Dictionary::new();
        dict.set("Type", name("ObjStm"));
        dict.set("N", self.heads.len() as i64);
        dict.set("First", head.len() as i64);
        head.append(&mut self.body);
        self.press.put(Slot::Packed(self.streams.len()), Stream::new(dict, head));
        self.streams.push(self.heads.drain(..).map(|(id, _)| id).collect());
    }
}

/// Takes every object but the streams out of a file and packs it.
pub(super) fn pack(pdf: &mut lopdf::Document, packed: &mut Packed<'_, '_>) {
    for (id, object) in std::mem::take(&mut pdf.objects) {
        if let Object::Stream(_) = object {
            pdf.objects.insert(id, object);
        } else {
            write_value(packed.object(id.0), &object);
        }
    }
}

/// Writes the file, of which only streams are left, and puts its own fingerprint in.
///
/// # Errors
///
/// Says that there is no place for the fingerprint.
pub(super) fn save(
    pdf: &lopdf::Document,
    packed: &[(Vec<u32>, Stream)],
    loose: &Loose,
    deflater: &mut Deflater,
) -> Result<Vec<u8>, String> {
    // Most of it is streams: room for them at once, so that nothing is moved while it grows.
    let direct = || pdf.objects.iter().filter_map(|((id, _), object)| Some((*id, object.as_stream().ok()?)));
    let streams = direct().map(|(_, stream)| stream).chain(packed.iter().map(|(_, stream)| stream));
    let room = streams.map(|stream| stream.content.len() + 200).sum::<usize>() + loose.bytes.len();
    let mut file = Vec::with_capacity(room + room / 8 + 4096);
    // The second line tells programs that this isn't text (ISO 19005-3, 6.1.2).
    file.extend_from_slice(b"%PDF-1.7\n%\xF0\x9F\x93\x8B\n");
    let mut next = pdf.max_id + 1;
    let mut places = vec![Place::Free; next as usize + packed.len() + 1];
    for (id, stream) in direct() {
        if let Some(place) = places.get_mut(id as usize) {
            *place = Place::At(file.len() as u32);
        }
        write_stream(&mut file, id, stream);
    }
    for (id, at) in &loose.heads {
        if let Some(place) = places.get_mut(*id as usize) {
            *place = Place::At((file.len() + at) as u32);
        }
    }
    file.extend_from_slice(&loose.bytes);
    for (ids, stream) in packed {
        for (index, id) in ids.iter().enumerate() {
            if let Some(place) = places.get_mut(*id as usize) {
                *place = Place::Packed { stream: next, index: index as u16 };
            }
        }
        places[next as usize] = Place::At(file.len() as u32);
        write_stream(&mut file, next, stream);
        next += 1;
    }
    let start = file.len();
    places[next as usize] = Place::At(start as u32);
    let mut rows = Vec::with_capacity(places.len() * 7);
    for place in &places {
        let (kind, wide, narrow) = match *place {
            Place::Free => (0, 0, u16::MAX),
            Place::At(offset) => (1, offset, 0),
            Place::Packed { stream, index } => (2, stream, index),
        };
        rows.push(kind);
        rows.extend(wide.to_be_bytes());
        rows.extend(narrow.to_be_bytes());
    }
    let mut dict = Dictionary::new();
    dict.set("Type", name("XRef"));
    dict.set("Size", places.len() as i64);
    dict.set("W", array([1, 4, 2].map(Object::Integer)));
    for key in [&b"Root"[..], b"Info"] {
        if let Ok(entry) = pdf.trailer.get(key) {
            dict.set(key, entry.clone());
        }
    }
    dict.set("ID", array([hex(&NO_FINGERPRINT), hex(&NO_FINGERPRINT)]));
    write_stream(&mut file, next, &deflater.stream(dict, &rows));
    let _ = write!(file, "startxref\n{start}\n%%EOF\n");
    sign(&mut file, start)?;
    Ok(file)
}

/// Where an object stands.
#[derive(Clone, Copy)]
enum Place {
    Free,
    At(u32),
    Packed { stream: u32, index: u16 },
}

fn write_stream(file: &mut Vec<u8>, id: u32, stream: &Stream) {
    // Writing to memory can't fail, here and below.
    let _ = writeln!(file, "{id} 0 obj");
    write_dictionary(file, &stream.dict);
    file.extend_from_slice(b"stream\n");
    file.extend_from_slice(&stream.content);
    file.extend_from_slice(b"\nendstream\nendobj\n");
}

fn write_dictionary(file: &mut Vec<u8>, dictionary: &Dictionary) {
    file.extend_from_slice(b"<<");
    for (key, value) in dictionary {
        write_name(file, key);
        file.push(b' ');
        write_value(file, value);
    }
    file.extend_from_slice(b">>");
}

/// A name; what has a meaning of its own is written by its number.
fn write_name(file: &mut Vec<u8>, name: &[u8]) {
    file.push(b'/');
    for &byte in name {
        if byte.is_ascii_graphic() && !b"()<>[]{}/%#".contains(&byte) {
            file.push(byte);
        } else {
            let _ = write!(file, "#{byte:02X}");
        }
    }
}

/// Writes an object, with a space behind it where what follows would go on with it.
fn write_value(file: &mut Vec<u8>, value: &Object) {
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
        // All are of the first generation: the file is new.
        Object::Reference((id, _)) => write_reference(file, *id),
        Object::Name(name) => {
            write_name(file, name);
            file.push(b' ');
        }
        Object::String(bytes, StringFormat::Hexadecimal) => write_hex(file, bytes),
        Object::String(bytes, StringFormat::Literal) => write_literal(file, bytes),
        Object::Array(values) => {
            file.push(b'[');
            for value in values {
                write_value(file, value);
            }
            file.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(file, dictionary),
        // A stream is an object of its own, always.
        Object::Stream(stream) => write_dictionary(file, &stream.dict),
    }
}

/// Puts the fingerprint of the file in the two places of its /ID, which stand after `from`.
fn sign(file: &mut [u8], from: usize) -> Result<(), String> {
    let fingerprint = hex_digits(&Sha256::digest(&*file)[..16]);
    let placeholder = hex_digits(&NO_FINGERPRINT);
    for _ in 0..2 {
        let at = file[from..].windows(placeholder.len()).position(|window| window == placeholder);
        let at = at.ok_or("the PDF has no place for its id")? + from;
        file[at..at + fingerprint.len()].copy_from_slice(&fingerprint);
    }
    Ok(())
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
        assert_eq!(written(-7), "-7 ");
        assert_eq!(written(0.5_f32), "0.5 ");
        assert_eq!(written((3, 0)), "3 0 R ");
        assert_eq!(written(Object::Name(b"text/x-a b#".to_vec())), "/text#2Fx-a#20b#23 ");
        assert_eq!(written(Object::string_literal("a(b)\\\r")), "(a\\(b\\)\\\\\\r)");
        assert_eq!(written(hex(&[0, 0xAF])), "<00AF>");
        assert_eq!(written(vec![1.into(), Object::Name(b"B".to_vec())]), "[1 /B ]");
        assert_eq!(written(Dictionary::from_iter([("Size", Object::Integer(2))])), "<</Size 2 >>");
    }
}
