#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fs-utils authors
# SPDX-License-Identifier: BSD-2-Clause
# Makes the seeds of fuzz_iso9660 anew with genisoimage and xorriso: small images, each with a few things worth mutating.
# Everything a disc has before its directories takes 40 KiB, most of it zeroes.
set -eu
seeds=$(cd "$(dirname "$0")" && pwd)/seeds/iso9660
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C SOURCE_DATE_EPOCH=1000000000
mkdir -p "$seeds"
find "$seeds" -maxdepth 1 -type f -delete

# make NAME WAY TREE OPTION...: the image begins with a byte that chooses how it is mounted (fuzz_iso9660.cpp).
make() {
  name=$1 way=$2 tree=$3
  shift 3
  find "$tree" -exec touch -h -d @1000000000 {} +
  genisoimage -quiet -no-pad -input-charset iso8859-1 -o "$seeds/$name" "$@" "$tree"
  choose "$name" "$way"
}
# burn NAME TREE OPTION...: by xorriso, for what genisoimage gets wrong.
burn() {
  name=$1 tree=$2
  shift 2
  find "$tree" -exec touch -h -d @1000000000 {} +
  xorriso -report_about SORRY -as mkisofs -no-pad -o "$seeds/$name" "$@" "$tree"
}
choose() { printf "\\$(printf %o "$2")" | dd of="$seeds/$1" conv=notrunc status=none; }

small=$work/small
mkdir -p "$small/dir/below" && cd "$small"
echo 'some text' >text
ln text dir/hard
ln -s ../text link
mkfifo fifo
mknod null c 1 3
head -c 3000 /dev/zero | tr '\0' x >dir/below/data
make rock_ridge 0 "$small" -R
make rock_ridge_1999 0 "$small" -R -iso-level 4 -XA
make joliet 1 "$small" -J -joliet-long
make plain 2 "$small" -iso-level 3
make acorn 3 "$small" -iso-level 2 -l

long=$work/long
mkdir "$long" && cd "$long"
: >"$(printf 'n%.0s' $(seq 240))"
ln -s "/$(printf 'a long/../name/%.0s' $(seq 40))" link
ln -s "$(printf 'x%.0s' $(seq 250))" component
burn continuation "$long" -R

deep=$work/deep
mkdir -p "$deep/1/2/3/4/5/6/7/8/9" && cd "$deep"
echo bottom >1/2/3/4/5/6/7/8/9/file
make relocated 0 "$deep" -R

packed=$work/packed
mkdir "$packed" && cd "$packed"
seq 2000 >numbers
head -c 70000 /dev/zero >zeroes
mkzftree "$packed" "$work/v1"
make zisofs_1 0 "$work/v1" -R -z
xorriso -report_about SORRY -outdev "$seeds/zisofs_2" -compliance no_emul_toc -padding 0 -zisofs version_2=on -map "$packed" / \
  -set_filter_r --zisofs / -- -commit
truncate -s 74K "$seeds/zisofs_2"  # less padding
choose zisofs_2 0

boot=$work/boot
mkdir "$boot" && cd "$boot"
head -c 2048 /dev/zero | tr '\0' b >bios
head -c 2560 /dev/zero | tr '\0' e >efi
make boot 6 "$boot" -R -b bios -c catalog -no-emul-boot -eltorito-alt-boot -b efi -no-emul-boot

# Files of several extents and interleaved ones, which no tool makes so small.
cd "$work"
mkdir pieces && for i in 1 2 3; do head -c 2048 /dev/zero | tr '\0' "$i" >"pieces/file.$i"; done
make extents 0 pieces -R
make interleaved 2 pieces
python3 - "$seeds/extents" "$seeds/interleaved" <<'END'
import sys
for name, interleave in ((sys.argv[1], False), (sys.argv[2], True)):
    with open(name, 'r+b') as file:
        image = bytearray(file.read())
        for piece in (b'1', b'2', b'3'):
            at = image.index(b'FILE.' + piece) - 33
            if interleave:
                image[at + 10:at + 18] = bytes([0, 8, 0, 0, 0, 0, 8, 0])
                image[at + 26:at + 28] = bytes([1, 1])
            else:
                image[at + 33:at + 39] = b'FILE.3'
                image[at + 25] = 0 if piece == b'3' else 128
                image[:] = image.replace(b'file.' + piece, b'file.3')
        file.seek(0)
        file.write(image)
END

# A second session, of another volume: its blocks are counted from the start of the disc.
cp "$seeds/rock_ridge" "$seeds/sessions"
start=$(($(stat -c %s "$seeds/sessions") / 2048))
genisoimage -quiet -no-pad -R -C 0,$start -o "$work/second" "$work/pieces"
cat "$work/second" >>"$seeds/sessions"

for each in "$seeds"/*; do isoinfo -d -i "$each" >/dev/null || { echo "$each is no image" >&2; exit 1; }; done
ls -l "$seeds"
du -sh "$seeds"
