//! A document as text: what stands where, for tests whose expectations are read as a diff.

use std::fmt::Write as _;

use super::{Destination, Document, FieldKind, Item, Kind, Path, Pt, Rect, Role, Segment, Stroke, Tag, Target};

/// Every page, item, tag, destination and field in order; positions in points, cut to tenths.
#[must_use]
pub fn listing(document: &Document) -> String {
    let mut out = String::new();
    write_listing(document, &mut out);
    out
}

fn write_listing(document: &Document, out: &mut String) {
    line(out, format_args!("document {:?} id {} lang {}", document.title, document.id, document.lang.tag()));
    if let Some(date) = &document.date {
        line(out, format_args!("date {date}"));
    }
    let mut destinations: Vec<Vec<&Destination>> = vec![Vec::new(); document.pages.len()];
    for destination in &document.destinations {
        if let Some(page) = destinations.get_mut(destination.page) {
            page.push(destination);
        }
    }
    for (index, (page, destinations)) in document.pages.iter().zip(destinations).enumerate() {
        line(out, format_args!("\npage {} {} × {}", index + 1, tenths(page.width), tenths(page.height)));
        for destination in destinations {
            line(out, format_args!("  destination {} at {}", destination.name, tenths(destination.y)));
        }
        for item in &page.items {
            line(out, format_args!("  {}", item_line(document, item)));
        }
    }
    if !document.outline.is_empty() {
        line(out, format_args!("\noutline"));
    }
    for entry in &document.outline {
        let indent = usize::from(entry.level) * 2;
        line(out, format_args!("  {:indent$}{} → {}", "", entry.title, entry.destination));
    }
    if !document.tags.is_empty() {
        line(out, format_args!("\ntags"));
    }
    let mut depths: Vec<usize> = Vec::with_capacity(document.tags.len());
    for (index, tag) in document.tags.iter().enumerate() {
        let depth = tag.parent.and_then(|parent| depths.get(parent.0 as usize)).map_or(0, |depth| depth + 1);
        depths.push(depth);
        line(out, format_args!("  {:width$}{index} {}", "", tag_words(tag), width = depth * 2));
    }
}

fn line(out: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing to a string can't fail.
    let _ = writeln!(out, "{words}");
}

fn item_line(document: &Document, item: &Item) -> String {
    let tag = item.tag.map_or_else(String::new, |tag| format!(" #{}", tag.0));
    match &item.kind {
        Kind::Text(text) => {
            let (x, y, width, size) = (tenths(text.x), tenths(text.y), tenths(text.width()), tenths(text.size));
            let gray = if text.gray == 0 { String::new() } else { format!(" gray {}", text.gray) };
            format!("text {x} {y} wide {width} face {} size {size}{gray}{tag} {:?}", text.face.0, text.text)
        }
        Kind::Path(path) => format!("path{}{tag}", path_words(path)),
        Kind::Tick(tick) => {
            let struck = if tick.struck { " struck" } else { "" };
            let field = tick.field.and_then(|field| document.fields.get(field.0 as usize));
            let name = field.map_or_else(String::new, |field| format!(" {}", field.name));
            format!("tick {}{struck}{name}{tag}", rect_words(tick.rect))
        }
        Kind::Link(rect, target) => {
            let target = match target {
                Target::Inside(name) => name,
                Target::Uri(uri) => uri,
            };
            format!("link {}{tag} {target}", rect_words(*rect))
        }
        Kind::Field(field) => match document.fields.get(field.0 as usize) {
            Some(field) => {
                let kind = match field.kind {
                    FieldKind::Tick => "tick",
                    FieldKind::Line => "line",
                    FieldKind::Signature => "signature",
                };
                format!("field {kind} {}{tag} {} {:?}", rect_words(field.rect), field.name, field.tooltip)
            }
            None => format!("field {}{tag} unknown", field.0),
        },
    }
}

fn path_words(path: &Path) -> String {
    let mut words = String::new();
    if let Some(Stroke { width, gray, dash, round }) = path.stroke {
        let _ = write!(words, " stroke {:.2} gray {gray}", f64::from(width.0) / 1000.0);
        if let Some((on, off)) = dash {
            let _ = write!(words, " dash {} {}", tenths(on), tenths(off));
        }
        if round {
            words.push_str(" round");
        }
    }
    if let Some(gray) = path.fill {
        let _ = write!(words, " fill {gray}");
    }
    words.push(':');
    for segment in &path.segments {
        let _ = match *segment {
            Segment::Move(x, y) => write!(words, " M {} {}", tenths(x), tenths(y)),
            Segment::Line(x, y) => write!(words, " L {} {}", tenths(x), tenths(y)),
            Segment::Curve(_, _, _, _, x, y) => write!(words, " C {} {}", tenths(x), tenths(y)),
            Segment::Close => write!(words, " Z"),
        };
    }
    words
}

fn rect_words(rect: Rect) -> String {
    format!("{} {} {} × {}", tenths(rect.x), tenths(rect.y), tenths(rect.width), tenths(rect.height))
}

fn tag_words(tag: &Tag) -> String {
    let mut words = match tag.role {
        Role::Heading(level) => format!("Heading {level}"),
        role => format!("{role:?}"),
    };
    if let Some(alt) = &tag.alt {
        let _ = write!(words, " alt {alt:?}");
    }
    if let Some(lang) = &tag.lang {
        let _ = write!(words, " lang {}", lang.tag());
    }
    words
}

/// Points with one decimal, rounded half away from zero.
fn tenths(length: Pt) -> String {
    let tenths = (i64::from(length.0.unsigned_abs()) + 50) / 100;
    let sign = if length.0 < 0 && tenths != 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Page, TagId, Tick};
    use crate::text::Lang;

    #[test]
    fn lengths_are_rounded_to_tenths() {
        for (length, words) in [(49, "0.0"), (50, "0.1"), (-49, "0.0"), (-1250, "-1.3"), (595_276, "595.3")] {
            assert_eq!(tenths(Pt(length)), words);
        }
    }

    #[test]
    fn every_kind_of_thing_has_its_line() {
        let rect = Rect { x: Pt(1000), y: Pt(2000), width: Pt(3000), height: Pt(4000) };
        let tick = Kind::Tick(Tick { rect, struck: true, field: None });
        let link = Kind::Link(rect, Target::Inside("step-1".to_owned()));
        let document = Document {
            title: "发布".to_owned(),
            id: "x".to_owned(),
            lang: Lang::new("zh-CN"),
            date: None,
            pages: vec![Page {
                width: Pt::points(100),
                height: Pt::points(50),
                items: vec![Item { tag: Some(TagId(1)), kind: tick }, Item { tag: None, kind: link }],
            }],
            tags: vec![
                Tag { role: Role::Document, parent: None, alt: None, lang: None },
                Tag { role: Role::Heading(2), parent: Some(TagId(0)), alt: Some("a".to_owned()), lang: None },
            ],
            outline: Vec::new(),
            destinations: vec![Destination { name: "step-1".to_owned(), page: 0, y: Pt(500) }],
            fields: Vec::new(),
        };
        let expected = "document \"发布\" id x lang zh-CN\n\npage 1 100.0 × 50.0\n  destination step-1 at 0.5\n  \
                        tick 1.0 2.0 3.0 × 4.0 struck #1\n  link 1.0 2.0 3.0 × 4.0 step-1\n\ntags\n  0 Document\n    \
                        1 Heading 2 alt \"a\"\n";
        assert_eq!(listing(&document), expected);
    }
}
