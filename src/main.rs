//! The command `runsheet`: environment in, exit code out.

use std::io::{self, ErrorKind, IsTerminal, Write};
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
        Command::Verify(args) => run::verify(args, color),
        Command::Check(args) => run::check(args, color),
        Command::Fix(args) => run::fix(args, color),
        Command::Explain(args) => run::explain(args.rule),
        Command::Rules => run::rules(),
        Command::New(args) => run::tools::new(args, color),
        Command::Schema(args) => run::tools::schema(args),
        Command::Completions(args) => run::tools::completions(args),
        Command::Man(args) => run::tools::man(args, color),
    };
    let faults = write(std::io::stderr(), &report.stderr);
    let done = write(std::io::stdout(), &report.stdout);
    if let Err(error) = &done {
        // There is nowhere left to tell a failure of this one.
        let _ = write(std::io::stderr(), &format!("error: what was done can't be told on standard output: {error}\n"));
    }
    if faults.and(done).is_err() { ExitCode::FAILURE } else { ExitCode::from(report.code) }
}

/// Writes all of it. Nobody reads on after a closed pipe: that is no failure.
fn write(mut out: impl Write, words: &str) -> io::Result<()> {
    match out.write_all(words.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Whether the user wants no colour anywhere, see <https://no-color.org>.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}
