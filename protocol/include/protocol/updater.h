// updater.h - the update network: hands out releases, and takes no part in their truth
//
// Its store lies in its non-volatile memory: releases (manifest and image each), which
// of them is current for its model is set by EP_ACT_PUBLISH, and a small tree of files
// behind its log service. Whoever owns it owns the network, and still cannot make a
// release: that takes the maker's key, which is not here.
//
// The log service hands out file number 0 and no other. It keeps what it hands out in
// its state, where images have TP_UPDATER_IMAGES bytes together.

#ifndef PROTOCOL_UPDATER_H
#define PROTOCOL_UPDATER_H

#include <protocol/endpoint.h>
#include <protocol/host.h>
#include <protocol/manifest.h>

enum {
    TP_RELEASES_MAX = 6,
    TP_RELEASE_LEN = TP_MANIFEST_LEN + TP_IMAGE_MAX,
    TP_FILES_MAX = 4,
    TP_FILE_NAME_MAX = 24,
    TP_FILE_MAX = 64,
    TP_FILE_LEN = TP_FILE_NAME_MAX + 1 + TP_FILE_MAX,
    TP_UPDATER_NVM_LEN = TP_RELEASES_MAX * TP_RELEASE_LEN + TP_FILES_MAX * TP_FILE_LEN,
    TP_UPDATER_IMAGES = 2816, // bytes of all images together
};

// Configured as a host, and no more. init() fails too if the images in its memory are
// longer than TP_UPDATER_IMAGES.
extern const struct ep_ops tp_updater_ops;

// Puts release number i into the store; the first of a model is current. Memory of
// zeroes is an empty store.
void tp_updater_release(uint8_t nvm[TP_UPDATER_NVM_LEN], size_t i,
                        const struct tp_manifest *manifest, const uint8_t *image);

// Puts file number i into the store: its path below "/", e.g. "logs/today" (which
// the log service may hand out as item 0) or "keys/service" (which it may not).
void tp_updater_file(uint8_t nvm[TP_UPDATER_NVM_LEN], size_t i, const char *path,
                     const uint8_t *bytes, size_t len);

#endif
