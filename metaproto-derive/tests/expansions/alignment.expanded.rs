// A text that ends at a multiple of four bytes, and a length in words.
#[derive(Clone, Debug)]
pub struct Aligned {
    pub words: u16,
    pub size: u8,
    pub name: String,
}
///The checked fields of a [`Aligned`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |     words     |     size      |          name.length          |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
4 /                   name (name.length bytes)                    /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /         name padding (zeros to a multiple of 4 bytes)         /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  :                               1                               :
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                      body (as size says)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  1 = header extension (to the end of the header, if the header is longer)
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `words` | unsigned; length of the header, bytes; in units of 4; at most 1020 |
| 1 | 1 byte | `size` | unsigned; length of the body and 1 more, bytes; at most 254 |
| 2 | 2 bytes | `name.length` | unsigned, little-endian; at most 64 |
| 4 | name.length bytes | `name` | text; at most 64 |
| - | zeros to a multiple of 4 bytes | `name padding` | |
| - | to the end of the header | `header extension` | if the header is longer; kept as it is |
| - | as size says | `body` | payload, opaque |
*/
#[derive(Clone, Debug)]
pub struct AlignedView<'a> {
    words: u16,
    size: u8,
    name: ::metaproto_codec::wire::Letters<'a>,
    _message: ::core::marker::PhantomData<&'a [u8]>,
}
///A message that starts with a [`Aligned`], of which fields of fixed width can be set in place. Lengths stay as they are; checksums are computed anew.
#[derive(Debug)]
pub struct AlignedPatch<'m>(::metaproto_codec::private::Patch<'m>);
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
        private::can_say(1020, 8u32, 4, 0),
        "the maximum is more than its length field of 8 bits can say; lower the maximum or widen the field"
    );
    const _: () = ::core::assert!(
        private::fits_scaled(8u32, 4, < u16 > ::MIN as i128, < u16 > ::MAX as i128),
        "the largest number of 8 bits times the scale does not fit `u16`; use a wider type and say `bytes` or `bits`"
    );
    const _: () = ::core::assert!(
        private::can_say(254, 8u32, 1, (- 1) as i128),
        "the maximum is more than its length field of 8 bits can say; lower the maximum or widen the field"
    );
    const _: () = ::core::assert!(
        private::can_say(64, 16u32, 1, 0),
        "the maximum is more than its length field of 16 bits can say; lower the maximum or widen the field"
    );
    impl ::metaproto_codec::Part for Aligned {
        const MIN_LEN: usize = 4usize;
        const MAX_LEN: usize = 2usize
            .saturating_add(2usize.saturating_add(64).saturating_add(4 - 1));
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Aligned",
            fields: &private::declared([
                private::Declared::Field(
                    schema::Field::number(
                            "words",
                            schema::NumberKind::Unsigned,
                            1usize,
                            wire::Order::Little,
                        )
                        .roles(
                            &[
                                schema::Role::HeaderLen {
                                    offset: 0,
                                },
                            ],
                        )
                        .max(1020)
                        .scale(4),
                ),
                private::Declared::Length(
                    "size",
                    schema::NumberKind::Unsigned,
                    1usize,
                    wire::Order::Little,
                    &[
                        schema::Role::BodyLen {
                            offset: (-1) as i128,
                        },
                    ],
                    254,
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "name",
                            schema::Shape::Octets {
                                text: true,
                                length: schema::Length::Prefix(
                                    wire::Prefix::new(2usize, wire::Order::Little, 64),
                                ),
                            },
                        )
                        .max(64)
                        .align(4),
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            let start = writer.position();
            if writer.field("words") {
                let raw = {
                    let number = {
                        let number = writer.header_len(0, 1020)?;
                        writer.number_of(number, 4, 0)?
                    };
                    writer.fitting(number, 8u32)?
                };
                writer.raw::<1usize>(raw, wire::Order::Little);
            }
            if writer.field("size") {
                let raw = {
                    let number = writer.body_len((-1) as i128, 254)?;
                    writer.fitting(number, 8u32)?
                };
                writer.raw::<1usize>(raw, wire::Order::Little);
            }
            if writer.field("name") {
                writer
                    .prefixed(
                        wire::Octets::octets(&self.name),
                        wire::Prefix::new(2usize, wire::Order::Little, 64),
                    )?;
                writer.align(start, 4);
            }
            writer.body();
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self {
                words: 0,
                size: 0,
                name: private::empty(),
            }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("words", private::Show::show(&self.words)),
                ("size", private::Show::show(&self.size)),
                ("name", private::Show::show(&self.name)),
            ])
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Aligned {
        type View = AlignedView<'a>;
        fn check(cursor: &mut wire::Cursor<'a>) -> Result<Self::View, wire::Stop> {
            let start = cursor.position();
            cursor.field("words");
            let words = cursor
                .scalar::<u16, 1usize>(wire::Order::Little)?
                .wrapping_mul(4);
            cursor.header_len(u128::from(words), 0, 1020)?;
            cursor.field("size");
            let size = cursor.scalar::<u8, 1usize>(wire::Order::Little)?;
            cursor.body_len(u128::from(size), (-1) as i128, 254)?;
            cursor.field("name");
            let name = cursor
                .prefixed_text(wire::Prefix::new(2usize, wire::Order::Little, 64))?
                .into();
            cursor.align(start, 4)?;
            Ok(AlignedView {
                words,
                size,
                name,
                _message: ::core::marker::PhantomData,
            })
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(Self {
                words: view.words,
                size: view.size,
                name: private::owned::<String>(&view.name, message),
            })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                words: view.words,
                size: view.size,
                name: private::empty(),
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
    impl<'a> AlignedView<'a> {
        ///The field `words`.
        #[inline]
        #[must_use]
        pub fn words(&self) -> u16 {
            self.words
        }
        ///The field `size`.
        #[inline]
        #[must_use]
        pub fn size(&self) -> u8 {
            self.size
        }
        ///The field `name`.
        #[inline]
        #[must_use]
        pub fn name(&self) -> &'a str {
            self.name.as_str()
        }
    }
    impl private::Owning for Aligned {}
    impl ::metaproto_codec::Header for Aligned {
        const MAX_FRAME: usize = usize::saturating_add(1020, 254);
    }
    /**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |     words     |     size      |          name.length          |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
4 /                   name (name.length bytes)                    /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /         name padding (zeros to a multiple of 4 bytes)         /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  :                               1                               :
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                      body (as size says)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  1 = header extension (to the end of the header, if the header is longer)
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `words` | unsigned; length of the header, bytes; in units of 4; at most 1020 |
| 1 | 1 byte | `size` | unsigned; length of the body and 1 more, bytes; at most 254 |
| 2 | 2 bytes | `name.length` | unsigned, little-endian; at most 64 |
| 4 | name.length bytes | `name` | text; at most 64 |
| - | zeros to a multiple of 4 bytes | `name padding` | |
| - | to the end of the header | `header extension` | if the header is longer; kept as it is |
| - | as size says | `body` | payload, opaque |
*/
    #[allow(dead_code)]
    impl Aligned {
        /**Checks a message, of which the body need not be there, to set fields of its header in place. Where there are checksums it must be whole.

# Errors

As [`view_header`](::metaproto_codec::Header::view_header).*/
        #[inline]
        pub fn patch(
            message: &mut [u8],
        ) -> Result<AlignedPatch<'_>, ::metaproto_codec::CodecError> {
            private::Patch::check::<Self>(message, false).map(AlignedPatch)
        }
    }
};
