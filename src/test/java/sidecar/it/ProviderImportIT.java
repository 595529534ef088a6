package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sidecar.kit.StubUpstream;

/** Many keys come in at once, by way of the wizard. */
class ProviderImportIT extends BrowsingProviders {

    @TempDir
    private Path files;

    @Test
    void twelveKeysOfOneAccountComeInAndTheSecondTimeAreKnown() throws IOException {
        StubUpstream stub = stub();
        Path file = Files.writeString(files.resolve("openclaw.json"), openClaw(stub));
        openAs(ADMIN, "/providers?import");

        browser().find("#import\\:preview");
        browser().upload("[data-into='import:text']", file);
        browser().awaitScript("return document.getElementById('import:text').value.includes('nim12')");
        browser().click("#import\\:preview");

        browser().awaitText("#import h2", "12 new, 0 there already, 0 errors");
        assertThat(browser().all("#import .planned tbody tr")).hasSize(12);
        assertThat(browser().text("#import .planned")).contains("nvapi-****").doesNotContain("nvapi-secret");
        assertThat(gateway().providers()).isEmpty();
        assertThat(browser().accessibilityFaults()).isEmpty();

        browser().click("#import\\:run");
        browser().awaitText("#import .ui-message-error-detail", "same account");
        browser()
                .script("document.querySelector('#import\\\\:same input[value=yes]').closest('.ui-radiobutton')"
                        + ".querySelector('.ui-radiobutton-box').click()");
        browser().fill("#import\\:quota_group", "my-nvidia");
        browser().click("#import\\:run");

        browser().awaitText("#import h2", "12 imported, 0 skipped");
        assertThat(gateway().providers()).hasSize(12);
        gateway()
                .providers()
                .forEach(p -> assertThat(p.path("quota_group").asText()).isEqualTo("my-nvidia"));
        assertThat(gateway()
                        .provider("nim1")
                        .path("model_mappings")
                        .path("m")
                        .path("cost")
                        .path("input")
                        .decimalValue())
                .isEqualByComparingTo("0.0000005");
        browser().click("#import\\:test");
        browser().awaitText("#testing", "12 of 12 done: 12 passed");

        browser().open("/providers?import");
        browser().fill("#import\\:text", "x");
        browser().script("document.getElementById('import:text').value = arguments[0]", openClaw(stub));
        browser().click("#import\\:preview");
        browser().awaitText("#import h2", "0 new, 12 there already, 0 errors");
        assertThat(browser().all("#import .skipped li")).hasSize(12);
        assertThat(browser().text("#import .skipped")).contains("nim12");
        assertThat(browser().find("#import\\:run").isEnabled()).isFalse();
        assertThat(browser().complaints()).isEmpty();
    }

    private static String openClaw(StubUpstream stub) {
        return IntStream.rangeClosed(1, 12)
                .mapToObj(i -> "nim" + i + ": { baseUrl: '" + stub.baseUrl() + "', apiKey: 'nvapi-secret-" + (1000 + i)
                        + "', // key " + i + "\n models: [{ id: 'm', cost: { input: 0.5, output: 1.5 } }], },\n")
                .collect(Collectors.joining("", "// mine\n{ models: { providers: {\n", "} } }\n"));
    }

    @Test
    void aRefusedOptionOfAnImportIsSaidAtItsField() {
        openAs(ADMIN, "/providers?import");

        browser().fill("#import\\:text", "nvapi-key-number-one");
        browser().fill("#import\\:rpm_limit", "1000001");
        browser().click("#import\\:preview");
        browser().awaitText("#import .ui-message-error-detail", "Must be an integer from 0 to 1000000");

        browser().fill("#import\\:rpm_limit", "40");
        browser().fill("#import\\:base_url", "nowhere");
        browser().click("#import\\:preview");
        browser().awaitText(".field:has(#import\\:base_url) .ui-message-error-detail", "ust ");
        assertThat(browser().accessibilityFaults()).isEmpty();
    }
}
