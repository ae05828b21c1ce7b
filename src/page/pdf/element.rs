//! How the items of a page are marked: as content of a structure element, or as an artifact (ISO 32000-1, 14.7 and 14.8).

use crate::geometry::{Pt, Rect};
use crate::page::{Document, Item, ItemKind, Page, Path, PathSegment, TagId, TagRole};

/// An element of the tag tree: that of a tag, or that of a link by its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// Of a tag.
    Tag(TagId),
    /// Of a link.
    Link(u32),
}

/// How an item is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marked {
    /// As content of an element.
    Element(Element),
    /// As an artifact, with the properties that say of which kind.
    Artifact(&'static str),
}

impl Marked {
    /// The element that it is content of.
    pub(super) const fn element(self) -> Option<Element> {
        match self {
            Self::Element(element) => Some(element),
            Self::Artifact(_) => None,
        }
    }
}

/// Decides how each item of a page is marked. Each link has an element of its own under its tag, which holds the link
/// and the words that it covers. `link` takes that tag and returns the element.
pub(super) fn mark_items(
    document: &Document,
    page: &Page,
    mut link: impl FnMut(TagId) -> Element,
    all_marked: &mut Vec<Marked>,
) {
    all_marked.clear();
    for (index, item) in page.items.iter().enumerate() {
        let Some(tag) = tag(document, page, index, item) else {
            all_marked.push(Marked::Artifact(artifact(page, index, &item.kind)));
            continue;
        };
        let mut marked = Marked::Element(Element::Tag(tag));
        if let ItemKind::Link(rect, _) = &item.kind {
            let parent = marked;
            marked = Marked::Element(link(tag));
            // The words of a link stand right before it.
            for (covered, before) in all_marked.iter_mut().zip(&page.items).rev() {
                if *covered != parent || !covers(*rect, before) {
                    break;
                }
                *covered = marked;
            }
        }
        all_marked.push(marked);
    }
}

fn covers(rect: Rect, item: &Item) -> bool {
    let ItemKind::Text(text) = &item.kind else { return false };
    rect.x <= text.x && text.x < rect.x + rect.width && rect.y <= text.y && text.y <= rect.y + rect.height
}

/// The tag that an item is content or link of; `None` for an artifact and for what isn't written at all.
pub(super) fn tag(document: &Document, page: &Page, index: usize, item: &Item) -> Option<TagId> {
    let tag = item.tag?;
    let role = document.tags.get(tag.0 as usize)?.role;
    // The element of a form holds its field and nothing else (ISO 14289-1, 7.18.4). What is drawn below the field is
    // an artifact, as are the lines in head and foot.
    let paper = role == TagRole::Form && (document.fillable || framed(page, index));
    (!paper && !matches!(item.kind, ItemKind::Field(_))).then_some(tag)
}

/// True in the running head and foot.
fn framed(page: &Page, index: usize) -> bool {
    index < page.head || index >= page.foot
}

/// Properties of an artifact (ISO 32000-1, 14.8.2.2): what repeats on every page, or what is only drawn.
fn artifact(page: &Page, index: usize, kind: &ItemKind) -> &'static str {
    match kind {
        _ if index < page.head => "/Type/Pagination/Subtype/Header",
        _ if index >= page.foot => "/Type/Pagination/Subtype/Footer",
        ItemKind::Text(_) => "/Type/Pagination",
        _ => "/Type/Layout",
    }
}

/// The area that an item covers. That of a text reaches from the height of capitals to the descenders.
pub(super) fn area(kind: &ItemKind) -> Rect {
    match kind {
        ItemKind::Text(text) => {
            Rect { x: text.x, y: text.y - text.size, width: text.width(), height: text.size + text.size / 4 }
        }
        ItemKind::Path(path) => outline(path),
        ItemKind::Stamp(stamp) => {
            let area = outline(&stamp.path);
            Rect { x: area.x + stamp.x, y: area.y + stamp.y, ..area }
        }
        ItemKind::Tick(tick) => tick.rect,
        ItemKind::Link(rect, _) => *rect,
        ItemKind::Field(_) => Rect { x: Pt::ZERO, y: Pt::ZERO, width: Pt::ZERO, height: Pt::ZERO },
    }
}

/// The area that the points of a path cover.
pub(super) fn outline(path: &Path) -> Rect {
    let points = path.segments.iter().filter_map(|segment| match *segment {
        PathSegment::Move(x, y) | PathSegment::Line(x, y) | PathSegment::Curve(.., x, y) => Some((x, y)),
        PathSegment::Close => None,
    });
    let [mut left, mut top] = [Pt(i32::MAX); 2];
    let [mut right, mut bottom] = [Pt(i32::MIN); 2];
    for (x, y) in points {
        (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
    }
    if left > right {
        return Rect { x: Pt::ZERO, y: Pt::ZERO, width: Pt::ZERO, height: Pt::ZERO };
    }
    Rect { x: left, y: top, width: right - left, height: bottom - top }
}
