//! Tests that everything that looks at texts (glyphs, rules, changes, outputs) sees every text that a flow can hold.
//!
//! The flow is made from the declarations of the keys, so a new key is part of it automatically.

use std::collections::BTreeSet;

use crate::diagnostic::formats::{self, Code, Found};
use crate::diagnostic::{Sources, print};
use crate::geometry::Paper;
use crate::lint;
use crate::page::{dump, layout};
use crate::plan::{self, ContactIx, Plan};
use crate::render::{self, Templates};
use crate::run::glyphs;
use crate::select::select;
use crate::source::every_text::{EveryText, Marked, every_text};
use crate::source::flow::Flow;
use crate::source::release::ReleaseFile;
use crate::source::{read_flow, read_release};
use crate::text::Fonts;
use crate::text::typeset::Typesetter;
use crate::view::checklist::{self, ListOptions};
use crate::view::labels::OURS;

/// A flow that was read, with its plan.
struct Made {
    sources: Sources,
    flow: Flow,
    release: ReleaseFile,
    plan: Plan,
}

fn made(every: &EveryText) -> Made {
    let mut sources = Sources::default();
    let file = sources.add("flow.toml", &*every.flow);
    let (flow, mut faults) = read_flow(&sources, file);
    let file = sources.add("release.toml", &*every.release);
    let (release, more) = read_release(&sources, file);
    faults.extend(more);
    assert_eq!(faults, [], "{}", every.flow);
    let (flow, release) = (flow.unwrap(), release.unwrap());
    let (plan, faults) = plan::build(&select(&flow, &release), &release, None, &sources, "0".repeat(64), &OURS);
    assert_eq!(faults, [], "{}", every.flow);
    Made { plan: plan.unwrap(), sources, flow, release }
}

/// The flow with other words for some of its marks. The names of states are quoted then.
fn with(every: &EveryText, words: impl Fn(usize, &Marked) -> Option<String>) -> EveryText {
    let mut flow = every.flow.clone();
    for (index, marked) in every.marked.iter().enumerate() {
        if let Some(words) = words(index, marked) {
            flow = flow.replace(&format!("{{ {} =", marked.mark), &format!("{{ \"{words}\" ="));
            flow = flow.replace(&marked.mark, &words);
        }
    }
    EveryText { flow, release: every.release.clone(), marked: every.marked.clone() }
}

/// Whether a mark is what a role is called, which is short.
fn is_role(marked: &Marked) -> bool {
    ["OPERATOR", "CHECKER"].contains(&marked.kind) && marked.key == "title"
}

/// `kind.key` of each mark that isn't seen, apart from the keys in `but`.
fn unseen(every: &EveryText, but: &[&str], is_seen: impl Fn(usize, &Marked) -> bool) -> Vec<String> {
    let all = every.marked.iter().enumerate();
    let unseen = all.filter(|(index, marked)| !but.contains(&marked.key) && !is_seen(*index, marked));
    unseen.map(|(_, marked)| format!("{}.{}", marked.kind, marked.key)).collect()
}

/// A different character for each mark, of a script that the built-in fonts don't have.
fn hieroglyph(index: usize) -> char {
    char::from_u32(0x1_3000 + u32::try_from(index).unwrap()).unwrap()
}

#[test]
fn a_character_without_a_glyph_is_found_in_every_text() {
    // The check list doesn't print these: what the procedure is for, the sender of mails, mail addresses, and why a rule is
    // broken are in mails and the runbook.
    let but = ["about", "mail-from", "email", "reason"];
    let every = every_text();
    let drawn = with(&every, |index, marked| (!but.contains(&marked.key)).then(|| hieroglyph(index).to_string()));
    let made = made(&drawn);
    let faults = glyphs::missing(&made.plan, None, &made.sources, &Fonts::builtin());
    let found: BTreeSet<&str> =
        faults.iter().filter_map(|fault| Some(made.sources.slice(fault.primary.as_ref()?.span))).collect();
    let unseen = unseen(&every, &but, |index, _| found.contains(&*hieroglyph(index).to_string()));
    assert_eq!(unseen, [""; 0]);
}

