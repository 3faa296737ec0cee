// server.h - the monitors' server: shows the clinic what the implants reported
//
// It takes reports and queues nothing that changes therapy. A report is shown only if
// it carries its implant's own tag and a sequence above the last one shown.

#ifndef PROTOCOL_SERVER_H
#define PROTOCOL_SERVER_H

#include <protocol/endpoint.h>
#include <protocol/host.h>
#include <protocol/report.h>

enum { TP_SERVER_IMPLANTS = 2 };

extern const struct ep_ops tp_server_ops; // nvm_size 0

struct tp_server_config {
    struct tp_host_config host;                // its certificate's role: server
    uint8_t id[TP_SERVER_IMPLANTS][TP_ID_LEN]; // its patients' implants
    uint8_t origin_key[TP_SERVER_IMPLANTS][TP_ORIGIN_KEY_LEN];
};
enum {
    TP_SERVER_CONFIG_LEN =
        TP_HOST_CONFIG_LEN + TP_SERVER_IMPLANTS * (TP_ID_LEN + TP_ORIGIN_KEY_LEN)
};
void tp_server_config_build(const struct tp_server_config *in,
                            uint8_t out[TP_SERVER_CONFIG_LEN]);

#endif
