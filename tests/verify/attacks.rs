//! Lists that one viewer shows otherwise than another, or otherwise than they are read: `verify` vouches for none.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use lopdf::{Dictionary, Document, Object, dictionary};

use super::{example, load, page, saved, verify};

/// A file whose objects are written as they are given.
pub struct Raw {
    pub objects: BTreeMap<u32, Vec<u8>>,
    /// The catalog, and what is said of the file.
    pub root: u32,
    info: u32,
    /// What is written before the file, and before its table.
    before: Vec<u8>,
    pub between: Vec<u8>,
    /// The end of each row of the table, and what else the trailer says.
    row_end: &'static str,
    pub trailer: String,
    /// An object that the table calls free.
    hidden: Option<u32>,
    /// How far before the table the file says that it is, and what follows its end.
    early: usize,
    behind: Vec<u8>,
}

impl Raw {
    /// The objects of a list of ours, unpacked, with numbers from 1.
    pub fn new(ours: &[u8]) -> Self {
        let mut pdf = load(ours);
        pdf.renumber_objects();
        let of_trailer = |key: &[u8]| pdf.trailer.get(key).unwrap().as_reference().unwrap().0;
        let (root, info) = (of_trailer(b"Root"), of_trailer(b"Info"));
        let numbers: Vec<u32> = pdf.objects.keys().map(|(number, _)| *number).collect();
        pdf.reference_table.cross_reference_type = lopdf::xref::XrefType::CrossReferenceTable;
        let bytes = saved(pdf);
        let find = |words: &[u8], from: usize| {
            bytes[from..].windows(words.len()).position(|at| at == words).map(|at| from + at)
        };
        // Streams of objects are unpacked, and not written again.
        let object = |number: &u32| {
            let head = format!("\n{number} 0 obj\n");
            let from = find(head.as_bytes(), 0)? + head.len();
            Some((*number, bytes[from..find(b"\nendobj", from)?].to_vec()))
        };
        Self {
            objects: numbers.iter().filter_map(object).collect(),
            root,
            info,
            before: Vec::new(),
            between: Vec::new(),
            row_end: " \n",
            trailer: String::new(),
            hidden: None,
            early: 0,
            behind: Vec::new(),
        }
    }

