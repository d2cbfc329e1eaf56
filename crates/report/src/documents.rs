//! Sections of the project's documents that a reference run fills, each between two markers.
//!
//! The first document shows the headline, whose link says which run fills all of them: no document and no test names
//! it otherwise.

use std::path::{Path, PathBuf};

use crate::atomic_file;
use crate::claims;
use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::headline::headline;
use crate::judged::{self, Judged};
use crate::load_curve::LoadCurve;
use crate::locations::page_file;
use crate::model::QuestionModel;
use crate::reference::command;
use crate::table::Table;
use crate::tables;

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

/// The names of all sections, for who wrote another one.
const NAMES: &str = "headline, charts, seconds, half-widths, or cases, contrasts, highest rates or claims of a question";

/// More rows than any question has.
const ALL: usize = usize::MAX;

/// A chart of a run that is kept with the project, as two files beside its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptChart {
    /// What it shows, for whoever does not see it.
    pub text: String,
    /// The names of its files for a light and a dark page, each with its SVG.
    pub files: [(String, String); 2],
}

/// A run that is kept with the project.
struct KeptRun<'run> {
    /// Its folder, from the project's root.
    place: &'run str,
    evidence: Vec<Evidence>,
    charts: &'run [KeptChart],
}

/// A document as it stands.
struct Document {
    path: PathBuf,
    /// From the document to the project's root.
    to_root: String,
    text: String,
}

/// A marked section of a text, with what stands before and behind it.
struct Marked<'text> {
    before: &'text str,
    name: &'text str,
    inside: &'text str,
    behind: &'text str,
}

/// Fills every section of `documents` from the run in `root/place`, beside which its `charts` lie. All are made before the first is written.
///
/// # Errors
/// [`ReportError::Refused`] when markers are wrong, a section is unknown or the run does not have it,
/// [`ReportError::Run`] when the run cannot be read, [`ReportError::Write`] when a document cannot be written.
pub fn fill(
    root: &Path,
    documents: &[&str],
    place: &str,
    charts: &[KeptChart],
) -> Result<(), ReportError> {
    let run = KeptRun { place, evidence: Evidence::read(&root.join(place))?, charts };
    let mut filled = Vec::new();
    for name in documents {
        let document = Document::read(root, name)?;
        let marked = document.marked()?;
        let mut text = String::new();
        for Marked { before, name, .. } in &marked {
            let section = document.section(name, &run)?;
            text += &[before, BEGIN, name, BEGIN_END, &section, END].concat();
        }
        text += marked.last().map_or("", |last| last.behind);
        filled.push((document.path, text));
    }
    filled.iter().try_for_each(|(path, text)| atomic_file::replace(path, text))
}

/// Compares every section of `documents` with what the run to which the first of them links says.
///
/// # Errors
/// [`ReportError::Refused`] saying what is stale or missing, and what to do.
pub fn check(root: &Path, documents: &[&str], charts: &[KeptChart]) -> Result<(), ReportError> {
    let place = &reference_run(root, documents)?;
    let run = KeptRun { place, evidence: Evidence::read(&root.join(place))?, charts };
    for name in documents {
        let document = Document::read(root, name)?;
        for Marked { name, inside, .. } in document.marked()? {
            if document.section(name, &run)? != inside {
                return Err(document.wrong(&format!("{name} as {place} has it"), "something else"));
            }
        }
    }
    Ok(())
}

/// The folder of the run that fills the documents, from the project's root: where the first one's headline links to.
///
/// # Errors
/// [`ReportError::Refused`] where it has no such link.
pub fn reference_run(root: &Path, documents: &[&str]) -> Result<String, ReportError> {
    let document = Document::read(root, documents.first().copied().unwrap_or_default())?;
    let place = document.marked()?.iter().find_map(|marked| {
        let (before, _) = marked.inside.rsplit_once(SUMMARY)?;
        Some(before.rsplit_once(LINK)?.1.to_owned())
    });
    place.ok_or_else(|| document.wrong("a link to a reference run", "none"))
}

