//! Shapes one line of the author's into atoms, the smallest pieces that printed lines are made of.
//!
//! Everything is shaped at a size of 1000, which gives advances in thousandths of an em. They are scaled to integers
//! here, so that lines add up the same numbers that stand in the PDF.

use std::ops::Range;

use fontique::{Language, Synthesis};
use parlance::{FontFeature, LineBreak, Tag};
use parley_engine::itemize::{Item, Segment};
use parley_engine::shape::{CharCluster, ShapedCluster, Whitespace};
use parley_engine::{
    Analysis, AnalysisOptions, Analyzer, FontInstanceRef, FontSelector, Glyph as ShapedGlyph, LineBreakConfig,
    ShapeOptions, ShapedText, Shaper,
};

use super::Setting;
use crate::chars::{as_printed, draws_nothing, is_closing, is_narrow_letter, is_separator, is_wide, is_wide_letter};
use crate::geometry::{FaceId, Glyph, Pt};
use crate::text::fonts::{Around, Chooser, Face};
use crate::text::{Content, Fonts, GapWidth, Lang, Style, Text};

/// Holds the place of a gap or a page number. Unicode lets lines break on both sides of it.
const OBJECT: char = '\u{FFFC}';

/// How an atom behaves when lines are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtomClass {
    /// Anything else.
    Plain,
    /// A space, which hangs over the end of a line.
    Space,
    /// A tab in code, as wide as the distance to the next tab stop.
    Tab,
    /// Full-width punctuation whose right half is empty.
    Closing,
    /// A gap or a page number.
    Object,
}

/// A piece of a line that can't be broken.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    /// Its bytes in [`Shaped::flat`].
    pub text: Range<usize>,
    /// Index of its run of glyphs; meaningless for [`AtomClass::Object`].
    pub glyph_run: u32,
    /// Its clusters in that run.
    pub clusters: Range<u32>,
    /// Index of its run in the text.
    pub run: usize,
    /// Its face.
    pub face: FaceId,
    /// Its type size.
    pub size: Pt,
    /// How far the pen moves, in thousandths of a point.
    pub advance: i64,
    /// Space between Han and Latin before it, in thousandths of a point; left out at the beginning of a line.
    pub gap: i64,
    /// Whether a line may begin with it.
    pub breakable: bool,
    /// How it behaves when lines are filled.
    pub class: AtomClass,
    /// Embedding level (Unicode's bidirectional algorithm); an odd one runs from right to left.
    pub level: u8,
}

impl Atom {
    /// True when it runs from right to left.
    pub(super) const fn is_rtl(&self) -> bool {
        self.level % 2 == 1
    }
}

/// One line of the author's, shaped. Its buffers are used again for the next line.
#[derive(Default)]
pub(super) struct Shaped {
    /// The characters; a gap or a page number is one character.
    pub flat: String,
    /// Its pieces in logical order.
    pub atoms: Vec<Atom>,
    /// Number of digits that a page number has room for.
    pub page_digits: usize,
    /// End in `flat` and index of each run.
    spans: Vec<(usize, usize)>,
    faces: Vec<Option<FaceId>>,
    indices: Vec<u16>,
    analyzer: Analyzer,
    analysis: Analysis,
    shaper: Shaper,
    glyphs: ShapedText,
}

/// The face that [`Shaped::shape`] chose for each character.
struct Chosen<'a> {
    fonts: &'a Fonts,
    synthesis: Synthesis,
}

impl FontSelector for Chosen<'_> {
    fn select_font(
        &mut self,
        _: &Segment,
        _: &ShapeOptions<'_>,
        cluster: &mut CharCluster,
    ) -> Option<FontInstanceRef<'_>> {
        let face = self.fonts.face(FaceId(cluster.chars().first().map_or(0, |ch| ch.style_index)));
        Some(FontInstanceRef { data: &face.data, index: face.index, synthesis: &self.synthesis })
    }
}

/// A length in thousandths of an em, scaled to a type size.
pub(super) fn scaled(units: f32, size: Pt) -> i64 {
    let exact = f64::from(units) * f64::from(size.0) / 1000.0;
    // This rounds as `round` does. `round` calls the C library, which is slow for the tens of thousands of lengths in
    // a document.
    (exact + 0.5_f64.copysign(exact)) as i64
}

