//! The pages of a file, in order, and what of them must stay as it was made.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::beside::{self, Part};
use super::digest::{Digest, Digester, DrawingDigests};
use super::fields::{FieldReader, FilledField};
use super::{Dict, Fault, LONGEST, PdfValue, ReceivedFile, doubts, ink};

/// Greatest number of pages.
const MOST_PAGES: usize = 200_000;

/// Greatest depth of a page tree.
const DEEPEST: usize = 64;

/// Keys that a page inherits from the nodes above it.
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

/// Keys that are left out of the digest of everything else: those compared separately, those of the page tree and the
/// tags, and those that programs keep for themselves.
const APART: [&[u8]; 17] = [
    b"Resources",
    b"MediaBox",
    b"CropBox",
    b"Rotate",
    b"UserUnit",
    b"Contents",
    b"Annots",
    b"Type",
    b"Tabs",
    b"Metadata",
    b"LastModified",
    b"PieceInfo",
    b"Thumb",
    b"ID",
    b"BleedBox",
    b"TrimBox",
    b"ArtBox",
];

/// What a page is, as digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct PageDigests {
    /// Its size, what is cut off of it, and how it is turned and scaled.
    pub size: Digest,
    /// Its content.
    pub drawing: DrawingDigests,
    /// Its resources, above all fonts.
    pub resources: Digest,
    /// All other entries.
    pub rest: Digest,
}

/// What lies over all pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Overlays {
    /// What lies over each page.
    pub pages: Vec<Overlay>,
    /// What is filled in, in reading order.
    pub filled: Vec<FilledField>,
}

/// What lies over a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Overlay {
    /// Annotations, including fields: the name and the digest of each.
    pub annotations: Vec<(String, Digest)>,
    /// How many strokes of a pen there are.
    pub pen_marks: usize,
}

/// What is read of a file.
pub(in super::super) struct ReadFile {
    /// Its pages.
    pub pages: Vec<PageDigests>,
    /// What lies over them.
    pub over: Overlays,
    /// What is said beside the pages, as a digest of each part.
    pub beside: Vec<(Part, Digest)>,
}

/// The pages of a file and what is filled in on them, in reading order.
pub(in super::super) fn pages(file: &ReceivedFile<'_>, catalog: &Dict) -> Result<ReadFile, Fault> {
    let (tree, mut digester, mut fields) = readers(file, catalog)?;
    let (mut pages, mut overlays) = (Vec::new(), Vec::new());
    for (index, (_, node)) in tree.iter().enumerate() {
        overlays.push(overlay(&mut digester, &mut fields, node, index)?);
        pages.push(page(&mut digester, node)?);
    }
    let beside = beside::parts(file, &mut digester, catalog)?;
    Ok(ReadFile { pages, over: Overlays { pages: overlays, filled: fields.filled }, beside })
}

/// What lies over the pages of a file alone, which is all that filling in changes.
pub(in super::super) fn overlays(file: &ReceivedFile<'_>, catalog: &Dict) -> Result<Overlays, Fault> {
    let (tree, mut digester, mut fields) = readers(file, catalog)?;
    let mut pages = Vec::new();
    for (index, (_, node)) in tree.iter().enumerate() {
        pages.push(overlay(&mut digester, &mut fields, node, index)?);
    }
    Ok(Overlays { pages, filled: fields.filled })
}

/// The pages of a file, and what reads them.
type Readers<'f, 'b> = (Vec<(Option<u32>, PageNode)>, Digester<'f, 'b>, FieldReader);

fn readers<'f, 'b>(file: &'f ReceivedFile<'b>, catalog: &Dict) -> Result<Readers<'f, 'b>, Fault> {
    let tree = tree(file, catalog)?;
    let first = tree.first().and_then(|(number, _)| *number);
    if file.said_first_page().is_some_and(|said| Some(said) != first) {
        file.doubt(doubts::FIRST_PAGE);
    }
    let numbers = tree.iter().enumerate().filter_map(|(index, (number, _))| Some(((*number)?, index)));
    let digester = Digester::new(file, numbers.collect::<BTreeMap<_, _>>());
    Ok((tree, digester, FieldReader::new(file, catalog)?))
}

/// A page with what it inherits from the nodes above it.
struct PageNode {
    own: Dict,
    above: Rc<Dict>,
}

impl PageNode {
    fn get(&self, file: &ReceivedFile<'_>, key: &str) -> Result<PdfValue, Fault> {
        file.get(if self.own.contains_key(key.as_bytes()) { &self.own } else { &self.above }, key)
    }

    /// The value as it stands there; a reference isn't followed.
    fn said(&self, key: &[u8]) -> &PdfValue {
        self.own.get(key).or_else(|| self.above.get(key)).unwrap_or(&PdfValue::Null)
    }
}

/// A node of the page tree that is still to be read, or the end of one, whose pages are counted then.
enum OpenNode {
    Begin { node: PdfValue, above: Rc<Dict>, parent: Option<u32>, depth: usize },
    End { said: Option<usize>, first: usize },
}

