//! Links to what lies beside a run: only to files that are there, and from where the page lies.

use std::fs;
use std::path::Path;

use page::{write_index, write_page};
use tempfile::TempDir;

use crate::{attributes, copy_question};

const QUESTION: &str = "packet_size";

/// A target directory with a run, a page of Criterion and two flamegraphs of one of its cases.
fn target() -> TempDir {
    let target = TempDir::new().unwrap();
    let run = target.path().join("durabench/runs/one");
    fs::create_dir_all(&run).unwrap();
    copy_question(QUESTION, &run);
    let write = |name: &str| {
        let file = target.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "drawn").unwrap();
    };
    write("criterion/packet_size/wal-full/256/report/index.html");
    write("criterion/packet_size-beside it/wal-full/16/report/index.html");
    write("durabench/flamegraphs/packet_size/packet_size/wal-full/256/profile/flamegraph.svg");
    write("durabench/flamegraphs/packet_size/packet_size/wal-full/256/profile/flamegraph-wall.svg");
    write("criterion/other/wal-full/1/report/index.html");
    target
}

/// The links that leave a page.
fn leaving(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let links = attributes(&text, "href").into_iter().filter(|link| !link.starts_with('#'));
    links.map(str::to_owned).collect()
}

#[test]
fn every_link_that_leaves_the_page_leads_to_a_file() {
    let target = target();
    let run = target.path().join("durabench/runs/one");
    let elsewhere = target.path().join("my page");
    fs::create_dir(&elsewhere).unwrap();
    write_page(std::slice::from_ref(&run), &elsewhere.join("page.html")).unwrap();
    let index = write_index(&run).unwrap().unwrap();
    for page in [index, elsewhere.join("page.html")] {
        let links = leaving(&page);
        assert_eq!(links.len(), 4, "{links:?}");
        for link in links {
            let place = page.parent().unwrap().join(link.replace("%20", " "));
            assert!(link.starts_with("..") && place.is_file(), "{link}");
        }
    }
}

#[test]
fn a_run_that_was_kept_elsewhere_has_none() {
    let target = target();
    let kept = target.path().join("reports/one");
    fs::create_dir_all(kept.parent().unwrap()).unwrap();
    fs::rename(target.path().join("durabench/runs/one"), &kept).unwrap();
    let index = write_index(&kept).unwrap().unwrap();
    assert_eq!(leaving(&index), Vec::<String>::new());
}
