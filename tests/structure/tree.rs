//! Reads source files into modules, with the paths that the code of each module names.
//!
//! Names are resolved as the language does it, as far as modules go: declared modules, items, imports, re-exports and
//! globs. Types of values aren't known, so a method call names nothing. Code that only tests use isn't read.

use std::collections::{BTreeMap, BTreeSet};

use super::lexer::{Kind, Token, tokens};

/// The crate's name, as its own binary calls it.
const CRATE: &str = "runsheet";
/// How many values a function may take. With more, nobody can tell which is which at the call.
const MOST_VALUES: usize = 7;
/// How many values a tuple among them may hold.
const MOST_IN_TUPLE: usize = 4;

/// The source files of one crate.
#[derive(Default)]
pub struct Tree {
    /// Paths below `src`, in order.
    pub files: Vec<String>,
    /// Modules by path from the root, such as `page::pdf`; the path of the root is empty, that of `main.rs` is
    /// `main`.
    modules: BTreeMap<String, Module>,
    /// Names in the code, before they are resolved.
    uses: Vec<Named>,
    /// Macros by name, with the file that defines them.
    macros: BTreeMap<String, usize>,
    /// Modules that only tests use.
    for_tests: BTreeSet<String>,
    /// Functions that take too many values.
    pub wide: Vec<String>,
    /// Types by name, each with the module and the place of every declaration.
    types: BTreeMap<String, Vec<(String, String)>>,
}

#[derive(Default)]
struct Module {
    file: usize,
    items: BTreeSet<String>,
    children: BTreeSet<String>,
    /// Imports: the name in this module and the path that it leads to.
    imports: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

/// A path as the code of a module names it.
struct Named {
    module: String,
    line: usize,
    path: Vec<String>,
    is_macro: bool,
}

/// An arrow: one file names something that another file defines.
#[derive(Debug, Clone)]
pub struct Arrow {
    pub from: usize,
    pub to: usize,
    pub line: usize,
    /// The path as it is written.
    pub path: String,
}

impl Tree {
    /// Reads files, given as path below `src` and text.
    pub fn read(sources: &[(String, String)]) -> Self {
        let mut tree = Self::default();
        for (path, text) in sources {
            let module = module_of(path);
            let file = tree.files.len();
            tree.files.push(path.clone());
            tree.modules.entry(module.clone()).or_default().file = file;
            let tokens = tokens(text);
            Reader { tree: &mut tree, tokens: &tokens, file }.read(&module);
        }
        let mut uses = std::mem::take(&mut tree.uses);
        uses.retain(|named| !tree.is_for_tests(&named.module));
        let mut wide = std::mem::take(&mut tree.wide);
        wide.retain(|wide| !tree.is_for_tests(&module_of(wide.split(':').next().unwrap_or_default())));
        Self { uses, wide, ..tree }
    }

    /// Files that not only tests use.
    pub fn used_files(&self) -> impl Iterator<Item = usize> {
        (0..self.files.len()).filter(|file| !self.is_for_tests(&self.module(*file)))
    }

    /// Names of types that are declared more than once outside of tests, each with its places.
    pub fn namesakes(&self) -> impl Iterator<Item = (&str, Vec<String>)> {
        self.types.iter().filter_map(|(name, all)| {
            let places: Vec<_> = all.iter().filter(|it| !self.is_for_tests(&it.0)).map(|it| it.1.clone()).collect();
            (places.len() > 1).then_some((name.as_str(), places))
        })
    }

    fn is_for_tests(&self, module: &str) -> bool {
        self.for_tests.iter().any(|test| is_within(module, test))
    }

    /// The module path of a file.
    pub fn module(&self, file: usize) -> String {
        module_of(&self.files[file])
    }

    /// Every arrow from one file to another, in the order of the source.
    pub fn arrows(&self) -> Vec<Arrow> {
        let mut arrows = Vec::new();
        for named in &self.uses {
            let from = self.modules[&named.module].file;
            let to = match named.path.as_slice() {
                [name] if named.is_macro && !self.modules[&named.module].imports.contains_key(name) => {
                    self.macros.get(name).copied()
                }
                path => self.resolve(&named.module, path, 0),
            };
            if let Some(to) = to.filter(|to| *to != from) {
                arrows.push(Arrow { from, to, line: named.line, path: named.path.join("::") });
            }
        }
        arrows
    }

