//! Strokes of a pen, as people draw them on a tablet: over the page, and hiding nothing of it.

use super::appearance::{self, Bounds, gray};
use super::{Dict, Fault, Lexer, PdfValue, ReceivedFile, Token, numbers};

/// What a pen mark may say of itself.
const KEYS: [&[u8]; 17] = [
    b"Type",
    b"Subtype",
    b"Rect",
    b"InkList",
    b"AP",
    b"C",
    b"BS",
    b"F",
    b"M",
    b"NM",
    b"P",
    b"CreationDate",
    b"T",
    b"Contents",
    b"RD",
    b"CA",
    b"StructParent",
];

/// The thinnest stroke that everyone sees, and the widest that hides nothing, in points.
const WIDTHS: std::ops::RangeInclusive<f64> = 0.2..=3.0;

/// The lightest gray of a stroke; 1 is white.
const LIGHTEST: f64 = 0.5;

/// How far from the points that it says a stroke may be drawn, in points.
const FARTHEST: f64 = 8.0;

/// The most points of one mark.
const MOST_POINTS: usize = 20_000;

/// True for an annotation that draws strokes alone: opaque, dark, thin, and along the points that it says.
pub(super) fn is_pen_mark(file: &ReceivedFile<'_>, table: &Dict) -> Result<bool, Fault> {
    let is_ink = file.get(table, "Subtype")?.name() == Some(b"Ink");
    if !is_ink || table.keys().any(|key| !KEYS.contains(&&**key)) {
        return Ok(false);
    }
    let opaque = match file.get(table, "CA")? {
        PdfValue::Null => true,
        opacity => opacity.number() == Some(1.0),
    };
    let shown = file.get(table, "F")?;
    // Hidden on a screen or on paper, it is seen by some alone.
    let is_shown = shown == PdfValue::Null || shown.whole().is_some_and(|flags| flags & 0b10_0011 == 0);
    let has_note = match file.get(table, "Contents")? {
        PdfValue::Null => false,
        PdfValue::String(note) => !note.is_empty(),
        _ => true,
    };
    let looks = file.get(table, "AP")?;
    let (Some(looks), true) = (looks.table(), opaque && is_shown && !has_note) else { return Ok(false) };
    let look = file.get(looks, "N")?;
    let (PdfValue::Stream(form, ..), 1) = (&look, looks.len()) else { return Ok(false) };
    let resources = file.get(form, "Resources")?;
    let has_resources = resources.table().is_some_and(|resources| resources.keys().any(|key| key != b"ProcSet"));
    let (rect, bounds) = (Bounds::new(&file.numbers(table, "Rect")?), appearance::bounds(file, form)?);
    let moved = bounds.zip(rect).and_then(|(bounds, rect)| bounds.moved_to(&rect));
    let (Some((right, up)), false) = (moved, has_resources) else { return Ok(false) };
    let mut points = Vec::new();
    if let PdfValue::List(strokes) = file.get(table, "InkList")? {
        for stroke in strokes {
            let PdfValue::List(stroke) = file.follow(&stroke)? else { return Ok(false) };
            points.extend(numbers(&stroke).chunks_exact(2).map(|pair| (pair[0] - right, pair[1] - up)));
        }
    }
    if points.len() > MOST_POINTS {
        return Ok(false);
    }
    let content = file.unpack(&look)?;
    file.work(content.len())?;
    let Some(drawn) = strokes(&content) else { return Ok(false) };
    file.work(drawn.len().saturating_mul(points.len()))?;
    Ok(!drawn.is_empty() && drawn.iter().all(|drawn| is_near(*drawn, &points)))
}

