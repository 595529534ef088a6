package sidecar.console.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sidecar.console.Saved;

class TableWriterTest {

    private final List<String> rows = new ArrayList<>(List.of("a"));
    private final List<List<String>> published = new ArrayList<>();
    private final TableWriter<List<String>> table = new TableWriter<>();

    @BeforeEach
    void declare() {
        table.table(() -> List.copyOf(rows), published::add);
    }

    @Test
    void whatIsStoredIsPublishedAfterIt() {
        Saved<String> saved = table.save(() -> Saved.of("b"), rows::add);

        assertThat(saved).isEqualTo(Saved.of("b"));
        assertThat(published).containsExactly(List.of("a", "b"));
    }

    @Test
    void aRefusalStoresAndPublishesNothing() {
        Saved<String> saved = table.save(Saved.Missing::new, rows::add);

        assertThat(saved).isEqualTo(new Saved.Missing<>());
        assertThat(rows).containsExactly("a");
        assertThat(published).isEmpty();
    }

    @Test
    void workThatFailsPublishesNothing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> table.write(() -> {
                    throw new IllegalStateException();
                }));

        assertThat(published).isEmpty();
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
