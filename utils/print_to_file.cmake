# SPDX-FileCopyrightText: 2026 The fs-utils authors
# SPDX-License-Identifier: BSD-2-Clause
# Runs PROGRAM with ARGUMENTS and keeps what it prints in OUTPUT.
execute_process(COMMAND ${PROGRAM} ${ARGUMENTS} OUTPUT_FILE ${OUTPUT} COMMAND_ERROR_IS_FATAL ANY)
