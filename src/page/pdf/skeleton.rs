//! The skeleton of a file, which printpdf makes: catalog, empty pages, and the fonts with their widths and characters. No other
//! file knows printpdf, or lopdf, whose objects it gives.

use std::collections::{BTreeMap, BTreeSet};

use printpdf::{
    Codepoint, FontId, FontMetrics, FontType, Mm, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle,
    PdfFontMetricsStub, PdfPage, PdfSaveOptions, Pt as PrintPt, TextItem as PrintText,
};
use skrifa::raw::TableProvider;
use skrifa::raw::tables::hhea::Hhea;

use super::embed::{Embedded, EmbeddedFace};
use super::file::FileObjects;
use super::object::{Dictionary, Id, Object, Stream};
use crate::text::{Face, FaceMetrics};

/// A TrueType program of up to so many bytes is stored as it is: deflating those of a list of ten pages takes a third of
/// the time of all its streams, and saves a seventh of the file.
const STORED: usize = 128 << 10;

/// A file with fonts and empty pages.
pub(super) struct Skeleton {
    /// The file.
    pub file: FileObjects,
    /// Its pages, in order.
    pub pages: Vec<Id>,
    /// The stream of each page's content, still to be set.
    pub contents: Vec<Id>,
}

/// A placeholder for a TrueType program, because printpdf would copy the program; and the program itself.
struct StandIn {
    bytes: Vec<u8>,
    program: Vec<u8>,
}

/// Makes a file with the fonts cut down to what is used and `count` empty pages. printpdf embeds what its pages show, so the
/// first one shows every glyph once; that content is replaced afterwards.
///
/// # Errors
///
/// Names the font that can't be cut down.
pub(super) fn skeleton(embedded: &Embedded<'_>, count: usize) -> Result<Skeleton, String> {
    let mut skeleton = PdfDocument::new("");
    let mut ops = Vec::new();
    let (mut stand_ins, mut capitals) = (Vec::new(), Vec::new());
    for (used, face) in embedded.used() {
        let mut font = font(face, used, used.program(face)?);
        if matches!(font.font_type, FontType::TrueType) {
            let bytes = format!("program of {}", used.resource).into_bytes();
            let program = std::mem::replace(&mut font.original_bytes, bytes.clone());
            stand_ins.push(StandIn { bytes, program });
        }
        capitals.extend(font.font_name.clone().map(|name| (name, face.metrics().capitals)));
        let id = FontId(used.resource.clone());
        skeleton.resources.fonts.map.insert(id.clone(), PdfFont::new(font));
        ops.push(Op::SetFont { font: PdfFontHandle::External(id), size: PrintPt(1.0) });
        let glyphs = used.glyphs().iter().map(|glyph| Codepoint::with_cid(glyph.code, 0.0, glyph.text.to_string()));
        ops.push(Op::ShowText { items: vec![PrintText::GlyphIds(glyphs.collect())] });
    }
    for _ in 0..count {
        skeleton.pages.push(PdfPage::new(Mm(210.0), Mm(297.0), std::mem::take(&mut ops)));
    }
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, secure: false, image_optimization: None };
    let mut taken = take(skeleton.to_lopdf_document(&options, &mut Vec::new()), stand_ins)?;
    correct_capitals(&mut taken.file, &capitals);
    if taken.pages.len() == count { Ok(taken) } else { Err("the PDF has lost a page".to_owned()) }
}