/// Each page and the number of its object.
fn tree(file: &ReceivedFile<'_>, catalog: &Dict) -> Result<Vec<(Option<u32>, PageNode)>, Fault> {
    let mut seen = BTreeSet::new();
    let mut pages = Vec::new();
    let root = catalog.get(&b"Pages"[..]).cloned().ok_or(Fault::Damaged("it has no pages"))?;
    let mut open = vec![OpenNode::Begin { node: root, above: Rc::new(Dict::new()), parent: None, depth: 0 }];
    while let Some(next) = open.pop() {
        let (node, above, parent, depth) = match next {
            OpenNode::Begin { node, above, parent, depth } => (node, above, parent, depth),
            OpenNode::End { said, first } => {
                if said != Some(pages.len() - first) {
                    file.doubt(doubts::PAGE_TREE);
                }
                continue;
            }
        };
        let number = if let PdfValue::Reference(number) = node { Some(number) } else { None };
        if number.is_some_and(|number| !seen.insert(number)) || depth > DEEPEST {
            return Err(Fault::Damaged("its pages lead in a circle"));
        }
        let PdfValue::Table(own) = file.follow(&node)? else { return Err(Fault::Damaged("a page is missing")) };
        let kids = file.get(&own, "Kids")?;
        let kind: &[u8] = if matches!(kids, PdfValue::List(_)) { b"Pages" } else { b"Page" };
        let said_parent = match own.get(&b"Parent"[..]) {
            None => None,
            Some(PdfValue::Reference(number)) => Some(*number),
            Some(_) => Some(0),
        };
        if file.get(&own, "Type")?.name() != Some(kind) || said_parent != parent {
            file.doubt(doubts::PAGE_TREE);
        }
        match kids {
            PdfValue::List(kids) => {
                file.work(kids.len() * 64)?;
                let said = |key: &&[u8]| {
                    let value = own.get(*key).or_else(|| above.get(*key))?;
                    Some((key.to_vec(), value.clone()))
                };
                let below: Rc<Dict> = Rc::new(INHERITED.iter().filter_map(said).collect());
                open.push(OpenNode::End { said: file.get(&own, "Count")?.whole(), first: pages.len() });
                open.extend(kids.into_iter().rev().map(|kid| OpenNode::Begin {
                    node: kid,
                    above: Rc::clone(&below),
                    parent: number,
                    depth: depth + 1,
                }));
            }
            _ => pages.push((number, PageNode { own, above })),
        }
        if pages.len() + open.len() > MOST_PAGES {
            return Err(Fault::TooMuch("more pages than any list has"));
        }
    }
    Ok(pages)
}

fn page(digester: &mut Digester<'_, '_>, node: &PageNode) -> Result<PageDigests, Fault> {
    let file = digester.file();
    let media = node.said(b"MediaBox").clone();
    let crop = match node.said(b"CropBox") {
        PdfValue::Null => media.clone(),
        crop => crop.clone(),
    };
    let turned = match node.get(file, "Rotate")? {
        PdfValue::Null => PdfValue::Number(0.0),
        turned => turned,
    };
    let unit = match file.get(&node.own, "UserUnit")? {
        PdfValue::Null => PdfValue::Number(1.0),
        unit => unit,
    };
    Ok(PageDigests {
        // A viewer that rounds sizes to whole pixels may make another pixel of the smallest difference.
        size: digester.exactly(&[media, crop, turned, unit])?,
        drawing: digester.drawing(&content(file, &node.own)?)?,
        resources: digester.value(node.said(b"Resources"))?,
        rest: digester.table(&node.own, &APART)?,
    })
}

fn overlay(
    digester: &mut Digester<'_, '_>,
    fields: &mut FieldReader,
    node: &PageNode,
    index: usize,
) -> Result<Overlay, Fault> {
    let file = digester.file();
    let mut annotations = Vec::new();
    let mut pen_marks = 0;
    let list = match file.get(&node.own, "Annots")? {
        PdfValue::List(list) => list,
        PdfValue::Null if !node.own.contains_key(&b"Annots"[..]) => Vec::new(),
        _ => {
            file.doubt(doubts::NO_ANNOTATION);
            Vec::new()
        }
    };
    for (place, annotation) in list.into_iter().enumerate() {
        if let PdfValue::Reference(number) = annotation {
            digester.is_annotation(number, index, place);
        }
        let annotation = file.follow(&annotation)?;
        let Some(table) = annotation.table() else {
            file.doubt(doubts::NO_ANNOTATION);
            continue;
        };
        if ink::is_pen_mark(file, table)? {
            pen_marks += 1;
        } else {
            annotations.push(fields.annotation(digester, table, index)?);
        }
    }
    Ok(Overlay { annotations, pen_marks })
}

/// What a page draws: one stream, or several one after the other.
fn content(file: &ReceivedFile<'_>, page: &Dict) -> Result<Vec<u8>, Fault> {
    let contents = match file.get(page, "Contents")? {
        PdfValue::List(contents) => contents,
        PdfValue::Null if !page.contains_key(&b"Contents"[..]) => Vec::new(),
        content => vec![content],
    };
    let mut bytes = Vec::new();
    for content in contents {
        let content = file.follow(&content)?;
        if !matches!(content, PdfValue::Stream(..)) {
            file.doubt(doubts::NO_CONTENT);
        }
        bytes.extend(file.unpack(&content)?);
        bytes.push(b'\n');
        if bytes.len() > LONGEST {
            return Err(Fault::TooMuch("a page that unpacks to more than 64 MiB"));
        }
    }
    Ok(bytes)
}
