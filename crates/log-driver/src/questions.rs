//! The document's questions as a question of the run: plans measured in blocks, and contrasts that the report judges.

use std::collections::BTreeMap;
use std::error::Error;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::PathBuf;
use std::time::Duration;

use fixture::{AdditionalExtent, AdditionalMeasurement, Scene, check_interrupt, target_directory};
use measure::record::{
    AskedRecord, CaseId, Class, Column, ComparisonKey, ComparisonsRecord, ContrastKey,
    ContrastKind, ContrastRecord, FailedCase, Metric, NameRecord, QuestionRecord, RunRecord,
};
use report::terminal::Terminal;
use runner::session::{Session, Topic};

use crate::compared::{AGAIN, COMPARED, DOCUMENT, HEADLINES, LOG, Named, plans};
use crate::input::InputFile;
use crate::record::TOPIC;
use crate::rounds::{Effort, Measured};

/// The question's name.
pub const QUESTIONS: &str = "log_driver_questions";

/// What is asked.
pub const QUESTIONS_TOPIC: Topic = Topic {
    question: QUESTIONS,
    asks: "what do fairness, backpressure, indexes, batches, vacuuming and retries change in a durable queue?",
    claim: TOPIC.claim,
    settled_by: "the whole pipeline in blocks: two runs that differ in one thing",
    swept_axis: "none",
};

impl Effort {
    /// What fits beside a bench: 21 plans, each run for less than a third of a second.
    const BESIDE_A_BENCH: Self = Self {
        messages: NonZeroU64::new(1_000).expect("not zero"),
        blocks: NonZeroU32::new(6).expect("not zero"),
        run_max: Duration::from_millis(300),
    };

    /// Everything once.
    const TRIED: Self = Self {
        messages: NonZeroU64::new(20).expect("not zero"),
        blocks: NonZeroU32::MIN,
        run_max: Duration::from_secs(20),
    };
}

/// A case's id.
fn id_of(named: &Named) -> CaseId {
    let label = named.plan.label();
    CaseId(if named.name == AGAIN { format!("{label}_again") } else { label })
}

/// The ids by which a filter chooses.
fn filter_id(named: &Named) -> String {
    format!("{QUESTIONS}/{}", id_of(named))
}

/// What is compared of all plans, whether they are measured or not: what is not says so.
fn comparisons(plans: &[Named]) -> (Vec<ContrastRecord>, ComparisonsRecord) {
    let ids: BTreeMap<&str, CaseId> = plans.iter().map(|it| (it.name, id_of(it))).collect();
    let contrast = |kind, case: &str, baseline: &str, metric| {
        let (case, baseline) = (ids[case].clone(), ids[baseline].clone());
        let key = ContrastKey { question: QUESTIONS.to_owned(), kind, case, baseline, metric };
        ContrastRecord { key, class: Class::Disk }
    };
    let declared = COMPARED.iter().map(|&(_, axis, metric, [case, baseline])| {
        let kind = match (case, baseline) {
            (LOG, DOCUMENT) => ContrastKind::LogBesideSqlite,
            _ => ContrastKind::OneFactorAlone { axis: axis.to_owned() },
        };
        contrast(kind, case, baseline, metric)
    });
    let mut contrasts: Vec<ContrastRecord> = declared.collect();
    let asked = COMPARED.iter().zip(&contrasts).map(|((asks, ..), contrast)| AskedRecord {
        asks: (*asks).to_owned(),
        contrast: contrast.key.clone(),
    });
    let headlines =
        COMPARED.iter().zip(&contrasts).filter(|((asks, ..), _)| HEADLINES.contains(asks));
    let comparisons = ComparisonsRecord {
        headlines: headlines.map(|(_, it)| ComparisonKey::Contrast(it.key.clone())).collect(),
        names: plans
            .iter()
            .map(|it| NameRecord { case: id_of(it), parts: vec![it.name.to_owned()], at: None })
            .collect(),
        asked: asked.collect(),
        ..ComparisonsRecord::default()
    };
    contrasts.push(contrast(ContrastKind::NullPair, AGAIN, DOCUMENT, Metric::MessageTime));
    (contrasts, comparisons)
}

