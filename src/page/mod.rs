//! Pages of items at fixed positions, laid out from a view. The back ends (PDF, SVG, text dump) write these items
//! without moving them.

mod decimal;
#[cfg(any(test, feature = "internals"))]
pub mod dump;
pub mod layout;
pub mod pdf;
pub mod svg;

use std::sync::Arc;

use crate::diagnostic::Span;
use crate::field::FieldName;
use crate::geometry::{Pt, Rect, TextItem};
use crate::text::Lang;

/// Index of a tag in [`Document::tags`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagId(pub u32);

/// Index of a field in [`Document::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// A laid-out document with everything that a back end needs.
#[derive(Debug, Clone)]
pub struct Document {
    /// Title that a viewer shows in its title bar.
    pub title: String,
    /// Language of the document.
    pub lang: Lang,
    /// Creation date as `YYYY-MM-DDTHH:MM:SS±HH:MM`; `None` when the release doesn't say.
    pub date: Option<String>,
    /// The pages, in order.
    pub pages: Vec<Page>,
    /// The tag tree for people who hear the document read. A parent stands before its children; the first tag is the
    /// document itself.
    pub tags: Vec<Tag>,
    /// Table of contents for the reader's side bar.
    pub outline: Vec<OutlineEntry>,
    /// Places that can be linked to.
    pub destinations: Vec<Destination>,
    /// Where each step, item, heading, notice and paragraph of the flow stands on the pages of the first copy.
    #[cfg_attr(not(feature = "internals"), expect(dead_code, reason = "the tests read it, and previews will"))]
    pub places: Vec<SourcePlace>,
    /// Fields to tick, write on or sign.
    pub fields: Vec<FormField>,
    /// Files attached to the document.
    pub attachments: Vec<Attachment>,
    /// Whether the document can also be filled in on a screen.
    pub fillable: bool,
    /// Number of copies in the document; each has its pages numbered from 1.
    pub copies: u32,
    /// What stands before each page's number.
    pub page_prefix: &'static str,
}

/// A file attached to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// File name, in ASCII; no two attachments have the same.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Description for people.
    pub description: String,
    /// How the file is related to the document.
    pub relation: AttachmentRelation,
    /// Contents of the file.
    pub bytes: Vec<u8>,
}

/// How an attachment is related to its document (PDF 2.0, 7.11.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentRelation {
    /// What the document was made from.
    Source,
    /// The same content in another form.
    Alternative,
}

/// One page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Width.
    pub width: Pt,
    /// Height.
    pub height: Pt,
    /// In painting and reading order: the running head, the body, the running foot.
    pub items: Vec<Item>,
    /// Number of items, from the first on, that make up the running head.
    pub head: usize,
    /// Index of the first item of the running foot.
    pub foot: usize,
}

/// Something at a fixed position.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Tag that the item belongs to; `None` for an artifact (rule, bar, header, footer).
    pub tag: Option<TagId>,
    /// What it is.
    pub kind: ItemKind,
}

/// The kinds of item.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    /// Glyphs on one base line.
    Text(TextItem),
    /// Lines and areas.
    Path(Path),
    /// A drawing that is shared by many pages.
    Stamp(Stamp),
    /// A box to tick.
    Tick(Tick),
    /// A rectangle that links to a target. It follows the texts that it covers and has their tag.
    Link(Rect, LinkTarget),
    /// A field to write on, drawn as a line.
    Field(FieldId),
}

/// Lines and areas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The segments of the outline, in order.
    pub segments: Vec<PathSegment>,
    /// How the outline is drawn; `None` when it isn't.
    pub stroke: Option<Stroke>,
    /// Gray of the filling, 0 black … 255 white; `None` when the area isn't filled.
    pub fill: Option<u8>,
    /// Whether the filling has holes where outlines overlap, whatever their direction.
    pub even_odd: bool,
}

/// Lines and areas that many pages show; the file holds them once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// How far it is moved to the right.
    pub x: Pt,
    /// How far it is moved down.
    pub y: Pt,
    /// What is drawn.
    pub path: Arc<Path>,
}

