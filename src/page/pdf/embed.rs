//! Collects the glyphs that a document uses, and subsets the fonts to them.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use subsetter::GlyphRemapper;

use crate::geometry::{FaceId, Glyph, TextItem};
use crate::page::{Document, ItemKind, Page};
use crate::text::{Face, Fonts};

/// Marks a glyph that no page uses.
const UNUSED: u32 = u32::MAX;

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
    /// Characters that it stands for where the page doesn't say otherwise; empty for a glyph that never begins a
    /// cluster.
    pub text: Arc<str>,
    /// Its number in the PDF.
    pub code: u16,
    /// Its advance in thousandths of an em, as it stands in the PDF.
    pub width: u16,
}

impl EmbeddedFace {
    /// A glyph of the whole font as the PDF knows it.
    pub(super) fn glyph(&self, id: u16) -> Option<&UsedGlyph> {
        self.glyphs.get(*self.slots.get(usize::from(id))? as usize)
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

    /// The faces that some item uses, in order.
    pub(super) fn used(&self) -> impl Iterator<Item = (&EmbeddedFace, &'f Face)> {
        self.faces.iter().zip(self.fonts.faces()).filter_map(|(used, face)| Some((used.as_ref()?, face)))
    }
}

fn texts(page: &Page) -> impl Iterator<Item = &TextItem> {
    page.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Text(text) => Some(text),
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
    /// The font program, reduced to the glyphs that are used.
    ///
    /// # Errors
    ///
    /// Names the font that can't be cut down.
    pub(super) fn program(&self, face: &Face) -> Result<Vec<u8>, String> {
        subsetter::subset(face.data.as_ref(), face.index, &self.remapper)
            .map_err(|error| format!("font `{}` can't be put into a PDF: {error}", face.name))
    }

    /// The name of the cut-down font: that of the face behind six letters that differ when the face or its glyphs do,
    /// because two of a user's faces may have the same name.
    pub(super) fn name(&self, face: &Face) -> String {
        let mut shown = self.resource.clone().into_bytes();
        shown.extend(self.glyphs.iter().flat_map(|glyph| glyph.id.to_be_bytes()));
        let tag: String = Sha256::digest(shown).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect();
        format!("{tag}+{}", face.name)
    }

    /// The glyphs that are used, in order of their codes.
    pub(super) fn glyphs(&self) -> &[UsedGlyph] {
        &self.glyphs
    }
}
