//! Patterns against regex-lite, whose language they have: the same ones taken, the same texts
//! matched. The core has its own engine since that crate was a fifth of what a browser downloads.

use proptest::prelude::*;
use regex_lite::RegexBuilder;
use vexil::patterns::{Patterns, RegexPatterns};
use vexil::words::limits;

use crate::cases::config;

/// What is said of a pattern that is too large, which is sooner than with regex-lite.
const OUR_SIZE: &str = "it is too large when its repetitions are written out";
const THEIR_SIZE: &str = "compiled regex exceeded size limit";
/// What it says where letters beyond ASCII are told apart, which the core does not do.
const THEIR_NAME: &str = "invalid group name";

/// Fails unless both engines agree on a pattern, and on every text if it is one. True if it is one.
fn agree(pattern: &str, texts: &[String], ignore_case: bool) -> Result<bool, TestCaseError> {
    let mut ours = RegexPatterns::default();
    let taken = ours.push(pattern, ignore_case);
    let size = RegexPatterns::size(pattern, ignore_case);
    prop_assert_eq!(taken.as_ref().err(), size.as_ref().err());
    let theirs = RegexBuilder::new(pattern).case_insensitive(ignore_case).size_limit(1 << 20).build();
    match (taken, theirs) {
        (Ok(()), Ok(theirs)) => {
            for text in texts {
                let (ours, theirs) = (ours.is_match(0, text), theirs.is_match(text));
                prop_assert_eq!(ours, theirs, "pattern {:?}, text {:?}, ignoring case {}", pattern, text, ignore_case);
            }
            Ok(true)
        }
        (Err(_), Err(_)) => Ok(false),
        (Err(ours), Ok(_)) if ours == OUR_SIZE => Ok(false),
        (Err(ours), Ok(_)) => Err(TestCaseError::fail(format!("{pattern:?} is refused: {ours}"))),
        // A step of ours is smaller than one of theirs.
        (Ok(()), Err(theirs)) => {
            let theirs = theirs.to_string();
            let is_known = theirs == THEIR_SIZE || theirs == THEIR_NAME && !pattern.is_ascii();
            prop_assert!(is_known, "{:?} is taken, regex-lite says: {}", pattern, theirs);
            Ok(false)
        }
    }
}

fn agree_twice(pattern: &str, texts: &[String]) -> Result<bool, TestCaseError> {
    Ok(agree(pattern, texts, false)? | agree(pattern, texts, true)?)
}

/// A sequence of choices. It ends with zeros, which choose what is simple: so cases shrink.
struct Choices<'c>(&'c [u8]);

impl Choices<'_> {
    fn below(&mut self, count: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % count
    }

    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// A pattern, and a text that it is likely to match.
type Pair = (String, String);

const CHARACTERS: &[&str] = &[
    "a", "b", "A", "B", "c", "Z", "y", "_", "0", "9", "-", " ", "\n", "\r", "é", "ü", "Ω", "😀", "\u{85}", "#", "]",
    "}", ",", "&", "~", "@", "[", "^",
];

const ESCAPES: &[(&str, &str)] = &[
    (r"\d", "7"),
    (r"\D", "x"),
    (r"\s", " "),
    (r"\S", "é"),
    (r"\w", "k"),
    (r"\W", "-"),
    (r"\n", "\n"),
    (r"\r", "\r"),
    (r"\t", "\t"),
    (r"\a", "\x07"),
    (r"\f", "\x0c"),
    (r"\v", "\x0b"),
    (r"\.", "."),
    (r"\-", "-"),
    (r"\]", "]"),
    (r"\[", "["),
    (r"\\", "\\"),
    (r"\ ", " "),
    (r"\#", "#"),
    (r"\/", "/"),
    (r"\&", "&"),
    (r"\~", "~"),
    (r"\^", "^"),
    (r"\x41", "A"),
    (r"\x7a", "z"),
    (r"\x{e9}", "é"),
    (r"\u00e9", "é"),
    (r"\u{1F600}", "😀"),
    (r"\U0001F600", "😀"),
    (r"\x{0000061}", "a"),
    (r"\u{62}", "b"),
    (r"\{", "{"),
    (r"\}", "}"),
    (r"\_", "_"),
    (r"\@", "@"),
    // Not in the language, or not everywhere.
    (r"\1", ""),
    (r"\p{L}", "a"),
    (r"\PL", "a"),
    (r"\k<a>", ""),
    (r"\Z", ""),
    (r"\e", ""),
    (r"\é", "é"),
    (r"\x4", ""),
    (r"\x{110000}", ""),
    (r"\u{D800}", ""),
    (r"\x{}", ""),
    (r"\U1F600", ""),
    (r"\x{FFFFFFFFF}", ""),
    (r"\Q", ""),
    ("\\", ""),
    (r"\x 4 1", "A"),
    (r"\x{ 4 1 }", "A"),
    (r"\u #c", ""),
];

