//! Where `runsheet publish` writes: a wiki, how one logs in there, and what its pages are called.

use super::server::{holds_password, is_loopback};
use super::token::TokenDecl;
use crate::diagnostic::Span;
use crate::source::declare::{table, words};
use crate::source::keys::ValueShape;
use crate::source::reader::{FromToml, Reader, TableFields, Texts, ValueSlot};
use crate::source::types::{Line, Str, Worded as _};

table! {
    /// A wiki that runbooks are published on.
    pub struct PublishDecl "publish" {
        PUBLISH "`[publish.NAME]`" "a wiki that `runsheet publish` writes to";
    }
    keys {
        /// what kind of wiki it is
        kind: WikiKind,
        /// address of the repository, or of the wiki's API; a path is relative to the folder of the configuration
        url: Line,
        /// user name to log in with
        user: Option<Line>,
        /// where the password or the token to log in with comes from
        token: Option<TokenDecl>,
        /// key of the space that the pages are in (Confluence)
        space: Option<Line>,
        /// title of the page under which new pages are made (Confluence); by default under the space's first page
        parent: Option<Line>,
        /// title of a flow's page, with `{{ id }}`; `"Runbooks/{{ id }}"` by default
        page: Option<PageTitle>,
        /// title of a release's page, with `{{ id }}` and `{{ number }}`; `"Runbooks/{{ id }}/{{ number }}"` by default; `false`: releases have no pages
        release_page: ReleasePages,
        /// files to attach to each page
        attach: Vec<PublishedFile>,
        /// `false`: names, telephone numbers and addresses of people aren't published; `true` by default
        people: PeopleShown,
    }
    settle can_be_reached;
}

words! {
    /// A kind of wiki.
    pub enum WikiKind {
        /// Markdown files in a git repository.
        Git = "git",
        /// `MediaWiki`, by its API.
        Mediawiki = "mediawiki",
        /// `DokuWiki`, by XML-RPC.
        Dokuwiki = "dokuwiki",
        /// Confluence Cloud, by its REST API of version 2.
        Confluence = "confluence",
        /// Confluence Data Center, by the REST API of version 1, the only one that it has.
        ConfluenceDc = "confluence-dc",
    }
}

words! {
    /// A file that is attached to a page.
    pub enum PublishedFile {
        /// The check lists.
        Pdf = "pdf",
        /// The flow chart.
        Chart = "chart",
    }
}

/// The title of a page, in which `{{ id }}` and `{{ number }}` stand for those of flow and release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageTitle(Str);

/// Names that a title may hold.
const NAMES: [&str; 2] = ["id", "number"];

impl PageTitle {
    /// The title with flow and release put in.
    #[must_use]
    pub fn filled(&self, id: &str, number: &str) -> String {
        filled(&self.0.value, id, number)
    }

    /// Reads a title, which must hold the names `needed` and may hold no others.
    fn named(reader: &mut Reader<'_>, slot: ValueSlot<'_>, needed: &[&str]) -> Option<Self> {
        let title = reader.line(slot)?;
        let mut is_right = true;
        let mut found = Vec::new();
        for (at, _) in title.value.match_indices("{{") {
            let inside = title.value[at + 2..].split_once("}}").map(|(inside, _)| inside.trim());
            if let Some(name) = inside.filter(|name| needed.contains(name)) {
                found.push(name);
                continue;
            }
            let names: Vec<String> = needed.iter().map(|name| format!("`{{{{ {name} }}}}`")).collect();
            let place = reader.within(title.span, at..title.value.len());
            let known = inside.is_some_and(|name| NAMES.contains(&name));
            let message = if known { "this page has no number" } else { "this stands for nothing" };
            reader.bad("unknown-name", place, message, format!("write {}", names.join(" and ")));
            is_right = false;
        }
        for lacking in needed.iter().filter(|name| is_right && !found.contains(name)) {
            let message = format!("`{}` would be one page for all", title.value);
            reader.bad("bad-value", title.span, message, format!("write `{{{{ {lacking} }}}}` into it"));
        }
        Some(Self(title))
    }
}

/// A title with flow and release put in. What is put in isn't looked at again.
fn filled(title: &str, id: &str, number: &str) -> String {
    let mut out = String::new();
    let mut rest = title;
    while let Some((before, (inside, after))) =
        rest.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
    {
        out.push_str(before);
        out.push_str(if inside.trim() == "id" { id } else { number });
        rest = after;
    }
    out.push_str(rest);
    out
}

impl Texts for PageTitle {}

impl FromToml for PageTitle {
    const SHAPE: ValueShape = ValueShape::Line;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        Self::named(reader, slot, &["id"])
    }
}

/// Which pages releases have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReleasePages {
    /// Those with the titles that we give.
    Usual,
    /// Those with these titles.
    Titled(PageTitle),
    /// None.
    None,
}

