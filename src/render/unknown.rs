//! Finds names in a template that nothing has. Tera takes an unknown name in a condition for false, so a misspelt one would
//! leave out what it guards, in every runbook, without a word.

use std::collections::HashSet;

use crate::source::suggest::nearest;
use crate::view::labels;
use crate::view::template::TemplateStruct;

/// A name that nothing has.
pub(super) struct UnknownName<'t> {
    /// Its first byte in the template.
    pub at: usize,
    /// The name.
    pub name: &'t str,
    /// What may be meant.
    pub near: Option<String>,
}

/// What Tera offers inside a loop: `loop.first`.
const OF_LOOPS: [&str; 5] = ["index", "index0", "first", "last", "length"];

/// A piece of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'t> {
    /// A name, and its first byte.
    Name(usize, &'t str),
    /// What stands between quotation marks, and its first byte.
    Quoted(usize, &'t str),
    /// Any other character.
    Sign(u8),
}

/// The first unknown name of a template that Tera has parsed: a variable that is no field of what the template gets; a name
/// behind a dot that no field has and that the template doesn't give to something of its own; a word that we don't say.
/// `variables` are those that the template doesn't set itself.
pub(super) fn first<'t>(
    text: &'t str,
    variables: &HashSet<&str>,
    gets: &'static TemplateStruct,
) -> Option<UnknownName<'t>> {
    let pieces = pieces(text);
    let variable_names: Vec<&str> = gets.fields.iter().map(|field| field.name).collect();
    let words: Vec<&str> = labels::names_of_section(gets.noun).collect();
    let fields = gets.all().into_iter().flat_map(|of| of.fields).map(|field| field.name);
    let field_names: Vec<&str> = fields.chain(words.iter().copied()).collect();
    // A map of the template's own has the names that it is written with.
    let quoted = |piece: &Piece<'t>| if let Piece::Quoted(_, words) = piece { Some(*words) } else { None };
    let own: HashSet<&str> = pieces.iter().filter_map(quoted).collect();
    pieces.iter().enumerate().find_map(|(index, piece)| {
        let is = |index: Option<usize>, sign: u8| index.and_then(|at| pieces.get(at)) == Some(&Piece::Sign(sign));
        let [before, earlier] = [1, 2].map(|back| index.checked_sub(back));
        let (at, name, known) = match *piece {
            Piece::Name(at, name) if is(before, b'.') && !is(earlier, b'.') => {
                if own.contains(name) || OF_LOOPS.contains(&name) {
                    return None;
                }
                (at, name, &field_names)
            }
            Piece::Name(at, name) => {
                let is_argument = is(Some(index + 1), b'=') && !is(Some(index + 2), b'=');
                if is_argument || !variables.contains(name) {
                    return None;
                }
                (at, name, &variable_names)
            }
            Piece::Quoted(at, name) => {
                let of = earlier.and_then(|at| pieces.get(at));
                let is_label = is(before, b'[') && matches!(of, Some(Piece::Name(_, "t")));
                if !is_label {
                    return None;
                }
                (at, name, &words)
            }
            Piece::Sign(_) => return None,
        };
        (!known.contains(&name)).then(|| {
            // A name with a dash is several for Tera.
            let is_of_label = |c: char| c.is_ascii_alphanumeric() || c == '-';
            let whole = text[at..].split(|c| !is_of_label(c)).next().unwrap_or_default();
            let near = if words.contains(&whole) {
                Some(labels::usage(whole))
            } else {
                nearest(name, known.iter().copied()).map(ToOwned::to_owned)
            };
            UnknownName { at, name, near }
        })
    })
}

/// What stands in the tags of a template.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('{') {
        at += found + 1;
        let end = match text.as_bytes().get(at) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => {
                at = text[at..].find("#}").map_or(text.len(), |end| at + end + 2);
                continue;
            }
            _ => continue,
        };
        let first = pieces.len();
        at = tag(text, at + 1, end, &mut pieces);
        if pieces[first..].iter().any(|piece| matches!(piece, Piece::Name(_, "raw"))) && end == "%}" {
            at = text[at..].find("endraw").map_or(text.len(), |end| at + end);
        }
    }
    pieces
}

