//! Digests of what objects mean, however they are written: if two files mean the same, their digests are the same.

use std::collections::BTreeMap;
use std::slice;

use sha2::{Digest as _, Sha256};

use super::{Dict, Fault, Lexer, PdfValue, ReceivedFile, Token};

/// A digest of something in a file.
pub(in super::super) type Digest = [u8; 32];

/// References are followed no further than this.
const DEEPEST: u32 = 48;

/// Keys that say how a stream is packed, or that lead back up the tree.
const NEVER: [&[u8]; 8] =
    [b"Parent", b"P", b"StructParent", b"StructParents", b"Length", b"Filter", b"DecodeParms", b"DL"];

/// What a content draws, as digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct DrawingDigests {
    /// Its operators and what they take, not the space between them.
    pub drawn: Digest,
    /// The bytes that it shows as text, in order, however they are set.
    pub words: Digest,
}

/// Takes digests of what a file holds.
pub(in super::super) struct Digester<'f, 'b> {
    file: &'f ReceivedFile<'b>,
    /// Index of each page by the number of its object: what leads to a page isn't followed into it.
    pages: BTreeMap<u32, usize>,
    /// Page and index of each annotation by the number of its object: what leads there isn't followed either.
    annotations: BTreeMap<u32, (usize, usize)>,
    known: BTreeMap<u32, Digest>,
}

impl<'f, 'b> Digester<'f, 'b> {
    /// For a file with these pages.
    pub(in super::super) const fn new(file: &'f ReceivedFile<'b>, pages: BTreeMap<u32, usize>) -> Self {
        Self { file, pages, annotations: BTreeMap::new(), known: BTreeMap::new() }
    }

    /// From now on an object is known as an annotation of a page, by their indices.
    pub(super) fn is_annotation(&mut self, number: u32, page: usize, index: usize) {
        self.annotations.insert(number, (page, index));
    }

    /// The file.
    pub(super) const fn file(&self) -> &'f ReceivedFile<'b> {
        self.file
    }

    /// The digest of a value.
    pub(in super::super) fn value(&mut self, value: &PdfValue) -> Result<Digest, Fault> {
        let mut digest = Sha256::new();
        self.add(value, &mut digest, 0)?;
        Ok(digest.finalize().into())
    }

    /// The digest of numbers to the last bit, alone or in a list. What is no number has the digest of any other value.
    pub(super) fn exactly(&mut self, values: &[PdfValue]) -> Result<Digest, Fault> {
        let mut digest = Sha256::new();
        for value in values {
            let value = self.file.follow(value)?;
            let numbers = if let PdfValue::List(numbers) = &value { numbers } else { slice::from_ref(&value) };
            digest.update((numbers.len() as u64).to_be_bytes());
            for number in numbers {
                match self.file.follow(number)? {
                    // Zero has two signs.
                    PdfValue::Number(number) => digest.update([&b"x"[..], &(number + 0.0).to_be_bytes()].concat()),
                    other => self.add(&other, &mut digest, 1)?,
                }
            }
        }
        Ok(digest.finalize().into())
    }

    /// The digest of a table but for some keys.
    pub(in super::super) fn table(&mut self, table: &Dict, without: &[&[u8]]) -> Result<Digest, Fault> {
        let mut digest = Sha256::new();
        self.add_table(table, without, &mut digest, 0)?;
        Ok(digest.finalize().into())
    }

