//! What stands in a section of a document, by its name.

use super::kept_chart::KeptChart;
use crate::claims;
use crate::evidence::Evidence;
use crate::headline::headline;
use crate::judged::{self, Answer, Judged};
use crate::load_curve::LoadCurve;
use crate::locations::page_file;
use crate::model::QuestionModel;
use crate::reference::command;
use crate::table::Table;
use crate::tables;

/// A run that is kept with the project.
pub(super) struct KeptRun<'run> {
    /// Its folder, from the project's root.
    pub(super) place: &'run str,
    pub(super) evidence: &'run [Evidence],
    pub(super) charts: &'run [KeptChart],
}

/// A section.
pub(super) enum Section<'name> {
    /// The first question's answer in one small table.
    Headline,
    /// The charts that are kept beside the run.
    Charts,
    /// A table of the whole run.
    OfRun(fn(&[Evidence]) -> Table),
    /// A table of one question.
    Of { question: &'name str, table: fn(&Evidence) -> Table },
}

/// The names of all sections, for who wrote another one.
pub(super) const NAMES: &str = "headline, charts, seconds, half-widths, or cases, contrasts, highest rates or claims of a question";

/// More rows than any question has.
const ALL: usize = usize::MAX;

impl<'name> Section<'name> {
    /// The section of this name; `None` where there is none.
    pub(super) fn named(name: &'name str) -> Option<Self> {
        let (shown, question) = match name {
            "headline" => return Some(Self::Headline),
            "charts" => return Some(Self::Charts),
            "seconds" => return Some(Self::OfRun(tables::seconds)),
            "half-widths" => return Some(Self::OfRun(half_widths)),
            name => name.split_once(" of ")?,
        };
        let table: fn(&Evidence) -> Table = match shown {
            "cases" => |evidence| tables::cases(&QuestionModel::of(evidence), ALL),
            "contrasts" => contrasts,
            "highest rates" => |evidence| tables::highest_rates(&LoadCurve::all(evidence)),
            "claims" => |evidence| tables::claims(&claims::claims(evidence)),
            _ => return None,
        };
        Some(Self::Of { question, table })
    }

    /// The section, ending with a line feed; `None` where the run does not have what it shows. `to_root` leads from the
    /// document to the project's root.
    pub(super) fn text(&self, run: &KeptRun<'_>, to_root: &str) -> Option<String> {
        let place = format!("{to_root}{}", run.place);
        let (source, table) = match self {
            Self::Headline => return headline(run.evidence, &place),
            Self::Charts => return charts(run.charts, &place),
            Self::OfRun(table) => {
                let day = run.evidence.iter().find_map(Evidence::day)?;
                let source = format!("`cargo bench` on {day} ([all of it]({place}/summary.md)):");
                (source, table(run.evidence))
            }
            Self::Of { question, table } => {
                let evidence = run.evidence.iter().find(|evidence| evidence.name == *question)?;
                let page = page_file(question);
                let (command, day) = (command(evidence.question.as_ref()?), evidence.day()?);
                let source = format!("`{command}` on {day} ([all of it]({place}/{page})):");
                (source, table(evidence))
            }
        };
        (!table.is_empty()).then(|| format!("{source}\n\n{}", table.markdown()))
    }
}

fn contrasts(evidence: &Evidence) -> Table {
    let judged = judged::judge(evidence);
    tables::contrasts(&judged, &Answer::of(&judged), ALL).with_note(tables::CONTRASTS_LEGEND)
}

fn half_widths(run: &[Evidence]) -> Table {
    tables::half_widths(&run.iter().map(judged::judge).collect::<Vec<Judged>>())
}

/// Each chart in the colours of the reader's page; GitHub takes them from `picture`.
fn charts(charts: &[KeptChart], place: &str) -> Option<String> {
    let chart = |chart: &KeptChart| {
        let [light, dark] = chart.files();
        let text = chart.text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
        format!(
            "<picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=\"{place}/{dark}\">\n  \
             <img alt=\"{text}\" src=\"{place}/{light}\">\n</picture>\n"
        )
    };
    let charts: Vec<String> = charts.iter().map(chart).collect();
    (!charts.is_empty()).then(|| charts.join("\n"))
}
