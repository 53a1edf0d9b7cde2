//! What the reference implementation has, as its sources say.

/// A codec of the reference implementation, whose mutations are maps from keys to values.
pub(crate) struct Reference {
    /// Lines in its directory, of every kind: C++, protobuf and Bazel, with comments and blank lines.
    pub(crate) lines: usize,
    /// The file that says the rest, below `src/application_protocols`, and the commit at which it was read.
    pub(crate) source: (&'static str, &'static str),
    /// The kinds of message that it tells apart.
    pub(crate) kinds: &'static str,
    /// What it takes for a request id.
    pub(crate) request_id: &'static str,
    /// What a mutation can set.
    pub(crate) set: &'static str,
    /// The errors whose reply has a code of its own.
    pub(crate) errors: &'static str,
    /// The largest message.
    pub(crate) max_frame: &'static str,
}

pub(crate) const DUBBO: Reference = Reference {
    lines: 2347,
    source: (
        "dubbo/dubbo_codec.cc",
        "830594acf7584ff882e8f2412711222a68d72373",
    ),
    kinds: "request, oneway, response, error, heartbeat",
    request_id: "64 bits",
    set: "attachments of requests",
    errors: "route_not_found, bad_response",
    max_frame: "a body of 16 MiB",
};

pub(crate) const THRIFT: Reference = Reference {
    lines: 2581,
    source: (
        "thrift/thrift_codec.cc",
        "ad8a400133257b6298d5616cf217977c5976a5df",
    ),
    kinds: "request, oneway, response, error",
    request_id: "32 bits",
    set: "nothing",
    errors: "none",
    max_frame: "what Envoy's transports accept",
};

pub(crate) const BRPC: Reference = Reference {
    lines: 579,
    source: (
        "brpc/brpc_codec.cc",
        "5361095559948dab6dc727af166bb43beb1fc229",
    ),
    kinds: "request, response: by direction",
    request_id: "none",
    set: "nothing",
    errors: "there is no reply",
    max_frame: "no limit",
};

pub(crate) const TRPC: Reference = Reference {
    lines: 1655,
    source: (
        "trpc/trpc_codec.cc",
        "231274ab30eecb16f4f7310ec43cfed5169b5bc8",
    ),
    kinds: "request, response, stream_init, stream_data, stream_close",
    request_id: "32 bits",
    set: "properties of requests and responses",
    errors: "route_not_found",
    max_frame: "no limit",
};
