//! What a codec answers to a fixed list of questions, as lines.

use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use metaproto_codec::{
    Codec, DecodeStatus, Direction, Error, ErrorType, Header, Limits, Metadata, Mutation, Next,
    Output, RequestId, Session,
};

use super::{CartHeader, cart_rejects, cart_vectors, knot_frames, knot_rejects};

type Make<'m> = &'m dyn Fn() -> Box<dyn Codec>;
type Frames = Vec<(Direction, Vec<u8>)>;

/// All answers of the codecs that `make` makes.
pub fn transcript(make: Make<'_>, is_of_knot: bool) -> Vec<String> {
    let (frames, rejects) = if is_of_knot {
        (knot_frames(), knot_rejects())
    } else {
        (cart_frames(), cart_rejects())
    };
    let mut lines = vec![said("capabilities", || make().capabilities())];
    for (direction, bytes) in &frames {
        decode_alone(make, *direction, bytes, &mut lines);
        encode(make, *direction, bytes, &mut lines);
        reply(make, *direction, bytes, &mut lines);
    }
    for (direction, bytes, _) in &rejects {
        decode_alone(make, *direction, bytes, &mut lines);
    }
    streams(make, &frames, &mut lines);
    lines
}

/// The vectors, and bodies too long to write down.
fn cart_frames() -> Frames {
    let mut frames = cart_vectors();
    for body in [9 << 10, 64 << 10] {
        let long = CartHeader {
            id: 99,
            ..metaproto_codec::Part::template()
        };
        let frame = long.to_frame(&vec![b'.'; body]).expect("a frame");
        frames.push((Direction::ClientToServer, frame));
    }
    frames
}

/// One message or none: each prefix, garbage behind it, every address, the same again.
fn decode_alone(make: Make<'_>, direction: Direction, bytes: &[u8], lines: &mut Vec<String>) {
    let cuts = (0..=bytes.len()).filter(|cut| *cut < 200 || cut % 4099 == 0 || *cut == bytes.len());
    for cut in cuts {
        lines.push(said("prefix", || {
            let mut codec = make();
            let twice = [(); 2].map(|()| decode(&mut *codec, direction, &bytes[..cut]));
            drop(codec);
            twice
        }));
    }
    let followed = [bytes, b"?"].concat();
    lines.push(said("followed", || {
        decode(&mut *make(), direction, &followed)
    }));
    for offset in 0..8 {
        let mut room = vec![0_u8; bytes.len() + 16];
        let start = room.as_ptr().align_offset(8) + offset;
        room[start..start + bytes.len()].copy_from_slice(bytes);
        let placed = &room[start..start + bytes.len()];
        lines.push(said("placed", || decode(&mut *make(), direction, placed)));
    }
}

/// Several messages on one connection, in pieces and at once, and two connections at the same time.
fn streams(make: Make<'_>, frames: &Frames, lines: &mut Vec<String>) {
    for direction in [Direction::ClientToServer, Direction::ServerToClient] {
        let mine = frames.iter().filter(|(where_to, _)| *where_to == direction);
        let stream: Vec<u8> = mine.flat_map(|(_, bytes)| bytes.clone()).collect();
        for size in [stream.len(), 37] {
            lines.push(said("stream", || {
                let mut session = Session::new(make(), direction, Limits::default());
                let found = stream
                    .chunks(size)
                    .map(|piece| receive(&mut session, piece));
                found.collect::<Vec<_>>()
            }));
        }
        let wrong = direction.opposite();
        lines.push(said("other direction", || {
            receive(&mut Session::new(make(), wrong, Limits::default()), &stream)
        }));
    }
    let (direction, first) = &frames[1];
    let (_, second) = &frames[2];
    lines.push(said("two connections", || {
        let mut left = make();
        let mut right = make();
        let started = decode(&mut *left, *direction, &first[..first.len() - 1]);
        let other = decode(&mut *right, *direction, second);
        (started, other, decode(&mut *left, *direction, first))
    }));
}

fn receive(session: &mut Session<Box<dyn Codec>>, piece: &[u8]) -> Vec<String> {
    let mut said = Vec::new();
    let mut metadata = Metadata::default();
    session.receive(piece);
    loop {
        let next = session.next_message(&mut metadata);
        said.push(format!("{next:?} {}", facts(&metadata)));
        if !matches!(next, Ok(Next::Message { .. })) {
            return said;
        }
    }
}

