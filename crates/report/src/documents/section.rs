//! What stands in a section of a document, by its name.

use super::KeptChart;
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
    /// How long each question took.
    Seconds,
    /// How wide the intervals of the contrasts are.
    HalfWidths,
    /// A table of one question.
    Of { question: &'name str, shown: Shown },
}

/// A table of one question.
#[derive(Clone, Copy)]
pub(super) enum Shown {
    Cases,
    Contrasts,
    HighestRates,
    Claims,
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
            "seconds" => return Some(Self::Seconds),
            "half-widths" => return Some(Self::HalfWidths),
            name => name.split_once(" of ")?,
        };
        let shown = match shown {
            "cases" => Shown::Cases,
            "contrasts" => Shown::Contrasts,
            "highest rates" => Shown::HighestRates,
            "claims" => Shown::Claims,
            _ => return None,
        };
        Some(Self::Of { question, shown })
    }

    /// The section, ending with a line feed; `None` where the run does not have what it shows. `to_root` leads from the
    /// document to the project's root.
    pub(super) fn text(&self, run: &KeptRun<'_>, to_root: &str) -> Option<String> {
        let place = format!("{to_root}{}", run.place);
        match self {
            Self::Headline => headline(run.evidence, &place),
            Self::Charts => charts(run.charts, &place),
            Self::Seconds => of_run(run, &place, &tables::seconds(run.evidence)),
            Self::HalfWidths => {
                let judged: Vec<Judged> = run.evidence.iter().map(judged::judge).collect();
                of_run(run, &place, &tables::half_widths(&judged))
            }
            Self::Of { question, shown } => {
                let evidence = run.evidence.iter().find(|evidence| evidence.name == *question)?;
                let table = shown.table(evidence);
                let page = page_file(question);
                let (command, day) = (command(evidence.question.as_ref()?), day(evidence)?);
                let source = format!("`{command}` on {day} ([all of it]({place}/{page})):");
                (!table.is_empty()).then(|| format!("{source}\n\n{}", table.markdown()))
            }
        }
    }
}

impl Shown {
    fn table(self, evidence: &Evidence) -> Table {
        match self {
            Self::Cases => tables::cases(&QuestionModel::of(evidence), ALL),
            Self::Contrasts => {
                let judged = judged::judge(evidence);
                tables::contrasts(&judged, &Answer::of(&judged), ALL)
                    .with_note(tables::CONTRASTS_LEGEND)
            }
            Self::HighestRates => tables::highest_rates(&LoadCurve::all(evidence)),
            Self::Claims => tables::claims(&claims::claims(evidence)),
        }
    }
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

fn of_run(run: &KeptRun<'_>, place: &str, table: &Table) -> Option<String> {
    let day = run.evidence.iter().find_map(day)?;
    let source = format!("`cargo bench` on {day} ([all of it]({place}/summary.md)):");
    (!table.is_empty()).then(|| format!("{source}\n\n{}", table.markdown()))
}

/// The day on which a question was begun.
fn day(evidence: &Evidence) -> Option<String> {
    let begun = evidence.records.iter().map(|record| record.started_utc).min()?.to_string();
    begun.split('T').next().map(str::to_owned)
}
