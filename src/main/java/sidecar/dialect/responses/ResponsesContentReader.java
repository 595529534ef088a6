package sidecar.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sidecar.dialect.request.ContentPart;
import sidecar.dialect.request.ContentPart.FilePart;
import sidecar.dialect.request.ContentPart.ImagePart;
import sidecar.dialect.request.ContentPart.Media;
import sidecar.dialect.request.ContentPart.Media.UploadedMedia;
import sidecar.dialect.request.ContentPart.TextPart;
import sidecar.dialect.request.InvalidRequestException;
import sidecar.dialect.request.Losses;
import sidecar.dialect.request.MediaUrl;
import sidecar.dialect.request.RequestObject;

/** Reads what stands in an item: a string, or parts. */
final class ResponsesContentReader {

    static final String IMAGE = "input_image";
    static final String FILE = "input_file";

    /** Members of every part that say nothing to the model. */
    static final Set<String> IGNORED = Set.of("annotations", "logprobs", "prompt_cache_breakpoint", "detail");

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
        Optional<Media> media = media(part, "image_url");
        Optional<String> detail = part.text("detail");
        return media.map(found -> new ImagePart(found, detail));
    }

    private static Optional<ContentPart> file(RequestObject part) throws InvalidRequestException {
        Optional<String> name = part.text("filename");
        Optional<String> data = part.text("file_data");
        Optional<Media> media = data.isPresent()
                ? Optional.of(MediaUrl.readFile(data.get(), name, part.at("file_data")))
                : media(part, "file_url");
        return media.map(found -> new FilePart(found, name));
    }

    /** Behind the URL of that member, or uploaded before. */
    private static Optional<Media> media(RequestObject part, String member) throws InvalidRequestException {
        Optional<String> url = part.text(member);
        Optional<Media> uploaded = part.text("file_id").map(UploadedMedia::new);
        return url.isPresent() ? Optional.of(MediaUrl.read(url.get(), part.at(member))) : uploaded;
    }
}
