package sidecar.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sidecar.failure.FailureClass;
import sidecar.failure.Verdict;

class SettingsTest {

    @Test
    void everyDefaultObeysItsOwnRule() {
        assertThat(SettingsCatalog.all()).hasSizeGreaterThan(50).allSatisfy(s -> {
            assertThat(s.refusal(s.preset())).as(s.key()).isEmpty();
            assertThat(s.description()).isNotBlank();
        });
    }

    @Test
    void keysAndVariablesAreUnique() {
        assertThat(new HashSet<>(
                        SettingsCatalog.all().stream().map(Setting::key).toList()))
                .hasSameSizeAs(SettingsCatalog.all());
        assertThat(new HashSet<>(
                        SettingsCatalog.all().stream().map(Setting::env).toList()))
                .hasSameSizeAs(SettingsCatalog.all());
    }

    @Test
    void environmentBeatsTableBeatsDefault() {
        Settings settings = new Settings(Map.of("SIDECAR_RATE_RPM", "7"));
        Settings plain = new Settings(Map.of());

        settings.table(Map.of("default_rpm_limit", "99"));
        plain.table(Map.of("default_rpm_limit", "99"));

        assertThat(settings.get(SettingsCatalog.DEFAULT_RPM_LIMIT)).isEqualTo(7);
        assertThat(settings.source(SettingsCatalog.DEFAULT_RPM_LIMIT)).isEqualTo(SettingSource.ENVIRONMENT);
        assertThat(plain.get(SettingsCatalog.DEFAULT_RPM_LIMIT)).isEqualTo(99);
        assertThat(plain.source(SettingsCatalog.DEFAULT_RPM_LIMIT)).isEqualTo(SettingSource.TABLE);
        assertThat(new Settings(Map.of()).get(SettingsCatalog.DEFAULT_RPM_LIMIT))
                .isEqualTo(40);
        assertThat(plain.source(SettingsCatalog.WINDOW)).isEqualTo(SettingSource.DEFAULT);
    }

    @Test
    void aTableChangeActsAtOnceAndItsRemovalToo() {
        Settings settings = new Settings(Map.of());

        settings.table(Map.of("window_seconds", "60.5"));
        Duration during = settings.get(SettingsCatalog.WINDOW);
        settings.table(Map.of());

        assertThat(during).isEqualTo(Duration.ofMillis(60_500));
        assertThat(settings.get(SettingsCatalog.WINDOW)).isEqualTo(Duration.ofSeconds(61));
    }

    @Test
    void anEmptyVariableIsUnset() {
        Settings settings = new Settings(Map.of("SIDECAR_RATE_RPM", "", "SIDECAR_QUEUE_MAX", "  "));

        assertThat(settings.get(SettingsCatalog.DEFAULT_RPM_LIMIT)).isEqualTo(40);
        assertThat(settings.source(SettingsCatalog.DEFAULT_RPM_LIMIT)).isEqualTo(SettingSource.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "SIDECAR_RATE_RPM, abc, default_rpm_limit must be an integer from 0 to 1000000",
        "SIDECAR_RATE_RPM, 9190.0, default_rpm_limit must be an integer",
        "SIDECAR_PORT, 99999, port must be an integer from 1 to 65535",
        "SIDECAR_QUEUE_TIMEOUT, -1, queue_timeout_seconds must be a number of seconds",
        "SIDECAR_QUEUE_TIMEOUT, 1e3, queue_timeout_seconds must be a number of seconds",
        "SIDECAR_ALLOW_OPEN, yes, allow_open must be true or false",
        "SIDECAR_ROUTING_STRATEGY, best, 'routing_strategy must be one of balanced, ordered, latency'",
        "SIDECAR_BACKUP_TIME, 25:00, backup_time must be a time of day",
        "SIDECAR_DB_URL, http://x, db_url must be a JDBC URL",
        "LOG_LEVEL, LOUD, log_level must be one of"
    })
    void aBadVariableRefusesTheStartNamingKeyValueAndRule(String name, String value, String message) {
        assertThatThrownBy(() -> new Settings(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + ": " + message)
                .hasMessageContaining(value);
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://sidecar:geheim@db.example/sidecar, postgresql://****@db.example/sidecar",
        "http://a:geh@eim/geheim@db/x, http://****@db/x",
        "jdbc:mysql://db/x?user=a&password=geheim&ssl=1, jdbc:mysql://db/x?user=a&password=****&ssl=1",
        "jdbc:mysql://db/x;PASSWORD=geheim;a=b, jdbc:mysql://db/x;PASSWORD=****;a=b"
    })
    void aMistypedUrlIsShownWithoutItsPassword(String url, String shown) {
        assertThatThrownBy(() -> new Settings(Map.of("SIDECAR_DB_URL", url)))
                .message()
                .endsWith("was \"" + shown + "\"")
                .doesNotContain("geheim", "eim");
    }

