package sidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How 429s, cooldowns, waiting, overflow and emergencies play together: see {@code flow-scenarios.txt}. */
class FlowScenariosTest {

    /** One of them; its title is the test's name. */
    record Scenario(String title, List<String> rows) {
        @Override
        public String toString() {
            return title;
        }
    }

    static Stream<Scenario> scenarios() throws IOException {
        try (InputStream file = FlowScenariosTest.class.getResourceAsStream("/flow-scenarios.txt")) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            List<Scenario> all = new ArrayList<>();
            for (String line : text.lines().map(String::strip).toList()) {
                if (line.startsWith("== ")) {
                    all.add(new Scenario(line.substring("== ".length()), new ArrayList<>()));
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    all.get(all.size() - 1).rows().add(line);
                }
            }
            return all.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void itGoesAsTheTableSays(Scenario scenario) {
        assertThat(scenario.rows()).isNotEmpty();

        new FlowScript().play(scenario.rows());
    }
}
