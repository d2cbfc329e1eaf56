//! Every number in a sentence of an answer is a cell of a printed table or a count of `findings.json`, and every factor
//! is the ratio of two printed cells.

use std::collections::BTreeSet;

use measure::record::{Class, ContrastKind, ContrastRecord, Metric};
use report::evidence::Evidence;
use report::judged::{Judged, JudgedRow, judge};
use report::judgement::{Finding, Outcome, Verdict};
use report::model::QuestionModel;
use report::quantity::ratio;
use report::table::Table;
use report::tables::{cases, contrasts, growth, highest_rates};

use crate::in_blocks::{InBlocks, Session, contrast};
use crate::judged::{evidence, planted};
use crate::kept::kept_runs;

const NAME: &str = "log_vs_sqlite";

/// Questions of every outcome: differences, equality, too much noise, missing cases, many contrasts.
fn made_up() -> Vec<Evidence> {
    let mut missing = planted(1.2, 0.01, Session::USUAL);
    missing.records.retain(|record| record.case.id != "half/400");
    let mut empty = planted(1.2, 0.01, Session::USUAL);
    empty.records.clear();
    vec![
        planted(1.2, 0.01, Session::USUAL),
        planted(1.03, 0.1, Session::USUAL),
        planted(1.0, 0.01, Session::USUAL),
        missing,
        empty,
        many(),
    ]
}

fn many() -> Evidence {
    let labels: Vec<String> = (0..40).map(|number| format!("variant{number}")).collect();
    let of = |number: usize| InBlocks::disk(1.0 + number as f64 / 40.0, 2.0, 0.03);
    let made: Vec<(&str, InBlocks)> =
        labels.iter().enumerate().map(|(number, label)| (label.as_str(), of(number))).collect();
    let contrasts = labels[1..].iter().map(|label| {
        let (case, baseline) = (format!("{label}/400"), format!("{}/400", labels[0]));
        contrast(NAME, ContrastKind::AgainstBase, &case, &baseline, Class::Disk)
    });
    evidence(NAME, &made, contrasts.collect::<Vec<ContrastRecord>>(), Session::USUAL)
}

/// The questions of the runs that are kept with the project.
fn kept() -> Vec<Evidence> {
    kept_runs().iter().flatten().cloned().collect()
}

