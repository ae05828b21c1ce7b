//! Compares what a wiki has with what it should have, and decides what is written.

use std::fmt::Write as _;

use super::mark::{self, PageMark};
use super::wanted::WantedPage;
use crate::wiki::{FileFound, FoundPage, LastChange, PageNote, PageTrace, Wiki, WikiFault, WikiWrite};

/// How a page or a file on a wiki is related to what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageState {
    /// It isn't there yet.
    New,
    /// It is as it should be.
    Same,
    /// We wrote it, and it is to be another.
    Changed,
    /// We wrote it, and somebody changed it.
    Edited,
    /// Somebody else wrote it.
    NotOurs,
    /// It is the page of another flow, with this id.
    OfFlow(String),
}

/// What has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemFate {
    /// Nothing has to be done.
    Kept,
    /// It is to be written.
    Due,
    /// It was written.
    Written,
    /// It isn't written because of another one.
    HeldBack,
    /// It isn't written, and why.
    Refused(WikiFault),
}

/// A page or a file, as it is and as it should be.
#[derive(Debug, Clone)]
pub struct PageItem {
    /// The title of the page, or the name of the file.
    pub name: String,
    /// What it should hold.
    pub content: ItemContent,
    /// How it is related to that.
    pub state: PageState,
    /// What has become of it.
    pub fate: ItemFate,
    /// Whether the page differs only in what the program makes of the same flow and release.
    pub is_minor: bool,
}

/// What an item should hold.
#[derive(Debug, Clone)]
pub enum ItemContent {
    /// A page: the text that is there, if any, and that which should be.
    Page(Option<String>, String),
    /// A file.
    File(Vec<u8>),
}

impl PageItem {
    /// What is given to the wiki.
    pub fn write(&self) -> WikiWrite<'_> {
        match &self.content {
            ItemContent::Page(_, text) => WikiWrite::Page(&self.name, text, self.is_minor),
            ItemContent::File(bytes) => WikiWrite::File(&self.name, bytes),
        }
    }

    /// How many bytes it should have.
    pub fn size(&self) -> usize {
        match &self.content {
            ItemContent::Page(_, text) => text.len(),
            ItemContent::File(bytes) => bytes.len(),
        }
    }
}

/// What may be written over.
#[derive(Debug, Clone, Copy)]
pub struct Leave {
    /// What others wrote.
    pub adopt: bool,
    /// What somebody changed.
    pub force: bool,
}

/// Reads a page and its files, and compares. The files come first, as they are written.
pub fn items(wiki: &mut dyn Wiki, page: &WantedPage, id: &str, leave: Leave) -> Vec<PageItem> {
    let refused = |fault: WikiFault| PageItem {
        name: page.title.clone(),
        content: ItemContent::Page(None, String::new()),
        state: PageState::New,
        fate: ItemFate::Refused(fault),
        is_minor: false,
    };
    if let Some(why) = wiki.title_fault(&page.title) {
        let help = "set `page` and `release-page` in `runsheet.toml`";
        return vec![refused(WikiFault::new(format!("the title isn't allowed: {why}")).help(help))];
    }
    let found = match wiki.page(&page.title) {
        Ok(found) => found,
        Err(fault) => return vec![refused(fault)],
    };
    let whole = mark::signed(&[&page.text.title, &page.text.status, &page.text.rest].map(String::as_str).join("\n\n"));
    let (state, text) = compared(found.as_ref(), page, whole, id);
    let is_refused = matches!(fate(&state, leave, "page"), ItemFate::Refused(_));
    let last = if is_refused { wiki.last_change(&page.title) } else { None };
    let is_ours = matches!(&state, PageState::Same | PageState::Changed | PageState::Edited);
    // Files that were printed for a release stay as they were.
    let is_frozen = page.has_begun && is_ours;
    let mut items = Vec::new();
    for (name, bytes) in page.files.iter().filter(|_| !is_frozen) {
        let (state, fault) = match wiki.file(name, bytes) {
            Ok(FileFound::Nothing) => (PageState::New, None),
            Ok(FileFound::Same) => (PageState::Same, None),
            Ok(FileFound::Other) if !is_ours => (PageState::NotOurs, None),
            Ok(FileFound::Other) => match wiki.file_of_others(name) {
                None => (PageState::Changed, None),
                Some(last) => (PageState::Edited, (!leave.force).then(|| replaced_by_hand(&last))),
            },
            Err(fault) => (PageState::New, Some(fault)),
        };
        let fate = fault.map_or_else(|| fate(&state, leave, "file"), ItemFate::Refused);
        items.push(PageItem {
            name: name.clone(),
            content: ItemContent::File(bytes.clone()),
            state,
            fate,
            is_minor: false,
        });
    }
    items.extend(page.evidence.as_ref().map(|(name, bytes)| evidence(wiki, name, bytes, leave)));
    let mut fate = fate(&state, leave, "page");
    if let (Some(older), PageState::New) = (&page.older, &state) {
        let message = format!("its release was written for revision {older} of the flow, and has no page yet");
        let help = "publish it from the commit at which the flow has that revision";
        fate = ItemFate::Refused(WikiFault::new(message).help(help));
    }
    if let (ItemFate::Refused(fault), Some(LastChange { who, when })) = (&mut fate, last) {
        let _ = write!(fault.message, ", last by {who}, {when}");
    }
    let at = if wiki.files_need_page() && state == PageState::New { 0 } else { items.len() };
    let found = found.map(|found| found.text);
    let is_minor = found.as_deref().is_some_and(|found| mark::is_of_same(found, &text));
    let content = ItemContent::Page(found, text);
    items.insert(at, PageItem { name: page.title.clone(), content, state, fate, is_minor });
    items
}

