//! Reads a PDF that somebody hands in. Its objects are read one by one, when they are needed.
//!
//! lopdf reads all objects of a file at once, so a file of a few megabytes can make it use any amount of memory. Here
//! the work for a file is limited, whatever the file holds, and nothing panics.

mod appearance;
pub(super) mod beside;
mod box_look;
pub(super) mod digest;
mod doubts;
pub(super) mod fields;
mod font_codes;
mod ink;
pub(super) mod look;
pub(super) mod pages;
mod strict;
mod syntax;
mod table;
pub(super) mod updates;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;

use flate2::{Decompress, FlushDecompress, Status};

pub(super) use self::doubts::Doubt;
use self::syntax::numbers;
pub(super) use self::syntax::{Dict, Lexer, PdfValue, Token};
use self::table::{ObjectPlace, ObjectTable};

/// Limit of the bytes that are read in all, packed and unpacked. A list of 10,000 steps needs a tenth of it.
const WORK: usize = 1 << 30;

/// Limit of the bytes that one stream may unpack to.
const LONGEST: usize = 64 << 20;

/// Limit of the bytes of unpacked object streams that are kept.
const KEPT: usize = 128 << 20;

/// Limit of objects whose reading leads to the reading of others, such as a length or the stream that holds it.
const DEEPEST: u32 = 8;

/// Why a file can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It isn't a PDF.
    NotPdf,
    /// It is cut off or broken, and where.
    Damaged(&'static str),
    /// It is encrypted.
    Encrypted,
    /// It needs more work than any list of ours.
    TooMuch(&'static str),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPdf => f.write_str("is not a PDF"),
            Self::Damaged(what) => write!(f, "is damaged or cut off: {what}"),
            Self::Encrypted => f.write_str("is encrypted"),
            Self::TooMuch(what) => write!(f, "is no list of ours: it holds {what}"),
        }
    }
}

/// A file while it is read.
pub(super) struct ReceivedFile<'b> {
    bytes: &'b [u8],
    table: ObjectTable,
    /// Work that is left before the limit.
    left: Cell<usize>,
    depth: Cell<u32>,
    kept: Cell<usize>,
    /// What isn't written as the standard asks, so that viewers may show something else than is read here.
    doubts: RefCell<BTreeSet<Doubt>>,
    packed: RefCell<BTreeMap<u32, Rc<Packed>>>,
}

/// An unpacked object stream.
struct Packed {
    data: Vec<u8>,
    /// Number and place of each object.
    objects: Vec<(u32, usize)>,
}

