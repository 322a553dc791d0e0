/*
 * Records what a process does to the files below one folder, in the order in which it was done, so that a power cut can be
 * imagined at any point of it; with LONGSHORE_RECORD_DEEDS, the process is killed after so many. Preloaded (LD_PRELOAD,
 * Linux); calls that bypass libc are not seen.
 *
 * One record: op, length of path a, length of path b, unused (4 bytes each), file number, offset, length of data (8 bytes each),
 * then path a, path b, data. All in the machine's byte order. Lengths and numbers fit the reader in src/power_cuts/record.rs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum op { CREATE = 1, WRITE, TRUNCATE, SYNC, SYNC_DIR, RENAME, REMOVE, MAKE_DIR, LINK, SAID };

struct head {
    uint32_t op, a, b, unused;
    uint64_t file, offset, data;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static char said[PATH_MAX];
static int log_fd = -1;
static long deeds_left = -1;

__attribute__((constructor)) static void start(void)
{
    const char *folder = getenv("LONGSHORE_RECORD_DIR");
    const char *words = getenv("LONGSHORE_RECORD_WORDS");
    const char *log = getenv("LONGSHORE_RECORD_LOG");
    if (!folder || !words || !log)
        return;
    snprintf(root, sizeof root, "%s", folder);
    snprintf(said, sizeof said, "%s", words);
    const char *deeds = getenv("LONGSHORE_RECORD_DEEDS");
    if (deeds)
        deeds_left = atol(deeds);
    log_fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_fd < 0)
        abort();
}

static void put(const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        long written = syscall(SYS_write, log_fd, at, length);
        if (written < 0)
            abort();
        at += written;
        length -= written;
    }
}

static void record(enum op op, uint64_t file, uint64_t offset, const char *a, const char *b, const void *data, size_t length)
{
    struct head head = { op, a ? strlen(a) : 0, b ? strlen(b) : 0, 0, file, offset, length };
    put(&head, sizeof head);
    put(a, head.a);
    put(b, head.b);
    put(data, length);
    if (deeds_left > 0 && --deeds_left == 0) {
        syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
        abort();
    }
}

static int below(const char *path)
{
    size_t length = strlen(root);
    return log_fd >= 0 && strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/* The path of an open file; empty when it has none. */
static void name_of(int fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
}

static void whole(int dir, const char *path, char *out)
{
    if (path[0] == '/' || dir == AT_FDCWD) {
        snprintf(out, PATH_MAX, "%s", path);
    } else {
        char folder[PATH_MAX];
        name_of(dir, folder);
        if (snprintf(out, PATH_MAX, "%s/%s", folder, path) >= PATH_MAX)
            abort();
    }
}

static uint64_t number_of(int fd)
{
    struct stat found;
    return fstat(fd, &found) == 0 ? found.st_ino : 0;
}

