// scenario_text.c - small files, and changes to them

#include "scenario_text.h"
#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

const char attack_text[] = "id: A1\n"
                           "name: a write is replayed\n"
                           "category: authentication\n"
                           "tier: replayer\n"
                           "cast: {implant: cardiac, programmer: clinician}\n"
                           "steps:\n"
                           "  - programmer: {open: therapy}\n"
                           "  - attacker: {capture: w, from: programmer}\n"
                           "  - attacker: {send: w, times: 2}\n"
                           "opened_by:\n"
                           "  - {without: [replay-order], violates: [I1]}\n";

const char story_text[] = "id: S1\n"
                          "name: a clinician comes\n"
                          "kind: story\n"
                          "cast: {implant: cardiac, programmer: clinician}\n"
                          "steps:\n"
                          "  - programmer: {open: read-out}\n";

const char profile_text[] = "id: legacy-x\n"
                            "name: a family\n"
                            "lacks: [padding]\n";

char *changed(const char *text, const char *from, const char *to)
{
    const char *at = from ? strstr(text, from) : text;
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    size_t head = (size_t)(at - text), gone = from ? strlen(from) : strlen(text);
    size_t len = strlen(text) - gone + strlen(to);
    char *out = malloc(len + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    snprintf(out, len + 1, "%.*s%s%s", (int)head, text, to, at + gone);
    return out;
}

int load_text(const char *text, struct hx_scenario *out, struct hx_error *err)
{
    return hx_scenario_parse("t.yaml", (const uint8_t *)text, strlen(text), out, err);
}

int load_story(const char *from, const char *to, struct hx_scenario *out,
               struct hx_error *err)
{
    char *text = changed(story_text, from, to);
    int e = load_text(text, out, err);
    free(text);
    return e;
}

int load_attack(const char *from, const char *to, struct hx_scenario *out,
                struct hx_error *err)
{
    char *text = changed(attack_text, from, to);
    int e = load_text(text, out, err);
    free(text);
    return e;
}

void all_refused(const char *text, const struct refusal *cases)
{
    for (const struct refusal *c = cases; c->to; c++) {
        struct hx_scenario s = {.id = "untouched", .step_count = 77};
        struct hx_error err = {""};
        char *whole = changed(text, c->from, c->to);
        CU_ASSERT_EQUAL(load_text(whole, &s, &err), -1);
        CU_ASSERT_STRING_EQUAL(err.text, c->says);
        if (strcmp(err.text, c->says) != 0)
            printf("# for: %s\n# got: %s\n", c->to, err.text);
        CU_ASSERT_STRING_EQUAL(s.id, "untouched");
        CU_ASSERT_EQUAL(s.step_count, 77);
        free(whole);
    }
}

void data_path(const char *variable, const char *file, char *buf, size_t cap)
{
    const char *folder = getenv(variable);
    CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
    int len = snprintf(buf, cap, "%s/%s", folder, file);
    CU_ASSERT_FATAL(len > 0 && (size_t)len < cap);
}

char *read_all(FILE *f)
{
    enum { CAP = 1 << 20 };
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    char *text = malloc(CAP);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    rewind(f);
    size_t len = fread(text, 1, CAP - 1, f);
    text[len] = '\0';
    fclose(f);
    return text;
}
