//! The headline inside the project's front page, between two markers.

use std::ops::Range;
use std::path::Path;

use crate::atomic_file;
use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::headline::headline;

/// The line before the headline.
const BEGIN: &str = "<!-- headline: written by `durabench reference`, not by hand -->\n";

/// The line behind it.
const END: &str = "<!-- end of the headline -->\n";

/// What a link to a reference run looks like in the headline.
const LINK: &str = "](";
const SUMMARY: &str = "/summary.md)";

/// Puts the headline of the run in `root/place` between the markers of the page `root/page`.
///
/// # Errors
/// [`ReportError::FrontPage`] when the page lacks the markers or the run has no headline,
/// [`ReportError::Run`] when the run cannot be read, [`ReportError::Write`] when the page cannot be written.
pub fn put(root: &Path, page: &str, place: &str) -> Result<(), ReportError> {
    let path = root.join(page);
    let text = read(&path)?;
    let inside = inside(&text, &path)?;
    let spliced =
        format!("{}{}{}", &text[..inside.start], of_run(root, place)?, &text[inside.end..]);
    atomic_file::replace(&path, &spliced)
}

/// Compares the headline of a page with that of the run to which it links.
///
/// # Errors
/// [`ReportError::FrontPage`] saying what is stale or missing, and what to do.
pub fn check(root: &Path, page: &str) -> Result<(), ReportError> {
    let path = root.join(page);
    let text = read(&path)?;
    let shown = &text[inside(&text, &path)?];
    let link = shown.rfind(SUMMARY).and_then(|end| {
        let begin = shown[..end].rfind(LINK)? + LINK.len();
        Some(&shown[begin..end])
    });
    let place = link.ok_or_else(|| wrong(&path, "a link to a reference run", "none"))?;
    if shown == of_run(root, place)? {
        Ok(())
    } else {
        Err(wrong(&path, &format!("the headline of {place}"), "another one"))
    }
}

fn of_run(root: &Path, place: &str) -> Result<String, ReportError> {
    let run = root.join(place);
    let evidence = Evidence::read(&run)?;
    headline(&evidence, place).ok_or_else(|| {
        wrong(&run, "settings of log_vs_sqlite at 1 and at 400 records per packet", "none")
    })
}

fn read(path: &Path) -> Result<String, ReportError> {
    std::fs::read_to_string(path)
        .map_err(|source| ReportError::Read { path: path.to_owned(), source })
}

/// Where the headline stands in the page.
fn inside(text: &str, path: &Path) -> Result<Range<usize>, ReportError> {
    let begins: Vec<_> = text.match_indices(BEGIN).collect();
    let ends: Vec<_> = text.match_indices(END).collect();
    match (begins.as_slice(), ends.as_slice()) {
        ([(begin, _)], [(end, _)]) if begin < end => Ok(begin + BEGIN.len()..*end),
        _ => Err(wrong(
            path,
            &format!("the lines {} and {}, once each", BEGIN.trim_end(), END.trim_end()),
            &format!("{} and {} of them", begins.len(), ends.len()),
        )),
    }
}

fn wrong(path: &Path, expected: &str, found: &str) -> ReportError {
    ReportError::FrontPage { path: path.to_owned(), expected: expected.into(), found: found.into() }
}
