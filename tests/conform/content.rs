//! Checks content streams: everything is marked, is gray, uses fonts of the page, and isn't transparent.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};

/// What is marked on a page.
#[derive(Default)]
pub struct Marks {
    /// Role of each marked content by its number.
    pub marked: BTreeMap<i64, String>,
    /// For each font of the page, the codes that it shows.
    pub shown: BTreeMap<String, BTreeSet<u16>>,
}

/// Operators that pages of check lists are made of.
const KNOWN: &[&str] = &[
    "BT", "ET", "BDC", "BMC", "EMC", "Tf", "Tm", "TJ", "Ts", "g", "G", "w", "d", "J", "m", "l", "c", "h", "re", "S",
    "f", "B", "n", "q", "cm", "Do", "Q",
];

/// Operators that a shared drawing is made of. It has the colours of the place where it is shown.
const OF_DRAWINGS: &[&str] = &["m", "l", "c", "h", "re", "S", "f", "f*", "B"];

/// What an open mark is.
#[derive(PartialEq, Clone, Copy)]
enum Mark {
    Artifact,
    Tagged,
    Span,
}

/// Reads a page.
pub fn read(pdf: &Document, page: usize, id: ObjectId, findings: &mut Vec<String>) -> Marks {
    let mut reader = Reader {
        pdf,
        id,
        page: page + 1,
        marks: Marks::default(),
        open: Vec::new(),
        kept: 0,
        font: String::new(),
        findings,
    };
    let content = Content::decode(&pdf.get_page_content(id)).ok();
    match content {
        Some(content) => content.operations.iter().for_each(|operation| reader.operation(operation)),
        None => reader.find("19005-3 6.2.2: the content can't be read"),
    }
    if reader.kept != 0 {
        reader.find("19005-3 6.2.2: a state is kept or taken back once too often");
    }
    if !reader.open.is_empty() {
        reader.find("32000-1 14.6: a mark stays open");
    }
    reader.marks
}

struct Reader<'f> {
    pdf: &'f Document,
    id: ObjectId,
    page: usize,
    marks: Marks,
    open: Vec<Mark>,
    /// Number of graphics states that are saved.
    kept: i32,
    font: String,
    findings: &'f mut Vec<String>,
}

impl Reader<'_> {
    fn find(&mut self, finding: impl AsRef<str>) {
        let finding = format!("{} (page {})", finding.as_ref(), self.page);
        if self.findings.last() != Some(&finding) {
            self.findings.push(finding);
        }
    }

    fn operation(&mut self, Operation { operator, operands }: &Operation) {
        if !KNOWN.contains(&operator.as_str()) {
            self.find(format!("19005-3 6.2.4.3, 6.2.10: `{operator}` is neither gray nor opaque"));
        }
        let first = operands.first();
        let name = || first.and_then(|name| name.as_name().ok()).map(|name| String::from_utf8_lossy(name).into_owned());
        match operator.as_str() {
            "BMC" | "BDC" => self.mark(&name().unwrap_or_default(), operands.get(1).and_then(|of| of.as_dict().ok())),
            "EMC" if self.open.pop().is_none() => self.find("32000-1 14.6: a mark is closed that isn't open"),
            "Tf" => self.font = name().unwrap_or_default(),
            "TJ" => {
                self.painted();
                let strings = first.and_then(|array| array.as_array().ok()).map_or(&[][..], Vec::as_slice);
                let codes = strings.iter().filter_map(|string| string.as_str().ok()).flat_map(|bytes| bytes.chunks(2));
                let codes = codes.map(|code| code.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte)));
                self.marks.shown.entry(self.font.clone()).or_default().extend(codes);
            }
            "S" | "f" | "B" => self.painted(),
            "q" => self.kept += 1,
            "Q" => self.kept -= 1,
            "Do" => {
                self.painted();
                if let Err(why) = self.drawing(first) {
                    self.find(format!("19005-3 6.2.2, 6.2.9: a drawing {why}"));
                }
            }
            _ => {}
        }
    }

    /// Checks a form that draws plain lines and areas.
    fn drawing(&self, name: Option<&Object>) -> Result<(), String> {
        let lost = |_| "isn't there".to_owned();
        let name = name.ok_or("has no name")?.as_name().map_err(lost)?;
        let entry = |dictionary: &'_ Dictionary, key: &[u8]| -> Result<Object, String> {
            dictionary.get_deref(key, self.pdf).cloned().map_err(lost)
        };
        let page = self.pdf.get_dictionary(self.id).map_err(lost)?;
        let resources = entry(page, b"Resources")?;
        let drawings = entry(resources.as_dict().map_err(lost)?, b"XObject")?;
        let drawing = entry(drawings.as_dict().map_err(lost)?, name)?;
        let drawing = drawing.as_stream().map_err(lost)?;
        if !drawing.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form") {
            return Err("isn't a form".to_owned());
        }
        for (key, what) in [(&b"BBox"[..], "has no edges"), (b"Resources", "has no resources of its own")] {
            if !drawing.dict.has(key) {
                return Err(what.to_owned());
            }
        }
        if drawing.dict.has(b"Group") {
            return Err("has a transparency group".to_owned());
        }
        let content = drawing.decompressed_content().map_err(lost)?;
        let content = Content::decode(&content).map_err(|_| "can't be read")?;
        match content.operations.iter().find(|of| !OF_DRAWINGS.contains(&of.operator.as_str())) {
            Some(other) => Err(format!("holds `{}`", other.operator)),
            None => Ok(()),
        }
    }

    fn mark(&mut self, tag: &str, properties: Option<&Dictionary>) {
        let number = properties.and_then(|properties| properties.get(b"MCID").and_then(Object::as_i64).ok());
        let mark = match (tag, number) {
            ("Artifact", _) => Mark::Artifact,
            (_, Some(_)) => Mark::Tagged,
            _ => Mark::Span,
        };
        if mark != Mark::Span && self.open.iter().any(|open| *open != Mark::Span) {
            self.find("14289-1 7.1: an artifact or a tagged content stands inside of another");
        }
        if mark == Mark::Artifact && properties.is_none_or(|properties| !properties.has(b"Type")) {
            self.find("14289-1 7.8: an artifact doesn't say what it is");
        }
        if let Some(number) = number
            && self.marks.marked.insert(number, tag.to_owned()).is_some()
        {
            self.find(format!("32000-1 14.7.4.2: two contents have the number {number}"));
        }
        self.open.push(mark);
    }

    fn painted(&mut self) {
        if !self.open.iter().any(|mark| *mark != Mark::Span) {
            self.find("14289-1 7.1: something is neither tagged nor an artifact");
        }
    }
}
