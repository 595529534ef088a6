package sidecar.logging.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import sidecar.provider.Redactor;
import sidecar.provider.Secret;

class RedactedLogTest {

    private final RedactedLog log =
            new RedactedLog(new SimpleFormatter(), () -> Redactor.of(List.of(new Secret("sk-secret-of-ours-1234"))));

    @Test
    void aSecretInAMessageItsParametersOrAnExceptionDoesNotGetThrough() {
        LogRecord line = new LogRecord(Level.WARNING, "sk-secret-of-ours-1234 and {0}");
        line.setParameters(new Object[] {"sk-secret-of-ours-1234"});
        line.setThrown(
                new IllegalStateException("no good: sk-secret-of-ours-1234", new Error("sk-secret-of-ours-1234")));

        String said = log.format(line);

        assertThat(said).doesNotContain("sk-secret-of-ours-1234");
        assertThat(said.split("sk-sec\\*\\*\\*\\*1234", -1)).hasSizeGreaterThanOrEqualTo(5);
    }
}
