//! Where a password or a token comes from.

use crate::diagnostic::Span;
use crate::source::declare::table;
use crate::source::reader::{Reader, TableFields};
use crate::source::types::{Line, Str};

table! {
    /// Where a password or a token comes from. It never stands in the configuration itself.
    pub struct TokenDecl "token" {
        TOKEN "a token" "where a password or a token comes from; it never stands in the file itself";
    }
    keys {
        /// environment variable that holds it
        env: Option<Line>,
        /// program that prints it, with its arguments
        command: Vec<Line>,
        /// file that holds it in its first line; a path is relative to the folder of the configuration
        file: Option<Line>,
    }
    place { span: Span }
    needs FROM;
    settle one_source;
}

/// Keys that say where a token comes from.
const FROM: [&str; 3] = ["env", "command", "file"];

/// The one place that a token comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenSource<'a> {
    /// An environment variable.
    Env(&'a Str),
    /// A program and its arguments.
    Command(&'a [Line]),
    /// The first line of a file.
    File(&'a Str),
}

impl TokenDecl {
    /// Where it comes from; `None` only in a configuration with faults.
    #[must_use]
    pub fn source(&self) -> Option<TokenSource<'_>> {
        match (&self.env, &*self.command, &self.file) {
            (Some(env), [], None) => Some(TokenSource::Env(env)),
            (None, [_, ..], None) => Some(TokenSource::Command(&self.command)),
            (None, [], Some(file)) => Some(TokenSource::File(file)),
            _ => None,
        }
    }
}

/// Reports a token that comes from nowhere or from several places.
fn one_source(token: TokenDecl, reader: &mut Reader<'_>, fields: &TableFields<'_>) -> TokenDecl {
    let named: Vec<&str> = FROM.iter().copied().filter(|key| fields.has(key)).collect();
    let help = "name one of `env`, `command` and `file`";
    match named[..] {
        [] if !fields.has_unknown() => {
            reader.bad("missing-key", fields.span, "nothing says where this token comes from", help);
        }
        [_, second, ..] => {
            let place = fields.place_of(reader, second).unwrap_or(fields.span);
            reader.bad("misplaced-key", place, "a token comes from one place", help);
        }
        ["command"] if fields.count_of("command") == 0 => {
            let place = fields.place_of(reader, "command").unwrap_or(fields.span);
            let help = "write the program and its arguments: `[\"pass\", \"show\", \"wiki\"]`";
            reader.bad("too-few", place, "`command` names no program", help);
        }
        _ => {}
    }
    token
}
