//! Confluence: Cloud by the REST API of version 2 (its attachments by version 1, as version 2 writes none), Data Center by
//! version 1, the only one that it has.
//!
//! Confluence writes a page in its own way when somebody saves it, and Cloud perhaps at once. So that a page is as we wrote it
//! isn't told by its text: a property of the page holds the number of the version that we wrote, and digests of its text.

mod note;
mod paths;

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use self::note::Noted;
use self::paths::{Paths, words};
use super::http::{NoAnswer, RequestBody, Server, WebAnswer, WebRequest, pause};
use super::{FileFound, FoundPage, LastChange, PageNote, PageTrace, Wiki, WikiFault, WikiWrite, one_by_one};
use crate::secret::Login;
use crate::source;
use crate::view::markup::{StorageFormat, own_name};

/// Goes with each request: a body of several parts is taken only from whoever says that it comes from no other page.
const HEADERS: &[(&str, &str)] = &[("X-Atlassian-Token", "no-check"), ("Accept", "application/json")];

/// What to do where something isn't allowed, or isn't there, which is told alike.
const RIGHTS: &str = "look at the user's rights in the space, and at the restrictions of the page";

/// How often something of a page is written that was just made.
const TRIES: u32 = 4;

/// How the comment of a file begins that we attached. Its digest follows.
const COMMENT: &str = "runsheet ";

/// The part of a Confluence that pages are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfluenceSpace {
    /// Whether it is Cloud, not Data Center.
    pub is_cloud: bool,
    /// The space's key.
    pub key: String,
    /// The title of the page under which new pages are made.
    pub parent: Option<String>,
}

/// A page that is there.
#[derive(Debug, Clone)]
struct PageThere {
    id: String,
    version: u64,
    /// What stands beside it in the history.
    message: String,
    /// Who wrote that version: an account's id on Cloud, a name on Data Center; and when.
    last: LastChange,
    /// What people open.
    web: String,
    noted: Option<Noted>,
    /// Whether the wiki lets us edit it, as far as it says.
    may_edit: bool,
}

/// A Confluence, with what was read of it.
pub struct Confluence {
    server: Server,
    paths: Paths,
    space: ConfluenceSpace,
    /// The number of the space.
    space_id: String,
    pages: BTreeMap<String, PageThere>,
    /// The ids of the pages that were made in this run.
    made: BTreeSet<String>,
    /// The ids of files, by their names with those of their pages.
    files: BTreeMap<String, String>,
    url: String,
    login: Login,
}

