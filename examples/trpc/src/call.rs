//! Who calls whom: the three names that requests and requests for a stream have.

use std::ops::Range;

use metaproto_codec::{CodecError, Metadata};
use metaproto_protobuf::Message;

/// Where the names of a call lie. Those that a peer leaves out are not there.
#[derive(Default)]
pub(crate) struct Call {
    pub(crate) caller: Option<Range<usize>>,
    pub(crate) callee: Option<Range<usize>>,
    pub(crate) func: Option<Range<usize>>,
}

impl Call {
    /// Records properties and operation. Routing rests on callee and function, which must be texts.
    pub(crate) fn describe(
        self,
        message: &Message<'_>,
        metadata: &mut Metadata,
    ) -> Result<(), CodecError> {
        let mut names = ["", ""];
        if let Some(caller) = self.caller.filter(|caller| message.is_text(caller)) {
            metadata.property("caller", caller);
        }
        if let Some(callee) = self.callee {
            names[0] = message.text(callee.clone(), "callee")?;
            metadata.property("callee", callee);
        }
        if let Some(func) = self.func {
            names[1] = message.text(func.clone(), "func")?;
            metadata.property("func", func);
        }
        if names != ["", ""] {
            let [callee, func] = names;
            let operation = metadata.compose([callee, "/", func]);
            metadata.set_operation(operation);
        }
        Ok(())
    }
}
