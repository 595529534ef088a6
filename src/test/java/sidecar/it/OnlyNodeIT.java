package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import sidecar.kit.Draft;

/** With H2 there is one node. */
class OnlyNodeIT extends BrowsingSidecar {

    @Test
    void itIsListedFromMemoryAndThePageSaysThatItIsTheOnlyOne() {
        gateway().create(Draft.of("one").at(stub()).serves("canon", "n").with("rpm_limit", 40));
        JsonNode nodes = gateway().adminGet("/nodes").json();

        assertThat(nodes.path("items")).hasSize(1);
        JsonNode self = nodes.path("items").path(0);
        assertThat(self.path("name").asText()).isEqualTo("local");
        assertThat(self.path("state").asText()).isEqualTo("member");
        assertThat(self.path("this_node").asBoolean()).isTrue();
        assertThat(self.path("version").asText())
                .isEqualTo(gateway().get("/health").json().path("version").asText());
        assertThat(self.path("places").asInt()).isEqualTo(40);
        assertThat(nodes.path("shared").asBoolean()).isFalse();
        assertThat(nodes.path("current").asBoolean()).isTrue();
        browser().signIn(VIEWER);
        assertThat(browser().text(".menu nav")).doesNotContain("Nodes");
        browser().open("/nodes");
        assertThat(browser().text("#list .notice"))
                .startsWith("This is the only node")
                .contains("docs/scaling.md");
        assertThat(browser().text("#list table")).contains("local", "answering", "40 of 40");
        assertThat(browser().accessibilityFaults()).isEmpty();
        assertThat(browser().complaints()).isEmpty();
    }
}
