//! What a decoder says of one message.

use std::fmt::{self, Write as _};
use std::ops::Range;

use bytes::Bytes;

use crate::shared::Shared;
use crate::wire::{is_text, offset_in};
use crate::{Direction, Fault, MessageType, ResponseStatus};

/// What ties a response to its request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RequestId {
    /// A number: the bits of the wire field, zero-extended. A signed field's id is compared by its bits.
    Number(u64),
    /// Bytes, compared as they are.
    Bytes(Bytes),
}

impl RequestId {
    /// The number.
    ///
    /// # Errors
    ///
    /// [`Fault::RequestId`] where it is none, or one that does not fit.
    pub fn number<T: TryFrom<u64>>(&self) -> Result<T, Fault> {
        match self {
            Self::Number(id) => T::try_from(*id).map_err(|_| Fault::RequestId),
            Self::Bytes(_) => Err(Fault::RequestId),
        }
    }
}

impl From<u64> for RequestId {
    fn from(id: u64) -> Self {
        Self::Number(id)
    }
}

/// The value of a property, kept as it was on the wire and rendered when somebody asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Text of the message.
    Text(&'a str),
    /// An unsigned number; rendered in decimal.
    Unsigned(u64),
    /// A signed number; rendered in decimal.
    Signed(i64),
    /// Rendered as `true` or `false`.
    Bool(bool),
    /// Rendered as Rust's shortest round-trip decimal.
    Float(f64),
}

/// Room for a rendered number.
#[derive(Debug, Default)]
pub struct ValueBuf {
    bytes: [u8; 32],
    length: usize,
}

impl fmt::Write for ValueBuf {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length.checked_add(text.len()).ok_or(fmt::Error)?;
        self.bytes
            .get_mut(self.length..end)
            .ok_or(fmt::Error)?
            .copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

impl<'a> Value<'a> {
    /// The value as text, without allocating; `buf` holds the digits of a number.
    ///
    /// ```
    /// use metaproto_codec::{Value, ValueBuf};
    /// assert_eq!(Value::Signed(-7).render(&mut ValueBuf::default()), "-7");
    /// ```
    pub fn render<'b>(&self, buf: &'b mut ValueBuf) -> &'b str
    where
        'a: 'b,
    {
        match *self {
            Self::Text(text) => text,
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            number => {
                buf.length = 0;
                // A float's plain notation can outgrow the room; its exponent form cannot.
                if write!(buf, "{number}").is_err() {
                    buf.length = 0;
                    if let Self::Float(number) = number {
                        let _ = write!(buf, "{number:e}");
                    }
                }
                buf.bytes
                    .get(..buf.length)
                    .and_then(|bytes| str::from_utf8(bytes).ok())
                    .unwrap_or_default()
            }
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Unsigned(number) => number.fmt(f),
            Self::Signed(number) => number.fmt(f),
            Self::Bool(flag) => flag.fmt(f),
            Self::Float(number) => number.fmt(f),
        }
    }
}

/// A range that is copied.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    start: usize,
    end: usize,
}

impl From<Range<usize>> for Span {
    #[inline]
    fn from(Range { start, end }: Range<usize>) -> Self {
        Self { start, end }
    }
}

impl Span {
    fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }
}

/// A recorded value; one without anything to drop, so that forgetting it costs nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Slot {
    /// A number, a flag, or a text that the codec knows.
    Plain(Value<'static>),
    /// Text of the frame.
    InFrame(Span),
    /// Text among those that the metadata owns.
    Owned(Span),
}

/// A property whose name the codec chose.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Own {
    key: &'static str,
    value: Slot,
}

/// A property whose name the peer chose.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Peer {
    /// A text.
    key: Slot,
    value: Slot,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Id {
    Number(u64),
    InFrame(Span),
}

/// What a decoder says of one message: typed facts where they have a role, and properties for routing.
///
/// Texts are ranges of the frame that the message shares with the buffer in which it arrived; numbers stay numbers.
/// Cleared and filled again, a `Metadata` allocates nothing in steady state. It keeps alive the whole chunk in which its
/// message lies, and makes handles of its bytes when somebody asks ([`share_frame`](Self::share_frame)): what is only
/// looked at ([`frame`](Self::frame), [`body`](Self::body)) counts no references.
///
/// A codec fills it during [`Codec::decode`](crate::Codec::decode) with ranges relative to the start of its input; the
/// [`Session`](crate::Session) then attaches the frame. A key set by the codec itself (see
/// [`property`](Self::property)) always wins over a key that the peer chose ([`peer_property`](Self::peer_property)).
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    direction: Direction,
    kind: MessageType,
    request_id: Option<Id>,
    stream_id: Option<u64>,
    status: Option<ResponseStatus>,
    operation: Option<Slot>,
    header_size: usize,
    frame: Shared,
    own: Vec<Own>,
    peers: Vec<Peer>,
    /// Texts that a codec made, one after another.
    texts: String,
}

