//! Which file a name lies in.

use std::collections::{BTreeMap, BTreeSet};

use crate::crate_files::{CrateFiles, Import, Module, SourceFile};

/// For each file, the files that it imports from, and how it writes that.
pub(crate) type Imports = BTreeMap<Module, BTreeMap<Module, BTreeSet<String>>>;

impl CrateFiles {
    /// Who imports from whom. A name that is only handed on (`pub use`) is no import of the file that hands it on; who
    /// takes it there, takes it from the file where it lies.
    pub(crate) fn imports(&self) -> Imports {
        let of_file = |(module, file): (&Module, &SourceFile)| {
            let mut from: BTreeMap<Module, BTreeSet<String>> = BTreeMap::new();
            for path in file.paths() {
                let lies_in = self.resolve(module, &path, &mut Vec::new());
                if let Some(other) = lies_in.filter(|other| other != module) {
                    from.entry(other).or_default().insert(path.join("::"));
                }
            }
            (module.clone(), from)
        };
        self.files.iter().map(of_file).collect()
    }

    /// The file in which a path leads; `None` for another crate.
    fn resolve(
        &self,
        module: &Module,
        path: &[String],
        seen: &mut Vec<(Module, String)>,
    ) -> Option<Module> {
        let (mut at, mut rest) = (module.clone(), path);
        match path.first().map(String::as_str)? {
            "crate" => (at, rest) = (Vec::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|name| name == "super") {
                    at.pop();
                    rest = &rest[1..];
                }
            }
            name => {
                let file = &self.files[module];
                let is_here = file.children.contains(name)
                    || file.imports.iter().any(|import| import.name == name && import.path != path);
                if !is_here {
                    return None;
                }
            }
        }
        while let Some((name, further)) = rest.split_first() {
            let file = self.files.get(&at)?;
            let child: Module = at.iter().chain([name]).cloned().collect();
            if file.children.contains(name) && self.files.contains_key(&child) {
                (at, rest) = (child, further);
                continue;
            }
            let import = file.imports.iter().find(|import| import.name == *name);
            let key = (at.clone(), name.clone());
            let Some(import) = import.filter(|_| !seen.contains(&key)) else { break };
            seen.push(key);
            let path: Vec<String> = import.path.iter().chain(further).cloned().collect();
            return self.resolve(&at, &path, seen);
        }
        Some(at)
    }
}

impl SourceFile {
    /// Every path that may lead into another file.
    fn paths(&self) -> Vec<Vec<String>> {
        let names: BTreeSet<&String> = self.body.iter().collect();
        let is_used = |import: &&Import| !import.is_handed_on || names.contains(&import.name);
        let imported = self.imports.iter().filter(is_used).map(|import| import.path.clone());
        let mut paths: Vec<Vec<String>> = imported.collect();
        let mut at = 0;
        while at < self.body.len() {
            let path = path_at(&self.body[at..]);
            let follows = at.checked_sub(1).map(|before| self.body[before].as_str());
            let leads = |first: &String| {
                matches!(first.as_str(), "crate" | "self" | "super")
                    || self.children.contains(first)
            };
            if path.len() > 1 && !matches!(follows, Some("::" | ".")) && leads(&path[0]) {
                paths.push(path.to_vec());
            }
            at += (2 * path.len()).saturating_sub(1).max(1);
        }
        paths
    }
}

/// The names of the path that begins here, as far as it goes.
fn path_at(tokens: &[String]) -> Vec<String> {
    let is_name = |token: &&String| token.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let mut path: Vec<String> = tokens.first().filter(is_name).cloned().into_iter().collect();
    let mut rest = tokens.get(1..).unwrap_or_default();
    while let [sign, name, further @ ..] = rest
        && !path.is_empty()
        && sign == "::"
        && is_name(&name)
    {
        path.push(name.clone());
        rest = further;
    }
    path
}
