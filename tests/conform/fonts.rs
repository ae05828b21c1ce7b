//! Checks fonts: they are embedded, have the widths that the file states, and map every code that is shown to
//! characters.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, ObjectId};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, GlyphId};

use super::{File, name_of};

pub fn findings(file: &File) -> Vec<String> {
    let mut shown: BTreeMap<ObjectId, Vec<u16>> = BTreeMap::new();
    let mut findings = Vec::new();
    for (page, marks) in file.pages.iter().zip(&file.marks) {
        let Ok(page) = file.pdf.get_dictionary(*page) else { continue };
        let fonts = file.dict(page, "Resources").and_then(|resources| file.dict(resources, "Font"));
        for (name, codes) in &marks.shown {
            match fonts.and_then(|fonts| fonts.get(name.as_bytes()).ok()?.as_reference().ok()) {
                Some(font) => shown.entry(font).or_default().extend(codes),
                None => findings.push(format!("19005-3 6.2.2: a page lacks its font `{name}`")),
            }
        }
    }
    for (id, object) in &file.pdf.objects {
        let Ok(font) = object.as_dict() else { continue };
        if name_of(font, "Subtype") != "Type0" {
            continue;
        }
        let codes = shown.get(id).map(Vec::as_slice).unwrap_or_default();
        let name = name_of(font, "BaseFont");
        findings.extend(composite(file, font, codes).into_iter().map(|finding| format!("{finding} (`{name}`)")));
    }
    findings
}

fn composite(file: &File, font: &Dictionary, codes: &[u16]) -> Vec<String> {
    let found = |finding: &str| vec![finding.to_owned()];
    let descendant = file.array(font, "DescendantFonts").first().and_then(|entry| super::follow(file.pdf, entry));
    let Some(descendant) = descendant.and_then(|object| object.as_dict().ok()) else {
        return found("32000-1 9.7.6: no descendant");
    };
    let Some(descriptor) = file.dict(descendant, "FontDescriptor") else {
        return found("19005-3 6.2.11.4: no descriptor");
    };
    let mut findings = Vec::new();
    let named = |dict: &Dictionary, key| name_of(dict, key) == name_of(font, "BaseFont");
    if !named(descendant, "BaseFont") || !named(descriptor, "FontName") {
        findings.push("32000-1 9.7.6: the font has several names".to_owned());
    }
    if name_of(font, "Encoding") != "Identity-H" || name_of(descendant, "CIDToGIDMap") != "Identity" {
        findings.push("19005-3 6.2.11.3: codes aren't glyphs".to_owned());
    }
    if descriptor.has(b"CIDSet") {
        findings.push("19005-3 6.2.11.4.2: there is a CIDSet, which must be complete".to_owned());
    }
    let metric = |key: &str| descriptor.get(key.as_bytes()).and_then(Object::as_i64).unwrap_or(0);
    if !(metric("CapHeight") > 0 && metric("CapHeight") < metric("Ascent")) {
        findings.push("32000-1 9.8.1: the capitals are as high as the line".to_owned());
    }
    let program = file.get(descriptor, "FontFile2").and_then(|object| object.as_stream().ok());
    let program = program.map(|stream| stream.decompressed_content().unwrap_or_else(|_| stream.content.clone()));
    let Some(program) = program else {
        findings.push("19005-3 6.2.11.4.1: the font isn't embedded".to_owned());
        return findings;
    };
    let Ok(parsed) = FontRef::new(&program) else {
        findings.push("19005-3 6.2.11.2: the font program is broken".to_owned());
        return findings;
    };
    let metrics = GlyphMetrics::new(&parsed, Size::new(1000.0), LocationRef::default());
    let widths = widths(file, descendant);
    let wrong = widths.iter().find(|(code, width)| {
        let own = metrics.advance_width(GlyphId::from(**code)).unwrap_or(-1.0);
        (own - **width as f32).abs() > 1.0
    });
    if let Some((code, width)) = wrong {
        findings.push(format!("19005-3 6.2.11.5: the width of {code} isn't {width}"));
    }
    let default = descendant.get(b"DW").and_then(Object::as_i64).unwrap_or(1000);
    let known = characters(file, font);
    for code in codes {
        let own = metrics.advance_width(GlyphId::from(*code));
        if *code == 0 || own.is_none() {
            findings.push(format!("19005-3 6.2.11.8: {code} shows no glyph"));
        } else if !widths.contains_key(code) && own != Some(default as f32) {
            findings.push(format!("19005-3 6.2.11.5: {code} has no width"));
        }
        let sound = |text: &String| {
            text.chars().all(|ch| !matches!(ch, '\0' | '\u{FEFF}' | '\u{FFFE}' | '\u{E000}'..='\u{F8FF}'))
        };
        if !known.get(code).is_some_and(sound) {
            findings.push(format!("19005-3 6.2.11.7.2: {code} stands for no character"));
        }
    }
    findings.truncate(5);
    findings
}

/// The widths that a font states.
fn widths(file: &File, descendant: &Dictionary) -> BTreeMap<u16, i64> {
    let mut widths = BTreeMap::new();
    let mut entries = file.array(descendant, "W").iter();
    while let Some(first) = entries.next().and_then(|first| first.as_i64().ok()) {
        match entries.next() {
            Some(Object::Array(run)) => {
                let run = run.iter().filter_map(|width| width.as_i64().ok());
                widths.extend(run.enumerate().map(|(n, width)| (first as u16 + n as u16, width)));
            }
            Some(last) => {
                let width = entries.next().and_then(|width| width.as_i64().ok()).unwrap_or(-1);
                widths.extend((first..=last.as_i64().unwrap_or(-1)).map(|code| (code as u16, width)));
            }
            None => break,
        }
    }
    widths
}

/// The characters of each code, read from single entries and ranges.
fn characters(file: &File, font: &Dictionary) -> BTreeMap<u16, String> {
    let stream = file.get(font, "ToUnicode").and_then(|object| object.as_stream().ok());
    let text = stream.map(|stream| stream.decompressed_content().unwrap_or_else(|_| stream.content.clone()));
    let text = String::from_utf8_lossy(&text.unwrap_or_default()).into_owned();
    let number = |hex: &str| u16::from_str_radix(hex, 16).unwrap_or(0);
    let string = |hex: &str| {
        let units: Vec<u16> = hex.as_bytes().chunks(4).map(|unit| number(&String::from_utf8_lossy(unit))).collect();
        String::from_utf16_lossy(&units)
    };
    let mut known = BTreeMap::new();
    let mut kind = "";
    for line in text.lines() {
        match line.split_whitespace().last() {
            Some(word @ ("beginbfchar" | "beginbfrange")) => kind = word,
            Some("endbfchar" | "endbfrange") => kind = "",
            _ => {}
        }
        let codes: Vec<&str> = line.split(['<', '>']).skip(1).step_by(2).collect();
        match (kind, codes.as_slice()) {
            ("beginbfchar", [code, text]) => {
                known.insert(number(code), string(text));
            }
            ("beginbfrange", [first, last, text]) if first == last => {
                known.insert(number(first), string(text));
            }
            ("beginbfrange", [first, last, text]) => {
                let start = number(text);
                let codes = (number(first)..=number(last)).zip(start..);
                known.extend(codes.map(|(code, unit)| (code, String::from_utf16_lossy(&[unit]))));
            }
            _ => {}
        }
    }
    known
}
