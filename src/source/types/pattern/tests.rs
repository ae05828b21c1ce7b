//! Patterns as a flow declares them.

use crate::diagnostic::Sources;
use crate::source::read_flow;

/// Each fault as `code: the text it underlines`, of a flow with this table as its value `v`.
fn faults(value: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let flow = format!(
        "schema = 1\nid = 'x'\ntitle = 'x'\nlang = 'en'\n[values]\nv = {{ {value} }}\n[[hot]]\ntitle = 'b'\n\
         [[hot.step]]\nop = 'read'\ndo = 'x'\n"
    );
    let file = sources.add("x.toml", flow);
    let told = read_flow(&sources, file).1.into_iter().map(|fault| {
        let place = fault.primary.map_or("", |label| sources.slice(label.span));
        format!("{}: {}", fault.code, place.chars().take(20).collect::<String>())
    });
    told.collect()
}

#[test]
fn a_pattern_is_read_or_refused_at_its_place() {
    let pattern = |pattern: &str| faults(&format!("label = 'V', pattern = '{pattern}'"));
    for right in [r"(?<major>\d+)\.(?P<minor>\d+)\..*", "a|b", "(?x) a b", "[^(]"] {
        assert_eq!(pattern(right), [""; 0], "{right}");
    }
    for wrong in ["(", "a)(b", "[a", "*", r"\p{Greek}", "(?x)a # b", r"(a)\1", "(?<a>x)(?<a>y)"] {
        assert_eq!(pattern(wrong), [format!("bad-pattern: '{wrong}'").chars().take(33).collect::<String>()], "{wrong}");
    }
    // Too long, and short with many states.
    for wrong in ["a".repeat(10_240), "((a{99}){99}){99}".to_owned(), "(?:a?){1000}b{1000}".to_owned()] {
        assert_eq!(pattern(&wrong).len(), 1, "{}", wrong.len());
    }
    assert_eq!(pattern(&"a".repeat(300)), [""; 0]);
    assert_eq!(pattern("(?<a_b>x)"), [""; 0]);
    // Groups without a name only group, and a name in another form is no name.
    assert_eq!(pattern(r"(\d+)(?:\.(\d+))*(?i:x)"), [""; 0]);
    assert_eq!(pattern("(?'a'x)").len(), 1);
    assert_eq!(pattern("(?<a>x)(?<b.c>y)"), ["bad-id: b.c"]);
}

#[test]
fn keys_that_mean_nothing_together_are_told() {
    assert_eq!(faults("is = 'x'"), [""; 0]);
    assert_eq!(faults("is = 'x', pattern = 'x'"), ["misplaced-key: pattern"]);
    assert_eq!(faults("is = 'x', each = 'y', example = 'z'"), ["misplaced-key: each", "misplaced-key: example"]);
    assert_eq!(faults("label = 'L', each = 'y', pattern = 'z'"), ["misplaced-key: pattern"]);
    assert_eq!(faults("is = 'x', choices = ['a', 'b']"), ["misplaced-key: choices"]);
    assert_eq!(faults("label = 'L', choices = ['a', 'b'], pattern = 'a|b'"), ["misplaced-key: pattern"]);
    assert_eq!(faults("pattern = 'z'"), ["missing-key: { pattern = 'z' }"]);
    assert_eq!(faults("is = 5"), ["wrong-type: 5"]);
    assert_eq!(faults("is = ['a']"), ["wrong-type: ['a']"]);
}
