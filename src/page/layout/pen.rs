//! The pen, with which every part of the layout draws. It sets texts and creates tags and fields.

use std::sync::Arc;

use crate::field::{Field, FieldName};
use crate::geometry::{Pt, Rect};
use crate::page::{FieldId, FieldKind, FormField, ItemKind, Path, Tag, TagId, TagRole, Tick};
use crate::text::typeset::{Paragraph, Setting, Typesetter};
use crate::text::{Content, Lang, Text};

use super::strip::{Blank, Strip, line};
use super::theme::{RowDensity, Theme};

/// The state of a layout. Its tags and fields grow as parts are drawn.
pub(super) struct Pen<'t, 'f> {
    /// Sets the texts.
    typesetter: &'t mut Typesetter<'f>,
    /// The look of the list.
    pub theme: &'t Theme,
    /// The document's language.
    pub lang: Lang,
    /// Width between the margins.
    pub content_width: Pt,
    /// The QR code that leads to the runbook, drawn once for all pages.
    pub code: Option<Arc<Path>>,
    /// The logo in the head, and its width.
    pub logo: Option<(Vec<Arc<Path>>, Pt)>,
    /// How closely the rows of steps are set.
    pub rows: RowDensity,
    /// Height between head and foot of a page, once these are measured.
    pub page_height: Pt,
    /// Every tag so far; the first one is the document.
    pub tags: Vec<Tag>,
    /// Every field so far. Its rectangle is relative to its strip until the strip is placed.
    pub fields: Vec<FormField>,
}

impl<'t, 'f> Pen<'t, 'f> {
    /// A pen for one document.
    pub fn new(typesetter: &'t mut Typesetter<'f>, theme: &'t Theme, lang: Lang) -> Self {
        let document = Tag { role: TagRole::Document, parent: None, alt: None };
        Self {
            typesetter,
            theme,
            lang,
            content_width: theme.content_width(),
            code: None,
            logo: None,
            rows: theme.steps.densities[0],
            page_height: Pt::ZERO,
            tags: vec![document],
            fields: Vec::new(),
        }
    }

    /// The document's own tag.
    pub const ROOT: TagId = TagId(0);

    /// Creates a tag under another one.
    pub fn tag(&mut self, parent: TagId, role: TagRole) -> TagId {
        let id = TagId(self.tags.len() as u32);
        self.tags.push(Tag { role, parent: Some(parent), alt: None });
        id
    }

    /// Creates a tag for what is copied and read aloud as these characters, however it is set.
    pub fn copied(&mut self, parent: TagId, characters: String) -> TagId {
        let id = self.tag(parent, TagRole::Code);
        self.tags[id.0 as usize].alt = Some(characters);
        id
    }

    /// Sets a text in lines of a width.
    pub fn lay(&mut self, text: &Text, setting: Setting, width: Pt) -> Arc<Paragraph> {
        self.typesetter.paragraph(&text.written_out(), &setting, width)
    }

    /// Width of a text on one line.
    pub fn width(&mut self, text: &Text, setting: Setting) -> Pt {
        self.typesetter.width(&text.written_out(), &setting)
    }

    fn field(&mut self, strip: &mut Strip, kind: FieldKind, rect: Rect, input: FieldInput) -> (TagId, FieldId) {
        let tag = self.tag(input.tag, TagRole::Form);
        let id = FieldId(self.fields.len() as u32);
        let name = FieldName { copy: 1, field: input.field };
        // A field must have a description.
        let tooltip = if input.told.is_empty() { name.to_string() } else { input.told };
        self.fields.push(FormField { name, tooltip, kind, page: 0, rect, tag });
        strip.fields.push(id);
        (tag, id)
    }

    /// Draws the fields of the gaps in a strip's texts.
    pub fn blanks(&mut self, strip: &mut Strip, parent: TagId) {
        for blank in std::mem::take(&mut strip.blanks) {
            self.blank(strip, blank, parent);
        }
    }

