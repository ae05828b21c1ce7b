//! A wiki of the kind `DokuWiki`, by XML-RPC, which old and new versions have.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::http::{NoAnswer, RequestBody, Server};
use super::xmlrpc::{self, Argument};
use super::{FileFound, FoundPage, LastChange, PageTrace, Wiki, WikiFault, WikiWrite, one_by_one};
use crate::secret::Login;
use crate::view::markup::page_id;

/// The rights that `DokuWiki` counts.
const EDIT: u64 = 2;
const CREATE: u64 = 4;
const UPLOAD: u64 = 8;
/// Overwrite a file.
const REPLACE: u64 = 16;

/// A wiki that one logs in to with each request.
pub struct DokuWiki {
    server: Server,
    /// The address of the wiki itself.
    base: String,
    /// The text of each page that was read.
    read: BTreeMap<String, Option<String>>,
    /// Who changed each page last that was read and is there.
    changes: BTreeMap<String, LastChange>,
    /// What each file was compared with.
    files: BTreeMap<String, FileFound>,
    url: String,
    login: Login,
}

impl DokuWiki {
    /// Looks whether the wiki answers and lets the user in.
    ///
    /// # Errors
    /// Why that isn't so.
    pub fn open(url: &str, login: Login) -> Result<Self, WikiFault> {
        let user = login.user.clone().unwrap_or_default();
        let words = STANDARD.encode(format!("{user}:{}", login.secret.reveal()));
        let server = Server::new(url, Some(format!("Basic {words}")));
        let base = url.strip_suffix("lib/exe/xmlrpc.php").unwrap_or(url).to_owned();
        let (read, changes, files) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut wiki = Self { server, base, read, changes, files, url: url.to_owned(), login };
        wiki.ask("dokuwiki.getVersion", &[])?;
        Ok(wiki)
    }

