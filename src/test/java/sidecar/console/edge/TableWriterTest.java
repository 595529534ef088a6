package sidecar.console.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sidecar.console.ChangeNotices;
import sidecar.console.Saved;

class TableWriterTest {

    private final List<String> rows = new ArrayList<>(List.of("a"));
    private final List<List<String>> published = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    private final Map<String, Runnable> subscribed = new HashMap<>();
    private final ChangeNotices local = new LocalChangeNotices();
    private final ChangeNotices notices = new ChangeNotices() {

        @Override
        public <T> T change(String changed, Supplier<T> work, Predicate<T> changes) {
            T done = local.change(changed, work, changes);
            TableWriterTest.this.changes.add(changed + " " + changes.test(done) + " " + rows);
            return done;
        }

        @Override
        public void announce(String changed) {
            throw new IllegalStateException(changed);
        }

        @Override
        public void subscribe(String wanted, Runnable reload) {
            local.subscribe(wanted, reload);
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

        assertThat(changes).containsExactly("letters true [a, b]");
    }

    @Test
    void whatAnotherGatewayHasChangedIsPublishedAndNotToldAgain() {
        rows.add("c");
        subscribed.get("letters").run();

        assertThat(published).containsExactly(List.of("a", "c"));
        assertThat(changes).isEmpty();
    }

    @Test
    void aRefusalStoresAndPublishesNothing() {
        Saved<String> saved = table.save(Saved.Missing::new, rows::add);

        assertThat(saved).isEqualTo(new Saved.Missing<>());
        assertThat(rows).containsExactly("a");
        assertThat(published).isEmpty();
        assertThat(changes).containsExactly("letters false [a]");
    }

    @Test
    void workThatFailsPublishesNothing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> table.write(() -> {
                    throw new IllegalStateException();
                }));

        assertThat(published).isEmpty();
        assertThat(changes).isEmpty();
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
