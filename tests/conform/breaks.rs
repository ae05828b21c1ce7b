//! Files that are broken on purpose, each in one way. They prove that each check can fail.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::name_of;
use crate::support::file::text_string;

/// A way to break a file, and the words of the finding that must follow.
pub type Way = (&'static str, fn(&mut Document), &'static str);

/// Every way. Each is tried on a list to be printed and on one to be filled in.
pub const WAYS: &[Way] = &[
    ("an older version", |pdf| "1.4".clone_into(&mut pdf.version), "another version"),
    ("no language", |pdf| drop(catalog(pdf).remove(b"Lang")), "no language"),
    ("not marked", |pdf| drop(catalog(pdf).remove(b"MarkInfo")), "isn't marked as tagged"),
    ("suspect tags", |pdf| inner(pdf, "MarkInfo").set("Suspects", true), "are suspect"),
    ("title hidden", |pdf| inner(pdf, "ViewerPreferences").set("DisplayDocTitle", false), "title isn't shown"),
    ("both sides", |pdf| drop(inner(pdf, "ViewerPreferences").remove(b"Duplex")), "on both sides"),
    ("an action", |pdf| catalog(pdf).set("OpenAction", Dictionary::new()), "has `OpenAction`"),
    ("encrypted", |pdf| pdf.trailer.set("Encrypt", Dictionary::new()), "is encrypted"),
    ("no id", |pdf| drop(pdf.trailer.remove(b"ID")), "has no id"),
    ("no metadata", |pdf| drop(catalog(pdf).remove(b"Metadata")), "no metadata"),
    ("deflated metadata", |pdf| stream(pdf, "Metadata").dict.set("Filter", "FlateDecode"), "is deflated"),
    ("another part", |pdf| said(pdf, "<pdfaid:part>3", "<pdfaid:part>1"), "for part"),
    ("another level", |pdf| said(pdf, "conformance>A<", "conformance>B<"), "for conformance"),
    ("no PDF/UA", |pdf| said(pdf, "<pdfuaid:part>1</pdfuaid:part>", ""), "for part"),
    ("no schema", |pdf| said(pdf, "pdfaSchema:namespaceURI>http", "pdfaSchema:namespaceURI>x"), "namespaceURI"),
    ("two titles", |pdf| info(pdf).set("Title", Object::string_literal("x")), "for title"),
    ("two producers", |pdf| info(pdf).set("Producer", Object::string_literal("x")), "for Producer"),
    ("two dates", |pdf| info(pdf).set("CreationDate", Object::string_literal("D:2012")), "CreationDate is another"),
    ("no intent", |pdf| drop(catalog(pdf).remove(b"OutputIntents")), "output intent"),
    ("a cut profile", cut_profile, "output intent"),
    ("no labels", |pdf| drop(catalog(pdf).remove(b"PageLabels")), "have no labels"),
    ("a group", |pdf| page(pdf).set("Group", Dictionary::new()), "transparency group"),
    ("another tab order", |pdf| page(pdf).set("Tabs", "R"), "isn't tabbed through"),
    ("not in the parent tree", |pdf| drop(page(pdf).remove(b"StructParents")), "isn't in the parent tree"),
    ("a state", transparent, "something transparent"),
    ("a file of no kind", |pdf| drop(of_kind(pdf, "Type", "EmbeddedFile").remove(b"Subtype")), "of no kind"),
    ("a file of no relation", |pdf| drop(of_kind(pdf, "Type", "Filespec").remove(b"AFRelationship")), "no relation"),
    ("a file of one name", |pdf| drop(of_kind(pdf, "Type", "Filespec").remove(b"UF")), "lacks a name"),
    ("a file of nobody's", |pdf| drop(catalog(pdf).remove(b"AF")), "no relation"),
    ("a lost page", |pdf| of_kind(pdf, "S", "GoTo").set("D", vec![Object::Null]), "leads to no page"),
    ("a script", |pdf| annotation(pdf, "Link").set("A", action("JavaScript")), "of the kind"),
    ("no outline", |pdf| drop(catalog(pdf).remove(b"Outlines")), "no outline"),
    ("colour", |pdf| content(pdf, b"1 0 0 rg\n", b""), "neither gray nor opaque"),
    ("an untagged drawing", |pdf| content(pdf, b"/S0 Do\n", b""), "neither tagged nor an artifact"),
    (
        "a lost drawing",
        |pdf| content(pdf, b"/Artifact <</Type/Layout>> BDC /S9 Do EMC\n", b""),
        "a drawing isn't there",
    ),
    ("a drawing of another kind", |pdf| drawing(pdf).dict.set("Subtype", "PS"), "a drawing isn't a form"),
    ("a drawing without edges", |pdf| drop(drawing(pdf).dict.remove(b"BBox")), "a drawing has no edges"),
    ("a bare drawing", |pdf| drop(drawing(pdf).dict.remove(b"Resources")), "a drawing has no resources"),
    ("a grouped drawing", |pdf| drawing(pdf).dict.set("Group", Dictionary::new()), "a drawing has a transparency"),
    ("a coloured drawing", |pdf| drawing(pdf).set_plain_content(b"1 0 0 rg".to_vec()), "a drawing holds `rg`"),
    ("a kept state", |pdf| content(pdf, b"q\n", b""), "once too often"),
    ("an untagged text", |pdf| content(pdf, b"0 0 m 9 9 l S\n", b""), "neither tagged nor an artifact"),
    ("an open mark", |pdf| content(pdf, b"/Artifact <</Type/Layout>> BDC\n", b""), "inside of another"),
    ("a mark too few", |pdf| content(pdf, b"EMC\n", b""), "isn't open"),
    ("a mark too many", |pdf| content(pdf, b"", b"\n/Artifact BMC\n"), "stays open"),
    ("a vague artifact", |pdf| content(pdf, b"/Artifact BMC EMC\n", b""), "doesn't say what it is"),
    ("a number twice", |pdf| content(pdf, b"/P <</MCID 0>> BDC EMC\n", b""), "have the number 0"),
    ("a mark of nobody's", |pdf| content(pdf, b"/P <</MCID 9999>> BDC EMC\n", b""), "has no element"),
    ("a notdef", |pdf| content(pdf, b"/P <</MCID 9999>> BDC /T0 9 Tf [<0000>] TJ EMC\n", b""), "shows no glyph"),
    ("a lost font", |pdf| content(pdf, b"/P <</MCID 9999>> BDC /X 9 Tf [<0001>] TJ EMC\n", b""), "lacks its font"),
    ("no font file", |pdf| drop(of_kind(pdf, "Type", "FontDescriptor").remove(b"FontFile2")), "isn't embedded"),
    ("another width", |pdf| descendant(pdf).set("W", vec![1.into(), 9.into(), 1.into()]), "the width of"),
    ("no widths", |pdf| drop(descendant(pdf).remove(b"W")), "has no width"),
    ("no characters", |pdf| drop(of_kind(pdf, "Subtype", "Type0").remove(b"ToUnicode")), "stands for no character"),
    ("other names", |pdf| descendant(pdf).set("BaseFont", "Other"), "several names"),
    ("no glyph map", |pdf| drop(descendant(pdf).remove(b"CIDToGIDMap")), "codes aren't glyphs"),
    ("a CIDSet", |pdf| of_kind(pdf, "Type", "FontDescriptor").set("CIDSet", 1), "CIDSet"),
    ("high capitals", |pdf| of_kind(pdf, "Type", "FontDescriptor").set("CapHeight", 1069), "capitals"),
    ("a hidden link", |pdf| annotation(pdf, "Link").set("F", 2), "isn't seen"),
    ("a link untagged", |pdf| drop(annotation(pdf, "Link").remove(b"StructParent")), "isn't in the tag tree"),
    ("a link undescribed", |pdf| drop(annotation(pdf, "Link").remove(b"Contents")), "link has no description"),
    ("an address as it is written", |pdf| annotation(pdf, "Link").set("A", address("https://例.org")), "isn't ASCII"),
    ("a link in a P", |pdf| of_kind(pdf, "S", "Link").set("S", "P"), "tagged as something else"),
    ("a note on a page", |pdf| annotation(pdf, "Link").set("Subtype", "Text"), "of another kind"),
    ("a field that acts", |pdf| annotation(pdf, "Widget").set("A", action("URI")), "a field acts"),
    ("no appearance", |pdf| drop(annotation(pdf, "Widget").remove(b"AP")), "no appearance"),
    ("a field undescribed", |pdf| drop(annotation(pdf, "Widget").remove(b"TU")), "has no description"),
    ("a field in a P", |pdf| of_kind(pdf, "S", "Form").set("S", "P"), "field is tagged as something else"),
    ("needed appearances", |pdf| form(pdf).set("NeedAppearances", true), "made up by the reader"),
    ("no form", |pdf| drop(catalog(pdf).remove(b"AcroForm")), "no form"),
    ("no field font", |pdf| drop(form(pdf).remove(b"DR")), "has no font"),
    ("a field left out", |pdf| form(pdf).set("Fields", Vec::<Object>::new()), "aren't the same"),
    ("a field's odd name", |pdf| annotation(pdf, "Widget").set("T", Object::string_literal("a.b")), "called `a.b`"),
    ("no tree", |pdf| drop(catalog(pdf).remove(b"StructTreeRoot")), "no tag tree"),
    ("mapped roles", |pdf| tree(pdf).set("RoleMap", Dictionary::new()), "roles are mapped"),
    ("an odd role", |pdf| of_kind(pdf, "S", "P").set("S", "Box"), "no standard role"),
    ("a cell in a list", |pdf| of_kind(pdf, "S", "TR").set("S", "LI"), "stands in Table"),
    ("another parent", |pdf| of_kind(pdf, "S", "TR").set("P", (1, 0)), "another parent"),
    ("a level left out", |pdf| of_kind(pdf, "S", "H2").set("S", "H3"), "follows one of level 1"),
    ("no title", |pdf| of_kind(pdf, "S", "H1").set("S", "H2"), "isn't of level 1"),
    ("a lost element", lost_element, "is missing"),
    ("a content left out", |pdf| of_kind(pdf, "S", "H1").set("K", Vec::<Object>::new()), "lacks contents"),
    ("a content twice", |pdf| of_kind(pdf, "S", "H1").set("K", vec![0.into(), 0.into()]), "has two elements"),
    ("another owner", |pdf| drop(tree(pdf).remove(b"ParentTree")), "has no element"),
    ("an undescribed figure", |pdf| drop(of_kind(pdf, "S", "Figure").remove(b"Alt")), "figure isn't described"),
    ("a figure anywhere", |pdf| drop(of_kind(pdf, "S", "Figure").remove(b"A")), "figure has no area"),
    ("a nameless note", |pdf| drop(of_kind(pdf, "S", "Note").remove(b"ID")), "note has no name"),
    ("a head of nothing", |pdf| drop(of_kind(pdf, "S", "TH").remove(b"A")), "doesn't say of what"),
    ("a row too wide", |pdf| of_kind(pdf, "S", "TD").set("A", span(9)), "aren't of one width"),
    ("an empty row", |pdf| of_kind(pdf, "S", "TR").set("K", Vec::<Object>::new()), "is empty"),
    ("a printed field undescribed", undescribed, "printed field isn't described"),
    ("a field with words", |pdf| of_kind(pdf, "S", "Form").set("K", vec![0.into(), 1.into()]), "holds more than"),
];

