//! Declarations laid out as people write them: `ts-rs` writes all of a type on one line, with its comments in between.
//!
//! What is read only goes in and comes out as JSON, so every member and every list is `readonly`.

use std::iter;

const WIDTH: usize = 110;

/// A type as it is written.
enum Type {
    /// A name, a literal, or a name with arguments.
    Word(String),
    List(Box<Self>),
    Tuple(Vec<Self>),
    Union(Vec<Self>),
    Intersection(Vec<Self>),
    Object(Vec<Member>),
}

struct Member {
    docs: Vec<String>,
    /// With the question mark of what may be left out.
    name: String,
    value: Type,
}

/// A declaration with its comment, exported.
pub(crate) fn declaration(docs: &str, text: &str) -> String {
    // What is generic may have a default before that.
    let is_end = |place: &usize| {
        let before = &text[..*place];
        before.matches('<').count() == before.matches('>').count()
    };
    let end = text.match_indices('=').map(|(place, _)| place).find(is_end).expect("a declaration says what a name is");
    let (head, rest) = (&text[..end], &text[end + 1..]);
    let mut lines = String::new();
    comment(&lines_of(docs), 0, &mut lines);
    let head = head.trim();
    let room = WIDTH.saturating_sub("export  = ;".len() + head.len());
    let body = Reader::new(rest).type_().laid_out(0, room);
    let space = if body.starts_with('\n') { "" } else { " " };
    lines + &format!("export {head} ={space}{body};\n")
}

/// The name of a type, with its arguments.
pub(crate) fn expression(text: &str) -> String {
    Reader::new(text).type_().flat().expect("a name has no comments")
}

struct Reader<'t>(&'t str);

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self(text.trim_start())
    }

    fn takes(&mut self, token: &str) -> bool {
        let rest = self.0.strip_prefix(token);
        self.0 = rest.unwrap_or(self.0).trim_start();
        rest.is_some()
    }

    fn until(&mut self, end: impl Fn(char) -> bool) -> &'t str {
        let (word, rest) = self.0.split_at(self.0.find(end).unwrap_or(self.0.len()));
        self.0 = rest.trim_start();
        word.trim_end()
    }

    fn type_(&mut self) -> Type {
        self.joined("|", |reader| reader.joined("&", Self::single, Type::Intersection), Type::Union)
    }

    /// One or several, with a sign in between.
    fn joined(&mut self, sign: &str, of: impl Fn(&mut Self) -> Type, all: fn(Vec<Type>) -> Type) -> Type {
        let first = of(self);
        let rest: Vec<Type> = iter::from_fn(|| self.takes(sign).then(|| of(self))).collect();
        if rest.is_empty() { first } else { all(iter::once(first).chain(rest).collect()) }
    }

    fn single(&mut self) -> Type {
        if self.takes("{") {
            Type::Object(iter::from_fn(|| (!self.takes("}")).then(|| self.member())).collect())
        } else if self.takes("[") {
            Type::Tuple(self.several("]"))
        } else if self.takes("(") {
            let [inner] = self.several(")").try_into().ok().expect("brackets hold one type");
            inner
        } else if self.takes("readonly") {
            self.single()
        } else {
            self.word()
        }
    }

    fn word(&mut self) -> Type {
        let quote = self.0.chars().next().filter(|c| ['"', '`'].contains(c));
        let word = match quote {
            Some(quote) => {
                let length = 2 + self.0.chars().skip(1).take_while(|c| *c != quote).map(char::len_utf8).sum::<usize>();
                let (word, rest) = self.0.split_at(length);
                self.0 = rest.trim_start();
                word
            }
            None => self.until(|c| !(c.is_alphanumeric() || "_.-".contains(c))),
        };
        let plain = if self.takes("<") {
            let mut arguments = self.several(">");
            match (word, arguments.pop()) {
                ("Array", Some(item)) => Type::List(item.into()),
                (_, last) => {
                    let flat = arguments.iter().chain(&last).map(|argument| argument.flat().expect("no comments"));
                    Type::Word(format!("{word}<{}>", flat.collect::<Vec<_>>().join(", ")))
                }
            }
        } else {
            Type::Word(word.into())
        };
        if self.takes("[]") { Type::List(plain.into()) } else { plain }
    }

    fn several(&mut self, end: &str) -> Vec<Type> {
        let mut several = Vec::new();
        while !self.takes(end) {
            several.push(self.type_());
            self.takes(",");
        }
        several
    }

    fn member(&mut self) -> Member {
        let mut docs = Vec::new();
        if self.0.starts_with("/**") {
            let (text, rest) = self.0.split_once("*/").expect("a comment ends");
            (docs, self.0) = (lines_of(text), rest.trim_start());
        }
        let name = if self.0.starts_with('[') {
            let inner = self.until(|c| c == ']');
            self.takes("]");
            format!("{inner}]")
        } else {
            self.until(|c| ":?".contains(c)).trim_matches('"').to_owned()
        };
        let name = if self.takes("?") { name + "?" } else { name };
        assert!(self.takes(":"), "a member has a type: {}", self.0);
        let value = self.type_();
        let _ = self.takes(",") || self.takes(";");
        Member { docs, name, value }
    }
}

