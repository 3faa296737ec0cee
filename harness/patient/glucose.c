// The equations, with the papers' names for the parameters; one group of states a
// function. Sources: Dalla Man et al. 2006, "A system model of oral glucose absorption"
// (stomach and gut); Dalla Man et al. 2007 (glucose, insulin, production, utilisation,
// excretion); Kovatchev et al. 2009 (insulin under the skin, no secretion). simglucose
// decides where they leave a choice: the dose is in milligrams, and which states stop
// at zero.

#include <math.h>
#include <patient/glucose.h>
#include <string.h>

enum { MG_PER_G = 1000, PMOL_PER_U = 6000 };

struct inputs {
    double carbs_mg_min;
    double insulin_pmol_kg_min;
};

// States that are amounts; the others are signals, which may be below basal.
static const bool amount[HX_GL_STATES] = {
    [HX_GL_PLASMA] = true, [HX_GL_TISSUE] = true,  [HX_GL_INSULIN] = true,
    [HX_GL_LIVER] = true,  [HX_GL_DEPOT_1] = true, [HX_GL_DEPOT_2] = true,
    [HX_GL_SENSOR] = true,
};

// Emptying is fast when the stomach is full, slow in between, fast again when it is
// nearly empty: two soft steps, at the shares b and d of the dose.
static double emptying(const struct hx_glucose *g, const double *x)
{
    const struct hx_glucose_params *p = g->p;
    double dose = g->meal_mg;
    if (dose <= 0)
        return p->kmax;
    double in = x[HX_GL_SOLID] + x[HX_GL_LIQUID];
    double alpha = 5 / (2 * dose * (1 - p->b));
    double gamma = 5 / (2 * dose * p->d);
    double steps = tanh(alpha * (in - p->b * dose)) - tanh(gamma * (in - p->d * dose));
    return p->kmin + (p->kmax - p->kmin) / 2 * (steps + 2);
}

static void digest(const struct hx_glucose *g, const struct inputs *in, const double *x,
                   double *dx)
{
    const struct hx_glucose_params *p = g->p;
    double kgut = emptying(g, x);
    dx[HX_GL_SOLID] = in->carbs_mg_min - p->kmax * x[HX_GL_SOLID];
    dx[HX_GL_LIQUID] = p->kmax * x[HX_GL_SOLID] - kgut * x[HX_GL_LIQUID];
    dx[HX_GL_GUT] = kgut * x[HX_GL_LIQUID] - p->kabs * x[HX_GL_GUT];
}

static void glucose(const struct hx_glucose_params *p, const double *x, double *dx)
{
    double appearance = p->f * p->kabs * x[HX_GL_GUT] / p->weight_kg;
    double production =
        fmax(p->kp1 - p->kp2 * x[HX_GL_PLASMA] - p->kp3 * x[HX_GL_DELAY_2], 0);
    double excretion = p->ke1 * fmax(x[HX_GL_PLASMA] - p->ke2, 0);
    double into_tissue = p->k1 * x[HX_GL_PLASMA] - p->k2 * x[HX_GL_TISSUE];
    double utilisation = (p->vm0 + p->vmx * x[HX_GL_ACTION]) * x[HX_GL_TISSUE] /
                         (p->km0 + x[HX_GL_TISSUE]);

    dx[HX_GL_PLASMA] = production + appearance - p->fsnc - excretion - into_tissue;
    dx[HX_GL_TISSUE] = into_tissue - utilisation;
    dx[HX_GL_SENSOR] = -p->ksc * (x[HX_GL_SENSOR] - x[HX_GL_PLASMA]);
}

