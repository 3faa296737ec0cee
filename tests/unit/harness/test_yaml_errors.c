// test_yaml_errors.c - what is wrong with a file, where, and in which words

#include "../../support/suite.h"
#include "scenario_text.h"
#include <stdlib.h>
#include <string.h>

static const struct refusal no_yaml[] = {
    {NULL, "", "t.yaml:1:1: expected a map, found nothing"},
    {NULL, "# nothing but this\n", "t.yaml:1:1: expected a map, found nothing"},
    {NULL, "- a\n", "t.yaml:1:1: expected a map, found a list"},
    {NULL, "{a: b", "t.yaml:2:1: not YAML: did not find expected ',' or '}'"},
    {NULL, "a: 'b\n", "t.yaml:2:1: not YAML: found unexpected end of stream"},
    {NULL, "a:\n\tb: c\n",
     "t.yaml:2:1: not YAML: found character that cannot start any token"},
    {NULL, "a: b\n---\nc: d\n", "t.yaml:2:1: expected one document, found a second"},
    {NULL, "%YAML 1.1\n---\na: b\n", "t.yaml:1:1: expected no directive, found one"},
    {"name: a write", "name: &x a write", "t.yaml:2:7: expected no anchor, found one"},
    {"cast: {", "cast: &x {", "t.yaml:5:7: expected no anchor, found one"},
    {"steps:\n", "steps: !!seq\n", "t.yaml:6:8: expected no tag, found one"},
    {"name: a write", "name: !!str a write", "t.yaml:2:7: expected no tag, found one"},
    {"name: a write is replayed", "name: *x",
     "t.yaml:2:7: expected no alias, found one"},
    {"name: a write", "? [a]\n: a write",
     "t.yaml:2:3: expected a word as a key, found a list or a map"},
    {"name: a write", "{a: b}: a write",
     "t.yaml:2:1: expected a word as a key, found a list or a map"},
    {"a write", "\"a\\0write\"", "t.yaml:2:7: expected text without NUL, found one"},
    {"a write", "a \xff write", "t.yaml:2:9: not YAML: invalid leading UTF-8 octet"},
    {"a write", "a \xc0\xaf write",
     "t.yaml:2:9: not YAML: invalid length of a UTF-8 sequence"},
    {"a write", "a \x1b[2J write",
     "t.yaml:2:9: not YAML: control characters are not allowed"},
    {"therapy}", "[[[[[x]]]]]}",
     "t.yaml:7:28: expected less nesting, found a ninth level"},
    {0},
};

static void what_is_no_yaml(void)
{
    all_refused(attack_text, no_yaml);
}

static void which_bytes_are_too_many(void)
{
    static uint8_t big[HX_FILE_MAX + 1];
    struct hx_scenario s;
    struct hx_error err;
    memset(big, '#', sizeof big);
    CU_ASSERT_EQUAL(hx_scenario_parse("t.yaml", big, sizeof big, &s, &err), -1);
    CU_ASSERT_STRING_EQUAL(err.text,
                           "t.yaml:1:1: expected at most 262144 bytes, found 262145");
    CU_ASSERT_EQUAL(hx_scenario_parse("t.yaml", big, sizeof big - 1, &s, &err), -1);
    CU_ASSERT_STRING_EQUAL(err.text, "t.yaml:1:1: expected a map, found nothing");

    static const uint8_t nul[] = "id: A1\nna\0me: x\n";
    CU_ASSERT_EQUAL(hx_scenario_parse("t.yaml", nul, sizeof nul - 1, &s, &err), -1);
    CU_ASSERT_STRING_EQUAL(err.text, "t.yaml:2:3: not YAML: a NUL byte");
}

