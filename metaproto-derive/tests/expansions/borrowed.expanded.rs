// A header that borrows, with a part of any type.
#[derive(Clone, Debug)]
pub struct Borrowed<'m, T> {
    pub size: u8,
    pub path: &'m str,
    pub part: T,
}
///The checked fields of a [`Borrowed`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |     size      |          path.length          |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
3 /                   path (path.length bytes)                    /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                     part (as its fields)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                      body (as size says)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `size` | unsigned; length of the body, bytes; at most 255 |
| 1 | 2 bytes | `path.length` | unsigned; at most 256 |
| 3 | path.length bytes | `path` | text; at most 256 |
| - | as its fields | `part` | part; `T` |
| - | as size says | `body` | payload, opaque |
*/
#[derive(Clone, Debug)]
pub struct BorrowedView<
    'm,
    T: ::metaproto_codec::Read<'m> + ::core::clone::Clone + ::core::fmt::Debug,
> {
    size: u8,
    path: ::metaproto_codec::wire::Letters<'m>,
    part: <T as ::metaproto_codec::Read<'m>>::View,
    _message: ::core::marker::PhantomData<&'m [u8]>,
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
        private::can_say(255, 8u32, 1, 0),
        "the maximum is more than its length field of 8 bits can say; lower the maximum or widen the field"
    );
    const _: () = ::core::assert!(
        private::can_say(256, 16u32, 1, 0),
        "the maximum is more than its length field of 16 bits can say; lower the maximum or widen the field"
    );
    /**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |     size      |          path.length          |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
3 /                   path (path.length bytes)                    /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                     part (as its fields)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                      body (as size says)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `size` | unsigned; length of the body, bytes; at most 255 |
| 1 | 2 bytes | `path.length` | unsigned; at most 256 |
| 3 | path.length bytes | `path` | text; at most 256 |
| - | as its fields | `part` | part; `T` |
| - | as size says | `body` | payload, opaque |
*/
    impl<'m, T: ::metaproto_codec::Part> ::metaproto_codec::Part for Borrowed<'m, T> {
        const MIN_LEN: usize = 3usize + <T as ::metaproto_codec::Part>::MIN_LEN;
        const MAX_LEN: usize = 1usize
            .saturating_add(2usize.saturating_add(256))
            .saturating_add(<T as ::metaproto_codec::Part>::MAX_LEN);
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Borrowed",
            fields: &private::declared([
                private::Declared::Length(
                    "size",
                    schema::NumberKind::Unsigned,
                    1usize,
                    wire::Order::Big,
                    &[schema::Role::BodyLen { offset: 0 }],
                    255,
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "path",
                            schema::Shape::Octets {
                                text: true,
                                length: schema::Length::Prefix(
                                    wire::Prefix::new(2usize, wire::Order::Big, 256),
                                ),
                            },
                        )
                        .max(256),
                ),
                private::Declared::Field(
                    schema::Field::new(
                        "part",
                        schema::Shape::Part(&<T as ::metaproto_codec::Part>::SCHEMA),
                    ),
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            if writer.field("size") {
                let raw = {
                    let number = writer.body_len(0, 255)?;
                    writer.fitting(number, 8u32)?
                };
                writer.raw::<1usize>(raw, wire::Order::Big);
            }
            if writer.field("path") {
                writer
                    .prefixed(
                        wire::Octets::octets(&self.path),
                        wire::Prefix::new(2usize, wire::Order::Big, 256),
                    )?;
            }
            if writer.field("part") {
                writer
                    .nested(|writer| ::metaproto_codec::Part::write(
                        &self.part,
                        writer,
                    ))?;
            }
            writer.body();
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self {
                size: 0,
                path: private::empty(),
                part: <T as ::metaproto_codec::Part>::template(),
            }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("size", private::Show::show(&self.size)),
                ("path", private::Show::show(&self.path)),
                ("part", private::show_part(&self.part)),
            ])
        }
    }
    impl<
        'm,
        T: ::metaproto_codec::Read<'m> + ::core::clone::Clone + ::core::fmt::Debug,
    > ::metaproto_codec::Read<'m> for Borrowed<'m, T> {
        type View = BorrowedView<'m, T>;
        fn check(cursor: &mut wire::Cursor<'m>) -> Result<Self::View, wire::Stop> {
            cursor.field("size");
            let size = cursor.scalar::<u8, 1usize>(wire::Order::Big)?;
            cursor.body_len(u128::from(size), 0, 255)?;
            cursor.field("path");
            let path = cursor
                .prefixed_text(wire::Prefix::new(2usize, wire::Order::Big, 256))?
                .into();
            cursor.field("part");
            let part = cursor.nested(<T as ::metaproto_codec::Read<'m>>::check)?;
            Ok(BorrowedView {
                size,
                path,
                part,
                _message: ::core::marker::PhantomData,
            })
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(Self {
                size: view.size,
                path: view.path.as_str(),
                part: <T as ::metaproto_codec::Read<'_>>::from_view(&view.part, message)?,
            })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                size: view.size,
                path: private::empty(),
                part: <T as ::metaproto_codec::Read<'_>>::bare(&view.part),
            }
        }
        #[inline]
        #[allow(unused_variables)]
        fn index(
            view: &Self::View,
            message: &'m [u8],
            metadata: &mut ::metaproto_codec::Metadata,
        ) {}
    }
    #[allow(dead_code)]
    impl<
        'm,
        T: ::metaproto_codec::Read<'m> + ::core::clone::Clone + ::core::fmt::Debug,
    > BorrowedView<'m, T> {
        ///The field `size`.
        #[inline]
        #[must_use]
        pub fn size(&self) -> u8 {
            self.size
        }
        ///The field `path`.
        #[inline]
        #[must_use]
        pub fn path(&self) -> &'m str {
            self.path.as_str()
        }
        ///The field `part`.
        #[inline]
        #[must_use]
        pub fn part(&self) -> &<T as ::metaproto_codec::Read<'m>>::View {
            &self.part
        }
    }
    impl<'m, T: ::metaproto_codec::Part> ::metaproto_codec::Header for Borrowed<'m, T> {
        const MAX_FRAME: usize = usize::saturating_add(
            <Self as ::metaproto_codec::Part>::MAX_LEN,
            255,
        );
    }
};
