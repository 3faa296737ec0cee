// test_updater.c - what the update network hands out, and to whom

#include "visit.h"
#include <crypto/init.h>
#include <protocol/updater.h>
#include <suite.h>

enum { RELEASES = 4 };

struct depot {
    struct clinic clinic;
    struct tp_host_config config;
    struct visitor programmer;
    struct desk desk;
    struct tp_manifest manifests[RELEASES];
    uint8_t images[RELEASES][TP_IMAGE_MAX];
    uint8_t nvm[TP_UPDATER_NVM_LEN];
};

// Two of the implant's, one of the programmer's, one more of the implant's that has the
// first one's version.
static const struct {
    uint16_t model, size;
    uint32_t version;
} releases[RELEASES] = {
    {TP_MODEL_CARDIAC, TP_IMAGE_MAX, 10},
    {TP_MODEL_CARDIAC, 200, 11},
    {TP_MODEL_PROGRAMMER, 1, 10},
    {TP_MODEL_CARDIAC, 128, 10},
};

static void stock(struct depot *d, const struct tp_controls *controls)
{
    struct visitor updater;
    memset(d, 0, sizeof *d);
    clinic_make(&d->clinic, 0xc1);
    visitor_make(&updater, &d->clinic, TP_ROLE_UPDATER, 0x42);
    visitor_make(&d->programmer, &d->clinic, TP_ROLE_CLINICIAN, 0x41);
    d->config.controls = *controls;
    memcpy(d->config.s_priv, updater.s_priv, CR_DH_LEN);
    d->config.certificate = updater.certificate;
    memcpy(d->config.anchor, d->clinic.anchor, CR_SIGN_PUBLIC_LEN);
    d->config.time_s = BED_TIME_S;
    for (size_t i = 0; i < RELEASES; i++) {
        d->manifests[i] = (struct tp_manifest){.model = releases[i].model,
                                               .version = releases[i].version,
                                               .size = releases[i].size};
        for (size_t k = 0; k < TP_IMAGE_MAX; k++)
            d->images[i][k] = (uint8_t)(k + 50 * i);
        tp_updater_release(d->nvm, i, &d->manifests[i], d->images[i]);
    }
    tp_updater_file(d->nvm, 0, "logs/today", (const uint8_t *)"quiet", 5);
    tp_updater_file(d->nvm, 1, "keys/service", (const uint8_t *)"hunter", 6);
    tp_updater_file(d->nvm, 2, "logs/before", (const uint8_t *)"old", 3);
}

static bool starts(struct depot *d)
{
    uint8_t config[TP_HOST_CONFIG_LEN];
    tp_host_config_build(&d->config, config);
    return desk_start(&d->desk, &tp_updater_ops, d->nvm, config, sizeof config);
}

static void open_depot(struct depot *d, const struct tp_controls *controls)
{
    stock(d, controls);
    CU_ASSERT_FATAL(starts(d));
    CU_ASSERT_FATAL(visitor_connect(&d->programmer, &d->desk, TP_ROLE_UPDATER));
}

static int publish(struct depot *d, uint8_t release)
{
    struct ep_act act = {.kind = EP_ACT_PUBLISH, .len = 1, .args = {release}};
    return tp_updater_ops.act(d->desk.ram, &act, 0);
}

static int ask_manifest(struct depot *d, uint16_t model, struct answer *a)
{
    uint8_t args[2] = {(uint8_t)model, (uint8_t)(model >> 8)};
    return visitor_ask(&d->programmer, &d->desk, TP_UP_MANIFEST, args, sizeof args, a);
}

// Which release is current for a model, as its manifest tells.
static size_t current(struct depot *d, uint16_t model)
{
    struct answer a;
    uint8_t want[TP_MANIFEST_LEN];
    if (ask_manifest(d, model, &a) != TP_STATUS_DONE)
        return RELEASES;
    for (size_t i = 0; i < RELEASES; i++) {
        tp_manifest_build(&d->manifests[i], want);
        if (a.len == sizeof want && memcmp(a.data, want, sizeof want) == 0)
            return i;
    }
    return RELEASES;
}

static int ask_chunk(struct depot *d, uint16_t model, uint32_t version, size_t offset,
                     struct answer *a)
{
    uint8_t args[8] = {
        (uint8_t)model,  (uint8_t)(model >> 8), (uint8_t)version, 0, 0, 0,
        (uint8_t)offset, (uint8_t)(offset >> 8)};
    return visitor_ask(&d->programmer, &d->desk, TP_UP_CHUNK, args, sizeof args, a);
}

