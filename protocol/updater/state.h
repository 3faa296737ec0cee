// state.h - all of one updater's memory, and the functions its files share

#ifndef PROTOCOL_UPDATER_STATE_H
#define PROTOCOL_UPDATER_STATE_H

#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/updater.h>

struct release {
    uint16_t model; // 0: none is here
    uint16_t size;
    uint16_t at; // of its image, among all
    bool current;
    uint32_t version;
    uint8_t manifest[TP_MANIFEST_LEN];
};

struct file {
    uint8_t path[TP_FILE_NAME_MAX]; // padded with zeroes; none: no file
    uint8_t len;
    uint8_t bytes[TP_FILE_MAX];
};

struct tp_updater {
    struct tp_host host; // first: what it does by itself is the host's
    struct release releases[TP_RELEASES_MAX];
    struct file files[TP_FILES_MAX];
    uint8_t images[TP_UPDATER_IMAGES];
};

// store.c

// Fails  TP_E_SPACE if the images are too long together.
TP_MUST_CHECK enum tp_err upd_load(struct tp_updater *u, const uint8_t *nvm);
struct release *upd_current(struct tp_updater *u, uint16_t model);
// The current one, if it has that version, or else the first that has; NULL if none.
struct release *upd_release(struct tp_updater *u, uint16_t model, uint32_t version);

// files.c

// The file that an argument of TP_UP_FILE names; NULL if it names none, or none that
// is handed out.
const struct file *upd_file(const struct tp_updater *u, struct rd arg);

#endif
