//! Reads a PDF with another library than the one that wrote it: where characters stand, and which lines are drawn.

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
    /// Its named destinations.
    pub places: Vec<Place>,
    /// Its links to places in the document.
    pub links: Vec<Link>,
}

/// What stands on a page. Lengths are in points; `y` counts from the top down.
pub struct PageText {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// In the order of the content stream.
    pub glyphs: Vec<Glyph>,
    /// Lines and areas.
    pub paths: Vec<Drawn>,
    /// Spans whose replacement text differs from what their glyphs show.
    pub lies: Vec<String>,
}

/// A glyph.
pub struct Glyph {
    /// What the glyph reads as. In a span with a replacement text, the first glyph reads as all of it and the others
    /// as nothing.
    pub reads: String,
    /// The characters that the font maps it to.
    pub shows: String,
    /// Left end.
    pub x: f64,
    /// Base line.
    pub y: f64,
    /// How far the pen moves.
    pub advance: f64,
    /// Left and right end of its ink, which is narrower than the advance for full-width punctuation.
    pub ink: (f64, f64),
    /// Type size.
    pub size: f64,
    /// Whether it is black.
    pub black: bool,
    /// Number of its string in the content stream.
    pub run: usize,
    /// Whether it is an artifact, which isn't read aloud: head, foot, repeated heads.
    pub artifact: bool,
    /// Whether the face has no glyph for the character.
    pub missing: bool,
}

/// A line or an area.
pub struct Drawn {
    /// Its bounds, without the width of its line.
    pub rect: Rect,
    /// Whether it is filled, and whether it is stroked.
    pub painted: (bool, bool),
    /// Whether it is filled so dark that nothing could be read on it.
    pub dark: bool,
    /// Whether part of it is round: a box to tick has round corners.
    pub round: bool,
    /// Whether it is an artifact, which isn't read aloud.
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
        // The head of the first page is read aloud, so it is recognised by the rule under it.
        for glyph in collector.page.glyphs.iter_mut().filter(|glyph| glyph.y < collector.head) {
            glyph.artifact = true;
        }
        collector.page
    });
    let pages = pages.collect();
    let (places, links) = file::ways(bytes)?;
    Ok(Print { pages, places, links })
}

/// An open mark.
enum Mark {
    Artifact,
    /// The running head.
    Head,
    /// A span with a replacement text: the text until the first glyph takes it, the index of the first glyph, and the
    /// whole text.
    ReadAs(Option<String>, usize, String),
    Other,
}

struct Collector {
    page: PageText,
    marks: Vec<Mark>,
    run: usize,
    /// The replacement text of the last span, and what its glyphs show.
    said: Option<(String, String)>,
    /// How far down the rules of the running head reach.
    head: f64,
}

impl Collector {
    /// Notes it when the glyphs of the last span don't show its replacement text.
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
        let black = match &props.paint {
            Paint::Color(color) => color.to_rgba().to_rgba8()[0] == 0,
            Paint::Pattern(_) => false,
        };
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
                black,
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
            // A span with an empty replacement text belongs to the one before it, as in a command whose lines are
            // broken.
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

/// Whether a character is full-width punctuation, whose ink fills half of its width.
fn is_wide_punctuation(ch: char) -> bool {
    matches!(ch, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}' | '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

/// A text without its white space, which line breaks change.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|ch| !ch.is_whitespace()).collect()
}
