//! `runsheet publish`, on real servers. Those that need more than git are started from `tests/servers`.

mod confluence;
mod dokuwiki;
mod git;
mod hostile;
mod kills;
mod mediawiki;
mod project;
mod record;
mod releases;

use project::Project;

#[test]
fn an_unknown_wiki_is_wrong_usage_and_the_known_ones_are_named() {
    let project = Project::new("[publish.team]\nkind = 'git'\nurl = 'wiki.git'\n");
    let said = project.publish(&["--to", "tame"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert_eq!(said.stderr, "error: `runsheet.toml` names no wiki `tame`\nhelp: it names `team`\n");
}

#[test]
fn without_a_wiki_nothing_is_published() {
    for config in ["", "[lints]\nno-duration = 'note'\n"] {
        let stderr = Project::new(config).refused(&[]);
        assert!(stderr.contains("nothing says on which wiki `flows/minimal.toml` is published"), "{stderr}");
        assert!(stderr.contains("name one in `runsheet.toml`: `[publish.team]` with `kind` and `url`"), "{stderr}");
    }
}

#[test]
fn a_token_in_the_file_is_a_fault_that_does_not_show_it() {
    for (config, line) in [
        ("[publish.team]\nkind = 'git'\nurl = 'https://example.com/x'\ntoken = 'hunter2'\n", "`token` in line 4"),
        ("[publish.team]\nkind = 'git'\nurl = 'https://ann:hunter2@example.com/x'\n", "the address in line 3"),
    ] {
        let stderr = Project::new(config).refused(&[]);
        assert!(stderr.contains(line) && !stderr.contains("hunter2"), "{stderr}");
    }
}
