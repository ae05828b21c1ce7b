//! What is the same for every flow of a run, such as fonts and templates. It is read once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::glyphs;
use crate::cli::BuildArgs;
use crate::diagnostic::{Diagnostic, Sources};
use crate::files;
use crate::geometry::Paper;
use crate::output::OutputKind;
use crate::render::Templates;
use crate::source;
use crate::text::Fonts;
use crate::view::checklist::SheetKind;
use crate::view::labels::{self, LabelFiles};

/// What is the same for every flow of a build.
pub struct Settings {
    /// What is made.
    pub kinds: Vec<OutputKind>,
    /// Paper of the check list.
    pub paper: Paper,
    /// Sheets of the check list; all when none is named.
    pub sheets: Option<Vec<SheetKind>>,
    /// Copies of the check list; 0 for a single list that doesn't say which copy it is.
    pub copies: u32,
    /// True when the check list can also be filled in on a screen.
    pub fillable: bool,
    /// True when mails are written as drafts, which mail programs open to be sent.
    pub drafts: bool,
    /// The language; `None` for the first one of each flow.
    pub lang: Option<String>,
    /// Fonts of the check list.
    pub fonts: Fonts,
    /// SHA-256 of each font file of the user's among them.
    pub font_digests: Vec<String>,
    /// Templates of runbook, ticket and mails.
    pub templates: Templates,
    /// Words of the user's.
    pub labels: Arc<LabelFiles>,
}

impl Settings {
    /// The settings of a check list that is printed whole and once, in the flow's first language. No output is named.
    #[must_use]
    pub fn of_list(paper: Paper, fonts: Fonts, font_digests: Vec<String>) -> Self {
        Self {
            kinds: Vec::new(),
            paper,
            sheets: None,
            copies: 0,
            fillable: false,
            drafts: false,
            lang: None,
            fonts,
            font_digests,
            templates: Templates::builtin(),
            labels: Arc::default(),
        }
    }

    /// The settings that the command line gives.
    ///
    /// # Errors
    /// A font, a template or a label file that can't be read or used.
    pub fn of_arguments(args: &BuildArgs) -> Result<Self, (Sources, Vec<Diagnostic>)> {
        let mut sources = Sources::default();
        let folder = args.templates.as_deref();
        let (fonts, templates) = (fonts(&args.font), templates(folder));
        let is_drawn = args.kinds().iter().any(|kind| matches!(kind, OutputKind::Pdf | OutputKind::Chart));
        let known = fonts.as_ref().ok().map(|(fonts, _)| fonts).filter(|_| is_drawn);
        match (labels(folder, known, &mut sources), fonts, templates) {
            (Ok(labels), Ok((fonts, font_digests)), Ok(templates)) => Ok(Self {
                kinds: args.kinds(),
                paper: args.paper,
                sheets: (!args.sheets.is_empty()).then(|| args.sheets.clone()),
                copies: args.copies.unwrap_or_default(),
                fillable: args.fillable,
                drafts: args.drafts,
                lang: args.lang.clone(),
                fonts,
                font_digests,
                templates,
                labels: Arc::new(labels),
            }),
            (labels, fonts, templates) => {
                let faults = fonts.err().into_iter().chain(templates.err());
                Err((sources, faults.chain(labels.err().into_iter().flatten()).collect()))
            }
        }
    }
}

/// The built-in fonts and the user's, with the SHA-256 of each of the user's files.
///
/// # Errors
/// A font that can't be read or used.
pub fn fonts(extra: &[PathBuf]) -> Result<(Fonts, Vec<String>), Diagnostic> {
    if extra.is_empty() {
        return Ok((Fonts::builtin(), Vec::new()));
    }
    let read = extra.iter().map(|path| Ok((files::shown(path), files::read(path, files::FONT_LIMIT)?)));
    let read = read.collect::<Result<Vec<_>, Diagnostic>>()?;
    let digests = read.iter().map(|(_, bytes)| source::digest(bytes)).collect();
    let fonts = Fonts::with_files(read).map_err(|why| Diagnostic::error_nowhere("bad-font", why))?;
    Ok((fonts, digests))
}

/// The labels of the user's in a folder of templates. With `fonts`, each of their characters must have a glyph.
///
/// # Errors
/// A file that can't be read, and every fault of a label.
pub fn labels(
    folder: Option<&Path>,
    fonts: Option<&Fonts>,
    sources: &mut Sources,
) -> Result<LabelFiles, Vec<Diagnostic>> {
    let Some(folder) = folder else { return Ok(LabelFiles::default()) };
    let read = files::read_folder(&folder.join(labels::FOLDER)).map_err(|fault| vec![fault])?;
    let labels = LabelFiles::read(sources, read)?;
    let missing = fonts.map(|fonts| glyphs::missing_in_labels(&labels, fonts)).unwrap_or_default();
    if missing.is_empty() { Ok(labels) } else { Err(missing) }
}

/// The built-in templates, where a template of the user's replaces the one of the same name.
///
/// # Errors
/// A template that can't be read or used.
pub fn templates(folder: Option<&Path>) -> Result<Templates, Diagnostic> {
    let Some(folder) = folder else { return Ok(Templates::builtin()) };
    let read = files::read_templates(folder)?.into_iter().map(|(name, bytes)| {
        let text = source::decode(&files::shown(&folder.join(&name)), &bytes)?;
        Ok((name, text))
    });
    Templates::with_overrides(read.collect::<Result<_, Diagnostic>>()?)
}