const LOOKS: &[&str] = &[
    "^",
    "$",
    r"\b",
    r"\B",
    r"\A",
    r"\z",
    r"\<",
    r"\>",
    r"\b{start}",
    r"\b{end}",
    r"\b{start-half}",
    r"\b{end-half}",
    r"\b{star}",
    r"\b{start",
    r"\b{ start }",
    r"\b{1}",
    r"\b{",
    r"\b{2,3}",
    r"\B{start}",
    "(?=a)",
    "(?<!a)",
];

const NAMED: &[&str] = &[
    "[:alnum:]",
    "[:alpha:]",
    "[:ascii:]",
    "[:blank:]",
    "[:cntrl:]",
    "[:digit:]",
    "[:graph:]",
    "[:lower:]",
    "[:print:]",
    "[:punct:]",
    "[:space:]",
    "[:upper:]",
    "[:word:]",
    "[:xdigit:]",
    "[:^alnum:]",
    "[:^lower:]",
    "[:^space:]",
    "[:^ascii:]",
    "[:nothing:]",
    "[:alpha]",
    "[:alpha:",
    "[alpha]",
    "[:^^alpha:]",
    "[: alpha:]",
    "[::]",
];

const OPENINGS: &[&str] = &[
    "(",
    "(?:",
    "(?i:",
    "(?-i:",
    "(?s:",
    "(?m:",
    "(?R:",
    "(?mR:",
    "(?x:",
    "(?U:",
    "(?u:",
    "(?-u:",
    "(?im-sx:",
    "(?xi:",
    "(?P<name>",
    "(?<name>",
    "(?<n>",
    "(?<_a.b[0]>",
    "(?<é>",
    "(?P<x>",
    "( ?:",
    "(?P<1>",
    "(?<>",
    "(?P=name>",
    "(?ii:",
    "(?i-:",
    "(?--i:",
    "(?z:",
    "(?i",
    "(?",
    "(?<a-b>",
    "(?!",
    "(?<=",
    "(?P<a",
    "(?P>",
];

const DIRECTIVES: &[&str] = &[
    "(?i)", "(?-i)", "(?s)", "(?m)", "(?R)", "(?mR)", "(?x)", "(?-x)", "(?U)", "(?u)", "(?-u)", "(?)", "(?-)",
    "(?is-m)", "(?-s)",
];

const REPETITIONS: &[(&str, usize)] = &[
    ("*", 2),
    ("+", 2),
    ("?", 1),
    ("*?", 0),
    ("+?", 1),
    ("??", 1),
    ("{2}", 2),
    ("{2,}", 3),
    ("{1,3}", 2),
    ("{0,2}", 1),
    ("{0}", 0),
    ("{1}", 1),
    ("{0,1}", 1),
    ("{0,}", 2),
    ("{2}?", 2),
    ("{1,3}?", 3),
    ("{ 2 , 3 }", 2),
    ("{2, }", 2),
    ("{,3}", 1),
    ("{3,2}", 1),
    ("{}", 1),
    ("{a}", 1),
    ("{2", 2),
    ("{2,", 2),
    ("{", 1),
    ("{4294967296}", 1),
    ("{1 2}", 12),
    ("{\u{2003}2}", 2),
    ("**", 2),
    ("+*", 2),
    ("{2}{2}", 4),
    ("{2} ?", 2),
    ("* ?", 2),
    ("{40}", 40),
    ("{0,70}", 30),
    ("{99,}", 100),
    ("{2 }?", 2),
    ("{+2}", 2),
];

