//! What holds for all flows in a folder, from its `runsheet.toml`.

use super::declare::table;
use super::flow::LintLevel;
use super::types::{Id, Map, Str};
use crate::diagnostic::Spanned;

table! {
    /// What the configuration says.
    #[derive(Default)]
    pub struct Config "configuration" {
        CONFIG "`runsheet.toml`" "what holds for all flows in a folder";
    }
    keys {
        /// levels of rules, by name; what a flow says goes before it
        lints: Map<Id, (Str, Spanned<LintLevel>)>,
    }
}
