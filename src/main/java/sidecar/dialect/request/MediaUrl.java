package sidecar.dialect.request;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import sidecar.dialect.request.ContentPart.Media;
import sidecar.dialect.request.ContentPart.Media.InlineMedia;
import sidecar.dialect.request.ContentPart.Media.RemoteMedia;

/** Reads texts that hold a picture's or a file's bytes, or lead to them. Pure functions. */
public final class MediaUrl {

    private static final Pattern REMOTE = Pattern.compile("https?://\\S.*", Pattern.CASE_INSENSITIVE);
    private static final Pattern MEDIA_TYPE = Pattern.compile("[\\w.+-]+/[\\w.+-]+");
    private static final String SCHEME = "data:";
    private static final String ENCODING = ";base64";

    /** What files are whose data come without a media type, by the end of their name. */
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "pdf", "application/pdf",
            "txt", "text/plain",
            "md", "text/plain",
            "csv", "text/csv",
            "html", "text/html",
            "json", "application/json");

    private static final String UNKNOWN_TYPE = "application/octet-stream";

    private MediaUrl() {}

    /**
     * The bytes of a data URI, not decoded, or an http or https URL.
     *
     * @param path of the text in the request, for the message
     */
    public static Media read(String url, String path) throws InvalidRequestException {
        if (REMOTE.matcher(url).matches()) {
            return new RemoteMedia(url);
        }
        int comma = url.indexOf(',');
        String head = comma < 0 ? "" : url.substring(0, comma).toLowerCase(Locale.ROOT);
        int typeEnd = head.indexOf(';');
        if (!head.startsWith(SCHEME)
                || !head.endsWith(ENCODING)
                || !MEDIA_TYPE.matcher(head.substring(SCHEME.length(), typeEnd)).matches()
                || comma + 1 == url.length()) {
            throw new InvalidRequestException(
                    path, "must be an http or https URL, or a data URI with a media type and base64");
        }
        return new InlineMedia(registered(head.substring(SCHEME.length(), typeEnd)), url.substring(comma + 1));
    }

    /**
     * The data of a file: a URL as above, or base64 alone. OpenAI says the latter and shows the former; both are sent.
     *
     * @param filename says by its end what base64 alone is; a file without one is a PDF
     * @param path of the text in the request, for the message
     */
    public static Media readFile(String data, Optional<String> filename, String path) throws InvalidRequestException {
        if (data.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || REMOTE.matcher(data).matches()) {
            return read(data, path);
        }
        String end = filename.filter(name -> name.indexOf('.') >= 0)
                .map(name -> name.substring(name.lastIndexOf('.') + 1))
                .orElse("pdf");
        return new InlineMedia(MEDIA_TYPES.getOrDefault(end.toLowerCase(Locale.ROOT), UNKNOWN_TYPE), data);
    }

    /** Anthropic refuses a name that is not registered and yet often given. */
    private static String registered(String mediaType) {
        return mediaType.equals("image/jpg") ? "image/jpeg" : mediaType;
    }
}
