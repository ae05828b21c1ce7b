//! Reads what a PDF holds besides the content of its pages: destinations, links, fonts.

use lopdf::{Dictionary, Document as Pdf, Object, ObjectId};

/// A named destination.
pub struct Place {
    /// Its name.
    pub name: String,
    /// Index of its page.
    pub page: usize,
    /// From the top of the page.
    pub y: f64,
}

/// A link to a place in the document.
pub struct Link {
    /// Index of the page that it stands on.
    pub page: usize,
    /// Left, top, right, bottom; from the top of the page.
    pub area: [f64; 4],
    /// Index of the page that it leads to.
    pub to: usize,
    /// How far down it leads.
    pub y: f64,
}

/// A text string as PDF writes it: UTF-16 with a mark, or ASCII.
pub fn text_string(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xFE, 0xFF]) {
        Some(bytes) => {
            let units: Vec<u16> =
                bytes.chunks(2).map(|pair| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte))).collect();
            String::from_utf16_lossy(&units)
        }
        None => bytes.iter().copied().map(char::from).collect(),
    }
}

fn load(bytes: &[u8]) -> Result<Pdf, String> {
    Pdf::load_mem(bytes).map_err(|fault| format!("the PDF can't be loaded: {fault}"))
}

/// The named destinations, and the links to places in the document.
pub fn ways(bytes: &[u8]) -> Result<(Vec<Place>, Vec<Link>), String> {
    let pdf = load(bytes)?;
    ways_of(&pdf).map_err(|fault| format!("places and links: {fault}"))
}

fn ways_of(pdf: &Pdf) -> Result<(Vec<Place>, Vec<Link>), lopdf::Error> {
    let pages: Vec<ObjectId> = pdf.get_pages().into_values().collect();
    let height = |page: usize| -> Result<f64, lopdf::Error> {
        let edges = pdf.get_dictionary(pages[page])?.get(b"MediaBox")?.as_array()?;
        Ok(f64::from(edges[3].as_float()?))
    };
    let view = |view: &Object| -> Result<(usize, f64), lopdf::Error> {
        let view = pdf.dereference(view)?.1.as_array()?;
        let id = view[0].as_reference()?;
        let page = pages.iter().position(|page| *page == id).ok_or(lopdf::Error::ObjectNotFound(id))?;
        Ok((page, height(page)? - f64::from(view[3].as_float()?)))
    };
    let mut places = Vec::new();
    if let Ok(names) = pdf.catalog()?.get(b"Names") {
        let names = pdf.dereference(names)?.1.as_dict()?.get(b"Dests")?;
        let names = pdf.dereference(names)?.1.as_dict()?.get(b"Names")?;
        for pair in pdf.dereference(names)?.1.as_array()?.chunks(2) {
            let (page, y) = view(&pair[1])?;
            places.push(Place { name: String::from_utf8_lossy(pair[0].as_str()?).into_owned(), page, y });
        }
    }
    let mut links = Vec::new();
    for (page, id) in pages.iter().enumerate() {
        let Ok(annotations) = pdf.get_dictionary(*id)?.get(b"Annots") else { continue };
        for annotation in pdf.dereference(annotations)?.1.as_array()? {
            let annotation = pdf.dereference(annotation)?.1.as_dict()?;
            if annotation.get(b"Subtype")?.as_name()? != b"Link" {
                continue;
            }
            let Ok(destination) = pdf.dereference(annotation.get(b"A")?)?.1.as_dict()?.get(b"D") else { continue };
            let edges = annotation.get(b"Rect")?.as_array()?;
            let edge = |n: usize| edges[n].as_float().map(f64::from);
            let height = height(page)?;
            let area = [edge(0)?, height - edge(3)?, edge(2)?, height - edge(1)?];
            let (to, y) = view(destination)?;
            links.push(Link { page, area, to, y });
        }
    }
    Ok((places, links))
}

/// Fonts that aren't embedded, aren't subset, or don't say which characters their glyphs stand for.
pub fn fonts(bytes: &[u8]) -> Vec<String> {
    let pdf = match load(bytes) {
        Ok(pdf) => pdf,
        Err(fault) => return vec![fault],
    };
    let mut findings = Vec::new();
    let mut seen = 0;
    for object in pdf.objects.values() {
        let Ok(font) = object.as_dict() else { continue };
        if !font.has_type(b"Font") {
            continue;
        }
        let name = font.get(b"BaseFont").and_then(Object::as_name).map(text_string).unwrap_or_default();
        let tag = name.split_once('+').map_or("", |(tag, _)| tag);
        if tag.len() != 6 || !tag.bytes().all(|byte| byte.is_ascii_uppercase()) {
            findings.push(format!("font `{name}` isn't marked as cut down"));
        }
        let subtype = font.get(b"Subtype").and_then(Object::as_name).unwrap_or_default();
        if subtype == b"Type0" {
            seen += 1;
            if let Err(what) = composite(&pdf, font) {
                findings.push(format!("font `{name}` has no {what}"));
            }
        }
    }
    if seen == 0 {
        findings.push("there is no font".to_owned());
    }
    findings
}

/// What a composite font lacks.
fn composite(pdf: &Pdf, font: &Dictionary) -> Result<(), &'static str> {
    let stream = |dictionary: &Dictionary, key: &[u8]| {
        let (_, object) = pdf.dereference(dictionary.get(key).ok()?).ok()?;
        object.as_stream().ok().filter(|stream| !stream.content.is_empty()).map(|_| ())
    };
    let dictionary = |object: &Object| Some(pdf.dereference(object).ok()?.1.as_dict().ok()?.clone());
    stream(font, b"ToUnicode").ok_or("characters of its glyphs")?;
    let descendants = font.get(b"DescendantFonts").ok().and_then(|list| pdf.dereference(list).ok());
    let descendant = descendants.and_then(|(_, list)| dictionary(list.as_array().ok()?.first()?));
    let descendant = descendant.ok_or("descendant")?;
    let descriptor = descendant.get(b"FontDescriptor").ok().and_then(dictionary).ok_or("descriptor")?;
    [&b"FontFile2"[..], b"FontFile3"].iter().find_map(|key| stream(&descriptor, key)).ok_or("font file")
}