impl Confluence {
    /// Looks whether the wiki answers and has the space.
    ///
    /// # Errors
    /// Why that isn't so.
    pub fn open(url: &str, space: ConfluenceSpace, login: Login) -> Result<Self, WikiFault> {
        let secret = login.secret.reveal();
        let authorization = match &login.user {
            Some(user) => format!("Basic {}", STANDARD.encode(format!("{user}:{secret}"))),
            None => format!("Bearer {secret}"),
        };
        let paths = Paths::new(url, space.is_cloud);
        let server = Server::new(url, Some(authorization)).with_headers(HEADERS);
        let (pages, files, made, space_id) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new(), String::new());
        let mut wiki = Self { server, paths, space, space_id, pages, made, files, url: url.to_owned(), login };
        let found = wiki.found(&wiki.paths.space(&wiki.space.key))?;
        let about = found.as_ref().map(|found| wiki.paths.one(found));
        let Some(id) = about.map(|about| words(&about["id"])).filter(|id| !id.is_empty()) else {
            let fault = WikiFault::new(format!("there is no space `{}`, or the user may not see it", wiki.space.key));
            return Err(fault.help("look at `space`, which is the key in the addresses of its pages").help(RIGHTS));
        };
        wiki.space_id = id;
        Ok(wiki)
    }

    /// What is at an address; `None` for nothing, which is also what one may not see.
    fn found(&mut self, url: &str) -> Result<Option<Value>, WikiFault> {
        let answer = self.server.get(url)?;
        if answer.status == 404 { Ok(None) } else { self.read(&answer).map(Some) }
    }

    /// What an answer says.
    fn read(&self, answer: &WebAnswer) -> Result<Value, WikiFault> {
        let value = serde_json::from_slice::<Value>(&answer.bytes);
        match (answer.status, value) {
            (200..=299, Ok(value)) => Ok(value),
            (200..=299, Err(_)) => {
                Err(WikiFault::new("this is no answer of the API of a Confluence").help(self.paths.help()))
            }
            (status, value) => Err(self.told(status, &value.unwrap_or_default())),
        }
    }

    /// What it means that the wiki refuses something.
    fn told(&self, status: u16, answer: &Value) -> WikiFault {
        // Version 2 has a list of errors, version 1 a message.
        let error = &answer["errors"][0];
        let said = [&error["title"], &error["detail"], &answer["message"]].map(words);
        let said: Vec<&str> = said.iter().map(String::as_str).filter(|said| !said.is_empty()).collect();
        let said = said.join(": ");
        let said = if said.is_empty() { status.to_string() } else { format!("{status}: {said}") };
        let said = self.login.secret.hidden_in(&said);
        let fault = |message: &str| WikiFault::new(format!("{message} ({said})"));
        match status {
            409 => WikiFault { is_overtaken: true, ..fault("somebody else wrote meanwhile") },
            403 => fault("the user may not do that")
                .help("give the user the rights to add and edit pages and attachments in the space"),
            404 => fault("it isn't there, or the user may not see or change it").help(RIGHTS),
            400 if said.contains("title") => fault("the wiki doesn't take it")
                .help("a page of this title may be archived, in the trash, or hidden from this user"),
            _ => fault("the wiki doesn't take it"),
        }
    }

    /// Sends something to be written.
    fn change(&mut self, method: &'static str, url: &str, body: &RequestBody) -> Result<Value, NoAnswer> {
        // Not every part of Cloud knows at once of a page that was just made.
        let is_new = self.made.iter().any(|id| url.contains(&format!("/{id}/")));
        let mut tries = 0;
        let answer = loop {
            tries += 1;
            let answer = self.server.change(&WebRequest { method, url, body: Some(body) })?;
            if !is_new || answer.status != 404 || tries == TRIES {
                break answer;
            }
            thread::sleep(pause(tries));
        };
        self.read(&answer).map_err(NoAnswer::refused)
    }

    /// Reads a page.
    fn look(&mut self, title: &str) -> Result<Option<(PageThere, String)>, WikiFault> {
        self.pages.remove(title);
        let listed = self.found(&self.paths.titled(&self.space.key, &self.space_id, title))?;
        let listed = listed.as_ref().and_then(|listed| listed["results"].as_array()).cloned().unwrap_or_default();
        let Some(page) = listed.iter().find(|page| words(&page["title"]).to_lowercase() == title.to_lowercase()) else {
            return Ok(None);
        };
        let called = words(&page["title"]);
        if called != title {
            let message = format!("the wiki has a page `{called}`, and knows no upper and lower case");
            return Err(WikiFault::new(message).help("set `page` and `release-page` in `runsheet.toml`"));
        }
        let mut there = self.there(page);
        let noted = self.found(&self.paths.note(&there.id))?;
        there.noted = noted.as_ref().and_then(|noted| Noted::read(self.paths.one(noted)));
        if let Some(url) = self.paths.operations(&there.id) {
            let operations = self.found(&url)?.unwrap_or_default()["operations"].take();
            there.may_edit = paths::allows(&operations, "update", "page");
        }
        self.pages.insert(title.to_owned(), there.clone());
        Ok(Some((there, words(&page["body"]["storage"]["value"]))))
    }

    /// What an answer says of a page.
    fn there(&self, page: &Value) -> PageThere {
        let version = &page["version"];
        PageThere {
            id: words(&page["id"]),
            version: version["number"].as_u64().unwrap_or_default(),
            message: words(&version["message"]),
            last: LastChange {
                who: self.paths.author(version),
                when: [&version["createdAt"], &version["when"]].map(words).concat(),
            },
            web: self.paths.web(page),
            noted: None,
            may_edit: paths::allows(&page["operations"], "update", "page"),
        }
    }

    /// The id of the page under which new ones are made.
    fn parent(&mut self) -> Result<Option<String>, WikiFault> {
        let Some(parent) = self.space.parent.clone() else { return Ok(None) };
        let found = self.found(&self.paths.titled(&self.space.key, &self.space_id, &parent))?;
        let id = found.map(|found| words(&found["results"][0]["id"])).filter(|id| !id.is_empty());
        id.map(Some).ok_or_else(|| {
            let fault = WikiFault::new(format!("there is no page `{parent}`, or the user may not see it"));
            fault.help("make it, or set `parent` in `runsheet.toml`")
        })
    }

    fn write_page(&mut self, title: &str, text: &str, (summary, is_minor): (&str, bool)) -> Result<(), WikiFault> {
        let note = PageNote::of(&StorageFormat, text);
        let Some(there) = self.pages.get(title).cloned() else {
            let parent = self.parent()?;
            let body = self.paths.new_page((&self.space.key, &self.space_id), title, text, parent.as_deref());
            let made = match self.change("POST", &self.paths.pages(), &as_json(&body)) {
                Ok(answer) => Some(self.there(&answer)),
                // The answer may have got lost, and not the page.
                Err(no) if no.is_unsure => self.look(title)?.map(|(there, _)| there),
                Err(no) => return Err(no.fault),
            };
            let Some(there) = made else {
                return Err(WikiFault::new("the wiki didn't make the page").help("run it again later"));
            };
            self.made.insert(there.id.clone());
            self.pages.insert(title.to_owned(), there.clone());
            return self.note(title, &there, Noted::written(there.version, note, ""));
        };
        let version = there.version + 1;
        // Said before it is done: after a run that was cut off, the next one knows whose version it finds.
        self.note(title, &there, Noted::announced(version, note.clone(), summary))?;
        let body = self.paths.new_version(&there.id, title, text, (version, is_minor), summary);
        match self.change("PUT", &self.paths.page(&there.id), &as_json(&body)) {
            Ok(_) => {}
            Err(no) if no.is_unsure => match self.look(title)? {
                Some((now, found)) if now.version == version && PageNote::of(&StorageFormat, &found) == note => {}
                _ => return Err(no.fault),
            },
            Err(no) => return Err(no.fault),
        }
        let there = PageThere { version, ..self.pages.get(title).cloned().unwrap_or(there) };
        self.pages.insert(title.to_owned(), there.clone());
        self.note(title, &there, Noted::written(version, note, summary))
    }

    /// Notes beside a page what we wrote.
    fn note(&mut self, title: &str, there: &PageThere, noted: Noted) -> Result<(), WikiFault> {
        let before = self.pages.get(title).and_then(|page| page.noted.clone());
        let noted = noted.after(before.as_ref());
        let (method, url) = match before.as_ref().map(Noted::id) {
            Some(id) => ("PUT", self.paths.old_note(&there.id, id)),
            None => ("POST", self.paths.new_note(&there.id)),
        };
        let body = as_json(&noted.body());
        match self.change(method, &url, &body) {
            Ok(answer) => {
                let noted = Noted::read(&answer).unwrap_or(noted);
                if let Some(page) = self.pages.get_mut(title) {
                    page.noted = Some(noted);
                }
                Ok(())
            }
            Err(no) if no.is_unsure => match self.found(&self.paths.note(&there.id))? {
                Some(found) if Noted::read(self.paths.one(&found)).is_some_and(|found| found.says_same(&noted)) => {
                    self.look(title).map(|_| ())
                }
                _ => Err(no.fault),
            },
            Err(no) => Err(no.fault),
        }
    }

    fn write_file(&mut self, name: &str, bytes: &[u8]) -> Result<(), WikiFault> {
        let page = name.strip_suffix(own_name(name)).map_or("", |page| page.trim_end_matches('/'));
        let Some(there) = self.pages.get(page).cloned() else {
            return Err(WikiFault::new("its page isn't there").help("run it again"));
        };
        let url = self.paths.upload(&there.id, self.files.get(name).map(String::as_str));
        let comment = format!("{COMMENT}{}", source::digest(bytes));
        let kind = match name.rsplit('.').next() {
            Some("pdf") => "application/pdf",
            Some("svg") => "image/svg+xml",
            _ => "application/octet-stream",
        };
        let body = RequestBody::parts(&[("minorEdit", "true"), ("comment", &comment)], (own_name(name), kind), bytes);
        match self.change("POST", &url, &body) {
            Ok(_) => Ok(()),
            Err(no) if no.is_unsure => match self.file(name, bytes)? {
                FileFound::Same => Ok(()),
                _ => Err(no.fault),
            },
            Err(no) => Err(no.fault),
        }
    }
}

