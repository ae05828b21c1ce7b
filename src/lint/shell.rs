//! Just enough of a shell's grammar to tell which programs a command runs, and with which arguments.

use std::ops::Range;

/// The words of one simple command, as byte ranges of the script, with their quotes.
pub type Simple = Vec<Range<usize>>;

/// Programs that run the rest of their arguments as a command.
const WRAPPERS: &[&str] = &[
    "!", "command", "do", "doas", "else", "env", "exec", "if", "ionice", "nice", "nohup", "setsid", "stdbuf", "sudo",
    "then", "time", "timeout", "until", "watch", "while", "xargs",
];
/// Programs that run their last arguments as a command somewhere else, and a quoted argument as a script.
const SHELLS: &[&str] = &["bash", "dash", "ksh", "sh", "ssh", "su", "watch", "zsh"];
/// How deep scripts inside of scripts are looked at.
const MOST_DEEP: usize = 4;
/// How many words of a command are looked at: its first words tell what it does.
const MOST_WORDS: usize = 64;

/// Every simple command of a script, also inside of `ssh host "…"`, without a leading `sudo` and the like.
#[must_use]
pub fn commands(script: &str) -> Vec<Simple> {
    let mut found = Vec::new();
    collect(script, 0..script.len(), 0, &mut found);
    found
}

/// A word without its quotes.
#[must_use]
pub fn word<'s>(script: &'s str, range: &Range<usize>) -> &'s str {
    script.get(range.clone()).unwrap_or_default().trim_matches(['"', '\''])
}

/// The name of a program without its folder.
#[must_use]
pub fn program<'s>(script: &'s str, range: &Range<usize>) -> &'s str {
    let word = word(script, range);
    word.rsplit('/').next().unwrap_or(word)
}

fn collect(script: &str, part: Range<usize>, depth: usize, found: &mut Vec<Simple>) {
    for mut simple in split(script, part) {
        simple.truncate(MOST_WORDS);
        let mut words = simple.as_slice();
        while let Some((first, rest)) = words.split_first() {
            let name = program(script, first);
            let is_assignment = name.split_once('=').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            });
            if is_assignment {
                words = rest;
            } else if SHELLS.contains(&name) && depth < MOST_DEEP {
                for word in rest.iter().filter(|word| is_quoted(script, word)) {
                    collect(script, word.start + 1..word.end - 1, depth + 1, found);
                }
                words = remote_words(script, rest, name);
            } else if WRAPPERS.contains(&name) {
                words = after_options(script, rest);
            } else {
                break;
            }
        }
        if !words.is_empty() {
            found.push(words.to_vec());
        }
    }
}

/// The unquoted command that `ssh` runs: the words after its options and the host.
fn remote_words<'w>(script: &str, words: &'w [Range<usize>], name: &str) -> &'w [Range<usize>] {
    let rest = after_options(script, words);
    let is_script = name != "ssh" || rest.iter().any(|word| is_quoted(script, word));
    if is_script { &[] } else { rest.get(1..).unwrap_or_default() }
}

/// The words after the options. A short option takes the next word with it, as in `-u postgres`.
fn after_options<'w>(script: &str, words: &'w [Range<usize>]) -> &'w [Range<usize>] {
    let mut at = 0;
    while let Some(option) = words.get(at).map(|option| word(script, option)).filter(|option| option.starts_with('-')) {
        let takes_value = option.len() == 2 && !"-0AEHKNTXanrtvxz".contains(&option[1..]);
        at += if takes_value { 2 } else { 1 };
    }
    words.get(at..).unwrap_or_default()
}

fn is_quoted(script: &str, range: &Range<usize>) -> bool {
    let text = &script[range.clone()];
    text.len() >= 2 && ['"', '\''].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote))
}

