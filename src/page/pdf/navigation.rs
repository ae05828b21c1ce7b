//! Writes the navigation of the document: links, outline, named destinations.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::element::Element;
use super::file::FileObjects;
use super::object::{Dictionary, Id, Object, array, dictionary, literal, name, points, text_string};
use super::structure::Structure;
use crate::geometry::Rect;
use crate::page::{Destination, Document, FieldId, LinkTarget};

/// What is active on a page.
pub(super) enum Annotation<'a> {
    /// A link.
    Link(Link<'a>),
    /// A field, where it can be filled in.
    Field(FieldId),
}

/// A link on a page.
pub(super) struct Link<'a> {
    /// Its area.
    pub rect: Rect,
    /// Where it leads.
    pub target: &'a LinkTarget,
    /// Its own element.
    pub element: Option<Element>,
}

/// The places of a document by name.
pub(super) struct Places<'a> {
    document: &'a Document,
    pages: &'a [Id],
    by_name: HashMap<&'a str, &'a Destination>,
    /// What the outline calls a place.
    titles: HashMap<&'a str, &'a str>,
}

impl<'a> Places<'a> {
    /// All places of a document; `pages` are the objects of its pages.
    ///
    /// # Errors
    ///
    /// Names a place that two destinations claim.
    pub(super) fn new(document: &'a Document, pages: &'a [Id]) -> Result<Self, String> {
        let mut by_name = HashMap::with_capacity(document.destinations.len());
        for destination in &document.destinations {
            if by_name.insert(destination.name.as_str(), destination).is_some() {
                return Err(format!("two places are called `{}`", destination.name));
            }
        }
        let titles = document.outline.iter().map(|entry| (entry.destination.as_str(), entry.title.as_str())).collect();
        Ok(Self { document, pages, by_name, titles })
    }

    /// The view of a place: its page and height, the zoom left as it is.
    fn find(&self, name: &str) -> Result<Object, String> {
        let destination = self.by_name.get(name).ok_or_else(|| format!("no page has the place `{name}`"))?;
        self.view(destination)
    }

    fn view(&self, destination: &Destination) -> Result<Object, String> {
        let place = self.pages.get(destination.page).zip(self.document.pages.get(destination.page));
        let (&id, page) = place.ok_or_else(|| format!("the page of the place `{}` is missing", destination.name))?;
        let top = points(page.height - destination.y);
        Ok(array([Object::Reference(id), name("XYZ"), Object::Null, top, Object::Null]))
    }
}

/// Adds a link to the file and to the tag tree; the page has to list what is returned.
pub(super) fn annotate(
    link: &Link<'_>,
    page: usize,
    places: &Places<'_>,
    structure: &mut Structure<'_>,
    file: &mut FileObjects,
) -> Result<Object, String> {
    let Rect { x, y, width, height } = link.rect;
    let top = places.document.pages.get(page).map_or(y, |page| page.height) - y;
    let (action, said) = match link.target {
        LinkTarget::Uri(uri) => (dictionary([("S", name("URI")), ("URI", literal(&encoded(uri)))]), &**uri),
        LinkTarget::Inside(place) => {
            let said = places.titles.get(place.as_str()).copied().unwrap_or(place);
            (dictionary([("S", name("GoTo")), ("D", places.find(place)?)]), said)
        }
    };
    let id = file.new_id();
    let mut area = Dictionary::new();
    area.set("Type", name("Annot"));
    area.set("Subtype", name("Link"));
    area.set("Rect", array([points(x), points(top - height), points(x + width), points(top)]));
    area.set("Border", array([0, 0, 0].map(Object::Integer)));
    // PDF/A requires that an annotation is printed. This one shows nothing.
    area.set("F", 4);
    area.set("Contents", text_string(said));
    area.set("A", action);
    if let Some(key) = link.element.and_then(|element| structure.annotation(element, page, id)) {
        area.set("StructParent", key);
    }
    file.set(id, area);
    Ok(Object::Reference(id))
}

