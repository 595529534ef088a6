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
import sidecar.database.edge.DatabaseMonitor;

/**
 * {@code /health/ready}: up between the end of the start and the signal to stop, while the database can be used. It must
 * never query the database itself: the server calls it while the application is still being deployed.
 */
@Readiness
@ApplicationScoped
public class ReadyCheck implements HealthCheck {
    @Inject
    private Lifecycle lifecycle;

    @EJB
    private DatabaseMonitor database;

    @Override
    public HealthCheckResponse call() {
        Lifecycle.Phase phase = lifecycle.phase();
        boolean ready = phase == Lifecycle.Phase.READY;
        Optional<String> problem = ready ? database.problem() : Optional.empty();
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("sidecar")
                .status(ready && problem.isEmpty())
                .withData("phase", phase.name().toLowerCase(Locale.ROOT));
        problem.ifPresent(why -> answer.withData("database", why));
        return answer.build();
    }
}
