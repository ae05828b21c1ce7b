//! Tests the ticket of whole flows.

use super::super::tests::{FLOW, RELEASE, plan, seen};
use super::*;

fn ticket_of(plan: &Plan) -> String {
    let artifact = ticket(plan, &Labels::of(&plan.lang), &Templates::builtin(), Some("a0a1a2a3a4a5a6"))
        .expect("our template has no fault");
    assert_eq!(artifact.path, "ticket.md");
    String::from_utf8(artifact.bytes).expect("text")
}

#[test]
fn a_ticket_says_what_is_known_in_the_words_of_the_flow() {
    let facts = "[facts.test]\nlabel = 'TEST'\ntext = 'LINE\n# @ops <b> #12'\n[facts.own]\nlabel = 'OWN | a'\ntext = '1. OWNTEXT'\n";
    let flow = FLOW
        .replacen("[decision]", &format!("{facts}[decision]"), 1)
        .replace("'LINE\n#", "\"LINE\\n#")
        .replace("#12'", "#12\"");
    let text = seen(&ticket_of(&plan(&flow, RELEASE)));
    for words in [
        "Release number¦",
        "Status¦planned¦",
        "List digest¦a0a1 a2a3 a4a5¦",
        "TEST\n\nLINE\n# @ops <b> #12\n",
        "OWN | a\n\n1. OWNTEXT\n",
        "WHEN x",
        "Checker decides",
        "\n2 CHANGE 9_9*9",
        "\nR1 Only if step 2 was begun: BACKSTEP",
        "Window ends¦2013-01-25 21:05¦",
    ] {
        assert!(text.contains(words), "{words:?} is missing from:\n{text}");
    }
    assert_eq!(text.matches("\nnot given\n").count(), 4, "{text}");
}

#[test]
fn a_ticket_makes_nothing_up() {
    let flow = "schema = 1\nid = \"bare\"\ntitle = \"BARE\"\nlang = \"en\"\n[[hot]]\ntitle = \"B\"\n[[hot.step]]\nop = \"read\"\ndo = \"X\"\n";
    let text = seen(&ticket_of(&plan(flow, "flow = \"bare\"")));
    for heading in ["Reason", "Scope", "Risk", "Downtime", "Test"] {
        assert!(text.contains(&format!("\n{heading}\n\nnot given\n")), "{heading}: {text}");
    }
    for words in ["The procedure has no rollback.", "Planned start¦not given¦", "Operator¦not given¦not given¦"] {
        assert!(text.contains(words), "{words:?} is missing from:\n{text}");
    }
    assert!(!text.contains("Rollback takes") && !text.contains("As planned"), "{text}");
}
