// command.c - what may be asked, by whom, in what shape, and what it does

#include "state.h"

static enum tp_err run_status(struct tp_implant *imp, struct call *c)
{
    wr_u32(&c->data, imp_wall_s(imp, c->now_us));
    wr_put(&c->data, imp->settings, TP_SETTINGS_LEN);
    wr_u8(&c->data, imp->alarm);
    wr_u8(&c->data, imp->emergency);
    return TP_OK;
}

static enum tp_err run_patient(struct tp_implant *imp, struct call *c)
{
    wr_put(&c->data, imp->text, imp->text_len);
    return TP_OK;
}

static enum tp_err run_log(struct tp_implant *imp, struct call *c)
{
    const struct tp_log *log = &imp->log;
    uint8_t class = c->q->args[0];
    if (class >= TP_LOG_CLASSES)
        return TP_E_VALUE;
    wr_u16(&c->data, log->count[class]);
    wr_u16(&c->data, log->kept[class]);
    wr_u16(&c->data, log->chain);
    uint8_t ring = has(imp, TP_CTL_LOG_RESERVE) ? class : TP_LOG_WAKE;
    size_t kept = log->kept[ring] < TP_LOG_KEPT ? log->kept[ring] : TP_LOG_KEPT;
    for (size_t i = 0; i < kept; i++) {
        uint8_t b[TP_LOG_ENTRY_LEN];
        if (log->entries[ring][i].detail >> 8 != class)
            continue; // a shared ring holds other classes too
        tp_log_entry_build(&log->entries[ring][i], b);
        wr_put(&c->data, b, sizeof b);
    }
    return c->data.bad ? TP_E_SPACE : TP_OK;
}

static enum tp_err run_nothing(struct tp_implant *imp, struct call *c)
{
    (void)imp;
    (void)c;
    return TP_OK;
}

static void commit_alarm(struct tp_implant *imp, uint8_t volume)
{
    if (imp->alarm != volume) { // memory wears
        imp->alarm = volume;
        imp_nvm_settings(imp);
    }
    tp_out_commit(&imp->out, EP_COMMIT_ALARM, &volume, 1);
}

// What a copy of the whole argument does when its length is not checked: the bytes
// behind the alarm's volume land on the therapy parameters that lie behind it.
static void spill(struct tp_implant *imp, struct call *c)
{
    if (!has(imp, TP_CTL_EXACT_LENGTH) && c->q->len == 1 + TP_SETTINGS_LEN)
        imp_therapy_commit(imp, c->q->args + 1, c->now_us);
}

static enum tp_err run_alarm(struct tp_implant *imp, struct call *c)
{
    uint8_t volume = c->q->args[0];
    if (has(imp, TP_CTL_RANGE_LIMITS) && volume > TP_ALARM_MAX)
        return TP_E_DENIED;
    if (c->rehearse) {
        c->status = TP_STATUS_CHECKED;
        return TP_OK;
    }
    commit_alarm(imp, volume);
    spill(imp, c);
    return TP_OK;
}

// The implant's own words for what it is about to do, under a nonce of its own.
static void digest(uint8_t out[TP_DIGEST_LEN], const uint8_t *nonce,
                   const struct call *c)
{
    uint8_t text[64], hash[CR_HASH_LEN];
    struct wr w = wr_of(text, sizeof text);
    wr_put(&w, (const uint8_t *)"telltale proposal", 17);
    wr_put(&w, nonce, TP_TICKET_LEN);
    wr_put(&w, c->q->args, c->q->len);
    assert(!w.bad);
    cr_sha256(hash, text, w.done);
    memcpy(out, hash, TP_DIGEST_LEN);
}

