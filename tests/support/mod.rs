//! What the tests share: expectations in files, the way from the text of a flow to a PDF, and the way back to what
//! stands on its pages.

pub mod broken;
pub mod checks;
pub mod draw;
pub mod file;
pub mod fill;
pub mod form;
pub mod generate;
pub mod kept;
pub mod mutate;
pub mod places;
pub mod read;
pub mod schema;
#[cfg(unix)]
pub mod server;
pub mod story;
pub mod usual;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use runsheet::diagnostic::{Diagnostic, Level, Sources};
use runsheet::geometry::Paper;
use runsheet::page::layout::{self, TooTall};
use runsheet::page::{Document, pdf};
use runsheet::plan::{self, Plan};
use runsheet::select::select;
use runsheet::source::named::{FileUse, NamedContent, NamedFile};
use runsheet::source::{self, flow::Flow, release::ReleaseFile};
use runsheet::text::Fonts;
use runsheet::text::typeset::Typesetter;
use runsheet::view::checklist::{self, Checklist, SheetPart};
use runsheet::view::labels::Labels;
use runsheet::view::labels::OURS;

use self::story::Story;

/// The built-in faces, in which every sheet is printed.
pub static FONTS: LazyLock<Fonts> = LazyLock::new(Fonts::builtin);

/// Every paper size.
pub const PAPERS: [Paper; 2] = [Paper::A4, Paper::Letter];

/// One flow in one language on one paper, printed.
pub struct Case {
    /// Name for messages.
    pub name: String,
    /// The view, which holds what the list says.
    pub view: Checklist,
    /// The laid-out pages.
    pub document: Document,
    /// The PDF file.
    pub bytes: Vec<u8>,
}

/// A flow and a release as plans, one for each of the flow's languages. The files that the flow names are those of `flows/`.
pub fn plans(flow: &str, release: &str) -> Result<Vec<Plan>, String> {
    let mut sources = Sources::default();
    let flow_file = sources.add("flow.toml", flow);
    let release_file = sources.add("flow.release.toml", release);
    let mut fetch = |named: &NamedFile| {
        if named.what == FileUse::Config {
            return Ok(NamedContent::Unneeded);
        }
        let bytes = text(Path::new("flows").join(&named.path.value)).into_bytes();
        Ok(NamedContent::Read { name: named.path.value.clone(), bytes })
    };
    let (read, faults) = source::read_flow_with(&mut sources, flow_file, &mut fetch);
    let read: Flow = read.ok_or_else(|| told(&faults, &sources))?;
    let (release, faults) = source::read_release(&sources, release_file);
    let release: ReleaseFile = release.ok_or_else(|| told(&faults, &sources))?;
    let plan = |lang: &str| {
        let digest = source::digest(flow.as_bytes());
        let (plan, faults) = plan::build(&select(&read, &release), &release, Some(lang), &sources, digest, &OURS);
        plan.ok_or_else(|| told(&faults, &sources))
    };
    read.langs.iter().map(|lang| plan(&lang.value)).collect()
}

fn told(faults: &[Diagnostic], sources: &Sources) -> String {
    let told = |fault: &Diagnostic| {
        let place = fault.primary.as_ref().map(|label| (sources.line_column(label.span), sources.slice(label.span)));
        format!("{}: {} {place:?}", fault.code, fault.message)
    };
    faults.iter().filter(|fault| fault.level == Level::Error).map(told).collect::<Vec<_>>().join("\n")
}

/// Lays a plan out and writes it.
pub fn print(name: String, plan: &Plan, paper: Paper) -> Result<Case, Vec<TooTall>> {
    print_as(name, plan, paper, &checklist::ListOptions::default())
}

/// The same with print options.
pub fn print_as(
    name: String,
    plan: &Plan,
    paper: Paper,
    options: &checklist::ListOptions,
) -> Result<Case, Vec<TooTall>> {
    print_in(name, plan, paper, (&Labels::of(&plan.lang), options))
}