/// The text with controls and line separators replaced by something of the same length, because they have no glyph
/// and would end the line. `None` when it has none of them.
fn drawable(text: &str) -> Option<String> {
    let stand_in = |ch: char| match ch {
        _ if is_separator(ch) => '\u{200B}',
        '\u{80}'..='\u{9F}' => '\u{AD}',
        _ if ch.is_ascii_control() => ' ',
        _ => ch,
    };
    text.chars().any(|ch| stand_in(ch) != ch).then(|| text.chars().map(stand_in).collect())
}

/// The language that glyphs are chosen for.
fn language(lang: &Lang) -> Option<Language> {
    let tag = lang.tag();
    let tag = match tag {
        "zh-TW" | "zh-HK" | "zh-MO" => "zh-Hant",
        _ if tag.starts_with("zh-Hant") => "zh-Hant",
        _ if lang.is_chinese() => "zh-Hans",
        _ => tag,
    };
    Language::parse(tag).ok()
}

impl Shaped {
    /// Shapes the runs of `text` from `runs`, none of which is a break. `widest` is the width of a full line.
    pub(super) fn shape(
        &mut self,
        chooser: &mut Chooser<'_>,
        text: &Text,
        runs: Range<usize>,
        setting: &Setting,
        widest: i64,
    ) {
        self.flatten(text, runs);
        self.atoms.clear();
        if self.flat.is_empty() {
            return;
        }
        let fonts = chooser.fonts();
        self.choose_faces(chooser, text, setting);
        let language = language(&text.lang);
        let breaking = LineBreakConfig { line_break: LineBreak::Strict, language, ..LineBreakConfig::default() };
        let drawable = drawable(&self.flat);
        let flat = drawable.as_deref().unwrap_or(&self.flat);
        let options = AnalysisOptions { line_break: &[(0..flat.len(), breaking)], ..AnalysisOptions::default() };
        self.analyzer.analyze(flat, &options, &mut self.analysis);

        let apart = [b"liga", b"clig", b"calt"].map(|tag| FontFeature { tag: Tag::from_bytes(*tag), value: 0 });
        let mut chars = 0;
        let mut from = 0;
        let items: Vec<Item<'_>> = self
            .spans
            .iter()
            .map(|&(end, run)| {
                chars += flat[from..end].chars().count() as u32;
                from = end;
                let code = setting.code || text.runs[run].style.code;
                let features: &[FontFeature] = if code { &apart } else { &[] };
                let options = ShapeOptions { font_size: 1000.0, language, features, variations: &[] };
                Item { char_end: chars, options }
            })
            .collect();
        let chosen = Chosen { fonts, synthesis: Synthesis::default() };
        self.shaper.shape_text(flat, &self.analysis, &self.indices, items, chosen, &mut self.glyphs);
        self.take_atoms(fonts, text, setting, widest);
        self.keep_names(widest);
        self.keep_numbers(text);
    }

    fn flatten(&mut self, text: &Text, runs: Range<usize>) {
        self.flat.clear();
        self.spans.clear();
        for index in runs {
            match &text.runs[index].content {
                Content::Chars(chars) if chars.is_empty() => continue,
                Content::Chars(chars) if chars.is_ascii() => self.flat.push_str(chars),
                Content::Chars(chars) => self.flat.extend(chars.chars().map(as_printed)),
                Content::Blank(gap) => match gap.width {
                    GapWidth::Value => self.flat.push(OBJECT),
                    GapWidth::Underscores(_) => self.flat.push_str(&gap.to_plain()),
                },
                Content::PageOf(_) => self.flat.push(OBJECT),
                Content::Break | Content::Found(_) => continue,
            }
            self.spans.push((self.flat.len(), index));
        }
    }