/// The fault that somebody put a file of theirs in the place of ours.
fn replaced_by_hand(LastChange { who, when }: &LastChange) -> WikiFault {
    WikiFault::new(format!("the file was replaced by hand since it was published, last by {who}, {when}"))
        .help("put what is in it into the flow, or give it up with `--force`")
}

/// What shows how a release went. Another one is nobody's to lose.
fn evidence(wiki: &mut dyn Wiki, name: &str, bytes: &[u8], leave: Leave) -> PageItem {
    let (state, fate) = match wiki.file(name, bytes) {
        Ok(FileFound::Nothing) => (PageState::New, ItemFate::Due),
        Ok(FileFound::Same) => (PageState::Same, ItemFate::Kept),
        Ok(FileFound::Other) if leave.force => (PageState::Changed, ItemFate::Due),
        Ok(FileFound::Other) => {
            let fault = WikiFault::new("there is another file in its place, of the same release");
            (PageState::Changed, ItemFate::Refused(fault.help("put this one in its place with `--force`")))
        }
        Err(fault) => (PageState::New, ItemFate::Refused(fault)),
    };
    PageItem { name: name.to_owned(), content: ItemContent::File(bytes.to_vec()), state, fate, is_minor: false }
}

/// How a page that was found is related to the wanted one, and the text that it gets.
fn compared(found: Option<&FoundPage>, page: &WantedPage, whole: String, id: &str) -> (PageState, String) {
    let Some(FoundPage { text: found, trace }) = found else { return (PageState::New, whole) };
    if mark::plain(found) == mark::plain(&whole) {
        return (PageState::Same, whole);
    }
    let is_edited = match mark::look(found) {
        PageMark::None => return (PageState::NotOurs, whole),
        PageMark::Ours { id: of, .. } if of != id => return (PageState::OfFlow(of), whole),
        PageMark::Ours { is_edited, .. } => match trace {
            PageTrace::InText => is_edited,
            PageTrace::Ours(_) => false,
            PageTrace::Others => true,
        },
    };
    let noted = match trace {
        PageTrace::Ours(noted) => noted.as_ref(),
        _ => None,
    };
    let wanted = PageNote::of(page.markup, &whole);
    let is_noted =
        noted.is_some_and(|noted| if page.has_begun { noted.head == wanted.head } else { noted.text == wanted.text });
    let text = if page.has_begun { in_place(found, page).unwrap_or(whole) } else { whole };
    let state = if is_edited {
        PageState::Edited
    } else if is_noted || mark::plain(found) == mark::plain(&text) {
        PageState::Same
    } else {
        PageState::Changed
    };
    (state, text)
}

/// A page of a release that has begun: its title and its state are written anew, all else stays.
fn in_place(found: &str, page: &WantedPage) -> Option<String> {
    let found = mark::plain(found);
    let rest = page.markup.below_status(&found)?;
    Some(mark::signed(&[&page.text.title, &page.text.status, rest].join("\n\n")))
}

fn fate(state: &PageState, leave: Leave, what: &str) -> ItemFate {
    let refused = |message: String, help: [&str; 2]| {
        ItemFate::Refused(help.into_iter().fold(WikiFault::new(message), WikiFault::help))
    };
    match state {
        PageState::Same => ItemFate::Kept,
        PageState::New | PageState::Changed => ItemFate::Due,
        PageState::Edited if leave.force => ItemFate::Due,
        PageState::NotOurs | PageState::OfFlow(_) if leave.adopt => ItemFate::Due,
        PageState::Edited => refused(
            format!("the {what} was changed by hand since it was published"),
            ["`--dry-run` shows what was changed: put it into the flow", "or give it up with `--force`"],
        ),
        PageState::NotOurs => refused(
            format!("there is a {what} of this name that runsheet didn't write"),
            ["set `page` and `release-page` in `runsheet.toml`", "or take it over with `--adopt`"],
        ),
        PageState::OfFlow(id) => refused(
            format!("it is the page of the flow `{id}`"),
            ["set `page` and `release-page` in `runsheet.toml`", "or take it over with `--adopt`"],
        ),
    }
}
