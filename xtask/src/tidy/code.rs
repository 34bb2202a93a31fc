//! Rust source without its comments and literals, so that a search for a word finds code and nothing else.

/// Blanks out comments, strings and characters. What is left keeps its place: offsets and lines stay true.
pub(super) fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while !rest.is_empty() {
        let length = blank_length(rest, code.chars().next_back());
        if length > 0 {
            let (blanked, after) = rest.split_at(length);
            code.extend(blanked.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
            rest = after;
        } else {
            let mut chars = rest.chars();
            code.extend(chars.next());
            rest = chars.as_str();
        }
    }
    code
}

/// The length of the comment or literal at the start of `rest`, 0 where there is none.
fn blank_length(rest: &str, before: Option<char>) -> usize {
    let within_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        block_comment(rest)
    } else if rest.starts_with('"') {
        quoted(rest, '"')
    } else if rest.starts_with('\'') {
        character(rest)
    } else if !within_word {
        raw_string(rest)
    } else {
        0
    }
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut end) = (0_usize, 0);
    while let Some(tail) = rest.get(end..).filter(|tail| !tail.is_empty()) {
        if tail.starts_with("/*") {
            (depth, end) = (depth + 1, end + 2);
        } else if tail.starts_with("*/") {
            (depth, end) = (depth - 1, end + 2);
        } else {
            end += tail.chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            break;
        }
    }
    end
}

/// Up to and with the closing quote, which a backslash can hide.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return offset + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// `'x'` and `'\n'` are characters, `'x` is a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => quoted(rest, '\''),
        _ => 0,
    }
}

/// `r"..."`, `r#"..."#`, and the same after a `b` or a `c`.
fn raw_string(rest: &str) -> usize {
    let unprefixed = rest.strip_prefix(['b', 'c']).unwrap_or(rest);
    let Some(after_r) = unprefixed.strip_prefix('r') else {
        return 0;
    };
    let body = after_r.trim_start_matches('#');
    if !body.starts_with('"') {
        return 0;
    }
    let hashes = "#".repeat(after_r.len() - body.len());
    let start = rest.len() - body.len() + 1;
    let closing = format!("\"{hashes}");
    let text = rest.get(start..).unwrap_or_default();
    text.find(&closing).map_or(rest.len(), |end| start + end + closing.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(code: &str) -> String {
        code.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn code_stays_and_everything_else_is_blanked() {
        let source = "let a = \"std::x \\\" y\"; // std::z\nlet b: &'a str = 'c'; /* a /* b */ c */ d";
        let code = code_only(source);
        assert_eq!(words(&code), "let a = ; let b: &'a str = ; d");
        assert_eq!(code.len(), source.len());
        assert_eq!(code.find('\n'), source.find('\n'));
    }

    #[test]
    fn raw_strings_end_where_their_hashes_do() {
        assert_eq!(words(&code_only("r#\"a \" b\"# br\"x\" for\"y\" e")), "for e");
    }

    #[test]
    fn a_quote_can_be_a_character() {
        assert_eq!(words(&code_only("'\"' x '\\'' y")), "x y");
    }

    #[test]
    fn what_is_not_closed_ends_with_the_file() {
        assert_eq!(code_only("a \"b").trim(), "a");
        assert_eq!(code_only("a /* b").trim(), "a");
    }
}
