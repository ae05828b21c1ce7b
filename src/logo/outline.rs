//! Outlines as SVG writes them, in the attribute `d`.
//!
//! Sines are only asked for where a drawing is turned: their last digit isn't the same on every machine.

use super::Segment;

/// The outlines of some path data; `None` where they aren't written as SVG wants it.
pub fn read(data: &str) -> Option<Vec<Segment>> {
    let mut reader = PathReader { rest: data.as_bytes() };
    let (mut out, mut from, mut begin) = (Vec::new(), [0.0; 2], [0.0; 2]);
    // The control point that a smooth curve goes on from, with the letter of the curve before.
    let mut bend: Option<(u8, [f64; 2])> = None;
    reader.skip(false);
    while let Some(letter) = reader.letter() {
        let (kind, is_relative) = (letter.to_ascii_uppercase(), letter.is_ascii_lowercase());
        if out.is_empty() && kind != b'M' {
            return None;
        }
        let mut kind = kind;
        loop {
            if kind == b'Z' {
                out.push(Segment::Close);
                (from, bend) = (begin, None);
                break;
            }
            let [x, y] = if is_relative { from } else { [0.0; 2] };
            let point = |reader: &mut PathReader<'_>| Some([x + reader.number()?, y + reader.number()?]);
            let reflected = |kind: u8| match bend {
                Some((before, [x, y])) if before == kind => [2.0 * from[0] - x, 2.0 * from[1] - y],
                _ => from,
            };
            let mut next = None;
            let to = match kind {
                b'M' | b'L' => {
                    let to = point(&mut reader)?;
                    out.push(if kind == b'M' { Segment::Move(to) } else { Segment::Line(to) });
                    to
                }
                b'H' | b'V' => {
                    let at = reader.number()?;
                    let to = if kind == b'H' { [x + at, from[1]] } else { [from[0], y + at] };
                    out.push(Segment::Line(to));
                    to
                }
                b'C' | b'S' => {
                    let one = if kind == b'C' { point(&mut reader)? } else { reflected(b'C') };
                    let (other, to) = (point(&mut reader)?, point(&mut reader)?);
                    out.push(Segment::Curve(one, other, to));
                    next = Some((b'C', other));
                    to
                }
                b'Q' | b'T' => {
                    let middle = if kind == b'Q' { point(&mut reader)? } else { reflected(b'Q') };
                    let to = point(&mut reader)?;
                    let third = |end: [f64; 2]| [0, 1].map(|axis| end[axis] + (middle[axis] - end[axis]) * 2.0 / 3.0);
                    out.push(Segment::Curve(third(from), third(to), to));
                    next = Some((b'Q', middle));
                    to
                }
                b'A' => {
                    let radii = [reader.number()?, reader.number()?];
                    let turned = reader.number()?;
                    let flags = [reader.flag()?, reader.flag()?];
                    let to = point(&mut reader)?;
                    arc(&mut out, from, to, radii, turned, flags);
                    to
                }
                _ => return None,
            };
            if kind == b'M' {
                begin = to;
                // Further points of a beginning are lines.
                kind = b'L';
            }
            (from, bend) = (to, next);
            reader.skip(true);
            if !reader.is_at_number() {
                break;
            }
        }
        reader.skip(false);
    }
    reader.rest.is_empty().then_some(out)
}

/// An arc of an ellipse as curves (SVG 2, B.2.4).
fn arc(
    out: &mut Vec<Segment>,
    from: [f64; 2],
    to: [f64; 2],
    radii: [f64; 2],
    turned: f64,
    [is_large, is_clockwise]: [bool; 2],
) {
    let mut radii = radii.map(f64::abs);
    let is_point = from.iter().zip(to).all(|(from, to)| (from - to).abs() <= 0.0);
    if radii.contains(&0.0) || is_point {
        out.push(Segment::Line(to));
        return;
    }
    let (sin, cos) = sin_cos(turned);
    let turn = |[x, y]: [f64; 2]| [cos * x + sin * y, cos * y - sin * x];
    // On a circle with radius 1 around 0, all ellipses are the same.
    let half = turn([(from[0] - to[0]) / 2.0, (from[1] - to[1]) / 2.0]);
    let mut unit = [half[0] / radii[0], half[1] / radii[1]];
    let length = unit[0] * unit[0] + unit[1] * unit[1];
    if length > 1.0 {
        radii = radii.map(|radius| radius * length.sqrt());
        unit = [half[0] / radii[0], half[1] / radii[1]];
    }
    let side = ((1.0 - length) / length).max(0.0).sqrt() * if is_large == is_clockwise { -1.0 } else { 1.0 };
    let centre = [side * unit[1], -side * unit[0]];
    let begin = [unit[0] - centre[0], unit[1] - centre[1]];
    let end = [-unit[0] - centre[0], -unit[1] - centre[1]];
    let middle = [f64::midpoint(from[0], to[0]), f64::midpoint(from[1], to[1])];
    let place = |[x, y]: [f64; 2]| {
        let [x, y] = [(x + centre[0]) * radii[0], (y + centre[1]) * radii[1]];
        [middle[0] + cos * x - sin * y, middle[1] + sin * x + cos * y]
    };
    let direction = if is_clockwise { 1.0 } else { -1.0 };
    for [one, other, end] in quarters(begin, end, direction) {
        out.push(Segment::Curve(place(one), place(other), place(end)));
    }
    if let Some(Segment::Curve(_, _, last)) = out.last_mut() {
        *last = to;
    }
}

