// load.c - from a file, or from text said to be one, to a scenario or a profile

#include <errno.h>
#include <scenario/fields.h>
#include <stdlib.h>
#include <string.h>

struct file {
    const char *path;
    const uint8_t *text;
    size_t len;
    const char *stem; // what the id has to be; NULL if that is free
};

static int refuse_file(struct hx_error *err, const char *path, const char *says)
{
    snprintf(err->text, sizeof err->text, "%.200s: %s", path, says);
    return -1;
}

static bool check_id(const struct hx_reader *r, const struct hx_node *root,
                     const char *stem)
{
    const struct hx_node *id = hx_node_key(root, "id")->next;
    if (!stem || strcmp(id->text, stem) == 0)
        return true;
    return hx_refuse(r, id,
                     "expected the id '%.100s', as the file is named, found '%.100s'",
                     stem, id->text);
}

// Reads a file's one map by its table; NULL if it is not as the table says.
static struct hx_node *read_root(const struct hx_reader *r, const struct file *file,
                                 const struct hx_field *fields, void *out)
{
    struct hx_node *root = hx_tree_parse(r, file->text, file->len);
    if (!root)
        return NULL;
    hx_default(fields, out);
    if (hx_read_map(r, root, fields, out) && check_id(r, root, file->stem))
        return root;
    hx_tree_free(root);
    return NULL;
}

static int read_scenario(const struct file *file, struct hx_scenario *out,
                         struct hx_error *err)
{
    struct hx_reader r = {file->path, err};
    struct hx_scenario draft = {.step_count = 0};
    if (strlen(file->path) >= sizeof draft.path)
        return refuse_file(err, file->path, "the path is too long");
    memcpy(draft.path, file->path, strlen(file->path) + 1);

    struct hx_node *root = read_root(&r, file, hx_scenario_fields, &draft);
    bool good = root && hx_check_scenario(&r, root, &draft);
    hx_tree_free(root);
    if (good)
        *out = draft;
    return good ? 0 : -1;
}

static int read_profile(const struct file *file, struct hx_profile *out,
                        struct hx_error *err)
{
    struct hx_reader r = {file->path, err};
    struct hx_profile draft = {.legacy = true};
    if (strlen(file->path) >= sizeof draft.path)
        return refuse_file(err, file->path, "the path is too long");
    memcpy(draft.path, file->path, strlen(file->path) + 1);

    struct hx_node *root = read_root(&r, file, hx_profile_fields, &draft);
    bool good = root && hx_check_profile(&r, root, &draft);
    hx_tree_free(root);
    if (good)
        *out = draft;
    return good ? 0 : -1;
}

int hx_scenario_parse(const char *path, const uint8_t *text, size_t len,
                      struct hx_scenario *out, struct hx_error *err)
{
    return read_scenario(&(struct file){path, text, len, NULL}, out, err);
}

int hx_profile_parse(const char *path, const uint8_t *text, size_t len,
                     struct hx_profile *out, struct hx_error *err)
{
    return read_profile(&(struct file){path, text, len, NULL}, out, err);
}

uint8_t *hx_read_file(const char *path, size_t *len, struct hx_error *err)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        refuse_file(err, path, strerror(errno));
        return NULL;
    }
    // One byte more than may be, so that a file too long is seen to be.
    uint8_t *text = malloc(HX_FILE_MAX + 1);
    if (text)
        *len = fread(text, 1, HX_FILE_MAX + 1, f);
    bool whole = text && !ferror(f);
    if (!whole)
        refuse_file(err, path, strerror(text ? errno : ENOMEM));
    fclose(f);
    if (whole)
        return text;
    free(text);
    return NULL;
}

// The file's name without folder and suffix.
static bool stem_of(const char *path, char stem[HX_PATH_MAX])
{
    static const char suffix[] = ".yaml";
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t len = strlen(name);
    if (len < sizeof suffix || len >= HX_PATH_MAX)
        return false;
    len -= sizeof suffix - 1;
    memcpy(stem, name, len);
    stem[len] = '\0';
    return strcmp(name + len, suffix) == 0;
}

static uint8_t *open_file(const char *path, char stem[HX_PATH_MAX], size_t *len,
                          struct hx_error *err)
{
    if (stem_of(path, stem))
        return hx_read_file(path, len, err);
    refuse_file(err, path, "expected a name that ends in .yaml");
    return NULL;
}

int hx_scenario_load(const char *path, struct hx_scenario *out, struct hx_error *err)
{
    char stem[HX_PATH_MAX];
    size_t len = 0;
    uint8_t *text = open_file(path, stem, &len, err);
    if (!text)
        return -1;
    int e = read_scenario(&(struct file){path, text, len, stem}, out, err);
    free(text);
    return e;
}

int hx_profile_load(const char *path, struct hx_profile *out, struct hx_error *err)
{
    char stem[HX_PATH_MAX];
    size_t len = 0;
    uint8_t *text = open_file(path, stem, &len, err);
    if (!text)
        return -1;
    int e = read_profile(&(struct file){path, text, len, stem}, out, err);
    free(text);
    return e;
}
