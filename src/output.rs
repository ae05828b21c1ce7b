//! What a build can make: the kinds of output, the files that each consists of, and one such file in memory.
//!
//! A new kind is a variant of [`OutputKind`] and a line in [`TABLE`]; the compiler then asks which code makes it. A new
//! file of a kind is a pattern in its line.

/// A kind of output, as `--only` tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutputKind {
    /// The printed check list.
    Pdf,
    /// The runbook.
    Runbook,
    /// The flow chart.
    Chart,
    /// The mails.
    Mail,
    /// The text of a change ticket.
    Ticket,
}

/// The properties of a kind.
struct OutputProperties {
    kind: OutputKind,
    /// Its name on the command line.
    name: &'static str,
    /// What it is, for `--help`.
    help: &'static str,
    /// Its files in the flow's folder: each a path, in which `*` stands for any name.
    files: &'static [&'static str],
    /// Whether it is made unless it is asked for.
    by_default: bool,
}

/// The file of the check list.
pub const CHECKLIST: &str = "checklist.pdf";

/// The file of the list of the cold operations, which is printed days before the rest.
pub const COLD_LIST: &str = "cold.pdf";

/// Every kind, in the order in which they are made and named to the user.
const TABLE: [OutputProperties; 5] = [
    OutputProperties {
        kind: OutputKind::Pdf,
        name: "pdf",
        help: "The printed check list, `checklist.pdf`, and the list of the cold operations, `cold.pdf`, where there are any",
        files: &[CHECKLIST, COLD_LIST],
        by_default: true,
    },
    OutputProperties {
        kind: OutputKind::Runbook,
        name: "runbook",
        help: "The runbook: `runbook.md`",
        files: &["runbook.md"],
        by_default: true,
    },
    OutputProperties {
        kind: OutputKind::Chart,
        name: "chart",
        help: "The flow chart: `flowchart.svg`",
        files: &["flowchart.svg"],
        by_default: true,
    },
    OutputProperties {
        kind: OutputKind::Mail,
        name: "mail",
        help: "The mails: `mail/*.eml` and `mail/*.txt`",
        files: &["mail/*.eml", "mail/*.txt"],
        by_default: true,
    },
    OutputProperties {
        kind: OutputKind::Ticket,
        name: "ticket",
        help: "The text of a change ticket: `ticket.md`; only made when it is named",
        files: &["ticket.md"],
        by_default: false,
    },
];

impl OutputKind {
    /// Every kind, in the order in which they are made and named to the user.
    pub const ALL: [Self; TABLE.len()] = {
        let mut all = [Self::Pdf; TABLE.len()];
        let mut index = 0;
        while index < all.len() {
            all[index] = TABLE[index].kind;
            index += 1;
        }
        all
    };

    /// The kinds that a build makes when none is named, in the same order.
    #[must_use]
    pub fn by_default() -> Vec<Self> {
        TABLE.iter().filter(|about| about.by_default).map(|about| about.kind).collect()
    }

    /// The name of each kind on the command line with what it is, in the order of [`OutputKind::ALL`].
    pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
        TABLE.iter().map(|about| (about.name, about.help))
    }

    /// The kind of a name on the command line.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|about| about.name == name).map(|about| about.kind)
    }

    /// True when its files are texts, whose line ends other programs may change without changing what they say.
    #[must_use]
    pub const fn is_text(self) -> bool {
        !matches!(self, Self::Pdf)
    }

    /// True for a name that builds give to something of theirs in the flow's folder. Some disks know no upper and lower case.
    #[must_use]
    pub fn use_name(name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let is_folder = |pattern: &&str| pattern.split_once('/').is_some_and(|(folder, _)| folder == name);
        Self::of(&name).is_some() || TABLE.iter().flat_map(|about| about.files).any(is_folder)
    }

    /// The kind that makes a file of this path in the flow's folder; `None` for a file that no build makes.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let is_one = |about: &&OutputProperties| about.files.iter().any(|pattern| fits(pattern, path));
        TABLE.iter().find(is_one).map(|about| about.kind)
    }
}

/// True for the path itself and, where the pattern holds `*`, for any name in its place that isn't hidden.
fn fits(pattern: &str, path: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == path };
    let name = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    name.is_some_and(|name| !name.is_empty() && !name.starts_with('.') && !name.contains('/'))
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Which kind of output it belongs to.
    pub kind: OutputKind,
    /// Where it goes, relative to the flow's folder, with `/` between folder and name.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_its_kind() {
        assert_eq!(OutputKind::of("checklist.pdf"), Some(OutputKind::Pdf));
        assert_eq!(OutputKind::of("cold.pdf"), Some(OutputKind::Pdf));
        assert_eq!(OutputKind::of("runbook.md"), Some(OutputKind::Runbook));
        assert_eq!(OutputKind::of("mail/01-dba.eml"), Some(OutputKind::Mail));
        for foreign in
            ["notes.txt", "mail/deep/a.eml", "mail/.eml", "mail/.a.eml", "mail", "mail/a.pdf", "x/checklist.pdf"]
        {
            assert_eq!(OutputKind::of(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn builds_use_the_names_of_their_files_and_of_the_folder_of_mails() {
        for (name, is_used) in
            [("runbook.md", true), ("Checklist.PDF", true), ("MAIL", true), ("mails", false), ("7", false)]
        {
            assert_eq!(OutputKind::use_name(name), is_used, "{name}");
        }
    }

    #[test]
    fn names_and_files_lead_to_one_kind_each() {
        for about in &TABLE {
            assert_eq!(OutputKind::named(about.name), Some(about.kind));
            for pattern in about.files {
                assert_eq!(OutputKind::of(&pattern.replace('*', "a")), Some(about.kind), "{pattern}");
                assert!(about.help.contains(pattern), "`--help` names the file {pattern}");
            }
        }
    }
}
