//! Searches that come to their end.

use crate::program::Program;

#[test]
fn a_search_with_too_few_commits_says_that_it_is_undecided() {
    let search = ["knee", "--path", "null", "--first", "100", "--highest", "200"];
    let short = ["--seconds", "0.1", "--warm-up-seconds", "0.05", "--articles", "100"];
    // A limit that a busy machine keeps, too.
    let limit = ["--p99-ms", "60000"];
    let is_undecided = |_| {
        let program = Program::new();
        let ended = program.start(&[&search[..], &short, &limit].concat()).end();
        assert!(ended.status.success(), "{}\n{}", ended.said, ended.errors);
        let knee = ended.said.lines().find(|line| line.starts_with("knee ")).unwrap();
        assert!(knee.contains("p99 of 60"), "{knee}");
        let kept = |ending| program.files("vote_load", ending).len();
        assert_eq!(kept(".4.json"), 0, "{}", ended.said);
        program.assert_no_scratch();
        // Two rates, three points of each.
        knee.contains("undecided") && kept(".3.json") == 2
    };
    // A generator that waits for the processor in the middle of so short a point is told, and is another end.
    assert!((0..10).any(is_undecided));
}
