//! A document as PDF.
//!
//! printpdf makes the skeleton and the fonts; the content of the pages, the structure and everything else that it
//! doesn't know is written here. Nothing above this module names it.

mod content;
mod embed;
mod navigation;
mod object;
mod press;
mod save;
mod structure;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use self::embed::Embedded;
use self::navigation::Places;
use self::object::{array, dictionary, name, points, text_string};
use self::press::{Press, Slot};
use self::save::{Packed, save};
use self::structure::Structure;
use super::Document;
use crate::text::Fonts;

/// Writes a document. The same document and fonts give the same bytes.
///
/// # Errors
///
/// Says what can't be written: a font that can't be cut down, a destination that isn't there.
pub fn write(document: &Document, fonts: &Fonts) -> Result<Vec<u8>, String> {
    let embedded = Embedded::new(document, fonts)?;
    let mut pdf = embedded.skeleton(document);
    let (packed, streams) = Press::run(|press| fill(&mut pdf, document, &embedded, press));
    let mut packed: Vec<(Vec<u32>, Stream)> =
        packed?.into_iter().map(|ids| (ids, Stream::new(Dictionary::new(), Vec::new()))).collect();
    for (slot, stream) in streams {
        match slot {
            Slot::Object(id) => pdf.set_object(id, stream),
            Slot::Packed(index) => packed[index].1 = stream,
        }
    }
    save(pdf, &packed)
}

/// Writes everything into the skeleton but its streams, which go into the press. The result is the objects of each
/// object stream.
fn fill(
    pdf: &mut lopdf::Document,
    document: &Document,
    embedded: &Embedded,
    press: &Press,
) -> Result<Vec<Vec<u32>>, String> {
    let pages: Vec<ObjectId> = pdf.get_pages().into_values().collect();
    if pages.len() != document.pages.len() {
        return Err("the PDF has lost a page".to_owned());
    }
    let places = Places::new(document, &pages)?;
    take_streams(pdf, &pages, press);
    let mut structure = Structure::new(document, pdf);
    for (index, (page, &id)) in document.pages.iter().zip(&pages).enumerate() {
        let mut content = Vec::new();
        let annotations = content::write(page, document, embedded, &mut structure.page(index), &mut content);
        let annotations = annotations
            .iter()
            .map(|annotation| navigation::annotate(annotation, index, &places, &mut structure, pdf))
            .collect::<Result<Vec<Object>, String>>()?;
        let stream = finish_page(pdf, id, page, index, annotations, structure.is_used())?;
        press.put(Slot::Object(stream), Stream::new(Dictionary::new(), content));
    }
    let outline = navigation::outline(&places, pdf)?;
    let destinations = navigation::destinations(&places, pdf)?;
    let mut packed = Packed::new(press);
    let tree = structure.finish(&pages, pdf, &mut packed);
    finish_catalog(pdf, document, tree, outline, destinations)?;
    Ok(packed.finish())
}

/// Finishes a page but for its content; gives the stream that it goes into.
fn finish_page(
    pdf: &mut lopdf::Document,
    id: ObjectId,
    page: &super::Page,
    index: usize,
    annotations: Vec<Object>,
    tagged: bool,
) -> Result<ObjectId, String> {
    let fault = |error: lopdf::Error| format!("a page of the PDF is broken: {error}");
    let entry = pdf.get_object_mut(id).and_then(Object::as_dict_mut).map_err(fault)?;
    entry.remove(b"TrimBox");
    entry.remove(b"CropBox");
    entry.remove(b"Annots");
    entry.set("MediaBox", array([Object::Integer(0), Object::Integer(0), points(page.width), points(page.height)]));
    if tagged {
        entry.set("StructParents", index as i64);
    }
    if !annotations.is_empty() {
        entry.set("Annots", annotations);
        entry.set("Tabs", name("S"));
    }
    entry.get(b"Contents").and_then(Object::as_reference).map_err(fault)
}

fn finish_catalog(
    pdf: &mut lopdf::Document,
    document: &Document,
    structure: Option<Object>,
    outline: Option<Object>,
    destinations: Option<Object>,
) -> Result<(), String> {
    let mut info = Dictionary::new();
    info.set("Title", text_string(&document.title));
    info.set("Producer", text_string(concat!("runsheet ", env!("CARGO_PKG_VERSION"))));
    if let Some(date) = document.date.as_deref().and_then(object::date) {
        info.set("CreationDate", Object::string_literal(date));
    }
    let old = pdf.trailer.get(b"Info").and_then(Object::as_reference);
    let info_id = old.unwrap_or_else(|_| pdf.new_object_id());
    pdf.set_object(info_id, info);

    let catalog = pdf.catalog_mut().map_err(|error| format!("the PDF has no catalog: {error}"))?;
    catalog.remove(b"PageLayout");
    catalog.set("Lang", text_string(document.lang.tag()));
    catalog.set(
        "ViewerPreferences",
        dictionary([("DisplayDocTitle", true.into()), ("PrintScaling", name("None")), ("Duplex", name("Simplex"))]),
    );
    catalog.set("PageMode", name(if outline.is_some() { "UseOutlines" } else { "UseNone" }));
    if let Some(tree) = structure {
        catalog.set("StructTreeRoot", tree);
        catalog.set("MarkInfo", dictionary([("Marked", true.into())]));
    }
    if let Some(outline) = outline {
        catalog.set("Outlines", outline);
    }
    if let Some(destinations) = destinations {
        catalog.set("Names", dictionary([("Dests", destinations)]));
    }
    Ok(())
}

/// Takes out what printpdf left as it is, the fonts above all. The pages' own streams stay: they are still to be written.
fn take_streams(pdf: &mut lopdf::Document, pages: &[ObjectId], press: &Press) {
    let contents =
        |page: &ObjectId| pdf.get_dictionary(*page).and_then(|page| page.get(b"Contents")?.as_reference()).ok();
    let contents: BTreeSet<ObjectId> = pages.iter().filter_map(contents).collect();
    for (id, object) in &mut pdf.objects {
        if let Object::Stream(stream) = object
            && !stream.dict.has(b"Filter")
            && !contents.contains(id)
        {
            let taken = std::mem::replace(stream, Stream::new(Dictionary::new(), Vec::new()));
            press.put(Slot::Object(*id), taken);
        }
    }
}
