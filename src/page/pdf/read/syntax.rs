//! The syntax of PDF: bytes → values and operators. Nothing here follows a reference.

use std::collections::BTreeMap;

use super::doubts::{self, Doubt};

/// Greatest depth of nested arrays and dictionaries.
const DEEPEST: u32 = 64;

/// Greatest number of values in one object or operand.
const MOST: u32 = 1 << 21;

/// A number or a bare word that is longer is in doubt: viewers read as much of it as they have room for.
const LONGEST_WORD: usize = 24;

/// A table of values.
pub(in super::super) type Dict = BTreeMap<Vec<u8>, PdfValue>;

/// A value as it stands in a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in super::super) enum PdfValue {
    #[default]
    Null,
    Bool(bool),
    Number(f64),
    Name(Vec<u8>),
    String(Vec<u8>),
    List(Vec<PdfValue>),
    Table(Dict),
    /// Another object, by its number.
    Reference(u32),
    /// A table with the place of its packed bytes in the file.
    Stream(Dict, usize, usize),
}

impl PdfValue {
    /// As a number.
    pub(in super::super) const fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// As a whole number that isn't negative.
    pub(in super::super) fn whole(&self) -> Option<usize> {
        self.number().filter(|number| *number >= 0.0 && *number < 4e15 && number.fract() == 0.0).map(|it| it as usize)
    }

    /// As a name.
    pub(in super::super) fn name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    /// As a table; a stream has one too.
    pub(in super::super) fn table(&self) -> Option<&Dict> {
        match self {
            Self::Table(table) | Self::Stream(table, ..) => Some(table),
            _ => None,
        }
    }
}

/// A word of the syntax.
#[derive(Debug, PartialEq)]
pub(in super::super) enum Token {
    Value(PdfValue),
    /// An operator or another bare word.
    Word(Vec<u8>),
    ListEnd,
    TableEnd,
}

/// The numbers among some values.
pub(super) fn numbers(values: &[PdfValue]) -> Vec<f64> {
    values.iter().filter_map(PdfValue::number).collect()
}

/// Reads words from bytes, and never beyond their end.
pub(in super::super) struct Lexer<'b> {
    bytes: &'b [u8],
    /// The last thing that wasn't written as the standard asks, though it could be read.
    pub doubt: Option<Doubt>,
    /// Where the last word begins.
    start: usize,
    /// Position before the next word and the white space before it.
    pub at: usize,
    /// Values inside of the one that is being read.
    inside: u32,
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

impl<'b> Lexer<'b> {
    /// Begins at a place.
    pub(in super::super) const fn new(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, doubt: None, start: at, at, inside: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// True when these bytes come next, which are then read.
    pub(in super::super) fn eat(&mut self, bytes: &[u8]) -> bool {
        let comes = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(bytes));
        if comes {
            self.at += bytes.len();
        }
        comes
    }

