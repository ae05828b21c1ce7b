//! A draft as the TOML of a flow, with a comment at each guess.

use super::action;
use super::draft::{Ask, Draft, DraftBlock, DraftCommand, DraftStep, ask};
use super::values::Values;
use crate::chars::{as_printed, draws_nothing, extends, is_bidi, is_blank, is_separator, is_unseen};
use crate::source::release::quoted;
use std::fmt::Write as _;

/// Tells the characters of some words that no font has; `true` for words in which nothing is markup.
pub type MissingIn<'f> = dyn FnMut(&str, bool) -> Vec<char> + 'f;

/// The key of a text, and the questions that stand beside it.
struct FlowWriter<'m, 'f> {
    out: String,
    zh: bool,
    missing: &'m mut MissingIn<'f>,
}

/// The flow.
#[must_use]
pub fn flow(draft: &Draft, values: &Values, (name, zh): (&str, bool), missing: &mut MissingIn<'_>) -> String {
    let mut writer = FlowWriter { out: String::new(), zh, missing };
    let head = if zh {
        [
            format!("由 `runsheet import` 从 {name} 生成。"),
            "猜测之处都有注释 `# ask: …`，`runsheet check` 会列出；回答后把注释删掉。".to_owned(),
        ]
    } else {
        [
            format!("Made from {name} by `runsheet import`."),
            "Each guess has a comment `# ask: …`, which `runsheet check` lists: answer it, then delete the comment."
                .to_owned(),
        ]
    };
    for line in &head {
        writer.comment(line);
    }
    writer.comments(&draft.comments);
    writer.out.push('\n');
    writer.line("schema = 1");
    writer.line(&format!("id = {}", quoted(&draft.id)));
    if draft.title.is_empty() {
        writer.text("title", &draft.id, &[Ask::new(ask::TITLE)], true);
    } else {
        writer.text("title", &draft.title, &[], true);
    }
    writer.line(if zh { "lang = \"zh-CN\"" } else { "lang = \"en\"" });
    writer.texts("about", &draft.about);
    writer.asks(&draft.asks);
    if !values.offered.is_empty() {
        writer.header("[values]");
        for value in &values.offered {
            let asks = [Ask::about(ask::VALUE, &value.written)];
            writer.text(&value.id, &value.label, &asks, true);
        }
    }
    if draft.when.iter().all(|text| is_blank(text)) {
        writer.out.push('\n');
        writer.asks(&[Ask::new(ask::DECISION)]);
    } else {
        writer.header("[decision]");
        writer.text("decider", "checker", &[Ask::new(ask::DECIDER)], true);
        writer.list("when", &draft.when);
    }
    for (part, blocks, time) in [
        ("cold", &draft.cold, "lead"),
        ("hot", &draft.hot, ""),
        ("rollback", &draft.rollback, ""),
        ("after", &draft.after, "lag"),
    ] {
        for (index, block) in blocks.iter().enumerate() {
            writer.block(part, block, time, (index, !draft.rollback.is_empty()));
        }
    }
    if draft.rollback.is_empty() {
        writer.out.push('\n');
        writer.asks(&[Ask::new(ask::NO_ROLLBACK)]);
    }
    for appendix in &draft.appendix {
        writer.header("[[appendix]]");
        writer.comments(&appendix.comments);
        writer.asks(&appendix.asks);
        writer.line(&format!("id = {}", quoted(&appendix.id)));
        writer.text("title", &appendix.title, &[], true);
        writer.text("markdown", &appendix.markdown, &[], false);
    }
    writer.out
}

impl FlowWriter<'_, '_> {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn header(&mut self, header: &str) {
        self.out.push('\n');
        self.line(header);
    }

    fn block(&mut self, part: &str, block: &DraftBlock, time: &str, (index, has_rollback): (usize, bool)) {
        self.header(&format!("[[{part}]]"));
        self.comments(&block.comments);
        self.asks(&block.asks);
        if part == "rollback" {
            self.line(&format!("id = \"back-{}\"", index + 1));
        }
        self.text("title", &block.title, &[], true);
        if let Some((lead, asks)) = &block.lead {
            self.text(time, lead, asks, true);
        }
        match part {
            "hot" => {
                self.text(
                    "on-failure",
                    if has_rollback { "rollback" } else { "hold" },
                    &[Ask::new(ask::FAILURE)],
                    true,
                );
            }
            "rollback" => self.text("on-failure", "hold", &[Ask::new(ask::FAILURE)], true),
            _ => {}
        }
        self.texts("note", &block.note);
        self.texts("caution", &block.caution);
        self.texts("warning", &block.warning);
        for step in &block.steps {
            self.step(part, step, time);
        }
    }