fn as_json(value: &Value) -> RequestBody {
    RequestBody { kind: "application/json".to_owned(), bytes: value.to_string().into_bytes() }
}

impl Wiki for Confluence {
    fn title_fault(&self, title: &str) -> Option<String> {
        if title.chars().any(char::is_control) || title.trim() != title || title.is_empty() {
            return Some("control characters, and spaces at an end, can't stand in it".to_owned());
        }
        (title.chars().count() > 255).then(|| "it is longer than 255 characters".to_owned())
    }

    fn page(&mut self, title: &str) -> Result<Option<FoundPage>, WikiFault> {
        let Some((there, text)) = self.look(title)? else { return Ok(None) };
        let trace = match &there.noted {
            Some(noted) => noted.trace((there.version, &there.message), || PageNote::of(&StorageFormat, &text)),
            // The first version of a page with our mark: the run that made it was cut off before it noted that.
            None if there.version == 1 => PageTrace::Ours(None),
            None => PageTrace::Others,
        };
        Ok(Some(FoundPage { text, trace }))
    }

    fn last_change(&mut self, title: &str) -> Option<LastChange> {
        let last = self.pages.get(title).map(|page| page.last.clone())?;
        let Some(url) = self.paths.user(&last.who) else { return Some(last) };
        let user = self.found(&url).ok().flatten();
        let who = user.map(|user| words(&user["displayName"])).filter(|name| !name.is_empty());
        Some(LastChange { who: who.unwrap_or(last.who), when: last.when })
    }

