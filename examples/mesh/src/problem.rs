//! What is wrong with a document, and where.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

/// Something in a document that is wrong, or that cannot be expressed in the configuration of Envoy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The document: its file, kind, namespace and name.
    pub document: String,
    /// The path of the field, such as `spec.routes[0].mirror`; empty where it is the document as a whole.
    pub field: String,
    /// What is wrong and what to do about it, in one line.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.document)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

/// A place in a document, for problems that are found later.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    document: Rc<str>,
    path: String,
}

impl Place {
    /// The document `name` as a whole.
    pub(crate) fn document(name: &str) -> Self {
        Self {
            document: name.into(),
            path: String::new(),
        }
    }

    /// The name of the document.
    pub(crate) fn name(&self) -> &str {
        &self.document
    }

    /// The field `name` of what is here.
    pub(crate) fn field(&self, name: &str) -> Self {
        let path = match self.path.as_str() {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        self.with(path)
    }

    /// The element `index` of the list that is here.
    pub(crate) fn item(&self, index: usize) -> Self {
        self.with(format!("{}[{index}]", self.path))
    }

    fn with(&self, path: String) -> Self {
        Self {
            document: Rc::clone(&self.document),
            path,
        }
    }
}

/// All problems found so far, each once.
#[derive(Debug, Default)]
pub(crate) struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// Notes one.
    pub(crate) fn report(&self, place: &Place, message: impl Into<String>) {
        let problem = Problem {
            document: place.name().to_owned(),
            field: place.path.clone(),
            message: message.into(),
        };
        self.add(&problem);
    }

    /// Notes one that was found elsewhere.
    pub(crate) fn add(&self, problem: &Problem) {
        let mut problems = self.0.borrow_mut();
        if !problems.contains(problem) {
            problems.push(problem.clone());
        }
    }

    /// All of them, in the order in which they were found.
    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}

impl From<Vec<Problem>> for Problems {
    fn from(problems: Vec<Problem>) -> Self {
        Self(RefCell::new(problems))
    }
}
