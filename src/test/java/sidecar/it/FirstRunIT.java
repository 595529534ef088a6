package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import sidecar.kit.Answers;
import sidecar.kit.Json;
import sidecar.kit.Shell;
import sidecar.kit.StubUpstream;

/** The way of somebody who has just installed Sidecar and owns three keys: by the pages alone, to an answer. */
class FirstRunIT extends BrowsingSidecar {

    @Test
    void fromNothingToAWorkingCurl() {
        // what was asked once is still counted at the end
        gateway().set("window_seconds", "3600");
        StubUpstream upstream = stub().always(Answers.wellBehaved("Hello from upstream."));
        browser().open("/");
        browser().fill("#login\\:token", ADMIN);
        browser().click("#login\\:enter");
        browser().awaitText("#first-run h2", "Add your keys");

        browser().click("#first-run a.button", "Import keys");
        browser().fill("#import\\:text", "nvapi-first-key-0001\nnvapi-second-key-0002\nnvapi-third-key-0003");
        browser().fill("#import\\:base_url", upstream.baseUrl());
        browser().fill("#import\\:models", "small");
        browser().click("#import\\:preview");
        browser().awaitText("#import h2", "3 new, 0 there already, 0 errors");
        browser()
                .script("document.querySelector('#import\\\\:same input[value=no]').closest('.ui-radiobutton')"
                        + ".querySelector('.ui-radiobutton-box').click()");
        browser().awaitQuiet();
        browser().click("#import\\:run");
        browser().awaitText("#import h2", "3 imported, 0 skipped");
        assertThat(upstream.count()).as("requests that nobody asked for").isZero();

        browser().click("#import\\:test");
        browser().awaitText("#testing", "3 of 3 done: 3 passed");

        browser().open("/connect");
        assertThat(browser().text("#base-url")).isEqualTo(gateway().root() + "/v1");
        String answer = Shell.run(browser().text("#recipe-curl"));
        assertThat(Json.read(answer)
                        .path("choices")
                        .path(0)
                        .path("message")
                        .path("content")
                        .asText())
                .isEqualTo("Hello from upstream.");

        browser().open("/dashboard");
        browser().awaitText("#lanes", "1/40");
        assertThat(browser().all("#lanes .lane")).hasSize(3);
        assertThat(browser().complaints()).isEmpty();
    }
}