    @Test
    void booleansAndDecimalsAreReadAsTyped() {
        Settings settings = new Settings(
                Map.of("SIDECAR_RETRY_ON_TIMEOUT", "False", "SIDECAR_COOLDOWN_BASE", "0.5", "LOG_FORMAT", "JSON"));

        assertThat(settings.get(SettingsCatalog.RETRY_ON_TIMEOUT)).isFalse();
        assertThat(settings.get(SettingsCatalog.COOLDOWN_BASE)).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.print(SettingsCatalog.COOLDOWN_BASE)).isEqualTo("0.5");
        assertThat(settings.get(SettingsCatalog.LOG_FORMAT)).isEqualTo("json");
    }

    @Test
    void aSecretIsNeverShownInARefusal() {
        assertThatThrownBy(() -> new Settings(Map.of("SIDECAR_ADMIN_TOKEN", "geheim\u0001geheim")))
                .message()
                .contains("admin_token")
                .doesNotContain("geheim");
    }

    @Test
    void unknownVariablesAreWarnedOf() {
        Settings settings = new Settings(Map.of("SIDECAR_QUEUE_TIMOUT", "1", "HOME", "x", "SIDECAR_PORT", "80"));

        assertThat(settings.warnings()).containsExactly("unknown environment variable SIDECAR_QUEUE_TIMOUT is ignored");
    }

    @Test
    void environmentOnlySettingsHaveNoPlaceInTheTable() {
        Settings settings = new Settings(Map.of());

        List<String> left =
                settings.table(Map.of("port", "80", "admin_token", "x", "nonsense", "y", "window_seconds", "x"));

        assertThat(left).hasSize(4);
        assertThat(settings.get(SettingsCatalog.PORT_NUMBER)).isEqualTo(9190);
        assertThat(settings.text(SettingsCatalog.ADMIN_TOKEN)).isEmpty();
    }

    @Test
    void aFailureTableActsAtOnceAndIsShownAsItWasWritten() {
        Settings settings = new Settings(Map.of());
        String text = "[{\"status\":\"418\",\"class\":\"overloaded\"}, \"openai\"]";

        assertThat(settings.print(SettingsCatalog.FAILURE_RULES)).isEqualTo("nvidia-nim");
        assertThat(settings.table(Map.of("failure_rules", " " + text + "\n"))).isEmpty();

        assertThat(settings.print(SettingsCatalog.FAILURE_RULES)).isEqualTo(text);
        assertThat(settings.get(SettingsCatalog.FAILURE_RULES).rules().classify(418, "", ""))
                .contains(Verdict.of(FailureClass.OVERLOADED));
        assertThat(settings.get(SettingsCatalog.FAILURE_RULES))
                .as("read once, not at every use")
                .isSameAs(settings.get(SettingsCatalog.FAILURE_RULES));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "nim | failure_rules must be one of openai, nvidia-nim or a JSON list of rules, was \"nim\"",
                "[5] | failure_rules rule 1: must be an object or one of openai, nvidia-nim, was 5",
                "[{\"status\":\"x\",\"class\":\"client\"}] | failure_rules rule 1: status must be a status or a range"
                        + " such as 429 or 500-599, from 400 to 599, was \"x\""
            })
    void aBadFailureTableIsRefusedWithTheRulesNumber(String text, String refusal) {
        Settings settings = new Settings(Map.of());

        assertThat(Settings.tableRefusal("failure_rules", text)).contains(refusal);
        assertThat(settings.table(Map.of("failure_rules", text))).containsExactly("setting ignored: " + refusal);
        assertThatThrownBy(() -> new Settings(Map.of("SIDECAR_FAILURE_RULES", text)))
                .hasMessage("SIDECAR_FAILURE_RULES: " + refusal);
    }

    @Test
    void aStoredFailureRuleOfAnEarlierVersionIsSkippedAndTheOthersActStill() {
        Settings settings = new Settings(Map.of());
        String text = "[{\"status\":\"418\",\"body\":\"(?!x)\",\"class\":\"timeout\"},"
                + "{\"status\":\"419\",\"class\":\"overloaded\"}]";

        List<String> left = settings.table(Map.of("failure_rules", text));

        assertThat(left)
                .containsExactly("failure_rules rule 1 is left out: body must be a regular expression of RE2's (looking"
                        + " ahead or behind is not possible), was \"(?!x)\"");
        assertThat(settings.get(SettingsCatalog.FAILURE_RULES).rules().classify(419, "", ""))
                .contains(Verdict.of(FailureClass.OVERLOADED));
        assertThat(settings.print(SettingsCatalog.FAILURE_RULES)).isEqualTo(text);
        assertThat(Settings.tableRefusal("failure_rules", text))
                .as("saved again")
                .isPresent();
    }

    @Test
    void listsAreSplitAndChecked() {
        Settings settings = new Settings(Map.of("SIDECAR_FORWARD_HEADERS", "X-A, x-b ,"));

        assertThat(settings.get(SettingsCatalog.FORWARD_HEADERS)).containsExactly("X-A", "x-b");
        assertThat(SettingsCatalog.FORWARD_HEADERS.refusal("a b")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "SIDECAR_ADMIN_TOKEN, change-me",
        "SIDECAR_ADMIN_TOKEN, ChangeMe_please",
        "SIDECAR_VIEWER_TOKEN, your-token-here",
        "SIDECAR_CLIENT_TOKEN, short",
        "SIDECAR_ADMIN_TOKEN, fifteen-letters",
        "SIDECAR_VIEWER_TOKEN, fifteen-letters",
        "SIDECAR_ENCRYPTION_KEY, 0000000000000000000000000000000000000000000000000000000000000000"
    })
    void wellKnownOrShortSecretsRefuseTheStart(String name, String value) {
        assertThatThrownBy(() -> new Settings(Map.of(name, value)))
                .message()
                .startsWith(name)
                .doesNotContain(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIDECAR_ADMIN_TOKEN", "SIDECAR_VIEWER_TOKEN", "SIDECAR_CLIENT_TOKEN"})
    void aTokenOfSixteenCharactersIsLongEnough(String name) {
        assertThat(new Settings(Map.of(name, "sixteen-letters!")).warnings()).isEmpty();
        assertThatThrownBy(() -> new Settings(Map.of(name, "fifteen-letters")))
                .hasMessage(name + " must have at least 16 characters");
    }

    @Test
    void theSameTokenTwiceRefusesTheStart() {
        assertThatThrownBy(() -> new Settings(Map.of(
                        "SIDECAR_ADMIN_TOKEN", "one-and-only-token", "SIDECAR_VIEWER_TOKEN", "one-and-only-token")))
                .hasMessage("SIDECAR_ADMIN_TOKEN must differ from the viewer's and the client's token");
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> new Settings(Map.of(
                        "SIDECAR_ADMIN_TOKEN", "change-me",
                        "SIDECAR_VIEWER_TOKEN", "fifteen-letters",
                        "SIDECAR_ENCRYPTION_KEY", "0011",
                        "SIDECAR_QUEUE_MAX", "many")))
                .message()
                .contains(
                        "SIDECAR_ADMIN_TOKEN is ",
                        "; SIDECAR_VIEWER_TOKEN must ",
                        "; SIDECAR_ENCRYPTION_KEY: encryption_key must be 64 hex digits;",
                        "; SIDECAR_QUEUE_MAX: ")
                .doesNotContain("\n", "0011");
    }
}