/// The numbers of a text, once the ids of cases are out of it.
fn numbers(text: &str, ids: &[String]) -> BTreeSet<String> {
    let mut text = text.to_owned();
    let mut ids: Vec<&String> = ids.iter().collect();
    ids.sort_by_key(|id| std::cmp::Reverse(id.len()));
    ids.into_iter().for_each(|id| text = text.replace(id.as_str(), " "));
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '.'));
    let words = words.map(|word| word.trim_matches('.'));
    // `p99` and `SQLite3` are names.
    words
        .filter(|word| word.starts_with(|letter: char| letter.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

/// Every id that a sentence may name.
fn ids(evidence: &Evidence) -> Vec<String> {
    let cases = evidence.question.iter().flat_map(|question| &question.cases).cloned();
    let compared = evidence.question.iter().flat_map(|question| &question.contrasts);
    let compared = compared.flat_map(|it| [it.key.case.0.clone(), it.key.baseline.0.clone()]);
    cases.chain(compared).collect()
}

/// What a contrast is counted by: kind, class and verdict, each of which a sentence may leave out.
fn counts(judged: &Judged) -> BTreeSet<String> {
    let of = |row: &JudgedRow| -> [String; 3] {
        let kind = format!("{:?}", std::mem::discriminant(&row.key().kind));
        let verdict = match row.finding().map(|finding| finding.verdict) {
            Some(Verdict::Differs { direction }) => format!("{direction:?}"),
            Some(Verdict::EqualWithin { .. }) => "equal".to_owned(),
            Some(Verdict::Undecided) => "undecided".to_owned(),
            None => "not judged".to_owned(),
        };
        [kind, format!("{:?}", row.contrast.class), verdict]
    };
    let rows: Vec<[String; 3]> = judged.rows.iter().map(of).collect();
    let mut counts = BTreeSet::from(["0".to_owned()]);
    let differs = |verdict: &str| verdict == "Longer" || verdict == "Shorter";
    for by in &rows {
        for kind in [true, false] {
            for class in [true, false] {
                let alike =
                    |row: &&[String; 3]| (!kind || row[0] == by[0]) && (!class || row[1] == by[1]);
                let alike: Vec<&[String; 3]> = rows.iter().filter(alike).collect();
                let verdict = alike.iter().filter(|row| row[2] == by[2]).count();
                let differing = alike.iter().filter(|row| differs(&row[2])).count();
                let judged = alike.iter().filter(|row| row[2] != "not judged").count();
                let numbers = [alike.len(), verdict, differing, judged];
                counts.extend(numbers.map(|number| number.to_string()));
            }
        }
    }
    let left_out = judged.comparisons.sets.iter().map(|set| set.left_out.len().to_string());
    counts.extend(left_out);
    counts
}

/// What `findings.json` holds of trends, crossings and sets, as it is printed.
fn of_comparisons(judged: &Judged) -> Vec<String> {
    let comparisons = &judged.comparisons;
    let trends = comparisons.trends.iter().flat_map(|trend| {
        let interval = trend.per_doubling_interval_95;
        [trend.per_doubling, interval.low, interval.high].map(ratio)
    });
    let crossings = comparisons.crossings.iter().map(|crossing| match &crossing.outcome {
        Outcome::Judged(_) => crossing.pairs.len().to_string(),
        Outcome::NotJudged { reason } => reason.clone(),
    });
    let sets = comparisons.sets.iter().flat_map(|set| {
        let reason = match &set.outcome {
            Outcome::Judged(_) => String::new(),
            Outcome::NotJudged { reason } => reason.clone(),
        };
        [set.in_words(), set.compared.len().to_string(), reason]
    });
    trends.chain(crossings).chain(sets).collect()
}

fn of_table(table: &Table, ids: &[String]) -> BTreeSet<String> {
    numbers(&table.markdown(), ids)
}

/// Numbers of the answer that stand nowhere else.
fn unfounded(evidence: &Evidence, sentences: &[String]) -> Vec<String> {
    let model = QuestionModel::of(evidence);
    let (judged, ids) = (judge(evidence), ids(evidence));
    let mut founded = of_table(&cases(&model, usize::MAX), &ids);
    founded.extend(of_table(&highest_rates(&model.curves), &ids));
    founded.extend(of_table(&growth(&model.grown), &ids));
    founded.extend(of_table(&contrasts(&judged, usize::MAX), &ids));
    founded.extend(of_comparisons(&judged).iter().flat_map(|text| numbers(text, &ids)));
    founded.extend(counts(&judged));
    // The values of axes, by which cases are named.
    let axes = evidence.records.iter().flat_map(|record| &record.case.axes);
    founded.extend(axes.flat_map(|axis| numbers(&axis.value, &[])));
    // The words of a label, and the value of the swept axis behind it.
    founded.extend(ids.iter().flat_map(|id| id.split(['/', '-'])).map(str::to_owned));
    let told = sentences.iter().flat_map(|sentence| numbers(sentence, &ids));
    told.filter(|number| !founded.contains(number)).collect()
}

#[test]
fn every_number_of_an_answer_stands_in_a_table_or_is_a_count_of_contrasts() {
    for evidence in made_up().into_iter().chain(kept()) {
        let model = QuestionModel::of(&evidence);
        let sentences: Vec<String> = model.sentences;
        assert!(!sentences.is_empty() && sentences.len() <= 3, "{sentences:?}");
        let unfounded = unfounded(&evidence, &sentences);
        assert!(unfounded.is_empty(), "{}: {unfounded:?} in {sentences:?}", evidence.name);
    }
}

#[test]
fn a_number_that_stands_nowhere_is_noticed() {
    let evidence = planted(1.2, 0.01, Session::USUAL);
    let made_up = |sentence: &str| unfounded(&evidence, &[sentence.to_owned()]);
    assert_eq!(made_up("planted/400 takes 7.777 times as long."), ["7.777"]);
    assert_eq!(made_up("77 of 3 differ; planted/400 is slow at p99."), ["77"]);
    assert!(made_up("2 of 3 differ.").is_empty());
}

/// What a printed time may be before it was rounded, in ns.
fn printed_ns(text: &str) -> (f64, f64) {
    let (number, unit) = text.split_once(' ').unwrap_or_else(|| panic!("no unit in {text}"));
    let scale = match unit {
        "ns" => 1.0,
        "us" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        other => panic!("{other} is no unit of time"),
    };
    let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let (value, half) = (number.parse::<f64>().unwrap(), 0.5 / 10_f64.powi(decimals as i32));
    ((value - half) * scale, (value + half) * scale)
}

/// The printed time of each case.
fn times(model: &QuestionModel<'_>) -> Vec<(String, (f64, f64))> {
    let table = cases(model, usize::MAX);
    let place = |key: &str| table.headings().iter().position(|heading| heading.key == key);
    let Some(time) = place("nominal_time_ns") else { return Vec::new() };
    let case = place("case").unwrap();
    let told = |row: &Vec<report::table::Cell>| {
        let id = row[case].in_words().split(' ').next().unwrap_or_default().to_owned();
        (id, row[time].in_words())
    };
    let known = table.rows().map(told).filter(|(_, time)| time != "-");
    known.map(|(id, time)| (id, printed_ns(&time))).collect()
}

#[test]
fn every_factor_is_the_ratio_of_two_printed_times() {
    let mut compared = 0;
    for evidence in made_up().into_iter().chain(kept()) {
        let times = times(&QuestionModel::of(&evidence));
        let time = |id: &str| times.iter().find(|(known, _)| known == id).map(|(_, time)| *time);
        // Pairs in turns are compared within the second, not by their times, and a trend is that of all its cases.
        let judged = judge(&evidence);
        let in_turns = |id: &str| {
            let blocks = evidence.case(id).and_then(|record| record.blocks.as_ref());
            blocks.is_some_and(|blocks| blocks.baseline.is_some())
        };
        let is_of_times = |finding: &&Finding| {
            !in_turns(&finding.key.case.0)
                && !matches!(finding.key.kind, ContrastKind::Trend { .. })
                && matches!(finding.key.metric, Metric::AckedTime | Metric::ReadTime)
        };
        let findings = judged.findings().filter(is_of_times);
        for finding in findings {
            let of = |id: &str| time(id).unwrap_or_else(|| panic!("{id} has no printed time"));
            let (case, baseline) = (of(&finding.key.case.0), of(&finding.key.baseline.0));
            let (low, high) = (case.0 / baseline.1, case.1 / baseline.0);
            let factor = finding.factor;
            assert!(low <= factor && factor <= high, "{}: {factor}, {low} to {high}", finding.key);
            compared += 1;
        }
    }
    assert!(compared > 40, "{compared}");
}
