//! W8: the codecs of real protocols, each on a message of about 300 bytes: read all that a host can route by, and change
//! one thing.
//!
//! `ours` reads the whole message as a host has it done: framed, checked to its end, its properties recorded and then read.
//! `thrift` and `pilota` read or write the beginning of a message alone, its name, kind and sequence id. `prost` reads the
//! protobuf header into an owned struct, or reads, changes and writes it. None of them knows of frames, which are read by
//! hand beside them.

mod frames;
mod messages;
mod ours;
mod pilota;
mod prost;
#[cfg(test)]
mod tests;
mod thrift;

use std::hint::black_box;
use std::io::IoSlice;

use bytes::{Bytes, BytesMut};
use metaproto_codec::{Codec, Direction, Metadata, Mutation, Output, RequestId, Value};

use crate::task::Task;

/// What a contender works with, and keeps from one message to the next.
struct World {
    codec: Box<dyn Codec>,
    frame: Bytes,
    /// Of the frame, as `codec` reads it.
    metadata: Metadata,
    mutation: Mutation,
    output: Output,
    /// Room for what is written.
    buffer: Vec<u8>,
    bytes: BytesMut,
}

/// Takes the request id, named `id`, and every property.
type Show<'s> = &'s mut dyn FnMut(&str, Value<'_>);

/// Reads the message; `false` where it is none.
type Read = fn(&mut World, Show<'_>) -> bool;

/// Takes the pieces of the changed message.
type Write<'w> = &'w mut dyn FnMut(&[IoSlice<'_>]);

/// Changes the message and writes it; `false`, and nothing written, where it cannot.
type Change = fn(&mut World, Write<'_>) -> bool;

/// A codec and a message for it.
#[derive(Clone, Copy)]
struct Case {
    codec: fn() -> Box<dyn Codec>,
    frame: fn() -> Vec<u8>,
    /// What is to be changed.
    mutation: fn() -> Mutation,
}

const DUBBO: Case = Case {
    codec: || Box::new(dubbo::Dubbo::new()),
    frame: || messages::dubbo(7),
    mutation: || Mutation::new().set("tenant", "green"),
};
const DUBBO_16: Case = Case {
    frame: || messages::dubbo(16),
    ..DUBBO
};
const BINARY: Case = Case {
    codec: || Box::new(thrift_codec::Thrift::new()),
    frame: || messages::framed(messages::binary(messages::LONG)),
    mutation: other_id,
};
const COMPACT: Case = Case {
    frame: || messages::framed(messages::compact(messages::LONG)),
    ..BINARY
};
const UNFRAMED: Case = Case {
    frame: || messages::binary(messages::LONG),
    ..BINARY
};
const THEADER: Case = Case {
    frame: messages::theader,
    mutation: || Mutation::new().set("tenant", "green"),
    ..BINARY
};
const BRPC: Case = Case {
    codec: || Box::new(brpc::BrpcRpc),
    frame: messages::brpc,
    mutation: || Mutation::new().set("tenant", "green"),
};
const TRPC: Case = Case {
    codec: || Box::new(trpc::TrpcRpc),
    frame: messages::trpc,
    mutation: || Mutation::new().set("tenant", "green"),
};

/// A task: its name, what it is about, on what it is done, and by whom.
type Row<F> = (
    &'static str,
    &'static str,
    Case,
    &'static [(&'static str, F)],
);

/// What is read, and who reads it.
const READS: &[Row<Read>] = &[
    (
        "w8-dubbo-decode",
        "decode a Dubbo request with 7 attachments and read all properties",
        DUBBO,
        &[("ours", ours::read)],
    ),
    (
        "w8-dubbo-16-decode",
        "decode a Dubbo request with 16 attachments and read all properties",
        DUBBO_16,
        &[("ours", ours::read)],
    ),
    (
        "w8-thrift-binary-decode",
        "decode a framed Thrift call in the binary protocol and read all properties",
        BINARY,
        &[
            ("ours", ours::read),
            ("thrift, beginning alone", thrift::read_binary),
            ("pilota, beginning alone", pilota::read_binary),
        ],
    ),
    (
        "w8-thrift-compact-decode",
        "decode a framed Thrift call in the compact protocol and read all properties",
        COMPACT,
        &[
            ("ours", ours::read),
            ("thrift, beginning alone", thrift::read_compact),
            ("pilota, beginning alone", pilota::read_compact),
        ],
    ),
    (
        "w8-thrift-unframed-decode",
        "decode a Thrift call in the binary protocol without a frame and read all properties",
        UNFRAMED,
        &[
            ("ours", ours::read),
            ("thrift, beginning alone", thrift::read_unframed),
            ("pilota, beginning alone", pilota::read_unframed),
        ],
    ),
    (
        "w8-thrift-theader-decode",
        "decode a Thrift call in a THeader frame with 5 key-values and read all properties",
        THEADER,
        &[("ours", ours::read)],
    ),
    (
        "w8-brpc-decode",
        "decode a brpc request with 4 user fields and read all properties",
        BRPC,
        &[("ours", ours::read), ("prost", prost::read_brpc)],
    ),
    (
        "w8-trpc-decode",
        "decode a tRPC request with 2 entries of trans_info and read all properties",
        TRPC,
        &[("ours", ours::read), ("prost", prost::read_trpc)],
    ),
];

/// What is changed, and who changes it.
const CHANGES: &[Row<Change>] = &[
    (
        "w8-dubbo-set",
        "set an attachment of a decoded Dubbo request, for a vectored write",
        DUBBO,
        &[("ours", ours::change)],
    ),
    (
        "w8-thrift-binary-id",
        "give a decoded Thrift call in the binary protocol another sequence id, for a vectored write",
        BINARY,
        &[
            ("ours", ours::change),
            ("thrift", thrift::change_binary),
            ("pilota", pilota::change_binary),
        ],
    ),
    (
        "w8-thrift-compact-id",
        "give a decoded Thrift call in the compact protocol another sequence id, for a vectored write",
        COMPACT,
        &[
            ("ours", ours::change),
            ("thrift", thrift::change_compact),
            ("pilota", pilota::change_compact),
        ],
    ),
    (
        "w8-thrift-theader-set",
        "set a key-value of a decoded Thrift call in a THeader frame, for a vectored write",
        THEADER,
        &[("ours", ours::change)],
    ),
    (
        "w8-brpc-set",
        "set a user field of a decoded brpc request, for a vectored write",
        BRPC,
        &[("ours", ours::change), ("prost", prost::change_brpc)],
    ),
    (
        "w8-trpc-set",
        "set an entry of trans_info of a decoded tRPC request, for a vectored write",
        TRPC,
        &[("ours", ours::change), ("prost", prost::change_trpc)],
    ),
];

/// The tasks of this workload.
pub(crate) fn tasks() -> Vec<Task> {
    let reads = READS.iter().map(|(name, about, case, table)| {
        let idle: Read = |_, _| true;
        Task::new(name, about, idle, table, |read| {
            move |turns| {
                let mut world = World::new(case);
                for _ in 0..turns {
                    black_box(read(black_box(&mut world), &mut |name, value| {
                        black_box((name, value));
                    }));
                }
            }
        })
    });
    let changes = CHANGES.iter().map(|(name, about, case, table)| {
        let idle: Change = |_, _| true;
        Task::new(name, about, idle, table, |change| {
            move |turns| {
                let mut world = World::new(case);
                for _ in 0..turns {
                    black_box(change(black_box(&mut world), &mut |pieces| {
                        black_box(pieces);
                    }));
                }
            }
        })
    });
    reads.chain(changes).collect()
}

impl World {
    /// Who changes the message finds it decoded.
    fn new(case: &Case) -> Self {
        let mut world = Self::of(case, (case.frame)().into());
        ours::read(&mut world, &mut |_, _| {});
        world
    }

    fn of(case: &Case, frame: Bytes) -> Self {
        Self {
            codec: (case.codec)(),
            frame,
            metadata: Metadata::new(Direction::ClientToServer),
            mutation: (case.mutation)(),
            output: Output::new(),
            buffer: Vec::new(),
            bytes: BytesMut::new(),
        }
    }
}

/// The id that a Thrift call is given.
const OTHER_ID: u32 = 0x0102_0304;

fn other_id() -> Mutation {
    let mut mutation = Mutation::new();
    mutation.set_request_id(RequestId::Number(OTHER_ID.into()));
    mutation
}
