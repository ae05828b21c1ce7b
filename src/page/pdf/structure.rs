//! Writes the tag tree, for people who hear the page read.

use std::collections::HashMap;
use std::io::Write as _;

use super::element::{self, Element};
use super::file::FileObjects;
use super::object::{Id, Object, write_number, write_reference, write_text};
use crate::geometry::{Pt, Rect};
use crate::page::{Document, FieldKind, FormField, Tag, TagId, TagRole};

/// What a tag holds, in reading order.
#[derive(Clone, Copy)]
enum Kid {
    Tag(u32),
    Link(u32),
    Content { page: u32, mcid: u32 },
    Annotation { page: u32, id: Id },
}

/// A link's element: its words and its area.
struct LinkElement {
    /// The tag that it stands in.
    parent: u32,
    attached: bool,
    kids: Vec<Kid>,
}

/// The tree while pages are written.
pub(super) struct Structure<'a> {
    document: &'a Document,
    tags: &'a [Tag],
    /// Object number of the first tag's element; the others follow. Known at the end.
    first: Id,
    /// Object number of the first link's element.
    first_link: Id,
    kids: Vec<Vec<Kid>>,
    links: Vec<LinkElement>,
    children: Vec<Vec<u32>>,
    /// For each tag, whether content of it stands on a page.
    used: Vec<bool>,
    attached: Vec<bool>,
    /// For each tag, how many of its children have been looked at for empty ones.
    passed: Vec<u32>,
    /// For each tag, its place among its parent's children.
    place: Vec<u32>,
    /// Where each figure stands.
    areas: HashMap<u32, Rect>,
    /// For each page, the element of each marked content.
    contents: Vec<Vec<Element>>,
    /// The element of each annotation, in order of its key in the parent tree.
    annotations: Vec<Element>,
}

/// The tree as one page sees it.
pub(super) struct PageStructure<'s, 'a> {
    structure: &'s mut Structure<'a>,
    page: usize,
}

/// A sequence of marked content.
pub(super) struct ContentMark {
    /// Its number on the page.
    pub mcid: u32,
    /// Its structure type.
    pub role: &'static str,
    /// True for the first of its tag.
    pub first: bool,
}

impl PageStructure<'_, '_> {
    /// The next marked content belongs to this element; `None` makes it an artifact.
    pub(super) fn mark(&mut self, element: Element) -> Option<ContentMark> {
        let structure = &mut *self.structure;
        let role = match element {
            Element::Tag(tag) => role(structure.tags.get(tag.0 as usize)?.role),
            Element::Link(_) => "Link",
        };
        structure.attach_element(element);
        let contents = structure.contents.get_mut(self.page)?;
        let mcid = contents.len() as u32;
        contents.push(element);
        let kids = structure.kids_of(element)?;
        let first = kids.is_empty();
        kids.push(Kid::Content { page: self.page as u32, mcid });
        Some(ContentMark { mcid, role, first })
    }

    /// Puts an element at this place of the reading order; its content follows later.
    pub(super) fn reach(&mut self, element: Element) {
        self.structure.attach_element(element);
    }

    /// A new element for a link that stands in a tag.
    pub(super) fn link(&mut self, parent: TagId) -> Element {
        let links = &mut self.structure.links;
        links.push(LinkElement { parent: parent.0, attached: false, kids: Vec::new() });
        Element::Link(links.len() as u32 - 1)
    }

    /// Extends the area of a figure by this one.
    pub(super) fn stands(&mut self, tag: TagId, area: Rect) {
        let known = self.structure.areas.entry(tag.0).or_insert(area);
        let (left, top) = (known.x.min(area.x), known.y.min(area.y));
        let right = (known.x + known.width).max(area.x + area.width);
        let bottom = (known.y + known.height).max(area.y + area.height);
        *known = Rect { x: left, y: top, width: right - left, height: bottom - top };
    }
}

