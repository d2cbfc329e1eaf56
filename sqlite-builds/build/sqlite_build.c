/*
 * One SQLite build as one C file: everything in it is static but DURABENCH_ENTRY, so that any
 * number of builds link into one program. System calls that write or sync are counted, and can be
 * made to fail.
 */

/* As sqlite3.c sets them itself; here, because the system headers come first. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#ifndef SQLITE_DISABLE_LFS
#define _LARGE_FILE 1
#define _LARGEFILE_SOURCE 1
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif
#endif

/* Every header that declares a function renamed below must come before the renaming. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/*
 * Mirrored by `RawCounters` in src/raw_build.rs. A countdown of n makes the n-th call from now
 * fail; 0 is off.
 */
struct durabench_counters {
  _Atomic uint64_t file_syncs;
  _Atomic uint64_t directory_syncs;
  _Atomic uint64_t writes;
  _Atomic uint64_t bytes_written;
  _Atomic uint64_t truncates;
  _Atomic int64_t sync_countdown;
  _Atomic int64_t write_countdown;
  _Atomic int32_t sync_errno;
  _Atomic int32_t write_errno;
  /* Why the last call that failed did: SQLite tells its callers "disk I/O error" for most of it. */
  _Atomic int32_t failed_errno;
};
_Static_assert(sizeof(struct durabench_counters) == 72, "the layout that src/raw_build.rs mirrors");

/* A cache line of its own: its neighbours are SQLite's own globals. */
static _Alignas(64) struct durabench_counters durabench_counters;

static inline void durabench_add(_Atomic uint64_t *counter, uint64_t amount) {
  atomic_fetch_add_explicit(counter, amount, memory_order_relaxed);
}

/* True for exactly one call: the one that takes the countdown from 1 to 0. */
static inline int durabench_must_fail(_Atomic int64_t *countdown, _Atomic int32_t *error) {
  if (__builtin_expect(atomic_load_explicit(countdown, memory_order_relaxed) <= 0, 1)) return 0;
  if (atomic_fetch_sub_explicit(countdown, 1, memory_order_relaxed) != 1) return 0;
  errno = atomic_load_explicit(error, memory_order_relaxed);
  return 1;
}

static inline ssize_t durabench_note_failure(ssize_t answer) {
  if (__builtin_expect(answer < 0, 0))
    atomic_store_explicit(&durabench_counters.failed_errno, errno, memory_order_relaxed);
  return answer;
}

/* An fstat costs about a thousandth of a sync, so directories are told apart here. */
static int durabench_sync_fails(int fd) {
  struct stat status;
  int is_directory = fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
  durabench_add(
      is_directory ? &durabench_counters.directory_syncs : &durabench_counters.file_syncs, 1);
  return durabench_must_fail(&durabench_counters.sync_countdown, &durabench_counters.sync_errno);
}

static int durabench_fsync(int fd) {
  return (int)durabench_note_failure(durabench_sync_fails(fd) ? -1 : fsync(fd));
}

static int durabench_fdatasync(int fd) {
  return (int)durabench_note_failure(durabench_sync_fails(fd) ? -1 : fdatasync(fd));
}

static int durabench_write_fails(void) {
  durabench_add(&durabench_counters.writes, 1);
  return durabench_must_fail(&durabench_counters.write_countdown, &durabench_counters.write_errno);
}

static ssize_t durabench_note_written(ssize_t bytes) {
  if (bytes > 0) durabench_add(&durabench_counters.bytes_written, (uint64_t)bytes);
  return durabench_note_failure(bytes);
}

static ssize_t durabench_write(int fd, const void *data, size_t bytes) {
  return durabench_note_written(durabench_write_fails() ? -1 : write(fd, data, bytes));
}

static ssize_t durabench_pwrite(int fd, const void *data, size_t bytes, off_t offset) {
  return durabench_note_written(durabench_write_fails() ? -1 : pwrite(fd, data, bytes, offset));
}

static ssize_t durabench_pwrite64(int fd, const void *data, size_t bytes, off64_t offset) {
  return durabench_note_written(durabench_write_fails() ? -1 : pwrite64(fd, data, bytes, offset));
}

static int durabench_ftruncate(int fd, off_t bytes) {
  durabench_add(&durabench_counters.truncates, 1);
  return (int)durabench_note_failure(ftruncate(fd, bytes));
}

/* Mirrored by `RawPlant` in src/raw_build.rs. */
struct durabench_plant {
  _Atomic uint32_t rounds;
  _Atomic uint64_t executed;
};
_Static_assert(sizeof(struct durabench_plant) == 16, "the layout that src/raw_build.rs mirrors");

