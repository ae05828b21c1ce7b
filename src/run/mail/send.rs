//! Sends what is due: for each address one dialogue, which the outbox knows of before the server gets the mail.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::decide::Decisions;
use super::due::{Asked, ReleaseItems, items};
use super::letters::LetterMaking;
use super::release::MailRelease;
use crate::diagnostic::{Diagnostic, Sources};
use crate::files::{self, OutboxFile};
use crate::outbox::{MailTold, Outbox, OutboxLine, head};
use crate::render::Templates;
use crate::run::Process;
use crate::secret::{self, Login};
use crate::smtp::{HandedOver, NotOffered, SmtpFault, SmtpSession};
use crate::source::config::{Config, MailServerDecl, TokenSource};

/// The servers of the configurations, each with its connection once it is needed.
pub struct Servers<'a> {
    /// The configurations by their paths.
    pub configs: &'a BTreeMap<PathBuf, (Sources, Option<Config>)>,
    /// The process that this runs in.
    pub process: &'a Process<'a>,
    sessions: BTreeMap<PathBuf, Result<SmtpSession, Diagnostic>>,
}

impl<'a> Servers<'a> {
    /// Servers of which none is connected.
    pub fn new(configs: &'a BTreeMap<PathBuf, (Sources, Option<Config>)>, process: &'a Process<'a>) -> Self {
        Self { configs, process, sessions: BTreeMap::new() }
    }

    /// The server that a flow's configuration names.
    fn decl(&self, flow: &Path) -> Result<(PathBuf, &'a MailServerDecl), Diagnostic> {
        let path = files::config_of(flow);
        let found = path.as_ref().and_then(|path| self.configs.get(path)).and_then(|(_, config)| config.as_ref());
        match (path, found.and_then(|config| config.mail.as_ref())) {
            (Some(path), Some(decl)) => Ok((path, decl)),
            (path, _) => {
                let place = path.map_or_else(
                    || "a `runsheet.toml` beside the flow".to_owned(),
                    |path| format!("`{}`", files::shown(&path)),
                );
                let message = "nothing says which server mails are handed to";
                let help = format!("write into {place}: `[mail]` with `smtp = \"smtp://mail.example.com:587\"`");
                Err(Diagnostic::error_nowhere("no-mail-server", message).help(help))
            }
        }
    }

    /// Whether the mails of a flow hold appointments.
    pub fn calendar(&self, flow: &Path) -> bool {
        self.decl(flow).is_ok_and(|(_, decl)| decl.calendar)
    }

    /// The connection for a flow. A fault is the same for all its mails.
    fn session(&mut self, flow: &Path) -> Result<&mut SmtpSession, Diagnostic> {
        let (path, decl) = self.decl(flow)?;
        let (configs, process) = (self.configs, self.process);
        let session = self.sessions.entry(path).or_insert_with_key(|path| open(path, decl, configs, process));
        session.as_mut().map_err(|fault| fault.clone())
    }

    /// Takes a connection for lost.
    fn lose(&mut self, flow: &Path, fault: &Diagnostic) {
        if let Some(path) = files::config_of(flow) {
            self.sessions.insert(path, Err(fault.clone()));
        }
    }

    /// Says good-bye to all.
    pub fn close(self) {
        self.sessions.into_values().flatten().for_each(SmtpSession::close);
    }
}

