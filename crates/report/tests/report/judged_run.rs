//! A run of a judged question: what is written, and what the terminal and the summary show.

use std::fs;
use std::path::Path;

use measure::record::{Class, ContrastKind, ContrastRecord};
use measure::run::RunDirectory;
use report::closing::text;
use report::evidence::Evidence;
use report::judged::{Judged, judge};
use report::judgement::Findings;
use report::model::QuestionModel;
use report::tables::contrasts;
use report::terminal::{Marking, Terminal};
use report::{closing_text, reference, write_summary};

use crate::in_blocks::{InBlocks, Session, contrast};
use crate::judged::{evidence, planted};
use crate::made_up::Made;

const NAME: &str = "log_vs_sqlite";
const TERMINAL: Terminal = Terminal { columns: 120, marking: Marking::Plain };

fn store(target: &Path, evidence: &Evidence) -> RunDirectory {
    let run = RunDirectory::of_this_run(target).unwrap();
    for record in &evidence.records {
        run.write_record(record).unwrap();
    }
    run.write_question(evidence.question.as_ref().unwrap()).unwrap();
    run
}

/// More contrasts than a terminal shows, between cases of long names: most differ little, the last ones much.
fn many() -> Evidence {
    let label =
        |number: usize| format!("a-build-of-a-very-long-name-with-{number}-of-all-its-flags");
    let labels: Vec<String> = (0..40).map(label).collect();
    let of = |number: usize| InBlocks::disk(1.0 + number as f64 / 40.0, 2.0, 0.03);
    let cases: Vec<(&str, InBlocks)> =
        labels.iter().enumerate().map(|(number, label)| (label.as_str(), of(number))).collect();
    let contrasts = labels[1..].iter().map(|label| {
        let (case, baseline) = (format!("{label}/400"), format!("{}/400", labels[0]));
        contrast(NAME, ContrastKind::AgainstBase, &case, &baseline, Class::Disk)
    });
    evidence(NAME, &cases, contrasts.collect::<Vec<ContrastRecord>>(), Session::USUAL)
}

fn read(path: &Path) -> Findings {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn width(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
}

#[test]
fn the_terminal_shows_table_answer_and_contrasts_and_no_resolution() {
    let text = text(&QuestionModel::of(&planted(1.2, 0.01, Session::USUAL)), TERMINAL);
    let places = [
        "\n  - 2 of 4 differ; 2 equal.\n",
        "  case  ",
        "  time  ",
        "  a  ",
        "\nnominal     floor 9.6 kB ",
        "; CPU reference ",
        "\ncontrasts\n  case            baseline  times as long",
        "  planted/400     base/400          1.",
        "  differs: longer ",
        "  equal within 1.050 ",
    ]
    .map(|expected| text.find(expected).unwrap_or_else(|| panic!("{expected} is not in\n{text}")));
    assert!(places.is_sorted(), "{text}");
    for absent in ["resolution", "findings", "A/A pair", "can resolve", "regime"] {
        assert!(!text.contains(absent), "{absent} is in\n{text}");
    }
    assert!(width(&text) <= 120, "{text}");
}

#[test]
fn many_contrasts_are_cut_to_the_most_important_ones_and_lines_to_the_terminal() {
    let judged = judge(&many());
    let table = contrasts(&judged, 24).text(TERMINAL);
    assert!(width(&table) <= 120, "{table}");
    assert!(table.contains("24 of 39 contrasts, the rest in the files\n"), "{table}");
    assert_eq!(table.lines().count(), 1 + 24 + 1, "{table}");
    // What differs most is there.
    assert!(table.contains("with-39-of") || table.contains("lags/400"), "{table}");
    let factors =
        |judged: &Judged| -> Vec<f64> { judged.findings().map(|finding| finding.factor).collect() };
    let largest = factors(&judged).into_iter().fold(0.0, f64::max);
    assert!(table.contains(&format!("{largest:.3} ")), "{table}");
}

#[test]
fn a_contrast_without_a_case_is_shown_with_its_reason() {
    let mut evidence = planted(1.2, 0.01, Session::USUAL);
    evidence.records.retain(|record| record.case.id != "half/400");
    let shown = text(&QuestionModel::of(&evidence), TERMINAL);
    assert!(shown.contains("  not judged "), "{shown}");
    assert!(shown.contains("\nnot judged: half/400 was not measured\n"), "{shown}");
    assert!(shown.contains("; 1 not judged."), "{shown}");
}

#[test]
fn an_incomplete_run_says_once_that_its_blocks_are_too_few() {
    let mut evidence = planted(1.2, 0.01, Session::USUAL);
    for record in &mut evidence.records {
        record.blocks.as_mut().unwrap().replicates.truncate(2);
        record.cost.as_mut().unwrap().time.blocks.truncate(2);
    }
    let shown = text(&QuestionModel::of(&evidence), TERMINAL);
    let reason =
        "\nnot judged: expected at least 4 blocks with both cases, got 2; 3 more in the files\n";
    assert!(shown.contains(reason), "{shown}");
    assert_eq!(shown.matches("expected at least 4 blocks").count(), 1, "{shown}");
}

#[test]
fn findings_summary_and_results_are_written_together_and_read_back() {
    let target = tempfile::tempdir().unwrap();
    let mut evidence = planted(1.2, 0.01, Session::USUAL);
    evidence.records.retain(|record| record.case.id != "half/400");
    let run = store(target.path(), &evidence);
    let files = write_summary(run.path()).unwrap();
    let path = files.findings.unwrap();
    assert_eq!(path, run.path().join("findings.json"));
    let findings = read(&path);
    let judged = judge(&evidence);
    let power_cuts = findings.power_cuts.clone();
    assert_eq!(findings, Findings { power_cuts, ..report::judged::findings([&judged]) });
    // Each case of the run is there, with a verdict or without one.
    let cases: Vec<&str> = findings.power_cuts.iter().map(|cut| cut.case.as_str()).collect();
    let expected: Vec<&str> =
        evidence.records.iter().map(|record| record.case.id.as_str()).collect();
    assert_eq!(cases, expected);
    assert_eq!(findings.rows.len(), 3);
    assert_eq!(findings.not_judged[0].reason, "half/400 was not measured");

    let summary = fs::read_to_string(&files.summary).unwrap();
    for expected in [
        "[All of it](log_vs_sqlite.md).\n\n- 1 of 4 differ; 2 equal; 1 not judged.\n",
        "| case | acked | drained | time | a | b | p50 |",
        "| case | baseline | times as long | 95 % | verdict | could have seen |",
    ] {
        assert!(summary.contains(expected), "expected: {expected}\ngot:\n{summary}");
    }
    let page = fs::read_to_string(run.path().join("log_vs_sqlite.md")).unwrap();
    for expected in [
        "**Disk and processor in this run, mostly.** floor 9.6 kB ",
        "## Answer\n\n- 1 of 4 differ",
        "## Contrasts\n\n| case | baseline | times as long | 95 % | verdict | could have seen |",
        "| `half/400` | `base/400` | - | - | not judged | - |",
        "| contrasts | not judged, because |\n| ---: | --- |\n| 1 | half/400 was not measured |",
    ] {
        assert!(page.contains(expected), "expected: {expected}\ngot:\n{page}");
    }
    for text in [&summary, &page] {
        assert!(!text.contains("**Resolution.**") && !text.contains("Findings"), "{text}");
    }
    let closing = closing_text(run.path(), NAME, TERMINAL).unwrap();
    assert!(closing.contains("\njudged      ") && closing.contains("\nall of it   "), "{closing}");
}

#[test]
fn a_kept_run_has_its_findings_too() {
    let root = tempfile::tempdir().unwrap();
    let run = store(root.path(), &planted(1.2, 0.01, Session::USUAL));
    let reports = root.path().join("reports");
    let name = reference::keep(run.path(), &reports).unwrap();
    let findings = read(&reports.join(name).join("findings.json"));
    assert_eq!(findings.rows.len(), 4);
}

#[test]
fn a_run_without_contrasts_has_no_findings_file() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    let case = Made::sqlite("page_size", "wal-full", 4096, 1e5);
    run.write_record(&case.record()).unwrap();
    run.write_question(&crate::made_up::question(&[case], "page_size", &[])).unwrap();
    assert_eq!(write_summary(run.path()).unwrap().findings, None);
    assert!(!run.path().join("findings.json").exists());
}

