package sidecar.it;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import sidecar.kit.Draft;
import sidecar.kit.Gateway;
import sidecar.kit.ServerProcess;
import sidecar.kit.StubUpstream;

/**
 * A server that is started as operators start it, by {@code deploy/run.sh}, and spoken to over HTTP from outside, shared with other
 * classes. Every test makes its own stubs and providers; all are gone before the next.
 */
@SharesServer(SharesServer.Purpose.CALLS)
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(SharedServers.class)
abstract class RunningSidecar {

    private final List<StubUpstream> stubs = new ArrayList<>();
    private Gateway gateway;

    @BeforeEach
    void connect() {
        gateway = new Gateway(SharedServers.of(getClass()).server().port(), System.getenv("SIDECAR_ADMIN_TOKEN"));
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

    int metricsPort() {
        return SharedServers.of(getClass()).server().metricsPort();
    }

    ServerProcess process() {
        return SharedServers.of(getClass()).server().process();
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