static void insulin(const struct hx_glucose_params *p, const struct inputs *in,
                    const double *x, double *dx)
{
    double concentration = x[HX_GL_INSULIN] / p->vi;
    double absorbed = p->ka1 * x[HX_GL_DEPOT_1] + p->ka2 * x[HX_GL_DEPOT_2];

    dx[HX_GL_INSULIN] =
        p->m1 * x[HX_GL_LIVER] + absorbed - (p->m2 + p->m4) * x[HX_GL_INSULIN];
    dx[HX_GL_LIVER] = p->m2 * x[HX_GL_INSULIN] - (p->m1 + p->m30) * x[HX_GL_LIVER];
    dx[HX_GL_DEPOT_1] = in->insulin_pmol_kg_min - (p->ka1 + p->kd) * x[HX_GL_DEPOT_1];
    dx[HX_GL_DEPOT_2] = p->kd * x[HX_GL_DEPOT_1] - p->ka2 * x[HX_GL_DEPOT_2];
    dx[HX_GL_ACTION] = p->p2u * (concentration - p->ib - x[HX_GL_ACTION]);
    dx[HX_GL_DELAY_1] = -p->ki * (x[HX_GL_DELAY_1] - concentration);
    dx[HX_GL_DELAY_2] = -p->ki * (x[HX_GL_DELAY_2] - x[HX_GL_DELAY_1]);
}

static void derive(const struct hx_glucose *g, const struct inputs *in, const double *x,
                   double *dx)
{
    digest(g, in, x, dx);
    glucose(g->p, x, dx);
    insulin(g->p, in, x, dx);
    for (int i = 0; i < HX_GL_STATES; i++)
        if (amount[i] && x[i] < 0)
            dx[i] = 0;
}

// The slope where the step would be after h of an earlier slope.
static void slope_at(const struct hx_glucose *g, const struct inputs *in, double h,
                     const double *slope, double *out)
{
    double x[HX_GL_STATES];
    for (int i = 0; i < HX_GL_STATES; i++)
        x[i] = g->x[i] + h * slope[i];
    derive(g, in, x, out);
}

static void runge_kutta(struct hx_glucose *g, const struct inputs *in, double h)
{
    double a[HX_GL_STATES], b[HX_GL_STATES], c[HX_GL_STATES], d[HX_GL_STATES];
    derive(g, in, g->x, a);
    slope_at(g, in, h / 2, a, b);
    slope_at(g, in, h / 2, b, c);
    slope_at(g, in, h, c, d);
    for (int i = 0; i < HX_GL_STATES; i++) {
        g->x[i] += h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
        if (amount[i] && g->x[i] < 0)
            g->x[i] = 0;
    }
}

void hx_glucose_init(struct hx_glucose *g, const struct hx_glucose_params *p)
{
    memset(g, 0, sizeof *g);
    g->p = p;
    g->x[HX_GL_PLASMA] = g->x[HX_GL_SENSOR] = p->plasma;
    g->x[HX_GL_TISSUE] = p->tissue;
    g->x[HX_GL_INSULIN] = p->insulin;
    g->x[HX_GL_DELAY_1] = g->x[HX_GL_DELAY_2] = p->ib;
    g->x[HX_GL_LIVER] = p->liver;
    g->x[HX_GL_DEPOT_1] = p->sc_1;
    g->x[HX_GL_DEPOT_2] = p->sc_2;
}

void hx_glucose_step_in(struct hx_glucose *g, double carbs_g_min, double insulin_u_min,
                        unsigned parts)
{
    bool eats = carbs_g_min > 0;
    if (eats && !g->eating)
        g->meal_mg = g->x[HX_GL_SOLID] + g->x[HX_GL_LIQUID];
    if (eats)
        g->meal_mg += carbs_g_min * MG_PER_G;
    g->eating = eats;

    struct inputs in = {carbs_g_min * MG_PER_G,
                        insulin_u_min * PMOL_PER_U / g->p->weight_kg};
    for (unsigned i = 0; i < parts; i++)
        runge_kutta(g, &in, 1.0 / parts);
}

void hx_glucose_step(struct hx_glucose *g, double carbs_g_min, double insulin_u_min)
{
    hx_glucose_step_in(g, carbs_g_min, insulin_u_min, 1);
}

double hx_glucose_blood_mg_dl(const struct hx_glucose *g)
{
    return g->x[HX_GL_PLASMA] / g->p->vg;
}

double hx_glucose_sensor_mg_dl(const struct hx_glucose *g)
{
    return g->x[HX_GL_SENSOR] / g->p->vg;
}

double hx_glucose_basal_u_min(const struct hx_glucose_params *p)
{
    return p->u2ss * p->weight_kg / PMOL_PER_U;
}
