//! The templates of runbook, ticket and mails. They are built in, and a user may replace each.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use super::filters::{self, BlockFilter, FILTERS};
use super::unknown;
use crate::diagnostic::Diagnostic;
use crate::view::labels::{self, Labels};
use crate::view::mail::MailView;
use crate::view::markup::{Markdown, Markup};
use crate::view::runbook::Runbook;
use crate::view::template::{TemplateStruct, TemplateView as _};
use crate::view::ticket::Ticket;

/// A built-in template. A template of the user's with the same file name replaces it.
pub struct Builtin {
    /// Its file name.
    pub name: &'static str,
    /// What it makes.
    pub doc: &'static str,
    /// Its text.
    pub text: &'static str,
    /// What it is given.
    pub gets: &'static TemplateStruct,
    /// The markup of the strings that it is given and of the blocks that its filters make; `None` for plain text.
    markup: Option<&'static dyn Markup>,
    parsed: OnceLock<Tera>,
}

/// The runbook in Markdown. A runbook for another wiki would be another template.
pub(super) static RUNBOOK: Builtin = Builtin {
    name: "runbook.md",
    doc: "the runbook, in Markdown",
    text: include_str!("../../templates/runbook.md"),
    gets: Runbook::STRUCT,
    markup: Some(&Markdown),
    parsed: OnceLock::new(),
};

/// The text of a change ticket in Markdown.
pub(super) static TICKET: Builtin = Builtin {
    name: "ticket.md",
    doc: "the text of a change ticket, in Markdown",
    text: include_str!("../../templates/ticket.md"),
    gets: Ticket::STRUCT,
    markup: Some(&Markdown),
    parsed: OnceLock::new(),
};

/// The subject of a mail.
pub(super) static MAIL_SUBJECT: Builtin = Builtin {
    name: "mail-subject.txt",
    doc: "the subject of a mail; line breaks become spaces",
    text: include_str!("../../templates/mail-subject.txt"),
    gets: MailView::STRUCT,
    markup: None,
    parsed: OnceLock::new(),
};

/// The text of a mail.
pub(super) static MAIL: Builtin = Builtin {
    name: "mail.txt",
    doc: "the text of a mail",
    text: include_str!("../../templates/mail.txt"),
    gets: MailView::STRUCT,
    markup: None,
    parsed: OnceLock::new(),
};

/// The built-in templates, sorted by file name.
pub static BUILTIN: [&Builtin; 4] = [&MAIL_SUBJECT, &MAIL, &RUNBOOK, &TICKET];

/// The most bytes of an output. There has to be a limit, since loops in a template have none.
const MOST: usize = 16 << 20;

/// The longest time for a template of the user's. The built-in ones take less than a thousandth of it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most `elif` tags of a template. Tera takes each as nested in the one before it, and counts only other nesting (to 40).
const MOST_ELIF: usize = 200;

/// The templates of one build. A template sees only the values that it is given, nothing of the machine.
#[derive(Debug, Default)]
pub struct Templates {
    /// The parsed templates of the user's, by file name.
    own: BTreeMap<String, Tera>,
}

// Its name says which one it is.
impl fmt::Debug for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Builtin {
    /// The built-in template of that file name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        BUILTIN.into_iter().find(|builtin| builtin.name == name)
    }

    /// The same template with the markup of another wiki.
    pub(super) const fn in_markup(&self, markup: &'static dyn Markup) -> Self {
        Self { markup: Some(markup), parsed: OnceLock::new(), ..*self }
    }

    /// The filters that it can use beside those of Tera.
    #[must_use]
    pub fn filters(&self) -> &'static [BlockFilter] {
        if self.markup.is_some() { &FILTERS } else { &[] }
    }

    /// The words of ours that it gets in a language, each as a template writes it: those of its own, and those that all templates
    /// get.
    #[must_use]
    pub fn words<'l>(&self, labels: &'l Labels) -> [Vec<(String, &'l str)>; 2] {
        let of_all: HashSet<&str> = labels::names_of_section("").collect();
        let (all, own): (Vec<_>, Vec<_>) =
            labels.of_section(self.gets.noun).partition(|(name, _)| of_all.contains(name));
        [own, all].map(|words| words.into_iter().map(|(name, words)| (labels::usage(name), words)).collect())
    }

    /// The parsed template. It is parsed when it is first needed.
    ///
    /// # Panics
    /// Never, whatever the input is: a test parses each.
    fn parsed(&self) -> &Tera {
        self.parsed.get_or_init(|| parse(self, self.text).expect("a template of ours has no fault: tested"))
    }
}

