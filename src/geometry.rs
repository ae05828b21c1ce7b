//! Lengths, rectangles, paper sizes and positioned glyphs, shared by line breaking, layout and the PDF writer.
//!
//! Every length is a whole number of thousandths of a point, so that the same flow gives the same bytes on every
//! machine. `x` grows to the right, `y` grows downwards from the top left corner of the page.

use std::ops::{Add, AddAssign, Div, Mul, Neg, Range, Sub, SubAssign};
use std::sync::Arc;

/// A length in thousandths of a point (1/72 inch). Whatever is computed stops at the longest one, which is wider and taller than any
/// paper: a text may be so long that no page has room for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pt(pub i32);

impl Pt {
    /// No length.
    pub const ZERO: Self = Self(0);
    /// The longest one.
    pub const MAX: Self = Self(i32::MAX);

    /// A length of so many whole points.
    #[must_use]
    pub const fn points(points: i32) -> Self {
        Self(points * 1000)
    }

    /// A length of so many tenths of a millimetre, rounded to a thousandth of a point.
    #[must_use]
    pub const fn tenth_mm(tenths: i32) -> Self {
        Self((tenths as i64 * 72_000 / 254) as i32)
    }

    /// A length from a floating-point number of points, rounded to a thousandth.
    #[must_use]
    pub fn from_f32(points: f32) -> Self {
        Self((points * 1000.0).round() as i32)
    }

    /// The length as a floating-point number of points.
    #[must_use]
    pub fn to_f32(self) -> f32 {
        self.0 as f32 / 1000.0
    }
}

impl Add for Pt {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}
impl Sub for Pt {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}
impl Neg for Pt {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}
impl Mul<i32> for Pt {
    type Output = Self;
    fn mul(self, factor: i32) -> Self {
        Self(self.0.saturating_mul(factor))
    }
}
impl Div<i32> for Pt {
    type Output = Self;
    fn div(self, divisor: i32) -> Self {
        Self(self.0 / divisor)
    }
}
impl AddAssign for Pt {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
impl SubAssign for Pt {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}
impl std::iter::Sum for Pt {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

/// An upright rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Left edge.
    pub x: Pt,
    /// Top edge.
    pub y: Pt,
    /// Width, not negative.
    pub width: Pt,
    /// Height, not negative.
    pub height: Pt,
}

/// A paper size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

impl Paper {
    /// Every paper with its name on the command line.
    pub const ALL: [(&str, Self); 2] = [("a4", Self::A4), ("letter", Self::Letter)];

    /// Width and height, upright.
    #[must_use]
    pub const fn size(self) -> (Pt, Pt) {
        match self {
            Self::A4 => (Pt(595_276), Pt(841_890)),
            Self::Letter => (Pt(612_000), Pt(792_000)),
        }
    }
}

/// Index of a face in [`crate::text::Fonts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceId(pub u16);

/// Glyphs of one face and one size on one base line, with the characters that they stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct TextItem {
    /// Left end.
    pub x: Pt,
    /// Base line.
    pub y: Pt,
    /// Type size.
    pub size: Pt,
    /// Which face.
    pub face: FaceId,
    /// The characters, in logical order.
    pub text: Arc<str>,
    /// The glyphs, from left to right.
    pub glyphs: Arc<[Glyph]>,
}

impl TextItem {
    /// Sum of the advances.
    #[must_use]
    pub fn width(&self) -> Pt {
        self.glyphs.iter().map(|glyph| glyph.advance).sum()
    }
}

/// One glyph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyph {
    /// Glyph number in the whole face, before subsetting.
    pub id: u16,
    /// How far the pen moves, kerning and letter spacing included.
    pub advance: Pt,
    /// Offset of the glyph from the pen: to the right, and up.
    pub offset: (Pt, Pt),
    /// Bytes of [`TextItem::text`] that it stands for; empty for all but the first glyph of a cluster.
    pub cluster: Range<u32>,
}
