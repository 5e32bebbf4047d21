package dev.slicer.kafka.records;

import dev.slicer.events.envelope.DeadLetterHeaders;
import dev.slicer.events.envelope.LetterContent;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.events.envelope.ValueReference;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How large a record of each topic may be, as {@link RecordSize} wants it or as the broker has it where that is less, and
 * what a dead letter has where the record is larger. Safe for use by several threads.
 */
public final class RecordSizes {
    private static final Logger LOG = LoggerFactory.getLogger(RecordSizes.class);

    /** Of a value in a letter that is to have no more than its beginning: which sort of record it was, not what it said. */
    private static final int HEAD_BYTES = 256;

    private final Consumer<String> onPassedOver;
    private final LetterContent letters;
    /** The topics' {@code max.message.bytes}, where the broker told it. */
    private final ConcurrentMap<String, Integer> known = new ConcurrentHashMap<>();
    /** What is left to try of topics that refused a record that should have fitted. */
    private final ConcurrentMap<String, Integer> refused = new ConcurrentHashMap<>();

    private final CountDownLatch needed = new CountDownLatch(1);
    private final AtomicLong passedOver = new AtomicLong();
    private volatile Optional<String> lastPassedOver = Optional.empty();

    public RecordSizes() {
        this(topic -> {});
    }

    public RecordSizes(Consumer<String> onPassedOver) {
        this(onPassedOver, LetterContent.WHOLE);
    }

    /**
     * @param onPassedOver is told the topic of each record of which nothing is kept
     * @param letters how much of a record its dead letter has at most
     */
    public RecordSizes(Consumer<String> onPassedOver, LetterContent letters) {
        this.onPassedOver = onPassedOver;
        this.letters = letters;
    }

    /** Bytes that a record of the topic may have before it is compressed, headers and all. */
    public int limit(String topic) {
        return RecordSize.limit(Math.min(
                known.getOrDefault(topic, RecordSize.MAX_BYTES), refused.getOrDefault(topic, RecordSize.MAX_BYTES)));
    }

    public static long of(ProducerRecord<byte[], byte[]> record) {
        return RecordSize.of(orNone(record.key()), orNone(record.value())) + of(record.headers());
    }

    private static long of(Headers headers) {
        long bytes = 0;
        for (Header header : headers) {
            bytes += of(header);
        }
        return bytes;
    }

    private static long of(Header header) {
        return RecordSize.ofHeader(header.key(), orNone(header.value()));
    }

    public boolean fits(ProducerRecord<byte[], byte[]> record) {
        return of(record) <= limit(record.topic());
    }

    /**
     * A record as it came, with headers that say why it could not be used and where it lay. Where letters are to have less, or
     * their topic has no room for it, the beginning of its value with a {@link ValueReference}, and of key and headers what is
     * small; where that is too much as well, the reference alone.
     *
     * @param topic of the dead letters
     * @param cause what is wrong, for people
     * @return empty where not even the reference fits; the record is counted as passed over then
     */
    public Optional<ProducerRecord<byte[], byte[]>> deadLetter(
            String topic, ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, String cause) {
        DeadLetterHeaders why = new DeadLetterHeaders(
                reason.label(), RecordSize.shortened(cause), record.topic(), record.partition(), record.offset());
        Optional<ProducerRecord<byte[], byte[]>> letter = Stream.of(LetterContent.values())
                .filter(content -> content.compareTo(letters) >= 0)
                .map(content -> letter(topic, record, content, why))
                .filter(this::fits)
                .findFirst();
        if (letter.isEmpty()) {
            passOver(record, topic + " takes no more than " + limit(topic) + " bytes, too little for a dead letter");
        }
        return letter;
    }

    private ProducerRecord<byte[], byte[]> letter(
            String topic, ConsumerRecord<byte[], byte[]> record, LetterContent content, DeadLetterHeaders why) {
        if (content == LetterContent.WHOLE) {
            return letter(topic, record.key(), record.value(), senders(record, Integer.MAX_VALUE), why);
        }
        DeadLetterHeaders referring = why.with(content, ValueReference.of(record.value()));
        if (content == LetterContent.HASH) {
            return letter(topic, null, null, new RecordHeaders(), referring);
        }
        int most = RecordSize.MAX_FOREIGN_BYTES;
        return letter(
                topic,
                ValueReference.head(record.key(), most),
                ValueReference.head(record.value(), letters == LetterContent.WHOLE ? most : HEAD_BYTES),
                senders(record, most),
                referring);
    }