    fn add(&mut self, value: &PdfValue, digest: &mut Sha256, depth: u32) -> Result<(), Fault> {
        if depth > DEEPEST {
            return Err(Fault::Damaged("its objects nest too deep"));
        }
        self.file.work(8)?;
        let mut bytes = |kind: u8, bytes: &[u8]| {
            digest.update([kind]);
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        };
        match value {
            PdfValue::Null => bytes(b'0', &[]),
            PdfValue::Bool(value) => bytes(b'?', &[u8::from(*value)]),
            // Numbers are rounded to a thousandth of a point, which nobody sees.
            PdfValue::Number(number) => bytes(b'1', &((number * 1000.0).round() as i64).to_be_bytes()),
            PdfValue::Name(name) => bytes(b'/', name),
            PdfValue::String(string) => bytes(b'(', string),
            PdfValue::List(values) => {
                bytes(b'[', &(values.len() as u64).to_be_bytes());
                for value in values {
                    self.add(value, digest, depth + 1)?;
                }
            }
            PdfValue::Table(table) => self.add_table(table, &[], digest, depth)?,
            PdfValue::Reference(number) => match self.pages.get(number) {
                Some(index) => bytes(b'p', &(*index as u64).to_be_bytes()),
                None => match self.annotations.get(number) {
                    Some((page, index)) => bytes(b'a', format!("{page} {index}").as_bytes()),
                    None => digest.update(self.object(*number, depth)?),
                },
            },
            PdfValue::Stream(table, ..) => {
                self.add_table(table, &[], digest, depth)?;
                digest.update(self.stream(value, table)?);
            }
        }
        Ok(())
    }

    fn add_table(&mut self, table: &Dict, without: &[&[u8]], digest: &mut Sha256, depth: u32) -> Result<(), Fault> {
        digest.update(b"<");
        let said = |key: &[u8]| !NEVER.contains(&key) && !without.contains(&key);
        for (key, value) in table.iter().filter(|(key, value)| said(key) && **value != PdfValue::Null) {
            digest.update((key.len() as u64).to_be_bytes());
            digest.update(key);
            self.add(value, digest, depth + 1)?;
        }
        digest.update(b">");
        Ok(())
    }

    /// A reference has the same digest as the value of its object would have in its place.
    fn object(&mut self, number: u32, depth: u32) -> Result<Digest, Fault> {
        if let Some(known) = self.known.get(&number) {
            return Ok(*known);
        }
        let value = self.file.follow(&PdfValue::Reference(number))?;
        let mut digest = Sha256::new();
        self.add(&value, &mut digest, depth + 1)?;
        let digest = digest.finalize().into();
        self.known.insert(number, digest);
        Ok(digest)
    }

    /// The unpacked bytes of a stream; the packed ones if the packing isn't known.
    fn stream(&mut self, stream: &PdfValue, table: &Dict) -> Result<Digest, Fault> {
        let filter = self.file.get(table, "Filter")?;
        let is_known = |filter: &PdfValue| matches!(filter.name(), Some(b"FlateDecode" | b"ASCIIHexDecode"));
        let known = match &filter {
            PdfValue::Null => true,
            PdfValue::List(filters) => filters.iter().all(is_known),
            filter => is_known(filter),
        };
        if !known {
            return Ok(Sha256::digest(self.file.raw(stream)).into());
        }
        let content = self.file.unpack(stream)?;
        let is_form = table.get(&b"Subtype"[..]).and_then(PdfValue::name) == Some(b"Form");
        if is_form { Ok(self.drawing(&content)?.drawn) } else { Ok(Sha256::digest(content).into()) }
    }

    /// Digests of what a content draws.
    pub(in super::super) fn drawing(&mut self, content: &[u8]) -> Result<DrawingDigests, Fault> {
        self.file.work(content.len())?;
        let (mut drawn, mut words) = (Sha256::new(), Sha256::new());
        let mut lexer = Lexer::new(content, 0);
        while let Some(token) = lexer.token(0) {
            match token {
                Token::Value(value) => {
                    match &value {
                        PdfValue::String(string) => words.update(string),
                        PdfValue::List(values) => {
                            for value in values {
                                if let PdfValue::String(string) = value {
                                    words.update(string);
                                }
                            }
                        }
                        _ => {}
                    }
                    self.add(&value, &mut drawn, 0)?;
                }
                Token::Word(word) => {
                    drawn.update(b"w");
                    drawn.update((word.len() as u64).to_be_bytes());
                    drawn.update(word);
                }
                Token::ListEnd => drawn.update(b"]"),
                Token::TableEnd => drawn.update(b">"),
            }
        }
        self.file.note(&lexer);
        // The content of our own pages can be read to the end.
        drawn.update(content.get(lexer.at..).unwrap_or_default());
        Ok(DrawingDigests { drawn: drawn.finalize().into(), words: words.finalize().into() })
    }
}
