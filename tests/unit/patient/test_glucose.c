// The glucose model: a published run, its balances, its directions, its method.

#include <CUnit/CUnit.h>
#include <math.h>
#include <patient/glucose.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <suite.h>

enum { DAY_MIN = 1440, REFERENCE_ROWS = 480, ROW_MIN = 3 };

static const char *const names[] = {"adolescent#001", "adult#001", "child#001"};
enum { PEOPLE = sizeof names / sizeof names[0] };

static const struct hx_glucose_params *person(const char *name)
{
    const struct hx_glucose_params *p = hx_glucose_params_of(name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p);
    return p;
}

struct row {
    double meal_g, insulin_u_min, glucose_mg_dl;
};

static void read_reference(struct row *rows)
{
    char path[512], line[128];
    const char *fixtures = getenv("FIXTURES");
    CU_ASSERT_PTR_NOT_NULL_FATAL(fixtures);
    snprintf(path, sizeof path, "%s/patients/adolescent-001-day.tsv", fixtures);
    FILE *f = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fgets(line, sizeof line, f)); // the heading
    for (int i = 0; i < REFERENCE_ROWS; i++) {
        char *at = fgets(line, sizeof line, f);
        CU_ASSERT_PTR_NOT_NULL_FATAL(at);
        CU_ASSERT_EQUAL_FATAL(strtol(at, &at, 10), i * ROW_MIN);
        rows[i].meal_g = strtod(at, &at);
        rows[i].insulin_u_min = strtod(at, &at);
        rows[i].glucose_mg_dl = strtod(at, &at);
        CU_ASSERT_EQUAL_FATAL(*at, '\n');
    }
    CU_ASSERT_EQUAL(fgetc(f), EOF);
    fclose(f);
}

// Lives an interval; returns the mean of the sensor's glucose.
static double live_row(struct hx_glucose *g, const struct row *row, int meal_in,
                       double *plate_g)
{
    double sum = 0;
    for (int m = 0; m < ROW_MIN; m++) {
        *plate_g += m == meal_in ? row->meal_g : 0;
        double bite_g = fmin(*plate_g, 5);
        *plate_g -= bite_g;
        hx_glucose_step(g, bite_g, row->insulin_u_min);
        sum += hx_glucose_sensor_mg_dl(g);
    }
    return sum / ROW_MIN;
}

static double worst_error(int meal_in)
{
    static struct row rows[REFERENCE_ROWS];
    struct hx_glucose g;
    double plate_g = 0, worst = 0;
    read_reference(rows);
    hx_glucose_init(&g, person("adolescent#001"));
    for (int i = 0; i + 1 < REFERENCE_ROWS; i++) {
        double mean = live_row(&g, &rows[i], meal_in, &plate_g);
        worst = fmax(worst, fabs(mean - rows[i + 1].glucose_mg_dl));
    }
    printf("# greatest difference over 24 h, meals in minute %d of 3: %.3f mg/dL\n",
           meal_in + 1, worst);
    return worst;
}

static void a_published_day_is_lived_again(void)
{
    CU_ASSERT(worst_error(2) < 0.64);
    CU_ASSERT(worst_error(1) < 0.83);
    CU_ASSERT(worst_error(0) < 1.54);
}

static void basal_insulin_keeps_everything_where_it_is(void)
{
    for (int i = 0; i < PEOPLE; i++) {
        struct hx_glucose g, was;
        const struct hx_glucose_params *p = person(names[i]);
        hx_glucose_init(&g, p);
        was = g;
        for (int m = 0; m < DAY_MIN; m++)
            hx_glucose_step(&g, 0, hx_glucose_basal_u_min(p));
        for (int s = 0; s < HX_GL_STATES; s++)
            CU_ASSERT_DOUBLE_EQUAL(g.x[s], was.x[s], 1e-6);
    }
}

static void a_person_is_the_one_of_the_source(void)
{
    static const double gb[PEOPLE] = {149.02, 138.56, 141.2046604};
    for (int i = 0; i < PEOPLE; i++) {
        struct hx_glucose g;
        hx_glucose_init(&g, person(names[i]));
        CU_ASSERT_DOUBLE_EQUAL(hx_glucose_blood_mg_dl(&g), gb[i], 1e-6);
        CU_ASSERT_DOUBLE_EQUAL(hx_glucose_sensor_mg_dl(&g), gb[i], 1e-6);
    }
    CU_ASSERT_EQUAL(person("adolescent#001")->carb_ratio_g_u, 12);
    CU_ASSERT_EQUAL(person("adult#001")->carb_ratio_g_u, 10);
    CU_ASSERT_EQUAL(person("child#001")->carb_ratio_g_u, 25);
    CU_ASSERT_PTR_NULL(hx_glucose_params_of("adult"));
}

