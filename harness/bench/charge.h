// charge.h - what an implant's radio costs its battery
//
// Figures of the Zarlink/Microsemi ZL70102 data sheet: 5 mA transmitting or
// receiving, 290 nA on average when sniffing once a second, so 290 nC a sniff.
// Integers throughout: nanocoulombs.

#ifndef HARNESS_BENCH_CHARGE_H
#define HARNESS_BENCH_CHARGE_H

#include <bench/bench.h>
#include <patient/battery.h>

enum {
    HX_RADIO_NC_US = 5, // 5 mA for a microsecond
    HX_SNIFF_NC = 290,
};

// What may be spent outside honest sessions: a burst, and a trickle that is a tenth
// of a pacemaker's 15 uA.
#define HX_BUDGET_BURST_NC UINT64_C(60000000)
#define HX_BUDGET_NC_S     1500

// A short in the cell, as a cluster of lithium makes it: the defibrillators recalled
// for that could be empty within a day of their alert. So all of it in a day, 42 mA.
#define HX_FAULT_NC_MS (HX_BATTERY_NC / (UINT64_C(24) * 3600 * 1000))

// Accounts for the time up to now, before the radio or its user changes.
void hx_charge_accrue(struct hx_charge *c, uint64_t now_us, bool honest);

// The receiver was set; accrue first.
void hx_charge_listen(struct hx_charge *c, uint32_t every_us, uint64_t until_us);

// A frame was sent, or one was received by a sniffing receiver.
void hx_charge_spend(struct hx_charge *c, uint64_t nc, bool honest);

#endif
