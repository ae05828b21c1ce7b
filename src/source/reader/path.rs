//! Paths of files that a flow names. Whether there is such a file, and whether it stands where a flow may look, is found
//! out when it is read.

use super::{Reader, ValueSlot, shown};
use crate::source::named::{FileUse, NamedFile, PART_ENDING};
use crate::source::value::Str;

impl Reader<'_> {
    /// The path of a part.
    pub fn part(&mut self, slot: ValueSlot<'_>) -> Option<Str> {
        let path = self.line(slot)?;
        self.names(FileUse::Part, &path)
    }

    /// Remembers that the flow names a file, so that it is read. Returns the path as a [`NamedFile`] has it.
    fn names(&mut self, what: FileUse, written: &Str) -> Option<Str> {
        let path = match plain(&written.value) {
            Ok(path) => path,
            Err((why, help)) => {
                self.bad("bad-path", written.span, format!("`{}` {why}", shown(&written.value)), help);
                return None;
            }
        };
        if what == FileUse::Part && !path.ends_with(PART_ENDING) {
            let message = format!("`{}` isn't the name of a part", shown(&path));
            self.bad("bad-path", written.span, message, format!("the name of a part ends in `{PART_ENDING}`"));
            return None;
        }
        let path = Str::new(path, written.span);
        self.named.push(NamedFile { what, path: path.clone() });
        Some(path)
    }
}

/// A path without `.`, and with `..` only at its beginning; or why it is refused, and what to do. The same path is good on
/// every system.
fn plain(written: &str) -> Result<String, (&'static str, &'static str)> {
    if written.contains('\\') {
        return Err(("has a backslash", "write `/` between the parts of a path"));
    }
    if written.starts_with('/') || written.contains(':') {
        return Err(("doesn't begin in the flow's folder", "write the path from there, as `../common.part.toml`"));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in written.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." => parts.push(part),
            "" => return Err(("isn't the path of a file", "name a file, with one `/` between the parts of its path")),
            _ if part.starts_with('.') => {
                return Err((
                    "is hidden, or stands in a hidden folder",
                    "such files often hold what is secret: name another",
                ));
            }
            _ => parts.push(part),
        }
    }
    if parts.last().is_none_or(|last| *last == "..") {
        return Err(("is a folder", "name a file in it"));
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn one_file_has_one_path() {
        for (written, path) in [
            ("a.part.toml", "a.part.toml"),
            ("./a.part.toml", "a.part.toml"),
            ("b/../a.part.toml", "a.part.toml"),
            ("b/./c/a.part.toml", "b/c/a.part.toml"),
            ("../../a.part.toml", "../../a.part.toml"),
            ("../b/../../a.part.toml", "../../a.part.toml"),
            ("..a/b", ""),
            ("公共/a.md", "公共/a.md"),
        ] {
            assert_eq!(plain(written).unwrap_or_default(), path, "{written}");
        }
        for refused in
            ["/etc/passwd", "C:/a", "C:a", "a\\b", "//a/b", "a//b", "a/", "..", "a/..", ".", ".env", "a/.git/config"]
        {
            assert!(plain(refused).is_err(), "{refused}");
        }
    }
}
