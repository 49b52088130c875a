#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fs-utils authors
# SPDX-License-Identifier: BSD-2-Clause
# example.sh CMAKE BUILD_DIRECTORY EXAMPLE_C WORK_DIRECTORY PKG_CONFIG CC [FLAG...]
# Installs the library somewhere, builds the example as its users would, runs it on an image, and compares.
set -eu
cmake=$1 build=$2 example=$3 work=$4 pkg_config=$5
shift 5
rm -rf "$work"
mkdir -p "$work/tree/letters"
cd "$work"

"$cmake" --install "$build" --component rump --prefix "$work/first" >/dev/null
# A tree that was moved after it was installed works as well.
mv first prefix
[ "$(find prefix -type f | wc -l)" -eq 4 ] || { echo "not what is to be installed:"; find prefix -type f; exit 1; }
PKG_CONFIG_PATH=$(dirname "$(find "$PWD/prefix" -name rump.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046  # flags are words
"$@" -std=c99 -Wall -Wextra -pedantic -Werror "$example" -o example $("$pkg_config" --static --cflags --libs rump)

printf 'Dear reader,\nno mount was needed for this.\n' >tree/letters/first.txt
ln -s first.txt tree/letters/latest
mkdir -m 700 tree/letters/drafts
chmod 640 tree/letters/first.txt
mke2fs -q -t ext4 -d tree image 8M 2>/dev/null
cp image before

./example image letters letters/latest >output
sort <<'END' >expected
100640       43 first.txt
040700     1024 drafts
120777        9 latest
Dear reader,
no mount was needed for this.
100644       43 copy
Dear reader,
no mount was needed for this.
END
sort output | diff expected -
cmp before image

# What is no image is told, by errno and in words.
if ./example "$example" / / >/dev/null 2>message; then echo "a C source was mounted"; exit 1; fi
grep -q 'example: mounting the image: .*(.*)' message || { cat message; exit 1; }
