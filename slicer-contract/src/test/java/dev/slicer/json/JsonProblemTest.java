package dev.slicer.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.events.Sweep;
import dev.slicer.words.UsersWords;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonProblemTest {
    private static final List<String> VALUES = List.of(
            "1",
            "-1",
            "1.5",
            "99999999999999999999",
            "1e999",
            "\"x\"",
            "\"\"",
            "true",
            "{}",
            "[]",
            "null",
            "[null]",
            "[[1]]",
            "{\"x\":null}");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":           | not JSON: it ends too early (line 1, column 6)
            abc             | not JSON: a word is neither in quotes nor a number, true, false or null (line 1, column 1)
            [NaN]           | not JSON: a word is neither in quotes nor a number, true, false or null (line 1, column 5)
            {'a':1}         | not JSON: unexpected "'" where a name in double quotes must be (line 1, column 2)
            {"a":1 "b":2}   | not JSON: unexpected quotation mark, a comma is missing before it (line 1, column 8)
            {"a" 1}         | not JSON: unexpected character, a colon is missing before it (line 1, column 6)
            [1,]            | not JSON: unexpected "]" (line 1, column 4)
            {"a":[1}        | not JSON: unexpected "}" (line 1, column 8)
            [01]            | not JSON: a number is not written as JSON has them (line 1, column 3)
            "\\x"           | not JSON: a backslash stands before a character that needs none (line 1, column 3)
            "\\u12G4"       | not JSON: unexpected character where a hexadecimal digit must be (line 1, column 6)
            1 2             | not JSON: something follows after the end of the value (line 1, column 3)
            {"a":1,"a":2}   | a name is there twice (line 1, column 11)
            """)
    void shouldSayWhatIsNoJson(String json, String message) {
        assertThatThrownBy(() -> EventJson.read(json.getBytes(StandardCharsets.UTF_8), JsonNode.class))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage(message);
    }

    @Test
    void shouldSayWhichLimitAValueIsOver() {
        assertThat(refusal("[".repeat(1001)))
                .isEqualTo("NOT_JSON not JSON: arrays and objects are nested more than 1000 deep");
        assertThat(refusal("[" + "1".repeat(1001) + "]"))
                .isEqualTo("NOT_JSON not JSON: a number has more than 1000 digits");
        assertThat(refusal("{\"" + "n".repeat(50_001) + "\":1}"))
                .isEqualTo("NOT_JSON not JSON: a name has more than 50000 characters");
        assertThat(refusal("[" + "{},".repeat(1_000_000) + "0]"))
                .isEqualTo("TOO_LARGE there are more than 2000000 values, names and brackets");
    }

    /** How long a text may be is for those to say who know what it is for. */
    @Test
    void shouldReadATextOfAnyLength() {
        // Given
        String text = "a".repeat(25_000_000);

        // When
        JsonNode read =
                EventJson.read(("{\"text\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8), JsonNode.class);

        // Then
        assertThat(read.path("text").textValue()).hasSize(text.length());
    }

    /** What is told goes into logs. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Wangari",
                "{\"Wangari\":1,\"Wangari\":2}",
                "{\"id\":\"1\",\"text\":4711471147}",
                "{\"id\":\"1\",\"text\":4711471147.4711471147}",
                "{\"id\":\"1\",\"text\":\"\",\"language\":\"Wangari Maathai\"}",
                "{\"id\":\"1\",\"text\":\"\",\"words\":[[\"Wangari\",2]]}",
                "{\"id\":\"1\",\"text\":\"\",\"words\":[[0,471147114711]]}",
                "{\"id\":\"1\",\"text\":\"\",\"words\":\"Wangari\"}",
                "{\"id\":\"1\",\"text\":\"\",\"subTokenTags\":\"Wangari\"}",
                "{\"id\":\"1\",\"text\":\"\\Wangari\"}",
                "{\"id\":\"1\",\"text\":\"\"} Wangari",
                "{\"id\":\"1\",\"text\":Wangari}"
            })
    void shouldRepeatNothingOfWhatWasSent(String json) {
        assertThatThrownBy(() -> EventJson.read(json.getBytes(StandardCharsets.UTF_8), DocumentEvent.class))
                .isInstanceOf(InvalidEventException.class)
                .hasNoCause()
                .message()
                .doesNotContain("Wangari", "Maathai", "4711");
    }

    private static String refusal(String json) {
        return refusal(json, JsonNode.class);
    }

    private static String refusal(String json, Class<?> type) {
        try {
            return "accepted: " + EventJson.read(json.getBytes(StandardCharsets.UTF_8), type);
        } catch (InvalidEventException e) {
            return e.reason() + " " + e.getMessage();
        }
    }

    /** Whatever is cut off, put in or exchanged. */
    @Property(tries = 3_000)
    void shouldSpeakUsersWordsOfBrokenJson(@ForAll int seed) {
        // Given
        byte[] json =
                "{\"id\":\"1\",\"text\":\"Ä \\u00e4\\n\",\"words\":[[0,1],[2,3]],\"language\":\"sw\",\"x\":[1.5e3,true,null]}"
                        .getBytes(StandardCharsets.UTF_8);
        Random random = new Random(seed);
        byte[] broken = Arrays.copyOf(json, random.nextInt(4) == 0 ? random.nextInt(json.length) + 1 : json.length);
        for (int i = random.nextInt(3); i >= 0; i--) {
            broken[random.nextInt(broken.length)] = (byte)
                    (random.nextBoolean() ? random.nextInt(256) : "{}[]\",:\\019.e-+tnf'/".charAt(random.nextInt(20)));
        }

        // When / Then
        try {
            EventJson.read(broken, DocumentEvent.class);
        } catch (InvalidEventException e) {
            UsersWords.assertSpokenIn(e.getMessage(), new String(broken, StandardCharsets.UTF_8));
            assertThat(e.reason()).isIn(Reason.NOT_JSON, Reason.WRONG_TYPE, Reason.INVALID_VALUE);
        }
    }

    static Stream<Class<?>> messages() {
        return Stream.concat(Arrays.stream(Event.class.getPermittedSubclasses()), Stream.of(Sweep.class));
    }

    /** Each field of each message, however deep, with values of all types. */
    @ParameterizedTest
    @MethodSource("messages")
    void shouldSpeakUsersWordsOfWrongFields(Class<?> message) throws IOException {
        JsonNode golden = message == Sweep.class ? sweep() : golden(message);
        List<String> told = new ArrayList<>();
        replaceEach(golden, () -> told.add(refusalOf(golden, message)));
        assertThat(told).hasSizeGreaterThan(20).anyMatch(each -> each.contains("expected "));
    }

    private static JsonNode golden(Class<?> event) throws IOException {
        String name = event.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        try (InputStream golden = JsonProblemTest.class.getResourceAsStream("/events/" + name + ".json")) {
            return Json.mapper().readTree(golden);
        }
    }

    private static JsonNode sweep() throws JsonProcessingException {
        return Json.mapper().readTree("""
                {"name": "a", "baseModel": "b", "sources": {"en": ["c"]}, "h": [2, "standard"], "classifier": ["trained"],
                 "learningRate": [2e-5], "seeds": [1, 2], "hyperparameters": {"maxSteps": 4}, "labelMap": {"GPE": "LOC"},
                 "types": ["PER"], "snapshots": "epoch", "averageLast": 2, "averageRuns": true,
                 "benchmark": {"name": "m", "test": {"sw": "d"}, "validation": {"sw": "e"}}, "attentionOn": ["f"]}
                """);
    }

    private static String refusalOf(JsonNode json, Class<?> message) {
        try {
            EventJson.read(EventJson.write(json), message);
            return "";
        } catch (InvalidEventException e) {
            UsersWords.assertSpokenIn(e.getMessage(), json.toString());
            return e.getMessage();
        }
    }

    private static void replaceEach(JsonNode within, Runnable whenReplaced) throws IOException {
        if (within instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
                JsonNode before = field.getValue();
                for (String value : VALUES) {
                    object.set(field.getKey(), Json.mapper().readTree(value));
                    whenReplaced.run();
                }
                object.set(field.getKey(), before);
                replaceEach(before, whenReplaced);
            }
        } else if (within instanceof ArrayNode array && !array.isEmpty()) {
            JsonNode before = array.get(0);
            for (String value : VALUES) {
                array.set(0, Json.mapper().readTree(value));
                whenReplaced.run();
            }
            array.set(0, before);
            replaceEach(before, whenReplaced);
        }
    }
}
