package dev.slicer.kafka.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.envelope.DeadLetterHeaders;
import dev.slicer.events.envelope.LetterContent;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.events.envelope.ValueReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordSizesTest {
    private static final String LETTERS = "dead-letters";
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    /** What a record of 4 MiB leaves to compression is 64 KiB. */
    private static final int LIMIT = 4 * MIB - 64 * KIB;

    private final List<String> passedOver = new ArrayList<>();
    private final RecordSizes sizes = new RecordSizes(passedOver::add);

    @Test
    void shouldKeepBytesAndHeadersInDeadLetter() {
        // Given: a record that was a dead letter before and was fed back
        Headers headers = new RecordHeaders()
                .add("traceparent", bytes("00-1-2-01"))
                .add("dead-letter-offset", bytes("1"))
                .add("dead-letter-value-bytes", bytes("1"));

        // When
        ProducerRecord<byte[], byte[]> letter =
                letter(new byte[] {1}, new byte[] {(byte) 0xff}, headers).orElseThrow();

        // Then
        assertThat(letter.key()).containsExactly(1);
        assertThat(letter.value()).containsExactly(0xff);
        assertThat(text(letter.headers()))
                .containsOnly(
                        Map.entry("traceparent", "00-1-2-01"),
                        Map.entry("dead-letter-reason", "not_json"),
                        Map.entry("dead-letter-cause", "not JSON: at 1"),
                        Map.entry("dead-letter-topic", "documents"),
                        Map.entry("dead-letter-partition", "2"),
                        Map.entry("dead-letter-offset", "17"),
                        Map.entry("dead-letter-content", "whole"));
    }

    @ParameterizedTest
    @EnumSource(LetterContent.class)
    void shouldHaveNoMoreOfARecordThanItIsAllowedTo(LetterContent content) {
        // Given: a value whose end names somebody, and a header that does
        byte[] value = bytes("{\"text\": \"" + "Nyeri. ".repeat(50) + "Wangari Maathai\"}");
        Headers headers = new RecordHeaders().add("author", bytes("Nyerere"));

        // When
        ProducerRecord<byte[], byte[]> letter = new RecordSizes(passedOver::add, content)
                .deadLetter(LETTERS, record(bytes("key"), value, headers), DeadLetterReason.NOT_JSON, "not JSON: at 1")
                .orElseThrow();

        // Then
        String told = new String(letter.value() == null ? new byte[0] : letter.value(), StandardCharsets.UTF_8);
        Map<String, String> said = text(letter.headers());
        switch (content) {
            case WHOLE -> {
                assertThat(letter.value()).isEqualTo(value);
                assertThat(said).doesNotContainKey("dead-letter-value-sha256");
            }
            case HEAD -> {
                assertThat(letter.value()).isEqualTo(Arrays.copyOf(value, 256));
                assertThat(letter.key()).isEqualTo(bytes("key"));
                assertThat(said).containsEntry("author", "Nyerere");
                assertThat(told).doesNotContain("Maathai");
            }
            case HASH -> {
                assertThat(letter.value()).isNull();
                assertThat(letter.key()).isNull();
                assertThat(said.keySet()).allMatch(DeadLetterHeaders::include);
            }
        }
        if (content != LetterContent.WHOLE) {
            assertThat(said)
                    .containsEntry("dead-letter-value-bytes", String.valueOf(value.length))
                    .containsEntry(
                            "dead-letter-value-sha256", ValueReference.of(value).sha256());
        }
        assertThat(said).containsEntry("dead-letter-content", content.text()).containsEntry("dead-letter-offset", "17");
    }

    @Test
    void shouldReferToAValueThatDoesNotFitAndShowItsBeginning() {
        // Given
        byte[] value = new byte[6 * MIB];
        new Random(1).nextBytes(value);

        // When
        ProducerRecord<byte[], byte[]> letter = letter(
                        bytes("key"), value, new RecordHeaders().add("tenant", bytes("blue")))
                .orElseThrow();

        // Then
        assertThat(letter.key()).isEqualTo(bytes("key"));
        assertThat(letter.value()).isEqualTo(Arrays.copyOf(value, 64 * KIB));
        assertThat(text(letter.headers()))
                .containsEntry("tenant", "blue")
                .containsEntry("dead-letter-topic", "documents")
                .containsEntry("dead-letter-partition", "2")
                .containsEntry("dead-letter-offset", "17")
                .containsEntry("dead-letter-value-bytes", "6291456")
                .containsEntry(
                        "dead-letter-value-sha256", ValueReference.of(value).sha256());
        assertThat(sizes.passedOver()).isZero();
    }

    /** Whatever of a record is large, what is written for it fits, and what it says of the value is true. */
    @Property(tries = 100)
    void shouldFitWhateverIsLarge(
            @ForAll @IntRange(max = 5 * MIB) int key,
            @ForAll @IntRange(max = 12 * MIB) int value,
            @ForAll @IntRange(max = 5 * MIB) int header,
            @ForAll @IntRange(max = 200_000) int cause) {
        // Given
        ConsumerRecord<byte[], byte[]> record =
                record(new byte[key], new byte[value], new RecordHeaders().add("h", new byte[header]));

        // When
        ProducerRecord<byte[], byte[]> letter = sizes.deadLetter(
                        LETTERS, record, DeadLetterReason.NOT_JSON, "é".repeat(cause))
                .orElseThrow();

        // Then
        assertThat(RecordSizes.of(letter)).isLessThanOrEqualTo(LIMIT);
        Optional<ValueReference> reference =
                DeadLetterHeaders.fromHeaders(headers(letter)).orElseThrow().reference();
        assertThat(reference).isIn(Optional.empty(), Optional.of(ValueReference.of(record.value())));
        if (reference.isEmpty()) {
            assertThat(letter.key()).isEqualTo(record.key());
            assertThat(letter.value()).isEqualTo(record.value());
            assertThat(letter.headers().lastHeader("h").value()).hasSize(header);
        }
    }

    @Test
    void shouldBeTheBareReferenceWhereTheTopicTakesLittleAndNothingWhereItTakesLess() {
        // Given: a topic that refused 40 KB, so that 20 KB are left to try
        byte[] value = new byte[100 * KIB];
        sizes.refused(new ProducerRecord<>(LETTERS, new byte[40_000]));

        // When and then
        ProducerRecord<byte[], byte[]> bare =
                letter(bytes("key"), value, new RecordHeaders()).orElseThrow();
        assertThat(Optional.ofNullable(bare.value())).isEmpty();
        assertThat(text(bare.headers())).containsEntry("dead-letter-value-bytes", "102400");
        assertThat(sizes.low()).containsOnly(Map.entry(LETTERS, 19_751));

        // When: it refuses a tenth of that, too
        sizes.refused(new ProducerRecord<>(LETTERS, new byte[400]));

        // Then: the record is passed over, which is counted and told
        assertThat(letter(bytes("key"), value, new RecordHeaders())).isEmpty();
        assertThat(passedOver).containsExactly("documents");
        assertThat(sizes.passedOver()).isEqualTo(1);
        assertThat(sizes.lastPassedOver())
                .hasValue(
                        "documents-2 offset 17: dead-letters takes no more than 260 bytes, too little for a dead letter");
    }

    @Test
    void shouldMeasureNoRecordSmallerThanKafkaDoes() {
        // Given
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("t", new byte[1000], new byte[100_000]);
        record.headers().add("größe", new byte[500]).add("none", null);

        // When
        int kafkas = org.apache.kafka.common.record.internal.AbstractRecords.estimateSizeInBytesUpperBound(
                org.apache.kafka.common.record.internal.RecordBatch.CURRENT_MAGIC_VALUE,
                org.apache.kafka.common.record.internal.CompressionType.NONE,
                record.key(),
                record.value(),
                record.headers().toArray());

        // Then
        assertThat(RecordSizes.of(record)).isBetween((long) kafkas, kafkas + 100L);
        assertThat(RecordSize.limit(RecordSize.MAX_BYTES)).isEqualTo(LIMIT);
    }

    private Optional<ProducerRecord<byte[], byte[]>> letter(byte[] key, byte[] value, Headers headers) {
        return sizes.deadLetter(LETTERS, record(key, value, headers), DeadLetterReason.NOT_JSON, "not JSON: at 1");
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value, Headers headers) {
        return new ConsumerRecord<>(
                "documents", 2, 17, 0, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
    }

    private static Map<String, byte[]> headers(ProducerRecord<?, ?> record) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        return headers;
    }

    private static Map<String, String> text(Headers headers) {
        Map<String, String> text = new LinkedHashMap<>();
        headers.forEach(header -> text.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return text;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
