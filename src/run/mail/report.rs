//! What `mail` says: one line for each mail, and what is wrong.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::due::{ItemState, MailItem, REVIVED, kind_word};
use super::release::MailRelease;
use super::send::{MailFate, Sent};
use crate::chars::shown;
use crate::cli::mail::{MailArgs, MailFormat};
use crate::diagnostic::{Diagnostic, Level, Sources, print};
use crate::run::Report;

/// What a run has to say.
#[derive(Default)]
pub struct MailReport {
    /// What belongs to no single release.
    pub loose: Vec<(Sources, Vec<Diagnostic>)>,
    /// The releases.
    pub releases: Vec<ReleaseReport>,
}

/// What there is to say of a release.
pub struct ReleaseReport {
    flow: String,
    number: Option<String>,
    name: String,
    start: Option<String>,
    zone: TimeZone,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    /// Its mails.
    pub items: Vec<MailItem>,
    /// What became of mails in this run, in the order of the mails.
    fates: Vec<Option<MailFate>>,
    /// What keeps mails from being sent, each with whether it keeps all.
    pub blocked: Vec<(bool, Diagnostic)>,
    /// What went wrong while sending.
    pub faults: Vec<Diagnostic>,
}

impl ReleaseReport {
    /// What is known before anything is sent.
    pub fn new(release: &MailRelease, items: Vec<MailItem>) -> Self {
        let start = release.release().and_then(|release| release.start.as_ref());
        let zone = start.map_or(TimeZone::UTC, |start| start.time_zone().clone());
        let start = start.map(|start| start.strftime("%Y-%m-%d %H:%M %Z").to_string());
        Self {
            flow: release.flow.clone(),
            number: release.number().map(str::to_owned),
            name: release.name.clone(),
            start,
            zone,
            sources: release.sources.clone(),
            diagnostics: release.diagnostics.clone(),
            fates: vec![None; items.len()],
            items,
            blocked: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Takes in what became of them.
    pub fn take(&mut self, mut sent: Sent, now: Timestamp) {
        for (item, fate) in self.items.iter_mut().zip(&mut self.fates) {
            *fate = sent.fates.remove(&item.key.id);
            match fate {
                Some(MailFate::Sent) => {
                    item.state = ItemState::Sent;
                    item.sent = Some(now.to_zoned(self.zone.clone()));
                }
                Some(MailFate::Refused(code, words)) => item.state = ItemState::Refused(*code, words.clone()),
                Some(MailFate::Unknown(_)) => item.state = ItemState::Unknown,
                Some(MailFate::Decided) | None => {}
            }
        }
        self.faults.extend(sent.faults);
    }

    fn is_shown(&self, args: &MailArgs, at: usize) -> bool {
        let item = &self.items[at];
        let is_urgent = !matches!(item.state, ItemState::Sent | ItemState::Changed | ItemState::Waits);
        self.fates[at].is_some() || is_urgent || args.due.is_none() && !args.send
    }

    /// Whether there is nothing left to say.
    fn is_silent(&self, args: &MailArgs) -> bool {
        let is_left = (0..self.items.len())
            .any(|at| self.is_shown(args, at) && (self.fates[at].is_some() || !self.items[at].is_done()));
        !is_left && (self.blocked.is_empty() || self.is_idle(args)) && self.faults.is_empty()
    }

    /// Whether what is in the way is in the way of nothing now.
    fn is_idle(&self, args: &MailArgs) -> bool {
        let is_due = self.items.iter().any(MailItem::is_due);
        (args.send || args.due.is_some()) && !is_due && !self.blocked.iter().any(is_urgent)
    }

    /// What keeps mails from being sent, some of which are due, or may be.
    fn in_the_way(&self, args: &MailArgs) -> impl Iterator<Item = &Diagnostic> {
        let (is_idle, is_due) = (self.is_idle(args), self.items.iter().any(MailItem::is_due));
        let counts = move |one: &(bool, Diagnostic)| !is_idle && (args.send || is_urgent(one) || is_due);
        self.blocked.iter().filter(move |one| counts(one)).map(|(_, fault)| fault)
    }

    /// What is wrong.
    fn wrong(&self, args: &MailArgs) -> Vec<Diagnostic> {
        let about = match &self.number {
            Some(number) => format!("`{}` release `{number}`", self.flow),
            None => format!("`{}`", self.name),
        };
        let with_release = |fault: &Diagnostic| {
            let told = Diagnostic::error_nowhere(fault.code, format!("{about}: {}", fault.message));
            fault.help.iter().fold(told, Diagnostic::help)
        };
        // The list for people says by itself what is in the way.
        let is_told = args.send || args.format == MailFormat::Json;
        let blocked = self.in_the_way(args).filter(|_| is_told);
        let mut wrong: Vec<Diagnostic> = blocked.chain(&self.faults).map(with_release).collect();
        if args.send {
            let missed = self.items.iter().filter(|item| item.state == ItemState::Missed).count();
            let refused = self.items.iter().filter_map(refusal).chain(missing(missed));
            wrong.extend(refused.map(|fault| with_release(&fault)));
        }
        wrong
    }
}

/// Whether what keeps mails from being sent matters though none of them is due.
fn is_urgent((is_all, fault): &(bool, Diagnostic)) -> bool {
    *is_all || fault.code == REVIVED
}

/// What is wrong with a mail that can't be sent without somebody doing something.
fn refusal(item: &MailItem) -> Option<Diagnostic> {
    let (name, to, contact, exact) = (&item.name, &item.key.to, &item.key.contact, item.exact_name());
    let fault = |message: String, help: String| Some(Diagnostic::error_nowhere("not-sent", message).help(help));
    match &item.state {
        ItemState::Refused(code, words) => {
            let said = code.map(|code| format!("{code} ")).unwrap_or_default();
            let help = match code {
                Some(400..=499) | None => "it is tried again by the next run".to_owned(),
                _ => format!(
                    "correct the address of `{contact}` in `[contacts]`, or send it once more with `--again {exact}`"
                ),
            };
            fault(format!("`{name}` to `{to}`, an address of `{contact}`, was refused: {said}{words}"), help)
        }
        ItemState::Unknown => fault(
            format!("nobody knows whether `{name}` to `{to}` arrived"),
            format!("ask its reader or look into the server's log; then say `--sent {exact}` or `--again {exact}`"),
        ),
        _ => None,
    }
}

/// What is wrong where so many mails were missed: the same for all of them.
fn missing(count: usize) -> Option<Diagnostic> {
    let what = match count {
        0 => return None,
        1 => "1 mail wasn't sent before the start, and isn't sent any more".to_owned(),
        count => format!("{count} mails weren't sent before the start, and aren't sent any more"),
    };
    Some(
        Diagnostic::error_nowhere("not-sent", what)
            .help("this is said until the release has an `outcome`: once it is over, write it with `runsheet close`"),
    )
}

impl ItemState {
    /// The word for it.
    fn word(&self) -> String {
        match self {
            Self::Waits => "waits".to_owned(),
            Self::Due => "due".to_owned(),
            Self::Late(1) => "late by 1 day".to_owned(),
            Self::Late(days) => format!("late by {days} days"),
            Self::Sent => "sent".to_owned(),
            Self::Changed => "changed since".to_owned(),
            Self::Unknown => "unknown".to_owned(),
            Self::Refused(..) => "refused".to_owned(),
            Self::Missed => "missed".to_owned(),
        }
    }
}

impl MailReport {
    /// The output of the run, and its exit code.
    pub fn report(&self, args: &MailArgs, color: bool) -> Report {
        let (mut stderr, mut room, mut faults) = (String::new(), print::MAX_SHOWN, 0);
        let of_flows = self.releases.iter().map(|one| (one.sources.clone(), one.diagnostics.clone()));
        let wrong = self.releases.iter().map(|one| (Sources::default(), one.wrong(args)));
        for (sources, found) in self.loose.iter().cloned().chain(of_flows).chain(wrong) {
            let found: Vec<Diagnostic> = found.into_iter().filter(|one| one.level != Level::Note).collect();
            faults += found.iter().filter(|one| one.is_error()).count();
            let words = print::some(&sources, &found, color, &mut room);
            stderr.push_str(if words.is_empty() || stderr.is_empty() { "" } else { "\n" });
            stderr.push_str(&words);
        }
        let is_blocked = self.releases.iter().any(|one| one.in_the_way(args).next().is_some());
        let code = u8::from(faults > 0 || is_blocked);
        match args.format {
            MailFormat::Json => Report::exact(shown::json(&self.json(args)), &stderr, code),
            MailFormat::Human => Report::for_people(&self.human(args), &stderr, code),
        }
    }

    fn human(&self, args: &MailArgs) -> String {
        let mut out = String::new();
        for one in self.releases.iter().filter(|one| args.all || !one.is_silent(args)) {
            let number = one.number.as_ref().map(|number| format!(" {number}")).unwrap_or_default();
            let start = one.start.as_ref().map(|start| format!(", {start}")).unwrap_or_default();
            let mut lines = String::new();
            let shown = (0..one.items.len()).filter(|at| args.all || one.is_shown(args, *at));
            for at in shown {
                let item = &one.items[at];
                let day = item.sent_at().or(item.due.as_ref());
                let day = day.map_or_else(|| "at once".to_owned(), |day| day.date().to_string());
                let state = match one.fates[at] {
                    Some(MailFate::Decided) => "noted".to_owned(),
                    _ => item.state.word(),
                };
                let (kind, name) = (kind_word(item.key.kind), shown::words(&item.name));
                let _ = writeln!(lines, "  {state:<15}  {day:<10}  {kind:<10}  {name}  {}", shown::words(&item.key.to));
                for [label, words] in &item.changed {
                    let _ = writeln!(lines, "      {}: {}", shown::words(label), shown::words(words));
                }
            }
            if !args.send {
                for (_, fault) in &one.blocked {
                    let _ = writeln!(lines, "  blocked: {}", fault.message);
                    fault.help.iter().for_each(|help| _ = writeln!(lines, "      {help}"));
                }
            }
            if !lines.is_empty() || args.all {
                let _ = write!(out, "{}{number}{start}\n{lines}", one.flow);
            }
        }
        let is_quiet = out.is_empty() && args.send && args.due.is_none();
        if is_quiet && self.releases.iter().all(|one| one.wrong(args).is_empty()) {
            out.push_str("nothing is due\n");
        }
        out
    }

    fn json(&self, args: &MailArgs) -> String {
        let mut all = Vec::new();
        for one in self.releases.iter().filter(|one| args.all || !one.is_silent(args)) {
            let blocked: Vec<&str> = one.blocked.iter().map(|(_, fault)| fault.message.as_str()).collect();
            for at in (0..one.items.len()).filter(|at| args.all || one.is_shown(args, *at)) {
                let item = &one.items[at];
                let state = match &item.state {
                    ItemState::Late(_) => "late".to_owned(),
                    ItemState::Changed => "changed".to_owned(),
                    state => state.word(),
                };
                let mut object = json!({
                    "flow": one.flow,
                    "number": one.number,
                    "release": one.name,
                    "name": item.name,
                    "kind": kind_word(item.key.kind),
                    "contact": item.key.contact,
                    "to": item.key.to,
                    "due": item.due.as_ref().map(|due| due.timestamp().to_string()),
                    "state": state,
                    "id": item.key.id,
                });
                if let Some(sent) = item.sent_at() {
                    object["sent"] = json!(sent.timestamp().to_string());
                }
                if let ItemState::Late(days) = item.state {
                    object["days"] = json!(days);
                }
                if let ItemState::Refused(code, words) = &item.state {
                    object["code"] = json!(code);
                    object["words"] = json!(words);
                }
                if !item.changed.is_empty() {
                    object["changed"] = json!(item.changed);
                }
                if !blocked.is_empty() {
                    object["blocked"] = json!(blocked);
                }
                all.push(object);
            }
        }
        format!("{:#}\n", serde_json::Value::Array(all))
    }
}