/// Sine and cosine of an angle in degrees, exact for the usual ones.
pub fn sin_cos(degrees: f64) -> (f64, f64) {
    let turn = degrees.rem_euclid(360.0);
    match turn {
        0.0 => (0.0, 1.0),
        90.0 => (1.0, 0.0),
        180.0 => (0.0, -1.0),
        270.0 => (-1.0, 0.0),
        _ => turn.to_radians().sin_cos(),
    }
}

/// The curves of an arc on the circle with radius 1 around 0, each at most a quarter of it.
fn quarters(begin: [f64; 2], end: [f64; 2], direction: f64) -> Vec<[[f64; 2]; 3]> {
    let across = |[x, y]: [f64; 2]| [-y * direction, x * direction];
    let cross = (begin[0] * end[1] - begin[1] * end[0]) * direction;
    let dot = (begin[0] * end[0] + begin[1] * end[1]).clamp(-1.0, 1.0);
    if cross >= 0.0 && dot >= 0.0 {
        // A third of the tangent of the quarter of its angle, times four.
        let half = f64::midpoint(1.0, dot).sqrt();
        let bend = 4.0 / 3.0 * ((1.0 - half) / (1.0 + half)).sqrt();
        let [one, other] = [(begin, bend), (end, -bend)].map(|(at, bend)| {
            let [x, y] = across(at);
            [at[0] + bend * x, at[1] + bend * y]
        });
        return vec![[one, other, end]];
    }
    let sum = [begin[0] + end[0], begin[1] + end[1]];
    let length = sum[0].hypot(sum[1]);
    let middle = if length < 1e-6 {
        across(begin)
    } else {
        // Beyond half of the circle, the middle lies on the other side.
        let side = if cross < 0.0 { -1.0 } else { 1.0 };
        sum.map(|part| side * part / length)
    };
    let mut both = quarters(begin, middle, direction);
    both.extend(quarters(middle, end, direction));
    both
}

/// Reads path data, byte by byte.
struct PathReader<'d> {
    rest: &'d [u8],
}

impl PathReader<'_> {
    /// Skips white space, and at most one comma where there may be one.
    fn skip(&mut self, comma: bool) {
        self.rest = self.rest.trim_ascii_start();
        if comma && let [b',', rest @ ..] = self.rest {
            self.rest = rest.trim_ascii_start();
        }
    }

    fn letter(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first().filter(|(first, _)| first.is_ascii_alphabetic())?;
        self.rest = rest;
        self.skip(false);
        Some(*first)
    }

    fn is_at_number(&self) -> bool {
        self.rest.first().is_some_and(|byte| byte.is_ascii_digit() || b"+-.".contains(byte))
    }

    /// `0` or `1`, between which there may be nothing.
    fn flag(&mut self) -> Option<bool> {
        let (first, rest) = self.rest.split_first().filter(|(first, _)| b"01".contains(first))?;
        self.rest = rest;
        self.skip(true);
        Some(*first == b'1')
    }

    fn number(&mut self) -> Option<f64> {
        let digits = |from: usize| self.rest[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = usize::from(matches!(self.rest.first(), Some(b'+' | b'-')));
        end += digits(end);
        if self.rest.get(end) == Some(&b'.') {
            end += 1 + digits(end + 1);
        }
        if matches!(self.rest.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.rest.get(end + 1), Some(b'+' | b'-')));
            let power = digits(end + 1 + sign);
            end += if power > 0 { 1 + sign + power } else { 0 };
        }
        let number: f64 = std::str::from_utf8(&self.rest[..end]).ok()?.parse().ok()?;
        self.rest = &self.rest[end..];
        self.skip(true);
        number.is_finite().then_some(number)
    }
}
