//! Attaches files to the PDF: what the document was made from, and the same content in other forms (PDF/A-3, ISO
//! 19005-3, 6.8).

use md5::{Digest as _, Md5};

use super::file::FileObjects;
use super::object::{Dictionary, Id, Object, Stream, date, dictionary, hex, literal, name, text_string};
use crate::page::{Attachment, AttachmentRelation, Document};

/// Adds the stream of an attachment.
pub(super) fn stream(attachment: &Attachment, document: &Document, file: &mut FileObjects) -> Id {
    let mut about = Dictionary::new();
    about.set("Size", attachment.bytes.len() as i64);
    about.set("CheckSum", hex(&Md5::digest(&attachment.bytes)));
    if let Some(date) = document.date.as_deref().and_then(date) {
        about.set("ModDate", literal(&date));
    }
    let mut dict = Dictionary::new();
    dict.set("Type", name("EmbeddedFile"));
    dict.set("Subtype", name(attachment.media_type));
    dict.set("Params", about);
    let id = file.new_id();
    file.deflate(id, Stream::new(dict, attachment.bytes.clone()));
    id
}

/// Lists the attachments, whose streams are `attached`, in the catalog: by name, and as associated files.
///
/// # Errors
///
/// When there is no catalog.
pub(super) fn finish(file: &mut FileObjects, document: &Document, attached: Vec<Id>) -> Result<(), String> {
    if attached.is_empty() {
        return Ok(());
    }
    let mut files: Vec<(&str, Object)> = Vec::with_capacity(attached.len());
    for (attachment, stream) in document.attachments.iter().zip(attached) {
        let stream = Object::Reference(stream);
        let specification = dictionary([
            ("Type", name("Filespec")),
            ("F", text_string(&attachment.name)),
            ("UF", text_string(&attachment.name)),
            ("Desc", text_string(&attachment.description)),
            ("AFRelationship", name(relation(attachment.relation))),
            ("EF", dictionary([("F", stream.clone()), ("UF", stream)])),
        ]);
        files.push((&attachment.name, Object::Reference(file.add(specification))));
    }
    let associated: Vec<Object> = files.iter().map(|(_, file)| file.clone()).collect();
    // The names of a name tree must be sorted, because readers search it.
    files.sort_by_key(|(name, _)| *name);
    let names = files.into_iter().flat_map(|(name, file)| [text_string(name), file]).collect();
    let tree = Object::Reference(file.add(dictionary([("Names", Object::Array(names))])));
    let catalog = file.catalog()?;
    catalog.set("AF", Object::Array(associated));
    match catalog.get_mut("Names") {
        Some(Object::Dictionary(names)) => names.set("EmbeddedFiles", tree),
        _ => catalog.set("Names", dictionary([("EmbeddedFiles", tree)])),
    }
    Ok(())
}

const fn relation(relation: AttachmentRelation) -> &'static str {
    match relation {
        AttachmentRelation::Source => "Source",
        AttachmentRelation::Alternative => "Alternative",
    }
}
