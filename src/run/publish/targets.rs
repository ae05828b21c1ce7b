//! The wikis that the configurations name, and which of them a flow goes to.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::super::config;
use super::super::gather::Job;
use crate::chars::shown;
use crate::diagnostic::{Diagnostic, Sources};
use crate::files;
use crate::lint::{self, Levels};
use crate::output::OutputKind;
use crate::secret::{self, Login};
use crate::source::config::{Config, PublishDecl, PublishedFile, WikiKind};
use crate::source::types::Line;
use crate::wiki::{Confluence, ConfluenceSpace, DokuWiki, GitWiki, MediaWiki, Wiki, WikiFault};

/// A wiki as a configuration describes it.
#[derive(Debug, Clone, Copy)]
pub struct WikiTarget<'a> {
    /// Its name in the configuration.
    pub name: &'a str,
    /// What is said of it.
    pub decl: &'a PublishDecl,
    /// The configuration's path.
    pub path: &'a Path,
}

/// The configurations of all flows.
pub struct Configs {
    read: BTreeMap<PathBuf, (Sources, Option<Config>)>,
    /// The names that are asked for; all when there are none.
    to: Vec<String>,
}

/// A wiki that is open, or why it can't be opened.
type Opened = Result<Box<dyn Wiki>, WikiFault>;

/// The wikis that were opened, by configuration and name.
#[derive(Default)]
pub struct Wikis(BTreeMap<(PathBuf, String), Opened>);

impl Configs {
    /// Reads the configuration of each flow. Faults are added to `loose`.
    pub fn of(jobs: &[Job], to: &[String], loose: &mut Vec<(Sources, Vec<Diagnostic>)>) -> Self {
        let paths: BTreeSet<PathBuf> = jobs.iter().filter_map(|job| files::config_of(&job.path)).collect();
        let mut read = BTreeMap::new();
        for path in paths {
            let (sources, config, faults) = config::read(&path);
            if !faults.is_empty() {
                loose.push((sources.clone(), faults));
            }
            read.insert(path, (sources, config));
        }
        Self { read, to: to.to_vec() }
    }

    /// What is wrong with the names that are asked for: none of the configurations has them.
    pub fn misnamed(&self) -> Option<String> {
        // A configuration with faults may name anything.
        if self.read.values().any(|(_, config)| config.is_none()) {
            return None;
        }
        let known: BTreeSet<&str> = self.all().map(|target| target.name).collect();
        let unknown = self.to.iter().find(|name| !known.contains(name.as_str()))?;
        let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Some(format!("error: `runsheet.toml` names no wiki `{}`\nhelp: it names {known}\n", shown::words(unknown)))
    }

    fn all(&self) -> impl Iterator<Item = WikiTarget<'_>> {
        self.read.iter().flat_map(|(path, (_, config))| targets(path, config.as_ref()))
    }

    /// The wikis that a flow goes to.
    ///
    /// # Errors
    /// That nothing names a wiki for it.
    pub fn of_flow(&self, job: &Job) -> Result<Vec<WikiTarget<'_>>, Diagnostic> {
        let found = files::config_of(&job.path).and_then(|path| self.read.get_key_value(&path));
        let config = found.and_then(|(_, (_, config))| config.as_ref());
        if found.is_some() && config.is_none() {
            return Ok(Vec::new());
        }
        let is_meant = |target: &WikiTarget<'_>| self.to.is_empty() || self.to.iter().any(|name| name == target.name);
        let meant: Vec<_> =
            found.into_iter().flat_map(|(path, (_, config))| targets(path, config.as_ref())).filter(is_meant).collect();
        if !meant.is_empty() {
            return Ok(meant);
        }
        let message = format!("nothing says on which wiki `{}` is published", job.name);
        let help = match found {
            Some((path, _)) => format!("name one in `{}`: `[publish.team]` with `kind` and `url`", files::shown(path)),
            None => "write a `runsheet.toml` beside the flow: `[publish.team]` with `kind` and `url`".to_owned(),
        };
        Err(Diagnostic::error_nowhere("no-wiki", message).help(help))
    }

    /// The files that any of the wikis attaches.
    pub fn attached(&self) -> Vec<OutputKind> {
        let kinds: BTreeSet<OutputKind> =
            self.all().flat_map(|target| target.decl.attach.iter().map(|file| kind(*file))).collect();
        kinds.into_iter().collect()
    }

    /// The levels of rules for a flow.
    pub fn levels(&self, job: &Job) -> Levels {
        let found = files::config_of(&job.path).and_then(|path| self.read.get(&path));
        let config = found.and_then(|(_, config)| config.as_ref());
        config.map(|config| lint::levels(&config.lints).0).unwrap_or_default()
    }
}

