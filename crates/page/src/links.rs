//! Links to what lies beside a run: a case's flamegraphs and its page of Criterion, where there are any.

use std::fs;
use std::path::{Component, Path, PathBuf};

use report::criterion_directory;

/// Folders in which Criterion may have put something about a case, as the page sees them.
pub(crate) struct Beside {
    /// The page's folder.
    from: PathBuf,
    /// Criterion's folders of groups.
    groups: Vec<PathBuf>,
}

/// A link with what it leads to.
pub(crate) struct Link {
    pub(crate) to: &'static str,
    pub(crate) address: String,
}

/// What a case's folder may hold.
const PAGES: [(&str, &str); 3] = [
    ("Criterion's page", "report/index.html"),
    ("flamegraph (CPU)", "profile/flamegraph.svg"),
    ("flamegraph (wall clock)", "profile/flamegraph-wall.svg"),
];

/// The length to which Criterion cuts the name of a folder (criterion 0.8.2, `make_filename_safe`).
const NAME_BYTES_MAX: usize = 64;

impl Beside {
    /// Of a run that lies where runs are made, for a page in a folder; nothing of a run that was kept elsewhere.
    pub(crate) fn of(run: &Path, page: &Path) -> Option<Self> {
        let run = run.canonicalize().ok()?;
        let runs = run.parent()?;
        let target = runs.parent()?.parent()?;
        if !runs.ends_with("durabench/runs") {
            return None;
        }
        let profiles = folders(&target.join("durabench").join("flamegraphs"));
        let roots = [criterion_directory(target)].into_iter().chain(profiles);
        let groups = roots.flat_map(|root| folders(&root)).collect();
        Some(Self { from: page.canonicalize().ok()?, groups })
    }

    /// What there is about a case, whose question may be split into several groups.
    pub(crate) fn links(&self, question: &str, id: &str) -> Vec<Link> {
        let Some((label, parameter)) = id.rsplit_once('/') else { return Vec::new() };
        let case = Path::new(&folder_name(label)).join(folder_name(parameter));
        let mut links: Vec<Link> = Vec::new();
        for folder in self.groups.iter().filter(|group| is_of(group, question)) {
            for (to, page) in PAGES {
                let place = folder.join(&case).join(page);
                if place.is_file() && !links.iter().any(|link| link.to == to) {
                    links.push(Link { to, address: address(&self.from, &place) });
                }
            }
        }
        links
    }
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path()).filter_map(|path| path.canonicalize().ok());
    let mut folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn is_of(group: &Path, question: &str) -> bool {
    let name = group.file_name().and_then(|name| name.to_str());
    let rest = name.and_then(|name| name.strip_prefix(question));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// A part of an id as Criterion names a folder after it.
fn folder_name(part: &str) -> String {
    let mut name = part.replace(['?', '"', '/', '\\', '*', '<', '>', ':', '|', '^'], "_");
    name.truncate(name.floor_char_boundary(NAME_BYTES_MAX));
    name
}

/// The way from a folder to a file, each part escaped as addresses are.
fn address(from: &Path, to: &Path) -> String {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to.components().skip(shared).map(Component::as_os_str);
    let down = down.map(|part| escaped(part.as_encoded_bytes()));
    up.chain(down).collect::<Vec<String>>().join("/")
}

fn escaped(part: &[u8]) -> String {
    let letter = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(*byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    part.iter().map(letter).collect()
}
