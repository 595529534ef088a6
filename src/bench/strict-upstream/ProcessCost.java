package sidecar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process has cost so far, as Linux counts it. */
final class ProcessCost {

    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final double TICKS_PER_SECOND = 100; // what Linux shows to programs on every machine we know

    private ProcessCost() {}

    /** CPU time in seconds; NaN where the system does not say. */
    static double seconds(long pid) {
        try {
            return seconds(Path.of("/proc", String.valueOf(pid)));
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private static double seconds(Path process) throws IOException {
        // after the name in parentheses, which may hold spaces: state is field 0, utime 11, stime 12
        String stat = Files.readString(process.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** "12.3 s CPU, 345 MB peak"; a dash where the system does not say. */
    static String of(long pid) {
        try {
            Path process = Path.of("/proc", String.valueOf(pid));
            Matcher peak = PEAK.matcher(Files.readString(process.resolve("status")));
            return String.format(
                    "%.1f s CPU, %s MB peak",
                    seconds(process), peak.find() ? Long.parseLong(peak.group(1)) / 1024 : "?");
        } catch (IOException e) {
            return "-";
        }
    }
}
