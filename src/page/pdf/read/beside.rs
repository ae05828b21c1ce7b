//! What a file says beside its pages: bookmarks, tags, attachments, its title, what it does by itself.

use std::collections::BTreeSet;

use super::digest::{Digest, Digester};
use super::{Dict, Fault, PdfValue, ReceivedFile, doubts, fields};

/// The most nodes of the tree of attachments.
const MOST_NODES: usize = 1000;

/// The most bookmarks: a list has one for each row at most, and some for its sheets and blocks.
const MOST_BOOKMARKS: usize = 400_000;

/// A part of what is said beside the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Part {
    /// What happens by itself, and what can be hidden.
    Acts,
    /// The bookmarks.
    Outline,
    /// The tags, which are read aloud and copied.
    Tags,
    /// The attachments.
    Attached,
    /// Title and language.
    Title,
    /// How viewers show the file, and where names lead.
    View,
}

/// Keys of the catalog that belong to another part, or that programs write when they fill in, sign or save.
const APART: [&[u8]; 20] = [
    b"Type",
    b"Pages",
    b"AcroForm",
    b"Metadata",
    b"Perms",
    b"Extensions",
    b"Version",
    b"DSS",
    b"PieceInfo",
    b"Names",
    b"AF",
    b"Outlines",
    b"StructTreeRoot",
    b"Lang",
    b"OpenAction",
    b"AA",
    b"OCProperties",
    b"Requirements",
    b"Collection",
    // Which panel opens beside the pages.
    b"PageMode",
];

/// A digest of each part.
pub(super) fn parts(
    file: &ReceivedFile<'_>,
    digester: &mut Digester<'_, '_>,
    catalog: &Dict,
) -> Result<Vec<(Part, Digest)>, Fault> {
    let names = file.get(catalog, "Names")?;
    let names = names.table().cloned().unwrap_or_default();
    let mut view = vec![PdfValue::String(digester.table(catalog, &APART)?.to_vec())];
    view.push(PdfValue::String(digester.table(&names, &[b"EmbeddedFiles", b"JavaScript"])?.to_vec()));
    let tags = catalog.get(&b"StructTreeRoot"[..]).cloned().unwrap_or_default();
    let outline = outline(file, digester, catalog)?;
    let attached = attached(file, digester, &names)?;
    let title = title(file, catalog)?;
    let acts = acts(file, digester, catalog, &names)?;
    let parts = [
        (Part::Acts, PdfValue::Table(acts)),
        (Part::Outline, PdfValue::List(outline)),
        (Part::Tags, tags),
        (Part::Attached, PdfValue::List(attached)),
        (Part::Title, PdfValue::List(title)),
        (Part::View, PdfValue::List(view)),
    ];
    parts.into_iter().map(|(part, value)| Ok((part, digester.value(&value)?))).collect()
}

/// The actions that the file starts by itself, and what in it can be hidden.
fn acts(file: &ReceivedFile<'_>, digester: &mut Digester<'_, '_>, catalog: &Dict, names: &Dict) -> Result<Dict, Fault> {
    let mut acts = Dict::new();
    for key in ["OpenAction", "AA", "OCProperties", "Requirements", "Collection"] {
        acts.insert(key.as_bytes().to_vec(), file.get(catalog, key)?);
    }
    acts.insert(b"JavaScript".to_vec(), file.get(names, "JavaScript")?);
    if let Some(form) = file.get(catalog, "AcroForm")?.table() {
        acts.insert(b"XFA".to_vec(), file.get(form, "XFA")?);
        // Fields that are computed: none of ours is.
        let computed = file.get(form, "CO")?;
        acts.insert(b"CO".to_vec(), PdfValue::String(digester.value(&computed)?.to_vec()));
    }
    Ok(acts)
}

