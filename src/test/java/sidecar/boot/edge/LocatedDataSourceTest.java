package sidecar.boot.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.COLLECTION;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What an undeployed application leaves of its database. */
class LocatedDataSourceTest {

    private final LocatedDataSource.OpenConnections connections = new LocatedDataSource.OpenConnections();

    /** One that can be closed, and nothing else. */
    private static Connection connection() {
        AtomicBoolean closed = new AtomicBoolean();
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "close" -> {
                        closed.set(true);
                        yield null;
                    }
                    case "isClosed" -> closed.get();
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == args[0];
                    case "toString" -> "connection";
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void atTheEndAllAreClosedAndASecondEndIsNone() throws SQLException {
        Connection one = connections.keep(connection());
        Connection another = connections.keep(connection());

        connections.close();

        assertThat(one.isClosed()).isTrue();
        assertThat(another.isClosed()).isTrue();
        assertThatCode(connections::close).doesNotThrowAnyException();
    }

    @Test
    void afterTheEndNoFileIsOpened() throws SQLException {
        connections.refuseIfOver();
        connections.close();

        assertThatThrownBy(connections::refuseIfOver)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("being undeployed");
    }

    /** It began to open before the end, and was there after it. */
    @Test
    void whatWasBeingOpenedAtTheEndIsClosedAtOnce() throws SQLException {
        Connection late = connection();
        connections.close();

        assertThatThrownBy(() -> connections.keep(late))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("being undeployed");
        assertThat(late.isClosed()).isTrue();
    }

    @Test
    void whatThePoolHasClosedIsForgotten() throws SQLException {
        for (int i = 0; i < 100; i++) {
            connections.keep(connection()).close();
        }
        Connection last = connections.keep(connection());

        assertThat(connections).extracting("open").asInstanceOf(COLLECTION).containsExactly(last);
    }
}
