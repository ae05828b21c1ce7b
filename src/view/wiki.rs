//! What stands around the runbook on a page of a wiki: what has become of the release, its files, the other releases, and a
//! mark by which a change made by hand is known.

use std::fmt::Write as _;

use super::labels::{Labels, WordName, fill, word};
use super::markup::WikiMarkup;
use super::references::ReferenceIn;
use super::runbook::Writer;
use super::{titles, words};
use crate::chars::is_id;
use crate::plan::{Plan, Release};

/// A page of a wiki, without its runbook.
#[derive(Debug, Clone, Copy)]
pub struct WikiPage<'a> {
    /// Its title.
    pub title: &'a str,
    /// The names of the attached files on the wiki, each with what people call it.
    pub files: &'a [(String, &'a str)],
    /// What shows how the release went and is there or to come, by its name on the wiki.
    pub evidence: &'a [(EvidenceKind, String)],
    /// What the page is of.
    pub of: PageOf<'a>,
    /// A digest of everything that its author gave: letters and digits.
    pub source: &'a str,
}

/// What shows how a release went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceKind {
    /// The check list that was filled in on a screen.
    Record,
    /// The scan of the check list that was signed on paper.
    Scan,
}

impl EvidenceKind {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Record, Self::Scan];

    /// The name of its file beside the page of the release.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Record => "record.pdf",
            Self::Scan => "scan.pdf",
        }
    }

    const fn label(self) -> WordName {
        match self {
            Self::Record => word!("wiki.record"),
            Self::Scan => word!("wiki.scan"),
        }
    }
}

/// What a page is of.
#[derive(Debug, Clone, Copy)]
pub enum PageOf<'a> {
    /// A flow.
    Flow {
        /// Its releases.
        releases: &'a [ListedRelease],
        /// Whether what is repeated for a list stands there once, for any element.
        repeats: bool,
    },
    /// A release.
    Release {
        /// The title of its flow's page.
        of_flow: &'a str,
        /// The number of the release that takes its place.
        replaced_by: Option<&'a str>,
    },
}

/// A release on the page of its flow.
#[derive(Debug, Clone)]
pub struct ListedRelease {
    /// What is known of it.
    pub release: Release,
    /// The number of the release that takes its place.
    pub replaced_by: Option<String>,
    /// The title of its page, if there is one.
    pub page: Option<String>,
}

/// Blocks around a runbook, in the wiki's markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFrame {
    /// What has become of the release, in one block: it is written anew when all else stays.
    pub status: String,
    /// What follows it.
    pub head: Vec<String>,
    /// What stands under the runbook, with [`UNMARKED`] where the mark of the page will stand.
    pub foot: Vec<String>,
}

/// Stands for the digest in a mark until it is known.
pub const UNMARKED: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The mark of a page before its digest is known.
#[must_use]
pub fn mark(id: &str, source: &str) -> String {
    format!("{}{source}.{UNMARKED}", mark_start(id))
}

/// How the mark of a flow's pages begins. Digests of what the page is made of and of the page itself follow. It is made of letters, digits and dots alone, which no markup writes
/// in another way: what else is in an id, and the letter `Z`, stand as `Z` and two hexadecimal digits.
fn mark_start(id: &str) -> String {
    let mut start = MARK.to_owned();
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() && byte != b'Z' {
            start.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(start, "Z{byte:02X}");
        }
    }
    start.push('.');
    start
}

/// The id that stands in a mark; `None` where what stands there is none.
#[must_use]
pub fn id_in_mark(written: &str) -> Option<String> {
    let mut id = String::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('Z') {
        id.push_str(before);
        let (digits, after) = after.split_at_checked(2)?;
        id.push(char::from(u8::from_str_radix(digits, 16).ok()?));
        rest = after;
    }
    id.push_str(rest);
    is_id(&id).then_some(id)
}

/// How every mark begins.
pub const MARK: &str = "runsheet.";

