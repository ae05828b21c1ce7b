//! The settings for all flows in a folder, from its `runsheet.toml`.

mod mail;
mod publish;
mod server;
mod token;

use super::declare::table;
use super::flow::{LintLevel, LookDecl};
use super::types::{Id, Map, Str};
use crate::diagnostic::Spanned;

pub use mail::{MailAuth, MailServerDecl, SmtpAddress};
pub use publish::{PublishDecl, PublishedFile, WikiKind};
pub use token::{TokenDecl, TokenSource};

table! {
    /// What the configuration says.
    #[derive(Default)]
    pub struct Config "configuration" {
        CONFIG "`runsheet.toml`" "settings for all flows in a folder";
    }
    keys {
        /// levels of rules, by name; what a flow says takes precedence
        lints: Map<Id, (Str, Spanned<LintLevel>)>,
        /// whose documents these are: what a flow doesn't say itself
        look: Option<LookDecl>,
        /// wikis that `runsheet publish` writes to, by name
        publish: Map<Id, (Str, PublishDecl)>,
        /// the server that `runsheet mail` hands mails to
        mail: Option<MailServerDecl>,
    }
}