fn targets<'a>(path: &'a Path, config: Option<&'a Config>) -> impl Iterator<Item = WikiTarget<'a>> {
    let all = config.into_iter().flat_map(|config| config.publish.iter());
    all.map(move |(name, decl)| WikiTarget { name: &name.value, decl, path })
}

/// The kind of output that an attached file is.
pub fn kind(file: PublishedFile) -> OutputKind {
    match file {
        PublishedFile::Pdf => OutputKind::Pdf,
        PublishedFile::Chart => OutputKind::Chart,
    }
}

impl Wikis {
    /// The wiki of a target, opened when it is first needed. A fault of its token is reported once, at its place.
    ///
    /// # Errors
    /// Why it can't be opened.
    pub fn open(
        &mut self,
        target: &WikiTarget<'_>,
        configs: &Configs,
        env: &dyn Fn(&str) -> Option<OsString>,
        loose: &mut Vec<(Sources, Vec<Diagnostic>)>,
    ) -> Result<&mut dyn Wiki, WikiFault> {
        let key = (target.path.to_owned(), target.name.to_owned());
        let opened = self.0.entry(key).or_insert_with(|| {
            let folder = target.path.parent().unwrap_or(Path::new(""));
            let login = match &target.decl.token {
                None => None,
                Some(token) => match secret::read(token, folder, env) {
                    Ok(secret) => {
                        Some(Login { user: target.decl.user.as_ref().map(|user| user.value.clone()), secret })
                    }
                    Err(fault) => {
                        let sources = configs.read.get(target.path).map(|(sources, _)| sources.clone());
                        loose.push((sources.unwrap_or_default(), vec![fault]));
                        return Err(WikiFault::new("there is no token to log in with"));
                    }
                },
            };
            open(target.decl, folder, login)
        });
        match opened {
            Ok(wiki) => Ok(wiki.as_mut()),
            Err(fault) => Err(fault.clone()),
        }
    }
}

fn open(decl: &PublishDecl, folder: &Path, login: Option<Login>) -> Opened {
    let url = &decl.url.value;
    match (decl.kind, login) {
        (WikiKind::Git, login) => {
            // `host:path`, as ssh takes it, has its colon before any slash.
            let is_remote = url.contains("://") || url.split('/').next().is_some_and(|first| first.contains(':'));
            let url = if is_remote { url.clone() } else { folder.join(url).to_string_lossy().into_owned() };
            Ok(Box::new(GitWiki::open(&url, login)?))
        }
        (WikiKind::Mediawiki, Some(login)) => Ok(Box::new(MediaWiki::open(url, login)?)),
        (WikiKind::Dokuwiki, Some(login)) => Ok(Box::new(DokuWiki::open(url, login)?)),
        (kind @ (WikiKind::Confluence | WikiKind::ConfluenceDc), Some(login)) => {
            let words = |line: &Option<Line>| line.as_ref().map(|line| line.value.clone());
            let space = ConfluenceSpace {
                is_cloud: kind == WikiKind::Confluence,
                key: words(&decl.space).unwrap_or_default(),
                parent: words(&decl.parent),
            };
            Ok(Box::new(Confluence::open(url, space, login)?))
        }
        // A configuration that says nothing of a user has a fault, which is told.
        (_, None) => Err(WikiFault::new("nothing says how to log in")),
    }
}
