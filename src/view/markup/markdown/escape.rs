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
///
/// GitHub and GitLab look for names of people, issues, commits, pictures and addresses in the finished page, where no escape
/// is left. They look at one stretch of words at a time, so a `<span>` in the middle of a name hides it from them and
/// shows the same characters.
pub(super) fn escape(words: &str, starts: bool, ends: bool, place: TextPlace) -> String {
    let body = words.trim_start_matches([' ', '\t']);
    let lead = if starts { words.len() - body.len() } else { 0 };
    let tail = words.trim_end_matches([' ', '\t']).len();
    let marker = if starts { marker(body).map(|at| lead + at) } else { None };
    let mut out = String::with_capacity(words.len() + 8);
    let mut before = None;
    let mut commit = 0..0;
    let mut address = 0;
    let mut chars = words.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, c)| *c);
        if at >= address && before.is_none_or(|c| matches!(c, ' ' | '\t')) {
            address = at + address_length(&words[at..], ends);
        }
        if at < address {
            out.push(c);
            before = Some(c);
            continue;
        }
        if at >= commit.end && !before.is_some_and(is_name_part) {
            commit = at..at + commit_length(&words[at..]);
        }
        match c {
            // The stretches between the spans must be too short for a commit as well.
            c if commit.contains(&at) => {
                let (from, short) = (at - commit.start, SHORTEST_COMMIT - 1);
                if from % (2 * short) == 0 {
                    out.push_str("<span>");
                }
                out.push(c);
                if from % (2 * short) < short && (from % short == short - 1 || at + 1 == commit.end) {
                    out.push_str("</span>");
                }
            }
            // A space at either end of a line would be removed.
            ' ' | '\t' if at < lead || (ends && at >= tail) => out.push_str(if c == ' ' { "&#32;" } else { "&#9;" }),
            '|' if place == TextPlace::Cell => out.push_str("&#124;"),
            '&' if is_reference(words, at, c) => out.push_str("<span>&amp;</span>"),
            c => {
                let is_marked = marker == Some(at)
                    || c == '$'
                    || is_markup(c, before, after)
                    // A backslash would take the beginning of the span for a character.
                    || (c == '\\' && is_hidden(&words[at + 1..]))
                    || (c == '#' && ends && after.is_none());
                // Behind a span, nothing before it counts.
                let is_first = c == '@' && at == commit.end && !commit.is_empty();
                let is_reference = is_first || is_reference(words, at, c);
                out.push_str(if is_reference { "<span>" } else { "" });
                out.push_str(if is_marked { "\\" } else { "" });
                out.push(c);
                out.push_str(if is_reference { "</span>" } else { "" });
            }
        }
        before = Some(c);
    }
    out
}

/// The length of the web address that words begin with and that every page turns into a link by itself, up to a space or
/// the end of the line; 0 when it is none, or when a character of it may be markup, so that it would be another address.
fn address_length(words: &str, ends: bool) -> usize {
    if !["http://", "https://"].iter().any(|scheme| words.starts_with(scheme)) {
        return 0;
    }
    let length = words.find([' ', '\t']).unwrap_or(words.len());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-./:?=,%+".contains(c);
    let is_whole = length < words.len() || ends;
    let is_plain = words[..length].chars().all(is_plain);
    let has_picture = words[..length].match_indices(':').any(|(at, _)| is_picture(&words[at..length]));
    if is_whole && is_plain && !has_picture { length } else { 0 }
}

/// True when words begin with what a span hides, behind a character that is no part of a name.
fn is_hidden(words: &str) -> bool {
    words.chars().next().is_some_and(|c| is_reference(words, 0, c)) || commit_length(words) > 0
}

/// The least number of digits by which a commit is found.
const SHORTEST_COMMIT: usize = 7;
const LONGEST_COMMIT: usize = 40;

/// The length of the commit that words begin with; 0 when it is none. A number without letters isn't taken for one: it
/// is a date or a telephone number, which has to stay readable in the Markdown.
fn commit_length(words: &str) -> usize {
    let length = words.bytes().take_while(u8::is_ascii_hexdigit).count();
    let has_letter = words[..length].contains(|c: char| c.is_ascii_alphabetic());
    let is_whole = !words[length..].starts_with(is_name_part);
    if has_letter && is_whole && (SHORTEST_COMMIT..=LONGEST_COMMIT).contains(&length) { length } else { 0 }
}

/// True for what is part of a name to GitHub: letters and digits beyond ASCII aren't.
const fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// True for the character by which GitHub or GitLab knows a person (`@name`), an issue (`#1`, `GH-1`), a merge request
/// (`!1`), a snippet or mathematics (`$1`), a milestone (`%1`), a label (`~1`), an epic (`&1`), a picture (`:name:`) or an
/// address (`https://…`, `www.…`).
fn is_reference(words: &str, at: usize, c: char) -> bool {
    let (head, rest) = (&words[..at], &words[at + c.len_utf8()..]);
    let ends = |name: &str| {
        let start = head.len().checked_sub(name.len());
        start.is_some_and(|start| {
            head.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(name))
                && !head[..start].ends_with(is_name_part)
        })
    };
    match c {
        '$' => true,
        // Behind a letter or a digit it is part of a mail address, which leads to itself and tells nobody.
        '@' => !head.ends_with(is_name_part) && rest.starts_with(is_name_part),
        '#' | '!' | '&' => rest.starts_with(|c: char| c.is_ascii_digit()),
        '%' | '~' => rest.starts_with(|c| is_name_part(c) || c == '"'),
        '-' => ends("GH") && rest.starts_with(|c: char| c.is_ascii_digit()),
        ':' => is_picture(&words[at..]) || (rest.starts_with("//") && head.ends_with(is_name_part)),
        '.' => ends("www"),
        _ => false,
    }
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
