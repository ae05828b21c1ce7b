//! Files that are no PDF, broken or mangled: each gets a verdict.

use std::fmt::Write as _;
use std::fs;

use lopdf::{Document, Object, Stream, dictionary};

use super::{example, load, page, runsheet, saved, verify, words};
use crate::support::mutate;

/// A PDF of these objects, numbered from 1, the first of which is its catalog.
fn pdf_of(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        file.extend(format!("{} 0 obj\n", index + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(table.bytes());
    file.extend(
        format!("trailer\n<</Size {}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).bytes(),
    );
    file
}

fn zeros(length: usize) -> Vec<u8> {
    use std::io::Write as _;
    let mut out = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![0; 1 << 20];
    for _ in 0..length >> 20 {
        out.write_all(&block).unwrap();
    }
    out.finish().unwrap()
}

fn stream(head: &str, content: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{head}/Length {}>>stream\n", content.len()).into_bytes();
    object.extend(content);
    object.extend(b"\nendstream");
    object
}

#[test]
fn whatever_is_handed_in_ends_in_one_line() {
    let (folder, ours) = example();
    let text = |text: &str| text.as_bytes().to_vec();
    let names = "<</Names<</EmbeddedFiles<</Names[(options.toml)<</EF<</F 2 0 R>>>>]>>>>/Pages 3 0 R>>";
    let bomb = || stream("/Filter/FlateDecode", &zeros(128 << 20));
    let nested = format!("<</A{}{}>>", "[".repeat(100_000), "]".repeat(100_000));
    let many: Vec<Vec<u8>> = (0..100_000).map(|_| text("<<>>")).collect();
    let encrypted = pdf_of(&[text("<<>>")], "/Encrypt<</Filter/Standard>>");
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "is not a PDF"),
        ("text", text("# notes\n"), "is not a PDF"),
        ("a head alone", text("%PDF-1.7\n"), "is damaged or cut off: its end is missing"),
        ("half", ours[..ours.len() / 2].to_vec(), "is damaged or cut off: its end is missing"),
        ("most", ours[..ours.len() - 30].to_vec(), "is damaged or cut off"),
        ("the end alone", [b"%PDF-1.7\n", &ours[ours.len() / 2..]].concat(), "is damaged or cut off"),
        ("encrypted", encrypted, "is encrypted"),
        (
            "another program's",
            pdf_of(&[text("<</Pages 2 0 R>>"), text("<</Kids[]>>")], ""),
            "is no check list of runsheet",
        ),
        ("100,000 objects", pdf_of(&many, ""), "is no check list of runsheet"),
        ("a bomb", pdf_of(&[text(names), bomb()], ""), "unpacks to more than 64 MiB"),
        ("a table in a circle", pdf_of(&[text("<<>>")], "/Prev 0"), "is damaged or cut off"),
        ("nested", pdf_of(&[text(&nested)], ""), "is damaged or cut off: an object can't be read"),
        (
            "attachments in a circle",
            pdf_of(&[text("<</Names<</EmbeddedFiles 2 0 R>>>>"), text("<</Kids[2 0 R 2 0 R]>>")], ""),
            "its attachments lead in a circle",
        ),
        ("a reference to itself", pdf_of(&[text("1 0 R")], ""), "its references lead in a circle"),
        (
            "a filter that is its own",
            pdf_of(&[text(names), text("<</Filter 2 0 R/Length 1>>stream\nx\nendstream")], ""),
            "its references lead in a circle",
        ),
        (
            "a length that is its own",
            pdf_of(&[text(names), text("<</Length 2 0 R>>stream\nx\nendstream")], ""),
            "its references lead in a circle",
        ),
    ];
    for (way, bytes, expected) in &cases {
        fs::write(folder.path().join("bad.pdf"), bytes).unwrap();
        let (code, said, faults) = verify(folder.path(), &["bad.pdf"]);
        assert_eq!((code, &*said), (1, ""), "{way}");
        assert!(faults.contains(expected) && faults.contains("`bad.pdf`"), "{way}: {faults}");
        assert_eq!(faults.lines().count(), 1, "{way}: {faults}");
    }
    let device = cfg!(unix).then_some(("/dev/zero", "a pipe or a device"));
    for (name, expected) in [(".", "is a folder"), ("none.pdf", "no such file")].into_iter().chain(device) {
        let (code, said, faults) = verify(folder.path(), &[name]);
        assert_eq!((code, &*said, faults.lines().count()), (1, "", 1), "{name}: {faults}");
        assert!(faults.contains(expected), "{name}: {faults}");
    }
    let long = fs::File::create(folder.path().join("long.pdf")).unwrap();
    long.set_len(200 << 20).unwrap();
    let (code, _, faults) = verify(folder.path(), &["long.pdf"]);
    assert!(code == 1 && faults.contains("longer than 128 MiB"), "{faults}");
    assert_eq!(words(&runsheet(folder.path(), &["verify"])).0, 2);
    assert_eq!(verify(folder.path(), &["a.pdf", "--format", "xml"]).0, 2);
}

/// Lists of ours with pages that lead in a circle, with pages that share what they inherit, and with a page that
/// unpacks to too much.
#[test]
fn pages_that_are_broken_are_told() {
    let (folder, ours) = example();
    let with = |change: &dyn Fn(&mut Document)| {
        let mut pdf = load(&ours);
        change(&mut pdf);
        fs::write(folder.path().join("bad.pdf"), saved(pdf)).unwrap();
        let (code, said, faults) = verify(folder.path(), &["bad.pdf"]);
        assert_eq!(code, 1, "{said}");
        faults
    };
    let pages = |pdf: &Document| pdf.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    let circle = with(&|pdf| {
        let id = pages(pdf);
        let root = pdf.get_dictionary_mut(id).unwrap();
        root.set("Kids", vec![Object::Reference(id)]);
    });
    assert!(circle.contains("its pages lead in a circle"), "{circle}");
    let many = with(&|pdf| {
        let id = pages(pdf);
        let root = pdf.get_dictionary_mut(id).unwrap();
        root.set("Kids", vec![Object::Dictionary(dictionary! { "Type" => "Page" }); 300_000]);
    });
    assert!(many.contains("more pages than any list has"), "{many}");
    let bomb = with(&|pdf| {
        let bomb = Stream::new(dictionary! { "Filter" => "FlateDecode" }, zeros(20 << 20)).with_compression(false);
        let bomb = pdf.add_object(bomb);
        page(pdf, 1).set("Contents", vec![Object::Reference(bomb); 1000]);
    });
    assert!(bomb.contains("a page that unpacks to more than 64 MiB"), "{bomb}");
    let missing = with(&|pdf| {
        let id = pages(pdf);
        pdf.get_dictionary_mut(id).unwrap().set("Kids", vec![Object::Reference((99_999, 0))]);
    });
    assert!(missing.contains("a page is missing"), "{missing}");
}

#[test]
fn a_file_that_was_mangled_ends_in_a_verdict() {
    let (_, ours) = example();
    let mut plain = load(&ours);
    plain.decompress();
    let files = [ours, saved(plain)];
    let mut verdicts = [0; 3];
    for seed in 0..mutate::count() {
        let bytes = mutate::mutate(&files[(seed % 2) as usize], seed);
        verdicts[mutate::look(&bytes)] += 1;
    }
    // Most are broken, some can be read, and some of these are another list.
    assert!(verdicts.iter().all(|count| *count > 0), "{verdicts:?}");
}
