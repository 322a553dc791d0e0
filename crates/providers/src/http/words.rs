//! A service's own words, made fit to be shown: one short line without addresses, control characters or our key.

const LONGEST: usize = 240;

/// `text` in one line of at most 240 characters; addresses and `hidden` are blanked.
pub(crate) fn shown(text: &str, hidden: Option<&str>) -> String {
    let mut clean = text.to_owned();
    if let Some(hidden) = hidden.filter(|hidden| !hidden.is_empty()) {
        clean = clean.replace(hidden, "[…]");
    }
    let words: Vec<&str> = clean
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .map(|word| if is_address(word) { "[…]" } else { word })
        .collect();
    words
        .join(" ")
        .chars()
        .filter(|c| !turns_text(*c))
        .take(LONGEST)
        .collect()
}

/// `text`, which may begin with "the storage of", as a sentence. Names keep the case that they have.
pub(crate) fn sentence(text: String) -> String {
    text.strip_prefix("the ")
        .map(|rest| format!("The {rest}"))
        .unwrap_or(text)
}

fn is_address(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.contains("://") || word.contains("x-amz-") || word.contains("token=") || word.contains("bearer")
}

/// Marks that change the direction of what follows.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_begins_with_a_capital_or_a_name() {
        assert_eq!(
            sentence("the storage of X is away.".into()),
            "The storage of X is away."
        );
        assert_eq!(sentence("facilioo is away.".into()), "facilioo is away.");
    }

    #[test]
    fn addresses_and_the_key_are_blanked() {
        let said =
            "no\n\tsuch file (https://x.example/?X-Amz-Signature=CANARY) for KEY1 \u{202e}x X-Amz-Credential=CANARY";
        assert_eq!(shown(said, Some("KEY1")), "no such file […] for […] x […]");
        assert_eq!(shown(&"a".repeat(999), None).len(), LONGEST);
    }
}
