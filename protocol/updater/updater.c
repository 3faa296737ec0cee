// updater.c - the update network's endpoint: releases and log files, to whoever may

#include "state.h"

static struct tp_updater *of(void *ep)
{
    return ep;
}

static int start(void *ep, const void *nvm, const uint8_t seed[EP_SEED_LEN],
                 const uint8_t *config, size_t config_len, uint64_t now_us)
{
    struct tp_updater *u = of(ep);
    if (config_len != TP_HOST_CONFIG_LEN ||
        tp_host_start(&u->host, config, seed, now_us))
        return -1;
    u->host.roles =
        1u << TP_ROLE_MONITOR | 1u << TP_ROLE_CLINICIAN | 1u << TP_ROLE_SERVICE;
    return upd_load(u, nvm) ? -1 : 0;
}

// The data of an answer, borrowed from the store.
struct data {
    const uint8_t *at;
    size_t len;
};

static bool manifest(struct tp_updater *u, struct rd args, struct data *out)
{
    uint16_t model = rd_u16(&args);
    const struct release *rel = rd_end(&args) ? upd_current(u, model) : NULL;
    if (!rel)
        return false;
    *out = (struct data){rel->manifest, sizeof rel->manifest};
    return true;
}

static bool chunk(struct tp_updater *u, struct rd args, struct data *out)
{
    uint16_t model = rd_u16(&args);
    uint32_t version = rd_u32(&args);
    uint16_t offset = rd_u16(&args);
    const struct release *rel = rd_end(&args) ? upd_release(u, model, version) : NULL;
    if (!rel || offset >= rel->size || offset % TP_CHUNK_MAX != 0)
        return false;
    size_t left = (size_t)(rel->size - offset);
    *out = (struct data){u->images + rel->at + offset,
                         left < TP_CHUNK_MAX ? left : TP_CHUNK_MAX};
    return true;
}

static bool file(struct tp_updater *u, struct rd args, struct data *out)
{
    const struct file *f = upd_file(u, args);
    if (!f)
        return false;
    *out = (struct data){f->bytes, f->len};
    return true;
}

static bool serve(struct tp_updater *u, const struct tp_asked *asked, struct data *out)
{
    struct rd args = rd_of(asked->args, asked->len);
    switch (asked->type) {
    case TP_UP_MANIFEST:
        return manifest(u, args, out);
    case TP_UP_CHUNK:
        return chunk(u, args, out);
    case TP_UP_FILE:
        return file(u, args, out);
    default:
        return false;
    }
}

static void receive(void *ep, const struct ep_frame *frame)
{
    struct tp_updater *u = of(ep);
    struct tp_asked asked;
    struct data data = {0};
    if (!tp_host_hear(&u->host, frame, &asked))
        return;
    bool served = serve(u, &asked, &data);
    tp_host_answer(&u->host, &asked, served ? TP_STATUS_DONE : TP_STATUS_REFUSED,
                   data.at, data.len);
}

static int act(void *ep, const struct ep_act *a, uint64_t now_us)
{
    (void)now_us;
    struct tp_updater *u = of(ep);
    if (a->kind != EP_ACT_PUBLISH || a->len != 1 || a->args[0] >= TP_RELEASES_MAX)
        return -1;
    struct release *rel = &u->releases[a->args[0]];
    struct release *before = upd_current(u, rel->model);
    if (!before)
        return -1; // none is there
    before->current = false;
    rel->current = true;
    return 0;
}

static void wipe(void *ep)
{
    cr_wipe(ep, sizeof(struct tp_updater));
}

const struct ep_ops tp_updater_ops = {
    .name = "reference-updater",
    .api_version = EP_API_VERSION,
    .size = sizeof(struct tp_updater),
    .nvm_size = TP_UPDATER_NVM_LEN,
    .init = start,
    .receive = receive,
    .expire = tp_host_expire,
    .deadline = tp_host_deadline,
    .act = act,
    .output = tp_host_output,
    .outcome = tp_host_outcome,
    .wipe = wipe,
};