/// Points on the way of the strokes that are drawn, half-way between any two of them too; `None` for a drawing that holds
/// anything else, or that isn't dark and thin.
pub(super) fn strokes(content: &[u8]) -> Option<Vec<(f64, f64)>> {
    let mut lexer = Lexer::new(content, 0);
    let mut operands: Vec<f64> = Vec::new();
    let (mut drawn, mut path) = (Vec::new(), Vec::new());
    let mut at = (0.0, 0.0);
    while let Some(token) = lexer.token(0) {
        let word = match token {
            Token::Value(PdfValue::Number(number)) => {
                operands.push(number);
                continue;
            }
            // No dashes: between long ones nothing is drawn.
            Token::Value(PdfValue::List(dashes)) if dashes.is_empty() => continue,
            Token::Word(word) => word,
            _ => return None,
        };
        // A straight line is a curve whose control points are its ends.
        let curve = match (&*word, &*operands) {
            (b"m", [x, y]) => {
                at = (*x, *y);
                path.push(at);
                None
            }
            (b"l", [x, y]) => Some([at, (*x, *y), (*x, *y)]),
            (b"c", [x1, y1, x2, y2, x, y]) => Some([(*x1, *y1), (*x2, *y2), (*x, *y)]),
            (b"v", [x2, y2, x, y]) => Some([at, (*x2, *y2), (*x, *y)]),
            (b"y", [x1, y1, x, y]) => Some([(*x1, *y1), (*x, *y), (*x, *y)]),
            (b"S" | b"s", []) => {
                drawn.append(&mut path);
                None
            }
            (b"w", [width]) if WIDTHS.contains(width) => None,
            (b"G", [shade]) if *shade <= LIGHTEST => None,
            (b"RG", [red, green, blue]) if gray([*red, *green, *blue]) <= LIGHTEST => None,
            (b"h" | b"q" | b"Q", []) | (b"J" | b"j" | b"M" | b"d" | b"i", [_]) => None,
            _ => return None,
        };
        if let Some([first, second, end]) = curve {
            let half = |from: f64, first: f64, second: f64, to: f64| (from + 3.0 * (first + second) + to) / 8.0;
            path.extend([(half(at.0, first.0, second.0, end.0), half(at.1, first.1, second.1, end.1)), end]);
            at = end;
        }
        operands.clear();
    }
    (lexer.doubt.is_none() && lexer.is_at_end()).then_some(drawn)
}

/// True for a point that is near one of a stroke's points, or near the way between two of them.
fn is_near(point: (f64, f64), points: &[(f64, f64)]) -> bool {
    let distance = |from: (f64, f64), to: (f64, f64)| {
        let (x, y) = (to.0 - from.0, to.1 - from.1);
        let length = x.mul_add(x, y * y);
        let along = (point.0 - from.0).mul_add(x, (point.1 - from.1) * y);
        let at = if length > 0.0 { (along / length).clamp(0.0, 1.0) } else { 0.0 };
        (point.0 - x.mul_add(at, from.0)).hypot(point.1 - y.mul_add(at, from.1))
    };
    let alone = points.first().is_some_and(|first| distance(*first, *first) <= FARTHEST);
    alone || points.windows(2).any(|pair| distance(pair[0], pair[1]) <= FARTHEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dark_thin_strokes_are_those_of_a_pen() {
        let line = vec![(100.0, 8.0), (51.0, 7.0), (2.0, 6.0)];
        assert_eq!(strokes(b"1 w 1 0 0 RG 1 J 1 j [] 0 d\n100 8 m\n2 6 l\nS\n"), Some(line));
        assert_eq!(strokes(b"q 0 0 1 RG 0 0 m 0 8 8 8 8 0 c S Q"), Some(vec![(0.0, 0.0), (4.0, 6.0), (8.0, 0.0)]));
        // What is never drawn is no stroke.
        assert_eq!(strokes(b"1 w 1 2 m 3 4 l"), Some(Vec::new()));
        for other in [
            "1 G 1 2 m 3 4 l S",
            "1 1 0 RG 1 2 m 3 4 l S",
            "4 w 1 2 m 3 4 l S",
            "0 w 1 2 m 3 4 l S",
            "[1 999] 0 d 1 2 m 3 4 l S",
            "1 2 m 3 4 l n",
            "1 2 m 3 4 l f",
            "1 2 m 3 4 l B",
            "0 0 9 9 re S",
            "9 0 0 9 0 0 cm 1 2 m 3 4 l S",
            "/GS0 gs 1 2 m 3 4 l S",
            "BT (x) Tj ET",
            "/X Do",
            "1 2 m 3 4 l W n",
            "1 2 m 3 4 l S )",
        ] {
            assert_eq!(strokes(other.as_bytes()), None, "{other}");
        }
        let line = [(0.0, 0.0), (100.0, 0.0)];
        assert!(is_near((50.0, 2.0), &line) && !is_near((50.0, 20.0), &line) && !is_near((0.0, 0.0), &[]));
    }
}
