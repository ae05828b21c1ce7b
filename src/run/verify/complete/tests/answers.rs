//! Questions that are answered more than once.

use super::*;

/// Two outcomes can't both be true. Until one of them is taken back, whatever either asks for is asked for.
#[test]
fn several_answers_to_one_question_are_told_and_ask_for_no_less() {
    let made = made(FLOW, "flow = 'f'\nvalues = { hosts = ['a'] }\n", 0);
    let outcome = |given: &[&str]| contradictory(&made, given, &[]);
    let both = |one: &str, other: &str| vec![("Outcome".to_owned(), vec![one.to_owned(), other.to_owned()])];
    assert_eq!(outcome(&["outcome.executed"]), []);
    assert_eq!(outcome(&["outcome.executed", "outcome.void"]), both("executed", "void"));
    assert_eq!(outcome(&["outcome.executed", "outcome.not"]), both("executed", "not executed"));
    let asks = |given: &[&str]| left(&made, given, &[]).into_iter().collect::<BTreeSet<_>>();
    for [one, other] in
        [["executed", "void"], ["executed", "not-executed"], ["aborted", "void"], ["executed", "aborted"]]
    {
        let [first, second] = [one, other].map(|outcome| format!("outcome.{outcome}"));
        let both = asks(&[&first, &second]);
        for alone in [&first, &second] {
            assert!(asks(&[alone]).is_subset(&both), "{alone} asks for more than {one} and {other}");
        }
    }
    // So it is with answers that lead different ways: nothing is taken for passed that one of them doesn't lead past.
    let both = ["step.2.option.1", "step.2.option.3"];
    let told = contradictory(&made, &both, &[]);
    let [(question, answers)] = &told[..] else { panic!("{told:?}") };
    assert!(question == "2 Which?" && answers[0].starts_with("a: ") && answers[1].starts_with("c: "), "{told:?}");
    let asks = |given: &[&str]| asks(&[given, &["outcome.executed"][..]].concat());
    assert!(!asks(&both[..1]).contains("step.3.time") && asks(&both[..1]).contains("step.5.time"));
    assert!(asks(&["step.2.option.1", "step.2.option.2"]).contains("step.3.time"));
}

/// A choice that leads back is answered again, so both answers are true.
#[test]
fn an_answer_that_leads_back_may_be_followed_by_another() {
    let flow = FLOW.replace("{ if = 'b', then = 'next' }", "{ if = 'b', then = 'first' }");
    let flow = flow.replace("take = 'count'", "id = 'first'\ntake = 'count'");
    let made = made(&flow, "flow = 'f'\nvalues = { hosts = ['a'] }\n", 0);
    assert_eq!(contradictory(&made, &["step.2.option.1", "step.2.option.2"], &[]), []);
    let asks = left(&made, &["outcome.executed", "step.2.option.1", "step.2.option.2"], &[]);
    assert!(!asks.contains(&"step.3.time".to_owned()) && asks.contains(&"step.5.time".to_owned()), "{asks:?}");
}
