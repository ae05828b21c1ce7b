//! Classes of characters: by script, by width, by whether they can be seen, and those of an id.
//!
//! Every stage may use this module, the lowest of all; it knows nothing of texts, fonts or pages.

pub mod shown;

use icu_properties::CodePointMapData;
use icu_properties::props::{GraphemeClusterBreak, Script};

/// True for what can be an id, and so the name of a flow's folder too.
pub fn is_id(id: &str) -> bool {
    let mut bytes = id.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        && id.len() <= 64
}

/// True for what can be the number of a release, and so the name of a folder in its flow's folder.
pub fn is_number(number: &str) -> bool {
    let mut bytes = number.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        // Windows would take a dot at the end away.
        && !number.ends_with('.')
        && number.len() <= 64
}

/// What stands behind a release's number in the name of a drill's folder. No number ends so.
pub const DRILL_FOLDER: &str = "+drill";

/// True for the name of a release's folder in its flow's folder, or of a drill's; also of one that was kept: `2.4+drill.old-1`.
pub fn is_release_folder(name: &str) -> bool {
    let Some((number, kept)) = name.split_once(DRILL_FOLDER) else { return is_number(name) };
    (number.is_empty() || is_number(number)) && (kept.is_empty() || kept.strip_prefix('.').is_some_and(is_number))
}

