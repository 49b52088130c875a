#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fs-utils authors
# SPDX-License-Identifier: BSD-2-Clause
# Makes the seeds of fuzz_fat anew with mkfs.fat and mtools: a few kilobytes each, with a few things worth mutating.
set -eu
PATH=$PATH:/usr/sbin:/sbin
seeds=$(cd "$(dirname "$0")" && pwd)/seeds/fat
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8 MTOOLSRC="$work/mtoolsrc" SOURCE_DATE_EPOCH=1000000000
echo mtools_skip_check=1 >"$MTOOLSRC"
mkdir -p "$seeds"
find "$seeds" -maxdepth 1 -type f -delete

head -c 1300 /dev/zero | tr '\0' x >"$work/file"
: >"$work/empty"
touch -d @1000000000 "$work/file" "$work/empty"

# make NAME SECTORS KEPT WAY MKFS-OPTION...: a volume of which the first KEPT sectors are kept, all others being zeroes
# (fuzz_fat.cpp puts them back); WAY is the byte that chooses what is done with it.
make() {
  name=$1 sectors=$2 kept=$3 way=$4
  shift 4
  image=$work/$name
  truncate -s "$((sectors * 512))" "$image"
  mkfs.fat --invariant -n SEED "$@" "$image" >/dev/null 2>&1
  fill "$image"
  head -c "$((kept * 512))" "$image" >"$seeds/$name"
  printf "\\$(printf %o "$way")" | dd of="$seeds/$name" bs=1 seek=3 conv=notrunc status=none
}
fill() {
  mcopy -m -i "$1" "$work/file" ::FILE.TXT
  mcopy -m -i "$1" "$work/empty" "::a long file name.text"
  mmd -i "$1" ::dir ::dir/below
  mcopy -m -i "$1" "$work/file" "::dir/below/日本語.txt"
  mcopy -m -i "$1" "$work/file" ::dir/gone
  mdel -i "$1" ::dir/gone
  mattrib +r +h -i "$1" ::FILE.TXT
}

for way in 0 1; do make "fat12_$way" 80 80 "$way" -F 12 -s 1 -r 16; done
make fat12_4 80 48 4 -F 12 -s 1 -r 16
make fat12_one_fat 120 48 4 -F 12 -s 1 -r 16 -f 1
for way in 2 5; do make "fat16_$way" 4200 64 "$way" -F 16 -s 1 -r 16; done

# mtools go by the number of clusters, so that no FAT32 of theirs is small: the files of a FAT12 go into one.
for way in 0 3 4; do
  truncate -s 40K "$work/fat32"
  mkfs.fat --invariant -n SEED -F 32 -s 1 -R 8 "$work/fat32" >/dev/null 2>&1
  python3 - "$work/fat12_0" "$work/fat32" "$seeds/fat32_$way" "$way" <<'END'
import struct, sys
old, new = (bytearray(open(name, 'rb').read()) for name in sys.argv[1:3])
def word(image, at): return struct.unpack_from('<H', image, at)[0]
old_fat, old_root = 512, 512 + 2 * word(old, 22) * 512
fat, fat_bytes = word(new, 14) * 512, struct.unpack_from('<I', new, 36)[0] * 512
data = fat + 2 * fat_bytes
def entry(n):
    pair = word(old, old_fat + n * 3 // 2)
    return pair >> 4 if n % 2 else pair & 0xFFF
def shift(at):
    for record in range(at, at + 512, 32):
        if new[record] != 0 and new[record + 11] != 15 and word(new, record + 26) != 0:
            struct.pack_into('<H', new, record + 26, word(new, record + 26) + 1)
new[data:data + 512] = old[old_root:old_root + 512]
shift(data)
directories = [i for i in range(2, 70) if old[old_root + 512 + (i - 2) * 512:][:11] == b'.          ']
for n in range(2, 40):
    if entry(n) == 0: continue
    at, place = old_root + 512 + (n - 2) * 512, data + (n - 1) * 512
    new[place:place + 512] = old[at:at + 512]
    if n in directories: shift(place)
    value = 0x0FFFFFFF if entry(n) >= 0xFF8 else entry(n) + 1
    for copy in (fat, fat + fat_bytes): struct.pack_into('<I', new, copy + (n + 1) * 4, value)
struct.pack_into('<I', new, 512 + 0x1E8, 0xFFFFFFFF)
new[3] = int(sys.argv[4])
open(sys.argv[3], 'wb').write(new[:data + 24 * 512])
END
done

for each in "$seeds"/*; do
  cp "$each" "$work/whole"
  truncate -s 2200K "$work/whole"
  fsck.fat -n "$work/whole" >"$work/said" || { cat "$work/said"; echo "$each is no volume in order" >&2; exit 1; }
done
du -sh "$seeds"