    /// Draws the field of a gap in a strip's texts. A gap without a field is only printed.
    pub fn blank(&mut self, strip: &mut Strip, blank: Blank, parent: TagId) {
        let Some(field) = blank.field else { return };
        let step = strip.step.clone().unwrap_or_default();
        let input = FieldInput { field, told: told(&[&step, &blank.words]), tag: blank.tag.unwrap_or(parent) };
        self.room(strip, blank.rect, input);
    }

    /// Moves the fields of a strip to their page, and right and down to their place there.
    pub fn stand(&mut self, strip: &Strip, page: usize, (dx, dy): (Pt, Pt)) {
        for id in &strip.fields {
            if let Some(field) = self.fields.get_mut(id.0 as usize) {
                field.page = page;
                field.rect.x += dx;
                field.rect.y += dy;
            }
        }
    }

    /// A field to write on, for which no line is drawn.
    pub fn room(&mut self, strip: &mut Strip, rect: Rect, input: FieldInput) {
        let kind = if input.field.is_signature() { FieldKind::Signature } else { FieldKind::Line };
        let (tag, field) = self.field(strip, kind, rect, input);
        strip.push(Some(tag), ItemKind::Field(field));
    }

    /// A box to tick, centred on a point.
    pub fn tick(&mut self, strip: &mut Strip, center: (Pt, Pt), side: Pt, input: FieldInput) {
        let rect = square(center, side);
        let (tag, field) = self.field(strip, FieldKind::Tick, rect, input);
        strip.push(Some(tag), ItemKind::Tick(Tick { rect, struck: false, field: Some(field) }));
    }

    /// A box that nobody ticks.
    pub fn struck(strip: &mut Strip, center: (Pt, Pt), side: Pt) {
        strip.push(None, ItemKind::Tick(Tick { rect: square(center, side), struck: true, field: None }));
    }

    /// A line to write or to sign on.
    pub fn write_line(&mut self, strip: &mut Strip, writing: Writing, kind: FieldKind, input: FieldInput) {
        let Writing { left, right, base, height } = writing;
        let rect = Rect { x: left, y: base - height, width: right - left, height };
        let (tag, field) = self.field(strip, kind, rect, input);
        strip.push(Some(tag), line(left, base, right, base, self.theme.line.write));
        strip.push(Some(tag), ItemKind::Field(field));
    }
}

/// The identity and the description of a field that is drawn.
pub(super) struct FieldInput {
    /// Which field it is.
    pub field: Field,
    /// What is to be filled in, in words for a reader.
    pub told: String,
    /// Tag of what it belongs to.
    pub tag: TagId,
}

/// A line to write on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writing {
    /// Its left end.
    pub left: Pt,
    /// Its right end.
    pub right: Pt,
    /// Height at which it stands.
    pub base: Pt,
    /// Room above it.
    pub height: Pt,
}

/// The description of a field for a reader: its headings from the outside in, then its own label. Empty parts are left out.
pub(super) fn told(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join(" · ").replace('\n', " ")
}

/// What stands before and behind the name of a destination whose page isn't known yet: a character that no text has.
const PAGE: char = '\u{fdd0}';

/// The characters of a text, in which [`fill_in_pages`] can put the numbers of pages.
pub(super) fn with_pages(text: &Text) -> String {
    let mut text = text.clone();
    for run in &mut text.runs {
        if let Content::PageOf(destination) = &run.content {
            run.content = Content::Chars(format!("{PAGE}{destination}{PAGE}"));
        }
    }
    text.to_plain()
}

/// Puts the numbers of pages into words that [`with_pages`] made.
pub(super) fn fill_in_pages(words: &mut String, page: impl Fn(&str) -> String) {
    if words.contains(PAGE) {
        let parts = words.split(PAGE).enumerate();
        *words = parts.map(|(n, part)| if n % 2 == 1 { page(part) } else { part.to_owned() }).collect();
    }
}

fn square(center: (Pt, Pt), side: Pt) -> Rect {
    Rect { x: center.0 - side / 2, y: center.1 - side / 2, width: side, height: side }
}
