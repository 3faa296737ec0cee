// fetch.c - a peer's own software: from the updater to memory, and tried at a start

#include "state.h"

static struct tp_slots_terms terms_of(const struct tp_programmer *prg)
{
    return (struct tp_slots_terms){
        .maker = prg->maker, .base = 0, .model = prg->kind->model};
}

void tp_programmer_provision(uint8_t nvm[TP_PROGRAMMER_NVM_LEN],
                             const struct tp_manifest *manifest, const uint8_t *image)
{
    memset(nvm, 0, TP_PROGRAMMER_NVM_LEN);
    tp_slots_provision(nvm, 0, manifest, image);
}

// Was software never put there? That both marks are gone does not mean that.
static bool blank(const uint8_t *nvm)
{
    size_t i = 0;
    while (i < TP_SLOTS_LEN && nvm[i] == 0)
        i++;
    return i == TP_SLOTS_LEN;
}

void prg_boot(struct tp_programmer *prg, const uint8_t *nvm)
{
    struct tp_slots_terms terms = terms_of(prg);
    prg->software = tp_slots_boot(&prg->slots, &terms, nvm, &prg->out,
                                  &prg->controls) != TP_SLOTS_NOTHING;
    prg->dead = !prg->software && !blank(nvm);
}

void prg_call_manifest(struct tp_programmer *prg, uint16_t model, uint64_t now_us)
{
    uint8_t question[1 + 2];
    struct wr w = wr_of(question, sizeof question);
    wr_u8(&w, TP_UP_MANIFEST);
    wr_u16(&w, model);
    prg_call(prg, question, w.done, now_us);
}

void prg_call_chunk(struct tp_programmer *prg, uint64_t now_us)
{
    const struct carried *c = &prg->carried;
    uint8_t question[1 + 2 + 4 + 2];
    struct wr w = wr_of(question, sizeof question);
    wr_u8(&w, TP_UP_CHUNK);
    wr_u16(&w, c->model);
    wr_u32(&w, c->version);
    wr_u16(&w, c->got);
    prg_call(prg, question, w.done, now_us);
}

int prg_fetch(struct tp_programmer *prg, uint64_t now_us)
{
    if (!prg->software)
        return -1;
    tp_client_start(&prg->client, EP_PLACE_UPDATER);
    prg_call_manifest(prg, prg->kind->model, now_us);
    return 0;
}

// All that is missing is asked for; then it starts anew and tries what it got.
static void go_on(struct tp_programmer *prg, uint64_t now_us)
{
    struct tp_slots_terms terms = terms_of(prg);
    prg->carried.got = prg->slots.got;
    if (prg->slots.got < prg->slots.size) {
        prg_call_chunk(prg, now_us);
        return;
    }
    if (tp_slots_finish(&prg->slots, &terms, &prg->out, &prg->controls)) {
        prg_end(prg, -1);
        return;
    }
    prg_end(prg, 1);
    tp_out_restart(&prg->out);
}

bool prg_is_running(const struct tp_programmer *prg, const struct tp_manifest *m,
                    uint16_t model, uint32_t version)
{
    return m->model == model && m->version == version &&
           (!tp_has(&prg->controls, TP_CTL_UPDATE_SIGNATURE) ||
            tp_manifest_check(m, prg->maker) == TP_OK);
}

static void manifest_came(struct tp_programmer *prg, const struct tp_answer *a,
                          uint64_t now_us)
{
    struct tp_slots_terms terms = terms_of(prg);
    struct tp_manifest m;
    if (tp_manifest_parse(a->data, a->len, &m)) {
        prg_end(prg, -1);
        return;
    }
    tp_out_work(&prg->out, EP_WORK_VERIFY, 1);
    if (prg_is_running(prg, &m, prg->kind->model, prg->slots.version)) {
        prg_end(prg, 1);
        return;
    }
    if (tp_slots_begin(&prg->slots, &terms, a->data, prg_wall_s(prg, now_us), &prg->out,
                       &prg->controls)) {
        prg_end(prg, -1);
        return;
    }
    prg->carried = (struct carried){.model = m.model, .version = m.version};
    go_on(prg, now_us);
}

static void chunk_came(struct tp_programmer *prg, const struct tp_answer *a,
                       uint64_t now_us)
{
    struct tp_slots_terms terms = terms_of(prg);
    struct tp_chunk chunk = {
        .offset = prg->carried.got, .bytes = a->data, .len = a->len};
    if (tp_slots_chunk(&prg->slots, &terms, &chunk, &prg->out, &prg->controls))
        prg_end(prg, -1);
    else
        go_on(prg, now_us);
}

void prg_fetched(struct tp_programmer *prg, const struct tp_answer *a, uint64_t now_us)
{
    if (a->status != TP_STATUS_DONE)
        prg_end(prg, -1);
    else if (prg->client.question[0] == TP_UP_MANIFEST)
        manifest_came(prg, a, now_us);
    else
        chunk_came(prg, a, now_us);
}
