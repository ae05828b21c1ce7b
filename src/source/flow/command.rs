//! What is pasted in a step, and what comes out.

use super::super::declare::{table, words};
use super::super::types::{Code, CommandOutput, LineText, OneOrMore, OrDefault, Syntax};

table! {
    /// A command of a step.
    pub struct CommandDecl "command" {
        COMMAND "`command`" "something to paste, and what comes out";
    }
    keys {
        /// what it is for, printed above it
        title: Option<LineText>,
        /// what to paste; literal unless `fill = true`
        run: Code,
        /// the language of its fence in the runbook
        syntax: Option<Syntax>,
        /// whether `{{ name }}` in `run`, `shows` and `shows-bad` is replaced; the step's `fill` by default
        fill: Option<bool>,
        /// what comes out
        shows: Option<CommandOutput>,
        /// what comes out when it goes wrong
        shows_bad: Option<CommandOutput>,
    }
    short "run" Code;
}

/// All commands of a step, in order.
pub type CommandsDecl = OrDefault<OneOrMore<CommandDecl>>;

words! {
    /// How many commands of a step are used, where it isn't all of them.
    pub enum Pick {
        /// One.
        One = "one",
    }
}
