//! The faces that text is printed in, and the choice of a face for each character.
//!
//! A face is built in or comes from a font file that the user names. Fonts of the system aren't used: with them, each
//! machine would make different bytes.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::FixedState;
use fontique::Blob;
use skrifa::charmap::MappingIndex;
use skrifa::metrics::GlyphMetrics;
use skrifa::prelude::{LocationRef, Size};
use skrifa::raw::tables::head::Head;
use skrifa::raw::{FileRef, TableProvider};
use skrifa::string::StringId;
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::{Content, Style, Text};
use crate::chars::{as_printed, draws_nothing, extends, is_ambiguous, is_narrow_letter, is_wide};
use crate::geometry::FaceId;

/// The built-in faces: PostScript name and bytes, regular before bold.
const BUILTIN: [(&str, &[u8]); 6] = [
    ("NotoSans-Regular", include_bytes!("../../assets/fonts/NotoSans-Regular.ttf")),
    ("NotoSans-Bold", include_bytes!("../../assets/fonts/NotoSans-Bold.ttf")),
    ("NotoSansSC-Regular", include_bytes!("../../assets/fonts/NotoSansSC-Regular.ttf")),
    ("NotoSansSC-Bold", include_bytes!("../../assets/fonts/NotoSansSC-Bold.ttf")),
    ("JetBrainsMono-Regular", include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf")),
    ("JetBrainsMono-Bold", include_bytes!("../../assets/fonts/JetBrainsMono-Bold.ttf")),
];

/// Index of the face for Latin, Greek and Cyrillic; the next one is its bold.
const SANS: usize = 0;
/// Index of the face for Han, kana and full-width characters; the next one is its bold.
const HAN: usize = 2;
/// Index of the face for code; the next one is its bold.
const MONO: usize = 4;

/// Heights and bounds of a face, in thousandths of an em, as the PDF states them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaceMetrics {
    /// Left, bottom, right and top edge of all glyphs together.
    pub bounds: [i16; 4],
    /// Height above the base line.
    pub ascent: i16,
    /// Depth below the base line; negative.
    pub descent: i16,
    /// Height of the capitals.
    pub capitals: i16,
}

/// One face of one font file.
pub struct Face {
    /// `PostScript` name, of letters, digits and `-`.
    pub name: String,
    /// Bytes of the font file.
    pub data: Blob<u8>,
    /// Index of the face in its file.
    pub index: u32,
    /// True for a bold weight.
    pub bold: bool,
    mapping: MappingIndex,
}

impl Face {
    fn new(name: Option<&str>, data: Blob<u8>, index: u32) -> Result<Self, String> {
        let font = FontRef::from_index(data.as_ref(), index).map_err(|error| error.to_string())?;
        let mapping = MappingIndex::new(&font);
        let unusable = if !mapping.charmap(&font).has_map() {
            Some("it maps no characters")
        } else if font.head().map_or(0, |head| head.units_per_em()) == 0 || font.hhea().is_err() || font.hmtx().is_err()
        {
            Some("it has no metrics")
        } else if font.glyf().is_err() && font.cff().is_err() {
            Some("it has no TrueType or CFF outlines")
        } else {
            None
        };
        if let Some(reason) = unusable {
            return Err(reason.to_owned());
        }
        let bold = font.attributes().weight.value() >= 600.0;
        let name = name.map_or_else(|| postscript_name(&font, index), str::to_owned);
        Ok(Self { name, data, index, bold, mapping })
    }

