//! A document as PDF.
//!
//! printpdf makes the skeleton and the fonts; the content of the pages, the structure and everything else that it
//! doesn't know is written here. Nothing above this module names it.

mod attach;
mod catalog;
mod colour;
mod content;
mod draw;
mod embed;
mod form;
pub mod inside;
mod navigation;
mod object;
mod owner;
mod press;
mod read;
mod reading;
mod save;
mod structure;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Object, ObjectId, Stream};

use self::catalog::Parts;
use self::draw::Drawings;
use self::embed::{Embedded, StandIns};
use self::form::Form;
use self::navigation::{Annotation, Places};
use self::object::{array, name, points};
use self::press::{Press, Slot, pressed};
use self::save::{Loose, Packed, pack, save};
use self::structure::Structure;
use super::Document;
use crate::text::Fonts;

/// Writes a document. The same document and fonts give the same bytes.
///
/// # Errors
///
/// Says what can't be written: a font that can't be cut down, a destination that isn't there.
pub fn write(document: &Document, fonts: &Fonts) -> Result<Vec<u8>, String> {
    let (filled, mut pressed) = pressed(|press| fill(document, fonts, press));
    let Filled { mut pdf, packed: (packed, loose), programs, contents } = filled?;
    let mut packed: Vec<(Vec<u32>, Stream)> =
        packed.into_iter().map(|ids| (ids, Stream::new(Dictionary::new(), Vec::new()))).collect();
    for (slot, stream) in pressed.streams {
        let id = match slot {
            Slot::Packed(index) => {
                packed[index].1 = stream;
                continue;
            }
            Slot::Object(id) => id,
            Slot::Program(face) => *programs.get(&face).ok_or("the PDF has lost a font")?,
            Slot::Page(index) => contents[index],
        };
        pdf.set_object(id, stream);
    }
    save(&pdf, &packed, &loose, &mut pressed.deflater)
}

/// A file without its streams.
struct Filled {
    pdf: lopdf::Document,
    /// The objects of each object stream, and what isn't in one.
    packed: (Vec<Vec<u32>>, Loose),
    /// The object of each face's font program.
    programs: BTreeMap<usize, ObjectId>,
    /// The object of each page's content.
    contents: Vec<ObjectId>,
}

/// Makes everything but the streams, which go into the press.
fn fill(document: &Document, fonts: &Fonts, press: &Press<'_, '_>) -> Result<Filled, String> {
    let embedded = Embedded::new(document, fonts);
    let mut structure = Structure::new(document);
    let mut drawings = Drawings::default();
    // The fonts of the file are made beside what is written in them.
    let (skeleton, annotations) = rayon::join(
        || embedded.skeleton(document, press),
        || {
            let pages = document.pages.iter().enumerate().map(|(index, page)| {
                let (content, annotations) =
                    content::write(page, document, &embedded, &mut structure.page(index), &mut drawings);
                press.put(Slot::Page(index), Stream::new(Dictionary::new(), content));
                annotations
            });
            pages.collect::<Vec<_>>()
        },
    );
    let (mut pdf, stand_ins) = skeleton?;
    let pages: Vec<ObjectId> = pdf.get_pages().into_values().collect();
    if pages.len() != document.pages.len() {
        return Err("the PDF has lost a page".to_owned());
    }
    let programs = take_streams(&mut pdf, &pages, &stand_ins, press);
    let places = Places::new(document, &pages)?;
    let mut packed = Packed::new(press);
    let mut form = Form::new(document);
    let mut contents = Vec::with_capacity(pages.len());
    for (index, ((page, &id), annotations)) in document.pages.iter().zip(&pages).zip(annotations).enumerate() {
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
        contents.push(finish_page(&mut pdf, id, page, index, annotations, structure.is_used())?);
    }
    let drawings = drawings.finish(&mut pdf, press);
    share_resources(&mut pdf, &pages, drawings)?;
    let mut attached = Vec::new();
    for attachment in &document.attachments {
        let (id, stream) = attach::stream(attachment, document, &mut pdf);
        attached.push(id);
        press.put(Slot::Object(id), stream);
    }
    let form = form.map(|form| {
        form.finish(fonts.typed(), &mut pdf, &mut packed, |id, stream| press.put(Slot::Object(id), stream))
    });
    let outline = navigation::outline(&places, &mut pdf)?;
    let destinations = navigation::destinations(&places, &mut pdf)?;
    let tree = structure.finish(&pages, &mut pdf, &mut packed);
    catalog::finish(&mut pdf, document, Parts { structure: tree, outline, destinations, form })?;
    attach::finish(&mut pdf, document, attached)?;
    pack(&mut pdf, &mut packed);
    Ok(Filled { pdf, packed: packed.finish(), programs, contents })
}

/// Gives all pages the first one's resources, to which `drawings` are added: printpdf gives each page its own, all alike.
fn share_resources(pdf: &mut lopdf::Document, pages: &[ObjectId], drawings: Option<Dictionary>) -> Result<(), String> {
    let fault = |error: lopdf::Error| format!("the pages of the PDF have lost their fonts: {error}");
    let mut shared = None;
    for page in pages {
        let entry = pdf.get_object_mut(*page).and_then(Object::as_dict_mut).map_err(fault)?;
        let own = entry.get(b"Resources").and_then(Object::as_reference).map_err(fault)?;
        let first = *shared.get_or_insert(own);
        if own != first {
            entry.set("Resources", Object::Reference(first));
            pdf.objects.remove(&own);
        }
    }
    if let (Some(shared), Some(drawings)) = (shared, drawings) {
        let resources = pdf.get_object_mut(shared).and_then(Object::as_dict_mut).map_err(fault)?;
        resources.set("XObject", drawings);
    }
    Ok(())
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

/// Takes out what printpdf left as it is. The pages' own streams stay: they are still to be written. The result is where
/// each font program belongs.
fn take_streams(
    pdf: &mut lopdf::Document,
    pages: &[ObjectId],
    stand_ins: &StandIns,
    press: &Press<'_, '_>,
) -> BTreeMap<usize, ObjectId> {
    let contents =
        |page: &ObjectId| pdf.get_dictionary(*page).and_then(|page| page.get(b"Contents")?.as_reference()).ok();
    let contents: BTreeSet<ObjectId> = pages.iter().filter_map(contents).collect();
    let mut programs = BTreeMap::new();
    for (id, object) in &mut pdf.objects {
        if let Object::Stream(stream) = object
            && !stream.dict.has(b"Filter")
            && !contents.contains(id)
        {
            if let Some(face) = stand_ins.program(&stream.content) {
                programs.insert(face, *id);
                continue;
            }
            let taken = std::mem::replace(stream, Stream::new(Dictionary::new(), Vec::new()));
            press.put(Slot::Object(*id), taken);
        }
    }
    programs
}
