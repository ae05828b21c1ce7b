//! Which glyphs a document uses, and the fonts that are cut down to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use lopdf::{Dictionary, Stream};
use printpdf::{
    Codepoint, FontId, FontMetrics, FontType, Mm, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle,
    PdfFontMetricsStub, PdfPage, PdfSaveOptions, Pt as PrintPt, TextItem as PrintText,
};
use sha2::{Digest, Sha256};
use skrifa::raw::TableProvider;
use skrifa::raw::tables::hhea::Hhea;
use subsetter::GlyphRemapper;

use super::press::{Press, Slot};
use crate::geometry::{FaceId, Glyph, TextItem};
use crate::page::{Document, Kind, Page};
use crate::text::{Face, FaceMetrics, Fonts};

/// A glyph that no page uses.
const UNUSED: u32 = u32::MAX;

/// A TrueType program of up to so many bytes is stored as it is: deflating those of a list of ten pages takes a third of
/// the time of all its streams, and saves a seventh of the file.
const STORED: usize = 128 << 10;

/// The fonts of one document, as its pages show them.
pub(super) struct Embedded<'f> {
    fonts: &'f Fonts,
    /// One for each face, in order of [`FaceId`]; `None` for a face that isn't used.
    faces: Vec<Option<EmbeddedFace>>,
}

/// The glyphs of one face that are used.
pub(super) struct EmbeddedFace {
    /// Name among the resources of a page.
    pub resource: String,
    /// For each glyph of the whole font, its index in `glyphs` or [`UNUSED`].
    slots: Vec<u32>,
    glyphs: Vec<UsedGlyph>,
    remapper: GlyphRemapper,
}

/// A glyph that is used.
pub(super) struct UsedGlyph {
    id: u16,
    /// What it stands for wherever the page doesn't say otherwise; empty for a glyph that never begins a cluster.
    pub text: Arc<str>,
    /// Its number in the PDF.
    pub code: u16,
    /// Its advance in thousandths of an em, as the PDF says it.
    pub width: u16,
}

impl EmbeddedFace {
    /// A glyph of the whole font as the PDF knows it.
    pub(super) fn glyph(&self, id: u16) -> Option<&UsedGlyph> {
        self.glyphs.get(*self.slots.get(usize::from(id))? as usize)
    }
}

/// What stands in for the font program of each face, which is in the press while the skeleton is made; `None` where
/// printpdf has to see the program.
pub(super) struct StandIns(Vec<Option<Vec<u8>>>);

impl StandIns {
    /// The face whose font program this stands in for.
    pub(super) fn program(&self, content: &[u8]) -> Option<usize> {
        self.0.iter().position(|stand_in| stand_in.as_deref() == Some(content))
    }
}

impl<'f> Embedded<'f> {
    /// Collects the glyphs.
    pub(super) fn new(document: &Document, fonts: &'f Fonts) -> Self {
        let mut used: Vec<Used> = Vec::new();
        used.resize_with(fonts.faces().len(), Used::default);
        for item in document.pages.iter().flat_map(texts) {
            if let Some(face) = used.get_mut(usize::from(item.face.0)) {
                face.collect(item);
            }
        }
        let faces = used.into_iter().zip(fonts.faces()).enumerate();
        Self { fonts, faces: faces.map(|(index, (used, face))| used.number(index, face)).collect() }
    }

    /// A face that some item uses.
    pub(super) fn face(&self, id: FaceId) -> Option<&EmbeddedFace> {
        self.faces.get(usize::from(id.0))?.as_ref()
    }

    /// The fonts cut down to what is used, and empty pages, made by printpdf. It embeds what its pages show, so the
    /// first one shows every glyph once; that content is replaced afterwards.
    ///
    /// # Errors
    ///
    /// Names the font that can't be cut down.
    pub(super) fn skeleton(
        &self,
        document: &Document,
        press: &Press<'_, '_>,
    ) -> Result<(lopdf::Document, StandIns), String> {
        let mut skeleton = PdfDocument::new("");
        let mut ops = Vec::new();
        let (mut stand_ins, mut capitals) = (Vec::new(), Vec::new());
        for (index, (used, face)) in self.faces.iter().zip(self.fonts.faces()).enumerate() {
            let Some(used) = used else {
                stand_ins.push(None);
                continue;
            };
            let (subset, stand_in) = used.cut(index, face, press)?;
            capitals.extend(subset.font_name.clone().map(|name| (name, face.metrics().capitals)));
            stand_ins.push(stand_in);
            let id = FontId(used.resource.clone());
            skeleton.resources.fonts.map.insert(id.clone(), PdfFont::new(subset));
            ops.push(Op::SetFont { font: PdfFontHandle::External(id), size: PrintPt(1.0) });
            let glyphs = used.glyphs.iter().map(|glyph| Codepoint::with_cid(glyph.code, 0.0, glyph.text.to_string()));
            ops.push(Op::ShowText { items: vec![PrintText::GlyphIds(glyphs.collect())] });
        }
        for _ in &document.pages {
            skeleton.pages.push(PdfPage::new(Mm(210.0), Mm(297.0), std::mem::take(&mut ops)));
        }
        let options = PdfSaveOptions { optimize: false, subset_fonts: false, secure: false, image_optimization: None };
        let mut pdf = skeleton.to_lopdf_document(&options, &mut Vec::new());
        correct_capitals(&mut pdf, &capitals);
        Ok((pdf, StandIns(stand_ins)))
    }
}

