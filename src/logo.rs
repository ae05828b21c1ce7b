//! Logos as areas in shades of gray: what a printer can print beside black words. A picture of points (PNG) becomes areas too,
//! so a page needs nothing for it that it doesn't have anyway.

mod outline;
mod points;
mod vector;

/// The most corners and curves of a logo: a drawing that needs more is no logo.
const MOST_SEGMENTS: usize = 20_000;

/// From this shade on, an area can't be told from the paper.
const PAPER: u8 = 230;

/// The most times that one side is as long as the other.
const LONGEST: f64 = 12.0;

/// A part of an outline. Lengths are those of the logo, from its top left corner; all are finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    /// Begins an outline at a point.
    Move([f64; 2]),
    /// A straight line to a point.
    Line([f64; 2]),
    /// A cubic curve: two control points and the end.
    Curve([f64; 2], [f64; 2], [f64; 2]),
    /// A straight line back to where the outline began.
    Close,
}

/// An area in one shade.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Its outlines.
    pub outline: Vec<Segment>,
    /// Whether it has holes where its outlines overlap, whatever their direction.
    pub even_odd: bool,
    /// 0 black … 255 white.
    pub gray: u8,
}

/// A logo.
#[derive(Debug, Clone, PartialEq)]
pub struct Logo {
    /// Its width; above 0.
    pub width: f64,
    /// Its height; above 0.
    pub height: f64,
    /// In the order in which they are drawn.
    pub areas: Vec<Area>,
}

/// Why a file can't be used as a logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoFault {
    /// The line of the file, counted from 1, where that is known.
    pub line: Option<u32>,
    /// What is wrong, and what to do next.
    pub says: [String; 2],
}

impl LogoFault {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { line: None, says: [what.into(), help.into()] }
    }
}

impl Logo {
    /// Reads a logo: a PNG, or an SVG that is drawn with filled shapes alone.
    ///
    /// # Errors
    /// What in it can't be printed, or that it is neither of the two.
    pub fn read(bytes: &[u8]) -> Result<Self, LogoFault> {
        if bytes.starts_with(b"\x89PNG") {
            return points::read(bytes)?.placed();
        }
        let text = std::str::from_utf8(bytes)
            .ok()
            .filter(|text| text.trim_start_matches('\u{feff}').trim_start().starts_with('<'));
        let text = text.ok_or_else(|| LogoFault::new("it is neither an SVG nor a PNG", "save it as one of the two"))?;
        Self { width: 0.0, height: 0.0, areas: vector::read(text)? }.placed()
    }

    /// The same logo with its top left corner at 0, as large as what is drawn.
    fn placed(mut self) -> Result<Self, LogoFault> {
        self.areas.retain(|area| !area.outline.is_empty());
        if self.areas.iter().all(|area| area.gray >= PAPER) {
            return Err(LogoFault::new(
                "nothing of it can be seen on white paper",
                "use the version of the logo for a white background",
            ));
        }
        let (mut least, mut most) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        // What is white only shows where it covers something, so it makes the logo no larger.
        for [x, y] in
            self.areas.iter().filter(|area| area.gray < PAPER).flat_map(|area| &area.outline).flat_map(Segment::points)
        {
            least = [least[0].min(x), least[1].min(y)];
            most = [most[0].max(x), most[1].max(y)];
        }
        [self.width, self.height] = [most[0] - least[0], most[1] - least[1]];
        if ![self.width, self.height].iter().all(|length| length.is_finite() && *length > 0.0) {
            return Err(LogoFault::new("it has no area", "draw it with filled shapes"));
        }
        if self.width > self.height * LONGEST || self.height > self.width * LONGEST {
            return Err(LogoFault::new(
                "it is too long for the head of a page",
                format!("draw it at most {LONGEST} times as long as it is wide"),
            ));
        }
        let moved = |[x, y]: [f64; 2]| [(x - least[0]).clamp(0.0, self.width), (y - least[1]).clamp(0.0, self.height)];
        for segment in self.areas.iter_mut().flat_map(|area| &mut area.outline) {
            *segment = segment.mapped(moved);
        }
        Ok(self)
    }
}

impl Segment {
    /// Its points, with those that only bend it.
    fn points(&self) -> impl Iterator<Item = [f64; 2]> + use<> {
        let points = match *self {
            Self::Move(to) | Self::Line(to) => [Some(to), None, None],
            Self::Curve(one, other, to) => [Some(one), Some(other), Some(to)],
            Self::Close => [None; 3],
        };
        points.into_iter().flatten()
    }

    /// The same segment elsewhere.
    #[must_use]
    pub fn mapped(self, map: impl Fn([f64; 2]) -> [f64; 2]) -> Self {
        match self {
            Self::Move(to) => Self::Move(map(to)),
            Self::Line(to) => Self::Line(map(to)),
            Self::Curve(one, other, to) => Self::Curve(map(one), map(other), map(to)),
            Self::Close => Self::Close,
        }
    }
}

/// The outline of a rectangle.
fn rectangle([x, y]: [f64; 2], [width, height]: [f64; 2]) -> [Segment; 5] {
    let corner = |right: f64, down: f64| [x + width * right, y + height * down];
    [
        Segment::Move(corner(0.0, 0.0)),
        Segment::Line(corner(1.0, 0.0)),
        Segment::Line(corner(1.0, 1.0)),
        Segment::Line(corner(0.0, 1.0)),
        Segment::Close,
    ]
}

#[cfg(test)]
mod tests;
