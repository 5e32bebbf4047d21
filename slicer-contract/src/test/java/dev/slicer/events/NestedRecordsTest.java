package dev.slicer.events;

import static com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One thing wrong, deep in an event that is right otherwise: the golden files, changed in one place. */
class NestedRecordsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            CheckpointEvent     | /comparison/rows/0/language        | null   | comparison.rows[0]: a row needs a benchmark and a language
            CheckpointEvent     | /comparison/rows/1                 | null   | comparison: a row is missing
            CheckpointEvent     | /comparison/rows                   | []     | comparison: there is no language to compare
            CheckpointEvent     | /comparison/rows/0/currentF1       | "NaN"  | comparison.rows[0]: currentF1 must be between 0 and 1, got NaN
            CheckpointEvent     | /comparison/rows/0/candidateF1     | 1e400  | comparison.rows[0]: candidateF1 must be between 0 and 1, got Infinity
            CheckpointEvent     | /comparison/rows/0/tolerance       | -0.1   | comparison.rows[0]: tolerance must be between 0 and 1, got -0.1
            CheckpointEvent     | /comparison/rows/0/unanswered      | 33     | comparison.rows[0]: unanswered must be between 0 and documents, got 33 of 32
            CheckpointEvent     | /comparison/macroTolerance         | 2      | comparison: macroTolerance must be between 0 and 1, got 2.0
            CheckpointEvent     | /comparison/scoring                | ""     | comparison: a comparison needs a scoring
            CheckpointEvent     | /checkpointId                      | "../a" | checkpointId must begin with a letter or digit
            CheckpointEvent     | /current                           | "a/b"  | current must begin with a letter or digit
            CheckpointEvent     | /documents                         | -1     | documents must be between 0 and 2147483647, got -1
            CheckpointEvent     | /at                                | "+1000000000-12-31T23:59:59.999999999Z" | at must be in the years 1 to 9999, got
            CheckpointPublished | /labels/0                          | null   | labels[0] is missing
            CheckpointPublished | /labels/0                          | " "    | labels is blank
            CheckpointPublished | /digest                            | "md5:0a" | digest must be sha256: and 64 hexadecimal digits in lower case, got "md5:0a"
            TrialDocument       | /digest                            | ""     | digest must be sha256: and 64 hexadecimal digits in lower case, got ""
            CheckpointPublished | /h                                 | 0      | h must be at least 1, got 0
            DocumentScored      | /counts/0/byType/PER               | null   | counts[0]: byType.PER is missing
            DocumentScored      | /counts/0/byType/PER/falsePositives | -1    | counts[0].byType.PER: counts can't be negative
            DocumentScored      | /counts/0/byType/PER/falsePositives | 9223372036854775807 | counts[0]: byType.PER.falsePositives must be between 0 and 2147483647
            DocumentScored      | /counts/0                          | null   | counts[0] is missing
            DocumentScored      | /matches/strict                    | null   | matches.strict is missing
            DocumentScored      | /matches/strict/missed             | 9223372036854775807 | matches.strict.missed must be between 0 and 2147483647
            DocumentScored      | /modelId                           | "a\\n-b" | modelId must be a name
            DocumentScored      | /language                          | "x y"  | language must be a BCP 47 code
            EntitiesEvent       | /entities/0/type                   | null   | entities[0].type is missing
            EntitiesEvent       | /entities/0/text                   | null   | entities[0].text is missing
            EntitiesEvent       | /entities/0/score                  | "NaN"  | entities[0].score must be between 0 and 1, got NaN
            EntitiesEvent       | /entities/0/end                    | 0      | entities[0]: offsets must satisfy 0 <= start < end, got 0..0
            EntitiesEvent       | /entities/0/startCodePoint         | -1     | entities[0]: offsets must satisfy 0 <= startCodePoint < endCodePoint
            EntitiesEvent       | /entities/1                        | null   | entities[1] is missing
            EntitiesEvent       | /tags/2                            | null   | tags[2] is missing
            EntitiesEvent       | /subTokenTags/1                    | null   | subTokenTags[1] is missing
            EntitiesEvent       | /subTokenTags/0/1                  | null   | subTokenTags[1] is missing
            LabelledDocument    | /words/0                           | null   | words[0] is missing
            LabelledDocument    | /tags/0                            | null   | tags[0] is missing
            TrialDocument       | /modelId                           | "."    | modelId must begin with a letter or digit
            TrialDocument       | /document                          | null   | document is missing
            TrainingRequest     | /jobId                             | "a/b"  | jobId must begin with a letter or digit
            TrainingRequest     | /train/1                           | null   | train[1] is missing
            TrainingRequest     | /types/0                           | null   | types[0] is missing
            TrainingRequest     | /labelMap/DATE                     | null   | labelMap.DATE is missing
            TrainingRequest     | /benchmark/test/sw                 | null   | benchmark: test.sw is missing
            TrainingStatus      | /jobId                             | ".."   | jobId must begin with a letter or digit
            TrainingStatus      | /remainingSeconds                  | 1e400  | remainingSeconds must be a number of at least 0, got Infinity
            TrainingStatus      | /trainer                           | "a/b"  | trainer must be a name
            TrainingStatus      | /jobId                             | ""     | jobId is blank
            """)
    void shouldNameWhatIsWrongInside(String event, String place, String wrong, String message) throws Exception {
        // Given
        Class<? extends Event> type =
                Class.forName("dev.slicer.events." + event).asSubclass(Event.class);
        JsonNode json = golden(type);
        set(
                json,
                JsonPointer.compile(place),
                Json.mapper().reader(USE_BIG_DECIMAL_FOR_FLOATS).readTree(wrong));
        byte[] value = EventJson.write(json);

        // When and then
        assertThatThrownBy(() -> EventJson.read(value, type)).isInstanceOfSatisfying(InvalidEventException.class, e -> {
            assertThat(e.getMessage()).startsWith(message);
            assertThat(e.reason()).isEqualTo(InvalidEventException.Reason.INVALID_VALUE);
        });
    }

    private static void set(JsonNode json, JsonPointer place, JsonNode value) {
        JsonNode parent = json.at(place.head());
        if (parent instanceof ArrayNode array) {
            array.set(place.last().getMatchingIndex(), value);
        } else {
            ((ObjectNode) parent).set(place.last().getMatchingProperty(), value);
        }
    }

    private static JsonNode golden(Class<? extends Event> type) throws IOException {
        String name = Event.schemaOf(type).replaceAll("schemas/|\\.schema\\.json", "");
        try (InputStream stream = NestedRecordsTest.class.getResourceAsStream("/events/" + name + ".json")) {
            return Json.mapper().readTree(stream);
        }
    }
}
