//! The pages of a file, in order, and what of them must stay as it was made.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::digest::{Digest, Digester};
use super::fields::{FieldReader, FilledField};
use super::{Dict, Fault, LONGEST, PdfValue, ReceivedFile};

/// Greatest number of pages.
const MOST_PAGES: usize = 200_000;

/// Greatest depth of a page tree.
const DEEPEST: usize = 64;

/// Keys that a page inherits from the nodes above it.
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

/// Keys that are left out of the digest of everything else: those compared separately, those of the page tree and the
/// tags, and those that programs keep for themselves.
const APART: [&[u8]; 16] = [
    b"Resources",
    b"MediaBox",
    b"CropBox",
    b"Rotate",
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
    /// Its size and how it is turned.
    pub size: Digest,
    /// Its content.
    pub drawing: Digest,
    /// Its resources, above all fonts.
    pub resources: Digest,
    /// All other entries.
    pub rest: Digest,
    /// Annotations over it, including fields: the name and the digest of each.
    pub annotations: Vec<(String, Digest)>,
}

/// The pages of a file and what is filled in on them, in reading order.
pub(in super::super) fn pages(
    file: &ReceivedFile<'_>,
    catalog: &Dict,
) -> Result<(Vec<PageDigests>, Vec<FilledField>, Digest), Fault> {
    let tree = tree(file, catalog)?;
    let numbers = tree.iter().enumerate().filter_map(|(index, (number, _))| Some(((*number)?, index)));
    let mut digester = Digester::new(file, numbers.collect::<BTreeMap<_, _>>());
    let mut fields = FieldReader::default();
    let mut pages = Vec::new();
    for (index, (_, node)) in tree.iter().enumerate() {
        pages.push(page(&mut digester, &mut fields, node, index)?);
    }
    let acts = acts(file, &mut digester, catalog)?;
    Ok((pages, fields.filled, acts))
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

/// Each page and the number of its object.
fn tree(file: &ReceivedFile<'_>, catalog: &Dict) -> Result<Vec<(Option<u32>, PageNode)>, Fault> {
    let mut seen = BTreeSet::new();
    let mut pages = Vec::new();
    let root = catalog.get(&b"Pages"[..]).cloned().ok_or(Fault::Damaged("it has no pages"))?;
    let mut open = vec![(root, Rc::new(Dict::new()), 0)];
    while let Some((node, above, depth)) = open.pop() {
        let number = if let PdfValue::Reference(number) = node { Some(number) } else { None };
        if number.is_some_and(|number| !seen.insert(number)) || depth > DEEPEST {
            return Err(Fault::Damaged("its pages lead in a circle"));
        }
        let PdfValue::Table(own) = file.follow(&node)? else { return Err(Fault::Damaged("a page is missing")) };
        match file.get(&own, "Kids")? {
            PdfValue::List(kids) => {
                file.work(kids.len() * 64)?;
                let said = |key: &&[u8]| {
                    let value = own.get(*key).or_else(|| above.get(*key))?;
                    Some((key.to_vec(), value.clone()))
                };
                let below: Rc<Dict> = Rc::new(INHERITED.iter().filter_map(said).collect());
                open.extend(kids.into_iter().rev().map(|kid| (kid, Rc::clone(&below), depth + 1)));
            }
            _ => pages.push((number, PageNode { own, above })),
        }
        if pages.len() + open.len() > MOST_PAGES {
            return Err(Fault::TooMuch("more pages than any list has"));
        }
    }
    Ok(pages)
}

fn page(
    digester: &mut Digester<'_, '_>,
    fields: &mut FieldReader,
    node: &PageNode,
    index: usize,
) -> Result<PageDigests, Fault> {
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
    let mut annotations = Vec::new();
    if let PdfValue::List(list) = file.get(&node.own, "Annots")? {
        for annotation in list {
            let annotation = file.follow(&annotation)?;
            let Some(table) = annotation.table() else { continue };
            annotations.push(fields.annotation(digester, table, index)?);
        }
    }
    Ok(PageDigests {
        size: digester.value(&PdfValue::List(vec![media, crop, turned]))?,
        drawing: digester.drawing(&content(file, &node.own)?)?,
        resources: digester.value(node.said(b"Resources"))?,
        rest: digester.table(&node.own, &APART)?,
        annotations,
    })
}

/// What a page draws: one stream, or several one after the other.
fn content(file: &ReceivedFile<'_>, page: &Dict) -> Result<Vec<u8>, Fault> {
    let contents = match file.get(page, "Contents")? {
        PdfValue::List(contents) => contents,
        content => vec![content],
    };
    let mut bytes = Vec::new();
    for content in contents {
        bytes.extend(file.unpack(&file.follow(&content)?)?);
        bytes.push(b'\n');
        if bytes.len() > LONGEST {
            return Err(Fault::TooMuch("a page that unpacks to more than 64 MiB"));
        }
    }
    Ok(bytes)
}

/// A digest of the actions that the file starts by itself, and of what in it can be hidden.
fn acts(file: &ReceivedFile<'_>, digester: &mut Digester<'_, '_>, catalog: &Dict) -> Result<Digest, Fault> {
    let mut acts = Dict::new();
    for key in ["OpenAction", "AA", "OCProperties", "Requirements", "Collection"] {
        acts.insert(key.as_bytes().to_vec(), file.get(catalog, key)?);
    }
    if let Some(names) = file.get(catalog, "Names")?.table() {
        acts.insert(b"JavaScript".to_vec(), file.get(names, "JavaScript")?);
    }
    if let Some(form) = file.get(catalog, "AcroForm")?.table() {
        acts.insert(b"XFA".to_vec(), file.get(form, "XFA")?);
        acts.insert(b"CO".to_vec(), file.get(form, "CO")?);
    }
    digester.value(&PdfValue::Table(acts))
}
