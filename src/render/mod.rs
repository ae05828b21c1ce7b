//! View → [`Artifact`], one output a file; the only user of Tera.

mod runbook;
mod templates;

pub use self::runbook::runbook;
pub use self::templates::Templates;

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Where, relative to the flow's folder, parts joined by `/`.
    pub path: String,
    /// What.
    pub bytes: Vec<u8>,
}
