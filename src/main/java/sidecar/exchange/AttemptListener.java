package sidecar.exchange;

import sidecar.pool.Lease;
import sidecar.upstream.Headers;

/** What an exchange is told of its attempt, in the mailbox. */
interface AttemptListener {

    /** Runs a step in the mailbox. Callable from any thread. */
    void post(Runnable step);

    /** It failed before anything was relayed. */
    void failed(Attempt attempt, Lease.Failed failed);

    /** Whether the same provider may be asked once more for a fault that is nobody's. */
    boolean mayRetry();

    /** It failed by nobody's fault. */
    void retry(Attempt attempt);

    /** It was refused only because it asked for usage. */
    void usageRefused(Attempt attempt);

    /** It is answered, and that is the head; {@code length} is −1 when it is not known. */
    void commit(Attempt attempt, int status, Headers headers, long length, boolean stream);

    /** Its first content has come. */
    void content();

    /** Bytes for the client; {@code credit} goes back to the upstream when the client took them. */
    void pass(byte[] bytes, int credit);

    /** The upstream will know that id again. */
    void issued(Attempt attempt, String id);

    /** Its answer was complete. */
    void complete(Attempt attempt);

    /** It broke off after something was relayed. */
    void cut(Attempt attempt, String how);
}
