//! The page in Chromium, where there is one: no overflow, no clipped or overlapping label, no error, sorting, filtering,
//! values on focus, and a print.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::PAGE;
use crate::probe::{found, probed};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Widths and heights of a desk and of a phone.
const SIZES: [(u32, u32); 2] = [(1280, 900), (390, 844)];

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = folders.iter().flat_map(|folder| NAMES.map(|name| folder.join(name)));
    places.into_iter().find(|place| place.is_file())
}

pub(crate) struct Browser {
    program: PathBuf,
    folder: TempDir,
}

impl Browser {
    /// The browser with a file; `None`, told by name, where there is no browser.
    pub(crate) fn with(page: &str) -> Option<Self> {
        let Some(program) = chromium() else {
            println!("skipped: expected one of {} on the PATH, got none", NAMES.join(", "));
            return None;
        };
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("page.html"), page).unwrap();
        Some(Self { program, folder })
    }

    /// What it prints.
    pub(crate) fn run(&self, options: &[String]) -> String {
        let profile = format!("--user-data-dir={}", self.folder.path().join("profile").display());
        let file = format!("file://{}", self.folder.path().join("page.html").display());
        // No network: a name that it asked for would not resolve.
        let offline = "--host-resolver-rules=MAP * ~NOTFOUND";
        let fixed =
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", offline];
        let mut command = Command::new(&self.program);
        command.args(fixed).arg(profile).args(options).arg(file);
        let output = command.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn written(&self, name: &str) -> u64 {
        fs::metadata(self.folder.path().join(name)).map_or(0, |file| file.len())
    }

    fn place(&self, name: &str) -> String {
        Path::new(self.folder.path()).join(name).display().to_string()
    }
}

#[test]
fn nothing_overflows_is_clipped_overlaps_or_fails_at_a_desk_or_on_a_phone() {
    let Some(browser) = Browser::with(&probed(&PAGE)) else { return };
    for (width, height) in SIZES {
        let dumped = browser.run(&[
            format!("--window-size={width},{height}"),
            "--virtual-time-budget=10000".into(),
            "--dump-dom".into(),
        ]);
        let found = found(&dumped).unwrap();
        assert!(found.starts_with("fine: "), "at {width}: {found}");
    }
}

#[test]
fn it_prints_in_the_light_and_in_the_dark() {
    let Some(browser) = Browser::with(&PAGE) else { return };
    browser.run(&[format!("--print-to-pdf={}", browser.place("page.pdf"))]);
    assert!(browser.written("page.pdf") > 100_000, "{} bytes", browser.written("page.pdf"));
    browser.run(&[
        "--force-dark-mode".into(),
        "--window-size=1280,900".into(),
        format!("--screenshot={}", browser.place("dark.png")),
    ]);
    assert!(browser.written("dark.png") > 10_000);
}

#[test]
fn the_probe_finds_what_is_wrong() {
    let broken = PAGE
        .replacen("<main>", "<main><div style=\"width:5000px\">wide</div>", 1)
        .replacen("tip.hidden = false;", "missing.hidden = false;", 1);
    let Some(browser) = Browser::with(&probed(&broken)) else { return };
    let dumped = browser.run(&["--virtual-time-budget=10000".into(), "--dump-dom".into()]);
    let found = found(&dumped).unwrap();
    assert!(found.contains("overflow"), "{found}");
    assert!(found.contains("no values on focus"), "{found}");
}