static enum tp_err run_propose(struct tp_implant *imp, struct call *c)
{
    struct rd r = rd_of(c->q->args, c->q->len);
    struct proposal *p = &imp->session.proposal;
    uint8_t settings[TP_SETTINGS_LEN], nonce[TP_TICKET_LEN];
    uint16_t opcode = rd_u16(&r);
    rd_get(&r, settings, sizeof settings);
    if (opcode != TP_OP_THERAPY || !rd_end(&r) ||
        !imp_settings_hold(imp, settings, c->now_us))
        return TP_E_DENIED;
    if (c->rehearse) {
        c->status = TP_STATUS_CHECKED;
        return TP_OK;
    }
    imp_random(imp, nonce, sizeof nonce);
    digest(p->digest, nonce, c);
    memcpy(p->settings, settings, sizeof settings);
    p->at_us = c->now_us;
    p->live = true;
    wr_put(&c->data, nonce, sizeof nonce);
    wr_put(&c->data, p->digest, TP_DIGEST_LEN);
    c->status = TP_STATUS_PROPOSED;
    if (!has(imp, TP_CTL_TWO_STEP_WRITE)) {
        imp_therapy_commit(imp, p->settings, c->now_us);
        p->live = false;
    }
    return TP_OK;
}

static bool in_time(const struct tp_implant *imp, uint64_t since_us, uint64_t now_us)
{
    return !has(imp, TP_CTL_COMMAND_DEADLINE) || now_us - since_us <= TP_DEADLINE_US;
}

static bool intent_in_time(const struct tp_implant *imp, uint64_t now_us)
{
    return !has(imp, TP_CTL_INTENT_TOKEN) || !has(imp, TP_CTL_INTENT_AGE) ||
           now_us - imp->session.intent_us <= TP_INTENT_AGE_US;
}

static enum tp_err run_confirm(struct tp_implant *imp, struct call *c)
{
    struct proposal *p = &imp->session.proposal;
    if (!has(imp, TP_CTL_TWO_STEP_WRITE))
        return TP_OK; // it was executed when it was proposed
    if (!p->live || !cr_equal(p->digest, c->q->args, TP_DIGEST_LEN) ||
        !in_time(imp, p->at_us, c->now_us) || !intent_in_time(imp, c->now_us) ||
        !imp_settings_hold(imp, p->settings, c->now_us))
        return TP_E_DENIED;
    if (c->rehearse) {
        c->status = TP_STATUS_CHECKED;
        return TP_OK;
    }
    p->live = false;
    imp_therapy_commit(imp, p->settings, c->now_us);
    return TP_OK;
}

// What every implant does; its kind adds its own. Therapy is in neither: it is reached
// through PROPOSE and CONFIRM alone.
// clang-format off
static const struct imp_command commands[] = {
    // opcode               capability      form              length, least  intent handler
    { TP_OP_STATUS,         TP_CAP_READ,    IMP_READS,        0,                0, false, run_status            },
    { TP_OP_PATIENT,        TP_CAP_READ,    IMP_READS,        0,                0, false, run_patient           },
    { TP_OP_LOG,            TP_CAP_READ,    IMP_READS,        1,                0, false, run_log               },
    { TP_OP_TICKET,         0,              IMP_READS,        0,                0, false, run_nothing           },
    { TP_OP_REPORT,         TP_CAP_READ,    IMP_READS,        0,                0, false, imp_run_report        },
    { TP_OP_SOFTWARE,       TP_CAP_READ,    IMP_READS,        0,                0, false, imp_run_software      },
    { TP_OP_ALARM,          TP_CAP_NOTIFY,  IMP_ONE_STEP,     1,                0, false, run_alarm             },
    { TP_OP_STATEMENT,      0,              IMP_CONTROL,      TP_STATEMENT_LEN, 0, false, imp_statement         },
    { TP_OP_UPDATE_BEGIN,   TP_CAP_UPDATE,  IMP_CONTROL,      TP_MANIFEST_LEN,  0, false, imp_run_update_begin  },
    { TP_OP_UPDATE_CHUNK,   TP_CAP_UPDATE,  IMP_CONTROL,      2 + TP_CHUNK_MAX, 3, false, imp_run_update_chunk  },
    { TP_OP_UPDATE_FINISH,  TP_CAP_UPDATE,  IMP_CONTROL,      0,                0, false, imp_run_update_finish },
    { TP_OP_CLOSE,          0,              IMP_CONTROL,      0,                0, false, run_nothing           },
    { TP_OP_PROPOSE,        TP_CAP_THERAPY, IMP_PROPOSAL,     2+TP_SETTINGS_LEN, 0, true, run_propose           },
    { TP_OP_CONFIRM,        TP_CAP_THERAPY, IMP_CONFIRMATION, TP_DIGEST_LEN,    0, false, run_confirm           },
};
// clang-format on