/// Cuts a script into simple commands, and leaves out the content of here-documents.
fn split(script: &str, part: Range<usize>) -> Vec<Simple> {
    let mut commands = Vec::new();
    let mut words = Simple::new();
    let mut word: Option<usize> = None;
    let mut quote: Option<char> = None;
    let mut ends: Option<String> = None;
    let mut skip_to = part.start;
    let mut characters = script[part.clone()].char_indices().map(|(at, c)| (part.start + at, c)).peekable();
    while let Some((at, c)) = characters.next() {
        if at < skip_to {
            continue;
        }
        if let Some(open) = quote {
            match c {
                '\\' if open == '"' => skip_to = characters.peek().map_or(part.end, |(at, c)| at + c.len_utf8()),
                _ if c == open => quote = None,
                _ => {}
            }
            continue;
        }
        match c {
            '\\' => {
                let next = characters.peek().map_or((part.end, ' '), |(at, c)| (at + c.len_utf8(), *c));
                skip_to = next.0;
                if next.1 == '\n' {
                    words.extend(word.take().map(|start| start..at));
                } else {
                    word.get_or_insert(at);
                }
            }
            '"' | '\'' => {
                word.get_or_insert(at);
                quote = Some(c);
            }
            '#' if word.is_none() => {
                skip_to = script[at..part.end].find('\n').map_or(part.end, |end| at + end);
            }
            '<' if script[at..part.end].starts_with("<<<") => skip_to = at + 3,
            '<' if word.is_none() && script[at..part.end].starts_with("<<") => {
                let rest = script[at + 2..part.end].trim_start_matches(['-', ' ']);
                let end = rest.split(|c: char| c.is_whitespace() || ";|&)".contains(c)).next().unwrap_or_default();
                ends = Some(end.trim_matches(['"', '\'']).to_owned()).filter(|end| !end.is_empty());
                skip_to = part.end - rest.len() + end.len();
            }
            '\n' | ';' | '|' | '&' | '(' | ')' | '`' => {
                words.extend(word.take().map(|start| start..at));
                if !words.is_empty() {
                    commands.push(std::mem::take(&mut words));
                }
                if let Some(end) = ends.take_if(|_| c == '\n') {
                    let mut line_start = at + 1;
                    for line in script[at + 1..part.end].split_inclusive('\n') {
                        line_start += line.len();
                        if line.trim() == end {
                            break;
                        }
                    }
                    skip_to = line_start;
                }
            }
            _ if c.is_whitespace() => words.extend(word.take().map(|start| start..at)),
            // In `$(`, the bracket begins a command.
            '$' if characters.peek().is_some_and(|(_, next)| *next == '(') => {}
            _ => {
                word.get_or_insert(at);
            }
        }
    }
    words.extend(word.map(|start| start..part.end));
    if !words.is_empty() {
        commands.push(words);
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(script: &str) -> Vec<String> {
        let join = |words: &Simple| words.iter().map(|range| word(script, range)).collect::<Vec<_>>().join(" ");
        commands(script).iter().map(join).collect()
    }

    #[test]
    fn commands_are_found_where_they_run() {
        assert_eq!(said("a b | c && d; e &"), ["a b", "c", "d", "e"]);
        assert_eq!(said("grep 'rm x; rm y' f # rm z"), ["grep rm x; rm y f"]);
        assert_eq!(
            said("for h in a b; do\n  X=1 sudo -u root rm \\\n -r $h\ndone"),
            ["for h in a b", "rm -r $h", "done"]
        );
        assert_eq!(said("x=$(rm a)"), ["rm a"]);
        assert_eq!(said("echo \"a \\\" b\" c"), ["echo a \\\" b c"]);
    }

    #[test]
    fn a_remote_script_is_a_script() {
        assert_eq!(said("ssh -p 22 h \"a; sudo rm b\""), ["a", "rm b"]);
        assert_eq!(said("ssh h sudo systemctl restart x"), ["systemctl restart x"]);
        assert_eq!(said("bash -c 'rm x' | sh"), ["rm x"]);
    }

    #[test]
    fn a_here_document_is_data() {
        assert_eq!(said("psql << 'END'\nDROP x;\nrm y\nEND\nls"), ["psql", "ls"]);
        assert_eq!(said("cat <<EOF\nnever ends"), ["cat"]);
    }

    #[test]
    fn anything_is_survived() {
        for script in
            ["", "'", "\"", "\\", "<<", "$(", "`", "ssh", "ssh -p", "sudo", "=", "'''", "三 '四", "ssh h '\"'"]
        {
            let _ = commands(script);
        }
    }
}
