//! The whole page of the reference run.

use std::collections::BTreeSet;

use page::{page, write_index};

use crate::{Copy, PAGE, attributes, reference_run};

/// One file of this size still goes by mail.
const BYTES_MAX: usize = 3 << 20;

#[test]
fn it_is_one_file_that_asks_for_nothing() {
    assert!(PAGE.len() <= BYTES_MAX, "{} bytes", PAGE.len());
    assert_eq!(attributes(&PAGE, "src"), Vec::<&str>::new());
    for asking in ["<link", "@import", "url(", "<iframe", "<img", "fetch(", "XMLHttpRequest"] {
        assert!(!PAGE.contains(asking), "{asking}");
    }
}

#[test]
fn every_link_leads_to_a_place_on_the_page_and_no_two_places_share_a_name() {
    let all = attributes(&PAGE, "id");
    let ids: BTreeSet<&str> = all.iter().copied().collect();
    let mut seen = BTreeSet::new();
    let twice: Vec<&&str> = all.iter().filter(|id| !seen.insert(**id)).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let links = attributes(&PAGE, "href");
    assert!(links.len() > 300, "{}", links.len());
    for link in links {
        let id = link.strip_prefix('#').unwrap_or_else(|| panic!("{link} leads away"));
        assert!(ids.contains(id), "{link} leads nowhere");
    }
    for described in attributes(&PAGE, "aria-labelledby").iter().flat_map(|ids| ids.split(' ')) {
        assert!(ids.contains(described), "{described} describes nothing");
    }
}

#[test]
fn the_answers_come_first_each_with_a_chart() {
    let answers = PAGE.find("id=\"answers\"").unwrap();
    let questions = PAGE.find("id=\"questions\"").unwrap();
    let front = &PAGE[answers..questions];
    let articles = front.matches("<article").count();
    assert!((3..=6).contains(&articles), "{articles}");
    assert_eq!(front.matches("<figure").count(), articles);
    assert!(front.contains("synchronous=FULL"), "what durability costs");
    assert!(front.contains("rolled back"), "what goes without it");
}

#[test]
fn each_chart_has_a_title_words_a_table_and_marks_that_tell_their_values() {
    let charts = PAGE.matches("<svg class=\"chart").count();
    assert!(charts > 40, "{charts}");
    assert_eq!(PAGE.matches("<desc").count(), charts);
    assert_eq!(PAGE.matches("role=\"group\"").count(), charts);
    assert_eq!(PAGE.matches("class=\"to-table\"").count(), PAGE.matches("<figure").count());
    let marks = PAGE.matches("<g class=\"mark\"").count();
    let told = PAGE.matches("<g class=\"mark\" tabindex=\"0\" role=\"img\" aria-label=\"").count();
    assert!(marks > 500 && marks == told, "{told} of {marks}");
}

#[test]
fn rare_acks_are_drawn_as_the_records_have_them() {
    let drawn: Vec<&str> =
        attributes(&PAGE, "id").into_iter().filter(|id| id.starts_with("percentiles-")).collect();
    assert!(drawn.len() >= 2, "{drawn:?}");
    let record = reference_run().join("log_vs_sqlite/wal-full.1.json");
    let record: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(record).unwrap()).unwrap();
    let p99_ns = record["ack_latency_ns"]["p99"].as_f64().unwrap();
    let told = report::quantity::duration_ns(p99_ns);
    assert!(PAGE.contains(&format!("one ack in 100 takes longer than {told}\"")), "{told}");
}

#[test]
fn each_case_has_settings_to_copy_and_a_command() {
    assert!(PAGE.contains("PRAGMA synchronous=full;"));
    assert!(
        PAGE.contains("cargo bench --bench log_vs_sqlite -- &#39;/wal-full/400$&#39;")
            || PAGE.contains("cargo bench --bench log_vs_sqlite -- '/wal-full/400$'")
    );
}