/// True for a Chinese character, the rare ones of the supplementary planes included.
pub const fn is_han(ch: char) -> bool {
    matches!(ch, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// True for Han, kana, Hangul, their punctuation and full-width forms: characters as wide as they are high.
pub const fn is_wide(ch: char) -> bool {
    matches!(ch, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

/// How many columns a character takes where widths are only estimated: two for a wide one, one for any other.
pub fn columns(ch: char) -> usize {
    1 + usize::from(is_wide(ch))
}

/// True for punctuation that is full-width among Chinese characters and narrow among Latin ones.
pub const fn is_ambiguous(ch: char) -> bool {
    matches!(ch, '“' | '”' | '‘' | '’' | '—' | '…' | '·')
}

/// True for Chinese punctuation that ends a clause or closes a pair: its glyph leaves the right half of its square
/// empty.
pub const fn is_closing(ch: char) -> bool {
    matches!(
        ch,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '）'
            | '】'
            | '》'
            | '」'
            | '』'
            | '〉'
            | '〕'
            | '”'
            | '’'
    )
}

/// True for a letter or digit that isn't Han, kana or Hangul.
pub fn is_narrow_letter(ch: char) -> bool {
    // The cheaper question comes first.
    !is_wide(ch) && ch.is_alphanumeric()
}

/// True for a character that is written as wide as it is high, and is no punctuation: Han, kana, Hangul.
pub fn is_wide_letter(ch: char) -> bool {
    // By far most characters are in the block that is compared first.
    is_wide(ch) && (matches!(ch, '\u{4E00}'..='\u{9FFF}') || ch.is_alphabetic())
}

/// True where a Han and a Latin letter or digit meet, which a space keeps apart.
pub fn meet_unlike(before: char, after: char) -> bool {
    is_wide_letter(before) && is_narrow_letter(after) || is_narrow_letter(before) && is_wide_letter(after)
}

/// True for a letter or digit that isn't Han: between two of these no English word begins or ends.
pub fn is_word_part(ch: char) -> bool {
    ch.is_alphanumeric() && !is_han(ch)
}

/// True for characters that combine with the one before them, and so are set in the same face (UAX #29).
pub fn extends(ch: char) -> bool {
    // No character before these does, and most text is made of those.
    if ch < '\u{300}' || is_han(ch) {
        return false;
    }
    let of = CodePointMapData::<GraphemeClusterBreak>::new().get(ch);
    [GraphemeClusterBreak::Extend, GraphemeClusterBreak::SpacingMark, GraphemeClusterBreak::ZWJ].contains(&of)
}

/// True for characters that may be drawn by the glyphs of others: those that combine, and those of scripts whose letters change with
/// their neighbours.
pub fn is_shaped(ch: char) -> bool {
    const APART: [Script; 8] = [
        Script::Common,
        Script::Latin,
        Script::Greek,
        Script::Cyrillic,
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
        Script::Bopomofo,
    ];
    ch >= '\u{300}' && !is_han(ch) && (extends(ch) || !APART.contains(&CodePointMapData::<Script>::new().get(ch)))
}

/// True for control characters, and for those that Unicode allows to be ignored where they can't be drawn.
pub fn draws_nothing(ch: char) -> bool {
    ch.is_control()
        || matches!(ch, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The space that a space of another width prints as, which few fonts have; any other character as it is.
pub const fn as_printed(ch: char) -> char {
    match ch {
        '\u{2007}' | '\u{202F}' => '\u{A0}',
        '\u{2000}'..='\u{200A}' | '\u{205F}' => ' ',
        _ => ch,
    }
}

/// True if no character of a text leaves a mark on paper: each is a space, a line break or draws nothing.
pub fn is_blank(words: &str) -> bool {
    // U+2800 is a Braille cell without dots.
    words.chars().all(|ch| ch.is_whitespace() || ch == '\u{2800}' || draws_nothing(ch))
}

/// True for characters without width, and for those that look like a space but aren't one to a shell.
pub const fn is_unseen(ch: char) -> bool {
    matches!(ch, '\u{A0}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180B}'..='\u{180F}'
        | '\u{2000}'..='\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{202F}' | '\u{205F}'..='\u{206F}' | '\u{3164}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E007F}')
}

/// True for characters that turn the reading direction of those around them.
pub const fn is_bidi(ch: char) -> bool {
    matches!(ch, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// True for Unicode's own line and paragraph separators, which most programs don't take for a line break.
pub const fn is_separator(ch: char) -> bool {
    matches!(ch, '\u{2028}' | '\u{2029}')
}

/// True when a word has letters of scripts that aren't written together. Digits and marks belong to every script; Latin
/// stands beside the scripts of Chinese, Japanese or Korean: “Highly Restrictive” in UTS #39, section 5.2.
pub fn mixes_scripts(word: &str) -> bool {
    const TOGETHER: [&[Script]; 3] = [
        &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana],
        &[Script::Latin, Script::Han, Script::Bopomofo],
        &[Script::Latin, Script::Han, Script::Hangul],
    ];
    let of = CodePointMapData::<Script>::new();
    let scripts =
        || word.chars().map(|c| of.get(c)).filter(|script| !matches!(*script, Script::Common | Script::Inherited));
    let is_one = scripts().next().is_none_or(|first| scripts().all(|script| script == first));
    !is_one && !TOGETHER.iter().any(|together| scripts().all(|script| together.contains(&script)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_are_written_together_do_not_mix() {
        for word in
            ["", "12-3", "example", "пример", "παράδειγμα", "数据db", "データdbひら", "한글abc漢", "ㄅ注a", "e\u{301}a"]
        {
            assert!(!mixes_scripts(word), "{word}");
        }
        for word in ["\u{435}xample", "exampl\u{3b5}", "пример数", "ㄅひ", "한ひ", "аa1"] {
            assert!(mixes_scripts(word), "{word}");
        }
    }

    #[test]
    fn marks_of_every_script_combine() {
        for ch in "\u{301}\u{323}\u{302A}\u{302F}\u{FF9E}\u{FF9F}\u{93F}\u{94D}\u{BBE}\u{17D2}\u{200D}\u{FE0F}\u{1F3FB}"
            .chars()
        {
            assert!(extends(ch) && is_shaped(ch), "{ch:?}");
        }
        assert!("aéŁЖΩ发かカ한①→☐１".chars().all(|ch| !extends(ch)));
        assert!("aéŁЖΩ发かカ①→☐１".chars().all(|ch| !is_shaped(ch)) && "한कתع".chars().all(is_shaped));
    }

    #[test]
    fn only_wide_characters_take_two_columns() {
        assert!("字，あ한（".chars().all(|ch| columns(ch) == 2));
        assert!("aŁЖΩ→“é".chars().all(|ch| columns(ch) == 1));
    }

    #[test]
    fn what_leaves_no_mark_is_blank() {
        assert!(["", " \n", "\u{feff}", "\u{200b} \u{ad}", "\u{3164}", "\u{e0041}"].into_iter().all(is_blank));
        assert!(["a", " \u{200d}字", "\u{301}", "_"].into_iter().all(|words| !is_blank(words)));
    }

    #[test]
    fn every_han_character_is_wide() {
        let all = (0..=0x3_FFFF).filter_map(char::from_u32);
        assert!(all.clone().filter(|ch| is_han(*ch)).all(is_wide));
        assert!(all.filter(|ch| is_narrow_letter(*ch)).all(|ch| is_word_part(ch) && columns(ch) == 1));
    }
}
