//! The document's questions answered: a row for each contrast, on the screen and in a file of the run.

use std::error::Error;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::PathBuf;
use std::time::Duration;

use fixture::{AdditionalExtent, AdditionalMeasurement, Scene, check_interrupt, target_directory};
use measure::stats::median;
use report::table::{Cell, CsvFile, Field, Lines, Missing};
use runner::session::Session;

use crate::contrast::{Contrast, Contrasted, contrasts};
use crate::input::InputFile;
use crate::record::TOPIC;

/// A contrast and what it showed.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What was compared.
    pub contrast: Contrast,
    /// What came of it.
    pub contrasted: Contrasted,
}

/// The columns.
const FIELDS: [Field<Answer>; 9] = [
    Field::words("asks", "question", |row| Cell::text(row.contrast.asks)),
    Field::words("change", "change", |row| Cell::text(row.contrast.change)),
    Field::words("metric", "figure", |row| Cell::text(row.contrast.metric.name())),
    Field::figure("base", "without", |row| figure(&row.contrasted.base)),
    Field::figure("changed", "with", |row| figure(&row.contrasted.changed)),
    Field::figure("factor", "factor", |row| Cell::Ratio(row.contrasted.factor)),
    Field::figure("factor_low", "low", |row| end(row, |(low, _)| low)),
    Field::figure("factor_high", "high", |row| end(row, |(_, high)| high)),
    Field::words("verdict", "verdict", |row| Cell::text(row.contrasted.verdict.to_string())),
];

/// The median over the rounds.
fn figure(rounds: &[f64]) -> Cell {
    Cell::known(median(rounds), Cell::Short)
}

fn end(row: &Answer, of: fn((f64, f64)) -> f64) -> Cell {
    Cell::of(row.contrasted.interval.map(of), Cell::Ratio, Missing::TooFew)
}

/// The file of a run that holds a line for each contrast.
const FILE_STEM: &str = "log_driver_questions";

/// How contrasts are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Messages of each run.
    pub messages: NonZeroU64,
    /// How often both sides are run.
    pub rounds: NonZeroU32,
    /// A run that takes longer is ended; rates are of what it served.
    pub run_max: Duration,
}

impl Effort {
    /// What fits beside a bench: 160 runs of less than half a second.
    const BESIDE_A_BENCH: Self = Self {
        messages: NonZeroU64::new(1_000).expect("not zero"),
        rounds: NonZeroU32::new(4).expect("not zero"),
        run_max: Duration::from_millis(400),
    };

    /// Everything once.
    const TRIED: Self = Self {
        messages: NonZeroU64::new(20).expect("not zero"),
        rounds: NonZeroU32::MIN,
        run_max: Duration::from_secs(20),
    };
}

/// Measures contrasts and hands each row on, headings first. Returns the file of the rows, if the session keeps any.
///
/// # Errors
/// What a run answers, by the contrast; Ctrl-C, with which the rows before stay.
pub fn answer(
    session: &Session,
    input: &InputFile,
    contrasts: Vec<Contrast>,
    effort: Effort,
    show: &mut dyn FnMut(&str),
) -> Result<Option<PathBuf>, Box<dyn Error + Send + Sync>> {
    let run = session.run_directory().map(|run| run.path().to_path_buf());
    let mut file = run.map(|run| CsvFile::create_new(&run, FILE_STEM, &FIELDS)).transpose()?;
    let lines = Lines::of(&FIELDS);
    show(&lines.headings());
    for contrast in contrasts {
        let measured = contrast.measure(session, input, effort.rounds, effort.run_max);
        check_interrupt()?;
        let contrasted = measured.map_err(|error| format!("{}: {error}", contrast.id()))?;
        let row = Answer { contrast, contrasted };
        show(&lines.line(&row));
        if let Some(file) = &mut file {
            file.add(&row)?;
        }
    }
    Ok(file.map(|file| file.path().to_owned()))
}

/// The contrasts beside `benches/log_driver.rs`.
#[derive(Debug, Clone, Copy)]
pub struct QuestionAnswers;

impl QuestionAnswers {
    /// Messages of the input file that `durabench log-driver` uses, too.
    const INPUT_MESSAGES: NonZeroU32 = NonZeroU32::new(10_000).expect("not zero");
}

/// The input file of so many messages, below the target directory.
///
/// # Errors
/// Where there is no target directory.
pub fn default_input(messages: NonZeroU32) -> Result<PathBuf, fixture::FixtureError> {
    let directory = target_directory()?.join("durabench");
    Ok(directory.join(format!("log-driver-input.{messages}.jsonl")))
}

impl AdditionalMeasurement for QuestionAnswers {
    fn ids(&self) -> Vec<String> {
        contrasts(Effort::BESIDE_A_BENCH.messages).iter().map(Contrast::id).collect()
    }

    fn measure(
        &mut self,
        chosen: &[String],
        scene: Scene,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let effort = match scene.extent {
            AdditionalExtent::Full => Effort::BESIDE_A_BENCH,
            AdditionalExtent::Tried => Effort::TRIED,
        };
        let mut contrasts = contrasts(effort.messages);
        contrasts.retain(|contrast| chosen.contains(&contrast.id()));
        let input = InputFile::at(&default_input(Self::INPUT_MESSAGES)?, Self::INPUT_MESSAGES)?;
        let session = Session::begin(TOPIC, scene.scratch, scene.run)?;
        let file = answer(&session, &input, contrasts, effort, &mut |line| println!("{line}"))?;
        if let Some(file) = file {
            println!("figures     {}", file.display());
        }
        Ok(())
    }
}
