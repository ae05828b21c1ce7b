//! Whether `verify` will read a list that a build makes: what it reads is limited, and a list that nobody can verify is no record.

use crate::diagnostic::Diagnostic;
use crate::files::PDF_LIMIT;
use crate::page::pdf::received::{Fault, Received};

/// A list of fewer bytes stays far below every limit.
const SHORT: usize = 8 << 20;

/// Reads a long list as `verify` will.
///
/// # Errors
/// What makes it too much to read.
pub fn readable(list: &[u8]) -> Result<(), Vec<Diagnostic>> {
    if list.len() < SHORT { Ok(()) } else { read_back(list, PDF_LIMIT) }
}

fn read_back(list: &[u8], limit: u64) -> Result<(), Vec<Diagnostic>> {
    let read = || Received::open(list).and_then(|list| list.pages().and(list.doubts()));
    let why = if list.len() as u64 > limit {
        format!("is longer than {} MiB", limit >> 20)
    } else {
        match read() {
            Ok(_) => return Ok(()),
            Err(Fault::TooMuch(what)) => format!("holds {what}"),
            Err(fault) => fault.to_string(),
        }
    };
    let message = format!("the check list is too large: `verify` doesn't read it, since it {why}");
    let fault = Diagnostic::error_nowhere("too-large", message);
    Err(vec![fault.help("print fewer copies, some of the sheets with `--sheets`, or a flow for each part")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_verify_does_not_read_is_not_written() {
        let list: &[u8] = include_bytes!("../../tests/lists/format-1.pdf");
        let told = |list: &[u8], limit| read_back(list, limit).err().map(|faults| faults[0].message.clone());
        assert_eq!(told(list, 1 << 20), None);
        let long = told(list, 0).unwrap();
        assert!(long.ends_with("since it is longer than 0 MiB"), "{long}");
        let broken = told(&list[..list.len() / 2], 1 << 20).unwrap();
        assert!(broken.contains("since it is damaged or cut off"), "{broken}");
    }
}
