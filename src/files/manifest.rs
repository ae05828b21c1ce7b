//! The manifest of a flow's folder: which files builds wrote there, and which files of others they keep.
//!
//! It is what a build knows its own files by, and a list that `sha256sum -c` takes. It comes from the disk and may say
//! anything, so nothing is removed or written because a manifest names it: it only tells for files that stand in the
//! folder whether a build wrote them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::disk::{with_cr_lf, with_lf};
use crate::output::OutputKind;
use crate::source::digest;

/// Its name in the flow's folder.
pub(super) const NAME: &str = ".runsheet";

/// The most bytes of a manifest.
pub(super) const LIMIT: u64 = 1 << 20;

/// The first line of every manifest, with the number of its format.
const HEAD: &str = "# runsheet folder 1";
const ABOUT: &str = "# The files that `runsheet build` wrote here. `sha256sum -c .runsheet` compares them.";
/// The line of a list that was made without a release. It stays when a release gets a folder of its own.
const BLANK: &str = "# blank";
/// What stands before the path of a file that is kept.
const KEPT: &str = "# kept: ";

/// Which files of a flow's folder builds know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// True when the last build made a list without a release there.
    pub blank: bool,
    /// Path and SHA-256 of every file that a build wrote. While files are replaced one by one, a path may have two.
    pub written: BTreeSet<(String, String)>,
    /// Paths of the files that no build wrote, or that were changed since, and that builds keep.
    pub kept: BTreeSet<String>,
}

impl Manifest {
    /// Reads a manifest; `None` when it is broken or has another format. Line ends may be of either kind.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.lines();
        if lines.next()? != HEAD {
            return None;
        }
        let mut manifest = Self::default();
        for line in lines {
            if line == BLANK {
                manifest.blank = true;
            } else if let Some(path) = line.strip_prefix(KEPT) {
                if !can_name(path) {
                    return None;
                }
                manifest.kept.insert(path.to_owned());
            } else if !line.starts_with('#') {
                let (digest, path) = line.split_once("  ")?;
                let is_digest = digest.len() == 64 && digest.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
                if !is_digest || OutputKind::of(path).is_none() || !can_name(path) {
                    return None;
                }
                manifest.written.insert((path.to_owned(), digest.to_owned()));
            }
        }
        Some(manifest)
    }

    /// The manifest as bytes, the same for the same files.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = format!("{HEAD}\n{ABOUT}\n");
        if self.blank {
            out.push_str(BLANK);
            out.push('\n');
        }
        // Writing to a string can't fail.
        for (path, digest) in &self.written {
            let _ = writeln!(out, "{digest}  {path}");
        }
        for path in &self.kept {
            let _ = writeln!(out, "{KEPT}{path}");
        }
        out.into_bytes()
    }

    /// True when a build wrote this file as it is, or as it is but for its line ends.
    pub(super) fn knows(&self, path: &str, bytes: &[u8]) -> bool {
        let known = |bytes: &[u8]| {
            let digest = digest(bytes);
            self.digests_of(path).any(|known| known == digest)
        };
        let is_text = OutputKind::of(path).is_some_and(OutputKind::is_text);
        known(bytes) || (is_text && (known(&with_lf(bytes)) || known(&with_cr_lf(bytes))))
    }

    /// The digests that a file of this path has when it is as a build wrote it; none for a file that no build wrote.
    pub(super) fn digests_of<'a>(&'a self, path: &str) -> impl Iterator<Item = &'a str> {
        let first = (path.to_owned(), String::new());
        let path = path.to_owned();
        self.written.range(first..).take_while(move |(of, _)| *of == path).map(|(_, digest)| digest.as_str())
    }
}

/// True for a path that a manifest can hold: a name in the flow's folder or in its `mail`, on one line.
pub(super) fn can_name(path: &str) -> bool {
    let name = path.strip_prefix("mail/").unwrap_or(path);
    let is_name = !matches!(name, "" | "." | "..") && !name.contains(['/', '\\']);
    is_name && path != NAME && !path.contains(|c: char| c.is_control() || c == '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(of: char) -> String {
        of.to_string().repeat(64)
    }

    #[test]
    fn a_manifest_is_read_as_it_is_written() {
        let manifest = Manifest {
            blank: true,
            written: [("checklist.pdf", 'a'), ("mail/01  dba.eml", 'b'), ("mail/01  dba.eml", 'c')]
                .map(|(path, of)| (path.to_owned(), digest(of)))
                .into(),
            kept: ["notes.md", "mail/回复.old-1.eml"].map(str::to_owned).into(),
        };
        let bytes = manifest.bytes();
        assert_eq!(Manifest::read(&bytes).as_ref(), Some(&manifest));
        let elsewhere = String::from_utf8(bytes).unwrap().replace('\n', "\r\n");
        assert_eq!(Manifest::read(elsewhere.as_bytes()).as_ref(), Some(&manifest));
        assert_eq!(manifest.digests_of("mail/01  dba.eml").collect::<Vec<_>>(), [digest('b'), digest('c')]);
        assert_eq!(manifest.digests_of("mail/01").count() + manifest.digests_of("notes.md").count(), 0);
    }

    #[test]
    fn a_broken_manifest_is_none() {
        let line = |digest: &str, path: &str| format!("{HEAD}\n{digest}  {path}\n");
        let (ok, upper, short) = (digest('a'), digest('A'), "a".repeat(63));
        assert!(Manifest::read(line(&ok, "runbook.md").as_bytes()).is_some());
        for (digest, path) in [
            (&ok, "../runbook.md"),
            (&ok, "/etc/passwd"),
            (&ok, "mail/../../a.txt"),
            (&ok, "mail/..\\a.txt"),
            (&ok, "notes.md"),
            (&ok, ""),
            (&upper, "runbook.md"),
            (&short, "runbook.md"),
        ] {
            assert_eq!(Manifest::read(line(digest, path).as_bytes()), None, "{digest} {path}");
        }
        for path in ["../x", "/x", "..", ".", "", "a/b", "mail/", "mail/a/b", "a\\b", "a\tb", NAME] {
            assert_eq!(Manifest::read(format!("{HEAD}\n{KEPT}{path}\n").as_bytes()), None, "{path:?}");
        }
        for text in ["", "x", "# runsheet folder 2\n", "# runsheet folder 1\nx\n"] {
            assert_eq!(Manifest::read(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(Manifest::read(b"# runsheet folder 1\n\xff"), None);
    }
}