/// The blocks around the runbook of a plan.
#[must_use]
pub fn frame(plan: &Plan, labels: &Labels, markup: &dyn WikiMarkup, page: &WikiPage<'_>) -> PageFrame {
    let writer = Writer { plan, labels, markup, place: ReferenceIn::Screen };
    let mut head = Vec::new();
    if let PageOf::Release { of_flow, .. } = page.of {
        let words = writer.line(&writer.label(word!("wiki.flow-page")));
        head.push(markup.page_link(page.title, of_flow, &words));
    }
    if let PageOf::Flow { repeats: true, .. } = page.of {
        head.push(writer.flow(&writer.label(word!("wiki.each-once"))));
    }
    if !page.files.is_empty() {
        let links = page.files.iter().map(|(name, file)| {
            let words = writer.line(&writer.text(file));
            markup.file_link(page.title, name, &words)
        });
        // A space at the end of words is written so that it stays; this one stands between words.
        let colon = labels.say(word!("colon"));
        let (sign, space) = colon.split_at(colon.trim_end().len());
        let mut label = writer.label(word!("wiki.files"));
        label.push_str(sign);
        let links = links.collect::<Vec<_>>().join(labels.say(word!("list")));
        head.push(format!("{}{space}{links}", writer.line(&label)));
    }
    if let PageOf::Flow { releases, .. } = page.of
        && !releases.is_empty()
    {
        head.push(markup.heading(2, &writer.line(&writer.label(word!("wiki.releases")))));
        head.push(table(writer, markup, page.title, releases));
    }
    let mark = writer.after_colon(writer.label(word!("wiki.mark")), &writer.code(&mark(&plan.id, page.source)));
    let foot = vec![markup.rule(), writer.flow(&writer.label(word!("wiki.foot"))), writer.flow(&mark)];
    let status = match page.of {
        PageOf::Flow { .. } => writer.flow(&writer.label(word!("wiki.every-release"))),
        PageOf::Release { replaced_by, .. } => {
            let mut status = status(writer, replaced_by);
            for (kind, name) in page.evidence {
                let link = markup.file_link(page.title, name, &writer.line(&writer.label(kind.label())));
                // The spaces at its ends stand between words.
                let dot = labels.say(word!("dot"));
                let sign = writer.line(&writer.text(dot.trim()));
                status = format!("{status}{}{link}", dot.replace(dot.trim(), &sign));
            }
            status
        }
    };
    PageFrame { status, head, foot }
}

/// What has become of a release, and which one takes its place.
fn standing(labels: &Labels, release: &Release, replaced_by: Option<&str>) -> Vec<String> {
    let mut standing = titles::standing(release, labels);
    standing.extend(replaced_by.map(|number| fill(labels.say(word!("wiki.replaced-by")), &[("number", number)])));
    standing
}

/// Number, start and state of a release.
fn status(writer: Writer<'_>, replaced_by: Option<&str>) -> String {
    let (plan, labels) = (writer.plan, writer.labels);
    let mut status = writer.text("");
    let release = &plan.release;
    if let Some(number) = &release.number {
        status.append(&writer.after_colon(writer.label(word!("release-number")), &writer.text(number)));
    }
    if let Some(start) = start(labels, release) {
        status.push_str(labels.say(word!("dot")));
        status.append(&writer.after_colon(writer.label(word!("planned-start")), &writer.text(&start)));
    }
    for standing in standing(labels, release, replaced_by) {
        status.push_str(labels.say(word!("dot")));
        status.append(&writer.text(&standing).bold());
    }
    writer.flow(&status)
}

fn start(labels: &Labels, release: &Release) -> Option<String> {
    let start = release.start.as_ref()?;
    Some(format!("{} {}", words::moment(labels, start), words::offset(start)))
}

/// A row for each release.
fn table(writer: Writer<'_>, markup: &dyn WikiMarkup, title: &str, releases: &[ListedRelease]) -> String {
    let labels = writer.labels;
    let cell = |words: &str| writer.cell(&writer.text(words));
    let head = [word!("release-number"), word!("planned-start"), word!("release-status")];
    let head = head.map(|word| writer.cell(&writer.label(word)));
    let rows = releases.iter().map(|ListedRelease { release, replaced_by, page }| {
        let number = cell(release.number.as_deref().unwrap_or_default());
        let number = match page {
            Some(page) => markup.page_link(title, page, &number),
            None => number,
        };
        let standing = standing(labels, release, replaced_by.as_deref()).join(labels.say(word!("comma")));
        vec![Some(number), Some(cell(&start(labels, release).unwrap_or_default())), Some(cell(&standing))]
    });
    markup.table(&head, &rows.collect::<Vec<_>>())
}
