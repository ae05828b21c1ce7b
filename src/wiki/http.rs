//! Talks to a server over http or https, and says in plain words why it doesn't work.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::config::Config;
use ureq::http::{HeaderMap, Request, header};
use ureq::tls::{RootCerts, TlsConfig};

use super::WikiFault;

/// The longest that one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often something is asked for that changes nothing, and within which time.
const TRIES: u32 = 4;
const TRYING: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
const MOST: u64 = 64 << 20;

/// Parts of a body of several parts begin with this line.
const BOUNDARY: &str = "runsheet-7f1c0a52c2b94d0e";

/// A server, with what it told us to remember.
pub struct Server {
    agent: Agent,
    url: String,
    cookies: BTreeMap<String, String>,
    /// What stands in the header `Authorization`.
    authorization: Option<String>,
    /// Headers that go with each request.
    headers: &'static [(&'static str, &'static str)],
}

/// The body of a request.
#[derive(Debug, Clone)]
pub struct RequestBody {
    /// Its type.
    pub kind: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl RequestBody {
    /// Names and values as a form has them.
    pub fn form(words: &[(&str, &str)]) -> Self {
        let mut text = String::new();
        for (name, value) in words {
            // Writing to a string can't fail.
            let _ = write!(text, "{}{name}=", if text.is_empty() { "" } else { "&" });
            percent(&mut text, value, b"");
        }
        Self { kind: "application/x-www-form-urlencoded".to_owned(), bytes: text.into_bytes() }
    }

    /// Names and values, and a file of this name and type, as a body of several parts.
    pub fn parts(words: &[(&str, &str)], (name, kind): (&str, &str), bytes: &[u8]) -> Self {
        let mut body = Vec::new();
        for (name, value) in words {
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: {kind}\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        Self { kind: format!("multipart/form-data; boundary={BOUNDARY}"), bytes: body }
    }
}

/// Adds words, percent-encoded but for letters, digits and a few signs.
pub fn percent(out: &mut String, words: &str, signs: &[u8]) {
    for byte in words.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) || signs.contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// A request: how it is made, where, and what it brings.
#[derive(Debug, Clone, Copy)]
pub struct WebRequest<'a> {
    /// Its method.
    pub method: &'static str,
    /// The address.
    pub url: &'a str,
    /// What goes with it.
    pub body: Option<&'a RequestBody>,
}

/// An answer that says something of what was asked for.
#[derive(Debug, Clone)]
pub struct WebAnswer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub bytes: Vec<u8>,
}

impl WebAnswer {
    /// The body, where the answer is that all went well.
    ///
    /// # Errors
    /// What another answer means where each answer should be one of that kind.
    fn good(self) -> Result<Vec<u8>, NoAnswer> {
        match self.status {
            200 => Ok(self.bytes),
            403 => Err(NoAnswer::refused(let_in(self.status))),
            404 => Err(NoAnswer::refused(WikiFault::new("the server has nothing there: 404").help("look at `url`"))),
            status => {
                let fault = WikiFault::new(format!("the server answers {status}"));
                Err(NoAnswer { is_unsure: true, ..NoAnswer::refused(fault) })
            }
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoAnswer {
    /// What is told.
    pub fault: WikiFault,
    /// Whether the request may have been carried out all the same.
    pub is_unsure: bool,
    /// How long the server wants us to wait. It has done nothing yet.
    pause: Option<Duration>,
}

impl NoAnswer {
    /// The request wasn't carried out, and won't be.
    pub const fn refused(fault: WikiFault) -> Self {
        Self { fault, is_unsure: false, pause: None }
    }
}

impl Server {
    /// A server at an address. Certificates are checked as the system does it.
    pub fn new(url: &str, authorization: Option<String>) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        // A redirect could lead a password to another host, and turns what is written into a question.
        let config = Config::builder()
            .tls_config(tls)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("runsheet/", env!("CARGO_PKG_VERSION")))
            .build();
        let (url, cookies) = (url.to_owned(), BTreeMap::new());
        Self { agent: config.into(), url, cookies, authorization, headers: &[] }
    }

    /// The same with headers that go with each request.
    pub fn with_headers(self, headers: &'static [(&'static str, &'static str)]) -> Self {
        Self { headers, ..self }
    }

    /// Asks for something that changes nothing, at the server's one address.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn ask(&mut self, body: &RequestBody) -> Result<Vec<u8>, WikiFault> {
        let url = self.url.clone();
        let request = WebRequest { method: "POST", url: &url, body: Some(body) };
        self.patient(true, |server| server.once(&request).and_then(WebAnswer::good)).map_err(|no| no.fault)
    }