    fn step(&mut self, part: &str, step: &DraftStep, time: &str) {
        self.header(&format!("[[{part}.step]]"));
        self.comments(&step.comments);
        self.asks(&step.asks);
        if let Some((lead, asks)) = step.lead.as_ref().filter(|_| !time.is_empty()) {
            self.text(time, lead, asks, true);
        }
        let commands: Vec<&str> = step.commands.iter().map(|command| &*command.run).collect();
        let (writes, is_certain) = action::changes(&step.action, &commands);
        let asks = if is_certain { Vec::new() } else { vec![Ask::new(ask::OP)] };
        self.text("op", if writes { "write" } else { "read" }, &asks, true);
        if let Some((condition, asks)) = step.condition.as_ref().filter(|(condition, _)| !is_blank(condition)) {
            self.text("if", condition, asks, false);
        }
        self.text("do", &step.action, &[], false);
        if !is_blank(&step.expect) {
            self.text("expect", &step.expect, &[], false);
        }
        if !step.items.is_empty() {
            self.list("items", &step.items);
        }
        if step.pick && step.commands.len() > 1 {
            self.asks(&[Ask::new(ask::PICK)]);
            self.line("pick = \"one\"");
        }
        self.texts("note", &step.note);
        self.texts("caution", &step.caution);
        self.texts("warning", &step.warning);
        match &step.commands[..] {
            [] => {}
            [one] if one.title.is_empty() && one.syntax.is_empty() && one.shows.is_empty() => {
                self.command_text("command", &one.run, &one.asks, true);
                if one.fill {
                    self.line("fill = true");
                }
            }
            all => all.iter().for_each(|command| self.command(part, command)),
        }
    }

    fn command(&mut self, part: &str, command: &DraftCommand) {
        self.header(&format!("[[{part}.step.command]]"));
        if !command.title.is_empty() {
            self.text("title", &command.title, &[], true);
        }
        if !command.syntax.is_empty() {
            self.line(&format!("syntax = {}", quoted(&command.syntax)));
        }
        self.command_text("run", &command.run, &command.asks, true);
        if command.fill {
            self.line("fill = true");
        }
        if !is_blank(&command.shows) {
            self.command_text("shows", &command.shows, &[], false);
        }
    }

    /// A list of texts, one a line.
    fn list(&mut self, key: &str, texts: &[String]) {
        let mut lines = Vec::new();
        let mut asks = Vec::new();
        for text in texts.iter().filter(|text| !is_blank(text)) {
            let (text, found) = self.printable(text, false);
            asks.extend(found);
            lines.push(format!("  {},", quoted(&text)));
        }
        if lines.is_empty() {
            return;
        }
        self.asks(&asks);
        self.line(&format!("{key} = [\n{}\n]", lines.join("\n")));
    }

    /// Several texts of one key, each on lines of its own. There is no key where there is no text.
    fn texts(&mut self, key: &str, texts: &[String]) {
        let words = texts.join("\n");
        if !is_blank(&words) {
            self.text(key, &words, &[], false);
        }
    }

    /// A key and its text, with what is asked about it: behind a short one, before a long one.
    fn text(&mut self, key: &str, words: &str, asks: &[Ask], one_line: bool) {
        // What says nothing where something must be said, such as a heading without a letter.
        let words = if is_blank(words) { "…" } else { words };
        let words = if one_line { words.replace(['\n', '\t'], " ") } else { words.to_owned() };
        let (words, found) = self.printable(&words, false);
        self.value(key, &words, &[asks, &found].concat());
    }

    fn value(&mut self, key: &str, words: &str, asks: &[Ask]) {
        let value = string(words);
        match asks {
            [one] if !value.contains('\n') && value.chars().count() < 60 => {
                let comment = self.asked(one);
                self.line(&format!("{key} = {value}  # {comment}"));
            }
            _ => {
                self.asks(asks);
                self.line(&format!("{key} = {value}"));
            }
        }
    }

