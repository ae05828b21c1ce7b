//! A document as PDF.
//!
//! printpdf makes the skeleton and the fonts; the content of the pages, the structure and everything else that it
//! doesn't know is written here. Nothing above this module names it.

mod attach;
mod catalog;
mod colour;
mod content;
mod embed;
mod form;
pub mod inside;
mod navigation;
mod object;
mod owner;
mod read;
mod reading;
mod save;
mod structure;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use self::catalog::Parts;
use self::embed::Embedded;
use self::form::Form;
use self::navigation::{Annotation, Places};
use self::object::{array, name, points};
use self::save::{Deflater, Packed, save};
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
    let pages: Vec<ObjectId> = pdf.get_pages().into_values().collect();
    if pages.len() != document.pages.len() {
        return Err("the PDF has lost a page".to_owned());
    }
    let places = Places::new(document, &pages)?;
    // Deflating takes as long as everything else here: it goes on beside, the fonts first.
    let (sender, receiver) = std::sync::mpsc::sync_channel::<(ObjectId, Stream)>(WAITING);
    let packing = std::thread::spawn(move || {
        let mut deflater = Deflater::new();
        let deflate = |(id, stream): (ObjectId, Stream)| (id, deflater.stream(stream.dict, &stream.content));
        receiver.into_iter().map(deflate).collect::<Vec<_>>()
    });
    let gone = || "the PDF's streams can't be deflated".to_owned();
    for stream in take_streams(&mut pdf, &pages) {
        sender.send(stream).map_err(|_| gone())?;
    }
    let mut structure = Structure::new(document, &mut pdf);
    let mut deflater = Deflater::new();
    let mut packed = Packed::new(&mut deflater);
    let mut form = Form::new(document);
    for (index, (page, &id)) in document.pages.iter().zip(&pages).enumerate() {
        let mut content = Vec::new();
        let annotations = content::write(page, document, &embedded, &mut structure.page(index), &mut content);
        let annotations = annotations
            .iter()
            .filter_map(|annotation| match annotation {
                Annotation::Link(link) => Some(navigation::annotate(link, index, &places, &mut structure, &mut pdf)),
                Annotation::Field(field) => {
                    let form = form.as_mut()?;
                    form.widget(*field, (index, page, id), &mut structure, &mut pdf, &mut packed).map(Ok)
                }
            })
            .collect::<Result<Vec<Object>, String>>()?;
        let stream = finish_page(&mut pdf, id, page, index, annotations, structure.is_used())?;
        sender.send((stream, Stream::new(Dictionary::new(), content))).map_err(|_| gone())?;
    }
    let mut attached = Vec::new();
    for attachment in &document.attachments {
        let (id, stream) = attach::stream(attachment, document, &mut pdf);
        attached.push(id);
        sender.send((id, stream)).map_err(|_| gone())?;
    }
    let form = form.map(|form| {
        // Were the other side gone, joining it would say so.
        form.finish(fonts.typed(), &mut pdf, &mut packed, |id, stream| drop(sender.send((id, stream))))
    });
    drop(sender);
    let outline = navigation::outline(&places, &mut pdf)?;
    let destinations = navigation::destinations(&places, &mut pdf)?;
    let tree = structure.finish(&pages, &mut pdf, &mut packed);
    catalog::finish(&mut pdf, document, Parts { structure: tree, outline, destinations, form })?;
    attach::finish(&mut pdf, document, attached)?;
    for (id, stream) in packing.join().map_err(|_| gone())? {
        pdf.set_object(id, stream);
    }
    save(pdf, packed)
}

/// Streams that may wait to be deflated: enough that the two sides seldom wait for each other.
const WAITING: usize = 64;

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

/// Takes out what printpdf left as it is, the fonts above all. The pages' own streams stay: they are still to be written.
fn take_streams(pdf: &mut lopdf::Document, pages: &[ObjectId]) -> Vec<(ObjectId, Stream)> {
    let contents =
        |page: &ObjectId| pdf.get_dictionary(*page).and_then(|page| page.get(b"Contents")?.as_reference()).ok();
    let contents: BTreeSet<ObjectId> = pages.iter().filter_map(contents).collect();
    let mut taken = Vec::new();
    for (id, object) in &mut pdf.objects {
        if let Object::Stream(stream) = object
            && !stream.dict.has(b"Filter")
            && !contents.contains(id)
        {
            taken.push((*id, std::mem::replace(stream, Stream::new(Dictionary::new(), Vec::new()))));
        }
    }
    taken
}
