//! `runsheet rules` and `runsheet explain`: describe the rules to people.

use std::fmt::Write as _;

use super::Report;
use crate::diagnostic::Level;
use crate::lint::{RULES, Rule};

/// Columns of a printed line.
const WIDTH: usize = 100;

/// A line for each rule: its name, its level, what it finds.
#[must_use]
pub fn rules() -> Report {
    let longest = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or_default();
    let mut stdout = String::new();
    for rule in RULES {
        let _ = writeln!(stdout, "{:longest$}  {:7}  {}", rule.name, level(rule), rule.what.en);
    }
    Report::for_people(&stdout, "", 0)
}

/// What one rule finds, why that matters, where it comes from, and how to break it on purpose.
#[must_use]
pub fn explain(rule: &Rule) -> Report {
    let name = rule.name;
    let mut stdout = format!("{name} ({}): {}\n", level(rule), rule.what.en);
    for words in [rule.why.en, &format!("Source: {}", rule.source)] {
        stdout.push('\n');
        fill(&mut stdout, words);
    }
    let _ = write!(
        stdout,
        "\nWhere it is broken on purpose, say why, at the step, its block or the flow:\n\n    \
         allow = {{ rule = \"{name}\", reason = \"…\" }}\n\n\
         Its level, in the flow or in `runsheet.toml`:\n\n    \
         [lints]\n    {name} = \"note\"      # allow, note, warning or error\n"
    );
    Report::for_people(&stdout, "", 0)
}

const fn level(rule: &Rule) -> &'static str {
    match rule.level {
        Level::Note => "note",
        _ => "warning",
    }
}

/// Words in lines of at most [`WIDTH`] columns.
fn fill(out: &mut String, words: &str) {
    let mut column = 0;
    for word in words.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_line() {
        assert_eq!(rules().stdout.lines().count(), RULES.len());
    }

    #[test]
    fn words_are_filled() {
        for rule in RULES {
            let said = explain(rule).stdout;
            assert!(said.starts_with(rule.name) && said.lines().all(|line| line.chars().count() <= 140), "{said}");
        }
        let mut out = String::new();
        fill(&mut out, &"word ".repeat(50));
        assert!(out.lines().all(|line| line.len() <= WIDTH) && out.lines().count() == 3, "{out}");
    }
}
