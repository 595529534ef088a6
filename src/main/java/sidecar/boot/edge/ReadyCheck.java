package sidecar.boot.edge;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * {@code /health/ready}: up between the end of the start and the signal to stop. It must never query the database: the
 * server calls it while the application is still being deployed.
 */
@Readiness
@ApplicationScoped
public class ReadyCheck implements HealthCheck {
    @Inject
    private Lifecycle lifecycle;

    @Override
    public HealthCheckResponse call() {
        Lifecycle.Phase phase = lifecycle.phase();
        return HealthCheckResponse.named("sidecar")
                .status(phase == Lifecycle.Phase.READY)
                .withData("phase", phase.name().toLowerCase(Locale.ROOT))
                .build();
    }
}
