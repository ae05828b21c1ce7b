//! Pages of items at fixed positions, made from a view. The back ends (PDF, SVG, a text dump) only write them down.

mod decimal;
#[cfg(any(test, feature = "internals"))]
pub mod dump;
pub mod layout;
pub mod pdf;
pub mod svg;

use std::sync::Arc;

use crate::diagnostic::Span;
use crate::field::Name;
use crate::geometry::{Pt, Rect, TextItem};
use crate::text::Lang;

/// Index of a tag in [`Document::tags`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagId(pub u32);

/// Index of a field in [`Document::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// A laid-out document: all that a back end needs.
#[derive(Debug, Clone)]
pub struct Document {
    /// Shown in the title bar.
    pub title: String,
    /// Language of everything without one of its own.
    pub lang: Lang,
    /// Creation date as `YYYY-MM-DDTHH:MM:SS±HH:MM`; `None` when the release doesn't say.
    pub date: Option<String>,
    /// In order.
    pub pages: Vec<Page>,
    /// What every item belongs to; a parent stands before its children. The first is the document itself.
    pub tags: Vec<Tag>,
    /// Table of contents for the reader's side bar.
    pub outline: Vec<OutlineEntry>,
    /// Places that can be linked to.
    pub destinations: Vec<Destination>,
    /// Where what an author wrote stands: every step, item, heading, notice and paragraph, on the pages of the first copy.
    #[cfg_attr(not(feature = "internals"), expect(dead_code, reason = "the tests read it, and previews will"))]
    pub places: Vec<SourcePlace>,
    /// What is to be filled in.
    pub fields: Vec<FormField>,
    /// Files that go along inside it.
    pub attachments: Vec<Attachment>,
    /// Whether it can be filled in on a screen, too.
    pub fillable: bool,
    /// How many copies follow one another, each with pages numbered from 1.
    pub copies: u32,
}

/// A file inside a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name: ASCII, and of no other attachment.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// What it is, for people.
    pub description: String,
    /// What it is to the document.
    pub relation: Relation,
    /// The file itself.
    pub bytes: Vec<u8>,
}

/// What an attachment is to its document (PDF 2.0, 7.11.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// What the document was made from.
    Source,
    /// The same in another form.
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
    /// How many of the items are the running head.
    pub head: usize,
    /// Index of the first item of the running foot.
    pub foot: usize,
}

/// Something at a fixed position.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it belongs to; `None` for an artifact (rule, bar, header, footer).
    pub tag: Option<TagId>,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of item: few.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Glyphs on one base line.
    Text(TextItem),
    /// Lines and areas.
    Path(Path),
    /// A drawing that stands on many pages.
    Stamp(Stamp),
    /// A box to tick.
    Tick(Tick),
    /// A rectangle that leads somewhere; it follows the texts that it covers and has their tag.
    Link(Rect, Target),
    /// A place to write on; drawn as a line.
    Field(FieldId),
}

/// Lines and areas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The way of the pen.
    pub segments: Vec<Segment>,
    /// Line, when it is drawn.
    pub stroke: Option<Stroke>,
    /// 0 black … 255 white, when it is filled.
    pub fill: Option<u8>,
}

/// Lines and areas that stand on many pages: a file holds them once.
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
pub enum Segment {
    /// Begin here.
    Move(Pt, Pt),
    /// Straight to here.
    Line(Pt, Pt),
    /// A cubic curve: two control points and the end.
    Curve(Pt, Pt, Pt, Pt, Pt, Pt),
    /// Back to the beginning.
    Close,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stroke {
    /// Width.
    pub width: Pt,
    /// 0 black … 255 white.
    pub gray: u8,
    /// Length of dash and gap; `None` for a full line.
    pub dash: Option<(Pt, Pt)>,
    /// Round ends: with a dash of no length, dots.
    pub round: bool,
}

impl Path {
    /// Moves it right and down.
    pub fn shift(&mut self, dx: Pt, dy: Pt) {
        for segment in &mut self.segments {
            match segment {
                Segment::Move(x, y) | Segment::Line(x, y) => {
                    *x += dx;
                    *y += dy;
                }
                Segment::Curve(x1, y1, x2, y2, x3, y3) => {
                    for x in [x1, x2, x3] {
                        *x += dx;
                    }
                    for y in [y1, y2, y3] {
                        *y += dy;
                    }
                }
                Segment::Close => {}
            }
        }
    }
}

impl Stamp {
    /// The path where it is drawn.
    #[must_use]
    pub fn placed(&self) -> Path {
        let mut path = Path::clone(&self.path);
        path.shift(self.x, self.y);
        path
    }
}

impl Stroke {
    /// A change bar. It differs from the bar of an atomic block by its side and its width.
    pub const CHANGE: Self = Self::plain(Pt(2_200), 0);

    /// A full line with straight ends.
    #[must_use]
    pub const fn plain(width: Pt, gray: u8) -> Self {
        Self { width, gray, dash: None, round: false }
    }
}

/// A box to tick.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Its outline.
    pub rect: Rect,
    /// Struck out: nobody ticks it.
    pub struck: bool,
    /// Its field; `None` when struck.
    pub field: Option<FieldId>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
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

/// Where something that an author wrote stands on paper. What goes on on a further page has a place on each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourcePlace {
    /// Where it is written.
    pub span: Span,
    /// Index of the page.
    pub page: usize,
    /// The part of the page that it takes, between the margins.
    pub rect: Rect,
}

/// An entry of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineEntry {
    /// What it says.
    pub title: String,
    /// 0 for a sheet, 1 for a block, 2 for a step.
    pub level: u8,
    /// Name of its destination.
    pub destination: String,
}

/// What an item is to somebody who hears the page read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its kind.
    pub role: Role,
    /// What holds it; `None` for the document.
    pub parent: Option<TagId>,
    /// Said in place of what is drawn.
    pub alt: Option<String>,
}

/// The kinds of tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The whole.
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
    /// A cell over so many columns.
    WideCell(u8),
    /// A drawing with a text alternative.
    Figure,
    /// Exact text.
    Code,
    /// Something to fill in.
    Form,
}

/// Something to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    /// Which field of which copy: no other has the same name, unless it is filled in together with it.
    pub name: Name,
    /// What to fill in, said in full.
    pub tooltip: String,
    /// Tick or writing.
    pub kind: FieldKind,
    /// Index of its page.
    pub page: usize,
    /// Where.
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
