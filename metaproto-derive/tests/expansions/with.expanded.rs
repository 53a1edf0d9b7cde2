// A field that functions of its author read and write.
#[derive(Clone, Debug)]
pub struct Custom {
    pub lines: Vec<String>,
}
///The checked fields of a [`Custom`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 /                  lines (as `lines` reads it)                  /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | as `lines` reads it | `lines` | bytes that the codec reads with a function of its own |
*/
#[derive(Clone, Debug)]
pub struct CustomView<'a> {
    lines: Vec<String>,
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
0 /                  lines (as `lines` reads it)                  /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | as `lines` reads it | `lines` | bytes that the codec reads with a function of its own |
*/
    impl ::metaproto_codec::Part for Custom {
        const MIN_LEN: usize = lines::MIN_LEN;
        const MAX_LEN: usize = 0usize.saturating_add(lines::MAX_LEN);
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Custom",
            fields: &private::declared([
                private::Declared::Field(
                    schema::Field::new(
                        "lines",
                        schema::Shape::Custom(schema::Custom {
                            min: lines::MIN_LEN,
                            max: lines::MAX_LEN,
                            skip: |cursor| lines::read(cursor).map(::core::mem::drop),
                            sample: |bytes| private::sample(
                                bytes,
                                |writer| {
                                    lines::write(
                                        &<Vec<String> as ::core::default::Default>::default(),
                                        writer,
                                    )
                                },
                            ),
                        }),
                    ),
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            if writer.field("lines") {
                lines::write(&self.lines, writer)?;
            }
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self { lines: private::empty() }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                (
                    "lines",
                    private::show_bytes(|writer| lines::write(&self.lines, writer)),
                ),
            ])
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Custom {
        type View = CustomView<'a>;
        fn check(cursor: &mut wire::Cursor<'a>) -> Result<Self::View, wire::Stop> {
            cursor.field("lines");
            let lines = lines::read(cursor)?;
            Ok(CustomView {
                lines,
                _message: ::core::marker::PhantomData,
            })
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(Self {
                lines: ::core::clone::Clone::clone(&view.lines),
            })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                lines: ::core::clone::Clone::clone(&view.lines),
            }
        }
    }
    #[allow(dead_code)]
    impl<'a> CustomView<'a> {
        ///The field `lines`.
        #[inline]
        #[must_use]
        pub fn lines(&self) -> &Vec<String> {
            &self.lines
        }
    }
};
mod lines {
    use metaproto_codec::CodecError;
    use metaproto_codec::wire::{Cursor, Stop, Writer};
    pub(super) const MIN_LEN: usize = 1;
    pub(super) const MAX_LEN: usize = 256;
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Vec<String>, Stop> {
        let bytes = cursor.until(b"\0", 255)?;
        Ok(cursor.text(bytes)?.lines().map(str::to_owned).collect())
    }
    pub(super) fn write(
        lines: &[String],
        writer: &mut Writer<'_>,
    ) -> Result<(), CodecError> {
        writer.until(lines.join("\n").as_bytes(), b"\0", 255)
    }
}
