//! Rust source → tokens: only as much as is needed to find paths. Comments and white space are dropped, literals have
//! no content, lifetimes are dropped.

/// One token and its line, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub line: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword. `r#type` is `type`.
    Word(String),
    /// `::`.
    Colons,
    /// Any other punctuation, one character each.
    Mark(char),
    /// A string, character or number.
    Literal,
}

impl Token {
    /// Whether this is the given keyword or name.
    pub fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Word(own) if own == word)
    }

    /// Whether this is the given punctuation character.
    pub fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    /// The name, when this is one.
    pub fn word(&self) -> Option<&str> {
        if let Kind::Word(word) = &self.kind { Some(word) } else { None }
    }
}

/// The tokens of a file that compiles.
pub fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { chars: &chars, at: 0, line: 1 };
    let mut tokens = Vec::new();
    while lexer.at < chars.len() {
        let line = lexer.line;
        if let Some(kind) = lexer.token() {
            tokens.push(Token { kind, line });
        }
    }
    tokens
}

struct Lexer<'c> {
    chars: &'c [char],
    at: usize,
    line: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn bump(&mut self) -> char {
        let c = self.peek(0);
        self.at += 1;
        self.line += usize::from(c == '\n');
        c
    }

    /// The next token; `None` for white space, a comment or a lifetime, which it passes.
    fn token(&mut self) -> Option<Kind> {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => {
                while self.at < self.chars.len() && self.peek(0) != '\n' {
                    self.bump();
                }
                None
            }
            ('/', '*') => {
                self.block_comment();
                None
            }
            (':', ':') => {
                self.at += 2;
                Some(Kind::Colons)
            }
            ('"', _) => Some(self.string()),
            ('\'', _) => self.quote(),
            (c, _) if c.is_ascii_digit() => Some(self.number()),
            (c, _) if is_name(c) => Some(self.name()),
            (c, _) => {
                self.bump();
                (!c.is_whitespace()).then_some(Kind::Mark(c))
            }
        }
    }

    /// Block comments nest.
    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {
                    if self.at >= self.chars.len() {
                        return;
                    }
                    self.bump();
                    continue;
                }
            }
            self.at += 2;
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) -> Kind {
        self.bump();
        while self.at < self.chars.len() {
            match self.bump() {
                '\\' => {
                    self.bump();
                }
                '"' => break,
                _ => {}
            }
        }
        Kind::Literal
    }

    /// A raw string behind its `r`: as many `#` at its end as at its beginning.
    fn raw_string(&mut self) -> Kind {
        let mut hashes = 0;
        while self.peek(0) == '#' {
            self.bump();
            hashes += 1;
        }
        self.bump();
        while self.at < self.chars.len() {
            if self.bump() == '"' && (0..hashes).all(|ahead| self.peek(ahead) == '#') {
                self.at += hashes;
                break;
            }
        }
        Kind::Literal
    }

    /// A character, or a lifetime, which is no token here.
    fn quote(&mut self) -> Option<Kind> {
        self.bump();
        if self.peek(0) == '\\' || self.peek(1) == '\'' {
            if self.bump() == '\\' {
                self.bump();
            }
            while self.at < self.chars.len() && self.bump() != '\'' {}
            return Some(Kind::Literal);
        }
        while is_name(self.peek(0)) {
            self.bump();
        }
        None
    }

    fn number(&mut self) -> Kind {
        while is_name(self.peek(0)) || (self.peek(0) == '.' && self.peek(1).is_ascii_digit()) {
            self.bump();
        }
        Kind::Literal
    }

    fn name(&mut self) -> Kind {
        let start = self.at;
        while is_name(self.peek(0)) {
            self.bump();
        }
        let word: String = self.chars[start..self.at].iter().collect();
        match (word.as_str(), self.peek(0), self.peek(1)) {
            ("r" | "br" | "cr", '"', _) | ("r" | "br" | "cr", '#', '"' | '#') => self.raw_string(),
            ("b" | "c", '"', _) => self.string(),
            ("b", '\'', _) => self.quote().unwrap_or(Kind::Literal),
            ("r", '#', _) => {
                self.bump();
                self.name()
            }
            _ => Kind::Word(word),
        }
    }
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

#[test]
fn what_is_no_code_holds_no_names() {
    let text = r###"
a // b::c
/* d /* e */ f */ 'g' "h \" i" r"j\" r#"k " l"# br##"m "# n"## b'o' b"p" '\'' '\u{71}' &'static str 1.5e3 0..x 'q
r#type"###;
    let words: Vec<(String, usize)> =
        tokens(text).iter().filter_map(|token| Some((token.word()?.to_owned(), token.line))).collect();
    let expected = [("a", 2), ("str", 3), ("x", 3), ("type", 4)];
    assert_eq!(words, expected.map(|(word, line)| (word.to_owned(), line)));
}
