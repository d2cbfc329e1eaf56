//! The page of the reference run: what it holds, that it asks for nothing, and what it does with odd records.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod axe;
mod beside;
mod browser;
mod fleet;
mod kept;
mod odd_records;
mod probe;
mod whole;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use page::page;
use tempfile::TempDir;

/// The reference run that was made last.
fn reference_run() -> PathBuf {
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports");
    let entries = fs::read_dir(&reports).unwrap().map(|entry| entry.unwrap().path());
    let mut runs: Vec<PathBuf> = entries.filter(|entry| entry.is_dir()).collect();
    runs.sort();
    runs.pop().unwrap()
}

/// Its page, made once.
static PAGE: LazyLock<String> = LazyLock::new(|| page(&[reference_run()]).unwrap());

/// A copy of one question of the reference run, to be changed.
struct Copy {
    folder: TempDir,
    question: &'static str,
}

/// Copies one question of the reference run into a folder that is there.
fn copy_question(question: &str, folder: &Path) {
    let run = reference_run();
    fs::copy(run.join("run.json"), folder.join("run.json")).unwrap();
    fs::create_dir(folder.join(question)).unwrap();
    for file in fs::read_dir(run.join(question)).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), folder.join(question).join(file.file_name())).unwrap();
    }
}

/// Changes every record of a question that lies in a folder.
fn change_each(folder: &Path, question: &str, change: impl Fn(&mut serde_json::Value)) {
    for file in fs::read_dir(folder.join(question)).unwrap() {
        let file = file.unwrap().path();
        let mut record = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        change(&mut record);
        fs::write(&file, record.to_string()).unwrap();
    }
}

impl Copy {
    fn of(question: &'static str) -> Self {
        let folder = TempDir::new().unwrap();
        copy_question(question, folder.path());
        Self { folder, question }
    }

    /// The file of a record.
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(self.question).join(name)
    }

    /// Every record, changed.
    fn with_each(self, change: impl Fn(&mut serde_json::Value)) -> Self {
        change_each(self.folder.path(), self.question, change);
        self
    }

    fn page(&self) -> Result<String, page::PageError> {
        page(&[self.folder.path().to_owned()])
    }
}

/// Every value of an attribute.
fn attributes<'page>(page: &'page str, name: &str) -> Vec<&'page str> {
    let begin = format!(" {name}=\"");
    let values = page.match_indices(&begin).map(|(at, _)| &page[at + begin.len()..]);
    values.filter_map(|rest| rest.split('"').next()).collect()
}