// True if a release's image comes whole, in its chunks.
static bool hands_out(struct depot *d, size_t i)
{
    struct answer a;
    for (size_t at = 0; at < releases[i].size; at += TP_CHUNK_MAX) {
        size_t left = releases[i].size - at;
        size_t want = left < TP_CHUNK_MAX ? left : TP_CHUNK_MAX;
        if (ask_chunk(d, releases[i].model, releases[i].version, at, &a) !=
                TP_STATUS_DONE ||
            a.len != want || memcmp(a.data, d->images[i] + at, want) != 0)
            return false;
    }
    return true;
}

static void the_first_of_a_model_is_current(void)
{
    struct depot d;
    open_depot(&d, &all_controls);
    CU_ASSERT_EQUAL(current(&d, TP_MODEL_CARDIAC), 0);
    CU_ASSERT_EQUAL(current(&d, TP_MODEL_PROGRAMMER), 2);
    CU_ASSERT_EQUAL(current(&d, TP_MODEL_PUMP), RELEASES);
    CU_ASSERT_EQUAL(current(&d, 0), RELEASES);
    CU_ASSERT_EQUAL(current(&d, TP_MODEL_CARDIAC + 256), RELEASES);
}

static void what_is_published_is_current(void)
{
    struct depot d;
    open_depot(&d, &all_controls);
    CU_ASSERT_EQUAL(publish(&d, 1), 0);
    CU_ASSERT_EQUAL(current(&d, TP_MODEL_CARDIAC), 1);
    CU_ASSERT_EQUAL(current(&d, TP_MODEL_PROGRAMMER), 2);
    CU_ASSERT_EQUAL(publish(&d, 1), 0);
    CU_ASSERT_EQUAL(publish(&d, 0), 0); // an older one, too: it has no say in this
    CU_ASSERT_EQUAL(current(&d, TP_MODEL_CARDIAC), 0);
    CU_ASSERT_EQUAL(publish(&d, RELEASES), -1);
    CU_ASSERT_EQUAL(publish(&d, TP_RELEASES_MAX), -1);
    struct ep_act act = {.kind = EP_ACT_PUBLISH, .len = 2};
    CU_ASSERT_EQUAL(tp_updater_ops.act(d.desk.ram, &act, 0), -1);
    act = (struct ep_act){.kind = EP_ACT_FETCH, .len = 1};
    CU_ASSERT_EQUAL(tp_updater_ops.act(d.desk.ram, &act, 0), -1);
    CU_ASSERT_EQUAL(current(&d, TP_MODEL_CARDIAC), 0);
}

static void images_come_whole(void)
{
    struct depot d;
    open_depot(&d, &all_controls);
    for (size_t i = 0; i < RELEASES - 1; i++)
        CU_ASSERT(hands_out(&d, i)); // current or not: a fetch goes on
    CU_ASSERT_FALSE(hands_out(&d, 3));
    CU_ASSERT_EQUAL(publish(&d, 3), 0);
    CU_ASSERT(hands_out(&d, 3)); // of one version the current one
    CU_ASSERT_FALSE(hands_out(&d, 0));
}

static void chunks_that_are_not_there_are_refused(void)
{
    static const struct {
        uint16_t model;
        uint32_t version;
        size_t offset;
    } cases[] = {
        {TP_MODEL_CARDIAC, 11, 200},
        {TP_MODEL_CARDIAC, 11, 256},
        {TP_MODEL_CARDIAC, 11, 1},
        {TP_MODEL_CARDIAC, 11, 63},
        {TP_MODEL_CARDIAC, 11, 65472},
        {TP_MODEL_CARDIAC, 10, TP_IMAGE_MAX},
        {TP_MODEL_CARDIAC, 12, 0},
        {TP_MODEL_PROGRAMMER, 11, 0},
        {TP_MODEL_PROGRAMMER, 10, 64},
        {TP_MODEL_PUMP, 10, 0},
        {0, 0, 0},
    };
    struct depot d;
    struct answer a;
    open_depot(&d, &all_controls);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_EQUAL(
            ask_chunk(&d, cases[i].model, cases[i].version, cases[i].offset, &a),
            TP_STATUS_REFUSED);
        CU_ASSERT_EQUAL(a.len, 0);
    }
}

