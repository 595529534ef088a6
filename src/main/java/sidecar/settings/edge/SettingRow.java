package sidecar.settings.edge;

import java.time.Instant;

/** One setting as an operator stored it. */
public record SettingRow(String key, String text, String description, Instant updatedAt) {}