    pub fn write(&self) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut offsets = BTreeMap::new();
        for (number, object) in &self.objects {
            offsets.insert(number, file.len());
            file.extend(format!("{number} 0 obj\n").bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        file.extend(&self.between);
        let start = file.len() - self.early;
        let last = **offsets.keys().last().unwrap();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f{}", last + 1, self.row_end);
        for number in 1..=last {
            let _ = match offsets.get(&number).filter(|_| self.hidden != Some(number)) {
                Some(offset) => write!(table, "{offset:010} 00000 n{}", self.row_end),
                None => write!(table, "0000000000 00000 f{}", self.row_end),
            };
        }
        let (size, root, info, more) = (last + 1, self.root, self.info, &self.trailer);
        let _ = write!(
            table,
            "trailer\n<</Size {size}/Root {root} 0 R/Info {info} 0 R{more}>>\nstartxref\n{start}\n%%EOF\n"
        );
        file.extend(table.bytes());
        file.extend(&self.behind);
        [&self.before[..], &file].concat()
    }

    /// Puts other words into the first object that has these.
    pub fn swap(&mut self, of: &str, from: &str, to: &str) {
        let has = |bytes: &[u8], words: &str| bytes.windows(words.len()).position(|at| at == words.as_bytes());
        let object = self.objects.values_mut().find(|object| has(object, of).is_some() && has(object, from).is_some());
        let object = object.unwrap_or_else(|| panic!("nothing says {of} and {from}"));
        let at = has(object, from).unwrap();
        object.splice(at..at + from.len(), to.bytes());
    }

    /// The reference that stands behind a key in the first object that has both.
    pub fn reference(&self, of: &str, key: &str) -> String {
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        let object = self.objects.values().map(text).find(|text| text.contains(of) && text.contains(key)).unwrap();
        let behind = object.split_once(key).unwrap().1.trim_start_matches(['[', ' ']);
        behind.split_once('R').unwrap().0.to_owned() + "R"
    }
}

const PAGE: &str = "/Type/Page/";

/// A way to write a list that the standard doesn't know.
pub type Attack = (&'static str, fn(&mut Raw), &'static str);

pub const ATTACKS: &[Attack] = &[
    ("a raw line break", |raw| raw.swap(PAGE, PAGE, "/LastModified(a\rb)/Type/Page/"), "a line break that viewers"),
    ("a key twice", |raw| raw.swap(PAGE, PAGE, "/Tabs/R/Tabs/S/Type/Page/"), "a key stands twice"),
    (
        "a reference with a point",
        |raw| {
            let to = raw.reference(PAGE, "/Contents");
            raw.swap(PAGE, &to, &to.replacen(' ', ".0 ", 1));
        },
        "a reference isn't written as references are",
    ),
    (
        "a reference of another generation",
        |raw| {
            let to = raw.reference(PAGE, "/Contents");
            raw.swap(PAGE, &to, &to.replace(" 0 R", " 1 R"));
        },
        "a reference isn't written as references are",
    ),
    (
        "a reference without a space",
        |raw| {
            let to = raw.reference(PAGE, "/Contents");
            raw.swap(PAGE, &to, &to.replace(" R", "R"));
        },
        "a reference isn't written as references are",
    ),
    ("a shorter length", |raw| raw.swap("/Subtype/Form", "/Length ", "/Length 1"), "a stream isn't as long as it says"),
    ("fewer pages counted", |raw| raw.swap("/Type/Pages", "/Count ", "/Count 1"), "its tree of pages contradicts"),
    ("a page that is said to be pages", |raw| raw.swap(PAGE, PAGE, "/Type/Pages/"), "its tree of pages contradicts"),
    (
        "a page with another parent",
        |raw| {
            let (parent, other) = (raw.reference(PAGE, "/Parent"), raw.reference(PAGE, "/Contents"));
            raw.swap(PAGE, &format!("/Parent {parent}"), &format!("/Parent {other}"));
        },
        "its tree of pages contradicts",
    ),
    ("short rows", |raw| raw.row_end = "\n", "a row of its table of objects isn't as long"),
    (
        "a table that isn't quite there",
        |raw| {
            raw.between = b"\n".to_vec();
            raw.early = 1;
        },
        "its table of objects isn't where it should be",
    ),
    ("an end that isn't the end", |raw| raw.behind = b"\n".repeat(1200), "its end is followed by something"),
    ("something behind the end", |raw| raw.behind = b"9 0 obj".to_vec(), "that no table names"),
    ("something before", |raw| raw.before = b"junk\n".to_vec(), "something stands before its beginning"),
    ("two tables", |raw| "/XRefStm null".clone_into(&mut raw.trailer), "it has two tables of objects"),
    ("an object that no table names", |raw| raw.between = b"3 0 obj\n<<>>\nendobj\n".to_vec(), "that no table names"),
    ("one in a remark", |raw| raw.between = b"% 3 0 obj <<>> endobj\n".to_vec(), "that no table names"),
    (
        "an annotation that isn't there",
        |raw| raw.swap(PAGE, PAGE, "/Annots[99999 0 R]/Type/Page/"),
        "something over a page is missing",
    ),
    (
        "a content that isn't there",
        |raw| {
            let to = raw.reference(PAGE, "/Contents");
            raw.swap(PAGE, &format!("/Contents {to}"), &format!("/Contents [{to} 99999 0 R]"));
        },
        "something that a page draws is missing",
    ),
    (
        "contents in contents",
        |raw| {
            let to = raw.reference(PAGE, "/Contents");
            raw.swap(PAGE, &format!("/Contents {to}"), &format!("/Contents [[{to}] {to}]"));
        },
        "something that a page draws is missing",
    ),
    (
        "two ways to unpack",
        |raw| raw.swap("/FlateDecode", "/Filter/FlateDecode", "/Filter/FlateDecode/DecodeParms[<<>>]"),
        "a stream says in two ways how it is packed",
    ),
    (
        "a stream in another file",
        |raw| raw.swap("/Subtype/Form", "/Subtype/Form", "/F(x)/Subtype/Form"),
        "a stream says that it lies in another file",
    ),
    (
        "another first page",
        |raw| {
            // The first object of the file says so.
            let number = raw.objects.keys().next().copied().unwrap();
            let first = raw.objects.remove(&number).unwrap();
            let free = raw.objects.keys().last().unwrap() + 1;
            let pair = (format!("{number} 0 R"), format!("{free} 0 R"));
            for object in raw.objects.values_mut() {
                if !object.windows(6).any(|at| at == b"stream") {
                    *object = String::from_utf8_lossy(object)
                        .replace(&format!(" {}", pair.0), &format!(" {}", pair.1))
                        .into_bytes();
                }
            }
            raw.objects.insert(free, first);
            raw.objects.insert(number, b"<</Linearized 1/O 2>>".to_vec());
        },
        "it says of another page that it is the first",
    ),
    (
        "a long number",
        |raw| raw.swap(PAGE, PAGE, "/UserUnit 1.00000000000000000000000000/Type/Page/"),
        "longer than any",
    ),
    ("a name that ends in a sign", |raw| raw.swap(PAGE, PAGE, "/X/a#/Type/Page/"), "an escape that is none"),
];

#[test]
fn what_is_not_written_as_the_standard_asks_is_vouched_for_by_nobody() {
    let (folder, ours) = example();
    fs::write(folder.path().join("raw.pdf"), Raw::new(&ours).write()).unwrap();
    let (code, said, faults) = verify(folder.path(), &["raw.pdf"]);
    assert_eq!((code, &*faults), (0, ""), "{said}");
    assert!(said.contains("  grade     2 of 3: saved by another program"), "{said}");
    for (way, attack, expected) in ATTACKS {
        let mut raw = Raw::new(&ours);
        attack(&mut raw);
        fs::write(folder.path().join("raw.pdf"), raw.write()).unwrap();
        let (code, said, faults) = verify(folder.path(), &["raw.pdf"]);
        let doubt = faults.lines().find(|line| line.starts_with("error[not-strict]") && line.contains(expected));
        assert!(code == 1 && doubt.is_some(), "{way}: {faults}{said}");
    }
}

/// A viewer that rounds the size of a page to whole pixels may show one more for the smallest difference. How a number is
/// written makes none.
#[test]
fn the_size_of_a_page_is_compared_to_the_last_digit() {
    let (folder, ours) = example();
    let with = |from: &str, to: &str| {
        let mut raw = Raw::new(&ours);
        raw.swap(PAGE, from, to);
        fs::write(folder.path().join("raw.pdf"), raw.write()).unwrap();
        verify(folder.path(), &["raw.pdf"])
    };
    for to in [
        "/MediaBox[0.0 -0 595.2760 +841.890]",
        "/CropBox[0 0 595.276 841.89]/MediaBox[0 0 595.276 841.89]",
        "/UserUnit 1.0/Rotate 0/MediaBox[0 0 595.276 841.89]",
    ] {
        let (code, said, faults) = with("/MediaBox[0 0 595.276 841.89]", to);
        assert_eq!((code, &*faults), (0, ""), "{to}: {said}");
    }
    for to in [
        "/MediaBox[0.0004 0 595.276 841.89]",
        "/MediaBox[0 0 595.27600001 841.89]",
        "/MediaBox[0 0 595.276 841.89 1]",
        "/MediaBox[(0) 0 595.276 841.89]",
        "/CropBox[0 0 595.276 841.8904]/MediaBox[0 0 595.276 841.89]",
        "/UserUnit 1.0004/MediaBox[0 0 595.276 841.89]",
        "/Rotate 0.0004/MediaBox[0 0 595.276 841.89]",
    ] {
        let (code, said, faults) = with("/MediaBox[0 0 595.276 841.89]", to);
        assert!(code == 1 && faults.contains("its size was changed, or it was turned"), "{to}: {faults}{said}");
    }
}

/// A list with two tables at once: old programs see the objects of the first alone.
#[test]
fn a_second_table_is_read_for_what_the_first_hides() {
    let (folder, ours) = example();
    let look = |is_hidden: bool| {
        let mut raw = Raw::new(&ours);
        let (info, free) = (raw.info, raw.objects.keys().last().unwrap() + 1);
        raw.hidden = is_hidden.then_some(info);
        // A row for one object: where it stands, in four bytes.
        let place = raw.write();
        let head = format!("\n{info} 0 obj\n");
        let at = place.windows(head.len()).position(|bytes| bytes == head.as_bytes()).unwrap() + 1;
        let row = [&[1][..], &(at as u32).to_be_bytes(), &[0, 0]].concat();
        let mut stream =
            format!("<</Type/XRef/Size {}/W[1 4 2]/Index[{info} 1]/Length 7>>stream\n", free + 1).into_bytes();
        stream.extend([&row[..], b"\nendstream"].concat());
        raw.objects.insert(free, stream);
        let place = raw.write();
        let head = format!("\n{free} 0 obj\n");
        let at = place.windows(head.len()).position(|bytes| bytes == head.as_bytes()).unwrap() + 1;
        raw.trailer = format!("/XRefStm {at}");
        fs::write(folder.path().join("hybrid.pdf"), raw.write()).unwrap();
        verify(folder.path(), &["hybrid.pdf"])
    };
    let (code, said, faults) = look(true);
    assert_eq!((code, &*faults), (0, ""), "{said}");
    let (code, said, faults) = look(false);
    assert!(code == 1 && faults.contains("it has two tables of objects at once"), "{faults}{said}");
}

/// A change of what a list says beside its pages.
type Change = (&'static str, fn(&mut Document), &'static str);

const BESIDE: &[Change] = &[
    (
        "another bookmark",
        |pdf| {
            let bookmark = pdf.objects.values_mut().filter_map(|object| object.as_dict_mut().ok());
            let mut bookmark = bookmark.filter(|dict| dict.has(b"Title") && dict.has(b"Parent"));
            bookmark.next().unwrap().set("Title", Object::string_literal("Stop"));
        },
        "its bookmarks were changed",
    ),
    (
        "another text that is read aloud",
        |pdf| {
            let element = pdf.objects.values_mut().filter_map(|object| object.as_dict_mut().ok());
            let mut element =
                element.filter(|dict| dict.get(b"S").is_ok_and(|kind| *kind == Object::Name(b"P".to_vec())));
            element.next().unwrap().set("ActualText", Object::string_literal("Stop"));
        },
        "its tags were changed",
    ),
    (
        "numbers of pages",
        |pdf| {
            let labels = dictionary! { "Nums" => vec![0.into(), Object::Dictionary(dictionary! { "S" => "r" })] };
            pdf.catalog_mut().unwrap().set("PageLabels", labels);
        },
        "how viewers show it",
    ),
    (
        "another title",
        |pdf| {
            let info = pdf.trailer.get(b"Info").unwrap().as_reference().unwrap();
            pdf.get_dictionary_mut(info).unwrap().set("Title", Object::string_literal("Stop"));
        },
        "its title or language was changed",
    ),
    (
        "an attachment with two contents",
        |pdf| {
            let other = pdf.add_object(lopdf::Stream::new(Dictionary::new(), b"other".to_vec()));
            let mut files = pdf.objects.values_mut().filter_map(|object| object.as_dict_mut().ok());
            let file = files.find(|dict| dict.has(b"EF")).unwrap();
            file.get_mut(b"EF").unwrap().as_dict_mut().unwrap().set("UF", other);
        },
        "its attachments were changed",
    ),
];

#[test]
fn what_is_said_beside_the_pages_is_compared_too() {
    let (folder, ours) = example();
    for (way, change, expected) in BESIDE {
        let mut pdf = load(&ours);
        change(&mut pdf);
        fs::write(folder.path().join("changed.pdf"), saved(pdf)).unwrap();
        let (code, said, faults) = verify(folder.path(), &["changed.pdf"]);
        assert!(code == 1 && faults.contains(expected), "{way}: {faults}{said}");
    }
}

/// Strokes of a pen are what people do on a tablet. What could cover something isn't a stroke.
#[test]
fn strokes_of_a_pen_are_named_and_what_covers_is_told() {
    let (folder, ours) = example();
    let with = |content: &str, more: Dictionary| {
        let mut pdf = load(&ours);
        let numbers = |list: &[i64]| list.iter().map(|number| Object::from(*number)).collect::<Vec<_>>();
        let form = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => numbers(&[90, 90, 210, 210]) };
        let form = pdf.add_object(lopdf::Stream::new(form, content.as_bytes().to_vec()));
        let mut ink = dictionary! {
            "Type" => "Annot", "Subtype" => "Ink", "Rect" => numbers(&[90, 90, 210, 210]), "F" => 4,
            "InkList" => vec![Object::Array(numbers(&[100, 100, 200, 200]))],
            "AP" => dictionary! { "N" => form },
        };
        ink.extend(&more);
        let ink = pdf.add_object(ink);
        page(&mut pdf, 1).set("Annots", vec![Object::Reference(ink)]);
        fs::write(folder.path().join("drawn.pdf"), saved(pdf)).unwrap();
        verify(folder.path(), &["drawn.pdf"])
    };
    let stroke = "1 w 1 0 0 RG 100 100 m 200 200 l S";
    let (code, said, faults) = with(stroke, Dictionary::new());
    assert_eq!((code, &*faults), (0, ""), "{said}");
    assert!(said.contains("  drawn on  page 1 (1 mark of a pen)\n"), "{said}");
    let others = [
        ("white", "1 w 1 G 100 100 m 200 200 l S", Dictionary::new()),
        ("wide", "9 w 100 100 m 200 200 l S", Dictionary::new()),
        ("elsewhere", "1 w 100 200 m 200 100 l S", Dictionary::new()),
        ("filled", "100 100 m 200 200 l 200 100 l f", Dictionary::new()),
        ("see-through", stroke, dictionary! { "CA" => 0.5_f32 }),
        ("hidden", stroke, dictionary! { "F" => 2 }),
        ("a note", stroke, dictionary! { "Contents" => Object::string_literal("approved") }),
        ("one that acts", stroke, dictionary! { "A" => dictionary! { "S" => "Named", "N" => "Print" } }),
    ];
    for (way, content, more) in others {
        let (code, _, faults) = with(content, more);
        assert!(code == 1 && faults.contains("the annotation `Ink` was added or changed"), "{way}: {faults}");
    }
}
