/* SPDX-License-Identifier: MIT */
/*
 * The trace file, version 1: the one interface between the preload, which writes it into a shared
 * mapping of the audited process, and the report, which reads it - perhaps while it still grows,
 * perhaps after SIGKILL, perhaps from somebody who wishes us ill. doc/trace-format.md draws it.
 *
 *   offset 0      header page (SCA_PAGE bytes): struct sca_header, the rest is zero
 *   offset SCA_PAGE chunks, each aligned to SCA_PAGE and a multiple of it long. A chunk starts with
 *                 struct sca_chunk and is filled with records by one thread at a time; it ends
 *                 with its size or where only zeros follow. A zero word where a chunk should start
 *                 is a hole (the process died between claiming and writing it): the next chunk
 *                 starts at a later page.
 *
 * Everything is little-endian, 8-byte aligned. Each record, chunk headers included, starts with a
 * head word that is stored last with release order: length in bytes (bits 0..23, a multiple of 8,
 * the head included), type (bits 24..31) and a check (bits 32..63, sca_check()) over length, type
 * and all words that never change after the head is stored. So a reader stops at the last whole
 * record and a flipped length, type or reference is recognised as such. Before a record is filled
 * its head is stored with type SCA_REC_RESERVED: dying in between leaves a hole that can be
 * stepped over.
 *
 * Records refer to threads, stacks, modules and providers by number (from 1; 0 is "none"). The
 * record that defines a number is complete before one that uses it is written, but may stand in
 * another chunk: definitions are collected first. A number may be defined twice with the same
 * content, never with another.
 *
 * Version: raised when a reader of the older version would misread; unknown record types are
 * skipped, so new types do not raise it. Readers keep reading older versions.
 */
#ifndef SCA_TRACE_FORMAT_H
#define SCA_TRACE_FORMAT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define SCA_MAGIC "SCARDAUD"
#define SCA_VERSION 1
#define SCA_PAGE 4096
#define SCA_FIRST_CHUNK 4096
#define SCA_CHUNK 65536
#define SCA_MAX_FRAMES 256
#define SCA_MAX_BUILD_ID 32

enum sca_record_type {
    SCA_REC_RESERVED = 1, /* being written; content undefined, length right */
    SCA_REC_CHUNK,
    SCA_REC_CLOCK,
    SCA_REC_MODULE,
    SCA_REC_PROVIDER,
    SCA_REC_THREAD,
    SCA_REC_STACK,
    SCA_REC_BLIND,
    SCA_REC_ARGS,
    SCA_REC_CALL,    /* a use, query or release: written before the real call */
    SCA_REC_ACQUIRE, /* a new resource: written after the real call */
    SCA_REC_THREAD_END
};

static inline uint64_t sca_head(uint64_t length, unsigned type, uint32_t check)
{
    return length | (uint64_t)type << 24 | (uint64_t)check << 32;
}
#define SCA_HEAD_LENGTH(head) ((uint32_t)((head)&0xffffff))
#define SCA_HEAD_TYPE(head) ((unsigned)((head) >> 24 & 0xff))
#define SCA_HEAD_CHECK(head) ((uint32_t)((head) >> 32))

/*
 * A multilinear check over `count` words and the head's length and type: every single flipped bit
 * and practically every other damage changes it. It is no protection against intent.
 */
static inline uint32_t sca_check(uint64_t length, unsigned type, const uint64_t *words,
                                 size_t count)
{
    uint64_t key = 0x9e3779b97f4a7c15U;
    uint64_t sum = (length | (uint64_t)type << 24) * key;

    for (size_t i = 0; i < count; i++) {
        key = key * 0xd1342543de82ef95U + 2; /* stays odd: each factor is a bijection */
        sum += words[i] * key;
    }
    return (uint32_t)(sum >> 32);
}

/* ---- header --------------------------------------------------------------------------------- */

enum sca_clock { SCA_CLOCK_MONOTONIC = 1, SCA_CLOCK_TSC };

enum sca_end { SCA_END_NONE, SCA_END_EXIT, SCA_END__EXIT, SCA_END_QUICK_EXIT };
#define SCA_STATUS_UNKNOWN UINT32_MAX /* of the exit mark: quick_exit tells its handlers none */

enum sca_stop {
    SCA_STOP_NONE,
    SCA_STOP_LIMIT,   /* max_trace_mb or RLIMIT_FSIZE reached */
    SCA_STOP_SPACE,   /* the file system is full */
    SCA_STOP_SKIPPED, /* recording went on, but at least one event could not be recorded */
    SCA_STOP_SECCOMP  /* the program's seccomp filter forbids the trace to grow */
};

/*
 * A fact that arrives later and is stored once or overwritten: `word` is 0 (absent) or
 * sca_mark_word(). Written as word = 0, time, word. A reader of a live process that finds a word
 * which does not check reads again.
 */
