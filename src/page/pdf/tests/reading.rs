//! What readers make of glyphs and of the space between texts.

use super::*;

#[test]
fn texts_that_stand_apart_are_read_apart() {
    let fonts = Fonts::builtin();
    let mut document = sample(&fonts);
    let page = &mut document.pages[0];
    let mut typesetter = Typesetter::new(&fonts);
    let (tag, y) = (page.items.iter().find_map(|item| item.tag), Pt::points(700));
    let mut code = SETTING;
    for (words, x, is_code) in [("c618", 60, false), ("Run", 160, false), ("now", 220, true), ("void", 300, true)] {
        code.code = is_code;
        put(page, &mut typesetter, &Text::plain(&zh(), words), &code, (Pt::points(x), y), tag);
    }
    page.foot = page.items.len();
    let with_spaces = read(&bytes(&document, &fonts), 0);
    assert!(with_spaces.text.ends_with("c618 Run now void"), "{}", with_spaces.text);
    // The texts stand where they stood.
    for item in &mut document.pages[0].items {
        item.tag = item.tag.filter(|_| matches!(&item.kind, ItemKind::Text(text) if text.y != y));
    }
    let places = |glyphs: &[(f64, f64)]| glyphs.iter().rev().take(4).copied().collect::<Vec<_>>();
    assert_eq!(places(&with_spaces.glyphs), places(&read(&bytes(&document, &fonts), 0).glyphs));
}

/// A letter and its mark may be two glyphs. Readers that don't heed what the page says find each by its font.
#[test]
fn every_glyph_stands_for_a_character() {
    let fonts = Fonts::builtin();
    let mut document = sample(&fonts);
    let page = &mut document.pages[0];
    let words = "x\u{323} ẹ\u{301} x";
    let mut typesetter = Typesetter::new(&fonts);
    put(page, &mut typesetter, &Text::plain(&zh(), words), &SETTING, (Pt::points(60), Pt::points(700)), None);
    page.foot = page.items.len();
    let bytes = bytes(&document, &fonts);
    assert!(read(&bytes, 0).text.ends_with(words));
    let pdf = lopdf::Document::load_mem(&bytes).unwrap();
    let maps =
        pdf.objects.values().filter_map(|object| object.as_dict().ok()?.get(b"ToUnicode").ok()?.as_reference().ok());
    let maps: Vec<String> = maps
        .map(|id| {
            let stream = pdf.get_object(id).unwrap().as_stream().unwrap();
            String::from_utf8_lossy(&stream.decompressed_content().unwrap_or_else(|_| stream.content.clone()))
                .into_owned()
        })
        .collect();
    assert!(maps.iter().any(|map| map.contains("<0323>")) && maps.iter().all(|map| !map.contains("<>")), "{maps:?}");
}
