package sidecar.reports.edge;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;
import sidecar.json.Decimals;
import sidecar.json.RawJson;
import sidecar.ledger.edge.Sql;

/**
 * A query, and what becomes of its rows: JSON objects, lines of CSV, or plain maps.
 *
 * @param runs the parameters of each run of the query, one after the other
 */
public record QueryReport(List<Column> columns, String select, List<List<Object>> runs) {

    /** One column; its value is a text, a whole number, a decimal, a truth value, JSON or null. */
    public record Column(String name, Sql.Reader<Object> value) {}

    /** Where rows go, one after the other. */
    public interface Rows {
        void row(List<Column> columns, ResultSet row) throws SQLException, IOException;
    }

    /** Rows as objects of an array that has been begun. */
    static Rows json(JsonGenerator out) {
        return (columns, row) -> {
            out.writeStartObject();
            for (Column column : columns) {
                out.writeFieldName(column.name());
                write(out, column.value().read(row));
            }
            out.writeEndObject();
        };
    }

    private static void write(JsonGenerator out, Object value) throws IOException {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof Long number) {
            out.writeNumber(number);
        } else if (value instanceof Integer number) {
            out.writeNumber(number);
        } else if (value instanceof BigDecimal decimal) {
            out.writeNumber(plain(decimal));
        } else if (value instanceof RawJson json) {
            out.writeRawValue(json.text());
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else {
            out.writeString(value.toString());
        }
    }

    private static String plain(BigDecimal decimal) {
        return Decimals.shortest(decimal).toPlainString();
    }

    /** Rows as lines of CSV. */
    static Rows csv(Writer out) {
        return (columns, row) -> {
            String comma = "";
            for (Column column : columns) {
                Object value = column.value().read(row);
                out.write(comma);
                out.write(value instanceof BigDecimal decimal ? plain(decimal) : cell(value));
                comma = ",";
            }
            out.write("\r\n");
        };
    }

    /** Rows as maps, by the names and with the values that JSON has. */
    static Rows maps(Consumer<Map<String, Object>> each) {
        return (columns, row) -> {
            Map<String, Object> map = new LinkedHashMap<>();
            for (Column column : columns) {
                map.put(column.name(), column.value().read(row));
            }
            each.accept(map);
        };
    }

    /** The line of CSV above the rows. */
    static String header(List<Column> columns) {
        return String.join(",", columns.stream().map(Column::name).toList()) + "\r\n";
    }

    /**
     * RFC 4180. What a spreadsheet would take for a formula gets an apostrophe: names of models come from clients.
     */
    private static String cell(Object value) {
        if (value == null) {
            return "";
        }
        String text = value.toString();
        if (!(value instanceof String || value instanceof RawJson)) {
            return text;
        }
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.matches("[^\",\r\n]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }

    /** Hands every row on. */
    void run(DataSource database, Rows rows) {
        for (List<Object> parameters : runs) {
            Sql.query(database, select, parameters).each(row -> {
                try {
                    rows.row(columns, row);
                } catch (IOException readerGone) {
                    throw new UncheckedIOException(readerGone);
                }
            });
        }
    }
}
