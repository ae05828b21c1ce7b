//! What `publish --record` is given: a list that was filled in on a screen, or the scan of one that was signed on paper.

use std::path::{Path, PathBuf};

use super::super::carried::NOT_OURS;
use super::super::release_record::ReleaseRecord;
use crate::diagnostic::Diagnostic;
use crate::field::Outcome;
use crate::files;
use crate::source;
use crate::source::release::ReleaseFile;
use crate::view::wiki::EvidenceKind;

/// A file that shows how a release went.
pub enum Evidence {
    /// A list that says what it said when it was made, filled in.
    Record(ReleaseRecord),
    /// A scan whose SHA-256 stands in a release file. What is on it can't be verified.
    Scan {
        /// What it holds.
        bytes: Vec<u8>,
        /// Its SHA-256.
        digest: String,
    },
}

impl Evidence {
    /// Reads a file. It is a scan where one of the releases names its digest as that of its scan.
    ///
    /// # Errors
    /// A scan that is no PDF; else whatever is wrong with it as a record.
    pub fn read<'a>(
        path: &Path,
        fonts: &[PathBuf],
        mut releases: impl Iterator<Item = &'a ReleaseFile>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let bytes = files::read(path, files::PDF_LIMIT).map_err(|fault| vec![fault])?;
        let digest = source::digest(&bytes);
        if !releases.any(|release| release.names_scan(&digest)) {
            let record = ReleaseRecord::of(files::shown(path), (bytes, digest), fonts);
            return record.map(Self::Record).map_err(|faults| {
                let help = "for the scan of a signed list, name it to `runsheet close RELEASE --scan FILE` first";
                faults.into_iter().map(|fault| if fault.code == NOT_OURS { fault.help(help) } else { fault }).collect()
            });
        }
        if !bytes.starts_with(b"%PDF-") {
            let message = format!("`{}` is no PDF", files::shown(path));
            let fault = Diagnostic::error_nowhere("no-record", message);
            return Err(vec![
                fault.help("a scan goes on a page as a PDF: make one of it, and name that to `runsheet close --scan`"),
            ]);
        }
        Ok(Self::Scan { bytes, digest })
    }

    /// Which of the two it is.
    pub const fn kind(&self) -> EvidenceKind {
        match self {
            Self::Record(_) => EvidenceKind::Record,
            Self::Scan { .. } => EvidenceKind::Scan,
        }
    }

    /// What the file holds.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Record(record) => &record.bytes,
            Self::Scan { bytes, .. } => bytes,
        }
    }

    /// Whether it is of a release of the flow with this id.
    pub fn is_of(&self, flow: &str, release: &ReleaseFile) -> bool {
        match self {
            Self::Record(record) => record.is_of(flow, release),
            Self::Scan { digest, .. } => release.names_scan(digest),
        }
    }

    /// The outcome that it says, which a scan doesn't.
    pub const fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Record(record) => record.outcome,
            Self::Scan { .. } => None,
        }
    }

    /// The fault that the release file says otherwise.
    pub fn contradicts(&self, release: &ReleaseFile) -> Option<Diagnostic> {
        match self {
            Self::Record(record) => record.contradicts(release).or_else(|| record.is_another(release)),
            Self::Scan { .. } => None,
        }
    }

    /// The fault that none of the flows has its release.
    pub fn homeless(&self) -> Option<Diagnostic> {
        match self {
            Self::Record(record) => Some(record.homeless("which isn't published here")),
            Self::Scan { .. } => None,
        }
    }
}
