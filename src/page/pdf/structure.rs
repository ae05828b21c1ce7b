//! The tag tree: what belongs to what, for readers who hear the page.

use std::io::Write as _;

use lopdf::{Object, ObjectId};

use super::object::write_text;
use super::save::Packed;
use crate::page::{Document, Role, Tag, TagId};

/// What a tag holds, in reading order.
#[derive(Clone, Copy)]
enum Kid {
    Tag(u32),
    Content { page: u32, mcid: u32 },
    Annotation { page: u32, id: ObjectId },
}

/// The tree while pages are written.
pub(super) struct Structure<'a> {
    tags: &'a [Tag],
    /// Object number of the first tag's element; the others follow.
    first: u32,
    kids: Vec<Vec<Kid>>,
    children: Vec<Vec<u32>>,
    /// For each tag, how many of its children are among its kids.
    attached: Vec<u32>,
    /// For each tag, its place among its parent's children.
    place: Vec<u32>,
    /// For each page, the tag of each marked content.
    contents: Vec<Vec<u32>>,
    /// The tag of each annotation, in order of its key in the parent tree.
    annotations: Vec<u32>,
}

/// The tree as one page sees it.
pub(super) struct PageStructure<'s, 'a> {
    structure: &'s mut Structure<'a>,
    page: usize,
}

/// A sequence of marked content.
pub(super) struct Mark {
    /// Its number on the page.
    pub mcid: u32,
    /// Its structure type.
    pub role: &'static str,
    /// True for the first of its tag.
    pub first: bool,
}

impl PageStructure<'_, '_> {
    /// The next marked content belongs to this tag; `None` makes it an artifact.
    pub(super) fn mark(&mut self, tag: TagId) -> Option<Mark> {
        let structure = &mut *self.structure;
        let role = role(structure.tags.get(tag.0 as usize)?.role);
        structure.attach(tag.0);
        let contents = structure.contents.get_mut(self.page)?;
        let mcid = contents.len() as u32;
        contents.push(tag.0);
        let kids = &mut structure.kids[tag.0 as usize];
        let first = kids.is_empty();
        kids.push(Kid::Content { page: self.page as u32, mcid });
        Some(Mark { mcid, role, first })
    }
}

