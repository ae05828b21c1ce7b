//! How the look of an annotation lies over its page. Whoever shows it scales the look's own bounds to the annotation's
//! rectangle (ISO 32000-1, 12.5.5), so what is drawn is seen as it is only where the two are of one size.

use super::{Dict, Fault, ReceivedFile};

/// By how much the sides of two rectangles may differ that are of one size, in points: programs write numbers anew.
const ROUNDING: f64 = 0.5;

/// A rectangle, its edges in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bounds {
    pub left: f64,
    pub bottom: f64,
    pub right: f64,
    pub top: f64,
}

impl Bounds {
    /// Of two opposite corners, in any order; `None` for other than four numbers.
    pub(super) fn new(corners: &[f64]) -> Option<Self> {
        let [x, y, x2, y2] = *corners else { return None };
        Some(Self { left: x.min(x2), bottom: y.min(y2), right: x.max(x2), top: y.max(y2) })
    }

    /// True for a point inside of it, or no farther outside.
    pub(super) fn holds(&self, (x, y): (f64, f64), outside: f64) -> bool {
        (self.left - outside..=self.right + outside).contains(&x)
            && (self.bottom - outside..=self.top + outside).contains(&y)
    }

    /// What it has in common with another one.
    pub(super) const fn inside(&self, other: &Self) -> Self {
        Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        }
    }

    /// Its height, in points; less than none for one that holds nothing.
    pub(super) const fn height(&self) -> f64 {
        self.top - self.bottom
    }

    /// How far to the right and up the look with these bounds is moved to lie over its annotation; `None` when it is scaled.
    pub(super) fn moved_to(&self, rect: &Self) -> Option<(f64, f64)> {
        let (right, up) = (rect.left - self.left, rect.bottom - self.bottom);
        let is_of_one_size =
            (rect.right - self.right - right).abs() < ROUNDING && (rect.top - self.top - up).abs() < ROUNDING;
        is_of_one_size.then_some((right, up))
    }
}

/// The bounds of a look that is drawn as it is, neither turned nor moved, by everyone and behind nothing; `None` for any other.
pub(super) fn bounds(file: &ReceivedFile<'_>, look: &Dict) -> Result<Option<Bounds>, Fault> {
    let matrix = file.numbers(look, "Matrix")?;
    let is_moved = look.contains_key(&b"Matrix"[..]) && matrix != [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
    if is_moved || look.keys().any(|key| matches!(&**key, b"Group" | b"OC" | b"Ref" | b"F")) {
        return Ok(None);
    }
    Ok(Bounds::new(&file.numbers(look, "BBox")?))
}

/// The gray of a colour whose parts are between 0 and 1, as the eye takes it: 0 black … 1 white.
pub(super) fn gray([red, green, blue]: [f64; 3]) -> f64 {
    0.3 * red + 0.59 * green + 0.11 * blue
}
