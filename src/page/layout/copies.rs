//! Further copies of pages that are laid out once: names, numbers of tags and fields, and links are each copy's own.

use crate::page::{Destination, Document, Field, FieldId, Item, Kind, OutlineEntry, Tag, TagId, Target};
use crate::view::checklist::Copies;
use crate::view::labels::fill;

use super::pen::Pen;

/// A copy, numbered from 1, and what one copy has.
#[derive(Clone, Copy)]
pub(super) struct Copy {
    number: u32,
    tags: u32,
    fields: u32,
    pages: usize,
}

impl Copy {
    /// A copy of so many tags, fields and pages. The document's own tag is all copies' alike.
    pub(super) const fn new(number: u32, (tags, fields, pages): (usize, usize, usize)) -> Self {
        Self { number, tags: tags as u32 - 1, fields: fields as u32, pages }
    }

    /// How many copies stand before it.
    const fn before(self) -> u32 {
        self.number - 1
    }

    fn name(self, name: &str) -> String {
        if self.before() == 0 { name.to_owned() } else { format!("copy-{}.{name}", self.number) }
    }

    fn tag(self, id: TagId) -> TagId {
        if id == Pen::ROOT { id } else { TagId(id.0 + self.tags * self.before()) }
    }

    fn field(self, id: FieldId) -> FieldId {
        FieldId(id.0 + self.fields * self.before())
    }

    /// An item of the first copy as it stands in this one.
    pub(super) fn item(self, mut item: Item) -> Item {
        item.tag = item.tag.map(|tag| self.tag(tag));
        match &mut item.kind {
            Kind::Tick(tick) => tick.field = tick.field.map(|field| self.field(field)),
            Kind::Field(field) => *field = self.field(*field),
            Kind::Link(_, Target::Inside(name)) => *name = self.name(name),
            Kind::Text(_) | Kind::Path(_) | Kind::Stamp(_) | Kind::Link(_, Target::Uri(_)) => {}
        }
        item
    }

    fn tags(self, tags: &[Tag]) -> impl Iterator<Item = Tag> {
        tags.iter().skip(1).map(move |tag| Tag { parent: tag.parent.map(|parent| self.tag(parent)), ..tag.clone() })
    }

    fn fields(self, fields: &[Field]) -> impl Iterator<Item = Field> {
        fields.iter().map(move |field| Field {
            name: self.name(&field.name),
            page: field.page + self.pages * self.before() as usize,
            tag: self.tag(field.tag),
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

/// What a page says of its copy: the label with its numbers.
pub(super) fn numbered(label: &str, copy: u32, copies: Option<&Copies>) -> String {
    match copies {
        Some(copies) => fill(label, &[("copy", &copy.to_string()), ("copies", &copies.count.to_string())]),
        None => label.to_owned(),
    }
}

/// Adds everything of the further copies but their pages, which are there already: their tags, fields, destinations,
/// and an entry for each in the outline.
pub(super) fn add(document: &mut Document, copies: Option<&Copies>) {
    let Some(copies) = copies.filter(|copies| copies.count > 1) else { return };
    let pages = document.pages.len() / copies.count as usize;
    let (tags, fields) = (document.tags.clone(), document.fields.clone());
    let (destinations, first) = (document.destinations.clone(), document.outline.first().cloned());
    for number in 2..=copies.count {
        let copy = Copy::new(number, (tags.len(), fields.len(), pages));
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
