//! Lists with more of something than is told or read: doubts, bookmarks, areas of one field.

use std::fs;

use lopdf::{Object, dictionary};

use super::attacks::{ATTACKS, Raw};
use super::{FLOW, built, example, load, saved, verify};
use crate::support::form::fields;

/// Twenty reasons are told one by one, and the others are counted.
#[test]
fn many_reasons_for_doubt_are_counted() {
    let (folder, ours) = example();
    let mut raw = Raw::new(&ours);
    // One way to each reason; of two that change the same place, one.
    let ways = [
        "a key twice",
        "a content that isn't there",
        "a shorter length",
        "fewer pages counted",
        "short rows",
        "a table that isn't quite there",
        "an end that isn't the end",
        "something before",
        "two tables",
        "one in a remark",
        "an annotation that isn't there",
        "two ways to unpack",
        "a stream in another file",
    ];
    for way in ways {
        let attack = ATTACKS.iter().find(|(name, ..)| *name == way);
        let (_, attack, _) = attack.unwrap_or_else(|| panic!("there is no attack `{way}`"));
        attack(&mut raw);
    }
    // Of each object one is told.
    let odd = [
        "<</A(a\rb)>>",
        "<</A<4x>>>",
        "<</A(\\777)>>",
        "<</A/b#>>",
        "<</A 1.0000000000000000000000000>>",
        "<</A 1.0 0 R>>",
    ];
    let free = raw.objects.keys().last().unwrap() + 1;
    raw.objects.extend((free..).zip(odd.map(|object| object.as_bytes().to_vec())));
    let bookmarks = raw.reference("/Type/Catalog", "/Outlines");
    raw.swap("/Type/Catalog", &bookmarks, "<</First 99999 0 R>>");
    raw.trailer.push_str("/Size 2");
    fs::write(folder.path().join("raw.pdf"), raw.write()).unwrap();
    let (code, said, faults) = verify(folder.path(), &["raw.pdf"]);
    let told = faults.lines().filter(|line| line.starts_with("error[not-strict]: it isn't sure that every")).count();
    let more = faults.lines().find_map(|line| line.strip_prefix("error[not-strict]: and for ")?.split(' ').next());
    assert_eq!((code, told), (1, 20), "{faults}{said}");
    assert!(more.is_some_and(|more| more.parse::<usize>().is_ok_and(|more| more > 0)), "{faults}");
}

#[test]
fn more_bookmarks_than_any_list_has_are_not_read() {
    // Bookmarks that stand in each other take less time than as many objects.
    const IN_EACH: u32 = 20;
    const OBJECTS: u32 = 400_000 / IN_EACH;
    let (folder, ours) = example();
    let with = |count: u32| {
        let mut raw = Raw::new(&ours);
        let first = raw.objects.keys().last().unwrap() + 1;
        let outlines = raw.reference("/Type/Catalog", "/Outlines");
        raw.swap("/Type/Catalog", &outlines, &format!("<</First {first} 0 R>>"));
        for number in first..first + count {
            let next = if number + 1 == first + count { "null".to_owned() } else { format!("{} 0 R", number + 1) };
            let object = (0..IN_EACH).fold(next, |next, _| format!("<</Next {next}>>"));
            raw.objects.insert(number, object.into_bytes());
        }
        fs::write(folder.path().join("raw.pdf"), raw.write()).unwrap();
        verify(folder.path(), &["raw.pdf"])
    };
    let (code, said, faults) = with(OBJECTS + 1);
    assert!(code == 1 && said.is_empty() && faults.contains("more bookmarks than any list has"), "{faults}{said}");
    let (code, _, faults) = with(OBJECTS / 400);
    assert!(code == 1 && faults.contains("its bookmarks were changed"), "{faults}");
}

/// A number that no release says is a line at the head of every page: one field with many areas.
#[test]
fn a_field_with_several_areas_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.toml"), FLOW).unwrap();
    let ours = fs::read(built(folder.path(), &["flow.toml", "--fillable"])).unwrap();
    let filled = |value: &str, looks: &[&str]| {
        let mut pdf = load(&ours);
        let (_, id) = fields(&pdf).into_iter().find(|(name, _)| name == "release.number").unwrap();
        let areas = pdf.get_dictionary(id).unwrap().get(b"Kids").unwrap().as_array().unwrap().clone();
        assert!(areas.len() > 1, "{areas:?}");
        pdf.get_dictionary_mut(id).unwrap().set("V", lopdf::text_string(value));
        for (area, look) in areas.iter().zip(looks) {
            let area = area.as_reference().unwrap();
            let rect = pdf.get_dictionary(area).unwrap().get(b"Rect").unwrap().as_array().unwrap();
            let edges: Vec<f32> = rect.iter().map(|edge| edge.as_float().unwrap()).collect();
            let bounds = [0.0, 0.0, edges[2] - edges[0], edges[3] - edges[1]].map(Object::Real).to_vec();
            let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
            let font = dictionary! { "Font" => dictionary! { "F" => font } };
            let form = dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => bounds, "Resources" => font };
            let drawn = format!("/Tx BMC q BT 0 g /F 8 Tf 1 2 Td ({look}) Tj ET Q EMC");
            let form = pdf.add_object(lopdf::Stream::new(form, drawn.into_bytes()));
            pdf.get_dictionary_mut(area).unwrap().set("AP", dictionary! { "N" => form });
        }
        fs::write(folder.path().join("filled.pdf"), saved(pdf)).unwrap();
        let json = verify(folder.path(), &["filled.pdf", "--format", "json"]).1;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let told = json["fields"].as_array().unwrap().iter().filter(|field| field["name"] == "release.number");
        let told: Vec<_> = told.map(|field| (field["value"].clone(), field["page"].clone())).collect();
        let (code, _, faults) = verify(folder.path(), &["filled.pdf"]);
        (code, faults, told)
    };
    let (code, faults, told) = filled("7", &["7"; 20]);
    assert_eq!((code, &*faults, told), (0, "", vec![("7".into(), 1.into())]));
    // What one area shows is what people read there.
    let looks = ["7", "8", "7"];
    let (code, faults, told) = filled("7", &looks);
    assert_eq!((code, told), (1, vec![("7".into(), 1.into())]), "{faults}");
    assert!(faults.contains(" on page 2 shows something other than its value"), "{faults}");
}
