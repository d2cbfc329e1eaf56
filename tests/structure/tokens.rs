//! Rust's text as the names and signs that imports are made of: without comments, texts and numbers.

/// The tokens of a file: names, `::`, and single signs.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphabetic() || first == '_' {
            let name = name_bytes(rest);
            match text_bytes(&rest[name..]) {
                Some(literal) if ["b", "c", "r", "br", "cr"].contains(&&rest[..name]) => {
                    name + literal
                }
                _ => {
                    tokens.push(rest[..name].to_string());
                    name
                }
            }
        } else if first.is_ascii_digit() {
            name_bytes(rest)
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            comment_bytes(rest)
        } else if first == '\'' {
            quote_bytes(rest)
        } else if let Some(literal) = text_bytes(rest).filter(|_| first == '"') {
            literal
        } else if rest.starts_with("::") {
            tokens.push("::".to_string());
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

fn name_bytes(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// A comment may hold others.
fn comment_bytes(text: &str) -> usize {
    let (mut at, mut depth) = (2, 1);
    while depth > 0 && at < text.len() {
        let rest = &text.as_bytes()[at..];
        (at, depth) = match rest {
            [b'/', b'*', ..] => (at + 2, depth + 1),
            [b'*', b'/', ..] => (at + 2, depth - 1),
            _ => (at + 1, depth),
        };
    }
    at
}

/// A text that begins here, raw where signs `#` stand before it.
fn text_bytes(text: &str) -> Option<usize> {
    let signs = text.len() - text.trim_start_matches('#').len();
    let inner = text[signs..].strip_prefix('"')?;
    let begin = signs + 1;
    if signs > 0 {
        let end = format!("\"{}", "#".repeat(signs));
        return Some(inner.find(&end).map_or(text.len(), |at| begin + at + end.len()));
    }
    let mut is_escaped = false;
    let end = inner.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    Some(end.map_or(text.len(), |at| begin + at + 1))
}

/// A character, or the name of a lifetime.
fn quote_bytes(text: &str) -> usize {
    let mut inner = text[1..].chars();
    match (inner.next(), inner.next()) {
        (Some('\\'), _) => {
            let closing = text[3..].find('\'');
            closing.map_or(text.len(), |at| 3 + at + 1)
        }
        (Some(character), Some('\'')) => 2 + character.len_utf8(),
        _ => 1 + name_bytes(&text[1..]),
    }
}

#[test]
fn comments_texts_and_numbers_are_no_tokens() {
    let text = r###"
        /// See [`crate::a`].
        fn f<'a>(x: &'a str) -> char { /* use /* super::b */ c */ "use \"d" ; r#"use "e"# ; '\'' }
        '\u{7f}' 'x' 1_000.0f64 g::h
    "###;
    let expected = "fn f < > ( x : & str ) - > char { ; ; } . g :: h";
    let found: Vec<String> = tokens(text);
    assert_eq!(found.join(" "), expected);
}
