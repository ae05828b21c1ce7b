//! Collects the glyphs that a document uses, and subsets the fonts to them.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use subsetter::GlyphRemapper;

use super::reading::apart;
use crate::geometry::{FaceId, Glyph, TextItem};
use crate::page::{Document, ItemKind};
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
    /// The glyph of a space.
    space: Option<u16>,
}

/// A glyph that is used.
pub(super) struct UsedGlyph {
    id: u16,
    /// Characters that it stands for where the page doesn't say otherwise.
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

    /// The glyph that keeps two texts apart for readers, where a page needs one.
    pub(super) fn space(&self) -> Option<&UsedGlyph> {
        self.glyph(self.space?)
    }
}

impl<'f> Embedded<'f> {
    /// Collects the glyphs.
    pub(super) fn new(document: &Document, fonts: &'f Fonts) -> Self {
        let mut used: Vec<Used> = Vec::new();
        used.resize_with(fonts.faces().len(), Used::default);
        for page in &document.pages {
            let apart = apart(document, page);
            for (index, item) in page.items.iter().enumerate() {
                if let ItemKind::Text(text) = &item.kind
                    && let Some(used) = used.get_mut(usize::from(text.face.0))
                {
                    used.collect(text);
                    used.is_spaced |= apart[index];
                }
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

/// The text of a glyph's cluster; empty for all but the first glyph of a cluster.
pub(super) fn cluster<'a>(item: &'a TextItem, glyph: &Glyph) -> &'a str {
    item.text.get(glyph.cluster.start as usize..glyph.cluster.end as usize).unwrap_or_default()
}

/// What a glyph stands for that has no character of its own and is only a part of what a reader is told to read there.
const PART: &str = "\u{2060}";

/// The glyphs that pages use of one face.
#[derive(Default)]
struct Used {
    slots: Vec<u32>,
    glyphs: Vec<UsedText>,
    /// True where a space is written that the layout has not.
    is_spaced: bool,
}

/// A glyph and what it stands for.
struct UsedText {
    id: u16,
    text: Arc<str>,
    /// True when the text is drawn by this glyph alone.
    is_whole: bool,
}

impl Used {
    fn collect(&mut self, item: &TextItem) {
        let mut glyphs = item.glyphs.iter().peekable();
        while let Some(glyph) = glyphs.next() {
            let text = cluster(item, glyph);
            let is_whole = !text.is_empty() && glyphs.peek().is_none_or(|next| !next.cluster.is_empty());
            self.add(glyph.id, text, is_whole);
        }
    }

    fn add(&mut self, id: u16, text: &str, is_whole: bool) {
        let at = usize::from(id);
        if self.slots.len() <= at {
            self.slots.resize(at + 1, UNUSED);
        }
        let slot = self.slots[at];
        if slot == UNUSED {
            self.slots[at] = self.glyphs.len() as u32;
            self.glyphs.push(UsedText { id, text: Arc::from(text), is_whole });
        } else if let Some(known) = self.glyphs.get_mut(slot as usize)
            && !known.is_whole
            && (is_whole || known.text.is_empty())
        {
            *known = UsedText { id, text: Arc::from(text), is_whole };
        }
    }

    /// Gives each glyph its number; `None` for a face without any.
    fn number(mut self, index: usize, face: &Face) -> Option<EmbeddedFace> {
        let space = if self.is_spaced { face.glyph(' ') } else { None };
        if let Some(space) = space {
            self.add(space, " ", true);
        }
        if self.glyphs.is_empty() {
            return None;
        }
        self.name_parts(face);
        self.glyphs.sort_by_key(|glyph| glyph.id);
        let mut remapper = GlyphRemapper::new();
        let advance = face.advances();
        let glyphs: Vec<UsedGlyph> = self
            .glyphs
            .into_iter()
            .map(|UsedText { id, text, .. }| UsedGlyph { id, text, code: remapper.remap(id), width: advance(id) })
            .collect();
        for (slot, glyph) in glyphs.iter().enumerate() {
            self.slots[usize::from(glyph.id)] = slot as u32;
        }
        Some(EmbeddedFace { resource: format!("T{index}"), slots: self.slots, glyphs, remapper, space })
    }

    /// Lets each glyph that only draws a part of a text stand for the character that it has in the face, so that readers which
    /// don't heed what the page says find letter and mark; every glyph must stand for something (ISO 19005-3, 6.2.11.7.2).
    fn name_parts(&mut self, face: &Face) {
        if self.glyphs.iter().all(|glyph| glyph.is_whole) {
            return;
        }
        let characters = face.characters();
        for glyph in self.glyphs.iter_mut().filter(|glyph| !glyph.is_whole) {
            let own = characters.binary_search_by_key(&glyph.id, |(id, _)| *id).ok().map(|at| characters[at].1);
            match own.filter(|ch| !matches!(ch, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)) {
                Some(own) => glyph.text = Arc::from(own.encode_utf8(&mut [0; 4]) as &str),
                None if glyph.text.is_empty() => glyph.text = Arc::from(PART),
                None => {}
            }
        }
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
