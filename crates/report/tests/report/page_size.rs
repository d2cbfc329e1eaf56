//! What the question about page sizes says.

use crate::made_up::{Made, evidence_of, question};
use crate::questions::page_sizes;
use crate::says::{assert_says, resolving};

#[test]
fn a_sweep_holds_its_best_and_its_worst_against_the_base() {
    let evidence = page_sizes(
        "page_size",
        &[("wal-full", 4096, 300e3), ("wal-full", 1024, 200e3), ("wal-full", 65536, 900e3)],
    );
    assert_says(
        &evidence,
        "Page size of wal-full, best: 1024 acks 1.50 times (1.49 to 1.51) as many records/s as 4096 \
         (the base); worst: 4096 (the base) acks 3.00 times (2.98 to 3.02) as many records/s as 65536; \
         written per record: 10.3 B at 1024, 10.3 B at 65536, 10.3 B at 4096.",
    );
    let idle = page_sizes(
        "page_size",
        &[("wal-full", 4096, 300e3), ("wal-full", 512, 301e3), ("wal-full", 8192, 299e3)],
    );
    assert_says(
        &idle,
        "Page size of wal-full, none differs from 4096 (the base) by more than this run can resolve (1.0 %): 1.00 at \
         worst (512), 1.00 at best (8192);",
    );
    let base_is_best =
        page_sizes("page_size", &[("wal-full", 4096, 300e3), ("wal-full", 512, 600e3)]);
    assert_says(&base_is_best, "best against worst: 4096 (the base) acks 2.00 times");
    let flat = page_sizes("page_size", &[("wal-full", 4096, 300e3), ("wal-full", 8192, 301e3)]);
    assert_says(&flat, "best against worst: no difference that this run can resolve (1.0 %");
}

#[test]
fn a_sweep_keeps_labels_apart_and_the_log_beside_them() {
    let mut cases: Vec<Made> = [("wal-full", 4096, 300e3), ("wal-full", 1024, 200e3)]
        .map(|(label, size, ns)| Made::sqlite("page_size", label, size, ns))
        .to_vec();
    cases.push(Made::sqlite("page_size", "off-off", 1024, 30e3).syncs(0.0));
    cases.push(Made::sqlite("page_size", "off-off", 4096, 20e3).syncs(0.0));
    cases.push(Made::log("page_size", 0, 100e3));
    cases.iter_mut().for_each(|case| case.records_per_packet = 400);
    let cases = resolving(cases, 1.01);
    let evidence = evidence_of(&cases, question(&cases, "page_size", &[("page_size", "4096")]));
    assert_says(&evidence, "Page size of wal-full, best against worst: 1024 acks 1.50 times");
    assert_says(&evidence, "Page size of off-off, best against worst: 4096 (the base) acks 1.50");
    assert_says(
        &evidence,
        "At 400 records per packet, the native log (log/0) acks 2.00 times (1.99 to 2.01) as many \
         records/s as SQLite's best case that syncs (wal-full/1024).",
    );
}

#[test]
fn the_bytes_of_the_best_and_the_worst_stand_beside_them() {
    let made = |size: u64, packet_ns, bytes| Made {
        records_per_packet: 400,
        bytes_per_record: Some(bytes),
        ..Made::sqlite("page_size", "wal", size, packet_ns)
    };
    let cases = resolving(
        vec![made(4096, 3e5, 43.5), made(512, 2e5, 21.0), made(65_536, 9e5, 340.0)],
        1.01,
    );
    let mut evidence = evidence_of(&cases, question(&cases, "page_size", &[("page_size", "4096")]));
    assert_says(&evidence, "written per record: 21.0 B at 512, 340 B at 65536, 43.5 B at 4096.");
    evidence.records.iter_mut().for_each(|record| record.sync_audit = None);
    assert_says(&evidence, "as many records/s as 65536.");
}
