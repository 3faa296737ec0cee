// json.c - the result for programs, and for a later run to be compared with
//
// Members stand in the order in which they are written. Numbers that a reader's
// doubles might not hold are decimal text.

#include <jansson.h>
#include <libxml/xmlversion.h>
#include <protocol/endpoint.h>
#include <report/harm_text.h>
#include <report/report.h>
#include <report/utf8.h>
#include <report/version.h>
#include <report/words.h>
#include <yaml.h>

static json_t *number(uint64_t v)
{
    return v >> 53 ? json_sprintf("%llu", (unsigned long long)v)
                   : json_integer((json_int_t)v);
}

static json_t *text(const char *s)
{
    char clean[3 * 512 + 1];
    hx_utf8_clean(s, true, clean, sizeof clean);
    return json_string(clean);
}

static json_t *libraries(void)
{
    return json_pack("{s:s, s:s, s:s, s:s}", "libsodium", HX_LIBSODIUM, "libyaml",
                     yaml_get_version_string(), "jansson", jansson_version_str(),
                     "libxml2", LIBXML_DOTTED_VERSION);
}

static json_t *violated(const struct hx_cell *c)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < HX_INVARIANT_COUNT; i++)
        if (c->violated >> i & 1)
            json_array_append_new(list, json_string(hx_invariant_word(i)));
    return list;
}

static json_t *evidence(const struct hx_cell *c)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", //
                     "duration_us", number(c->duration_us), "radio_nc",
                     number(c->radio_nc), "unearned_nc", number(c->unearned_nc),
                     "fault_nc", number(c->fault_nc), "frames", number(c->frames),
                     "commits", number(c->commits), "issued", number(c->issued),
                     "events", number(c->events), "trace",
                     json_sprintf("%016llx", (unsigned long long)c->trace_hash), "note",
                     text(c->note));
}

// The patient's members stand there once a patient was asked.
static json_t *harm(const struct hx_cell *c)
{
    const struct hx_harm *h = &c->harm;
    json_t *o = json_pack("{s:o, s:o}", "longest_gap_us", number(c->longest_gap_us),
                          "wrong_therapy", number(c->wrong_therapy));
    if (!hx_harm_known(h))
        return o;
    json_object_set_new(o, "patient", text(hx_patient_word(h->patient)));
    if (h->patient == HX_PATIENT_GLUCOSE) {
        json_object_set_new(o, "nadir_mg_dl", number(h->nadir_mg_dl));
        json_object_set_new(o, "below_54_min", number(h->below_54_min));
        json_object_set_new(o, "above_250_min", number(h->above_250_min));
    } else {
        json_object_set_new(o, "longest_asystole_ms", number(h->longest_asystole_ms));
        json_object_set_new(o, "unpaced_s", number(h->unpaced_s));
        json_object_set_new(o, "inappropriate_shocks", number(h->inappropriate_shocks));
        json_object_set_new(o, "missed_therapies", number(h->missed_therapies));
    }
    json_object_set_new(o, "battery_days_lost", number(h->battery_days_lost));
    return o;
}

static json_t *severity(const struct hx_severity *s)
{
    char vector[HX_CVSS_TEXT_MAX], rubric[HX_RUBRIC_TEXT_MAX];
    hx_cvss_format(&s->cvss, vector, sizeof vector);
    hx_rubric_format(s, rubric, sizeof rubric);
    return json_pack(
        "{s:o, s:f, s:s, s:s}", "vector", json_sprintf(HX_CVSS_PREFIX "%s", vector),
        "score", s->score / 10.0, "words", hx_cvss_word(s->score), "rubric", rubric);
}

