//! A wiki that is a git repository: each page a Markdown file, by the user's own `git`, with their keys, helpers and proxies.
//!
//! There is no working tree: blobs, trees and commits are made in a bare clone that is thrown away, so no filter, link or hook
//! of the repository acts on anything. A push never forces.

use std::io;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

use super::{FileFound, FoundPage, LastChange, OUR_SUMMARY, PageTrace, Wiki, WikiFault, WikiWrite, last_words};
use crate::files;
use crate::process;
use crate::secret::Login;

/// Variables that would turn git to another repository, or make it print what passes between it and the server.
const OTHERS: [&str; 11] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_COMMON_DIR",
    "GIT_TRACE",
    "GIT_TRACE_CURL",
    "GIT_TRACE_PACKET",
    "GIT_CURL_VERBOSE",
];

/// Answers git when it asks for a password; the variables are those of its own process, so that no other program sees them.
const HELPER: &str = "credential.helper=!f() { test \"$1\" = get && \
    printf 'username=%s\\npassword=%s\\n' \"$RUNSHEET_USER\" \"$RUNSHEET_TOKEN\"; }; f";

/// A push of so many bytes goes in one request. Larger ones go in pieces, which not every server takes.
const ONE_REQUEST: &str = "http.postBuffer=67108864";

/// Who commits where git knows no user, as in CI.
const NOBODY: [(&str, &str); 4] = [
    ("GIT_AUTHOR_NAME", "runsheet"),
    ("GIT_AUTHOR_EMAIL", "runsheet@localhost"),
    ("GIT_COMMITTER_NAME", "runsheet"),
    ("GIT_COMMITTER_EMAIL", "runsheet@localhost"),
];

/// A git repository, as it was when it was last read.
pub struct GitWiki {
    /// Holds the clone as long as it is needed.
    temporary: TempDir,
    url: String,
    login: Option<Login>,
    /// The branch that the repository calls its own.
    branch: String,
    /// Its last commit; `None` while there is none.
    tip: Option<String>,
    /// Whether git knows the user.
    knows_user: bool,
}