static const struct imp_command *find_in(const struct imp_command *list, size_t count,
                                         uint16_t opcode)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].opcode == opcode)
            return &list[i];
    return NULL;
}

static const struct imp_command *find(const struct tp_implant *imp, uint16_t opcode)
{
    const struct imp_kind *k = imp->kind;
    const struct imp_command *own = find_in(k->commands, k->command_count, opcode);
    return own ? own : find_in(commands, sizeof commands / sizeof commands[0], opcode);
}

// Debug commands of the kind that was left in devices in the field: memory as bytes.
static enum tp_err run_raw(struct tp_implant *imp, struct call *c)
{
    if (has(imp, TP_CTL_COMMAND_ALLOW_LIST))
        return TP_E_DENIED;
    if (c->q->opcode == TP_OP_RAW_READ) {
        wr_put(&c->data, imp->bonds[0].secret, TP_BOND_KEY_LEN);
        wr_put(&c->data, imp->text, imp->text_len);
        return TP_OK;
    }
    if (c->q->opcode != TP_OP_RAW_WRITE || c->q->len != TP_SETTINGS_LEN ||
        (has(imp, TP_CTL_RANGE_LIMITS) && !imp->kind->in_range(c->q->args)))
        return TP_E_DENIED;
    imp_therapy_commit(imp, c->q->args, c->now_us);
    return TP_OK;
}

static bool ticket_holds(struct tp_implant *imp, const struct call *c)
{
    struct ticket *t = &imp->session.ticket;
    if (!has(imp, TP_CTL_COMMAND_DEADLINE))
        return true;
    bool holds = t->live && cr_equal(t->bytes, c->q->ticket, TP_TICKET_LEN) &&
                 in_time(imp, t->at_us, c->now_us);
    t->live = false;
    return holds;
}

// A command's arguments have their one length, or one up to it where they may vary.
static bool length_holds(const struct tp_implant *imp, const struct imp_command *cmd,
                         uint8_t len)
{
    uint8_t least = cmd->len_least > 0 ? cmd->len_least : cmd->len;
    return len >= least && (len <= cmd->len || !has(imp, TP_CTL_EXACT_LENGTH));
}

static enum tp_err authorise(struct tp_implant *imp, const struct imp_command *cmd,
                             const struct call *c)
{
    const struct session *s = &imp->session;
    if (!length_holds(imp, cmd, c->q->len))
        return TP_E_VALUE;
    if (has(imp, TP_CTL_ROLE_CHECK) &&
        (s->capabilities & cmd->capability) != cmd->capability)
        return TP_E_DENIED;
    if (cmd->intent && has(imp, TP_CTL_INTENT_TOKEN) && !s->intent)
        return TP_E_DENIED;
    if (cmd->intent && !intent_in_time(imp, c->now_us))
        return TP_E_DENIED;
    if (cmd->form == IMP_ONE_STEP && !ticket_holds(imp, c))
        return TP_E_AUTH;
    return TP_OK;
}

enum tp_err imp_command(struct tp_implant *imp, struct call *c)
{
    const struct imp_command *cmd = find(imp, c->q->opcode);
    if (!cmd)
        return run_raw(imp, c);
    enum tp_err e = authorise(imp, cmd, c);
    if (e)
        return e;
    e = cmd->run(imp, c);
    // One command to a token, whether it is then confirmed or not.
    if (!e && cmd->intent && has(imp, TP_CTL_INTENT_SINGLE_USE) && !c->rehearse)
        imp->session.intent = false;
    return e;
}