/// Every bookmark in order: how deep it is, what it says, where it leads.
fn outline(file: &ReceivedFile<'_>, digester: &mut Digester<'_, '_>, catalog: &Dict) -> Result<Vec<PdfValue>, Fault> {
    let mut told = Vec::new();
    let mut seen = BTreeSet::new();
    let mut bookmarks = 0;
    let root = file.get(catalog, "Outlines")?;
    let first = root.table().and_then(|root| root.get(&b"First"[..])).cloned();
    let mut open: Vec<(PdfValue, usize)> = first.into_iter().map(|first| (first, 0)).collect();
    while let Some((item, depth)) = open.pop() {
        if let PdfValue::Reference(number) = item
            && !seen.insert(number)
        {
            return Err(Fault::Damaged("its bookmarks lead in a circle"));
        }
        bookmarks += 1;
        if bookmarks > MOST_BOOKMARKS {
            return Err(Fault::TooMuch("more bookmarks than any list has"));
        }
        let item = file.follow(&item)?;
        let Some(item) = item.table() else {
            file.doubt(doubts::NO_BOOKMARK);
            continue;
        };
        let rest = digester.table(item, &[b"Title", b"First", b"Last", b"Next", b"Prev", b"Count", b"Parent"])?;
        let title = fields::text(&file.get(item, "Title")?);
        told.extend([
            PdfValue::Number(depth as f64),
            PdfValue::String(title.into_bytes()),
            PdfValue::String(rest.to_vec()),
        ]);
        let next = |key: &[u8]| item.get(key).filter(|value| **value != PdfValue::Null).cloned();
        open.extend(next(b"Next").map(|next| (next, depth)));
        open.extend(next(b"First").map(|first| (first, depth + 1)));
    }
    Ok(told)
}

/// Every attachment in order: the name in the tree, its own two names, and its bytes under both.
fn attached(file: &ReceivedFile<'_>, digester: &mut Digester<'_, '_>, names: &Dict) -> Result<Vec<PdfValue>, Fault> {
    let mut told = Vec::new();
    attachments(file, names, &mut |name, specification| {
        let specification = specification.table().cloned().unwrap_or_default();
        let files = file.get(&specification, "EF")?;
        let files = files.table().cloned().unwrap_or_default();
        let mut one = vec![PdfValue::String(name.into_bytes())];
        for key in ["F", "UF"] {
            let content = match file.get(&files, key)? {
                stream @ PdfValue::Stream(..) => file.unpack(&stream)?,
                _ => Vec::new(),
            };
            let content = digester.value(&PdfValue::String(content))?;
            one.push(PdfValue::String(fields::text(&file.get(&specification, key)?).into_bytes()));
            one.push(PdfValue::String(content.to_vec()));
        }
        // A file may also be said for one system alone.
        one.extend(["DOS", "Mac", "Unix"].map(|key| PdfValue::Bool(files.contains_key(key.as_bytes()))));
        told.push(PdfValue::List(one));
        Ok(false)
    })?;
    Ok(told)
}

/// Shows each attachment in order to `see`, by its name in the tree and what is said of it, until that says true.
pub(in super::super) fn attachments(
    file: &ReceivedFile<'_>,
    names: &Dict,
    see: &mut dyn FnMut(String, &PdfValue) -> Result<bool, Fault>,
) -> Result<(), Fault> {
    let mut open = vec![names.get(&b"EmbeddedFiles"[..]).cloned().unwrap_or_default()];
    let mut nodes = 0;
    while let Some(node) = open.pop() {
        nodes += 1;
        if nodes > MOST_NODES {
            return Err(Fault::Damaged("its attachments lead in a circle"));
        }
        let node = file.follow(&node)?;
        let Some(node) = node.table() else { continue };
        if let PdfValue::List(kids) = file.get(node, "Kids")? {
            file.work(kids.len() * 64)?;
            open.extend(kids.into_iter().rev());
        }
        let PdfValue::List(pairs) = file.get(node, "Names")? else { continue };
        for pair in pairs.chunks(2) {
            let specification = pair.get(1).map_or(Ok(PdfValue::Null), |one| file.follow(one))?;
            if see(fields::text(&file.follow(&pair[0])?), &specification)? {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Title and language, in both places where a title stands.
fn title(file: &ReceivedFile<'_>, catalog: &Dict) -> Result<Vec<PdfValue>, Fault> {
    let title = fields::text(&file.below(file.trailer(), &["Info", "Title"])?);
    let metadata = match file.get(catalog, "Metadata")? {
        stream @ PdfValue::Stream(..) => file.unpack(&stream)?,
        _ => Vec::new(),
    };
    let text = String::from_utf8_lossy(&metadata);
    let inside = text.split_once("<dc:title").and_then(|(_, rest)| rest.split_once("</dc:title>"));
    let shown = inside.and_then(|(title, _)| title.split_once('>')).map_or("", |(_, title)| title);
    // Between tags stand the words.
    let plain: String = shown.split(['<', '>']).step_by(2).collect();
    let lang = fields::text(&file.get(catalog, "Lang")?);
    Ok([title, plain.split_whitespace().collect::<Vec<_>>().join(" "), lang]
        .map(|text| PdfValue::String(text.into_bytes()))
        .to_vec())
}