fn open(
    path: &Path,
    decl: &MailServerDecl,
    configs: &BTreeMap<PathBuf, (Sources, Option<Config>)>,
    process: &Process<'_>,
) -> Result<SmtpSession, Diagnostic> {
    let Some(address) = decl.address() else {
        return Err(Diagnostic::error_nowhere("bad-address", "the address of the mail server is none"));
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let login = match &decl.token {
        None => None,
        Some(token) => {
            // The place of the token is in the configuration, which others than this report don't show.
            let secret = secret::read(token, folder, process.env).map_err(|fault| {
                let place = fault
                    .primary
                    .as_ref()
                    .zip(configs.get(path))
                    .map(|(label, (sources, _))| sources.line_column(label.span).0);
                let place = place.map(|line| format!("line {line} of `{}`: ", files::shown(path))).unwrap_or_default();
                fault
                    .help
                    .iter()
                    .fold(Diagnostic::error_nowhere(fault.code, format!("{place}{}", fault.message)), Diagnostic::help)
            })?;
            Some(Login { user: decl.user.as_ref().map(|user| user.value.clone()), secret })
        }
    };
    SmtpSession::open(&address, login.as_ref().map(|login| (login, decl.auth))).map_err(|fault| {
        let from = decl.token.as_ref().filter(|_| fault.is_of_login).and_then(|token| {
            Some(match token.source()? {
                TokenSource::Env(name) => format!("the token comes from the environment variable `{}`", name.value),
                TokenSource::Command(words) => format!("the token comes from the program `{}`", words.first()?.value),
                TokenSource::File(file) => format!("the token comes from the file `{}`", file.value),
            })
        });
        from.into_iter().fold(told(&fault), Diagnostic::help)
    })
}

/// A fault of a server as a diagnostic.
fn told(fault: &SmtpFault) -> Diagnostic {
    fault.help.iter().fold(Diagnostic::error_nowhere("not-sent", fault.message.clone()), Diagnostic::help)
}

/// What became of the mails of a release.
#[derive(Default)]
pub struct Sent {
    /// How each mail stands now, by its Message-ID, as far as this run changed that: what it was sent or refused with.
    pub fates: BTreeMap<String, MailFate>,
    /// What ended the sending.
    pub faults: Vec<Diagnostic>,
}

/// What became of a mail in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailFate {
    /// The server took it.
    Sent,
    /// Somebody said that it was sent, or is to be sent again.
    Decided,
    /// The server refused it: code and words.
    Refused(Option<u16>, String),
    /// Nobody knows.
    Unknown(String),
}

/// What is asked of a release.
pub struct SendOrder<'a> {
    /// What is due, and when it is.
    pub asked: Asked,
    /// Whether to send.
    pub send: bool,
    /// Whether nobody was told anything before.
    pub first: bool,
    /// The mails that are decided about.
    pub decisions: &'a Decisions,
    /// The templates.
    pub templates: &'a Templates,
    /// The outbox of the release whose place it takes.
    pub replaced: Option<&'a Outbox>,
}

