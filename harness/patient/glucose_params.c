// Three of the thirty virtual patients of the academic UVA/Padova simulator (Kovatchev
// et al. 2009), as simglucose lists them (Jinyu Xie, MIT licence; its vpatient_params
// and Quest tables): those parameters that the equations need.

#include <patient/glucose.h>
#include <string.h>

// clang-format off
static const struct hx_glucose_params people[] = {
    {
        .name = "adolescent#001", .carb_ratio_g_u = 12,
        .weight_kg = 68.706,
        .kabs = 0.091043, .kmax = 0.015865, .kmin = 0.0083338,
        .b = 0.83072, .d = 0.32294, .f = 0.9,
        .vg = 1.6818, .k1 = 0.057252, .k2 = 0.067738,
        .fsnc = 1, .ke1 = 0.0005, .ke2 = 339,
        .vm0 = 5.92854753098, .vmx = 0.074667,
        .km0 = 260.89, .p2u = 0.021344,
        .kp1 = 11.5048231338, .kp2 = 0.023318,
        .kp3 = 0.023253, .ki = 0.0088838,
        .vi = 0.048153, .m1 = 0.15221,
        .m2 = 0.259067825939, .m4 = 0.103627130376, .m30 = 0.228315,
        .kd = 0.0185, .ka1 = 0.0025, .ka2 = 0.0115,
        .ksc = 0.056, .u2ss = 1.21697571391,
        .plasma = 250.621836, .tissue = 176.506559902,
        .insulin = 4.697517762, .ib = 97.554,
        .liver = 3.19814917262,
        .sc_1 = 57.951224472, .sc_2 = 93.2258828462,
    },
    {
        .name = "adult#001", .carb_ratio_g_u = 10,
        .weight_kg = 102.32,
        .kabs = 0.08906, .kmax = 0.046122, .kmin = 0.0037927,
        .b = 0.70391, .d = 0.21057, .f = 0.9,
        .vg = 1.9152, .k1 = 0.058138, .k2 = 0.087114,
        .fsnc = 1, .ke1 = 0.0005, .ke2 = 339,
        .vm0 = 3.2667306607, .vmx = 0.031319,
        .km0 = 253.52, .p2u = 0.027802,
        .kp1 = 4.73140582528, .kp2 = 0.00469,
        .kp3 = 0.01208, .ki = 0.0046374,
        .vi = 0.054906, .m1 = 0.15446,
        .m2 = 0.225027424083, .m4 = 0.090010969633, .m30 = 0.23169,
        .kd = 0.0152, .ka1 = 0.0019, .ka2 = 0.0078,
        .ksc = 0.0766, .u2ss = 1.2386244136,
        .plasma = 265.370112, .tissue = 162.457097269,
        .insulin = 5.5043265, .ib = 100.25,
        .liver = 3.20762505142,
        .sc_1 = 72.4341762342, .sc_2 = 141.153779328,
    },
    {
        .name = "child#001", .carb_ratio_g_u = 25,
        .weight_kg = 34.55648182,
        .kabs = 0.127494918, .kmax = 0.068714386, .kmin = 0.007997018,
        .b = 0.754915658, .d = 0.089529251, .f = 0.9,
        .vg = 1.919425692, .k1 = 0.070852519, .k2 = 0.128243663,
        .fsnc = 1, .ke1 = 0.0005, .ke2 = 339,
        .vm0 = 3.65981019497, .vmx = 0.152308243,
        .km0 = 185.8820726, .p2u = 0.042802541,
        .kp1 = 4.1652828427, .kp2 = 0.002522654,
        .kp3 = 0.008379266, .ki = 0.010902381,
        .vi = 0.067013558, .m1 = 0.314270832,
        .m2 = 0.154436596254, .m4 = 0.0617746385016, .m30 = 0.471406248,
        .kd = 0.0131, .ka1 = 0.0041, .ka2 = 0.0243,
        .ksc = 0.0684, .u2ss = 1.14220356012,
        .plasma = 271.031853002, .tissue = 137.60135923,
        .insulin = 7.39593844866, .ib = 110.3648078,
        .liver = 1.45378246253,
        .sc_1 = 66.4071837276, .sc_2 = 35.7997574828,
    },
};
// clang-format on

const struct hx_glucose_params *hx_glucose_params_of(const char *name)
{
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++)
        if (strcmp(people[i].name, name) == 0)
            return &people[i];
    return NULL;
}
