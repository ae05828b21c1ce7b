//! What a document leaves to fill in, `<host>`, `${HOST}`, `X.Y.Z` and `{{ host }}`, becomes a value of the flow.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use regex_lite::Regex;

use crate::chars::{is_han, is_id};

/// A value that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedValue {
    /// Its name in the flow.
    pub id: String,
    /// How it is labelled: its name in words.
    pub label: String,
    /// How the document writes it first.
    pub written: String,
}

/// The values of a document.
#[derive(Debug, Default)]
pub struct Values {
    /// In the order in which they were met.
    pub offered: Vec<OfferedValue>,
    /// By how the document writes them.
    known: BTreeMap<String, String>,
    ids: BTreeSet<String>,
    /// Names that the document's own commands set.
    set: BTreeSet<String>,
}

/// A place to fill in: between angle brackets, a variable of a shell, a version in letters, or braces.
static PLACE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?P<brackets> < (?P<name> [A-Za-z\x{4E00}-\x{9FFF}][A-Za-z0-9\x{4E00}-\x{9FFF}_.\ -]{0,29} ) > )
        | \$ \{ (?P<braced> [A-Z][A-Z0-9_]{1,39} ) \}
        | \$ (?P<bare> [A-Z][A-Z0-9_]{1,39} )
        | (?P<version> X\.Y\.Z | x\.y\.z | X\.Y | [vV]x\.y )
        | \{\{ \ * (?P<braces> [^\s{}.$|()]{1,64} ) \ * \}\}
        ",
    )
    .ok()
});

static SET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?m)(?:^|[\s;&(])(?:export\s+|read\s+(?:-\w+\s+)*|for\s+|local\s+)?([A-Z][A-Z0-9_]+)(?:\+?=|\s+in\s|\s*$)",
    )
    .ok()
});

/// Variables that a shell or a system sets.
const SYSTEM: &[&str] = &[
    "BASH",
    "EDITOR",
    "EUID",
    "FUNCNAME",
    "HOME",
    "HOSTNAME",
    "IFS",
    "KUBECONFIG",
    "LANG",
    "LINENO",
    "LOGNAME",
    "OLDPWD",
    "PATH",
    "PIPESTATUS",
    "PPID",
    "PWD",
    "RANDOM",
    "SECONDS",
    "SHELL",
    "TERM",
    "TMPDIR",
    "UID",
    "USER",
    "USERPROFILE",
];

impl Values {
    /// Remembers which variables some commands set themselves.
    pub fn note_set(&mut self, code: &str) {
        if let Some(set) = SET.as_ref() {
            self.set.extend(set.captures_iter(code).map(|found| found[1].to_owned()));
        }
    }

    /// Some words with each place to fill in written as the format writes it, and whether there is one. `space` is what stands within
    /// the braces.
    pub fn filled(&mut self, words: &str, space: &str) -> (String, bool) {
        self.with_places(words, space, false)
    }

    /// What comes out of a command: the places that were to be filled in before are so here as well. Programs print
    /// `<none>` and numbers with dots themselves, which are no places. What stands in `{{ … }}` would be filled in either way.
    pub fn shown(&mut self, shows: &str, run: &str, fill: &mut bool) -> String {
        // To fill in only what it shows must leave the command itself as it is.
        if !*fill && (run.contains("{{") || shows.contains("{{")) {
            return shows.to_owned();
        }
        let (filled, any) = self.with_places(shows, " ", true);
        *fill |= any;
        filled
    }

