//! Finds each `{{ name }}` in a parsed text, and puts the values in.
//!
//! Nothing else between braces has a meaning, so `{% x %}`, `{{ a b }}` and `{{ .Helm }}` print as written.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Origin;
use crate::text::{Content, Run, Text};

/// One `{{ name }}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placeholder {
    /// Its bytes, with the braces.
    pub(super) whole: Range<usize>,
    /// The bytes of the name alone.
    pub(super) name: Range<usize>,
}

/// What takes the place of a name: pieces of text, each with where it was written.
pub(super) type FilledPieces = Vec<(Content, Option<Origin>)>;

/// Finds what takes the place of a name, given the origin of the run that holds it and its bytes in that run. With
/// `None` the text stays as it is.
pub(super) type Find<'f> = dyn FnMut(&str, Option<Origin>, Range<usize>) -> Option<FilledPieces> + 'f;

/// Every `{{ name }}` in a string, in order.
pub(super) fn placeholders(chars: &str) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(length) = chars[at..].find("{{") {
        let start = at + length;
        let after = chars[start + 2..].trim_start_matches(' ');
        let name_start = chars.len() - after.len();
        let rest = after.trim_start_matches(|c: char| c.is_alphanumeric() || c == '-' || c == '_');
        let name_end = chars.len() - rest.len();
        let tail = rest.trim_start_matches(' ');
        // Goes on by one brace only, so that `{{ x }}` is found in `{{{ x }}`.
        at = start + 1;
        if name_end > name_start && tail.starts_with("}}") {
            let end = chars.len() - tail.len() + 2;
            found.push(Placeholder { whole: start..end, name: name_start..name_end });
            at = end;
        }
    }
    found
}

/// Every name between `{{` and `}}` in a string, in order.
pub fn names(chars: &str) -> impl Iterator<Item = &str> {
    placeholders(chars).into_iter().map(|place| &chars[place.name])
}

/// Puts the values into a text.
pub(super) fn fill(text: Text, find: &mut Find<'_>) -> Text {
    let mut seen = None;
    let braces = |run: &Run| {
        // The runs of a link share its address, which is looked at once.
        let is_new = seen != run.style.link;
        seen.clone_from(&run.style.link);
        run.style.link.as_ref().is_some_and(|link| is_new && link.contains("{{"))
            || matches!(&run.content, Content::Chars(chars) if chars.contains("{{"))
    };
    if !text.runs.iter().any(braces) {
        return text;
    }
    let mut runs = Vec::with_capacity(text.runs.len() + 2);
    // So it is filled and kept once too.
    let mut last: Option<(Arc<str>, Option<Arc<str>>)> = None;
    for mut run in text.runs {
        if let Some(link) = run.style.link.take() {
            let known = last.take().filter(|(written, _)| Arc::ptr_eq(written, &link));
            let (link, filled) = known.unwrap_or_else(|| {
                let filled = fill_address(&link, &mut |name| find(name, run.origin, 0..0)).map(Arc::from);
                (link, filled)
            });
            run.style.link.clone_from(&filled);
            last = Some((link, filled));
        }
        match &run.content {
            Content::Chars(chars) if chars.contains("{{") => fill_run(&run, chars, find, &mut runs),
            _ => runs.push(run),
        }
    }
    Text { lang: text.lang, runs }
}

fn fill_run(run: &Run, chars: &str, find: &mut Find<'_>, runs: &mut Vec<Run>) {
    let origin_at =
        |at: usize| run.origin.map(|origin| Origin { offset: origin.offset.saturating_add(at as u32), ..origin });
    let mut push = |content, origin| runs.push(Run { content, style: run.style.clone(), origin });
    let mut at = 0;
    for place in placeholders(chars) {
        let Some(pieces) = find(&chars[place.name.clone()], run.origin, place.name) else { continue };
        if at < place.whole.start {
            push(Content::Chars(chars[at..place.whole.start].to_owned()), origin_at(at));
        }
        for (content, origin) in pieces {
            push(content, origin.or_else(|| origin_at(place.whole.start)));
        }
        at = place.whole.end;
    }
    if at < chars.len() {
        push(Content::Chars(chars[at..].to_owned()), origin_at(at));
    }
}

/// An address with its values put in and escaped. `None` when a value isn't given: the address would lead nowhere.
pub(super) fn fill_address(address: &str, find: &mut dyn FnMut(&str) -> Option<FilledPieces>) -> Option<String> {
    let mut filled = String::with_capacity(address.len());
    let mut at = 0;
    for place in placeholders(address) {
        let Some(pieces) = find(&address[place.name]) else { continue };
        filled.push_str(&address[at..place.whole.start]);
        for (content, _) in pieces {
            let Content::Chars(chars) = content else { return None };
            escape_into(&mut filled, &chars);
        }
        at = place.whole.end;
    }
    filled.push_str(&address[at..]);
    Some(filled)
}

fn escape_into(address: &mut String, value: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let digit = |half: u8| char::from(DIGITS[usize::from(half & 15)]);
            address.extend(['%', digit(byte >> 4), digit(byte)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;
    use crate::text::{Gap, Lang, markup};

    #[test]
    fn only_a_name_between_double_braces_is_one() {
        assert!(names("{{ a }} {{b-1}} {{{ c }}}").eq(["a", "b-1", "c"]));
        assert_eq!(names("{{ {% x %} {{ a b }} {{ .a }} {{}} {{ 'a' }} { { a } } {{ a }").next(), None);
    }

    #[test]
    fn a_value_takes_the_style_of_its_place_and_is_never_markup() {
        let text = markup::parse("a **{{ v }}** `{{v}}x` {{ none }}", &Lang::new("en"), Span::default());
        let filled = fill(text, &mut |name, _, _| (name == "v").then(|| vec![(Content::Chars("**1**".into()), None)]));
        assert_eq!(filled.to_plain(), "a **1** **1**x {{ none }}");
        assert!(filled.runs[1].style.bold && filled.runs[3].style.code && filled.runs[4].style.code);
        assert_eq!(filled.runs[4].origin.map(|origin| origin.offset), Some(20));
    }

    #[test]
    fn an_address_is_escaped_or_left_out() {
        let given = |value: &str| {
            let content = Content::Chars(value.to_owned());
            fill_address("https://x.org/{{v}}/", &mut |_| Some(vec![(content.clone(), None)]))
        };
        assert_eq!(given("2.4/甲 \"").as_deref(), Some("https://x.org/2.4/%E7%94%B2%20%22/"));
        let gap = Content::Blank(Box::new(Gap::value("v", "V")));
        assert_eq!(fill_address("https://x.org/{{v}}", &mut |_| Some(vec![(gap.clone(), None)])), None);
    }
}