    /// Skips white space and remarks.
    pub(in super::super) fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while !matches!(self.peek(), None | Some(b'\n' | b'\r')) {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// The next word; `None` at the end, and where the syntax is broken.
    pub(in super::super) fn token(&mut self, depth: u32) -> Option<Token> {
        self.inside = if depth == 0 { 0 } else { self.inside + 1 };
        if self.inside > MOST {
            return None;
        }
        self.skip();
        let start = self.at;
        self.start = start;
        let value = match self.next()? {
            b'/' => PdfValue::Name(self.name()),
            b'(' => PdfValue::String(self.literal()?),
            b'<' if self.eat(b"<") => PdfValue::Table(self.table(depth + 1)?),
            b'<' => PdfValue::String(self.hexadecimal()?),
            b'[' => PdfValue::List(self.list(depth + 1)?),
            b']' => return Some(Token::ListEnd),
            b'>' if self.eat(b">") => return Some(Token::TableEnd),
            b'>' | b')' | b'{' | b'}' => return self.bytes.get(start..self.at).map(|word| Token::Word(word.to_vec())),
            _ => {
                while self.peek().is_some_and(|byte| !is_space(byte) && !is_delimiter(byte)) {
                    self.at += 1;
                }
                if self.at - start > LONGEST_WORD {
                    self.doubt = Some(doubts::LONG_WORD);
                }
                return self.bytes.get(start..self.at).map(word);
            }
        };
        Some(Token::Value(value))
    }

    /// The next operator of a content stream, with the values before it put behind those in `operands`; `]` for a bracket that
    /// closes nothing. `None` at the end, and where the syntax is broken (ISO 32000-1, 7.8.2).
    pub(super) fn operator(&mut self, operands: &mut Vec<PdfValue>) -> Option<Vec<u8>> {
        loop {
            match self.token(0)? {
                Token::Value(value) => operands.push(value),
                Token::Word(word) => return Some(word),
                Token::ListEnd | Token::TableEnd => return Some(b"]".to_vec()),
            }
        }
    }

    /// True when nothing but white space is left.
    pub(super) fn is_at_end(&self) -> bool {
        self.bytes.get(self.at..).is_none_or(|rest| rest.iter().all(u8::is_ascii_whitespace))
    }

    /// The next value, a reference too; `None` where there is none.
    pub(in super::super) fn value(&mut self, depth: u32) -> Option<PdfValue> {
        match self.token(depth)? {
            Token::Value(value) => Some(self.reference(&value).unwrap_or(value)),
            Token::Word(word) if word == b"null" => Some(PdfValue::Null),
            _ => None,
        }
    }

    /// `12 0 R`, whose first number is read already.
    fn reference(&mut self, value: &PdfValue) -> Option<PdfValue> {
        let number = u32::try_from(value.whole()?).ok()?;
        let mut ahead = Lexer::new(self.bytes, self.at);
        // Most numbers are followed by no other.
        ahead.skip();
        if !ahead.peek().is_some_and(|byte| byte.is_ascii_digit() || byte == b'+') {
            return None;
        }
        let generation = ahead.at;
        while ahead.peek().is_some_and(|byte| byte.is_ascii_digit() || byte == b'+') {
            ahead.at += 1;
        }
        let generation = generation..ahead.at;
        ahead.skip();
        let found = ahead.eat(b"R") && ahead.peek().is_none_or(|byte| is_space(byte) || is_delimiter(byte));
        found.then(|| {
            let written = self.bytes.get(self.start..ahead.at).unwrap_or_default();
            let plain =
                |bytes: &[u8]| bytes.iter().all(|byte| byte.is_ascii_digit() || is_space(*byte) || *byte == b'R');
            let is_apart = self.bytes.get(generation.end).is_some_and(|byte| is_space(*byte));
            // Programs that reuse a number give its object another generation. None of those that fill in or sign does.
            if !plain(written) || !is_apart || written.starts_with(b"0") || self.bytes.get(generation) != Some(b"0") {
                self.doubt = Some(doubts::REFERENCE);
            }
            self.at = ahead.at;
            PdfValue::Reference(number)
        })
    }

    fn list(&mut self, depth: u32) -> Option<Vec<PdfValue>> {
        let mut values = Vec::new();
        if depth > DEEPEST {
            return None;
        }
        loop {
            match self.token(depth)? {
                Token::ListEnd => return Some(values),
                Token::Value(value) => values.push(self.reference(&value).unwrap_or(value)),
                Token::Word(word) if word == b"null" => values.push(PdfValue::Null),
                _ => return None,
            }
        }
    }

    fn table(&mut self, depth: u32) -> Option<Dict> {
        let mut table = Dict::new();
        if depth > DEEPEST {
            return None;
        }
        loop {
            match self.token(depth)? {
                Token::TableEnd => return Some(table),
                Token::Value(PdfValue::Name(key)) => {
                    let value = self.value(depth)?;
                    if table.insert(key, value).is_some() {
                        self.doubt = Some(doubts::KEY_TWICE);
                    }
                }
                _ => return None,
            }
        }
    }

    fn name(&mut self) -> Vec<u8> {
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| !is_space(*byte) && !is_delimiter(*byte)) {
            self.at += 1;
            let digits = self.bytes.get(self.at..self.at + 2).filter(|_| byte == b'#');
            if let Some(escaped) = digits.and_then(|digits| Some(hex(digits[0])? << 4 | hex(digits[1])?)) {
                name.push(escaped);
                self.at += 2;
            } else {
                if byte == b'#' {
                    self.doubt = Some(doubts::NAME);
                }
                name.push(byte);
            }
        }
        name
    }

