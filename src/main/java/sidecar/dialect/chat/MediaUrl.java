package sidecar.dialect.chat;

import java.util.Locale;
import java.util.regex.Pattern;
import sidecar.dialect.request.ContentPart.Media;
import sidecar.dialect.request.ContentPart.Media.InlineMedia;
import sidecar.dialect.request.ContentPart.Media.RemoteMedia;
import sidecar.dialect.request.InvalidRequestException;

/** Reads URLs that hold bytes, or lead to them. Pure functions. */
final class MediaUrl {

    private static final Pattern REMOTE = Pattern.compile("https?://\\S.*", Pattern.CASE_INSENSITIVE);
    private static final Pattern MEDIA_TYPE = Pattern.compile("[\\w.+-]+/[\\w.+-]+");
    private static final String SCHEME = "data:";
    private static final String ENCODING = ";base64";

    private MediaUrl() {}

    static boolean isUrl(String text) {
        return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || REMOTE.matcher(text).matches();
    }

    /**
     * The bytes of a data URI, not decoded, or the URL.
     *
     * @param path of the URL in the request, for the message
     */
    static Media read(String url, String path) throws InvalidRequestException {
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
        return new InlineMedia(mediaType(head.substring(SCHEME.length(), typeEnd)), url.substring(comma + 1));
    }

    /** A name that is not registered and yet often given. */
    private static String mediaType(String given) {
        return given.equals("image/jpg") ? "image/jpeg" : given;
    }
}
