#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fs-utils authors
# SPDX-License-Identifier: BSD-2-Clause
# Makes the seeds of fuzz_ext2 anew with mke2fs, debugfs and e2fsck: tiny images, each with one thing worth mutating.
# Most have no checksums, for a mutation of what carries one goes no further than the check.
set -eu
PATH=$PATH:/usr/sbin:/sbin
seeds=$(cd "$(dirname "$0")" && pwd)/seeds/ext2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$seeds"
find "$seeds" -maxdepth 1 -type f -delete

# make NAME KIBIBYTES TREE MKE2FS-OPTION...
make() {
  name=$1 blocks=$2 tree=$3
  shift 3
  truncate -s "${blocks}K" "$seeds/$name"
  mke2fs -q -F -U 00112233-4455-6677-8899-aabbccddeeff -E hash_seed=ffeeddcc-bbaa-9988-7766-554433221100 \
    -m 0 -b 1024 "$@" -d "$tree" "$seeds/$name"
}
# change NAME: debugfs commands from standard input; any message of theirs is a failure.
change() {
  debugfs -w -f /dev/stdin "$seeds/$1" 2>&1 >/dev/null | { ! grep -v '^debugfs 1' >&2; }
}
plain='^metadata_csum,^has_journal,^resize_inode'

small=$work/small
mkdir -p "$small/dir/below" && cd "$small"
echo 'some text' >text
ln text dir/hard
ln -s text short
ln -s "$(printf 'long/%.0s' $(seq 20))" long
mkfifo fifo
head -c 5000 /dev/zero | tr '\0' x >dir/below/data
truncate -s 9000 hole && echo end >>hole
make ext2_basic 64 "$small" -t ext2 -O ^resize_inode -N 24
make ext2_revision_0 64 "$small" -t ext2 -r 0 -O none -N 24
make ext2_inode_256 64 "$small" -t ext2 -O ^resize_inode -N 24 -I 256
make ext4_plain 64 "$small" -t ext4 -O "$plain" -N 24
make ext4_checksums 64 "$small" -t ext4 -O ^has_journal,^resize_inode -N 24
make ext4_uninit_groups 64 "$small" -t ext4 -O "$plain,uninit_bg,^flex_bg" -N 24
make ext4_no_64bit 64 "$small" -t ext4 -O "$plain,^64bit" -N 24
make ext4_block_2048 128 "$small" -t ext4 -O "$plain" -N 24 -b 2048
make ext4_large_inode 80 "$small" -t ext4 -O "$plain" -N 24 -I 512

printf '%s\n' 'mknod null c 1 3' 'mknod big b 300 60000' 'sif text flags 0x80070' 'fallocate text 3 9' \
  'sif text size 9000' 'ea_set dir user.short value' 'ea_set text user.one 1' \
  "ea_set text user.long $(printf 'v%.0s' $(seq 300))" 'ea_set text trusted.two 22' |
  { make ext4_xattrs 64 "$small" -t ext4 -O "$plain" -N 24; change ext4_xattrs; }
printf '%s\n' 'ea_set text user.one 1' "ea_set text user.long $(printf 'v%.0s' $(seq 300))" |
  { make ext2_xattr_block 64 "$small" -t ext2 -O ^resize_inode -N 24; change ext2_xattr_block; }

comb=$work/comb
mkdir "$comb" && cd "$comb"
for i in $(seq 0 2 40); do printf 'data %s' "$i" | dd of=comb bs=1024 seek="$i" conv=notrunc status=none; done
# On a host file system whose blocks are larger, the holes come from debugfs.
make ext4_extent_tree 96 "$comb" -t ext4 -O "$plain" -N 16
for i in $(seq 1 2 39); do echo "punch comb $i $i"; done | change ext4_extent_tree

far=$work/far
mkdir "$far" && cd "$far"
for i in 0 11 12 267 268 65803 65804 70000; do
  printf 'at %s' "$i" | dd of=far bs=1024 seek="$i" conv=notrunc status=none
done
make ext2_indirect 96 "$far" -t ext2 -O ^resize_inode -N 16

large=$work/large
mkdir "$large" && cd "$large"
: >first
for i in $(seq 60); do ln first "a name to fill the leaves $i"; done
make ext2_htree 64 "$large" -t ext2 -O dir_index,^resize_inode -N 16
make ext4_htree_checksums 64 "$large" -t ext4 -O ^has_journal,^resize_inode -N 16
for name in ext2_htree ext4_htree_checksums; do e2fsck -fyD "$seeds/$name" >/dev/null 2>&1 || [ $? -eq 1 ]; done

# journal NAME FEATURES JOURNAL_OPEN-OPTION...: an image whose journal needs recovery. mke2fs makes none that is small,
# so the log is written in a larger image, and its first blocks become a file of the small one.
journal() {
  name=$1 features=$2
  shift 2
  make "$name" 96 "$small" -t ext4 -O "$features,^has_journal,^resize_inode" -N 24
  truncate -s 4M "$work/large.img"
  mke2fs -q -F -U 00112233-4455-6677-8899-aabbccddeeff -b 1024 -t ext4 -O "$features,has_journal" -J size=1 "$work/large.img"
  # Descriptors and inodes as they are, then changed data, an escaped block, revokes, and an end without a commit.
  dd if="$seeds/$name" bs=1024 skip=2 count=9 status=none >"$work/same"
  printf '\300\073\071\230 begins with the magic' | dd bs=1024 count=1 conv=sync status=none >"$work/escaped"
  cat "$work/escaped" "$work/same" >"$work/changed"
  printf '%s\n' "journal_open $*" "journal_write -b 2,3,4,5,6,7,8,9,10 $work/same" \
    "journal_write -b 60,61 -r 10,62 $work/changed" "journal_write -b 62 $work/escaped" \
    "journal_write -c -b 5 $work/escaped" journal_close |
    debugfs -w -f /dev/stdin "$work/large.img" 2>&1 >/dev/null | { ! grep -v '^debugfs 1' >&2; }
  debugfs -R "dump <8> $work/log" "$work/large.img" 2>/dev/null
  truncate -s 24K "$work/log"
  shorten "$work/log" 24
  echo "write $work/log journal" | change "$name"
  inode=$(debugfs -R 'stat journal' "$seeds/$name" 2>/dev/null | sed -n 's/^Inode: *\([0-9]*\).*/\1/p')
  printf '%s\n' "set_super_value journal_inum $inode" 'feature has_journal needs_recovery' | change "$name"
}
# shorten LOG BLOCKS: the journal's superblock says that it has so many blocks.
shorten() {
  python3 - "$1" "$2" <<'END'
import sys, struct
with open(sys.argv[1], 'r+b') as log:
    super = bytearray(log.read(1024))
    super[0x10:0x14] = struct.pack('>I', int(sys.argv[2]))
    super[0xFC:0x100] = bytes(4)
    crc = 0xFFFFFFFF
    for byte in super:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    if super[0x50] == 4:
        super[0xFC:0x100] = struct.pack('>I', crc)
    log.seek(0)
    log.write(super)
END
}
journal ext4_journal_plain ^metadata_csum,^64bit
journal ext4_journal_wide ^metadata_csum,64bit
journal ext4_journal_v1 ^metadata_csum,^64bit -c
journal ext4_journal_v2 metadata_csum,64bit -c -v 2
journal ext4_journal_v3 metadata_csum,64bit -c -v 3

for each in "$seeds"/ext*; do dumpe2fs -h "$each" >/dev/null 2>&1 || { echo "$each is no image" >&2; exit 1; }; done
du -sh "$seeds"
