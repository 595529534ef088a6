package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

/** Reads the {@code content} of chat messages: a string, or parts. Not thread-safe. */
final class ChatContentReader {

    static final String IMAGE = "image_url";
    static final String FILE = "file";

    private static final String PATH = "messages.content.";

    private final Losses losses;

    ChatContentReader(Losses losses) {
        this.losses = losses;
    }

    /** The parts; none where there is no content. Those of unknown kinds, such as {@code input_audio}, are losses. */
    List<ContentPart> parts(RequestObject message) throws InvalidRequestException {
        Optional<JsonNode> content = message.member("content");
        if (content.isEmpty()) {
            return List.of();
        }
        if (content.get().isTextual()) {
            return List.of(new TextPart(content.get().textValue()));
        }
        if (!content.get().isArray()) {
            throw message.invalid("content", "must be a string or an array");
        }
        List<ContentPart> parts = new ArrayList<>();
        for (RequestObject part : message.objects("content")) {
            part(part).ifPresent(parts::add);
        }
        return parts;
    }

    private Optional<ContentPart> part(RequestObject part) throws InvalidRequestException {
        String type = part.requiredText("type");
        ContentPart read;
        switch (type) {
            case "text", "refusal" -> read = new TextPart(part.requiredText(type));
            case IMAGE -> read = image(part);
            case FILE -> read = file(part);
            default -> {
                losses.changing(type);
                return Optional.empty();
            }
        }
        part.ignore("cache_control");
        lose(part, PATH);
        return Optional.of(read);
    }

    private ContentPart image(RequestObject part) throws InvalidRequestException {
        // some clients leave the object out
        if (part.member(IMAGE).filter(JsonNode::isTextual).isPresent()) {
            return new ImagePart(MediaUrl.read(part.requiredText(IMAGE), part.at(IMAGE)), Optional.empty());
        }
        RequestObject image = part.object(IMAGE).orElseThrow(() -> part.invalid(IMAGE, "must be an object"));
        ImagePart read = new ImagePart(MediaUrl.read(image.requiredText("url"), image.at("url")), image.text("detail"));
        lose(image, PATH + IMAGE + '.');
        return read;
    }

    private ContentPart file(RequestObject part) throws InvalidRequestException {
        RequestObject file = part.object(FILE).orElseThrow(() -> part.invalid(FILE, "must be an object"));
        Optional<String> name = file.text("filename");
        Optional<String> uploaded = file.text("file_id");
        Media media = uploaded.isPresent()
                ? new UploadedMedia(uploaded.get())
                : MediaUrl.readFile(file.requiredText("file_data"), name, file.at("file_data"));
        lose(file, PATH + FILE + '.');
        return new FilePart(media, name);
    }

    private void lose(RequestObject object, String path) {
        object.unknown().forEach(name -> losses.changing(path + name));
    }
}
