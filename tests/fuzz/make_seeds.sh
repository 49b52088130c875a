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

for each in "$seeds"/ext*; do dumpe2fs -h "$each" >/dev/null 2>&1 || { echo "$each is no image" >&2; exit 1; }; done
du -sh "$seeds"
