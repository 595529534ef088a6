package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sidecar.kit.Answers;
import sidecar.kit.Draft;
import sidecar.kit.Pages;
import sidecar.kit.StubUpstream;
import sidecar.kit.Usage;

/**
 * Every page at every size, in both languages and both themes, of an instance that is empty, usual, or crowded: nothing lies
 * over anything else, is cut off, or lies beyond the edge.
 */
class GeometryIT extends BrowsingSidecar {

    private static final String MODEL = "llama-3.3-70b-instruct";
    private static final int CROWD = 200;
    private static final List<int[]> SIZES =
            List.of(new int[] {1440, 900}, new int[] {1024, 768}, new int[] {390, 844});

    /** What there is to be shown. */
    enum Instance {
        EMPTY,
        USUAL,
        CROWDED
    }

    private void fill(Instance instance) {
        switch (instance) {
            case EMPTY -> {}
            case USUAL -> usual();
            case CROWDED -> {
                usual();
                for (int i = 0; i < CROWD; i++) {
                    String name = "key-" + i + "-" + "of-a-team-with-a-very-long-name-".repeat(4);
                    gateway().create(Draft.of(name.substring(0, 100)).at(stub()).serves(MODEL, "native"));
                }
            }
        }
    }

    private void usual() {
        StubUpstream good = stub();
        good.always(Answers.chat("hello", new Usage(1_234, 567)));
        StubUpstream limited = stub();
        limited.always(Answers.rateLimited("600"));
        StubUpstream refused = stub();
        refused.always(Answers.error(401, "Invalid API key", "invalid_api_key"));
        gateway().impatient();
        gateway()
                .create(Draft.of("nim-01")
                        .at(good)
                        .serves(MODEL, "meta/" + MODEL)
                        .with("label", "team a"));
        gateway().create(Draft.of("nim-02").at(limited).serves(MODEL, "meta/" + MODEL));
        gateway().create(Draft.of("nim-03").at(refused).serves(MODEL, "meta/" + MODEL));
        gateway()
                .create(Draft.of("reserve")
                        .at(good)
                        .serves(MODEL, "paid/" + MODEL)
                        .fallback());
        gateway()
                .admin("POST", "/clients", "{\"name\":\"openclaw-on-the-desk\",\"rpm_limit\":60,\"budget_day_usd\":5}");
        String token = gateway()
                .admin("POST", "/clients", "{\"name\":\"ci\",\"models\":[\"" + MODEL + "\"]}")
                .json()
                .path("token")
                .asText();
        for (int i = 0; i < 6; i++) {
            gateway().chat(MODEL, "Authorization", "Bearer " + token);
        }
        gateway().chat("not-there", "Authorization", "Bearer " + token);
    }

    @ParameterizedTest
    @EnumSource(Instance.class)
    void everyPageCanBeRead(Instance instance) {
        fill(instance);
        browser().signIn(ADMIN);
        List<String> faults = new ArrayList<>();
        for (String language : List.of("en", "zh-CN")) {
            // the theme changes colours and no places: each is seen with one language
            browser().prefers(language.equals("en") ? "dark" : "light", language);
            for (int[] size : SIZES) {
                browser().resize(size[0], size[1]);
                for (String page : Pages.all()) {
                    look(instance, page, language, size[0], faults);
                }
            }
        }

        assertThat(faults).as(faults.size() + " faults").isEmpty();
    }

    private void look(Instance instance, String page, String language, int width, List<String> faults) {
        browser().open("/" + page);
        browser().awaitQuiet();
        String state = page + "-" + instance.name().toLowerCase(java.util.Locale.ROOT) + "-" + language + "-" + width;
        if (Boolean.getBoolean("geometry.pictures")) {
            browser().screenshot(Path.of("target", "pictures", state + ".png"));
        }
        List<String> found = browser().geometryFaults();
        found.forEach(fault -> faults.add(state + ": " + fault));
        if (!found.isEmpty()) {
            browser().screenshot(Path.of("target", "screens", "geometry-" + state + ".png"));
        }
    }

    @Test
    void theSignInCanBeRead() {
        List<String> faults = new ArrayList<>();
        for (int[] size : SIZES) {
            browser().resize(size[0], size[1]);
            look(Instance.EMPTY, "login", "en", size[0], faults);
        }

        assertThat(faults).isEmpty();
    }

    /** The stylesheet of version 3.0.0 drew the lanes of providers over each other. */
    @Test
    void whatOnceWentWrongIsFound() throws IOException {
        fill(Instance.USUAL);
        browser().signIn(ADMIN).open("/dashboard");
        browser().awaitText("#lanes", "nim-01");
        assertThat(browser().geometryFaults()).isEmpty();

        browser()
                .script(
                        "const old = new CSSStyleSheet(); old.replaceSync(arguments[0]);"
                                + "document.querySelectorAll('link[href*=\"console.css\"]').forEach(link => link.disabled = true);"
                                + "document.adoptedStyleSheets = [old];",
                        Files.readString(Path.of("src/test/resources/console-3.0.0.css")));

        assertThat(browser().geometryFaults()).anyMatch(fault -> fault.contains(" lies over "));
    }
}