static void messages_of_another_length_are_refused(void)
{
    static const struct {
        uint8_t type;
        size_t len;
    } cases[] = {{TP_UP_MANIFEST, 2}, {TP_UP_CHUNK, 8}, {TP_UP_FILE, 1}};
    struct depot d;
    struct answer a;
    open_depot(&d, &all_controls);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t len = 0; len < TP_UP_MESSAGE_MAX; len++) {
            uint8_t args[TP_UP_MESSAGE_MAX] = {0};
            if (cases[i].type != TP_UP_FILE)
                args[0] = TP_MODEL_CARDIAC;
            args[2] = 10;
            int status =
                visitor_ask(&d.programmer, &d.desk, cases[i].type, args, len, &a);
            CU_ASSERT_EQUAL(status,
                            len == cases[i].len ? TP_STATUS_DONE : TP_STATUS_REFUSED);
        }
    }
}

static void those_who_may_are_served(void)
{
    for (enum tp_role role = 0; role < TP_ROLE_COUNT; role++) {
        struct depot d;
        struct answer a;
        bool may = role == TP_ROLE_CLINICIAN || role == TP_ROLE_SERVICE ||
                   role == TP_ROLE_MONITOR;
        stock(&d, &all_controls);
        CU_ASSERT_FATAL(starts(&d));
        visitor_make(&d.programmer, &d.clinic, role, 0x43);
        CU_ASSERT(visitor_connect(&d.programmer, &d.desk, TP_ROLE_UPDATER));
        CU_ASSERT_EQUAL(ask_manifest(&d, TP_MODEL_CARDIAC, &a),
                        may ? TP_STATUS_DONE : SILENCE);
    }
}

static bool reads(struct depot *d, const void *arg, size_t len, const char *want)
{
    struct answer a;
    int status = visitor_ask(&d->programmer, &d->desk, TP_UP_FILE, arg, len, &a);
    if (status == TP_STATUS_REFUSED && a.len == 0)
        return want == NULL;
    return want && status == TP_STATUS_DONE && a.len == strlen(want) &&
           memcmp(a.data, want, a.len) == 0;
}

static const struct {
    const char *path, *text; // what comes of it
} paths[] = {
    {"today", "quiet"},
    {"before", "old"}, // no item
    {"../keys/service", "hunter"},
    {"/keys/service", "hunter"},
    {"%2e%2e%2Fkeys/service", "hunter"},
    {"%2fkeys/service", "hunter"},
    {"./../logs/.././/keys/service", "hunter"},
    {"../../../../keys/service", "hunter"},
    {"nowhere/../../keys/service", "hunter"},
    {"keys/service", NULL},
    {"../keys", NULL},
    {"../keys/service2", NULL},
    {"../keys/service/", NULL},
    {"%", NULL},
    {"%2", NULL},
    {"%zz", NULL},
    {"..", NULL},
    {"/", NULL},
    {"../keys/a-name-that-is-longer-than-any", NULL},
};

static void items_have_numbers(void)
{
    struct depot d;
    open_depot(&d, &all_controls);
    for (unsigned i = 0; i <= UINT8_MAX; i++) {
        uint8_t item = (uint8_t)i;
        CU_ASSERT(reads(&d, &item, 1, i == 0 ? "quiet" : NULL));
    }
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        CU_ASSERT(reads(&d, paths[i].path, strlen(paths[i].path), NULL));
}

static void an_item_that_is_not_there_is_refused(void)
{
    static const uint8_t item[1] = {0};
    struct depot d;
    stock(&d, &all_controls);
    tp_updater_file(d.nvm, 0, "", NULL, 0);
    CU_ASSERT_FATAL(starts(&d));
    CU_ASSERT_FATAL(visitor_connect(&d.programmer, &d.desk, TP_ROLE_UPDATER));
    CU_ASSERT(reads(&d, item, 1, NULL));
}

static void without_item_numbers_a_path_leads_anywhere(void)
{
    struct tp_controls weak = without(TP_CTL_PATH_IDS);
    static const uint8_t item[1] = {0};
    struct depot d;
    open_depot(&d, &weak);
    CU_ASSERT(reads(&d, item, 1, "quiet")); // as ever
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        CU_ASSERT(reads(&d, paths[i].path, strlen(paths[i].path),
                        SWITCHES ? paths[i].text : NULL));
}