    private static ProducerRecord<byte[], byte[]> letter(
            String topic, byte[] key, byte[] value, RecordHeaders headers, DeadLetterHeaders why) {
        why.toHeaders().forEach(headers::add);
        return new ProducerRecord<>(topic, null, null, key, value, headers);
    }

    /** The sender's own headers of a dead letter; what an earlier dead letter said is no more true. */
    private static RecordHeaders senders(ConsumerRecord<byte[], byte[]> record, int maxBytes) {
        return small(record.headers(), name -> !DeadLetterHeaders.include(name), maxBytes);
    }

    /** Headers in their order, without those for which there is no room any more. */
    static RecordHeaders small(Headers headers, Predicate<String> wanted, int maxBytes) {
        RecordHeaders small = new RecordHeaders();
        long left = maxBytes;
        for (Header header : headers) {
            if (wanted.test(header.key()) && of(header) <= left) {
                left -= of(header);
                small.add(header);
            }
        }
        return small;
    }

    /** Counts a record of which nothing is kept, not even a dead letter, and logs it. */
    public void passOver(ConsumerRecord<byte[], byte[]> record, String why) {
        String place = record.topic() + "-" + record.partition() + " offset " + record.offset();
        LOG.error("{} is passed over: {}", place, why);
        passedOver.incrementAndGet();
        lastPassedOver = Optional.of(place + ": " + why);
        onPassedOver.accept(record.topic());
    }

    /** How many records were passed over since the start. */
    public long passedOver() {
        return passedOver.get();
    }

    /** Where the last of them lay, and why it was passed over. */
    public Optional<String> lastPassedOver() {
        return lastPassedOver;
    }

    /** Topics whose records must be smaller than they are meant to be able to be, with the bytes that they may have. */
    public Map<String, Integer> low() {
        return Stream.concat(known.keySet().stream(), refused.keySet().stream())
                .distinct()
                .filter(topic -> limit(topic) < RecordSize.limit(RecordSize.MAX_BYTES))
                .collect(Collectors.toMap(topic -> topic, this::limit, (a, b) -> a, TreeMap::new));
    }

    /** There is a client of Kafka's, which a service that answers over REST alone never has. */
    public void need() {
        needed.countDown();
    }

    public void awaitNeed() throws InterruptedException {
        needed.await();
    }

    /** Asks the broker what topics take; what it does not tell, as without the right to ask, stays as it was. */
    public void read(Admin admin, Collection<String> topics) {
        Map<ConfigResource, KafkaFuture<Config>> asked = admin.describeConfigs(topics.stream()
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                        .toList())
                .values();
        asked.forEach((topic, answer) -> {
            try {
                int bytes = Integer.parseInt(
                        answer.get().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
                Integer before = known.put(topic.name(), bytes);
                if (before == null || before != bytes) {
                    // A refusal is explained by that, or was of another time.
                    refused.remove(topic.name());
                }
            } catch (ExecutionException e) {
                LOG.debug(
                        "what {} takes is not known: {}",
                        topic.name(),
                        e.getCause().getMessage());
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        });
    }

    /** The topics that refused a record which should have fitted. */
    public Set<String> inDoubt() {
        return Set.copyOf(refused.keySet());
    }

    /** The broker found a record too large. Half of it may fit; if not, it is halved again. */
    public void refused(ProducerRecord<byte[], byte[]> record) {
        int half = (int) (Math.min(of(record), limit(record.topic())) / 2);
        refused.merge(record.topic(), half, Math::min);
        LOG.warn(
                "{} refused a record of {} bytes; its max.message.bytes should be {}",
                record.topic(),
                of(record),
                RecordSize.MAX_BYTES);
    }

    private static byte[] orNone(byte[] bytes) {
        return bytes == null ? new byte[0] : bytes;
    }
}
