//! The command `runsheet`. It hands arguments and environment to the library and exits with its code.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use anstream::AutoStream;
use clap::{ColorChoice, Parser};
use runsheet::command::{self, Cli, Command, Report};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => match command::misunderstood(&error) {
            Some(report) => return tell(&report, false),
            None => error.exit(),
        },
    };
    let terminal = std::io::stderr().is_terminal();
    let color = match cli.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && !no_color(),
    };
    let report = match &cli.command {
        Command::Build(args) => command::build(args, color, terminal),
        Command::Verify(args) => command::verify(args, color),
        Command::Check(args) => command::check(args, color),
        Command::Fix(args) => command::fix(args, color),
        Command::Explain(args) => command::explain(args.rule),
        Command::Rules => command::rules(),
        Command::New(args) => command::tools::new(args, color),
        Command::Templates(args) => command::templates(args),
        Command::Schema(args) => command::tools::schema(args),
        Command::Completions(args) => command::tools::completions(args),
        Command::Man(args) => command::tools::man(args, color),
    };
    tell(&report, color)
}

/// Writes what a run has to say; gives its exit code.
fn tell(report: &Report, color: bool) -> ExitCode {
    // A Windows console shows colours only when it is told to.
    let stderr = std::io::stderr();
    let faults = if color { write(AutoStream::always(stderr), &report.stderr) } else { write(stderr, &report.stderr) };
    let done = write(std::io::stdout(), &report.stdout);
    if let Err(error) = &done {
        // If even this fails, there is nowhere to report it.
        let _ = write(std::io::stderr(), &format!("error: what was done can't be told on standard output: {error}\n"));
    }
    if faults.and(done).is_err() { ExitCode::FAILURE } else { ExitCode::from(report.code) }
}

/// Writes all bytes. A closed pipe is no failure: its reader has what it wants.
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
