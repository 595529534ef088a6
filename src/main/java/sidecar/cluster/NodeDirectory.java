package sidecar.cluster;

/** What the database tells of the nodes that share it. Callable from any thread. */
public interface NodeDirectory {

    /** Whether several nodes may share the database; else there is this one alone, and nothing to be read. */
    boolean isShared();

    /** As they were read last. Never blocks: what is older than a second is being read anew. */
    NodeListing latest();

    /** As they are now. Waits two seconds at most for the database, and then tells what was read last. */
    NodeListing now();
}