impl<'a> Structure<'a> {
    /// Reserves an object for every tag.
    pub(super) fn new(document: &'a Document, pdf: &mut lopdf::Document) -> Self {
        let tags = &document.tags[..];
        let first = pdf.max_id + 1;
        pdf.max_id += tags.len() as u32;
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); tags.len()];
        let mut place = vec![0; tags.len()];
        for index in 1..tags.len() {
            let siblings = &mut children[parent(tags, index)];
            place[index] = siblings.len() as u32;
            siblings.push(index as u32);
        }
        Self {
            tags,
            first,
            kids: vec![Vec::new(); tags.len()],
            children,
            attached: vec![0; tags.len()],
            place,
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

    /// Puts an annotation under a tag and returns its key in the parent tree.
    pub(super) fn annotation(&mut self, tag: TagId, page: usize, id: ObjectId) -> Option<i64> {
        self.tags.get(tag.0 as usize)?;
        self.attach(tag.0);
        self.kids[tag.0 as usize].push(Kid::Annotation { page: page as u32, id });
        self.annotations.push(tag.0);
        Some((self.contents.len() + self.annotations.len() - 1) as i64)
    }

    /// Number of a tag's element.
    fn element(&self, tag: usize) -> u32 {
        self.first + tag as u32
    }

    /// Puts a tag and its elders among their parents' kids, where reading has come to now. Children without content
    /// of their own, such as empty cells, come in with their next sibling.
    fn attach(&mut self, tag: u32) {
        let mut tag = tag as usize;
        while tag != 0 {
            let parent = parent(self.tags, tag);
            let until = self.place[tag] + 1;
            if self.attached[parent] >= until {
                break;
            }
            self.attach_children(parent, until);
            tag = parent;
        }
    }

    fn attach_children(&mut self, parent: usize, until: u32) {
        let new = &self.children[parent][self.attached[parent] as usize..until as usize];
        self.kids[parent].extend(new.iter().map(|&child| Kid::Tag(child)));
        self.attached[parent] = until;
    }

    /// Writes the tree; `None` when there are no tags.
    pub(super) fn finish(
        mut self,
        pages: &[ObjectId],
        pdf: &mut lopdf::Document,
        packed: &mut Packed<'_>,
    ) -> Option<Object> {
        if self.tags.is_empty() {
            return None;
        }
        for parent in 0..self.tags.len() {
            self.attach_children(parent, self.children[parent].len() as u32);
        }
        let ((root, _), (parents, _)) = (pdf.new_object_id(), pdf.new_object_id());
        // Writing to memory can't fail, here and below.
        let out = packed.object(root);
        let next = self.contents.len() + self.annotations.len();
        let _ = write!(out, "<</Type/StructTreeRoot/K {} 0 R/ParentTree {parents} 0 R", self.element(0));
        let _ = write!(out, "/ParentTreeNextKey {next}");
        if self.tags.iter().any(|tag| tag.role == Role::Note) {
            self.write_names(out);
        }
        out.extend_from_slice(b">>");
        for (index, tag) in self.tags.iter().enumerate() {
            let above = if index == 0 { root } else { self.element(parent(self.tags, index)) };
            self.write_element(packed.object(self.element(index)), index, tag, above, pages);
        }
        self.write_parents(packed.object(parents));
        Some(Object::Reference((root, 0)))
    }

    /// Who each marked content and each annotation belongs to.
    fn write_parents(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"<</Nums[");
        for (key, contents) in self.contents.iter().enumerate() {
            let _ = write!(out, "{key}[");
            for &tag in contents {
                let _ = write!(out, "{} 0 R ", self.element(tag as usize));
            }
            out.push(b']');
        }
        for (offset, &tag) in self.annotations.iter().enumerate() {
            let _ = write!(out, "{} {} 0 R ", self.contents.len() + offset, self.element(tag as usize));
        }
        out.extend_from_slice(b"]>>");
    }

    /// The notes by their names, which are of one length so that their order is that of the tags.
    fn write_names(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"/IDTree<</Names[");
        for (index, _) in self.tags.iter().enumerate().filter(|(_, tag)| tag.role == Role::Note) {
            let _ = write!(out, "({}){} 0 R ", note_id(index), self.element(index));
        }
        out.extend_from_slice(b"]>>");
    }

    fn write_element(&self, out: &mut Vec<u8>, index: usize, tag: &Tag, above: u32, pages: &[ObjectId]) {
        let page_of = |page: u32| pages.get(page as usize).map_or(0, |&(id, _)| id);
        let kids = &self.kids[index];
        let own = kids.iter().find_map(|kid| match *kid {
            Kid::Content { page, .. } | Kid::Annotation { page, .. } => Some(page),
            Kid::Tag(_) => None,
        });
        let _ = write!(out, "<</S/{}/P {above} 0 R", role(tag.role));
        if let Some(own) = own {
            let _ = write!(out, "/Pg {} 0 R", page_of(own));
        }
        if !kids.is_empty() {
            out.extend_from_slice(b"/K[");
        }
        for kid in kids {
            let _ = match *kid {
                Kid::Tag(tag) => write!(out, "{} 0 R ", self.element(tag as usize)),
                Kid::Content { page, mcid } if Some(page) == own => write!(out, "{mcid} "),
                Kid::Content { page, mcid } => {
                    write!(out, "<</Type/MCR/Pg {} 0 R/MCID {mcid}>>", page_of(page))
                }
                Kid::Annotation { page, id: (id, _) } => {
                    write!(out, "<</Type/OBJR/Pg {} 0 R/Obj {id} 0 R>>", page_of(page))
                }
            };
        }
        if !kids.is_empty() {
            out.push(b']');
        }
        if let Some(alt) = &tag.alt {
            out.extend_from_slice(if tag.role == Role::Code { &b"/ActualText"[..] } else { b"/Alt" });
            write_text(out, alt);
        }
        if let Some(lang) = &tag.lang {
            out.extend_from_slice(b"/Lang");
            write_text(out, lang.tag());
        }
        match tag.role {
            Role::TableHeader => out.extend_from_slice(b"/A<</O/Table/Scope/Column>>"),
            Role::Note => {
                let _ = write!(out, "/ID({})", note_id(index));
            }
            _ => {}
        }
        out.extend_from_slice(b">>");
    }
}

/// The tag above another one: the document for what names no earlier tag.
fn parent(tags: &[Tag], index: usize) -> usize {
    tags[index].parent.map(|parent| parent.0 as usize).filter(|&parent| parent < index).unwrap_or(0)
}

/// A note must have a name of its own.
fn note_id(index: usize) -> String {
    format!("note-{index:08}")
}

/// The standard structure type of a role.
fn role(role: Role) -> &'static str {
    match role {
        Role::Document => "Document",
        Role::Section => "Sect",
        Role::Heading(0 | 1) => "H1",
        Role::Heading(2) => "H2",
        Role::Heading(3) => "H3",
        Role::Heading(4) => "H4",
        Role::Heading(5) => "H5",
        Role::Heading(_) => "H6",
        Role::Paragraph => "P",
        Role::Note => "Note",
        Role::Table => "Table",
        Role::TableRow => "TR",
        Role::TableHeader => "TH",
        Role::TableCell => "TD",
        Role::Figure => "Figure",
        Role::Code => "Code",
        Role::Link => "Link",
        Role::Form => "Form",
    }
}
