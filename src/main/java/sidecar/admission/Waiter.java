package sidecar.admission;

import org.jspecify.annotations.Nullable;
import sidecar.time.Timer;

/** A call that is not answered yet. Guarded by its {@link Admission}. */
final class Waiter {

    final AdmissionRequest call;
    /** When the present wait began. */
    long sinceNanos;
    /** When waiting is over, whatever comes. */
    long untilNanos;

    boolean overflow;

    @Nullable
    WaiterGroup lane;

    Timer.@Nullable Timeout timeout;

    Waiter(AdmissionRequest call) {
        this.call = call;
    }

    long order() {
        return call.visit().order();
    }

    /** The lane it waits in. */
    WaiterGroup lane() {
        WaiterGroup now = lane;
        if (now == null) {
            throw new IllegalStateException("waits in no lane");
        }
        return now;
    }
}
