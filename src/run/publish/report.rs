//! What `publish` says: one line for each page and file, and what is wrong.

use std::fmt::Write as _;

use serde_json::json;
use similar::TextDiff;

use super::super::Report;
use super::classify::{ItemContent, ItemFate, PageItem, PageState};
use super::mark;
use super::wanted::FlowToPublish;
use crate::chars::shown;
use crate::cli::publish::{PublishArgs, PublishFormat};
use crate::diagnostic::{Diagnostic, Level, Sources, print};
use crate::source::release::quoted;
use crate::wiki::WikiFault;

/// What became of a flow on one wiki.
pub struct OnWiki {
    name: String,
    id: String,
    wiki: String,
    /// Pages and files, each with its address.
    items: Vec<(String, PageItem)>,
    /// Where the flow says that its runbook is published.
    runbook: Option<String>,
    /// Why nothing could be read or written at all.
    fault: Option<WikiFault>,
}

/// What a run has to say.
#[derive(Default)]
pub struct PublishReport {
    /// What is wrong with flows.
    pub flows: Vec<(Sources, Vec<Diagnostic>)>,
    /// What belongs to no single flow.
    pub loose: Vec<(Sources, Vec<Diagnostic>)>,
    /// What became of them.
    pub wikis: Vec<OnWiki>,
}

impl OnWiki {
    /// A flow on a wiki, by the name of its file, and of the wiki.
    pub fn new(name: &str, flow: &FlowToPublish, wiki: &str) -> Self {
        let (items, fault) = (Vec::new(), None);
        let runbook = flow.runbook().map(str::to_owned);
        Self { name: name.to_owned(), id: flow.id.clone(), wiki: wiki.to_owned(), items, runbook, fault }
    }

    /// The line that the flow lacks so that its list and its mails lead to its page, which is the last that is written.
    fn lacks(&self) -> Option<String> {
        let is_page = |(_, item): &&(String, PageItem)| matches!(item.content, ItemContent::Page(..));
        let (address, _) = self.items.iter().rev().find(is_page)?;
        let is_web = address.starts_with("http://") || address.starts_with("https://");
        (is_web && self.runbook.is_none()).then(|| format!("runbook = {}", quoted(address)))
    }

    /// Nothing could be done.
    pub fn failed(self, fault: WikiFault) -> Self {
        Self { fault: Some(fault), ..self }
    }

    /// What became of each page and file.
    pub fn with(self, addresses: Vec<String>, items: Vec<PageItem>) -> Self {
        Self { items: addresses.into_iter().zip(items).collect(), ..self }
    }

    /// What is wrong, each fault with what it is about.
    fn faults(&self) -> impl Iterator<Item = Diagnostic> {
        let of_items = self.items.iter().filter_map(|(_, item)| match &item.fate {
            ItemFate::Refused(fault) => Some((format!("`{}` on `{}`", item.name, self.wiki), fault)),
            _ => None,
        });
        let whole = self.fault.iter().map(|fault| (format!("`{}` on `{}`", self.name, self.wiki), fault));
        whole.chain(of_items).map(|(about, fault)| {
            let told = Diagnostic::error_nowhere("not-published", format!("{about}: {}", fault.message));
            fault.help.iter().fold(told, Diagnostic::help)
        })
    }
}

impl PageState {
    /// Whether others wrote what is there, or a part of it.
    const fn is_of_others(&self) -> bool {
        matches!(self, Self::Edited | Self::NotOurs | Self::OfFlow(_))
    }

    /// The word for it.
    const fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Edited => "edited",
            Self::NotOurs | Self::OfFlow(_) => "not ours",
        }
    }
}

impl ItemFate {
    /// The word for it.
    const fn word(&self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Due => "due",
            Self::Written => "written",
            Self::HeldBack => "held back",
            Self::Refused(_) => "refused",
        }
    }
}

