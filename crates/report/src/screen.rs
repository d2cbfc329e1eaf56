//! The answers of a whole run on one screen: a line for each question.

use std::path::Path;

use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::locations::{SUMMARY_FILE, from_here, index_file};
use crate::model::QuestionModel;
use crate::terminal::Terminal;

/// A terminal wider than this is not filled: longer lines are not read.
const COLUMNS_MAX: usize = 120;

/// What a terminal shows when a run ends that has asked every question, with a line feed at its end.
///
/// # Errors
/// [`ReportError::Run`] when the run cannot be read.
pub fn screen_text(run: &Path, terminal: Terminal) -> Result<String, ReportError> {
    let evidence = Evidence::read(run)?;
    let models: Vec<QuestionModel<'_>> = evidence.iter().map(QuestionModel::of).collect();
    let summary = from_here(&run.join(SUMMARY_FILE));
    let index = index_file(run);
    let page = if index.is_file() {
        format!("page        {}\n", from_here(&index))
    } else {
        String::new()
    };
    Ok(format!("{}\nsummary     {summary}\n{page}", text(&models, terminal)))
}

/// The answer of a question that compares nothing.
const NOTHING_COMPARED: &str = "compares nothing; its table has the cases";

/// A heading, and a line for each question.
#[must_use]
pub fn text(models: &[QuestionModel<'_>], terminal: Terminal) -> String {
    let width =
        models.iter().map(|model| model.evidence.name.chars().count()).max().unwrap_or_default();
    let columns = terminal.columns.min(COLUMNS_MAX).saturating_sub(width + 2);
    let line = |model: &QuestionModel<'_>| {
        let answer = model.sentences.first().map_or(NOTHING_COMPARED, String::as_str);
        format!("{:<width$}  {}\n", model.evidence.name, in_a_line(answer, columns))
    };
    let cases: usize = models.iter().map(|model| model.rows().count()).sum();
    let asked = models.len();
    let questions = if asked == 1 { "question" } else { "questions" };
    let heading = format!("{asked} {questions}, {cases} cases");
    terminal.heading(&heading) + "\n" + &models.iter().map(line).collect::<String>()
}

/// What stands at the end of a sentence that goes on.
const GOES_ON: &str = " ..";

/// The sentence, or as many of its words as there is room for. No word, and so no figure, is cut; where it can be, the
/// line ends with a part of the sentence.
fn in_a_line(sentence: &str, columns: usize) -> String {
    if sentence.chars().count() <= columns {
        return sentence.to_owned();
    }
    let room = columns.saturating_sub(GOES_ON.chars().count());
    let begins = sentence.match_indices(' ').map(|(place, _)| &sentence[..place]);
    let begins: Vec<&str> = begins.take_while(|begin| begin.chars().count() <= room).collect();
    let is_part = |begin: &&&str| begin.ends_with([';', ',', ':']) && begin.len() > room / 2;
    let begin = begins.iter().rfind(is_part).or(begins.last()).copied().unwrap_or_default();
    begin.trim_end_matches([';', ',', ':']).to_owned() + GOES_ON
}

#[cfg(test)]
mod tests {
    use super::in_a_line;

    #[test]
    fn a_long_answer_ends_with_a_part_of_it_and_cuts_no_figure() {
        let answer = "The log takes 0.312 times as long; 3 of 12 differ, from 1.043 to 2.215.";
        assert_eq!(in_a_line(answer, 80), answer);
        assert_eq!(in_a_line(answer, 60), "The log takes 0.312 times as long; 3 of 12 differ ..");
        assert_eq!(in_a_line(answer, 45), "The log takes 0.312 times as long ..");
        assert_eq!(in_a_line(answer, 18), "The log takes ..");
        assert_eq!(in_a_line("unbreakable", 5), " ..");
    }
}
