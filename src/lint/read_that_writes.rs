//! Finds read steps whose command changes something.

use std::ops::Range;

use super::shell::{self, Simple};
use super::{About, Bilingual, LintContext, LintFinding, Rule};
use crate::diagnostic::{Level, Origin};
use crate::plan::Op;
use crate::source;

/// Finds steps with `op = "read"` and a command that writes.
pub static RULE: Rule = Rule {
    name: "read-that-writes",
    level: Level::Warning,
    what: Bilingual {
        en: "a read step with a command that changes something", zh: "读操作的命令会改动东西"
    },
    why: Bilingual {
        en: "Read steps are done without a second look: the checker doesn't compare the command, and nobody asks for a way \
             back. A command that writes has to say so.",
        zh: "读操作没有人会看第二眼：检查者不核对命令，也没有人问怎么还原。会改动东西的命令，必须写明是写操作。",
    },
    source: "The Dubbo team's release flow (2013): read operations and write operations",
    check,
};

/// Programs that change something whatever their arguments are.
const WRITERS: &[&str] = &[
    "chattr", "chgrp", "chmod", "chown", "dd", "fdisk", "halt", "kill", "killall", "mv", "parted", "pkill", "poweroff",
    "reboot", "rm", "rmdir", "shred", "shutdown", "truncate", "umount", "useradd", "userdel", "usermod",
];

/// Programs that change something when one of these words follows.
const VERBS: &[(&str, &[&str])] = &[
    ("apt", &["autoremove", "full-upgrade", "install", "purge", "remove", "upgrade"]),
    ("apt-get", &["autoremove", "dist-upgrade", "install", "purge", "remove", "upgrade"]),
    ("dnf", &["erase", "install", "remove", "upgrade"]),
    ("docker", &["kill", "pull", "push", "restart", "rm", "rmi", "run", "start", "stop"]),
    ("git", &["checkout", "commit", "merge", "pull", "push", "rebase", "reset"]),
    ("helm", &["delete", "install", "rollback", "uninstall", "upgrade"]),
    (
        "kubectl",
        &[
            "annotate", "apply", "cordon", "create", "delete", "drain", "edit", "label", "patch", "replace", "scale",
            "set", "taint", "uncordon",
        ],
    ),
    (
        "systemctl",
        &[
            "daemon-reload",
            "disable",
            "enable",
            "isolate",
            "kill",
            "mask",
            "reload",
            "restart",
            "start",
            "stop",
            "unmask",
        ],
    ),
    ("terraform", &["apply", "destroy", "import"]),
    ("yum", &["erase", "install", "remove", "upgrade"]),
];

/// Programs that run SQL statements.
const SQL_CLIENTS: &[&str] = &["clickhouse-client", "mariadb", "mysql", "psql", "sqlite3", "sqlplus"];

/// How SQL statements begin that change something, as words in lower case.
const STATEMENTS: &[&[&str]] = &[
    &["alter", "database"],
    &["alter", "role"],
    &["alter", "system"],
    &["alter", "table"],
    &["alter", "user"],
    &["create", "database"],
    &["create", "index"],
    &["create", "table"],
    &["create", "user"],
    &["delete", "from"],
    &["drop", "database"],
    &["drop", "index"],
    &["drop", "publication"],
    &["drop", "schema"],
    &["drop", "subscription"],
    &["drop", "table"],
    &["drop", "user"],
    &["drop", "view"],
    &["insert", "into"],
    &["truncate", "table"],
];

fn check(context: &LintContext<'_>) -> Vec<LintFinding> {
    let mut found = Vec::new();
    for step in &context.steps {
        if step.plan.op != Some(Op::Read) {
            continue;
        }
        for script in step.written.commands.iter().map(|command| &command.run) {
            let Some(place) = writing(&script.value) else { continue };
            let words = script.value.get(place.clone()).unwrap_or_default();
            let origin = Origin { literal: script.span, offset: 0 };
            let place = source::locate(context.sources, origin, place.clone());
            let message = format!("`{words}` changes something, and this is a read step");
            let finding = LintFinding::new(&RULE, About::Step(step.index), place, message);
            found.push(match &step.written.op {
                Some(op) => finding.context(op.span, "said here").help("say `op = \"write\"`, or only read here"),
                None => finding.help("say `op = \"write\"`, or only read here"),
            });
        }
    }
    found
}

/// Whether a script changes something, as far as its programs are known.
#[must_use]
pub fn writes(script: &str) -> bool {
    writing(script).is_some()
}

