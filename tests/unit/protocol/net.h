// net.h - a peer and an implant, with the services behind a network
//
// What two joins, and a real server and a real updater. A frame over the network takes
// as long as one over the air, and a case may have the network do as it pleases.

#ifndef TESTS_UNIT_PROTOCOL_NET_H
#define TESTS_UNIT_PROTOCOL_NET_H

#include "two.h"
#include <protocol/host.h>
#include <protocol/monitor.h>
#include <protocol/report.h>
#include <protocol/server.h>
#include <protocol/updater.h>
#include <protocol/uplink.h>

enum { NET_OLD = 10, NET_NEW = 11, NET_SERVICE_RAM = 16384 };

struct net {
    struct two two; // first
    uint8_t updater_nvm[TP_UPDATER_NVM_LEN];
    unsigned shown; // reports, by the server
    uint8_t last_shown[1 + TP_REPORT_LEN];

    // The network's doing: sees each frame on its way, may change it, and may answer in
    // the service's place. False: it goes no further.
    bool (*meddle)(struct net *net, struct ep_frame *frame, bool to_peer);
    unsigned seen; // frames by it

    // A service that has gone bad: it has a good certificate, and this in its place
    // answers. It may change what was asked, too.
    enum tp_status (*answer)(struct net *net, struct tp_asked *asked,
                             uint8_t data[TP_ANSWER_MAX], size_t *len);
    uint8_t bad_place; // enum ep_place
    unsigned asked;    // of it, so often
    struct tp_host bad;

    _Alignas(16) uint8_t server[NET_SERVICE_RAM], updater[NET_SERVICE_RAM];
};

// Starts all: a programmer or a monitor, whose software is of version NET_OLD. The
// updater has nothing yet. config as bed_start's.
void net_start(struct net *net, const struct ep_ops *ops, enum tp_role role,
               const struct tp_implant_config *config);

// Puts release number i into the updater's store, of the maker, of a model and version.
void net_release(struct net *net, size_t i, uint16_t model, uint32_t version);
// And one that is as it is.
void net_release_as(struct net *net, size_t i, const struct tp_manifest *m,
                    const uint8_t *image);

// The service at a place goes bad: net->answer answers from now on.
void net_go_bad(struct net *net, enum ep_place place);

// What an updater gone bad hands out, whatever it is asked for.
struct net_bad {
    struct tp_manifest manifest;
    const uint8_t *image; // manifest.size bytes
    size_t chunk_len;     // so many bytes at a time, at most
    unsigned refuses;     // this question, counted from 1, with all that was asked for
};

// bad is borrowed until the next of these.
void net_updater_goes_bad(struct net *net, const struct net_bad *bad);

// The network says something to the peer, as if it came from a place.
void net_say(struct net *net, enum ep_place as, const uint8_t *bytes, size_t len);

int net_fetch(struct net *net);
int net_update(struct net *net);
int net_report(struct net *net);

#endif
