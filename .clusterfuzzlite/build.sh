#!/bin/bash -eu
# Builds every fuzz target and puts it into $OUT, with its seeds beside it.

# The image's own compiler, not the stable one that rust-toolchain.toml pins.
export RUSTUP_TOOLCHAIN="${RUSTUP_TOOLCHAIN:-nightly}"

cargo fuzz build --release --debug-assertions

for source in fuzz/fuzz_targets/*.rs; do
    target=$(basename "${source%.*}")
    cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
    if [ -d "fuzz/seeds/$target" ]; then
        zip --quiet --junk-paths --recurse-paths "$OUT/${target}_seed_corpus.zip" "fuzz/seeds/$target"
    fi
done
