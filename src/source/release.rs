//! One release of a flow, as its `*.release.toml` and the command line describe it, and how it is written to such a
//! file.

use std::fmt::Write as _;
use std::ops::Deref;

use super::declare::{table, words};
use super::flow::Flow;
use super::keys::ValueShape;
use super::reader::{FromToml, Reader, TableFields, TextAt, TextKey, Texts, ValueSlot};
use super::types::{
    Id, Line, Mail, Map, Moment, Needed, OneOrList, OneOrMore, OrDefault, ReleaseNumber, Revision, Str, Worded,
};
use crate::diagnostic::{Diagnostic, Spanned};
use crate::field::Outcome;

table! {
    /// What a release file and the command line say. No name is looked up yet.
    #[derive(Default)]
    pub struct ReleaseFile "release" {
        RELEASE "the release" "one release of a flow";
    }
    keys {
        /// which flow this is a release of
        flow: Needed<Id>,
        /// the flow's revision that it was written for; another one is a fault
        revision: Option<Revision>,
        /// number of this release, which names its folder
        number: Option<ReleaseNumber>,
        /// number of the release that this one takes the place of
        replaces: Option<Line>,
        /// whether it will take place; `planned` by default
        status: Option<Spanned<ReleaseStatus>>,
        /// how it went, once that is known
        outcome: Option<Spanned<Outcome>>,
        /// the step from which it was rolled back, by its number on paper
        rolled_back_from: Option<Line>,
        /// SHA-256 of the scan of the signed list
        scan: Option<Line>,
        /// SHA-256 of the check list that was filled in on a screen
        record: Option<Line>,
        /// a rehearsal: every page says so
        drill: bool,
        /// planned start, with an offset or in the flow's time zone
        start: Option<Spanned<Moment>>,
        /// when the sheets were printed
        printed: Option<Spanned<Moment>>,
        /// who is the operator
        operator: OrDefault<PersonDecl>,
        /// who is the checker
        checker: OrDefault<PersonDecl>,
        /// values by name; a list for a list value
        values: Map<Id, (Str, OneOrMore<Line>)>,
        /// who is on call, by contact
        contacts: Map<Id, (Str, OnCall)>,
        /// approvals that were given elsewhere, by their ids in the flow
        approvals: Map<Id, (Str, GivenDecl)>,
    }
}

table! {
    /// A person as a release names them.
    #[derive(Default)]
    pub struct PersonDecl "person" {
        PERSON "a person" "the operator or the checker of a release";
        ON_CALL "a person on call" "who is on call for a contact";
    }
    keys {
        /// name
        name: Option<Line>,
        /// telephone number
        phone: Option<Line>,
        /// mail addresses
        email: OneOrList<Mail> => { ON_CALL "email" },
    }
    short "name" Line;
}

words! {
    /// Whether a release will take place.
    pub enum ReleaseStatus {
        /// At its planned start.
        Planned = "planned",
        /// Not at that start; another one isn't known yet.
        Postponed = "postponed",
        /// Not at all.
        Cancelled = "cancelled",
    }
}

impl Texts for Outcome {}

impl Worded for Outcome {
    fn word(self) -> &'static str {
        Self::word(self)
    }
}

impl FromToml for Outcome {
    const SHAPE: ValueShape = ValueShape::Words(Self::WORDS);

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        reader.word(slot, &Self::ALL.iter().map(|outcome| (outcome.word(), *outcome)).collect::<Vec<_>>())
    }
}

table! {
    /// An approval that was given elsewhere.
    pub struct GivenDecl "given" {
        GIVEN "an approval given" "an approval that was given elsewhere";
    }
    keys {
        /// who gave it
        name: Line,
        /// when it was given
        at: Option<Spanned<Moment>>,
        /// where it is recorded
        ticket: Option<Line>,
        /// which list was approved: the list digest that `build` prints
        list: Line,
    }
    settle names_a_list;
}

/// The least hexadecimal digits that name a list: as many as are printed.
const LEAST_DIGITS: usize = 12;

impl GivenDecl {
    /// The beginning of the list digest that was approved, in lower case and without spaces.
    #[must_use]
    pub fn digest(&self) -> String {
        self.list.value.split_whitespace().collect::<String>().to_lowercase()
    }
}

/// Reports a list digest that is none.
fn names_a_list(given: GivenDecl, reader: &mut Reader<'_>, _fields: &TableFields<'_>) -> GivenDecl {
    let digest = given.digest();
    let is_digest = digest.chars().all(|c| c.is_ascii_hexdigit()) && (LEAST_DIGITS..=64).contains(&digest.len());
    if !is_digest {
        let fault = Diagnostic::error("bad-value", given.list.span, "this is no list digest");
        reader.fault(fault.help("copy it from what `runsheet build` prints: at least 12 hexadecimal digits"));
    }
    given
}

