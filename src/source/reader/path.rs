//! Paths of files that a flow names. Whether there is such a file, and whether it stands where a flow may look, is found
//! out when it is read.

use super::{Reader, ValueSlot, shown};
use crate::source::named::{CONFIG_NAME, FileUse, LOGO_ENDINGS, NamedFile, PART_ENDING};
use crate::source::value::{FlowText, Str};

/// A part of flows. Its texts may also be written in languages that the flow isn't written in; those are checked and left
/// out.
#[derive(Debug)]
pub(crate) struct PartOfFlow {
    /// Its path from the flow's folder.
    pub path: String,
}

impl Reader<'_> {
    /// The path of a part.
    pub fn part(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let path = self.line(slot)?;
        self.names(FileUse::Part, path)
    }

    /// The path of a logo.
    pub fn logo(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let path = self.line(slot)?;
        self.names(FileUse::Logo, path)
    }

    /// The paths of a text in files of its own: one, or one for each language.
    pub fn text_paths(&mut self, slot: ValueSlot<'_>) -> Option<FlowText> {
        let FlowText { entries, span } = self.text(slot)?;
        let count = entries.len();
        let named = |(lang, path)| Some((lang, self.names(FileUse::Text, path)?));
        let entries: Vec<_> = entries.into_iter().filter_map(named).collect();
        (entries.len() == count).then_some(FlowText { entries, span })
    }

    /// Remembers that the flow names a file, so that it is read.
    fn names(&mut self, what: FileUse, path: Str) -> Option<Str> {
        let fault = fault(&path.value).or_else(|| {
            let ends = |endings: &[&str]| endings.iter().any(|ending| path.value.ends_with(ending));
            match what {
                FileUse::Part if !ends(&[PART_ENDING]) => {
                    Some(("isn't the name of a part", "the name of a part ends in `.part.toml`"))
                }
                FileUse::Logo if !ends(&LOGO_ENDINGS) => {
                    Some(("isn't the name of a logo", "the name of a logo ends in `.svg` or `.png`"))
                }
                FileUse::Part | FileUse::Logo | FileUse::Text | FileUse::Config => None,
            }
        });
        if let Some((why, help)) = fault {
            let is_of_config = self.part.as_ref().is_some_and(|part| part.path.ends_with(CONFIG_NAME));
            let (why, help) = match why {
                OUTSIDE if is_of_config => {
                    ("doesn't begin in the folder of `runsheet.toml`", "write the path from there, as `brand/logo.svg`")
                }
                OUTSIDE if what == FileUse::Logo => (why, "write the path from there, as `../brand/logo.svg`"),
                _ => (why, help),
            };
            self.bad("bad-path", path.span, format!("`{}` {why}", shown(&path.value)), help);
            return None;
        }
        let path = match &self.part {
            Some(part) => Str::new(from(&part.path, &path.value), path.span),
            None => path,
        };
        self.named.push(NamedFile { what, path: path.clone() });
        Some(path)
    }
}

/// A path from the flow's folder that a part, which stands at `part`, names from its own folder.
fn from(part: &str, path: &str) -> String {
    let mut parts: Vec<&str> = part.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match parts.last() {
            Some(last) if part == ".." && *last != ".." => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// Why a path is refused that begins elsewhere.
const OUTSIDE: &str = "doesn't begin in the flow's folder";

/// Why a path is refused, and what to do; `None` for one that is good on every system. One file has one path, so that it is
/// seen when it is named twice.
fn fault(path: &str) -> Option<(&'static str, &'static str)> {
    if path.contains('\\') {
        return Some(("has a backslash", "write `/` between the parts of a path"));
    }
    if path.starts_with('/') || path.contains(':') {
        return Some((OUTSIDE, "write the path from there, as `../common.part.toml`"));
    }
    let mut parts = path.split('/').skip_while(|part| *part == "..").peekable();
    if parts.peek().is_none() {
        return Some(("is a folder", "name a file in it"));
    }
    parts.find_map(|part| match part {
        "" => Some(("isn't the path of a file", "name a file, with one `/` between the parts of its path")),
        "." => Some(("has a part `.`, which leads nowhere", "leave it out")),
        ".." => Some(("goes back by `..` from a folder that it names", "leave both out: `..` stands at the beginning")),
        _ if part.starts_with('.') => {
            Some(("is hidden, or stands in a hidden folder", "such files often hold what is secret: name another"))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{fault, from};

    #[test]
    fn a_part_names_files_from_its_own_folder() {
        for (part, path, wanted) in [
            ("a.part.toml", "x.md", "x.md"),
            ("a.part.toml", "../x.md", "../x.md"),
            ("b/a.part.toml", "c/x.md", "b/c/x.md"),
            ("b/a.part.toml", "../x.md", "x.md"),
            ("b/a.part.toml", "../../x.md", "../x.md"),
            ("../b/a.part.toml", "../x.md", "../x.md"),
            ("../../a.part.toml", "../x.md", "../../../x.md"),
        ] {
            assert_eq!(from(part, path), wanted, "{part} names {path}");
        }
    }

    #[test]
    fn one_file_has_one_path() {
        for path in ["a.part.toml", "b/c/a.part.toml", "../../a.part.toml", "../b/a", "a..b/c", "公共/a.md"] {
            assert_eq!(fault(path), None, "{path}");
        }
        for path in
            ["/etc/passwd", "C:/a", "C:a", "a\\b", "//a/b", "a//b", "a/", "", "../", "..", "../..", ".", "./a", "a/./b"]
        {
            assert!(fault(path).is_some(), "{path}");
        }
        for path in ["a/..", "a/../b", "../a/../b", ".env", "a/.git/config", "..a/b"] {
            assert!(fault(path).is_some(), "{path}");
        }
    }
}
