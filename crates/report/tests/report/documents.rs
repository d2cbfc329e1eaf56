//! A kept run, and the sections of the project's documents that it fills.

use std::fs;
use std::path::Path;

use measure::run::RunDirectory;
use report::documents::{KeptChart, check, fill, reference_run};
use report::{ReportError, reference, write_summary};

use crate::made_up::{Made, question};
use crate::questions::log_vs_sqlite;

/// The first links to the run, the second has tables of it.
const DOCUMENTS: [&str; 2] = ["README.md", "docs/COSTS.md"];

fn marked(name: &str) -> String {
    format!(
        "<!-- written by `durabench reference`, not by hand: {name} -->\nold\n<!-- end of what is written -->\n"
    )
}

fn store(target: &Path, cases: &[Made]) -> RunDirectory {
    let run = RunDirectory::of_this_run(target).unwrap();
    for case in cases {
        run.write_record(&case.record()).unwrap();
    }
    run.write_question(&question(cases, "records_per_packet", &[])).unwrap();
    write_summary(run.path()).unwrap();
    run
}

/// A project with documents and a kept run, and the place of that run.
fn project(root: &Path, wal_full_ns: f64) -> String {
    let write = |name: &str, sections: &[&str]| {
        let sections: Vec<String> = sections.iter().map(|name| marked(name)).collect();
        let text = format!("# Project\n\n{}\nMore.\n", sections.join("\nBetween.\n\n"));
        fs::write(root.join(name), text).unwrap();
    };
    fs::create_dir(root.join("docs")).unwrap();
    write(DOCUMENTS[0], &["headline", "charts"]);
    write(DOCUMENTS[1], &["cases of log_vs_sqlite", "seconds", "claims of log_vs_sqlite"]);
    let run =
        store(&root.join("target"), &log_vs_sqlite(&[1, 400], &[1e5, 1.5e5], &[3e5, wal_full_ns]));
    format!("reports/{}", reference::keep(run.path(), &root.join("reports")).unwrap())
}

/// What is drawn beside the run.
fn charts() -> Vec<KeptChart> {
    let files = ["rates-light.svg", "rates-dark.svg"].map(|name| (name.to_owned(), String::new()));
    vec![KeptChart { text: "Rates of \"log\" & SQLite".into(), files }]
}

fn read(root: &Path, document: &str) -> String {
    fs::read_to_string(root.join(document)).unwrap()
}

#[test]
fn a_kept_run_holds_records_commands_and_a_summary_without_dead_links() {
    let root = tempfile::tempdir().unwrap();
    let place = project(root.path(), 180e3);
    assert_eq!(place, "reports/stone-2026-11-22");
    let folder = root.path().join(&place);
    let summary = fs::read_to_string(folder.join("summary.md")).unwrap();
    assert!(summary.contains("## log_vs_sqlite") && !summary.contains("criterion/"), "{summary}");
    assert!(folder.join("results.csv").is_file() && folder.join("run.json").is_file());
    assert!(folder.join("log_vs_sqlite/wal-full.400.json").is_file());
    let commands = fs::read_to_string(folder.join("commands.txt")).unwrap();
    assert!(commands.starts_with("cargo bench --bench log_vs_sqlite "), "{commands}");
}