// Blood and sensor glucose by a second implementation, in another language, with
// twenty steps a minute and the source's own table of parameters: a meal of 50 g with
// 3 U, the same without any insulin, and too large a bolus.
static void each_person_responds_as_computed_elsewhere(void)
{
    static const struct {
        int person, minutes;
        double infusion, bolus_u; // multiples of basal; units at the start
        int meal_min;             // of 5 g
        double blood, sensor;
    } points[] = {
        {0, 30, 1, 3, 10, 154.663, 150.920},  {0, 120, 1, 3, 10, 151.438, 155.700},
        {0, 300, 1, 3, 10, 133.949, 135.521}, {1, 30, 1, 3, 10, 164.807, 150.230},
        {1, 120, 1, 3, 10, 182.224, 184.212}, {1, 300, 1, 3, 10, 170.538, 174.047},
        {2, 30, 1, 3, 10, 230.872, 188.765},  {2, 120, 1, 3, 10, 67.594, 81.901},
        {2, 300, 1, 3, 10, 69.934, 72.028},   {0, 480, 0, 0, 10, 267.732, 266.276},
        {1, 480, 0, 0, 10, 260.593, 258.925}, {2, 480, 0, 0, 10, 1612.746, 1566.200},
        {0, 240, 1, 12, 0, 39.487, 40.920},   {1, 240, 1, 12, 0, 65.634, 67.535},
        {2, 240, 1, 2.5, 0, 20.124, 18.985},
    };
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        struct hx_glucose g;
        const struct hx_glucose_params *p = person(names[points[i].person]);
        double infusion = points[i].infusion * hx_glucose_basal_u_min(p);
        hx_glucose_init(&g, p);
        for (int m = 0; m < points[i].minutes; m++)
            hx_glucose_step(&g, m < points[i].meal_min ? 5 : 0,
                            infusion + (m == 0 ? points[i].bolus_u : 0));
        CU_ASSERT_DOUBLE_EQUAL(hx_glucose_blood_mg_dl(&g), points[i].blood, 0.003);
        CU_ASSERT_DOUBLE_EQUAL(hx_glucose_sensor_mg_dl(&g), points[i].sensor, 0.003);
    }
}

static double eaten_left(const struct hx_glucose *g)
{
    return g->x[HX_GL_SOLID] + g->x[HX_GL_LIQUID] + g->x[HX_GL_GUT];
}

