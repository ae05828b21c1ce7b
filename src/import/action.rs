//! What an action does: whether it changes something, and whether code is something to paste.

use crate::chars::is_han;
use crate::lint::{self, shell};

/// English verbs that only look, in lower case and sorted.
const LOOKING: &[&str] = &[
    "check",
    "compare",
    "confirm",
    "decide",
    "double-check",
    "ensure",
    "expect",
    "find",
    "inspect",
    "look",
    "make sure",
    "monitor",
    "note",
    "observe",
    "read",
    "record",
    "review",
    "see",
    "test",
    "validate",
    "verify",
    "view",
    "wait",
    "watch",
];

/// English verbs that begin an action, beside those that the rules know; sorted.
const MORE_VERBS: &[&str] = &[
    "announce",
    "append",
    "assign",
    "attach",
    "backport",
    "backup",
    "branch",
    "bring",
    "build",
    "bump",
    "choose",
    "cherry-pick",
    "clone",
    "coordinate",
    "cut",
    "decide",
    "define",
    "demote",
    "describe",
    "draft",
    "email",
    "evict",
    "extract",
    "failover",
    "fetch",
    "fill",
    "find",
    "finalize",
    "fix",
    "follow",
    "force",
    "freeze",
    "generate",
    "get",
    "give",
    "go",
    "grant",
    "increment",
    "inspect",
    "keep",
    "label",
    "leave",
    "let",
    "link",
    "log",
    "login",
    "look",
    "make",
    "mark",
    "merge",
    "modify",
    "monitor",
    "observe",
    "patch",
    "perform",
    "pick",
    "ping",
    "prepare",
    "provision",
    "read",
    "rebase",
    "regenerate",
    "release",
    "remember",
    "request",
    "review",
    "rollback",
    "roll",
    "scale",
    "schedule",
    "share",
    "sign",
    "ssh",
    "squash",
    "sync",
    "tag",
    "take",
    "trigger",
    "tweet",
    "unset",
    "use",
    "validate",
    "view",
    "visit",
    "watch",
];

/// Programs with arguments after which nothing is changed; without arguments, whatever they are.
const READERS: &[(&str, &[&str])] = &[
    ("cat", &[]),
    ("curl", &[]),
    ("date", &[]),
    ("df", &[]),
    ("diff", &[]),
    ("dig", &[]),
    ("du", &[]),
    ("echo", &[]),
    ("env", &[]),
    ("free", &[]),
    ("git", &["diff", "log", "ls-remote", "remote", "show", "status", "rev-parse", "describe"]),
    ("grep", &[]),
    ("head", &[]),
    ("helm", &["get", "history", "list", "ls", "status"]),
    ("host", &[]),
    ("journalctl", &[]),
    ("kubectl", &["describe", "get", "logs", "top", "version", "cluster-info"]),
    ("ls", &[]),
    ("netstat", &[]),
    ("nslookup", &[]),
    ("ping", &[]),
    ("ps", &[]),
    ("sha256sum", &[]),
    ("ss", &[]),
    ("stat", &[]),
    ("systemctl", &["status", "is-active", "list-units"]),
    ("tail", &[]),
    ("uname", &[]),
    ("uptime", &[]),
    ("wc", &[]),
    ("docker", &["ps", "images", "logs", "inspect"]),
];

/// Whether an action changes something: `true` for `write`, and whether that is certain. Commands tell more than words.
#[must_use]
pub fn changes(words: &str, commands: &[&str]) -> (bool, bool) {
    if commands.iter().any(|command| lint::writes(command)) {
        return (true, true);
    }
    let known = verb_of(words);
    let reads = |command: &&str| {
        let all = shell::commands(command);
        !all.is_empty() && !command.contains('>') && all.iter().all(|simple| is_reader(command, simple))
    };
    if !commands.is_empty() && commands.iter().all(reads) {
        return (false, false);
    }
    if known != Some(true) && !is_state(words) && spans(words).any(lint::writes) {
        return (true, true);
    }
    if let Some(looks) = known {
        return (!looks, false);
    }
    (!is_state(words), false)
}

/// The code within words.
fn spans(words: &str) -> impl Iterator<Item = &str> {
    words.split('`').skip(1).step_by(2)
}

fn is_reader(script: &str, simple: &shell::Simple) -> bool {
    let Some((first, rest)) = simple.split_first() else { return true };
    let name = shell::program(script, first);
    READERS.iter().any(|(program, verbs)| {
        let says = |verb: &str| rest.iter().take(4).any(|word| shell::word(script, word) == verb);
        *program == name && (verbs.is_empty() || verbs.iter().any(|verb| says(verb)))
    })
}

