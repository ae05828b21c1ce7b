//! Writes fields to be filled in on a screen: the tree of their names, their areas, their appearances, and the font
//! for typed text.

use std::collections::HashMap;
use std::io::Write as _;

use super::element::Element;
use super::file::FileObjects;
use super::object::{Dictionary, Id, Object, Stream, array, dictionary, literal, name, text_string, write_text};
use super::structure::Structure;
use crate::field::FieldName;
use crate::geometry::{Pt, Rect};
use crate::page::{Document, FieldId, FieldKind, FormField, Page};
use crate::text::Face;

/// Name of the field font among the form's resources. `PDFium`, and with it most browsers and tablets, types Chinese in a
/// font of the system's unless the font of the field is called so: only of such a font it believes that it isn't for
/// Latin alone, and looks what is in it.
const FONT: &str = "Wingdings";
/// Size of typed text if the field is high enough.
const SIZE: Pt = Pt::points(11);
/// A field of at least this height takes several lines.
const SEVERAL_LINES: Pt = Pt::points(34);
/// Field flags: several lines (ISO 32000-1, table 228).
const MULTILINE: u32 = 1 << 12;

/// A node in the tree of names: a field, or a part of names.
struct NameNode {
    object: Id,
    parent: Option<usize>,
    /// The part of the name that belongs to the node.
    name: String,
    kids: Vec<Id>,
    /// Entries of a field with several areas; empty for a part of names.
    field: Option<usize>,
}

/// Appearance of a field.
enum Look {
    /// Ticked, and not.
    Ticked([Id; 2]),
    /// Written on.
    Written(Id),
}

/// The form while pages are written.
pub(super) struct Form<'a> {
    document: &'a Document,
    /// How many areas each field has.
    areas: HashMap<&'a FieldName, u32>,
    nodes: Vec<NameNode>,
    /// The node of each name, whole or in part.
    by_name: HashMap<String, usize>,
    /// Fields without a parent.
    roots: Vec<Id>,
    /// Appearances of boxes of each size, ticked and not ticked.
    boxes: HashMap<(Pt, Pt), [Id; 2]>,
    signed: bool,
}

impl<'a> Form<'a> {
    /// The form of a document that can be filled in; `None` for one that is only printed.
    pub(super) fn new(document: &'a Document) -> Option<Self> {
        let mut areas = HashMap::new();
        for field in &document.fields {
            *areas.entry(&field.name).or_insert(0) += 1;
        }
        let (nodes, by_name, roots, boxes) = (Vec::new(), HashMap::new(), Vec::new(), HashMap::new());
        (document.fillable && !areas.is_empty()).then_some(Self {
            document,
            areas,
            nodes,
            by_name,
            roots,
            boxes,
            signed: false,
        })
    }

    /// Adds the area of a field to the file and to the tag tree; the page has to list what is returned.
    pub(super) fn widget(
        &mut self,
        id: FieldId,
        (page_index, page, page_id): (usize, &Page, Id),
        structure: &mut Structure<'_>,
        file: &mut FileObjects,
    ) -> Option<Object> {
        let index = id.0 as usize;
        let field = self.document.fields.get(index)?;
        let id = file.new_id();
        let key = structure.annotation(Element::Tag(field.tag), page_index, id)?;
        let several = self.areas.get(&field.name).is_some_and(|count| *count > 1);
        let look = self.look(field, file);
        let name = field.name.to_string();
        let (parent, own) = if several {
            (Some(self.shared(index, &name, file)), None)
        } else {
            let (above, own) = name.rsplit_once('.').map_or((None, &*name), |(above, own)| (Some(above), own));
            (above.map(|above| self.part(above, file)), Some(own))
        };
        match parent {
            Some(parent) => self.nodes[parent].kids.push(id),
            None => self.roots.push(id),
        }
        let Rect { x, y, width, height } = field.rect;
        // Some programs that fill in a field write its place anew, with two decimals.
        let rounded = |at: Pt| Pt((at.0 + 5).div_euclid(10) * 10).to_f32();
        let (left, right) = (rounded(x), rounded(x + width));
        let (top, bottom) = (rounded(page.height - y), rounded(page.height - y - height));
        let out = file.text(id);
        // Writing to memory can't fail, here and below.
        let _ = write!(out, "<</Type/Annot/Subtype/Widget/F 4/P {} 0 R/StructParent {key}", page_id.0);
        let _ = write!(out, "/Rect[{left} {bottom} {right} {top}]");
        if let Some(parent) = parent {
            let _ = write!(out, "/Parent {} 0 R", self.nodes[parent].object.0);
        }
        if let Some(own) = own {
            describe(out, field, own);
        }
        let _ = match look {
            Look::Ticked([on, off]) => write!(out, "/AS/Off/AP<</N<</Yes {} 0 R/Off {} 0 R>>>>", on.0, off.0),
            Look::Written(look) => write!(out, "/AP<</N {} 0 R>>", look.0),
        };
        out.extend_from_slice(b">>");
        Some(Object::Reference(id))
    }

