//! What the question about tables and indexes says.

use report::evidence::Evidence;

use crate::made_up::{Made, evidence_of, question};
use crate::says::{assert_says, assert_silent, resolving};

const BASE: [(&str, &str); 2] = [("table", "votes"), ("place", "disk")];

fn made(table: &str, place: &str, packet_ns: f64) -> Made {
    let label = format!("{table}-{place}");
    let made = Made::sqlite("indexes", &label, 400, packet_ns);
    made.on(&[("table", table), ("place", place)])
}

fn evidence(cases: Vec<Made>) -> Evidence {
    let cases = resolving(cases, 1.01);
    evidence_of(&cases, question(&cases, "records_per_packet", &BASE))
}

#[test]
fn shapes_are_held_against_the_plain_one_on_the_same_ground() {
    let with_text = |text_ns| {
        evidence(vec![
            made("votes", "disk", 3e5),
            made("without-rowid", "disk", 4.5e5),
            made("text", "disk", text_ns),
            made("blob", "disk", 1.5e5),
            made("votes", "memory", 1e5).syncs(0.0),
            made("text", "memory", 5e5).syncs(0.0),
        ])
    };
    let text_is_dearest = with_text(9e5);
    assert_says(
        &text_is_dearest,
        "Disk: against votes-disk/400 (votes): more records/s: blob-disk/400 by 2.00 (1.99 to 2.01); fewer records/s: without-rowid-disk/400 by 1.50 (1.49 to \
         1.51), text-disk/400 by 3.00 (2.98 to 3.02); the dearest: the plain votes-disk/400 acks 3.00 times (2.98 to 3.02) as many records/s as text-disk/400.",
    );
    assert_says(
        &text_is_dearest,
        "Memory: against votes-memory/400 (votes): fewer records/s: text-memory/400 by 5.00",
    );
    assert_says(&with_text(3.01e5), "as many records/s as without-rowid-disk/400.");
    assert_silent(&text_is_dearest, "each further index");
}

#[test]
fn a_further_index_has_a_price_where_indexes_are_swept() {
    let made = |indexes: u64, packet_ns| {
        let made = Made::sqlite("indexes", "votes", indexes, packet_ns);
        Made { records_per_packet: 400, ..made }.on(&[("secondary_indexes", &indexes.to_string())])
    };
    let cases = resolving(vec![made(0, 3e5), made(1, 4e5), made(3, 9e5)], 1.01);
    let base = [("secondary_indexes", "0")];
    let evidence = evidence_of(&cases, question(&cases, "secondary_indexes", &base));
    assert_says(
        &evidence,
        "Votes with 0 indexes acks 3.00 times (2.98 to 3.02) as many records/s as with 3; each further index adds \
         500 ns to a record (ns per record: 750 at 0, 1000 at 1, 2250 at 3).",
    );
}
