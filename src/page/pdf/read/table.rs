//! Reads where each object stands, from the cross-reference tables and streams of a file, the latest first.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::syntax::{Dict, Lexer, PdfValue};
use super::{Fault, ReceivedFile, doubts};

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
    /// Where each table or stream stands, the latest first.
    pub sections: Vec<usize>,
    /// Where tables begin and end.
    pub spans: Vec<(usize, usize)>,
    /// Every offset that any of them names, in order.
    pub offsets: BTreeSet<usize>,
    /// The rows of the table or stream that is being read.
    rows: Vec<XrefRow>,
}

/// A row of a table.
#[derive(Debug, Clone, Copy)]
struct XrefRow {
    number: u32,
    is_free: bool,
    /// No later table has one for the same object.
    is_latest: bool,
}

impl ObjectTable {
    fn add(&mut self, number: usize, place: ObjectPlace) -> Result<(), Fault> {
        if let ObjectPlace::At(at) = place {
            self.offsets.insert(at);
        }
        let number = u32::try_from(number).map_err(|_| UNREADABLE)?;
        let entry = self.places.entry(number);
        self.rows.push(XrefRow {
            number,
            is_free: place == ObjectPlace::Free,
            is_latest: matches!(entry, Entry::Vacant(_)),
        });
        entry.or_insert(place);
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
    let found = found.ok_or(Fault::Damaged("its end is missing"))?;
    if tail.len() - found > 1024 {
        file.doubt(doubts::BEHIND);
    }
    let mut lexer = Lexer::new(tail, found + word.len());
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
        table.sections.push(at);
        table.rows.clear();
        let trailer = section(file, at, &mut table)?;
        match trailer.get(&b"XRefStm"[..]).map(PdfValue::whole) {
            None => {}
            Some(Some(hybrid)) if seen.insert(hybrid) => hidden(file, hybrid, &mut table)?,
            Some(_) => file.doubt(doubts::TWO_TABLES),
        }
        next = trailer.get(&b"Prev"[..]).and_then(PdfValue::whole);
        if table.trailer.is_empty() {
            table.trailer = trailer;
        }
    }
    Ok(table)
}

/// Reads the stream that stands beside a table, for the objects that the table calls free so that old programs don't see them (ISO
/// 32000-1, 7.5.8.4). It names no others.
fn hidden(file: &ReceivedFile<'_>, at: usize, table: &mut ObjectTable) -> Result<(), Fault> {
    let (free, used): (Vec<XrefRow>, Vec<XrefRow>) =
        std::mem::take(&mut table.rows).into_iter().filter(|row| row.is_latest).partition(|row| row.is_free);
    for row in &free {
        table.places.remove(&row.number);
    }
    stream(file, at, table)?;
    let used: BTreeSet<u32> = used.iter().map(|row| row.number).collect();
    if table.rows.iter().any(|row| !row.is_free && used.contains(&row.number)) {
        file.doubt(doubts::TWO_TABLES);
    }
    for row in free {
        table.places.entry(row.number).or_insert(ObjectPlace::Free);
    }
    Ok(())
}

/// Reads one table with its trailer, or one stream, whose dictionary is the trailer.
fn section(file: &ReceivedFile<'_>, at: usize, table: &mut ObjectTable) -> Result<Dict, Fault> {
    let mut lexer = Lexer::new(file.bytes, at);
    lexer.skip();
    if lexer.at != at {
        file.doubt(doubts::TABLE_ELSEWHERE);
    }
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
            lexer.skip();
            let row = file.bytes.get(lexer.at..lexer.at + 20).unwrap_or_default();
            let offset = number(&mut lexer)?;
            let generation = number(&mut lexer)?;
            lexer.skip();
            let place = if lexer.eat(b"n") { ObjectPlace::At(offset) } else { ObjectPlace::Free };
            if place == ObjectPlace::Free && !lexer.eat(b"f") {
                return Err(UNREADABLE);
            }
            let kind = if place == ObjectPlace::Free { 'f' } else { 'n' };
            let ends = [&b" \r"[..], b" \n", b"\r\n"];
            let is_row = row.get(..18) == Some(format!("{offset:010} {generation:05} {kind}").as_bytes());
            if !is_row || !ends.iter().any(|end| row.ends_with(end)) || (kind == 'n' && generation != 0) {
                file.doubt(doubts::ROW);
            }
            table.add(first.saturating_add(index), place)?;
        }
    }
    let trailer = lexer.value(0);
    file.note(&lexer);
    file.work(lexer.at - at)?;
    table.spans.push((at, lexer.at));
    match trailer {
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
    let (_, value, end) = file.whole_object_at(at)?;
    table.spans.push((at, end));
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
                (Some(1), Some(offset)) => {
                    if big(third) != Some(0) {
                        file.doubt(doubts::ROW);
                    }
                    ObjectPlace::At(offset)
                }
                (_, Some(offset)) if kind == 0 => ObjectPlace::At(offset),
                (Some(2), Some(stream)) => ObjectPlace::Packed {
                    stream: u32::try_from(stream).map_err(|_| UNREADABLE)?,
                    index: big(third).unwrap_or(0),
                },
                // Entries of other kinds are ignored.
                _ => {
                    file.doubt(doubts::ROW_KIND);
                    ObjectPlace::Free
                }
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