struct sca_mark {
    _Atomic uint64_t time; /* trace clock */
    _Atomic uint64_t word; /* kind (bits 32..47), value (0..31), check (48..63) */
};

static inline uint64_t sca_mark_word(uint64_t time, unsigned kind, uint32_t value)
{
    uint64_t low = (uint64_t)(kind & 0xffff) << 32 | value;
    uint64_t words[2] = {time, low};

    /* The upper half: a flip of a high bit changes nothing below. */
    return low | (uint64_t)(sca_check(0, 0, words, 2) >> 16) << 48;
}
#define SCA_MARK_KIND(word) ((unsigned)((word) >> 32 & 0xffff))
#define SCA_MARK_VALUE(word) ((uint32_t)(word))

/* Bits of sca_header.flags. */
#define SCA_FLAG_FORKED 1U      /* started by fork: parent_* name where */
#define SCA_FLAG_RECORD_ARGS 2U /* the user asked for the command line */

struct sca_header {
    /* Written once, before the first chunk; covered by `check`. */
    char magic[8];
    uint32_t version;
    uint32_t word_size; /* 8 */
    uint32_t check;     /* sca_check(0, 0, from `flags` up to, not including, `exit`) */
    uint32_t zero;
    uint32_t flags;
    uint32_t clock; /* enum sca_clock */
    uint32_t pid;
    uint32_t ppid;
    uint64_t start_ticks;    /* field 22 of /proc/PID/stat: with pid, the identity of the process */
    uint64_t start_realtime; /* ns since the epoch, when the trace was opened */
    uint64_t start_clock;    /* trace clock at that moment */
    uint64_t start_ns;       /* CLOCK_MONOTONIC at that moment */
    uint64_t limit;          /* bytes the file may grow to; its size until it is trimmed */
    uint64_t parent_clock;   /* fork: trace clock at the fork of the process of parent_trace */
    uint32_t argc;
    uint32_t depth;         /* deepest stack recorded, frames */
    char run_id[72];        /* NUL-terminated, as all of these */
    char parent_trace[264]; /* fork: base name of the trace of the nearest ancestor that made an
                             * audited call: the parent mostly; "" if none did */
    char executable[1024];
    char options[1024]; /* SCARDAUDIT_OPTIONS as given */
    uint8_t build_id_size;
    uint8_t build_id[SCA_MAX_BUILD_ID];
    uint8_t pad[7];
    /* Changing. */
    struct sca_mark exit; /* kind: enum sca_end, value: status & 0xff */
    /* Kind 1: an exec was attempted, with value 1 of a program without the audit; any later record
     * voids it. */
    struct sca_mark exec;
    struct sca_mark stop;   /* kind: enum sca_stop */
    struct sca_mark extent; /* kind 1, value: pages in use, the header page included; time 0 */
};
_Static_assert(sizeof(struct sca_header) <= SCA_PAGE, "the header is one page");
_Static_assert(offsetof(struct sca_header, exit) % 8 == 0, "checked in words");
_Static_assert(offsetof(struct sca_header, flags) % 8 == 0, "checked in words");

/* ---- records -------------------------------------------------------------------------------- */

struct sca_chunk {
    _Atomic uint64_t head; /* length: sizeof(struct sca_chunk); checked: offset, size, clock, ns */
    uint64_t offset;       /* of the chunk in the file */
    uint64_t size;         /* bytes, this header included */
    uint64_t clock;        /* an anchor as in sca_clock_record */
    uint64_t ns;
    _Atomic uint64_t used; /* the writer's cursor; readers ignore it */
};

/* The same moment on both clocks; readers interpolate between anchors. */
struct sca_clock_record {
    _Atomic uint64_t head;
    uint64_t clock;
    uint64_t ns; /* CLOCK_MONOTONIC */
};

struct sca_module_record {
    _Atomic uint64_t head;
    uint32_t module;     /* the number defined here */
    uint32_t generation; /* what was loaded when it was recorded: generation.h */
    uint64_t base;       /* load bias: run-time address = base + address in the file */
    uint64_t start, end; /* mapped range */
    uint32_t path_length;
    uint32_t build_id_size;
    /* build-id padded with zeros to 8 bytes, then the path (no NUL) padded likewise */
};

struct sca_provider_record {
    _Atomic uint64_t head;
    uint32_t provider;
    uint32_t module;
    uint32_t family; /* enum sca_family, a bit for each that it has functions of */
    uint32_t name_length;
    /* DT_SONAME, else base name, padded with zeros to 8 bytes */
};

struct sca_thread_record {
    _Atomic uint64_t head;
    uint32_t thread;
    uint32_t tid;
    char name[16]; /* comm at the thread's first event, NUL-padded */
};

/*
 * The thread, one that had an RPC environment, has run its destructors and is about to end. A later
 * record of it says that one of them came after.
 */