/// The place of the first words of a script that change something.
fn writing(script: &str) -> Option<Range<usize>> {
    let commands = shell::commands(script);
    let is_sql =
        |words: &Simple| words.first().is_some_and(|first| SQL_CLIENTS.contains(&shell::program(script, first)));
    let by_program = commands.iter().find_map(|words| program_writes(script, words));
    by_program.or_else(|| if commands.iter().any(is_sql) { statement(script) } else { None })
}

fn program_writes(script: &str, words: &Simple) -> Option<Range<usize>> {
    let (first, rest) = words.split_first()?;
    let said = |range: &Range<usize>| shell::word(script, range);
    if rest.iter().any(|word| said(word).starts_with("--dry-run") || matches!(said(word), "--help" | "--version")) {
        return None;
    }
    let name = shell::program(script, first);
    // `kill -0` and `kill -l` change nothing.
    let asks = name == "kill" && rest.first().is_some_and(|word| matches!(said(word), "-0" | "-l" | "-L"));
    if WRITERS.contains(&name) && !asks {
        return Some(first.clone());
    }
    if name == "service" {
        let verb = rest.get(1)?;
        return matches!(said(verb), "start" | "stop" | "restart" | "reload").then(|| first.start..verb.end);
    }
    if name == "curl" {
        let method = rest.windows(2).find(|two| matches!(said(&two[0]), "-X" | "--request"))?;
        return matches!(said(&method[1]), "DELETE" | "PUT" | "PATCH").then(|| method[0].start..method[1].end);
    }
    let (_, verbs) = VERBS.iter().find(|(program, _)| *program == name)?;
    let verb = verb(script, rest)?;
    let verb_name = said(verb);
    let is_rollout = name == "kubectl" && verb_name == "rollout" && {
        let after = rest.iter().skip_while(|word| *word != verb).nth(1);
        after.is_some_and(|word| matches!(said(word), "restart" | "undo" | "pause" | "resume"))
    };
    (is_rollout || verbs.contains(&verb_name)).then_some(first.start..verb.end)
}

/// The first word that is neither an option nor possibly the value of one.
fn verb<'w>(script: &str, words: &'w [Range<usize>]) -> Option<&'w Range<usize>> {
    let mut is_value = false;
    for word in words {
        let said = shell::word(script, word);
        if said.starts_with('-') {
            is_value = !said.contains('=') && (said.len() == 2 || matches!(said, "--namespace" | "--context"));
        } else if is_value {
            is_value = false;
        } else {
            return Some(word);
        }
    }
    None
}

/// The place of an SQL statement that changes something, at the beginning of a line or a string, or after a semicolon.
fn statement(script: &str) -> Option<Range<usize>> {
    let lower = script.to_ascii_lowercase();
    let begins = |at: usize| {
        let before = lower[..at].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with(['\n', ';', '"', '\''])
    };
    let mut at = 0;
    while at < lower.len() {
        let end = lower[at..].find(|c: char| !c.is_ascii_alphabetic()).map_or(lower.len(), |end| at + end);
        if end > at && begins(at) {
            let next = lower[end..].trim_start();
            let second = next.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
            let known = STATEMENTS.iter().any(|words| **words == [&lower[at..end], second]);
            let from = end + lower[end..].len() - next.len();
            if known {
                return Some(at..from + second.len());
            }
            // `update t set`
            if &lower[at..end] == "update" {
                let near: String = next.chars().take(200).collect();
                if near.split_whitespace().nth(1) == Some("set") {
                    return Some(at..end);
                }
            }
        }
        at = end + lower[end..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_writes_is_found() {
        let cases = [
            ("ls; rm -r /var/tmp/x", Some("rm")),
            ("ssh h 'sudo systemctl restart nginx'", Some("systemctl restart")),
            ("kubectl -n prod delete pod x", Some("kubectl -n prod delete")),
            ("kubectl rollout restart deploy/x", Some("kubectl rollout")),
            ("psql -c \"DROP TABLE x\"", Some("DROP TABLE")),
            ("mysql <<END\nselect 1;\n  update t set a = 1;\nEND", Some("update")),
            ("curl -s -X DELETE http://x", Some("-X DELETE")),
            ("service nginx reload", Some("service nginx reload")),
            ("kubectl get pods; kubectl rollout status deploy/x", None),
            ("systemctl status nginx | grep restart", None),
            ("systemctl --failed --no-legend | wc -l", None),
            ("grep -c 'rm -rf' /var/log/x", None),
            ("kubectl apply --dry-run=server -f x", None),
            ("psql -c 'select count(*) from drop_table'", None),
            ("grep update t set", None),
            ("kill -0 $(cat pid)", None),
            ("git log; docker ps; helm list; terraform plan", None),
        ];
        for (script, expected) in cases {
            assert_eq!(writing(script).map(|place| &script[place]), expected, "{script}");
        }
    }
}
