//! A PDF read by another library than the one that wrote it: which characters stand where, which lines are drawn.

use hayro_interpret::font::{Glyph as Drawing, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Dict, Name, String as Bytes};
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape as _};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, Paint, SoftMask, interpret_page,
};

use super::file::{self, Link, Place};

/// A whole file.
pub struct Print {
    /// Its pages, in order.
    pub pages: Vec<PageText>,
    /// Its named places.
    pub places: Vec<Place>,
    /// Its links to places inside.
    pub links: Vec<Link>,
}

/// What stands on a page; lengths in points, `y` from the top down.
pub struct PageText {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// In the order of the content stream.
    pub glyphs: Vec<Glyph>,
    /// Lines and areas.
    pub paths: Vec<Drawn>,
    /// Spans whose glyphs don't show what the span reads as.
    pub lies: Vec<String>,
}

/// A glyph.
pub struct Glyph {
    /// What it reads as. Where a span says what it reads as, its first glyph says all of it and the others nothing.
    pub reads: String,
    /// What the font says that it is.
    pub shows: String,
    /// Left end.
    pub x: f64,
    /// Base line.
    pub y: f64,
    /// How far the pen moves.
    pub advance: f64,
    /// Where ink is, from left to right: narrower than the advance for punctuation of full width.
    pub ink: (f64, f64),
    /// Type size.
    pub size: f64,
    /// Counts the strings of the content stream.
    pub run: usize,
    /// Head, foot and what is repeated: no part of what is read.
    pub artifact: bool,
    /// The face had nothing to show.
    pub missing: bool,
}

/// A line or an area.
pub struct Drawn {
    /// Its bounds, without the width of its line.
    pub rect: Rect,
    /// Filled, stroked.
    pub painted: (bool, bool),
    /// Filled so dark that nothing could be read on it.
    pub dark: bool,
    /// Whether part of it is round: a box to tick has round corners.
    pub round: bool,
    /// No part of what is read.
    pub artifact: bool,
}

/// Reads every page.
pub fn read(bytes: &[u8]) -> Result<Print, String> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(|fault| format!("the PDF can't be read: {fault:?}"))?;
    let cache = InterpreterCache::new();
    let pages = pdf.pages().iter().map(|page| {
        let (width, height) = page.render_dimensions();
        let (width, height) = (f64::from(width), f64::from(height));
        let flip = Affine::new([1.0, 0.0, 0.0, -1.0, 0.0, height]);
        let area = Rect::new(0.0, 0.0, width, height);
        let mut context = Context::new(flip, area, &cache, pdf.xref(), InterpreterSettings::default());
        let page_text = PageText { width, height, glyphs: Vec::new(), paths: Vec::new(), lies: Vec::new() };
        let mut collector = Collector { page: page_text, marks: Vec::new(), run: 0, said: None, head: 0.0 };
        interpret_page(page, &mut context, &mut collector);
        collector.compare();
        // The first page's head is read aloud, too: it is told by the rule under it.
        for glyph in collector.page.glyphs.iter_mut().filter(|glyph| glyph.y < collector.head) {
            glyph.artifact = true;
        }
        collector.page
    });
    let pages = pages.collect();
    let (places, links) = file::ways(bytes)?;
    Ok(Print { pages, places, links })
}

/// A marked content that is open.
enum Mark {
    Artifact,
    /// The running head.
    Head,
    /// What it reads as, until its first glyph; where its glyphs begin; the whole of it.
    ReadAs(Option<String>, usize, String),
    Other,
}

struct Collector {
    page: PageText,
    marks: Vec<Mark>,
    run: usize,
    /// What the last span reads as, and what its glyphs show.
    said: Option<(String, String)>,
    /// How far down the running head's rules reach.
    head: f64,
}

impl Collector {
    /// Notes whether the last span's glyphs show what it reads as.
    fn compare(&mut self) {
        if let Some((words, shown)) = self.said.take()
            && squeezed(&words) != squeezed(&shown)
        {
            self.page.lies.push(format!("`{words}` is drawn as `{shown}`"));
        }
    }

