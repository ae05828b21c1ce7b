//! The settings for all flows in a folder, from its `runsheet.toml`.

use super::declare::table;
use super::flow::LintLevel;
use super::types::{Id, Map, Str};
use crate::diagnostic::Spanned;

table! {
    /// What the configuration says.
    #[derive(Default)]
    pub struct Config "configuration" {
        CONFIG "`runsheet.toml`" "settings for all flows in a folder";
    }
    keys {
        /// levels of rules, by name; what a flow says takes precedence
        lints: Map<Id, (Str, Spanned<LintLevel>)>,
    }
}