static const struct refusal wrong_keys[] = {
    {"tier:", "teir:", "t.yaml:4:1: unknown key 'teir', did you mean 'tier'?"},
    {"tier:", "zzz:",
     "t.yaml:4:1: unknown key 'zzz', expected id, name, why, kind, advisories, "
     "cwe, category, tier, cast, air, attacker, compare, sweep, sweep_of, surface, "
     "heavy, steps, must_log or opened_by"},
    {"tier:", "name:",
     "t.yaml:4:1: expected each key once, found 'name' again, as in line 2"},
    {"name: a write is replayed\n", "",
     "t.yaml:1:1: expected the key 'name', found a map without it"},
    {"category: authentication\n", "",
     "t.yaml:1:1: expected the key 'category' in an attack, found none"},
    {"tier: replayer\n", "",
     "t.yaml:1:1: expected the key 'tier' in an attack, found none"},
    {", programmer: clinician}", "}",
     "t.yaml:5:7: expected the key 'programmer', found a map without it"},
    {", programmer: clinician}", ", programmer: clinician, montior: home}",
     "t.yaml:5:49: unknown key 'montior', did you mean 'monitor'?"},
    {"violates: [I1]", "violtes: [I1]",
     "t.yaml:11:31: unknown key 'violtes', did you mean 'violates'?"},
    {"opened_by:\n  - {without: [replay-order], violates: [I1]}\n", "",
     "t.yaml:1:1: expected the key 'opened_by' in an attack, found none"},
    {"tier: replayer", "kind: story",
     "t.yaml:10:1: expected no key 'opened_by' in a story, found one"},
    {"tier: replayer\n", "tier: replayer\nkind: story\n",
     "t.yaml:11:1: expected no key 'opened_by' in a story, found one"},
    {0},
};

static void which_keys_are_wrong(void)
{
    all_refused(attack_text, wrong_keys);
    struct hx_scenario s;
    struct hx_error err;
    char *text = changed(story_text, "kind: story", "kind: story\ntier: flooder");
    CU_ASSERT_EQUAL(load_text(text, &s, &err), -1);
    CU_ASSERT_STRING_EQUAL(err.text,
                           "t.yaml:4:7: expected no tier in a story, found one");
    free(text);
}

