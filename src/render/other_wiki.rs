//! Tests that the views and templates of runbook and ticket know no markup, with a wiki that exists only here.
//!
//! Everything that this markup writes, its own signs too, stands between `⟨` and `⟩`. So whatever stands outside was
//! not written by the markup.

#![allow(clippy::disallowed_methods, reason = "the test reads the examples")]

use std::fs;
use std::path::Path;

use super::Templates;
use super::templates::{self, Builtin};
use super::tests::{FLOW, RELEASE};
use crate::plan::{Plan, TextRole};
use crate::testing::{examples, planned};
use crate::text::prose::{self, ProseBlock};
use crate::text::{Content, Text};
use crate::view::labels::Labels;
use crate::view::markup::{Front, Markup, TextPlace};
use crate::view::references::{self, ReferenceIn};
use crate::view::runbook::runbook;
use crate::view::ticket::ticket;

struct Toy;

static RUNBOOK: Builtin = templates::RUNBOOK.in_markup(&Toy);

static TICKET: Builtin = templates::TICKET.in_markup(&Toy);

/// A string as this markup writes it: on one line, and without the two signs.
fn held(words: &str) -> String {
    let words: String = words.chars().map(|c| if matches!(c, '⟨' | '⟩' | '\n') { '\u{fffd}' } else { c }).collect();
    format!("⟨{words}⟩")
}

impl Markup for Toy {
    fn inline(&self, _: &Labels, text: &Text, _: TextPlace) -> String {
        let runs = text.runs.iter().map(|run| match &run.content {
            Content::Chars(chars) => held(chars),
            Content::Break => held("\n"),
            Content::Blank(gap) => held(&gap.to_plain()),
            Content::PageOf(name) => panic!("a page of {name:?} in a runbook"),
            Content::Found(found) => panic!("{found:?} in a runbook"),
        });
        runs.collect()
    }

    fn strong(&self, inline: &str) -> String {
        inline.to_owned()
    }

    fn emphasis(&self, inline: &str) -> String {
        inline.to_owned()
    }

    fn heading(&self, level: usize, line: &str) -> String {
        format!("⟨h{level}⟩{line}")
    }

    fn bullet(&self, depth: usize, flow: &str) -> String {
        format!("⟨•{depth}⟩{flow}")
    }

    fn tick(&self, depth: usize, flow: &str) -> String {
        format!("⟨☐{depth}⟩{flow}")
    }

    fn more(&self, depth: usize, flow: &str) -> String {
        format!("⟨+{depth}⟩{flow}")
    }

    fn quote(&self, flow: &str) -> String {
        format!("⟨>⟩{flow}")
    }

    fn fence(&self, _: usize, language: &str, code: &str) -> String {
        held(&format!("{language}\n{}", code.trim_end_matches('\n')))
    }

    fn table(&self, head: &[String], rows: &[Vec<Option<String>>]) -> String {
        assert!(rows.iter().all(|row| row.len() == head.len()), "{head:?} {rows:?}");
        let rows = rows.iter().map(|row| row.iter().flatten().map(String::as_str).collect::<String>());
        format!("{}⟨⟩{}", head.concat(), rows.collect::<String>())
    }

    fn anchor(&self, name: &str) -> String {
        held(name)
    }

    fn prose(&self, labels: &Labels, blocks: &[ProseBlock], _: usize) -> String {
        let mut said = String::new();
        prose::texts(blocks, &mut |text| said.push_str(&self.inline(labels, text, TextPlace::Flow)));
        said
    }

    fn rule(&self) -> String {
        held("")
    }

    fn front(&self, _: &[(String, Front)]) -> String {
        String::new()
    }
}

fn written(plan: &Plan) -> String {
    let view = runbook(plan, &Labels::of(&plan.lang), &Toy);
    Templates::builtin().render(&RUNBOOK, &view).expect("our template has no fault")
}

fn ticket_of(plan: &Plan) -> String {
    let view = ticket(plan, &Labels::of(&plan.lang), &Toy, Some("0123456789ab"));
    Templates::builtin().render(&TICKET, &view).expect("our template has no fault")
}

/// The text that stands outside the signs.
fn outside(written: &str) -> String {
    written.split('⟨').map(|part| part.rsplit('⟩').next().unwrap_or_default()).collect()
}

/// The plans of the example flows with their releases, and of the flow that has every key.
fn plans() -> Vec<Plan> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut plans = vec![planned(FLOW, RELEASE), planned(FLOW, "flow = \"nasty\"")];
    plans.extend(examples().map(Ok));
    for name in ["every-key", "commands"] {
        let of = |file: &str| read(&format!("tests/flows/{name}/{file}.toml"));
        plans.push(planned(&of("flow"), &of("release")));
    }
    plans.into_iter().map(|plan| plan.unwrap_or_else(|faults| panic!("{faults}"))).collect()
}

#[test]
fn every_word_goes_through_the_markup() {
    for plan in plans() {
        for written in [written(&plan), ticket_of(&plan)] {
            let strangers: String =
                outside(&written).chars().filter(|c| !c.is_whitespace() && !"→·".contains(*c)).collect();
            assert_eq!(strangers, "", "{}: {written}", plan.id);
        }
    }
}

#[test]
fn every_text_of_a_plan_comes_out_as_it_went_in() {
    for plan in plans() {
        let shown = written(&plan).replace(['⟨', '⟩'], "");
        plan.texts(&mut |role, words| {
            // The sender is only for mails, and an example only for those who write a release.
            if matches!(role, TextRole::Sender | TextRole::Example) {
                return;
            }
            let mut words = words.text(&plan.lang).into_owned();
            if role.is_pasted() {
                words = words.with_names();
            }
            let words = references::written(&plan, &Labels::of(&plan.lang), &words, ReferenceIn::Screen).to_plain();
            for line in words.lines() {
                assert!(shown.contains(line.trim()), "{role:?}: {line:?} of {} is missing from:\n{shown}", plan.id);
            }
        });
    }
}
