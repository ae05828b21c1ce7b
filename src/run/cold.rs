//! What is known of the cold list that was used, as it is attached to the lists that are made after it.

use std::collections::BTreeSet;

use crate::limits;
use crate::source::release::quoted;
use crate::view::checklist::UsedColdList;

/// The longest text in it.
const LONGEST: usize = 64;

/// It as TOML.
pub(super) fn write(used: &UsedColdList) -> String {
    let list = |key, words: &[String]| {
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        format!("{key} = [{}]\n", words.join(", "))
    };
    let text = |key, words: &Option<String>| words.as_ref().map(|words| format!("{key} = {}\n", quoted(words)));
    let about = "# what this list says of the cold list that was used: see `runsheet build --help`\n";
    let digest = format!("list-digest = {}\n", quoted(&used.list_digest));
    let open = used.open.as_ref().map(|open| list("open", open));
    let optional = [text("moved-from", &used.moved_from), text("signed", &used.signed), open].into_iter().flatten();
    let changes = [list("changed", &used.changed), list("removed", &used.removed)];
    [about.to_owned(), digest].into_iter().chain(optional).chain(changes).collect()
}

/// Reads it; `None` where it isn't as it was written.
pub(super) fn read(bytes: &[u8]) -> Option<UsedColdList> {
    let used: UsedColdList = toml::from_str(std::str::from_utf8(bytes).ok()?).ok()?;
    let is_digest = used.list_digest.len() == 64 && used.list_digest.bytes().all(|c| c.is_ascii_hexdigit());
    let is_known = is_digest
        && used.moved_from.iter().chain(&used.signed).all(|text| is_plain(text))
        && used.open.iter().chain([&used.changed, &used.removed]).all(|numbers| are_numbers(numbers));
    (is_known && write(&used).as_bytes() == bytes).then_some(used)
}

/// Whether these are numbers of cold operations, each once, and none beyond those that a list has room for.
fn are_numbers(numbers: &[String]) -> bool {
    let mut seen = BTreeSet::new();
    numbers.iter().all(|number| {
        let count = number.strip_prefix('C').and_then(|count| count.parse().ok());
        count.is_some_and(|count: u64| {
            count > 0 && limits::ROWS.allows(count) && *number == format!("C{count}") && seen.insert(count)
        })
    })
}

/// Whether a text from a list can be printed as it is: people may have written anything there.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST && text.chars().all(|c| c.is_ascii_graphic() || c == ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_cold_list_is_read_as_it_is_written() {
        let paper = UsedColdList { list_digest: "a0".repeat(32), ..UsedColdList::default() };
        let screen = UsedColdList {
            moved_from: Some("2013-01-25 20:00 +08:00".to_owned()),
            signed: Some("2013-01-22, 24 Jan.".to_owned()),
            open: Some(vec!["C3".to_owned()]),
            changed: vec!["C1".to_owned(), "C4".to_owned()],
            removed: vec!["C2".to_owned()],
            ..paper.clone()
        };
        for used in [&paper, &screen, &UsedColdList { open: Some(Vec::new()), ..paper.clone() }] {
            assert_eq!(read(write(used).as_bytes()).as_ref(), Some(used));
        }
        for broken in [
            UsedColdList { list_digest: "a0".repeat(31), ..paper.clone() },
            UsedColdList { signed: Some("22\u{202e}".to_owned()), ..paper.clone() },
            UsedColdList { signed: Some(String::new()), ..paper.clone() },
            UsedColdList { changed: vec!["C1\n".to_owned()], ..paper.clone() },
            UsedColdList { removed: vec!["C".repeat(65)], ..paper.clone() },
            UsedColdList { open: Some(vec!["12".to_owned()]), ..paper.clone() },
            UsedColdList { open: Some(vec!["C01".to_owned()]), ..paper.clone() },
            UsedColdList { changed: vec!["C0".to_owned()], ..paper.clone() },
            UsedColdList { changed: vec!["C2".to_owned(), "C2".to_owned()], ..paper.clone() },
            UsedColdList { removed: vec!["C30001".to_owned()], ..paper.clone() },
        ] {
            assert_eq!(read(write(&broken).as_bytes()), None, "{broken:?}");
        }
        let text = write(&paper);
        assert_eq!(read(format!("{text}more = 1\n").as_bytes()), None);
        assert_eq!(read(text.to_uppercase().as_bytes()), None);
    }
}
