package sidecar.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.StubUpstream;

/**
 * The built WAR on a real Payara Micro, one server a test class, spoken to over HTTP from outside. Every test makes its
 * own stubs and providers; all are gone before the next. These classes have one data directory and one port for metrics,
 * and so run one after another; classes with servers of their own run beside them.
 */
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(ArquillianExtension.class)
@RunAsClient
abstract class RunningSidecar {

    @ArquillianResource
    private URL base;

    private final List<StubUpstream> stubs = new ArrayList<>();
    private Gateway gateway;

    @Deployment(testable = false)
    public static WebArchive sidecar() {
        forgetTheJournal();
        return ShrinkWrap.create(ZipImporter.class, "sidecar.war")
                .importFrom(new File(System.getProperty("sidecar.war")))
                .as(WebArchive.class);
    }

    /** The database is in memory and begins with nothing: it must not take up what the server before it had ended. */
    private static void forgetTheJournal() {
        File[] segments = new File(System.getenv("SIDECAR_DATA_DIR"), "ledger").listFiles();
        for (File segment : segments == null ? new File[0] : segments) {
            assertThat(segment.delete()).as("deleted " + segment).isTrue();
        }
    }

    @BeforeEach
    void connect() {
        // the injected URL names the machine's own address; open access wants a loopback peer
        gateway = new Gateway(base.getPort(), System.getenv("SIDECAR_ADMIN_TOKEN"));
        gateway.clear();
    }

    @AfterEach
    void clean() {
        gateway.clear();
        stubs.forEach(StubUpstream::close);
    }

    Gateway gateway() {
        return gateway;
    }

    /** A new upstream that behaves well until told otherwise; closed after the test. */
    StubUpstream stub() {
        StubUpstream stub = new StubUpstream();
        stubs.add(stub);
        return stub;
    }

    /** A new upstream with a provider of that name in front of it that serves {@code canonical} as {@code native}. */
    StubUpstream provider(String name, String canonical, String nativeId) {
        StubUpstream stub = stub();
        gateway.create(Draft.of(name).at(stub).serves(canonical, nativeId));
        return stub;
    }
}
