package dev.slicer.evaluator;

import dev.slicer.evaluator.drift.DriftBoard;
import dev.slicer.evaluator.drift.DriftMetrics;
import dev.slicer.evaluator.drift.DriftProcessor;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.join.EvaluationStream;
import dev.slicer.evaluator.promotion.CheckpointLedger;
import dev.slicer.evaluator.promotion.Comparisons;
import dev.slicer.evaluator.promotion.PromotionLoop;
import dev.slicer.evaluator.promotion.PromotionMetrics;
import dev.slicer.evaluator.scores.ScoreBoard;
import dev.slicer.evaluator.scores.ScoreGauges;
import dev.slicer.evaluator.scores.ScoreReader;
import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.TopicWorker;
import dev.slicer.kafka.reading.TopicReader;
import dev.slicer.kafka.reading.TopicTail;
import dev.slicer.kafka.reading.Waiting;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.topics.TopicSetup;
import dev.slicer.kafka.transactions.StreamWatch;
import dev.slicer.service.channels.Channels;
import dev.slicer.service.channels.WholeChannels;
import dev.slicer.service.health.TopicReaders;
import dev.slicer.service.metrics.BoundedLabels;
import dev.slicer.service.metrics.LanguageLabels;
import dev.slicer.service.metrics.PassedOver;
import dev.slicer.service.metrics.WatchMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Ties the evaluator's parts together. */
@Singleton
public class EvaluatorService {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    /** That have labels of their own in metrics. */
    private static final int MOST_BENCHMARKS = 32;

    private final EvaluationStream stream;
    private final TopicTail scores;
    private final WholeChannels checkpoints;
    private final PromotionMetrics promotionMetrics;
    private final Optional<PromotionLoop> promotion;
    private final StreamWatch watch;
    private final List<TopicWorker> workers = new ArrayList<>();

    EvaluatorService(
            KafkaClients kafka,
            Topics topics,
            TopicSetup setup,
            KafkaEvents events,
            EvaluatorSettings settings,
            MeterRegistry registry,
            ScoreBoard board,
            CheckpointLedger ledger,
            DriftBoard drift,
            PassedOver passedOver,
            Channels channels,
            Clock clock) {
        LanguageLabels languages = new LanguageLabels();
        BoundedLabels benchmarks = new BoundedLabels(MOST_BENCHMARKS);
        GoldRules rules =
                settings.goldRules(() -> EvaluationStream.goldLimit(kafka.sizes(), topics, settings.groupFor(topics)));
        ScoreReader reading = new ScoreReader(board, new ScoreGauges(registry, board, languages));
        Set<String> scoreTopics = Set.of(topics.scores());
        scores = new TopicTail(kafka.reader(), scoreTopics, passedOver.handling(scoreTopics, reading::read));
        promotionMetrics = new PromotionMetrics(
                registry, ledger, languages, benchmarks, settings.metrics().models());
        checkpoints = channels.whole(
                Map.of(
                        EvaluatorChannels.CHECKPOINTS,
                        topics.checkpoints(),
                        EvaluatorChannels.CHECKPOINT_EVENTS,
                        topics.checkpointEvents(),
                        EvaluatorChannels.CHECKPOINT_TELEMETRY,
                        topics.checkpointTelemetry(),
                        EvaluatorChannels.TRAINING_PROGRESS,
                        topics.trainingProgress()),
                ledger::read);
        passedOver.watch(List.of(topics.trialAnswers()));
        stream = EvaluationStream.of(
                settings.streamSettings(topics, setup.replicas()),
                kafka,
                topics,
                events,
                rules,
                ledger::serving,
                registry,
                languages,
                DriftProcessor.supplier(drift, new DriftMetrics(registry, drift), languages, passedOver),
                passedOver);
        promotion = settings.promotion().enabled()
                ? Optional.of(new PromotionLoop(
                        kafka,
                        topics,
                        events,
                        clock,
                        ledger,
                        checkpoints::caughtUp,
                        passedOver,
                        rules,
                        settings.trialSettings(),
                        settings.groupFor(topics) + "-promotion",
                        settings.instance()))
                : Optional.empty();
        watch = new StreamWatch(
                kafka,
                stream.watched(),
                admin -> Waiting.ofAll(List.of(stream.waiting(admin), readers().waiting())));
        WatchMetrics.register(watch, registry);
        workers.add(new TopicWorker("evaluation-scores", setup.ready(), scores));
        workers.add(new TopicWorker("evaluation-join", setup.ready(), stream::start));
        promotion.ifPresent(loop -> {
            promotionMetrics.watch(loop);
            workers.add(new TopicWorker("evaluation-promotion", setup.ready(), loop));
        });
    }

    void start(@Observes StartupEvent start) {
        checkpoints.start();
        workers.forEach(TopicWorker::start);
        promotionMetrics.start();
        watch.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        workers.forEach(TopicWorker::stopWaiting);
        promotionMetrics.close();
        watch.close();
        promotion.ifPresent(PromotionLoop::close);
        stream.close();
        scores.close();
        checkpoints.close();
        for (TopicWorker worker : workers) {
            worker.join(STOP_LIMIT);
        }
    }

    /** Takes a record of what the topics say of checkpoints. */
    void followCheckpoints(ConsumerRecord<byte[], byte[]> record) {
        checkpoints.handle(record);
    }

    EvaluationStream stream() {
        return stream;
    }

    /** What holds the reading or the deciding up. */
    Optional<String> problem() {
        return watch.problem().or(() -> promotion.flatMap(PromotionLoop::problem));
    }

    /** Whether what the topics held when the evaluator started has been read again. */
    boolean rebuilt() {
        return scores.hasCaughtUp() && checkpoints.hasCaughtUp();
    }

    TopicReaders readers() {
        List<TopicReader> readers = new ArrayList<>(List.of(scores, checkpoints));
        promotion.ifPresent(readers::add);
        return new TopicReaders(readers);
    }

    /** What REST shows. */
    static class Boards {
        @Produces
        @Singleton
        ScoreBoard scores(EvaluatorSettings settings, Clock clock) {
            return new ScoreBoard(clock, settings.keepGold());
        }

        @Produces
        @Singleton
        CheckpointLedger checkpoints(Topics topics) {
            return new CheckpointLedger(topics);
        }

        @Produces
        @Singleton
        Comparisons comparisons(KafkaClients kafka) {
            return new Comparisons(kafka);
        }

        @Produces
        @Singleton
        DriftBoard drift(EvaluatorSettings settings, Clock clock) {
            return new DriftBoard(settings.driftSettings(), clock);
        }
    }
}
