//! Files that are mangled at random, but the same every time.

use runsheet::page::pdf::received::Received;

/// Number of mangled files; `RUNSHEET_MUTATIONS` sets a larger one.
pub fn count() -> u64 {
    std::env::var("RUNSHEET_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(2000)
}

/// Pseudo-random numbers (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    /// A number below another one.
    pub fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % below.max(1) as u64) as usize
    }
}

/// Words that may mislead a PDF reader.
const WORDS: [&[u8]; 24] = [
    b"99999999999999999999",
    b"-1",
    b"0",
    b"4294967296",
    b"1 0 R",
    b"9 0 R",
    b"<<",
    b">>",
    b"[",
    b"]",
    b"(",
    b")",
    b"endobj",
    b"endstream",
    b"stream\n",
    b"/Kids[1 0 R]",
    b"/Parent 4 0 R",
    b"/Length 5 0 R",
    b"/Filter/FlateDecode",
    b"/Filter/LZWDecode",
    b"/DecodeParms<</Predictor 15/Columns 1000000>>",
    b"/Prev 9",
    b"/Index[0 9999999999]",
    b"xref\n0 9999999999\n",
];

/// A file with a few changes.
pub fn mutate(file: &[u8], seed: u64) -> Vec<u8> {
    let mut chance = Chance(seed);
    let mut bytes = file.to_vec();
    for _ in 0..=chance.next(4) {
        // The tables at the end of a PDF locate everything else, so half of the changes are made there.
        let from = if chance.next(2) == 0 { bytes.len().saturating_sub(2000) } else { 0 };
        let at = from + chance.next(bytes.len() - from);
        match chance.next(8) {
            0 => bytes.truncate(at.max(10)),
            1 => drop(bytes.drain(at..(at + chance.next(300)).min(bytes.len()))),
            2 => {
                let end = (at + chance.next(3000)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            3 => drop(bytes.splice(at..at, WORDS[chance.next(WORDS.len())].repeat(1 + chance.next(200)))),
            4 => {
                // Replace a digit by another one.
                if let Some(digit) = bytes[at..].iter().position(u8::is_ascii_digit) {
                    bytes[at + digit] = b'0' + chance.next(10) as u8;
                }
            }
            5 | 6 => {
                let word = WORDS[chance.next(WORDS.len())];
                let end = (at + word.len()).min(bytes.len());
                bytes.splice(at..end, word.iter().copied());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << chance.next(8);
                }
            }
        }
    }
    bytes
}

/// Reads all that `verify` reads. Returns 0 when the file is broken, 1 when it has pages, 2 when it also has a flow.
pub fn look(bytes: &[u8]) -> usize {
    let read = || {
        let inside = Received::open(bytes).ok()?;
        let flow = ["flow.toml", "options.toml", "release.toml", "runbook.md"].map(|name| inside.attachment(name));
        inside.pages().ok()?;
        inside.doubts().ok()?;
        Some(if flow[0].as_ref().is_ok_and(Option::is_some) { 2 } else { 1 })
    };
    read().unwrap_or(0)
}