impl Type {
    /// On one line; none where comments are in between.
    fn flat(&self) -> Option<String> {
        let all = |types: &[Self], between: &str| {
            types.iter().map(Self::flat).collect::<Option<Vec<_>>>().map(|types| types.join(between))
        };
        Some(match self {
            Self::Word(word) => word.clone(),
            Self::List(item) => match item.as_ref() {
                Self::Word(word) => format!("readonly {word}[]"),
                item => format!("ReadonlyArray<{}>", item.flat()?),
            },
            Self::Tuple(items) => format!("readonly [{}]", all(items, ", ")?),
            Self::Union(types) => all(types, " | ")?,
            Self::Intersection(types) => all(types, " & ")?,
            Self::Object(members) if members.is_empty() => "{}".into(),
            Self::Object(members) => {
                let flat = |member: &Member| {
                    let value = member.docs.is_empty().then(|| member.value.flat())??;
                    Some(format!("readonly {}: {value}", member.name))
                };
                format!("{{ {} }}", members.iter().map(flat).collect::<Option<Vec<_>>>()?.join("; "))
            }
        })
    }

    /// On one line if there is room for it, else on several, of which the later ones begin with an indent.
    fn laid_out(&self, indent: usize, room: usize) -> String {
        if let Some(flat) = self.flat().filter(|flat| flat.len() <= room) {
            return flat;
        }
        let end = format!("\n{:indent$}", "");
        match self {
            Self::Object(members) => {
                let mut text = String::from("{\n");
                for member in members {
                    comment(&member.docs, indent + 2, &mut text);
                    let head = format!("{:1$}readonly {2}: ", "", indent + 2, member.name);
                    text += &head;
                    text += &member.value.laid_out(indent + 2, WIDTH.saturating_sub(head.len() + 1));
                    text.push_str(";\n");
                }
                text + end.trim_start_matches('\n') + "}"
            }
            Self::Union(types) => {
                let lines = types.iter().map(|one| {
                    format!("\n{:1$}| {2}", "", indent + 2, one.laid_out(indent + 4, WIDTH.saturating_sub(indent + 4)))
                });
                lines.collect()
            }
            Self::Intersection(types) => {
                types.iter().map(|one| one.laid_out(indent, room)).collect::<Vec<_>>().join(" & ")
            }
            Self::List(item) => format!("ReadonlyArray<{}>", item.laid_out(indent, room)),
            Self::Word(_) | Self::Tuple(_) => self.flat().unwrap_or_default(),
        }
    }
}

/// The lines of a comment, without what makes them one.
fn lines_of(docs: &str) -> Vec<String> {
    let bare = docs.trim().trim_start_matches("/**").trim_end_matches("*/");
    let lines = bare.lines().map(|line| line.trim().trim_start_matches('*').trim());
    let mut lines: Vec<String> = lines.map(|line| unlinked(line).replace("`None`", "null")).collect();
    lines.dedup_by(|one, other| one.is_empty() && other.is_empty());
    let is_text = |line: &String| !line.is_empty();
    let first = lines.iter().position(is_text).unwrap_or(lines.len());
    let last = lines.iter().rposition(is_text).map_or(first, |last| last + 1);
    lines[first..last].to_vec()
}

/// A line without the links of Rust's documentation: what `[Plan](super::Plan)` says is `Plan`.
fn unlinked(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("[`") {
        let (name, after) = after.split_once("`]").expect("a link ends");
        text = text + before + "`" + name + "`";
        rest = after.strip_prefix('(').and_then(|after| after.split_once(')')).map_or(after, |(_, after)| after);
    }
    text + rest
}

fn comment(lines: &[String], indent: usize, text: &mut String) {
    match lines {
        [] => {}
        [line] => *text += &format!("{:indent$}/** {line} */\n", ""),
        lines => {
            *text += &format!("{:indent$}/**\n", "");
            for line in lines {
                *text += format!("{:indent$} * {line}", "").trim_end();
                text.push('\n');
            }
            *text += &format!("{:indent$} */\n", "");
        }
    }
}