/// Whether words begin with a verb: `true` for one that only looks.
#[must_use]
pub fn verb_of(words: &str) -> Option<bool> {
    let words = words.trim_start_matches(|c: char| !c.is_alphanumeric());
    if words.chars().take(8).any(is_han) {
        let first: String = words.chars().take(8).collect();
        let at = |list: &[&str]| list.iter().filter_map(|verb| first.find(verb)).min();
        return match (at(lint::LOOKS), at(lint::CHANGES)) {
            (None, None) => None,
            (Some(looks), Some(changes)) => Some(looks < changes),
            (looks, _) => Some(looks.is_some()),
        };
    }
    let lower = words.chars().take(40).collect::<String>().to_lowercase();
    if lower.starts_with("make sure") {
        return Some(true);
    }
    let is_part = |c: char| c.is_ascii_alphabetic() || c == '-';
    let rest = [
        "please ",
        "now ",
        "then ",
        "next ",
        "finally ",
        "next, ",
        "then, ",
        "finally, ",
        "now, ",
        "first, ",
        "and ",
        "manually ",
    ];
    let first = rest.iter().find_map(|word| lower.strip_prefix(word)).unwrap_or(&lower);
    let first = &first[..first.find(|c| !is_part(c)).unwrap_or(first.len())];
    if LOOKING.contains(&first) {
        return Some(true);
    }
    (lint::VERBS.contains(&first) || MORE_VERBS.contains(&first)).then_some(false)
}

/// Whether words say how things are rather than what to do.
fn is_state(words: &str) -> bool {
    let lower = format!(" {} ", words.to_lowercase());
    [
        " is ", " are ", " has ", " have ", " passed ", " passes ", " pass ", " exists ", " was ", " were ", " done ",
        "已", "正常", "是否",
    ]
    .iter()
    .any(|sign| lower.contains(sign))
        || words.trim_end().ends_with(['?', '？'])
}

/// What code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// Something to paste into a shell or a database.
    Shell,
    /// Something else to paste: a part of a file, a message.
    Paste,
    /// A drawing as text.
    Drawing,
    /// Nothing tells.
    Unknown,
}

/// What the language of a fence tells of its code.
#[must_use]
pub fn kind_of(language: &str) -> CodeKind {
    match language {
        "bash" | "sh" | "shell" | "zsh" | "fish" | "console" | "shell-session" | "shellsession" | "terminal"
        | "ksh" | "powershell" | "ps1" | "pwsh" | "cmd" | "bat" | "batch" | "dos" | "sql" | "psql" | "mysql"
        | "plsql" | "pgsql" => CodeKind::Shell,
        "mermaid" | "plantuml" | "puml" | "dot" | "graphviz" | "ditaa" => CodeKind::Drawing,
        "" | "text" | "txt" | "plain" | "plaintext" | "none" | "output" | "log" | "no-highlight" | "nohighlight" => {
            CodeKind::Unknown
        }
        _ => CodeKind::Paste,
    }
}

/// The language of a fence: `bash` of `{.bash}`, `bash title="x"` and `language-bash`. What stands behind it is left over.
#[must_use]
pub fn language(info: &str) -> (String, String) {
    let info = info.trim();
    let end = info.find(|c: char| c.is_whitespace() || matches!(c, ',' | ':')).unwrap_or(info.len());
    let first = info[..end].trim_matches(|c| matches!(c, '{' | '}' | '.' | '='));
    let first = first.strip_prefix("language-").unwrap_or(first).to_ascii_lowercase();
    (first, info[end..].trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '}')).to_owned())
}

/// A command, the prompt before it, and what came out of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShellPart {
    /// Where it is run, such as `root@db-1:~#`.
    pub prompt: String,
    /// What to paste.
    pub run: String,
    /// What came out.
    pub shows: String,
}

/// Takes a session at a prompt apart. `None` where no line has a prompt.
#[must_use]
pub fn session(code: &str, is_console: bool) -> Option<Vec<ShellPart>> {
    let mut parts: Vec<ShellPart> = Vec::new();
    let mut goes_on = false;
    for line in code.lines() {
        let body = line.trim_start();
        if goes_on && let Some(part) = parts.last_mut() {
            let more = body.strip_prefix("> ").unwrap_or(line);
            part.run.push_str(more);
            part.run.push('\n');
            goes_on = line.ends_with('\\');
        } else if let Some((prompt, run)) = prompt(body, is_console) {
            goes_on = run.ends_with('\\');
            match parts.last_mut() {
                Some(last) if last.shows.trim().is_empty() && last.prompt == prompt => {
                    last.run.push_str(run);
                    last.run.push('\n');
                }
                _ => parts.push(ShellPart { prompt: prompt.to_owned(), run: format!("{run}\n"), shows: String::new() }),
            }
        } else if let Some(part) = parts.last_mut() {
            part.shows.push_str(line);
            part.shows.push('\n');
        } else if !body.is_empty() {
            // What stands before the first prompt is no session.
            return None;
        }
    }
    (!parts.is_empty()).then_some(parts)
}

