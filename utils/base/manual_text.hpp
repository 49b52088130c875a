// SPDX-FileCopyrightText: 2026 The fs-utils authors
// SPDX-License-Identifier: BSD-2-Clause
/// @file The sections that all manual pages share, in roff.
#pragma once

#include <string_view>

namespace fsu {

inline constexpr std::string_view kOperandsInShort = R"(.SH OPERANDS
.TP
.IR IMAGE [\fB@\fIPART\fR]\fB:/\fIPATH\fR
a path in the file system of an image, or of one of its partitions
.TP
.BI :/ PATH
the same, in the image of
.B \-\-image
or of
.B FSU_IMAGE
.TP
.BI host: PATH
a path of the host, whatever it looks like
.PP
.BR fs\-utils (7)
has them in full.
)";

inline constexpr std::string_view kExitStatus = R"(.SH EXIT STATUS
.TP
.B 0
Everything was done.
.TP
.B 1
Some operand failed; the others were done.
.TP
.B 2
The command line has no meaning, or an image could not be opened.
)";

inline constexpr std::string_view kEnvironment = R"(.SH ENVIRONMENT
.TP
.B FSU_IMAGE
The image that
.BI :/ PATH
is in, where
.B \-\-image
names none.
.TP
.B SOURCE_DATE_EPOCH
Seconds since 1970: the time of all changes that a tool makes in an image, instead of now.
)";

inline constexpr std::string_view kMainDescription = R"(.SH DESCRIPTION
The tools of fs\-utils read files out of disk images, and change files in them, without mounting them, without
root, and without trusting them: the drivers run in the tool's own process, and the worst that an image can do
is to be called corrupt.
Reading never changes a byte of an image.
What was written is on stable storage when a tool ends with 0.
.PP
The program
.B fs\-utils
is all tools at once:
.B fs\-utils ls
is
.BR fs\-ls .
)";

inline constexpr std::string_view kOperandsInFull = R"(.SH OPERANDS
What an operand means is decided by its form, in this order, and never by what happens to exist.
.TP
.BI host: PATH
is a host path, verbatim.
.TP
.IB NAME :/ PATH
is in the image that
.B \-\-image
.IB NAME = FILE
has named.
.TP
.IR IMAGE [\fB@\fIPART\fR]\fB:/\fIPATH\fR
is a path in an image: the text before the first
.B :/
or before a final colon is the image.
.TP
.BI :/ PATH
is in the image of
.B \-\-image
.I FILE
or of
.BR FSU_IMAGE .
.TP
.IB IMAGE :# INODE
is the file with that inode number;
.IB IMAGE :# INODE / PATH
starts there.
.TP
.IB IMAGE @boot= N
without a colon, where
.BR fs\-cat (1)
or
.BR fs\-cp (1)
reads, is the boot image itself, as a file of bytes.
.PP
Everything else is a host path or, for tools that only read in images, an image whose root is meant.
A host path like
.BR disk.img:boot ,
where
.B disk.img
is a file, is refused: most likely a slash was forgotten.
.PP
Paths in an image are absolute, and
.B ..
stops at its root.
Symbolic links lead to places in the image, never to the host.
.PP
Nothing in a path is a pattern, unless
.B \-\-glob
says so: then *, ? and [...] match names inside the image as in a shell.
With
.BI \-\-files0\-from= FILE
further operands, each ended by a NUL, come from a file, before those of the command line.
.SH PARTS OF AN IMAGE
.I PART
is what follows the last
.B @
whose whole rest is one of these:
.TP
.B 0
the whole image
.TP
.I N
a slot of the partition table; logical partitions count from 5
.TP
.BI label= TEXT\fR,\fB\ uuid= TEXT
the partition whose file system is called so
.TP
.BI partlabel= TEXT\fR,\fB\ partuuid= TEXT
the partition that the table calls so
.TP
.BI boot= N
boot image
.I N
of a CD, counted from 1, which may hold a file system
.TP
.BI + OFFSET\fR[\fBs\fR|\fBK\fR|\fBM\fR|\fBG\fR]
what begins at that place; in sectors of 512 bytes with
.B s
.PP
In a value the characters / : @ % are written %2f %3a %40 %25.
.PP
Without a part, an image without a partition table is meant as a whole, and so is one of ISO 9660, which
may have a table in its first sectors; else its only partition that may hold a file system.
Where there are several, the message lists them.
.BR fs\-info (1)
says what is in an image.
.SH IMAGES
.B \-\-image
.IR NAME = FILE [ ,KEY=VALUE ]...
may say more about an image than its name:
.BR part= ,
.BR offset= ,
.B size=
(in bytes),
.BR fstype= ,
.BR format= ,
and
.BR ro .
.PP
An image is opened and locked once, however many operands are in it.
While another process writes to it, the tools refuse to read it, and while another one reads it, to write to it;
.B \-\-lock
decides.
)";

}  // namespace fsu
