package dev.slicer.trainer.intake;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.channels.ChannelSender;
import dev.slicer.service.metrics.PassedOver;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.topics.TrainingTopics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RequestIntakeTest {
    private static final Topics TOPICS = Topics.defaults();

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final List<String> written = new CopyOnWriteArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean brokerAway;
    private volatile boolean fault;
    private final RequestIntake intake = intake(this::written);

    @Test
    void shouldReportARequestAsQueued() {
        // When
        intake.take(request("job"));

        // Then
        assertThat(written).containsExactly("job");
    }

    @Test
    void shouldHandWhatIsNoRequestToTheChannelsDeadLetters() {
        // When and then
        assertThatThrownBy(() -> intake.take(record("{\"jobId\":\"empty\",\"train\":[]}")))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("train is empty");
        assertThat(refused).hasValue(1);
        assertThat(written).isEmpty();
    }

    @Test
    void shouldGoOnBehindARequestThatItFailsOn() {
        // Given
        fault = true;

        // When
        intake.take(request("fault"));

        // Then
        assertThat(refused).hasValue(0);
        assertThat(registry.get("slicer.passed.over.records")
                        .tag("reason", "failed")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void shouldWaitWithARequestUntilTheBrokerTakesTheReport() {
        // Given
        brokerAway = true;
        CompletableFuture<Void> taken = CompletableFuture.runAsync(() -> intake.take(request("job")));
        await("an attempt in vain").until(() -> attempts.get() > 1);
        assertThat(taken).isNotDone();

        // When
        brokerAway = false;

        // Then
        taken.join();
        assertThat(written).containsExactly("job");
    }

    @Test
    void shouldLeaveARequestForLaterWhenItStopsBeforeTheBrokerAnswers() {
        // Given
        brokerAway = true;
        intake.close();

        // When and then
        assertThatThrownBy(() -> intake.take(request("job"))).isInstanceOf(KafkaException.class);
    }

    private RequestIntake intake(ChannelSender sender) {
        return new RequestIntake(
                new JobBoard(),
                new TrainingTopics(
                        sender,
                        sender,
                        sender,
                        sender,
                        TOPICS,
                        new KafkaEvents(URI.create("/test"), Clock.systemUTC()),
                        new RecordSizes()),
                refused::incrementAndGet,
                new PassedOver(registry));
    }

    private Uni<RecordMetadata> written(ProducerRecord<byte[], byte[]> record) {
        attempts.incrementAndGet();
        if (fault) {
            throw new NullPointerException("a fault of ours");
        }
        if (brokerAway) {
            return Uni.createFrom().failure(new KafkaException("the broker is gone"));
        }
        written.add(new String(record.key(), StandardCharsets.UTF_8));
        return Uni.createFrom().item(new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, 0, 0, 0));
    }

    private static ConsumerRecord<byte[], byte[]> request(String jobId) {
        return record(new String(
                EventJson.write(new TrainingRequest(
                        jobId,
                        "mbert",
                        List.of("sample:en.train"),
                        Map.of(),
                        List.of("PER"),
                        Hyperparameters.defaults())),
                StandardCharsets.UTF_8));
    }

    private static ConsumerRecord<byte[], byte[]> record(String value) {
        return new ConsumerRecord<>(TOPICS.trainingRequests(), 0, 0, null, value.getBytes(StandardCharsets.UTF_8));
    }
}
