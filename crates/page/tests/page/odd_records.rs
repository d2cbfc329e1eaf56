//! Records that are missing, damaged, too new, or hold what a page must not.

use std::fs;

use page::{PageError, page, write_index};
use serde_json::json;
use tempfile::TempDir;

use crate::Copy;

const RECORD: &str = "wal-full.256.json";

#[test]
fn what_a_record_holds_is_text_and_nothing_else() {
    let planted = "</title><script>alert(1)</script>\"><img src=x onerror=alert(2)>";
    let page = Copy::of("packet_size")
        .with_each(|record| {
            for place in [
                "/environment/operating_system/hostname",
                "/environment/processor/model",
                "/environment/device/name",
                "/case/label",
                "/verify/note",
                "/git/revision_short",
                "/asks",
                "/claim",
            ] {
                if let Some(text) = record.pointer_mut(place) {
                    *text = planted.into();
                }
            }
            if let Some(notes) = record.pointer_mut("/notes") {
                *notes = json!([planted]);
            }
            if let Some(warnings) = record.pointer_mut("/warnings") {
                *warnings = json!([planted]);
            }
            if let Some(settings) = record.pointer_mut("/settings") {
                settings["page_size"] = planted.into();
            }
        })
        .page()
        .unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)"));
    assert!(!page.contains("<script>alert") && !page.contains("<img"));
    assert_eq!(page.matches("<script>").count(), 1);
}

#[test]
fn a_planted_loss_stands_in_the_table() {
    let copy = Copy::of("packet_size");
    let file = copy.file(RECORD);
    let mut record: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let acked = record["verify"]["acked_records"].as_u64().unwrap();
    record["verify"]["found_records"] = (acked - 7).into();
    fs::write(&file, record.to_string()).unwrap();
    let page = copy.page().unwrap();
    assert!(page.contains(">-7<"), "what was not found");
}

#[test]
fn a_case_without_figures_has_none() {
    let page = Copy::of("packet_size").with_each(|record| {
        if let Some(record) = record.as_object_mut().filter(|record| record.contains_key("case")) {
            record.insert("cost".into(), json!(null));
            record.insert("floor".into(), json!(null));
        }
    });
    assert!(page.page().unwrap().contains("question-packet-size"));
}

#[test]
fn absurd_figures_are_drawn_somewhere() {
    for figure in [0.0, 1e-300, 1e300, -5.0] {
        let page = Copy::of("packet_size").with_each(|record| {
            for place in
                ["/records_per_second/median", "/records_per_second/low", "/case/parameter"]
            {
                if let Some(value) = record.pointer_mut(place) {
                    *value = json!(figure);
                }
            }
        });
        assert!(page.page().unwrap().contains("question-packet-size"), "{figure}");
    }
}

#[test]
fn a_question_that_was_cut_off_is_shown_as_far_as_it_went() {
    let copy = Copy::of("packet_size");
    fs::remove_file(copy.file("question.json")).unwrap();
    let page = copy.page().unwrap();
    assert!(page.contains("ended before it wrote down what it asks"));
}

#[test]
fn damaged_records_are_named() {
    for (text, expected) in [
        ("{", RECORD),
        ("", RECORD),
        ("{\"schema_version\": 99}", "99"),
        ("{\"schema_version\": 1}", RECORD),
    ] {
        let copy = Copy::of("packet_size");
        fs::write(copy.file(RECORD), text).unwrap();
        let error = copy.page().unwrap_err().to_string();
        assert!(error.contains(RECORD) && error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn without_a_case_there_is_no_page_and_the_old_one_stays() {
    let folder = TempDir::new().unwrap();
    let index = folder.path().join("index.html");
    fs::write(&index, "old").unwrap();
    let run = folder.path().to_owned();
    assert!(matches!(page(&[run]), Err(PageError::NothingMeasured { .. })));
    assert_eq!(write_index(folder.path()).unwrap(), None);
    assert_eq!(fs::read_to_string(&index).unwrap(), "old");
    let missing = folder.path().join("nowhere");
    let error = page(std::slice::from_ref(&missing)).unwrap_err().to_string();
    assert!(error.contains("nowhere"), "{error}");
}
