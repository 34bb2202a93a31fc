//! A pattern read.
//!
//! The language is that of the crate regex-lite 0.1.9, oddities included; `tests/suite/patterns.rs`
//! holds one against the other. There is one difference: names of groups may hold any character
//! beyond ASCII, since telling letters there apart takes tables.

use alloc::vec::Vec;

use super::class::{DIGITS, NAMED, SPACES, Set, WORDS, is_white};
use super::program::{Look, Starts, Step};
use super::tree::{Node, Tree, UNBOUNDED};
use crate::words::limits;

/// Why a text is no pattern, as the end of a sentence.
pub(super) type Problem = &'static str;

/// Reads a pattern.
pub(super) fn parse(pattern: &str, ignore_case: bool) -> Result<Tree, Problem> {
    if pattern.len() > limits::PATTERN_BYTES {
        return Err("it is too long");
    }
    let mut parser = Parser {
        rest: pattern,
        head: pattern.chars().next(),
        problem: None,
        flags: if ignore_case { flag::IGNORE_CASE } else { 0 },
        depth: 0,
        names: Vec::new(),
        open: Vec::new(),
        tree: Tree::default(),
    };
    parser.tree.root = parser.alternatives();
    if parser.tree.root.height > limits::PATTERN_DEPTH {
        parser.fail(TOO_DEEP);
    }
    parser.problem.map_or(Ok(parser.tree), Err)
}

const BAD_COUNT: Problem = "repetitions are written as in `{2}`, `{2,}` or `{2,5}`";
const TOO_DEEP: Problem = "it is nested too deeply";

/// The bits of flags.
mod flag {
    /// In the order of the bits. Greed, and `u`, change nothing for whoever asks only whether there is a match.
    pub(super) const LETTERS: &[u8] = b"imsRxUu";
    pub(super) const IGNORE_CASE: u8 = 1;
    pub(super) const LINES: u8 = 1 << 1;
    pub(super) const DOT_TAKES_ALL: u8 = 1 << 2;
    pub(super) const ANY_LINE_END: u8 = 1 << 3;
    pub(super) const SPACED: u8 = 1 << 4;
}

struct Parser<'p> {
    /// What was not read yet.
    rest: &'p str,
    /// The character that it begins with.
    head: Option<char>,
    /// The first problem. Nothing is left to be read then, so that reading ends by itself.
    problem: Option<Problem>,
    flags: u8,
    /// Groups around it, and one.
    depth: u32,
    /// The names of groups.
    names: Vec<&'p str>,
    /// Parts of which it is not known yet to what they belong.
    open: Vec<Node>,
    tree: Tree,
}

/// What may stand in braces behind `\b`.
const BOUNDARIES: &[(&str, Look)] = &[
    ("start", Look::WordStart),
    ("end", Look::WordEnd),
    ("start-half", Look::NoWordBefore),
    ("end-half", Look::NoWordAfter),
];

/// What a backslash begins.
enum Escape {
    Char(char),
    /// A class of ASCII or its complement.
    Class(&'static str, bool),
    Look(Look),
}

impl<'p> Parser<'p> {
    fn fail(&mut self, problem: Problem) {
        self.problem.get_or_insert(problem);
        self.go_on("");
    }

    /// Goes on with what is left.
    fn go_on(&mut self, rest: &'p str) {
        self.rest = rest;
        self.head = rest.chars().next();
    }

    /// What comes behind the next character.
    fn behind(&self) -> &'p str {
        let mut chars = self.rest.chars();
        chars.next();
        chars.as_str()
    }

    /// Passes the next character.
    #[inline(never)]
    fn bump(&mut self) {
        self.go_on(self.behind());
    }

    /// Passes the next character if it is this one.
    #[inline(never)]
    fn pass(&mut self, character: char) -> bool {
        let passes = self.head == Some(character);
        if passes {
            self.bump();
        }
        passes
    }

