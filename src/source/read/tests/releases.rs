//! What a release file becomes, and what is said of bad ones.

use super::super::super::release::ReleaseFile;
use super::super::super::types::Moment;
use super::super::read_release;
use super::places;
use crate::diagnostic::{Diagnostic, Sources};

const RELEASE: &str = include_str!("../../../../tests/faults/example.release.toml");

fn release(text: &str) -> (Option<ReleaseFile>, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let file = sources.add("a.release.toml", text);
    let (release, faults) = read_release(&sources, file);
    (release, faults, sources)
}

#[test]
fn the_release_is_read() {
    let (release, faults, sources) = release(RELEASE);
    assert_eq!(faults, []);
    let release = release.unwrap();
    assert_eq!(release.number.unwrap().value, "2013-0042");
    let Moment::Absolute(start, offset) = release.start.unwrap().value else { panic!("no offset") };
    assert_eq!((start.as_second(), offset.seconds()), (1_359_115_200, 8 * 3600));
    assert_eq!(release.operator.name.as_ref().unwrap().value, "张三");
    assert_eq!(release.values[1].0.value, "previous");
    assert_eq!(sources.slice(release.values[1].1[0].span), "\"2.4.8\"");
    assert_eq!(release.contacts[0].0.value, "ops");
}

#[test]
fn release_values_are_strings() {
    let (_, faults, sources) = release(
        "flow = \"a\"\nvalues = { port = 80, x = [\"a\", true], y = \"a\\nb\" }\nstart = \"2013-01-25\"\nprinted = 2013-01-25\n",
    );
    assert_eq!(
        places(&faults, &sources),
        ["2:19 wrong-type", "2:33 wrong-type", "2:46 line-break", "3:9 wrong-type", "4:11 bad-value"]
    );
    assert_eq!(faults[0].all_help().collect::<Vec<_>>(), ["quote it: `\"80\"`"]);
    assert_eq!(faults[3].all_help().collect::<Vec<_>>(), ["write it without quotes"]);
}

#[test]
fn a_release_with_faults_still_says_whose_it_is() {
    let (release, faults, sources) = release("flow = \"a\"\nnumber = 5\n");
    assert_eq!(places(&faults, &sources), ["2:10 wrong-type"]);
    assert_eq!(release.unwrap().flow.as_ref().map(|flow| &*flow.value), Some("a"));
}
