package sidecar.limit.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.limit.GrantLog;

/**
 * Grants in the file {@code grants} of the data directory, one slot each, and one slot for the day count of each
 * account. A slot's state is written last, so that a kill between two writes leaves a free slot or a whole one. One
 * process per file. Not thread-safe, as all of {@link GrantLog}: its caller has a lock.
 *
 * <p>An account whose identity is too long for a slot is not written down, and neither is anything once the disk is
 * full; both are said once. Their windows end with the process.
 */
public final class MappedGrantLog implements GrantLog {

    private static final System.Logger LOG = System.getLogger(MappedGrantLog.class.getName());
    private static final String NAME = "grants";
    private static final int SLOTS_PER_SEGMENT = 1024;
    private static final int NOWHERE = -1;

    private static final int GRANTED = 1;
    private static final int STAMPED = 2;
    private static final int DAY = 3;

    private final GrantFile file;
    private final InstantSource clock;
    private final List<Past> past = new ArrayList<>();
    private final List<Day> days = new ArrayList<>();
    private final Map<String, byte[]> texts = new HashMap<>();
    private final Map<String, Integer> daySlots = new HashMap<>();
    private int[] free;
    private int freeCount;
    private boolean full;

    /**
     * Opens the file, or makes it.
     *
     * @param window how long a grant occupies its place; older ones are forgotten
     * @throws IOException when the file can be neither read nor made
     */
    public static MappedGrantLog open(Path directory, Duration window, InstantSource clock) throws IOException {
        return open(directory, window, clock, SLOTS_PER_SEGMENT);
    }

    static MappedGrantLog open(Path directory, Duration window, InstantSource clock, int slotsPerSegment)
            throws IOException {
        Path path = Files.createDirectories(directory).resolve(NAME);
        Optional<GrantFile> found = GrantFile.open(path, slotsPerSegment);
        if (found.isEmpty()) {
            setAside(path);
            found = GrantFile.open(path, slotsPerSegment);
        }
        return new MappedGrantLog(found.orElseThrow(), window, clock);
    }

    private static void setAside(Path path) throws IOException {
        int n = 1;
        Path aside = path.resolveSibling(NAME + ".bad-" + n);
        while (Files.exists(aside)) {
            aside = path.resolveSibling(NAME + ".bad-" + ++n);
        }
        Files.move(path, aside);
        LOG.log(
                System.Logger.Level.WARNING,
                "{0} is not a file of grants of this version: kept as {1}; all windows begin empty",
                path,
                aside.getFileName());
    }

    private MappedGrantLog(GrantFile file, Duration window, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        this.free = new int[file.slots()];
        restore(window.toMillis());
    }

    private void restore(long windowMillis) {
        long now = clock.millis();
        int unreadable = 0;
        // downwards, so that the lowest free slots are used first
        for (int slot = file.slots() - 1; slot > 0; slot--) {
            int state = file.state(slot);
            boolean known = state == GrantFile.FREE || restored(slot, state, now, windowMillis);
            unreadable += known ? 0 : 1;
            if (file.state(slot) == GrantFile.FREE) {
                release(slot);
            }
        }
        if (unreadable > 0) {
            LOG.log(System.Logger.Level.WARNING, "entries of the file of grants that cannot be read: {0}", unreadable);
        }
    }

    /** Takes up what the slot holds, or frees it. @return false when it holds nothing that could have been written */
    private boolean restored(int slot, int state, long now, long windowMillis) {
        Optional<String> account = file.text(slot);
        if (account.isEmpty() || state < GRANTED || state > DAY) {
            file.state(slot, GrantFile.FREE);
            return false;
        }
        if (state == DAY) {
            restoreDay(slot, account.get(), now);
        } else {
            restoreGrant(slot, account.get(), state, now, windowMillis);
        }
        return true;
    }

    private void restoreGrant(int slot, String account, int state, long now, long windowMillis) {
        long stamp = file.number(slot);
        if (state == GRANTED || stamp > now) {
            // counts from this start, at the next one too
            stamp = now;
            file.number(slot, now);
            file.state(slot, STAMPED);
        }
        if (now - stamp >= windowMillis) {
            file.state(slot, GrantFile.FREE);
        } else {
            past.add(new Past(account, Duration.ofMillis(now - stamp), Math.max(0, file.tokens(slot)), slot));
        }
    }

    private void restoreDay(int slot, String account, long now) {
        long day = file.number(slot) >> Integer.SIZE;
        int count = (int) file.number(slot);
        long today = Math.floorDiv(now, Duration.ofDays(1).toMillis());
        boolean current = Math.abs(day - today) <= 1;
        if (current && count >= 0 && daySlots.putIfAbsent(account, slot) == null) {
            days.add(new Day(account, day, count));
        } else {
            file.state(slot, GrantFile.FREE);
        }
    }

    @Override
    public List<Past> past() {
        return List.copyOf(past);
    }

    @Override
    public List<Day> days() {
        return List.copyOf(days);
    }

    @Override
    public int granted(String account, int tokens) {
        int slot = slotFor(account);
        if (slot != NOWHERE) {
            file.tokens(slot, tokens);
            file.state(slot, GRANTED);
        }
        return slot;
    }

    @Override
    public void stamped(int place) {
        if (place != NOWHERE) {
            file.number(place, clock.millis());
            file.state(place, STAMPED);
        }
    }

    @Override
    public void settled(int place, int tokens) {
        if (place != NOWHERE) {
            file.tokens(place, tokens);
        }
    }

    @Override
    public void freed(int place) {
        if (place != NOWHERE) {
            file.state(place, GrantFile.FREE);
            release(place);
        }
    }

    @Override
    public void counted(Day day) {
        Integer known = daySlots.get(day.account());
        int slot = known != null ? known : slotFor(day.account());
        if (slot == NOWHERE) {
            return;
        }
        // day and count in one number, so that they change together
        file.number(slot, day.day() << Integer.SIZE | day.count());
        if (known == null) {
            file.state(slot, DAY);
            daySlots.put(day.account(), slot);
        }
    }

    /** A free slot that names the account and is in no state yet. */
    private int slotFor(String account) {
        byte[] text = texts.computeIfAbsent(account, MappedGrantLog::text);
        if (text.length > GrantFile.MOST_TEXT || (freeCount == 0 && !grown())) {
            return NOWHERE;
        }
        int slot = free[--freeCount];
        file.text(slot, text);
        return slot;
    }

    private static byte[] text(String account) {
        byte[] text = account.getBytes(UTF_8);
        if (text.length > GrantFile.MOST_TEXT) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the windows of an account are forgotten at a restart: its address is too long, {0} bytes",
                    text.length);
        }
        return text;
    }

    private boolean grown() {
        int slots = file.slots();
        try {
            if (!full) {
                file.grow();
            }
        } catch (IOException e) {
            full = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the file of grants cannot grow; what does not fit is forgotten at a restart: " + e);
        }
        for (int slot = file.slots() - 1; slot >= slots; slot--) {
            release(slot);
        }
        return freeCount > 0;
    }

    private void release(int slot) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * free.length);
        }
        free[freeCount++] = slot;
    }
}
