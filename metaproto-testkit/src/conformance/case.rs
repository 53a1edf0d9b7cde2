//! The inputs on which rules are tried.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use metaproto_codec::{Direction, ErrorType, Mutation};

use crate::facts::Facts;
use crate::vector::{Block, Edit, EditResult, Expect, Vector};

/// A run of bytes of one direction, and what is known of it from another source than the codec under test.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) bytes: Bytes,
    pub(crate) truth: Truth,
    /// Where it comes from, for people.
    pub(crate) origin: Arc<str>,
}

/// What is known of a [`Frame`].
#[derive(Clone, Debug)]
pub(crate) enum Truth {
    /// It is exactly one message; the facts are there where an independent reader stated them.
    Valid(Option<Arc<Facts>>),
    /// It can never become a message, or a limit refuses it: the field and the offset, where somebody stated them.
    Refused(Option<(Arc<str>, usize)>),
    /// Nothing.
    Unknown,
}

impl Frame {
    pub(crate) fn new(bytes: impl Into<Bytes>, truth: Truth, origin: impl Into<Arc<str>>) -> Self {
        Self {
            bytes: bytes.into(),
            truth,
            origin: origin.into(),
        }
    }

    pub(crate) fn is_valid(&self) -> bool {
        matches!(self.truth, Truth::Valid(_))
    }

    /// What an independent reader says of the message.
    pub(crate) fn facts(&self) -> Option<&Facts> {
        match &self.truth {
            Truth::Valid(facts) => facts.as_deref(),
            _ => None,
        }
    }
}

/// One input: a stream in chunks, and whatever else the rule needs beside it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) direction: Direction,
    /// The stream, frame by frame.
    pub(crate) frames: Vec<Frame>,
    /// Sizes of the chunks in which the stream arrives; what is left is one more.
    pub(crate) chunks: Vec<usize>,
    /// What the codec saw before, or sees on another connection.
    pub(crate) before: Vec<Frame>,
    pub(crate) mutation: Mutation,
    pub(crate) reply: Option<(ErrorType, String)>,
}

impl Case {
    pub(crate) fn new(direction: Direction, frames: Vec<Frame>) -> Self {
        Self {
            direction,
            frames,
            chunks: Vec::new(),
            before: Vec::new(),
            mutation: Mutation::new(),
            reply: None,
        }
    }

    pub(crate) fn cut(mut self, chunks: impl Into<Vec<usize>>) -> Self {
        self.chunks = chunks.into();
        self
    }

    pub(crate) fn after(mut self, before: Vec<Frame>) -> Self {
        self.before = before;
        self
    }

    pub(crate) fn mutated(mut self, mutation: Mutation) -> Self {
        self.mutation = mutation;
        self
    }

    pub(crate) fn answered(mut self, error: ErrorType, text: impl Into<String>) -> Self {
        self.reply = Some((error, text.into()));
        self
    }

    /// The first frame; every case has one.
    pub(crate) fn frame(&self) -> &Frame {
        static NOTHING: std::sync::LazyLock<Frame> =
            std::sync::LazyLock::new(|| Frame::new(Bytes::new(), Truth::Unknown, "nothing"));
        self.frames.first().unwrap_or(&NOTHING)
    }

    /// The whole stream.
    pub(crate) fn stream(&self) -> Bytes {
        concat(&self.frames)
    }

    /// The stream before and after the first cut.
    pub(crate) fn split(&self) -> (Bytes, Bytes) {
        let mut first = self.stream();
        let cut = self.chunks.first().copied().unwrap_or(0).min(first.len());
        let rest = first.split_off(cut);
        (first, rest)
    }

    /// Where the stream is cut: offsets, each inside the stream.
    pub(crate) fn cuts(&self) -> Vec<usize> {
        let length = self.stream().len();
        let mut at = 0_usize;
        let offsets = self.chunks.iter().map(|size| {
            at = at.saturating_add(*size);
            at
        });
        offsets.filter(|at| *at > 0 && *at < length).collect()
    }

    /// The chunks in which the stream arrives.
    pub(crate) fn pieces(&self) -> Vec<Bytes> {
        let stream = self.stream();
        let mut cuts = self.cuts();
        cuts.dedup();
        let ends = cuts.iter().copied().chain([stream.len()]);
        let starts = [0].into_iter().chain(cuts.iter().copied());
        starts
            .zip(ends)
            .map(|(start, end)| stream.slice(start..end))
            .collect()
    }

    /// The sizes of the chunks, as far as there are bytes: where the stream was made shorter, they may reach beyond it.
    fn chunks_within(&self) -> Vec<usize> {
        let mut left = self.stream().len();
        let mut within = Vec::new();
        for size in &self.chunks {
            if left == 0 {
                break;
            }
            let here = left.min(*size);
            within.push(here);
            left -= here;
        }
        within
    }

