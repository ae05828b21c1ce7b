//! The command `runsheet`. It hands arguments and environment to the library and exits with its code.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use anstream::AutoStream;
use clap::{ColorChoice, Parser};
use runsheet::command::{self, Cli, Command, Process, Report};

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
        Command::Watch(args) => command::watch(args, color, &mut |report| say(report, color)),
        Command::Publish(args) => command::publish(args, &Process { env: &env, now: now() }, color),
        Command::Mail(args) => command::mail(args, &Process { env: &env, now: now() }, color),
        Command::Close(args) => command::close(args, color),
        Command::Verify(args) => command::verify(args, color),
        Command::Check(args) => command::check(args, color),
        Command::Fix(args) => command::fix(args, color),
        Command::Explain(args) => command::explain(args.rule),
        Command::Rules => command::rules(),
        Command::Import(args) => command::import(args, color),
        Command::New(args) => command::tools::new(args, color),
        Command::Templates(args) => command::templates(args),
        Command::Labels(args) => command::tools::labels(args),
        Command::Schema(args) => command::tools::schema(args),
        Command::Completions(args) => command::tools::completions(args),
        Command::Man(args) => command::tools::man(args, color),
    };
    tell(&report, color)
}

/// Writes what a run has to say; gives its exit code. A closed pipe is no failure: its reader has what it wants.
fn tell(report: &Report, color: bool) -> ExitCode {
    match say(report, color) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::from(report.code),
    }
}

/// Writes what a run has to say: to both outputs, whatever happens to one of them.
fn say(report: &Report, color: bool) -> io::Result<()> {
    // A Windows console shows colours only when it is told to.
    let stderr = std::io::stderr();
    let faults = if color { write(AutoStream::always(stderr), &report.stderr) } else { write(stderr, &report.stderr) };
    let done = write(std::io::stdout(), &report.stdout);
    let is_closed = |error: &io::Error| error.kind() == ErrorKind::BrokenPipe;
    if let Some(error) = done.as_ref().err().filter(|error| !is_closed(error)) {
        // If even this fails, there is nowhere to report it.
        let _ = write(std::io::stderr(), &format!("error: what was done can't be told on standard output: {error}\n"));
    }
    // A failure goes before a closed pipe.
    if done.as_ref().is_err_and(is_closed) { faults.and(done) } else { done.and(faults) }
}

/// Writes all bytes.
fn write(mut out: impl Write, words: &str) -> io::Result<()> {
    out.write_all(words.as_bytes()).and_then(|()| out.flush())
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "only here the environment is read")]
fn env(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The time, by which `publish` knows whether a release has begun, and `mail` what is due.
#[expect(clippy::disallowed_methods, reason = "only here the clock is read")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Whether the user wants no colour anywhere, see <https://no-color.org>.
fn no_color() -> bool {
    env("NO_COLOR").is_some_and(|value| !value.is_empty())
}
