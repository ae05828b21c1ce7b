//! Code of a document: a command of the last step, what comes out of it, or a step of its own.

use super::StepImporter;
use crate::chars::is_blank;
use crate::import::action::{self, CodeKind};
use crate::import::document::DocBlock;
use crate::import::draft::{Ask, DraftCommand, DraftStep, ask, lines};
use crate::limits::MAX_COMMANDS;

impl StepImporter<'_> {
    /// Code: a command of the last step, what comes out of it, or a step of its own.
    pub(super) fn code(&mut self, info: &str, code: &str) {
        let (language, more) = action::language(info);
        let kind = action::kind_of(&language);
        if !more.is_empty() {
            self.comments.push(more);
        }
        if is_blank(code) {
            return;
        }
        if kind == CodeKind::Drawing {
            self.left.push(DocBlock::Code(language, code.to_owned()));
            return;
        }
        let is_command = kind == CodeKind::Shell || action::looks_like_commands(code);
        let behind =
            self.is_open.then(|| self.block.steps.last_mut()).flatten().and_then(|step| step.commands.last_mut());
        let is_bare_output = kind == CodeKind::Unknown
            && !is_command
            && behind.as_ref().is_some_and(|last| last.shows.is_empty() && !last.run.is_empty());
        if (self.is_output || is_bare_output)
            && self.is_open
            && let Some(last) = behind
        {
            let was_told = self.is_output;
            self.is_output = false;
            if lines(code) <= 20 && last.shows.is_empty() {
                let shows = code.trim_end();
                last.shows = self.values.shown(shows, &last.run, &mut last.fill);
                if !was_told {
                    last.asks.push(Ask::new(ask::SHOWS));
                }
            } else {
                self.left.push(DocBlock::Code(String::new(), code.to_owned()));
            }
            return;
        }
        let is_console = matches!(&*language, "console" | "shell-session" | "shellsession" | "terminal");
        let session =
            matches!(kind, CodeKind::Shell | CodeKind::Unknown).then(|| action::session(code, is_console)).flatten();
        let asks = if is_command || session.is_some() { Vec::new() } else { vec![Ask::new(ask::COMMAND)] };
        let plain =
            !matches!(kind, CodeKind::Paste) && !matches!(&*language, "sql" | "psql" | "mysql" | "plsql" | "pgsql");
        let is_syntax = (1..=32).contains(&language.len())
            && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-_#.".contains(&byte));
        let syntax = if plain || !is_syntax { String::new() } else { language };
        let parts = session.unwrap_or_else(|| {
            vec![action::ShellPart { run: code.trim_end().to_owned(), ..action::ShellPart::default() }]
        });
        let mut commands = Vec::new();
        for part in parts {
            if is_blank(&part.run) {
                continue;
            }
            let (run, fill) = self.values.filled(&part.run, " ");
            let mut command = DraftCommand {
                run,
                title: part.prompt,
                syntax: syntax.clone(),
                fill,
                asks: asks.clone(),
                ..DraftCommand::default()
            };
            let shows = part.shows.trim_end();
            if lines(shows) <= 20 {
                let shows = shows.trim_start_matches('\n');
                command.shows = self.values.shown(shows, &command.run, &mut command.fill);
            } else {
                self.left.push(DocBlock::Code(String::new(), shows.to_owned()));
            }
            commands.push(command);
        }
        if !self.is_open || self.block.steps.is_empty() {
            let action = if self.heading.is_empty() || !self.block.steps.is_empty() {
                self.said("Run the command", "执行命令")
            } else {
                self.heading.clone()
            };
            self.push(DraftStep { action, asks: vec![Ask::new(ask::ACTION)], ..DraftStep::default() });
        }
        for command in commands {
            self.add_command(command);
        }
        self.is_open = true;
    }

    /// Adds a command to the last step, or to one that goes on where that has as many as it can have.
    fn add_command(&mut self, command: DraftCommand) {
        let Some(step) = self.block.steps.last_mut() else { return };
        // The words before another way of doing the same wait for its command.
        if let Some(last) = step.commands.last_mut().filter(|last| last.run.is_empty()) {
            let title = [std::mem::take(&mut last.title), command.title].join(" ").trim().to_owned();
            *last = DraftCommand { title, ..command };
            return;
        }
        let shown: usize = step.commands.iter().map(|command| lines(&command.shows)).sum();
        if step.commands.len() < MAX_COMMANDS && shown + lines(&command.shows) <= 20 {
            step.commands.push(command);
            return;
        }
        let action = self.said("Go on", "继续");
        self.push(DraftStep {
            action,
            commands: vec![command],
            asks: vec![Ask::new(ask::ACTION)],
            ..DraftStep::default()
        });
    }
}
