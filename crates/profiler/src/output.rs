//! The files of a profile: the folded stacks and the picture drawn from them, both whole or not at
//! all.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use pprof::flamegraph::{self, Options};

use crate::sampling::Taken;
use crate::{Clock, ProfilerError};

/// Below this many samples the drawing warns: a share of one half is then uncertain by 0.1 and more
/// (two standard deviations of a binomial share).
const SAMPLES_TO_TELL: u64 = 100;

/// Writes the profile of a case into its directory, replacing an earlier one of the same clock.
/// Where there is nothing to draw, the earlier one is removed too: it would be taken for this one.
pub(crate) fn write_profile(
    case_id: &str,
    clock: Clock,
    frequency_hz: u32,
    taken: &Taken,
    directory: &Path,
) -> Result<(), ProfilerError> {
    let stacks = &taken.stacks;
    let drawing = directory.join(clock.file_stem()).with_extension("svg");
    let folded = drawing.with_extension("folded");
    if stacks.samples_total() == 0 {
        remove_if_there(&drawing)?;
        remove_if_there(&folded)?;
        return Err(ProfilerError::NoSamples { clock });
    }
    let folded_text = stacks.to_string();
    let drawing_bytes = draw(case_id, clock, frequency_hz, taken, &folded_text)?;
    fs::create_dir_all(directory)
        .map_err(|source| ProfilerError::CreateDirectory { path: directory.to_owned(), source })?;
    replace(&folded, folded_text.as_bytes())?;
    replace(&drawing, &drawing_bytes)
}

fn draw(
    case_id: &str,
    clock: Clock,
    frequency_hz: u32,
    taken: &Taken,
    folded_text: &str,
) -> Result<Vec<u8>, ProfilerError> {
    let mut options = Options::default();
    let samples = taken.stacks.samples_total();
    let plural = if samples == 1 { "" } else { "s" };
    options.title = format!("{case_id}: {clock}, {samples} sample{plural}");
    options.subtitle = Some(match clock {
        _ if samples < SAMPLES_TO_TELL => {
            "too few samples to tell shares: profile for longer".to_owned()
        }
        Clock::OnCpu => "width is CPU time, user and system; waiting does not show".to_owned(),
        Clock::Wall => format!(
            "width is the bench thread's time, waiting included; {frequency_hz} samples a second{}",
            left_out(taken.ticks_left_out)
        ),
    });
    // The same function has the same colour in every picture.
    options.deterministic = true;
    let mut drawing = Vec::new();
    flamegraph::from_lines(&mut options, folded_text.lines(), &mut drawing)
        .map_err(|error| ProfilerError::Draw { reason: error.to_string() })?;
    Ok(drawing)
}

/// Samples that stand for no width, of waits that were too long.
fn left_out(ticks: u64) -> String {
    if ticks == 0 { String::new() } else { format!(", {ticks} of long waits left out") }
}

/// Writes beside the file, then renames, so that a reader never meets half a file.
fn replace(path: &Path, content: &[u8]) -> Result<(), ProfilerError> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        // Whoever the umask lets in may read it.
        builder.permissions(fs::Permissions::from_mode(0o666));
        let mut file = builder.tempfile_in(directory)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|source| ProfilerError::WriteFile { path: path.to_owned(), source })
}

fn remove_if_there(path: &Path) -> Result<(), ProfilerError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(ProfilerError::WriteFile { path: path.to_owned(), source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(frames: &[&str], samples: u64) -> Taken {
        let mut taken = Taken::default();
        taken.stacks.add(frames, samples);
        taken
    }

    fn names_in(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn each_clock_has_its_two_files() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("group/case/10/profile");
        let stacks = taken(&["bench thread", "write", "fsync"], 7);
        write_profile("group/case/10", Clock::OnCpu, 997, &stacks, &directory).unwrap();
        write_profile("group/case/10", Clock::Wall, 997, &stacks, &directory).unwrap();
        assert_eq!(
            names_in(&directory),
            [
                "flamegraph-wall.folded",
                "flamegraph-wall.svg",
                "flamegraph.folded",
                "flamegraph.svg"
            ]
        );
        let folded = fs::read_to_string(directory.join("flamegraph.folded")).unwrap();
        assert_eq!(folded, "bench thread;write;fsync 7\n");
        let drawing = fs::read_to_string(directory.join("flamegraph-wall.svg")).unwrap();
        for part in
            ["group/case/10", "wall clock, bench thread only", "7 samples", "too few", "fsync"]
        {
            assert!(drawing.contains(part), "{part} is missing in the drawing");
        }
    }

    #[test]
    fn a_picture_says_how_many_samples_of_long_waits_it_left_out() {
        let root = tempfile::tempdir().unwrap();
        let long = Taken { ticks_left_out: 750, ..taken(&["bench thread", "fsync"], 251) };
        write_profile("case", Clock::Wall, 997, &long, root.path()).unwrap();
        let drawing = fs::read_to_string(root.path().join("flamegraph-wall.svg")).unwrap();
        assert!(drawing.contains("997 samples a second, 750 of long waits left out"));
    }

    #[test]
    fn without_samples_the_earlier_profile_goes() {
        let root = tempfile::tempdir().unwrap();
        let stacks = taken(&["bench thread", "write"], 7);
        write_profile("case", Clock::OnCpu, 997, &stacks, root.path()).unwrap();
        let empty = Taken::default();
        let error = write_profile("case", Clock::OnCpu, 997, &empty, root.path()).unwrap_err();
        assert!(matches!(error, ProfilerError::NoSamples { clock: Clock::OnCpu }));
        assert!(names_in(root.path()).is_empty());
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_an_error_and_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "in the way").unwrap();
        let stacks = taken(&["bench thread", "write"], 7);
        let error = write_profile("case", Clock::Wall, 997, &stacks, &file.join("profile"));
        assert!(matches!(error, Err(ProfilerError::CreateDirectory { .. })));
        assert_eq!(names_in(root.path()), ["file"]);
    }

    #[test]
    fn a_file_that_cannot_be_replaced_leaves_no_half_file() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("flamegraph.folded")).unwrap();
        let stacks = taken(&["bench thread", "write"], 7);
        let error = write_profile("case", Clock::OnCpu, 997, &stacks, root.path());
        assert!(matches!(error, Err(ProfilerError::WriteFile { .. })));
        assert_eq!(names_in(root.path()), ["flamegraph.folded"]);
    }
}