    fn choose_faces(&mut self, chooser: &mut Chooser<'_>, text: &Text, setting: &Setting) {
        self.faces.clear();
        let mut from = 0;
        for &(end, run) in &self.spans {
            let own = &text.runs[run].style;
            let style = Style { bold: setting.bold || own.bold, code: setting.code || own.code, link: None };
            let around =
                Around { before: self.flat[..from].chars().next_back(), after: self.flat[end..].chars().next() };
            chooser.faces_of(&self.flat[from..end], &style, text.lang.is_chinese(), around, &mut self.faces);
            from = end;
        }
        self.indices.clear();
        self.indices.extend(self.faces.iter().map(|face| face.map_or(Fonts::sans(setting.bold).0, |face| face.0)));
    }

    fn take_atoms(&mut self, fonts: &Fonts, text: &Text, setting: &Setting, widest: i64) {
        // Where directions mix, the neighbour in the text may stand elsewhere on the line, so no space is added
        // between scripts.
        let ltr = self.analysis.bidi_levels().is_empty();
        let mut span = 0;
        let mut before: Option<(char, bool)> = None;
        for (glyph_run, shaped) in self.glyphs.runs().iter().enumerate() {
            let slice = self.glyphs.run_slice(glyph_run as u32);
            for atom in slice.atoms_start() {
                let bytes = slice.text_byte_range(atom.char_range());
                while self.spans.get(span).is_some_and(|&(end, _)| end <= bytes.start) {
                    span += 1;
                }
                let Some(&(_, run)) = self.spans.get(span) else { return };
                let own = &text.runs[run].style;
                let code = setting.code || own.code;
                let size = if code { code_size(setting.size) } else { setting.size };
                let (Some(first), Some(character)) =
                    (self.flat[bytes.clone()].chars().next(), atom.characters().first())
                else {
                    continue;
                };
                let face = FaceId(character.style_index);
                let glyphs = atom.shaped_clusters_range().flat_map(|cluster| slice.shaped_cluster_glyphs(cluster));
                let mut advance = glyphs.map(|glyph| scaled(glyph.advance, size)).sum();
                let class = match &text.runs[run].content {
                    Content::Blank(gap) if gap.width == GapWidth::Value => {
                        advance = i64::from(super::VALUE.0).min(widest);
                        AtomClass::Object
                    }
                    Content::PageOf(_) => {
                        advance =
                            i64::from(page_slot(fonts, setting.bold || own.bold, setting.size, self.page_digits).0);
                        AtomClass::Object
                    }
                    _ if first == '\t' => AtomClass::Tab,
                    _ if self.flat[bytes.clone()].chars().all(draws_nothing) => {
                        advance = 0;
                        AtomClass::Plain
                    }
                    _ => class(first, character.whitespace, face),
                };
                let before_is_space = self.flat[..bytes.start].ends_with(char::is_whitespace);
                let last = self.flat[bytes.clone()].chars().next_back().unwrap_or(first);
                let object = class == AtomClass::Object;
                let gap = match before {
                    Some(before) if !object && !setting.code && ltr => gap(before, (first, own.code), setting.size),
                    _ => 0,
                };
                before = (!object).then_some((last, own.code));
                self.atoms.push(Atom {
                    text: bytes,
                    glyph_run: glyph_run as u32,
                    clusters: atom.shaped_clusters_range(),
                    run,
                    face,
                    size,
                    advance,
                    gap,
                    // A command breaks only behind a space: a hyphen or slash at the end of a line could be taken for
                    // one that the break has added.
                    breakable: if code { before_is_space } else { atom.is_soft_wrap_opportunity_before() },
                    class,
                    level: shaped.bidi_level.to_u8(),
                });
            }
        }
    }

    /// Keeps names with hyphens whole, such as `db-1.example.com` and `6.1.0-37-amd64`, where they fit on a line of a width: at
    /// the end of a line nobody can tell whether a hyphen belongs to the name. Words of letters alone still break there.
    fn keep_names(&mut self, widest: i64) {
        if !self.flat.contains('-') {
            return;
        }
        let flat = self.flat.as_str();
        let is_part = |atom: &Atom| {
            let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            atom.class != AtomClass::Object && flat[atom.text.clone()].chars().all(part)
        };
        for word in self.atoms.chunk_by_mut(|a, b| is_part(a) && is_part(b)) {
            let (Some(first), Some(last)) = (word.first(), word.last()) else { continue };
            let name =
                flat[first.text.start.min(last.text.start)..first.text.end.max(last.text.end)].trim_end_matches('.');
            let is_name = name.contains('-') && name.contains(|c: char| !c.is_ascii_alphabetic() && c != '-');
            if is_name && word.iter().map(|atom| atom.gap + atom.advance).sum::<i64>() <= widest {
                let behind_hyphen = |atom: &&mut Atom| flat[..atom.text.start].ends_with('-');
                word.iter_mut().skip(1).filter(behind_hyphen).for_each(|atom| atom.breakable = false);
            }
        }
    }

