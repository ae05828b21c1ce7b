//! Measures each stage and a whole build, for flows of growing length.

mod generate;

use divan::Bencher;
use runsheet::diagnostic::{Diagnostic, Sources};
use runsheet::geometry::Paper;
use runsheet::output::OutputKind;
use runsheet::page::{Document, layout, pdf};
use runsheet::plan::{self, Plan};
use runsheet::render::{self, Templates};
use runsheet::run::inputs::{InputRole, Inputs};
use runsheet::run::pipeline::{self, Parsed};
use runsheet::run::settings::Settings;
use runsheet::select::select;
use runsheet::source::flow::Flow;
use runsheet::source::release::ReleaseFile;
use runsheet::source::{self, read_flow, read_release};
use runsheet::text::Fonts;
use runsheet::text::typeset::Typesetter;
use runsheet::view::checklist::{ListOptions, checklist};
use runsheet::view::labels::Labels;
use runsheet::view::labels::OURS;

const STEPS: [usize; 4] = [12, 100, 1_000, 10_000];

fn main() {
    divan::main();
}

/// A flow that has been read.
struct Read {
    sources: Sources,
    flow: Flow,
    release: ReleaseFile,
    digest: String,
}

fn read(text: String) -> Read {
    let digest = source::digest(text.as_bytes());
    let mut sources = Sources::default();
    let file = sources.add("generated.toml", text);
    let (flow, faults) = read_flow(&sources, file);
    assert_eq!(faults, []);
    let file = sources.add("generated.release.toml", generate::RELEASE);
    let (release, faults) = read_release(&sources, file);
    assert_eq!(faults, []);
    Read { sources, flow: flow.expect("sound"), release: release.expect("sound"), digest }
}

fn planned(steps: usize) -> Plan {
    let read = read(generate::flow(steps));
    let (plan, faults) =
        plan::build(&select(&read.flow, &read.release), &read.release, None, &read.sources, read.digest, &OURS);
    assert!(!faults.iter().any(Diagnostic::is_error), "{faults:?}");
    plan.expect("sound")
}

fn laid_out(plan: &Plan, fonts: &Fonts) -> Document {
    layout::checklist(
        &checklist(plan, &Labels::of(&plan.lang), &ListOptions::default()),
        &mut Typesetter::new(fonts),
        Paper::A4,
    )
    .expect("fits on its pages")
}

#[divan::bench(args = STEPS)]
fn stage_1_read(bencher: Bencher, steps: usize) {
    bencher.with_inputs(|| generate::flow(steps)).bench_values(read);
}

#[divan::bench(args = STEPS)]
fn stage_2_plan(bencher: Bencher, steps: usize) {
    let read = read(generate::flow(steps));
    bencher.bench(|| {
        plan::build(&select(&read.flow, &read.release), &read.release, None, &read.sources, read.digest.clone(), &OURS)
    });
}

#[divan::bench(args = STEPS, sample_count = 10)]
fn stage_3_layout(bencher: Bencher, steps: usize) {
    let (plan, fonts) = (planned(steps), Fonts::builtin());
    bencher.bench(|| laid_out(&plan, &fonts));
}

#[divan::bench(args = STEPS, sample_count = 10)]
fn stage_4_pdf(bencher: Bencher, steps: usize) {
    let fonts = Fonts::builtin();
    let document = laid_out(&planned(steps), &fonts);
    bencher.bench(|| pdf::write(&document, &fonts).expect("sound"));
}

#[divan::bench(args = STEPS)]
fn stage_5_runbook(bencher: Bencher, steps: usize) {
    let (plan, templates) = (planned(steps), Templates::builtin());
    bencher.bench(|| render::runbook(&plan, &Labels::of(&plan.lang), &templates).expect("sound"));
}

#[divan::bench(args = STEPS)]
fn stage_6_mails(bencher: Bencher, steps: usize) {
    let (plan, templates) = (planned(steps), Templates::builtin());
    bencher.bench(|| render::mails(&plan, &Labels::of(&plan.lang), &[], &templates, false).expect("sound"));
}

/// From text to every artifact, including fonts and templates: everything that a build does except disk access.
#[divan::bench(args = STEPS, sample_count = 10)]
fn whole(bencher: Bencher, steps: usize) {
    bencher.with_inputs(|| generate::flow(steps)).bench_values(|text| {
        let settings = Settings {
            kinds: OutputKind::ALL.to_vec(),
            paper: Paper::A4,
            sheets: None,
            copies: 0,
            fillable: false,
            drafts: false,
            lang: None,
            fonts: Fonts::builtin(),
            font_digests: Vec::new(),
            templates: Templates::builtin(),
            labels: std::sync::Arc::default(),
        };
        let mut inputs = Inputs::default();
        for (role, bytes) in [(InputRole::Flow, text.as_bytes()), (InputRole::Release, generate::RELEASE.as_bytes())] {
            inputs.push(role, String::new(), bytes.to_vec()).expect("short enough");
        }
        let read = read(text);
        let parsed = Parsed {
            flow: &read.flow,
            release: &read.release,
            sources: &read.sources,
            since: None,
            cold: None,
            inputs: &inputs,
            labels: &OURS,
        };
        let (artifacts, found) = pipeline::artifacts(&parsed, &settings);
        assert!(!found.iter().any(Diagnostic::is_error), "{found:?}");
        artifacts
    });
}
