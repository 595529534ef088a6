package sidecar.admission;

import org.jspecify.annotations.Nullable;
import sidecar.time.Timer;

/** A call that is not answered yet. Guarded by its {@link Admission}. */
final class Waiter {

    final AdmissionRequest request;
    /** When the present wait began. */
    long sinceNanos;
    /** When waiting is over, whatever comes. */
    long untilNanos;

    boolean overflow;

    @Nullable
    WaiterGroup group;

    Timer.@Nullable Timeout timeout;

    Waiter(AdmissionRequest request) {
        this.request = request;
    }

    long order() {
        return request.history().order();
    }

    /** The group it waits in. */
    WaiterGroup group() {
        WaiterGroup now = group;
        if (now == null) {
            throw new IllegalStateException("it does not wait");
        }
        return now;
    }
}