impl<'text> Marked<'text> {
    /// The first section of a text.
    fn first(text: &'text str) -> Option<Self> {
        let (before, rest) = text.split_once(BEGIN)?;
        let (name, rest) = rest.split_once(BEGIN_END)?;
        let (inside, behind) = rest.split_once(END)?;
        Some(Self { before, name, inside, behind })
    }

    fn following(&self) -> Option<Self> {
        Self::first(self.behind)
    }
}

impl Document {
    fn read(root: &Path, name: &str) -> Result<Self, ReportError> {
        let path = root.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Self { path, to_root: "../".repeat(name.matches('/').count()), text }),
            Err(source) => Err(ReportError::Read { path, source }),
        }
    }

    /// The sections in their order.
    fn marked(&self) -> Result<Vec<Marked<'_>>, ReportError> {
        let first = Marked::first(&self.text);
        let marked: Vec<Marked<'_>> = std::iter::successors(first, Marked::following).collect();
        let [begins, ends] = [BEGIN, END].map(|marker| self.text.matches(marker).count());
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

    /// What a section holds of a run, ending with a line feed.
    fn section(&self, name: &str, run: &KeptRun<'_>) -> Result<String, ReportError> {
        let place = format!("{}{}", self.to_root, run.place);
        let unknown = || self.wrong(NAMES, &format!("`{name}`"));
        let section = match name {
            "headline" => headline(&run.evidence, &place),
            "charts" => pictures(run.charts, &place),
            "seconds" => of_run(&run.evidence, &place, &tables::seconds(&run.evidence)),
            "half-widths" => {
                let judged: Vec<Judged> = run.evidence.iter().map(judged::judge).collect();
                of_run(&run.evidence, &place, &tables::half_widths(&judged))
            }
            of_question => {
                let (shown, question) = of_question.split_once(" of ").ok_or_else(unknown)?;
                let table: fn(&Evidence) -> Table = match shown {
                    "cases" => |evidence| tables::cases(&QuestionModel::of(evidence), ALL),
                    "contrasts" => contrasts,
                    "highest rates" => |evidence| tables::highest_rates(&LoadCurve::all(evidence)),
                    "claims" => |evidence| tables::claims(&claims::claims(evidence)),
                    _ => return Err(unknown()),
                };
                let evidence = run.evidence.iter().find(|evidence| evidence.name == question);
                evidence.and_then(|evidence| of_question_in(evidence, &place, &table(evidence)))
            }
        };
        let missing = || self.wrong(&format!("{name} in {}", run.place), "a run without that");
        section.ok_or_else(missing)
    }

    fn wrong(&self, expected: &str, got: &str) -> ReportError {
        let what = format!("expected {expected}, got {got}; `durabench reference` writes it");
        ReportError::refused(&self.path, what)
    }
}

/// A table of the whole run; `None` without a row.
fn of_run(run: &[Evidence], place: &str, table: &Table) -> Option<String> {
    let day = run.iter().find_map(Evidence::day)?;
    let all = format!("`cargo bench` on {day} ([all of it]({place}/summary.md)):");
    (!table.is_empty()).then(|| format!("{all}\n\n{}", table.markdown()))
}

/// A table of one question; `None` without a row.
fn of_question_in(evidence: &Evidence, place: &str, table: &Table) -> Option<String> {
    let (command, day) = (command(evidence.question.as_ref()?), evidence.day()?);
    let all = format!("`{command}` on {day} ([all of it]({place}/{})):", page_file(&evidence.name));
    (!table.is_empty()).then(|| format!("{all}\n\n{}", table.markdown()))
}

fn contrasts(evidence: &Evidence) -> Table {
    tables::contrasts(&judged::judge(evidence), ALL).with_note(tables::CONTRASTS_LEGEND)
}

/// Each chart in the colours of the reader's page; GitHub takes them from `picture`.
fn pictures(charts: &[KeptChart], place: &str) -> Option<String> {
    let chart = |KeptChart { text, files: [(light, _), (dark, _)] }: &KeptChart| {
        let text = text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
        format!(
            "<picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=\"{place}/{dark}\">\n  \
             <img alt=\"{text}\" src=\"{place}/{light}\">\n</picture>\n"
        )
    };
    let charts: Vec<String> = charts.iter().map(chart).collect();
    (!charts.is_empty()).then(|| charts.join("\n"))
}