/// An address as `/URI` takes it, in ASCII: what a URI can't hold is percent-encoded as UTF-8, in the host too (RFC 3987,
/// 3.1; RFC 3986, 3.2.2). What is encoded already stays. Brackets stand in a host alone, and one `#` begins the fragment.
fn encoded(address: &str) -> String {
    let bytes = address.as_bytes();
    let is_escape = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    let path = address.find("://").and_then(|host| Some(host + 3 + address[host + 3..].find(['/', '?', '#'])?));
    let path = path.unwrap_or(address.len());
    let fragment = address.find('#').unwrap_or(address.len());
    let mut encoded = String::new();
    for (at, &byte) in bytes.iter().enumerate() {
        let is_kept = match byte {
            b'%' => is_escape(at),
            b'[' | b']' => at < path,
            b'#' => at == fragment,
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte),
        };
        if is_kept {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// An entry of the outline while the tree is built.
#[derive(Default, Clone)]
struct OutlineNode {
    parent: Option<usize>,
    previous: Option<usize>,
    next: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
    children: i64,
}

/// Writes the outline, nested by level: sheets are open, everything below is closed. `None` when it is empty.
///
/// # Errors
///
/// Names the place that an entry leads to and no page has.
pub(super) fn outline(places: &Places<'_>, file: &mut FileObjects) -> Result<Option<Object>, String> {
    let outline = &places.document.outline;
    if outline.is_empty() {
        return Ok(None);
    }
    let mut entries = vec![OutlineNode::default(); outline.len()];
    // The path from the top to the latest entry, and the latest entry at the top.
    let mut above: Vec<usize> = Vec::new();
    let mut top: Option<usize> = None;
    for (index, entry) in outline.iter().enumerate() {
        while above.last().is_some_and(|&above| outline[above].level >= entry.level) {
            above.pop();
        }
        let parent = above.last().copied();
        let previous = match parent {
            Some(parent) => {
                entries[parent].children += 1;
                entries[parent].first.get_or_insert(index);
                entries[parent].last.replace(index)
            }
            None => top.replace(index),
        };
        if let Some(previous) = previous {
            entries[previous].next = Some(index);
        }
        (entries[index].parent, entries[index].previous) = (parent, previous);
        above.push(index);
    }
    let root = file.new_id();
    let first = file.new_ids(entries.len());
    let id = |index: usize| Id(first.0 + index as u32);
    let reference = |index: usize| Object::Reference(id(index));
    let mut visible = 0;
    for (index, (entry, words)) in entries.iter().zip(outline).enumerate() {
        let mut item = Dictionary::new();
        item.set("Title", text_string(&words.title));
        item.set("Parent", entry.parent.map_or(Object::Reference(root), reference));
        let ways = [("Prev", entry.previous), ("Next", entry.next), ("First", entry.first), ("Last", entry.last)];
        for (key, way) in ways {
            if let Some(way) = way {
                item.set(key, reference(way));
            }
        }
        if entry.parent.is_none() {
            visible += 1 + entry.children;
        }
        if entry.children > 0 {
            item.set("Count", if entry.parent.is_none() { entry.children } else { -entry.children });
        }
        item.set("Dest", places.find(&words.destination)?);
        file.set(id(index), item);
    }
    let mut outlines = Dictionary::new();
    outlines.set("Type", name("Outlines"));
    outlines.set("First", reference(0));
    outlines.set("Last", reference(top.unwrap_or(0)));
    outlines.set("Count", visible);
    file.set(root, outlines);
    Ok(Some(Object::Reference(root)))
}

/// The named places, for links from elsewhere. `None` when there are none.
///
/// # Errors
///
/// Names the place whose page is missing.
pub(super) fn destinations(places: &Places<'_>, file: &mut FileObjects) -> Result<Option<Object>, String> {
    let mut sorted: Vec<&Destination> = places.document.destinations.iter().collect();
    if sorted.is_empty() {
        return Ok(None);
    }
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut names = Vec::with_capacity(sorted.len() * 2);
    for destination in sorted {
        names.push(literal(&destination.name));
        names.push(places.view(destination)?);
    }
    Ok(Some(Object::Reference(file.add(dictionary([("Names", Object::Array(names))])))))
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn addresses_are_ascii() {
        for (address, expected) in [
            ("https://x.org/a?b=1&c=(2)#d", "https://x.org/a?b=1&c=(2)#d"),
            ("https://x.org/页 1", "https://x.org/%E9%A1%B5%201"),
            ("https://数据.example/é", "https://%E6%95%B0%E6%8D%AE.example/%C3%A9"),
            ("https://x.org/%E9%A1%b5", "https://x.org/%E9%A1%b5"),
            ("https://x.org/100%", "https://x.org/100%25"),
            ("https://x.org/%é1%4", "https://x.org/%25%C3%A91%254"),
            ("https://x.org/a[1]#b#c[2]", "https://x.org/a%5B1%5D#b%23c%5B2%5D"),
            ("http://[::1]/{a}|\"<b>\\^`", "http://[::1]/%7Ba%7D%7C%22%3Cb%3E%5C%5E%60"),
        ] {
            assert_eq!(encoded(address), expected);
        }
    }
}
