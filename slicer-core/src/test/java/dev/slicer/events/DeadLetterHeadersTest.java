package dev.slicer.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
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
                        "dead-letter-offset")
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
}
