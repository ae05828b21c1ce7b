//! The logo in the head of every page.

use std::sync::Arc;

use crate::geometry::Pt;
use crate::logo::{Logo, Segment};
use crate::page::{Path, PathSegment};

/// The areas of a logo with its top left corner at 0, as large as fits into this width and height, and how wide that is.
pub(super) fn areas(logo: &Logo, (width, height): (Pt, Pt)) -> (Vec<Arc<Path>>, Pt) {
    let scale = (f64::from(width.0) / logo.width).min(f64::from(height.0) / logo.height);
    let length = |length: f64| Pt((length * scale).round() as i32);
    let path = |area: &crate::logo::Area| {
        let segments = area.outline.iter().map(|segment| match *segment {
            Segment::Move([x, y]) => PathSegment::Move(length(x), length(y)),
            Segment::Line([x, y]) => PathSegment::Line(length(x), length(y)),
            Segment::Curve([x1, y1], [x2, y2], [x, y]) => {
                PathSegment::Curve(length(x1), length(y1), length(x2), length(y2), length(x), length(y))
            }
            Segment::Close => PathSegment::Close,
        });
        Arc::new(Path { segments: segments.collect(), stroke: None, fill: Some(area.gray), even_odd: area.even_odd })
    };
    (logo.areas.iter().map(path).collect(), length(logo.width))
}
