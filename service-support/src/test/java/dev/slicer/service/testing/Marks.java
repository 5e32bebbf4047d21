package dev.slicer.service.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.events.EventJson;
import dev.slicer.json.Json;
import dev.slicer.kafka.testing.TestTopics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Header;

/** Words and numbers that stand out wherever they turn up: nothing that a service writes of a document has any of them. */
public final class Marks {
    /** A word, in a text or in its place. */
    public static final String WORD = "Qxmark";

    public static final String TEXT = WORD + "Wangari " + WORD + "Maathai";
    /** A number where a text should be, as somebody's telephone has it. */
    public static final String NUMBER = "8714871487";
    /** Of a field that nobody knows. Who sends it over REST is told. */
    public static final String NAME = "qxname";

    /** Fields that name something, as metrics and logs have to: what is in them is no text. */
    private static final Set<String> NAMES = Set.of("id", "documentId", "modelId", "benchmark", "type");

    /** As Kafka's classes print bytes. */
    private static final String BYTES = "81, 120, 109, 97, 114, 107";

    private Marks() {}

    /** @param what was written, for the failure */
    public static void assertAbsent(String what, String written) {
        assertNotQuoted(what, written);
        assertThat(written.toLowerCase(Locale.ROOT)).as(what).doesNotContain(NAME);
    }

    /** As {@link #assertAbsent}, where names of fields may be told. */
    public static void assertNotQuoted(String what, String written) {
        assertThat(written.toLowerCase(Locale.ROOT))
                .as(what)
                .doesNotContain(WORD.toLowerCase(Locale.ROOT), NUMBER, BYTES);
    }

    public static void assertAbsent(WrittenLog log) {
        assertThat(log.lines()).isNotEmpty();
        log.lines().forEach(line -> assertAbsent("a log", line));
    }

    /** What dead letters say of their records. */
    public static void assertAbsentFromCauses(TestTopics records, String topic) {
        assertThat(records.held(topic))
                .isNotEmpty()
                .allSatisfy(letter -> letter.headers().forEach(Marks::assertAbsentFrom));
    }

    private static void assertAbsentFrom(Header header) {
        if (header.key().startsWith("dead-letter-")) {
            assertAbsent(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
    }

    /** An object with something wrong, in all ways, and marks around it. */
    public static List<byte[]> spoiled(JsonNode valid) {
        String json = valid.toString();
        List<byte[]> spoiled = new ArrayList<>();
        for (int cut = 1; cut < json.length(); cut += 1 + json.length() / 12) {
            spoiled.add(bytes(json.substring(0, cut)));
            spoiled.add(bytes(json.substring(0, cut) + "\"" + WORD + json.substring(cut)));
            spoiled.add(bytes(json.substring(0, cut) + "\\" + WORD + json.substring(cut)));
        }
        spoiled.add(bytes(json + WORD));
        spoiled.add(bytes(WORD));
        spoiled.add(bytes(NUMBER));
        spoiled.add(bytes('"' + TEXT + '"'));
        spoiled.add(bytes("{\"" + NAME + "\":1,\"" + NAME + "\":2}"));
        spoiled.add(json.getBytes(StandardCharsets.UTF_16LE));
        spoiled.add(json.replace("W", "\u00e4").getBytes(StandardCharsets.ISO_8859_1));
        spoiled.add(bytes("\u0000\u0000\u0000\u0000\u0007" + TEXT));
        spoiled.add(bytes("\u0000\u0000\u0000\u0000\u0007{\"" + TEXT));
        spoiled.add(bytes(json.replace(WORD, WORD + "\\ud83d")));
        replaceEach(valid.deepCopy(), valid, spoiled);
        return spoiled;
    }

    private static void replaceEach(JsonNode whole, JsonNode valid, List<byte[]> spoiled) {
        replaceWithin(whole, whole, spoiled);
        ((ObjectNode) whole).put(NAME, TEXT);
        spoiled.add(EventJson.write(whole));
        ((ObjectNode) whole).set(NAME, valid);
        spoiled.add(EventJson.write(whole));
    }

    private static void replaceWithin(JsonNode whole, JsonNode within, List<byte[]> spoiled) {
        List<JsonNode> wrong = List.of(
                Json.mapper().getNodeFactory().textNode(TEXT),
                Json.mapper().getNodeFactory().numberNode(Long.parseLong(NUMBER)),
                Json.mapper().getNodeFactory().numberNode(Double.parseDouble(NUMBER + ".5")),
                Json.mapper().createArrayNode().add(TEXT),
                Json.mapper().createObjectNode().put(NAME, TEXT));
        if (within instanceof ObjectNode object) {
            // The entries of an object change with it.
            Map<String, JsonNode> fields = new LinkedHashMap<>();
            object.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
            for (Map.Entry<String, JsonNode> field : fields.entrySet()) {
                for (JsonNode one : wrong) {
                    if (!one.isTextual() || !NAMES.contains(field.getKey())) {
                        object.set(field.getKey(), one);
                        spoiled.add(EventJson.write(whole));
                    }
                }
                object.set(field.getKey(), field.getValue());
                replaceWithin(whole, field.getValue(), spoiled);
            }
        } else if (within instanceof ArrayNode array && !array.isEmpty()) {
            JsonNode first = array.get(0);
            for (JsonNode one : wrong) {
                array.set(0, one);
                spoiled.add(EventJson.write(whole));
            }
            array.set(0, first);
            replaceWithin(whole, first, spoiled);
        }
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
