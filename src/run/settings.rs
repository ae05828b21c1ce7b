//! What is the same for every flow of a run, such as fonts and templates. It is read once.

use std::path::{Path, PathBuf};

use crate::cli::BuildArgs;
use crate::diagnostic::Diagnostic;
use crate::files;
use crate::geometry::Paper;
use crate::output::OutputKind;
use crate::render::Templates;
use crate::source;
use crate::text::Fonts;
use crate::view::checklist::SheetKind;

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
    /// The language; `None` for the first one of each flow.
    pub lang: Option<String>,
    /// Fonts of the check list.
    pub fonts: Fonts,
    /// SHA-256 of each font file of the user's among them.
    pub font_digests: Vec<String>,
    /// Templates of runbook, ticket and mails.
    pub templates: Templates,
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
            lang: None,
            fonts,
            font_digests,
            templates: Templates::builtin(),
        }
    }

    /// The settings that the command line gives.
    ///
    /// # Errors
    /// A font or a template that can't be read or used.
    pub fn of_arguments(args: &BuildArgs) -> Result<Self, Vec<Diagnostic>> {
        match (fonts(&args.font), templates(args.templates.as_deref())) {
            (Ok((fonts, font_digests)), Ok(templates)) => Ok(Self {
                kinds: args.kinds(),
                paper: args.paper,
                sheets: (!args.sheets.is_empty()).then(|| args.sheets.clone()),
                copies: args.copies.unwrap_or_default(),
                fillable: args.fillable,
                lang: args.lang.clone(),
                fonts,
                font_digests,
                templates,
            }),
            (fonts, templates) => Err(fonts.err().into_iter().chain(templates.err()).collect()),
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

/// The built-in templates, where a template of the user's replaces the one of the same name.
fn templates(folder: Option<&Path>) -> Result<Templates, Diagnostic> {
    let Some(folder) = folder else { return Ok(Templates::builtin()) };
    let read = files::read_templates(folder)?.into_iter().map(|(name, bytes)| {
        let text = source::decode(&files::shown(&folder.join(&name)), &bytes)?;
        Ok((name, text))
    });
    Templates::with_overrides(read.collect::<Result<_, Diagnostic>>()?)
}
