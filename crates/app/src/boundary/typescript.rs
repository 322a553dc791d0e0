//! The page's types, made from the list of commands.

use std::any::TypeId;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use ts_rs::{Config, TS, TypeVisitor};

use super::{Change, PROTOCOL, commands};

/// Sees every command that a page may give.
pub(super) trait Visit {
    fn command<A: TS + 'static, B: TS + 'static>(&mut self, name: &str);
}

/// The files of `ui/src/ipc/generated/`: name and text, the same for the same types.
pub fn typescript() -> Vec<(String, String)> {
    let mut page = Page::default();
    commands::visit(&mut page);
    page.add::<Change>();
    vec![
        ("types.ts".to_owned(), page.types()),
        ("commands.ts".to_owned(), page.commands()),
    ]
}

const HEADER: &str = "// Made by `cargo xtask generate` from crates/app/src/boundary: do not edit.\n";

struct Page {
    config: Config,
    visited: HashSet<TypeId>,
    declared: BTreeMap<String, String>,
    commands: Vec<(String, String, String)>,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            // Sizes fit a number: it is exact to 9 PB, and JSON has nothing else.
            config: Config::new().with_large_int("number"),
            visited: HashSet::new(),
            declared: BTreeMap::new(),
            commands: Vec::new(),
        }
    }
}

impl Visit for Page {
    fn command<A: TS + 'static, B: TS + 'static>(&mut self, name: &str) {
        self.add::<A>();
        self.add::<B>();
        self.commands
            .push((name.to_owned(), A::name(&self.config), B::name(&self.config)));
    }
}

impl TypeVisitor for Page {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.visited.insert(TypeId::of::<T>()) {
            return;
        }
        if T::output_path().is_some() {
            let mut text = T::docs().unwrap_or_default();
            let _ = writeln!(text, "export {}", T::decl(&self.config));
            self.declared.insert(T::ident(&self.config), text);
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

impl Page {
    fn add<T: TS + 'static>(&mut self) {
        TypeVisitor::visit::<T>(self);
    }

    fn types(&self) -> String {
        let mut text = HEADER.to_owned();
        for declaration in self.declared.values() {
            let _ = write!(text, "\n{declaration}");
        }
        text
    }

    fn commands(&self) -> String {
        let mut text = HEADER.to_owned();
        let used: Vec<_> = self
            .declared
            .keys()
            .filter(|name| self.is_used(name))
            .map(String::as_str)
            .collect();
        let _ = writeln!(text, "import type {{ {} }} from './types';\n", used.join(", "));
        let _ = writeln!(text, "/** Raised when an older side could misread the newer one. */");
        let _ = writeln!(text, "export const PROTOCOL = {PROTOCOL};\n");
        let _ = writeln!(
            text,
            "/** Every command the page may give: what it takes and what it is answered. */"
        );
        let _ = writeln!(text, "export type Commands = {{");
        for (name, ask, answer) in &self.commands {
            let doc = commands::COMMANDS
                .iter()
                .find(|command| command.name == name)
                .map_or("", |command| command.doc);
            let _ = writeln!(text, "  /**{doc} */\n  {name}: {{ ask: {ask}; answer: {answer} }};");
        }
        text.push_str("};\n");
        text
    }

    fn is_used(&self, name: &str) -> bool {
        let bare = |of: &str| of.trim_start_matches("Array<").trim_end_matches('>') == name;
        self.commands.iter().any(|(_, ask, answer)| bare(ask) || bare(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_learns_no_command_of_the_terminal() {
        let files = typescript();
        assert!(files.iter().any(|(_, text)| text.contains("list_transfers")));
        assert!(files.iter().all(|(_, text)| !text.contains("enqueue_paths")));
    }

    #[test]
    fn the_page_has_no_big_integers() {
        assert!(typescript().iter().all(|(_, text)| !text.contains("bigint")));
    }

    #[test]
    fn the_pages_types_are_fresh() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/ipc/generated");
        for (name, text) in typescript() {
            let there = std::fs::read_to_string(format!("{folder}/{name}")).unwrap_or_default();
            assert!(there == text, "{folder}/{name} is stale: run `cargo xtask generate`");
        }
    }
}
