package dev.slicer.events.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLetterHeadersTest {
    private final DeadLetterHeaders headers =
            new DeadLetterHeaders("not_json", "not JSON: at „1“", "slicer.documents", 2, 1L << 40);

    @Test
    void shouldReadWhatItWrote() {
        // When
        Map<String, byte[]> written = headers.toHeaders();

        // Then
        assertThat(DeadLetterHeaders.fromHeaders(written)).contains(headers);
        assertThat(written)
                .containsOnlyKeys(
                        "dead-letter-reason",
                        "dead-letter-cause",
                        "dead-letter-topic",
                        "dead-letter-partition",
                        "dead-letter-offset",
                        "dead-letter-content")
                .allSatisfy((name, value) ->
                        assertThat(DeadLetterHeaders.include(name)).isTrue());
    }

    @Test
    void shouldNotKnowWhereRecordsOfOthersLay() {
        // Given
        Map<String, byte[]> noNumber = new HashMap<>(headers.toHeaders());
        noNumber.put("dead-letter-offset", "-1".getBytes(StandardCharsets.UTF_8));
        Map<String, byte[]> noTopic = new HashMap<>(headers.toHeaders());
        noTopic.remove("dead-letter-topic");

        // When and then
        assertThat(DeadLetterHeaders.fromHeaders(noNumber)).isEmpty();
        assertThat(DeadLetterHeaders.fromHeaders(noTopic)).isEmpty();
        assertThat(DeadLetterHeaders.fromHeaders(Map.of())).isEmpty();
    }

    /** SHA-256 of "abc" as FIPS 180-2 has it. */
    @Test
    void shouldReferToAValueAsItIsDocumented() throws IOException {
        // Given
        DeadLetterHeaders referring = new DeadLetterHeaders(
                        "text_too_long",
                        "text has 6200000 UTF-16 units, at most 200000 are configured",
                        "slicer.documents",
                        2,
                        1L << 40)
                .with(LetterContent.HEAD, ValueReference.of("abc".getBytes(StandardCharsets.UTF_8)));

        // When
        Map<String, byte[]> written = referring.toHeaders();

        // Then
        assertThat(written.entrySet().stream()
                        .map(header -> header.getKey() + ": " + new String(header.getValue(), StandardCharsets.UTF_8))
                        .sorted())
                .containsExactlyElementsOf(golden("/events/dead-letter-reference.headers"));
        assertThat(DeadLetterHeaders.fromHeaders(written)).contains(referring);
    }

    @Test
    void shouldReadLettersOfEarlierVersionsWhichDidNotSayHowMuchTheyHave() {
        // Given
        Map<String, byte[]> whole = new HashMap<>(headers.toHeaders());
        Map<String, byte[]> referring = new HashMap<>(
                headers.with(LetterContent.HASH, ValueReference.of(new byte[0])).toHeaders());
        whole.remove("dead-letter-content");
        referring.remove("dead-letter-content");

        // When and then
        assertThat(DeadLetterHeaders.fromHeaders(whole)).contains(headers);
        assertThat(DeadLetterHeaders.fromHeaders(referring))
                .map(DeadLetterHeaders::content)
                .contains(LetterContent.HEAD);
    }

    /** Its value must not pass for the record's. */
    @Test
    void shouldNotReadALetterWhoseReferenceIsDamaged() {
        // Given
        Map<String, byte[]> written = new HashMap<>(
                headers.with(LetterContent.HEAD, ValueReference.of(new byte[0])).toHeaders());
        written.remove("dead-letter-value-sha256");

        // When and then
        assertThat(DeadLetterHeaders.fromHeaders(written)).isEmpty();
    }

    private static List<String> golden(String name) throws IOException {
        try (InputStream resource = DeadLetterHeadersTest.class.getResourceAsStream(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
