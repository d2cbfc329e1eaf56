//! Searches that come to their end.

use crate::program::Program;

#[test]
fn a_search_with_too_few_commits_says_that_it_is_undecided() {
    let program = Program::new();
    let search = ["knee", "--path", "null", "--first", "100", "--highest", "200"];
    let short = ["--seconds", "0.1", "--warm-up-seconds", "0.05", "--articles", "100"];
    // A limit that a busy machine keeps, too.
    let limit = ["--p99-ms", "60000"];
    let ended = program.start(&[&search[..], &short, &limit].concat()).end();
    assert!(ended.status.success(), "{}\n{}", ended.said, ended.errors);
    let knee = ended.said.lines().find(|line| line.starts_with("knee ")).unwrap();
    assert!(knee.contains("undecided") && knee.contains("p99 of 60"), "{knee}");
    // Two rates, three points of each.
    let kept = |ending| program.files("vote_load", ending).len();
    assert_eq!((kept(".3.json"), kept(".4.json")), (2, 0), "{}", ended.said);
    program.assert_no_scratch();
}