#[test]
fn a_secret_is_found_in_every_text() {
    // Each text has two, and each is named.
    let secret = |index: usize| format!("password=s3cret{index:03}x");
    let other = |index: usize| format!("glpat-0123456789abcdef{index:03}");
    let both = |index: usize| format!("{},{}", secret(index), other(index));
    let every = every_text();
    let mut hostile = with(&every, |index, marked| (marked.key != "email" && !is_role(marked)).then(|| both(index)));
    hostile.release = hostile.release.replace("flow =", "replaces = \"password=s3cret999x\"\nflow =");
    hostile.release = hostile.release.replace("\"two\"", "\"two glpat-0123456789abcdef999\"");
    let made = made(&hostile);
    let selected = select(&made.flow, &made.release);
    let context = lint::LintContext::new(&selected, &made.release, &made.plan, &made.sources);
    let rule = lint::rule("secret-in-text").unwrap();
    let found: BTreeSet<String> = (rule.check)(&context)
        .iter()
        .filter_map(|finding| Some(made.sources.slice(finding.diagnostic.primary.as_ref()?.span).to_owned()))
        .collect();
    // A mail address can't hold a secret.
    let is_found =
        |index: usize| found.contains(secret(index).trim_start_matches("password=")) && found.contains(&other(index));
    assert_eq!(unseen(&every, &["email"], |index, marked| is_found(index) || is_role(marked)), [""; 0]);
    assert!(is_found(999), "in the release");
}

#[test]
fn a_look_alike_host_is_found_in_every_text() {
    let address = |index: usize| format!("https://\u{435}xample{index:03}.com");
    let every = every_text();
    let made = made(&with(&every, |index, marked| (marked.key != "email").then(|| address(index))));
    let selected = select(&made.flow, &made.release);
    let context = lint::LintContext::new(&selected, &made.release, &made.plan, &made.sources);
    let rule = lint::rule("look-alike-host").unwrap();
    let found: BTreeSet<String> = (rule.check)(&context)
        .iter()
        .filter_map(|finding| Some(made.sources.slice(finding.diagnostic.primary.as_ref()?.span).to_owned()))
        .collect();
    // A mail address has ASCII letters only.
    let is_found = |index: usize| found.contains(&format!("\u{435}xample{index:03}"));
    assert_eq!(unseen(&every, &["email"], |index, _| is_found(index)), [""; 0]);
}

#[test]
fn what_acts_on_a_terminal_or_a_runner_is_escaped_in_every_text() {
    let hostile = "##[group]x ##vso[task.x]y\u{9b}2J\u{202e}\u{200b}\u{2028}\u{feff}";
    let every = every_text();
    let codes: Vec<Code<'_>> = Vec::new();
    let missed = unseen(&every, &[], |index, _| {
        let mut sources = Sources::default();
        let flow = with(&every, |other, _| (other == index).then(|| hostile.to_owned())).flow;
        let file = sources.add(hostile, flow);
        let (_, faults) = read_flow(&sources, file);
        let found = [Found { name: Some(hostile), sources: &sources, diagnostics: &faults }];
        let human = print::human(&sources, &faults, false);
        let texts = [human, formats::json(&found), formats::github(&found), formats::sarif(&found, &codes)];
        let [human, json, ..] = &texts;
        assert!(human.contains(r"#\u{23}[group]x") && human.contains(r"\u{202e}"), "{human}");
        assert!(json.contains(r"#\u0023[group]x"), "{json}");
        let bad = ['\u{9b}', '\u{202e}', '\u{200b}', '\u{2028}', '\u{feff}'];
        texts.iter().all(|text| !text.contains(bad) && !text.contains("##[") && !text.contains("##vso["))
    });
    assert_eq!(missed, [""; 0]);
}

