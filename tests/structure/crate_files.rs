//! The files of a crate: which modules they are, and what they import.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::tokens::tokens;

/// A module that is a file, as the names on the way to it; none for the root.
pub(crate) type Module = Vec<String>;

/// The files of a crate.
pub(crate) struct CrateFiles {
    pub(crate) files: BTreeMap<Module, SourceFile>,
}

/// A file, its tests left out: they may reach everywhere.
#[derive(Default)]
pub(crate) struct SourceFile {
    /// Modules that it declares and that are files of their own.
    pub(crate) children: BTreeSet<String>,
    pub(crate) imports: Vec<Import>,
    /// Everything but its imports and declarations.
    pub(crate) body: Vec<String>,
}

/// A name that a file takes from somewhere.
pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    /// What it is called here; `*` for everything.
    pub(crate) name: String,
    /// Whether it is handed on (`pub use`).
    pub(crate) is_handed_on: bool,
}

impl CrateFiles {
    /// Reads every file below a directory that belongs to the crate with this root, directories of tests left out.
    pub(crate) fn read(directory: &Path, root_file: &str) -> Self {
        let mut texts = Vec::new();
        collect(directory, &mut Vec::new(), &mut texts);
        let root = root_file.trim_end_matches(".rs");
        let other_root = if root == "lib" { "main" } else { "lib" };
        let files = texts.into_iter().filter(|(module, _)| module.as_slice() != [other_root]).map(
            |(module, text)| if module == [root] { (Vec::new(), text) } else { (module, text) },
        );
        Self::of(files)
    }

    /// Of texts.
    pub(crate) fn of(texts: impl IntoIterator<Item = (Module, String)>) -> Self {
        let files = texts.into_iter().map(|(module, text)| (module, SourceFile::of(&text)));
        Self { files: files.collect() }
    }
}

fn collect(directory: &Path, module: &mut Module, texts: &mut Vec<(Module, String)>) {
    for entry in directory.read_dir().expect("a directory of sources") {
        let path = entry.expect("an entry").path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        if name == "tests" {
            continue;
        }
        module.push(name.to_string());
        if path.is_dir() {
            collect(&path, module, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push((module.clone(), fs::read_to_string(&path).expect("a source file")));
        }
        module.pop();
    }
}

impl SourceFile {
    fn of(text: &str) -> Self {
        let tokens = without_tests(&tokens(text));
        let mut file = Self::default();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match (token.as_str(), tokens.get(at + 2).map(String::as_str)) {
                // `use<'a>` is a bound.
                ("use", _) if tokens[at + 1] != "<" => {
                    let is_handed_on = ends_in_visibility(&file.body);
                    let mut found = Vec::new();
                    at = use_tree(&tokens, at + 1, &[], &mut found);
                    let imports = found.into_iter();
                    file.imports.extend(imports.map(|(path, name)| Import {
                        path,
                        name,
                        is_handed_on,
                    }));
                }
                ("mod", Some(";")) => {
                    file.children.insert(tokens[at + 1].clone());
                    at += 3;
                }
                _ => {
                    file.body.push(token.clone());
                    at += 1;
                }
            }
        }
        file
    }
}

/// Whether a `pub` or `pub(crate)` comes last, which belongs to what follows.
fn ends_in_visibility(tokens: &[String]) -> bool {
    match tokens {
        [.., last] if last == "pub" => true,
        [.., visibility, opening, _, closing] => {
            visibility == "pub" && opening == "(" && closing == ")"
        }
        _ => false,
    }
}

/// Leaves out what is marked as `cfg(test)`, and the paths of `pub(in path)`, which import nothing.
fn without_tests(tokens: &[String]) -> Vec<String> {
    let is = |at: usize, expected: &[&str]| {
        tokens.get(at..at + expected.len()).is_some_and(|found| found == expected)
    };
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if is(at, &["#", "[", "cfg", "(", "test", ")", "]"]) {
            at = end_of_item(tokens, at + 7);
        } else if is(at, &["(", "in"]) && tokens[at - 1] == "pub" {
            at += tokens[at..].iter().position(|token| token == ")").map_or(1, |length| length + 1);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// The place after the item that begins here: its semicolon, or the brace that closes it.
fn end_of_item(tokens: &[String], begin: usize) -> usize {
    let mut depth = 0_u32;
    for (at, token) in tokens.iter().enumerate().skip(begin) {
        match token.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(token.as_str(), ";" | "}") {
            return at + 1;
        }
    }
    tokens.len()
}

/// Reads what follows `use`, and returns the place after it.
fn use_tree(
    tokens: &[String],
    begin: usize,
    before: &[String],
    found: &mut Vec<(Vec<String>, String)>,
) -> usize {
    let mut path = before.to_vec();
    let mut at = begin;
    loop {
        match tokens[at].as_str() {
            "::" => at += 1,
            "{" => {
                at += 1;
                while tokens[at] != "}" {
                    at = use_tree(tokens, at, &path, found);
                    at += usize::from(tokens[at] == ",");
                }
                return at + 1;
            }
            "*" => {
                found.push((path, "*".to_string()));
                return at + 1;
            }
            "self" if !path.is_empty() => at += 1,
            name => {
                path.push(name.to_string());
                at += 1;
            }
        }
        if matches!(tokens[at].as_str(), ";" | "," | "}" | "as") {
            break;
        }
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if tokens[at] == "as" {
        name.clone_from(&tokens[at + 1]);
        at += 2;
    }
    found.push((path, name));
    at
}
