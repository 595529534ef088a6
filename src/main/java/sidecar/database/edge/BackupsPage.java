package sidecar.database.edge;

import jakarta.annotation.PostConstruct;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sidecar.console.edge.Format;
import sidecar.console.edge.PageMessages;
import sidecar.console.edge.UiMessages;
import sidecar.database.BackupContents;
import sidecar.database.BackupFailedException;
import sidecar.json.Json;

/** The Backups page: what {@code GET /backups} says, and what may be done about it. */
@Named("backups")
@ViewScoped
public class BackupsPage implements Serializable {

    private static final long serialVersionUID = 1L;

    /** A day, and time for a large one to be made. */
    private static final Duration LATE = Duration.ofHours(26);

    @Inject
    private Backups backups;

    @Inject
    private Format format;

    private Map<String, Object> state = Map.of();
    private List<Map<String, Object>> rows = List.of();
    private String chosen = "";
    private String verdict = "";
    private boolean usable;
    private String failedAt = "";

    @PostConstruct
    void load() {
        refresh();
        failedAt = failure();
    }

    /** Looks anew, and says how the one ended that was under way. */
    @SuppressWarnings("unchecked") // the view writes a list of objects
    public void refresh() {
        boolean wasRunning = state.get("running") != null;
        try {
            state = Json.map(BackupView.write(backups.state()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows = (List<Map<String, Object>>) state.get("items");
        if (wasRunning && state.get("running") == null) {
            tellTheEnd();
        }
    }

    private void tellTheEnd() {
        if (failure().equals(failedAt)) {
            PageMessages.done("backups.done", rows.isEmpty() ? "" : rows.get(0).get("name"));
        }
        failedAt = failure();
    }

    @SuppressWarnings("unchecked")
    private String failure() {
        Map<String, Object> failure = (Map<String, Object>) state.get("failure");
        return failure == null ? "" : failure.get("at").toString();
    }

    public void backUp() {
        if (backups.start().isEmpty()) {
            PageMessages.failed("backups.already");
        }
        refresh();
    }

    public void delete(Map<String, Object> row) {
        String name = row.get("name").toString();
        try {
            if (backups.delete(name)) {
                PageMessages.done("backups.deleted", name);
            }
        } catch (IOException e) {
            PageMessages.failed("backups.not_deleted", name);
        }
        refresh();
    }

    /** Opens the dialog that says how to restore this one. */
    public void choose(Map<String, Object> row) {
        chosen = row.get("name").toString();
        verdict = "";
    }

    /** Opens and reads the chosen one, as a restore would. */
    public void check() {
        usable = false;
        try {
            Optional<BackupContents> contents = backups.verify(chosen);
            usable = contents.isPresent();
            verdict = contents.map(found -> UiMessages.of(
                            "backups.usable", format.number(found.rowsInAll()), format.number(found.opened())))
                    .orElseGet(() -> UiMessages.of("backups.gone"));
        } catch (BackupFailedException e) {
            verdict = UiMessages.said(e.getMessage());
        } catch (IOException e) {
            verdict = e.toString();
        }
    }

    public Map<String, Object> getState() {
        return state;
    }

    public List<Map<String, Object>> getRows() {
        return rows;
    }

    /** When the newest good one was begun; null when there is none. */
    public String getLast() {
        return rows.stream()
                .filter(BackupsPage::verified)
                .map(row -> row.get("made_at").toString())
                .findFirst()
                .orElse(null);
    }

    /** The name of the newest good one, when it is the only one that is good. */
    public String getLastName() {
        List<Map<String, Object>> good =
                rows.stream().filter(BackupsPage::verified).toList();
        return good.size() == 1 ? good.get(0).get("name").toString() : null;
    }

    private static boolean verified(Map<String, Object> row) {
        return (boolean) row.get("verified");
    }

    /** Whether a day has passed without one. */
    public boolean isLate() {
        return getLast() == null
                || Instant.parse(getLast()).isBefore(backups.now().minus(LATE));
    }

    /** All of them together. */
    public long getBytes() {
        return rows.stream()
                .mapToLong(row -> ((Number) row.get("size_bytes")).longValue())
                .sum();
    }

    /** How long ago that was. */
    public String age(String moment) {
        return format.ago(Instant.parse(moment));
    }

    /** How long it is until then. */
    public String until(String moment) {
        return format.duration(between(backups.now(), Instant.parse(moment)));
    }

    private static long between(Instant earlier, Instant later) {
        return Duration.between(earlier, later).toSeconds();
    }

    /** What the check of a backup found, in a sentence. */
    @SuppressWarnings("unchecked")
    public String readOf(Map<String, Object> row) {
        Map<String, Object> contents = (Map<String, Object>) row.get("contents");
        long all = ((Map<String, Object>) contents.get("rows"))
                .values().stream()
                        .mapToLong(count -> ((Number) count).longValue())
                        .sum();
        return UiMessages.of(
                "backups.read",
                format.number(all),
                format.moment(contents.get("verified_at").toString()));
    }

    /** What to type to restore the chosen one. */
    public String getCommand() {
        return chosen.isEmpty() ? "" : backups.restoreCommand(chosen).replace(" && ", " &&\n");
    }

    public String getVerdict() {
        return verdict;
    }

    public boolean isUsable() {
        return usable;
    }
}
