// Fields that share bytes.
#[derive(Clone, Debug)]
pub struct Bits {
    pub version: u8,
    pub is_oneway: bool,
    pub spare: u8,
    pub size: u8,
}
///The checked fields of a [`Bits`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |version|1|spare|     size      |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
2 /                      body (as size says)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  1 = is_oneway
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0.0 | 4 bits | `version` | unsigned; always `1` |
| 0.4 | 1 bit | `is_oneway` | flag; tells one-way requests |
| 0.5 | 3 bits | `spare` | unsigned; reserved, kept as it is |
| 1 | 1 byte | `size` | unsigned; length of the body, bytes; at most 255 |
| 2 | as size says | `body` | payload, opaque |
*/
#[derive(Debug)]
pub struct BitsView<'a> {
    version: u8,
    is_oneway: bool,
    spare: u8,
    size: u8,
    _message: ::core::marker::PhantomData<&'a [u8]>,
}
///A message that starts with a [`Bits`], of which fields of fixed width can be set in place. Lengths stay as they are; checksums are computed anew.
#[derive(Debug)]
pub struct BitsPatch<'m>(::metaproto_codec::private::Patch<'m>);
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
        private::fits(1 as i128, 4u32, false),
        "the constant does not fit an unsigned field of 4 bits; correct it or change the field"
    );
    const _: () = ::core::assert!(
        private::fits(1 as i128, 1u32, false),
        "the code does not fit a boolean, which is 0 or 1; correct it"
    );
    const _: () = ::core::assert!(
        private::can_say(255, 8u32, 1, 0),
        "the maximum is more than its length field of 8 bits can say; lower the maximum or widen the field"
    );
    impl ::metaproto_codec::Part for Bits {
        const MIN_LEN: usize = 2usize;
        const MAX_LEN: usize = 2usize;
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Bits",
            fields: &private::declared([
                private::Declared::Field(
                    schema::Field::new(
                            "version",
                            schema::Shape::Bits {
                                kind: schema::NumberKind::Unsigned,
                                bits: 4u32,
                                shift: 4u32,
                                group: 1usize,
                                order: wire::Order::Big,
                                first: true,
                            },
                        )
                        .constant(schema::Constant::Number(wire::code(1 as i128, 4u32))),
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "is_oneway",
                            schema::Shape::Bits {
                                kind: schema::NumberKind::Bool,
                                bits: 1u32,
                                shift: 3u32,
                                group: 1usize,
                                order: wire::Order::Big,
                                first: false,
                            },
                        )
                        .roles(&[schema::Role::OneWay(wire::code(1 as i128, 1u32))]),
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "spare",
                            schema::Shape::Bits {
                                kind: schema::NumberKind::Unsigned,
                                bits: 3u32,
                                shift: 0u32,
                                group: 1usize,
                                order: wire::Order::Big,
                                first: false,
                            },
                        )
                        .roles(&[schema::Role::Reserved]),
                ),
                private::Declared::Length(
                    "size",
                    schema::NumberKind::Unsigned,
                    1usize,
                    wire::Order::Big,
                    &[schema::Role::BodyLen { offset: 0 }],
                    255,
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
                    private::fixed_number(self.is_oneway, 1u32),
                    private::fixed_number(self.spare, 3u32),
                    private::FixedValue::Stated,
                ],
            )?;
            writer.body();
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self {
                version: private::from_code::<u8>(wire::code(1 as i128, 4u32), 4u32),
                is_oneway: false,
                spare: 0,
                size: 0,
            }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("version", private::Show::show(&self.version)),
                ("is_oneway", private::Show::show(&self.is_oneway)),
                ("spare", private::Show::show(&self.spare)),
                ("size", private::Show::show(&self.size)),
            ])
        }
    }
    impl<'a> ::core::marker::Copy for BitsView<'a> {}
    impl<'a> ::core::clone::Clone for BitsView<'a> {
        #[inline]
        fn clone(&self) -> Self {
            *self
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Bits {
        type View = BitsView<'a>;
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                version: view.version,
                is_oneway: view.is_oneway,
                spare: view.spare,
                size: view.size,
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
                let value = view.is_oneway;
                #[allow(unused_variables)]
                let raw = wire::bits(wire::Scalar::to_raw(value), 0, 1u32);
                private::mark_oneway(metadata, raw == wire::code(1 as i128, 1u32));
            }
        }
        #[inline]
        fn quick(message: &'a [u8]) -> Option<(Self::View, wire::Sizes)> {
            let Some(bytes) = message.first_chunk::<2usize>() else { return None };
            let raw: u128 = wire::bits(
                u8::from_be_bytes(private::at(bytes, 0usize)).into(),
                4u32,
                4u32,
            );
            if raw != wire::code(1 as i128, 4u32) {
                return None;
            }
            let version = <u8 as wire::Scalar>::from_raw(raw, 4u32)?;
            let raw: u128 = wire::bits(
                u8::from_be_bytes(private::at(bytes, 0usize)).into(),
                3u32,
                1u32,
            );
            let is_oneway = <bool as wire::Scalar>::from_raw(raw, 1u32)?;
            let raw: u128 = wire::bits(
                u8::from_be_bytes(private::at(bytes, 0usize)).into(),
                0u32,
                3u32,
            );
            let spare = <u8 as wire::Scalar>::from_raw(raw, 3u32)?;
            let size = u8::from_be_bytes(private::at(bytes, 1usize));
            let Some(sizes) = private::sizes(u128::from(size), 0, 255, 2usize, 2usize)
            else { return None };
            Some((
                BitsView {
                    version,
                    is_oneway,
                    spare,
                    size,
                    _message: ::core::marker::PhantomData,
                },
                sizes,
            ))
        }
    }
    #[allow(dead_code)]
    impl<'a> BitsView<'a> {
        ///The field `version`.
        #[inline]
        #[must_use]
        pub fn version(&self) -> u8 {
            self.version
        }
        ///The field `is_oneway`.
        #[inline]
        #[must_use]
        pub fn is_oneway(&self) -> bool {
            self.is_oneway
        }
        ///The field `spare`.
        #[inline]
        #[must_use]
        pub fn spare(&self) -> u8 {
            self.spare
        }
        ///The field `size`.
        #[inline]
        #[must_use]
        pub fn size(&self) -> u8 {
            self.size
        }
    }
    impl private::Owning for Bits {}
    impl ::metaproto_codec::Header for Bits {
        const MAX_FRAME: usize = usize::saturating_add(
            <Self as ::metaproto_codec::Part>::MAX_LEN,
            255,
        );
        #[inline]
        fn quick_write<S: wire::Sink>(&self, sizes: wire::Sizes, sink: &mut S) -> bool {
            let mut bytes = [0; 2usize];
            let group = wire::code(1 as i128, 4u32) << 4u32;
            let group = group
                | (match wire::Scalar::to_wire(self.is_oneway, 1u32) {
                    Some(raw) => raw,
                    None => return false,
                } << 3u32);
            let group = group
                | (match wire::Scalar::to_wire(self.spare, 3u32) {
                    Some(raw) => raw,
                    None => return false,
                });
            private::put(
                &mut bytes,
                0usize,
                private::stored::<1usize>(group, wire::Order::Big),
            );
            private::put(
                &mut bytes,
                1usize,
                private::stored::<
                    1usize,
                >(
                    match private::number(sizes.body, 0, 255, 1, 8u32) {
                        Some(raw) => raw,
                        None => return false,
                    },
                    wire::Order::Big,
                ),
            );
            if !sink.has_room(2usize) {
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
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |version|1|spare|     size      |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
2 /                      body (as size says)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  1 = is_oneway
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0.0 | 4 bits | `version` | unsigned; always `1` |
| 0.4 | 1 bit | `is_oneway` | flag; tells one-way requests |
| 0.5 | 3 bits | `spare` | unsigned; reserved, kept as it is |
| 1 | 1 byte | `size` | unsigned; length of the body, bytes; at most 255 |
| 2 | as size says | `body` | payload, opaque |
*/
    #[allow(dead_code)]
    impl Bits {
        /**Checks a message, of which the body need not be there, to set fields of its header in place. Where there are checksums it must be whole.

# Errors

As [`view_header`](::metaproto_codec::Header::view_header).*/
        #[inline]
        pub fn patch(
            message: &mut [u8],
        ) -> Result<BitsPatch<'_>, ::metaproto_codec::CodecError> {
            private::Patch::check::<Self>(message, false).map(BitsPatch)
        }
    }
    #[allow(dead_code)]
    impl BitsPatch<'_> {
        /**Sets `is_oneway`.

# Errors

[`TooLarge`](::metaproto_codec::Fault::TooLarge) where the value does not fit its 1 bits.*/
        #[inline]
        pub fn set_is_oneway(
            &mut self,
            value: bool,
        ) -> Result<(), ::metaproto_codec::Fault> {
            let place = private::Place {
                at: Some(0usize),
                index: 0usize,
                shift: 3u32,
                bits: 1u32,
                order: wire::Order::Big,
            };
            self.0.set_number::<Bits, _, 1usize>(place, value, &[])
        }
    }
};
