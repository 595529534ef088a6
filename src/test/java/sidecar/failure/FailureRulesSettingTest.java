package sidecar.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.json.ParsedText;

class FailureRulesSettingTest {

    /** JSON with ' for ". */
    private static ParsedText<FailureRulesSetting> parse(String text) {
        return FailureRulesSetting.parse(text.replace('\'', '"'));
    }

    private static FailureClassifier good(String text) {
        return parse(text).toOptional().orElseThrow().rules();
    }

    private static String bad(String text) {
        return parse(text).fault().orElseThrow();
    }

    private static Optional<FailureClass> meaning(FailureClassifier rules, int status, String body) {
        return rules.classify(status, body, "").map(Verdict::means);
    }

    @Test
    void aPresetIsGivenByItsName() {
        assertThat(meaning(good("nvidia-nim"), 400, "DEGRADED")).contains(FailureClass.OVERLOADED);
        assertThat(meaning(good("openai"), 400, "DEGRADED")).contains(FailureClass.CLIENT);
        assertThat(meaning(good("NVIDIA-NIM"), 400, "DEGRADED")).contains(FailureClass.OVERLOADED);
    }

    @Test
    void aRuleHasEveryField() {
        FailureClassifier rules =
                good("[{'status':'500-502','body':'no\\\\s+luck','label':'nv*','class':'rate_limited',"
                        + "'cooldown_seconds':2.5}]");

        assertThat(rules.classify(501, "No  luck", "nvidia"))
                .contains(new Verdict(FailureClass.RATE_LIMITED, Duration.ofMillis(2500)));
        assertThat(rules.classify(501, "No  luck", "groq")).contains(Verdict.of(FailureClass.OVERLOADED));
        assertThat(rules.classify(503, "No  luck", "nvidia")).contains(Verdict.of(FailureClass.OVERLOADED));
        assertThat(rules.classify(501, "luck", "nvidia")).contains(Verdict.of(FailureClass.OVERLOADED));
    }

    @Test
    void whatIsNotGivenStandsForAnything() {
        FailureClassifier rules =
                good("[{'status':429,'body':'','label':null,'class':'model_busy','cooldown_seconds':null}]");

        assertThat(rules.classify(429, "x", "y")).contains(Verdict.of(FailureClass.MODEL_BUSY));
    }

    @Test
    void aPresetInTheListStandsForItsRulesWhereItStands() {
        FailureClassifier before = good("[{'status':'400','body':'degraded','class':'timeout'},'nvidia-nim']");
        FailureClassifier after = good("['nvidia-nim',{'status':'400','body':'degraded','class':'timeout'}]");

        assertThat(meaning(before, 400, "DEGRADED")).contains(FailureClass.TIMEOUT);
        assertThat(meaning(before, 429, "ResourceExhausted")).contains(FailureClass.MODEL_BUSY);
        assertThat(meaning(after, 400, "DEGRADED")).contains(FailureClass.OVERLOADED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rate_limited",
                "model_busy",
                "credential",
                "model_missing",
                "overloaded",
                "network",
                "timeout",
                "bad_success",
                "client"
            })
    void everyClassCanBeMeant(String name) {
        assertThat(meaning(good("[{'status':'418','class':'" + name + "'}]"), 418, "")
                        .map(FailureClass::wire))
                .contains(name);
    }

    @Test
    void theTextIsKept() {
        String text = "[ \"openai\" ]";

        assertThat(FailureRulesSetting.parse(text).toOptional().map(FailureRulesSetting::text))
                .contains(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "nvidia | must be one of openai, nvidia-nim or a JSON list of rules, was \"nvidia\"",
                "~~ | must be one of openai, nvidia-nim or a JSON list of rules, was \"\"",
                "{'status':'429'} | must be one of openai",
                "[ | is not valid JSON:",
                "[] [] | is not valid JSON: something follows",
                "['openai', 5] | rule 2: must be an object or one of openai, nvidia-nim, was 5",
                "['opnai'] | rule 1: must be an object or one of openai, nvidia-nim, was \"opnai\"",
                "[{'status':'429','class':'client','clas':1}] | rule 1: clas is unknown; known are status, body",
                "[{'class':'client'}] | rule 1: status must be a status or a range such as 429 or 500-599, from 400 to"
                        + " 599; it is missing",
                "[{'status':'4xx','class':'client'}] | rule 1: status must be a status or a range such as 429 or"
                        + " 500-599, from 400 to 599, was \"4xx\"",
                "[{'status':'599-500','class':'client'}] | rule 1: status must be",
                "[{'status':'200','class':'client'}] | rule 1: status must be",
                "[{'status':'302','class':'client'}] | rule 1: status must be",
                "[{'status':'399-400','class':'client'}] | rule 1: status must be",
                "[{'status':'500-600','class':'client'}] | rule 1: status must be",
                "[{'status':'500-','class':'client'}] | rule 1: status must be",
                "[{'status':429.5,'class':'client'}] | rule 1: status must be",
                "[{'status':null,'class':'client'}] | rule 1: status must be",
                "['openai',{'status':'429'}] | rule 2: class must be one of rate_limited, model_busy, credential,"
                        + " model_missing, refused, overloaded, network, timeout, bad_success, client; it is missing",
                "[{'status':'429','class':'busy'}] | rule 1: class must be one of rate_limited",
                "[{'status':'429','class':7}] | rule 1: class must be one of rate_limited",
                "[{'status':'429','class':'client','body':'(x'}] | rule 1: body must be a regular expression of RE2's"
                        + " (missing closing )), was \"(x\"",
                "[{'status':'429','class':'client','body':5}] | rule 1: body must be a string of at most 500"
                        + " characters, was 5",
                "[{'status':'429','class':'client','label':['a']}] | rule 1: label must be a string of at most 100"
                        + " characters, was [\"a\"]",
                "[{'status':'429','class':'client','cooldown_seconds':-1}] | rule 1: cooldown_seconds must be a number"
                        + " from 0 to 21600, was -1",
                "[{'status':'429','class':'client','cooldown_seconds':21600.1}] | rule 1: cooldown_seconds must be",
                "[{'status':'429','class':'client','cooldown_seconds':'30'}] | rule 1: cooldown_seconds must be",
                "[{'status':'429','class':'client','cooldown_seconds':1e999999999}] | rule 1: cooldown_seconds must be",
                "[{'status':'429','class':'client','cooldown_seconds':1e-999999999}] | rule 1: cooldown_seconds must"
                        + " be",
                "[{'status':'429','status':'430','class':'client'}] | is not valid JSON:"
            })
    void aBadTableIsRefusedNamingRuleFieldAndValue(String text, String why) {
        assertThat(bad(text)).startsWith(why).doesNotContain("\n");
    }

