package sidecar.exchange;

import java.util.HashSet;
import java.util.Set;
import sidecar.pool.Lease;
import sidecar.protocol.ApiPath;

/** Where one exchange may ask for usage that its client did not ask for. Used in its exchange's mailbox. */
final class UsageInjection {

    private final UsageInjectionBlocklist blocklist;
    private final ApiPath path;

    /** Providers and models that refused it, or hung on it, in this exchange. */
    private final Set<String> refusedBy = new HashSet<>();

    UsageInjection(UsageInjectionBlocklist blocklist, ApiPath path) {
        this.blocklist = blocklist;
        this.path = path;
    }

    /** Whether nothing is known against it. */
    boolean mayInject(Lease lease) {
        return !refusedBy.contains(key(lease))
                && blocklist.allows(lease.provider().id(), lease.model(), kind(lease));
    }

    /** It was refused there, or perhaps was why nothing came. */
    void refused(Lease lease) {
        refusedBy.add(key(lease));
    }

    /** Some upstreams hang when they are asked for usage: where no other is left, the same one is asked once more, without. */
    void failed(Attempt failed, RetryState retries) {
        if (failed.format().injectsUsage() && failed.contentTimedOut()) {
            refused(failed.lease());
            retries.allowRetry(failed.lease());
        }
    }

    /** An answer came. Where it had been refused before, that was what was refused, and nothing else. */
    void answered(Lease lease) {
        if (refusedBy.contains(key(lease))) {
            blocklist.refuses(lease.provider().id(), lease.model(), kind(lease));
        }
    }

    /** Of the path that the provider is asked. */
    private ApiPath.PathKind kind(Lease lease) {
        return path.at(lease.provider().endpoint().api()).kind();
    }

    private static String key(Lease lease) {
        return lease.provider().id() + ' ' + lease.model();
    }
}