fn catalog(pdf: &mut Document) -> &mut Dictionary {
    pdf.catalog_mut().expect("a catalog")
}

/// A dictionary in the catalog.
fn inner<'p>(pdf: &'p mut Document, key: &str) -> &'p mut Dictionary {
    let entry = catalog(pdf).get(key.as_bytes()).expect("an entry").clone();
    match entry.as_reference() {
        Ok(id) => pdf.get_dictionary_mut(id).expect("a dictionary"),
        Err(_) => catalog(pdf).get_mut(key.as_bytes()).and_then(Object::as_dict_mut).expect("a dictionary"),
    }
}

fn tree(pdf: &mut Document) -> &mut Dictionary {
    inner(pdf, "StructTreeRoot")
}

/// The dictionary of the form; for a list without a form, a dictionary that nothing reads.
fn form(pdf: &mut Document) -> &mut Dictionary {
    if !catalog(pdf).has(b"AcroForm") {
        let id = pdf.add_object(Dictionary::new());
        return pdf.get_dictionary_mut(id).expect("a dictionary");
    }
    inner(pdf, "AcroForm")
}

fn stream<'p>(pdf: &'p mut Document, key: &str) -> &'p mut Stream {
    let id = catalog(pdf).get(key.as_bytes()).and_then(Object::as_reference).expect("a stream");
    pdf.get_object_mut(id).and_then(Object::as_stream_mut).expect("a stream")
}

