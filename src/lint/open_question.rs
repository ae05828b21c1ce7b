//! Finds questions that are still open: comments that begin with `ask:`.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::chars::shown;
use crate::diagnostic::{Level, Span};

/// Finds each comment `# ask: …`, as `runsheet import` writes them.
pub static RULE: Rule = Rule {
    name: "open-question",
    level: Level::Warning,
    what: Bilingual {
        en: "a question in a comment that nobody has answered: `# ask: …`",
        zh: "注释里还没有回答的问题：`# ask: …`",
    },
    why: Bilingual {
        en: "Whoever made the flow of an older document guessed here, and wrote down what they didn't know. A guess looks like any other step on paper, \
             where nobody sees the comment.",
        zh: "这里是从旧文档生成流程时猜的，并记下了不清楚的地方。印在纸上，猜的步骤和别的步骤没有区别，注释也看不到。",
    },
    source: "DOE-STD-1029-92, Writer's Guide for Technical Procedures: a procedure is complete when it is issued",
    check,
};

/// What a comment that asks begins with.
const ASK: &str = "ask:";

/// The questions in the comments of a flow: the bytes of each comment, and its words.
#[must_use]
pub fn questions(flow: &str) -> Vec<(Range<usize>, &str)> {
    let comments = Source::new(flow).lex().filter(|token| token.kind() == TokenKind::Comment);
    let question = |span: Range<usize>| {
        let words = flow.get(span.clone())?.trim_start_matches('#').trim();
        Some((span, words.strip_prefix(ASK)?.trim()))
    };
    comments.filter_map(|token| question(token.span().start()..token.span().end())).collect()
}

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let file = context.flow.id.span.file;
    let Some(source) = context.sources.files.get(usize::from(file.0)) else { return Vec::new() };
    // A question belongs to the last step that begins before it.
    let mut steps: Vec<(u32, usize)> = context.steps.iter().map(|step| (step.written.span.start, step.index)).collect();
    steps.sort_unstable();
    let found = questions(&source.text).into_iter().map(|(place, words)| {
        let behind = steps.partition_point(|(start, _)| *start as usize <= place.start);
        let about = behind.checked_sub(1).map_or(About::Flow, |at| About::Step(steps[at].1));
        let message = if words.is_empty() { "a question without words".to_owned() } else { shown::words(words) };
        LintFinding::new(&RULE, about, Span::new(file, place.start, place.end), message)
            .help("answer it in the flow, then delete the comment")
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_that_ask_are_questions() {
        let flow = "# ask: a?\na = \"# ask: no\"  #ask: b?\n# asked\nb = '''\n# ask: no\n'''\n## ask:\n";
        let words: Vec<&str> = questions(flow).into_iter().map(|(_, words)| words).collect();
        assert_eq!(words, ["a?", "b?", ""]);
    }
}
