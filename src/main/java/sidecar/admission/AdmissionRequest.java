package sidecar.admission;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import sidecar.pool.SelectionCriteria;

/**
 * An exchange's call for a lease.
 *
 * @param criteria with the fallback pool allowed; admission decides when it is
 * @param preferred the id of the provider that is taken where it is as good as the best
 * @param overflow how long to wait for a primary before the fallback pool may be used; negative = for ever
 * @param then told what came of it, once, on any thread; must not block
 */
public record AdmissionRequest(
        WaitHistory history,
        SelectionCriteria criteria,
        Optional<String> preferred,
        Duration overflow,
        Consumer<AdmissionResult> then) {}