    /// Appends the characters for which the faces have no glyph, as the shaper drew them: the index of the run, the bytes within it,
    /// and the character.
    pub(super) fn holes(&self, text: &Text, fonts: &Fonts, holes: &mut Vec<(usize, Range<usize>, char)>) {
        let mut places = Vec::new();
        for atom in &self.atoms {
            let slice = self.glyphs.run_slice(atom.glyph_run);
            let is_blank = atom.class != AtomClass::Plain && atom.class != AtomClass::Closing
                || self.flat[atom.text.clone()].chars().all(draws_nothing);
            for index in atom.clusters.clone() {
                if !is_blank && slice.shaped_cluster_glyphs(index).any(|glyph| glyph.id == 0) {
                    let chars =
                        slice.shaped_clusters_in(index..index + 1).first().map_or(0..0, ShapedCluster::chars_range);
                    places.push((slice.text_byte_range(chars), atom.face));
                }
            }
        }
        places.sort_unstable_by_key(|(bytes, _)| bytes.start);
        let mut places = places.into_iter().peekable();
        let mut from = 0;
        for &(end, run) in &self.spans {
            let Content::Chars(chars) = &text.runs[run].content else { continue };
            // A character may print as another one, of another length.
            let mut both = self.flat[from..end].char_indices().zip(chars.char_indices()).peekable();
            while let Some((bytes, face)) = places.next_if(|(bytes, _)| bytes.start < end) {
                while both.next_if(|((at, _), _)| from + at < bytes.start).is_some() {}
                let first = both.peek().copied();
                let known = holes.len();
                while let Some(((_, ch), (at, said))) = both.next_if(|((at, _), _)| from + at < bytes.end) {
                    if !draws_nothing(ch) && fonts.face(face).glyph(ch).is_none() {
                        holes.push((run, at..at + said.len_utf8(), said));
                    }
                }
                if let Some((_, (at, said))) = first.filter(|_| holes.len() == known) {
                    holes.push((run, at..at + said.len_utf8(), said));
                }
            }
            from = end;
        }
    }

    /// Keeps the number of a page with the words around it, as in `page 9` and `第 9 页`, and a gap with a Latin word before it, as in
    /// `at ____`: alone at the beginning of a line nobody knows what they are.
    fn keep_numbers(&mut self, text: &Text) {
        let mut behind_number = false;
        for atom in &mut self.atoms {
            let words = &self.flat[atom.text.clone()];
            match text.runs[atom.run].content {
                Content::PageOf(_) => {
                    atom.breakable = false;
                    behind_number = true;
                    continue;
                }
                Content::Blank(_) => {
                    let before = self.flat[..atom.text.start].trim_end().chars().next_back();
                    atom.breakable &= before.is_none_or(is_wide);
                }
                _ if behind_number && words.starts_with(is_wide_letter) => atom.breakable = false,
                _ => {}
            }
            behind_number &= words.trim().is_empty();
        }
    }

