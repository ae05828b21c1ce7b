//! Writes what the file says of itself: title and dates in both places that hold them, the standards that it conforms
//! to, the colour space of its grays, page labels, and viewer preferences.

use std::fmt::Write as _;

use super::colour;
use super::file::FileObjects;
use super::object::{Dictionary, Object, Stream, array, date, dictionary, literal, name, text_string};
use crate::page::Document;

/// Name of the program that writes the file.
const PRODUCER: &str = concat!("runsheet ", env!("CARGO_PKG_VERSION"));

/// Parts of the catalog that are written elsewhere.
pub(super) struct CatalogParts {
    /// The tag tree.
    pub structure: Option<Object>,
    /// The outline.
    pub outline: Option<Object>,
    /// The named places.
    pub destinations: Option<Object>,
    /// The form.
    pub form: Option<Object>,
}

/// Fills in catalog and document information.
///
/// # Errors
///
/// Says that there is no catalog.
pub(super) fn finish(file: &mut FileObjects, document: &Document, parts: CatalogParts) -> Result<(), String> {
    let written = document.date.as_deref().and_then(|given| Some((date(given)?, given)));
    let mut info = Dictionary::new();
    info.set("Title", text_string(&document.title));
    info.set("Producer", text_string(PRODUCER));
    if let Some((date, _)) = &written {
        info.set("CreationDate", literal(date));
        info.set("ModDate", literal(date));
    }
    let info_id = file.info();
    file.set(info_id, info);

    let metadata = metadata(document, written.as_ref().map(|(_, given)| *given));
    let mut dict = Dictionary::new();
    dict.set("Type", name("Metadata"));
    dict.set("Subtype", name("XML"));
    // The metadata isn't deflated, so that archives can find and read it as text.
    let metadata_id = file.new_id();
    file.store(metadata_id, Stream::new(dict, metadata.into_bytes()));
    let intent = intent(file);
    let labels = page_labels(document);

    let catalog = file.catalog()?;
    catalog.remove("PageLayout");
    catalog.set("Metadata", metadata_id);
    catalog.set("OutputIntents", array([intent]));
    catalog.set("Lang", text_string(document.lang.tag()));
    catalog.set("PageLabels", labels);
    catalog.set(
        "ViewerPreferences",
        dictionary([("DisplayDocTitle", true.into()), ("PrintScaling", name("None")), ("Duplex", name("Simplex"))]),
    );
    catalog.set("PageMode", name(if parts.outline.is_some() { "UseOutlines" } else { "UseNone" }));
    if let Some(tree) = parts.structure {
        catalog.set("StructTreeRoot", tree);
        catalog.set("MarkInfo", dictionary([("Marked", true.into())]));
    }
    if let Some(outline) = parts.outline {
        catalog.set("Outlines", outline);
    }
    if let Some(form) = parts.form {
        catalog.set("AcroForm", form);
    }
    if let Some(destinations) = parts.destinations {
        catalog.set("Names", dictionary([("Dests", destinations)]));
    }
    Ok(())
}

/// Page labels as they are printed: the pages of each copy count from 1; in further copies the number of the copy
/// stands before them.
fn page_labels(document: &Document) -> Object {
    let copies = document.copies.max(1);
    let pages = document.pages.len() as i64 / i64::from(copies);
    let mut ranges = Vec::new();
    for copy in 0..copies {
        let mut label = Dictionary::new();
        label.set("S", name("D"));
        let of_copy = if copy > 0 { format!("{}-", copy + 1) } else { String::new() };
        let prefix = format!("{of_copy}{}", document.page_prefix);
        if !prefix.is_empty() {
            label.set("P", text_string(&prefix));
        }
        ranges.extend([Object::Integer(pages * i64::from(copy)), Object::Dictionary(label)]);
    }
    dictionary([("Nums", Object::Array(ranges))])
}

/// The output intent of PDF/A.
fn intent(file: &mut FileObjects) -> Object {
    let mut dict = Dictionary::new();
    dict.set("N", 3);
    let profile = file.new_id();
    file.store(profile, Stream::new(dict, colour::srgb()));
    dictionary([
        ("Type", name("OutputIntent")),
        ("S", name("GTS_PDFA1")),
        ("OutputConditionIdentifier", text_string("sRGB IEC61966-2.1")),
        ("Info", text_string("sRGB IEC61966-2.1")),
        ("DestOutputProfile", Object::Reference(profile)),
    ])
}

/// The identifier of PDF/UA isn't among those that PDF/A knows, so its schema is described (ISO 19005-3, 6.6.2.3.3).
const SCHEMA: &str = "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of the standard</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas>";

/// The same in XMP, with the standards that the file keeps to.
fn metadata(document: &Document, date: Option<&str>) -> String {
    let mut xml = String::from(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" \
xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n\
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>\n\
<dc:format>application/pdf</dc:format><dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">",
    );
    escape(&mut xml, &document.title);
    xml.push_str("</rdf:li></rdf:Alt></dc:title><dc:language><rdf:Bag><rdf:li>");
    escape(&mut xml, document.lang.tag());
    let _ = write!(xml, "</rdf:li></rdf:Bag></dc:language>\n<pdf:Producer>{PRODUCER}</pdf:Producer>\n");
    if let Some(date) = date {
        let _ = writeln!(xml, "<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>");
    }
    xml.push_str(SCHEMA);
    xml.push_str("</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>");
    xml
}

/// Appends a text, escaped for XML.
fn escape(xml: &mut String, text: &str) {
    for ch in text.chars() {
        match ch {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            _ => xml.push(ch),
        }
    }
}
