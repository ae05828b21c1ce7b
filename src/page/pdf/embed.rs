//! Which glyphs a document uses, and the fonts that are cut down to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use lopdf::{Dictionary, Stream};
use printpdf::{
    Codepoint, FontId, FontMetrics, FontType, Mm, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle,
    PdfFontMetricsStub, PdfPage, PdfSaveOptions, Pt as PrintPt, TextItem as PrintText,
};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use skrifa::raw::TableProvider;
use skrifa::raw::tables::hhea::Hhea;
use subsetter::GlyphRemapper;

use super::press::{Press, Slot};
use crate::page::{Document, FaceId, Glyph, Kind, Page, TextItem};
use crate::text::{Face, FaceMetrics, Fonts};

/// A glyph that no page uses.
const UNUSED: u32 = u32::MAX;

/// The fonts of one document.
pub(super) struct Embedded {
    /// One for each face, in order of [`FaceId`]; `None` for a face that isn't used.
    faces: Vec<Option<EmbeddedFace>>,
}

/// One face, cut down.
pub(super) struct EmbeddedFace {
    /// Name among the resources of a page.
    pub resource: String,
    /// For each glyph of the whole font, its index in `glyphs` or [`UNUSED`].
    slots: Vec<u32>,
    glyphs: Vec<UsedGlyph>,
    /// Height of its capitals in thousandths of an em.
    capitals: i16,
    subset: ParsedFont,
    /// What `subset` holds in place of the font program, which is deflated already while the skeleton is made; `None`
    /// where printpdf has to see the program.
    stand_in: Option<Vec<u8>>,
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

impl Embedded {
    /// Collects the glyphs and cuts the fonts down to them.
    ///
    /// # Errors
    ///
    /// Names the font that can't be cut down.
    pub(super) fn new(document: &Document, fonts: &Fonts, press: &Press<'_, '_>) -> Result<Self, String> {
        let mut used: Vec<Used> = Vec::new();
        used.resize_with(fonts.faces().len(), Used::default);
        for item in document.pages.iter().flat_map(texts) {
            if let Some(face) = used.get_mut(usize::from(item.face.0)) {
                face.collect(item);
            }
        }
        let faces = used.into_par_iter().zip(fonts.faces()).enumerate();
        let faces: Vec<_> = faces.map(|(index, (used, face))| used.embed(index, face, press)).collect();
        let faces = faces.into_iter().collect::<Result<Vec<_>, String>>()?;
        Ok(Self { faces })
    }

    /// A face that some item uses.
    pub(super) fn face(&self, id: FaceId) -> Option<&EmbeddedFace> {
        self.faces.get(usize::from(id.0))?.as_ref()
    }

    /// The face whose font program this stands in for.
    pub(super) fn program(&self, content: &[u8]) -> Option<usize> {
        self.faces.iter().position(|face| face.as_ref().is_some_and(|face| face.stand_in.as_deref() == Some(content)))
    }

    /// The fonts and empty pages, made by printpdf. It embeds what its pages show, so the first one shows every glyph
    /// once; that content is replaced afterwards.
    pub(super) fn skeleton(&self, document: &Document) -> lopdf::Document {
        let mut skeleton = PdfDocument::new("");
        let mut ops = Vec::new();
        for face in self.faces.iter().flatten() {
            let id = FontId(face.resource.clone());
            skeleton.resources.fonts.map.insert(id.clone(), PdfFont::new(face.subset.clone()));
            ops.push(Op::SetFont { font: PdfFontHandle::External(id), size: PrintPt(1.0) });
            let glyphs = face.glyphs.iter().map(|glyph| Codepoint::with_cid(glyph.code, 0.0, glyph.text.to_string()));
            ops.push(Op::ShowText { items: vec![PrintText::GlyphIds(glyphs.collect())] });
        }
        for _ in &document.pages {
            skeleton.pages.push(PdfPage::new(Mm(210.0), Mm(297.0), std::mem::take(&mut ops)));
        }
        let options = PdfSaveOptions { optimize: false, subset_fonts: false, secure: false, image_optimization: None };
        let mut skeleton = skeleton.to_lopdf_document(&options, &mut Vec::new());
        self.correct_capitals(&mut skeleton);
        skeleton
    }

    /// Puts in the height of the capitals, for which printpdf writes that of the whole line.
    fn correct_capitals(&self, skeleton: &mut lopdf::Document) {
        for object in skeleton.objects.values_mut() {
            let Ok(descriptor) = object.as_dict_mut() else { continue };
            let Ok(name) = descriptor.get(b"FontName").and_then(lopdf::Object::as_name) else { continue };
            let named = |face: &&EmbeddedFace| face.subset.font_name.as_deref().map(str::as_bytes) == Some(name);
            if let Some(face) = self.faces.iter().flatten().find(named) {
                descriptor.set("CapHeight", i64::from(face.capitals));
            }
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

    fn embed(mut self, index: usize, face: &Face, press: &Press<'_, '_>) -> Result<Option<EmbeddedFace>, String> {
        if self.glyphs.is_empty() {
            return Ok(None);
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
        let bytes = subsetter::subset(face.data.as_ref(), face.index, &remapper)
            .map_err(|error| format!("font `{}` can't be put into a PDF: {error}", face.name))?;
        let mut subset = parsed(face, bytes, &glyphs);
        let (resource, capitals) = (format!("T{index}"), face.metrics().capitals);
        let stand_in = matches!(subset.font_type, FontType::TrueType).then(|| format!("program of {resource}").into());
        if let Some(stand_in) = &stand_in {
            let program = std::mem::replace(&mut subset.original_bytes, Vec::clone(stand_in));
            let mut dict = Dictionary::new();
            dict.set("Length1", program.len() as i64);
            press.put(Slot::Program(index), Stream::new(dict, program));
        }
        Ok(Some(EmbeddedFace { resource, slots: self.slots, glyphs, capitals, subset, stand_in }))
    }
}

/// The subset as printpdf takes it, its metrics in thousandths of an em.
fn parsed(face: &Face, bytes: Vec<u8>, glyphs: &[UsedGlyph]) -> ParsedFont {
    let font = face.font();
    let hhea = font.hhea().ok();
    let FaceMetrics { bounds: [x_min, y_min, x_max, y_max], ascent, descent, .. } = face.metrics();
    // Six letters that differ when the glyphs do.
    let tag: String = Sha256::digest(&bytes).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect();
    ParsedFont {
        font_index: 0,
        font_name: Some(format!("{tag}+{}", face.name)),
        codepoint_to_glyph: BTreeMap::new(),
        glyph_widths: glyphs.iter().map(|glyph| (glyph.code, glyph.width)).collect(),
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