/// Takes over everything that printpdf made except the content of its pages.
fn take(pdf: lopdf::Document, mut stand_ins: Vec<StandIn>) -> Result<Skeleton, String> {
    let fault = |error: lopdf::Error| format!("the PDF is broken: {error}");
    let of_trailer = |key: &[u8]| pdf.trailer.get(key).and_then(lopdf::Object::as_reference).map(id);
    let mut file = FileObjects::new(pdf.max_id, of_trailer(b"Root").map_err(fault)?, of_trailer(b"Info").ok());
    let pages: Vec<lopdf::ObjectId> = pdf.get_pages().into_values().collect();
    let content = |page: &lopdf::ObjectId| pdf.get_dictionary(*page)?.get(b"Contents")?.as_reference();
    let contents = pages.iter().map(content).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    let pages = pages.into_iter().map(id).collect();
    let replaced: BTreeSet<lopdf::ObjectId> = contents.iter().copied().collect();
    for (number, object) in pdf.objects {
        match object {
            lopdf::Object::Stream(_) if replaced.contains(&number) => {}
            lopdf::Object::Stream(stream) => {
                let program = stand_ins.iter_mut().find(|stand_in| stand_in.bytes == stream.content);
                let (dict, content) = match program {
                    Some(stand_in) => {
                        let program = std::mem::take(&mut stand_in.program);
                        (Dictionary::from_iter([("Length1", Object::Integer(program.len() as i64))]), program)
                    }
                    None => (dictionary(stream.dict), stream.content),
                };
                let is_stored =
                    dict.get("Filter").is_some() || dict.get("Length1").is_some() && content.len() <= STORED;
                let stream = Stream::new(dict, content);
                if is_stored { file.store(id(number), stream) } else { file.deflate(id(number), stream) }
            }
            other => file.set(id(number), self::object(other)),
        }
    }
    Ok(Skeleton { file, pages, contents: contents.into_iter().map(id).collect() })
}

fn id((number, _): lopdf::ObjectId) -> Id {
    Id(number)
}

fn dictionary(dictionary: lopdf::Dictionary) -> Dictionary {
    dictionary.into_iter().map(|(key, value)| (key, object(value))).collect()
}

/// The same object as one of ours.
fn object(object: lopdf::Object) -> Object {
    use lopdf::StringFormat::{Hexadecimal, Literal};
    match object {
        lopdf::Object::Null => Object::Null,
        lopdf::Object::Boolean(yes) => Object::Boolean(yes),
        lopdf::Object::Integer(number) => Object::Integer(number),
        lopdf::Object::Real(number) => Object::Real(number),
        lopdf::Object::Name(name) => Object::Name(name),
        lopdf::Object::String(bytes, Literal) => Object::Literal(bytes),
        lopdf::Object::String(bytes, Hexadecimal) => Object::Hex(bytes),
        lopdf::Object::Array(objects) => Object::Array(objects.into_iter().map(self::object).collect()),
        lopdf::Object::Dictionary(entries) => Object::Dictionary(dictionary(entries)),
        // A stream is an object of its own, always.
        lopdf::Object::Stream(stream) => Object::Dictionary(dictionary(stream.dict)),
        lopdf::Object::Reference(number) => Object::Reference(id(number)),
    }
}

/// Sets the height of capitals of each font, for which printpdf writes the height of the whole line.
fn correct_capitals(file: &mut FileObjects, capitals: &[(String, i16)]) {
    for descriptor in file.dictionaries() {
        let Some(Object::Name(name)) = descriptor.get("FontName") else { continue };
        if let Some((_, height)) = capitals.iter().find(|(known, _)| known.as_bytes() == name) {
            descriptor.set("CapHeight", i64::from(*height));
        }
    }
}

/// A cut-down font as printpdf takes it, its metrics in thousandths of an em.
fn font(face: &Face, used: &EmbeddedFace, program: Vec<u8>) -> ParsedFont {
    let tables = face.font();
    let hhea = tables.hhea().ok();
    let FaceMetrics { bounds: [x_min, y_min, x_max, y_max], ascent, descent, .. } = face.metrics();
    ParsedFont {
        font_index: 0,
        font_name: Some(used.name(face)),
        codepoint_to_glyph: BTreeMap::new(),
        glyph_widths: used.glyphs().iter().map(|glyph| (glyph.code, glyph.width)).collect(),
        units_per_em: 1000,
        font_metrics: FontMetrics { ascent, descent },
        font_type: if program.starts_with(b"OTTO") { FontType::OpenTypeCFF(()) } else { FontType::TrueType },
        pdf_font_metrics: PdfFontMetricsStub {
            units_per_em: 1000,
            x_min,
            y_min,
            x_max,
            y_max,
            caret_slope_rise: hhea.as_ref().map_or(1, Hhea::caret_slope_rise),
            caret_slope_run: hhea.as_ref().map_or(0, Hhea::caret_slope_run),
            us_weight_class: tables.os2().map_or(400, |os2| os2.us_weight_class()),
        },
        original_bytes: program,
    }
}
