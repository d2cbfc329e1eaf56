//! The answer of a question that names what it tells.

use measure::record::{
    Class, ComparisonKey, ContrastKind, CrossingKey, Metric, NameRecord, SetKey,
};
use report::evidence::Evidence;
use report::judged::{Judged, judge};
use report::judgement::CaseId;
use report::tables::{comparisons, contrasts};

use crate::compared::{NAME, crossing, id, settings, trend};
use crate::in_blocks::{Session, contrast};
use crate::judged::planted;

fn name(case: CaseId, name: &str, at: &str) -> NameRecord {
    NameRecord { case, parts: vec![name.into()], at: Some(at.into()) }
}

/// The run with names, and with these headlines.
fn told(mut run: Evidence, names: Vec<NameRecord>, headlines: Vec<ComparisonKey>) -> Judged {
    let comparisons = &mut run.question.as_mut().unwrap().comparisons;
    comparisons.names = names;
    comparisons.headlines = headlines;
    judge(&run)
}

fn sentence(judged: &Judged) -> String {
    let [sentence] = judged.sentences.as_slice() else { panic!("{judged:?}") };
    sentence.clone()
}

/// A sentence with its figures taken out; those have a decimal point.
fn words(sentence: &str) -> String {
    let mut words = sentence.to_owned();
    for figure in figures(sentence) {
        words = words.replacen(figure, "#", 1);
    }
    words
}

/// The numbers of a text that have a decimal point.
fn figures(text: &str) -> Vec<&str> {
    let words = text.split(|letter: char| !(letter.is_ascii_digit() || letter == '.'));
    words.map(|word| word.trim_matches('.')).filter(|word| word.contains('.')).collect()
}

/// Every figure of the answer stands in the tables below it.
fn assert_figures_are_cells(judged: &Judged) {
    let table = contrasts(judged, usize::MAX).markdown() + &comparisons(judged).join("\n");
    let of_table = figures(&table);
    for figure in judged.sentences.iter().flat_map(|sentence| figures(sentence)) {
        assert!(of_table.contains(&figure), "{figure} of {judged:?} is not in\n{table}");
    }
}

fn against(case: &str) -> ComparisonKey {
    let kind = ContrastKind::AgainstBase;
    ComparisonKey::Contrast(contrast("log_vs_sqlite", kind, case, "base/400", Class::Disk).key)
}

fn names_of_settings() -> Vec<NameRecord> {
    let at = "400 records per packet";
    vec![
        name("planted/400".into(), "DELETE with FULL", at),
        name("same/400".into(), "WAL with NORMAL", at),
        name("base/400".into(), "WAL with FULL", at),
    ]
}

#[test]
fn a_contrast_is_told_by_what_is_compared_and_where() {
    let of = |factor, noise, case: &str| {
        let run = planted(factor, noise, Session::USUAL);
        told(run, names_of_settings(), vec![against(case)])
    };
    let judged = of(1.2, 0.01, "planted/400");
    assert_eq!(
        words(&sentence(&judged)),
        "DELETE with FULL takes # times as long as WAL with FULL at 400 records per packet (# to #): differs."
    );
    assert_figures_are_cells(&judged);
    let equal = of(1.2, 0.01, "same/400");
    assert!(sentence(&equal).ends_with("): equal within 1.050."), "{}", sentence(&equal));
    let undecided = of(1.03, 0.2, "planted/400");
    let said = words(&sentence(&undecided));
    assert!(said.ends_with("): undecided, where # could have been seen."), "{said}");
    assert_figures_are_cells(&undecided);
}

#[test]
fn headlines_keep_their_order_and_what_was_not_judged_says_why() {
    let mut run = planted(1.2, 0.01, Session::USUAL);
    run.records.retain(|record| record.case.id != "planted/400");
    let headlines = vec![against("same/400"), against("planted/400"), against("nobody/400")];
    let answer = told(run, names_of_settings(), headlines);
    let [same, planted, nobody] = answer.sentences.as_slice() else { panic!("{answer:?}") };
    assert!(same.starts_with("WAL with NORMAL takes "), "{same}");
    assert_eq!(
        planted,
        "DELETE with FULL over WAL with FULL at 400 records per packet was not judged: planted/400 was not measured."
    );
    assert_eq!(nobody, "What the answer should tell was not declared.");
    assert_eq!(answer.cited.len(), 1);
}

