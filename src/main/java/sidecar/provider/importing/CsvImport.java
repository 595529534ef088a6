package sidecar.provider.importing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import sidecar.json.Attribute;
import sidecar.json.Json;
import sidecar.json.MalformedJsonException;
import sidecar.json.Texts;
import sidecar.provider.Provider;

/** Reads providers from a table with a header line; separated by comma, semicolon or tab, quoted as usual. */
final class CsvImport {

    private static final Map<String, String> ALIASES = Map.of(
            "key", "api_key",
            "apikey", "api_key",
            "base_url", "api_base_url",
            "baseurl", "api_base_url",
            "url", "api_base_url",
            "rpm", "rpm_limit",
            "timeout", "timeout_seconds");

    private static final Map<String, Attribute.AttributeType> TYPES =
            Provider.ATTRIBUTES.stream().collect(Collectors.toMap(Attribute::name, Attribute::type));

    /** @param line on which it begins, from 1 */
    private record Row(int line, List<String> cells) {}

    private CsvImport() {}

    static void read(String text, ImportDrafts drafts) {
        char separator = separator(text);
        List<Row> rows = rows(text, separator);
        List<String> header =
                rows.get(0).cells().stream().map(CsvImport::column).toList();
        for (Row row : rows.subList(1, rows.size())) {
            String where = "line " + row.line();
            int cells = row.cells().size();
            if (row.cells().get(0).strip().startsWith("#")) {
                drafts.leaveOut(where, "is commented out");
            } else if (cells > header.size()) {
                drafts.error(where, "has " + cells + " cells, the header " + header.size());
            } else if (cells > 1 || !row.cells().get(0).isBlank()) {
                providers(where, body(where, header, row.cells(), drafts), drafts);
            }
        }
    }

    /** One for each key in the row. */
    private static void providers(String where, ObjectNode body, ImportDrafts drafts) {
        KeyScanner.ScannedKeys found = KeyScanner.readField(body.path("api_key").asText(""));
        if (found.keys().isEmpty() && found.leftOut().isEmpty()) {
            drafts.leaveOut(where, KeyScanner.NO_KEY);
        }
        found.keys().forEach(key -> drafts.add(where, body.deepCopy().put("api_key", key)));
        found.leftOut().forEach(reason -> drafts.leaveOut(where, reason));
    }

    /** A column as POST names the field. */
    static String column(String cell) {
        String name = cell.strip().toLowerCase(Locale.ROOT).replaceAll("[ -]", "_");
        return ALIASES.getOrDefault(name, name);
    }

    private static char separator(String text) {
        String header = text.lines().findFirst().orElse("");
        return header.contains("\t") ? '\t' : header.contains(";") ? ';' : ',';
    }

    private static ObjectNode body(String where, List<String> header, List<String> row, ImportDrafts drafts) {
        ObjectNode body = Json.object();
        for (int c = 0; c < row.size(); c++) {
            String cell = row.get(c).strip();
            if (!cell.isEmpty()) {
                put(where, body, header.get(c), cell, drafts);
            }
        }
        return body;
    }

    private static void put(String where, ObjectNode body, String column, String cell, ImportDrafts drafts) {
        if (column.equals("models")) {
            body.set("model_mappings", models(cell));
        } else if (column.equals("model_mappings") || column.equals("headers") || column.equals("metadata")) {
            try {
                body.set(column, Json.read(cell));
            } catch (MalformedJsonException e) {
                drafts.error(where, column + " is not JSON: " + Texts.excerpt(e.reason()));
            }
        } else if (TYPES.get(column) == Attribute.AttributeType.INTEGER && cell.matches("-?[0-9]{1,9}")) {
            body.put(column, Integer.parseInt(cell));
        } else if (TYPES.get(column) == Attribute.AttributeType.FLAG && cell.matches("(?i)true|false")) {
            body.put(column, Boolean.parseBoolean(cell.toLowerCase(Locale.ROOT)));
        } else {
            body.put(column, cell);
        }
    }

    /** Model names that go by the same name upstream. */
    static ObjectNode models(String names) {
        ObjectNode mappings = Json.object();
        for (String name : names.split("[\\s,;|]+", -1)) {
            if (!name.isEmpty()) {
                mappings.putObject(name);
            }
        }
        return mappings;
    }

    private static List<Row> rows(String text, char separator) {
        List<Row> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        int line = 1;
        int first = 1;
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            line += c == '\n' ? 1 : 0;
            if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                cell.append(c);
                i++;
            } else if (c == '"' && (quoted || cell.toString().isBlank())) {
                quoted = !quoted;
            } else if (!quoted && (c == separator || c == '\n')) {
                row.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    rows.add(new Row(first, row));
                    row = new ArrayList<>();
                    first = line;
                }
            } else if (quoted || c != '\r') {
                cell.append(c);
            }
        }
        row.add(cell.toString());
        rows.add(new Row(first, row));
        return rows;
    }
}