/// Measures the chosen plans, writes their records and the question, and tells of each block. After Ctrl-C whole blocks
/// are kept.
///
/// # Errors
/// The first failure of a plan, while the others' records stay; Ctrl-C; and a record that cannot be written.
pub fn measure_questions(
    (session, input): (&Session, &InputFile),
    is_chosen: &dyn Fn(&str) -> bool,
    effort: Effort,
    tell: &mut dyn FnMut(u32),
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let all = plans(effort.messages);
    let chosen = all.iter().filter(|named| is_chosen(&filter_id(named))).cloned().collect();
    let measured = Measured::of(chosen, (session, input), effort, tell);
    if let Some(run) = session.run_directory() {
        for (named, mut record) in measured.records(QUESTIONS, session)? {
            record.case.id = id_of(named).0;
            record.case.repeats_case = (named.name == AGAIN).then(|| record.case.label.clone());
            note_incomplete(&mut record);
            run.write_record(&record)?;
        }
        run.write_question(&question(session, &all, &measured))?;
    }
    check_interrupt()?;
    let failed = measured.plans.into_iter().find_map(|own| Some((own.named, own.failure?)));
    failed.map_or(Ok(()), |(named, failure)| Err(format!("{}: {failure}", id_of(&named)).into()))
}

fn question(session: &Session, all: &[Named], measured: &Measured) -> QuestionRecord {
    let (contrasts, comparisons) = comparisons(all);
    let failed = measured.plans.iter().filter_map(|own| {
        let error = own.failure.as_ref().map(ToString::to_string)?;
        Some(FailedCase { id: id_of(&own.named).0, error })
    });
    QuestionRecord {
        cases: all.iter().map(|named| id_of(named).0).collect(),
        contrasts,
        comparisons,
        failed: failed.collect(),
        columns: Some(vec![Column::DatabaseSize]),
        ..session.question()
    }
}

/// Of fewer blocks no interval is worth its name.
fn note_incomplete(record: &mut RunRecord) {
    const BLOCKS_MIN: usize = 4;
    let blocks = record.blocks.as_ref().map_or(0, |blocks| blocks.replicates.len());
    if blocks < BLOCKS_MIN {
        let note = format!(
            "incomplete: expected at least {BLOCKS_MIN} blocks, got {blocks}; no interval is worth its name"
        );
        record.notes.push(note);
    }
}

/// The questions beside `benches/log_driver.rs`.
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
        plans(Effort::BESIDE_A_BENCH.messages).iter().map(filter_id).collect()
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
        let input = InputFile::at(&default_input(Self::INPUT_MESSAGES)?, Self::INPUT_MESSAGES)?;
        let session = Session::begin(QUESTIONS_TOPIC, scene.scratch, scene.run)?;
        let is_chosen = |id: &str| chosen.iter().any(|it| it == id);
        let measured = measure_questions((&session, &input), &is_chosen, effort, &mut |block| {
            println!("{QUESTIONS}: block {} of {}", block + 1, effort.blocks);
        });
        if let Some(run) = session.run_directory() {
            report::write_summary(run.path())?;
            page::write_index(run.path())?;
            println!("\n{}", report::closing_text(run.path(), QUESTIONS, Terminal::of_stdout())?);
        }
        measured
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_comparison_is_declared_with_cases_of_its_own_ids() {
        let plans = plans(Effort::BESIDE_A_BENCH.messages);
        let (contrasts, comparisons) = comparisons(&plans);
        assert_eq!(contrasts.len(), COMPARED.len() + 1);
        assert_eq!(comparisons.asked.len(), COMPARED.len());
        assert_eq!(comparisons.headlines.len(), HEADLINES.len());
        let ids = QuestionAnswers.ids();
        let mut distinct = ids.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), ids.len(), "{ids:?}");
        for contrast in &contrasts {
            for end in [&contrast.key.case, &contrast.key.baseline] {
                assert!(ids.contains(&format!("{QUESTIONS}/{end}")), "{end}");
            }
        }
    }
}