#[test]
fn without_headlines_verdicts_are_counted() {
    let judged = told(planted(1.2, 0.01, Session::USUAL), names_of_settings(), Vec::new());
    assert!(sentence_begins(&judged, "2 of 4 differ; "));
}

fn sentence_begins(judged: &Judged, begin: &str) -> bool {
    judged.sentences[0].starts_with(begin)
}

#[test]
fn a_trend_is_told_with_its_slope() {
    let run = trend(0.5, 0.01);
    let key = run.question.as_ref().unwrap().comparisons.trends[0].key().unwrap();
    let names = vec![
        name(id("at-1"), "WAL with FULL", "1 record per packet"),
        name(id("at-64"), "WAL with FULL", "64 records per packet"),
    ];
    let judged = told(run, names, vec![ComparisonKey::Contrast(key)]);
    assert_eq!(
        words(&sentence(&judged)),
        "WAL with FULL takes # times as long at 64 records per packet as at 1 record per packet (# to #), # times \
         (# to #) with each doubling: differs."
    );
    assert_figures_are_cells(&judged);
}

#[test]
fn a_crossing_is_told_by_the_two_values_around_it() {
    let key = || {
        let (question, crossing) = (NAME.to_owned(), "a-over-b".to_owned());
        vec![ComparisonKey::Crossing(CrossingKey { question, crossing, metric: Metric::AckedTime })]
    };
    let names = || {
        let at = ["1 record", "16 records", "400 records"];
        let of = |label: &str, called: &str| {
            ["1", "16", "400"]
                .into_iter()
                .zip(at)
                .map(|(value, at)| name(id(&format!("{label}-{value}")), called, at))
                .collect::<Vec<_>>()
        };
        [of("a", "DELETE"), of("b", "WAL")].concat()
    };
    let once = told(crossing([0.5, 0.8, 1.5], 0.01), names(), key());
    assert_eq!(
        sentence(&once),
        "DELETE takes less time than WAL up to 16 records, and longer from 400 records on."
    );
    assert_eq!(once.cited.len(), 3);
    let none = told(crossing([0.5, 0.8, 1.0], 0.01), names(), key());
    assert_eq!(
        sentence(&none),
        "DELETE takes less time than WAL at 2 of 3 values from 1 record to 400 records, and at none longer."
    );
    let mut run = crossing([0.5, 0.8, 1.0], 0.01);
    run.records.clear();
    let nothing = told(run, names(), key());
    assert!(
        sentence(&nothing).ends_with("was not judged: expected at least 2 judged pairs, got 0.")
    );
}

#[test]
fn the_best_of_a_set_is_told_with_the_next_or_with_those_that_may_be_it() {
    let key = || {
        let (question, set) = (NAME.to_owned(), "settings".to_owned());
        vec![ComparisonKey::Set(SetKey { question, set, metric: Metric::AckedTime })]
    };
    let names = || {
        let of = |label: &str| name(id(label), &label.to_uppercase(), "400 records");
        ["slow", "quick", "near", "mid"].map(of).to_vec()
    };
    let shared = told(settings(0.01), names(), key());
    let said = sentence(&shared);
    assert!(
        [
            "NEAR takes the least time among 4 settings at 400 records, but in truth QUICK may.",
            "QUICK takes the least time among 4 settings at 400 records, but in truth NEAR may."
        ]
        .contains(&said.as_str()),
        "{said}"
    );
    let mut run = settings(0.01);
    run.records.retain(|record| record.case.id != "near/400");
    let clear = told(run, names(), key());
    assert_eq!(
        words(&sentence(&clear)),
        "QUICK takes the least time among 3 settings (1 left out) at 400 records; next is MID with # times as long (# \
         to #)."
    );
    assert_figures_are_cells(&clear);
    let said = sentence(&told(settings(3.0), names(), key()));
    let none =
        "None of 4 settings reliably takes the least time at 400 records; in this run it was ";
    assert!(said.starts_with(none), "{said}");
    let mut run = settings(0.01);
    run.records.clear();
    assert_eq!(
        sentence(&told(run, names(), key())),
        "Which of the settings is the best was not judged: expected at least 2 cases of a set, got 0."
    );
}
