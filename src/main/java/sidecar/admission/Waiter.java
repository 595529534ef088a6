package sidecar.admission;

import org.jspecify.annotations.Nullable;
import sidecar.time.Timer;

/** A call that is not answered yet. Guarded by its {@link Admission}. */
final class Waiter {

    final Call call;
    /** When the present wait began. */
    long sinceNanos;
    /** When waiting is over, whatever comes. */
    long untilNanos;

    boolean overflow;
    boolean answered;

    @Nullable
    Lane lane;

    Timer.@Nullable Timeout timeout;

    Waiter(Call call) {
        this.call = call;
    }

    long order() {
        return call.visit().order();
    }
}
