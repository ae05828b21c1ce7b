//! `runsheet import`: a document in Markdown becomes a flow to finish.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Report;
use super::tools::no_flow;
use crate::cli::tools::ImportArgs;
use crate::diagnostic::{Diagnostic, Sources, Span, print};
use crate::files;
use crate::import::{self, ImportWish, Imported, NoDocument};
use crate::lint;
use crate::source;
use crate::text::typeset::Typesetter;
use crate::text::{Fonts, Lang, Text, markup};

/// Writes a flow that says what a document says.
#[must_use]
pub fn import(args: &ImportArgs, color: bool) -> Report {
    let written = made(args).and_then(|made| {
        let path = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}.toml", made.id)));
        if path.as_os_str() == "-" {
            return Ok(Report::exact(made.flow, "", 0));
        }
        if let Some(why) = no_flow(&path) {
            return Err(Diagnostic::error_nowhere("not-a-flow", why).help("choose another name with `--output`"));
        }
        files::create(&path, made.flow.as_bytes())?;
        Ok(Report::for_people(&told(&made, &path), "", 0))
    });
    written.unwrap_or_else(|fault| Report::for_people("", &print::human(&Sources::default(), &[fault], color), 1))
}

/// What was made, and what to do next.
fn told(made: &Imported, path: &Path) -> String {
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let appendices =
        if made.appendices == 1 { "1 appendix".to_owned() } else { format!("{} appendices", made.appendices) };
    format!(
        "wrote {}: {}, {appendices}, {}\nnext: `runsheet check {}` lists the questions\n",
        files::shown(path),
        counted(made.steps, "step"),
        counted(lint::questions(&made.flow).len(), "question"),
        files::pasted(path),
    )
}

fn made(args: &ImportArgs) -> Result<Imported, Diagnostic> {
    let path = &args.document;
    let shown = files::shown(path);
    let text = source::decode(&shown, &files::read_flow(path)?)?;
    let name = |path: &Path| {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
        file.filter(|name| name != "-")
    };
    let into = args.output.as_deref().and_then(name);
    let wish = ImportWish { name: &name(path).unwrap_or_default(), into: into.as_deref(), lang: args.lang.as_deref() };
    flow_of(&text, &wish).map_err(|why| refused(why, &shown))
}

/// The flow of a document, as our fonts can print it.
///
/// # Errors
/// Why there is nothing to make a flow of.
pub fn flow_of(text: &str, wanted: &ImportWish<'_>) -> Result<Imported, NoDocument> {
    let fonts = Fonts::builtin();
    let mut typesetter = Typesetter::new(&fonts);
    // Chinese text is set in the same faces and one more.
    let lang = Lang::new("zh-CN");
    let mut missing = |words: &str, is_code: bool| {
        if words.is_ascii() {
            return Vec::new();
        }
        let mut texts: Vec<Text> = vec![markup::exact(words, &lang, Span::default())];
        if !is_code {
            texts.push(markup::parse(words, &lang, Span::default()));
        }
        let found = texts.iter().flat_map(|text| typesetter.missing(text)).map(|(_, _, character)| character);
        found.collect::<BTreeSet<char>>().into_iter().collect()
    };
    import::import(text, wanted, &mut missing)
}

/// Why a document can't become a flow.
fn refused(why: NoDocument, name: &str) -> Diagnostic {
    match why {
        NoDocument::Empty => Diagnostic::error_nowhere("empty-file", format!("there is no text in `{name}`"))
            .help("name a document in Markdown; `runsheet new` writes a flow to start from"),
        NoDocument::Html => {
            Diagnostic::error_nowhere("not-markdown", format!("`{name}` is a page of HTML, not Markdown"))
                .help("convert it first: `pandoc -f html -t gfm`")
        }
        NoDocument::Flow => Diagnostic::error_nowhere("not-markdown", format!("`{name}` is a flow already"))
            .help("`runsheet check` finds its faults, and `runsheet build` makes the documents"),
        NoDocument::TooManySteps(steps) => {
            Diagnostic::error_nowhere("too-long", format!("`{name}` has {steps} steps, more than a flow takes"))
                .help("split the document into several")
        }
        NoDocument::TooLong => {
            Diagnostic::error_nowhere("too-long", format!("the flow of `{name}` would be longer than 1 MiB"))
                .help("split the document into several")
        }
    }
}