    fn files_need_page(&self) -> bool {
        true
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<FileFound, WikiFault> {
        self.files.remove(name);
        let page = name.strip_suffix(own_name(name)).map_or("", |page| page.trim_end_matches('/'));
        let Some(id) = self.pages.get(page).map(|page| page.id.clone()) else { return Ok(FileFound::Nothing) };
        let listed = self.found(&self.paths.attached(&id, own_name(name)))?.unwrap_or(json!({}));
        let listed = listed["results"].as_array().cloned().unwrap_or_default();
        let Some(file) = listed.iter().find(|file| words(&file["title"]) == own_name(name)) else {
            return Ok(FileFound::Nothing);
        };
        self.files.insert(name.to_owned(), words(&file["id"]));
        let comment = [&file["comment"], &file["metadata"]["comment"], &file["extensions"]["comment"]].map(words);
        let wanted = format!("{COMMENT}{}", source::digest(bytes));
        Ok(if comment.contains(&wanted) { FileFound::Same } else { FileFound::Other })
    }

    fn allowed(&mut self, write: &WikiWrite<'_>) -> Result<(), WikiFault> {
        let refused = |message: &str| Err(WikiFault::new(message).help(RIGHTS));
        match write {
            WikiWrite::Page(title, ..) => match self.pages.get(*title) {
                Some(there) if !there.may_edit => refused("the user may not edit the page"),
                Some(_) => Ok(()),
                None => match self.paths.space_operations(&self.space_id) {
                    Some(url) => {
                        let operations = self.found(&url)?.unwrap_or_default()["operations"].take();
                        if paths::allows(&operations, "create", "page") {
                            Ok(())
                        } else {
                            refused("the user may not make pages in the space")
                        }
                    }
                    None => Ok(()),
                },
            },
            WikiWrite::File(..) => Ok(()),
        }
    }

    fn write(&mut self, writes: &[WikiWrite<'_>], summary: &str) -> Result<(), (usize, WikiFault)> {
        one_by_one(writes, |write| match write {
            WikiWrite::Page(title, text, is_minor) => self.write_page(title, text, (summary, *is_minor)),
            WikiWrite::File(name, bytes) => self.write_file(name, bytes),
        })
    }

    fn refresh(&mut self) -> Result<(), WikiFault> {
        *self = Self::open(&self.url, self.space.clone(), self.login.clone())?;
        Ok(())
    }

    fn address(&self, write: &WikiWrite<'_>) -> String {
        let (title, file) = match write {
            WikiWrite::Page(title, ..) => (*title, None),
            WikiWrite::File(name, _) => {
                (name.strip_suffix(own_name(name)).map_or("", |page| page.trim_end_matches('/')), Some(own_name(name)))
            }
        };
        let there = self.pages.get(title);
        match file {
            Some(file) => self.paths.download(there.map(|page| page.id.as_str()), title, file),
            None => there.map_or_else(|| self.paths.unmade(&self.space.key, title), |page| page.web.clone()),
        }
    }
}
