//! Reading code: comments taken out, words found with their line.

/// The text with its comments blanked, line for line; texts in quotes stay, because SQL stands in them.
pub(crate) fn without_comments(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let rest = &letters[at..];
        let end = match rest {
            ['/', '/', ..] => line_comment(rest),
            ['/', '*', ..] => block_comment(rest),
            ['"', ..] => quoted(rest),
            ['r', '"', ..] | ['r', '#', ..] => raw(rest),
            ['\'', '\\', ..] => 2 + rest[2..].iter().skip(1).position(|c| *c == '\'').unwrap_or(0) + 2,
            ['\'', _, '\'', ..] => 3,
            _ => 1,
        }
        .min(rest.len());
        if matches!(rest, ['/', '/' | '*', ..]) {
            out.extend(rest[..end].iter().filter(|c| **c == '\n'));
        } else {
            out.extend(&rest[..end]);
        }
        at += end;
    }
    out
}

fn line_comment(rest: &[char]) -> usize {
    rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())
}

fn block_comment(rest: &[char]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at + 1 < rest.len() {
        match (rest[at], rest[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quoted(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `r"…"` and `r#"…"#`; an `r#name` is no text.
fn raw(rest: &[char]) -> usize {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return 1;
    }
    let body = 2 + hashes;
    let closes =
        |at: &usize| rest[*at] == '"' && rest[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    (body..rest.len()).find(closes).map_or(rest.len(), |at| at + 1 + hashes)
}

/// The lines (from 1) on which `word` stands; where it begins or ends with a letter, not as a part of a longer word.
pub(crate) fn lines_with(code: &str, word: &str) -> Vec<usize> {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let begins = word.chars().next().is_some_and(in_word);
    let ends = word.chars().next_back().is_some_and(in_word);
    code.match_indices(word)
        .filter(|(at, _)| {
            let before = code[..*at].chars().next_back();
            let after = code[at + word.len()..].chars().next();
            let inside_another = begins && before.is_some_and(in_word) || ends && after.is_some_and(in_word);
            !inside_another
        })
        .map(|(at, _)| 1 + code[..at].matches('\n').count())
        .collect()
}

/// The lines on which a `cfg` asks which system this is.
pub(crate) fn lines_that_ask_for_the_system(code: &str) -> Vec<usize> {
    let asks = |inside: &str| {
        ["windows", "unix", "target_os", "target_family"]
            .iter()
            .any(|word| !lines_with(inside, word).is_empty())
    };
    ["cfg(", "cfg!(", "cfg_attr("]
        .iter()
        .flat_map(|opening| code.match_indices(opening).map(|(at, found)| (at, at + found.len())))
        .filter(|(_, inside)| asks(parenthesis(&code[*inside..])))
        .map(|(at, _)| 1 + code[..at].matches('\n').count())
        .collect()
}

/// What stands before the parenthesis closes that was opened before `rest`.
fn parenthesis(rest: &str) -> &str {
    let mut depth = 1;
    for (at, letter) in rest.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &rest[..at];
        }
    }
    rest
}

#[test]
fn comments_vanish_and_texts_stay() {
    let code = without_comments("a // SELECT\n/* unsafe\n /* b */ */ c \"// d\" r#\"/* e \"\"# '\"' // f");
    assert_eq!(code, "a \n\n c \"// d\" r#\"/* e \"\"# '\"' ");
}

#[test]
fn a_word_is_not_found_inside_a_longer_one() {
    assert_eq!(lines_with("unsafe_code\nan unsafe {", "unsafe"), [2]);
    assert_eq!(lines_with("my_sqlx::query", "sqlx::"), [0; 0]);
}

#[test]
fn a_cfg_for_a_system_is_found_in_all_its_forms() {
    for code in [
        "#[cfg(unix)]",
        "#[cfg(windows)]",
        "#[cfg(target_os = \"linux\")]",
        "if cfg!(target_os = \"linux\") {}",
        "cfg!(all(test, windows))",
        "#![cfg_attr(not(target_os = \"x\"), y)]",
    ] {
        assert_eq!(lines_that_ask_for_the_system(code), [1], "{code}");
    }
    assert_eq!(lines_that_ask_for_the_system("#[cfg(test)] mod unix;"), [0; 0]);
}