impl<'a> Structure<'a> {
    /// An empty tree.
    pub(super) fn new(document: &'a Document) -> Self {
        let tags = &document.tags[..];
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); tags.len()];
        let mut place = vec![0; tags.len()];
        for index in 1..tags.len() {
            let siblings = &mut children[parent(tags, index)];
            place[index] = siblings.len() as u32;
            siblings.push(index as u32);
        }
        Self {
            document,
            tags,
            first: Id(0),
            first_link: Id(0),
            kids: vec![Vec::new(); tags.len()],
            links: Vec::new(),
            children,
            used: used(document),
            attached: vec![false; tags.len()],
            passed: vec![0; tags.len()],
            place,
            areas: HashMap::new(),
            contents: vec![Vec::new(); document.pages.len()],
            annotations: Vec::new(),
        }
    }

    /// True when there is a tree at all.
    pub(super) fn is_used(&self) -> bool {
        !self.tags.is_empty()
    }

    /// The tree for the content of one page.
    pub(super) fn page(&mut self, page: usize) -> PageStructure<'_, 'a> {
        PageStructure { structure: self, page }
    }

    /// Puts an annotation under an element and returns its key in the parent tree.
    pub(super) fn annotation(&mut self, element: Element, page: usize, id: Id) -> Option<i64> {
        self.attach_element(element);
        self.kids_of(element)?.push(Kid::Annotation { page: page as u32, id });
        self.annotations.push(element);
        Some((self.contents.len() + self.annotations.len() - 1) as i64)
    }

    fn kids_of(&mut self, element: Element) -> Option<&mut Vec<Kid>> {
        match element {
            Element::Tag(tag) => self.kids.get_mut(tag.0 as usize),
            Element::Link(link) => Some(&mut self.links.get_mut(link as usize)?.kids),
        }
    }

    /// Number of an element's object; those of the links follow on those of the tags.
    fn object(&self, element: Element) -> Id {
        match element {
            Element::Tag(tag) => Id(self.first.0 + tag.0),
            Element::Link(link) => Id(self.first_link.0 + link),
        }
    }

    fn attach_element(&mut self, element: Element) {
        match element {
            Element::Tag(tag) => self.attach(tag.0 as usize),
            Element::Link(link) => {
                let Some(LinkElement { parent, attached, .. }) = self.links.get_mut(link as usize) else { return };
                let (parent, known) = (*parent as usize, std::mem::replace(attached, true));
                self.attach(parent);
                if !known {
                    self.kids[parent].push(Kid::Link(link));
                }
            }
        }
    }

    /// Puts a tag and its elders among their parents' kids, where reading has come to now. Children without content
    /// of their own, such as empty cells, come in with their next sibling.
    fn attach(&mut self, mut tag: usize) {
        while tag != 0 && tag < self.tags.len() && !self.attached[tag] {
            let parent = parent(self.tags, tag);
            self.attach_empty(parent, self.place[tag]);
            self.attached[tag] = true;
            self.kids[parent].push(Kid::Tag(tag as u32));
            tag = parent;
        }
    }

    /// Attaches the empty ones among a tag's children up to one of them.
    fn attach_empty(&mut self, parent: usize, until: u32) {
        for place in self.passed[parent]..until {
            let child = self.children[parent][place as usize] as usize;
            // A form element without a drawn line has nothing to say.
            if !self.used[child] && !self.attached[child] && self.tags[child].role != TagRole::Form {
                self.attached[child] = true;
                self.kids[parent].push(Kid::Tag(child as u32));
            }
        }
        self.passed[parent] = self.passed[parent].max(until);
    }

    /// Writes the tree; `None` when there are no tags.
    pub(super) fn finish(mut self, pages: &[Id], file: &mut FileObjects) -> Option<Object> {
        if self.tags.is_empty() {
            return None;
        }
        for parent in 0..self.tags.len() {
            self.attach_empty(parent, self.children[parent].len() as u32);
        }
        self.first = file.new_ids(self.tags.len());
        self.first_link = file.new_ids(self.links.len());
        let mut forms: Vec<Option<&FormField>> = vec![None; self.tags.len()];
        // A field that is filled in on a screen describes itself.
        for field in self.document.fields.iter().filter(|_| !self.document.fillable) {
            if let Some(form) = forms.get_mut(field.tag.0 as usize) {
                *form = Some(field);
            }
        }
        let (root, parents) = (file.new_id(), file.new_id());
        let element = |index: usize| Element::Tag(TagId(index as u32));
        // Writing to memory can't fail, here and below.
        let out = file.text(root);
        let next = self.contents.len() + self.annotations.len();
        let _ = write!(out, "<</Type/StructTreeRoot/K {} 0 R/ParentTree {} 0 R", self.first.0, parents.0);
        let _ = write!(out, "/ParentTreeNextKey {next}");
        if self.tags.iter().any(|tag| tag.role == TagRole::Note) {
            self.write_names(out);
        }
        out.extend_from_slice(b">>");
        for (index, tag) in self.tags.iter().enumerate() {
            let above = if index == 0 { root } else { self.object(element(parent(self.tags, index))) };
            if index == 0 || self.attached[index] {
                let out = file.text(self.object(element(index)));
                self.write_element(out, index, tag, above, pages);
                self.write_attributes(out, index, tag, forms[index]);
                out.extend_from_slice(b">>");
            }
        }
        for (index, link) in self.links.iter().enumerate() {
            let out = file.text(self.object(Element::Link(index as u32)));
            out.extend_from_slice(b"<</S/Link/P ");
            write_reference(out, self.object(Element::Tag(TagId(link.parent))));
            self.write_kids(out, &link.kids, pages);
            out.extend_from_slice(b">>");
        }
        self.write_parents(file.text(parents));
        Some(Object::Reference(root))
    }

    /// The parent tree: the element of each marked content and of each annotation.
    fn write_parents(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"<</Nums[");
        for (key, contents) in self.contents.iter().enumerate() {
            write_number(out, key as i64);
            out.push(b'[');
            for &element in contents {
                write_reference(out, self.object(element));
            }
            out.push(b']');
        }
        for (offset, &element) in self.annotations.iter().enumerate() {
            write_number(out, (self.contents.len() + offset) as i64);
            out.push(b' ');
            write_reference(out, self.object(element));
        }
        out.extend_from_slice(b"]>>");
    }

    /// The notes by their names, which are of one length so that their order is that of the tags.
    fn write_names(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"/IDTree<</Names[");
        for (index, _) in self.tags.iter().enumerate().filter(|(_, tag)| tag.role == TagRole::Note) {
            if self.attached[index] {
                let _ = write!(out, "({}){} 0 R ", note_id(index), self.first.0 + index as u32);
            }
        }
        out.extend_from_slice(b"]>>");
    }

    fn write_element(&self, out: &mut Vec<u8>, index: usize, tag: &Tag, above: Id, pages: &[Id]) {
        out.extend_from_slice(b"<</S/");
        out.extend_from_slice(role(tag.role).as_bytes());
        out.extend_from_slice(b"/P ");
        write_reference(out, above);
        self.write_kids(out, &self.kids[index], pages);
        if let Some(alt) = &tag.alt {
            out.extend_from_slice(if tag.role == TagRole::Code { &b"/ActualText"[..] } else { b"/Alt" });
            write_text(out, alt);
        }
    }

    fn write_kids(&self, out: &mut Vec<u8>, kids: &[Kid], pages: &[Id]) {
        let page_of = |page: u32| pages.get(page as usize).copied().unwrap_or(Id(0));
        let own = kids.iter().find_map(|kid| match *kid {
            Kid::Content { page, .. } | Kid::Annotation { page, .. } => Some(page),
            Kid::Tag(_) | Kid::Link(_) => None,
        });
        if let Some(own) = own {
            out.extend_from_slice(b"/Pg ");
            write_reference(out, page_of(own));
        }
        if kids.is_empty() {
            return;
        }
        out.extend_from_slice(b"/K[");
        for kid in kids {
            match *kid {
                Kid::Tag(tag) => write_reference(out, self.object(Element::Tag(TagId(tag)))),
                Kid::Link(link) => write_reference(out, self.object(Element::Link(link))),
                Kid::Content { page, mcid } if Some(page) == own => {
                    write_number(out, mcid);
                    out.push(b' ');
                }
                Kid::Content { page, mcid } => {
                    let _ = write!(out, "<</Type/MCR/Pg {} 0 R/MCID {mcid}>>", page_of(page).0);
                }
                Kid::Annotation { page, id } => {
                    let _ = write!(out, "<</Type/OBJR/Pg {} 0 R/Obj {} 0 R>>", page_of(page).0, id.0);
                }
            }
        }
        out.push(b']');
    }

    fn write_attributes(&self, out: &mut Vec<u8>, index: usize, tag: &Tag, form: Option<&FormField>) {
        let _ = match tag.role {
            TagRole::TableHeader => write!(out, "/A<</O/Table/Scope/Column>>"),
            TagRole::RowHeader => write!(out, "/A<</O/Table/Scope/Row>>"),
            TagRole::WideCell(columns) => write!(out, "/A<</O/Table/ColSpan {columns}>>"),
            TagRole::Note => write!(out, "/ID({})", note_id(index)),
            TagRole::Figure => {
                let Some(area) = self.areas.get(&(index as u32)) else { return };
                self.write_area(out, index, *area);
                Ok(())
            }
            // What is only printed is described here; what is filled in on a screen describes itself.
            TagRole::Form if !self.document.fillable => {
                let Some(form) = form else { return };
                let kind = if form.kind == FieldKind::Tick { "cb/checked/off" } else { "tv" };
                let _ = write!(out, "/A<</O/PrintField/Role/{kind}/Desc");
                write_text(out, &form.tooltip);
                write!(out, ">>")
            }
            _ => Ok(()),
        };
    }

    /// Where a figure stands on its page.
    fn write_area(&self, out: &mut Vec<u8>, index: usize, area: Rect) {
        let page = self.kids[index].iter().find_map(|kid| match kid {
            Kid::Content { page, .. } => self.document.pages.get(*page as usize),
            _ => None,
        });
        let Some(page) = page else { return };
        let [left, bottom, right, top] =
            [area.x, page.height - area.y - area.height, area.x + area.width, page.height - area.y].map(Pt::to_f32);
        let _ = write!(out, "/A<</O/Layout/Placement/Block/BBox[{left} {bottom} {right} {top}]>>");
    }
}