    /// Asks something that changes nothing.
    fn ask(&mut self, method: &str, arguments: &[Argument<'_>]) -> Result<Value, WikiFault> {
        let answer = self.server.ask(&body(method, arguments))?;
        xmlrpc::read(&answer).map_err(|why| self.told(&why))
    }

    /// Asks for something that may not be there.
    fn found(&mut self, method: &str, id: &str) -> Result<Option<Value>, WikiFault> {
        let answer = self.server.ask(&body(method, &[Argument::Text(id)]))?;
        match xmlrpc::read(&answer) {
            Ok(value) => Ok(Some(value)),
            Err(xmlrpc::NoValue::Fault(code, _)) if xmlrpc::MISSING.contains(&code) => Ok(None),
            Err(why) => Err(self.told(&why)),
        }
    }

    /// Sends something to be written, once.
    fn change(&mut self, method: &str, arguments: &[Argument<'_>]) -> Result<Value, NoAnswer> {
        let answer = self.server.send(&body(method, arguments))?;
        xmlrpc::read(&answer).map_err(|why| NoAnswer::refused(self.told(&why)))
    }

    fn told(&self, why: &xmlrpc::NoValue) -> WikiFault {
        match why {
            xmlrpc::NoValue::Foreign => WikiFault::new("this is no answer of the API of a DokuWiki")
                .help("look at `url`: it ends with `/lib/exe/xmlrpc.php`")
                .help("the wiki's `remote` and `remoteuser` must let this user use it"),
            xmlrpc::NoValue::Fault(code, words) => {
                WikiFault::new(format!("the wiki refuses ({code}: {})", self.login.secret.hidden_in(words)))
                    .help("look at the rights of the user on this page, and at `remoteuser`")
            }
        }
    }

    /// Locks a page for us, or lets it go.
    fn lock(&mut self, id: &str, is_locked: bool) -> Result<(), WikiFault> {
        let (lock, unlock): (&[&str], &[&str]) = if is_locked { (&[id], &[]) } else { (&[], &[id]) };
        let answer = self.ask("dokuwiki.setLocks", &[Argument::Lists(&[("lock", lock), ("unlock", unlock)])])?;
        match answer["lockfail"].as_array() {
            Some(failed) if !failed.is_empty() => {
                let fault = WikiFault::new("somebody is writing on the page just now");
                Err(fault.help("run it again in a quarter of an hour, when their lock has ended"))
            }
            _ => Ok(()),
        }
    }

    fn write_page(&mut self, title: &str, text: &str, (summary, is_minor): (&str, bool)) -> Result<(), WikiFault> {
        let id = page_id(title);
        self.lock(&id, true)?;
        let written = self.write_locked(title, text, (summary, is_minor));
        // A lock that can't be let go ends by itself.
        let _ = self.lock(&id, false);
        written
    }

    fn write_locked(&mut self, title: &str, text: &str, (summary, is_minor): (&str, bool)) -> Result<(), WikiFault> {
        // The wiki knows no version that a text is based on, so it is compared once more under the lock.
        let before = self.read.get(title).cloned().flatten();
        if self.page(title)?.map(|found| found.text) != before {
            return Err(WikiFault { is_overtaken: true, ..WikiFault::new("somebody else wrote meanwhile") });
        }
        let id = page_id(title);
        let arguments = [Argument::Text(&id), Argument::Text(text), Argument::Note(summary, is_minor)];
        match self.change("wiki.putPage", &arguments) {
            Ok(Value::Bool(true)) => Ok(()),
            Ok(_) => {
                Err(WikiFault::new("the wiki doesn't take it").help("look at the rights of the user on this page"))
            }
            Err(no) if no.is_unsure => match self.page(title)? {
                Some(found) if found.text.trim_end() == text.trim_end() => Ok(()),
                _ => Err(no.fault),
            },
            Err(no) => Err(no.fault),
        }
    }

    fn write_file(&mut self, name: &str, bytes: &[u8]) -> Result<(), WikiFault> {
        let arguments = [Argument::Text(name), Argument::Bytes(bytes), Argument::Flag("ow")];
        match self.change("wiki.putAttachment", &arguments) {
            Ok(Value::String(id)) if id == name => Ok(()),
            Ok(_) => Err(WikiFault::new("the wiki doesn't take it")
                .help("look at the rights of the user to upload, at the kinds of files in `conf/mime.local.conf`, and at PHP's limits")),
            Err(no) if no.is_unsure => match self.file(name, bytes)? {
                FileFound::Same => Ok(()),
                _ => Err(no.fault),
            },
            Err(no) => Err(no.fault),
        }
    }
}

fn body(method: &str, arguments: &[Argument<'_>]) -> RequestBody {
    RequestBody { kind: "text/xml".to_owned(), bytes: xmlrpc::call(method, arguments).into_bytes() }
}

impl Wiki for DokuWiki {
    fn title_fault(&self, title: &str) -> Option<String> {
        // Of these the wiki changes none; it takes the accents off letters, and other signs away.
        let is_kept =
            |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c) || matches!(c, '぀'..='鿿' | '가'..='힣');
        if let Some(bad) = title.chars().find(|c| !is_kept(*c)) {
            return Some(format!("the wiki would change `{}`", bad.escape_default()));
        }
        let is_odd = |part: &str| {
            part.is_empty()
                || part.starts_with(['-', '_', '.'])
                || part.ends_with(['-', '_', '.'])
                || ["--", "__", ".."].iter().any(|two| part.contains(two))
        };
        let why =
            "the wiki would take away `-`, `_` and `.` at an end or one behind the other, and empty parts between `/`";
        title.split('/').any(is_odd).then(|| why.to_owned())
    }

    fn page(&mut self, title: &str) -> Result<Option<FoundPage>, WikiFault> {
        // For a page that isn't there, its text would be what a template of the wiki proposes.
        let id = page_id(title);
        // Old versions say of such a page nothing at all.
        let about = self.found("wiki.getPageInfo", &id)?;
        let is_there = about.as_ref().is_some_and(|about| about.get("version").is_some());
        let words = |key: &str| about.as_ref().and_then(|about| about[key].as_str()).unwrap_or_default().to_owned();
        let last = LastChange { who: words("author"), when: words("lastModified") };
        if !last.who.is_empty() {
            self.changes.insert(title.to_owned(), last);
        }
        let found = if is_there { self.found("wiki.getPage", &id)? } else { None };
        let text = found.as_ref().and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
        self.read.insert(title.to_owned(), text.clone());
        Ok(text.map(|text| FoundPage { text, trace: PageTrace::InText }))
    }

    fn last_change(&mut self, title: &str) -> Option<LastChange> {
        self.changes.get(title).cloned()
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<FileFound, WikiFault> {
        let found = self.found("wiki.getAttachment", name)?;
        let found = match found.as_ref().and_then(Value::as_str) {
            None | Some("") => FileFound::Nothing,
            Some(held) => {
                let held: String = held.split_whitespace().collect();
                if STANDARD.decode(held).is_ok_and(|held| held == bytes) { FileFound::Same } else { FileFound::Other }
            }
        };
        self.files.insert(name.to_owned(), found);
        Ok(found)
    }

    fn allowed(&mut self, write: &WikiWrite<'_>) -> Result<(), WikiFault> {
        let (id, needed) = match write {
            WikiWrite::Page(title, ..) => {
                (page_id(title), if self.read.get(*title).is_some_and(Option::is_some) { EDIT } else { CREATE })
            }
            WikiWrite::File(name, _) => {
                let is_there = self.files.get(*name).is_some_and(|found| *found != FileFound::Nothing);
                ((*name).to_owned(), if is_there { REPLACE } else { UPLOAD })
            }
        };
        let rights = self.ask("wiki.aclCheck", &[Argument::Text(&id)])?;
        if rights.as_u64().is_some_and(|rights| rights >= needed) {
            if let WikiWrite::Page(..) = write {
                self.lock(&id, true)?;
                self.lock(&id, false)?;
            }
            return Ok(());
        }
        let what = match needed {
            EDIT => "edit",
            CREATE => "create",
            UPLOAD => "upload",
            _ => "delete, without which a file can't be replaced",
        };
        Err(WikiFault::new("the user may not do that").help(format!("give the user the right `{what}` there")))
    }

    fn write(&mut self, writes: &[WikiWrite<'_>], summary: &str) -> Result<(), (usize, WikiFault)> {
        one_by_one(writes, |write| match write {
            WikiWrite::Page(title, text, is_minor) => self.write_page(title, text, (summary, *is_minor)),
            WikiWrite::File(name, bytes) => self.write_file(name, bytes),
        })
    }

    fn refresh(&mut self) -> Result<(), WikiFault> {
        *self = Self::open(&self.url, self.login.clone())?;
        Ok(())
    }

    fn address(&self, write: &WikiWrite<'_>) -> String {
        match write {
            WikiWrite::Page(title, ..) => format!("{}doku.php?id={}", self.base, page_id(title)),
            WikiWrite::File(name, _) => format!("{}lib/exe/fetch.php?media={name}", self.base),
        }
    }
}
