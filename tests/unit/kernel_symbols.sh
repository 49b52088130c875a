#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fs-utils authors
# SPDX-License-Identifier: BSD-2-Clause
# kernel_symbols.sh NM ARCHIVE...
# Fails when the archives together need a symbol that is neither theirs, nor a hypercall, nor compiler support.
set -eu
nm=$1
shift

# Mangled names, each one whole. To allow a third-party decoder, add its functions here by name.
allowed='
_ZN4rump4host[0-9]+[a-z_]+E.*                       hypercalls: rump::host::name(...)
mem(cpy|move|set|cmp|chr)|strlen|bcmp               what compilers emit calls to, and memchr
_Zn[wa]m(St11align_val_t)?                          operator new, which panics by hypercall or returns
_Zn[wa]m(St11align_val_t)?RKSt9nothrow_t            the same, fallible
_Zd[la]Pv(m)?(St11align_val_t)?                     operator delete
_ZSt[0-9]+__throw_[a-z_]+PKcz?                      the C++ runtime'\''s throw helpers
_ZSt[0-9]+__throw_[a-z_]+v
_ZSt[0-9]+__glibcxx_assert_fail.*
utf8proc_(decompose(_char)?|reencode|iterate)       Unicode case folding, UTF-8
utf8proc_to(lower|upper)                            Unicode case
inflate(Init_|End)?                                 zlib'\''s decoder
__cxa_pure_virtual                                  the slot of an abstract method
__(u?div|u?mod|u?divmod|mul|ashl|ashr|lshr|popcount|clz|ctz|bswap)[a-z]*[sdt]i[0-9]    libgcc arithmetic
__stack_chk_fail|__tls_get_addr|_GLOBAL_OFFSET_TABLE_
'
pattern=$(printf '%s\n' "$allowed" | awk 'NF { printf "%s(%s)", separator, $1; separator = "|" }')

listing=$(mktemp)
trap 'rm -f "$listing"' EXIT
"$nm" -A "$@" >"$listing"
[ -s "$listing" ] || { echo "kernel_symbols: no symbols at all in: $*"; exit 1; }

# nm -A prints archive:member:[value] type name. Weak references may stay undefined and need nothing.
awk -v allowed="^($pattern)\$" '
  NF < 2 { next }
  { name = $NF; type = $(NF - 1) }
  type == "U" { sub(/: *U .*/, ""); user[name] = $0; next }
  type ~ /^[A-TV-Z]$/ || type == "u" { defined[name] = 1 }
  END {
    for (name in user) {
      if (name in defined) continue
      checked++
      if (name ~ allowed) continue
      printf "%s needs %s\n", user[name], name
      bad++
    }
    if (!checked) { print "kernel_symbols: not even a hypercall is needed: nothing was checked"; exit 1 }
    if (bad) { printf "kernel_symbols: %d symbols that kernel code may not use\n", bad; exit 1 }
    printf "kernel_symbols: %d symbols from outside the kernel, all allowed\n", checked
  }' "$listing"
