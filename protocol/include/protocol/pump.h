// pump.h - the reference insulin pump, behind the endpoint seam
//
// An implant in all but its therapy: memory, configuration and provisioning are those
// of implant.h, the settings those of struct tp_infusion.

#ifndef PROTOCOL_PUMP_H
#define PROTOCOL_PUMP_H

#include <protocol/implant.h>

extern const struct ep_ops tp_pump_ops;

#endif