impl Templates {
    /// Only the built-in templates.
    #[must_use]
    pub fn builtin() -> Self {
        Self::default()
    }

    /// The built-in templates, some of them replaced. `files` gives the file name, such as `runbook.md`, and the text.
    ///
    /// # Errors
    /// A name that no built-in template has, or a template that can't be parsed.
    pub fn with_overrides(files: Vec<(String, String)>) -> Result<Self, Diagnostic> {
        let mut templates = Self::default();
        for (name, text) in files {
            let Some(builtin) = Builtin::named(&name) else {
                let known: Vec<_> = BUILTIN.iter().map(|builtin| format!("`{}`", builtin.name)).collect();
                return Err(Diagnostic::error_nowhere("unknown-template", format!("no template is called `{name}`"))
                    .help(format!("the template folder may hold {}, and a folder `labels`", known.join(", "))));
            };
            let parsed = parse(builtin, &text)?;
            templates.own.insert(name, parsed);
        }
        Ok(templates)
    }

    /// True when a template is the user's.
    #[must_use]
    pub fn is_own(&self, name: &str) -> bool {
        self.own.contains_key(name)
    }

    /// Fills in a template. The text ends with a line break.
    ///
    /// # Errors
    /// An error of Tera's about the template; an output of more than 16 MiB; and for a template of the user's, more
    /// than ten seconds.
    pub(super) fn render(&self, template: &Builtin, view: &impl Serialize) -> Result<String, Diagnostic> {
        let name = template.name;
        let context = Context::from_serialize(view).map_err(|error| fault(name, &error))?;
        match self.own.get(name) {
            Some(own) => patiently(name.to_owned(), own.clone(), context, PATIENCE),
            None => fill(name, template.parsed(), &context, Arc::default()),
        }
    }
}

/// Fills in a template. Stops early when `given_up` is set.
fn fill(name: &str, tera: &Tera, context: &Context, given_up: Arc<AtomicBool>) -> Result<String, Diagnostic> {
    let mut output = Limited { bytes: Vec::new(), full: false, given_up };
    let rendered = tera.render_to(name, context, &mut output);
    if output.full {
        return Err(endless(name, &format!("writes more than {} MiB", MOST >> 20)));
    }
    rendered.map_err(|error| fault(name, &error))?;
    if output.bytes.last() != Some(&b'\n') {
        output.bytes.push(b'\n');
    }
    String::from_utf8(output.bytes)
        .map_err(|_| Diagnostic::error_nowhere("template", format!("template `{name}` writes invalid UTF-8")))
}

/// Fills in a template of the user's in a separate thread, because it may run for years without writing anything. Tera
/// can't stop such a template; its thread ends with the program. Memory isn't limited: a template is code that its user
/// trusts.
fn patiently(name: String, tera: Tera, context: Context, patience: Duration) -> Result<String, Diagnostic> {
    let late = endless(&name, &format!("takes longer than {} seconds", patience.as_secs()));
    let given_up = Arc::new(AtomicBool::new(false));
    let (send, receive) = mpsc::channel();
    let seen = Arc::clone(&given_up);
    // Sending fails when the receiver has given up; nobody needs the result then.
    let work = move || drop(send.send(fill(&name, &tera, &context, seen)));
    if thread::Builder::new().spawn(work).is_err() {
        let message = "the system starts no thread to fill in a template in";
        return Err(Diagnostic::error_nowhere("template", message).help("stop other programs, or raise their limit"));
    }
    receive.recv_timeout(patience).unwrap_or_else(|_| {
        given_up.store(true, Ordering::Relaxed);
        Err(late)
    })
}

fn endless(name: &str, what: &str) -> Diagnostic {
    Diagnostic::error_nowhere("template", format!("template `{name}` {what}"))
        .help("look for a loop that runs too often")
}

