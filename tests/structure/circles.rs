//! Files that import each other, directly or over others.

use std::collections::{BTreeMap, BTreeSet};

use crate::crate_files::{CrateFiles, Module};
use crate::resolution::Imports;

/// The circles of a crate, each as a text with the names of its files and what ties them.
pub(crate) fn circles(files: &CrateFiles) -> Vec<String> {
    let imports = files.imports();
    let reached: BTreeMap<&Module, BTreeSet<&Module>> =
        imports.keys().map(|module| (module, reached_from(module, &imports))).collect();
    let mut told: BTreeSet<&Module> = BTreeSet::new();
    let mut circles = Vec::new();
    for (module, others) in &reached {
        let circle: BTreeSet<&Module> =
            others.iter().copied().filter(|other| reached[other].contains(module)).collect();
        if !circle.is_empty() && !told.contains(module) {
            circles.push(describe(&circle, &imports));
            told.extend(circle);
        }
    }
    circles
}

/// Files that this one needs, over however many others.
fn reached_from<'imports>(
    module: &'imports Module,
    imports: &'imports Imports,
) -> BTreeSet<&'imports Module> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![module];
    while let Some(next) = waiting.pop() {
        let further = imports[next].keys();
        waiting.extend(further.filter(|other| reached.insert(*other)));
    }
    reached
}

fn describe(circle: &BTreeSet<&Module>, imports: &Imports) -> String {
    let mut text = format!(
        "expected imports that run one way, got {} files that import each other; move what they share into a file of \
         its own, or pass values:",
        circle.len()
    );
    for module in circle {
        for (other, paths) in imports[*module].iter().filter(|(other, _)| circle.contains(other)) {
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            text += &format!("\n  {} imports {}: {}", name(module), name(other), paths.join(", "));
        }
    }
    text
}

fn name(module: &Module) -> String {
    if module.is_empty() { "the root".to_string() } else { format!("{}.rs", module.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The circles of made-up files, named by their paths without `.rs`; the root's is empty.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        circles(&CrateFiles::of(files.iter().map(|(path, text)| {
            let module = path.split('/').filter(|name| !name.is_empty());
            (module.map(str::to_string).collect(), (*text).to_string())
        })))
    }

    fn is_one_circle_of(files: &[(&str, &str)], expected: &[&str]) {
        let circles = found(files);
        assert_eq!(circles.len(), 1, "{circles:?}");
        for line in expected {
            assert!(circles[0].contains(line), "{line} is missing in {}", circles[0]);
        }
        assert_eq!(circles[0].lines().count(), 1 + expected.len(), "{}", circles[0]);
    }

    #[test]
    fn a_child_that_takes_from_a_parent_that_calls_it_is_found() {
        let parent = "mod b;\npub struct A;\npub fn run() { b::run() }";
        is_one_circle_of(
            &[("", "mod a;"), ("a", parent), ("a/b", "use super::A;\npub(super) fn run() {}")],
            &["a.rs imports a/b.rs: b::run", "a/b.rs imports a.rs: super::A"],
        );
    }

    #[test]
    fn a_parent_that_declares_and_hands_on_imports_nothing() {
        let parent = "mod b;\nmod c;\npub use b::B;\npub(crate) use c::{C, D as E};";
        let files = [("", "mod a;"), ("a", parent), ("a/b", "use super::C;"), ("a/c", "struct C;")];
        assert!(found(&files).is_empty());
        let uses_it = format!("{parent}\nfn f(b: B) {{}}");
        let child = ("a/b", "use super::A;\npub struct B;");
        let files = [("", "mod a;"), ("a", uses_it.as_str()), child, ("a/c", "struct C;")];
        assert_eq!(found(&files).len(), 1, "the name is used there as well");
    }

    #[test]
    fn three_files_are_a_circle_over_names_that_others_hand_on() {
        let root = "mod a;\nmod b;\nmod c;\npub use c::C;";
        is_one_circle_of(
            &[
                ("", root),
                ("a", "use crate::{b::{self, B}, x::Y};"),
                ("b", "use crate::C as D;"),
                ("c", "fn f() { crate::a::f() }"),
                ("d", "use crate::a;"),
            ],
            &[
                "a.rs imports b.rs: crate::b, crate::b::B",
                "b.rs imports c.rs: crate::C",
                "c.rs imports a.rs: crate::a::f",
            ],
        );
    }

    #[test]
    fn tests_comments_texts_and_visibilities_import_nothing() {
        let child = r#"
            //! See [`super::A`].
            pub(in crate::a) struct B; // super::A
            const TEXT: &str = "use super::A;";
            #[cfg(test)]
            use super::A;
            #[cfg(test)]
            mod tests { use super::super::A; fn f() { super::super::f() } }
        "#;
        assert!(
            found(&[("", "mod a;"), ("a", "mod b;\nuse b::B;\nstruct A;"), ("a/b", child)])
                .is_empty()
        );
    }

    #[test]
    fn other_crates_are_no_files() {
        let files =
            [("", "mod a;\nmod b;"), ("a", "use b::B;\nuse other::a::A;"), ("b", "use crate::a;")];
        assert!(found(&files).is_empty());
    }
}