/// The prompt that a line begins with, without the bare `$`, and the command behind it.
fn prompt(line: &str, is_console: bool) -> Option<(&str, &str)> {
    if let Some(run) = line.strip_prefix("$ ") {
        return Some(("", run));
    }
    if is_console && let Some(run) = line.strip_prefix("# ").or_else(|| line.strip_prefix("% ")) {
        return Some(("", run));
    }
    let end = line.find(['$', '#', '>']).filter(|end| *end < 60)?;
    let run = line[end + 1..].strip_prefix(' ')?;
    let before = &line[..end];
    let is_shell = before.contains('@') && !before.contains(['"', '=']) && before.split_whitespace().count() <= 2
        || matches!(before, "mysql" | "sqlite" | "MariaDB [(none)]")
        || (before.starts_with("PS ") && before.contains(":\\"));
    (is_shell && !run.trim().is_empty()).then(|| (line[..=end].trim(), run))
}

/// Programs that begin a command in documents, beside those that only read.
const PROGRAMS: &[&str] = &[
    "ansible",
    "ansible-playbook",
    "apt",
    "apt-get",
    "aws",
    "az",
    "brew",
    "bundle",
    "cargo",
    "cd",
    "cp",
    "curl",
    "docker",
    "docker-compose",
    "dnf",
    "export",
    "for",
    "gcloud",
    "gh",
    "go",
    "gpg",
    "gradle",
    "helm",
    "hub",
    "java",
    "kubeadm",
    "kubectl",
    "make",
    "mkdir",
    "mvn",
    "npm",
    "npx",
    "pip",
    "pnpm",
    "poetry",
    "psql",
    "python",
    "python3",
    "rsync",
    "scp",
    "sed",
    "service",
    "ssh",
    "sudo",
    "svn",
    "systemctl",
    "tar",
    "terraform",
    "twine",
    "vi",
    "vim",
    "wget",
    "yarn",
    "yum",
    "mysql",
    "redis-cli",
];

/// Whether code without a language looks like commands.
#[must_use]
pub fn looks_like_commands(code: &str) -> bool {
    let Some(line) = code.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')) else {
        return false;
    };
    let first = line.split_whitespace().next().unwrap_or_default();
    let is_path = first.contains('/') && first.rsplit('.').next() == Some("sh");
    is_path
        || PROGRAMS.contains(&first)
        || lint::writes(code)
        || shell::commands(line).first().is_some_and(|simple| is_reader(line, simple) && !first.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_and_commands_tell_what_changes() {
        for (words, commands, expected) in [
            ("Check the log", &[][..], (false, false)),
            ("Restart it", &[], (true, false)),
            ("Look", &["systemctl restart x"], (true, true)),
            ("All tests pass", &[], (false, false)),
            ("Nodes", &["kubectl get nodes"], (false, false)),
            ("检查日志", &[], (false, false)),
            ("重启服务，检查日志", &[], (true, false)),
            ("Please bump it", &[], (true, false)),
            ("Something else", &[], (true, false)),
            ("Deploy: `helm upgrade shop .`", &[], (true, true)),
            ("`git push`", &[], (true, true)),
            ("Check that `helm upgrade` ended", &[], (false, false)),
        ] {
            assert_eq!(changes(words, commands), expected, "{words}");
        }
    }

    #[test]
    fn sessions_are_taken_apart() {
        let part = |prompt: &str, run: &str, shows: &str| ShellPart {
            prompt: prompt.to_owned(),
            run: run.to_owned(),
            shows: shows.to_owned(),
        };
        assert_eq!(
            session("$ a \\\n> b\nout\n$ c\n$ d\n", false),
            Some(vec![part("", "a \\\nb\n", "out\n"), part("", "c\nd\n", "")])
        );
        assert_eq!(session("root@db:~# a\n", false), Some(vec![part("root@db:~#", "a\n", "")]));
        assert_eq!(session("# a comment\nls\n", false), None);
        assert_eq!(session("ls > a\n", false), None);
        assert_eq!(language("{.bash title=\"x\"}"), ("bash".to_owned(), "title=\"x\"".to_owned()));
        assert!(
            looks_like_commands("sudo a") && looks_like_commands("./run.sh x") && !looks_like_commands("NAME  READY")
        );
    }
}