static int open_at(int dir, const char *path, int flags, mode_t mode)
{
    char name[PATH_MAX];
    struct stat found;
    if (log_fd < 0)
        return syscall(SYS_openat, dir, path, flags, mode);
    pthread_mutex_lock(&lock);
    whole(dir, path, name);
    int ours = below(name) && (flags & (O_CREAT | O_TRUNC));
    int there = ours && lstat(name, &found) == 0;
    int fd = syscall(SYS_openat, dir, path, flags, mode);
    int error = errno;
    if (fd >= 0 && ours) {
        if (!there)
            record(CREATE, number_of(fd), 0, name, 0, 0, 0);
        else if (flags & O_TRUNC)
            record(TRUNCATE, number_of(fd), 0, 0, 0, 0, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define MODE(flags)                                    \
    mode_t mode = 0;                                   \
    if ((flags) & (O_CREAT | O_TMPFILE)) {             \
        va_list rest;                                  \
        va_start(rest, flags);                         \
        mode = va_arg(rest, mode_t);                   \
        va_end(rest);                                  \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int openat(int dir, const char *path, int flags, ...) { MODE(flags) return open_at(dir, path, flags, mode); }
int openat64(int dir, const char *path, int flags, ...) { MODE(flags) return open_at(dir, path, flags, mode); }
int creat(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

/* What kind of file it is to us: 0 none, 1 below the folder, 2 the one in which the process says what it has done. */
static int kind_of(int fd)
{
    char name[PATH_MAX];
    struct stat found;
    if (log_fd < 0 || fd == log_fd || fstat(fd, &found) != 0 || !S_ISREG(found.st_mode))
        return 0;
    name_of(fd, name);
    return strcmp(name, said) == 0 ? 2 : below(name) ? 1 : 0;
}

static ssize_t write_at(int fd, const struct iovec *parts, int count, off_t at, int here)
{
    pthread_mutex_lock(&lock);
    int kind = kind_of(fd);
    off_t offset = at;
    if (kind && here) {
        int append = syscall(SYS_fcntl, fd, F_GETFL) & O_APPEND;
        offset = append ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    }
    ssize_t written = here ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, at, 0);
    int error = errno;
    size_t left = written > 0 && kind ? written : 0;
    for (int i = 0; i < count && left > 0; i++) {
        size_t length = parts[i].iov_len < left ? parts[i].iov_len : left;
        record(kind == 2 ? SAID : WRITE, number_of(fd), offset, 0, 0, parts[i].iov_base, length);
        offset += length;
        left -= length;
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return written;
}

ssize_t write(int fd, const void *data, size_t length)
{
    struct iovec one = { (void *)data, length };
    return write_at(fd, &one, 1, 0, 1);
}
ssize_t writev(int fd, const struct iovec *parts, int count) { return write_at(fd, parts, count, 0, 1); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t at)
{
    struct iovec one = { (void *)data, length };
    return write_at(fd, &one, 1, at, 0);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off_t at) { return pwrite(fd, data, length, at); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return write_at(fd, parts, count, at, 0); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) { return write_at(fd, parts, count, at, 0); }

static int sync_by(long call, int fd)
{
    char name[PATH_MAX];
    struct stat found;
    pthread_mutex_lock(&lock);
    int result = syscall(call, fd);
    int error = errno;
    if (log_fd >= 0 && result == 0 && fstat(fd, &found) == 0) {
        name_of(fd, name);
        if (below(name)) {
            if (S_ISDIR(found.st_mode))
                record(SYNC_DIR, 0, 0, name, 0, 0, 0);
            else
                record(SYNC, found.st_ino, 0, 0, 0, 0, 0);
        }
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int fsync(int fd) { return sync_by(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_by(SYS_fdatasync, fd); }

int ftruncate(int fd, off_t length)
{
    pthread_mutex_lock(&lock);
    int result = syscall(SYS_ftruncate, fd, length);
    int error = errno;
    if (result == 0 && kind_of(fd) == 1)
        record(TRUNCATE, number_of(fd), length, 0, 0, 0, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int ftruncate64(int fd, off_t length) { return ftruncate(fd, length); }

/* A change of names: the call, then its record. */
static int named(enum op op, int result, int dir_a, const char *a, int dir_b, const char *b)
{
    int error = errno;
    char from[PATH_MAX], to[PATH_MAX] = "";
    if (result == 0 && log_fd >= 0) {
        whole(dir_a, a, from);
        if (b)
            whole(dir_b, b, to);
        if (below(from) || (b && below(to)))
            record(op, 0, 0, from, to, 0, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    pthread_mutex_lock(&lock);
    return named(RENAME, syscall(SYS_renameat2, from_dir, from, to_dir, to, flags), from_dir, from, to_dir, to);
}
int renameat(int from_dir, const char *from, int to_dir, const char *to) { return renameat2(from_dir, from, to_dir, to, 0); }
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    pthread_mutex_lock(&lock);
    return named(LINK, syscall(SYS_linkat, from_dir, from, to_dir, to, flags), from_dir, from, to_dir, to);
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int dir, const char *path, int flags)
{
    pthread_mutex_lock(&lock);
    return named(REMOVE, syscall(SYS_unlinkat, dir, path, flags), dir, path, 0, 0);
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int dir, const char *path, mode_t mode)
{
    pthread_mutex_lock(&lock);
    return named(MAKE_DIR, syscall(SYS_mkdirat, dir, path, mode), dir, path, 0, 0);
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* Copies inside the kernel would be invisible; everybody falls back to reading and writing. */
ssize_t copy_file_range(int from, off_t *from_at, int to, off_t *to_at, size_t length, unsigned flags)
{
    (void)from, (void)from_at, (void)to, (void)to_at, (void)length, (void)flags;
    errno = ENOSYS;
    return -1;
}
ssize_t sendfile64(int to, int from, off_t *at, size_t length)
{
    (void)to, (void)from, (void)at, (void)length;
    errno = ENOSYS;
    return -1;
}
ssize_t sendfile(int to, int from, off_t *at, size_t length) { return sendfile64(to, from, at, length); }