impl Texts for ReleasePages {}

impl FromToml for ReleasePages {
    const SHAPE: ValueShape = ValueShape::Either(&ValueShape::Line, &ValueShape::Flag);
    const REQUIRED: bool = false;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        if let Some(flag) = slot.value.get_ref().as_bool() {
            if flag {
                let span = reader.span(slot.value.span());
                reader.bad("bad-value", span, "`true` says nothing", "leave the key out, or write a title or `false`");
            }
            return Some(Self::None);
        }
        PageTitle::named(reader, slot, &NAMES).map(Self::Titled)
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(Self::Usual)
    }
}

/// Whether pages name people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeopleShown(bool);

impl PeopleShown {
    /// Whether they do.
    #[must_use]
    pub const fn is_so(self) -> bool {
        self.0
    }
}

impl Texts for PeopleShown {}

impl FromToml for PeopleShown {
    const SHAPE: ValueShape = ValueShape::Flag;
    const REQUIRED: bool = false;

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        bool::read(reader, slot).map(Self)
    }

    fn missing(_at: Span) -> Option<Self> {
        Some(Self(true))
    }
}

impl PublishDecl {
    /// The title of a flow's page.
    #[must_use]
    pub fn flow_page(&self, id: &str) -> String {
        self.page.as_ref().map_or_else(|| filled(PAGE, id, ""), |title| title.filled(id, ""))
    }

    /// The title of a release's page; `None` if releases have none.
    #[must_use]
    pub fn page_of_release(&self, id: &str, number: &str) -> Option<String> {
        match &self.release_page {
            ReleasePages::Usual => Some(filled(RELEASE_PAGE, id, number)),
            ReleasePages::Titled(title) => Some(title.filled(id, number)),
            ReleasePages::None => None,
        }
    }
}

/// The title of a flow's page where the configuration gives none.
const PAGE: &str = "Runbooks/{{ id }}";
/// The same for a release.
const RELEASE_PAGE: &str = "Runbooks/{{ id }}/{{ number }}";

