// Numbers in as many bytes as they need.
#[derive(Clone, Debug)]
pub struct Varints {
    pub count: u32,
    pub ticks: u64,
    pub delta: i32,
    pub ids: Vec<u32>,
}
///The checked fields of a [`Varints`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 /                     count (1 to 5 bytes)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                     ticks (1 to 10 bytes)                     /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                     delta (1 to 5 bytes)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                  ids.length (1 to 10 bytes)                   /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                    ids (ids.length items)                     /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 to 5 bytes | `count` | LEB128 |
| - | 1 to 10 bytes | `ticks` | VLQ |
| - | 1 to 5 bytes | `delta` | LEB128, zigzag |
| - | 1 to 10 bytes | `ids.length` | LEB128; at most 8 |
| - | ids.length items | `ids` | list; of LEB128; at most 8 |
*/
#[derive(Clone, Debug)]
pub struct VarintsView<'a> {
    count: u32,
    ticks: u64,
    delta: i32,
    ids: ::metaproto_codec::wire::Items<'a, Varints, 3usize>,
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
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 /                     count (1 to 5 bytes)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                     ticks (1 to 10 bytes)                     /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                     delta (1 to 5 bytes)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                  ids.length (1 to 10 bytes)                   /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                    ids (ids.length items)                     /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 to 5 bytes | `count` | LEB128 |
| - | 1 to 10 bytes | `ticks` | VLQ |
| - | 1 to 5 bytes | `delta` | LEB128, zigzag |
| - | 1 to 10 bytes | `ids.length` | LEB128; at most 8 |
| - | ids.length items | `ids` | list; of LEB128; at most 8 |
*/
    impl ::metaproto_codec::Part for Varints {
        const MIN_LEN: usize = 4usize;
        const MAX_LEN: usize = 20usize
            .saturating_add(
                10usize
                    .saturating_add(usize::saturating_mul(8, 0usize.saturating_add(10))),
            );
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Varints",
            fields: &private::declared([
                private::Declared::Field(
                    schema::Field::new(
                        "count",
                        schema::Shape::Varint(schema::Varint {
                            form: wire::VarintForm::Leb128,
                            zigzag: false,
                            bits: 32u32,
                            bytes: 5usize,
                        }),
                    ),
                ),
                private::Declared::Field(
                    schema::Field::new(
                        "ticks",
                        schema::Shape::Varint(schema::Varint {
                            form: wire::VarintForm::Vlq,
                            zigzag: false,
                            bits: 64u32,
                            bytes: 10usize,
                        }),
                    ),
                ),
                private::Declared::Field(
                    schema::Field::new(
                        "delta",
                        schema::Shape::Varint(schema::Varint {
                            form: wire::VarintForm::Leb128,
                            zigzag: true,
                            bits: 32u32,
                            bytes: 5usize,
                        }),
                    ),
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "ids",
                            schema::Shape::List {
                                item: schema::Item::Varint(schema::Varint {
                                    form: wire::VarintForm::Leb128,
                                    zigzag: false,
                                    bits: 32u32,
                                    bytes: 5usize,
                                }),
                                length: schema::Length::Prefix(
                                    wire::Prefix::of(
                                        wire::Form::Varint(wire::VarintForm::Leb128),
                                        8,
                                    ),
                                ),
                                unit: schema::Unit::Elements,
                            },
                        )
                        .max(8),
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            if writer.field("count") {
                let raw = writer.value(self.count, 32u32)?;
                writer.varint_in(raw, wire::VarintForm::Leb128, 32u32)?;
            }
            if writer.field("ticks") {
                let raw = writer.value(self.ticks, 64u32)?;
                writer.varint_in(raw, wire::VarintForm::Vlq, 64u32)?;
            }
            if writer.field("delta") {
                let raw = wire::zigzag(writer.value(self.delta, 32u32)?, 32u32);
                writer.varint_in(raw, wire::VarintForm::Leb128, 32u32)?;
            }
            if writer.field("ids") {
                let length = self.ids.len();
                writer
                    .length(
                        length,
                        wire::Prefix::of(wire::Form::Varint(wire::VarintForm::Leb128), 8),
                    )?;
                for item in &self.ids {
                    writer.varint_in((*item).into(), wire::VarintForm::Leb128, 32u32)?;
                }
            }
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self {
                count: 0,
                ticks: 0,
                delta: 0,
                ids: private::empty(),
            }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("count", private::Show::show(&self.count)),
                ("ticks", private::Show::show(&self.ticks)),
                ("delta", private::Show::show(&self.delta)),
                (
                    "ids",
                    ::metaproto_codec::FieldValue::List(
                        self.ids.iter().map(private::Show::show).collect(),
                    ),
                ),
            ])
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Varints {
        type View = VarintsView<'a>;
        fn check(cursor: &mut wire::Cursor<'a>) -> Result<Self::View, wire::Stop> {
            cursor.field("count");
            let count = {
                let raw = cursor.varint_of(wire::VarintForm::Leb128, 32u32, 5usize)?;
                cursor.value::<u32>(raw.into(), 32u32)?
            };
            cursor.field("ticks");
            let ticks = {
                let raw = cursor.varint_of(wire::VarintForm::Vlq, 64u32, 10usize)?;
                cursor.value::<u64>(raw.into(), 64u32)?
            };
            cursor.field("delta");
            let delta = {
                let raw = cursor.varint_of(wire::VarintForm::Leb128, 32u32, 5usize)?;
                cursor.value::<i32>(wire::unzigzag(raw.into(), 32u32), 32u32)?
            };
            cursor.field("ids");
            let ids = {
                let length = cursor
                    .length(
                        wire::Prefix::of(
                            wire::Form::Varint(wire::VarintForm::Leb128),
                            8,
                        ),
                        1,
                    )?;
                cursor.items::<Self, 3usize>(length)?
            };
            Ok(VarintsView {
                count,
                ticks,
                delta,
                ids,
                _message: ::core::marker::PhantomData,
            })
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(Self {
                count: view.count,
                ticks: view.ticks,
                delta: view.delta,
                ids: view.ids.iter().collect(),
            })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                count: view.count,
                ticks: view.ticks,
                delta: view.delta,
                ids: private::empty(),
            }
        }
    }
    impl<'a> wire::Element<'a, 3usize> for Varints {
        type Item = u32;
        #[inline]
        fn element(cursor: &mut wire::Cursor<'a>) -> Result<Self::Item, wire::Stop> {
            let item = {
                let raw = cursor.varint_of(wire::VarintForm::Leb128, 32u32, 5usize)?;
                cursor.value::<u32>(raw.into(), 32u32)?
            };
            Ok(item)
        }
    }
    #[allow(dead_code)]
    impl<'a> VarintsView<'a> {
        ///The field `count`.
        #[inline]
        #[must_use]
        pub fn count(&self) -> u32 {
            self.count
        }
        ///The field `ticks`.
        #[inline]
        #[must_use]
        pub fn ticks(&self) -> u64 {
            self.ticks
        }
        ///The field `delta`.
        #[inline]
        #[must_use]
        pub fn delta(&self) -> i32 {
            self.delta
        }
        ///The field `ids`.
        #[inline]
        #[must_use]
        pub fn ids(&self) -> ::metaproto_codec::wire::Items<'a, Varints, 3usize> {
            self.ids
        }
    }
};
