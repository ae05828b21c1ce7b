//! Knows which characters `CommonMark` and GitHub would take for markup, and how to write them instead.

use std::fmt::Write;

use super::TextPlace;

/// A code fence that no line of the code can close.
pub(super) fn fence(code: &str) -> String {
    "`".repeat(longest_run(code, '`').max(2) + 1)
}

/// A name as the target of a link within the document: no character of it needs escaping there.
pub(super) fn anchor(name: &str) -> String {
    let mut safe = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') {
            safe.push(c);
        } else {
            let _ = write!(safe, "_{:x}", u32::from(c));
        }
    }
    safe
}

/// How the rules for bold class a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CharClass {
    Space,
    Word,
    Punctuation,
    /// A symbol: versions of `CommonMark` class these differently.
    Unsure,
}

pub(super) fn class(c: char) -> CharClass {
    if c.is_whitespace() {
        CharClass::Space
    } else if c.is_alphanumeric() && !matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}') {
        CharClass::Word
    } else if c.is_ascii_punctuation() || "，。：；！？、（）【】「」『』《》〈〉“”‘’…—·".contains(c)
    {
        CharClass::Punctuation
    } else {
        CharClass::Unsure
    }
}

/// A code span that holds exactly these words.
pub(super) fn code(words: &str, place: TextPlace, in_link: bool) -> String {
    if (place == TextPlace::Cell && words.contains('|')) || (in_link && words.contains(']')) {
        // What a backslash before `|` means inside code differs between readers; `[`]:`](…` defines a link.
        return format!("<code>{}</code>", escape(words, true, true, place));
    }
    let mut length = 1;
    if words.contains('`') {
        length = longest_run(words, '`') + 1;
    }
    let ticks = "`".repeat(length);
    let spaced = words.starts_with(' ') && words.ends_with(' ') && words.contains(|c| c != ' ');
    let pad = if words.starts_with('`') || words.ends_with('`') || spaced { " " } else { "" };
    format!("{ticks}{pad}{words}{pad}{ticks}")
}

fn longest_run(words: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in words.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// The address of a link. Characters that would end it early are percent-encoded.
pub(super) fn destination(link: &str) -> String {
    if let Some(name) = link.strip_prefix('#') {
        return format!("#{}", anchor(name));
    }
    let entities = link.contains(';');
    let mut out = String::with_capacity(link.len());
    for c in link.chars() {
        if c == '&' && entities {
            out.push_str("&amp;");
        } else if c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '<' | '>' | '\\' | '|' | '`') {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Plain words in which everything is escaped that could be markup at their place.
pub(super) fn escape(words: &str, starts: bool, ends: bool, place: TextPlace) -> String {
    let body = words.trim_start_matches([' ', '\t']);
    let lead = if starts { words.len() - body.len() } else { 0 };
    let tail = words.trim_end_matches([' ', '\t']).len();
    let marker = if starts { marker(body).map(|at| lead + at) } else { None };
    let mut out = String::with_capacity(words.len() + 8);
    let mut before = None;
    let mut address = Address { end: 0, kept: false };
    let mut chars = words.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, c)| *c);
        if at >= address.end {
            address = self::address(words, at, ends).unwrap_or(Address { end: at, kept: false });
        }
        match c {
            c if at < address.end && address.kept => out.push(c),
            // GitHub makes a link of any address up to the next space, and doesn't know escapes in it.
            ':' | '.' if at + 1 == address.end => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            // A space at either end of a line would be removed.
            ' ' | '\t' if at < lead || (ends && at >= tail) => out.push_str(if c == ' ' { "&#32;" } else { "&#9;" }),
            '|' if place == TextPlace::Cell => out.push_str("&#124;"),
            // GitHub knows `$x$` as mathematics and `:name:` as a picture, and escaping stops neither.
            '$' => out.push_str("<span>\\$</span>"),
            ':' if is_picture(&words[at..]) => out.push_str("<span>:</span>"),
            c if marker == Some(at) || is_markup(c, before, after) || (c == '#' && ends && after.is_none()) => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        before = Some(c);
    }
    out
}

/// An address that GitHub turns into a link by itself.
struct Address {
    /// Where it ends if it is kept; otherwise the end of the sign that makes it an address.
    end: usize,
    /// False when GitHub would make a wrong link: the address holds what must be escaped, or words or other markup
    /// follow it without a space.
    kept: bool,
}

fn address(words: &str, at: usize, ends: bool) -> Option<Address> {
    let rest = &words[at..];
    let begins = |name: &str| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let name = ["http://", "https://", "ftp://", "www."].into_iter().find(|name| begins(name))?;
    let length = rest.find([' ', '\t', '<']).unwrap_or(rest.len());
    let link = &rest[..length];
    let plain = |(index, c): (usize, char)| {
        let neighbours = (link[..index].chars().next_back(), link[index + c.len_utf8()..].chars().next());
        let entity = c == '&' && link[index..].contains(';');
        c.is_ascii() && !entity && !matches!(c, '$' | '|') && (c == '&' || !is_markup(c, neighbours.0, neighbours.1))
    };
    let alone = if length == rest.len() { ends } else { !rest[length..].starts_with('<') };
    if alone && link.char_indices().all(plain) && !is_picture_in(link) {
        return Some(Address { end: at + length, kept: true });
    }
    Some(Address { end: at + name.find([':', '.'])? + 1, kept: false })
}

/// True where any `:name:` stands that GitHub may turn into a picture.
fn is_picture_in(words: &str) -> bool {
    words.match_indices(':').any(|(at, _)| is_picture(&words[at..]))
}

/// True for a character that may be markup in the middle of a line.
fn is_markup(c: char, before: Option<char>, after: Option<char>) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| class(c) == CharClass::Word);
    match c {
        '*' | '`' | '[' | ']' | '~' => true,
        '_' => !(word(before) && word(after)),
        '<' => after.is_none_or(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')),
        // Before a link it would turn the link into a picture.
        '!' => after.is_none(),
        '&' => after.is_none_or(|c| c.is_ascii_alphabetic() || c == '#'),
        '\\' => after.is_none_or(|c| c.is_ascii_punctuation() || matches!(c, ' ' | '\t')),
        _ => false,
    }
}

/// Offset of the character to escape where a line begins like a block of its own: a list, a heading, a table.
fn marker(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let next = |at: usize| line.as_bytes().get(at).copied();
    let ends = |at: usize| matches!(next(at), None | Some(b' ' | b'\t'));
    match next(0)? {
        b'#' | b'>' | b'=' | b'|' => Some(0),
        b'-' if ends(1) || next(1) == Some(b'-') => Some(0),
        b'+' if ends(1) => Some(0),
        b':' if next(1) == Some(b'-') => Some(0),
        b'0'..=b'9' if matches!(next(digits), Some(b'.' | b')')) && ends(digits + 1) => Some(digits),
        _ => None,
    }
}

/// True where `:name:` begins that GitHub may turn into a picture.
fn is_picture(words: &str) -> bool {
    let Some(end) = words[1..].find(':') else { return false };
    let name = &words[1..=end];
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '+' | '-');
    name.len() <= 40
        && name.chars().all(plain)
        && (matches!(name, "100" | "1234" | "+1" | "-1") || name.contains(|c: char| c.is_ascii_lowercase()))
}