fn info(pdf: &mut Document) -> &mut Dictionary {
    let id = pdf.trailer.get(b"Info").and_then(Object::as_reference).expect("the document's information");
    pdf.get_dictionary_mut(id).expect("a dictionary")
}

/// Replaces words in the metadata.
fn said(pdf: &mut Document, words: &str, others: &str) {
    let stream = stream(pdf, "Metadata");
    let packet = String::from_utf8_lossy(&stream.content).replace(words, others);
    stream.content = packet.into_bytes();
}

fn cut_profile(pdf: &mut Document) {
    let profiles = pdf.objects.values_mut().filter_map(|object| object.as_stream_mut().ok());
    let mut profiles = profiles.filter(|stream| stream.content.get(36..40) == Some(b"acsp"));
    profiles.next().expect("a profile").content.truncate(400);
}

/// The first drawing that pages share.
fn drawing(pdf: &mut Document) -> &mut Stream {
    let resources = page(pdf).get(b"Resources").and_then(Object::as_reference).expect("resources");
    let drawings = pdf.get_dictionary(resources).and_then(|all| all.get(b"XObject")?.as_dict()).expect("drawings");
    let id = drawings.get(b"S0").and_then(Object::as_reference).expect("a drawing");
    pdf.get_object_mut(id).and_then(Object::as_stream_mut).expect("a drawing")
}

