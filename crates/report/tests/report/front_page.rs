//! A kept run, and the headline of it on a front page.

use std::fs;
use std::path::Path;

use measure::run::RunDirectory;
use report::{ReportError, front_page, reference, write_summary};

use crate::made_up::{Made, question};
use crate::questions::log_vs_sqlite;

const PAGE: &str = "README.md";
const MARKED: &str = "# Project\n\n<!-- headline: written by `durabench reference`, not by hand -->\nold\n\
                      <!-- end of the headline -->\n\nMore.\n";

fn store(target: &Path, cases: &[Made]) -> RunDirectory {
    let run = RunDirectory::of_this_run(target).unwrap();
    for case in cases {
        run.write_record(&case.record()).unwrap();
    }
    run.write_question(&question(cases, "records_per_packet", &[])).unwrap();
    write_summary(run.path()).unwrap();
    run
}

/// A project with a page and a kept run, and the place of that run.
fn project(root: &Path, wal_full_ns: f64) -> String {
    fs::write(root.join(PAGE), MARKED).unwrap();
    let run =
        store(&root.join("target"), &log_vs_sqlite(&[1, 400], &[1e5, 1.5e5], &[3e5, wal_full_ns]));
    format!("reports/{}", reference::keep(run.path(), &root.join("reports")).unwrap())
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
    front_page::put(root.path(), PAGE, &place).unwrap();
    let page = fs::read_to_string(root.path().join(PAGE)).unwrap();
    assert!(
        page.starts_with("# Project\n") && page.ends_with("\nMore.\n") && !page.contains("old")
    );
    for wanted in ["| `delete-full` (SQLite as it comes) |", "| `wal-full` |", "| `log` |"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert!(page.contains(&format!("({place}/summary.md)")), "{page}");
    front_page::check(root.path(), PAGE).unwrap();
}

#[test]
fn a_page_that_shows_another_run_or_was_edited_is_stale() {
    let root = tempfile::tempdir().unwrap();
    let place = project(root.path(), 180e3);
    front_page::put(root.path(), PAGE, &place).unwrap();
    let page = fs::read_to_string(root.path().join(PAGE)).unwrap();
    fs::write(root.path().join(PAGE), page.replacen("M/s", "G/s", 1)).unwrap();
    let stale = front_page::check(root.path(), PAGE).expect_err("edited");
    assert!(matches!(stale, ReportError::FrontPage { .. }), "{stale}");
    assert!(stale.to_string().contains("durabench reference"), "{stale}");
}

#[test]
fn a_page_without_markers_or_without_a_link_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let place = project(root.path(), 180e3);
    let no_link = front_page::check(root.path(), PAGE).expect_err("no link");
    assert!(no_link.to_string().contains("a link to a reference run"), "{no_link}");
    fs::write(root.path().join(PAGE), "# Project\n").unwrap();
    let unmarked = front_page::put(root.path(), PAGE, &place).expect_err("no markers");
    assert!(unmarked.to_string().contains("found 0 and 0 of them"), "{unmarked}");
}

#[test]
fn a_run_is_not_kept_twice_and_an_empty_one_not_at_all() {
    let root = tempfile::tempdir().unwrap();
    project(root.path(), 180e3);
    let run = root.path().join("target/durabench/latest");
    let twice = reference::keep(&run, &root.path().join("reports")).expect_err("kept already");
    assert!(matches!(twice, ReportError::Kept { .. }), "{twice}");
    let empty = tempfile::tempdir().unwrap();
    let nothing = reference::keep(empty.path(), &root.path().join("reports")).expect_err("empty");
    assert!(matches!(nothing, ReportError::NothingToKeep { .. }), "{nothing}");
}