    /// The case as a file that can be kept, read and replayed.
    pub(crate) fn to_vector(&self, rule: &str, codec: &str) -> Vector {
        let edits = if self.mutation.is_empty() {
            Vec::new()
        } else {
            vec![Edit {
                mutation: self.mutation.clone(),
                result: EditResult::Unstated,
            }]
        };
        let block = |(index, frame): (usize, &Frame)| Block {
            bytes: frame.bytes.to_vec(),
            expect: match &frame.truth {
                Truth::Valid(Some(facts)) => Expect::Facts(Box::new((**facts).clone())),
                Truth::Valid(None) => Expect::Message,
                Truth::Refused(_) => Expect::Reject(Default::default()),
                Truth::Unknown => Expect::Anything,
            },
            edits: if index == 0 {
                edits.clone()
            } else {
                Vec::new()
            },
            line: 0,
        };
        Vector {
            name: format!("{} {codec}", rule.to_ascii_lowercase()),
            direction: self.direction,
            chunks: self.chunks_within(),
            before: self
                .before
                .iter()
                .map(|frame| frame.bytes.to_vec())
                .collect(),
            blocks: self.frames.iter().enumerate().map(block).collect(),
            rule: Some(rule.to_owned()),
            codec: Some(codec.to_owned()),
            reply: self.reply.clone(),
            line: 0,
        }
    }

    /// The input that a vector describes.
    pub(crate) fn from_vector(vector: &Vector, origin: &Arc<str>) -> Self {
        let frame = |block: &Block| {
            let truth = match &block.expect {
                Expect::Facts(facts) => Truth::Valid(Some(Arc::new((**facts).clone()))),
                Expect::Message => Truth::Valid(None),
                Expect::Reject(_) => Truth::Refused(None),
                Expect::Wait { .. } | Expect::Anything => Truth::Unknown,
            };
            Frame::new(block.bytes.clone(), truth, Arc::clone(origin))
        };
        let before = vector.before.iter();
        let edit = vector.blocks.first().and_then(|block| block.edits.first());
        Self {
            direction: vector.direction,
            frames: vector.blocks.iter().map(frame).collect(),
            chunks: vector.chunks.clone(),
            before: before
                .map(|bytes| Frame::new(bytes.clone(), Truth::Valid(None), Arc::clone(origin)))
                .collect(),
            mutation: edit.map(|edit| edit.mutation.clone()).unwrap_or_default(),
            reply: vector.reply.clone(),
        }
    }
}

/// Bytes of frames one after another.
pub(crate) fn concat(frames: &[Frame]) -> Bytes {
    match frames {
        [one] => one.bytes.clone(),
        many => many
            .iter()
            .flat_map(|frame| &frame.bytes)
            .copied()
            .collect::<Vec<_>>()
            .into(),
    }
}

/// Where the input comes from, how large it is, and how it is cut.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stream = self.stream();
        match self.frames.first() {
            Some(frame) => write!(f, "{}, {} bytes", frame.origin, stream.len())?,
            None => f.write_str("empty metadata, without a message")?,
        }
        if self.frames.len() > 1 {
            write!(f, ", {} frames", self.frames.len())?;
        }
        write!(f, ", {}", self.direction)?;
        if !self.cuts().is_empty() {
            write!(
                f,
                ", in chunks {}",
                Sizes(&self.pieces().iter().map(Bytes::len).collect::<Vec<_>>())
            )?;
        }
        if let Some(frame) = self.before.first() {
            write!(f, ", after {}", frame.origin)?;
        }
        if let Some((error, text)) = &self.reply {
            write!(f, ", answered with {}", error.as_str())?;
            if !text.is_empty() {
                write!(f, " {}", shorten(&format!("{text:?}"), 40))?;
            }
        }
        if !self.mutation.is_empty() {
            write!(f, ", changed by {}", Changes(&self.mutation))?;
        }
        Ok(())
    }
}

/// `[16 | 5]`, shortened where there are many.
pub(crate) struct Sizes<'a>(pub(crate) &'a [usize]);

impl fmt::Display for Sizes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<_> = self.0.iter().take(8).map(ToString::to_string).collect();
        write!(f, "[{}", shown.join(" | "))?;
        if self.0.len() > shown.len() {
            write!(f, " | .. {} more", self.0.len() - shown.len())?;
        }
        f.write_str("]")
    }
}

/// `set "cmd" = "7", remove "zone"`.
pub(crate) struct Changes<'a>(pub(crate) &'a Mutation);

impl fmt::Display for Changes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if let Some(id) = self.0.request_id() {
            write!(f, "request_id = {}", crate::facts::show_id(id))?;
            separator = ", ";
        }
        if let Some(id) = self.0.stream_id() {
            write!(f, "{separator}stream_id = {id}")?;
            separator = ", ";
        }
        for (key, change) in self.0.changes() {
            let key = shorten(&format!("{key:?}"), 40);
            match change {
                metaproto_codec::Change::Set(value) => {
                    write!(
                        f,
                        "{separator}set {key} = {}",
                        shorten(&format!("{value:?}"), 40)
                    )?;
                }
                metaproto_codec::Change::Remove => write!(f, "{separator}remove {key}")?,
            }
            separator = ", ";
        }
        Ok(())
    }
}

/// The first `most` characters, with the length of what was left out.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let shown: String = text.chars().take(most).collect();
    format!("{shown}.. ({count} characters)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::VectorFile;

    #[test]
    fn what_was_made_shorter_is_saved_so_that_it_can_be_read() {
        let frame = Frame::new(vec![7; 18], Truth::Unknown, Arc::from("a test"));
        let case = Case::new(Direction::ClientToServer, vec![frame]).cut([5, 32, 4]);
        let vector = case.to_vector("M001", "Codec");
        assert_eq!(vector.chunks, [5, 13]);
        let vectors = vec![vector];
        let text = VectorFile {
            vectors,
            ..VectorFile::default()
        }
        .to_string();
        assert!(VectorFile::parse(&text).is_ok(), "{text}");
    }
}