#[test]
fn coefficients_have_their_intervals_in_the_csv() {
    let target = tempfile::tempdir().unwrap();
    let evidence = planted(1.2, 0.01, Session::USUAL);
    let run = store(target.path(), &evidence);
    let results = fs::read_to_string(write_summary(run.path()).unwrap().results).unwrap();
    let mut lines = results.lines().map(|line| line.split(',').collect::<Vec<&str>>());
    let headings = lines.next().unwrap();
    let planted = lines.find(|line| line[1] == "planted/400").unwrap();
    let cell = |heading: &str| -> f64 {
        let place = headings.iter().position(|other| *other == heading).unwrap();
        planted[place].parse().unwrap()
    };
    for (yardstick, truth) in [("floors", 1.2), ("references", 2.4)] {
        let of = |end: &str| cell(&format!("{yardstick}_per_packet{end}"));
        assert!((of("") / truth - 1.0).abs() < 0.1, "{} {truth}", of(""));
        assert!(of("_low") < of("") && of("") < of("_high"));
    }
    let model = cell("floors_per_packet") * cell("nominal_floor_ns")
        + cell("references_per_packet") * cell("nominal_reference_ns");
    assert!((cell("nominal_time_ns") / model - 1.0).abs() < 0.05);
    assert!((cell("blocks") - 8.0).abs() < f64::EPSILON);
}

#[test]
fn a_yardstick_that_a_case_does_not_take_is_no_figure() {
    let cases = [
        ("log", InBlocks::disk(1.1, 0.0, 0.01)),
        ("memory", InBlocks::in_turns("other/400", 1.0, 0.01)),
    ];
    let contrasts = vec![contrast(NAME, ContrastKind::AgainstBase, "x/1", "y/1", Class::Log)];
    let evidence = evidence(NAME, &cases, contrasts, Session::USUAL);
    let model = QuestionModel::of(&evidence);
    assert!(!model.judged.is_empty());
    let costs: Vec<_> = model.rows().map(|row| row.cost.as_ref().unwrap()).collect();
    assert!(costs[0].floors().is_some() && costs[0].references().is_none(), "{costs:?}");
    assert!(costs[1].floors().is_none() && costs[1].references().is_some(), "{costs:?}");
}
