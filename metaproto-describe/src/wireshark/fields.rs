//! The declarations of what can be shown and filtered.

use std::fmt::Write as _;

use super::lua::{Names, quoted};

/// All `ProtoField`s of a script.
///
/// A declaration has a name in the script, `fields.Part["field.item"]`, and one in filters, `proto.part.field.item`. Two
/// may share the latter if they are of the same type: the request id of requests and of responses, say.
pub(crate) struct Fields {
    protocol: String,
    tables: Vec<(String, Vec<Declared>)>,
    /// Names in filters, and what they are.
    filters: Vec<(String, &'static str)>,
}

struct Declared {
    name: String,
    text: String,
}

/// What is to be declared.
pub(crate) struct Declaration<'a> {
    /// The name in the part.
    pub(crate) name: &'a str,
    /// The function of `ProtoField`.
    pub(crate) kind: &'static str,
    /// How it is shown, for numbers: `base.DEC`, or the bits of a flag's group.
    pub(crate) base: Option<String>,
    /// A table of names, if there are any.
    pub(crate) names: Option<String>,
    /// Its bits of the group.
    pub(crate) mask: Option<u64>,
    /// What the user is told.
    pub(crate) about: &'a str,
}

impl Fields {
    pub(crate) fn new(protocol: &str) -> Self {
        Self {
            protocol: protocol.to_owned(),
            tables: Vec::new(),
            filters: Vec::new(),
        }
    }

    /// Starts the table of a part.
    pub(crate) fn table(&mut self, part: &str) {
        self.tables.push((part.to_owned(), Vec::new()));
    }

    /// Declares a field in the last table; returns its expression within that part's function. `path` stands before its
    /// name in filters.
    pub(crate) fn declare(&mut self, path: &str, declaration: &Declaration<'_>) -> String {
        let name = declaration
            .name
            .strip_prefix("r#")
            .unwrap_or(declaration.name);
        let filter_name = |letter: char| {
            if letter.is_ascii_alphanumeric() || "._-".contains(letter) {
                letter.to_string()
            } else {
                format!("u{:x}", u32::from(letter))
            }
        };
        let filter_name: String = name.chars().map(filter_name).collect();
        let filter = self.filter(
            &format!("{}.{path}{filter_name}", self.protocol),
            declaration.kind,
        );
        let text = declaration.text(&filter, name);
        if let Some((_, table)) = self.tables.last_mut() {
            table.push(Declared {
                name: name.to_owned(),
                text,
            });
        }
        Names::member("f", name)
    }

    /// `wanted`, or with a number behind it where that is of another type.
    fn filter(&mut self, wanted: &str, kind: &'static str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 2;
        loop {
            match self.filters.iter().find(|(known, _)| *known == name) {
                None => {
                    self.filters.push((name.clone(), kind));
                    return name;
                }
                Some((_, known)) if *known == kind => return name,
                Some(_) => {
                    name = format!("{wanted}_{number}");
                    number += 1;
                }
            }
        }
    }

    /// The part of the script that declares them.
    pub(crate) fn declarations(&mut self) -> String {
        let rule = "-".repeat(103);
        let mut text = format!("\n-- Fields {rule}\n\nlocal fields = {{}}\n");
        for (part, declared) in &self.tables {
            let table = Names::member("fields", part);
            let _ = write!(text, "\n{table} = {{");
            for Declared { name, text: field } in declared {
                let key = format!("[{}]", quoted(name.as_bytes()));
                let member = Names::member("", name);
                let key = member.strip_prefix('.').unwrap_or(&key);
                let _ = write!(text, "\n  {key} = {field},");
            }
            text.push_str(if declared.is_empty() { "}\n" } else { "\n}\n" });
        }
        let protocol = self.protocol.clone();
        // The schema's own names come first.
        let mut common = |name, kind| self.filter(&format!("{protocol}.message.{name}"), kind);
        let kind = common("kind", "string");
        let body = common("body", "bytes");
        let header_extension = common("header_extension", "bytes");
        let opaque = common("opaque", "bytes");
        let _ = write!(
            text,
            r#"
local common = {{
  kind = ProtoField.string("{kind}", "Kind"),
  body = ProtoField.bytes("{body}", "Body"),
  header_extension = ProtoField.bytes("{header_extension}", "Header extension"),
  opaque = ProtoField.bytes("{opaque}", "Not dissected: only the codec can read it"),
}}

local experts = {{
  malformed = ProtoExpert.new("{protocol}._malformed", "Malformed message", expert.group.MALFORMED, expert.severity.ERROR),
  checksum = ProtoExpert.new("{protocol}._bad_checksum", "Bad checksum", expert.group.CHECKSUM, expert.severity.ERROR),
  direction = ProtoExpert.new("{protocol}._direction", "This kind of message cannot come from this side",
    expert.group.PROTOCOL, expert.severity.WARN),
  cut = ProtoExpert.new("{protocol}._cut", "The message is not whole", expert.group.UNDECODED, expert.severity.WARN),
  many = ProtoExpert.new("{protocol}._many", "Too many fields: not all are shown", expert.group.UNDECODED,
    expert.severity.NOTE),
}}

do
  local all = {{}}
  for _, group in pairs(fields) do
    for _, field in pairs(group) do table.insert(all, field) end
  end
  for _, field in pairs(common) do table.insert(all, field) end
  proto.fields = all
  local warnings = {{}}
  for _, each in pairs(experts) do table.insert(warnings, each) end
  proto.experts = warnings
end
"#
        );
        text
    }
}

impl Declaration<'_> {
    fn text(&self, filter: &str, label: &str) -> String {
        let mut arguments = vec![quoted(filter.as_bytes()), quoted(label.as_bytes())];
        match self.kind {
            // No base, names or mask.
            "bytes" | "string" => {
                if !self.about.is_empty() {
                    arguments.push("base.NONE".to_owned());
                }
            }
            "none" | "float" | "double" => {}
            _ => {
                let usual = match self.kind {
                    "bool" => "base.NONE",
                    _ => "base.DEC",
                };
                arguments.push(self.base.clone().unwrap_or_else(|| usual.to_owned()));
                arguments.push(self.names.clone().unwrap_or_else(|| "nil".to_owned()));
                arguments.push(
                    self.mask
                        .map_or("nil".to_owned(), |mask| format!("{mask:#x}")),
                );
            }
        }
        if !self.about.is_empty() && !matches!(self.kind, "float" | "double") {
            arguments.push(quoted(self.about.as_bytes()));
        }
        while arguments.last().is_some_and(|argument| argument == "nil") {
            arguments.pop();
        }
        format!("ProtoField.{}({})", self.kind, arguments.join(", "))
    }
}