/// Reading, for hosts.
impl Metadata {
    /// Empty metadata for a message that travels in `direction`.
    #[must_use]
    pub fn new(direction: Direction) -> Self {
        Self {
            direction,
            ..Self::default()
        }
    }

    /// Where the message travels.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// What the message is.
    #[must_use]
    pub fn kind(&self) -> MessageType {
        self.kind
    }

    /// What ties request and response together; `None` where the protocol has no such field.
    #[inline]
    #[must_use]
    pub fn request_id(&self) -> Option<RequestId> {
        Some(match self.request_id? {
            Id::Number(id) => RequestId::Number(id),
            Id::InFrame(Span { start, end }) => RequestId::Bytes(self.frame.share(start..end)),
        })
    }

    /// The stream to which the message belongs.
    #[must_use]
    pub fn stream_id(&self) -> Option<u64> {
        self.stream_id
    }

    /// What a response says of its request; `None` for other kinds.
    #[must_use]
    pub fn status(&self) -> Option<ResponseStatus> {
        self.status
    }

    /// The name of the operation that is called.
    #[must_use]
    pub fn operation(&self) -> Option<Value<'_>> {
        self.operation.as_ref().map(|slot| self.value(slot))
    }

    /// The value of the property `key`, matched without regard to ASCII case: the first of the codec's own, or else the last
    /// of the peer's, which is what readers of maps keep: who routes must see what the peer's server will see. (Of two of the
    /// codec's own that differ in case alone, the one that is spelled like `key`.)
    // In its caller, the key is often known, and the kind of the value.
    #[inline(always)]
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Value<'_>> {
        match self.own.iter().find(|own| own.key == key) {
            Some(own) => Some(self.value(&own.value)),
            None => self.get_in_any_case(key),
        }
    }

    /// Whether the codec itself chose the name of the property `key`, and not the peer.
    #[must_use]
    pub fn is_own(&self, key: &str) -> bool {
        self.own.iter().any(|own| own.key.eq_ignore_ascii_case(key))
    }

    #[inline(never)]
    fn get_in_any_case(&self, key: &str) -> Option<Value<'_>> {
        let is_same = |name: &str| name.eq_ignore_ascii_case(key);
        let own = self.own.iter().find(|own| is_same(own.key));
        let value = match own {
            Some(own) => &own.value,
            None => {
                let mut peers = self.peers.iter();
                &peers.rfind(|peer| is_same(self.name(&peer.key)))?.value
            }
        };
        Some(self.value(value))
    }

    /// All properties: the codec's own first, then the peer's, each in wire order.
    pub fn properties(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        let own = self.own.iter().map(|own| (own.key, self.value(&own.value)));
        let peers = self.peers.iter();
        own.chain(peers.map(|peer| (self.name(&peer.key), self.value(&peer.value))))
    }

    /// The whole message, header and body; empty before it was decoded.
    #[inline]
    #[must_use]
    pub fn frame(&self) -> &[u8] {
        self.frame.bytes()
    }

    /// Bytes of the message before its body.
    #[inline]
    #[must_use]
    pub fn header_size(&self) -> usize {
        self.header_size.min(self.frame().len())
    }

    /// Bytes of the body.
    #[must_use]
    pub fn body_size(&self) -> usize {
        self.frame().len() - self.header_size()
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        self.frame().get(..self.header_size()).unwrap_or_default()
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.frame().get(self.header_size..).unwrap_or_default()
    }

    /// A handle of the whole message, which it shares with the buffer in which it arrived.
    #[must_use]
    pub fn share_frame(&self) -> Bytes {
        self.frame.share(0..self.frame().len())
    }

    /// As [`share_frame`](Self::share_frame), of the body.
    #[must_use]
    pub fn share_body(&self) -> Bytes {
        self.frame.share(self.header_size()..self.frame().len())
    }

    /// A text of the frame. It was checked when it was recorded; a range that a faulty codec made up reads as empty.
    #[inline(never)]
    fn text(&self, span: Span) -> &str {
        str::from_utf8(span.of(self.frame())).unwrap_or_default()
    }

    /// The name of a peer's property.
    #[inline]
    fn name(&self, key: &Slot) -> &str {
        match self.value(key) {
            Value::Text(text) => text,
            _ => "",
        }
    }

    #[inline(always)]
    fn value(&self, slot: &Slot) -> Value<'_> {
        match slot {
            Slot::Plain(value) => *value,
            text => Value::Text(self.text_of(text)),
        }
    }

    #[inline(never)]
    fn text_of(&self, slot: &Slot) -> &str {
        match *slot {
            Slot::InFrame(span) => self.text(span),
            Slot::Owned(Span { start, end }) => self.texts.get(start..end).unwrap_or_default(),
            Slot::Plain(_) => "",
        }
    }
}

