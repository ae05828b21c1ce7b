//! Makes the pages of wikis: the runbook in the wiki's markup, with what stands around it.

use super::Templates;
use super::templates::{Builtin, RUNBOOK};
use crate::diagnostic::Diagnostic;
use crate::output::OutputKind;
use crate::plan::Plan;
use crate::source::config::WikiKind;
use crate::view;
use crate::view::labels::Labels;
use crate::view::markup::{DokuMarkup, Markdown, StorageFormat, WikiMarkup, Wikitext};
use crate::view::wiki::{PageFrame, WikiPage};

/// The text of a page, in the parts of which it may be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageText {
    /// Its first line, the title.
    pub title: String,
    /// What has become of the release.
    pub status: String,
    /// All else.
    pub rest: String,
}

/// The markup of a kind of wiki.
#[must_use]
pub fn markup_of(kind: WikiKind) -> &'static dyn WikiMarkup {
    match kind {
        WikiKind::Git => &Markdown,
        WikiKind::Mediawiki => &Wikitext,
        WikiKind::Dokuwiki => &DokuMarkup,
        WikiKind::Confluence | WikiKind::ConfluenceDc => &StorageFormat,
    }
}

/// The template of the runbook says no markup of its own, so it makes the pages of other wikis, too.
static MEDIAWIKI: Builtin = RUNBOOK.in_markup(&Wikitext);
static DOKUWIKI: Builtin = RUNBOOK.in_markup(&DokuMarkup);
static CONFLUENCE: Builtin = RUNBOOK.in_markup(&StorageFormat);

/// Writes a page.
///
/// # Errors
/// A fault of the user's template.
pub fn wiki_page(
    plan: &Plan,
    labels: &Labels,
    templates: &Templates,
    kind: WikiKind,
    page: &WikiPage<'_>,
) -> Result<PageText, Diagnostic> {
    let markup = markup_of(kind);
    // On most wikis the front matter would be a giant heading.
    let mut view = view::runbook::Runbook { front: String::new(), ..view::runbook::runbook(plan, labels, markup) };
    let chart = page.files.iter().find(|(_, file)| OutputKind::of(file) == Some(OutputKind::Chart));
    if let Some(picture) = chart.and_then(|(name, _)| markup.picture(name)) {
        view.chart = Some(picture);
    }
    let text = match kind {
        WikiKind::Git => templates.render(&RUNBOOK, &view)?,
        // A template of the user's for Markdown may hold Markdown.
        WikiKind::Mediawiki => Templates::builtin().render(&MEDIAWIKI, &view)?,
        WikiKind::Dokuwiki => Templates::builtin().render(&DOKUWIKI, &view)?,
        WikiKind::Confluence | WikiKind::ConfluenceDc => Templates::builtin().render(&CONFLUENCE, &view)?,
    };
    let (title, runbook) = text.trim_matches('\n').split_once('\n').unwrap_or((&text, ""));
    let PageFrame { status, head, foot } = view::wiki::frame(plan, labels, markup, page);
    let blocks =
        head.iter().map(String::as_str).chain([runbook.trim_matches('\n')]).chain(foot.iter().map(String::as_str));
    let rest = blocks.collect::<Vec<_>>().join("\n\n");
    let [title, status, rest] = [title, &*status, &*rest].map(|part| markup.finished(part));
    Ok(PageText { title, status, rest })
}