/// Puts in the height of the capitals of each font, for which printpdf writes that of the whole line.
fn correct_capitals(pdf: &mut lopdf::Document, capitals: &[(String, i16)]) {
    for object in pdf.objects.values_mut() {
        let Ok(descriptor) = object.as_dict_mut() else { continue };
        let Ok(name) = descriptor.get(b"FontName").and_then(lopdf::Object::as_name) else { continue };
        if let Some((_, height)) = capitals.iter().find(|(known, _)| known.as_bytes() == name) {
            descriptor.set("CapHeight", i64::from(*height));
        }
    }
}

fn texts(page: &Page) -> impl Iterator<Item = &TextItem> {
    page.items.iter().filter_map(|item| match &item.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    })
}

/// The text of a glyph's cluster; empty for all but the first glyph of a cluster.
pub(super) fn cluster<'a>(item: &'a TextItem, glyph: &Glyph) -> &'a str {
    item.text.get(glyph.cluster.start as usize..glyph.cluster.end as usize).unwrap_or_default()
}

/// The glyphs that pages use of one face.
#[derive(Default)]
struct Used {
    slots: Vec<u32>,
    glyphs: Vec<(u16, Arc<str>)>,
}

impl Used {
    fn collect(&mut self, item: &TextItem) {
        for glyph in item.glyphs.iter() {
            let id = usize::from(glyph.id);
            if self.slots.len() <= id {
                self.slots.resize(id + 1, UNUSED);
            }
            let slot = self.slots[id];
            if slot == UNUSED {
                self.slots[id] = self.glyphs.len() as u32;
                self.glyphs.push((glyph.id, Arc::from(cluster(item, glyph))));
            } else if let Some((_, text)) = self.glyphs.get_mut(slot as usize)
                && text.is_empty()
            {
                *text = Arc::from(cluster(item, glyph));
            }
        }
    }

    /// Gives each glyph its number; `None` for a face without any.
    fn number(mut self, index: usize, face: &Face) -> Option<EmbeddedFace> {
        if self.glyphs.is_empty() {
            return None;
        }
        self.glyphs.sort_by_key(|&(id, _)| id);
        let mut remapper = GlyphRemapper::new();
        let advance = face.advances();
        let glyphs: Vec<UsedGlyph> = self
            .glyphs
            .into_iter()
            .map(|(id, text)| UsedGlyph { id, text, code: remapper.remap(id), width: advance(id) })
            .collect();
        for (slot, glyph) in glyphs.iter().enumerate() {
            self.slots[usize::from(glyph.id)] = slot as u32;
        }
        Some(EmbeddedFace { resource: format!("T{index}"), slots: self.slots, glyphs, remapper })
    }
}

impl EmbeddedFace {
    /// The face cut down to what is used, and what stands in for its program, which goes into the press.
    fn cut(&self, index: usize, face: &Face, press: &Press<'_, '_>) -> Result<(ParsedFont, Option<Vec<u8>>), String> {
        let bytes = subsetter::subset(face.data.as_ref(), face.index, &self.remapper)
            .map_err(|error| format!("font `{}` can't be put into a PDF: {error}", face.name))?;
        let mut subset = parsed(face, bytes, self);
        let is_true_type = matches!(subset.font_type, FontType::TrueType);
        let stand_in = is_true_type.then(|| format!("program of {}", self.resource).into_bytes());
        if let Some(stand_in) = &stand_in {
            let program = std::mem::replace(&mut subset.original_bytes, stand_in.clone());
            let mut dict = Dictionary::new();
            dict.set("Length1", program.len() as i64);
            let (slot, stream) = (Slot::Program(index), Stream::new(dict, program));
            if stream.content.len() <= STORED { press.store(slot, stream) } else { press.put(slot, stream) }
        }
        Ok((subset, stand_in))
    }
}

/// The subset as printpdf takes it, its metrics in thousandths of an em.
fn parsed(face: &Face, bytes: Vec<u8>, used: &EmbeddedFace) -> ParsedFont {
    let font = face.font();
    let hhea = font.hhea().ok();
    let FaceMetrics { bounds: [x_min, y_min, x_max, y_max], ascent, descent, .. } = face.metrics();
    // Six letters that differ when the face or its glyphs do: two of a user's faces may have the same name.
    let mut shown = used.resource.clone().into_bytes();
    shown.extend(used.glyphs.iter().flat_map(|glyph| glyph.id.to_be_bytes()));
    let tag: String = Sha256::digest(shown).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect();
    ParsedFont {
        font_index: 0,
        font_name: Some(format!("{tag}+{}", face.name)),
        codepoint_to_glyph: BTreeMap::new(),
        glyph_widths: used.glyphs.iter().map(|glyph| (glyph.code, glyph.width)).collect(),
        units_per_em: 1000,
        font_metrics: FontMetrics { ascent, descent },
        font_type: if bytes.starts_with(b"OTTO") { FontType::OpenTypeCFF(()) } else { FontType::TrueType },
        pdf_font_metrics: PdfFontMetricsStub {
            units_per_em: 1000,
            x_min,
            y_min,
            x_max,
            y_max,
            caret_slope_rise: hhea.as_ref().map_or(1, Hhea::caret_slope_rise),
            caret_slope_run: hhea.as_ref().map_or(0, Hhea::caret_slope_run),
            us_weight_class: font.os2().map_or(400, |os2| os2.us_weight_class()),
        },
        original_bytes: bytes,
    }
}