    @Test
    void aStoredRuleThatIsNoPatternAnyMoreIsLeftOutByItsNumber() {
        List<String> warnings = new ArrayList<>();
        String text = "[{'status':'418','class':'timeout'},{'status':'419','body':'(?!x)','class':'timeout'},"
                + "{'status':'420','body':'(?:){2147483647}Q','class':'timeout'},{'status':'421','class':'timeout'}]";

        FailureRulesSetting table = FailureRulesSetting.stored(text.replace('\'', '"'), warnings::add)
                .orElseThrow();

        assertThat(meaning(table.rules(), 418, "")).contains(FailureClass.TIMEOUT);
        assertThat(meaning(table.rules(), 419, "y")).contains(FailureClass.CLIENT);
        assertThat(meaning(table.rules(), 420, "Q")).contains(FailureClass.CLIENT);
        assertThat(meaning(table.rules(), 421, "")).contains(FailureClass.TIMEOUT);
        assertThat(warnings)
                .containsExactly(
                        "rule 2 is left out: body must be a regular expression of RE2's (looking ahead or behind is not"
                                + " possible), was \"(?!x)\"",
                        "rule 3 is left out: body must be a regular expression of RE2's (too large with its repeats"
                                + " written out), was \"(?:){2147483647}Q\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nim",
                "[",
                "[5]",
                "[{'status':'200','class':'client'}]",
                "[{'status':'200','class':'client','body':'(?!x)'}]",
                "[{'status':'429','class':'client','body':'(?!x)'},5]"
            })
    void whatNoVersionStoredIsNoTable(String text) {
        assertThat(FailureRulesSetting.stored(text.replace('\'', '"'), warning -> {}))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0", "21600", "0.5", "30"})
    void cooldownsMayBeAnythingUpToSixHours(String seconds) {
        FailureClassifier rules = good("[{'status':'429','class':'rate_limited','cooldown_seconds':" + seconds + "}]");

        assertThat(rules.classify(429, "", "").orElseThrow().cooldown().toMillis())
                .isEqualTo((long) (Double.parseDouble(seconds) * 1000));
    }

    @Test
    void tablesAreBounded() {
        String rule = "{'status':'429','class':'client'}";

        assertThat(good("[" + (rule + ",").repeat(99) + rule + "]")).isNotNull();
        assertThat(bad("[" + (rule + ",").repeat(100) + rule + "]")).isEqualTo("must have at most 100 rules, has 101");
        assertThat(good("[{'status':'429','class':'client','body':'" + "x".repeat(500) + "'}]"))
                .isNotNull();
        assertThat(bad("[{'status':'429','class':'client','body':'" + "x".repeat(501) + "'}]"))
                .startsWith("rule 1: body must be a string of at most 500 characters");
        assertThat(bad("[{'status':'429','class':'client','body':'" + "(".repeat(400) + "'}]"))
                .startsWith("rule 1: body must be a regular expression");
        String large = "{'status':'429','class':'client','body':'x{400}'},";
        assertThat(good("[" + large.repeat(8) + "'openai']")).isNotNull();
        assertThat(bad("[" + large.repeat(15) + "'openai']"))
                .matches("is too large: the regular expressions have \\d{4} RE2 instructions together, at most 6000.*");
        assertThat(bad("[" + " ".repeat(200_000) + "]")).isEqualTo("must have at most 200000 characters");
    }
}