    /// A text in hexadecimal, whose bracket is read already.
    pub(super) fn hexadecimal(&mut self) -> Option<Vec<u8>> {
        let mut digits = Vec::new();
        loop {
            match self.next()? {
                b'>' => break,
                byte => {
                    if hex(byte).is_none() && !is_space(byte) {
                        self.doubt = Some(doubts::HEXADECIMAL);
                    }
                    digits.extend(hex(byte));
                }
            }
        }
        if digits.len() % 2 == 1 {
            digits.push(0);
        }
        Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
    }

    fn literal(&mut self) -> Option<Vec<u8>> {
        let mut string = Vec::new();
        let mut open = 1_u32;
        loop {
            match self.next()? {
                b'(' => {
                    open += 1;
                    string.push(b'(');
                }
                b')' if open == 1 => return Some(string),
                b')' => {
                    open -= 1;
                    string.push(b')');
                }
                b'\r' => {
                    self.doubt = Some(doubts::LINE_BREAK);
                    self.eat(b"\n");
                    string.push(b'\n');
                }
                b'\\' => self.escape(&mut string)?,
                byte => string.push(byte),
            }
        }
    }

    /// The character for what stands behind a backslash.
    fn escape(&mut self, string: &mut Vec<u8>) -> Option<()> {
        string.push(match self.next()? {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 0x0C,
            b'\n' => return Some(()),
            b'\r' => {
                self.eat(b"\n");
                return Some(());
            }
            digit @ b'0'..=b'7' => {
                let mut code = u32::from(digit - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    self.at += 1;
                    code = code * 8 + u32::from(digit - b'0');
                }
                if code > 255 {
                    self.doubt = Some(doubts::ESCAPE);
                }
                code as u8
            }
            byte => byte,
        });
        Some(())
    }
}

/// A number, true or false, or an operator.
fn word(word: &[u8]) -> Token {
    match word {
        b"true" => Token::Value(PdfValue::Bool(true)),
        b"false" => Token::Value(PdfValue::Bool(false)),
        _ => number(word).map_or_else(|| Token::Word(word.to_vec()), |number| Token::Value(PdfValue::Number(number))),
    }
}

fn number(word: &[u8]) -> Option<f64> {
    let plain = word.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'));
    let text = std::str::from_utf8(word).ok().filter(|_| plain && word.len() < 64)?;
    // Rust's parser also reads `4.` and `-.5`.
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<PdfValue> {
        Lexer::new(text.as_bytes(), 0).value(0)
    }

    #[test]
    fn values_are_read() {
        let string = |text: &str| Some(PdfValue::String(text.as_bytes().to_vec()));
        let name = |text: &str| PdfValue::Name(text.as_bytes().to_vec());
        assert_eq!(read(" % remark\n-.5"), Some(PdfValue::Number(-0.5)));
        assert_eq!(read("4."), Some(PdfValue::Number(4.0)));
        assert_eq!(read("(a(b)\\)\\\\\\\r\nc\\101\\0)"), string("a(b))\\cA\0"));
        assert_eq!(read("<4 1 4>"), string("A@"));
        assert_eq!(read("/a#2Fb#"), Some(name("a/b#")));
        assert_eq!(read("12 0 R"), Some(PdfValue::Reference(12)));
        assert_eq!(
            read("[1 2 0 R 3 null true]"),
            Some(PdfValue::List(vec![
                PdfValue::Number(1.0),
                PdfValue::Reference(2),
                PdfValue::Number(3.0),
                PdfValue::Null,
                PdfValue::Bool(true)
            ]))
        );
        let table = read("<</A/B/C<</D[]>>>>");
        assert_eq!(table.as_ref().and_then(PdfValue::table).and_then(|table| table.get(&b"A"[..])), Some(&name("B")));
    }

    #[test]
    fn what_is_broken_or_too_deep_is_nothing() {
        for text in ["", "(", "(\\", "<41", "[", "[1", "<</A>>", "<</A 1", "<<1 2>>", "]", ">>", "endobj", "[>>]"] {
            assert_eq!(read(text), None, "{text}");
        }
        for open in ["[", "<</A"] {
            assert_eq!(read(&open.repeat(1_000_000)), None);
        }
        let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
        assert!(read(&deep).is_some());
    }
}