impl GitWiki {
    /// Reads a repository.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn open(url: &str, login: Option<Login>) -> Result<Self, WikiFault> {
        let temporary = files::temporary_folder("runsheet-wiki-")
            .map_err(|error| WikiFault::new(format!("there is no folder for temporary files: {error}")))?;
        let (branch, tip) = (String::new(), None);
        let mut wiki = Self { temporary, url: url.to_owned(), login, branch, tip, knows_user: false };
        let clone = wiki.clone_path();
        let mut command = wiki.remote();
        command.args(["clone", "--quiet", "--bare", "--depth=1", "--no-tags", "--template=", "--"]);
        let output = Self::started(command.arg(url).arg(&clone), None)?;
        if !output.status.success() {
            return Err(wiki.unreachable("can't be read", &output));
        }
        wiki.branch = wiki.line(&["symbolic-ref", "HEAD"])?.unwrap_or_else(|| "refs/heads/main".to_owned());
        wiki.tip = wiki.line(&["rev-parse", "--verify", "--quiet", "HEAD"])?;
        wiki.knows_user = wiki.line(&["config", "user.email"])?.is_some();
        Ok(wiki)
    }

    fn clone_path(&self) -> PathBuf {
        self.temporary.path().join("wiki.git")
    }

    /// A git that doesn't know of the repository that the user may stand in.
    fn git(&self) -> Command {
        let mut command = Command::new("git");
        for name in OTHERS {
            command.env_remove(name);
        }
        // Its messages are read here.
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
        if !self.knows_user {
            command.envs(NOBODY);
        }
        command
    }

    /// A git that talks to the server. A server that says nothing for half a minute is given up.
    fn remote(&self) -> Command {
        let mut command = self.git();
        command.args(["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=30"]);
        if let Some(login) = &self.login {
            // No other host may ask for the token.
            command.args(["-c", "http.followRedirects=false", "-c", "credential.helper=", "-c", HELPER]);
            command.env("RUNSHEET_USER", login.user.as_deref().unwrap_or("git"));
            command.env("RUNSHEET_TOKEN", login.secret.reveal());
        }
        command
    }

    /// A git that works in the clone.
    fn local(&self) -> Command {
        let mut command = self.git();
        command.arg("--git-dir").arg(self.clone_path());
        command.env("GIT_INDEX_FILE", self.temporary.path().join("index"));
        command
    }

    fn started(command: &mut Command, input: Option<&[u8]>) -> Result<Output, WikiFault> {
        process::run(command, input).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => WikiFault::new("there is no program `git`").help("install git"),
            _ => WikiFault::new(format!("`git` can't be started: {error}")),
        })
    }

    /// What git says in one line; `None` if it fails, as it does where there is nothing.
    fn line(&self, arguments: &[&str]) -> Result<Option<String>, WikiFault> {
        let output = Self::started(self.local().args(arguments), None)?;
        Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned()))
    }

    /// What git says in the clone, where it doesn't fail unless the disk or git itself is broken.
    fn done(&self, arguments: &[&str], input: Option<&[u8]>) -> Result<Vec<u8>, WikiFault> {
        let output = Self::started(self.local().args(arguments), input)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let words = last_words(&output.stderr, None);
        Err(WikiFault::new(format!("`git {}` fails: {words}", arguments.first().unwrap_or(&""))))
    }

    fn said(&self, arguments: &[&str], input: Option<&[u8]>) -> Result<String, WikiFault> {
        Ok(String::from_utf8_lossy(&self.done(arguments, input)?).trim().to_owned())
    }

    /// Why the server refuses, with what to do where that is known.
    fn unreachable(&self, what: &str, output: &Output) -> WikiFault {
        let words = last_words(&output.stderr, self.login.as_ref().map(|login| &login.secret));
        let fault = WikiFault::new(format!("the repository {what}: {words}"));
        let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
        let of_token = if self.login.is_some() {
            "look at `user` and at where `token` comes from"
        } else {
            "say with `user` and `token` how to log in"
        };
        if has(&[
            "Authentication failed",
            "could not read Username",
            "returned error: 403",
            "Permission denied",
            "denied to",
        ]) {
            fault.help(of_token).help("the user needs the right to write there")
        } else if has(&["not found", "does not exist", "does not appear to be a git repository"]) {
            fault
                .help("look at `url`; some servers say so, too, where one may not read")
                .help("a GitHub wiki has no repository before its first page is written by hand")
        } else if has(&[
            "Could not resolve host",
            "Failed to connect",
            "Connection refused",
            "timed out",
            "Couldn't connect",
        ]) {
            fault.help("run it again when the server can be reached")
        } else {
            fault
        }
    }

    /// The bytes of a file of the last commit; `None` if there is none.
    fn blob(&self, path: &str) -> Result<Option<Vec<u8>>, WikiFault> {
        let Some(tip) = &self.tip else { return Ok(None) };
        let answer = self.done(&["cat-file", "--batch"], Some(format!("{tip}:{path}\n").as_bytes()))?;
        // `<object> blob <size>`, the bytes, a line break; or `<name> missing`.
        let Some(end) = answer.iter().position(|byte| *byte == b'\n') else { return Ok(None) };
        let head = String::from_utf8_lossy(&answer[..end]);
        let mut words = head.rsplit(' ');
        let (Some(size), Some(kind)) = (words.next(), words.next()) else { return Ok(None) };
        match (kind, size.parse::<usize>()) {
            ("blob", Ok(size)) => Ok(answer.get(end + 1..end + 1 + size).map(<[u8]>::to_vec)),
            ("tree", Ok(_)) => Err(WikiFault::new(format!("`{path}` is a folder")).help("give the page another title")),
            _ => Ok(None),
        }
    }

    /// Makes a commit of some files on top of the last one.
    fn commit(&self, writes: &[WikiWrite<'_>], summary: &str) -> Result<String, WikiFault> {
        match &self.tip {
            Some(tip) => self.done(&["read-tree", tip], None)?,
            None => self.done(&["read-tree", "--empty"], None)?,
        };
        for write in writes {
            let (path, bytes) = match write {
                WikiWrite::Page(title, text, _) => (page_path(title), text.as_bytes()),
                WikiWrite::File(name, bytes) => ((*name).to_owned(), *bytes),
            };
            let blob = self.said(&["hash-object", "-w", "--stdin"], Some(bytes))?;
            self.done(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},{path}")], None)?;
        }
        let tree = self.said(&["write-tree"], None)?;
        let parent: Vec<&str> = self.tip.iter().flat_map(|tip| ["-p", tip.as_str()]).collect();
        let arguments = [&["commit-tree", &tree, "-F", "-"], &parent[..]].concat();
        self.said(&arguments, Some(summary.as_bytes()))
    }

    /// Who wrote a file of the last commit last, when, and in which commit. The clone of another machine's repository holds the last
    /// commit alone, so those before it are fetched now. That may fail; then nobody is named.
    fn last_commit(&mut self, path: &str) -> Option<(LastChange, String)> {
        if self.line(&["rev-parse", "--is-shallow-repository"]).ok()?? == "true" {
            let mut command = self.remote();
            command.arg("--git-dir").arg(self.clone_path()).args(["fetch", "--quiet", "--unshallow"]);
            command.args(["--filter=blob:none", "--"]).arg(&self.url).arg(&self.branch);
            if !Self::started(&mut command, None).ok()?.status.success() {
                return None;
            }
        }
        let tip = self.tip.clone()?;
        let said = self.line(&["log", "-1", "--format=%an%n%aI%n%s", &tip, "--", path]).ok()??;
        let mut lines = said.lines().map(str::to_owned);
        let (who, when) = (lines.next()?, lines.next()?);
        Some((LastChange { who, when }, lines.next().unwrap_or_default()))
    }

    /// Whether the server's branch is at this commit: the answer to a push may get lost.
    fn has_arrived(&self, commit: &str) -> bool {
        let mut command = self.remote();
        command.arg("ls-remote").arg("--").arg(&self.url).arg(&self.branch);
        let output = Self::started(&mut command, None);
        output.is_ok_and(|output| output.stdout.starts_with(commit.as_bytes()))
    }
}

