//! Draws pages as pictures: another library reads the PDF, and its paths are filled in here. The same file gives the
//! same picture on every machine.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Stroke, StrokeOpts, flatten, stroke};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, FillRule, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, Paint, SoftMask, StrokeProps, interpret_page,
};

/// Number of sample lines in each row of pixels.
const LINES: usize = 4;

/// How far straight lines may stray from the curve that they stand for, in pixels.
const TOLERANCE: f64 = 0.05;

/// Number of positions within a pixel at which a glyph may stand. With few of them, each glyph has to be filled in
/// only a few times.
const STEPS: f64 = 4.0;

/// A glyph in a size, at its position within a pixel.
type GlyphKey = (u128, [u64; 6]);

/// A page in grays, from 0 for black to 1 for white, row by row; a pixel is a point wide.
pub struct Drawing {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The gray of each pixel.
    pub grays: Vec<f32>,
}

/// Draws every page. Our pages have neither images nor anything transparent or cut off.
pub fn draw(bytes: &[u8]) -> Vec<Drawing> {
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF");
    let cache = InterpreterCache::new();
    let mut glyphs = HashMap::new();
    let pages = pdf.pages().iter().map(|page| {
        let (width, height) = page.render_dimensions();
        let (width, height) = (f64::from(width).ceil(), f64::from(height).ceil());
        let flip = Affine::new([1.0, 0.0, 0.0, -1.0, 0.0, height]);
        let area = Rect::new(0.0, 0.0, width, height);
        let mut context = Context::new(flip, area, &cache, pdf.xref(), InterpreterSettings::default());
        let (width, height) = (width as usize, height as usize);
        let drawing = Drawing { width, height, grays: vec![1.0; width * height] };
        let mut pen = Pen { drawing, glyphs: &mut glyphs };
        interpret_page(page, &mut context, &mut pen);
        pen.drawing
    });
    pages.collect()
}

/// How much of each pixel of a rectangle is covered, from 0 to 1.
#[derive(Default)]
struct Mask {
    left: i64,
    top: i64,
    width: usize,
    covered: Vec<f32>,
}

impl Mask {
    /// The mask of a filled path, given in pixels.
    fn new(path: &BezPath, even_odd: bool) -> Self {
        let lines = lines(path);
        let mut area: Option<Rect> = None;
        for (from, to) in &lines {
            let line = Rect::from_points(*from, *to);
            area = Some(area.map_or(line, |area| area.union(line)));
        }
        let Some(area) = area.map(Rect::expand) else { return Self::default() };
        let (width, height) = (area.width() as usize, area.height() as usize);
        let mut crossings = vec![Vec::new(); height * LINES];
        for (from, to) in lines {
            let (upper, lower, turn) = if from.y < to.y { (from, to, 1) } else { (to, from, -1) };
            let slope = (lower.x - upper.x) / (lower.y - upper.y);
            let line_of = |y: f64| ((y - area.y0) * LINES as f64 - 0.5).ceil().max(0.0) as usize;
            let (first, last) = (line_of(upper.y), line_of(lower.y));
            for (line, crossings) in crossings.iter_mut().enumerate().take(last).skip(first) {
                let y = area.y0 + (line as f64 + 0.5) / LINES as f64;
                crossings.push((upper.x + slope * (y - upper.y) - area.x0, turn));
            }
        }
        let mut covered = vec![0.0; width * height];
        for (row, lines) in covered.chunks_mut(width.max(1)).zip(crossings.chunks_mut(LINES)) {
            for line in lines {
                line.sort_by(|one, other| one.0.total_cmp(&other.0));
                let mut winding = 0;
                for pair in line.windows(2) {
                    winding += pair[0].1;
                    if if even_odd { winding % 2 != 0 } else { winding != 0 } {
                        cover(row, pair[0].0, pair[1].0);
                    }
                }
            }
        }
        Self { left: area.x0 as i64, top: area.y0 as i64, width, covered }
    }
}