    fn with_places(&mut self, words: &str, space: &str, only_known: bool) -> (String, bool) {
        let Some(place) = PLACE.as_ref().filter(|_| words.contains(['<', '$', '.', '{'])) else {
            return (words.to_owned(), false);
        };
        let mut out = String::with_capacity(words.len());
        let mut at = 0;
        let mut any = false;
        // Where a tag is closed, what stands between angle brackets is markup.
        let has_tags = words.contains("</") || words.contains("/>");
        for found in place.captures_iter(words) {
            let Some(whole) = found.get(0) else { continue };
            let before = words[..whole.start()].chars().next_back();
            let after = words[whole.end()..].chars().next();
            let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
            let (name, is_sound) = if let Some(name) = found.name("name") {
                let is_tag =
                    before == Some('<') || name.as_str().ends_with(' ') || has_tags || is_tag_name(name.as_str());
                (name.as_str(), !is_tag)
            } else if let Some(name) = found.name("braced").or_else(|| found.name("bare")) {
                let is_known = self.set.contains(name.as_str()) || SYSTEM.contains(&name.as_str());
                (name.as_str(), !is_known && before != Some('\\') && before != Some('$'))
            } else if let Some(version) = found.name("version") {
                let is_alone = !is_part(before.filter(|c| !matches!(c, 'v' | 'V' | '_')))
                    && !is_part(after)
                    && before != Some('.');
                (version.as_str(), is_alone)
            } else if let Some(name) = found.name("braces") {
                // As the format reads a name: of letters and digits in any language.
                (name.as_str(), name.as_str().chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')))
            } else {
                continue;
            };
            if !is_sound {
                continue;
            }
            let is_version = found.name("version").is_some();
            // The `v` before a version stays.
            let kept = usize::from(is_version && name.starts_with(['v', 'V']));
            if only_known && found.name("braces").is_none() && !self.known.contains_key(&whole.as_str()[kept..]) {
                continue;
            }
            let id = self.id_of(&whole.as_str()[kept..], &name[kept..], is_version);
            out.push_str(&words[at..whole.start() + kept]);
            let _ = write!(out, "{{{{{space}{id}{space}}}}}");
            at = whole.end();
            any = true;
        }
        out.push_str(&words[at..]);
        (out, any)
    }

    fn id_of(&mut self, written: &str, name: &str, is_version: bool) -> String {
        if let Some(id) = self.known.get(written) {
            return id.clone();
        }
        let lower = name.to_lowercase();
        let mut id: String = lower.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let is_full = is_version && lower.matches('.').count() == 2;
        if is_full || matches!(&*lower, "版本" | "版本号" | "新版本" | "新版本号" | "目标版本") {
            "version".clone_into(&mut id);
        } else if name.chars().any(is_han) || !is_id(id.trim_matches('-')) {
            id = format!("value-{}", self.offered.len() + 1);
        }
        let id = id.trim_matches('-').to_owned();
        self.known.insert(written.to_owned(), id.clone());
        // `<host>` and `${HOST}` are the same value. What the format knows itself isn't declared.
        if self.ids.insert(id.clone()) && !matches!(&*id, "start-date" | "start-time") {
            let label = name.replace(['_', '-'], " ");
            let label = if is_full { "version".to_owned() } else { label };
            self.offered.push(OfferedValue { id: id.clone(), label, written: written.to_owned() });
        }
        id
    }
}

/// Whether a name is that of a tag of HTML, or what programs print where there is nothing.
fn is_tag_name(name: &str) -> bool {
    const TAGS: &[&str] =
        &["b", "br", "code", "div", "em", "html", "i", "li", "none", "p", "pre", "span", "strong", "td", "tr", "ul"];
    TAGS.contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_to_fill_in_become_values() {
        let mut values = Values::default();
        values.note_set("export TAG=v1\nfor HOST in a b; do");
        for (written, expected) in [
            ("push <new-version> to ${REGION}", "push {{ new-version }} to {{ region }}"),
            ("tag vX.Y.Z and release-X.Y", "tag v{{ version }} and release-{{ x-y }}"),
            ("$TAG ${HOST} $HOME \\$X1 a<b && c>d", "$TAG ${HOST} $HOME \\$X1 a<b && c>d"),
            ("{{region}} {{ .Values.x }} ${{ secrets.A }}", "{{ region }} {{ .Values.x }} ${{ secrets.A }}"),
            ("<版本号> <主机>", "{{ version }} {{ value-5 }}"),
            ("cat <<EOF <b>x</b> <none>", "cat <<EOF <b>x</b> <none>"),
            ("index.y.z ax.y 1.x.y", "index.y.z ax.y 1.x.y"),
        ] {
            assert_eq!(values.filled(written, " ").0, expected, "{written}");
        }
        let output = values.shown("at <new-version>: <none> 1.2.3 {{ left }} {{ .Right }}", "x", &mut true);
        assert_eq!(output, "at {{ new-version }}: <none> 1.2.3 {{ left }} {{ .Right }}");
        let mut fill = false;
        assert_eq!(values.shown("at <region-1> {{ a }}", "x", &mut fill), "at <region-1> {{ a }}");
        assert_eq!(values.shown("at <new-version>", "docker ps --format '{{.Names}}'", &mut fill), "at <new-version>");
        assert!(!fill);
        assert_eq!(values.shown("at <new-version>", "x", &mut fill), "at {{ new-version }}");
        assert!(fill);
        let ids: Vec<&str> = values.offered.iter().map(|value| &*value.id).collect();
        assert_eq!(ids, ["new-version", "region", "version", "x-y", "value-5", "left"]);
    }
}