/// White space and comments, which count only with the flag `x`.
const SPACES: &[&str] = &["", "", "", "", "", "", "", "", " ", "\n", "#c\n", "# (\n", "\u{2003}", "#"];

fn pattern(choices: &mut Choices<'_>, depth: usize) -> Pair {
    let mut pair = branch(choices, depth);
    for _ in 0..[0, 0, 0, 1, 1, 2][choices.below(6)] {
        let other = branch(choices, depth);
        pair.0 = format!("{}|{}", pair.0, other.0);
        if choices.below(2) == 1 {
            pair.1 = other.1;
        }
    }
    pair
}

fn branch(choices: &mut Choices<'_>, depth: usize) -> Pair {
    let mut pair = Pair::default();
    for _ in 0..choices.below(5) {
        let (mut written, mut sample) = item(choices, depth);
        for _ in 0..[0, 0, 0, 1, 1, 1, 2][choices.below(7)] {
            // The likely ones are those of the language.
            let most = if choices.below(4) == 3 { REPETITIONS.len() } else { 16 };
            let (sign, times) = REPETITIONS[choices.below(most)];
            written += sign;
            sample = sample.repeat(times.min(100 / (sample.len() + 1)));
        }
        pair.0 += choices.of(SPACES);
        pair.0 += &written;
        pair.1 += &sample;
    }
    pair
}

fn item(choices: &mut Choices<'_>, depth: usize) -> Pair {
    match choices.below(12) {
        0..4 => {
            let c = choices.of(CHARACTERS);
            (c.into(), c.into())
        }
        4 => (".".into(), choices.of(&["a", "é", "\n", "\r", "😀"]).into()),
        5 => escape(choices),
        6 => (choices.of(LOOKS).into(), String::new()),
        7..9 => class(choices),
        9 if depth > 0 => (choices.of(DIRECTIVES).into(), String::new()),
        _ if depth > 0 => {
            let most = if choices.below(4) == 3 { OPENINGS.len() } else { 15 };
            let opening = OPENINGS[choices.below(most)];
            let (written, sample) = pattern(choices, depth - 1);
            let closing = if choices.below(32) == 31 { "" } else { ")" };
            (format!("{opening}{written}{closing}"), sample)
        }
        _ => ("a".into(), "a".into()),
    }
}

fn escape(choices: &mut Choices<'_>) -> Pair {
    let most = if choices.below(8) == 7 { ESCAPES.len() } else { 35 };
    let (written, sample) = ESCAPES[choices.below(most)];
    (written.into(), sample.into())
}

fn class(choices: &mut Choices<'_>) -> Pair {
    let mut written = String::from(choices.of(&["[", "[", "[", "[^", "[^", "[]", "[-", "[^]", "[^--", "[ ", "[]-"]));
    let mut sample = String::from("a");
    for _ in 0..=choices.below(4) {
        let member = |choices: &mut Choices<'_>| match choices.below(8) {
            0 => escape(choices),
            _ => {
                let c = choices.of(CHARACTERS);
                (c.into(), c.into())
            }
        };
        let (item, taken) = match choices.below(8) {
            0..4 => member(choices),
            4..7 => {
                let (first, last) = (member(choices), member(choices));
                let (first, last) =
                    if choices.below(8) != 7 && last.1 < first.1 { (last, first) } else { (first, last) };
                (format!("{}{}-{}{}", first.0, choices.of(SPACES), choices.of(SPACES), last.0), first.1)
            }
            _ => (choices.of(NAMED).into(), choices.of(&["a", "7", " ", "-", "é"]).into()),
        };
        written += &item;
        written += choices.of(&["", "", "", "", "", "", "-", " ", "&&", "--", "~~", "&", "~"]);
        if choices.below(2) == 0 {
            sample = taken;
        }
    }
    (written + "]", sample)
}