    /// The file that defines what a path leads to from a module; `None` for items of other crates.
    fn resolve(&self, module: &str, path: &[String], depth: usize) -> Option<usize> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.within("", rest, depth),
            CRATE if is_within(module, "main") => self.within("", rest, depth),
            "self" => self.within(module, rest, depth),
            "super" => self.resolve_in_parent(module, rest, depth),
            _ => self.within(module, path, depth),
        }
    }

    fn resolve_in_parent(&self, module: &str, rest: &[String], depth: usize) -> Option<usize> {
        let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
        if rest.first().is_some_and(|next| next == "super") {
            return self.resolve_in_parent(parent, &rest[1..], depth);
        }
        self.within(parent, rest, depth)
    }

    /// The same for a path that begins in a module. Imports are followed up to a limit, because one may lead to
    /// itself.
    fn within(&self, module: &str, path: &[String], depth: usize) -> Option<usize> {
        let own = self.modules.get(module)?;
        let Some((first, rest)) = path.split_first() else { return Some(own.file) };
        if depth > 16 {
            return None;
        }
        let child = own.children.contains(first).then(|| joined(module, first));
        if let Some(child) = child.as_ref().filter(|_| !rest.is_empty())
            && let Some(found) = self.within(child, rest, depth + 1)
        {
            return Some(found);
        }
        if own.items.contains(first) {
            return Some(own.file);
        }
        if let Some(leads_to) = own.imports.get(first) {
            let path: Vec<String> = leads_to.iter().chain(rest).cloned().collect();
            if let Some(found) = self.resolve(module, &path, depth + 1) {
                return Some(found);
            }
        }
        if let Some(child) = child {
            return self.modules.get(&child).map(|child| child.file);
        }
        own.globs.iter().find_map(|glob| {
            // A glob of this module itself isn't followed.
            let path: Vec<String> = glob.iter().chain(path).cloned().collect();
            self.resolve(module, &path, depth + 4).filter(|found| *found != own.file)
        })
    }
}

/// `page/pdf/mod.rs` → `page::pdf`; the library's root is empty.
fn module_of(path: &str) -> String {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" { String::new() } else { path.replace('/', "::") }
}

