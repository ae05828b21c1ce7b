//! The latest time to decide on a rollback.

use super::planned;

/// Whoever decides at the latest time must still be able to roll back by the end of the window, whoever has to be called and
/// whatever is waited for on the way.
#[test]
fn the_latest_decision_leaves_time_for_calls_and_waits() {
    let latest = |step: &str| {
        let flow = format!(
            "timezone = 'UTC'\n[contacts.dba]\nname = 'DBA'\n[decision]\ndecider = 'checker'\nwhen = 'x'\n\
             window-end = '21:00'\n[[hot]]\ntitle = 'H'\n[[hot.step]]\nop = 'write'\ndo = 'go'\nminutes = 1\n\
             [[rollback]]\ntitle = 'B'\non-failure = {{ call = 'dba', within = '7 minutes', then = 'hold' }}\n\
             [[rollback.step]]\nop = 'read'\ndo = 'back'\nminutes = 5\n{step}\n"
        );
        let plan = planned(&flow, "start = 2013-01-25T20:00:00Z");
        let latest = plan.decision.and_then(|decision| decision.latest).map(|at| at.time().to_string());
        (plan.rollback_minutes, plan.rollback_longest, latest)
    };
    let at = |time: &str, longest| (Some(5), Some(longest), Some(time.to_owned()));
    // How long it holds nobody knows, so the call before that isn't counted.
    assert_eq!(latest(""), at("20:55:00", 5));
    assert_eq!(latest("otherwise = { call = 'dba', within = '10 minutes', then = 'continue' }"), at("20:45:00", 15));
    assert_eq!(latest("wait = { for = 'it', at-most = '20 minutes' }"), at("20:40:00", 20));
    // Planned minutes that are longer include the wait.
    assert_eq!(latest("wait = { for = 'it', at-most = '3 minutes' }"), at("20:55:00", 5));
    let both = "wait = { for = 'it', at-most = '9 minutes' }\nhold = { ask = 'Go on?', at-most = '2 minutes' }\n\
                otherwise = { do = 'look', call = 'dba', within = '3 minutes', then = 'retry' }";
    assert_eq!(latest(both), at("20:46:00", 14));
}