#ifdef DURABENCH_PLANTED
static _Alignas(64) struct durabench_plant durabench_plant;
static volatile uint64_t durabench_plant_sink;

/*
 * The planted cost: every insert copies its row, so each copy whose length is known only at run time goes through so
 * many rounds of work first. A round is one addition that the compiler may not leave out. What was done is counted without
 * a locked instruction, which would be a cost of its own: two threads at once may lose a count.
 */
static void *durabench_memcpy(void *to, const void *from, size_t bytes) {
  uint32_t rounds = atomic_load_explicit(&durabench_plant.rounds, memory_order_relaxed);
  if (rounds > 0) {
    uint64_t sum = bytes;
    for (uint32_t round = 0; round < rounds; round++) {
      sum += round;
      __asm__ volatile("" : "+r"(sum));
    }
    durabench_plant_sink = sum;
    uint64_t executed = atomic_load_explicit(&durabench_plant.executed, memory_order_relaxed);
    atomic_store_explicit(&durabench_plant.executed, executed + rounds, memory_order_relaxed);
  }
  return __builtin_memcpy(to, from, bytes);
}

#undef memcpy
#define memcpy(to, from, bytes) \
  (__builtin_constant_p(bytes) ? __builtin_memcpy(to, from, bytes) \
                               : durabench_memcpy(to, from, bytes))
#define DURABENCH_PLANT (&durabench_plant)
#else
#define DURABENCH_PLANT ((struct durabench_plant *)0)
#endif

/*
 * On Linux SQLite always writes with pwrite (it defines HAVE_PWRITE itself), with pwrite64 only
 * under HAVE_PWRITE64, and with lseek and write elsewhere; all three are counted. fdatasync may be
 * renamed only where SQLite calls it: without HAVE_FDATASYNC it defines fdatasync as fsync, and an
 * existing macro of that name would stop it from doing so.
 */
#define fsync durabench_fsync
#if HAVE_FDATASYNC
#define fdatasync durabench_fdatasync
#endif
#define write durabench_write
#define pwrite durabench_pwrite
#define pwrite64 durabench_pwrite64
#define ftruncate durabench_ftruncate

#define SQLITE_API static
#define SQLITE_EXTERN
#include "sqlite3.c"

/*
 * What was compiled, as the preprocessor sees it behind the amalgamation: activation compares it with
 * builds.toml. It stands here, and not in the build script, because flags can reach the compiler on
 * other ways than through that script.
 */
#if defined(SQLITE_NO_SYNC)
#define DURABENCH_SYNC_CALL 0
#elif HAVE_FULLFSYNC
#define DURABENCH_SYNC_CALL 3
#elif HAVE_FDATASYNC
#define DURABENCH_SYNC_CALL 2
#else
#define DURABENCH_SYNC_CALL 1
#endif

#if defined(__OPTIMIZE_SIZE__)
#define DURABENCH_OPTIMIZED 2
#elif defined(__OPTIMIZE__)
#define DURABENCH_OPTIMIZED 1
#else
#define DURABENCH_OPTIMIZED 0
#endif

#if defined(__clang__)
#define DURABENCH_COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define DURABENCH_COMPILER "gcc " __VERSION__
#else
#define DURABENCH_COMPILER "unknown"
#endif

/* Mirrored by `RawBuild` in src/raw_build.rs. */
struct durabench_build {
  const void *api_table;
  size_t api_table_bytes;
  const char *version;
  const char *compiler;
  struct durabench_counters *counters;
  /* Null where nothing can be planted. */
  struct durabench_plant *plant;
  int (*initialize)(void);
  int32_t version_number;
  int32_t thread_safe;
  int32_t sync_call;
  int32_t optimized;
};

/* Describes the build. It calls nothing, so it may be asked at any time and on any thread. */
const struct durabench_build *DURABENCH_ENTRY(void) {
  static const struct durabench_build build = {
      .api_table = &sqlite3Apis,
      .api_table_bytes = sizeof(sqlite3Apis),
      .version = sqlite3_version,
      .compiler = DURABENCH_COMPILER,
      .counters = &durabench_counters,
      .plant = DURABENCH_PLANT,
      .initialize = sqlite3_initialize,
      .version_number = SQLITE_VERSION_NUMBER,
      .thread_safe = SQLITE_THREADSAFE,
      .sync_call = DURABENCH_SYNC_CALL,
      .optimized = DURABENCH_OPTIMIZED,
  };
  return &build;
}
