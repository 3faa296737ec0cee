// store.c - the updater's releases and files, as they lie in its memory
//
//   0                 880            6 * 880          + 89
//   +-----------------+-------+------+----------------+-------+
//   | manifest, image |  ...  |      | path, len, file|  ...  |
//   +-----------------+-------+------+----------------+-------+

#include "state.h"

enum { FILES_AT = TP_RELEASES_MAX * TP_RELEASE_LEN };

void tp_updater_release(uint8_t nvm[TP_UPDATER_NVM_LEN], size_t i,
                        const struct tp_manifest *manifest, const uint8_t *image)
{
    assert(i < TP_RELEASES_MAX && manifest->size <= TP_IMAGE_MAX);
    uint8_t *at = nvm + i * TP_RELEASE_LEN;
    memset(at, 0, TP_RELEASE_LEN);
    tp_manifest_build(manifest, at);
    memcpy(at + TP_MANIFEST_LEN, image, manifest->size);
}

void tp_updater_file(uint8_t nvm[TP_UPDATER_NVM_LEN], size_t i, const char *path,
                     const uint8_t *bytes, size_t len)
{
    assert(i < TP_FILES_MAX && len <= TP_FILE_MAX);
    struct wr w = wr_of(nvm + FILES_AT + i * TP_FILE_LEN, TP_FILE_LEN);
    wr_text(&w, path);
    assert(w.done <= TP_FILE_NAME_MAX);
    wr_fill(&w, 0, TP_FILE_NAME_MAX - w.done);
    wr_u8(&w, (uint8_t)len);
    wr_put(&w, bytes, len);
    wr_fill(&w, 0, w.left);
    assert(!w.bad);
}

static enum tp_err load_release(struct tp_updater *u, size_t i, struct rd at,
                                size_t *used)
{
    struct release *rel = &u->releases[i];
    struct tp_manifest m;
    const uint8_t *manifest = rd_take(&at, TP_MANIFEST_LEN);
    if (!manifest || tp_manifest_parse(manifest, TP_MANIFEST_LEN, &m) || m.model == 0)
        return TP_OK; // nothing is here
    if (m.size > sizeof u->images - *used)
        return TP_E_SPACE;
    rd_get(&at, u->images + *used, m.size);
    memcpy(rel->manifest, manifest, TP_MANIFEST_LEN);
    rel->current = upd_current(u, m.model) == NULL;
    rel->model = m.model;
    rel->version = m.version;
    rel->size = m.size;
    rel->at = (uint16_t)*used;
    *used += m.size;
    return TP_OK;
}

static void load_file(struct file *f, struct rd at)
{
    rd_get(&at, f->path, sizeof f->path);
    f->len = rd_u8(&at);
    rd_get(&at, f->bytes, sizeof f->bytes);
    if (f->len > TP_FILE_MAX)
        f->len = TP_FILE_MAX;
}

enum tp_err upd_load(struct tp_updater *u, const uint8_t *nvm)
{
    struct rd r = rd_of(nvm, TP_UPDATER_NVM_LEN);
    size_t used = 0;
    for (size_t i = 0; i < TP_RELEASES_MAX; i++) {
        struct rd at = rd_of(rd_take(&r, TP_RELEASE_LEN), TP_RELEASE_LEN);
        enum tp_err e = load_release(u, i, at, &used);
        if (e)
            return e;
    }
    for (size_t i = 0; i < TP_FILES_MAX; i++)
        load_file(&u->files[i], rd_of(rd_take(&r, TP_FILE_LEN), TP_FILE_LEN));
    return TP_OK;
}

struct release *upd_current(struct tp_updater *u, uint16_t model)
{
    for (size_t i = 0; i < TP_RELEASES_MAX; i++)
        if (u->releases[i].current && u->releases[i].model == model)
            return &u->releases[i];
    return NULL;
}

struct release *upd_release(struct tp_updater *u, uint16_t model, uint32_t version)
{
    struct release *current = upd_current(u, model);
    if (!current || current->version == version)
        return current;
    for (size_t i = 0; i < TP_RELEASES_MAX; i++)
        if (u->releases[i].model == model && u->releases[i].version == version)
            return &u->releases[i];
    return NULL;
}
