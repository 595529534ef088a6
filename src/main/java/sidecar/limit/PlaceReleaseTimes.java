package sidecar.limit;

import java.util.ArrayList;
import java.util.List;

/** When the places free that accounts of one quota group occupy. Pure functions. */
final class PlaceReleaseTimes {

    private PlaceReleaseTimes() {}

    /** In how many nanoseconds the first {@code max} stamped places free, the soonest first. */
    static long[] soonest(List<AccountUsage> members, long now, int max, long span) {
        List<Long> leave = new ArrayList<>();
        for (AccountUsage member : members) {
            int some = max;
            for (Grant grant : member.window.stamped()) {
                if (some-- <= 0) {
                    break;
                }
                leave.add(leavesIn(grant, now, span));
            }
        }
        return leave.stream().sorted().limit(max).mapToLong(Long::longValue).toArray();
    }

    /**
     * In how many nanoseconds {@code wanted} of {@code all} LLM tokens have left with their places, or all of them; a whole span
     * when that takes places that are not stamped yet.
     */
    static long tokens(List<AccountUsage> members, long all, long wanted, long now, long span) {
        List<Grant> stamped = new ArrayList<>();
        members.forEach(member -> member.window.stamped().forEach(stamped::add));
        stamped.sort((a, b) -> Long.signum(a.stampNanos - b.stampNanos));
        long left = all;
        for (Grant grant : stamped) {
            left -= grant.tokens;
            if (left == 0 || all - left >= wanted) {
                return leavesIn(grant, now, span);
            }
        }
        return span;
    }

    private static long leavesIn(Grant grant, long now, long span) {
        return Math.max(1, grant.stampNanos + span - now);
    }
}
