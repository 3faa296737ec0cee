// command.c - what may be asked, by whom, in what shape, and what it does

#include "state.h"

enum form { READS, ONE_STEP, PROPOSAL, CONFIRMATION, CONTROL };

struct command {
    uint16_t opcode;
    uint8_t capability; // 0: any session
    uint8_t form;       // enum form
    uint8_t len;        // of the arguments, exactly
    bool intent;        // uses up the session's token
    enum tp_err (*run)(struct tp_implant *imp, struct call *c);
};

static enum tp_err run_status(struct tp_implant *imp, struct call *c)
{
    wr_u32(&c->data, imp_wall_s(imp, c->now_us));
    wr_u16(&c->data, imp->therapy.lower_rate_ppm);
    wr_u16(&c->data, imp->therapy.upper_rate_ppm);
    wr_u16(&c->data, imp->therapy.amplitude_mv);
    wr_u8(&c->data, imp->therapy.mode);
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
    imp->alarm = volume;
    imp_nvm_settings(imp);
    tp_out_commit(&imp->out, EP_COMMIT_ALARM, &volume, 1);
}

// What a copy of the whole argument does when its length is not checked: the bytes
// behind the alarm's volume land on the therapy parameters that lie behind it.
static void spill(struct tp_implant *imp, struct call *c)
{
    struct tp_therapy t;
    if (!has(imp, TP_CTL_EXACT_LENGTH) &&
        tp_therapy_parse(c->q->args + 1, c->q->len - 1u, &t) == TP_OK)
        imp_therapy_commit(imp, &t, c->now_us);
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

static enum tp_err run_test_pulse(struct tp_implant *imp, struct call *c)
{
    struct rd r = rd_of(c->q->args, c->q->len);
    uint16_t mv = rd_u16(&r);
    if (has(imp, TP_CTL_RANGE_LIMITS) &&
        (mv < TP_AMPLITUDE_MIN_MV || mv > TP_AMPLITUDE_MAX_MV))
        return TP_E_DENIED;
    if (c->rehearse)
        c->status = TP_STATUS_CHECKED;
    else
        tp_out_commit(&imp->out, EP_COMMIT_TEST_PULSE, c->q->args, 2);
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
    struct tp_therapy therapy;
    uint8_t nonce[TP_TICKET_LEN];
    if (rd_u16(&r) != TP_OP_THERAPY || tp_therapy_parse(r.at, r.left, &therapy) ||
        imp_therapy_check(imp, &therapy, c->now_us))
        return TP_E_DENIED;
    if (c->rehearse) {
        c->status = TP_STATUS_CHECKED;
        return TP_OK;
    }
    imp_random(imp, nonce, sizeof nonce);
    digest(p->digest, nonce, c);
    p->therapy = therapy;
    p->at_us = c->now_us;
    p->live = true;
    wr_put(&c->data, nonce, sizeof nonce);
    wr_put(&c->data, p->digest, TP_DIGEST_LEN);
    c->status = TP_STATUS_PROPOSED;
    if (!has(imp, TP_CTL_TWO_STEP_WRITE)) {
        imp_therapy_commit(imp, &p->therapy, c->now_us);
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
        imp_therapy_check(imp, &p->therapy, c->now_us))
        return TP_E_DENIED;
    if (c->rehearse) {
        c->status = TP_STATUS_CHECKED;
        return TP_OK;
    }
    p->live = false;
    imp_therapy_commit(imp, &p->therapy, c->now_us);
    return TP_OK;
}

// Therapy is not here: it is reached through PROPOSE and CONFIRM alone.
// clang-format off
static const struct command commands[] = {
    // opcode            capability      form          length            intent handler
    { TP_OP_STATUS,      TP_CAP_READ,    READS,        0,                false, run_status     },
    { TP_OP_PATIENT,     TP_CAP_READ,    READS,        0,                false, run_patient    },
    { TP_OP_LOG,         TP_CAP_READ,    READS,        1,                false, run_log        },
    { TP_OP_TICKET,      0,              READS,        0,                false, run_nothing    },
    { TP_OP_ALARM,       TP_CAP_NOTIFY,  ONE_STEP,     1,                false, run_alarm      },
    { TP_OP_TEST_PULSE,  TP_CAP_THERAPY, ONE_STEP,     2,                true,  run_test_pulse },
    { TP_OP_STATEMENT,   0,              CONTROL,      TP_STATEMENT_LEN, false, imp_statement  },
    { TP_OP_CLOSE,       0,              CONTROL,      0,                false, run_nothing    },
    { TP_OP_PROPOSE,     TP_CAP_THERAPY, PROPOSAL,     2+TP_THERAPY_LEN, true,  run_propose    },
    { TP_OP_CONFIRM,     TP_CAP_THERAPY, CONFIRMATION, TP_DIGEST_LEN,    false, run_confirm    },
};
// clang-format on

static const struct command *find(uint16_t opcode)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].opcode == opcode)
            return &commands[i];
    return NULL;
}

// Debug commands of the kind that was left in devices in the field: memory as bytes.
static enum tp_err run_raw(struct tp_implant *imp, struct call *c)
{
    struct tp_therapy t;
    if (has(imp, TP_CTL_COMMAND_ALLOW_LIST))
        return TP_E_DENIED;
    if (c->q->opcode == TP_OP_RAW_READ) {
        wr_put(&c->data, imp->bonds[0].secret, TP_BOND_KEY_LEN);
        wr_put(&c->data, imp->text, imp->text_len);
        return TP_OK;
    }
    if (c->q->opcode != TP_OP_RAW_WRITE || tp_therapy_parse(c->q->args, c->q->len, &t))
        return TP_E_DENIED;
    imp_therapy_commit(imp, &t, c->now_us);
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

static enum tp_err authorise(struct tp_implant *imp, const struct command *cmd,
                             const struct call *c)
{
    const struct session *s = &imp->session;
    uint8_t len = c->q->len;
    if (has(imp, TP_CTL_EXACT_LENGTH) ? len != cmd->len : len < cmd->len)
        return TP_E_VALUE;
    if (has(imp, TP_CTL_ROLE_CHECK) &&
        (s->capabilities & cmd->capability) != cmd->capability)
        return TP_E_DENIED;
    if (cmd->intent && has(imp, TP_CTL_INTENT_TOKEN) && !s->intent)
        return TP_E_DENIED;
    if (cmd->intent && !intent_in_time(imp, c->now_us))
        return TP_E_DENIED;
    if (cmd->form == ONE_STEP && !ticket_holds(imp, c))
        return TP_E_AUTH;
    return TP_OK;
}

enum tp_err imp_command(struct tp_implant *imp, struct call *c)
{
    const struct command *cmd = find(c->q->opcode);
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
