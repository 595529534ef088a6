package sidecar.boot.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.COLLECTION;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an undeployed application leaves of its database. */
class LocatedDataSourceTest {

    @TempDir
    private Path home;

    private final LocatedDataSource.OpenConnections connections = new LocatedDataSource.OpenConnections();

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:file:" + home.resolve("db"), "sa", "");
    }

    @Test
    void atTheEndWhatIsInUseIsClosedToo() throws SQLException {
        Connection idle = connections.keep(connect());
        Connection inTransaction = connections.keep(connect());
        inTransaction.setAutoCommit(false);
        inTransaction.createStatement().execute("create table t (a int)");

        connections.close();

        assertThat(idle.isClosed()).isTrue();
        assertThat(inTransaction.isClosed()).isTrue();
    }

    /** It began to open before the end, and was there after it. */
    @Test
    void whatIsOpenedAfterTheEndIsClosedAtOnce() throws SQLException {
        connections.close();
        Connection late = connect();

        assertThatThrownBy(() -> connections.keep(late))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("being undeployed");
        assertThat(late.isClosed()).isTrue();
    }

    @Test
    void whatThePoolHasClosedIsForgotten() throws SQLException {
        for (int i = 0; i < 100; i++) {
            connections.keep(connect()).close();
        }
        Connection last = connections.keep(connect());

        assertThat(connections).extracting("open").asInstanceOf(COLLECTION).containsExactly(last);
        connections.close();
    }
}
