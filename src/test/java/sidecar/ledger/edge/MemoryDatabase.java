package sidecar.ledger.edge;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import sidecar.cluster.NodeName;
import sidecar.ledger.LedgerEntry;

/** All tables in memory, empty, until it is closed; without the container's transactions. */
public final class MemoryDatabase implements AutoCloseable {

    private final JdbcDataSource source = new JdbcDataSource();
    private final Connection open;

    public MemoryDatabase() {
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID());
        try {
            open = source.getConnection(); // the database lives as long as it is open
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        Flyway.configure().dataSource(source).load().migrate();
    }

    public DataSource source() {
        return source;
    }

    /** Takes the entries up as the first page of a journal. */
    public void post(Instant now, LedgerEntry... entries) {
        Journal.Page page = new Journal.Page(List.of(entries), new Journal.Position(1, 100));
        new LedgerStore(source).post(NodeName.LOCAL, Journal.Position.START, page, now);
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        open.close();
    }
}
