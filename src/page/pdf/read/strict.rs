//! Strict reading. Viewers differ in how they read what isn't written as the standard asks: one repairs it, another stops,
//! a third takes the other of two objects. So a file is read here that one of them may show otherwise, but what makes it
//! so is noted, and `verify` doesn't vouch for it. What is noted no program writes that fills in, signs or saves as it
//! should.

use std::collections::BTreeMap;

use super::syntax::is_space;
use super::table::ObjectPlace;
use super::{Dict, Fault, PdfValue, ReceivedFile, doubts};

impl ReceivedFile<'_> {
    /// Looks at how a stream is written: what its dictionary says, the length that it states, where it ends.
    pub(super) fn check_stream(&self, table: &Dict, said: Option<usize>, end: usize) -> Result<(), Fault> {
        let behind = self.bytes.get(end..).unwrap_or_default();
        let is_end = [&b"endstream"[..], b"\nendstream", b"\r\nendstream", b"\rendstream"];
        if said != Some(end) || !is_end.iter().any(|word| behind.starts_with(word)) {
            self.doubt(doubts::STREAM_LENGTH);
        }
        if table.contains_key(&b"F"[..]) {
            self.doubt(doubts::STREAM_OUTSIDE);
        }
        let (filter, parameters) = (self.get(table, "Filter")?, self.get(table, "DecodeParms")?);
        let matches = match (&filter, &parameters) {
            (_, PdfValue::Null) | (PdfValue::Name(_), PdfValue::Table(_)) => true,
            (PdfValue::List(filters), PdfValue::List(parameters)) => filters.len() == parameters.len(),
            _ => false,
        };
        if !matches {
            self.doubt(doubts::TWO_PACKINGS);
        }
        Ok(())
    }

    /// Reads every object once, and looks at what stands between them.
    ///
    /// # Errors
    /// When the file needs more work than any list.
    pub(in super::super) fn sweep(&self) -> Result<(), Fault> {
        let enough = |fault: Fault| if matches!(fault, Fault::TooMuch(_)) { Err(fault) } else { Ok(()) };
        let mut spans = self.table.spans.clone();
        let mut found = BTreeMap::new();
        for at in &self.table.offsets {
            match self.whole_object_at(*at) {
                Ok((number, _, end)) => {
                    found.insert(*at, number);
                    spans.push((*at, end));
                }
                Err(fault) => {
                    self.doubt(doubts::LEADS_NOWHERE);
                    enough(fault)?;
                }
            }
        }
        for (number, place) in &self.table.places {
            let is_there = match place {
                ObjectPlace::Free => true,
                ObjectPlace::At(at) => found.get(at) == Some(number),
                ObjectPlace::Packed { .. } => match self.object(*number) {
                    Ok(_) => true,
                    Err(fault) => enough(fault).map(|()| false)?,
                },
            };
            if !is_there {
                self.doubt(doubts::LEADS_NOWHERE);
            }
        }
        let size = self.trailer().get(&b"Size"[..]).and_then(PdfValue::whole);
        let last = self.table.places.iter().rev().find(|(_, place)| **place != ObjectPlace::Free);
        if size.is_none_or(|size| last.is_some_and(|(last, _)| *last as usize >= size)) {
            self.doubt(doubts::LONG_TABLE);
        }
        spans.sort_unstable();
        spans.dedup();
        self.work(self.bytes.len())?;
        let mut covered = 0;
        for (begin, end) in spans {
            if begin < covered {
                self.doubt(doubts::OVERLAP);
            } else if !is_between(self.bytes.get(covered..begin).unwrap_or_default()) {
                self.doubt(doubts::UNNAMED);
            }
            covered = covered.max(end);
        }
        if !is_between(self.bytes.get(covered..).unwrap_or_default()) {
            self.doubt(doubts::UNNAMED);
        }
        Ok(())
    }

    /// True when a signature covers whole revisions: it leaves out exactly one text in hexadecimal, its own, and ends where a
    /// revision ends.
    pub(super) fn is_signed_around(&self, first: usize, second: usize, end: usize) -> Result<bool, Fault> {
        let gap = self.bytes.get(first..second).unwrap_or_default();
        let digits = gap.strip_prefix(b"<").and_then(|gap| gap.strip_suffix(b">"));
        self.work(gap.len())?;
        let is_text = digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let ends_with = |end: usize, word: &[u8]| {
            let before = self.bytes.get(..end).unwrap_or_default();
            let words = before.trim_ascii_end();
            self.work(before.len() - words.len())?;
            Ok(words.ends_with(word))
        };
        Ok(is_text && ends_with(first, b"/Contents")? && ends_with(end, b"%%EOF")?)
    }

    /// The number of the object that a linearized file says its first page is.
    pub(super) fn said_first_page(&self) -> Option<u32> {
        let first = self.table.offsets.first()?;
        let (_, value) = self.object_at(*first).ok()?;
        let table = value.table()?;
        table.get(&b"Linearized"[..])?;
        // A linearized file that doesn't say it right has no page of number 0.
        Some(table.get(&b"O"[..]).and_then(PdfValue::whole).and_then(|number| u32::try_from(number).ok()).unwrap_or(0))
    }
}

/// True for what may stand between the objects of a file: white space, remarks, and where its latest table begins.
fn is_between(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = &bytes[at..];
        if is_space(*byte) {
            at += 1;
        } else if *byte == b'%' {
            let line = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
            // Programs that repair a file look for objects everywhere.
            if rest[..line].windows(3).any(|word| word == b"obj") && !rest.starts_with(b"%% Original object ID: ") {
                return false;
            }
            at += line;
        } else if rest.starts_with(b"startxref") {
            at += b"startxref".len();
            at += bytes[at..].iter().take_while(|byte| is_space(**byte) || byte.is_ascii_digit()).count();
        } else {
            return false;
        }
    }
    true
}
