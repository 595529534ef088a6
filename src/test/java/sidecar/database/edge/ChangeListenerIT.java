package sidecar.database.edge;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.transaction.UserTransaction;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sidecar.console.TableVersions;
import sidecar.database.DatabaseLocation;
import sidecar.kit.Await;
import sidecar.kit.Postgres;

/** What gateways tell each other by way of a PostgreSQL, without the gateways. */
class ChangeListenerIT {

    private final Postgres postgres = Postgres.start();
    private final Side one = new Side();
    private final Side other = new Side();

    /** A gateway's part. */
    private final class Side implements AutoCloseable {
        private final DatabaseLocation location =
                new DatabaseLocation(postgres.url("sidecar"), "sidecar", Postgres.PASSWORD, Optional.empty());
        private final TableVersions versions = new TableVersions();
        private final AtomicInteger reloads = new AtomicInteger();
        private final PostgresChangeNotices notices = new PostgresChangeNotices(
                versions,
                fake(DataSource.class, method -> DatabaseConnector.connect(location)),
                fake(UserTransaction.class, method -> {
                    throw new IllegalStateException(method);
                }),
                work -> new Thread(work).start());
        private final ChangeListener listener = new ChangeListener(location, versions, notices::sendUnannounced);

        private void start() {
            notices.subscribe("things", reloads::incrementAndGet);
            listener.start();
            Await.until(() -> reloads.get() == 1, "the first reading");
        }

        @Override
        public void close() {
            listener.close();
        }
    }

    private interface Answer {
        Object to(String method) throws SQLException;
    }

    private static <T> T fake(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, all) -> answer.to(method.getName())));
    }

    @BeforeEach
    void start() {
        postgres.psql("sidecar", "create table table_version (name varchar(100) primary key, version bigint not null)");
        one.start();
        other.start();
    }

    @AfterEach
    void end() {
        one.close();
        other.close();
        postgres.close();
    }

    @Test
    void whatIsAnnouncedIsReadByTheOthersOnly() {
        one.notices.announce("things");
        Await.until(() -> other.reloads.get() == 2, "the reading of what was announced");
        other.notices.announce("things");
        Await.until(() -> one.reloads.get() == 2, "the reading of what was announced in return");

        assertThat(other.reloads).hasValue(2);
    }

    @Test
    void whatIsAnnouncedWhileTheDatabaseIsAwayIsToldAfterwards() {
        postgres.stop();
        one.notices.announce("things");
        postgres.resume();

        Await.until(
                () -> postgres.psql("sidecar", "select version from table_version")
                        .equals(List.of("1")),
                "the announcement");
        Await.until(() -> other.reloads.get() >= 2, "all is read anew");
    }

    @Test
    void whoHasEndedHasNoThreadAndNoConnection() {
        one.close();
        other.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("sidecar-changes"));
        Await.until(
                () -> postgres.psql(
                                "sidecar", "select count(*) from pg_stat_activity where application_name = 'sidecar'")
                        .equals(List.of("0")),
                "no connection");
    }
}