    /// Writes the tree of names and the font; gives the catalog's entry.
    pub(super) fn finish(self, face: &Face, file: &mut FileObjects) -> Object {
        for node in &self.nodes {
            let out = file.text(node.object);
            out.extend_from_slice(b"<<");
            match node.field.and_then(|field| self.document.fields.get(field)) {
                Some(field) => describe(out, field, &node.name),
                None => write_name(out, &node.name),
            }
            if let Some(parent) = node.parent {
                let _ = write!(out, "/Parent {} 0 R", self.nodes[parent].object.0);
            }
            out.extend_from_slice(b"/Kids[");
            for kid in &node.kids {
                let _ = write!(out, "{} 0 R ", kid.0);
            }
            out.extend_from_slice(b"]>>");
        }
        let fields = self.roots.iter().map(|id| Object::Reference(*id)).collect();
        let font = font(face, file);
        let mut form = Dictionary::new();
        form.set("Fields", Object::Array(fields));
        form.set("DR", dictionary([("Font", dictionary([(FONT, Object::Reference(font))]))]));
        form.set("DA", literal(&appearance(SIZE)));
        if self.signed {
            // There are signature fields.
            form.set("SigFlags", 1);
        }
        Object::Reference(file.add(form))
    }

    /// The node of a name's first parts, made with all above it.
    fn part(&mut self, name: &str, file: &mut FileObjects) -> usize {
        if let Some(known) = self.by_name.get(name) {
            return *known;
        }
        let (above, own) = name.rsplit_once('.').map_or((None, name), |(above, own)| (Some(above), own));
        let parent = above.map(|above| self.part(above, file));
        let object = file.new_id();
        match parent {
            Some(parent) => self.nodes[parent].kids.push(object),
            None => self.roots.push(object),
        }
        self.nodes.push(NameNode { object, parent, name: own.to_owned(), kids: Vec::new(), field: None });
        self.by_name.insert(name.to_owned(), self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    /// The node of a field with several areas.
    fn shared(&mut self, index: usize, name: &str, file: &mut FileObjects) -> usize {
        let node = self.part(name, file);
        self.nodes[node].field.get_or_insert(index);
        node
    }

    /// The appearance of an empty field.
    fn look(&mut self, field: &FormField, file: &mut FileObjects) -> Look {
        let (width, height) = (field.rect.width, field.rect.height);
        match field.kind {
            FieldKind::Tick => {
                let boxes = self
                    .boxes
                    .entry((width, height))
                    .or_insert_with(|| [tick(width, height), Vec::new()].map(|look| drawn(width, height, &look, file)));
                Look::Ticked(*boxes)
            }
            // Each field has an appearance of its own, because a program that fills it in may write into that object.
            FieldKind::Line => Look::Written(drawn(width, height, b"/Tx BMC\nEMC\n", file)),
            FieldKind::Signature => {
                self.signed = true;
                Look::Written(drawn(width, height, &[], file))
            }
        }
    }
}

/// The entries of a field, without its place.
fn describe(out: &mut Vec<u8>, field: &FormField, own: &str) {
    write_name(out, own);
    out.extend_from_slice(b"/TU");
    write_text(out, &field.tooltip);
    let _ = match field.kind {
        FieldKind::Tick => write!(out, "/FT/Btn/V/Off"),
        FieldKind::Signature => write!(out, "/FT/Sig"),
        FieldKind::Line => {
            // The height of a line of the field font is 145 hundredths of its size.
            let size = SIZE.min(Pt(field.rect.height.0 * 20 / 29 / 500 * 500)).max(Pt::points(6));
            let flags = if field.rect.height < SEVERAL_LINES { 0 } else { MULTILINE };
            write!(out, "/FT/Tx/Ff {flags}/DA({})", appearance(size))
        }
    };
}

fn write_name(out: &mut Vec<u8>, own: &str) {
    out.extend_from_slice(b"/T");
    write_text(out, own);
}

/// How typed text is shown.
fn appearance(size: Pt) -> String {
    format!("/{FONT} {} Tf 0 g", size.to_f32())
}

/// An appearance of a field's size.
fn drawn(width: Pt, height: Pt, content: &[u8], file: &mut FileObjects) -> Id {
    let id = file.new_id();
    let [width, height] = [width, height].map(Pt::to_f32);
    let entries = format!("/Type/XObject/Subtype/Form/BBox[0 0 {width} {height}]/Resources<<>>");
    file.small_stream(id, &entries, content);
    id
}

/// A check mark.
fn tick(width: Pt, height: Pt) -> Vec<u8> {
    let at = |x: i32, y: i32| format!("{} {}", (width * x / 100).to_f32(), (height * y / 100).to_f32());
    let weight = (width.min(height) / 8).to_f32();
    format!("q {weight} w 1 J 1 j 0 G {} m {} l {} l S Q\n", at(20, 50), at(42, 24), at(82, 80)).into_bytes()
}

/// Embeds the whole face, so that any character that the list can print can also be typed. With only the 6,763 hanzi
/// of GB 2312 it would be a quarter smaller, but lack characters of names.
fn font(face: &Face, file: &mut FileObjects) -> Id {
    let (program, to_unicode) = (file.new_id(), file.new_id());
    let bytes: &[u8] = face.data.as_ref();
    let mut dict = Dictionary::new();
    dict.set("Length1", bytes.len() as i64);
    file.deflate(program, Stream::new(dict, bytes.to_vec()));
    file.deflate(to_unicode, Stream::new(Dictionary::new(), self::to_unicode(&face.characters())));
    let metrics = face.metrics();
    let mut descriptor = Dictionary::new();
    descriptor.set("Type", name("FontDescriptor"));
    descriptor.set("FontName", name(&face.name));
    descriptor.set("Flags", 4);
    descriptor.set("FontBBox", array(metrics.bounds.map(|edge| Object::Integer(edge.into()))));
    descriptor.set("ItalicAngle", 0);
    descriptor.set("Ascent", i64::from(metrics.ascent));
    descriptor.set("Descent", i64::from(metrics.descent));
    descriptor.set("CapHeight", i64::from(metrics.capitals));
    descriptor.set("StemV", 88);
    descriptor.set("FontFile2", program);
    let descriptor = file.add(descriptor);
    let system =
        [("Registry", text_string("Adobe")), ("Ordering", text_string("Identity")), ("Supplement", Object::Integer(0))];
    let mut descendant = Dictionary::new();
    descendant.set("Type", name("Font"));
    descendant.set("Subtype", name("CIDFontType2"));
    descendant.set("BaseFont", name(&face.name));
    descendant.set("CIDSystemInfo", dictionary(system));
    descendant.set("CIDToGIDMap", name("Identity"));
    descendant.set("FontDescriptor", descriptor);
    descendant.set("DW", 1000);
    descendant.set("W", widths(face));
    let descendant = file.add(descendant);
    let mut font = Dictionary::new();
    font.set("Type", name("Font"));
    font.set("Subtype", name("Type0"));
    font.set("BaseFont", name(&face.name));
    font.set("Encoding", name("Identity-H"));
    font.set("DescendantFonts", array([Object::Reference(descendant)]));
    font.set("ToUnicode", to_unicode);
    file.add(font)
}

/// The advances of all glyphs that aren't an em wide.
fn widths(face: &Face) -> Object {
    let advance = face.advances();
    let mut widths: Vec<Object> = Vec::new();
    let mut next = None;
    for glyph in 0..face.glyphs() {
        let width = advance(glyph);
        if width == 1000 {
            continue;
        }
        let width = Object::Integer(width.into());
        match widths.last_mut() {
            Some(Object::Array(run)) if next == Some(glyph) => run.push(width),
            _ => widths.extend([Object::Integer(glyph.into()), Object::Array(vec![width])]),
        }
        next = glyph.checked_add(1);
    }
    Object::Array(widths)
}

/// The character of each glyph.
fn to_unicode(characters: &[(u16, char)]) -> Vec<u8> {
    let mut map = b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        .to_vec();
    for some in characters.chunks(100) {
        let _ = writeln!(map, "{} beginbfchar", some.len());
        for (glyph, ch) in some {
            let _ = write!(map, "<{glyph:04X}> <");
            for unit in ch.encode_utf16(&mut [0; 2]) {
                let _ = write!(map, "{unit:04X}");
            }
            map.extend_from_slice(b">\n");
        }
        map.extend_from_slice(b"endbfchar\n");
    }
    map.extend_from_slice(b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}