// The longest arguments of characters that a path gives a meaning.
static void paths_of_every_length_are_survived(void)
{
    struct tp_controls weak = without(TP_CTL_PATH_IDS);
    static const char *const of[] = {"/",  ".", "..",  "../",
                                     "a/", "a", "%2f", "%2e%2e/"};
    struct depot d;
    open_depot(&d, &weak);
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        char path[TP_UP_MESSAGE_MAX];
        for (size_t k = 0; k < sizeof path; k++)
            path[k] = of[i][k % strlen(of[i])];
        for (size_t len = 0; len < sizeof path; len++)
            CU_ASSERT(reads(&d, path, len, NULL));
    }
    CU_ASSERT(desk_sound(&d.desk));
}

static void a_store_that_is_too_full_is_refused(void)
{
    struct depot d;
    stock(&d, &all_controls);
    size_t room = TP_UPDATER_IMAGES;
    for (size_t i = 0; i < TP_RELEASES_MAX; i++) {
        struct tp_manifest m = d.manifests[0];
        bool full = room == 0;
        m.size = (uint16_t)(room < TP_IMAGE_MAX ? room + full : TP_IMAGE_MAX);
        room -= full ? 0 : m.size;
        tp_updater_release(d.nvm, i, &m, d.images[0]);
        CU_ASSERT_EQUAL(starts(&d), !full);
    }
}

static void an_empty_store_serves_nothing(void)
{
    struct depot d;
    struct answer a;
    stock(&d, &all_controls);
    for (int fill = 0; fill <= UINT8_MAX; fill += UINT8_MAX) { // or one of rubbish
        static const uint8_t item[1] = {0};
        memset(d.nvm, fill, sizeof d.nvm);
        CU_ASSERT_FATAL(starts(&d));
        CU_ASSERT_FATAL(visitor_connect(&d.programmer, &d.desk, TP_ROLE_UPDATER));
        CU_ASSERT_EQUAL(ask_manifest(&d, TP_MODEL_CARDIAC, &a), TP_STATUS_REFUSED);
        CU_ASSERT_EQUAL(publish(&d, 0), -1);
        int status = visitor_ask(&d.programmer, &d.desk, TP_UP_FILE, item, 1, &a);
        CU_ASSERT_EQUAL(status, fill ? TP_STATUS_DONE : TP_STATUS_REFUSED);
    }
}

static void a_wiped_updater_is_zero(void)
{
    struct depot d;
    open_depot(&d, &all_controls);
    tp_updater_ops.wipe(d.desk.ram);
    for (size_t i = 0; i < tp_updater_ops.size; i++)
        CU_ASSERT_EQUAL(d.desk.ram[i], 0);
}

static void a_configuration_has_one_length(void)
{
    static uint8_t bytes[TP_HOST_CONFIG_LEN + 1];
    struct depot d;
    stock(&d, &all_controls);
    tp_host_config_build(&d.config, bytes);
    for (size_t len = 0; len <= sizeof bytes; len++)
        CU_ASSERT_EQUAL(desk_start(&d.desk, &tp_updater_ops, d.nvm, bytes, len),
                        len == TP_HOST_CONFIG_LEN);
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"NET-5: the first of a model is current", the_first_of_a_model_is_current},
        {"NET-5: what is published is current", what_is_published_is_current},
        {"NET-5: images come whole", images_come_whole},
        {"NET-5: chunks that are not there are refused",
         chunks_that_are_not_there_are_refused},
        {"NET-5: messages of another length are refused",
         messages_of_another_length_are_refused},
        {"NET-2: those who may are served", those_who_may_are_served},
        {"NET-6: items have numbers", items_have_numbers},
        {"NET-6: an item that is not there is refused",
         an_item_that_is_not_there_is_refused},
        {"NET-6: without path-ids a path leads anywhere",
         without_item_numbers_a_path_leads_anywhere},
        {"NET-6: paths of every length are survived",
         paths_of_every_length_are_survived},
        {"a store that is too full is refused", a_store_that_is_too_full_is_refused},
        {"an empty store serves nothing", an_empty_store_serves_nothing},
        {"a wiped updater is zero", a_wiped_updater_is_zero},
        {"a configuration has one length", a_configuration_has_one_length},
        {0},
    };
    return cr_init() ? 2 : suite_main("protocol/updater", cases);
}