#[test]
fn a_change_is_marked_in_every_text_of_the_list() {
    let every = every_text();
    let now = made(&every);
    // None of these is on the list, except the revision, which the head names instead of marking it.
    let but = [
        "about",
        "mail-from",
        "email",
        "reason",
        "owner",
        "revision",
        "runbook",
        "example",
        "sets",
        "organisation",
        "classification",
    ];
    let unseen = unseen(&every, &but, |index, _| {
        let before = made(&with(&every, |other, _| (other == index).then(|| "before".to_owned())));
        let changes = plan::changes(&before.flow, &now.flow, &now.plan.lang);
        // In the debug output every mark is a `true`.
        !changes.removed.is_empty() || format!("{changes:?}").contains("true")
    });
    assert_eq!(unseen, [""; 0]);
}

#[test]
fn every_text_is_shown() {
    let every = every_text();
    let Made { mut plan, .. } = made(&every);
    // Lets each task notify every contact.
    let contacts: Vec<ContactIx> = (0..plan.contacts.len()).map(ContactIx).collect();
    plan.cold.iter_mut().for_each(|task| task.notify.clone_from(&contacts));
    let labels = OURS.of_plan(&plan);
    let fonts = Fonts::builtin();
    let mut typesetter = Typesetter::new(&fonts);
    let view = checklist::checklist(&plan, &labels, &ListOptions::default());
    let document = layout::checklist(&view, &mut typesetter, Paper::A4).unwrap_or_else(|why| panic!("{why:?}"));
    let list = dump::text(&document);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let templates = Templates::builtin();
    let runbook = text(&render::runbook(&plan, &labels, &templates).unwrap().bytes);
    let chart = text(&render::flowchart(&plan, &labels, &mut typesetter).bytes);
    let (mails, notes) = render::mails(&plan, &labels, &[], &templates, false).unwrap();
    assert_eq!(notes, []);
    let mails: String = mails.iter().map(|mail| text(&mail.bytes)).collect();

    // These are only in runbook and mails, or, as the runbook's address, in a code to scan.
    let but = ["about", "owner", "runbook", "mail-from", "example", "email", "sets", "reason"];
    assert_eq!(unseen(&every, &but, |_, marked| list.contains(&marked.mark)), [""; 0]);
    // An example is only for those who fill in the release.
    assert_eq!(unseen(&every, &["mail-from", "example"], |_, marked| runbook.contains(&marked.mark)), [""; 0]);
    let drawn =
        [("FLOW", "title"), ("HOT", "title"), ("HOT_STEP", "do"), ("ROLLBACK", "title"), ("ROLLBACK_STEP", "do")];
    let of = |wanted: &[(&str, &str)], shown: &str| -> Vec<String> {
        let marked = every.marked.iter().filter(|marked| wanted.contains(&(marked.kind, marked.key)));
        marked.filter(|marked| !shown.contains(&marked.mark)).map(|marked| marked.mark.clone()).collect()
    };
    assert_eq!(of(&drawn, &chart), [""; 0]);
    let mailed = [
        ("FLOW", "title"),
        ("FLOW", "revision"),
        ("FLOW", "owner"),
        ("FLOW", "runbook"),
        ("FLOW", "mail-from"),
        ("VALUE", "label"),
        ("CONTACT", "name"),
        ("CONTACT", "email"),
        ("COLD", "impact"),
        ("COLD", "ask"),
        ("COLD_STEP", "impact"),
        ("COLD_STEP", "ask"),
    ];
    assert_eq!(of(&mailed, &mails), [""; 0]);
}

/// The words of `choices` are no texts of their own, but they are printed wherever a condition stands.
#[test]
fn a_choice_without_a_glyph_is_found() {
    let every = every_text();
    let flow = every.flow.replacen(
        "values = { values = {",
        "values = { kind = { label = 'k', choices = ['a', '\u{13000}'] }, values = {",
        1,
    );
    assert_ne!(flow, every.flow);
    let made = made(&EveryText { flow, ..every });
    let faults = glyphs::missing(&made.plan, None, &made.sources, &Fonts::builtin());
    let found: Vec<&str> =
        faults.iter().filter_map(|fault| Some(made.sources.slice(fault.primary.as_ref()?.span))).collect();
    assert_eq!(found, ["\u{13000}"]);
}
