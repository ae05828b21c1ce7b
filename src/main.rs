//! The command `runsheet`: environment in, exit code out.

use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use clap::{ColorChoice, Parser};
use runsheet::cli::{Cli, Command};
use runsheet::run;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = std::io::stderr().is_terminal();
    let color = match cli.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && !no_color(),
    };
    let report = match &cli.command {
        Command::Build(args) => run::build(args, color, terminal),
    };
    // Nobody reads on after a closed pipe; anything else that keeps the report back is a failure.
    let said = [write(std::io::stderr(), &report.stderr), write(std::io::stdout(), &report.stdout)];
    if said.contains(&false) { ExitCode::FAILURE } else { ExitCode::from(report.code) }
}

/// Writes all of it; false when that fails.
fn write(mut out: impl Write, words: &str) -> bool {
    match out.write_all(words.as_bytes()).and_then(|()| out.flush()) {
        Err(error) => error.kind() == ErrorKind::BrokenPipe,
        Ok(()) => true,
    }
}

/// Whether the user wants no colour anywhere, see <https://no-color.org>.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}
