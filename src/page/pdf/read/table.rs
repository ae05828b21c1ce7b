//! Reads where each object stands, from the cross-reference tables and streams of a file, the latest first.

use std::collections::{BTreeMap, BTreeSet};

use super::syntax::{Dict, Lexer, PdfValue};
use super::{Fault, ReceivedFile};

/// Greatest number of objects.
const MOST_OBJECTS: usize = 4_000_000;

/// Where an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectPlace {
    /// It was deleted.
    Free,
    /// At an offset.
    At(usize),
    /// In the object stream of that number.
    Packed { stream: u32, index: usize },
}

/// Places by object number, and what the latest trailer says.
#[derive(Debug, Default)]
pub(super) struct ObjectTable {
    pub places: BTreeMap<u32, ObjectPlace>,
    pub trailer: Dict,
}

impl ObjectTable {
    fn add(&mut self, number: usize, place: ObjectPlace) -> Result<(), Fault> {
        let number = u32::try_from(number).map_err(|_| Fault::Damaged("its table of objects can't be read"))?;
        self.places.entry(number).or_insert(place);
        if self.places.len() > MOST_OBJECTS { Err(Fault::TooMuch("more objects than any list has")) } else { Ok(()) }
    }
}

const UNREADABLE: Fault = Fault::Damaged("its table of objects can't be read");

/// Reads every table of a file, from the end on.
pub(super) fn read(file: &ReceivedFile<'_>) -> Result<ObjectTable, Fault> {
    let tail_at = file.bytes.len().saturating_sub(2048);
    let tail = file.bytes.get(tail_at..).unwrap_or_default();
    let word = b"startxref";
    let found = tail.windows(word.len()).rposition(|window| window == word);
    let mut lexer = Lexer::new(tail, found.ok_or(Fault::Damaged("its end is missing"))? + word.len());
    let mut next = lexer.value(0).as_ref().and_then(PdfValue::whole);
    let mut table = ObjectTable::default();
    let mut seen = BTreeSet::new();
    if next.is_none() {
        return Err(UNREADABLE);
    }
    while let Some(at) = next {
        if !seen.insert(at) {
            return Err(Fault::Damaged("its tables of objects lead in a circle"));
        }
        let trailer = section(file, at, &mut table)?;
        if let Some(hybrid) = trailer.get(&b"XRefStm"[..]).and_then(PdfValue::whole) {
            stream(file, hybrid, &mut table)?;
        }
        next = trailer.get(&b"Prev"[..]).and_then(PdfValue::whole);
        if table.trailer.is_empty() {
            table.trailer = trailer;
        }
    }
    Ok(table)
}

/// Reads one table with its trailer, or one stream, whose dictionary is the trailer.
fn section(file: &ReceivedFile<'_>, at: usize, table: &mut ObjectTable) -> Result<Dict, Fault> {
    let mut lexer = Lexer::new(file.bytes, at);
    lexer.skip();
    if !lexer.eat(b"xref") {
        return stream(file, at, table);
    }
    loop {
        lexer.skip();
        if lexer.eat(b"trailer") {
            break;
        }
        let first = number(&mut lexer)?;
        let count = number(&mut lexer)?;
        for index in 0..count {
            file.work(20)?;
            let offset = number(&mut lexer)?;
            number(&mut lexer)?;
            lexer.skip();
            let place = if lexer.eat(b"n") { ObjectPlace::At(offset) } else { ObjectPlace::Free };
            if place == ObjectPlace::Free && !lexer.eat(b"f") {
                return Err(UNREADABLE);
            }
            table.add(first.saturating_add(index), place)?;
        }
    }
    match lexer.value(0) {
        Some(PdfValue::Table(trailer)) => Ok(trailer),
        _ => Err(UNREADABLE),
    }
}

fn number(lexer: &mut Lexer<'_>) -> Result<usize, Fault> {
    match lexer.token(0) {
        Some(super::syntax::Token::Value(value)) => value.whole().ok_or(UNREADABLE),
        _ => Err(UNREADABLE),
    }
}

/// A cross-reference stream.
fn stream(file: &ReceivedFile<'_>, at: usize, table: &mut ObjectTable) -> Result<Dict, Fault> {
    let (_, value) = file.object_at(at)?;
    let PdfValue::Stream(dict, ..) = &value else { return Err(UNREADABLE) };
    if dict.get(&b"Type"[..]).and_then(PdfValue::name) != Some(b"XRef") {
        return Err(UNREADABLE);
    }
    let whole = |list: &PdfValue| match list {
        PdfValue::List(values) => values.iter().map(PdfValue::whole).collect::<Option<Vec<usize>>>(),
        _ => None,
    };
    let widths = dict.get(&b"W"[..]).and_then(whole).ok_or(UNREADABLE)?;
    let [kind, wide, narrow] = widths[..] else { return Err(UNREADABLE) };
    if kind > 8 || wide > 8 || narrow > 8 || kind + wide + narrow == 0 {
        return Err(UNREADABLE);
    }
    let size = dict.get(&b"Size"[..]).and_then(PdfValue::whole).unwrap_or(0);
    let ranges = dict.get(&b"Index"[..]).and_then(whole).unwrap_or_else(|| vec![0, size]);
    let data = file.unpack(&value)?;
    let mut rows = data.chunks_exact(kind + wide + narrow);
    for range in ranges.chunks_exact(2) {
        for index in 0..range[1] {
            // A range may promise more rows than there are.
            let Some(row) = rows.next() else { return Ok(dict.clone()) };
            file.work(row.len())?;
            let (first, rest) = row.split_at(kind);
            let (second, third) = rest.split_at(wide);
            let place = match (big(first), big(second)) {
                (Some(0), _) if kind > 0 => ObjectPlace::Free,
                (Some(1), Some(offset)) => ObjectPlace::At(offset),
                (_, Some(offset)) if kind == 0 => ObjectPlace::At(offset),
                (Some(2), Some(stream)) => ObjectPlace::Packed {
                    stream: u32::try_from(stream).map_err(|_| UNREADABLE)?,
                    index: big(third).unwrap_or(0),
                },
                // Entries of other kinds are ignored.
                _ => ObjectPlace::Free,
            };
            table.add(range[0].saturating_add(index), place)?;
        }
    }
    Ok(dict.clone())
}

/// A number of some bytes, big end first.
fn big(bytes: &[u8]) -> Option<usize> {
    bytes.iter().try_fold(0_usize, |number, byte| number.checked_mul(256)?.checked_add(usize::from(*byte)))
}