/// Parses a text as that template. No template can include another.
pub(super) fn parse(builtin: &Builtin, text: &str) -> Result<Tera, Diagnostic> {
    let name = builtin.name;
    if let Some((at, _)) = elif_tags(text).nth(MOST_ELIF) {
        return Err(told(name, Some(place(text, at)), &format!("more than {MOST_ELIF} `elif` tags")));
    }
    let mut tera = Tera::default();
    tera.autoescape_on(Vec::<String>::new());
    if let Some(markup) = builtin.markup {
        filters::register(&mut tera, markup);
    }
    tera.add_raw_template(name, text).map_err(|error| fault(name, &error))?;
    let variables = tera.get_template_variables(name).map_err(|error| fault(name, &error))?;
    let Some(unknown) = unknown::first(text, &variables, builtin.gets) else { return Ok(tera) };
    let mut fault = told(name, Some(place(text, unknown.at)), &format!("there is no field `{}`", unknown.name));
    if let Some(near) = unknown.near {
        fault.help.insert(0, format!("did you mean `{near}`?"));
    }
    Err(fault)
}

/// Line and column of a byte, both counted from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// Every `{% elif … %}` of a template.
fn elif_tags(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("{%").filter(|(at, mark)| {
        let tag = &text[at + mark.len()..];
        let tag = tag.strip_prefix('-').unwrap_or(tag);
        tag.trim_start().starts_with("elif")
    })
}

/// An error of Tera's as a fault, with the place in the template.
fn fault(name: &str, error: &tera::Error) -> Diagnostic {
    let (place, message) = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = report.span();
            (Some((span.start_line, span.start_col + 1)), report.message().to_owned())
        }
        other => from_report(name, &other.to_string()),
    };
    told(name, place, &message)
}

/// A fault of a template at a line and a column.
fn told(name: &str, place: Option<(usize, usize)>, message: &str) -> Diagnostic {
    let place = place.map_or_else(String::new, |(line, column)| format!(", line {line}, column {column}"));
    let mut message = message.trim().to_owned();
    // Our messages begin in lower case. Tera's don't, but one may begin with the name of a variable, which stays.
    if message.chars().nth(1).is_some_and(char::is_lowercase) && message.is_char_boundary(1) {
        message[..1].make_ascii_lowercase();
    }
    Diagnostic::error_nowhere("template", format!("template `{name}`{place}: {message}"))
        .help("correct the template, or take it out of the template folder to use the built-in one")
        .help(format!("`runsheet templates --fields {name}` lists its fields and filters"))
}

/// The place and the message of a report that Tera has formatted already as `error: …`, then `--> name:line:column`.
fn from_report(name: &str, report: &str) -> (Option<(usize, usize)>, String) {
    let message = report.lines().find_map(|line| line.strip_prefix("error: ")).or(report.lines().next());
    let place = report.lines().find_map(|line| {
        let (line, column) =
            line.trim_start().strip_prefix("--> ")?.strip_prefix(name)?.strip_prefix(':')?.split_once(':')?;
        Some((line.parse().ok()?, column.trim().parse().ok()?))
    });
    (place, message.unwrap_or_default().to_owned())
}

/// A writer that takes at most [`MOST`] bytes, and only until it is given up.
struct Limited {
    bytes: Vec<u8>,
    full: bool,
    given_up: Arc<AtomicBool>,
}

impl Write for Limited {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + more.len() > MOST {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if self.given_up.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str) -> Result<String, Diagnostic> {
        let own = vec![("runbook.md".to_owned(), text.to_owned())];
        Templates::with_overrides(own)?.render(&RUNBOOK, &BTreeMap::from([("title", "<a & \"b\">")]))
    }

    #[test]
    fn a_template_of_the_users_replaces_ours_and_escapes_nothing() {
        assert_eq!(render("# {{ title }}").as_deref(), Ok("# <a & \"b\">\n"));
    }

    #[test]
    fn an_unknown_file_is_named_with_those_that_are_known() {
        let fault = Templates::with_overrides(vec![("run.md".to_owned(), String::new())]).unwrap_err();
        assert_eq!(fault.message, "no template is called `run.md`");
        assert!(fault.help[0].contains("`runbook.md`"), "{}", fault.help[0]);
    }

    #[test]
    fn a_fault_says_where_in_the_template() {
        let place = |text: &str| render(text).unwrap_err().message;
        let at = |text: &str, begin: &str| {
            let message = place(text);
            assert!(message.starts_with(&format!("template `runbook.md`{begin}")), "{message}");
        };
        at("a\n{% if %}", ", line 2, column 7: found `%}`");
        at("{{ nothing }}", ", line 1, column 4: there is no field `nothing`");
        at(
            "{% component x(a) %}{{ a }}{{ nothing }}{% endcomponent x %}{{ <x a={title}/> }}",
            ", line 1, column 31: variable `nothing` is not defined",
        );
        at("é\n {{ title | nothing }}", ", line 2, column 13: unknown filter `nothing`");
        at("{{ get_env(name=\"HOME\") }}", ", line 1, column 4: unknown function `get_env`");
        at("{% include \"/etc/passwd\" %}", ", line 1, column 12: unknown template `/etc/passwd`");
        at("{% extends \"x\" %}", ": template 'runbook.md' is inheriting from 'x'");
    }