/// Whoever is on call for a contact.
#[derive(Debug, Clone, Default)]
pub struct OnCall(PersonDecl);

impl Deref for OnCall {
    type Target = PersonDecl;

    fn deref(&self) -> &PersonDecl {
        &self.0
    }
}

impl Texts for OnCall {
    fn texts<'a>(&'a self, key: TextKey, see: &mut dyn FnMut(TextAt<'a>)) {
        self.0.texts(key, see);
    }
}

impl FromToml for OnCall {
    const SHAPE: ValueShape = ValueShape::Either(&Line::SHAPE, &ValueShape::Table(&ON_CALL));

    fn read(reader: &mut Reader<'_>, slot: ValueSlot<'_>) -> Option<Self> {
        PersonDecl::read(reader, slot).map(Self)
    }
}

/// Writes a release as a release file. It also holds what flags said, so reading it gives the same release without
/// them.
#[must_use]
pub fn write(release: &ReleaseFile, flow: &Flow) -> String {
    let mut out = String::new();
    let id = release.flow.as_deref().unwrap_or(&flow.id);
    // Writing to a string can't fail, here and below.
    let _ = writeln!(out, "flow = {}", quoted(&id.value));
    let texts = [
        ("revision", release.revision.as_deref().map(|revision| &*revision.value)),
        ("number", release.number.as_deref().map(|number| &*number.value)),
        ("replaces", release.replaces.as_deref().map(|replaced| &*replaced.value)),
        ("status", release.status.as_ref().map(|status| status.value.word())),
        ("outcome", release.outcome.as_ref().map(|outcome| outcome.value.word())),
        ("rolled-back-from", release.rolled_back_from.as_deref().map(|from| &*from.value)),
        ("scan", release.scan.as_deref().map(|scan| &*scan.value)),
        ("record", release.record.as_deref().map(|record| &*record.value)),
    ];
    for (key, given) in texts {
        if let Some(given) = given {
            let _ = writeln!(out, "{key} = {}", quoted(given));
        }
    }
    if release.drill {
        out.push_str("drill = true\n");
    }
    for (key, moment) in [("start", &release.start), ("printed", &release.printed)] {
        if let Some(moment) = moment {
            let _ = writeln!(out, "{key} = {}", written(moment.value));
        }
    }
    for (key, declared) in [("operator", &release.operator), ("checker", &release.checker)] {
        if let Some(person) = person(declared) {
            let _ = writeln!(out, "{key} = {person}");
        }
    }
    if !release.values.is_empty() {
        out.push_str("\n[values]\n");
    }
    for (name, given) in &release.values {
        let is_list = flow.values.iter().any(|value| value.name.value == name.value && value.each.is_some());
        let _ = match &**given {
            [one] if !is_list => writeln!(out, "{} = {}", name.value, quoted(&one.value)),
            all => writeln!(out, "{} = {}", name.value, list(all.iter().map(|line| &**line))),
        };
    }
    if !release.contacts.is_empty() {
        out.push_str("\n[contacts]\n");
    }
    for (id, declared) in &release.contacts {
        let _ = writeln!(out, "{} = {}", id.value, person(declared).unwrap_or_else(|| "{}".to_owned()));
    }
    if !release.approvals.is_empty() {
        out.push_str("\n[approvals]\n");
    }
    for (id, given) in &release.approvals {
        let at = given.at.as_ref().map(|at| format!("at = {}", written(at.value)));
        let ticket = given.ticket.as_ref().map(|ticket| format!("ticket = {}", quoted(&ticket.value)));
        let [name, list] = [("name", &given.name), ("list", &given.list)]
            .map(|(key, words)| Some(format!("{key} = {}", quoted(&words.value))));
        let said: Vec<String> = [name, at, ticket, list].into_iter().flatten().collect();
        let _ = writeln!(out, "{} = {{ {} }}", id.value, said.join(", "));
    }
    out
}

/// A person as a TOML value: the name alone where nothing else is known. `None` if nothing is known.
fn person(declared: &PersonDecl) -> Option<String> {
    let name = declared.name.as_ref().map(|name| quoted(&name.value));
    let phone = declared.phone.as_ref().map(|phone| format!("phone = {}", quoted(&phone.value)));
    let email =
        (!declared.email.is_empty()).then(|| format!("email = {}", list(declared.email.iter().map(|mail| &**mail))));
    if let (Some(name), None, None) = (&name, &phone, &email) {
        return Some(name.clone());
    }
    let parts: Vec<String> = [name.map(|name| format!("name = {name}")), phone, email].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{{ {} }}", parts.join(", ")))
}