/// A part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathSegment {
    /// Begins a line at a point.
    Move(Pt, Pt),
    /// A straight line to a point.
    Line(Pt, Pt),
    /// A cubic curve: two control points and the end.
    Curve(Pt, Pt, Pt, Pt, Pt, Pt),
    /// A straight line back to where the line began.
    Close,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stroke {
    /// Width.
    pub width: Pt,
    /// 0 black … 255 white.
    pub gray: u8,
    /// Whether ends are round.
    pub round: bool,
}

impl Path {
    /// Moves the item right and down.
    pub fn shift(&mut self, dx: Pt, dy: Pt) {
        for segment in &mut self.segments {
            match segment {
                PathSegment::Move(x, y) | PathSegment::Line(x, y) => {
                    *x += dx;
                    *y += dy;
                }
                PathSegment::Curve(x1, y1, x2, y2, x3, y3) => {
                    for x in [x1, x2, x3] {
                        *x += dx;
                    }
                    for y in [y1, y2, y3] {
                        *y += dy;
                    }
                }
                PathSegment::Close => {}
            }
        }
    }
}

impl Stamp {
    /// The path at the place where the stamp is drawn.
    #[must_use]
    pub fn placed(&self) -> Path {
        let mut path = Path::clone(&self.path);
        path.shift(self.x, self.y);
        path
    }
}

impl Stroke {
    /// The line of a change bar. A change bar differs from the bar of an atomic block by its side and its width.
    pub const CHANGE: Self = Self::plain(Pt(2_200), 0);

    /// A full line with straight ends.
    #[must_use]
    pub const fn plain(width: Pt, gray: u8) -> Self {
        Self { width, gray, round: false }
    }
}

/// A box to tick.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Outline of the box.
    pub rect: Rect,
    /// Whether the box is struck out, so that nobody ticks it.
    pub struck: bool,
    /// Field of the box; `None` when it is struck out.
    pub field: Option<FieldId>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// A [`Destination`] by name.
    Inside(String),
    /// An address.
    Uri(String),
}

/// A place that can be linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Unique name, such as `step-R1`.
    pub name: String,
    /// Index of the page.
    pub page: usize,
    /// From the top of the page.
    pub y: Pt,
}

/// Where something that the author wrote stands on paper. Something that reaches over several pages has one place on
/// each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourcePlace {
    /// Place in the flow file.
    pub span: Span,
    /// Index of the page.
    pub page: usize,
    /// The area that it takes on the page, between the margins.
    pub rect: Rect,
}

/// An entry of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineEntry {
    /// Words of the entry.
    pub title: String,
    /// 0 for a sheet, 1 for a block, 2 for a step.
    pub level: u8,
    /// Name of the destination that it leads to.
    pub destination: String,
}

/// A tag: what an item is to somebody who hears the page read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Kind of tag.
    pub role: TagRole,
    /// Parent tag; `None` for the document itself.
    pub parent: Option<TagId>,
    /// Alternative text, read in place of what is drawn.
    pub alt: Option<String>,
}

/// The kinds of tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagRole {
    /// The whole document.
    Document,
    /// A sheet or a block.
    Section,
    /// A heading of a level from 1.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// A caution, a warning or a note.
    Note,
    /// A table.
    Table,
    /// A row.
    TableRow,
    /// A cell that heads a column.
    TableHeader,
    /// A cell that heads a row.
    RowHeader,
    /// A cell.
    TableCell,
    /// A cell that spans so many columns.
    WideCell(u8),
    /// A list.
    List,
    /// An item of a list.
    ListItem,
    /// The mark or number of an item.
    ListLabel,
    /// What an item says.
    ListBody,
    /// What is quoted.
    Quote,
    /// A drawing with a text alternative.
    Figure,
    /// Text that counts character by character, such as a command.
    Code,
    /// A field to fill in.
    Form,
}

/// A field to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    /// Name of the field, with its copy. Fields of the same name are filled in together.
    pub name: FieldName,
    /// What to fill in, in full words.
    pub tooltip: String,
    /// Kind of field.
    pub kind: FieldKind,
    /// Index of its page.
    pub page: usize,
    /// Area of the field on its page.
    pub rect: Rect,
    /// What it belongs to.
    pub tag: TagId,
}

/// The kinds of field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A box to tick.
    Tick,
    /// A line to write on.
    Line,
    /// A signature.
    Signature,
}
