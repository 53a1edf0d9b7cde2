//! The mistakes, by name.

macro_rules! bugs {
    ($($(#[doc = $what:literal])+ $variant:ident = $id:literal, $rule:literal;)*) => {
        /// One mistake that a codec can be made with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Bug {
            $($(#[doc = $what])+ $variant,)*
        }

        impl Bug {
            /// Every mistake, ordered by the rule that is about it.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in kebab case.
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)*
                }
            }

            /// The mistake as it happens in practice, one sentence.
            pub fn what(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($what),+),)*
                }
                .trim()
            }

            /// The conformance rule that is about it.
            pub const fn caught_by(self) -> &'static str {
                match self {
                    $(Self::$variant => $rule,)*
                }
            }
        }
    };
}

bugs! {
    /// The empty buffer, which hosts present after draining it, is reported as a truncated message.
    EmptyIsError = "empty-is-error", "D001";
    /// The message is handed on when its header is there, without its body.
    DoneAfterHeader = "done-after-header", "D002";
    /// An off-by-one in the length check hands the message on before its last byte has come.
    DoneOneByteEarly = "done-one-byte-early", "D002";
    /// The id is read at the call that first sees it, and not again at the later call whose metadata counts.
    ForgetsIdWhenResumed = "forgets-id-when-resumed", "D003";
    /// Every call is taken to bring only new bytes, so that a second call with the same bytes asks for fewer.
    CountsBytesTwice = "counts-bytes-twice", "D004";
    /// Pongs are "handled elsewhere" and stay in the buffer.
    PongConsumesNothing = "pong-consumes-nothing", "D005";
    /// Whatever is in the buffer is taken off it with the first message.
    TakesWholeBuffer = "takes-whole-buffer", "D006";
    /// The bytes of a longer header are left in the buffer, because the consumed length is computed from the known fields.
    LeavesExtension = "leaves-extension", "D006";
    /// After a message the codec waits for new bytes, though the next message is already there.
    StallsAfterMessage = "stalls-after-message", "D007";
    /// The length of the whole message is asked for, not what of it is missing.
    AsksForWholeFrame = "asks-for-whole-frame", "D008";
    /// Zero more bytes are asked for.
    AsksForNothing = "asks-for-nothing", "D008";
    /// A long body is asked for in steps of 8 KiB, though its length is known.
    AsksInSteps = "asks-in-steps", "D009";
    /// Messages are numbered throughout the process, and the number is shown as a property.
    NumbersMessages = "numbers-messages", "D010";
    /// A message without a method is given the method of the message before.
    KeepsLastMethod = "keeps-last-method", "D011";
    /// After one error response every later response is an error.
    ErrorStatusSticks = "error-status-sticks", "D011";
    /// The id of a half-received message is kept in a place that all connections of the thread share.
    SharesScratch = "shares-scratch", "D012";
    /// A fast path for bytes that lie at some addresses forgets the byte order.
    FastPathForAligned = "fast-path-for-aligned", "D013";
    /// The byte after the message must be the magic of the next.
    PeeksAtNext = "peeks-at-next", "D014";

    /// The id is put into the metadata before the message is whole.
    DescribesTooEarly = "describes-too-early", "M001";
    /// A refused message leaves its id in the metadata.
    DescribesOnError = "describes-on-error", "M001";
    /// The size of the header is not stated, so that the whole message counts as body.
    ForgetsHeaderSize = "forgets-header-size", "M002";
    /// The bytes of a longer header are counted to the body.
    CountsExtensionAsBody = "counts-extension-as-body", "M002";
    /// Any message whose status byte is not zero is an error response, a request too.
    StatusMakesError = "status-makes-error", "M003";
    /// Stream frames fall into the default arm and become requests.
    StreamDataIsRequest = "stream-data-is-request", "M003";
    /// The id passes through a 32-bit variable.
    IdCutTo32 = "id-cut-to-32", "M004";
    /// The id passes through a signed 32-bit variable, which extends its sign.
    IdSignExtended = "id-sign-extended", "M004";
    /// An id of 0 is taken to mean that there is none.
    IdZeroIsNone = "id-zero-is-none", "M004";
    /// Properties with empty names and with control characters in their names are shown to routing and logs.
    ExposesOddKeys = "exposes-odd-keys", "M005";
    /// One-way requests are reported as requests that are owed a response.
    OneWayNotFlagged = "one-way-not-flagged", "M006";
    /// Pings are reported as requests.
    PingNotFlagged = "ping-not-flagged", "M006";
    /// The codec declares a kind of message that it never reports.
    DeclaresTooMuch = "declares-too-much", "M007";
    /// The status 255 counts as success.
    RareStatusIsOk = "rare-status-is-ok", "M010";
    /// A request from the server passes as a response, and a response from the client as a request.
    TurnsWrongDirection = "turns-wrong-direction", "M008";
    /// A peer's property called `method` replaces the operation that is routed on.
    PeerNamesOperation = "peer-names-operation", "M009";
    /// Setting `retries` changes a peer's property of that name, and not the codec's own field.
    SetHitsPeersKey = "set-hits-peers-key", "E002";

    /// With nothing to change, the known fields are written anew and the bytes of a longer header are lost.
    UnchangedLosesExtension = "unchanged-loses-extension", "E001";
    /// Setting `retries` is accepted and not done.
    RetriesDropped = "retries-dropped", "E002";
    /// A property that the message does not have is not added.
    NewKeysDropped = "new-keys-dropped", "E002";
    /// Of several changes only the first is made.
    OnlyFirstChange = "only-first-change", "E002";
    /// A new request id is accepted and not written.
    IdChangeDropped = "id-change-dropped", "M004";
    /// A new stream id is accepted and not written.
    StreamIdChangeDropped = "stream-id-change-dropped", "M004";
    /// Changing one property loses all others.
    OthersLost = "others-lost", "E002";
    /// Properties pass through a stack, which reverses them each time that the header is written.
    ReversesProperties = "reverses-properties", "E003";
    /// The header grows and its length field keeps the old value.
    HeaderLenStale = "header-len-stale", "E004";
    /// The length of the property map counts its own two bytes.
    MapLenCountsItself = "map-len-counts-itself", "E004";
    /// The length of a value is that of its characters, not of its bytes.
    ValueLenInChars = "value-len-in-chars", "E004";
    /// The length of the body is what the old length leaves beside the new header.
    BodyLenStale = "body-len-stale", "E004";
    /// The checksum is copied from the message as it came.
    CrcStale = "crc-stale", "E004";
    /// As many padding bytes are written as the message came with, though its length has changed.
    PaddingStale = "padding-stale", "E004";
    /// The variable-length length is taken to be one byte wide.
    VarintWidthOne = "varint-width-one", "E004";
    /// The output is emptied before the message is written.
    EncodeClearsOutput = "encode-clears-output", "E005";
    /// The announced length is that of the message as it came.
    EncodedLenOfOriginal = "encoded-len-of-original", "E006";
    /// The announced length leaves out the bytes of a longer header.
    EncodedLenForgetsExtension = "encoded-len-forgets-extension", "E006";
    /// The length of a long method is cut to 8 bits.
    MethodLenWraps = "method-len-wraps", "E007";
    /// The length of a long property name is cut to 8 bits.
    KeyLenWraps = "key-len-wraps", "E007";
    /// A number too large for `retries` is cut to 8 bits.
    RetriesWrap = "retries-wrap", "E007";
    /// A value that is too long is cut.
    ValueCut = "value-cut", "E007";
    /// What is not a number becomes 0.
    BadNumberIsZero = "bad-number-is-zero", "E007";
    /// A failed encode leaves the first bytes of the message in the output.
    HalfFrameOnError = "half-frame-on-error", "E008";
    /// A failed encode takes back all that was in the output.
    FailureClearsOutput = "failure-clears-output", "E008";
    /// An unknown key is refused the first time and ignored from then on.
    UnknownKeyReportedOnce = "unknown-key-reported-once", "E009";
    /// Reserved bits are written as zeros.
    ReservedCleared = "reserved-cleared", "E010";
    /// The bytes of a longer header are lost when it is written anew.
    ExtensionDropped = "extension-dropped", "E010";
    /// A removed property stays, with an empty value.
    RemovedIsEmptied = "removed-is-emptied", "E011";
    /// Of several properties of one name only the first is removed.
    RemovesFirstOnly = "removes-first-only", "E011";
    /// Names are compared with regard to case.
    KeysByCase = "keys-by-case", "E012";
    /// A name ends at its first NUL.
    KeyEndsAtNul = "key-ends-at-nul", "E012";
    /// Line breaks in a value are left out.
    StripsLineBreaks = "strips-line-breaks", "E012";
    /// Properties whose names the host uses itself are accepted and not written.
    DropsReservedNames = "drops-reserved-names", "E012";
    /// An instance that has decoded nothing refuses to encode.
    EncodeNeedsDecode = "encode-needs-decode", "E013";
    /// Where the fields lie is remembered from the last message that was decoded, not found in the message to encode.
    EncodeTrustsLastDecode = "encode-trusts-last-decode", "E013";
    /// The payload of a changed message is copied into the output.
    PayloadCopied = "payload-copied", "E014";

    /// An error without a text is not reported to the peer.
    NoReplyWithoutText = "no-reply-without-text", "X001";
    /// The error reply keeps the kind of the request.
    ReplyIsRequest = "reply-is-request", "X002";
    /// The error reply has the status of success.
    ReplyStatusOk = "reply-status-ok", "X002";
    /// The error reply is written twice.
    RepliesTwice = "replies-twice", "X002";
    /// The error reply has the id 0.
    ReplyIdLost = "reply-id-lost", "X003";
    /// The pong has the id 0.
    PongIdLost = "pong-id-lost", "X007";
    /// A type of error that the author did not think of is unreachable code.
    ErrorTypeUnreachable = "error-type-unreachable", "X004";
    /// A type of error for which the protocol has no code is refused.
    ErrorTypeRefused = "error-type-refused", "X004";
    /// The text of an error is written whole, and its length cut to 16 bits.
    TextLenWraps = "text-len-wraps", "X005";
    /// The text of an error is cut in the middle of a character.
    TextCutInChar = "text-cut-in-char", "X005";
    /// The brackets in the text of an error are taken for the protocol's own.
    TextNotEscaped = "text-not-escaped", "X005";
    /// A one-way request gets an error reply.
    AnswersOneWay = "answers-one-way", "X006";
    /// A response that the host could not deliver is answered with an error.
    AnswersResponses = "answers-responses", "X006";
    /// A ping gets no pong.
    NoPong = "no-pong", "X007";
    /// A ping gets two pongs.
    TwoPongs = "two-pongs", "X007";
    /// A ping gets a ping, which the peer answers in turn.
    PongIsPing = "pong-is-ping", "X007";
    /// Pongs are answered too, for ever.
    PongForPong = "pong-for-pong", "X007";
    /// Any request is answered with a pong.
    PongForRequest = "pong-for-request", "X007";
    /// The message behind a ping waits until more bytes come.
    PingDelaysNext = "ping-delays-next", "X007";

    /// A length in the property map is used to slice before it is checked.
    PairSlicePanics = "pair-slice-panics", "R001";
    /// After an error the codec goes on one byte further.
    ResumesAfterError = "resumes-after-error", "R002";
    /// Bytes that are no message are skipped up to the next magic.
    ScansForMagic = "scans-for-magic", "R003";
    /// The magic is looked at when the whole fixed header is there.
    MagicCheckedLate = "magic-checked-late", "R003";
    /// The version is not looked at.
    VersionIgnored = "version-ignored", "R003";
    /// Every error is turned into a wait for more bytes.
    ErrorsBecomeWait = "errors-become-wait", "R003";
    /// A header length below the fixed part is taken for the fixed part.
    ShortHeaderAccepted = "short-header-accepted", "R004";
    /// The property map may reach beyond the header into the body.
    MapReadsIntoBody = "map-reads-into-body", "R004";
    /// A pair that does not fit its map ends the map silently.
    HalfPairIgnored = "half-pair-ignored", "R004";
    /// The limit is checked on the 32-bit sum of the lengths, which wraps.
    LengthSumWraps = "length-sum-wraps", "R005";
    /// The length of the body is read as signed, and a negative one is taken for 0.
    LengthSigned = "length-signed", "R005";
    /// A body above the maximum is refused when all of it has come.
    MaxCheckedLate = "max-checked-late", "R006";
    /// Room is made for the whole message as soon as its length can be read.
    ReservesByLength = "reserves-by-length", "R007";
    /// Any byte of the message, not only of its fixed header, is declared to be worth a look.
    FixedHeaderIsWholeFrame = "fixed-header-is-whole-frame", "R008";
    /// One more byte is asked for, always, and the message is read from its start each time.
    AsksByteByByte = "asks-byte-by-byte", "R008";
    /// A look into the body, for its groups, recurses at each opening parenthesis.
    RecursesIntoBody = "recurses-into-body", "R009";
    /// A kind that the protocol does not define is a request.
    UnknownKindIsRequest = "unknown-kind-is-request", "R010";
    /// A method that is not UTF-8 is mended with replacement characters.
    LossyMethod = "lossy-method", "R010";
    /// Errors do not say where.
    ErrorsWithoutPlace = "errors-without-place", "R010";
    /// Dropping the codec in the middle of a message panics.
    DropPanics = "drop-panics", "R011";
    /// A body of just the maximum is refused: `<` for `<=`.
    MaximumRefused = "maximum-refused", "R012";

    /// The id is read and written with the wrong byte order.
    IdLittleEndian = "id-little-endian", "V001";
    /// The codes of responses and error responses are exchanged, on reading and writing.
    CodesExchanged = "codes-exchanged", "V001";
    /// Groups nest as deep as the body is long, beyond the depth that the protocol allows.
    DepthUnbounded = "depth-unbounded", "V002";
    /// The checksum is computed for writing and not compared on reading.
    CrcNotChecked = "crc-not-checked", "V002";
    /// Padding is skipped without a look.
    PaddingNotChecked = "padding-not-checked", "V002";
    /// A length in more bytes than it needs is accepted.
    OverlongVarint = "overlong-varint", "V002";
    /// An id of all ones means "none" inside the codec, and a message that has it is refused.
    AllOnesRefused = "all-ones-refused", "V003";
}

impl Bug {
    /// Whether it is a mistake of `Knot`; the others are mistakes of `Cart`.
    pub const fn is_of_knot(self) -> bool {
        matches!(
            self,
            Self::CrcStale
                | Self::PaddingStale
                | Self::StreamIdChangeDropped
                | Self::VarintWidthOne
                | Self::UnknownKeyReportedOnce
                | Self::TextNotEscaped
                | Self::AsksByteByByte
                | Self::DepthUnbounded
                | Self::IdLittleEndian
                | Self::CodesExchanged
                | Self::CrcNotChecked
                | Self::PaddingNotChecked
                | Self::OverlongVarint
        )
    }
}

/// The mistake that a codec is made with, if any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bugs(pub Option<Bug>);

impl Bugs {
    /// Whether the codec makes this mistake.
    pub fn has(self, bug: Bug) -> bool {
        self.0 == Some(bug)
    }
}