#[test]
fn a_power_cut_has_a_matrix_and_a_command_for_each_witness() {
    let begin = PAGE.find("id=\"durability\"").unwrap();
    let section = &PAGE[begin..PAGE.find("id=\"claims\"").unwrap()];
    assert_eq!(section.matches("<table class=\"matrix\"").count(), 2);
    let commands = section.matches("cargo run --release -- crash --replay &#39;").count()
        + section.matches("cargo run --release -- crash --replay '").count();
    assert_eq!(commands, section.matches("In the worst state: ").count());
    assert!(commands > 40, "{commands}");
    for wanted in
        ["durable", "loses 4", "unopenable", "href=\"#cut-sqlite-normal-wal-full-fsync-called\""]
    {
        assert!(section.contains(wanted), "{wanted}");
    }
    assert!(PAGE.contains("after a power cut: <a href=\"#cut-"));
}

/// What stands before the first question.
fn front(page: &str) -> &str {
    &page[page.find("id=\"answers\"").unwrap()..page.find("id=\"questions\"").unwrap()]
}

#[test]
fn six_questions_of_a_reader_have_an_answer_each() {
    for answer in [
        "A packet is what is handed in at once",
        "a power cut may take the commits that were acknowledged since the last checkpoint",
        "In the crash model, a WAL with FULL lost nothing under any of ",
        "Without a WAL, NORMAL and FULL differ by the journal: under NORMAL, DELETE ",
        "the append-only log if you only append and read back: the log takes less time at ",
        "Soup's log (soup-log below) is another one",
        "<caption>A commit in SQLite's WAL beside one in the native log</caption>",
        "The longest ack of the whole run: where its cause was looked for (",
        "; where the path fell behind its rate, or the generator was late (",
        "THREADSAFE=0 alone (build single-thread): in memory it takes less time in ",
        "where each commit waits for the disk, no gain; one of ",
        "Keep 4096 bytes, SQLite's default",
        " of 11 are undecided",
        "What costs most: 65536 bytes",
        "Is this disk slow?",
    ] {
        assert!(front(&PAGE).contains(answer), "{answer}");
    }
}

#[test]
fn normal_is_told_over_all_checkpoint_strategies() {
    let cuts = &report::power_cut::campaign().verdicts;
    let lost = |cut: &&report::power_cut::PowerCut| cut.case.contains("normal/wal/normal/fsync/");
    let lost: Vec<u64> = cuts.iter().filter(lost).map(|cut| cut.lost_packets_max).collect();
    let (least, most) = (lost.iter().min().unwrap(), lost.iter().max().unwrap());
    let begin = front(&PAGE).find("in their worst states from ").unwrap();
    let sentence = front(&PAGE)[begin..].split('.').next().unwrap();
    assert!(sentence.starts_with(&format!("in their worst states from {least} of ")), "{sentence}");
    assert!(sentence.contains(&format!(" to {most} of ")), "{sentence}");
}

#[test]
fn what_syncs_and_breaks_all_the_same_is_marked_in_the_chart() {
    let begin =
        front(&PAGE).find("Crosses may be corrupt or impossible to open after a power cut, also ");
    let caption = front(&PAGE)[begin.unwrap()..].split(':').next().unwrap();
    for setting in ["MEMORY with NORMAL (unopenable)", "no journal with NORMAL (unopenable)"] {
        assert!(caption.contains(setting), "{caption}");
    }
    assert!(front(&PAGE).contains("x unopenable</text>"));
}

#[test]
fn hollow_marks_wait_for_no_sync_and_mean_nothing_else() {
    let flags = Copy::of("compile_flags").page().unwrap();
    assert!(flags.contains("Left of 1 is faster.") && !flags.contains("hollow\""));
    let load = Copy::of("vote_load").page().unwrap();
    assert!(
        load.contains("A star beside a mark: the path fell behind") && load.contains(">*</text>")
    );
    assert!(!load.contains("hollow\""));
}

#[test]
fn the_disk_is_told_by_the_write_that_stood_beside_most_cases() {
    let page = Copy::of("packet_size").with_each(|record| {
        if record["case"]["id"] == "wal-full/1" {
            record["floor"]["payload_bytes"] = 7.into();
            record["floor"]["max_ns"] = 9_000_000_000_u64.into();
        }
    });
    let page = page.page().unwrap();
    let begin = page.find("Is this disk slow?").unwrap();
    let told = page[begin..].split("</p>").next().unwrap();
    assert!(page.contains("9.0 s") && !told.contains("9.0 s"), "{told}");
    assert!(told.contains("as far as a virtual machine can tell"), "{told}");
}

