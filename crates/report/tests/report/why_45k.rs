//! `why_45k`: the suspect that is named is the one whose effect was planted.

use report::evidence::Evidence;

use crate::made_up::{Made, evidence_of, question};
use crate::says::{assert_says, sentences};

/// What each suspect costs: a commit of 400 takes so many times as long with it.
#[derive(Clone, Copy)]
struct Costs {
    index: f64,
    synchronous: f64,
    checkpoints: f64,
    small_commits: f64,
}

const COSTS: Costs = Costs { index: 1.2, synchronous: 1.1, checkpoints: 1.05, small_commits: 1.3 };

const BASE: [(&str, &str); 4] = [
    ("table", "indexed"),
    ("synchronous", "full"),
    ("wal_autocheckpoint", "1000"),
    ("records_per_packet", "400"),
];

/// The whole factorial under these costs.
fn factorial(costs: Costs) -> Evidence {
    let mut cases = Vec::new();
    for table in ["indexed", "votes"] {
        for synchronous in ["full", "normal"] {
            for checkpoints in ["1000", "0"] {
                for records in [400_u64, 4_000] {
                    let axes = [
                        ("table", table),
                        ("synchronous", synchronous),
                        ("wal_autocheckpoint", checkpoints),
                        ("records_per_packet", if records == 400 { "400" } else { "4000" }),
                    ];
                    let dear =
                        |axis: usize, cost: f64| if axes[axis] == BASE[axis] { cost } else { 1.0 };
                    let record_ns = 1_000.0
                        * dear(0, costs.index)
                        * dear(1, costs.synchronous)
                        * dear(2, costs.checkpoints)
                        * dear(3, costs.small_commits);
                    let label = format!("{table}-{synchronous}-auto{checkpoints}");
                    let packet_ns = record_ns * records as f64;
                    // In memory, so that rates are compared and no mood is in the way.
                    let made = Made::sqlite("why_45k", &label, records, packet_ns).on(&axes);
                    cases.push(Made { filesystem: "tmpfs", ..made.syncs(0.0) });
                }
            }
        }
    }
    let twin = cases[0].again(1.001);
    cases.push(twin);
    let question = question(&cases, "records_per_packet", &BASE);
    evidence_of(&cases, question)
}

#[test]
fn the_index_is_named_where_it_costs_most() {
    let evidence = factorial(Costs { index: 5.0, ..COSTS });
    assert_says(
        &evidence,
        "Of 4 suspects it is the index: without it 5.00 times as many records/s (in each of 8 pairs), before \
         the small commits with 1.30",
    );
}

#[test]
fn another_cause_that_is_planted_gets_the_other_answer() {
    for (costs, suspect) in [
        (Costs { checkpoints: 4.0, ..COSTS }, "automatic checkpoints"),
        (Costs { synchronous: 4.0, ..COSTS }, "the sync in each commit"),
        (Costs { small_commits: 4.0, ..COSTS }, "the small commits"),
    ] {
        assert_says(
            &factorial(costs),
            &format!("Of 4 suspects it is {suspect}: without it 4.00 times as many records/s"),
        );
    }
}

#[test]
fn every_suspect_is_told_with_its_pairs() {
    let told = sentences(&factorial(COSTS));
    for suspect in ["Automatic checkpoints, 1000 to 0: 1.05", "The index, indexed to votes: 1.20"] {
        assert!(told.contains(suspect), "wished: {suspect}\nfound:\n{told}");
    }
    assert!(told.contains("geometric mean of 8 pairs"), "{told}");
}
