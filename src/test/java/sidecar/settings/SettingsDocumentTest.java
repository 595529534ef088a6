package sidecar.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsDocumentTest {

    private static final Path PAGE = Path.of("docs", "configuration.md");

    @Test
    void thePageSaysWhatTheDeclarationsSay() throws IOException {
        if (Boolean.getBoolean("update.docs")) {
            Files.createDirectories(Path.of("docs"));
            Files.writeString(PAGE, SettingsDocument.page());
        }

        assertThat(Files.readString(PAGE))
                .as(
                        "docs/configuration.md is out of date; run: mvn test -Dtest=SettingsDocumentTest -Dupdate.docs=true")
                .isEqualTo(SettingsDocument.page());
    }
}
