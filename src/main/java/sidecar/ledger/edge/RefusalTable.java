package sidecar.ledger.edge;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import sidecar.ledger.LedgerEntry;
import sidecar.ledger.Posting;

/** The table of {@linkplain LedgerEntry#refused refusals}: how many an hour and client. Portable SQL, as of {@link UsageTable}. */
final class RefusalTable {

    private static final String UPDATE =
            "update refusal_hour set refused = refused + ? where hour_utc = ? and client = ?";

    private static final String INSERT = "insert into refusal_hour (refused, hour_utc, client) values (?, ?, ?)";

    private RefusalTable() {}

    private record RefusalKey(long hour, String client) {}

    /** Counts the refusals among them. */
    static void add(Connection connection, List<LedgerEntry> entries) throws SQLException {
        Map<RefusalKey, Long> refused = entries.stream()
                .filter(LedgerEntry::refused)
                .map(entry -> new RefusalKey(Posting.hour(entry.endedAt()), entry.client()))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        for (Map.Entry<RefusalKey, Long> row : refused.entrySet()) {
            List<Object> values =
                    List.of(row.getValue(), row.getKey().hour(), row.getKey().client());
            if (Sql.execute(connection, UPDATE, values) == 0) {
                Sql.execute(connection, INSERT, values);
            }
        }
    }
}
