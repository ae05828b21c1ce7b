//! Writes a drawing as SVG. Words stay text; the file loads nothing and runs no script.

use std::fmt::Write;

use super::decimal::Decimal;
use super::layout::ChartDrawing;
use super::{ItemKind, Path, PathSegment};
use crate::geometry::{Pt, TextItem};
use crate::text::{Fonts, Lang};

/// Writes a drawing with its title and a description in sentences. The same drawing always gives the same text.
#[must_use]
pub fn write(drawing: &ChartDrawing, fonts: &Fonts, lang: &Lang, title: &str, description: &str) -> String {
    let (width, height) = (number(drawing.width), number(drawing.height));
    let mut out = format!(
        concat!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}pt\" height=\"{height}pt\" ",
            "viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\" lang=\"{lang}\" ",
            "xml:lang=\"{lang}\" fill=\"none\" ",
            "font-family=\"'Noto Sans','Noto Sans SC',sans-serif\">\n",
            "<title id=\"title\">{title}</title>\n<desc id=\"desc\">{description}</desc>\n",
            "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        ),
        width = width,
        height = height,
        lang = escaped(lang.tag()),
        title = escaped(title),
        description = escaped(description),
    );
    for item in &drawing.items {
        match &item.kind {
            ItemKind::Text(text) => self::text(&mut out, text, fonts),
            ItemKind::Path(path) => self::path(&mut out, path),
            ItemKind::Stamp(stamp) => self::path(&mut out, &stamp.placed()),
            // The drawing in a wiki isn't filled in and has no links.
            ItemKind::Tick(_) | ItemKind::Link(..) | ItemKind::Field(_) => {}
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Words at their place. A viewer that has to use another font stretches it to the same width.
fn text(out: &mut String, item: &TextItem, fonts: &Fonts) {
    let parts = parts(item, fonts);
    if parts.is_empty() {
        return;
    }
    let face = fonts.face(item.face);
    // What has no fill of its own gets that of the root, which is none.
    let _ = write!(out, "<text y=\"{}\" font-size=\"{}\" fill=\"#000\"", number(item.y), number(item.size));
    if face.bold {
        out.push_str(" font-weight=\"700\"");
    }
    if face.name.starts_with("JetBrainsMono") {
        out.push_str(" font-family=\"'JetBrains Mono',monospace\"");
    } else if face.name.starts_with("NotoSansSC") {
        out.push_str(" font-family=\"'Noto Sans SC',sans-serif\"");
    }
    let place = |part: &TextPart| {
        let (x, width) = (number(part.x), number(part.width));
        format!(" x=\"{x}\" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\"")
    };
    if let [part] = &parts[..] {
        let _ = writeln!(out, "{}>{}</text>", place(part), escaped(&part.text));
        return;
    }
    out.push('>');
    for (index, part) in parts.iter().enumerate() {
        let _ = write!(out, "{}<tspan{}>", if index > 0 { " " } else { "" }, place(part));
        let _ = write!(out, "{}</tspan>", escaped(&part.text));
    }
    out.push_str("</text>\n");
}

/// A piece of an item that a viewer may stretch as a whole, because its width is that of its glyphs alone.
struct TextPart {
    x: Pt,
    width: Pt,
    text: String,
}

/// Divides an item at several spaces in a row and at the space between two scripts, because a viewer would stretch
/// them along with the words. Spaces at either end are left out: SVG viewers drop them, whatever the file says.
fn parts(item: &TextItem, fonts: &Fonts) -> Vec<TextPart> {
    if !item.glyphs.is_sorted_by_key(|glyph| glyph.cluster.start) {
        // Text that runs from right to left stays in one piece.
        return vec![TextPart { x: item.x, width: item.width(), text: item.text.to_string() }];
    }
    let advance = fonts.face(item.face).advances();
    let mut parts: Vec<TextPart> = Vec::new();
    let mut pen = item.x;
    let mut open = false;
    // Spaces are written only once other words follow them.
    let mut space = String::new();
    for glyph in item.glyphs.iter() {
        let chars = item.text.get(glyph.cluster.start as usize..glyph.cluster.end as usize).unwrap_or_default();
        let natural = Pt((i64::from(item.size.0) * i64::from(advance(glyph.id)) / 1000) as i32);
        let wider = glyph.advance - natural > item.size / 20;
        if !chars.is_empty() && chars.trim().is_empty() {
            space.push_str(chars);
        } else {
            let begins = !open || space.chars().count() > 1;
            if begins {
                parts.push(TextPart { x: pen, width: Pt::ZERO, text: String::new() });
                space.clear();
            }
            if let Some(part) = parts.last_mut() {
                part.text.push_str(&std::mem::take(&mut space));
                part.text.push_str(chars);
                part.width = pen + if wider { natural } else { glyph.advance } - part.x;
            }
            open = !wider;
        }
        pen += glyph.advance;
    }
    parts
}

fn path(out: &mut String, path: &Path) {
    out.push_str("<path d=\"");
    for segment in &path.segments {
        match *segment {
            PathSegment::Move(x, y) => points(out, 'M', &[x, y]),
            PathSegment::Line(x, y) => points(out, 'L', &[x, y]),
            PathSegment::Curve(x1, y1, x2, y2, x3, y3) => points(out, 'C', &[x1, y1, x2, y2, x3, y3]),
            PathSegment::Close => out.push('Z'),
        }
    }
    out.push('"');
    if let Some(fill) = path.fill {
        let _ = write!(out, " fill=\"{}\"", gray(fill));
        if path.even_odd {
            out.push_str(" fill-rule=\"evenodd\"");
        }
    }
    if let Some(stroke) = path.stroke {
        let _ = write!(out, " stroke=\"{}\" stroke-width=\"{}\"", gray(stroke.gray), number(stroke.width));
        if stroke.round {
            out.push_str(" stroke-linecap=\"round\"");
        }
    }
    out.push_str("/>\n");
}

/// Writes a path command with its lengths.
fn points(out: &mut String, command: char, lengths: &[Pt]) {
    out.push(command);
    for (index, length) in lengths.iter().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        out.push_str(Decimal::new(length.0.into()).as_str());
    }
}

/// A length in points.
fn number(length: Pt) -> String {
    Decimal::new(length.0.into()).as_str().to_owned()
}

fn gray(gray: u8) -> String {
    format!("#{gray:02x}{gray:02x}{gray:02x}")
}

/// The words with every character that has a meaning in XML as a reference; characters that XML can't hold are left
/// out.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_words_come_back_from_xml(words in "\\PC*") {
            let text = format!("<text a=\"{0}\">{0}</text>", escaped(&words));
            let xml = roxmltree::Document::parse(&text).unwrap();
            let kept: String = words.chars().filter(|c| !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect();
            prop_assert_eq!(xml.root_element().text().unwrap_or(""), &kept);
            prop_assert_eq!(xml.root_element().attribute("a"), Some(&*kept));
        }
    }
}
