//! Makes the further copies of pages that are laid out once. Each copy has its own names, tags, fields and links.

use super::pen::Pen;
use crate::field::FieldName;
use crate::page::{Destination, Document, FieldId, FormField, Item, ItemKind, LinkTarget, OutlineEntry, Tag, TagId};
use crate::view::checklist::Copies;
use crate::view::labels::fill;

/// By how much the indexes of tags and fields grow in a further copy.
#[derive(Debug, Clone, Copy)]
struct Shift {
    /// Number of tags in the copies before, not counting the document's own tag, which all copies share.
    tags: u32,
    /// Number of fields in the copies before.
    fields: u32,
}

impl Shift {
    /// The tag in this copy that corresponds to one of the first copy.
    fn tag(self, id: TagId) -> TagId {
        if id == Pen::ROOT { id } else { TagId(id.0 + self.tags) }
    }

    /// The field in this copy that corresponds to one of the first copy.
    fn field(self, id: FieldId) -> FieldId {
        FieldId(id.0 + self.fields)
    }

    /// Gives an item the tag and the field that it has in this copy.
    fn item(self, item: &mut Item) {
        item.tag = item.tag.map(|tag| self.tag(tag));
        match &mut item.kind {
            ItemKind::Tick(tick) => tick.field = tick.field.map(|field| self.field(field)),
            ItemKind::Field(field) => *field = self.field(*field),
            ItemKind::Text(_) | ItemKind::Path(_) | ItemKind::Stamp(_) | ItemKind::Link(..) => {}
        }
    }
}

/// How much there is in one copy.
#[derive(Clone, Copy)]
pub(super) struct CopySize {
    /// Number of tags, with the document's own tag, which all copies share.
    pub(super) tags: usize,
    pub(super) fields: usize,
    pub(super) pages: usize,
}

/// A copy, numbered from 1.
#[derive(Clone, Copy)]
pub(super) struct Copy {
    number: u32,
    shift: Shift,
    pages: usize,
}

impl Copy {
    /// The copy of a number; each copy is of the same size.
    pub(super) const fn new(number: u32, each: CopySize) -> Self {
        let before = number - 1;
        let shift = Shift { tags: (each.tags as u32 - 1) * before, fields: each.fields as u32 * before };
        Self { number, shift, pages: each.pages }
    }

    /// How many copies stand before it.
    const fn before(self) -> u32 {
        self.number - 1
    }

    fn name(self, name: &str) -> String {
        if self.before() == 0 { name.to_owned() } else { format!("copy-{}.{name}", self.number) }
    }

    /// An item of the first copy as it stands in this one.
    pub(super) fn item(self, mut item: Item) -> Item {
        self.shift.item(&mut item);
        if let ItemKind::Link(_, LinkTarget::Inside(name)) = &mut item.kind {
            *name = self.name(name);
        }
        item
    }

    fn tags(self, tags: &[Tag]) -> impl Iterator<Item = Tag> {
        tags.iter()
            .skip(1)
            .map(move |tag| Tag { parent: tag.parent.map(|parent| self.shift.tag(parent)), ..tag.clone() })
    }

    fn fields(self, fields: &[FormField]) -> impl Iterator<Item = FormField> {
        fields.iter().map(move |field| FormField {
            name: FieldName { copy: self.number, ..field.name.clone() },
            page: field.page + self.pages * self.before() as usize,
            tag: self.shift.tag(field.tag),
            ..field.clone()
        })
    }

    fn destinations(self, destinations: &[Destination]) -> impl Iterator<Item = Destination> {
        destinations.iter().map(move |destination| Destination {
            name: self.name(&destination.name),
            page: destination.page + self.pages * self.before() as usize,
            y: destination.y,
        })
    }
}

/// The words on each page that say which copy it belongs to.
pub(super) fn numbered(label: &str, copy: u32, copies: Option<&Copies>) -> String {
    match copies {
        Some(copies) => fill(label, &[("copy", &copy.to_string()), ("copies", &copies.count.to_string())]),
        None => label.to_owned(),
    }
}

/// Adds to the document what the further copies have besides pages, which are in it already: tags, fields,
/// destinations, and one outline entry each.
pub(super) fn add(document: &mut Document, copies: Option<&Copies>) {
    let Some(copies) = copies.filter(|copies| copies.count > 1) else { return };
    let pages = document.pages.len() / copies.count as usize;
    let (tags, fields) = (document.tags.clone(), document.fields.clone());
    let (destinations, first) = (document.destinations.clone(), document.outline.first().cloned());
    let each = CopySize { tags: tags.len(), fields: fields.len(), pages };
    for number in 2..=copies.count {
        let copy = Copy::new(number, each);
        document.tags.extend(copy.tags(&tags));
        document.fields.extend(copy.fields(&fields));
        document.destinations.extend(copy.destinations(&destinations));
        document.outline.extend(first.iter().map(|first| OutlineEntry {
            title: numbered(&copies.label, number, Some(copies)),
            level: 0,
            destination: copy.name(&first.destination),
        }));
    }
}
