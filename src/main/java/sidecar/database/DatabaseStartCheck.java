package sidecar.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sidecar.settings.Settings;
import sidecar.settings.SettingsCatalog;

/**
 * Keeps a start from going on with an empty database where there was a full one, and says what to do about one that cannot be opened. Of what the
 * settings table says it knows nothing: that is in the database.
 */
public final class DatabaseStartCheck {

    /** In the names of database files that a restore has put aside. */
    public static final String ASIDE = ".before-restore-";

    private final DatabaseLocation location;
    private final BackupFolder backups;
    private final Path ledger;

    public DatabaseStartCheck(Settings settings) {
        this.location = DatabaseLocation.of(settings);
        this.backups = BackupFolder.of(settings);
        // made only after the schema was there, so a start that was killed before leaves no such trace
        this.ledger = Path.of(settings.get(SettingsCatalog.DATA_DIR))
                .toAbsolutePath()
                .normalize()
                .resolve("ledger");
    }

    /** Why the database must not be opened, in one line; empty when it may be tried. */
    public Optional<String> refusal() {
        return location.refusal().or(() -> location.data().flatMap(this::refusal));
    }

    private Optional<String> refusal(Path data) {
        if (H2FileProbe.isEmpty(data)) {
            return lost(Files.exists(data) ? "is empty" : "is missing");
        }
        return H2FileProbe.fault(data).map(fault -> "the database " + data + " " + fault + "; " + remedy());
    }

    /** Why a database without any table must not be used, in one line; empty when there never was another. */
    public Optional<String> emptiness() {
        return location.data().isEmpty() ? Optional.empty() : lost("holds nothing");
    }

    private Optional<String> lost(String what) {
        List<Path> traces = traces();
        return traces.isEmpty()
                ? Optional.empty()
                : Optional.of("the database " + location + " " + what + ", but there was one, as these show: "
                        + names(traces)
                        + "; put the file back, or " + remedy() + ". To begin anew with an empty database, move "
                        + names(traces) + " away first");
    }

    /**
     * What the trouble with the database is, and what to do, in one line.
     *
     * @param state its SQLSTATE; null where it has none
     * @param why its own words
     */
    public String unopened(@Nullable String state, String why) {
        String what = "the database " + location + " cannot be opened: " + why;
        return location.isPostgres()
                ? PostgresAdvice.on(state, why)
                        .map(advice -> what + "; " + advice)
                        .orElse(what)
                : what + (location.data().isEmpty() ? "" : "; if it is damaged, " + remedy());
    }

    private String remedy() {
        Optional<Path> newest = newest();
        return newest.map(path -> "restore the newest backup: deploy/sidecar restore " + path)
                .orElseGet(() ->
                        "restore a backup: deploy/sidecar restore FILE (there is none in " + backups.directory() + ")");
    }

    private Optional<Path> newest() {
        try {
            List<Backup> all = backups.list();
            return BackupRetention.lastGood(all)
                    .or(() -> all.stream().findFirst())
                    .map(backups::path);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** What shows that there was a database before. */
    private List<Path> traces() {
        List<Path> traces = new ArrayList<>();
        if (Files.exists(ledger)) {
            traces.add(ledger);
        }
        newest().ifPresent(backup -> traces.add(backups.directory()));
        location.data().ifPresent(data -> traces.addAll(aside(data)));
        return traces;
    }

    private static List<Path> aside(Path data) {
        String prefix = data.getFileName() + ASIDE;
        try (Stream<Path> files = Files.list(data.resolveSibling("."))) {
            return files.map(Path::normalize)
                    .filter(file -> file.getFileName().toString().startsWith(prefix))
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    private static String names(List<Path> paths) {
        return String.join(" and ", paths.stream().map(Path::toString).toList());
    }
}