    fn artifact(&self) -> bool {
        self.marks.iter().any(|mark| matches!(mark, Mark::Artifact | Mark::Head))
    }
}

impl<'a> Device<'a> for Collector {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let painted = match mode {
            DrawMode::Fill(_) => (true, false),
            DrawMode::Stroke(_) => (false, true),
            DrawMode::FillAndStroke(..) => (true, true),
            DrawMode::Invisible => return,
        };
        let dark = match &props.paint {
            Paint::Color(color) => painted.0 && color.to_rgba().to_rgba8()[0] < 160,
            Paint::Pattern(_) => painted.0,
        };
        let round = path.elements().iter().any(|element| matches!(element, PathEl::CurveTo(..)));
        let rect = (props.transform * path.clone()).bounding_box();
        if matches!(self.marks.last(), Some(Mark::Head)) {
            self.head = self.head.max(rect.y1);
        }
        self.page.paths.push(Drawn { rect, painted, dark, round, artifact: self.artifact() });
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        self.run += 1;
        let artifact = self.artifact();
        for glyph in run.glyphs() {
            let transform = props.transform * glyph.transform();
            let shows = match glyph.as_unicode() {
                Some(BfString::Char(ch)) => ch.to_string(),
                Some(BfString::String(chars)) => chars,
                None => String::new(),
            };
            let said = self.marks.iter_mut().find_map(|mark| match mark {
                Mark::ReadAs(words, ..) => Some(words.take().unwrap_or_default()),
                _ => None,
            });
            let origin = transform * Point::ZERO;
            let scale = transform.as_coeffs()[0];
            let Drawing::Outline(outline) = &**glyph else { continue };
            let advance = f64::from(outline.advance_width().unwrap_or(0.0)) * scale;
            let mut ink = (origin.x, origin.x + advance);
            if shows.chars().all(is_wide_punctuation) {
                let area = (transform * outline.outline()).bounding_box();
                ink = (area.x0, area.x1);
            }
            self.page.glyphs.push(Glyph {
                reads: said.unwrap_or_else(|| shows.clone()),
                shows,
                x: origin.x,
                y: origin.y,
                advance,
                ink,
                size: scale * 1000.0,
                run: self.run,
                artifact,
                missing: outline.glyph_id().to_u32() == 0,
            });
        }
    }

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        let words = properties.and_then(|properties| properties.get::<Bytes<'_>>(b"ActualText"));
        self.marks.push(match words {
            Some(words) => {
                let words = file::text_string(words.as_bytes());
                Mark::ReadAs(Some(words.clone()), self.page.glyphs.len(), words)
            }
            None if tag == b"Artifact" => {
                let kind = properties.and_then(|properties| properties.get::<Name<'_>>(b"Subtype"));
                if kind.is_some_and(|kind| kind.as_ref() == b"Header") { Mark::Head } else { Mark::Artifact }
            }
            None => Mark::Other,
        });
    }

    fn end_marked_content(&mut self) {
        if let Some(Mark::ReadAs(_, from, words)) = self.marks.pop() {
            // What reads as nothing belongs to what was said before: a command whose lines are interrupted.
            if !words.is_empty() {
                self.compare();
                self.said = Some((words, String::new()));
            }
            if let Some((_, before)) = &mut self.said {
                before.extend(self.page.glyphs[from..].iter().map(|glyph| &*glyph.shows));
            }
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn pop_clip(&mut self) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_transparency_group(&mut self) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
}

/// Punctuation of full width, whose ink fills half of it.
fn is_wide_punctuation(ch: char) -> bool {
    matches!(ch, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}' | '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

/// Han and what is set with it.
pub fn is_han(ch: char) -> bool {
    matches!(ch, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// A text without its white space, which line breaks change.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|ch| !ch.is_whitespace()).collect()
}
