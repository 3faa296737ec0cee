// rubric.h - from what an attack needed and broke to a rating
//
// Every letter follows from facts that the bench holds, by the rules below, so two runs
// of one attack are rated alike and nobody's judgement is in it. A rating says how bad
// a success is and what it takes; it says nothing of how likely one is. Advisories that
// are named here gave the same letter for the same reason; where published ratings of
// one class disagree, the worse is taken, and it is said.
//
//   metric  letter  when
//   AV      P       the near field is among the links or a coil among the abilities:
//                   centimetres from the skin is as good as a touch (ICSMA-18-179-01,
//                   inductive link); or no link was used, the device was in hand
//           A       else, radio: metres (ICSMA-17-241-01, ICSMA-19-080-01)
//           N       else, the uplink or a place in the network (ICSMA-17-009-01). All
//                   links count as needed, so the narrowest decides
//   AC      H       blocks, relays, or must hit a moment not of its own choice: CVSS
//                   asks for H where one has to get between two parties or win a race
//                   (ICSMA-17-009-01); or it listens and then injects, for something
//                   must have been caught first (the replay in ICSMA-18-219-02)
//           L       else (no authentication at all: ICSMA-19-080-01)
//   PR      H       stolen keys: a clinician's, who commands therapy
//           L       else, keys of a low role: an insider such as a home monitor
//           N       else
//   UI      R       an honest person must act while the attack goes on
//   S       C       harm crosses from one device into another: a monitor, programmer or
//                   server is broken and the implant suffers (ICSMA-17-009-01)
//   C       H       I6 with keys or patient data read; either of them by itself, too.
//                   ICSMA-17-241-01 has L for patient data in clear, ICSMA-19-080-01 H
//           L       I6 else (lengths and times tell); I15: who it is, not what they
//           have
//   I       H       I3, I8, I9: unsafe values, foreign code, a key to every device
//           H or L  I1, I2, I7: H if therapy was affected
//           L       I10, I11: the picture of what happened, not what happens
//                   (forged reports: ICSMA-18-219-01)
//   A       H       I4, I5, I13: therapy, the battery that carries it
//                   (ICSMA-17-241-01), help in an emergency; I12: a device that stops
//                   or restarts
//           L       I14: the clinic is locked out until it comes with a wand
//
// Of several rules for one metric the worst letter holds.
//
// Beside the score stand the answers to the questions of MITRE's rubric for applying
// CVSS to medical devices, version 0.12.04, as an extended vector. The names are the
// rubric's; what each one is taken to ask is said here in words of our own, and a
// rating to be filed with anybody has to be answered again from the original.

#ifndef HARNESS_SEVERITY_RUBRIC_H
#define HARNESS_SEVERITY_RUBRIC_H

#include <scenario/scenario.h>
#include <severity/cvss.h>

// What one succeeded attack needed and did. All sets are bits, 1 << enum.
struct hx_severity_facts {
    uint32_t links;     // of enum hx_link: those the attacker itself must reach; what a
                        // device in its hands then sends is no link of its own
    uint32_t abilities; // of enum hx_ability (scenario.h), those that it used
    uint32_t violated;  // of enum hx_invariant
    bool user_acts;     // an honest person must act during the attack
    bool crosses;       // one device is broken and another one suffers
    bool therapy_affected;
    bool phi_read; // patient data
    bool keys_read;
};

// The questions, in the rubric's order. Y and N; for the kinds of data (P patient data,
// D diagnosis and monitoring, T therapy, W clinical workflow, S private to the system,
// O other) the letters of C, I and A. U: a simulation cannot know. -: an earlier answer
// has settled it.
#define HX_RUBRIC_LIST(X)                                                              \
    X(XAVN)  /* over a link, rather than with the device in hand? */                   \
    X(XAVT)  /* over a routed network? */                                              \
    X(XAVW)  /* over the air? */                                                       \
    X(XAVR)  /* if so: from metres away, rather than from the skin? */                 \
    X(XAVP)  /* does it take a touch, or as good as one? */                            \
    X(XAVPA) /* if so: could people be kept away? U, it depends on the place */        \
    X(XACL)  /* does it work whenever it is tried? */                                  \
    X(XPRL)  /* does it take any credential? */                                        \
    X(XPRZ)  /* if so: does one of a low role do? */                                   \
    X(XPRS)  /* if so: does it take one that commands therapy? */                      \
    X(XUI)   /* must an honest person act? */                                          \
    X(XS)    /* does another device suffer than the one that is broken? */             \
    X(XCP)   /* patient data read; L, that two meetings were with one patient */       \
    X(XCPM)  /* if so: of many patients? Y if one device's keys open others */         \
    X(XCD)   /* U if patient data was read: what it held is not told apart */          \
    X(XCT)   /* likewise */                                                            \
    X(XCW)   /* U, always: the bench has no clinic */                                  \
    X(XCS)   /* keys read */                                                           \
    X(XCO)   /* anything else that leaks: lengths, times */                            \
    X(XIP)   /* patient data changed: U once foreign code runs */                      \
    X(XID)   /* reports forged (I11) */                                                \
    X(XIT)   /* therapy changed (I3; I1, I2, I7, I8 where they affected it) */         \
    X(XIW)   /* U, always */                                                           \
    X(XIS)   /* keys (I9) and code (I8) */                                             \
    X(XIO)   /* commands that are not therapy; the log (I10) */                        \
    X(XAP)   /* N: a device that keeps silent still keeps its data */                  \
    X(XAD)   /* monitoring: H when the device stops (I12), L when shut out (I14) */    \
    X(XAT)   /* therapy stops (I4, I12), soon (I5), or in an emergency (I13) */        \
    X(XAW)   /* U, always */                                                           \
    X(XAS)   /* N: nothing here takes a key away */                                    \
    X(XAO)   /* the programmer's commands (I14) */

#define X(name) HX_RUBRIC_##name,
enum hx_rubric_question { HX_RUBRIC_LIST(X) HX_RUBRIC_QUESTIONS };
#undef X

enum { HX_RUBRIC_TEXT_MAX = 256 }; // an extended vector with its NUL

// All zero where nothing was rated.
struct hx_severity {
    struct hx_cvss cvss;
    uint8_t score; // tenths
    char answer[HX_RUBRIC_QUESTIONS];
};

// Rates an attack. C, I and A of the vector are the worst of the answers known for
// their kinds of data; a U raises nothing.
struct hx_severity hx_severity_rate(const struct hx_severity_facts *f);

// Writes the answers as "XAVN:Y/XAVT:N/...", cut short if cap is less than
// HX_RUBRIC_TEXT_MAX. An answer that was never given shows as '?'.
void hx_rubric_format(const struct hx_severity *s, char *buf, size_t cap);

const char *hx_ability_word(enum hx_ability a);

#endif