    /// The parsed face. Parsing is cheap: it reads the table directory only.
    ///
    /// # Panics
    ///
    /// Never: the file was parsed once before.
    #[must_use]
    pub fn font(&self) -> FontRef<'_> {
        FontRef::from_index(self.data.as_ref(), self.index).expect("parsed when the face was added")
    }

    /// The glyph of a character; `None` if the face lacks it.
    #[must_use]
    pub fn glyph(&self, ch: char) -> Option<u16> {
        let glyph = self.mapping.charmap(&self.font()).map(ch)?;
        u16::try_from(glyph.to_u32()).ok().filter(|&id| id != 0)
    }

    /// The left, bottom, right and top edge of what a glyph draws, in thousandths of an em; `None` where it draws nothing.
    #[must_use]
    pub fn ink(&self, glyph: u16) -> Option<[f32; 4]> {
        let metrics = GlyphMetrics::new(&self.font(), Size::new(1000.0), LocationRef::default());
        let ink = metrics.bounds(GlyphId::from(glyph))?;
        (ink.x_min < ink.x_max).then_some([ink.x_min, ink.y_min, ink.x_max, ink.y_max])
    }

    /// Number of glyphs in the face.
    #[must_use]
    pub fn glyphs(&self) -> u16 {
        self.font().maxp().map_or(0, |maxp| maxp.num_glyphs())
    }

    /// Every glyph that a character has, with the first such character, in order of the glyphs.
    #[must_use]
    pub fn characters(&self) -> Vec<(u16, char)> {
        let font = self.font();
        let known = font.charmap().mappings().filter_map(|(code, glyph)| {
            Some((u16::try_from(glyph.to_u32()).ok().filter(|&id| id != 0)?, char::from_u32(code)?))
        });
        let mut known: Vec<(u16, char)> = known.collect();
        known.sort_unstable();
        known.dedup_by_key(|(glyph, _)| *glyph);
        known
    }

    /// Heights and bounds.
    #[must_use]
    pub fn metrics(&self) -> FaceMetrics {
        let font = self.font();
        let (head, hhea) = (font.head().ok(), font.hhea().ok());
        let units = i32::from(head.as_ref().map_or(1000, Head::units_per_em).max(1));
        let scaled = |length: i16| (i32::from(length) * 1000 / units).clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        let edges = head.map_or([0; 4], |head| [head.x_min(), head.y_min(), head.x_max(), head.y_max()]);
        let lines = hhea.map_or([0; 2], |hhea| [hhea.ascender().to_i16(), hhea.descender().to_i16()]);
        let capitals = font.os2().ok().and_then(|os2| os2.s_cap_height()).filter(|height| *height > 0);
        FaceMetrics {
            bounds: edges.map(scaled),
            ascent: scaled(lines[0]),
            descent: scaled(lines[1]),
            // A font that doesn't say gets the height that most faces have.
            capitals: capitals.map_or(700, scaled),
        }
    }

    /// Advance of a glyph in thousandths of an em, as the PDF states it in `/W`.
    pub fn advances(&self) -> impl Fn(u16) -> u16 + '_ {
        let metrics = GlyphMetrics::new(&self.font(), Size::new(1000.0), LocationRef::default());
        move |glyph| metrics.advance_width(GlyphId::from(glyph)).unwrap_or(0.0).round() as u16
    }
}

/// The PostScript name from the file, reduced to characters that a PDF name holds without escapes.
fn postscript_name(font: &FontRef<'_>, index: u32) -> String {
    let name: String = font
        .localized_strings(StringId::POSTSCRIPT_NAME)
        .english_or_first()
        .map(|name| name.chars().filter(|ch| ch.is_ascii_alphanumeric() || *ch == '-').take(60).collect())
        .unwrap_or_default();
    if name.is_empty() { format!("Font{index}") } else { name }
}

/// Every face of one build: the built-in ones, then the user's in the order given.
pub struct Fonts {
    faces: Vec<Face>,
}

impl Fonts {
    /// The built-in faces alone.
    ///
    /// # Panics
    ///
    /// Never: the embedded fonts are sound.
    #[must_use]
    pub fn builtin() -> Self {
        let faces = BUILTIN.map(|(name, bytes)| {
            Face::new(Some(name), Blob::new(Arc::new(bytes)), 0).expect("the embedded fonts are sound")
        });
        Self { faces: Vec::from(faces) }
    }

    /// The built-in faces, then those of the user's files, which print what the built-in ones lack.
    ///
    /// # Errors
    ///
    /// Names the file that isn't a usable TrueType or OpenType font and says why.
    pub fn with_files(extra: Vec<(String, Vec<u8>)>) -> Result<Self, String> {
        let mut fonts = Self::builtin();
        for (name, bytes) in extra {
            let fault = |reason: String| format!("`{name}` can't be used as a font: {reason}");
            let data = Blob::from(bytes);
            let count = match FileRef::new(data.as_ref()) {
                Ok(FileRef::Font(_)) => 1,
                Ok(FileRef::Collection(collection)) => collection.len(),
                Err(_) => return Err(fault("it isn't a TrueType or OpenType file".to_owned())),
            };
            for index in 0..count {
                fonts.faces.push(Face::new(None, data.clone(), index).map_err(fault)?);
            }
        }
        Ok(fonts)
    }

    /// All faces, in order of [`FaceId`].
    #[must_use]
    pub fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// The face of an id that this collection gave.
    #[must_use]
    pub fn face(&self, id: FaceId) -> &Face {
        self.faces.get(usize::from(id.0)).unwrap_or(&self.faces[SANS])
    }

    /// The face for Latin text. It prints page numbers, and stands in for characters that no face has.
    #[must_use]
    pub const fn sans(bold: bool) -> FaceId {
        FaceId(SANS as u16 + bold as u16)
    }

    /// The face for what is typed into a form; it has Han and Latin.
    #[must_use]
    pub fn typed(&self) -> &Face {
        self.face(FaceId(HAN as u16))
    }

