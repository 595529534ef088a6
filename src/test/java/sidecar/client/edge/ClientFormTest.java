package sidecar.client.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;

class ClientFormTest {

    private static final String VIEW = """
            {"id": "cli_0123456789ab", "name": "ann", "enabled": false, "rpm_limit": 60, "tpm_limit": null,
             "max_concurrency": 4, "budget_day_usd": 1E-7, "budget_month_usd": null, "models": ["m", "vendor/x"],
             "cidrs": ["10.0.0.0/8"], "expires_at": "2020-01-31T00:00:00.123Z", "may_pin": true,
             "strict_translation": true, "heartbeat": "chunk"}
            """;

    private static ObjectNode view() throws MalformedJsonException {
        return (ObjectNode) Json.read(VIEW);
    }

    @Test
    void aFormThatNobodyTouchedChangesNothing() throws MalformedJsonException {
        ObjectNode body = ClientForm.of(Json.map(view())).body();

        ObjectNode expected = view();
        expected.remove("id");
        expected.remove("name");
        assertThat(Json.read(Json.write(body))).isEqualTo(expected);
    }

    @Test
    void theEndIsShownAndTakenAsABrowserWritesIt() throws MalformedJsonException {
        ClientForm form = ClientForm.of(Json.map(view()));
        assertThat(form.getTexts()).containsEntry("expires_at", "2020-01-31T00:00");

        form.getTexts().put("expires_at", "2027-02-28T12:30:15");
        assertThat(form.body().path("expires_at").asText()).isEqualTo("2027-02-28T12:30:15Z");

        form.getTexts().put("expires_at", null);
        assertThat(form.body().path("expires_at").isNull()).isTrue();
    }

    @Test
    void aFreshFormAsksForANameAndLimitsNothing() {
        ObjectNode body = ClientForm.fresh().body();

        assertThat(body.path("name").asText()).isEmpty();
        assertThat(body.path("enabled").asBoolean()).isTrue();
        assertThat(body.path("rpm_limit").isNull()).isTrue();
        assertThat(body.path("budget_day_usd").isNull()).isTrue();
        assertThat(body.path("expires_at").isNull()).isTrue();
        assertThat(body.path("models")).isEmpty();
        assertThat(body.path("may_pin").booleanValue()).isFalse();
        assertThat(body.path("strict_translation").booleanValue()).isFalse();
        assertThat(body.path("strict_translation").isBoolean()).isTrue();
        assertThat(body.path("heartbeat").asText()).isEqualTo("comment");
    }

    @Test
    void whatIsTickedAndChosenIsInTheBody() {
        ClientForm form = ClientForm.fresh();

        form.getFlags().put("strict_translation", true);
        form.getTexts().put("heartbeat", "chunk");

        assertThat(form.body().path("strict_translation").booleanValue()).isTrue();
        assertThat(form.body().path("heartbeat").asText()).isEqualTo("chunk");
    }
}
