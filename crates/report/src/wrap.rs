//! Sentences in lines of a given width.

/// `first` and then `text`, in lines of at most `columns` characters where words allow it; further lines
/// are indented by the width of `first`. Every line ends with a line feed.
pub(crate) fn hanging(first: &str, text: &str, columns: usize) -> String {
    let indent = first.chars().count();
    let mut wrapped = first.to_owned();
    let mut width = indent;
    for word in text.split_whitespace() {
        let word_width = word.chars().count();
        if width > indent && width + 1 + word_width > columns {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent));
            width = indent;
        } else if width > indent {
            wrapped.push(' ');
            width += 1;
        }
        wrapped.push_str(word);
        width += word_width;
    }
    wrapped.push('\n');
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_lines_hang_under_the_first() {
        assert_eq!(hanging("- ", "one two three", 9), "- one two\n  three\n");
        assert_eq!(hanging("- ", "unbreakable word", 5), "- unbreakable\n  word\n");
        assert_eq!(hanging("- ", "", 5), "- \n");
    }
}