/// Writing, for codecs and the drivers of codecs.
impl Metadata {
    /// Forgets the message, keeping the direction and the allocations.
    #[inline]
    pub fn clear(&mut self) {
        self.forget();
        self.frame.release();
    }

    /// As [`clear`](Self::clear), keeping the chunk in which the message lies for the next one there.
    #[inline]
    pub(crate) fn forget(&mut self) {
        self.kind = MessageType::default();
        self.request_id = None;
        self.stream_id = None;
        self.status = None;
        self.operation = None;
        self.header_size = 0;
        self.frame.empty();
        self.own.clear();
        self.peers.clear();
        self.texts.clear();
    }

    /// Forgets the message and turns to another direction.
    #[inline]
    pub fn reset(&mut self, direction: Direction) {
        self.clear();
        self.direction = direction;
    }

    /// As [`reset`](Self::reset), keeping the chunk in which the message lies for the next one there.
    #[inline]
    pub(crate) fn turn(&mut self, direction: Direction) {
        self.forget();
        self.direction = direction;
    }

    /// States what the message is.
    pub fn set_kind(&mut self, kind: MessageType) {
        self.kind = kind;
    }

    /// States the request id.
    pub fn set_request_id(&mut self, id: u64) {
        self.request_id = Some(Id::Number(id));
    }

    /// States a request id that is the bytes at `range` of the input.
    pub fn set_request_id_bytes(&mut self, range: Range<usize>) {
        self.request_id = Some(Id::InFrame(range.into()));
    }

    /// States the stream id.
    pub fn set_stream_id(&mut self, id: u64) {
        self.stream_id = Some(id);
    }

    /// States what a response says of its request.
    pub fn set_status(&mut self, status: ResponseStatus) {
        self.status = Some(status);
    }

    /// States whether a response, whatever its kind so far, tells of success: then it has the status `Ok`, else it is an
    /// [`Error`](MessageType::Error) and has that status. Of a message of another kind it states nothing.
    #[inline]
    pub fn set_outcome(&mut self, is_ok: bool) {
        if matches!(self.kind, MessageType::Response | MessageType::Error) {
            if !is_ok {
                self.kind = MessageType::Error;
            }
            self.status = Some(match is_ok {
                true => ResponseStatus::Ok,
                false => ResponseStatus::Error,
            });
        }
    }

    /// States how many bytes of the message come before the body.
    pub fn set_header_size(&mut self, bytes: usize) {
        self.header_size = bytes;
    }

    /// States the operation.
    #[inline]
    pub fn set_operation(&mut self, value: impl Into<Recorded>) {
        self.operation = Some(self.slot(value.into()));
    }

    /// Adds a property whose name the codec chose.
    #[inline]
    pub fn property(&mut self, key: &'static str, value: impl Into<Recorded>) {
        let value = self.slot(value.into());
        self.own.push(Own { key, value });
    }

    /// Adds a property whose name the peer chose: the UTF-8 text at `key`, a range of the input, or one that was
    /// [composed](Self::compose).
    ///
    /// Names go into routes, logs and statistics: leave out one that is empty or has control characters.
    #[inline]
    pub fn peer_property(&mut self, key: impl Into<Recorded>, value: impl Into<Recorded>) {
        let value = self.slot(value.into());
        let key = self.slot(key.into());
        self.peers.push(Peer { key, value });
    }

    /// Adds a property of which the peer chose the name and the value, both of them parts of `message`, which is the input; or
    /// leaves it out: if the name cannot be one, or either is not UTF-8.
    #[inline]
    pub fn peer_entry(&mut self, message: &[u8], key: &[u8], value: &[u8]) {
        if is_name(key) && is_text(key) && is_text(value) {
            self.peer_property(range(message, key), range(message, value));
        }
    }

    /// Puts a text together that is not in the message as it is, of pieces or of characters, to be recorded as a name, a
    /// value or the operation. The room is kept when the metadata is cleared, so that this allocates nothing in steady state.
    ///
    /// ```
    /// use metaproto_codec::Metadata;
    ///
    /// let mut metadata = Metadata::default();
    /// let operation = metadata.compose(["orders", "/", "list"]);
    /// metadata.set_operation(operation);
    /// assert_eq!(metadata.operation().unwrap().to_string(), "orders/list");
    /// ```
    pub fn compose<T>(&mut self, pieces: impl IntoIterator<Item = T>) -> Recorded
    where
        String: Extend<T>,
    {
        let start = self.texts.len();
        self.texts.extend(pieces);
        let end = self.texts.len();
        Recorded(Given::Slot(Slot::Owned(Span { start, end })))
    }