#[test]
fn the_headline_has_a_line_for_each_setting_that_was_measured_at_both_sizes() {
    let root = tempfile::tempdir().unwrap();
    let place = project(root.path(), 180e3);
    fill(root.path(), &DOCUMENTS, &place, &charts()).unwrap();
    let page = read(root.path(), DOCUMENTS[0]);
    assert!(
        page.starts_with("# Project\n") && page.ends_with("\nMore.\n") && !page.contains("old")
    );
    for wanted in ["| `delete-full` (SQLite as it comes) |", "| `wal-full` |", "| `log` |"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert!(page.contains(&format!("({place}/summary.md)")), "{page}");
    for wanted in
        ["rates-dark.svg\">", "rates-light.svg\">", "alt=\"Rates of &quot;log&quot; &amp; SQLite\""]
    {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert_eq!(reference_run(root.path(), &DOCUMENTS).unwrap(), place);
    check(root.path(), &DOCUMENTS, &charts()).unwrap();
}

#[test]
fn every_section_says_what_measured_it_and_what_lies_between_stays() {
    let root = tempfile::tempdir().unwrap();
    let place = project(root.path(), 180e3);
    fill(root.path(), &DOCUMENTS, &place, &charts()).unwrap();
    let text = read(root.path(), DOCUMENTS[1]);
    assert!(!text.contains("old") && text.matches("\nBetween.\n").count() == 2, "{text}");
    let source = format!(
        "`cargo bench --bench log_vs_sqlite` on 2026-11-22 ([all of it](../{place}/log_vs_sqlite.md)):\n\n| "
    );
    assert_eq!(text.matches(&source).count(), 2, "{text}");
    assert!(
        text.contains("| `wal-full/400` |") && text.contains("| `log_vs_sqlite` | 12 |"),
        "{text}"
    );
    let again =
        fill(root.path(), &DOCUMENTS, &place, &charts()).map(|()| read(root.path(), DOCUMENTS[1]));
    assert_eq!(again.unwrap(), text);
}

#[test]
fn a_document_that_shows_another_run_or_was_edited_is_stale() {
    let root = tempfile::tempdir().unwrap();
    let place = project(root.path(), 180e3);
    fill(root.path(), &DOCUMENTS, &place, &charts()).unwrap();
    for (document, section) in DOCUMENTS.iter().zip(["headline", "cases of log_vs_sqlite"]) {
        let text = read(root.path(), document);
        fs::write(root.path().join(document), text.replacen("M/s", "G/s", 1)).unwrap();
        let stale = check(root.path(), &DOCUMENTS, &charts()).expect_err("edited").to_string();
        assert!(stale.contains(section) && stale.contains("durabench reference"), "{stale}");
        fs::write(root.path().join(document), text).unwrap();
    }
    check(root.path(), &DOCUMENTS, &charts()).unwrap();
}

#[test]
fn wrong_markers_unknown_sections_and_a_missing_link_are_refused_and_nothing_is_written() {
    let root = tempfile::tempdir().unwrap();
    let place = project(root.path(), 180e3);
    let no_link = check(root.path(), &DOCUMENTS, &charts()).expect_err("no link");
    assert!(no_link.to_string().contains("a link to a reference run"), "{no_link}");
    let wrong = [
        ("# Project\n".to_owned(), "got 0 and 0 of them"),
        (marked("seconds").replace("<!-- end of what is written -->\n", ""), "got 1 and 0 of them"),
        (marked("everything"), "got `everything`"),
        (marked("cases of vote"), "got a run without that"),
        (marked("contrasts of log_vs_sqlite"), "got a run without that"),
    ];
    for (text, expected) in wrong {
        fs::write(root.path().join(DOCUMENTS[1]), text).unwrap();
        let refused = fill(root.path(), &DOCUMENTS, &place, &charts()).expect_err("wrong");
        assert!(matches!(refused, ReportError::Refused { .. }), "{refused}");
        assert!(refused.to_string().contains(expected), "{refused}");
        assert!(read(root.path(), DOCUMENTS[0]).contains("old"));
    }
}

#[test]
fn a_run_is_not_kept_twice_and_an_empty_one_not_at_all() {
    let root = tempfile::tempdir().unwrap();
    project(root.path(), 180e3);
    let run = root.path().join("target/durabench/latest");
    let twice = reference::keep(&run, &root.path().join("reports")).expect_err("kept already");
    assert!(twice.to_string().contains("expected no reference run"), "{twice}");
    let empty = tempfile::tempdir().unwrap();
    let nothing = reference::keep(empty.path(), &root.path().join("reports")).expect_err("empty");
    assert!(nothing.to_string().contains("at least one measured case"), "{nothing}");
}