/// The path of a page in the repository.
fn page_path(title: &str) -> String {
    format!("{title}.md")
}

impl Wiki for GitWiki {
    fn title_fault(&self, title: &str) -> Option<String> {
        let is_bad = |c: char| c.is_control() || "\\:*?\"<>|".contains(c);
        if let Some(bad) = title.chars().find(|c| is_bad(*c)) {
            return Some(format!("`{}` can't stand in the name of a file", bad.escape_default()));
        }
        let is_odd = |part: &str| {
            part.is_empty() || part.starts_with('.') || part.ends_with(['.', ' ']) || part.starts_with([' ', '-'])
        };
        title
            .split('/')
            .any(is_odd)
            .then(|| "its parts between `/` don't begin with `.`, `-` or a space, nor end so".to_owned())
            .or_else(|| (title.len() > 200).then(|| "it is longer than 200 bytes".to_owned()))
    }

    fn page(&mut self, title: &str) -> Result<Option<FoundPage>, WikiFault> {
        let blob = self.blob(&page_path(title))?;
        let found = |bytes| FoundPage { text: String::from_utf8_lossy(bytes).into_owned(), trace: PageTrace::InText };
        Ok(blob.as_deref().map(found))
    }

    fn last_change(&mut self, title: &str) -> Option<LastChange> {
        self.last_commit(&page_path(title)).map(|(last, _)| last)
    }

    fn file_of_others(&mut self, name: &str) -> Option<LastChange> {
        self.last_commit(name).filter(|(_, summary)| !summary.starts_with(OUR_SUMMARY)).map(|(last, _)| last)
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<FileFound, WikiFault> {
        Ok(match self.blob(name)? {
            None => FileFound::Nothing,
            Some(found) if found == bytes => FileFound::Same,
            Some(_) => FileFound::Other,
        })
    }

    fn write(&mut self, writes: &[WikiWrite<'_>], summary: &str) -> Result<(), (usize, WikiFault)> {
        let commit = self.commit(writes, summary).map_err(|fault| (0, fault))?;
        let mut command = self.remote();
        let buffer =
            self.line(&["config", "--get-urlmatch", "http.postBuffer", &self.url]).map_err(|fault| (0, fault))?;
        if buffer.is_none() {
            command.args(["-c", ONE_REQUEST]);
        }
        command.arg("--git-dir").arg(self.clone_path()).args(["push", "--porcelain", "--no-verify", "--"]);
        command.arg(&self.url).arg(format!("{commit}:{}", self.branch));
        let output = Self::started(&mut command, None).map_err(|fault| (0, fault))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        if output.status.success() || self.has_arrived(&commit) {
            self.tip = Some(commit);
            return Ok(());
        }
        let is_overtaken = ["[rejected]", "cannot lock ref", "failed to update ref", "incorrect old value"]
            .iter()
            .any(|words| said.contains(words));
        let fault = self.unreachable("can't be written", &output);
        Err((0, WikiFault { is_overtaken, ..fault }))
    }

    fn refresh(&mut self) -> Result<(), WikiFault> {
        *self = Self::open(&self.url, self.login.clone())?;
        Ok(())
    }

    fn address(&self, write: &WikiWrite<'_>) -> String {
        match write {
            WikiWrite::Page(title, ..) => page_path(title),
            WikiWrite::File(name, _) => (*name).to_owned(),
        }
    }
}
