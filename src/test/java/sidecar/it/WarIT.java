package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.StubUpstream;

/** The built WAR, deployed to a Payara Micro by a tool that knows nothing of {@code deploy/run.sh}. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class WarIT {

    @ArquillianResource
    private URL base;

    @Deployment(testable = false)
    public static WebArchive sidecar() {
        return ShrinkWrap.create(ZipImporter.class, "sidecar.war")
                .importFrom(new File(System.getProperty("sidecar.war")))
                .as(WebArchive.class);
    }

    @Test
    void theWarServesWhereItIsDeployed() {
        // the injected URL names the machine's own address; open access wants a loopback peer
        Gateway gateway = new Gateway(base.getPort(), System.getenv("SIDECAR_ADMIN_TOKEN"));
        try (StubUpstream upstream = new StubUpstream()) {
            gateway.create(Draft.of("one").at(upstream).serves("canon", "n"));

            assertThat(gateway.chat("canon").status()).isEqualTo(200);
            assertThat(gateway.chatStream("canon").status()).isEqualTo(200);
            assertThat(gateway.get("/login").status()).isEqualTo(200);
            assertThat(gateway.get("/metrics").status()).isEqualTo(200);
        }
    }
}