impl PublishReport {
    /// The output of the run, and its exit code.
    pub fn report(&self, args: &PublishArgs, color: bool) -> Report {
        let (mut stderr, mut room, mut faults) = (String::new(), print::MAX_SHOWN, 0);
        let of_wikis: Vec<_> = self.wikis.iter().map(|on| (Sources::default(), on.faults().collect())).collect();
        for (sources, found) in self.loose.iter().chain(&self.flows).chain(&of_wikis) {
            let found: Vec<Diagnostic> = found.iter().filter(|one| one.level != Level::Note).cloned().collect();
            faults += found.iter().filter(|one| one.is_error()).count();
            let words = print::some(sources, &found, color, &mut room);
            stderr.push_str(if words.is_empty() || stderr.is_empty() { "" } else { "\n" });
            stderr.push_str(&words);
        }
        let code = u8::from(faults > 0);
        match args.format {
            PublishFormat::Json => Report::exact(shown::json(&self.json(args.dry_run)), &stderr, code),
            PublishFormat::Human => Report::for_people(&self.human(args.dry_run), &stderr, code),
        }
    }

    fn human(&self, is_dry: bool) -> String {
        let mut out = String::new();
        for on in self.wikis.iter().filter(|on| on.fault.is_none()) {
            let _ = writeln!(out, "{} on {}{}", on.id, on.wiki, if is_dry { ", nothing is written" } else { "" });
            for (address, item) in &on.items {
                let state = match item.fate {
                    ItemFate::HeldBack => item.fate.word(),
                    ItemFate::Refused(_) if matches!(item.state, PageState::New | PageState::Changed) => "failed",
                    // That it was changed by others is over.
                    ItemFate::Written if item.state.is_of_others() => item.fate.word(),
                    _ => item.state.word(),
                };
                let _ = writeln!(out, "  {state:<9}  {:>9}  {}", size(item.size()), shown::words(address));
                if is_dry {
                    out.push_str(&difference(item));
                }
            }
            if let Some(line) = on.lacks() {
                let _ = writeln!(
                    out,
                    "  note: with `{}` in the flow, its list and its mails lead to its page",
                    shown::words(&line)
                );
            }
        }
        out
    }

    fn json(&self, is_dry: bool) -> String {
        let mut all = Vec::new();
        for on in &self.wikis {
            let of = |more: serde_json::Value| {
                let mut object = serde_json::Map::new();
                object.insert("flow".to_owned(), json!(on.id));
                object.insert("wiki".to_owned(), json!(on.wiki));
                if let serde_json::Value::Object(more) = more {
                    object.extend(more);
                }
                serde_json::Value::Object(object)
            };
            if let Some(fault) = &on.fault {
                all.push(of(json!({ "fate": "refused", "fault": fault.message })));
            }
            for (address, item) in &on.items {
                let kind = match item.content {
                    ItemContent::Page(..) => "page",
                    ItemContent::File(_) => "file",
                };
                let mut object = json!({
                    "kind": kind,
                    "name": item.name,
                    "state": item.state.word(),
                    "fate": item.fate.word(),
                    "bytes": item.size(),
                    "address": address,
                });
                if let ItemFate::Refused(fault) = &item.fate {
                    object["fault"] = json!(fault.message);
                }
                if is_dry && let ItemContent::Page(..) = item.content {
                    object["diff"] = json!(difference(item));
                }
                all.push(of(object));
            }
        }
        format!("{:#}\n", serde_json::Value::Array(all))
    }
}

/// What would change on a page that is there, as a diff.
fn difference(item: &PageItem) -> String {
    let ItemContent::Page(Some(found), text) = &item.content else { return String::new() };
    if item.state == PageState::Same {
        return String::new();
    }
    // Some wikis keep no line break at the end.
    let found = format!("{}\n", mark::plain(found));
    let diff = TextDiff::from_lines(found.as_str(), text);
    diff.unified_diff()
        .header(&format!("{}, as it is", item.name), &format!("{}, as it would be", item.name))
        .to_string()
}

/// A number of bytes for people.
fn size(bytes: usize) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
