//! Sections of the project's documents that a reference run fills, each between two markers.
//!
//! The first document shows the headline, whose link says which run fills all of them: no document and no test names
//! it otherwise.

mod kept_chart;
mod section;

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::error::ReportError;
use crate::evidence::Evidence;
pub use kept_chart::KeptChart;
use section::{KeptRun, Section};

/// The documents with such sections, from the project's root.
pub const DOCUMENTS: [&str; 4] =
    ["README.md", "docs/CHECKPOINTS.md", "docs/VOTE.md", "docs/METHODOLOGY.md"];

/// The line before a section; the section's name stands in it.
const BEGIN: &str = "<!-- written by `durabench reference`, not by hand: ";
const BEGIN_END: &str = " -->\n";

/// The line behind it.
const END: &str = "<!-- end of what is written -->\n";

/// What a link to a reference run looks like in the headline.
const LINK: &str = "](";
const SUMMARY: &str = "/summary.md)";

/// A document as it stands.
struct Document {
    path: PathBuf,
    /// From the document to the project's root.
    to_root: String,
    text: String,
}

/// A marked section of a document.
struct Marked<'text> {
    name: &'text str,
    inside: Range<usize>,
}

/// Fills every section of `documents` from the run in `root/place`, beside which its `charts` lie. All are made before the first is written.
///
/// # Errors
/// [`ReportError::Document`] when markers are wrong, a section is unknown or the run does not have it,
/// [`ReportError::Run`] when the run cannot be read, [`ReportError::Write`] when a document cannot be written.
pub fn fill(
    root: &Path,
    documents: &[&str],
    place: &str,
    charts: &[KeptChart],
) -> Result<(), ReportError> {
    let evidence = Evidence::read(&root.join(place))?;
    let run = KeptRun { place, evidence: &evidence, charts };
    let mut filled = Vec::new();
    for name in documents {
        let document = Document::read(root, name)?;
        filled.push((document.filled(&run)?, document.path));
    }
    Ok(filled.iter().try_for_each(|(text, path)| atomic_file::replace(path, text))?)
}

/// Compares every section of `documents` with what the run to which the first of them links says.
///
/// # Errors
/// [`ReportError::Document`] saying what is stale or missing, and what to do.
pub fn check(root: &Path, documents: &[&str], charts: &[KeptChart]) -> Result<(), ReportError> {
    let place = reference_run(root, documents)?;
    let evidence = Evidence::read(&root.join(&place))?;
    let run = KeptRun { place: &place, evidence: &evidence, charts };
    documents.iter().try_for_each(|name| Document::read(root, name)?.check(&run))
}

/// The folder of the run that fills the documents, from the project's root: where the first one's headline links to.
///
/// # Errors
/// [`ReportError::Document`] where it has no such link.
pub fn reference_run(root: &Path, documents: &[&str]) -> Result<String, ReportError> {
    let document = Document::read(root, documents.first().copied().unwrap_or_default())?;
    let of_section = |marked: &Marked<'_>| {
        let shown = &document.text[marked.inside.clone()];
        let end = shown.rfind(SUMMARY)?;
        let begin = shown[..end].rfind(LINK)? + LINK.len();
        Some(shown[begin..end].to_owned())
    };
    let place = document.marked()?.iter().find_map(of_section);
    place.ok_or_else(|| document.wrong("a link to a reference run", "none"))
}

impl Document {
    fn read(root: &Path, name: &str) -> Result<Self, ReportError> {
        let path = root.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Self { path, to_root: "../".repeat(name.matches('/').count()), text }),
            Err(source) => Err(ReportError::Read { path, source }),
        }
    }

    fn filled(&self, run: &KeptRun<'_>) -> Result<String, ReportError> {
        let (mut filled, mut from) = (String::new(), 0);
        for marked in self.marked()? {
            filled += &self.text[from..marked.inside.start];
            filled += &self.section(&marked, run)?;
            from = marked.inside.end;
        }
        Ok(filled + &self.text[from..])
    }

    fn check(&self, run: &KeptRun<'_>) -> Result<(), ReportError> {
        for marked in self.marked()? {
            if self.text[marked.inside.clone()] != self.section(&marked, run)? {
                let expected = format!("{} as {} has it", marked.name, run.place);
                return Err(self.wrong(&expected, "something else"));
            }
        }
        Ok(())
    }

    fn section(&self, marked: &Marked<'_>, run: &KeptRun<'_>) -> Result<String, ReportError> {
        let section = Section::named(marked.name)
            .ok_or_else(|| self.wrong(section::NAMES, &format!("`{}`", marked.name)))?;
        section.text(run, &self.to_root).ok_or_else(|| {
            self.wrong(&format!("{} in {}", marked.name, run.place), "a run without that")
        })
    }

    /// The sections in their order.
    fn marked(&self) -> Result<Vec<Marked<'_>>, ReportError> {
        let mut marked = Vec::new();
        let mut parts = self.text.split(BEGIN);
        let before = parts.next().unwrap_or_default();
        let mut place = before.len();
        let mut ends = before.matches(END).count();
        for part in parts {
            place += BEGIN.len();
            let section = part.split_once(BEGIN_END).and_then(|(name, behind)| {
                let begin = place + name.len() + BEGIN_END.len();
                Some(Marked { name, inside: begin..begin + behind.find(END)? })
            });
            marked.extend(section);
            ends += part.matches(END).count();
            place += part.len();
        }
        let begins = self.text.matches(BEGIN).count();
        if marked.is_empty() || marked.len() != begins || ends != begins {
            let expected = format!(
                "lines `{BEGIN}NAME{}`, each with a line `{}` behind it",
                BEGIN_END.trim_end(),
                END.trim_end()
            );
            return Err(self.wrong(&expected, &format!("{begins} and {ends} of them")));
        }
        Ok(marked)
    }

    fn wrong(&self, expected: &str, got: &str) -> ReportError {
        let (expected, got) = (expected.to_owned(), got.to_owned());
        ReportError::Document { path: self.path.clone(), expected, got }
    }
}
