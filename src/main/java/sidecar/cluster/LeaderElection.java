package sidecar.cluster;

/**
 * Which of the nodes that share a database does what only one of them must do: probe upstreams, delete what is old, tell operators. Callable from any
 * thread; never blocks.
 */
@FunctionalInterface
public interface LeaderElection {

    /** For the only gateway of its database. */
    LeaderElection ALONE = () -> true;

    /** Whether it is this node, as far as is known. Asked before each piece of such work, which is short: another node may be elected any time. */
    boolean isLeader();
}
