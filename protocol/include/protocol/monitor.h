// monitor.h - the home monitor: reads the implant out by radio, reports upstream
//
// On its implant side it is a peer with the role of a monitor; all acts of a programmer
// work. EP_ACT_REPORT opens a session, reads REPORT, closes it, connects to the server
// and hands the report on as it is. EP_ACT_FETCH fetches its own software.

#ifndef PROTOCOL_MONITOR_H
#define PROTOCOL_MONITOR_H

#include <protocol/manifest.h>
#include <protocol/programmer.h>
#include <protocol/slots.h>

enum { TP_MONITOR_NVM_LEN = TP_PROGRAMMER_NVM_LEN };

extern const struct ep_ops tp_monitor_ops;

// As a programmer's; the certificate's role is monitor.
void tp_monitor_provision(uint8_t nvm[TP_MONITOR_NVM_LEN],
                          const struct tp_manifest *manifest, const uint8_t *image);

#endif