static void add_outcome(json_t *o, const struct hx_cell *c)
{
    bool found = c->time_to_detect_us != EP_NEVER;
    json_object_set_new(o, "verdict", text(hx_verdict_word(c->verdict)));
    json_object_set_new(o, "expected", text(hx_verdict_word(c->expected)));
    json_object_set_new(o, "unexpected", json_boolean(c->unexpected));
    json_object_set_new(o, "violated", violated(c));
    json_object_set_new(o, "logged",
                        c->must_log ? json_boolean(c->logged) : json_null());
    json_object_set_new(o, "time_to_detect_us",
                        found ? number(c->time_to_detect_us) : json_null());
    json_object_set_new(o, "harm", harm(c));
    if (c->rated)
        json_object_set_new(o, "severity", severity(&c->severity));
    json_object_set_new(o, "evidence", evidence(c));
}

static json_t *cell(const struct hx_run *run, const struct hx_cell *c)
{
    char command[512], tiers[HX_TIERS_MAX];
    const struct hx_scenario *s = &run->scenarios[c->scenario];
    json_t *o = json_object();
    json_object_set_new(o, "scenario", text(s->id));
    json_object_set_new(o, "profile", text(run->profiles[c->profile].id));
    json_object_set_new(o, "tier", text(hx_tiers_word(s->tiers, tiers, sizeof tiers)));
    json_object_set_new(o, "fidelity", text(run->options.fidelity));
    json_object_set_new(o, "air", text(run->options.air));
    add_outcome(o, c);
    hx_report_reproduce(run, c, command, sizeof command);
    json_object_set_new(o, "reproduce", text(command));
    return o;
}

static json_t *cells(const struct hx_run *run)
{
    json_t *list = json_array();
    for (size_t i = 0; i < run->cell_count; i++)
        json_array_append_new(list, cell(run, &run->cells[i]));
    return list;
}

static json_t *control(const struct hx_run *run, enum tp_control c)
{
    const struct tp_control_info *info = tp_control_info(c);
    const struct hx_control_result *r = &run->controls[c];
    json_t *by = json_array();
    for (size_t i = 0; i < r->by_count; i++)
        json_array_append_new(by, text(run->scenarios[r->by[i]].id));
    return json_pack("{s:s, s:s, s:s, s:s, s:o}", "id", info->id, "category",
                     tp_category_id(info->category), "clause", info->clause, "killed",
                     hx_killed_word(r->killed), "by", by);
}

static json_t *controls(const struct hx_run *run)
{
    json_t *list = json_array();
    for (enum tp_control c = 0; c < TP_CTL_COUNT; c++)
        json_array_append_new(list, control(run, c));
    return list;
}

static json_t *summary(const struct hx_run *run)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f}", //
        "cells", number(run->cell_count), "unexpected", number(run->unexpected),
        "attacks", number(run->attacks), "attacks_stopped_on_hardened",
        number(run->stopped_on_hardened), "controls", number(TP_CTL_COUNT),
        "controls_killed", number(run->killed), "honest_stories", number(run->stories),
        "honest_served", number(run->served_on_hardened), "seconds", run->seconds);
}

int hx_report_json(FILE *f, const struct hx_run *run)
{
    json_t *o = json_object();
    char seed[24];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)run->options.seed);
    json_object_set_new(o, "schema", json_integer(HX_REPORT_SCHEMA));
    json_object_set_new(
        o, "telltale",
        json_pack("{s:s, s:s}", "version", HX_VERSION, "commit", HX_COMMIT));
    json_object_set_new(o, "libraries", libraries());
    json_object_set_new(o, "options",
                        json_pack("{s:o, s:o}", "fidelity", text(run->options.fidelity),
                                  "air", text(run->options.air)));
    json_object_set_new(o, "seed", json_string(seed));
    json_object_set_new(o, "whole", json_boolean(run->whole));
    json_object_set_new(o, "interrupted", json_boolean(run->interrupted));
    json_object_set_new(o, "cells", cells(run));
    json_object_set_new(o, "controls", controls(run));
    json_object_set_new(o, "summary", summary(run));
    int e = json_dumpf(o, f, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    json_decref(o);
    return e || fputc('\n', f) == EOF || ferror(f) ? -1 : 0;
}