/// Texts near one that a pattern is likely to match.
fn texts(choices: &mut Choices<'_>, sample: &str) -> Vec<String> {
    let noise =
        &["", "a", "b", "A", "é", "😀", "\n", "\r", "\r\n", " ", "_", "-", "0", "Z", "aa\r\n", "\u{7f}", "\0", "y"];
    let mut texts = vec![String::new(), sample.into()];
    for _ in 0..4 {
        let mut near: Vec<char> = sample.chars().collect();
        if !near.is_empty() && choices.below(2) == 1 {
            let place = choices.below(near.len());
            near.remove(place);
        }
        let place = choices.below(near.len() + 1);
        let more: Vec<char> = choices.of(noise).chars().collect();
        near.splice(place..place, more);
        let near: String = near.into_iter().collect();
        texts.push(format!("{}{near}{}", choices.of(noise), choices.of(noise)));
    }
    texts
}

/// Whether the case is a pattern.
fn generated(choices: &[u8]) -> Result<bool, TestCaseError> {
    let mut choices = Choices(choices);
    let (pattern, sample) = pattern(&mut choices, 4);
    let texts = texts(&mut choices, &sample);
    agree_twice(&pattern, &texts)
}

/// A pattern with a character changed, left out or put in.
fn damaged(choices: &[u8]) -> Result<bool, TestCaseError> {
    let mut choices = Choices(choices);
    let (pattern, sample) = pattern(&mut choices, 3);
    let mut pattern: Vec<char> = pattern.chars().collect();
    for _ in 0..=choices.below(3) {
        let place = choices.below(pattern.len() + 1);
        let end = (place + choices.below(2)).min(pattern.len());
        let more = choices.below(129).checked_sub(1).and_then(|c| char::from_u32(c as u32));
        pattern.splice(place..end, more);
    }
    let texts = texts(&mut choices, &sample);
    agree_twice(&pattern.into_iter().collect::<String>(), &texts)
}

fn choices() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..160)
}

proptest! {
    #![proptest_config(config(20_000))]

    #[test]
    fn patterns_of_the_grammar(choices in choices()) {
        generated(&choices)?;
    }

    #[test]
    fn patterns_with_damage(choices in choices()) {
        damaged(&choices)?;
    }
}

