package sidecar.cluster.edge;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sidecar.cluster.Membership;
import sidecar.cluster.Membership.MembershipState;
import sidecar.cluster.NodeName;
import sidecar.cluster.ShareRow;
import sidecar.cluster.ShareTable;
import sidecar.cluster.SharedLimit;
import sidecar.limit.GrantResult;

/**
 * {@link ShareTable} in a PostgreSQL: each call is one transaction under a lock that all nodes share, so that they come one after the other; what it has committed is on the disk. Blocks on the
 * database. Not thread-safe, as its connection.
 */
final class PostgresShareStore {

    /** "shares" in ASCII. */
    private static final long LOCK = 126_892_148_680_051L;

    /** Nodes that have left or are gone are told to the others for so long, and kept for the page Nodes for longer. */
    private static final long LATELY_MS = Duration.ofHours(1).toMillis();

    private static final long KEPT_MS = Duration.ofDays(7).toMillis();

    /** Its own clock, as of this statement. */
    private static final String NOW_US = "(extract(epoch from clock_timestamp()) * 1000000)::bigint";

    private final Connection connection;
    private final String node;
    private long nowMicros;

    PostgresShareStore(Connection connection, NodeName node) {
        this.connection = connection;
        this.node = node.value();
    }

    /** Works within a transaction. */
    private interface Transaction<T> {
        T run() throws SQLException;
    }

    /** The database's clock in the last call: microseconds since 1970. */
    long nowMicros() {
        return nowMicros;
    }

    /** Makes this node a member, or one again. */
    Membership.Joined join(NodeReport status) throws SQLException {
        return atomically(() -> {
            Map<String, Membership> members = members();
            List<ShareRow> own = rows(List.of(), List.of(node));
            ShareTable table = new ShareTable(members, own, nowMicros);
            Membership.Joined joined = table.join(node, epoch());
            forgetOld();
            put(members, table, own, status);
            return joined;
        });
    }

    /** Takes up what this node says; empty when its membership is void. */
    Optional<Membership.Renewed> renew(Membership.Renewal renewal, NodeReport status) throws SQLException {
        return atomically(() -> {
            Map<String, Membership> members = members();
            List<SharedLimit> limits =
                    renewal.claims().stream().map(SharedLimit.Claim::limit).toList();
            List<String> silent =
                    renewal.silent().stream().map(Membership.Silence::node).toList();
            List<ShareRow> rows = rows(limits, silent);
            ShareTable table = new ShareTable(members, rows, nowMicros);
            Optional<Membership.Renewed> renewed = table.renew(renewal);
            if (renewed.isPresent()) {
                put(members, table, rows, status);
            }
            return renewed;
        });
    }