fn joined(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

/// Whether a module is another one or lies within it.
pub fn is_within(module: &str, other: &str) -> bool {
    other.is_empty() || module.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Walks the tokens of one file.
struct Reader<'t> {
    tree: &'t mut Tree,
    tokens: &'t [Token],
    file: usize,
}

impl Reader<'_> {
    fn mark(&self, at: usize, mark: char) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_mark(mark))
    }

    fn word(&self, at: usize) -> Option<&str> {
        self.tokens.get(at)?.word()
    }

    fn own(&mut self, module: &str) -> &mut Module {
        let file = self.file;
        self.tree.modules.entry(module.to_owned()).or_insert_with(|| Module { file, ..Module::default() })
    }

    fn read(&mut self, module: &str) {
        // Modules that are written inside the file, each with the depth of brackets that it lies in.
        let mut open: Vec<(String, usize)> = vec![(module.to_owned(), 0)];
        let (mut at, mut depth) = (0, 0);
        while at < self.tokens.len() {
            let (module, base) = open.last().cloned().unwrap_or_default();
            match &self.tokens[at].kind {
                Kind::Mark('#') => {
                    let is_inner = self.mark(at + 1, '!');
                    let start = at + 1 + usize::from(is_inner);
                    if self.mark(start, '[') && self.is_test_only(start) {
                        if is_inner {
                            self.tree.for_tests.insert(module);
                            return;
                        }
                        at = self.skip_item(self.closing(start) + 1, &module);
                        continue;
                    }
                }
                Kind::Mark('{' | '(' | '[') => depth += 1,
                Kind::Mark('}' | ')' | ']') => {
                    depth -= 1;
                    if open.len() > 1 && depth == base - 1 {
                        open.pop();
                    }
                }
                Kind::Word(word) => {
                    let (word, line) = (word.clone(), self.tokens[at].line);
                    match word.as_str() {
                        "pub" if self.mark(at + 1, '(') && self.is_visibility(at + 2) => {
                            at = self.closing(at + 1) + 1;
                            continue;
                        }
                        "use" if !self.mark(at + 1, '<') => {
                            at = self.import(at + 1, &module, &mut Vec::new());
                            continue;
                        }
                        "mod" if self.word(at + 1).is_some() => {
                            let name = self.word(at + 1).unwrap_or_default().to_owned();
                            self.own(&module).children.insert(name.clone());
                            if self.mark(at + 2, '{') {
                                let inner = joined(&module, &name);
                                self.own(&inner);
                                open.push((inner, depth + 1));
                                depth += 1;
                            }
                            at += 3;
                            continue;
                        }
                        "macro_rules" if self.mark(at + 1, '!') => {
                            let name = self.word(at + 2).unwrap_or_default().to_owned();
                            self.own(&module).items.insert(name.clone());
                            self.tree.macros.insert(name, self.file);
                            at += 3;
                            continue;
                        }
                        "fn" => self.arguments(at + 1),
                        _ => {}
                    }
                    // A `type` deeper down belongs to a trait.
                    let declares =
                        ["struct", "enum", "union", "trait"].contains(&&*word) || (word == "type" && depth == base);
                    if let Some(name) = self.word(at + 1).filter(|_| declares).map(str::to_owned) {
                        let place = format!("{}:{line}", self.tree.files[self.file]);
                        self.tree.types.entry(name).or_default().push((module.clone(), place));
                    }
                    if depth == base
                        && let Some(item) = self.item(at)
                    {
                        self.own(&module).items.insert(item);
                    }
                    let follows_path = at > 0 && self.tokens[at - 1].kind == Kind::Colons;
                    let is_path = self.tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Colons);
                    let is_macro = self.mark(at + 1, '!') && !self.mark(at + 2, '=');
                    if !follows_path && (is_path || is_macro) {
                        let (path, next) = self.path(at);
                        self.tree.uses.push(Named { module, line, path, is_macro });
                        at = next;
                        continue;
                    }
                }
                Kind::Colons | Kind::Literal | Kind::Mark(_) => {}
            }
            at += 1;
        }
    }

    /// Whether brackets behind `pub` hold a visibility such as `crate`; otherwise they are a tuple.
    fn is_visibility(&self, at: usize) -> bool {
        let word = self.word(at).unwrap_or_default();
        word == "in" || (["crate", "self", "super"].contains(&word) && self.mark(at + 1, ')'))
    }

    /// The name of the item that a keyword begins.
    fn item(&self, at: usize) -> Option<String> {
        let is_item = ["struct", "enum", "union", "trait", "type", "fn", "const", "static"]
            .iter()
            .any(|keyword| self.tokens[at].is_word(keyword));
        let name = self.word(at + 1).filter(|name| is_item && *name != "fn")?;
        Some(if name == "mut" { self.word(at + 2)? } else { name }.to_owned())
    }

    /// The names of a path that begins here, up to generics, and what follows them.
    fn path(&self, mut at: usize) -> (Vec<String>, usize) {
        let mut path = Vec::new();
        while let Some(word) = self.word(at) {
            path.push(word.to_owned());
            at += 1;
            if self.tokens.get(at).is_none_or(|next| next.kind != Kind::Colons) {
                break;
            }
            at += 1;
        }
        (path, at)
    }

    /// Reads the tree behind `use`, or one branch of it, below a prefix; returns the tokens behind it.
    fn import(&mut self, mut at: usize, module: &str, prefix: &mut Vec<String>) -> usize {
        let (start, line) = (prefix.len(), self.tokens[at].line);
        loop {
            match self.tokens.get(at).map(|token| token.kind.clone()) {
                Some(Kind::Word(word)) if word != "as" => prefix.push(word),
                Some(Kind::Colons) => {}
                Some(Kind::Mark('{')) => {
                    at += 1;
                    while !self.mark(at, '}') {
                        at = self.import(at, module, prefix);
                        at += usize::from(self.mark(at, ','));
                    }
                    prefix.truncate(start);
                    return at + 1;
                }
                Some(Kind::Mark('*')) => {
                    self.own(module).globs.push(prefix.clone());
                    self.named(module, line, prefix.clone());
                    prefix.truncate(start);
                    return at + 1;
                }
                _ => break,
            }
            at += 1;
        }
        // `a::{self}` is `a`.
        let path: Vec<String> = prefix
            .iter()
            .enumerate()
            .filter(|(index, word)| *index == 0 || *word != "self")
            .map(|(_, word)| word.clone())
            .collect();
        let mut name = path.last().cloned().unwrap_or_default();
        if self.tokens.get(at).is_some_and(|token| token.is_word("as")) {
            self.word(at + 1).unwrap_or_default().clone_into(&mut name);
            at += 2;
        }
        // `use serde;` leads to another crate; here it would lead to itself.
        if path != [name.clone()] {
            self.own(module).imports.insert(name, path.clone());
        }
        self.named(module, line, path);
        prefix.truncate(start);
        at
    }

    fn named(&mut self, module: &str, line: usize, path: Vec<String>) {
        self.tree.uses.push(Named { module: module.to_owned(), line, path, is_macro: false });
    }

    /// Index of the bracket that closes the one that opens here.
    fn closing(&self, open: usize) -> usize {
        let mut depth = 0;
        for (at, token) in self.tokens.iter().enumerate().skip(open) {
            match token.kind {
                Kind::Mark('(' | '[' | '{') => depth += 1,
                Kind::Mark(')' | ']' | '}') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return at;
            }
        }
        self.tokens.len()
    }

    /// Whether an attribute makes its item one that only tests use: `cfg(test)`, also within `all`, but not within
    /// `not`.
    fn is_test_only(&self, open: usize) -> bool {
        let inside = &self.tokens[open..self.closing(open).min(self.tokens.len())];
        let has = |word: &str| inside.iter().any(|token| token.is_word(word));
        inside.get(1).is_some_and(|first| first.is_word("cfg")) && has("test") && !has("not") && !has("any")
    }

    /// Passes an item that isn't read, and returns the tokens behind it. If the item is a module in a file of its
    /// own, that file isn't read either.
    fn skip_item(&mut self, mut at: usize, module: &str) -> usize {
        while self.mark(at, '#') {
            at = self.closing(at + 1) + 1;
        }
        let is_use = self.tokens[at..].iter().take(5).any(|token| token.is_word("use"));
        while at < self.tokens.len() {
            match self.tokens[at].kind {
                Kind::Mark(';') => return at + 1,
                Kind::Mark('{') if !is_use => return self.closing(at) + 1,
                Kind::Mark('(' | '[' | '{') => at = self.closing(at),
                _ if self.tokens[at].is_word("mod") => {
                    let name = self.word(at + 1).unwrap_or_default().to_owned();
                    self.tree.for_tests.insert(joined(module, &name));
                }
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// Reports a function that takes too many values, as arguments or as one tuple.
    fn arguments(&mut self, name: usize) {
        let Some(function) = self.word(name).map(str::to_owned) else { return };
        let mut at = name + 1;
        if self.mark(at, '<') {
            let mut depth = 0;
            loop {
                match self.tokens.get(at).map(|token| &token.kind) {
                    Some(Kind::Mark('<')) => depth += 1,
                    Some(Kind::Mark('>')) if !self.mark(at - 1, '-') => depth -= 1,
                    None => return,
                    _ => {}
                }
                at += 1;
                if depth == 0 {
                    break;
                }
            }
        }
        if !self.mark(at, '(') {
            return;
        }
        let place = format!("{}:{}", self.tree.files[self.file], self.tokens[name].line);
        let close = self.closing(at);
        // A tuple that is taken apart here counts as the values in it.
        let (mut count, mut start) = (0, at + 1);
        while start < close {
            let is_tuple = self.mark(start, '(');
            count += if is_tuple { self.values(start) } else { 1 };
            start = self.value_end(start, close) + 1;
        }
        if count > MOST_VALUES {
            self.tree.wide.push(format!("{place} {function}: {count} values"));
        }
        let widest = (at + 1..close)
            .filter(|inner| self.mark(*inner, '('))
            // `Fn(A, B)` is no tuple.
            .filter(|inner| self.word(inner - 1).is_none())
            .map(|inner| self.values(inner))
            .max();
        if let Some(count) = widest.filter(|count| *count > MOST_IN_TUPLE) {
            self.tree.wide.push(format!("{place} {function}: {count} values in a tuple"));
        }
    }

    /// How many values stand between two brackets.
    fn values(&self, open: usize) -> usize {
        let close = self.closing(open);
        let (mut at, mut count) = (open + 1, 0);
        while at < close {
            at = self.value_end(at, close) + 1;
            count += 1;
        }
        count
    }

    /// Index of the comma behind a value, or of the bracket behind the last one.
    fn value_end(&self, mut at: usize, close: usize) -> usize {
        let mut angles = 0_usize;
        while at < close {
            match self.tokens[at].kind {
                Kind::Mark('(' | '[' | '{') => at = self.closing(at),
                Kind::Mark('<') => angles += 1,
                Kind::Mark('>') if !self.mark(at - 1, '-') => angles = angles.saturating_sub(1),
                Kind::Mark(',') if angles == 0 => break,
                _ => {}
            }
            at += 1;
        }
        at
    }
}
