package sidecar.ledger.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What lies in a journal's directory.
 *
 * @param lengths in bytes, by the segment's number
 */
public record JournalFiles(NavigableMap<Long, Long> lengths) {

    static JournalFiles of(Path directory) throws IOException {
        NavigableMap<Long, Long> lengths = new TreeMap<>();
        if (Files.isDirectory(directory)) {
            for (long segment : Journal.segments(directory)) {
                lengths.put(segment, Files.size(Journal.file(directory, segment)));
            }
        }
        return new JournalFiles(lengths);
    }

    boolean isEmpty() {
        return lengths.isEmpty();
    }

    /** Whether a journal that was taken up to there can be this one: the segment it was in is never deleted. */
    boolean hold(Journal.Position position) {
        Long length = lengths.get(position.segment());
        return length != null && length >= position.offset();
    }

    /** Behind all of it. */
    Journal.Position end() {
        Map.Entry<Long, Long> last = lengths.lastEntry();
        return last == null ? Journal.Position.START : new Journal.Position(last.getKey() + 1, 0);
    }
}
