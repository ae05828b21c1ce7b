//! What holds for all flows in a folder, from its `runsheet.toml`.

use super::flow::{LintLevel, Str};
use crate::diagnostic::Spanned;

/// What the configuration says.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Levels of rules, by name.
    pub lints: Vec<(Str, Spanned<LintLevel>)>,
}