impl<'b> ReceivedFile<'b> {
    /// Finds out where everything stands.
    ///
    /// # Errors
    ///
    /// What isn't a PDF, is encrypted, or has no table of its objects.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Fault> {
        let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
        let start = head.windows(5).position(|window| window == b"%PDF-").ok_or(Fault::NotPdf)?;
        let mut file = Self {
            bytes: bytes.get(start..).unwrap_or_default(),
            table: ObjectTable::default(),
            left: Cell::new(WORK),
            depth: Cell::new(0),
            kept: Cell::new(0),
            doubts: RefCell::default(),
            packed: RefCell::default(),
        };
        if start > 0 {
            file.doubt(doubts::BEFORE);
        }
        file.table = table::read(&file)?;
        if file.table.trailer.contains_key(&b"Encrypt"[..]) {
            return Err(Fault::Encrypted);
        }
        Ok(file)
    }

    /// Takes from the work that is left.
    pub(super) fn work(&self, bytes: usize) -> Result<(), Fault> {
        let left = self.left.get().checked_sub(bytes).ok_or(Fault::TooMuch("more than any list unpacks to"))?;
        self.left.set(left);
        Ok(())
    }

    /// Notes that something isn't written as the standard asks.
    pub(super) fn doubt(&self, doubt: Doubt) {
        self.doubts.borrow_mut().insert(doubt);
    }

    /// Notes what was in doubt while words were read.
    fn note(&self, lexer: &Lexer<'_>) {
        if let Some(doubt) = lexer.doubt {
            self.doubt(doubt);
        }
    }

    /// What was noted, in words.
    pub(super) fn doubts(&self) -> Vec<Doubt> {
        self.doubts.borrow().iter().copied().collect()
    }

    /// The trailer.
    pub(super) const fn trailer(&self) -> &Dict {
        &self.table.trailer
    }

    /// A value, or the object that it refers to; an object that isn't there is null.
    pub(super) fn follow(&self, value: &PdfValue) -> Result<PdfValue, Fault> {
        let mut value = value.clone();
        for _ in 0..DEEPEST {
            let PdfValue::Reference(number) = value else { return Ok(value) };
            value = self.object(number)?;
        }
        Err(Fault::Damaged("its references lead in a circle"))
    }

    /// What a table says under a key, null when nothing.
    pub(super) fn get(&self, table: &Dict, key: &str) -> Result<PdfValue, Fault> {
        table.get(key.as_bytes()).map_or(Ok(PdfValue::Null), |value| self.follow(value))
    }

    /// What a table says under the last of some keys, each of which leads from one table to the next; null when nothing.
    pub(super) fn below(&self, table: &Dict, keys: &[&str]) -> Result<PdfValue, Fault> {
        let Some((first, rest)) = keys.split_first() else { return Ok(PdfValue::Null) };
        let mut value = self.get(table, first)?;
        for key in rest {
            value = value.table().map_or(Ok(PdfValue::Null), |table| self.get(table, key))?;
        }
        Ok(value)
    }

    /// The numbers of a list under a key; none where there is no list.
    fn numbers(&self, table: &Dict, key: &str) -> Result<Vec<f64>, Fault> {
        Ok(match self.get(table, key)? {
            PdfValue::List(values) => numbers(&values),
            _ => Vec::new(),
        })
    }

    /// The object of a number.
    fn object(&self, number: u32) -> Result<PdfValue, Fault> {
        self.work(64)?;
        match self.table.places.get(&number) {
            None | Some(ObjectPlace::Free) => Ok(PdfValue::Null),
            Some(&ObjectPlace::At(at)) => match self.object_at(at)? {
                (found, value) if found == number => Ok(value),
                _ => Err(Fault::Damaged("an object isn't where it should be")),
            },
            Some(&ObjectPlace::Packed { stream, index }) => {
                let packed = self.packed(stream)?;
                let found = packed.objects.get(index).filter(|(found, _)| *found == number);
                if found.is_none() {
                    self.doubt(doubts::ELSEWHERE);
                }
                self.work(if found.is_none() { packed.objects.len() } else { 0 })?;
                let found = found.or_else(|| packed.objects.iter().find(|(found, _)| *found == number));
                let &(_, at) = found.ok_or(Fault::Damaged("an object isn't where it should be"))?;
                let mut lexer = Lexer::new(&packed.data, at);
                let value = lexer.value(0).ok_or(Fault::Damaged("an object can't be read"))?;
                self.note(&lexer);
                self.work(lexer.at.saturating_sub(at))?;
                Ok(value)
            }
        }
    }

    /// Number and value of the object at an offset.
    fn object_at(&self, at: usize) -> Result<(u32, PdfValue), Fault> {
        self.whole_object_at(at).map(|(number, value, _)| (number, value))
    }

    /// The same, and where the object ends.
    fn whole_object_at(&self, at: usize) -> Result<(u32, PdfValue, usize), Fault> {
        let mut lexer = Lexer::new(self.bytes, at);
        let read = self.head_and_value(&mut lexer);
        lexer.skip();
        self.note(&lexer);
        // What can't be read is work too.
        self.work(lexer.at.saturating_sub(at))?;
        let (number, value) = read.ok_or(Fault::Damaged("an object can't be read"))?;
        let table = match value {
            PdfValue::Table(table) if lexer.eat(b"stream") => table,
            value => return Ok((number, value, self.end_of_object(lexer.at)?)),
        };
        if !lexer.eat(b"\r\n") && !lexer.eat(b"\n") {
            self.doubt(doubts::STREAM_START);
        }
        let start = lexer.at;
        // What a stream says of itself may stand in objects of their own.
        let end = self.deeper(|| {
            let said = self.get(&table, "Length")?.whole().and_then(|length| start.checked_add(length));
            let end = match said {
                Some(end) if self.is_end_of_stream(end)? => end,
                _ => self.search(start, b"endstream")?.ok_or(Fault::Damaged("a stream has no end"))?,
            };
            self.check_stream(&table, said, end)?;
            Ok(end)
        })?;
        let behind = self.search(end, b"endstream")?.map_or(end, |at| at + b"endstream".len());
        Ok((number, PdfValue::Stream(table, start, end), self.end_of_object(behind)?))
    }

    /// `12 0 obj` and the value behind it.
    fn head_and_value(&self, lexer: &mut Lexer<'_>) -> Option<(u32, PdfValue)> {
        let at = lexer.at;
        let mut whole = || match lexer.token(0)? {
            Token::Value(value) => value.whole().and_then(|number| u32::try_from(number).ok()),
            _ => None,
        };
        let (number, _) = whole().zip(whole())?;
        lexer.skip();
        if !lexer.eat(b"obj") {
            return None;
        }
        if self.bytes.get(at..lexer.at) != Some(format!("{number} 0 obj").as_bytes()) {
            self.doubt(doubts::OBJECT_START);
        }
        Some((number, lexer.value(0)?))
    }

    /// True where the word comes that ends a stream.
    fn is_end_of_stream(&self, at: usize) -> Result<bool, Fault> {
        let mut lexer = Lexer::new(self.bytes, at);
        lexer.skip();
        self.work(lexer.at.saturating_sub(at))?;
        Ok(at <= self.bytes.len() && lexer.eat(b"endstream"))
    }

    /// Where an object ends whose value ends at a place.
    fn end_of_object(&self, at: usize) -> Result<usize, Fault> {
        let mut lexer = Lexer::new(self.bytes, at);
        lexer.skip();
        self.work(lexer.at.saturating_sub(at))?;
        if !lexer.eat(b"endobj") {
            self.doubt(doubts::NO_END);
        }
        Ok(lexer.at)
    }

    /// Reads what an object leads to before it is read itself.
    fn deeper<T>(&self, read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth.get() >= DEEPEST {
            return Err(Fault::Damaged("its references lead in a circle"));
        }
        self.depth.set(self.depth.get() + 1);
        let read = read();
        self.depth.set(self.depth.get() - 1);
        read
    }

    /// Where some bytes come next.
    fn search(&self, from: usize, bytes: &[u8]) -> Result<Option<usize>, Fault> {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let found = rest.windows(bytes.len()).position(|window| window == bytes);
        self.work(found.unwrap_or(rest.len()))?;
        Ok(found.map(|found| from + found))
    }

    /// An object stream, unpacked.
    fn packed(&self, number: u32) -> Result<Rc<Packed>, Fault> {
        if let Some(packed) = self.packed.borrow().get(&number) {
            return Ok(Rc::clone(packed));
        }
        let packed = Rc::new(self.deeper(|| self.unpack_objects(number))?);
        self.packed.borrow_mut().insert(number, Rc::clone(&packed));
        Ok(packed)
    }

    fn unpack_objects(&self, number: u32) -> Result<Packed, Fault> {
        const UNREADABLE: Fault = Fault::Damaged("a stream of objects can't be read");
        let Some(&ObjectPlace::At(at)) = self.table.places.get(&number) else { return Err(UNREADABLE) };
        let (_, value) = self.object_at(at)?;
        let PdfValue::Stream(table, ..) = &value else { return Err(UNREADABLE) };
        let whole = |key: &str| self.get(table, key).map(|value| value.whole());
        let (count, first) = (whole("N")?.ok_or(UNREADABLE)?, whole("First")?.ok_or(UNREADABLE)?);
        let data = self.unpack(&value)?;
        let kept = self.kept.get() + data.len() + count.min(data.len()) * size_of::<(u32, usize)>();
        if kept > KEPT {
            return Err(Fault::TooMuch("more objects than any list has"));
        }
        self.kept.set(kept);
        let mut lexer = Lexer::new(&data, 0);
        let mut objects = Vec::new();
        for _ in 0..count {
            let mut next = || lexer.value(0).as_ref().and_then(PdfValue::whole);
            let (Some(number), Some(at)) = (next(), next()) else { return Err(UNREADABLE) };
            objects.push((u32::try_from(number).map_err(|_| UNREADABLE)?, first.saturating_add(at)));
        }
        let numbers: BTreeSet<u32> = objects.iter().map(|(number, _)| *number).collect();
        if numbers.len() < objects.len() {
            self.doubt(doubts::TWICE_PACKED);
        }
        Ok(Packed { data, objects })
    }

    /// The bytes of a stream as they stand in the file.
    pub(super) fn raw(&self, stream: &PdfValue) -> &'b [u8] {
        match stream {
            PdfValue::Stream(_, start, end) => self.bytes.get(*start..*end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The bytes that a stream stands for.
    pub(super) fn unpack(&self, stream: &PdfValue) -> Result<Vec<u8>, Fault> {
        let raw = self.raw(stream);
        self.work(raw.len())?;
        let Some(table) = stream.table() else { return Ok(Vec::new()) };
        let several = |value: PdfValue| match value {
            PdfValue::Null => Vec::new(),
            PdfValue::List(values) => values,
            value => vec![value],
        };
        let filters = several(self.get(table, "Filter")?);
        let parameters = several(self.get(table, "DecodeParms")?);
        let mut data = None;
        for (index, filter) in filters.iter().enumerate() {
            let packed = data.as_deref().unwrap_or(raw);
            let inflated = match self.follow(filter)?.name() {
                Some(b"FlateDecode") if index < 2 => self.inflate(packed)?,
                Some(b"ASCIIHexDecode") if index < 2 => self.unpack_hexadecimal(packed)?,
                _ => return Err(Fault::Damaged("it is packed in a way that no list of ours is")),
            };
            let parameters = parameters.get(index).map_or(Ok(PdfValue::Null), |value| self.follow(value))?;
            data = Some(match parameters.table() {
                Some(parameters) => self.unpredict(inflated, parameters)?,
                None => inflated,
            });
        }
        Ok(data.unwrap_or_else(|| raw.to_vec()))
    }

    fn inflate(&self, raw: &[u8]) -> Result<Vec<u8>, Fault> {
        const UNREADABLE: Fault = Fault::Damaged("a stream can't be unpacked");
        // Some programs pack nothing to nothing.
        if raw.is_empty() {
            return Ok(Vec::new());
        }
        let mut state = Decompress::new(true);
        let mut data = Vec::new();
        loop {
            let (read, length) = (state.total_in(), data.len());
            data.reserve((raw.len() * 4).clamp(1024, 1 << 20));
            let rest = raw.get(read as usize..).unwrap_or_default();
            let status = state.decompress_vec(rest, &mut data, FlushDecompress::None).map_err(|_| UNREADABLE)?;
            self.work(data.len() - length)?;
            if data.len() > LONGEST {
                return Err(Fault::TooMuch("a stream that unpacks to more than 64 MiB"));
            }
            match status {
                Status::StreamEnd => return Ok(data),
                _ if state.total_in() == read && data.len() == length => return Err(UNREADABLE),
                _ => {}
            }
        }
    }

    /// Reads bytes that are written in hexadecimal.
    fn unpack_hexadecimal(&self, packed: &[u8]) -> Result<Vec<u8>, Fault> {
        self.work(packed.len())?;
        let mut lexer = Lexer::new(packed, 0);
        let read = lexer.hexadecimal().ok_or(Fault::Damaged("a stream can't be unpacked"))?;
        self.note(&lexer);
        Ok(read)
    }

    /// Undoes the PNG filters, which store the differences between bytes.
    fn unpredict(&self, data: Vec<u8>, parameters: &Dict) -> Result<Vec<u8>, Fault> {
        const UNREADABLE: Fault = Fault::Damaged("a stream can't be unpacked");
        let or = |key: &str, usual: usize| self.get(parameters, key).map(|value| value.whole().unwrap_or(usual));
        match or("Predictor", 1)? {
            1 => return Ok(data),
            10..=15 => {}
            _ => return Err(UNREADABLE),
        }
        let (colors, bits, columns) = (or("Colors", 1)?, or("BitsPerComponent", 8)?, or("Columns", 1)?);
        if !(1..=32).contains(&colors) || !(1..=16).contains(&bits) || !(1..=1 << 20).contains(&columns) {
            return Err(UNREADABLE);
        }
        let (step, width) = ((colors * bits).div_ceil(8), (colors * bits * columns).div_ceil(8));
        let mut rows: Vec<u8> = Vec::with_capacity(data.len());
        self.work(data.len())?;
        for row in data.chunks(width + 1) {
            let Some((&kind, row)) = row.split_first() else { break };
            let start = rows.len();
            for (index, byte) in row.iter().enumerate() {
                let left = if index >= step { rows.get(start + index - step).copied().unwrap_or(0) } else { 0 };
                let above = (start + index).checked_sub(width).and_then(|at| rows.get(at)).copied().unwrap_or(0);
                let corner = (start + index).checked_sub(width + step).and_then(|at| rows.get(at)).copied();
                let corner = corner.filter(|_| index >= step).unwrap_or(0);
                rows.push(byte.wrapping_add(match kind {
                    0 => 0,
                    1 => left,
                    2 => above,
                    3 => u8::midpoint(left, above),
                    4 => paeth(left, above, corner),
                    _ => return Err(UNREADABLE),
                }));
            }
        }
        Ok(rows)
    }
}

/// The Paeth predictor: the one of three neighbours that is nearest to the expected value (PNG, 9.4).
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let expected = i16::from(left) + i16::from(above) - i16::from(corner);
    let distance = |byte: u8| (expected - i16::from(byte)).abs();
    if distance(left) <= distance(above) && distance(left) <= distance(corner) {
        left
    } else if distance(above) <= distance(corner) {
        above
    } else {
        corner
    }
}
