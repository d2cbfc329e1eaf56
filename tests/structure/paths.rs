//! Paths that stand in the project's documents.

use std::fs;
use std::path::{Path, PathBuf};

/// The project's own directories: a path that begins with one is meant from the root.
const ROOMS: [&str; 7] =
    ["benches/", "crates/", "docs/", "scripts/", "sqlite-builds/", "src/", "tests/"];

/// What git ignores: files that a user makes.
const OF_USERS: &str = "local/";

/// The files of a project, from its root.
pub(crate) struct Files {
    root: PathBuf,
    files: Vec<String>,
}

impl Files {
    pub(crate) fn below(root: &Path) -> Self {
        let mut files = Vec::new();
        collect(root, root, &mut files);
        Self { root: root.to_owned(), files }
    }

    pub(crate) fn documents(&self) -> impl Iterator<Item = &str> {
        let is_own = |path: &&str| path.ends_with(".md") && !path.starts_with("reports/");
        self.files.iter().map(String::as_str).filter(is_own)
    }

    /// The paths of a document that lead nowhere, each with its line.
    pub(crate) fn missing_in(&self, document: &str) -> Vec<String> {
        let text = fs::read_to_string(self.root.join(document)).expect("a document");
        let mut missing = Vec::new();
        let mut base = None;
        for (number, line) in text.lines().enumerate() {
            if line.starts_with('#') {
                base = quoted(line).find(|path| path.ends_with('/'));
            }
            let paths = quoted(line).filter(|path| !self.has(path, base));
            let folder = self.root.join(document).parent().expect("a folder").to_owned();
            let links = links(line).filter(|link| !folder.join(link).exists());
            let told = |path: &str| format!("{document}:{}: {path}", number + 1);
            missing.extend(paths.chain(links).map(told));
        }
        missing
    }

    /// Whether a path is there; what looks like none is. Below a heading that names a directory, it is meant from there;
    /// else the end of a path is enough.
    fn has(&self, path: &str, base: Option<&str>) -> bool {
        let is_source = path.ends_with(".rs");
        let is_from_root = ROOMS.iter().any(|room| path.starts_with(room));
        let is_plain = path.chars().all(|it| it.is_ascii_alphanumeric() || "/_.-".contains(it));
        if !is_plain || path.contains(OF_USERS) || !(is_source || is_from_root) {
            return true;
        }
        let (file, folder) = (format!("/{path}"), format!("/{}/", path.trim_end_matches('/')));
        let ends = |known: &String| known.ends_with(&file) || known.contains(&folder);
        match base {
            _ if self.root.join(path).exists() => true,
            Some(base) => self.root.join(base).join(path).exists(),
            None => self.files.iter().any(ends),
        }
    }
}

/// What stands between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Where links lead within the project.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let links = line.split("](").skip(1).filter_map(|behind| behind.split([')', '#']).next());
    links.filter(|link| !link.is_empty() && !link.contains("://"))
}

fn collect(root: &Path, directory: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name == "target" || name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Some(path) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            files.push(path.to_owned());
        }
    }
}
