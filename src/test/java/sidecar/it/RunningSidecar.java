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
 * A server that is started as operators start it, by {@code deploy/run.sh}, and spoken to over HTTP from outside: the same for all
 * these classes, since starting one takes longer than most of them. Every test makes its own stubs and providers; all are
 * gone before the next. So these classes run one after another; classes with servers of their own run beside them.
 */
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(SharedServer.class)
abstract class RunningSidecar {

    private final List<StubUpstream> stubs = new ArrayList<>();
    private Gateway gateway;

    @BeforeEach
    void connect() {
        gateway = new Gateway(SharedServer.server(getClass()).port(), System.getenv("SIDECAR_ADMIN_TOKEN"));
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

    ServerProcess process() {
        return SharedServer.server(getClass()).process();
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
