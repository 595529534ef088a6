package sidecar.boot.edge;

import java.time.Clock;
import sidecar.database.edge.Restore;

/** {@code deploy/sidecar restore}: a restore outside of any server. */
public final class RestoreMain {

    private RestoreMain() {}

    public static void main(String[] words) {
        System.exit(Restore.run(words, Environment.read(), Clock.systemUTC(), System.out, System.err));
    }
}