fn list<'s>(strings: impl IntoIterator<Item = &'s Str>) -> String {
    let strings: Vec<String> = strings.into_iter().map(|string| quoted(&string.value)).collect();
    format!("[{}]", strings.join(", "))
}

/// A date and time as TOML writes it.
fn written(moment: Moment) -> String {
    match moment {
        Moment::Absolute(timestamp, offset) => timestamp.display_with_offset(offset).to_string(),
        Moment::Local(local) => local.to_string(),
    }
}

/// A string as TOML writes it between double quotes, with escapes.
pub(crate) fn quoted(string: &str) -> String {
    let mut out = String::from("\"");
    for c in string.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            _ if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

impl ReleaseFile {
    /// Whether this release takes the place of another one of the same flow. A rehearsal takes nobody's place.
    #[must_use]
    pub fn takes_place_of(&self, other: &Self) -> bool {
        let (replaced, number) = (self.replaces.as_deref(), other.number.as_deref());
        !self.drill && replaced.zip(number).is_some_and(|(replaced, number)| replaced.value == number.value)
    }

    /// Whether the file with this SHA-256 is the record of this release; `None` where the release names none.
    #[must_use]
    pub fn names_record(&self, digest: &str) -> Option<bool> {
        self.record.as_ref().map(|named| named.value.eq_ignore_ascii_case(digest))
    }

    /// Whether the file with this SHA-256 is the scan of its signed list.
    #[must_use]
    pub fn names_scan(&self, digest: &str) -> bool {
        self.scan.as_ref().is_some_and(|named| named.value.eq_ignore_ascii_case(digest))
    }
}

/// Which releases of a flow are over: they have an outcome or are cancelled, or another one takes their place.
#[must_use]
pub fn over(all: &[&ReleaseFile]) -> Vec<bool> {
    let is_over = |one: &&ReleaseFile| {
        one.outcome.is_some()
            || one.status.as_ref().is_some_and(|status| status.value == ReleaseStatus::Cancelled)
            || all.iter().any(|other| other.takes_place_of(one))
    };
    all.iter().map(is_over).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;
    use crate::source::{read_flow, read_release};

    const FLOW: &str = "schema = 1\nid = 'x'\ntitle = 'x'\nlang = 'en'\n[values]\nversion = 'v'\n\
        hosts = { label = 'h', each = 'host' }\n[contacts.dba]\nname = 'DBA'\n[[hot]]\ntitle = 'b'\n\
        [[hot.step]]\nop = 'read'\ndo = 'x'\n";

    /// What is said, without its places.
    fn said(text: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("x.release.toml", text);
        let (release, faults) = read_release(&sources, file);
        assert!(faults.is_empty(), "{faults:?}\n{text}");
        let words = format!("{:?}", release.unwrap());
        words.split("span: Span {").map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect()
    }

    #[test]
    fn what_is_written_says_the_same_when_it_is_read() {
        let mut sources = Sources::default();
        let flow = sources.add("x.toml", FLOW);
        let flow = read_flow(&sources, flow).0.unwrap();
        for text in [
            "flow = 'x'\n",
            "flow = 'x'\nrevision = '7'\nnumber = '7.a_b-c'\nreplaces = 'a\"b\\c'\nstart = 2013-01-25T20:00:00.5+05:30\nprinted = 2013-01-25T15:02:00\n",
            "flow = 'x'\nstart = 2013-01-25T20:00:00Z\noperator = '张三'\nchecker = { name = 'Li', phone = '1' }\n",
            "flow = 'x'\nnumber = '2'\nreplaces = '1'\nstatus = 'cancelled'\noutcome = 'not-executed'\nrolled-back-from = '5'\nscan = 'a0'\nrecord = 'b1'\ndrill = true\n",
            "flow = 'x'\nvalues = { version = '2', hosts = ['a'] }\n",
            "flow = 'x'\n[approvals.cab]\nname = 'Ann'\nat = 2013-01-24T10:00:00Z\nticket = 'CHG-1'\nlist = 'a075 0011 2233'\n",
            "flow = 'x'\n[contacts]\ndba = { email = ['a@example.com', 'b@example.com'] }\n",
        ] {
            let file = sources.add("x.release.toml", text);
            let written = write(&read_release(&sources, file).0.unwrap(), &flow);
            assert_eq!(said(&written), said(text), "{written}");
        }
    }
}