/// Changes, by an instance that has decoded nothing and by one that has decoded something else since.
fn encode(make: Make<'_>, direction: Direction, bytes: &[u8], lines: &mut Vec<String>) {
    let Some(message) = decoded(make, direction, bytes) else {
        return lines.push("nothing to encode".into());
    };
    for mutation in mutations() {
        lines.push(said("encode", || {
            let codec = make();
            let twice = [(); 2].map(|()| {
                let mut output = Output::new();
                output.push(b"before");
                let result = codec.encode(&message, &mutation, &mut output);
                (result, short(&output.take_contiguous()))
            });
            (twice, codec.encoded_len(&message, &mutation))
        }));
        lines.push(said("encode again", || {
            let mut codec = make();
            let mut message = message.clone();
            let _ = decode(&mut *codec, direction, bytes);
            [(); 2].map(|()| {
                let mut output = Output::new();
                codec.encode(&message, &mutation, &mut output).ok()?;
                let written = output.take_contiguous();
                message = decoded(make, direction, &written)?;
                Some((short(&written), facts(&message)))
            })
        }));
    }
}

fn mutations() -> Vec<Mutation> {
    let set = |key: &str, value: &str| Mutation::new().set(key, value);
    let mut renamed = Mutation::new();
    renamed.set_request_id(RequestId::Number(0x0102_0304));
    let mut moved = Mutation::new();
    moved.set_stream_id(0x0506_0708);
    vec![
        Mutation::new(),
        renamed,
        moved,
        set("retries", "5"),
        set("retries", "300"),
        set("retries", "many"),
        set("method", "other"),
        set("method", &"m".repeat(300)),
        set("ZONE", "green and more"),
        set("new", "größer").set("newer", "1"),
        set(&"k".repeat(300), "v"),
        set("long", &"v".repeat(1025)),
        set("a\0b", "v"),
        set("", "v"),
        set("lines", "a\r\nb"),
        set("x-request-id", "r-2"),
        Mutation::new().remove("zone"),
        Mutation::new().remove("absent"),
        set("user", "bo"),
        set("user", &"u".repeat(130)),
    ]
}

/// Local replies of each type, and of each length of text.
fn reply(make: Make<'_>, direction: Direction, bytes: &[u8], lines: &mut Vec<String>) {
    let empty = Metadata::new(direction);
    let message = decoded(make, direction, bytes).unwrap_or(empty);
    let texts = [
        "",
        "no (route",
        &"ü".repeat(700),
        &format!("x{}", "ü".repeat(33_000)),
    ];
    for r#type in ErrorType::ALL {
        for text in texts {
            lines.push(said("error", || {
                let message_text = Error {
                    r#type,
                    message: text,
                };
                let mut output = Output::new();
                let result = make().on_error(&message, &message_text, &mut output);
                (result, short(&output.take_contiguous()))
            }));
        }
    }
    lines.push(said("heartbeat", || {
        let mut output = Output::new();
        let result = make().heartbeat_reply(&message, &mut output);
        (result, short(&output.take_contiguous()))
    }));
}

fn decode(codec: &mut dyn Codec, direction: Direction, bytes: &[u8]) -> String {
    let mut metadata = Metadata::new(direction);
    let result = codec.decode(bytes, &mut metadata);
    format!("{result:?} {}", facts(&metadata))
}

/// The message in `bytes`, as a host would have it.
fn decoded(make: Make<'_>, direction: Direction, bytes: &[u8]) -> Option<Metadata> {
    let decode = || {
        let mut metadata = Metadata::new(direction);
        let status = make().decode(bytes, &mut metadata);
        (status, metadata)
    };
    let (status, mut metadata) = catch_unwind(AssertUnwindSafe(decode)).ok()?;
    let Ok(DecodeStatus::Done { consumed }) = status else {
        return None;
    };
    metadata.attach_frame(Bytes::copy_from_slice(bytes.get(..consumed)?));
    Some(metadata)
}

/// What metadata says, but for the frame.
fn facts(metadata: &Metadata) -> String {
    let size = metadata.header_size();
    let mut metadata = metadata.clone();
    metadata.attach_frame(Bytes::new());
    format!("{metadata:?} {size}")
}

/// How many bytes there are, the first, and a checksum that stands for the others.
fn short(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(64)];
    let checksum = crc32fast::hash(bytes);
    format!("{} bytes: {shown:02x?} {checksum:08x}", bytes.len())
}

fn said<T: Debug>(question: &str, answer: impl FnOnce() -> T) -> String {
    match catch_unwind(AssertUnwindSafe(answer)) {
        Ok(answer) => format!("{question}: {answer:?}"),
        Err(_) => format!("{question}: panicked"),
    }
}
