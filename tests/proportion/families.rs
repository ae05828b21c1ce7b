//! Flows that grow in one way each, as a function of a size: the texts, commands and lists that a careless scan goes through
//! again for each of their parts.

use std::fmt::Write as _;

/// A way in which a flow grows.
pub struct Family {
    /// Its name, which is the flow's id too.
    pub name: &'static str,
    grow: Grow,
}

enum Grow {
    /// The action of one step is a pattern, repeated so many times for each unit of the size.
    Text(&'static str, usize),
    /// The command of one step, in the same way.
    Command(&'static str, usize),
    /// An appendix says a pattern in Markdown, in the same way.
    Markdown(&'static str, usize),
    /// The flow's own tables, made of a size; without a hot block of their own they get one.
    Flow(fn(usize) -> String),
    /// What stands after the head is a pattern that isn't TOML or no flow, in the same way.
    Broken(&'static str, usize),
}

const fn text(name: &'static str, pattern: &'static str, times: usize) -> Family {
    Family { name, grow: Grow::Text(pattern, times) }
}

const fn command(name: &'static str, pattern: &'static str, times: usize) -> Family {
    Family { name, grow: Grow::Command(pattern, times) }
}

const fn markdown(name: &'static str, pattern: &'static str, times: usize) -> Family {
    Family { name, grow: Grow::Markdown(pattern, times) }
}

const fn broken(name: &'static str, pattern: &'static str, times: usize) -> Family {
    Family { name, grow: Grow::Broken(pattern, times) }
}

const fn flow(name: &'static str, made: fn(usize) -> String) -> Family {
    Family { name, grow: Grow::Flow(made) }
}

/// Families whose flows have few faults and much to print. Each list is made and looked at on its own, which takes a while.
pub const PRINTED: [&str; 7] = ["steps-forward", "blocks", "records", "items", "readings", "checks", "names"];

/// Documents in Markdown that become flows: a name, and a pattern that is repeated so many times for each unit of the size.
pub const DOCUMENTS: &[(&str, &str, usize)] = &[
    ("steps", "1. Restart `app-1`, then expect `active`\n", 4),
    ("nested", "- Check the hosts\n  - app-1: `active`\n  - app-2: `active`\n", 2),
    ("headings", "## Restart it\n\nRun:\n\n```\nsystemctl restart app\n```\n\n", 2),
    ("tables", "| Step | Command |\n|---|---|\n| Restart | `systemctl restart app` |\n\n", 2),
    ("ways-back", "## Rollback\n\n### Before step 3\n\n- Restart the old one\n\n", 1),
    ("places", "- Tag <version> on ${HOST}, then <other> at 1.2.3\n", 4),
    ("outputs", "```console\n$ kubectl get <pods>\n<pods> <none> {{ a }}\n```\n\n", 2),
    ("notices", "> **Warning**: don't stop\n\n- Go on\n\n", 2),
    ("html", "<details><summary>More</summary>\n\n<ul><li>Go on</li></ul>\n\n</details>\n\n", 2),
    ("conditions", "- If it fails, go back to step 1; otherwise wait 5 minutes\n", 4),
    ("words", "word **bold** `code` [link](https://example.com) ", 4),
    ("brackets", "[<(*`", 20),
];

/// Every family.
pub static FAMILIES: &[Family] = &[
    text("text-word", "a", 50),
    text("text-words", "word ", 10),
    text("text-stars", "*", 50),
    text("text-star-pairs", "**a ", 12),
    text("text-bold", "**a** ", 8),
    text("text-ticks", "` ", 25),
    text("text-tick-pairs", "`a` ", 12),
    text("text-ticks-of-two-lengths", "` `` ", 10),
    text("text-brackets", "[", 50),
    text("text-open-links", "[a](https://x ", 3),
    text("text-links", "[a](https://x/) ", 3),
    text("text-angles", "<", 50),
    text("text-open-angles", "<https://", 5),
    text("text-braces", "{{ ", 15),
    text("text-unknown-values", "{{ v }} ", 6),
    text("text-lines", "a\\n", 10),
    text("text-chinese", "数据库", 5),
    text("text-combining", "a\u{301}\u{301}\u{301}", 6),
    text("text-arabic", "ابجد ", 5),
    text("text-emoji", "👨\u{200d}👩\u{200d}👧", 2),
    text("text-slashes", "/a", 25),
    text("text-apostrophes", "'", 50),
    text("text-escapes", "\\u0041\\t", 10),
    text("text-addresses", "https://x.org/a@b.org ", 3),
    command("command-quotes", "echo 'a' ", 5),
    command("command-open-quotes", "echo '", 8),
    command("command-substitutions", "$(", 20),
    command("command-pipes", "a|b", 12),
    command("command-semicolons", "rm x;", 10),
    command("command-lines", "rm -rf /a && b\\n", 3),
    command("command-here-documents", "cat <<E\\n", 5),
    command("command-backslashes", "\\\\", 20),
    command("command-sudo", "sudo ", 10),
    command("command-variables", "A=b ", 10),
    command("command-remote", "ssh a '", 5),
    markdown("markdown-words", "word ", 10),
    markdown("markdown-paragraphs", "a\n\n", 10),
    markdown("markdown-stars", "*a **b ", 6),
    markdown("markdown-strong", "**a** ", 8),
    markdown("markdown-underscores", "_a __b ", 6),
    markdown("markdown-ticks-of-two-lengths", "` `` ", 10),
    markdown("markdown-brackets", "[", 50),
    markdown("markdown-open-links", "[a](", 12),
    markdown("markdown-open-pictures", "![a", 15),
    markdown("markdown-references", "<#a> ", 8),
    markdown("markdown-open-references", "[a](#b ", 6),
    markdown("markdown-tags", "<b> ", 8),
    markdown("markdown-open-comments", "<!-- ", 8),
    markdown("markdown-quotes-in-quotes", "> ", 25),
    markdown("markdown-quotes", "> > > a\n\n", 5),
    markdown("markdown-lists-in-lists", "1. ", 16),
    markdown("markdown-lists", "- a\n  - b\n", 5),
    markdown("markdown-tables", "| a | b |\n|---|---|\n| 1 | 2 |\n\n", 2),
    markdown("markdown-columns", "| a ", 12),
    markdown("markdown-rows", "a|b\n-|-\n1|2\n3|4\n5|6\n7|8\n", 2),
    markdown("markdown-fences", "```\na\n```\n", 5),
    markdown("markdown-entities", "&amp; ", 8),
    markdown("markdown-definitions", "[a]: b\n\n", 6),
    broken("toml-arrays", "[", 10),
    broken("toml-repeated-keys", "x = 1\n", 5),
    broken("toml-no-keys", "= \n", 10),
    broken("toml-open-strings", "a = \"\n", 5),
    broken("toml-bare-words", "k = some words\n", 2),
    flow("steps-back", |n| {
        let step = |i: usize| {
            let then = (i * 7919 + 13) % n;
            format!("{}id = 's{i}'\notherwise = {{ call = 'c', then = 's{then}' }}\n", step("read"))
        };
        format!("[contacts.c]\nname = 'C'\n{}", block(&(0..n).map(step).collect::<String>()))
    }),
    flow("steps-forward", |n| {
        let step = |i: usize| {
            let then = if i + 1 < n { format!("s{}", (n - 1).min(i + 1 + i * 31 % 50)) } else { "abort".to_owned() };
            format!("{}id = 's{i}'\notherwise = '{then}'\n", step("read"))
        };
        block(&(0..n).map(step).collect::<String>())
    }),
    flow("blocks", |n| {
        let one = |i: usize| {
            let then = if i + 1 < n { format!("b{}", i + 1) } else { "abort".to_owned() };
            format!("[[hot]]\nid = 'b{i}'\ntitle = 'B {i}'\n{}otherwise = '{then}'\n", step("read"))
        };
        (0..n).map(one).collect()
    }),
    flow("references", |n| {
        let step = |i: usize| {
            let (before, after) = ((i * 7919 + 13) % n, n - 1 - i);
            format!("{}id = 's{i}'\nnote = 'See <#s{before}> and [that](#s{after}).'\n", step("read"))
        };
        block(&(0..n).map(step).collect::<String>())
    }),
    flow("references-to-a-check", |n| {
        let check = "[checks.c]\ntitle = 'C'\nitems = ['a']\n";
        let step = "[[hot.step]]\ncheck = 'c'\nnote = 'See <#c>.'\n".repeat(n);
        check.to_owned() + &block(&step)
    }),
    flow("unknown-references", |n| {
        let step = |i: usize| format!("{}id = 's{i}'\nnote = 'See <#t{i}>.'\n", step("read"));
        block(&(0..n).map(step).collect::<String>())
    }),
    flow("appendices", |n| {
        let one = |i: usize| format!("[[appendix]]\nid = 'a{i}'\ntitle = 'A'\nmarkdown = 'See <#a{}>.'\n", n - 1 - i);
        (0..n).map(one).collect()
    }),
    flow("states", |n| {
        let set = |i: usize| format!("{}sets = {{ s{i} = 'on' }}\n", step("write"));
        let undo = |i: usize| {
            format!("[[rollback]]\nid = 'r{i}'\ntitle = 'R'\n{}sets = {{ s{i} = 'off' }}\n", rollback_step())
        };
        let rollbacks: String = (0..n.min(20)).map(undo).collect();
        block(&(0..n).map(set).collect::<String>()) + &rollbacks
    }),
    flow("work", |n| {
        let begin = (0..n).map(|i| format!("{}begins = 'w{i}'\n", step("write")));
        let end = (0..n).map(|i| format!("{}awaits = 'w{}'\n", step("read"), n - 1 - i));
        block(&begin.chain(end).collect::<String>())
    }),
    flow("values", |n| {
        let values = (0..n).fold("[values]\n".to_owned(), |mut all, i| {
            let _ = writeln!(all, "v{i} = 'V{i}'");
            all
        });
        let used = |i: usize| format!("[[hot.step]]\nop = 'write'\ndo = 'Set {{{{ v{} }}}}'\n", n - 1 - i);
        values + &block(&(0..n).map(used).collect::<String>())
    }),
    flow("records", |n| {
        let one = |i: usize| format!("{}record = 'r{i}'\nnote = '{{{{ r{i} }}}}'\n", step("write"));
        block(&(0..n).map(one).collect::<String>())
    }),
    flow("undone", |n| {
        let done = |i: usize| format!("{}id = 's{i}'\n", step("write"));
        let undone = |i: usize| format!("{}from = ['s{i}', 's{}']\n", rollback_step(), n - 1 - i);
        let undone: String = (0..n).map(undone).collect();
        block(&(0..n).map(done).collect::<String>()) + "[[rollback]]\ntitle = 'R'\n" + &undone
    }),
    flow("items", |n| block(&format!("{}items = [{}]\n", step("read"), list(n, "i")))),
    flow("commands", |n| {
        let commands = "{ title = 'List', run = 'ls', shows = 'x', shows-bad = 'y' },".repeat(5);
        block(&format!("{}pick = 'one'\ncommand = [{commands}]\n", step("read")).repeat(n.div_ceil(5)))
    }),
    flow("options", |n| {
        let options = (0..n + 2).map(|i| format!("{{ if = 'c{i}', then = 'next' }}")).collect::<Vec<_>>().join(",");
        block(&format!("[[hot.step]]\nchoose = {{ ask = '?', options = [{options}] }}\n"))
    }),
    flow("answers", |n| {
        let id = |i: usize| if i.is_multiple_of(2) { "s0".to_owned() } else { format!("s{i}") };
        let option = |i: usize| format!("{{ if = 'c{i}', then = '{}' }}", id(i));
        let options = (0..n + 2).map(option).collect::<Vec<_>>().join(",");
        let named = |i: usize| format!("{}id = 's{i}'\n", step("read"));
        let choice = format!("[[hot.step]]\nchoose = {{ ask = '?', options = [{options}] }}\n");
        block(&(choice + &(0..n + 2).map(named).collect::<String>()))
    }),
    flow("measures", |n| format!("[decision]\ndecider = 'checker'\nwhen = [{}]\n", list(n, "w"))),
    flow("mails", |n| {
        let contact = |i: usize| format!("[contacts.c{i}]\nname = 'C{i}'\nemail = 'c{i}@example.com'\n");
        let task = |i: usize| format!("[[cold]]\nlead = '{} minutes'\ndo = 'x'\nnotify = ['c{i}']\n", i + 1);
        (0..n).map(contact).chain((0..n).map(task)).collect()
    }),
    flow("wanted-in-mails", |n| {
        let value = |i: usize| format!("v{i} = 'V{i}'\n");
        let values: String = (0..n).map(value).collect();
        let task = |i: usize| format!("[[cold]]\nlead = '1 hour'\ndo = 'x'\nask = '{{{{ v{i} }}}}'\nnotify = ['c']\n");
        let contact = "[contacts.c]\nname = 'C'\nemail = 'c@example.com'\n";
        format!("[values]\n{values}{contact}{}", (0..n).map(task).collect::<String>())
    }),
    flow("link", |n| {
        let address = "a".repeat(n * 20);
        let words = "**a** b {{ v }} ".repeat(n);
        format!("[values]\nv = 'V'\n{}note = '[{words}](https://x.org/{address}{{{{ v }}}})'\n", block(&step("read")))
    }),
    flow("ways-back", |n| {
        let one = |i: usize| {
            let allow = "[[hot.allow]]\nrule = 'verb-first'\nreason = 'x'\n";
            format!("[[hot]]\ntitle = 'B {i}'\n{allow}{}otherwise = 'rollback'\n", step("write"))
        };
        let rollbacks = format!("[[rollback]]\ntitle = 'R'\n{}", rollback_step()).repeat(20);
        (0..n).map(one).collect::<String>() + &rollbacks
    }),
    flow("allowances", |n| "[[allow]]\nrule = 'verb-first'\nreason = 'x'\n".repeat(n)),
    flow("names", |n| {
        let one = |i: usize| {
            format!("[[hot.step]]\nop = 'write'\ndo = 'Restart node{i} of cluster{} and see Server{}'\n", i * 7, i * 3)
        };
        block(&(0..n).map(one).collect::<String>())
    }),
    flow("readings", |n| {
        let table = |i: usize| format!("[readings.r{i}]\ntitle = 'R{i}'\nrows = ['a']\n");
        let step = |key: &str, i: usize| format!("[[hot.step]]\n{key} = 'r{i}'\ndo = 'x'\n");
        let steps = (0..n).map(|i| step("take", i)).chain((0..n).map(|i| step("compare", i)));
        (0..n).map(table).collect::<String>() + &block(&steps.collect::<String>())
    }),
    flow("checks", |n| {
        let check = |i: usize| format!("[checks.c{i}]\ntitle = 'C{i}'\nitems = ['a', 'b']\n");
        let step = |i: usize| format!("[[hot.step]]\ncheck = 'c{i}'\n");
        (0..n).map(check).collect::<String>() + &block(&(0..n).map(step).collect::<String>())
    }),
    flow("conditions", |n| {
        let steps = format!("{}only = {{ kind = 'a' }}\n", step("read")).repeat(n);
        let words = format!("only = {{ kind = [{}'a'] }}\n", "'a', ".repeat(n));
        format!("[values]\nkind = {{ label = 'k', choices = ['a', 'b'] }}\n[[hot]]\ntitle = 'x'\n{words}{steps}")
    }),
    flow("too-many-variants", |n| {
        let value = |i: usize| format!("v{i} = {{ label = 'v', choices = ['a', 'b'] }}\n");
        let word = |i: usize| format!("v{i} = 'a', ");
        let [values, words]: [String; 2] = [(0..n).map(value).collect(), (0..n).map(word).collect()];
        let steps = format!("{}only = {{ v0 = 'a' }}\n", step("read")).repeat(n);
        format!("[values]\n{values}[[hot]]\ntitle = 'x'\nonly = {{ {} }}\n{steps}", words.trim_end_matches(", "))
    }),
    flow("unknown-steps", |n| {
        let one = |i: usize| format!("{}id = 's{i}'\notherwise = 't{i}'\n", step("read"));
        block(&(0..n).map(one).collect::<String>())
    }),
    flow("unknown-keys", |n| {
        let key = |i: usize| format!("some-unknown-key-{i} = 1\n");
        block(&(step("read") + &(0..n).map(key).collect::<String>()))
    }),
];

fn step(op: &str) -> String {
    format!("[[hot.step]]\nop = '{op}'\ndo = 'Do it'\n")
}

fn rollback_step() -> String {
    step("write").replace("hot", "rollback")
}

fn block(steps: &str) -> String {
    format!("[[hot]]\ntitle = 'B'\n{steps}")
}

fn list(count: usize, name: &str) -> String {
    (0..count).map(|i| format!("'{name}{i}'")).collect::<Vec<_>>().join(",")
}

impl Family {
    /// The flow of a size.
    pub fn flow(&self, size: usize) -> String {
        let head = format!("schema = 1\nid = '{}'\ntitle = 'A'\nlang = 'en'\n", self.name);
        let of = |key: &str, words: &str| block(&format!("[[hot.step]]\nop = 'write'\n{key} = \"{words}\"\n"));
        match self.grow {
            Grow::Text(pattern, times) => head + &of("do", &pattern.repeat(size * times)),
            Grow::Command(pattern, times) => {
                head + &of("do", "Do it") + &format!("command = \"{}\"\n", pattern.repeat(size * times))
            }
            Grow::Markdown(pattern, times) => {
                let appendix = format!(
                    "[[appendix]]\nid = 'a'\ntitle = 'A'\nmarkdown = \"{}\"\n",
                    pattern.repeat(size * times).replace('\n', "\\n")
                );
                head + &block(&step("read")) + &appendix
            }
            Grow::Broken(pattern, times) => head + &pattern.repeat(size * times),
            Grow::Flow(made) => {
                let made = made(size);
                let hot = if made.contains("[[hot]]") { String::new() } else { block(&step("read")) };
                head + &made + &hot
            }
        }
    }
}
