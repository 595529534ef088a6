package sidecar.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sidecar.dialect.request.ContentPart;
import sidecar.dialect.request.ContentPart.FilePart;
import sidecar.dialect.request.ContentPart.ImagePart;
import sidecar.dialect.request.ContentPart.Media;
import sidecar.dialect.request.ContentPart.Media.InlineMedia;
import sidecar.dialect.request.ContentPart.Media.RemoteMedia;
import sidecar.dialect.request.ContentPart.Media.UploadedMedia;
import sidecar.dialect.request.ContentPart.TextPart;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.RequestObject;

/** Reads what stands in an item: a string, or parts. */
final class ResponsesContentReader {

    static final String IMAGE = "input_image";
    static final String FILE = "input_file";

    /** Members of every part that say nothing to the model. */
    static final Set<String> IGNORED = Set.of("annotations", "logprobs", "prompt_cache_breakpoint", "detail");

    private static final String UNKNOWN_TYPE = "application/octet-stream";

    /** What files without a media type are, by the end of their name. */
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "pdf", "application/pdf",
            "txt", "text/plain",
            "md", "text/markdown",
            "csv", "text/csv",
            "html", "text/html",
            "json", "application/json");

    /** Media types that are written in another way than they are registered, which Anthropic refuses. */
    private static final Map<String, String> ALIASES = Map.of("image/jpg", "image/jpeg", "", UNKNOWN_TYPE);

    private static final String DATA_URI = "data:";
    private static final String BASE64 = ";base64";

    private final Losses losses;

    ResponsesContentReader(Losses losses) {
        this.losses = losses;
    }

    /** The parts of a member; a string is one of them. What means nothing elsewhere is lost. */
    List<ContentPart> read(RequestObject item, String name) throws InvalidRequestException {
        Optional<JsonNode> content = item.member(name);
        if (content.isPresent() && content.get().isTextual()) {
            return List.of(new TextPart(content.get().textValue()));
        }
        List<ContentPart> parts = new ArrayList<>();
        for (RequestObject part : parts(item, name)) {
            String type = part.requiredText("type");
            Optional<ContentPart> read = part(type, part);
            if (read.isPresent()) {
                parts.add(read.get());
                ResponsesRequestReader.ignore(part, IGNORED);
                ResponsesRequestReader.nameUnknown(part, losses);
            } else {
                losses.changing(type);
            }
        }
        return parts;
    }

    /** The texts among parts where nothing else can stand; the rest is lost. */
    List<String> onlyTexts(List<ContentPart> parts) {
        List<String> texts = new ArrayList<>();
        for (ContentPart part : parts) {
            if (part instanceof TextPart text) {
                texts.add(text.text());
            } else {
                losses.changing(part instanceof ImagePart ? IMAGE : FILE);
            }
        }
        return texts;
    }

    /** The readable texts of a reasoning item. */
    List<String> reasoning(RequestObject item, String name) throws InvalidRequestException {
        List<String> texts = new ArrayList<>();
        for (RequestObject part : parts(item, name)) {
            part.text("text").ifPresent(texts::add);
        }
        return texts;
    }

    private static List<RequestObject> parts(RequestObject item, String name) throws InvalidRequestException {
        Optional<JsonNode> content = item.member(name);
        if (content.isPresent() && !content.get().isArray()) {
            throw item.invalid(name, "must be a string or an array");
        }
        return item.objects(name);
    }

    private static Optional<ContentPart> part(String type, RequestObject part) throws InvalidRequestException {
        return switch (type) {
            case "input_text", "output_text", "text" -> Optional.of(new TextPart(part.requiredText("text")));
            case "refusal" -> Optional.of(new TextPart(part.requiredText("refusal")));
            case IMAGE -> image(part);
            case FILE -> file(part);
            default -> Optional.empty();
        };
    }

    private static Optional<ContentPart> image(RequestObject part) throws InvalidRequestException {
        Optional<Media> media = part.text("image_url").map(ResponsesContentReader::behind);
        Optional<Media> uploaded = part.text("file_id").map(UploadedMedia::new);
        Optional<String> detail = part.text("detail");
        return media.or(() -> uploaded).map(found -> new ImagePart(found, detail));
    }

    private static Optional<ContentPart> file(RequestObject part) throws InvalidRequestException {
        Optional<String> name = part.text("filename");
        Optional<Media> inline = part.text("file_data").map(data -> fileData(data, name));
        Optional<Media> remote = part.text("file_url").map(ResponsesContentReader::behind);
        Optional<Media> uploaded = part.text("file_id").map(UploadedMedia::new);
        return inline.or(() -> remote).or(() -> uploaded).map(media -> new FilePart(media, name));
    }

    /** What a URL leads to; a data URI holds it. */
    private static Media behind(String url) {
        int comma = isDataUri(url) ? url.indexOf(',') : -1;
        String head = url.substring(0, Math.max(comma, 0)).toLowerCase(Locale.ROOT);
        if (!head.endsWith(BASE64)) {
            return new RemoteMedia(url);
        }
        String type = head.substring(DATA_URI.length(), head.indexOf(';'));
        return new InlineMedia(ALIASES.getOrDefault(type, type), url.substring(comma + 1));
    }

    private static boolean isDataUri(String text) {
        return text.regionMatches(true, 0, DATA_URI, 0, DATA_URI.length());
    }

    /** A data URI, or base64 alone. */
    private static Media fileData(String data, Optional<String> name) {
        return isDataUri(data) ? behind(data) : new InlineMedia(mediaType(name), data);
    }

    private static String mediaType(Optional<String> name) {
        String end = name.map(file -> file.substring(file.lastIndexOf('.') + 1)).orElse("pdf");
        return MEDIA_TYPES.getOrDefault(end.toLowerCase(Locale.ROOT), UNKNOWN_TYPE);
    }
}