    /** Why this node must not join: another one that takes part has other settings, where all must have the same. */
    Optional<String> refusal(NodeReport status) throws SQLException {
        String text = "select node, window_ms, lease_ms from cluster_node where state = 'member' and node <> ?"
                + " and seen_ms > " + NOW_US + " / 1000 - lease_ms and (window_ms <> ? or lease_ms <> ?) limit 1";
        try (PreparedStatement query = connection.prepareStatement(text)) {
            query.setString(1, node);
            query.setLong(2, status.window().toMillis());
            query.setLong(3, status.lease().toMillis());
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(String.format(
                                "node %s has window_seconds %s and node_lease_seconds %s, this one %s and %s; all nodes must have the"
                                        + " same: set them in the settings table, or alike in each environment",
                                row.getString(1),
                                seconds(row.getLong(2)),
                                seconds(row.getLong(3)),
                                seconds(status.window().toMillis()),
                                seconds(status.lease().toMillis())))
                        : Optional.empty();
            }
        }
    }

    private static String seconds(long millis) {
        return String.valueOf(millis / 1e3).replaceFirst("\\.0$", "");
    }

    private <T> T atomically(Transaction<T> transaction) throws SQLException {
        connection.setAutoCommit(false);
        try {
            // as far as this is concerned, whatever the server is set to
            execute("set local synchronous_commit = on");
            try (PreparedStatement lock = connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
                lock.setLong(1, LOCK);
                lock.execute();
            }
            T result = transaction.run();
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private void execute(String text) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            statement.execute();
        }
    }

    private long epoch() throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("select nextval('cluster_epoch')");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Those that take part, and those that did lately. */
    private Map<String, Membership> members() throws SQLException {
        Map<String, Membership> members = new HashMap<>();
        // the clock in a join of its own: it is wanted also where there is no node
        String text = "select c.now_us, n.node, n.epoch, n.renewal, n.state from (select " + NOW_US + " as now_us) c"
                + " left join cluster_node n on n.state = 'member' or n.seen_ms > c.now_us / 1000 - ?";
        try (PreparedStatement query = connection.prepareStatement(text)) {
            query.setLong(1, LATELY_MS);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    nowMicros = row.getLong(1);
                    if (row.getString(2) != null) {
                        members.put(
                                row.getString(2),
                                new Membership(
                                        row.getLong(3),
                                        row.getLong(4),
                                        MembershipState.valueOf(row.getString(5).toUpperCase(Locale.ROOT))));
                    }
                }
            }
        }
        return members;
    }

    private List<ShareRow> rows(List<SharedLimit> limits, List<String> nodes) throws SQLException {
        List<ShareRow> rows = new ArrayList<>();
        String text = "select quota_group, kind, limit_day, node, owned, standing, wanted, gained from cluster_share"
                + " where (quota_group, kind, limit_day) in (select * from unnest(?::varchar[], ?::varchar[], ?::bigint[]))"
                + " or node = any(?::varchar[])";
        try (PreparedStatement query = connection.prepareStatement(text)) {
            query.setArray(1, texts(limits.stream().map(SharedLimit::group).toList()));
            query.setArray(
                    2, texts(limits.stream().map(limit -> limit.kind().name()).toList()));
            query.setArray(
                    3,
                    connection.createArrayOf(
                            "bigint", limits.stream().map(SharedLimit::day).toArray()));
            query.setArray(4, texts(nodes));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    SharedLimit limit = new SharedLimit(
                            row.getString(1), GrantResult.Limit.valueOf(row.getString(2)), row.getLong(3));
                    rows.add(new ShareRow(
                            limit, row.getString(4), row.getLong(5), row.getLong(6), row.getLong(7), row.getLong(8)));
                }
            }
        }
        return rows;
    }

    private Array texts(List<String> texts) throws SQLException {
        return connection.createArrayOf("varchar", texts.toArray());
    }

    private void put(Map<String, Membership> before, ShareTable table, List<ShareRow> rows, NodeReport status)
            throws SQLException {
        Set<ShareRow> known = new HashSet<>(rows);
        List<ShareRow> changed =
                table.rows().stream().filter(row -> !known.contains(row)).toList();
        putRows(changed.stream().filter(row -> !row.isEmpty()).toList());
        removeRows(changed.stream().filter(ShareRow::isEmpty).toList());
        putSelf(table, status);
        for (Map.Entry<String, Membership> each : table.members().entrySet()) {
            if (!each.getKey().equals(node) && !each.getValue().equals(before.get(each.getKey()))) {
                putState(each.getKey(), each.getValue().state());
            }
        }
    }

    private void putRows(List<ShareRow> rows) throws SQLException {
        String text = "insert into cluster_share (owned, standing, wanted, gained, quota_group, kind, limit_day, node)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (quota_group, kind, limit_day, node) do update set"
                + " owned = excluded.owned, standing = excluded.standing, wanted = excluded.wanted, gained = excluded.gained";
        try (PreparedStatement insert = connection.prepareStatement(text)) {
            for (ShareRow row : rows) {
                insert.setLong(1, row.owned());
                insert.setLong(2, row.standing());
                insert.setLong(3, row.wanted());
                insert.setLong(4, row.gained());
                bindKey(insert, 5, row);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void removeRows(List<ShareRow> rows) throws SQLException {
        String text = "delete from cluster_share where quota_group = ? and kind = ? and limit_day = ? and node = ?";
        try (PreparedStatement delete = connection.prepareStatement(text)) {
            for (ShareRow row : rows) {
                bindKey(delete, 1, row);
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    private static void bindKey(PreparedStatement statement, int from, ShareRow row) throws SQLException {
        statement.setString(from, row.limit().group());
        statement.setString(from + 1, row.limit().kind().name());
        statement.setLong(from + 2, row.limit().day());
        statement.setString(from + 3, row.node());
    }

    private void putSelf(ShareTable table, NodeReport status) throws SQLException {
        Membership own = table.members().get(node);
        if (own == null) {
            return;
        }
        String text =
                "insert into cluster_node (node, state, epoch, renewal, version, window_ms, lease_ms, started_ms, seen_ms,"
                        + " in_flight, waiting) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (node) do update set"
                        + " state = excluded.state, epoch = excluded.epoch, renewal = excluded.renewal, version = excluded.version,"
                        + " window_ms = excluded.window_ms, lease_ms = excluded.lease_ms, started_ms = excluded.started_ms,"
                        + " seen_ms = excluded.seen_ms, in_flight = excluded.in_flight, waiting = excluded.waiting";
        try (PreparedStatement insert = connection.prepareStatement(text)) {
            insert.setString(1, node);
            insert.setString(2, own.state().name().toLowerCase(Locale.ROOT));
            insert.setLong(3, own.epoch());
            insert.setLong(4, own.renewal());
            insert.setString(5, status.version());
            insert.setLong(6, status.window().toMillis());
            insert.setLong(7, status.lease().toMillis());
            insert.setLong(8, nowMicros / 1_000 - status.uptime().toMillis());
            insert.setLong(9, nowMicros / 1_000);
            insert.setInt(10, status.inFlight());
            insert.setInt(11, status.waiting());
            insert.executeUpdate();
        }
    }

    private void putState(String other, MembershipState state) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update cluster_node set state = ? where node = ?")) {
            update.setString(1, state.name().toLowerCase(Locale.ROOT));
            update.setString(2, other);
            update.executeUpdate();
        }
    }

    /** Nodes that are no more for long, and what was sent on days that are over; a day may begin elsewhere a little later. */
    private void forgetOld() throws SQLException {
        try (PreparedStatement nodes = connection.prepareStatement(
                        "delete from cluster_node where state <> 'member' and seen_ms < ?");
                PreparedStatement days =
                        connection.prepareStatement("delete from cluster_share where kind = 'DAY' and limit_day < ?")) {
            nodes.setLong(1, nowMicros / 1_000 - KEPT_MS);
            nodes.executeUpdate();
            days.setLong(1, Duration.ofMillis(nowMicros / 1_000).toDays() - 1);
            days.executeUpdate();
        }
    }
}
