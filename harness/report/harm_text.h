// harm_text.h - what a cell did to the patient and how bad it is, in few words
//
// What every heart and every pump has is no harm: pauses shorter than three seconds,
// which cardiology does not count, and glucose from 70 mg/dL on, where diabetology sees
// no hypoglycaemia.

#ifndef HARNESS_REPORT_HARM_TEXT_H
#define HARNESS_REPORT_HARM_TEXT_H

#include <report/result.h>

enum {
    HX_HARM_PAUSE_MS = 3000,
    HX_HARM_LOW_MG_DL = 70,
    HX_HARM_TEXT_MAX = 160,
    HX_SEVERITY_TEXT_MAX = 72,
};

// Writes "asystole 12.0 s, 2 shocks", the gravest first; nothing where there is no
// harm.
void hx_harm_text(const struct hx_harm *h, char *buf, size_t cap);

// Orders two harms to patients of one kind: above zero if a is the worse, below if b
// is. Sooner deadly comes first: of a heart missed arrhythmias, asystole, shocks,
// seconds unpaced; of a pump time below 54 mg/dL, nadir, time above 250; then the
// battery.
int hx_harm_compare(const struct hx_harm *a, const struct hx_harm *b);

// Whether any member was filled in, harmful or not.
bool hx_harm_known(const struct hx_harm *h);

// "cardiac", "glucose"; "?" for a kind that is none.
const char *hx_patient_word(unsigned kind);

// Writes "8.9 high CVSS:3.1/AV:N/..."; nothing if the cell is not rated.
void hx_severity_text(const struct hx_cell *c, char *buf, size_t cap);

// Whether there is anything to tell: harm or a rating.
bool hx_cell_hurt(const struct hx_cell *c);

#endif