    /// Gives the metadata the frame to which its ranges refer. The [`Session`](crate::Session) does this after `Done`.
    #[inline]
    pub fn attach_frame(&mut self, frame: Bytes) {
        self.frame.set(frame);
    }

    /// As [`attach_frame`](Self::attach_frame), of the frame at `range` of `chunk`.
    #[inline]
    pub(crate) fn attach_part(&mut self, chunk: &Bytes, range: Range<usize>) {
        self.frame.turn_to(chunk, range);
    }

    #[inline(always)]
    fn slot(&mut self, value: Recorded) -> Slot {
        match value.0 {
            Given::Slot(slot) => slot,
            Given::Text(text) => {
                let start = self.texts.len();
                self.texts.push_str(&text);
                let end = self.texts.len();
                Slot::Owned(Span { start, end })
            }
        }
    }
}

/// Whether a peer's key can name a property. Names go into routes, logs and statistics.
pub(crate) fn is_name(key: &[u8]) -> bool {
    !key.is_empty() && !key.iter().any(u8::is_ascii_control)
}

/// Where `part` lies in `message`; nowhere reads as empty.
#[inline]
pub(crate) fn range(message: &[u8], part: &[u8]) -> Range<usize> {
    let start = offset_in(part, message).unwrap_or(0);
    start..start + part.len()
}

/// A value as a codec records it: a number, a flag, an owned text, or the range of a UTF-8 text in the input.
#[derive(Debug)]
pub struct Recorded(Given);

#[derive(Debug)]
enum Given {
    Slot(Slot),
    Text(String),
}

impl From<Range<usize>> for Recorded {
    #[inline]
    fn from(range: Range<usize>) -> Self {
        Self(Given::Slot(Slot::InFrame(range.into())))
    }
}

impl From<String> for Recorded {
    fn from(text: String) -> Self {
        Self(Given::Text(text))
    }
}

impl From<&'static str> for Recorded {
    #[inline]
    fn from(text: &'static str) -> Self {
        Self(Given::Slot(Slot::Plain(Value::Text(text))))
    }
}

impl From<bool> for Recorded {
    #[inline]
    fn from(flag: bool) -> Self {
        Self(Given::Slot(Slot::Plain(Value::Bool(flag))))
    }
}

macro_rules! recorded_numbers {
    ($($type:ty => $slot:ident),*) => {$(
        impl From<$type> for Recorded {
            #[inline(always)]
            fn from(number: $type) -> Self {
                Self(Given::Slot(Slot::Plain(Value::$slot(number.into()))))
            }
        }
    )*};
}
recorded_numbers!(u8 => Unsigned, u16 => Unsigned, u32 => Unsigned, u64 => Unsigned, i8 => Signed, i16 => Signed,
                  i32 => Signed, i64 => Signed, f32 => Float, f64 => Float);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_keys_win_over_the_peers_and_case_does_not_matter() {
        let mut metadata = Metadata::new(Direction::ClientToServer);
        metadata.peer_property(0..3, 3..7);
        metadata.property("cmd", -5_i16);
        metadata.attach_frame(Bytes::from_static(b"CMDevil"));
        assert_eq!(metadata.get("Cmd"), Some(Value::Signed(-5)));
        assert_eq!(metadata.properties().count(), 2);
        assert!(metadata.is_own("Cmd") && !metadata.is_own("evil"));
    }

    #[test]
    fn of_a_name_that_the_peer_repeats_the_last_value_holds() {
        let mut metadata = Metadata::default();
        metadata.peer_property(0..3, 0..3);
        let composed = metadata.compose(['C', 'm', 'd']);
        metadata.peer_property(composed, 3..7);
        metadata.attach_frame(Bytes::from_static(b"CMDlast"));
        assert_eq!(metadata.get("cmd"), Some(Value::Text("last")));
        let names: Vec<&str> = metadata.properties().map(|(name, _)| name).collect();
        assert_eq!(names, ["CMD", "Cmd"]);
    }

    #[test]
    fn every_number_renders() {
        let mut buf = ValueBuf::default();
        assert_eq!(
            Value::Unsigned(u64::MAX).render(&mut buf),
            u64::MAX.to_string()
        );
        assert_eq!(
            Value::Signed(i64::MIN).render(&mut buf),
            i64::MIN.to_string()
        );
        assert_eq!(
            Value::Float(f64::MAX).render(&mut buf),
            "1.7976931348623157e308"
        );
        assert_eq!(Value::Bool(true).render(&mut buf), "true");
    }

    #[test]
    fn a_range_outside_the_frame_reads_as_empty() {
        let mut metadata = Metadata::default();
        metadata.property("cmd", 4..9);
        metadata.set_request_id_bytes(2..80);
        assert_eq!(metadata.get("cmd"), Some(Value::Text("")));
        assert_eq!(metadata.request_id(), Some(RequestId::Bytes(Bytes::new())));
    }
}