    /// True for the faces of Han, whose punctuation is full-width.
    pub(super) fn is_han(face: FaceId) -> bool {
        usize::from(face.0) / 2 == HAN / 2
    }

    /// The first face that has a character. The order of faces depends on script and style. `chinese` decides whether
    /// punctuation that Chinese and Latin share is full-width; see [`is_chinese_at`].
    #[must_use]
    pub fn face_for(&self, ch: char, bold: bool, code: bool, chinese: bool) -> Option<FaceId> {
        let ch = as_printed(ch);
        let wide = is_wide(ch) || (chinese && is_ambiguous(ch));
        let order = match (code, wide) {
            (false, false) => [SANS, HAN, MONO],
            (false, true) => [HAN, SANS, MONO],
            (true, false) => [MONO, SANS, HAN],
            (true, true) => [MONO, HAN, SANS],
        };
        let builtin = order.into_iter().map(|family| family + usize::from(bold)).find(|&face| self.has(face, ch));
        builtin.or_else(|| self.users_face(ch, bold)).map(|face| FaceId(face as u16))
    }

    /// A face of the user's that has a character, in the right weight if there is one.
    fn users_face(&self, ch: char, bold: bool) -> Option<usize> {
        let with = |weight: Option<bool>| {
            (BUILTIN.len()..self.faces.len())
                .find(|&face| weight.is_none_or(|bold| self.faces[face].bold == bold) && self.has(face, ch))
        };
        with(Some(bold)).or_else(|| with(None))
    }

    fn has(&self, face: usize, ch: char) -> bool {
        self.faces[face].glyph(ch).is_some()
    }
}

/// Chooses faces and remembers the choices, because most text is made of a few hundred characters.
pub struct Chooser<'f> {
    fonts: &'f Fonts,
    known: HashMap<(char, u8), Option<FaceId>, FixedState>,
}

impl<'f> Chooser<'f> {
    /// A chooser without any choices yet.
    #[must_use]
    pub fn new(fonts: &'f Fonts) -> Self {
        Self { fonts, known: HashMap::default() }
    }

    /// The faces that it chooses from.
    pub(super) const fn fonts(&self) -> &'f Fonts {
        self.fonts
    }

    /// Does the same as [`Fonts::face_for`].
    fn face_for(&mut self, ch: char, bold: bool, code: bool, chinese: bool) -> Option<FaceId> {
        let style = u8::from(bold) | u8::from(code) << 1 | u8::from(chinese) << 2;
        let fonts = self.fonts;
        *self.known.entry((ch, style)).or_insert_with(|| fonts.face_for(ch, bold, code, chinese))
    }

    /// The face of each character of `text`, appended to `faces`; `None` where no face has it.
    ///
    /// A combining mark is printed in the face of its base, so a base that has marks takes a face that has them all.
    /// `around` holds the characters before and behind `text`.
    pub(super) fn faces_of(
        &mut self,
        text: &str,
        style: &Style,
        chinese: bool,
        around: Around,
        faces: &mut Vec<Option<FaceId>>,
    ) {
        let mut rest = text;
        let mut before = around.before;
        while let Some(base) = rest.chars().next() {
            let behind = &rest[base.len_utf8()..];
            let marks = &behind[..behind.find(|ch| !extends(ch)).unwrap_or(behind.len())];
            rest = &behind[marks.len()..];
            let after = behind.chars().next().or(around.after);
            let chinese = chinese && (!is_ambiguous(base) || is_chinese_at(before, after));
            let mut face = self.face_for(base, style.bold, style.code, chinese);
            if !marks.is_empty() {
                face = self.face_with(base, marks, style.bold, face).or(face);
            }
            faces.push(face);
            for mark in marks.chars() {
                faces.push(face.filter(|face| draws_nothing(mark) || self.fonts.has(usize::from(face.0), mark)));
            }
            before = Some(base);
        }
    }

    /// A face that has a character and all its marks, best the one that is wanted, then one of the right weight.
    fn face_with(&self, base: char, marks: &str, bold: bool, wanted: Option<FaceId>) -> Option<FaceId> {
        let fonts = self.fonts;
        let together = |face: usize| {
            fonts.has(face, base) && marks.chars().all(|mark| draws_nothing(mark) || fonts.has(face, mark))
        };
        let wanted = wanted.filter(|face| together(usize::from(face.0)));
        let with = |weight: Option<bool>| {
            let mut of_weight =
                (0..fonts.faces.len()).filter(|face| weight.is_none_or(|bold| fonts.faces[*face].bold == bold));
            of_weight.find(|face| together(*face)).map(|face| FaceId(face as u16))
        };
        wanted.or_else(|| with(Some(bold))).or_else(|| with(None))
    }

    /// The characters that no face has: the index of the run, the bytes within it, and the character.
    #[must_use]
    pub fn missing(&mut self, text: &Text) -> Vec<(usize, Range<usize>, char)> {
        let mut missing = Vec::new();
        let mut faces = Vec::new();
        for (index, run) in text.runs.iter().enumerate() {
            let Content::Chars(chars) = &run.content else { continue };
            faces.clear();
            self.faces_of(chars, &run.style, false, Around::default(), &mut faces);
            for ((at, ch), face) in chars.char_indices().zip(&faces) {
                if face.is_none() && !draws_nothing(ch) {
                    missing.push((index, at..at + ch.len_utf8(), ch));
                }
            }
        }
        missing
    }
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.faces.iter().map(|face| &face.name)).finish()
    }
}

