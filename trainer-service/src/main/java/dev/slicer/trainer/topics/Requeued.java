package dev.slicer.trainer.topics;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What the headers of a request say that a trainer put into its topic again, so that the share group gives it out as if it
 * were new.
 *
 * @param from {@linkplain #place where} the request lay before, which counts no more
 * @param step the furthest that was saved of the job then
 */
public record Requeued(String from, int step) {
    private static final String FROM = "requeued-from";
    private static final String STEP = "requeued-at-step";

    /** Empty where the request came from its sender. */
    public static Optional<Requeued> of(ConsumerRecord<?, ?> record) {
        return text(record, FROM)
                .map(from -> new Requeued(
                        from, text(record, STEP).map(Requeued::number).orElse(0)));
    }

    /** Topic, partition and offset of a record, as {@code slicer.training-requests-0-17}. */
    public static String place(ConsumerRecord<?, ?> record) {
        return record.topic() + "-" + record.partition() + "-" + record.offset();
    }

    void writeTo(Headers headers) {
        headers.remove(FROM).remove(STEP);
        headers.add(FROM, from.getBytes(StandardCharsets.UTF_8));
        headers.add(STEP, Integer.toString(step).getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> text(ConsumerRecord<?, ?> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** Anybody can write headers. */
    private static int number(String text) {
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }
}