#[test]
fn a_stall_is_told_with_what_it_waited_for() {
    let page = Copy::of("checkpoint_strategy").with_each(|record| {
        if record["case"]["id"] == "auto1000/400" {
            record["attribution"]["causes"][0]["longest_ns"] = 150_000_000.into();
        }
        if record["case"]["id"] == "log/400" {
            record["attribution"] = serde_json::Value::Null;
            record["ack_latency_ns"]["max"] = 340_000_000.into();
        }
    });
    let page = page.page().unwrap();
    assert!(page.contains(
        "150 ms (auto1000/400 of checkpoint_strategy) and waited for a checkpoint that its own commit started; where it was \
         not (1 case), 340 ms (log/400 of checkpoint_strategy)."
    ));
}

#[test]
fn loads_and_growth_have_their_tables() {
    assert!(PAGE.contains("id=\"rates-vote-load\""));
    let copy = Copy::of("checkpoint_strategy");
    let file = copy.file("question.json");
    let mut question: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    question["contrasts"] = serde_json::json!([]);
    for list in ["trends", "crossings", "sets"] {
        question["comparisons"][list] = serde_json::json!([]);
    }
    std::fs::write(&file, question.to_string()).unwrap();
    let page = copy.page().unwrap();
    assert!(page.contains("id=\"grown-checkpoint-strategy\""));
    assert!(page.contains("Step by step: acks, checkpoints and the WAL."));
}

#[test]
fn it_is_the_same_twice() {
    let copy = Copy::of("packet_size");
    assert_eq!(copy.page().unwrap(), copy.page().unwrap());
}

#[test]
fn it_lies_in_the_run() {
    let copy = Copy::of("packet_size");
    let index = write_index(copy.folder.path()).unwrap().unwrap();
    assert_eq!(index, copy.folder.path().join("index.html"));
    assert_eq!(std::fs::read_to_string(index).unwrap(), copy.page().unwrap());
}

#[test]
fn a_run_of_other_questions_is_answered_by_them() {
    let page = Copy::of("auto_vacuum").page().unwrap();
    assert!(page.contains("<article"), "an answer");
    assert!(page.contains("question-auto-vacuum"));
    assert!(page.contains("This run settles none") || page.contains("claims-table"));
}

#[test]
fn a_queue_is_drawn_over_time() {
    let counts = serde_json::json!({
        "handed_in": 9, "turned_away": 0, "inserted": 9, "deleted": 8, "redelivered": 0, "delivered": 8, "refused": 0,
        "given_up": 0,
    });
    let slice = |seconds: f64, waiting: u64| {
        serde_json::json!({
            "end_seconds": seconds, "seconds": 1.0, "counts": counts, "waiting_messages": waiting,
            "depths": { "messages": 3, "acks": null, "deliveries": 2 }, "resident_bytes": null,
            "database_bytes": 8192 * waiting, "journal_bytes": 4096, "freelist_pages": 1, "insert_ns_max": 5,
            "delete_ns_max": 6,
        })
    };
    let page = Copy::of("packet_size").with_each(|record| {
        let latency = record["ack_latency_ns"].clone();
        if latency.is_object() {
            record["queue"] = serde_json::json!({
                "end": "complete", "counts": counts, "waiting_messages": 40, "served_seconds": 2.0,
                "delete_ns": latency, "store_to_delete_ns": latency,
                "series": [slice(1.0, 20), slice(2.0, 40)],
            });
        }
    });
    let page = page.page().unwrap();
    assert!(page.contains("The queue over time."));
    assert!(page.contains("messages in the store: 40 at 2.0 s"));
}

#[test]
fn runs_of_several_hosts_make_one_page() {
    let here = Copy::of("log_vs_sqlite");
    let there = Copy::of("log_vs_sqlite").with_each(|record| {
        if let Some(name) = record.pointer_mut("/environment/operating_system/hostname") {
            *name = "another-host".into();
        }
    });
    let runs = [here.folder.path().to_owned(), there.folder.path().to_owned()];
    let page = page(&runs).unwrap();
    assert!(page.contains("2 runs") && page.contains("another-host"));
    assert!(page.contains("The log beside SQLite, run by run."));
}