#[rustfmt::skip]
#[test]
fn oddities_are_kept() {
    let texts: Vec<String> = [
        "", "a", "b", "A", "B", "y", "Y", "z", "Z", "x", "7", " ", "-", "_", "#", "]", "[", "^", "\n", "\r", "\r\n", "a\r\nb", "a\rb",
        "a\nb", "aa", "ab", "a b", "é", "é a", "aé", "😀", "\u{d7ff}", "\u{e000}", "\u{10ffff}", "\u{80}", "\u{7f}", "start", "aaaaa", "x]",
    ]
    .map(String::from)
    .to_vec();
    // Each with and without ignoring case, as is the flag that some have.
    for (pattern, is_one) in [
        ("", true), ("|", true), ("a||b", true), ("()", true), ("(|)*", true), ("(?:)", true), ("^*$+", true),
        (r"\b*", true), ("a**", true), ("a{1}{1}{2}", true), ("x++", true), ("a{2}{0}", true), ("(?:a{9}){0}b", true),
        ("*", false), ("|*", false), ("(*)", false), ("(?i)*", false), ("a(?i)*", true), ("a|*", false), ("+a", false),
        // Counts: what may be left out, and where white space may stand.
        ("a{2}", true), ("a{ 2 }", true), ("a{2,}", true), ("a{2, 3}", true), ("a{2 ,3}", true), ("a{,2}", false),
        ("a{2, }", false), ("(?x)a{2, }", true), ("(?x)a{1 2}", true), ("a{1 2}", false), ("a{}", false), ("a{", false),
        ("a{2", false), ("a{3,2}", false), ("a{-1}", false), ("a{4294967296}", false), ("{", false), ("}", true), ("a}", true),
        // Classes: where `]`, `-` and `^` are themselves.
        ("[]]", true), ("[]", false), ("[^]]", true), ("[^]", false), ("[]-a]", true), ("[-]", true), ("[--a]", true),
        ("[-]]", true), ("[a-]", true), ("[a-^]", false), ("[!-[]", true), ("[a-[]", false), ("[^^]", true), ("[a^]", true),
        ("[a&b]", true), ("[a&&b]", false), ("[&&]", false), ("[a--b]", false), ("[a~~b]", false), ("[!-&&]", true),
        ("[[:alpha:]]", true), ("[[:^alpha:]-z]", true), ("[[:alpha:]-z]", true), ("[[:beta:]]", false), ("[[a]]", false),
        ("[:alpha:]", true), ("[z-a]", false), (r"[\d-z]", false), (r"[a-\d]", false), (r"[\b]", false), (r"[\A]", false),
        (r"[\W\d]", true), (r"[^\s\S]", true), (r"[^\x00-\x{10FFFF}]", true), (r"[^\x00-\x{D7FF}\x{E000}-\x{10FFFF}]", true),
        (r"[\]\-\^]", true), ("[é-ü]", true), ("[ü-é]", false), ("[a-é]", true), ("[^a-é]", true),
        // Case: a stretch with small letters leaves its capitals alone, and an escaped letter is two.
        ("(?i)[Y-b]", true), ("(?i)[Y-Z]", true), ("(?i)[^Y-b]", true), ("(?i)[A-z]", true), ("(?i)[[:^lower:]]", true),
        (r"(?i)[\x61-z]", false), (r"(?i)[\x61z]", true), (r"(?i)\x61", true), (r"(?i)[^\x41[:^lower:]]", true), ("(?i)é", true), ("(?-i)a", true), ("(?i)ſ", true),
        // Escapes.
        (r"\x4", false), (r"\x{}", false), (r"\x{0000000000061}", true), (r"\x{110000}", false), (r"\uD800", false),
        (r"\u{62}", true), (r"\U00000062", true), (r"\U62", false), (r"\x{6 1}", false), (r"(?x)\x{6 1}", true),
        (r"(?x)\x 6 1", true), (r"\ ", true), ("\\\n", true), (r"\é", false), (r"\8", false), (r"\", false), (r"\_", true),
        (r"\<a\>", true), (r"[\<]", false), (r"\b{start}", true), (r"\b{ start }", false), (r"(?x)\b{ s tart }", true),
        (r"\b{star}", false), (r"\b{2}", true), (r"\b{ 2}", true), (r"\b{", false), (r"\b{start", false), (r"\B{start}", false),
        // Groups and flags.
        ("(?<a>a)(?<a>b)", false), ("(?<a>a)(?P<b>b)", true), ("(?<_a.b[0]>a)", true), ("(?<1>a)", false), ("(?<>a)", false),
        ("(?<a-b>a)", false), ("(?<a", false), ("(?P>a)", false), ("(?P=a)", false), ("(?<é>a)", true), ("(?)", false),
        ("(?:", false), ("(?", false), ("(", false), (")", false), ("(?-)", false), ("(?i-)", false), ("(?-i:a)", true),
        ("(?ii)", false), ("(?i-i)", false), ("(?--i)", false), ("(?u)", true), ("(?-u:a)", true), ("(?a)", false), ("( ?:a)", true),
        ("(?x)( ?:a)", true), ("(?x)( ? :a)", false), ("(?i)a|b", true), ("(?:(?i)a)b", true), ("a(?i)a|A", true), ("(?mR)^$", true),
        ("(?m)a$", true), ("(?mR)a$", true), ("(?R)a.b", true), ("(?s)a.b", true), ("(?R)$", true), ("(?mR)^b", true),
        // White space and comments. What ends a range looks behind the sign of a comment.
        ("(?x) a b # c", true), ("(?x)a# b\nb", true), ("(?x)[a b]", true), ("(?x)[a - b]", true), ("(?x)[a-#\nb]", true),
        ("(?x)[a-#]\nb]", true), ("(?x)[a- #-\n]", true), ("(?x)[a#]\n]", true), ("(?x)[a-##]\n]", false), ("(?x)a\u{2003}b", true),
        (r"(?x)a\ b", true), ("(?x:a )b c", true), ("(?x)a * ?", true), ("(?x)a *?", true), ("(?x)a{2} ?", true),
    ] {
        assert_eq!(agree_twice(pattern, &texts).expect("both agree"), is_one, "{pattern:?}");
    }
}

#[test]
fn nesting_is_counted_as_regex_lite_does() {
    let texts = ["".to_owned(), "a".repeat(3)];
    let groups = |count: usize, inner: &str| "(".repeat(count) + inner + &")".repeat(count);
    for (pattern, is_one) in [
        (groups(50, "a"), true),
        (groups(51, "a"), false),
        (groups(50, "ab"), false),
        (groups(49, "ab"), true),
        (groups(48, "ab|a"), true),
        (groups(49, "ab|a"), false),
        (groups(50, "a{0}"), true),
        (groups(51, "a") + "{0}", false),
        (groups(50, "ab") + "{0}", true),
        ("(?:".repeat(50) + "ab" + &")".repeat(50), true),
        ("(?:".repeat(51) + "a" + &")".repeat(51), false),
        ("a".to_owned() + &"*".repeat(50), true),
        ("a".to_owned() + &"*".repeat(51), false),
        ("a".to_owned() + &"*".repeat(200) + "{0}", true),
        ("a".to_owned() + &"{1}".repeat(200), true),
    ] {
        assert_eq!(agree_twice(&pattern, &texts).expect("both agree"), is_one, "{pattern:?}");
    }
}

#[test]
fn repetitions_are_refused_before_they_are_written_out() {
    let size = |pattern: &str| RegexPatterns::size(pattern, false);
    let bombs = [
        "(a{1000}){1000}",
        "((((a{99}){99}){99}){99}){99}",
        "a{4294967295}",
        "(?:a{4294967295}){4294967295}",
        "(a{0,1000}){1000}",
        "(a{1000,}){1000}",
        r"(?:(?:\b{1000}){1000}){1000}",
        "(?:a|b{4294967295}|c){4294967295,}",
    ];
    for bomb in bombs {
        assert_eq!(size(bomb), Err(OUR_SIZE.into()), "{bomb}");
    }
    // What takes no step takes none however often.
    for nothing in ["(?:){4294967295}", "(?:(?:){4294967295}){4294967295}", "(?:(?:a{4294967295}){4294967295}){0}"] {
        assert!(size(nothing).is_ok_and(|size| size < 100), "{nothing}");
    }
    assert!(RegexPatterns::size(&"a".repeat(limits::PATTERN_BYTES + 1), false).is_err());
}

#[test]
fn what_is_large_and_fits_is_taken() {
    for pattern in [
        "a{8000}",
        r"\w{8000}",
        "(?:a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p){150}",
        "(?:ab?){2500}",
        "(?:a*){2500}",
        "(?:|a|b|){700}",
    ] {
        assert!(agree(pattern, &[], false).expect("both agree"), "{pattern}");
    }
}

#[test]
fn all_patterns_of_a_ruleset_are_bounded_together() {
    let mut patterns = RegexPatterns::default();
    let mut sum = 0;
    let refused = (0..1_000).find(|length| {
        let pattern = format!("a{{{}}}", 8_000 - length);
        sum += RegexPatterns::size(&pattern, false).expect("it is a pattern");
        patterns.push(&pattern, false).is_err()
    });
    assert_eq!(refused, Some(266));
    assert!(sum > limits::PATTERNS_COMPILED_BYTES);
    // What is small finds its place, and has the next number.
    assert_eq!(patterns.push("x", false), Ok(()));
    assert!(patterns.is_match(266, "x") && !patterns.is_match(267, "x"));
}

// The sets of a matcher are on the stack up to a length, and cross words: each length is the same.
#[test]
fn programs_of_any_length_match() {
    for length in [1, 30, 31, 32, 62, 63, 64, 65, 127, 128, 129, 509, 510, 511, 512, 513, 1_000] {
        let texts = [0, 1, length - 1, length, length + 1].map(|count| "a".repeat(count) + "b");
        for pattern in
            [format!("^a{{{length}}}b"), format!("^(?:a{{0,{length}}})b$"), format!("^(?:(?:a?){{{length}}}c?)*b$")]
        {
            assert!(agree(&pattern, &texts, false).expect("both agree"), "{pattern}");
        }
    }
}
