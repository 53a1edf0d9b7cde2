//! Who calls whom: the three names that requests and requests for a stream have.

use std::ops::Range;

use metaproto_codec::{Metadata, Result};
use metaproto_protobuf::Message;

/// Records caller, callee and function, as far as they are there. Routing rests on the latter two, which must be texts.
pub(crate) fn describe(
    [caller, callee, func]: [Option<Range<usize>>; 3],
    message: &Message<'_>,
    metadata: &mut Metadata,
) -> Result {
    let mut names = ["", ""];
    if let Some(caller) = caller.filter(|caller| message.is_text(caller)) {
        metadata.property("caller", caller);
    }
    if let Some(callee) = callee {
        names[0] = message.text(&callee, "callee")?;
        metadata.property("callee", callee);
    }
    if let Some(func) = func {
        names[1] = message.text(&func, "func")?;
        metadata.property("func", func);
    }
    if names != ["", ""] {
        let [callee, func] = names;
        let operation = metadata.compose([callee, "/", func]);
        metadata.set_operation(operation);
    }
    Ok(())
}
