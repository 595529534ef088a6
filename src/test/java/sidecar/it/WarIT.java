package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.Asset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.Reply;
import sidecar.kit.StubUpstream;

/**
 * The built WAR, deployed below a context root to a Payara Micro, or with {@code -Ppayara-server} to a Payara Server, by a tool that knows
 * nothing of {@code deploy/run.sh}.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class WarIT {

    /** As in arquillian.xml; Payara Server is told by the WAR. */
    private static final String CONTEXT = "/gate/way";

    private static final Pattern ADDRESS = Pattern.compile("(?:href|src|action)=\"(/[^\"]*)\"");

    @ArquillianResource
    private URL base;

    @Deployment(testable = false)
    public static WebArchive sidecar() {
        WebArchive war = ShrinkWrap.create(ZipImporter.class, "sidecar.war")
                .importFrom(new File(System.getProperty("sidecar.war")))
                .as(WebArchive.class);
        if (!"payara-server".equals(System.getProperty("arquillian.launch"))) {
            return war;
        }
        String descriptor = text(war.get("WEB-INF/glassfish-web.xml").getAsset());
        return war.addAsWebInfResource(
                new StringAsset(descriptor.replaceFirst("<context-root>[^<]*", "<context-root>" + CONTEXT)),
                "glassfish-web.xml");
    }

    private static String text(Asset asset) {
        try (InputStream stream = asset.openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theWarServesWhereItIsDeployed() {
        assertThat(base.getPath()).startsWith(CONTEXT);
        // the injected URL names the machine's own address; open access wants a loopback peer
        Gateway gateway = new Gateway(base.getPort(), CONTEXT, System.getenv("SIDECAR_ADMIN_TOKEN"));
        try (StubUpstream upstream = new StubUpstream()) {
            // the data directory may be that of an earlier run
            gateway.clear();
            double before = gateway.metric("sidecar_requests_total");
            gateway.create(Draft.of("one").at(upstream).serves("canon", "n"));

            assertThat(gateway.chat("canon").status()).isEqualTo(200);
            assertThat(gateway.chatStream("canon").text()).endsWith("data: [DONE]\n\n");
            assertThat(gateway.metric("sidecar_requests_total")).isEqualTo(before + 2);
        }
        assertThat(gateway.get("/").header("location")).endsWith(CONTEXT + "/dashboard");
        Reply signedIn = gateway.signIn(System.getenv("SIDECAR_ADMIN_TOKEN"));
        assertThat(signedIn.header("location")).endsWith(CONTEXT + "/dashboard");
        assertThat(signedIn.header("set-cookie")).contains("Path=" + CONTEXT);
        String cookie = signedIn.header("set-cookie").replaceFirst(";.*", "");
        String page = gateway.get("/dashboard", "Cookie", cookie, "Accept", "text/html")
                .text();
        assertThat(ADDRESS.matcher(page).results().map(found -> found.group(1)))
                .isNotEmpty()
                .allMatch(address -> address.startsWith(CONTEXT + "/"));
    }
}