/// Reports an address to which no password may be sent, and one that holds a password.
fn can_be_reached(publish: PublishDecl, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> PublishDecl {
    let url = &publish.url;
    let (scheme, rest) = url.value.split_once("://").unwrap_or(("", &url.value));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (login, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    let is_helper = rest.split_once("::").is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric()));
    if url.value.starts_with('-') || is_helper {
        let help = "write `https://…`, `ssh://…`, `user@host:path` or a path";
        reader.bad("bad-address", url.span, "this is no address of a repository", help);
    } else if !scheme.is_empty() && login.contains(':') {
        holds_password(reader, url.span);
    } else if scheme.eq_ignore_ascii_case("http") && publish.token.is_some() && !is_loopback(host) {
        let message = "a token would be sent in the clear";
        reader.bad("bad-address", url.span, message, "write `https://`");
    }
    if !publish.people.is_so() && publish.attach.contains(&PublishedFile::Pdf) {
        let place = fields.place_of(reader, "attach").unwrap_or(fields.span);
        let help = "leave `pdf` out of `attach`, or let people be named: `people = true`";
        reader.bad("misplaced-key", place, "the check lists name people", help);
    }
    if publish.kind == WikiKind::Git {
        if publish.token.is_none() {
            reader.only_with(fields, "user", "token");
        }
    } else {
        if !is_web {
            let help = match publish.kind {
                WikiKind::Dokuwiki => {
                    "write the address of the wiki's API: `https://wiki.example.com/lib/exe/xmlrpc.php`"
                }
                WikiKind::Confluence => "write the address of the wiki: `https://example.atlassian.net/wiki`",
                WikiKind::ConfluenceDc => "write the address of the wiki: `https://confluence.example.com`",
                _ => "write the address of the wiki's API: `https://wiki.example.com/api.php`",
            };
            reader.bad("bad-address", url.span, "this is no web address", help);
        }
        let needed: &[&str] = match publish.kind {
            WikiKind::Confluence => &["user", "token", "space"],
            // A personal access token says whose it is.
            WikiKind::ConfluenceDc => &["token", "space"],
            _ => &["user", "token"],
        };
        for key in needed.iter().filter(|key| !fields.has(key)) {
            let message = format!("a `{}` needs the key `{key}`", publish.kind.word());
            let help = match *key {
                "space" => "write the key that stands in the addresses of its pages: `space = \"OPS\"`",
                _ => "the wiki lets only those write whom it knows",
            };
            reader.bad("missing-key", fields.span, message, help);
        }
    }
    if !matches!(publish.kind, WikiKind::Confluence | WikiKind::ConfluenceDc) {
        for key in ["space", "parent"] {
            if let Some(place) = fields.has(key).then(|| fields.place_of(reader, key).unwrap_or(fields.span)) {
                let message = format!("a `{}` has no `{key}`", publish.kind.word());
                reader.bad(
                    "misplaced-key",
                    place,
                    message,
                    "take the line out; titles are set with `page` and `release-page`",
                );
            }
        }
    }
    publish
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Diagnostic, Sources};
    use crate::source::config::Config;
    use crate::source::read_config;

    fn read(text: &str) -> (Option<Config>, Vec<(usize, String)>) {
        let mut sources = Sources::default();
        let file = sources.add("runsheet.toml", text);
        let (config, faults) = read_config(&sources, file);
        let line = |fault: &Diagnostic| fault.primary.as_ref().map_or(0, |label| sources.line_column(label.span).0);
        let told = faults.iter().map(|fault| (line(fault), fault.message.clone())).collect();
        (config, told)
    }

    const WIKI: &str = "[publish.team]\nkind = 'git'\nurl = 'wiki.git'\n";

    #[test]
    fn titles_are_made_of_flow_and_release() {
        let titles = |more: &str| {
            let (config, faults) = read(&format!("{WIKI}{more}"));
            assert!(faults.is_empty(), "{faults:?}");
            let decl = &config.unwrap().publish[0].1;
            (decl.flow_page("x"), decl.page_of_release("x", "7"))
        };
        assert_eq!(titles(""), ("Runbooks/x".to_owned(), Some("Runbooks/x/7".to_owned())));
        assert_eq!(
            titles("page = 'Ops {{id}} {{  id }}}'\nrelease-page = '{{ number }}-{{ id }}'"),
            ("Ops x x}".to_owned(), Some("7-x".to_owned()))
        );
        assert_eq!(titles("release-page = false").1, None);
    }

    #[test]
    fn every_fault_is_told_at_its_line() {
        for (more, line, message) in [
            ("page = 'Home'", 4, "`Home` would be one page for all"),
            ("page = '{{ id }} {{ number }}'", 4, "this page has no number"),
            ("page = '{{ id }} {{ title }}'", 4, "this stands for nothing"),
            ("page = '{{ id'", 4, "this stands for nothing"),
            ("release-page = '{{ id }}'", 4, "`{{ id }}` would be one page for all"),
            ("release-page = true", 4, "`true` says nothing"),
            ("attach = ['mail']", 4, "`attach` can't be `mail`"),
            ("people = false\nattach = ['pdf']", 5, "the check lists name people"),
            ("user = 'ci'", 4, "`user` means nothing without `token`"),
            ("token = {}", 4, "nothing says where this token comes from"),
            ("token = { env = 'A', file = 'b' }", 4, "a token comes from one place"),
            ("space = 'OPS'", 4, "a `git` has no `space`"),
            ("token = { command = [] }", 4, "`command` names no program"),
            ("token = 'hunter2'", 0, "`token` in line 4 is the token itself"),
            ("branch = 'main'", 4, "`[publish.NAME]` has no key `branch`"),
        ] {
            let faults = read(&format!("{WIKI}{more}\n")).1;
            assert_eq!(faults, [(line, message.to_owned())], "{more}");
        }
    }

    #[test]
    fn a_wiki_with_users_needs_one() {
        let faults = read("[publish.team]\nkind = 'mediawiki'\nurl = 'wiki.example.com/api.php'\n").1;
        let told: Vec<_> = faults.iter().map(|(line, message)| (*line, message.as_str())).collect();
        assert_eq!(
            told,
            [
                (1, "a `mediawiki` needs the key `token`"),
                (1, "a `mediawiki` needs the key `user`"),
                (3, "this is no web address"),
            ]
        );
    }

    #[test]
    fn an_address_takes_no_token_in_the_clear_and_starts_no_program() {
        let told = |url: &str| {
            let text = format!("[publish.team]\nkind = 'git'\nurl = '{url}'\ntoken = {{ env = 'A' }}\n");
            read(&text).1.into_iter().map(|(_, message)| message).collect::<Vec<_>>().join(", ")
        };
        for good in [
            "https://example.com/a.git",
            "http://localhost:8080/a",
            "http://127.0.0.1/a",
            "http://[::1]:80/a",
            "ssh://git@example.com/a",
            "git@example.com:team/wiki.git",
            "../wiki.git",
            "https://ann@example.com/a",
        ] {
            assert_eq!(told(good), "", "{good}");
        }
        for clear in ["http://example.com/a", "HTTP://127.0.0.1.example.com/", "http://localhost@example.com/"] {
            assert_eq!(told(clear), "a token would be sent in the clear", "{clear}");
        }
        for program in ["ext::sh -c id", "--upload-pack=id"] {
            assert_eq!(told(program), "this is no address of a repository", "{program}");
        }
        assert_eq!(told("https://ann:hunter2@example.com/"), "the address in line 3 holds a password");
    }
}
