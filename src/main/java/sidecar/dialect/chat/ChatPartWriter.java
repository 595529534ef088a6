package sidecar.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import sidecar.dialect.MappingOptions;
import sidecar.dialect.request.ContentPart;
import sidecar.dialect.request.ContentPart.FilePart;
import sidecar.dialect.request.ContentPart.ImagePart;
import sidecar.dialect.request.ContentPart.Media;
import sidecar.dialect.request.ContentPart.Media.InlineMedia;
import sidecar.dialect.request.ContentPart.Media.RemoteMedia;
import sidecar.dialect.request.ContentPart.Media.UploadedMedia;
import sidecar.dialect.request.ContentPart.TextPart;
import sidecar.dialect.request.Losses;
import sidecar.json.Json;

/** Writes what users say: text, pictures and files. */
final class ChatPartWriter {

    /**
     * The modality without which files cannot be sent. Pictures are sent anyway: what mappings say of them is
     * often incomplete.
     */
    private static final String PDF = "pdf";

    private static final String PDF_TYPE = "application/pdf";

    private final MappingOptions options;
    private final Losses losses;

    ChatPartWriter(MappingOptions options, Losses losses) {
        this.options = options;
        this.losses = losses;
    }

    /** One string where all is text, since not every provider takes parts; else parts. */
    JsonNode content(List<ContentPart> parts) {
        List<ContentPart> said = parts.stream()
                .filter(part -> part instanceof TextPart text ? !text.text().isEmpty() : canBeSent(part))
                .toList();
        if (said.stream().allMatch(TextPart.class::isInstance)) {
            return TextNode.valueOf(
                    said.stream().map(part -> ((TextPart) part).text()).collect(Collectors.joining("\n\n")));
        }
        ArrayNode written = Json.array();
        said.forEach(part -> written.add(write(part)));
        return written;
    }

    /** Whether a part can; else it is a loss. */
    boolean canBeSent(ContentPart part) {
        if (part instanceof ImagePart image && image.media() instanceof UploadedMedia) {
            losses.changing("image");
            return false;
        }
        if (part instanceof FilePart && !options.inputModalities().contains(PDF)) {
            losses.changing("document");
            return false;
        }
        return true;
    }

    private static ObjectNode write(ContentPart part) {
        if (part instanceof TextPart text) {
            return Json.object().put("type", "text").put("text", text.text());
        }
        ObjectNode written = Json.object();
        if (part instanceof ImagePart image) {
            ObjectNode url = written.put("type", "image_url").putObject("image_url");
            address(image.media()).ifPresent(address -> url.put("url", address));
            image.detail().ifPresent(detail -> url.put("detail", detail));
        } else if (part instanceof FilePart file) {
            writeFile(file, written.put("type", "file").putObject("file"));
        }
        return written;
    }

    private static void writeFile(FilePart part, ObjectNode file) {
        if (part.media() instanceof UploadedMedia uploaded) {
            file.put("file_id", uploaded.fileId());
        } else {
            boolean pdf = !(part.media() instanceof InlineMedia inline)
                    || inline.mediaType().equals(PDF_TYPE);
            file.put("filename", part.name().orElse(pdf ? "document.pdf" : "document"));
            address(part.media()).ifPresent(address -> file.put("file_data", address));
        }
    }

    private static Optional<String> address(Media media) {
        if (media instanceof InlineMedia inline) {
            return Optional.of(inline.uri());
        }
        return media instanceof RemoteMedia remote ? Optional.of(remote.url()) : Optional.empty();
    }
}
