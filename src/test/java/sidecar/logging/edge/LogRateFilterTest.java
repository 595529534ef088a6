package sidecar.logging.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sidecar.logging.LogRateLimit;
import sidecar.time.FakeTime;

class LogRateFilterTest {

    private final LogRateFilter filter = new LogRateFilter(new LogRateLimit(new FakeTime()));

    @AfterEach
    void over() {
        LogRateFilter.over();
    }

    private static LogRecord line(Level level, String logger, String message, Throwable thrown, Object... parameters) {
        LogRecord line = new LogRecord(level, message);
        line.setLoggerName(logger);
        line.setThrown(thrown);
        line.setParameters(parameters);
        return line;
    }

    private static LogRecord fault(Throwable thrown) {
        return line(Level.SEVERE, "org.primefaces.Handler", "it {0}", thrown, "broke");
    }

    @Test
    void aStrangersRequestIsWorthOneLineWithoutStackTrace() {
        LogRecord first = fault(new IllegalStateException("outer", new IOException("bad\nuuid\u2028\u202Ex")));
        LogRateFilter.stranger("POST /login", () -> true);

        assertThat(filter.isLoggable(first)).isTrue();
        assertThat(filter.isLoggable(fault(new IOException("again")))).isFalse();

        assertThat(first.getThrown()).isNull();
        assertThat(first.getParameters()).isNull();
        assertThat(first.getMessage())
                .isEqualTo("it broke: java.io.IOException: bad uuid x (POST /login, of somebody unknown)");
    }

    @Test
    void aMessageThatIsNoPatternStaysAsItIs() {
        LogRecord line =
                line(Level.SEVERE, "org.glassfish.x", "cannot read {\"a\": [}", new IOException("bad"), "unused");
        LogRateFilter.stranger("POST /login", () -> true);

        assertThat(filter.isLoggable(line)).isTrue();

        assertThat(line.getMessage())
                .isEqualTo("cannot read {\"a\": [}: java.io.IOException: bad (POST /login, of somebody unknown)");
    }

    @Test
    void aFailureOfTheDatabaseIsWorthOneLineWithoutStackTrace() {
        LogRecord line =
                fault(new IllegalStateException("outer", new SQLException("closed", new IOException("disk full"))));

        assertThat(filter.isLoggable(line)).isTrue();

        assertThat(line.getThrown()).isNull();
        assertThat(line.getMessage()).isEqualTo("it broke: java.io.IOException: disk full");
    }

    @Test
    void whatGoesWrongBecauseAStrangerHasLeftIsWorthNone() {
        LogRateFilter.stranger("GET /login", () -> false);

        assertThat(filter.isLoggable(line(Level.WARNING, "jakarta.faces", "cannot serve it", null)))
                .isFalse();
    }

    @Test
    void thatAClientCannotBeWrittenToIsWorthNone() {
        IOException closed = new IOException("Connection is closed");
        closed.setStackTrace(
                new StackTraceElement[] {new StackTraceElement("org.glassfish.grizzly.nio.X", "write", "X.java", 1)});

        assertThat(filter.isLoggable(fault(new IllegalStateException("outer", closed))))
                .isFalse();
        assertThat(filter.isLoggable(fault(new IOException("a disk")))).isTrue();
    }

    @Test
    void aDiskThatFailsWhileTheServerWaitsIsNoClientThatLeft() {
        IOException full = new IOException("No space left on device");
        full.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("sun.nio.ch.FileDispatcherImpl", "write0", "F.java", -2),
            new StackTraceElement("sidecar.exchange.edge.SpoolFiles", "write", "S.java", 1),
            new StackTraceElement("org.apache.catalina.connector.InputBuffer", "onDataAvailable", "I.java", 1)
        });

        assertThat(filter.isLoggable(fault(new IllegalStateException("outer", full))))
                .isTrue();
    }

    @Test
    void aConnectionThatWasResetBelowTheServerIsOne() {
        IOException reset = new IOException("Connection reset by peer");
        reset.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("sun.nio.ch.SocketDispatcher", "read0", "S.java", -2),
            new StackTraceElement("java.nio.channels.SocketChannel", "read", "S.java", 1),
            new StackTraceElement("org.glassfish.grizzly.nio.transport.TCPNIOTransport", "read", "T.java", 1)
        });

        assertThat(filter.isLoggable(fault(new IllegalStateException("outer", reset))))
                .isFalse();
    }

    @Test
    void anotherFaultOfOursKeepsItsStackTrace() {
        LogRecord line = fault(new IllegalStateException("a bug"));

        assertThat(filter.isLoggable(line)).isTrue();

        assertThat(line.getThrown()).isNotNull();
    }

    @Test
    void aLongMessageOfAStrangersMakingIsCut() {
        LogRecord line = fault(new IOException("x".repeat(100_000)));
        LogRateFilter.stranger("POST /login", () -> true);

        filter.isLoggable(line);

        assertThat(line.getMessage()).hasSizeLessThan(600);
    }

    @Test
    void aFloodOfStrangersIsCounted() {
        long passed = IntStream.range(0, 500)
                .filter(i -> {
                    LogRateFilter.stranger("POST /login", () -> true);
                    return filter.isLoggable(fault(new IOException("no " + i)));
                })
                .count();

        assertThat(passed).isEqualTo(10);
    }

    @Test
    void whatIsNoWarningPassesAlways() {
        LogRateFilter.stranger("POST /v1/chat/completions", () -> true);
        for (int i = 0; i < 100; i++) {
            assertThat(filter.isLoggable(line(Level.INFO, "sidecar.exchange", "done", null)))
                    .isTrue();
        }
    }

    @Test
    void whatSidecarSaysOfItsStatePassesAlways() {
        for (int i = 0; i < 100; i++) {
            assertThat(filter.isLoggable(line(Level.WARNING, "sidecar.pool.cooldown.Cooldowns", "p{0} cools", null, i)))
                    .isTrue();
        }
    }

    @Test
    void aStackTraceOfOursStaysWholeAndIsNotRepeatedForEver() {
        IllegalStateException bug = new IllegalStateException("a bug");
        LogRecord first = line(Level.SEVERE, "sidecar.exchange.edge.ProxyServlet", "failed", bug);

        assertThat(filter.isLoggable(first)).isTrue();
        assertThat(first.getThrown()).isSameAs(bug);
        long passed = IntStream.range(0, 100)
                .filter(i -> filter.isLoggable(line(Level.SEVERE, "sidecar.exchange.edge.ProxyServlet", "failed", bug)))
                .count();
        assertThat(passed).isEqualTo(9);
    }

    @Test
    void whatTheServerSaysIsBoundedToo() {
        long passed = IntStream.range(0, 100)
                .filter(i -> filter.isLoggable(line(Level.WARNING, "org.glassfish.grizzly", "GRIZZLY0173: " + i, null)))
                .count();

        assertThat(passed).isEqualTo(10);
    }

    @Test
    void theNextRequestOnTheSameThreadBeginsAnew() {
        LogRateFilter.stranger("GET /a", () -> true);
        filter.isLoggable(fault(new IOException("first")));
        LogRateFilter.over();
        LogRecord later = fault(new IOException("second"));

        assertThat(filter.isLoggable(later)).isTrue();
        assertThat(later.getThrown()).isNotNull();
    }
}
