// SPDX-License-Identifier: MIT
#include "kept_readahead.h"

#include "core/files.h"
#include "platform/readahead.h"
#include "platform/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Lines: the setting, its bytes before, and which start of the system that was. */
#define RECORD_NAME ".readahead"

enum { BOOT_BYTES = 64 };

/* After another start the kernel has its own values again, and numbers may name other devices. */
static void name_boot(char boot[BOOT_BYTES])
{
    text_file_line("/proc/sys/kernel/random/boot_id", boot, BOOT_BYTES);
}

/* The descriptor of the setting with its lock, or a negative errno. */
static int take(const char *setting)
{
    const int fd = open(setting, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return fd;
    close(fd);
    return -EBUSY;
}

/* ---- The record -------------------------------------------------------------------------------
 */

static int write_record(const struct kept_readahead *kept, struct error *error)
{
    char boot[BOOT_BYTES];
    FILE *file;
    name_boot(boot);
    const int code = files_replace_begin(&file, kept->record, error);
    if (code != 0)
        return code;
    fprintf(file, "%s\n%" PRIu64 "\n%s\n", kept->setting, kept->before_bytes, boot);
    return files_replace_end(file, kept->record, 0, error);
}

/* Whether there is one that counts. */
static bool read_record(struct kept_readahead *kept)
{
    char now[BOOT_BYTES];
    char then[BOOT_BYTES] = "";
    char line[32] = "";
    FILE *file = fopen(kept->record, "r");
    if (file == NULL)
        return false;
    const bool is_whole = fgets(kept->setting, sizeof kept->setting, file) != NULL &&
                          fgets(line, sizeof line, file) != NULL &&
                          fgets(then, sizeof then, file) != NULL;
    fclose(file);
    name_boot(now);
    kept->setting[strcspn(kept->setting, "\n")] = '\0';
    kept->before_bytes = strtoumax(line, NULL, 10);
    then[strcspn(then, "\n")] = '\0';
    return is_whole && strcmp(now, then) == 0;
}

/* ---- Setting and putting back -----------------------------------------------------------------
 */

static void let_go(struct kept_readahead *kept)
{
    if (kept->fd >= 0)
        close(kept->fd);
    free(kept->record);
    *kept = (struct kept_readahead){.fd = -1};
}

static int set(struct kept_readahead *kept, uint64_t bytes, struct error *error)
{
    kept->fd = take(kept->setting);
    if (kept->fd == -EBUSY)
        return error_set(error, -EBUSY, "another run has set %s", kept->setting);
    int code = kept->fd < 0 ? kept->fd : readahead_get(kept->setting, &kept->before_bytes);
    if (code != 0)
        return error_set_call(error, code, "read", kept->setting);
    code = write_record(kept, error);
    if (code != 0)
        return code;
    code = readahead_set(kept->setting, bytes);
    if (code == 0)
        return 0;
    if (code == -ERANGE) /* it was set to something else */
        readahead_set(kept->setting, kept->before_bytes);
    unlink(kept->record);
    return error_set_call(error, code, "set", kept->setting);
}

int kept_readahead_set(struct kept_readahead *kept, const char *dir, const char *setting,
                       uint64_t bytes, struct error *error)
{
    uint64_t recovered;
    *kept = (struct kept_readahead){.fd = -1};
    if (setting[0] == '\0')
        return error_set(error, -ENOTSUP, "no file in /sys holds the readahead of %s", dir);
    const int left = kept_readahead_recover(dir, &recovered, error);
    if (left < 0)
        return left;
    kept->record = files_join(dir, RECORD_NAME);
    snprintf(kept->setting, sizeof kept->setting, "%s", setting);
    const int code = set(kept, bytes, error);
    if (code != 0)
        let_go(kept);
    return code;
}

int kept_readahead_put_back(struct kept_readahead *kept, struct error *error)
{
    int code = readahead_set(kept->setting, kept->before_bytes);
    if (code == 0)
        unlink(kept->record);
    else
        error_set(error, code,
                  "%s cannot be put back to %" PRIu64 " KiB (%s): write that there as root, or "
                  "start this program again as root",
                  kept->setting, kept->before_bytes / 1024, strerror(-code));
    let_go(kept);
    return code;
}

int kept_readahead_recover(const char *dir, uint64_t *bytes, struct error *error)
{
    struct kept_readahead kept = {.fd = -1, .record = files_join(dir, RECORD_NAME)};
    if (access(kept.record, F_OK) != 0) {
        let_go(&kept);
        return 0;
    }
    const bool counts = read_record(&kept);
    kept.fd = counts ? take(kept.setting) : -ENOENT;
    if (kept.fd == -ENOENT) {
        unlink(kept.record); /* the device is gone, or was another one */
    } else if (kept.fd != -EBUSY) {
        *bytes = kept.before_bytes;
        return kept_readahead_put_back(&kept, error) == 0 ? 1 : error->code;
    }
    let_go(&kept);
    return 0;
}
