package dev.slicer.evaluator;

import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.labels.EvaluationLabels;
import dev.slicer.evaluator.promotion.CheckpointLedger;
import dev.slicer.evaluator.promotion.PromotionLoop;
import dev.slicer.evaluator.promotion.PromotionMetrics;
import dev.slicer.evaluator.scores.ScoreBoard;
import dev.slicer.evaluator.scores.ScoreGauges;
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
import dev.slicer.service.metrics.PassedOver;
import dev.slicer.service.metrics.WatchMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Ties the evaluator's parts together. */
@Singleton
public class EvaluatorService {
    private static final Logger LOG = Logger.getLogger(EvaluatorService.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration REFRESH_EVERY = Duration.ofSeconds(1);

    private final EvaluationStream stream;
    private final ScoreGauges gauges;
    private final TopicTail totals;
    private final WholeChannels checkpoints;
    private final PromotionMetrics promotionMetrics;
    private final Optional<PromotionLoop> promotion;
    private final StreamWatch watch;
    private final List<TopicWorker> workers = new ArrayList<>();
    private volatile boolean rebuilt;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    EvaluatorService(
            KafkaClients kafka,
            Topics topics,
            TopicSetup setup,
            KafkaEvents events,
            EvaluatorSettings settings,
            MeterRegistry registry,
            ScoreBoard board,
            CheckpointLedger ledger,
            GoldRules rules,
            EvaluationLabels labels,
            EvaluationTopics own,
            EvaluationStream stream,
            PassedOver passedOver,
            Channels channels,
            Clock clock) {
        this.stream = stream;
        gauges = new ScoreGauges(
                registry, board, ledger::promotedAndOnTrial, settings.metrics().scoredModels(), labels);
        Set<String> totalsTopics = Set.of(topics.scoreTotals());
        totals = new TopicTail(kafka.reader(), totalsTopics, passedOver.handling(totalsTopics, board::read));
        promotionMetrics = new PromotionMetrics(
                registry,
                ledger,
                labels.languages(),
                labels.benchmarks(),
                settings.metrics().models());
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
                Map.of(EvaluatorChannels.CHECKPOINT_TELEMETRY, CheckpointLedger.MOST_LOADS),
                ledger::read);
        passedOver.watch(List.of(topics.trialAnswers()));
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
        workers.add(new TopicWorker("evaluation-totals", setup.ready(), totals));
        workers.add(new TopicWorker("evaluation-topics", setup.ready(), own::prepare));
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
        timer.scheduleWithFixedDelay(
                this::refresh, REFRESH_EVERY.toMillis(), REFRESH_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        timer.shutdown();
        workers.forEach(TopicWorker::stopWaiting);
        promotionMetrics.close();
        watch.close();
        promotion.ifPresent(PromotionLoop::close);
        stream.close();
        totals.close();
        checkpoints.close();
        for (TopicWorker worker : workers) {
            worker.join(STOP_LIMIT);
        }
    }

    /** A timer does not go on after a failure. */
    private void refresh() {
        try {
            boolean whole = totals.hasCaughtUp() && checkpoints.hasCaughtUp();
            gauges.refresh();
            if (whole) {
                rebuilt = true;
            }
        } catch (RuntimeException e) {
            LOG.error("the gauges of scores are not refreshed", e);
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
        return stream.problem().or(watch::problem).or(() -> promotion.flatMap(PromotionLoop::problem));
    }

    /** Whether what the topics held when the evaluator started has been read again, and is in the gauges. */
    boolean rebuilt() {
        return rebuilt;
    }

    TopicReaders readers() {
        List<TopicReader> readers = new ArrayList<>(List.of(totals, checkpoints));
        promotion.ifPresent(readers::add);
        return new TopicReaders(readers);
    }
}
