//! The list of claims itself.

use std::collections::BTreeSet;

use report::claims::{Claimed, Outside, list};

#[test]
fn keys_are_unique_and_name_their_document() {
    let keys: Vec<&str> = list().map(|claim| claim.key.as_str()).collect();
    let unique: BTreeSet<&str> = keys.iter().copied().collect();
    assert_eq!(unique.len(), keys.len());
    for key in keys {
        let document = key.split('/').next().unwrap();
        assert!(["soup", "log-driver", "suite"].contains(&document), "{key}");
        assert!(!key.contains(' '), "{key}");
    }
}

#[test]
fn a_tolerance_never_accepts_what_shows_nothing_of_the_claim() {
    for claim in list() {
        let standard = &claim.standard;
        assert!(standard.tolerance >= 1.0, "{}", claim.key);
        if let Outside::ShowsUntil(limit) = standard.outside {
            match standard.claimed {
                Claimed::AtLeast(low) | Claimed::Between(low, _) => {
                    assert!(low / standard.tolerance > limit, "{}", claim.key);
                }
                Claimed::AtMost(high) => {
                    assert!(high * standard.tolerance < limit, "{}", claim.key);
                }
            }
        }
    }
}
