// client.c - asking over the uplink

#include <crypto/bytes.h>
#include <crypto/hash.h>
#include <protocol/client.h>

static bool asking(const struct tp_client *c)
{
    return c->deadline_us != EP_NEVER;
}

static enum tp_role role_of(const struct tp_client *c)
{
    return c->place == EP_PLACE_SERVER ? TP_ROLE_SERVER : TP_ROLE_UPDATER;
}

static void send(const struct tp_client *c, const struct tp_client_env *env,
                 const uint8_t *frame, size_t len)
{
    tp_out_uplink(env->out, (enum ep_place)c->place, frame, len);
}

void tp_client_start(struct tp_client *c, enum ep_place place)
{
    tp_client_close(c);
    c->place = (uint8_t)place;
}

void tp_client_close(struct tp_client *c)
{
    cr_wipe(c, sizeof *c);
    c->deadline_us = EP_NEVER;
}

static void connect(struct tp_client *c, const struct tp_client_env *env)
{
    uint8_t hello[TP_UP_HELLO_LEN];
    if (tp_uplink_hello(&c->up, &env->self, env->rng, hello) == TP_OK)
        send(c, env, hello, sizeof hello);
}

static void say_in_clear(const struct tp_client *c, const struct tp_client_env *env)
{
    uint8_t frame[1 + TP_QUESTION_MAX] = {TP_UP_PLAIN};
    memcpy(frame + 1, c->question, c->len);
    send(c, env, frame, 1u + c->len);
}

// The question, over the connection that is there; without one it begins with that.
static void say(struct tp_client *c, const struct tp_client_env *env, uint64_t now_us)
{
    uint8_t frame[EP_FRAME_MAX];
    size_t len;
    c->deadline_us = now_us + TP_CLIENT_WAIT_US;
    if (c->clear)
        say_in_clear(c, env);
    else if (tp_uplink_seal(&c->up, c->question, c->len, frame, &len) == TP_OK)
        send(c, env, frame, len);
    else
        connect(c, env);
}

void tp_client_ask(struct tp_client *c, const struct tp_client_env *env,
                   const uint8_t *question, size_t len, uint64_t now_us)
{
    assert(len > 0 && len <= sizeof c->question);
    memcpy(c->question, question, len);
    c->len = (uint8_t)len;
    c->tries = TP_CLIENT_TRIES;
    say(c, env, now_us);
}

// Is there a check at all that what it uses is the connection? Only what lacks it goes
// on in clear.
static bool checks(const struct tp_client_env *env)
{
    return tp_has(env->self.controls, TP_CTL_CHANNEL_CHECK_AT_USE);
}

bool tp_client_expire(struct tp_client *c, const struct tp_client_env *env,
                      uint64_t now_us)
{
    if (c->tries > 0) {
        c->tries--;
    } else if (checks(env) || c->clear) {
        tp_client_close(c);
        return false;
    } else {
        c->clear = true;
        c->tries = TP_CLIENT_TRIES;
    }
    tp_uplink_close(&c->up);
    say(c, env, now_us);
    return true;
}

// The network says that the connection is gone. Whoever says it, it is not used again.
static void lose(struct tp_client *c, const struct tp_client_env *env, uint64_t now_us)
{
    tp_uplink_close(&c->up);
    if (checks(env) || c->clear)
        return;
    c->clear = true;
    if (asking(c))
        say(c, env, now_us);
}

static void prove(struct tp_client *c, const struct tp_client_env *env,
                  const struct ep_frame *frame)
{
    uint8_t proof[TP_UP_PROOF_LEN];
    if (tp_uplink_prove(&c->up, &env->self, role_of(c), env->rng, frame->bytes,
                        frame->len, proof))
        return;
    tp_out_work(env->out, EP_WORK_VERIFY, 1);
    send(c, env, proof, sizeof proof);
    say(c, env, frame->now_us);
}

// Reads message[0..len) as the answer to what is being asked.
static bool understand(struct tp_client *c, const uint8_t *message, size_t len,
                       struct tp_answer *out)
{
    struct rd r = rd_of(message, len);
    uint8_t type = rd_u8(&r);
    uint8_t status = rd_u8(&r);
    if (r.bad || type != (c->question[0] | TP_UP_ANSWER) || r.left > sizeof out->data)
        return false;
    out->status = status;
    out->len = r.left;
    rd_get(&r, out->data, r.left);
    c->deadline_us = EP_NEVER;
    return true;
}

static bool answered(struct tp_client *c, const struct ep_frame *frame,
                     struct tp_answer *out)
{
    uint8_t message[TP_UP_MESSAGE_MAX];
    size_t len;
    if (tp_uplink_open(&c->up, frame->bytes, frame->len, message, &len))
        return false;
    bool is = understand(c, message, len, out);
    cr_wipe(message, sizeof message);
    return is;
}

bool tp_client_hear(struct tp_client *c, const struct tp_client_env *env,
                    const struct ep_frame *frame, struct tp_answer *out)
{
    if (frame->len == 0)
        return false;
    if (frame->bytes[0] == TP_UP_CLOSED && frame->len == 1)
        lose(c, env, frame->now_us);
    if (!asking(c))
        return false;
    switch (frame->bytes[0]) {
    case TP_UP_REPLY:
        prove(c, env, frame);
        return false;
    case TP_UP_RECORD:
        return answered(c, frame, out);
    case TP_UP_PLAIN:
        return c->clear && understand(c, frame->bytes + 1, (size_t)frame->len - 1, out);
    default:
        return false;
    }
}
