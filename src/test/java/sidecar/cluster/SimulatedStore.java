package sidecar.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A store that keeps what it has committed, and gives each transaction the rows that it needs and no others. */
final class SimulatedStore {

    private record Key(SharedLimit limit, String node) {}

    private final Map<Key, ShareRow> rows = new HashMap<>();
    private Map<String, Membership> members = new HashMap<>();
    private long epochs;
    private long gains;

    Membership.Joined join(String node) {
        List<ShareRow> own =
                rows.values().stream().filter(row -> row.node().equals(node)).toList();
        ShareTable table = new ShareTable(members, own, gains);
        Membership.Joined joined = table.join(node, ++epochs);
        commit(own, table);
        return joined;
    }

    Optional<Membership.Renewed> renew(Membership.Renewal renewal) {
        Set<SharedLimit> limits =
                renewal.claims().stream().map(SharedLimit.Claim::limit).collect(Collectors.toSet());
        Set<String> silent =
                renewal.silent().stream().map(Membership.Silence::node).collect(Collectors.toSet());
        List<ShareRow> some = rows.values().stream()
                .filter(row -> limits.contains(row.limit()) || silent.contains(row.node()))
                .toList();
        ShareTable table = new ShareTable(members, some, gains);
        Optional<Membership.Renewed> answer = table.renew(renewal);
        commit(some, table);
        return answer;
    }

    private void commit(List<ShareRow> before, ShareTable table) {
        new HashSet<>(before).forEach(row -> rows.remove(new Key(row.limit(), row.node())));
        table.rows().stream()
                .filter(row -> !row.isEmpty())
                .forEach(row -> rows.put(new Key(row.limit(), row.node()), row));
        members = new HashMap<>(table.members());
        gains = table.gains();
    }

    /** How many places of each limit are owned, by all nodes together. */
    Map<SharedLimit, Long> owned() {
        return rows.values().stream()
                .collect(Collectors.groupingBy(ShareRow::limit, Collectors.summingLong(ShareRow::owned)));
    }
}
