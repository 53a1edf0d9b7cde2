// All of fixed width: read and written at constant places.
#[derive(Clone, Debug)]
pub struct Fixed {
    pub magic: u16,
    pub id: u32,
    pub kind: u8,
    pub status: u8,
    pub length: u32,
}
///The checked fields of a [`Fixed`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
    0                   1                   2                   3
    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 0 |             magic             |              id               |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 4 |                               |     kind      |    status     |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 8 |                            length                             |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
12 /               body (to the end of the message)                /
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 2 bytes | `magic` | unsigned; always `0xCAFE` |
| 2 | 4 bytes | `id` | unsigned; request id |
| 6 | 1 byte | `kind` | unsigned; kind of the message |
| 7 | 1 byte | `status` | unsigned; status |
| 8 | 4 bytes | `length` | unsigned; length of the message, bytes; at most 4096 |
| 12 | to the end of the message | `body` | payload, opaque |
*/
#[derive(Debug)]
pub struct FixedView<'a> {
    magic: u16,
    id: u32,
    kind: u8,
    status: u8,
    length: u32,
    _message: ::core::marker::PhantomData<&'a [u8]>,
}
///A message that starts with a [`Fixed`], of which fields of fixed width can be set in place. Lengths stay as they are; checksums are computed anew.
#[derive(Debug)]
pub struct FixedPatch<'m>(::metaproto_codec::private::Patch<'m>);
#[allow(
    unused_imports,
    clippy::cast_lossless,
    clippy::collapsible_if,
    clippy::elidable_lifetime_names,
    clippy::expl_impl_clone_on_copy,
    clippy::manual_range_contains,
    clippy::match_same_arms,
    clippy::question_mark,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_cast,
    clippy::unnecessary_wraps
)]
const _: () = {
    use ::metaproto_codec::private::{Err, None, Ok, Option, Result, Some, Vec};
    use ::metaproto_codec::{private, schema, wire};
    const _: () = ::core::assert!(
        private::fits(0xCAFE as i128, 16u32, false),
        "the constant does not fit an unsigned field of 16 bits; correct it or change the field"
    );
    const _: () = ::core::assert!(
        private::fits(1 as i128, 8u32, false),
        "the code does not fit an unsigned field of 8 bits; correct it or change the field"
    );
    const _: () = ::core::assert!(
        private::fits(2 as i128, 8u32, false),
        "the code does not fit an unsigned field of 8 bits; correct it or change the field"
    );
    const _: () = ::core::assert!(
        private::fits(0 as i128, 8u32, false),
        "the code does not fit an unsigned field of 8 bits; correct it or change the field"
    );
    const _: () = ::core::assert!(
        private::fits(1 as i128, 8u32, false),
        "the code does not fit an unsigned field of 8 bits; correct it or change the field"
    );
    const _: () = ::core::assert!(
        private::fits(2 as i128, 8u32, false),
        "the code does not fit an unsigned field of 8 bits; correct it or change the field"
    );
    const _: () = ::core::assert!(
        private::can_say(4096, 32u32, 1, 0),
        "the maximum is more than its length field of 32 bits can say; lower the maximum or widen the field"
    );
    impl ::metaproto_codec::Part for Fixed {
        const MIN_LEN: usize = 12usize;
        const MAX_LEN: usize = 12usize;
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Fixed",
            fields: &private::declared([
                private::Declared::Field(
                    schema::Field::number(
                            "magic",
                            schema::NumberKind::Unsigned,
                            2usize,
                            wire::Order::Big,
                        )
                        .constant(
                            schema::Constant::Number(wire::code(0xCAFE as i128, 16u32)),
                        ),
                ),
                private::Declared::Role(
                    "id",
                    schema::NumberKind::Unsigned,
                    4usize,
                    wire::Order::Big,
                    &[schema::Role::RequestId],
                ),
                private::Declared::Role(
                    "kind",
                    schema::NumberKind::Unsigned,
                    1usize,
                    wire::Order::Big,
                    &[
                        schema::Role::MessageType(
                            &[
                                (
                                    wire::code(1 as i128, 8u32),
                                    ::metaproto_codec::MessageType::Request,
                                ),
                                (
                                    wire::code(2 as i128, 8u32),
                                    ::metaproto_codec::MessageType::Response,
                                ),
                            ],
                        ),
                    ],
                ),
                private::Declared::Role(
                    "status",
                    schema::NumberKind::Unsigned,
                    1usize,
                    wire::Order::Big,
                    &[
                        schema::Role::Status {
                            ok: wire::code(0 as i128, 8u32),
                            other: wire::code(2 as i128, 8u32),
                            errors: &[
                                (
                                    wire::code(1 as i128, 8u32),
                                    ::metaproto_codec::ErrorType::RouteNotFound,
                                ),
                            ],
                        },
                    ],
                ),
                private::Declared::Length(
                    "length",
                    schema::NumberKind::Unsigned,
                    4usize,
                    wire::Order::Big,
                    &[
                        schema::Role::FrameLen {
                            offset: 0,
                        },
                    ],
                    4096,
                ),
            ]),
        };
        const IS_QUICK: bool = true;
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            private::write_fixed(
                writer,
                <Self as ::metaproto_codec::Part>::SCHEMA.fields,
                &[
                    private::FixedValue::Stated,
                    private::fixed_number(self.id, 32u32),
                    private::fixed_number(self.kind, 8u32),
                    private::fixed_number(self.status, 8u32),
                    private::FixedValue::Stated,
                ],
            )?;
            writer.body();
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self {
                magic: private::from_code::<
                    u16,
                >(wire::code(0xCAFE as i128, 16u32), 16u32),
                id: 0,
                kind: 0,
                status: 0,
                length: 0,
            }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("magic", private::Show::show(&self.magic)),
                ("id", private::Show::show(&self.id)),
                ("kind", private::Show::show(&self.kind)),
                ("status", private::Show::show(&self.status)),
                ("length", private::Show::show(&self.length)),
            ])
        }
    }
    impl<'a> ::core::marker::Copy for FixedView<'a> {}
    impl<'a> ::core::clone::Clone for FixedView<'a> {
        #[inline]
        fn clone(&self) -> Self {
            *self
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Fixed {
        type View = FixedView<'a>;
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                magic: view.magic,
                id: view.id,
                kind: view.kind,
                status: view.status,
                length: view.length,
            }
        }
        #[inline]
        #[allow(unused_variables)]
        fn index(
            view: &Self::View,
            message: &'a [u8],
            metadata: &mut ::metaproto_codec::Metadata,
        ) {
            {
                let value = view.id;
                #[allow(unused_variables)]
                let raw = wire::bits(wire::Scalar::to_raw(value), 0, 32u32);
                metadata.set_request_id(wire::low64(raw));
            }
            {
                let value = view.kind;
                #[allow(unused_variables)]
                let raw = wire::bits(wire::Scalar::to_raw(value), 0, 8u32);
                private::mark_kind(
                    metadata,
                    raw,
                    &[
                        (
                            wire::code(1 as i128, 8u32),
                            ::metaproto_codec::MessageType::Request,
                        ),
                        (
                            wire::code(2 as i128, 8u32),
                            ::metaproto_codec::MessageType::Response,
                        ),
                    ],
                );
            }
            {
                let value = view.status;
                #[allow(unused_variables)]
                let raw = wire::bits(wire::Scalar::to_raw(value), 0, 8u32);
                private::mark_status(metadata, raw == wire::code(0 as i128, 8u32));
            }
        }
        #[inline]
        fn quick(message: &'a [u8]) -> Option<(Self::View, wire::Sizes)> {
            let Some(bytes) = message.first_chunk::<12usize>() else { return None };
            let raw: u128 = u16::from_be_bytes(private::at(bytes, 0usize)).into();
            if raw != wire::code(0xCAFE as i128, 16u32) {
                return None;
            }
            let magic = <u16 as wire::Scalar>::from_raw(raw, 16u32)?;
            let id = u32::from_be_bytes(private::at(bytes, 2usize));
            let raw: u128 = u8::from_be_bytes(private::at(bytes, 6usize)).into();
            if !private::is_known(
                raw,
                &[
                    (
                        wire::code(1 as i128, 8u32),
                        ::metaproto_codec::MessageType::Request,
                    ),
                    (
                        wire::code(2 as i128, 8u32),
                        ::metaproto_codec::MessageType::Response,
                    ),
                ],
            ) {
                return None;
            }
            let kind = <u8 as wire::Scalar>::from_raw(raw, 8u32)?;
            let status = u8::from_be_bytes(private::at(bytes, 7usize));
            let length = u32::from_be_bytes(private::at(bytes, 8usize));
            let Some(sizes) = private::sizes(
                u128::from(length),
                0,
                4096,
                0usize,
                12usize,
            ) else { return None };
            Some((
                FixedView {
                    magic,
                    id,
                    kind,
                    status,
                    length,
                    _message: ::core::marker::PhantomData,
                },
                sizes,
            ))
        }
    }
    #[allow(dead_code)]
    impl<'a> FixedView<'a> {
        ///The field `magic`.
        #[inline]
        #[must_use]
        pub fn magic(&self) -> u16 {
            self.magic
        }
        ///The field `id`.
        #[inline]
        #[must_use]
        pub fn id(&self) -> u32 {
            self.id
        }
        ///The field `kind`.
        #[inline]
        #[must_use]
        pub fn kind(&self) -> u8 {
            self.kind
        }
        ///The field `status`.
        #[inline]
        #[must_use]
        pub fn status(&self) -> u8 {
            self.status
        }
        ///The field `length`.
        #[inline]
        #[must_use]
        pub fn length(&self) -> u32 {
            self.length
        }
    }
    impl private::Owning for Fixed {}
    impl ::metaproto_codec::Header for Fixed {
        const MAX_FRAME: usize = 4096;
        #[inline]
        fn set_request_id(
            &mut self,
            id: &::metaproto_codec::RequestId,
        ) -> Result<(), ::metaproto_codec::Fault> {
            private::set_id_number::<u32, _>(&mut self.id, id, 32u32)
        }
        #[inline]
        fn make_error(&mut self, error: ::metaproto_codec::ErrorType) {
            private::assign::<u8, _>(&mut self.kind, wire::code(2 as i128, 8u32), 8u32);
            let code = match error {
                ::metaproto_codec::ErrorType::RouteNotFound => {
                    wire::code(1 as i128, 8u32)
                }
                _ => wire::code(2 as i128, 8u32),
            };
            private::assign::<u8, _>(&mut self.status, code, 8u32);
            let _ = error;
        }
        #[inline]
        fn make_pong(&mut self) {
            private::assign::<u8, _>(&mut self.kind, wire::code(2 as i128, 8u32), 8u32);
            private::assign::<
                u8,
                _,
            >(&mut self.status, wire::code(0 as i128, 8u32), 8u32);
        }
        #[inline]
        fn quick_write<S: wire::Sink>(&self, sizes: wire::Sizes, sink: &mut S) -> bool {
            let mut bytes = [0; 12usize];
            private::put(
                &mut bytes,
                0usize,
                private::stored::<
                    2usize,
                >(wire::code(0xCAFE as i128, 16u32), wire::Order::Big),
            );
            private::put(&mut bytes, 2usize, u32::to_be_bytes(self.id));
            private::put(
                &mut bytes,
                6usize,
                private::stored::<
                    1usize,
                >(
                    match wire::Scalar::to_wire(self.kind, 8u32) {
                        Some(raw) => raw,
                        None => return false,
                    },
                    wire::Order::Big,
                ),
            );
            private::put(&mut bytes, 7usize, u8::to_be_bytes(self.status));
            private::put(
                &mut bytes,
                8usize,
                private::stored::<
                    4usize,
                >(
                    match private::number(sizes.frame(), 0, 4096, 1, 32u32) {
                        Some(raw) => raw,
                        None => return false,
                    },
                    wire::Order::Big,
                ),
            );
            if !sink.has_room(12usize) {
                return false;
            }
            sink.put(&bytes);
            true
        }
    }
    /**# Wire layout

```text
    0                   1                   2                   3
    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 0 |             magic             |              id               |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 4 |                               |     kind      |    status     |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 8 |                            length                             |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
12 /               body (to the end of the message)                /
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 2 bytes | `magic` | unsigned; always `0xCAFE` |
| 2 | 4 bytes | `id` | unsigned; request id |
| 6 | 1 byte | `kind` | unsigned; kind of the message |
| 7 | 1 byte | `status` | unsigned; status |
| 8 | 4 bytes | `length` | unsigned; length of the message, bytes; at most 4096 |
| 12 | to the end of the message | `body` | payload, opaque |
*/
    #[allow(dead_code)]
    impl Fixed {
        /**Checks a message, of which the body need not be there, to set fields of its header in place. Where there are checksums it must be whole.

# Errors

As [`view_header`](::metaproto_codec::Header::view_header).*/
        #[inline]
        pub fn patch(
            message: &mut [u8],
        ) -> Result<FixedPatch<'_>, ::metaproto_codec::CodecError> {
            private::Patch::check::<Self>(message, false).map(FixedPatch)
        }
    }
    #[allow(dead_code)]
    impl FixedPatch<'_> {
        /**Sets `id`.

# Errors

[`TooLarge`](::metaproto_codec::Fault::TooLarge) where the value does not fit its 32 bits.*/
        #[inline]
        pub fn set_id(&mut self, value: u32) -> Result<(), ::metaproto_codec::Fault> {
            self.0.store_number(2usize, &u32::to_be_bytes(value))
        }
        /**Sets `kind`.

# Errors

[`TooLarge`](::metaproto_codec::Fault::TooLarge) where the value does not fit its 8 bits.*/
        #[inline]
        pub fn set_kind(&mut self, value: u8) -> Result<(), ::metaproto_codec::Fault> {
            let place = private::Place {
                at: Some(6usize),
                index: 2usize,
                shift: 0u32,
                bits: 8u32,
                order: wire::Order::Big,
            };
            self.0
                .set_number::<
                    Fixed,
                    _,
                    1usize,
                >(
                    place,
                    value,
                    &[wire::code(1 as i128, 8u32), wire::code(2 as i128, 8u32)],
                )
        }
        /**Sets `status`.

# Errors

[`TooLarge`](::metaproto_codec::Fault::TooLarge) where the value does not fit its 8 bits.*/
        #[inline]
        pub fn set_status(&mut self, value: u8) -> Result<(), ::metaproto_codec::Fault> {
            self.0.store_number(7usize, &u8::to_be_bytes(value))
        }
    }
};