    /// Appends the glyphs of an atom from left to right; clusters are bytes of `flat`.
    pub(super) fn push_glyphs(&self, atom: &Atom, fonts: &Fonts, glyphs: &mut Vec<Glyph>) {
        let slice = self.glyphs.run_slice(atom.glyph_run);
        let cluster_at = |index: u32| {
            let chars = slice.shaped_clusters_in(index..index + 1).first().map_or(0..0, ShapedCluster::chars_range);
            let bytes = slice.text_byte_range(chars);
            bytes.start as u32..bytes.end as u32
        };
        let blank = atom.class == AtomClass::Tab || self.flat[atom.text.clone()].chars().all(draws_nothing);
        if blank {
            let id = fonts.face(atom.face).glyph(' ').unwrap_or(0);
            let cluster = atom.text.start as u32..atom.text.end as u32;
            glyphs.push(Glyph { id, advance: length(atom.advance), offset: (Pt::ZERO, Pt::ZERO), cluster });
            return;
        }
        let count = atom.clusters.len() as u32;
        // The letter that marks stand on.
        let mut base = None;
        for step in 0..count {
            let index = if atom.is_rtl() { atom.clusters.end - 1 - step } else { atom.clusters.start + step };
            let mut cluster = cluster_at(index);
            for glyph in slice.shaped_cluster_glyphs(index) {
                let empty = cluster.end..cluster.end;
                let offset = match base {
                    Some(base) if !atom.is_rtl() => on_its_letter(fonts.face(atom.face), base, &glyph),
                    _ => (glyph.x, -glyph.y),
                };
                if glyph.advance > 0.0 {
                    base = Some((glyph.id as u16, glyph.advance));
                }
                glyphs.push(Glyph {
                    id: glyph.id as u16,
                    advance: length(scaled(glyph.advance, atom.size)),
                    offset: (length(scaled(offset.0, atom.size)), length(scaled(offset.1, atom.size))),
                    cluster: std::mem::replace(&mut cluster, empty),
                });
            }
        }
    }
}

/// Where a mark stands, to the right and up from the pen, which is behind its letter. A mark for which the face says no place on a
/// letter would stand over what follows; it is put over the middle of the letter.
fn on_its_letter(face: &Face, (base, advance): (u16, f32), mark: &ShapedGlyph) -> (f32, f32) {
    /// How far above its letter a mark begins, in thousandths of an em.
    const ABOVE: f32 = 40.0;
    let said = (mark.x, -mark.y);
    let is_placed = mark.advance != 0.0 || said != (0.0, 0.0);
    let Some([left, bottom, right, _]) = (!is_placed).then(|| face.ink(mark.id as u16)).flatten() else { return said };
    let middle = f32::midpoint(left, right);
    // Other marks are drawn left of the pen already.
    if middle <= 0.0 {
        return said;
    }
    let top = face.ink(base).map_or(0.0, |[_, _, _, top]| top);
    let is_above = bottom > top / 2.0;
    (-advance / 2.0 - middle, if is_above { (top + ABOVE - bottom).max(0.0) } else { 0.0 })
}

/// A computed length as a [`Pt`], limited to what a `Pt` holds.
pub(super) fn length(thousandths: i64) -> Pt {
    Pt(thousandths.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
}

/// Type size of code. Its letters are wide, so it is set a tenth smaller, but never under 10 points; smaller type
/// is left as it is.
pub(super) fn code_size(size: Pt) -> Pt {
    (size * 9 / 10).max(size.min(Pt(10_000)))
}

/// Width of the room for a page number of so many digits.
pub(super) fn page_slot(fonts: &Fonts, bold: bool, size: Pt, digits: usize) -> Pt {
    let face = fonts.face(Fonts::sans(bold));
    let digit = face.glyph('0').map_or(600, face.advances());
    length(scaled(f32::from(digit), size)) * digits as i32
}

fn class(first: char, whitespace: Whitespace, face: FaceId) -> AtomClass {
    match whitespace {
        Whitespace::Space | Whitespace::IdeographicSpace | Whitespace::OtherSpaceSeparator => AtomClass::Space,
        _ if Fonts::is_han(face) && is_closing(first) => AtomClass::Closing,
        _ => AtomClass::Plain,
    }
}

/// Space between Han and Latin where the author wrote none. Code counts as Latin, whatever it begins or ends with.
///
/// The space is narrower than a tenth of an em: from that width on, PDF readers would find a space character that
/// nobody wrote.
fn gap(before: (char, bool), after: (char, bool), size: Pt) -> i64 {
    let han = |(ch, code): (char, bool)| !code && is_wide_letter(ch);
    let latin = |(ch, code): (char, bool)| is_narrow_letter(ch) || (code && !is_wide(ch) && !ch.is_whitespace());
    if (han(before) && latin(after)) || (latin(before) && han(after)) { i64::from(size.0) * 9 / 100 } else { 0 }
}
