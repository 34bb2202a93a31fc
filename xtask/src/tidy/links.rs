//! Links between documents, and the paths that ARCHITECTURE.md names.

use super::{Problems, line_of};
use crate::project::{self, has_extension};
use anyhow::Result;
use std::path::{Component, Path, PathBuf};

/// Directories that exist only after a build, and so may be named without being there.
const BUILT: &[&str] = &["target", "pkg/wasm", "pkg/dist", "pkg/node_modules"];

/// Files that the build copies into the package, whose README links to them.
const COPIED: &[&str] = &["pkg/snapshot.schema.json", "pkg/LICENSE-APACHE", "pkg/LICENSE-MIT"];

pub(super) fn check(files: &[String]) -> Result<Problems> {
    let mut problems = Problems::new();
    for file in files.iter().filter(|file| has_extension(file, "md")) {
        let text = project::read(file)?;
        links(file, &text, &mut problems)?;
        if file == "ARCHITECTURE.md" {
            named_paths(file, &text, files, &mut problems);
        }
    }
    Ok(problems)
}

fn links(file: &str, text: &str, problems: &mut Problems) -> Result<()> {
    let prose = without_code(text);
    for (offset, target) in targets(&prose) {
        let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
        let linked = if path.is_empty() { file.to_owned() } else { resolve(file, path) };
        let line = line_of(text, offset);
        if !COPIED.contains(&linked.as_str()) && !project::root().join(&linked).exists() {
            problems.push(format!("{file}:{line}: the link to `{target}` leads nowhere"));
        } else if !anchor.is_empty()
            && has_extension(&linked, "md")
            && !anchors(&project::read(&linked)?).contains(&anchor.to_owned())
        {
            problems.push(format!("{file}:{line}: `{linked}` has no heading for `#{anchor}`"));
        }
    }
    Ok(())
}

/// The targets of `[text](target)` that lead into the repository.
fn targets(prose: &str) -> Vec<(usize, &str)> {
    let mut targets = Vec::new();
    for (offset, opening) in prose.match_indices("](") {
        let rest = prose.get(offset + opening.len()..).unwrap_or_default();
        let end = rest.find([')', ' ', '\n']).unwrap_or(rest.len());
        let target = rest.get(..end).unwrap_or_default();
        if !target.contains("://") && !target.starts_with("mailto:") && !target.is_empty() {
            targets.push((offset, target));
        }
    }
    targets
}

/// A path beside a file, relative to the root of the repository.
fn resolve(file: &str, path: &str) -> String {
    let mut resolved = PathBuf::new();
    for component in Path::new(file).parent().unwrap_or(Path::new("")).join(path).components() {
        match component {
            Component::ParentDir => drop(resolved.pop()),
            Component::Normal(name) => resolved.push(name),
            _ => {}
        }
    }
    resolved.display().to_string()
}

/// Blanks fenced and inline code, where brackets are not links; offsets stay true.
fn without_code(text: &str) -> String {
    let mut prose = String::with_capacity(text.len());
    let mut fenced = false;
    for line in text.split_inclusive('\n') {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        let mut inline = false;
        for c in line.chars() {
            inline ^= c == '`';
            let hidden = c != '\n' && (fence || fenced || inline);
            if hidden {
                prose.extend(std::iter::repeat_n(' ', c.len_utf8()));
            } else {
                prose.push(c);
            }
        }
    }
    prose
}

/// The anchors of a document's headings, as the usual renderers make them.
fn anchors(text: &str) -> Vec<String> {
    let mut anchors = Vec::new();
    let mut slugs: Vec<String> = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        let Some(heading) = line.strip_prefix('#').filter(|_| !fenced) else {
            continue;
        };
        let plain = slug(heading.trim_start_matches('#').trim());
        // A repeated heading is numbered from its second time on.
        let repeated = slugs.iter().filter(|slug| **slug == plain).count();
        anchors.push(if repeated == 0 { plain.clone() } else { format!("{plain}-{repeated}") });
        slugs.push(plain);
    }
    anchors
}

fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).flat_map(char::to_lowercase).collect()
}

/// Every word that looks like a path of this repository must be one.
fn named_paths(file: &str, text: &str, files: &[String], problems: &mut Problems) {
    let tops: Vec<&str> = files.iter().filter_map(|file| file.split_once('/')).map(|(top, _)| top).collect();
    let mut offset = 0;
    for word in text.split_inclusive(|c: char| c.is_whitespace() || "`()[],;\"'<>|".contains(c)) {
        let path = word.trim_end_matches(|c: char| !(c.is_alphanumeric() || "/_*".contains(c))).trim_end_matches('/');
        let in_repository = path.split_once('/').is_some_and(|(top, _)| tops.contains(&top));
        let is_exact = path.chars().all(|c| c.is_alphanumeric() || "/_-.".contains(c));
        let is_built = BUILT.iter().any(|built| path.starts_with(built));
        if in_repository && is_exact && !is_built && !project::root().join(path).exists() {
            problems.push(format!("{file}:{}: there is no `{path}`", line_of(text, offset)));
        }
        offset += word.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_code_only() {
        let prose = without_code("[a](b.md#c) `[x](y)` [w](https://w.org)\n```\n[z](q)\n```\n[e](../f)");
        let found: Vec<&str> = targets(&prose).into_iter().map(|(_, target)| target).collect();
        assert_eq!(found, ["b.md#c", "../f"]);
    }

    #[test]
    fn a_link_is_relative_to_its_file() {
        assert_eq!(resolve("docs/a/b.md", "../c.md"), "docs/c.md");
        assert_eq!(resolve("README.md", "./docs/c.md"), "docs/c.md");
    }

    #[test]
    fn headings_have_the_anchors_that_renderers_make() {
        let text = "# The `eval` command\n## Why, and how?\n```\n# not one\n```\n## Why, and how?";
        assert_eq!(anchors(text), ["the-eval-command", "why-and-how", "why-and-how-1"]);
    }

    #[test]
    fn a_path_that_is_not_there_is_named() {
        let files = ["xtask/src/main.rs".to_owned()];
        let mut problems = Problems::new();
        let text = "`xtask/src/main.rs`, xtask/src/nowhere.rs. and `vexil/slim`, `xtask/*`";
        named_paths("A.md", text, &files, &mut problems);
        assert_eq!(problems, ["A.md:1: there is no `xtask/src/nowhere.rs`"]);
    }
}