    /// A command, or what comes out of one. What can't be seen would be pasted all the same.
    fn command_text(&mut self, key: &str, run: &str, asks: &[Ask], is_run: bool) {
        let run = run.trim_end().trim_start_matches('\n');
        let (mut words, mut found) = self.printable(run, true);
        if is_run && words.contains(is_unseen) {
            let seen =
                |c: char| if is_unseen(c) { (c.is_whitespace() || as_printed(c) != c).then_some(' ') } else { Some(c) };
            words = words.chars().filter_map(seen).collect();
            found.push(Ask::new(ask::UNSEEN));
        }
        if !is_run && words.contains('\t') {
            words = words.replace('\t', "        ");
        }
        self.value(key, &words, &[asks, &found].concat());
    }

    /// Words with the number of each character that can't be printed in its place.
    fn printable(&mut self, words: &str, is_code: bool) -> (String, Vec<Ask>) {
        let refused = |c: char| c != '\n' && c != '\t' && (c.is_control() || is_bidi(c));
        let mut gone: Vec<char> = words.chars().filter(|c| refused(*c)).collect();
        let mut words = words.replace(['\u{2028}', '\u{2029}', '\u{85}'], "\n");
        words = numbered(&words, &gone);
        // Once such a character is gone, those that belonged to it may be missing too.
        for _ in 0..4 {
            let missing = (self.missing)(&words, is_code);
            if missing.is_empty() {
                break;
            }
            words = numbered(&words, &missing);
            gone.extend(missing);
        }
        gone.sort_unstable();
        gone.dedup();
        let told: Vec<String> = gone
            .iter()
            .map(|c| {
                if refused(*c) { format!("U+{:04X}", u32::from(*c)) } else { format!("{c} (U+{:04X})", u32::from(*c)) }
            })
            .collect();
        let asks = if gone.is_empty() { Vec::new() } else { vec![Ask::about(ask::GLYPHS, &told.join(" "))] };
        (words, asks)
    }

    fn asked(&self, ask: &Ask) -> String {
        let question = if self.zh { ask.question.1 } else { ask.question.0 };
        commented(format!("ask: {question}{}{}", if self.zh { "" } else { " " }, ask.about).trim_end())
    }

    fn asks(&mut self, asks: &[Ask]) {
        for ask in asks {
            let asked = self.asked(ask);
            self.line(&format!("# {asked}"));
        }
    }

    /// Comments of the document, each of its lines on one of its own.
    fn comments(&mut self, comments: &[String]) {
        for comment in comments.iter().filter(|comment| !is_blank(comment)) {
            comment.lines().filter(|line| !line.trim().is_empty()).for_each(|line| self.comment(line.trim_end()));
        }
    }

    fn comment(&mut self, line: &str) {
        self.line(&format!("# {}", commented(line)));
    }
}

/// The number of each of some characters in its place.
fn numbered(words: &str, gone: &[char]) -> String {
    if gone.is_empty() {
        return words.to_owned();
    }
    let mut out = String::with_capacity(words.len());
    let mut behind = false;
    for c in words.chars() {
        if gone.contains(&c) {
            if out.ends_with(|c: char| c.is_alphanumeric()) {
                out.push(' ');
            }
            let _ = write!(out, "U+{:04X}", u32::from(c));
            behind = true;
        } else if !(behind && c != '\n' && (draws_nothing(c) || extends(c))) {
            if behind && c.is_alphanumeric() {
                out.push(' ');
            }
            behind = false;
            out.push(c);
        }
    }
    out
}

/// What a comment can hold: one line, and nothing that can't be seen.
fn commented(words: &str) -> String {
    words.chars().map(|c| if c != '\t' && (draws_nothing(c) || is_separator(c)) { ' ' } else { c }).collect()
}

/// A string of TOML: between the quotation marks that need no escapes, if there are such.
fn string(words: &str) -> String {
    let is_long = words.contains('\n');
    let has_escape = words.contains('\\') || words.contains('"');
    if is_long && !words.contains("'''") && !words.ends_with('\'') && (has_escape || !words.contains("\"\"\"")) {
        return format!("'''\n{words}'''");
    }
    if is_long {
        // Each line with its escapes, between the marks that keep the lines apart.
        let lines: Vec<String> = words.split('\n').map(quoted).collect();
        let lines: Vec<&str> = lines.iter().map(|line| &line[1..line.len() - 1]).collect();
        return format!("\"\"\"\n{}\"\"\"", lines.join("\n"));
    }
    if has_escape && !words.contains('\'') {
        return format!("'{words}'");
    }
    quoted(words)
}
