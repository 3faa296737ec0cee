// json_line.c - finds the line of a value, which the JSON library does not keep
//
// Every text that comes here has been parsed once: it holds no NUL but its last, every
// string and every bracket is closed.

#include <report/baseline.h>
#include <string.h>

static const char *skip_space(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

// From an opening quote to behind the closing one.
static const char *skip_string(const char *p)
{
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1])
            p++;
    return *p ? p + 1 : p;
}

static const char *skip_value(const char *p)
{
    size_t depth = 0;
    do {
        if (*p == '"') {
            p = skip_string(p);
            continue;
        }
        if (*p == '[' || *p == '{')
            depth++;
        else if (*p == ']' || *p == '}')
            depth--;
        else if (depth == 0)
            return p + strcspn(p, ",]} \t\r\n");
        p++;
    } while (*p && depth > 0);
    return p;
}

// What follows a value in its container; NULL if it was the last.
static const char *next_value(const char *p)
{
    p = skip_space(skip_value(p));
    return *p == ',' ? skip_space(p + 1) : NULL;
}

static const char *find_member(const char *p, const char *key)
{
    size_t len = strlen(key);
    if (*p != '{')
        return NULL;
    p = skip_space(p + 1);
    while (p && *p == '"') {
        const char *name = p + 1;
        p = skip_space(skip_string(p));
        p = skip_space(p + (*p == ':'));
        if (strncmp(name, key, len) == 0 && name[len] == '"')
            return p;
        p = next_value(p);
    }
    return NULL;
}

static const char *find_element(const char *p, size_t index)
{
    if (*p != '[')
        return NULL;
    p = skip_space(p + 1);
    if (*p == ']')
        return NULL;
    for (size_t i = 0; p && i < index; i++)
        p = next_value(p);
    return p;
}

size_t hx_json_line(const char *text, const char *list, size_t index,
                    const char *member)
{
    const char *at = skip_space(text);
    const char *next = list ? find_member(at, list) : NULL;
    at = next ? next : at;
    next = next && index != SIZE_MAX ? find_element(next, index) : NULL;
    at = next ? next : at;
    next = next && member ? find_member(next, member) : NULL;
    at = next ? next : at;

    size_t line = 1;
    for (const char *p = text; p < at; p++)
        line += *p == '\n';
    return line;
}
