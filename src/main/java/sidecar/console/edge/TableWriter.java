package sidecar.console.edge;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import sidecar.console.ChangeNotices;
import sidecar.console.Saved;

/**
 * Changes a table of the configuration: one writer at a time reads what is wanted beside what is stored, writes it in one transaction and, after the
 * commit, publishes what the table holds then. So names stay unique, and tables are published in the order of their commits. A lock for each bean that
 * asks for a writer; whoever holds it may write again inside. Other gateways of the database wait as well, are told, and what they have changed is published
 * here ({@link ChangeNotices}). Callable from any thread; blocks on the database.
 *
 * @param <S> what the table holds
 */
@Dependent
public class TableWriter<S> {

    private final WriteLock lock = new WriteLock();
    private final ChangeNotices notices;
    private String name;
    private Supplier<S> stored;
    private Consumer<S> publication;

    @Inject
    public TableWriter(ChangeNotices notices) {
        this.notices = notices;
    }

    /** Says which table it is, how it is read, and how what it holds is published; before anything else. */
    public void table(String table, Supplier<S> load, Consumer<S> publish) {
        name = Objects.requireNonNull(table);
        stored = Objects.requireNonNull(load);
        publication = Objects.requireNonNull(publish);
        notices.subscribe(name, this::load);
    }

    /** Reads the table and publishes what it holds. */
    public S load() {
        return lock.ask(() -> {
            S now = stored.get();
            publication.accept(now);
            return now;
        });
    }

    /** Does {@code work} while nobody else of this gateway writes; publishes nothing of its own. */
    public <T> T exclusively(Supplier<T> work) {
        return lock.ask(work);
    }

    /** Does {@code work} while nobody else writes, and publishes what the table holds then; nothing when the work fails. */
    public <T> T write(Supplier<T> work) {
        return change(work, done -> true);
    }

    /** Does {@code work} while nobody else writes, and publishes what the table holds then; nothing when the work fails. */
    public void write(Runnable work) {
        write(() -> {
            work.run();
            return true;
        });
    }

    /**
     * Reads what is wanted while nobody else writes; where nothing stands against it, writes it and publishes what the table holds then.
     *
     * @param wanted what would be stored
     * @param change stores it, in one transaction
     */
    public <T> Saved<T> save(Supplier<Saved<T>> wanted, Consumer<T> change) {
        return change(
                () -> {
                    Saved<T> read = wanted.get();
                    read.toOptional().ifPresent(change);
                    return read;
                },
                read -> read.toOptional().isPresent());
    }

    private <T> T change(Supplier<T> work, Predicate<T> changed) {
        return lock.ask(() -> notices.change(name, work, changed));
    }
}
