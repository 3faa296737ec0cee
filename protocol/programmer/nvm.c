// nvm.c - the implants that a peer is paired with, in the memory that lasts
//
// Behind the software. A place counts with its first byte, which is written last; so a
// power cut in the middle of a pairing leaves none, never half of one.
//
//   0       1      4         16        48       80         112
//   +-------+------+---------+---------+--------+----------+----+
//   | valid | role | counter | implant | secret | wake key | id |
//   +-------+------+---------+---------+--------+----------+----+

#include "state.h"

enum { AT_COUNTER = 4, AT_IMPLANT = 16 };

_Static_assert(AT_IMPLANT + CR_DH_LEN + 2 * TP_BOND_KEY_LEN + TP_ID_LEN ==
                   TP_PEER_NVM_LEN,
               "a peer fits its place");

static size_t place_of(size_t peer)
{
    return TP_SLOTS_LEN + peer * TP_PEER_NVM_LEN;
}

static void load_peer(struct peer *peer, const uint8_t *place)
{
    struct rd r = rd_of(place, TP_PEER_NVM_LEN);
    peer->bonded = rd_u8(&r) == 1;
    if (!peer->bonded)
        return;
    peer->bond.role = rd_u8(&r);
    rd_take(&r, 2);
    peer->bond.wake_counter = rd_u32(&r);
    rd_take(&r, AT_IMPLANT - 8);
    rd_get(&r, peer->implant, CR_DH_LEN);
    rd_get(&r, peer->bond.secret, TP_BOND_KEY_LEN);
    rd_get(&r, peer->bond.wake_key, TP_BOND_KEY_LEN);
    rd_get(&r, peer->id, TP_ID_LEN);
}

void prg_nvm_load(struct tp_programmer *prg, const uint8_t *nvm)
{
    prg->lasting = true;
    for (size_t i = 0; i < TP_PEERS_MAX; i++)
        load_peer(&prg->peers[i], nvm + place_of(i));
}

void prg_nvm_peer(struct tp_programmer *prg)
{
    const struct peer *peer = &prg->peers[prg->peer];
    size_t at = place_of(prg->peer);
    uint8_t head[2] = {0, peer->bond.role}, bytes[TP_PEER_NVM_LEN - AT_IMPLANT];
    struct wr w = wr_of(bytes, sizeof bytes);
    if (!prg->lasting)
        return;
    wr_put(&w, peer->implant, CR_DH_LEN);
    wr_put(&w, peer->bond.secret, TP_BOND_KEY_LEN);
    wr_put(&w, peer->bond.wake_key, TP_BOND_KEY_LEN);
    wr_put(&w, peer->id, TP_ID_LEN);
    tp_out_nvm(&prg->out, at, head, sizeof head);
    tp_out_nvm(&prg->out, at + AT_IMPLANT, bytes, w.done);
    prg_nvm_counter(prg);
    head[0] = 1;
    tp_out_nvm(&prg->out, at, head, sizeof head);
    cr_wipe(bytes, sizeof bytes);
}

void prg_nvm_counter(struct tp_programmer *prg)
{
    uint8_t bytes[4];
    struct wr w = wr_of(bytes, sizeof bytes);
    wr_u32(&w, prg->peers[prg->peer].bond.wake_counter);
    if (prg->lasting)
        tp_out_nvm(&prg->out, place_of(prg->peer) + AT_COUNTER, bytes, w.done);
}
