#include <bench/charge.h>

void hx_charge_spend(struct hx_charge *c, uint64_t nc, bool honest)
{
    c->total_nc += nc;
    if (!honest)
        c->unearned_nc += nc;
}

void hx_charge_accrue(struct hx_charge *c, uint64_t now_us, bool honest)
{
    uint64_t end = c->on_until_us < now_us ? c->on_until_us : now_us;
    if (end > c->since_us) {
        uint64_t us = end - c->since_us;
        if (c->every_us == 0)
            hx_charge_spend(c, us * HX_RADIO_NC_US, honest);
        else // sniffing is what the implant does anyway: never unearned
            c->total_nc += us * HX_SNIFF_NC / c->every_us;
    }
    c->since_us = now_us;
    if (c->faulty) {
        uint64_t nc = now_us / 1000 * HX_FAULT_NC_MS;
        c->fault_nc = nc < HX_BATTERY_NC ? nc : HX_BATTERY_NC;
    }
}

void hx_charge_listen(struct hx_charge *c, uint32_t every_us, uint64_t until_us)
{
    c->every_us = every_us;
    c->on_until_us = until_us;
}
