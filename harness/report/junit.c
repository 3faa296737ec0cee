// junit.c - the matrix for CI servers: a suite is a scenario, a case a profile

#include <libxml/xmlwriter.h>
#include <report/harm_text.h>
#include <report/report.h>
#include <report/utf8.h>
#include <report/words.h>

static int attribute(xmlTextWriterPtr w, const char *name, const char *value)
{
    char clean[3 * 512 + 1];
    hx_utf8_clean(value, false, clean, sizeof clean);
    return xmlTextWriterWriteAttribute(w, BAD_CAST name, BAD_CAST clean) < 0 ? -1 : 0;
}

static int count_attribute(xmlTextWriterPtr w, const char *name, size_t n)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%zu", n);
    return attribute(w, name, digits);
}

static int start(xmlTextWriterPtr w, const char *name)
{
    return xmlTextWriterStartElement(w, BAD_CAST name) < 0 ? -1 : 0;
}

static int end(xmlTextWriterPtr w)
{
    return xmlTextWriterEndElement(w) < 0 ? -1 : 0;
}

static int failure(xmlTextWriterPtr w, const struct hx_run *run,
                   const struct hx_cell *c)
{
    char message[512], command[512], clean[3 * 512 + 1];
    snprintf(message, sizeof message, "%s, expected %s%s%s",
             hx_verdict_word(c->verdict), hx_verdict_word(c->expected),
             c->note[0] ? ": " : "", c->note);
    hx_report_reproduce(run, c, command, sizeof command);
    hx_utf8_clean(command, false, clean, sizeof clean);
    if (start(w, "failure") || attribute(w, "message", message) ||
        attribute(w, "type", hx_verdict_word(c->verdict)))
        return -1;
    return xmlTextWriterWriteString(w, BAD_CAST clean) < 0 || end(w) ? -1 : 0;
}

// Readers differ in what they make of properties within a case; output they all take.
static int harm(xmlTextWriterPtr w, const struct hx_cell *c)
{
    char harm[HX_HARM_TEXT_MAX], severity[HX_SEVERITY_TEXT_MAX], out[256];
    hx_harm_text(&c->harm, harm, sizeof harm);
    hx_severity_text(c, severity, sizeof severity);
    snprintf(out, sizeof out, "%s%s%s%s%s%s", harm[0] ? "harm: " : "", harm,
             harm[0] ? "\n" : "", c->rated ? "severity: " : "", severity,
             c->rated ? "\n" : "");
    if (start(w, "system-out"))
        return -1;
    return xmlTextWriterWriteString(w, BAD_CAST out) < 0 || end(w) ? -1 : 0;
}

static int test_case(xmlTextWriterPtr w, const struct hx_run *run,
                     const struct hx_cell *c)
{
    if (start(w, "testcase") ||
        attribute(w, "classname", run->scenarios[c->scenario].id) ||
        attribute(w, "name", run->profiles[c->profile].id))
        return -1;
    if (c->unexpected && failure(w, run, c))
        return -1;
    if (hx_cell_hurt(c) && harm(w, c))
        return -1;
    return end(w);
}

// The cells of a scenario stand together, from first on. Moves *next behind them.
static int suite(xmlTextWriterPtr w, const struct hx_run *run, size_t first,
                 size_t *next)
{
    uint32_t scenario = run->cells[first].scenario;
    size_t failures = 0, i = first;
    for (; i < run->cell_count && run->cells[i].scenario == scenario; i++)
        failures += run->cells[i].unexpected;
    *next = i;
    if (start(w, "testsuite") || attribute(w, "name", run->scenarios[scenario].id) ||
        count_attribute(w, "tests", *next - first) ||
        count_attribute(w, "failures", failures) || count_attribute(w, "errors", 0) ||
        count_attribute(w, "skipped", 0))
        return -1;
    for (i = first; i < *next; i++)
        if (test_case(w, run, &run->cells[i]))
            return -1;
    return end(w);
}

static int document(xmlTextWriterPtr w, const struct hx_run *run)
{
    char seconds[32];
    snprintf(seconds, sizeof seconds, "%.3f", run->seconds);
    xmlTextWriterSetIndent(w, 1);
    if (xmlTextWriterStartDocument(w, NULL, "UTF-8", NULL) < 0 ||
        start(w, "testsuites") || attribute(w, "name", "telltale") ||
        count_attribute(w, "tests", run->cell_count) ||
        count_attribute(w, "failures", run->unexpected) ||
        attribute(w, "time", seconds))
        return -1;
    for (size_t i = 0; i < run->cell_count;)
        if (suite(w, run, i, &i))
            return -1;
    return xmlTextWriterEndDocument(w) < 0 ? -1 : 0;
}

int hx_report_junit(FILE *f, const struct hx_run *run)
{
    xmlBufferPtr buffer = xmlBufferCreate();
    xmlTextWriterPtr w = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;
    int e = w ? document(w, run) : -1;
    xmlFreeTextWriter(w);
    if (e == 0) {
        size_t len = (size_t)xmlBufferLength(buffer);
        if (fwrite(xmlBufferContent(buffer), 1, len, f) != len || ferror(f))
            e = -1;
    }
    xmlBufferFree(buffer);
    return e;
}
