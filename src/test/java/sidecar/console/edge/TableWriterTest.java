package sidecar.console.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sidecar.console.ChangeNotices;
import sidecar.console.Saved;

class TableWriterTest {

    private final List<String> rows = new ArrayList<>(List.of("a"));
    private final List<List<String>> published = new ArrayList<>();
    private final List<String> announced = new ArrayList<>();
    private final Map<String, Runnable> subscribed = new HashMap<>();
    private final ChangeNotices notices = new ChangeNotices() {

        @Override
        public void announce(String changed) {
            announced.add(changed + " " + rows);
        }

        @Override
        public void subscribe(String wanted, Runnable reload) {
            subscribed.put(wanted, reload);
        }
    };
    private final TableWriter<List<String>> table = new TableWriter<>(notices);

    @BeforeEach
    void declare() {
        table.table("letters", () -> List.copyOf(rows), published::add);
    }

    @Test
    void whatIsStoredIsPublishedAfterIt() {
        Saved<String> saved = table.save(() -> Saved.of("b"), rows::add);

        assertThat(saved).isEqualTo(Saved.of("b"));
        assertThat(published).containsExactly(List.of("a", "b"));
    }

    @Test
    void otherGatewaysAreToldAfterIt() {
        table.save(() -> Saved.of("b"), rows::add);

        assertThat(announced).containsExactly("letters [a, b]");
    }

    @Test
    void whatAnotherGatewayHasChangedIsPublishedAndNotToldAgain() {
        rows.add("c");
        subscribed.get("letters").run();

        assertThat(published).containsExactly(List.of("a", "c"));
        assertThat(announced).isEmpty();
    }

    @Test
    void aRefusalStoresAndPublishesNothing() {
        Saved<String> saved = table.save(Saved.Missing::new, rows::add);

        assertThat(saved).isEqualTo(new Saved.Missing<>());
        assertThat(rows).containsExactly("a");
        assertThat(published).isEmpty();
        assertThat(announced).isEmpty();
    }

    @Test
    void workThatFailsPublishesNothing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> table.write(() -> {
                    throw new IllegalStateException();
                }));

        assertThat(published).isEmpty();
        assertThat(announced).isEmpty();
    }

    @Test
    void whoWritesMayWriteAgainInside() {
        table.exclusively(() -> table.save(() -> Saved.of("b"), rows::add).flatMap((b, warnings) -> {
            table.write(() -> rows.add("c"));
            return Saved.of(b);
        }));

        assertThat(published).containsExactly(List.of("a", "b"), List.of("a", "b", "c"));
    }

    @Test
    void loadingAnswersWhatItPublishes() {
        assertThat(table.load()).isEqualTo(List.of("a"));
        assertThat(published).containsExactly(List.of("a"));
    }
}