/// Adds how much of each pixel is covered by a part of one sample line.
fn cover(row: &mut [f32], from: f64, to: f64) {
    for (index, covered) in row.iter_mut().enumerate().take(to.ceil() as usize).skip(from as usize) {
        let left = index as f64;
        *covered += ((to.min(left + 1.0) - from.max(left)) / LINES as f64) as f32;
    }
}

/// Draws on a page, and remembers the glyphs that it has filled in.
struct Pen<'g> {
    drawing: Drawing,
    glyphs: &'g mut HashMap<GlyphKey, Mask>,
}

impl Drawing {
    /// Paints the area of a mask, moved by so many pixels.
    fn paint(&mut self, mask: &Mask, (right, down): (i64, i64), gray: f32) {
        for (row, covered) in mask.covered.chunks(mask.width.max(1)).enumerate() {
            let y = mask.top + down + row as i64;
            if y < 0 || y >= self.height as i64 {
                continue;
            }
            for (column, covered) in covered.iter().enumerate().filter(|(_, covered)| **covered > 0.0) {
                let x = mask.left + right + column as i64;
                if (0..self.width as i64).contains(&x) {
                    let pixel = &mut self.grays[y as usize * self.width + x as usize];
                    *pixel += (gray - *pixel) * covered.min(1.0);
                }
            }
        }
    }
}

/// The sheet is black, white and gray, so the red value stands for all three.
fn gray(paint: &Paint<'_>) -> f32 {
    let Paint::Color(color) = paint else { panic!("a pattern is drawn") };
    f32::from(color.to_rgba().to_rgba8()[0]) / 255.0
}

/// The straight lines of a path, with each of its parts closed.
fn lines(path: &BezPath) -> Vec<(Point, Point)> {
    let mut lines = Vec::new();
    let (mut begin, mut at) = (Point::ZERO, Point::ZERO);
    flatten(path, TOLERANCE, |element| match element {
        PathEl::MoveTo(to) => {
            lines.push((at, begin));
            (begin, at) = (to, to);
        }
        PathEl::LineTo(to) => {
            lines.push((at, to));
            at = to;
        }
        PathEl::ClosePath => {
            lines.push((at, begin));
            at = begin;
        }
        PathEl::QuadTo(..) | PathEl::CurveTo(..) => unreachable!("it is flat"),
    });
    lines.push((at, begin));
    lines
}

/// The path around the area that a line covers.
fn outline(path: &BezPath, line: &StrokeProps) -> BezPath {
    let style = Stroke::new(f64::from(line.line_width))
        .with_caps(line.line_cap)
        .with_join(line.line_join)
        .with_miter_limit(f64::from(line.miter_limit))
        .with_dashes(f64::from(line.dash_offset), line.dash_array.iter().map(|dash| f64::from(*dash)));
    stroke(path.iter(), &style, &StrokeOpts::default(), TOLERANCE)
}

impl<'a> Device<'a> for Pen<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let gray = gray(&props.paint);
        if let DrawMode::Fill(rule) | DrawMode::FillAndStroke(rule, _) = mode {
            let mask = Mask::new(&(props.transform * path.clone()), matches!(rule, FillRule::EvenOdd));
            self.drawing.paint(&mask, (0, 0), gray);
        }
        if let DrawMode::Stroke(line) | DrawMode::FillAndStroke(_, line) = mode {
            self.drawing.paint(&Mask::new(&(props.transform * outline(path, line)), false), (0, 0), gray);
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let gray = gray(&props.paint);
        for glyph in run.glyphs() {
            let Glyph::Outline(outline) = &**glyph else { panic!("a glyph without an outline") };
            let mut place = (props.transform * glyph.transform()).as_coeffs();
            let [x, y] = [place[4], place[5]].map(|length| (length * STEPS).round() / STEPS);
            (place[4], place[5]) = (x - x.floor(), y - y.floor());
            let key = (outline.identifier().cache_key(), place.map(f64::to_bits));
            let draw = || Mask::new(&(Affine::new(place) * outline.outline()), false);
            let mask = self.glyphs.entry(key).or_insert_with(draw);
            self.drawing.paint(mask, (x.floor() as i64, y.floor() as i64), gray);
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn pop_clip(&mut self) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_transparency_group(&mut self) {}

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        panic!("an image is drawn");
    }
}