/// Adds the pieces of one tag, from its first byte. Gives the byte behind the tag.
fn tag<'t>(text: &'t str, mut at: usize, end: &str, pieces: &mut Vec<Piece<'t>>) -> usize {
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        if bytes[at..].starts_with(end.as_bytes()) {
            return at + end.len();
        }
        let start = at;
        let run =
            |at: usize, is_more: fn(&u8) -> bool| at + bytes[at..].iter().take_while(|byte| is_more(byte)).count();
        match byte {
            b'"' | b'\'' | b'`' => {
                at += 1;
                while let Some(&inside) = bytes.get(at).filter(|inside| **inside != byte) {
                    at += if inside == b'\\' { 2 } else { 1 };
                }
                pieces.push(Piece::Quoted(start + 1, text.get(start + 1..at).unwrap_or_default()));
                at += 1;
            }
            b'0'..=b'9' => at = run(at, |byte| byte.is_ascii_digit() || *byte == b'.'),
            _ if byte.is_ascii_alphabetic() || byte == b'_' => {
                at = run(at, |byte| byte.is_ascii_alphanumeric() || *byte == b'_');
                pieces.push(Piece::Name(start, &text[start..at]));
            }
            _ => {
                at += 1;
                if !byte.is_ascii_whitespace() {
                    pieces.push(Piece::Sign(byte));
                }
            }
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Diagnostic;
    use crate::render::templates::{RUNBOOK, parse};

    fn fault(text: &str) -> Option<Diagnostic> {
        parse(&RUNBOOK, text).err()
    }

    #[test]
    fn an_unknown_name_is_found_wherever_it_stands() {
        for (text, place, near) in [
            ("{{ titel }}", "line 1, column 4: there is no field `titel`", Some("title")),
            ("a\n{% if abuot %}{% endif %}", "line 2, column 7: there is no field `abuot`", Some("about")),
            ("{% if abuot == 1 %}{% endif %}", "line 1, column 7: there is no field `abuot`", Some("about")),
            (
                "{% for step in cold %}{% if step.acton %}{% endif %}{% endfor %}",
                "line 1, column 34: there is no field `acton`",
                Some("action"),
            ),
            ("{{ decision?.decider }}", "line 1, column 14: there is no field `decider`", Some("decides")),
            ("{{ t.clod }}", "line 1, column 6: there is no field `clod`", Some("cold")),
            ("{{ t.for-reading }}", "line 1, column 6: there is no field `for`", Some("t[\"for-reading\"]")),
            ("{{ t[\"for-readin\"] }}", "line 1, column 7: there is no field `for-readin`", Some("for-reading")),
            (
                "{{ title | replace(from=colon, to=title) }}",
                "line 1, column 25: there is no field `colon`",
                Some("t.colon"),
            ),
            (
                "{% raw %}{{ a }}{% endraw %}{{ \"}}\" ~ banana }}",
                "line 1, column 39: there is no field `banana`",
                None,
            ),
            (
                "{% component x(a) %}{{ a.banana }}{% endcomponent x %}",
                "line 1, column 26: there is no field `banana`",
                None,
            ),
        ] {
            let fault = fault(text).unwrap_or_else(|| panic!("{text}"));
            assert!(fault.message.starts_with(&format!("template `runbook.md`, {place}")), "{text}: {}", fault.message);
            let help = near.map(|near| format!("did you mean `{near}`?"));
            assert_eq!(fault.help.iter().find(|help| help.starts_with("did")), help.as_ref(), "{text}");
        }
    }

    #[test]
    fn what_is_the_template_s_own_is_known() {
        for text in [
            "{% set mine = {\"banana\": 1} %}{{ mine.banana }}{{ mine[title] }}",
            "{% for step in cold %}{{ loop.index }}{{ step.command[0].code }}{% endfor %}",
            "{% for command in cold %}{{ 1.5 }}{{ [...cold, 'x.banana'] | length }}{% endfor %}",
            "{# {{ banana }} #}{{ '{{ banana }}' }}{ banana }{% raw %}{{ banana }}{% endraw %}",
            "{% component x(banana) %}{{ banana }}{% endcomponent x %}{{ <x banana={title}/> }}",
            "{{ t.colon }}{{ t[\"for-reading\"] }}{{ t.chart - t.colon }}{{ title | bullet(depth=1) }}",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
    }
}
