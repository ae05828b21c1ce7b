//! Files inside the file: what the document was made from, and the same in other forms (PDF/A-3, ISO 19005-3, 6.8).

use lopdf::{Dictionary, Object, ObjectId, Stream};
use md5::{Digest as _, Md5};

use super::object::{date, dictionary, hex, name, text_string};
use crate::page::{Attachment, Document, Relation};

/// The stream of an attachment, still to be deflated.
pub(super) fn stream(attachment: &Attachment, document: &Document, pdf: &mut lopdf::Document) -> (ObjectId, Stream) {
    let mut about = Dictionary::new();
    about.set("Size", attachment.bytes.len() as i64);
    about.set("CheckSum", hex(&Md5::digest(&attachment.bytes)));
    if let Some(date) = document.date.as_deref().and_then(date) {
        about.set("ModDate", Object::string_literal(date));
    }
    let mut dict = Dictionary::new();
    dict.set("Type", name("EmbeddedFile"));
    dict.set("Subtype", name(attachment.media_type));
    dict.set("Params", about);
    (pdf.new_object_id(), Stream::new(dict, attachment.bytes.clone()))
}

/// Lists the attachments, whose streams are `attached`, in the catalog: by name, and as associated files.
///
/// # Errors
///
/// When there is no catalog.
pub(super) fn finish(pdf: &mut lopdf::Document, document: &Document, attached: Vec<ObjectId>) -> Result<(), String> {
    if attached.is_empty() {
        return Ok(());
    }
    let mut files: Vec<(&str, Object)> = Vec::with_capacity(attached.len());
    for (attachment, stream) in document.attachments.iter().zip(attached) {
        let stream = Object::Reference(stream);
        let specification = dictionary([
            ("Type", name("Filespec")),
            ("F", text_string(attachment.name)),
            ("UF", text_string(attachment.name)),
            ("Desc", text_string(&attachment.description)),
            ("AFRelationship", name(relation(attachment.relation))),
            ("EF", dictionary([("F", stream.clone()), ("UF", stream)])),
        ]);
        files.push((attachment.name, Object::Reference(pdf.add_object(specification))));
    }
    let associated: Vec<Object> = files.iter().map(|(_, file)| file.clone()).collect();
    // A name tree is searched: its names stand in order.
    files.sort_by_key(|(name, _)| *name);
    let names = files.into_iter().flat_map(|(name, file)| [text_string(name), file]).collect();
    let tree = pdf.add_object(dictionary([("Names", Object::Array(names))]));
    let catalog = pdf.catalog_mut().map_err(|error| format!("the PDF has no catalog: {error}"))?;
    catalog.set("AF", Object::Array(associated));
    let tree = Object::Reference(tree);
    match catalog.get_mut(b"Names").and_then(Object::as_dict_mut) {
        Ok(names) => names.set("EmbeddedFiles", tree),
        Err(_) => catalog.set("Names", dictionary([("EmbeddedFiles", tree)])),
    }
    Ok(())
}

const fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Source => "Source",
        Relation::Alternative => "Alternative",
    }
}
