//! The types of TypeScript that Rust's are: collected from the roots, in the order of their names, and laid out.

mod layout;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ts_rs::{Config, TS, TypeVisitor};
use vexil::control::dashboard::Dashboard;
use vexil::control::{Command, Record};
use vexil_control_shell::{Asked, Failure, Handled, Verified, each};

/// What the file begins with. A document is whatever a part of a snapshot may be, or some members of one.
const HEAD: &str = r#"/** The forms of commands, events and figures, as the core reads and writes them. Written by `cargo xtask types`. */

import type { Diagnostic } from "../engine/errors.js";
import type { Flag, Holdout, JsonObject, JsonValue, Layer, Ring, Segment, Service } from "../engine/snapshot-types.js";

/** A part of a snapshot, or some members of one. */
export type Document = JsonObject | Partial<Flag> | Partial<Segment> | Partial<Layer> | Partial<Holdout> | Partial<Service> | Ring;
"#;

/// Types that the package has under their names already.
const IMPORTED: [&str; 3] = ["Diagnostic", "Document", "JsonValue"];

/// The text of `pkg/src/control/types.ts`.
pub(crate) fn text() -> String {
    let mut types =
        Types { config: Config::new().with_large_int("number"), known: BTreeMap::new(), questions: String::new() };
    each(&mut types);
    types.visit::<Command>();
    types.visit::<Record>();
    types.visit::<Dashboard>();
    types.visit::<Failure>();
    types.visit::<Handled>();
    types.visit::<Verified>();
    let mut text = String::from(HEAD);
    for (_, declaration) in types.known.values() {
        text.push('\n');
        text.push_str(declaration);
    }
    text.push_str("\n/** What can be asked, by name: what each question needs, and what the answer is. */\n");
    write!(text, "export type Questions = {{\n{}}};\n", types.questions).expect("a text takes all");
    text
}

struct Types {
    config: Config,
    /// By name: what it is, and the same laid out.
    known: BTreeMap<String, (String, String)>,
    questions: String,
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        T::visit_generics(self);
        // What has no declaration of its own has no place for one, and not all of that has a name.
        let has_declaration = T::output_path().is_some();
        let name = if has_declaration { T::ident(&self.config) } else { return };
        if IMPORTED.contains(&name.as_str()) {
            return;
        }
        let text = T::decl(&self.config);
        if let Some((known, _)) = self.known.get(&name) {
            assert!(*known == text, "two types are called `{name}`: give one another name with `ts(rename = ...)`");
            return;
        }
        let declaration = layout::declaration(T::docs().as_deref().unwrap_or_default(), &text);
        self.known.insert(name, (text, declaration));
        T::visit_dependencies(self);
    }
}

impl Asked for Types {
    fn question<I: TS + 'static, O: TS + 'static>(&mut self, name: &str, _: fn(I) -> Result<O, Failure>) {
        self.visit::<I>();
        self.visit::<O>();
        let [input, answer] = [I::name(&self.config), O::name(&self.config)].map(|name| layout::expression(&name));
        let line = format!("  readonly {name}: {{ readonly input: {input}; readonly answer: {answer} }};\n");
        self.questions.push_str(&line);
    }
}
