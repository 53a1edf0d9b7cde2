//! Error replies and pongs: what they repeat of a request, what they say themselves, and which fields come and go.

use metaproto_codec::{
    Codec, DecodeStatus, Direction, Error, ErrorType, Header, HeaderCodec, MessageType, Metadata,
    Output, Part, RequestId,
};

/// A command whose code tells request from response once more, and whose last field depends on the kind.
#[derive(Header, Clone, Debug, PartialEq, Eq)]
#[header(big_endian)]
struct Command {
    #[header(message_type(response = 0, request = 1))]
    kind: u8,
    #[header(heartbeat = 0, reply = 2)]
    code: u16,
    #[header(request_id)]
    id: u16,
    #[header(when = kind != 0)]
    timeout: Option<u8>,
    #[header(when = kind == 0, status(ok = 0, over_limit = 4, other = 1))]
    status: Option<u16>,
    #[header(body_len, max = 9)]
    size: u8,
}

fn decoded(bytes: &[u8], direction: Direction) -> Metadata {
    let mut metadata = Metadata::new(direction);
    let status = HeaderCodec::<Command>::new()
        .decode(bytes, &mut metadata)
        .unwrap();
    let consumed = bytes.len();
    assert_eq!(status, DecodeStatus::Done { consumed });
    metadata.attach_frame(bytes.to_vec().into());
    metadata
}

fn replied(request: &Metadata, r#type: ErrorType) -> Vec<u8> {
    let mut output = Output::new();
    let error = Error {
        r#type,
        message: "",
    };
    HeaderCodec::<Command>::new()
        .on_error(request, &error, &mut output)
        .unwrap();
    output.take_contiguous().to_vec()
}

#[test]
fn a_reply_has_the_fields_and_codes_of_a_response() {
    let request = decoded(&[1, 0, 1, 0, 7, 9, 0], Direction::ClientToServer);
    let reply = replied(&request, ErrorType::OverLimit);
    assert_eq!(reply, [0, 0, 2, 0, 7, 0, 4, 0]);
    let reply = decoded(&reply, Direction::ServerToClient);
    assert_eq!(
        (reply.kind(), reply.request_id()),
        (MessageType::Error, Some(RequestId::Number(7)))
    );
}

#[test]
fn a_reply_to_nothing_that_is_known_is_a_response() {
    let request = Metadata::new(Direction::ClientToServer);
    assert_eq!(
        replied(&request, ErrorType::Unspecified),
        [0, 0, 2, 0, 0, 0, 1, 0]
    );
}

#[test]
fn a_pong_has_the_fields_of_a_response() {
    let ping = decoded(&[1, 0, 0, 0, 7, 9, 0], Direction::ClientToServer);
    let mut output = Output::new();
    HeaderCodec::<Command>::new()
        .heartbeat_reply(&ping, &mut output)
        .unwrap();
    assert_eq!(output.take_contiguous(), &[0, 0, 0, 0, 7, 0, 0, 0][..]);
}

#[test]
fn a_template_can_be_written() {
    let template = Command::template();
    assert_eq!((template.timeout, template.status), (None, Some(0)));
    assert_eq!(template.to_frame(b"").unwrap(), [0; 8]);
}