    #[inline(never)]
    fn pass_text(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.go_on(rest.unwrap_or(self.rest));
        rest.is_some()
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Passes white space and comments where the flag `x` says so.
    #[inline(never)]
    fn skip_space(&mut self) {
        let mut is_comment = false;
        while self.has(flag::SPACED)
            && let Some(c) = self.head
            && (is_comment || c == '#' || is_white(c))
        {
            is_comment = (is_comment || c == '#') && c != '\n';
            self.bump();
        }
    }

    /// Passes the next character and the space behind it.
    #[inline(never)]
    fn advance(&mut self) {
        self.bump();
        self.skip_space();
    }

    /// Everything up to the end of the group or the pattern.
    fn alternatives(&mut self) -> Node {
        if self.depth > limits::PATTERN_DEPTH {
            self.fail(TOO_DEEP);
        }
        self.depth += 1;
        let first = self.open.len();
        // Where the alternative that is being read begins.
        let mut start = first;
        loop {
            self.skip_space();
            match self.head {
                None => break,
                Some('(') => self.group(),
                Some(')') if self.depth > 1 => break,
                Some(')') => self.fail("a `)` closes no group"),
                Some('|') => {
                    self.bump();
                    self.close(start, false);
                    start = self.open.len();
                }
                Some('?' | '*' | '+' | '{') if self.open.len() == start => self.fail("there is nothing to repeat"),
                Some('?' | '*' | '+' | '{') => self.repetition(),
                Some(head) => {
                    let node = if head == '[' { self.class() } else { self.single(head) };
                    self.open.push(node);
                }
            }
        }
        self.close(start, false);
        self.close(first, true);
        self.depth -= 1;
        self.open.pop().unwrap_or(Node::EMPTY)
    }

    /// Makes one part of those that are open from a place on.
    fn close(&mut self, from: usize, are_alternatives: bool) {
        let parts = self.open.get(from..).unwrap_or_default();
        let whole = Node::joined(parts, &mut self.tree.nodes, are_alternatives);
        self.open.truncate(from);
        self.open.push(whole);
    }

    /// A group, or flags that hold up to the end of the group around them.
    fn group(&mut self) {
        let flags = self.flags;
        self.advance();
        let mut captures = true;
        if self.pass('?') {
            let is_named = self.pass_text("P<") || self.pass('<');
            // These are `(?=`, `(?!`, `(?<=` and `(?<!`.
            if matches!(self.head, Some('=' | '!')) {
                return self.fail("there is no look-around");
            }
            if is_named {
                self.name();
            } else {
                captures = false;
                if self.read_flags() {
                    return;
                }
            }
        }
        let mut group = self.alternatives();
        group.height += u32::from(captures);
        self.open.push(group);
        self.flags = flags;
        if !self.pass(')') {
            self.fail("a group is not closed");
        }
    }

    fn name(&mut self) {
        let name = self.rest;
        while let Some(c) = self.head
            && (c == '_'
                || c.is_ascii_alphabetic()
                || !c.is_ascii()
                || self.rest.len() < name.len() && matches!(c, '0'..='9' | '.' | '[' | ']'))
        {
            self.bump();
        }
        let name = name.get(..name.len() - self.rest.len()).unwrap_or_default();
        if name.is_empty() || self.names.contains(&name) || !self.pass('>') {
            self.fail("a group has a malformed name or that of another one");
        }
        self.names.push(name);
    }

    /// Flags with what ends them: a `:`, or a `)` if they are not those of a group. Whether they are not.
    fn read_flags(&mut self) -> bool {
        let (mut seen, mut negates) = (0, false);
        // What ends well, and what a `)` ends well.
        let (mut is_whole, mut is_some) = (true, false);
        while let Some(c) = self.head {
            self.bump();
            match c {
                ':' if is_whole => return false,
                ')' if is_whole && is_some => return true,
                '-' if !negates => (negates, is_whole) = (true, false),
                letter => {
                    let place = flag::LETTERS.iter().position(|&flag| char::from(flag) == letter).unwrap_or(7);
                    let bit = 1 << place;
                    if (seen | 1 << 7) & bit != 0 {
                        break;
                    }
                    seen |= bit;
                    (is_whole, is_some) = (true, true);
                    self.flags = if negates { self.flags & !bit } else { self.flags | bit };
                }
            }
        }
        self.fail("flags are those of `(?imsRUx)`, each once");
        true
    }

    /// Repeats the last part.
    fn repetition(&mut self) {
        let (min, max) = match self.head {
            Some('{') => self.counts(),
            Some('?') => (0, 1),
            Some('+') => (1, UNBOUNDED),
            _ => (0, UNBOUNDED),
        };
        // Behind a count there may be white space, behind a sign another sign alone.
        if self.head == Some('}') {
            self.advance();
        } else {
            self.bump();
        }
        // Lazy or not, the same texts match.
        self.pass('?');
        if let Some(part) = self.open.last_mut() {
            *part = part.repeated(&mut self.tree.nodes, min, max);
        }
    }

    /// What stands in braces, up to the `}`.
    fn counts(&mut self) -> (u32, u32) {
        self.advance();
        let min = self.decimal();
        let mut max = min;
        if self.head == Some(',') {
            self.advance();
            max = if self.head == Some('}') { UNBOUNDED } else { self.decimal() };
        }
        if self.head != Some('}') || min > max {
            self.fail(BAD_COUNT);
        }
        (min, max)
    }

    fn decimal(&mut self) -> u32 {
        self.skip_white();
        let (number, _) = self.digits(10, u32::MAX);
        self.skip_white();
        if number.is_none() {
            self.fail(BAD_COUNT);
        }
        number.unwrap_or(0)
    }

    /// A number of so many digits at most, if it is one and not too large, and how many digits it has.
    fn digits(&mut self, radix: u32, most: u32) -> (Option<u32>, u32) {
        let (mut number, mut count) = (Some(0_u32), 0);
        while count < most
            && let Some(digit) = self.head.and_then(|c| c.to_digit(radix))
        {
            number = number.and_then(|number| number.checked_mul(radix)?.checked_add(digit));
            count += 1;
            self.advance();
        }
        (number.filter(|_| count > 0), count)
    }

    /// Passes white space, which is allowed around counts.
    fn skip_white(&mut self) {
        while self.head.is_some_and(is_white) {
            self.advance();
        }
    }

    /// A character, what stands for some, or a place between them.
    fn single(&mut self, head: char) -> Node {
        self.bump();
        let (lines, any_end) = (self.has(flag::LINES), self.has(flag::ANY_LINE_END));
        match head {
            '\\' => match self.escape() {
                Escape::Char(c) => self.character(c),
                Escape::Look(look) => Node::look(look),
                Escape::Class(pairs, is_complement) => self.class_of_pairs(pairs, is_complement),
            },
            '.' if self.has(flag::DOT_TAKES_ALL) => self.class_of_pairs("", true),
            '.' => self.class_of_pairs(if any_end { "\n\n\r\r" } else { "\n\n" }, true),
            '^' | '$' => Node::look(match (head, lines, any_end) {
                ('^', false, _) => Look::TextStart,
                ('^', _, false) => Look::LineStart,
                ('^', ..) => Look::AnyLineStart,
                (_, false, _) => Look::TextEnd,
                (_, _, false) => Look::LineEnd,
                _ => Look::AnyLineEnd,
            }),
            c => self.character(c),
        }
    }

    fn character(&mut self, c: char) -> Node {
        let mut set = Set::default();
        if self.has(flag::IGNORE_CASE) && c.is_ascii_alphabetic() {
            set.add_both(c);
            return self.class_of(&set, false);
        }
        set.add(c.into(), c.into());
        Node::step(Step::Char(c), Starts { ascii: set.ascii, beyond: !c.is_ascii(), empty: false })
    }

    fn class_of_pairs(&mut self, pairs: &str, is_complement: bool) -> Node {
        let mut set = Set::default();
        set.add_pairs(pairs, false);
        self.class_of(&set, is_complement)
    }

    /// A step that takes what is in a set, or what is not.
    fn class_of(&mut self, set: &Set, is_complement: bool) -> Node {
        let class = set.class(is_complement, self.tree.ranges.len() as u32);
        let step = Step::Class(self.tree.classes.len() as u32);
        self.tree.classes.push(class);
        self.tree.ranges.extend_from_slice(&set.beyond);
        let starts = Starts { ascii: class.ascii, beyond: class.outside || class.count > 0, empty: false };
        Node::step(step, starts)
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Escape {
        // Behind the end there is nothing that may stand here.
        let head = self.head.unwrap_or('e');
        self.bump();
        Escape::Char(match head {
            'x' => self.number(2),
            'u' => self.number(4),
            'U' => self.number(8),
            'a' => '\x07',
            'f' => '\x0c',
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'v' => '\x0b',
            'd' | 'D' => return Escape::Class(DIGITS, head == 'D'),
            's' | 'S' => return Escape::Class(SPACES, head == 'S'),
            'w' | 'W' => return Escape::Class(WORDS, head == 'W'),
            'A' => return Escape::Look(Look::TextStart),
            'z' => return Escape::Look(Look::TextEnd),
            'b' => return Escape::Look(self.boundary()),
            'B' => return Escape::Look(Look::NoWordBoundary),
            '<' => return Escape::Look(Look::WordStart),
            '>' => return Escape::Look(Look::WordEnd),
            _ => {
                if !head.is_ascii() || head.is_ascii_alphanumeric() {
                    self.fail(match head {
                        '0'..='9' => "there are no back references",
                        'p' | 'P' => "there are no Unicode classes",
                        _ => "a backslash has no meaning there",
                    });
                }
                head
            }
        })
    }

    /// A character by its number, with so many digits or in braces.
    fn number(&mut self, digits: u32) -> char {
        self.skip_space();
        let in_braces = self.head == Some('{');
        if in_braces {
            self.advance();
        }
        let (number, count) = self.digits(16, if in_braces { u32::MAX } else { digits });
        let is_whole = if in_braces { self.pass('}') } else { count == digits };
        self.skip_space();
        let character = number.and_then(char::from_u32).filter(|_| is_whole);
        if character.is_none() {
            self.fail("a character's number is malformed");
        }
        character.unwrap_or_default()
    }

    /// What kind of boundary `\b` is, by what stands behind it. Braces may be a count as well.
    fn boundary(&mut self) -> Look {
        let before = self.rest;
        if self.head != Some('{') {
            return Look::WordBoundary;
        }
        self.advance();
        if self.head.is_some_and(|c| !c.is_ascii_alphabetic() && c != '-') {
            self.go_on(before);
            return Look::WordBoundary;
        }
        let name = self.rest;
        for (known, look) in BOUNDARIES {
            self.go_on(name);
            if known.chars().all(|c| self.pass_spaced(c)) && self.pass('}') {
                return *look;
            }
        }
        self.fail("`\\b` knows `{start}`, `{end}`, `{start-half}` and `{end-half}`");
        Look::WordBoundary
    }

    fn pass_spaced(&mut self, character: char) -> bool {
        let passes = self.pass(character);
        self.skip_space();
        passes
    }

    /// A class in brackets.
    fn class(&mut self) -> Node {
        let mut set = Set::default();
        self.bump();
        self.skip_space();
        let is_complement = self.pass('^');
        self.skip_space();
        // At the beginning `]` is itself, and so is any number of dashes.
        let mut literal = ']';
        while self.head == Some('-') {
            literal = '-';
            set.add(literal.into(), literal.into());
            self.advance();
        }
        if literal == ']' && self.pass(literal) {
            set.add(literal.into(), literal.into());
        }
        loop {
            self.skip_space();
            match self.head {
                None => {
                    self.fail("a class is not closed");
                    break;
                }
                Some(']') => break,
                Some('[') => self.named_class(&mut set),
                Some(c @ ('&' | '-' | '~')) if self.behind().starts_with(c) => {
                    self.fail("classes have no `&&`, `--` or `~~`");
                }
                Some(_) => self.range(&mut set),
            }
        }
        self.bump();
        if self.has(flag::IGNORE_CASE) {
            set.fold();
        }
        self.class_of(&set, is_complement)
    }

    /// A class such as `[:alpha:]`, which stands in another one.
    fn named_class(&mut self, set: &mut Set) {
        if self.pass_text("[:") {
            let is_complement = self.pass('^');
            for (name, pairs) in NAMED {
                let rest = self.rest;
                if self.pass_text(name) && self.pass_text(":]") {
                    return set.add_pairs(pairs, is_complement);
                }
                self.go_on(rest);
            }
        }
        self.fail("classes have no other classes in them but such as `[:alpha:]`");
    }

    /// A character of a class, or a range of them.
    fn range(&mut self, set: &mut Set) {
        let first = self.member(set);
        self.skip_space();
        let mut last = first;
        if self.head == Some('-') && !matches!(self.second(), Some(']' | '-')) {
            self.advance();
            last = self.member(set);
            if first.is_none() || first > last {
                self.fail("a range in a class does not ascend from a character to another one");
            }
        }
        if let Some((first, last)) = first.zip(last) {
            set.add(first.into(), last.into());
        }
    }

    /// The next character but one, or what comes behind white space where the flag `x` says so. Of a
    /// comment only the sign is passed: frozen with `vexil/1` as it is.
    fn second(&self) -> Option<char> {
        let mut chars = self.behind().chars();
        let mut is_comment = false;
        loop {
            let next = chars.next();
            if !self.has(flag::SPACED) {
                return next;
            }
            match next {
                Some('#') if !is_comment => is_comment = true,
                Some(c) if is_white(c) => {}
                _ => return next,
            }
        }
    }

    /// A character that can begin or end a range; `None` for several, which are added. A letter with
    /// a backslash whose case is ignored is two.
    fn member(&mut self, set: &mut Set) -> Option<char> {
        let head = self.head;
        self.bump();
        if head != Some('\\') {
            return head;
        }
        match self.escape() {
            Escape::Char(c) if self.has(flag::IGNORE_CASE) && c.is_ascii_alphabetic() => set.add_both(c),
            Escape::Char(c) => return Some(c),
            Escape::Class(pairs, is_complement) => set.add_pairs(pairs, is_complement),
            Escape::Look(_) => self.fail("classes have no places between characters in them"),
        }
        None
    }
}