static const struct refusal wrong_values[] = {
    {"replayer", "repleyer",
     "t.yaml:4:7: expected eavesdropper, replayer, injector, man-in-the-middle, "
     "insider, stolen-key, flooder, network, bedside or thief, found 'repleyer', did "
     "you mean 'replayer'?"},
    {"replayer", "none",
     "t.yaml:4:7: expected eavesdropper, replayer, injector, man-in-the-middle, "
     "insider, stolen-key, flooder, network, bedside or thief, found 'none'"},
    {"replayer", "[replayer, replayer]",
     "t.yaml:4:18: expected each item once, found 'replayer' again"},
    {"replayer", "{replayer: }", "t.yaml:4:7: expected a list, found a map"},
    {"authentication", "everything",
     "t.yaml:3:11: expected authentication, authorization, cryptography, "
     "integrity, confidentiality, logging, resilience or updatability, found "
     "'everything'"},
    {"[replay-order]", "[replay-ordr]",
     "t.yaml:11:16: expected a control, found 'replay-ordr', did you mean "
     "'replay-order'?"},
    {"[replay-order]", "replay-order",
     "t.yaml:11:15: expected a list, found 'replay-order'"},
    {"[replay-order]", "[]", "t.yaml:11:15: expected 1 to 64 items, found 0"},
    {"[replay-order]", "[padding, padding]",
     "t.yaml:11:25: expected each item once, found 'padding' again"},
    {"[I1]", "[]", "t.yaml:11:41: expected 1 to 15 items, found 0"},
    {"[I1]", "[I1, I16]",
     "t.yaml:11:46: expected I1, I2, I3, I4, I5, I6, I7, I8, I9, I10, I11, I12, "
     "I13, I14 or I15, found 'I16', did you mean 'I1'?"},
    {"[I1]", "[I1, I1]", "t.yaml:11:46: expected each item once, found 'I1' again"},
    {"[I1]", "{I1: I2}", "t.yaml:11:41: expected a list, found a map"},
    {"a write is replayed", "",
     "t.yaml:2:6: expected a line of printable text, found nothing"},
    {"a write is replayed", "12",
     "t.yaml:2:7: expected a line of printable text, found '12' without quotes"},
    {"a write is replayed", "yes",
     "t.yaml:2:7: expected a line of printable text, found 'yes' without quotes"},
    {"a write is replayed", "\"\\n\"",
     "t.yaml:2:7: expected a line of printable text, found \"?\""},
    {"a write is replayed", "\"a\\u2028b\"",
     "t.yaml:2:7: expected a line of printable text, found \"a???b\""},
    {"a write is replayed",
     "x1234567890123456789012345678901234567890123456789012345678901234567890123456"
     "7890"
     "12345678901234567890123456789012345678901234567890123456789012345678901234567"
     " x9",
     "t.yaml:2:7: expected at most 159 bytes, found 161: "
     "'x1234567890123456789012345678901234567890123456...'"},
    {"id: A1", "id: A/1",
     "t.yaml:1:5: expected a name of letters, digits, - and ., found 'A/1'"},
    {"id: A1", "id: -A1",
     "t.yaml:1:5: expected a name of letters, digits, - and ., found '-A1'"},
    {"id: A1", "id: 1e5",
     "t.yaml:1:5: expected a name of letters, digits, - and ., found '1e5' without "
     "quotes"},
    {"tier: replayer\n", "tier: replayer\ncwe: 294\n",
     "t.yaml:5:6: expected a list, found '294'"},
    {"tier: replayer\n", "tier: replayer\ncwe: [0]\n",
     "t.yaml:5:7: expected an integer from 1 to 9999, found '0'"},
    {"tier: replayer\n", "tier: replayer\ncwe: [5, 5]\n",
     "t.yaml:5:10: expected each item once, found '5' again"},
    {"tier: replayer\n", "tier: replayer\ncwe: [1,2,3,4,5,6,7,8,9]\n",
     "t.yaml:5:6: expected 0 to 8 items, found 9"},
    {"tier: replayer\n", "tier: replayer\nadvisories: [a, b, a]\n",
     "t.yaml:5:20: expected each item once, found 'a' again"},
    {"tier: replayer\n", "tier: replayer\nair: {loss_percent: 101}\n",
     "t.yaml:5:21: expected a number from 0 to 100 with at most 4 decimals, found "
     "'101'"},
    {"tier: replayer\n", "tier: replayer\nair: {loss_percent: 0.00001}\n",
     "t.yaml:5:21: expected a number from 0 to 100 with at most 4 decimals, found "
     "'0.00001'"},
    {"tier: replayer\n", "tier: replayer\nair: {delay: 61s}\n",
     "t.yaml:5:14: expected a duration from 0s to 1min, such as 250ms or 10min, "
     "found '61s'"},
    {"tier: replayer\n", "tier: replayer\nair: {delay: 50}\n",
     "t.yaml:5:14: expected a duration from 0s to 1min, such as 250ms or 10min, "
     "found '50'"},
    {"tier: replayer\n", "tier: replayer\nattacker: {power_dbm: \"-16\"}\n",
     "t.yaml:5:23: expected an integer from -100 to 60, found \"-16\""},
    {"tier: replayer\n", "tier: replayer\nattacker: {hears: [rf, any]}\n",
     "t.yaml:5:24: expected rf, near or uplink, found 'any'"},
    {"tier: replayer\n", "tier: replayer\nattacker: {near: maybe}\n",
     "t.yaml:5:18: expected true or false, found 'maybe'"},
    {"tier: replayer\n", "tier: replayer\nair:\n",
     "t.yaml:5:5: expected a map, found nothing"},
    {0},
};

static void which_values_are_wrong(void)
{
    all_refused(attack_text, wrong_values);
}

