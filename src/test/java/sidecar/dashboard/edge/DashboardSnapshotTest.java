package sidecar.dashboard.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import sidecar.json.Json;

class DashboardSnapshotTest {

    private static final String REASON = "its key is missing or cannot be read: enter it";

    private static ObjectNode snapshot() {
        ObjectNode json = Json.object().put("timestamp", 1);
        json.putArray("backends")
                .add(Json.object().put("name", "one").put("reason", REASON))
                .add(Json.object().put("name", "two").put("reason", "an upstream's own words"))
                .add(Json.object().put("name", "three").put("reason", ""));
        return json;
    }

    private static String reason(ObjectNode snapshot, int index) {
        return snapshot.path("backends").path(index).path("reason").asText();
    }

    @Test
    void reasonsAreToldInTheLanguageOfThePage() {
        ObjectNode english = snapshot();

        ObjectNode chinese = DashboardSnapshot.in(Locale.SIMPLIFIED_CHINESE, english);

        assertThat(reason(chinese, 0)).isEqualTo("密钥缺失或无法读取：请填写");
        assertThat(reason(chinese, 1)).isEqualTo("an upstream's own words");
        assertThat(reason(chinese, 2)).isEmpty();
        assertThat(chinese.path("backends").path(0).path("name").asText()).isEqualTo("one");
        assertThat(english).as("another dashboard's").isEqualTo(snapshot());
        assertThat(DashboardSnapshot.in(Locale.ENGLISH, english)).isEqualTo(snapshot());
    }
}