    /// Sends something to be written, at the server's one address.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn send(&mut self, body: &RequestBody) -> Result<Vec<u8>, NoAnswer> {
        let url = self.url.clone();
        self.change(&WebRequest { method: "POST", url: &url, body: Some(body) }).and_then(WebAnswer::good)
    }

    /// Asks for something at an address of this server.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn get(&mut self, url: &str) -> Result<WebAnswer, WikiFault> {
        let request = WebRequest { method: "GET", url, body: None };
        self.patient(true, |server| server.once(&request)).map_err(|no| no.fault)
    }

    /// Sends something to be written. What the server puts off is sent again; what it may have done isn't.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn change(&mut self, request: &WebRequest<'_>) -> Result<WebAnswer, NoAnswer> {
        self.patient(false, |server| server.once(request))
    }

    /// Tries something again where that may help: what the server puts off, and what changes nothing.
    fn patient<T>(
        &mut self,
        changes_nothing: bool,
        mut once: impl FnMut(&mut Self) -> Result<T, NoAnswer>,
    ) -> Result<T, NoAnswer> {
        let begun = Instant::now();
        let mut tries = 0;
        loop {
            tries += 1;
            let no = match once(self) {
                Ok(answer) => return Ok(answer),
                Err(no) => no,
            };
            let may_help = no.pause.is_some() || (changes_nothing && no.is_unsure);
            let pause = no.pause.unwrap_or_default().max(pause(tries));
            if tries == TRIES || !may_help || begun.elapsed() + pause > TRYING {
                return Err(no);
            }
            thread::sleep(pause);
        }
    }

    /// Sends a request once.
    fn once(&mut self, request: &WebRequest<'_>) -> Result<WebAnswer, NoAnswer> {
        let mut builder = Request::builder().method(request.method).uri(request.url);
        for (name, value) in self.headers {
            builder = builder.header(*name, *value);
        }
        if let Some(authorization) = &self.authorization {
            builder = builder.header(header::AUTHORIZATION, authorization);
        }
        // Whoever logs in with each request needs no session.
        if !self.cookies.is_empty() && self.authorization.is_none() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            builder = builder.header(header::COOKIE, cookies.join("; "));
        }
        let answer = match request.body {
            Some(body) => {
                let made = builder.header(header::CONTENT_TYPE, &body.kind).body(&body.bytes[..]);
                made.map_err(ureq::Error::from).and_then(|request| self.agent.run(request))
            }
            None => builder.body(()).map_err(ureq::Error::from).and_then(|request| self.agent.run(request)),
        };
        let mut answer = answer.map_err(|error| no_answer(&error))?;
        self.remember(answer.headers());
        let status = answer.status().as_u16();
        let said = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
        let (place, pause) = (said(header::LOCATION), said(header::RETRY_AFTER));
        let bytes = answer.body_mut().with_config().limit(MOST).read_to_vec().map_err(|error| no_answer(&error))?;
        let fault = |message: String, help: &str| NoAnswer::refused(WikiFault::new(message).help(help));
        Err(match status {
            300..=399 => {
                fault(format!("the server sends us on to `{place}`"), "set `url` to the address that it names")
            }
            401 => NoAnswer::refused(let_in(status)),
            413 => fault(
                "the server takes nothing so large: 413".to_owned(),
                "raise its limit, or attach less with `attach`",
            ),
            429 => {
                let pause = pause.trim().parse().map_or(Duration::ZERO, Duration::from_secs);
                let no = fault("the server wants us to ask less often: 429".to_owned(), "run it again later");
                NoAnswer { pause: Some(pause), ..no }
            }
            500.. => {
                let fault = WikiFault::new(format!("the server is out of order or busy: {status}"));
                NoAnswer { is_unsure: true, ..NoAnswer::refused(fault.help("run it again later")) }
            }
            _ => return Ok(WebAnswer { status, bytes }),
        })
    }

    /// Keeps the cookies of an answer for the next request. Only this server ever gets them.
    fn remember(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            if let Some((name, value)) = cookie.split_once('=') {
                self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }
}

/// What it means that a server doesn't let us in.
fn let_in(status: u16) -> WikiFault {
    WikiFault::new(format!("the server refuses us: {status}"))
        .help("look at `user` and at where `token` comes from, and whether that user may use the API")
}

/// How long to wait before the next try.
pub fn pause(tries: u32) -> Duration {
    Duration::from_secs(1 << tries.min(3).saturating_sub(1))
}

fn no_answer(error: &ureq::Error) -> NoAnswer {
    let fault = WikiFault::new(format!("the server can't be reached: {error}"));
    let (help, is_unsure) = match error {
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
            ("the system must trust the server's certificate; `SSL_CERT_FILE` names a file of others", false)
        }
        ureq::Error::BadUri(_) | ureq::Error::HostNotFound => ("look at `url`", false),
        _ => ("look at `url`, and run it again when the server can be reached", true),
    };
    NoAnswer { is_unsure, ..NoAnswer::refused(fault.help(help)) }
}
