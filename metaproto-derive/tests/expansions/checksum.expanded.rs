// A checksum behind the body.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub length: u32,
    pub sum: u32,
}
///The checked fields of a [`Sealed`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
    0                   1                   2                   3
    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 0 |                            length                             |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 4 /                   body (up to the trailer)                    /
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
-4 |                              sum                              |  trailer
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 4 bytes | `length` | unsigned; length of the message, bytes; at most 4096 |
| 4 | up to the trailer | `body` | payload, opaque |
| end - 4 | 4 bytes | `sum` | trailer; unsigned; checksum `crc32c` |
*/
#[derive(Debug)]
pub struct SealedView<'a> {
    length: u32,
    sum: u32,
    _message: ::core::marker::PhantomData<&'a [u8]>,
}
///A message that starts with a [`Sealed`], of which fields of fixed width can be set in place. Lengths stay as they are; checksums are computed anew.
#[derive(Debug)]
pub struct SealedPatch<'m>(::metaproto_codec::private::Patch<'m>);
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
        private::can_say(4096, 32u32, 1, 0),
        "the maximum is more than its length field of 32 bits can say; lower the maximum or widen the field"
    );
    impl ::metaproto_codec::Part for Sealed {
        const MIN_LEN: usize = 4usize;
        const MAX_LEN: usize = 4usize;
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Sealed",
            fields: &private::declared([
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
                private::Declared::Field(
                    schema::Field::number(
                            "sum",
                            schema::NumberKind::Unsigned,
                            4usize,
                            wire::Order::Big,
                        )
                        .trailer()
                        .checksum(schema::Checksum {
                            algorithm: <wire::Crc32c as wire::Checksum>::NAME,
                            compute: wire::checksum_of::<wire::Crc32c>,
                            from: schema::Edge::Start,
                            to: schema::Edge::Before("sum"),
                        }),
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            let start = writer.position();
            if writer.field("length") {
                let raw = {
                    let number = writer.frame_len(0, 4096)?;
                    writer.fitting(number, 32u32)?
                };
                writer.raw::<4usize>(raw, wire::Order::Big);
            }
            writer.body();
            let before_sum = writer.position();
            if writer.field("sum") {
                let raw = 0;
                writer.raw::<4usize>(raw, wire::Order::Big);
            }
            writer
                .seal::<
                    wire::Crc32c,
                    4usize,
                >(
                    before_sum,
                    Some(start),
                    wire::Reach::At(before_sum),
                    wire::Order::Big,
                );
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self { length: 0, sum: 0 }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("length", private::Show::show(&self.length)),
                ("sum", private::Show::show(&self.sum)),
            ])
        }
    }
    impl<'a> ::core::marker::Copy for SealedView<'a> {}
    impl<'a> ::core::clone::Clone for SealedView<'a> {
        #[inline]
        fn clone(&self) -> Self {
            *self
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Sealed {
        type View = SealedView<'a>;
        fn check(cursor: &mut wire::Cursor<'a>) -> Result<Self::View, wire::Stop> {
            let start = cursor.position();
            cursor.expect_trailer("sum", 4usize)?;
            cursor.field("length");
            let length = cursor.scalar::<u32, 4usize>(wire::Order::Big)?;
            cursor.frame_len(u128::from(length), 0, 4096)?;
            cursor.body()?;
            let before_sum = cursor.position();
            cursor.field("sum");
            let sum = cursor.scalar::<u32, 4usize>(wire::Order::Big)?;
            let sum_raw = wire::bits(wire::Scalar::to_raw(sum), 0, 32u32);
            cursor
                .checksum::<
                    wire::Crc32c,
                >("sum", sum_raw, before_sum..before_sum + 4usize, start..before_sum)?;
            Ok(SealedView {
                length,
                sum,
                _message: ::core::marker::PhantomData,
            })
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(Self {
                length: view.length,
                sum: view.sum,
            })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                length: view.length,
                sum: view.sum,
            }
        }
        #[inline]
        #[allow(unused_variables)]
        fn index(
            view: &Self::View,
            message: &'a [u8],
            metadata: &mut ::metaproto_codec::Metadata,
        ) {}
    }
    #[allow(dead_code)]
    impl<'a> SealedView<'a> {
        ///The field `length`.
        #[inline]
        #[must_use]
        pub fn length(&self) -> u32 {
            self.length
        }
        ///The field `sum`.
        #[inline]
        #[must_use]
        pub fn sum(&self) -> u32 {
            self.sum
        }
    }
    impl private::Owning for Sealed {}
    impl ::metaproto_codec::Header for Sealed {
        const MAX_FRAME: usize = 4096;
    }
    /**# Wire layout

```text
    0                   1                   2                   3
    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 0 |                            length                             |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 4 /                   body (up to the trailer)                    /
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
-4 |                              sum                              |  trailer
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 4 bytes | `length` | unsigned; length of the message, bytes; at most 4096 |
| 4 | up to the trailer | `body` | payload, opaque |
| end - 4 | 4 bytes | `sum` | trailer; unsigned; checksum `crc32c` |
*/
    #[allow(dead_code)]
    impl Sealed {
        /**Checks a message, of which the body need not be there, to set fields of its header in place. Where there are checksums it must be whole.

# Errors

As [`view_header`](::metaproto_codec::Header::view_header).*/
        #[inline]
        pub fn patch(
            message: &mut [u8],
        ) -> Result<SealedPatch<'_>, ::metaproto_codec::CodecError> {
            private::Patch::check::<Self>(message, true).map(SealedPatch)
        }
    }
};