/// For each tag, whether content stands under it or below.
fn used(document: &Document) -> Vec<bool> {
    let tags = &document.tags;
    let mut used = vec![false; tags.len()];
    let fields = document.fields.iter().filter(|_| document.fillable).map(|field| field.tag);
    let items = document.pages.iter().flat_map(|page| {
        page.items.iter().enumerate().filter_map(|(index, item)| element::tag(document, page, index, item))
    });
    for tag in items.chain(fields) {
        let mut tag = tag.0 as usize;
        while tag != 0 && used.get(tag) == Some(&false) {
            used[tag] = true;
            tag = parent(tags, tag);
        }
    }
    used
}

/// The parent of a tag; the document for a tag that names no earlier one.
fn parent(tags: &[Tag], index: usize) -> usize {
    tags[index].parent.map(|parent| parent.0 as usize).filter(|&parent| parent < index).unwrap_or(0)
}

/// A note must have a name of its own.
fn note_id(index: usize) -> String {
    format!("note-{index:08}")
}

/// The standard structure type of a role.
fn role(role: TagRole) -> &'static str {
    match role {
        TagRole::Document => "Document",
        TagRole::Section => "Sect",
        TagRole::Heading(0 | 1) => "H1",
        TagRole::Heading(2) => "H2",
        TagRole::Heading(3) => "H3",
        TagRole::Heading(4) => "H4",
        TagRole::Heading(5) => "H5",
        TagRole::Heading(_) => "H6",
        TagRole::Paragraph => "P",
        TagRole::Note => "Note",
        TagRole::Table => "Table",
        TagRole::TableRow => "TR",
        TagRole::TableHeader | TagRole::RowHeader => "TH",
        TagRole::TableCell | TagRole::WideCell(_) => "TD",
        TagRole::List => "L",
        TagRole::ListItem => "LI",
        TagRole::ListLabel => "Lbl",
        TagRole::ListBody => "LBody",
        TagRole::Quote => "BlockQuote",
        TagRole::Figure => "Figure",
        TagRole::Code => "Code",
        TagRole::Form => "Form",
    }
}