    /// Fills in a template with a shorter time limit than a user's build has.
    fn within(text: &str, patience: Duration) -> String {
        let tera = parse(&RUNBOOK, text).unwrap();
        patiently("runbook.md".to_owned(), tera, Context::new(), patience).unwrap_err().message
    }

    #[test]
    fn a_template_that_never_ends_is_stopped() {
        let words = "a".repeat(1000);
        let endless = format!(
            "{{% for a in range(end=100000) %}}{{% for b in range(end=100000) %}}{words}{{% endfor %}}{{% endfor %}}"
        );
        assert_eq!(within(&endless, Duration::from_secs(300)), "template `runbook.md` writes more than 16 MiB");
    }

    /// Tera goes down one call for each level, and a stack that overflows ends the program without a word.
    #[test]
    fn a_deep_template_is_a_fault() {
        let refused = |text: &str, message: &str| {
            let fault = render(text).unwrap_err();
            assert!(fault.message.ends_with(message), "{}", fault.message);
        };
        let many = |what: &str| what.repeat(100_000);
        for (operator, operand) in [("+", "1"), ("~", "1"), ("and", "1"), ("==", "1"), ("|", "upper"), (".", "a")] {
            refused(
                &format!("{{{{ title {} }}}}", many(&format!("{operator} {operand} "))),
                "the expression is too complex",
            );
        }
        refused(&format!("{{{{ {}1{} }}}}", many("("), many(")")), "the expression is too complex");
        refused(&format!("{{{{ {}1 }}}}", many("1 if true else ")), "the expression is too complex");
        refused(&many("{% if title %}"), "the template nesting is too deep");
        refused(&many("{% for a in [1] %}"), "the template nesting is too deep");
        let elif = |count: usize| format!("é\n {{% if false %}}{}{{% endif %}}", "{%- elif false %}".repeat(count));
        assert!(render(&elif(MOST_ELIF)).is_ok());
        let place = 2 + "{% if false %}".len() + MOST_ELIF * "{%- elif false %}".len();
        refused(&elif(100_000), &format!(", line 2, column {place}: more than 200 `elif` tags"));
    }

    #[test]
    fn sixteen_mebibytes_and_no_more() {
        let mut output = Limited { bytes: vec![b'x'; MOST - 1], full: false, given_up: Arc::default() };
        assert!(output.write_all(b"x").is_ok() && !output.full);
        assert!(output.write_all(b"x").is_err() && output.full);
    }

    #[test]
    fn one_that_never_ends_and_writes_nothing_is_left_behind() {
        let silent = "{% for a in range(end=100000) %}{% for b in range(end=1000) %}{% endfor %}{% endfor %}";
        assert_eq!(within(silent, Duration::from_secs(1)), "template `runbook.md` takes longer than 1 seconds");
    }

    #[test]
    fn the_limits_are_documented() {
        let [english, chinese] =
            [include_str!("../../docs/templates.md"), include_str!("../../docs/templates.zh-CN.md")];
        let (seconds, size, deep) = (PATIENCE.as_secs(), MOST >> 20, filters::MOST);
        for said in [
            format!("run for {seconds} seconds and write {size} MiB;"),
            format!("hold {MOST_ELIF} `elif`"),
            format!("over {deep} counts as {deep}"),
        ] {
            assert!(english.contains(&said), "{said}");
        }
        for said in [
            format!("最多运行 {seconds} 秒，最多写出 {size} MiB，"),
            format!("最多有 {MOST_ELIF} 个 `elif`"),
            format!("超过 {deep} 按 {deep} 算"),
        ] {
            assert!(chinese.contains(&said), "{said}");
        }
    }

    #[test]
    fn ours_can_be_read() {
        for builtin in BUILTIN {
            assert!(parse(builtin, builtin.text).is_ok(), "{}: {:?}", builtin.name, parse(builtin, builtin.text).err());
        }
        assert!(BUILTIN.is_sorted_by_key(|builtin| builtin.name));
    }
}
