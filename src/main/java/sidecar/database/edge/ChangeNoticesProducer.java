package sidecar.database.edge;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import javax.sql.DataSource;
import sidecar.console.ChangeNotices;
import sidecar.console.TableVersions;
import sidecar.console.edge.LocalChangeNotices;
import sidecar.database.DatabaseLocation;
import sidecar.settings.Settings;

/** Makes what tells the gateways of one database of each other's changes; with H2, which one gateway alone uses, that is next to nothing. */
@ApplicationScoped
public class ChangeNoticesProducer {

    @Resource(lookup = "java:app/jdbc/sidecar")
    private DataSource database;

    @Resource
    private UserTransaction transactions;

    @Resource
    private ManagedExecutorService executor;

    @Inject
    private Settings settings;

    private ChangeNotices notices;
    private Runnable begin = () -> {};
    private Runnable end = () -> {};

    @PostConstruct
    void make() {
        DatabaseLocation location = DatabaseLocation.of(settings);
        if (location.isPostgres()) {
            share(location);
        } else {
            notices = new LocalChangeNotices();
        }
    }

    private void share(DatabaseLocation location) {
        TableVersions versions = new TableVersions();
        PostgresChangeNotices shared = new PostgresChangeNotices(versions, database, transactions, executor);
        ChangeListener listener = new ChangeListener(location, versions, shared::sendUnannounced);
        notices = shared;
        begin = listener::start;
        end = listener::close;
    }

    @Produces
    @Dependent
    ChangeNotices notices() {
        return notices;
    }

    /** Begins to listen to the others; once the tables are there. */
    public void begin() {
        begin.run();
    }

    /** Listens no more. */
    public void end() {
        end.run();
    }
}
