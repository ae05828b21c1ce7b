//! What was appended to a file: programs that fill a form in or sign it may leave its bytes as they are, and write the
//! objects that they change behind its end, with a table of these (ISO 32000-1, 7.5.6).

use super::{Lexer, PdfValue, ReceivedFile};

/// Where each update that follows the first bytes of a file ends; `None` where what follows isn't updates alone, one
/// after the other.
pub(in super::super) fn ends(file: &ReceivedFile<'_>, first: usize) -> Option<Vec<usize>> {
    let tables = &file.table.sections;
    let mut ends: Vec<usize> = Vec::new();
    let mut begin = first;
    if !file.bytes.get(..first)?.ends_with(b"%%EOF\n") || !tables.is_sorted_by(|later, earlier| later > earlier) {
        return None;
    }
    for &table in tables.iter().rev().filter(|table| **table >= first) {
        let end = end(file, table)?;
        if table < begin || end <= table {
            return None;
        }
        ends.push(end);
        begin = end;
    }
    (begin == file.bytes.len()).then_some(ends)
}

/// Where the revision ends whose table stands at a place.
fn end(file: &ReceivedFile<'_>, table: usize) -> Option<usize> {
    const WORD: &[u8] = b"startxref";
    let found = file.search(table, WORD).ok()??;
    let mut lexer = Lexer::new(file.bytes, found + WORD.len());
    if lexer.value(0).as_ref().and_then(PdfValue::whole) != Some(table) {
        return None;
    }
    let rest = file.bytes.get(lexer.at..)?;
    let spaces = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let behind = rest.get(spaces..)?.strip_prefix(b"%%EOF")?;
    let spaces = behind.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    Some(file.bytes.len() - behind.len() + spaces)
}
