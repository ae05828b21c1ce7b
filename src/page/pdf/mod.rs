//! Writes a document as PDF.
//!
//! printpdf makes the skeleton and the fonts (`skeleton.rs`); the content of the pages, the structure and everything else that
//! it doesn't know is written here.

mod attach;
mod catalog;
mod colour;
mod content;
mod deflate;
mod draw;
mod element;
mod embed;
mod file;
mod form;
mod navigation;
mod object;
mod read;
mod reading;
pub mod received;
mod save;
mod skeleton;
mod structure;
#[cfg(test)]
mod tests;

use self::catalog::CatalogParts;
use self::draw::Drawings;
use self::embed::Embedded;
use self::file::FileObjects;
use self::form::Form;
use self::navigation::{Annotation, Places};
use self::object::{Dictionary, Id, Object, Stream, array, name, points};
use self::skeleton::{Skeleton, skeleton};
use self::structure::Structure;
use super::Document;
use crate::text::Fonts;

/// Writes a document. The same document and fonts give the same bytes.
///
/// # Errors
///
/// Says what can't be written: a font that can't be cut down, a destination that isn't there.
pub fn write(document: &Document, fonts: &Fonts) -> Result<Vec<u8>, String> {
    let embedded = Embedded::new(document, fonts);
    let Skeleton { mut file, pages, contents } = skeleton(&embedded, document.pages.len())?;
    let mut structure = Structure::new(document);
    let mut drawings = Drawings::default();
    let mut annotations = Vec::with_capacity(pages.len());
    for (index, (page, id)) in document.pages.iter().zip(contents).enumerate() {
        let (content, of_page) = content::write(page, document, &embedded, &mut structure.page(index), &mut drawings);
        file.deflate(id, Stream::new(Dictionary::new(), content));
        annotations.push(of_page);
    }
    let places = Places::new(document, &pages)?;
    let mut form = Form::new(document);
    for (index, ((page, &id), annotations)) in document.pages.iter().zip(&pages).zip(annotations).enumerate() {
        let annotations = annotations
            .iter()
            .filter_map(|annotation| match annotation {
                Annotation::Link(link) => Some(navigation::annotate(link, index, &places, &mut structure, &mut file)),
                Annotation::Field(field) => {
                    form.as_mut()?.widget(*field, (index, page, id), &mut structure, &mut file).map(Ok)
                }
            })
            .collect::<Result<Vec<Object>, String>>()?;
        finish_page(&mut file, id, page, index, annotations, structure.is_used())?;
    }
    let drawings = drawings.finish(&mut file);
    share_resources(&mut file, &pages, drawings)?;
    let attached = document.attachments.iter().map(|attachment| attach::stream(attachment, document, &mut file));
    let attached = attached.collect();
    let form = form.map(|form| form.finish(fonts.typed(), &mut file));
    let outline = navigation::outline(&places, &mut file)?;
    let destinations = navigation::destinations(&places, &mut file)?;
    let tree = structure.finish(&pages, &mut file);
    catalog::finish(&mut file, document, CatalogParts { structure: tree, outline, destinations, form })?;
    attach::finish(&mut file, document, attached)?;
    save::save(file.finish())
}

/// Gives all pages the first one's resources, to which `drawings` are added: printpdf gives each page its own, all alike.
fn share_resources(file: &mut FileObjects, pages: &[Id], drawings: Option<Dictionary>) -> Result<(), String> {
    let lost = || "the pages of the PDF have lost their fonts".to_owned();
    let mut shared = None;
    for page in pages {
        let entry = file.dictionary(*page).ok_or_else(lost)?;
        let own = entry.get("Resources").and_then(Object::as_reference).ok_or_else(lost)?;
        let first = *shared.get_or_insert(own);
        if own != first {
            entry.set("Resources", first);
            file.remove(own);
        }
    }
    if let (Some(shared), Some(drawings)) = (shared, drawings) {
        file.dictionary(shared).ok_or_else(lost)?.set("XObject", drawings);
    }
    Ok(())
}

/// Finishes a page except for its content.
fn finish_page(
    file: &mut FileObjects,
    id: Id,
    page: &super::Page,
    index: usize,
    annotations: Vec<Object>,
    tagged: bool,
) -> Result<(), String> {
    let entry = file.dictionary(id).ok_or_else(|| "a page of the PDF is broken".to_owned())?;
    entry.remove("TrimBox");
    entry.remove("CropBox");
    entry.remove("Annots");
    entry.set("MediaBox", array([Object::Integer(0), Object::Integer(0), points(page.width), points(page.height)]));
    if tagged {
        entry.set("StructParents", index as i64);
    }
    if !annotations.is_empty() {
        entry.set("Annots", annotations);
        entry.set("Tabs", name("S"));
    }
    Ok(())
}
