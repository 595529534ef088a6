package sidecar.admission;

import java.time.Duration;
import sidecar.json.Require;

/**
 * The operator's settings that waiting follows.
 *
 * @param depth how many may wait
 * @param timeout all the waiting of one exchange together
 * @param precheck a cooldown that ends sooner is waited for whatever {@code timeout} says
 */
public record AdmissionSettings(int depth, Duration timeout, Duration precheck) {

    public AdmissionSettings {
        Require.atLeast(0, "depth", depth);
        Require.notNegative("timeout", timeout);
        Require.notNegative("precheck", precheck);
    }
}