/// The characters beside a piece of text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around {
    /// The one before it.
    pub before: Option<char>,
    /// The one after it.
    pub after: Option<char>,
}

/// Whether punctuation that Chinese and Latin share is full-width in a Chinese text: unless it stands between Latin
/// letters or digits.
pub(super) fn is_chinese_at(before: Option<char>, after: Option<char>) -> bool {
    !(before.is_some_and(is_narrow_letter) && after.is_some_and(is_narrow_letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    fn name(fonts: &Fonts, ch: char, code: bool, chinese: bool) -> &str {
        fonts.face_for(ch, false, code, chinese).map_or("none", |id| &fonts.face(id).name)
    }

    #[test]
    fn script_and_style_choose_the_face() {
        let fonts = Fonts::builtin();
        for ch in "aŁğіΩЖ0 %".chars() {
            assert_eq!(name(&fonts, ch, false, true), "NotoSans-Regular", "{ch}");
        }
        for ch in "发，。（）あ①→✓％".chars() {
            assert_eq!(name(&fonts, ch, false, false), "NotoSansSC-Regular", "{ch}");
        }
        assert_eq!(name(&fonts, '“', false, true), "NotoSansSC-Regular");
        assert_eq!(name(&fonts, '“', false, false), "NotoSans-Regular");
        assert_eq!(name(&fonts, '~', true, false), "JetBrainsMono-Regular");
        assert_eq!(name(&fonts, '发', true, false), "NotoSansSC-Regular");
        assert_eq!(fonts.face_for('发', true, false, true), Some(FaceId(3)));
        assert_eq!(name(&fonts, '☐', false, true), "none");
    }

    #[test]
    fn missing_characters_are_found_in_their_run() {
        let fonts = Fonts::builtin();
        let mut text = Text::plain(&Lang::new("zh-CN"), "完成\u{200B}\u{FEFF}");
        text.push_str("钩☑\u{FE0F}");
        assert_eq!(Chooser::new(&fonts).missing(&text), vec![(1, 3..6, '☑')]);
        text.runs[1].style = Style { code: true, bold: true, link: None };
        assert_eq!(Chooser::new(&fonts).missing(&text), vec![(1, 3..6, '☑')]);
    }

    #[test]
    fn a_mark_takes_the_face_of_its_base() {
        let fonts = Fonts::builtin();
        let mut faces = Vec::new();
        Chooser::new(&fonts).faces_of("e\u{301}发\u{301}", &Style::default(), true, Around::default(), &mut faces);
        assert_eq!(faces, vec![Some(FaceId(0)), Some(FaceId(0)), Some(FaceId(2)), None]);
        let text = Text::plain(&Lang::new("en"), "e\u{301}发\u{301}");
        assert_eq!(Chooser::new(&fonts).missing(&text), vec![(0, 6..8, '\u{301}')]);
    }

    #[test]
    fn a_file_that_is_no_font_is_named() {
        let error = Fonts::with_files(vec![("odd.ttf".to_owned(), b"no font".to_vec())]).err();
        assert_eq!(error.as_deref(), Some("`odd.ttf` can't be used as a font: it isn't a TrueType or OpenType file"));
    }

    #[test]
    fn a_users_font_comes_last() {
        let bytes = BUILTIN[MONO].1.to_vec();
        let fonts = Fonts::with_files(vec![("mono.ttf".to_owned(), bytes)]).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(fonts.faces().len(), 7);
        assert_eq!(fonts.faces()[6].name, "JetBrainsMono-Regular");
        assert_eq!(fonts.face_for('发', false, false, true), Some(FaceId(2)));
    }

    #[test]
    fn advances_are_thousandths_of_an_em() {
        let fonts = Fonts::builtin();
        let mono = &fonts.faces()[MONO];
        assert_eq!(mono.glyph('x').map(mono.advances()), Some(600));
    }
}
