// A part, as it stands and as a block that it fills.
#[derive(Clone, Debug)]
pub struct Zone {
    pub weight: u16,
    pub name: String,
}
///The checked fields of a [`Zone`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |            weight             |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
2 /                       name (to the end)                       /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 2 bytes | `weight` | unsigned |
| 2 | to the end | `name` | text; at most 16 |
*/
#[derive(Clone, Debug)]
pub struct ZoneView<'a> {
    weight: u16,
    name: ::metaproto_codec::wire::Letters<'a>,
    _message: ::core::marker::PhantomData<&'a [u8]>,
}
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
    /**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |            weight             |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
2 /                       name (to the end)                       /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 2 bytes | `weight` | unsigned |
| 2 | to the end | `name` | text; at most 16 |
*/
    impl ::metaproto_codec::Part for Zone {
        const MIN_LEN: usize = 2usize;
        const MAX_LEN: usize = 2usize.saturating_add(0usize.saturating_add(16));
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Zone",
            fields: &private::declared([
                private::Declared::Number(
                    "weight",
                    schema::NumberKind::Unsigned,
                    2usize,
                    wire::Order::Big,
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "name",
                            schema::Shape::Octets {
                                text: true,
                                length: schema::Length::Rest,
                            },
                        )
                        .max(16),
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            if writer.field("weight") {
                let raw = writer.value(self.weight, 16u32)?;
                writer.raw::<2usize>(raw, wire::Order::Big);
            }
            if writer.field("name") {
                writer.bounded(wire::Octets::octets(&self.name).len(), 16)?;
                writer.bytes(wire::Octets::octets(&self.name));
            }
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self {
                weight: 0,
                name: private::empty(),
            }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("weight", private::Show::show(&self.weight)),
                ("name", private::Show::show(&self.name)),
            ])
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Zone {
        type View = ZoneView<'a>;
        fn check(cursor: &mut wire::Cursor<'a>) -> Result<Self::View, wire::Stop> {
            cursor.field("weight");
            let weight = cursor.scalar::<u16, 2usize>(wire::Order::Big)?;
            cursor.field("name");
            let name = {
                let bytes = {
                    let length = cursor.left(16)?;
                    cursor.take(length)?
                };
                cursor.text(bytes)?.into()
            };
            Ok(ZoneView {
                weight,
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
                weight: view.weight,
                name: private::owned::<String>(&view.name, message),
            })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                weight: view.weight,
                name: private::empty(),
            }
        }
    }
    #[allow(dead_code)]
    impl<'a> ZoneView<'a> {
        ///The field `weight`.
        #[inline]
        #[must_use]
        pub fn weight(&self) -> u16 {
            self.weight
        }
        ///The field `name`.
        #[inline]
        #[must_use]
        pub fn name(&self) -> &'a str {
            self.name.as_str()
        }
    }
};
/// Its owner.
#[derive(Clone, Debug)]
pub struct Nested {
    pub block: Zone,
    pub last: Zone,
}
///The checked fields of a [`Nested`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+
0 | block.length  |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
1 /                  block (block.length bytes)                   /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                     last (as its fields)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `block.length` | unsigned; at most 18 |
| 1 | block.length bytes | `block` | part; `Zone`; at most 18 |
| - | as its fields | `last` | part; `Zone` |
*/
#[derive(Clone, Debug)]
pub struct NestedView<'a> {
    block: <Zone as ::metaproto_codec::Read<'a>>::View,
    last: <Zone as ::metaproto_codec::Read<'a>>::View,
    _message: ::core::marker::PhantomData<&'a [u8]>,
}
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
        private::can_say(18, 8u32, 1, 0),
        "the maximum is more than its length field of 8 bits can say; lower the maximum or widen the field"
    );
    /**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+
0 | block.length  |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
1 /                  block (block.length bytes)                   /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                     last (as its fields)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `block.length` | unsigned; at most 18 |
| 1 | block.length bytes | `block` | part; `Zone`; at most 18 |
| - | as its fields | `last` | part; `Zone` |
*/
    impl ::metaproto_codec::Part for Nested {
        const MIN_LEN: usize = 1usize + <Zone as ::metaproto_codec::Part>::MIN_LEN;
        const MAX_LEN: usize = 0usize
            .saturating_add(1usize.saturating_add(18))
            .saturating_add(<Zone as ::metaproto_codec::Part>::MAX_LEN);
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Nested",
            fields: &private::declared([
                private::Declared::Field(
                    schema::Field::new(
                            "block",
                            schema::Shape::Block {
                                part: &<Zone as ::metaproto_codec::Part>::SCHEMA,
                                length: schema::Length::Prefix(
                                    wire::Prefix::new(1usize, wire::Order::Big, 18),
                                ),
                            },
                        )
                        .max(18),
                ),
                private::Declared::Field(
                    schema::Field::new(
                        "last",
                        schema::Shape::Part(&<Zone as ::metaproto_codec::Part>::SCHEMA),
                    ),
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            if writer.field("block") {
                let length = wire::Writer::measure(|writer| ::metaproto_codec::Part::write(
                    &self.block,
                    writer,
                ))?;
                writer.length(length, wire::Prefix::new(1usize, wire::Order::Big, 18))?;
                writer
                    .nested(|writer| ::metaproto_codec::Part::write(
                        &self.block,
                        writer,
                    ))?;
            }
            if writer.field("last") {
                writer
                    .nested(|writer| ::metaproto_codec::Part::write(
                        &self.last,
                        writer,
                    ))?;
            }
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self {
                block: <Zone as ::metaproto_codec::Part>::template(),
                last: <Zone as ::metaproto_codec::Part>::template(),
            }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("block", private::show_part(&self.block)),
                ("last", private::show_part(&self.last)),
            ])
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Nested {
        type View = NestedView<'a>;
        fn check(cursor: &mut wire::Cursor<'a>) -> Result<Self::View, wire::Stop> {
            cursor.field("block");
            let block = {
                let length = cursor
                    .length(wire::Prefix::new(1usize, wire::Order::Big, 18), 1)?;
                cursor
                    .block(
                        length,
                        |block| {
                            block.nested(<Zone as ::metaproto_codec::Read<'a>>::check)
                        },
                    )?
            };
            cursor.field("last");
            let last = cursor.nested(<Zone as ::metaproto_codec::Read<'a>>::check)?;
            Ok(NestedView {
                block,
                last,
                _message: ::core::marker::PhantomData,
            })
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(Self {
                block: <Zone as ::metaproto_codec::Read<
                    '_,
                >>::from_view(&view.block, message)?,
                last: <Zone as ::metaproto_codec::Read<
                    '_,
                >>::from_view(&view.last, message)?,
            })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                block: <Zone as ::metaproto_codec::Read<'_>>::bare(&view.block),
                last: <Zone as ::metaproto_codec::Read<'_>>::bare(&view.last),
            }
        }
    }
    #[allow(dead_code)]
    impl<'a> NestedView<'a> {
        ///The field `block`.
        #[inline]
        #[must_use]
        pub fn block(&self) -> &<Zone as ::metaproto_codec::Read<'a>>::View {
            &self.block
        }
        ///The field `last`.
        #[inline]
        #[must_use]
        pub fn last(&self) -> &<Zone as ::metaproto_codec::Read<'a>>::View {
            &self.last
        }
    }
};
