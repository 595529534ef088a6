package sidecar.boot.edge;

import jakarta.ejb.EJB;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import sidecar.cluster.edge.ClusterNode;
import sidecar.database.edge.DatabaseMonitor;
import sidecar.lifecycle.edge.ProcessPhase;

/**
 * {@code /health/ready}: up between the end of the start and the signal to stop, while the database can be used and there
 * are file descriptors. It must never query the database itself: the server calls it while the application is still being
 * deployed.
 */
@Readiness
@ApplicationScoped
public class ReadinessCheck implements HealthCheck {
    @Inject
    private ProcessPhase lifecycle;

    @EJB
    private DatabaseMonitor database;

    @EJB
    private FileDescriptorMonitor files;

    @EJB
    private DataPathAssembly assembly;

    @Override
    public HealthCheckResponse call() {
        ProcessPhase.Phase phase = lifecycle.phase();
        boolean ready = phase == ProcessPhase.Phase.READY;
        Optional<String> unusable = ready ? database.problem() : Optional.empty();
        // several nodes go on without it for as long as their leases last
        boolean goesOn = assembly.cluster().filter(ClusterNode::isLeased).isPresent();
        Optional<String> shortage = ready ? files.problem() : Optional.empty();
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("sidecar")
                .status(ready && (unusable.isEmpty() || goesOn) && shortage.isEmpty())
                .withData("phase", phase.name().toLowerCase(Locale.ROOT));
        unusable.ifPresent(why -> answer.withData("database", why));
        shortage.ifPresent(why -> answer.withData("files", why));
        return answer.build();
    }
}
