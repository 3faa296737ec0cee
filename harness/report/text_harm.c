// text_harm.c - what an attack does to the patient where nothing stops it
//
// A row for each attack that got through a legacy profile: the one of these profiles
// on which it did the most harm.

#include <report/harm_text.h>
#include <report/text.h>
#include <report/words.h>
#include <string.h>

enum { ID_MAX = 26, PROFILE = 3, SCORE = 4, VECTOR = 35 };

static bool worse(const struct hx_cell *c, const struct hx_cell *than)
{
    if (!than)
        return true;
    int harm = hx_harm_compare(&c->harm, &than->harm);
    unsigned score = c->rated ? c->severity.score : 0;
    unsigned score_than = than->rated ? than->severity.score : 0;
    return harm ? harm > 0 : score > score_than;
}

static const struct hx_cell *find_worst(const struct hx_run *run, size_t scenario)
{
    const struct hx_cell *worst = NULL;
    for (size_t i = 0; i < run->cell_count; i++) {
        const struct hx_cell *c = &run->cells[i];
        bool open = c->verdict == HX_VERDICT_SUCCEEDED && c->scenario == scenario;
        if (open && run->profiles[c->profile].legacy && hx_cell_hurt(c) &&
            worse(c, worst))
            worst = c;
    }
    return worst;
}

static int harm_width(int id)
{
    return HX_TEXT_COLUMNS - (id + 1) - (PROFILE + 1) - (SCORE + 1) - VECTOR - 1;
}

static void print_head(const struct hx_text *t, int id)
{
    fputs("harm where it opened\n", t->f);
    hx_text_column(t, HX_BOLD, id, "attack");
    hx_text_column(t, HX_BOLD, PROFILE, "on");
    hx_text_column(t, HX_BOLD, harm_width(id), "at worst");
    fputs("CVSS\n", t->f);
}

// Leaves out what does not fit, figure by figure: half a number would be a wrong one.
static void fit(char *harm, size_t width)
{
    if (strlen(harm) <= width)
        return;
    char *comma = NULL;
    do {
        comma = strrchr(harm, ',');
        if (!comma)
            return;
        *comma = '\0';
    } while (strlen(harm) + 2 > width);
    memcpy(comma, " ~", 3);
}

static void print_row(const struct hx_text *t, int id, const struct hx_cell *c)
{
    char on[16], harm[HX_HARM_TEXT_MAX], score[16], vector[HX_CVSS_TEXT_MAX];
    snprintf(on, sizeof on, "%c", (char)('a' + hx_text_legacy(t->run, c->profile) - 1));
    hx_harm_text(&c->harm, harm, sizeof harm);
    fit(harm, (size_t)harm_width(id));
    hx_text_column(t, HX_PLAIN, id, t->run->scenarios[c->scenario].id);
    hx_text_column(t, HX_PLAIN, PROFILE, on);
    hx_text_column(t, HX_PLAIN, harm_width(id), harm[0] ? harm : "-");
    if (!c->rated) {
        fputs("-\n", t->f);
        return;
    }
    snprintf(score, sizeof score, "%u.%u", c->severity.score / 10,
             c->severity.score % 10);
    hx_cvss_format(&c->severity.cvss, vector, sizeof vector);
    hx_text_column(t, HX_PLAIN, SCORE, score);
    fprintf(t->f, "%s\n", vector);
}

void hx_text_harm(const struct hx_text *t)
{
    int id = (int)strlen("attack");
    bool any = false;
    for (size_t i = 0; i < t->run->scenario_count; i++) {
        int len = (int)strlen(t->run->scenarios[i].id);
        if (!find_worst(t->run, i))
            continue;
        any = true;
        id = len > id ? len : id;
    }
    if (!any)
        return;
    id = id < ID_MAX ? id : ID_MAX;
    print_head(t, id);
    for (size_t i = 0; i < t->run->scenario_count; i++) {
        const struct hx_cell *c = find_worst(t->run, i);
        if (c)
            print_row(t, id, c);
    }
    fputc('\n', t->f);
}
