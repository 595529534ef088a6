package sidecar.admin.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import sidecar.access.edge.LoginPage;
import sidecar.kit.Pages;

/** Every page is known wherever pages are told by name. */
class PagesTest {

    private static final Path INSIDE = Path.of("webapp", "WEB-INF");

    /** Every place in a file where the pattern is found: its first group. */
    private static List<String> found(String pattern, Path file) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map(result -> result.group(1))
                .toList();
    }

    @Test
    void everyPageAsksWhoIsThere() throws IOException {
        List<String> guarded = found("<url-pattern>/([a-z]+)</url-pattern>", INSIDE.resolve("web.xml"));

        assertThat(Pages.all()).contains("models"); // which ModelsPathFilter guards
        assertThat(guarded)
                .containsAll(Pages.all().stream()
                        .filter(page -> !page.equals("models"))
                        .toList());
    }

    @Test
    void theMenuLeadsToEveryPage() throws IOException {
        assertThat(found("name=\"to\" value=\"([a-z]+)\"", INSIDE.resolve("templates/console.xhtml")))
                .containsExactlyInAnyOrderElementsOf(Pages.all());
    }

    @Test
    void aSignInGoesOnToEveryPage() {
        for (String page : Pages.all()) {
            assertThat(LoginPage.ownPage("/" + page)).isEqualTo("/" + page);
            assertThat(LoginPage.ownPage("/" + page + "?range=7d")).isEqualTo("/" + page + "?range=7d");
        }
    }

    @Test
    void aSignInGoesOnToNothingElse() {
        for (String path : List.of("/login", "/broken", "/dashboard/x", "//evil.example", "https://evil.example", "")) {
            assertThat(LoginPage.ownPage(path)).isEqualTo("/dashboard");
        }
        assertThat(LoginPage.ownPage(null)).isEqualTo("/dashboard");
    }
}
