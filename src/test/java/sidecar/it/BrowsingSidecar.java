package sidecar.it;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import sidecar.kit.Browser;

/** A running Sidecar with a browser in front of it; each test begins signed out. What a failed test saw is kept in target/screens. */
@SharesServer(SharesServer.Purpose.PAGES)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the server for pages")
abstract class BrowsingSidecar extends RunningSidecar {

    static final String ADMIN = System.getenv("SIDECAR_ADMIN_TOKEN");
    static final String VIEWER = System.getenv("SIDECAR_VIEWER_TOKEN");

    private Browser browser;

    @RegisterExtension
    final AfterTestExecutionCallback picture = test -> {
        if (test.getExecutionException().isPresent() && browser != null) {
            browser.screenshot(Path.of(
                    "target",
                    "screens",
                    getClass().getSimpleName() + "-" + test.getDisplayName().replaceAll("\\W+", "_") + ".png"));
        }
    };

    @BeforeEach
    void openBrowser() {
        browser = SharedServers.of(getClass()).browser(gateway().root());
    }

    Browser browser() {
        return browser;
    }
}
