//! One sheet, laid out as if it were alone, and how it joins the others.

use super::paginate::{Pages, Placed};
use super::pen::Pen;
use super::{LEFT, TooTall, Width, frame, groups};
use crate::geometry::Pt;
use crate::page::{Field, FieldId, Item, Kind, Role, Tag, TagId};
use crate::text::typeset::Typesetter;
use crate::view::checklist::Checklist;

/// A sheet on pages of its own: its pages, tags and fields are numbered as if there were no other sheet.
pub(super) struct Laid {
    placed: Placed,
    too_tall: Vec<TooTall>,
    /// The first is the document.
    tags: Vec<Tag>,
    fields: Vec<Field>,
    section: TagId,
    phase: TagId,
}

impl Laid {
    /// Lays a sheet out with a fresh pen, whose typesetter it gives back.
    pub fn new<'f>(
        mut pen: Pen<'f>,
        view: &Checklist,
        index: usize,
        body: (Pt, Pt),
        width: Width,
    ) -> (Self, Typesetter<'f>) {
        let section = pen.tag(Pen::ROOT, Role::Section);
        let phase = pen.tag(section, Role::Heading(2));
        let mut lists = Vec::new();
        let groups = groups(&mut pen, &mut lists, &view.sheets[index], section, width);
        let mut pages = Pages::new(body, LEFT);
        pages.sheet(&mut pen, &lists, view, index, groups);
        let (placed, too_tall) = pages.finish();
        let Pen { tags, fields, typesetter, .. } = pen;
        (Self { placed, too_tall, tags, fields, section, phase }, typesetter)
    }

    /// Puts it behind the sheets that are there already; gives what was too tall for a page.
    pub fn join(mut self, pen: &mut Pen, all: &mut Placed, spoken: &mut frame::Spoken) -> Vec<TooTall> {
        let shift = Shift { tags: pen.tags.len() as u32 - 1, fields: pen.fields.len() as u32 };
        let pages = all.bodies.len();
        spoken.sections.push(shift.tag(self.section));
        spoken.phases.push(shift.tag(self.phase));
        pen.tags.extend(self.tags.into_iter().skip(1).map(|mut tag| {
            tag.parent = tag.parent.map(|parent| shift.tag(parent));
            tag
        }));
        pen.fields.extend(self.fields.into_iter().map(|mut field| {
            field.page += pages;
            field.tag = shift.tag(field.tag);
            field
        }));
        for item in self.placed.bodies.iter_mut().flat_map(|body| &mut body.items) {
            shift.item(item);
        }
        for destination in &mut self.placed.destinations {
            destination.page += pages;
        }
        for pending in &mut self.placed.pending {
            pending.page += pages;
        }
        all.bodies.append(&mut self.placed.bodies);
        all.destinations.append(&mut self.placed.destinations);
        all.pending.append(&mut self.placed.pending);
        self.too_tall
    }
}

/// By how much numbers grow where tags and fields stand behind others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shift {
    /// Tags that stand before, the document left out: it is the same for all.
    pub tags: u32,
    /// Fields that stand before.
    pub fields: u32,
}

impl Shift {
    /// The same tag behind others.
    pub fn tag(self, id: TagId) -> TagId {
        if id == Pen::ROOT { id } else { TagId(id.0 + self.tags) }
    }

    /// The same field behind others.
    pub fn field(self, id: FieldId) -> FieldId {
        FieldId(id.0 + self.fields)
    }

    /// An item's tag and field behind others.
    pub fn item(self, item: &mut Item) {
        item.tag = item.tag.map(|tag| self.tag(tag));
        match &mut item.kind {
            Kind::Tick(tick) => tick.field = tick.field.map(|field| self.field(field)),
            Kind::Field(field) => *field = self.field(*field),
            Kind::Text(_) | Kind::Path(_) | Kind::Stamp(_) | Kind::Link(..) => {}
        }
    }
}
