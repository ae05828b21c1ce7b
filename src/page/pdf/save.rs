//! Writes the bytes of a file: its streams, and the table that says where each object stands (ISO 32000-1, 7.5.8).

use std::io::Write as _;

use sha2::{Digest, Sha256};

use super::file::FileParts;
use super::object::{Dictionary, Id, Object, Stream, array, hex, hex_digits, name, write_dictionary};

/// Holds the place of the file's fingerprint until the file is written.
const NO_FINGERPRINT: [u8; 16] = *b"runsheet: no id.";

/// Writes a file and puts its own fingerprint in.
///
/// # Errors
///
/// Says that there is no place for the fingerprint.
pub(super) fn save(parts: FileParts) -> Result<Vec<u8>, String> {
    let FileParts { streams, packed, small, last, root, info, mut deflater } = parts;
    // Most of the file is streams. Memory for them is reserved at once, so that nothing is copied while the file
    // grows.
    let all = streams.values().chain(packed.iter().map(|(_, stream)| stream));
    let room = all.map(|stream| stream.content.len() + 200).sum::<usize>() + small.bytes.len();
    let mut file = Vec::with_capacity(room + room / 8 + 4096);
    // The second line tells programs that this isn't text (ISO 19005-3, 6.1.2).
    file.extend_from_slice(b"%PDF-1.7\n%\xF0\x9F\x93\x8B\n");
    let mut next = last + 1;
    let mut places = vec![WrittenPlace::Free; next as usize + packed.len() + 1];
    // Fonts aren't packed, and come last: some servers look for HTML where a file begins (MediaWiki in the first 1024 bytes), and
    // a number in a table of a font, followed by the name of the next table, may read `<head`.
    let (packed_first, plain): (Vec<_>, Vec<_>) =
        streams.iter().partition(|(_, stream)| stream.dict.get("Filter").is_some());
    for (id, stream) in packed_first.into_iter().chain(plain) {
        if let Some(place) = places.get_mut(id.0 as usize) {
            *place = WrittenPlace::At(file.len() as u32);
        }
        write_stream(&mut file, *id, stream);
    }
    for (id, at) in &small.heads {
        if let Some(place) = places.get_mut(id.0 as usize) {
            *place = WrittenPlace::At((file.len() + at) as u32);
        }
    }
    file.extend_from_slice(&small.bytes);
    for (ids, stream) in &packed {
        for (index, id) in ids.iter().enumerate() {
            if let Some(place) = places.get_mut(id.0 as usize) {
                *place = WrittenPlace::Packed { stream: next, index: index as u16 };
            }
        }
        places[next as usize] = WrittenPlace::At(file.len() as u32);
        write_stream(&mut file, Id(next), stream);
        next += 1;
    }
    let start = file.len();
    places[next as usize] = WrittenPlace::At(start as u32);
    let mut rows = Vec::with_capacity(places.len() * 7);
    for place in &places {
        let (kind, wide, narrow) = match *place {
            WrittenPlace::Free => (0, 0, u16::MAX),
            WrittenPlace::At(offset) => (1, offset, 0),
            WrittenPlace::Packed { stream, index } => (2, stream, index),
        };
        rows.push(kind);
        rows.extend(wide.to_be_bytes());
        rows.extend(narrow.to_be_bytes());
    }
    let mut dict = Dictionary::new();
    dict.set("Type", name("XRef"));
    dict.set("Size", places.len() as i64);
    dict.set("W", array([1, 4, 2].map(Object::Integer)));
    dict.set("Root", root);
    if let Some(info) = info {
        dict.set("Info", info);
    }
    dict.set("ID", array([hex(&NO_FINGERPRINT), hex(&NO_FINGERPRINT)]));
    write_stream(&mut file, Id(next), &deflater.stream(dict, &rows));
    let _ = write!(file, "startxref\n{start}\n%%EOF\n");
    sign(&mut file, start)?;
    Ok(file)
}

/// Where an object stands.
#[derive(Clone, Copy)]
enum WrittenPlace {
    Free,
    At(u32),
    Packed { stream: u32, index: u16 },
}

fn write_stream(file: &mut Vec<u8>, id: Id, stream: &Stream) {
    // Writing to memory can't fail.
    let _ = writeln!(file, "{} 0 obj", id.0);
    write_dictionary(file, &stream.dict);
    file.extend_from_slice(b"stream\n");
    file.extend_from_slice(&stream.content);
    file.extend_from_slice(b"\nendstream\nendobj\n");
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

/// True for the bytes of a file as [`save`] wrote them: its fingerprint is its own. Whatever a program adds to the file or
/// changes in it, even behind its end, makes this false.
pub(super) fn is_as_saved(file: &[u8]) -> bool {
    let Some(places) = fingerprints(file) else { return false };
    let said: Vec<&[u8]> = places.iter().map(|at| &file[*at..at + 2 * NO_FINGERPRINT.len()]).collect();
    let mut unsigned = file.to_vec();
    for at in places {
        let placeholder = hex_digits(&NO_FINGERPRINT);
        unsigned[at..at + placeholder.len()].copy_from_slice(&placeholder);
    }
    let own = hex_digits(&Sha256::digest(&unsigned)[..NO_FINGERPRINT.len()]);
    said.iter().all(|said| *said == &own[..])
}

/// Where the two fingerprints of a file begin; `None` when it has none.
fn fingerprints(file: &[u8]) -> Option<[usize; 2]> {
    let tail = file.strip_suffix(b"\n%%EOF\n")?;
    let number = tail.rsplit(|byte| *byte == b'\n').next()?;
    let start: usize = std::str::from_utf8(number).ok()?.parse().ok()?;
    let table = file.get(start..)?;
    let mut at = start + table.windows(3).position(|window| window == b"/ID")?;
    let mut next = || {
        at += file[at..].iter().position(|byte| *byte == b'<')? + 1;
        (at + 2 * NO_FINGERPRINT.len() <= file.len()).then_some(at)
    };
    Some([next()?, next()?])
}
