package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import sidecar.kit.Reply;

/** What several classes need that ask {@code /api/admin}. */
abstract class AdminRequests extends RunningSidecar {

    static final String MODEL = "canon";

    static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";

    static ObjectNode withoutTimes(JsonNode provider) {
        ObjectNode copy = provider.deepCopy();
        copy.remove(List.of("updated_at", "warnings"));
        return copy;
    }

    List<String> names(String path) {
        List<String> names = new ArrayList<>();
        gateway()
                .adminGet(path)
                .json()
                .forEach(one -> names.add(one.path("name").asText()));
        return names;
    }

    static void assertRefused(Reply reply, String field) {
        assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
        assertClean(reply);
        assertThat(reply.json().has("detail")).isTrue();
        assertThat(reply.text()).contains(field);
    }

    /** JSON, and neither a page nor anything of the inside. */
    static void assertClean(Reply reply) {
        assertThat(reply.header("Content-Type")).startsWith("application/json");
        assertThat(reply.text())
                .doesNotContainIgnoringCase("<html")
                .doesNotContain("\tat ")
                .doesNotContain("Exception")
                .doesNotContain("com.fasterxml")
                .doesNotContain("java.lang");
    }
}
