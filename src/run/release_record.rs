//! A check list that was filled in on a screen, as the record of its release: `publish` puts it on a page, and `close` writes down
//! what it says.

use std::path::{Path, PathBuf};

use super::verify::used_list;
use crate::diagnostic::Diagnostic;
use crate::field::Outcome;
use crate::files;
use crate::source;
use crate::source::release::ReleaseFile;

/// A check list that says what it said when it was made, filled in.
pub(super) struct ReleaseRecord {
    /// As the command line names it.
    pub name: String,
    /// The flow's id.
    id: String,
    number: String,
    /// The outcome that is ticked on it, if one is and no other.
    pub outcome: Option<Outcome>,
    /// What is written as the step from which it was rolled back: each entry once.
    pub entered_from: Vec<String>,
    /// The numbers of its steps.
    steps: Vec<String>,
    /// The file itself.
    pub bytes: Vec<u8>,
    /// Its SHA-256.
    pub digest: String,
}

impl ReleaseRecord {
    /// Reads and verifies a list.
    ///
    /// # Errors
    /// Whatever `verify` finds wrong with it, and that it is no record of a release.
    pub fn read(path: &Path, fonts: &[PathBuf]) -> Result<Self, Vec<Diagnostic>> {
        let bytes = files::read(path, files::PDF_LIMIT).map_err(|fault| vec![fault])?;
        let digest = source::digest(&bytes);
        Self::of(files::shown(path), (bytes, digest), fonts)
    }

    /// Verifies a list that was read, with its SHA-256.
    ///
    /// # Errors
    /// As for [`Self::read`].
    pub fn of(name: String, (bytes, digest): (Vec<u8>, String), fonts: &[PathBuf]) -> Result<Self, Vec<Diagnostic>> {
        let list = used_list(&bytes, &name, fonts)?;
        let refused = |message: String, help: &str| vec![Diagnostic::error_nowhere("no-record", message).help(help)];
        let release = &list.plan.release;
        if release.drill {
            return Err(refused(format!("`{name}` is the list of a drill"), "a drill is the record of no release"));
        }
        let Some(number) = release.number.as_deref().map(str::to_owned) else {
            return Err(refused(
                format!("`{name}` is the list of a release without a number"),
                "which release it is of is known by its `number` alone",
            ));
        };
        if list.is_form_without_entries {
            return Err(refused(
                format!("nothing is filled in on `{name}`"),
                "name the file in which it was filled in",
            ));
        }
        if !list.is_form {
            return Err(refused(
                format!("`{name}` has no fields: it is filled in on paper"),
                "`build --fillable` makes one that is filled in on a screen",
            ));
        }
        // Nobody rolls back from a step of a rollback.
        let numbers = list.plan.steps.iter().map(|step| &step.number).filter(|number| number.letter.is_none());
        let steps = numbers.flat_map(|number| [number.to_string(), number.bare().to_string()]).collect();
        let (id, outcome, entered_from) = (list.plan.id.clone(), list.outcome, list.entered_from);
        Ok(Self { name, id, number, outcome, entered_from, steps, bytes, digest })
    }

    /// Whether it is of a release of the flow with this id.
    pub fn is_of(&self, flow: &str, release: &ReleaseFile) -> bool {
        flow == self.id && release.number.as_ref().is_some_and(|number| number.value == self.number)
    }

    /// The step from which it was rolled back, where that is written and is the number of a step.
    pub fn rolled_back_from(&self) -> Option<&str> {
        match &*self.entered_from {
            [one] if self.outcome == Some(Outcome::RolledBack) && self.steps.contains(one) => Some(one),
            _ => None,
        }
    }

    /// The fault that the release file says another outcome.
    pub fn contradicts(&self, release: &ReleaseFile) -> Option<Diagnostic> {
        let (ticked, said) = (self.outcome?, release.outcome.as_ref()?);
        let message = format!("the release says `{}`, and `{}` says `{}`", said.value.word(), self.name, ticked.word());
        let fault = || Diagnostic::error("other-outcome", said.span, message).help("correct whichever is wrong");
        (said.value != ticked).then(fault)
    }

    /// The fault that the release file names another record by its digest.
    pub fn is_another(&self, release: &ReleaseFile) -> Option<Diagnostic> {
        let named = release.record.as_ref()?;
        let message = format!("the release names another record than `{}`, by its SHA-256", self.name);
        let fault = || Diagnostic::error("other-record", named.span, message);
        let help = "name the file that `runsheet close` was given, or close the release with this one";
        (release.names_record(&self.digest) == Some(false)).then(|| fault().help(help))
    }

    /// The fault that it belongs to another flow or release. `instead` says what is there in place of it.
    pub fn homeless(&self, instead: &str) -> Diagnostic {
        let message = format!("`{}` is of the flow `{}`, release {}, {instead}", self.name, self.id, self.number);
        Diagnostic::error_nowhere("other-record", message)
    }
}
