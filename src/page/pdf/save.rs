//! The file itself: lopdf writes its objects; small objects, of which a long document has tens of thousands, are
//! packed into object streams, which lopdf can't list in its cross-reference table. So the table is written here.

use std::io::Write as _;

use lopdf::{Dictionary, Object, Stream};
use sha2::{Digest, Sha256};

use super::object::{array, hex, hex_digits, name};
use super::press::{Deflater, Press, Slot};

/// Objects in one object stream.
const PER_STREAM: usize = 200;

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
        if !self.body.is_empty() {
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
            // Writing to memory can't fail, here and below.
            let _ = write!(head, "{id} {at} ");
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

/// Writes the file and puts its own fingerprint in.
///
/// # Errors
///
/// Says what went wrong in lopdf.
pub(super) fn save(
    mut pdf: lopdf::Document,
    packed: &[(Vec<u32>, Stream)],
    loose: &Loose,
    mut deflater: Deflater,
) -> Result<Vec<u8>, String> {
    "1.7".clone_into(&mut pdf.version);
    // Most of it is streams: room for them at once, so that nothing is moved while it grows.
    let direct = pdf.objects.values().filter_map(|object| object.as_stream().ok()).map(|stream| stream.content.len());
    let streams = direct.chain(packed.iter().map(|(_, stream)| stream.content.len())).sum::<usize>();
    let mut file = Vec::with_capacity(streams + loose.bytes.len() + 100 * (pdf.objects.len() + 100));
    pdf.save_to(&mut file).map_err(|error| format!("the PDF can't be written: {error}"))?;
    let (table, mut places) = cut_table(&file).ok_or("the PDF can't be written: its table can't be read")?;
    file.truncate(table);

    let mut next = pdf.max_id + 1;
    places.resize(next as usize + packed.len() + 1, Place::Free);
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

/// Where lopdf's cross-reference table begins, and what it says.
fn cut_table(file: &[u8]) -> Option<(usize, Vec<Place>)> {
    let tail = &file[file.len().saturating_sub(64)..];
    let tail = std::str::from_utf8(&tail[tail.windows(9).rposition(|window| window == b"startxref")?..]).ok()?;
    let start: usize = tail.split_whitespace().nth(1)?.parse().ok()?;
    let table = file.get(start..)?;
    let end = table.windows(8).position(|window| window == b"trailer\n")?;
    let mut lines = std::str::from_utf8(&table[..end]).ok()?.lines().skip(1);
    let mut places = Vec::new();
    while let Some(section) = lines.next() {
        let (first, count) = section.trim().split_once(' ')?;
        let (first, count): (usize, usize) = (first.parse().ok()?, count.parse().ok()?);
        places.resize(places.len().max(first + count), Place::Free);
        for place in &mut places[first..first + count] {
            let entry = lines.next()?;
            if entry.trim_end().ends_with('n') {
                *place = Place::At(entry.get(..10)?.parse().ok()?);
            }
        }
    }
    Some((start, places))
}

fn write_stream(file: &mut Vec<u8>, id: u32, stream: &Stream) {
    let _ = write!(file, "{id} 0 obj\n<<");
    for (key, value) in &stream.dict {
        let _ = write!(file, "/{} ", String::from_utf8_lossy(key));
        write_value(file, value);
    }
    file.extend_from_slice(b">>stream\n");
    file.extend_from_slice(&stream.content);
    file.extend_from_slice(b"\nendstream\nendobj\n");
}

/// Writes the few kinds of object that the dictionaries of this module hold.
fn write_value(file: &mut Vec<u8>, value: &Object) {
    match value {
        Object::Integer(number) => {
            let _ = write!(file, "{number} ");
        }
        Object::Reference((id, generation)) => {
            let _ = write!(file, "{id} {generation} R ");
        }
        Object::Name(name) => {
            let _ = write!(file, "/{} ", String::from_utf8_lossy(name));
        }
        Object::String(bytes, _) => {
            file.push(b'<');
            file.extend(hex_digits(bytes));
            file.push(b'>');
        }
        Object::Array(values) => {
            file.push(b'[');
            for value in values {
                write_value(file, value);
            }
            file.push(b']');
        }
        _ => file.extend_from_slice(b"null "),
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