static void what_is_eaten_stays_until_it_is_absorbed(void)
{
    struct hx_glucose g;
    struct hx_glucose_params closed = *person("adult#001");
    closed.kabs = 0;
    hx_glucose_init(&g, &closed);
    for (int m = 0; m < DAY_MIN; m++)
        hx_glucose_step(&g, m < 12 ? 5 : 0, 0);
    CU_ASSERT_DOUBLE_EQUAL(eaten_left(&g), 60000, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(g.x[HX_GL_GUT], 60000, 1); // and all of it gets there

    hx_glucose_init(&g, person("adult#001"));
    for (int m = 0; m < DAY_MIN; m++)
        hx_glucose_step(&g, m < 12 ? 5 : 0, 0);
    CU_ASSERT(eaten_left(&g) < 1);
}

static void what_is_infused_stays_until_it_is_absorbed(void)
{
    struct hx_glucose g;
    struct hx_glucose_params closed = *person("adult#001");
    closed.ka1 = closed.ka2 = 0;
    hx_glucose_init(&g, &closed);
    double was = g.x[HX_GL_DEPOT_1] + g.x[HX_GL_DEPOT_2];
    for (int m = 0; m < 60; m++)
        hx_glucose_step(&g, 0, 0.1); // 6 U of 6000 pmol in 102.32 kg
    CU_ASSERT_DOUBLE_EQUAL(g.x[HX_GL_DEPOT_1] + g.x[HX_GL_DEPOT_2] - was,
                           36000 / 102.32, 1e-9);
}

// Blood glucose after so many minutes on a multiple of the basal infusion, with a bolus
// and a meal at the start.
static double glucose_after(const char *name, int minutes, double infusion,
                            double bolus_u, double meal_g)
{
    struct hx_glucose g;
    const struct hx_glucose_params *p = person(name);
    double basal = hx_glucose_basal_u_min(p);
    hx_glucose_init(&g, p);
    for (int m = 0; m < minutes; m++)
        hx_glucose_step(&g, m < meal_g / 5 ? 5 : 0,
                        infusion * basal + (m == 0 ? bolus_u : 0));
    return hx_glucose_blood_mg_dl(&g);
}

static void each_input_moves_glucose_its_own_way(void)
{
    for (int i = 0; i < PEOPLE; i++) {
        double still = glucose_after(names[i], 180, 1, 0, 0);
        CU_ASSERT(glucose_after(names[i], 180, 1, 2, 0) < still - 10);
        CU_ASSERT(glucose_after(names[i], 180, 2, 0, 0) < still - 5);
        CU_ASSERT(glucose_after(names[i], 180, 0, 0, 0) > still + 5);
        CU_ASSERT(glucose_after(names[i], 60, 1, 0, 50) > still + 20);
    }
}

static void more_insulin_is_never_more_glucose(void)
{
    double before = glucose_after("adult#001", 240, 1, 0, 0);
    for (int u = 1; u <= 20; u++) {
        double now = glucose_after("adult#001", 240, 1, u, 0);
        CU_ASSERT(now <= before);
        before = now;
    }
}

static void no_overdose_takes_an_amount_below_zero(void)
{
    static const double doses[] = {25, 300, 1e6, 1e16};
    for (size_t i = 0; i < sizeof doses / sizeof doses[0]; i++) {
        struct hx_glucose g;
        double nadir = INFINITY;
        hx_glucose_init(&g, person("child#001"));
        for (int m = 0; m < DAY_MIN; m++) {
            hx_glucose_step(&g, 0, m == 0 ? doses[i] : 0);
            CU_ASSERT(g.x[HX_GL_PLASMA] >= 0 && g.x[HX_GL_TISSUE] >= 0);
            CU_ASSERT(isfinite(hx_glucose_blood_mg_dl(&g)));
            nadir = fmin(nadir, hx_glucose_blood_mg_dl(&g));
        }
        CU_ASSERT_EQUAL(nadir, 0);
    }
}

// An hour after a meal with its bolus: nothing is at a bound, and the first bites, when
// the dose is small and the emptying steep, have been lived in small steps.
static double hour_in_parts(unsigned parts)
{
    struct hx_glucose g;
    const struct hx_glucose_params *p = person("adult#001");
    hx_glucose_init(&g, p);
    for (int m = 0; m < 60; m++)
        hx_glucose_step_in(&g, m < 5 ? 5 : 0,
                           hx_glucose_basal_u_min(p) + (m == 0 ? 2.5 : 0),
                           m < 5 ? 64 : parts);
    return hx_glucose_blood_mg_dl(&g);
}

static void halving_the_step_divides_the_error_by_sixteen(void)
{
    double exact = hour_in_parts(64);
    double whole = fabs(hour_in_parts(1) - exact);
    double half = fabs(hour_in_parts(2) - exact);
    double quarter = fabs(hour_in_parts(4) - exact);
    printf("# step errors at 1, 1/2 and 1/4 min: %.2e %.2e %.2e mg/dL\n", whole, half,
           quarter);
    CU_ASSERT(whole < 1e-3);
    CU_ASSERT(whole / half > 14 && whole / half < 18);
    CU_ASSERT(half / quarter > 14 && half / quarter < 18);

    struct hx_glucose bench, fine;
    hx_glucose_init(&bench, person("adult#001"));
    fine = bench;
    hx_glucose_step(&bench, 5, 1);
    hx_glucose_step_in(&fine, 5, 1, 1);
    CU_ASSERT_EQUAL(bench.x[HX_GL_PLASMA], fine.x[HX_GL_PLASMA]); // the bench's is one
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"a published day is lived again", a_published_day_is_lived_again},
        {"basal insulin keeps everything where it is for 24 h",
         basal_insulin_keeps_everything_where_it_is},
        {"a person is the one of the source", a_person_is_the_one_of_the_source},
        {"each person responds as computed elsewhere",
         each_person_responds_as_computed_elsewhere},
        {"what is eaten stays until it is absorbed",
         what_is_eaten_stays_until_it_is_absorbed},
        {"what is infused stays until it is absorbed",
         what_is_infused_stays_until_it_is_absorbed},
        {"each input moves glucose its own way", each_input_moves_glucose_its_own_way},
        {"more insulin is never more glucose", more_insulin_is_never_more_glucose},
        {"no overdose takes an amount below zero",
         no_overdose_takes_an_amount_below_zero},
        {"halving the step divides the error by sixteen",
         halving_the_step_divides_the_error_by_sixteen},
        {0},
    };
    return suite_main("patient/glucose", cases);
}