/// Carries out what is asked of a release, with its outbox open for this run alone. The outbox is read again, because another run may
/// have just ended.
///
/// # Errors
/// Why nothing could be done at all.
pub fn carry_out(release: &MailRelease, order: &SendOrder<'_>, servers: &mut Servers<'_>) -> Result<Sent, Diagnostic> {
    let (Some(planned), Some(number)) = (&release.planned, release.number()) else { return Ok(Sent::default()) };
    let path = files::outbox_of(&release.path);
    let (mut file, text) = OutboxFile::open(&path)?;
    let mut outbox = Outbox::parse(&files::shown(&path), &text, (&release.flow, number))?;
    let mut sent = Sent::default();
    let now = order.asked.now;
    let mut begin = if text.is_empty() { head(&release.flow, number) } else { String::new() };
    let found = items(planned, &outbox, order.replaced, order.asked);
    for (item, line) in order.decisions.decided(&found.items, now) {
        let lines: String = line.iter().map(OutboxLine::written).collect();
        file.append(&(std::mem::take(&mut begin) + &lines))?;
        for line in line {
            let _ = outbox.apply(line);
        }
        sent.fates.insert(item.key.id, MailFate::Decided);
    }
    if !order.send {
        return Ok(sent);
    }
    // What was decided just now may be due.
    let ReleaseItems { items: found, blocked, mails } = items(planned, &outbox, order.replaced, order.asked);
    let calendar = servers.calendar(&release.flow_path);
    for item in found.iter().filter(|item| item.is_due()) {
        if item.mail.is_none() && !item.key.task.is_empty() || item.mail.is_some() && !blocked.is_empty() {
            continue;
        }
        let mail = item.mail.map(|at| mails[at].clone());
        let ready =
            LetterMaking { planned, outbox: &outbox, templates: order.templates, calendar, now }.ready(item, mail);
        let ready = match ready {
            Ok(ready) => ready,
            Err(fault) => {
                sent.faults.push(fault);
                break;
            }
        };
        let session = match servers.session(&release.flow_path) {
            Ok(session) => session,
            Err(fault) => {
                sent.faults.push(fault);
                break;
            }
        };
        match session.offer(&ready.from, &ready.to) {
            Ok(()) => {}
            Err(NotOffered::Address(refusal)) => {
                let line = OutboxLine::Refused {
                    at: now,
                    code: refusal.code,
                    words: refusal.words.clone(),
                    key: item.key.clone(),
                };
                sent.fates.insert(item.key.id.clone(), MailFate::Refused(refusal.code, refusal.words));
                if let Err(fault) = append(&mut file, &mut outbox, &mut begin, line) {
                    sent.faults.push(fault);
                    break;
                }
                continue;
            }
            Err(NotOffered::Server(fault)) => {
                let fault = told(&fault);
                servers.lose(&release.flow_path, &fault);
                sent.faults.push(fault);
                break;
            }
        }
        let told = MailTold { sequence: ready.sequence, ..item.told.clone() };
        let line = OutboxLine::Begun { at: now, key: item.key.clone(), told };
        if let Err(fault) = append(&mut file, &mut outbox, &mut begin, line) {
            let fault = fault.help("nothing was sent to this address");
            // The server waits for a mail that won't come.
            servers.lose(&release.flow_path, &fault);
            sent.faults.push(fault);
            break;
        }
        let Ok(session) = servers.session(&release.flow_path) else { break };
        let (line, fate) = match session.hand_over(&ready.bytes) {
            HandedOver::Taken(words) => {
                (Some(OutboxLine::Sent { at: now, id: item.key.id.clone(), words }), MailFate::Sent)
            }
            HandedOver::Refused(refusal) => {
                let (code, words) = (refusal.code, refusal.words);
                let line = OutboxLine::Refused { at: now, code, words: words.clone(), key: item.key.clone() };
                (Some(line), MailFate::Refused(code, words))
            }
            HandedOver::Unknown(words) => (None, MailFate::Unknown(words)),
        };
        sent.fates.insert(item.key.id.clone(), fate.clone());
        if let Some(line) = line {
            if let Err(fault) = append(&mut file, &mut outbox, &mut begin, line) {
                let (name, exact) = (&item.name, item.exact_name());
                let help = match fate {
                    MailFate::Sent => format!("`{name}` was sent to `{}`: say so with `--sent {exact}`", item.key.to),
                    _ => format!("`{name}` to `{}` was refused: send it with `--again {exact}`", item.key.to),
                };
                sent.faults.push(fault.help(help));
                break;
            }
        } else {
            let fault = Diagnostic::error_nowhere(
                "not-sent",
                "the connection ended before the server said whether it took a mail",
            );
            servers.lose(&release.flow_path, &fault);
            sent.faults.push(fault.help("what isn't sent yet is still due: run it again later"));
            break;
        }
    }
    // Where nothing could be sent, nothing is begun: the next run asks for `--first` again.
    if order.first && !begin.is_empty() && sent.faults.is_empty() {
        file.append(&begin)?;
    }
    Ok(sent)
}

/// Appends a line to the outbox, on the disk and in memory.
fn append(file: &mut OutboxFile, outbox: &mut Outbox, begin: &mut String, line: OutboxLine) -> Result<(), Diagnostic> {
    file.append(&(begin.clone() + &line.written()))?;
    begin.clear();
    // A line of ours is about a mail that it names, or that was begun.
    let _ = outbox.apply(line);
    Ok(())
}
