package sidecar.limit;

import java.time.Duration;
import java.util.List;

/**
 * Where grants are written down before their first byte leaves, so that a killed process forgets no window. Called
 * under the lock of {@link RateLimiter}: never blocks for longer than a write to memory takes.
 */
public interface GrantLog {

    /**
     * A grant an earlier run left.
     *
     * @param age since its stamp by the wall clock, 0 … the window; 0 for one that was never stamped, since its last
     *     byte may have left just before the end
     * @param place where it is written
     */
    record Past(String account, Duration age, int tokens, int place) {}

    /** How many requests an account was sent on a UTC day (days since 1970). */
    record Day(String account, long day, int count) {}

    /** Writes a grant down, not yet stamped. @return the place it was written to */
    int granted(String account, int tokens);

    /** Its request's last byte was sent now. */
    void stamped(int place);

    /** It cost that many LLM tokens. */
    void settled(int place, int tokens);

    /** It occupies nothing any more: its place may be written over. */
    void freed(int place);

    /** How many requests the account has been sent on that day. */
    void counted(Day day);

    /** What earlier runs left that may still occupy a place. */
    List<Past> past();

    /** The latest day of every account. */
    List<Day> days();

    /** Remembers nothing. */
    GrantLog NONE = new GrantLog() {
        @Override
        public int granted(String account, int tokens) {
            return -1;
        }

        @Override
        public void stamped(int place) {}

        @Override
        public void settled(int place, int tokens) {}

        @Override
        public void freed(int place) {}

        @Override
        public void counted(Day day) {}

        @Override
        public List<Past> past() {
            return List.of();
        }

        @Override
        public List<Day> days() {
            return List.of();
        }
    };
}