static const struct refusal wrong_steps[] = {
    {"programmer: {open", "programer: {open",
     "t.yaml:7:5: unknown key 'programer', did you mean 'programmer'?"},
    {"programmer: {open", "nurse: {open",
     "t.yaml:7:5: expected wait, programmer, monitor, remote, updater, patient, "
     "implant or attacker, found 'nurse'"},
    {"programmer: {open: therapy}", "programmer",
     "t.yaml:7:5: expected a map of an actor and its act, found 'programmer'"},
    {"programmer: {open: therapy}", "{}",
     "t.yaml:7:5: expected a map of an actor and its act, found an empty map"},
    {"programmer: {open: therapy}", "{programmer: {close: }, attacker: {decrypt: }}",
     "t.yaml:7:29: expected one actor a step, found 'attacker' after 'programmer'"},
    {"{open: therapy}", "open",
     "t.yaml:7:17: expected a map with pair, intent, open, read, write, alarm, "
     "test-pulse, close, emergency, statement, shock, bolus, fetch or update, found "
     "'open'"},
    {"{open: therapy}", "{}",
     "t.yaml:7:17: expected a map with pair, intent, open, read, write, alarm, "
     "test-pulse, close, emergency, statement, shock, bolus, fetch or update, found an "
     "empty map"},
    {"{open: therapy}", "{opne: therapy}",
     "t.yaml:7:18: unknown key 'opne', did you mean 'open'?"},
    {"{open: therapy}", "{with: other}",
     "t.yaml:7:18: expected pair, intent, open, read, write, alarm, test-pulse, "
     "close, emergency, statement, shock, bolus, fetch or update, found 'with'"},
    {"{open: therapy}", "{open: therapy, close: }",
     "t.yaml:7:33: expected one act a step, found 'close' after 'open'"},
    {"{open: therapy}", "{open: therapy, rehearse: true}",
     "t.yaml:7:33: unknown key 'rehearse', expected open, with, expect or "
     "background"},
    {"{open: therapy}", "{open: none}",
     "t.yaml:7:24: expected read-out or therapy, found 'none'"},
    {"{open: therapy}", "{open: }",
     "t.yaml:7:24: expected read-out or therapy, found nothing"},
    {"{open: therapy}", "{close: now}", "t.yaml:7:25: expected nothing, found 'now'"},
    {"{open: therapy}", "{write: {}}",
     "t.yaml:7:25: expected at least 1 of its keys, found 0"},
    {"{open: therapy}", "{write: {mode: 256}}",
     "t.yaml:7:32: expected an integer from 0 to 255, found '256'"},
    {"{open: therapy}", "{magnet: on}",
     "t.yaml:7:18: expected pair, intent, open, read, write, alarm, test-pulse, "
     "close, emergency, statement, shock, bolus, fetch or update, found 'magnet'"},
    {"{open: therapy}", "{open: therapy, with: attacker}",
     "t.yaml:7:39: expected implant or other, found 'attacker'"},
    {"{open: therapy}", "{open: therapy, expect: no}",
     "t.yaml:7:41: expected default, served, denied or any, found 'no'"},
    {"programmer: {open: therapy}", "wait: 1 s",
     "t.yaml:7:11: expected a duration from 0s to 3650d, such as 250ms or 10min, "
     "found '1 s'"},
    {"programmer: {open: therapy}", "wait: [1s]",
     "t.yaml:7:11: expected a duration from 0s to 3650d, such as 250ms or 10min, "
     "found a list"},
    {"programmer: {open: therapy}", "wait: 01s",
     "t.yaml:7:11: expected a duration from 0s to 3650d, such as 250ms or 10min, "
     "found '01s'"},
    {"programmer: {open: therapy}", "wait: 99999999999d",
     "t.yaml:7:11: expected a duration from 0s to 3650d, such as 250ms or 10min, "
     "found '99999999999d'"},
    {"capture: w", "capture: W",
     "t.yaml:8:25: expected a label (a letter a-z, then a-z, 0-9 and -), found "
     "'W'"},
    {"capture: w", "capture: no",
     "t.yaml:8:25: expected a label (a letter a-z, then a-z, 0-9 and -), found "
     "'no' without quotes"},
    {"capture: w", "capture: w234567890123456789012345",
     "t.yaml:8:25: expected at most 23 bytes, found 25: "
     "'w234567890123456789012345'"},
    {"times: 2", "times: 0",
     "t.yaml:9:32: expected an integer from 1 to 1000000, found '0'"},
    {"times: 2", "times: 2.0",
     "t.yaml:9:32: expected an integer from 1 to 1000000, found '2.0'"},
    {"times: 2", "times: 02",
     "t.yaml:9:32: expected an integer from 1 to 1000000, found '02'"},
    {"times: 2", "times: 0x2",
     "t.yaml:9:32: expected an integer from 1 to 1000000, found '0x2'"},
    {"from: programmer}", "nth: 0}",
     "t.yaml:8:33: expected an integer from 1 to 1000000, first or last, found "
     "'0'"},
    {"from: programmer}", "nth: -2}",
     "t.yaml:8:33: expected an integer from 1 to 1000000, first or last, found "
     "'-2'"},
    {"from: programmer}", "nth: lst}",
     "t.yaml:8:33: expected an integer from 1 to 1000000, first or last, found "
     "'lst'"},
    {"{send: w, times: 2}", "{hold: v, nth: last}",
     "t.yaml:9:30: expected an integer from 1 to 1000000 or first, found 'last'"},
    {"{send: w, times: 2}", "{tamper: w, at: 0}",
     "t.yaml:9:15: expected the key 'xor', found a map without it"},
    {"{send: w, times: 2}", "{tamper: w, at: 0, xor: 80}",
     "t.yaml:9:39: expected 1 to 64 bytes as hex digits in quotes, found '80'"},
    {"{send: w, times: 2}", "{tamper: w, at: 0, xor: \"8\"}",
     "t.yaml:9:39: expected 1 to 64 bytes as hex digits in quotes, found \"8\""},
    {"{send: w, times: 2}", "{tamper: w, at: 0, xor: \"\"}",
     "t.yaml:9:39: expected 1 to 64 bytes as hex digits in quotes, found \"\""},
    {"{send: w, times: 2}", "{tamper: w, at: 0, xor: \"8g\"}",
     "t.yaml:9:39: expected 1 to 64 bytes as hex digits in quotes, found \"8g\""},
    {"{send: w, times: 2}", "{puppet-raw: 65536}",
     "t.yaml:9:28: expected an integer from 0x00 to 0xffff, found '65536'"},
    {"{send: w, times: 2}", "{puppet-raw: 0x}",
     "t.yaml:9:28: expected an integer from 0x00 to 0xffff, found '0x'"},
    {"{send: w, times: 2}", "{flood: wake, rate_hz: 0, for: 1s}",
     "t.yaml:9:38: expected a number from 0.001 to 10000 with at most 3 decimals, "
     "found '0'"},
    {"{send: w, times: 2}", "{zzz: }",
     "t.yaml:9:16: expected a verb of this actor, found 'zzz'"},
    {0},
};

static void which_steps_are_wrong(void)
{
    all_refused(attack_text, wrong_steps);
}

static void a_long_path_leaves_room_for_the_reason(void)
{
    char path[400];
    struct hx_scenario s;
    struct hx_error err;
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    CU_ASSERT_EQUAL(hx_scenario_parse(path, (const uint8_t *)"", 0, &s, &err), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, ": the path is too long"));
    path[HX_PATH_MAX - 1] = '\0';
    CU_ASSERT_EQUAL(hx_scenario_parse(path, (const uint8_t *)"", 0, &s, &err), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, ":1:1: expected a map, found nothing"));
}

int main(void)
{
    static const struct suite_case cases[] = {
        {"what is no YAML, or more than is needed of it, is refused", what_is_no_yaml},
        {"a file too big or with a NUL in it is refused", which_bytes_are_too_many},
        {"a wrong, missing or repeated key is named", which_keys_are_wrong},
        {"a wrong value is told with what it should be", which_values_are_wrong},
        {"a wrong step is told with what its actor can do", which_steps_are_wrong},
        {"a long path leaves room for the reason",
         a_long_path_leaves_room_for_the_reason},
        {0},
    };
    return suite_main("harness/yaml_errors", cases);
}
