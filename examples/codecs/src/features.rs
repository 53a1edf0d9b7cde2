//! What a codec can do, as it says itself or shows.

use bytes::Bytes;
use metaproto_codec::{
    Capabilities, Codec, CodecError, Error, ErrorType, IdSpace, MIB, MessageType, Metadata, Output,
};

/// The kinds of message, by name.
pub(crate) fn kinds(capabilities: &Capabilities) -> String {
    let kinds = capabilities.kinds.iter().map(MessageType::as_str);
    kinds.collect::<Vec<_>>().join(", ")
}

/// How request ids look.
pub(crate) fn request_id(capabilities: &Capabilities) -> String {
    match capabilities.request_id {
        IdSpace::None => "none".to_owned(),
        IdSpace::Number { bits, .. } => format!("{bits} bits"),
        IdSpace::Bytes => "bytes".to_owned(),
    }
}

/// What a mutation can set, beside the request id.
pub(crate) fn set(capabilities: &Capabilities) -> String {
    let own = capabilities.settable.iter().map(|key| format!("`{key}`"));
    let open = capabilities.open_properties.then(|| any(capabilities));
    own.chain(open).collect::<Vec<_>>().join(", ")
}

/// What a mutation can remove.
pub(crate) fn remove(capabilities: &Capabilities) -> String {
    if capabilities.open_properties {
        any(capabilities)
    } else {
        "nothing".to_owned()
    }
}

fn any(capabilities: &Capabilities) -> String {
    let fixed = capabilities.fixed_properties.iter();
    match &fixed.map(|key| format!("`{key}`")).collect::<Vec<_>>()[..] {
        [] => "any property".to_owned(),
        fixed => format!("any property but {}", fixed.join(", ")),
    }
}

/// The errors whose reply is another than that of an unspecified one.
pub(crate) fn errors(codec: &dyn Codec) -> Result<String, CodecError> {
    let other = reply(codec, ErrorType::Unspecified)?;
    let mut own = Vec::new();
    for error in ErrorType::ALL {
        if reply(codec, error)? != other {
            own.push(error.as_str());
        }
    }
    Ok(own.join(", "))
}

/// The answer to a request of which nothing is known.
fn reply(codec: &dyn Codec, r#type: ErrorType) -> Result<Bytes, CodecError> {
    let mut output = Output::new();
    let error = Error {
        r#type,
        message: "",
    };
    codec.on_error(&Metadata::default(), &error, &mut output)?;
    Ok(output.take_contiguous())
}

/// The largest message.
pub(crate) fn max_frame(capabilities: &Capabilities) -> String {
    let (whole, rest) = (capabilities.max_frame / MIB, capabilities.max_frame % MIB);
    match rest {
        0 => format!("{whole} MiB"),
        rest => format!("{whole} MiB + {rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::SUBJECTS;

    #[test]
    fn errors_are_told_apart_by_what_is_replied() {
        let dubbo = (SUBJECTS[1].codec)();
        let own = "route_not_found, cluster_not_found, bad_response, over_limit";
        assert_eq!(errors(&*dubbo).unwrap(), own);
    }
}