/// The same with words of a user's.
pub fn print_in(
    name: String,
    plan: &Plan,
    paper: Paper,
    (labels, options): (&Labels, &checklist::ListOptions),
) -> Result<Case, Vec<TooTall>> {
    let view = checklist::checklist(plan, labels, options);
    let document = layout::checklist(&view, &mut Typesetter::new(&FONTS), paper)?;
    let bytes = pdf::write(&document, &FONTS).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    Ok(Case { name, view, document, bytes })
}

/// Everything that is wrong with a printed list.
pub fn findings(view: &Checklist, bytes: &[u8]) -> Vec<String> {
    let print = match read::read(bytes) {
        Ok(print) => print,
        Err(fault) => return vec![fault],
    };
    let (story, mut findings) = Story::new(view, &print);
    findings.extend(checks::all(view, &print, &story));
    findings.extend(file::fonts(bytes));
    findings
}

/// Number of characters in a step's own row, as far as they make it taller.
pub fn length(plan: &Plan, number: &str) -> usize {
    let view = checklist::checklist(plan, &Labels::of(&plan.lang), &checklist::ListOptions::default());
    let mut rows = view.sheets.iter().flat_map(|sheet| &sheet.parts).flat_map(SheetPart::step_rows);
    let row = rows.find(|row| row.number.to_plain() == number);
    row.map_or(0, |row| {
        let texts = [Some(&row.action), row.expect.as_ref(), row.aside.as_ref()].into_iter().flatten();
        let commands = row.commands.iter().flat_map(|command| {
            let outputs = command.outputs.iter().flat_map(|output| [&output.label, &output.text]);
            command.title.iter().chain([&command.code]).chain(outputs)
        });
        let texts = texts.chain(&row.pick).chain(commands);
        let texts = texts.chain(row.details.iter().map(|detail| &detail.text));
        let message = row.message.iter().flat_map(|message| {
            let to = message.to.iter().map(|detail| &detail.text);
            to.chain(message.subject.iter().flatten()).chain([&message.text])
        });
        let texts = texts.chain(message);
        texts.map(|text| text.to_plain().chars().count()).sum()
    })
}

/// A file in the repository.
pub fn path(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A text file in the repository.
pub fn text(path: impl AsRef<Path>) -> String {
    let path = self::path(path);
    fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

/// Names of the example flows, sorted: every `flows/NAME.toml` beside its release.
pub fn flows() -> Vec<String> {
    let folder = fs::read_dir(path("flows")).expect("the folder of flows").map(|entry| entry.expect("an entry").path());
    let stem = |path: &Path| path.file_name()?.to_str()?.strip_suffix(".toml").map(str::to_owned);
    let mut names: Vec<_> = folder.filter_map(|path| stem(&path)).filter(|name| !name.contains('.')).collect();
    names.sort();
    names
}

/// The plans of an example flow, with its release.
pub fn example(name: &str) -> Vec<Plan> {
    let (flow, release) = (text(format!("flows/{name}.toml")), text(format!("flows/{name}.release.toml")));
    plans(&flow, &release).unwrap_or_else(|faults| panic!("{name}: {faults}"))
}

/// Every example flow in each of its languages on every paper. Flows that repeat nothing are also printed without a
/// release.
pub static EXAMPLES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let mut cases = Vec::new();
    for name in flows() {
        let flow = text(format!("flows/{name}.toml"));
        let mut plans: Vec<(Plan, &str)> = example(&name).into_iter().map(|plan| (plan, "")).collect();
        if !flow.contains("each ") {
            let bare = self::plans(&flow, &format!("flow = \"{name}\"\n"));
            plans.extend(
                bare.unwrap_or_else(|faults| panic!("{name}: {faults}")).into_iter().map(|plan| (plan, " bare")),
            );
        }
        for ((plan, what), paper) in plans.iter().flat_map(|plan| PAPERS.map(|paper| (plan, paper))) {
            let name = format!("{name}{what} {} {paper:?}", plan.lang.tag());
            cases.push(print(name, plan, paper).unwrap_or_else(|tall| panic!("{tall:?}")));
        }
    }
    cases
});

/// The example of a name.
pub fn case(name: &str) -> &'static Case {
    EXAMPLES.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("no case {name}"))
}