struct sca_thread_end_record {
    _Atomic uint64_t head;
    uint32_t thread;
    uint32_t zero;
    uint64_t time; /* trace clock */
};

struct sca_frame {
    uint64_t offset; /* of the return address: in the file's address space when module != 0 */
    uint32_t module; /* 0: no object was mapped there */
    uint32_t zero;
};

struct sca_stack_record {
    _Atomic uint64_t head;
    uint32_t stack;
    uint32_t count;
    uint32_t generation;
    uint32_t truncated; /* 1: deeper than `depth`, or the unwinder gave up */
    /* struct sca_frame[count], innermost first: the caller of the audited function is frame 0 */
};

enum sca_blind {
    SCA_BLIND_HEAP = 1,    /* free() and friends are not watched: `module` defines them before us */
    SCA_BLIND_FOREIGN_ABI, /* `module` is a provider with another ABI: passed through unrecorded */
    SCA_BLIND_DEEPBIND,    /* `module`, opened RTLD_DEEPBIND, calls past us; LD_AUDIT would help */
    SCA_BLIND_NO_FOLLOW,   /* a program was started without the audit, by the process or a fork */
    SCA_BLIND_SECCOMP,     /* the program set itself a seccomp filter: no system call any more */
    SCA_BLIND_HIDDEN,      /* `module` calls past us, and LD_AUDIT does not help */
    SCA_BLIND_FREES,       /* what `module`, a provider, frees is not seen */
    SCA_BLIND_NO_ROOM,     /* free() was not watched for every block: no memory for it */
    SCA_BLIND_UNKNOWN_EXPORT, /* `module`, a provider, exports functions that are not known: names
                               */
    SCA_BLIND_TABLE /* `module` calls a host of packages through a table that we could not write */
};

struct sca_blind_record {
    _Atomic uint64_t head;
    uint32_t code; /* enum sca_blind */
    uint32_t module;
};

/* That of SCA_BLIND_UNKNOWN_EXPORT. */
struct sca_blind_names_record {
    struct sca_blind_record blind;
    uint32_t left_out; /* further names, for which there was no room */
    uint32_t length;
    /* the names, separated by blanks, padded with zeros to 8 bytes */
};

struct sca_args_record {
    _Atomic uint64_t head;
    uint64_t length; /* bytes of NUL-separated arguments that follow, padded to 8 */
};

/*
 * One effect of one call. A call with several effects writes several records; the one with
 * SCA_CALL_FIRST counts the call. What the allocator is given (SCA_FREE) counts as none.
 *
 * The others are of calls that free memory, as it was when they were entered: freed already, beyond
 * doubt, for the block was held in quarantine; or about to be, by a call on another thread that has
 * not come back. Neither: it was in use, or is not known.
 */
#define SCA_CALL_FIRST 1U
#define SCA_CALL_QUARANTINED 2U
#define SCA_CALL_RELEASING 4U
#define SCA_CALL_ABSORBED 8U /* and so nothing was freed a second time */
#define SCA_CALL_EMPTY 16U   /* it succeeded, and did not hand out what it was to (SCA_OUT) */

struct sca_call_record {
    _Atomic uint64_t head; /* checked: all up to and including `enter` */
    uint32_t thread;
    uint32_t stack;
    uint16_t function; /* number of api_table.h */
    uint16_t provider; /* 0 of the allocator's functions */
    uint8_t effect;    /* index into the row's effects */
    uint8_t flags;
    uint16_t zero;
    uint64_t object;        /* value of the resource; acquire: 0 if none was handed out; 0 of the
                             * one the thread is in (SCA_NEED, SCA_LEAVE) */
    uint64_t companion;     /* value of the owner argument, 0 if the row has none */
    uint64_t enter;         /* trace clock before the real call */
    uint64_t result;        /* raw RAX, or the status that was stored (SCA_OK_STATUS_0); valid once
                             * leave != 0 */
    _Atomic uint64_t leave; /* trace clock after it; 0: PENDING. Stored last, release order */
};

/* A call record whose `leave` is always there, and checked up to and including `leave`, `size`. */
struct sca_acquire_record {
    struct sca_call_record call;
    uint64_t size; /* bytes of a block as its provider reported them, 0 if unknown */
};

/* Words behind the head that the check of a record of this type and length covers. */
static inline size_t sca_checked_words(unsigned type, uint64_t length)
{
    switch (type) {
    case SCA_REC_RESERVED:
        return 0;
    case SCA_REC_CHUNK:
        return 4;
    case SCA_REC_CALL:
        return offsetof(struct sca_call_record, result) / 8 - 1;
    default:
        return length / 8 - 1;
    }
}

#define SCA_PADDED(n) (((uint64_t)(n) + 7) & ~(uint64_t)7)

#endif
