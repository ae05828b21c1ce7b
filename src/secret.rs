//! Passwords and tokens: where they come from, and that they are shown nowhere.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::process::Command;

use crate::diagnostic::Diagnostic;
use crate::files;
use crate::process;
use crate::source::config::{TokenDecl, TokenSource};

/// The most bytes of a file that holds a token.
const MOST: u64 = 64 << 10;

/// A password or a token. It is given to whoever asks for it by name, and to nobody who prints it by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

// Whoever prints a struct that holds one mustn't print it.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// The characters themselves.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Words with dots in its place.
    #[must_use]
    pub fn hidden_in(&self, words: &str) -> String {
        words.replace(&self.0, "…")
    }
}

/// How one logs in to a wiki, or to a server of mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user's name, if there is one.
    pub user: Option<String>,
    /// Password or token.
    pub secret: Secret,
}

/// Gets a token from where it is. Files stand in relation to `folder`; `env` gives a variable of the environment.
///
/// # Errors
/// Why it can't be had, at the place that names where it is.
pub fn read(token: &TokenDecl, folder: &Path, env: &dyn Fn(&str) -> Option<OsString>) -> Result<Secret, Diagnostic> {
    let fault = |message: String, help: &str| Diagnostic::error("no-token", token.span, message).help(help);
    let first_line = |words: &str| words.lines().next().unwrap_or_default().trim().to_owned();
    let found = match token.source() {
        Some(TokenSource::Env(name)) => match env(&name.value).map(OsString::into_string) {
            Some(Ok(found)) => found.trim().to_owned(),
            Some(Err(_)) => {
                let message = format!("the environment variable `{}` isn't UTF-8", name.value);
                return Err(fault(message, "set it to the token alone"));
            }
            None => {
                let message = format!("the environment variable `{}` isn't set", name.value);
                return Err(fault(message, "set it before you run this; in CI, as a secret of the project"));
            }
        },
        Some(TokenSource::Command(words)) => {
            let words: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
            let (program, arguments) = words.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
            let output = process::run(Command::new(program).args(arguments).current_dir(in_folder(folder)), None)
                .map_err(|error| {
                    fault(format!("`{program}` can't be started: {error}"), "install it, or correct its name")
                })?;
            if !output.status.success() {
                let message = format!("`{program}` gives no token: {}", output.status);
                return Err(fault(message, "run it by hand to see what it says"));
            }
            first_line(&String::from_utf8_lossy(&output.stdout))
        }
        Some(TokenSource::File(path)) => {
            let read = files::read(&folder.join(&path.value), MOST);
            let bytes = read.map_err(|told| fault(told.message, "write the token into its first line"))?;
            first_line(&String::from_utf8_lossy(&bytes))
        }
        None => String::new(),
    };
    if found.is_empty() {
        return Err(fault("the token is empty".to_owned(), "look at where it comes from"));
    }
    Ok(Secret(found))
}

/// A folder that a program can be started in: the empty path means the working folder.
fn in_folder(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}