/// The page with the first link.
fn page(pdf: &mut Document) -> &mut Dictionary {
    let pages: Vec<ObjectId> = pdf.get_pages().into_values().collect();
    let linked = |id: &&ObjectId| pdf.get_dictionary(**id).is_ok_and(|page| page.has(b"Annots"));
    let id = *pages.iter().find(linked).expect("a page with links");
    pdf.get_dictionary_mut(id).expect("a page")
}

fn transparent(pdf: &mut Document) {
    let state = Dictionary::from_iter([("ca", Object::Real(0.5))]);
    let states = Dictionary::from_iter([("GS", Object::Dictionary(state))]);
    let resources = Dictionary::from_iter([("ExtGState", Object::Dictionary(states))]);
    page(pdf).set("Resources", resources);
}

/// The first dictionary with a name under a key, in order of the objects; where there is none, a dictionary that
/// nothing reads.
fn of_kind<'p>(pdf: &'p mut Document, key: &str, kind: &str) -> &'p mut Dictionary {
    let is = |object: &Object| {
        let dict = object.as_dict().or_else(|_| object.as_stream().map(|stream| &stream.dict));
        dict.is_ok_and(|dict| name_of(dict, key) == kind)
    };
    let inside = |object: &Object| object.as_dict().ok()?.get(b"A").ok().filter(|action| is(action)).map(|_| ());
    let own = pdf.objects.iter().find(|(_, object)| is(object)).map(|(id, _)| *id);
    let holder = pdf.objects.iter().find(|(_, object)| inside(object).is_some()).map(|(id, _)| *id);
    match (own, holder) {
        (Some(id), _) => match pdf.get_object_mut(id).expect("an object") {
            Object::Stream(stream) => &mut stream.dict,
            object => object.as_dict_mut().expect("a dictionary"),
        },
        (None, Some(id)) => {
            let holder = pdf.get_dictionary_mut(id).expect("a dictionary");
            holder.get_mut(b"A").and_then(Object::as_dict_mut).expect("an action")
        }
        (None, None) => {
            let id = pdf.add_object(Dictionary::new());
            pdf.get_dictionary_mut(id).expect("a dictionary")
        }
    }
}

/// The first annotation of a kind.
fn annotation<'p>(pdf: &'p mut Document, kind: &str) -> &'p mut Dictionary {
    of_kind(pdf, "Subtype", kind)
}

fn action(kind: &str) -> Dictionary {
    Dictionary::from_iter([("S", Object::from(kind))])
}

fn address(address: &str) -> Dictionary {
    Dictionary::from_iter([("S", Object::from("URI")), ("URI", Object::string_literal(address))])
}

fn span(columns: i64) -> Dictionary {
    Dictionary::from_iter([("O", Object::from("Table")), ("ColSpan", columns.into())])
}

/// The first descendant of a composite font.
fn descendant(pdf: &mut Document) -> &mut Dictionary {
    let font = of_kind(pdf, "Subtype", "Type0").clone();
    let list = font.get(b"DescendantFonts").and_then(Object::as_array).expect("descendants").clone();
    if let Some(id) = list.first().and_then(|entry| entry.as_reference().ok()) {
        return pdf.get_dictionary_mut(id).expect("a font");
    }
    let font = of_kind(pdf, "Subtype", "Type0");
    let list = font.get_mut(b"DescendantFonts").and_then(Object::as_array_mut).expect("descendants");
    list[0].as_dict_mut().expect("a font")
}

/// Adds operators to the content of the first page: `early` at its beginning, `late` at its end.
fn content(pdf: &mut Document, early: &[u8], late: &[u8]) {
    let id = *pdf.get_pages().values().next().expect("a page");
    let before = pdf.get_page_content(id);
    // An artifact is put inside of the first mark, to make a mark within another one.
    let opened = before.windows(4).position(|bytes| bytes == b"BDC\n").map_or(0, |at| at + 4);
    let at = if early.starts_with(b"/Artifact <<") { opened } else { 0 };
    let whole = [&before[..at], early, &before[at..], late].concat();
    let stream = pdf.add_object(Stream::new(Dictionary::new(), whole));
    pdf.get_dictionary_mut(id).expect("a page").set("Contents", stream);
}

fn lost_element(pdf: &mut Document) {
    let lost = pdf.objects.iter().find(|(_, object)| object.as_dict().is_ok_and(|dict| name_of(dict, "S") == "H1"));
    let id = *lost.expect("a title").0;
    pdf.objects.remove(&id);
}

fn undescribed(pdf: &mut Document) {
    let form = of_kind(pdf, "S", "Form");
    if let Ok(attributes) = form.get_mut(b"A").and_then(Object::as_dict_mut) {
        assert!(!text_string(attributes.get(b"Desc").and_then(Object::as_str).unwrap_or_default()).is_empty());
        attributes.remove(b"Desc");
    }
}
