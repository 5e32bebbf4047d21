package dev.slicer.evaluator.join;

import dev.slicer.evaluator.gold.Answer;
import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.gold.RefusedGoldException;
import dev.slicer.evaluator.gold.Scorer;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.Event;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialAnswer;
import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.metrics.PassedOver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jboss.logging.Logger;

/**
 * Joins gold and answers by document id, in whatever order and however often they come. Each document counts once for each
 * model that answers it: of gold or answers that come twice the first counts. One that nobody answers within the wait
 * counts as missed by the model that serves, until the answer comes after all: then that counts in its place.
 *
 * <p>The wait begins anew with a restart, and is long against the time in which a backlog is read: what was answered
 * while the evaluator was away is no miss.
 */
final class Join implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = Logger.getLogger(Join.class);

    /** A labelled document that nobody has answered yet. */
    private record Waiting(GoldDocument gold, long deadline) {}

    private final JoinTopology.Settings settings;
    private final GoldRules rules;
    private final Topics topics;
    private final KafkaEvents events;
    private final RecordSizes sizes;
    private final JoinMetrics metrics;
    private final PassedOver passedOver;
    /** In the order of their deadlines, as all wait alike. */
    private final Map<String, Waiting> pending = new LinkedHashMap<>();

    private ProcessorContext<byte[], byte[]> context;
    private JoinStores stores;

    Join(
            JoinTopology.Settings settings,
            GoldRules rules,
            Topics topics,
            KafkaEvents events,
            RecordSizes sizes,
            JoinMetrics metrics,
            PassedOver passedOver) {
        this.settings = settings;
        this.rules = rules;
        this.topics = topics;
        this.events = events;
        this.sizes = sizes;
        this.metrics = metrics;
        this.passedOver = passedOver;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> toForwardTo) {
        context = toForwardTo;
        stores = JoinStores.of(context, passedOver);
        stores.forEachGold(gold -> {
            if (stores.scoredBy(gold.documentId()).isEmpty()) {
                await(gold);
            }
        });
        context.schedule(Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, this::countMissed);
        context.schedule(Duration.ofMinutes(1), PunctuationType.WALL_CLOCK_TIME, this::forget);
    }

    @Override
    public void close() {
        pending.values()
                .forEach(waiting -> metrics.pending(
                        waiting.gold().benchmark(), waiting.gold().language(), -1));
        pending.clear();
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        passedOver.take(StreamRecords.asConsumed(record, context), this::join);
    }

    private void join(ConsumerRecord<byte[], byte[]> consumed) {
        // By the key, so that answers to users' documents are not parsed in vain.
        boolean isOfGold = GoldDocument.isId(consumed.key());
        if (consumed.topic().equals(topics.goldDocuments())) {
            if (isOfGold && consumed.value() == null) {
                forget(new String(consumed.key(), StandardCharsets.UTF_8));
            } else {
                gold(consumed);
            }
        } else if (isOfGold) {
            answer(consumed);
        }
    }

    /** All that is known of a document, answers without gold included; its scores count no more. */
    private void forget(String documentId) {
        stores.gold(documentId)
                .ifPresent(gold -> stores.scoredBy(documentId)
                        .models()
                        .keySet()
                        .forEach(model ->
                                emit(topics.scores(), Scorer.forgotten(gold, model, now()), JoinTopology.SCORES_SINK)));
        answered(documentId);
        stores.forget(documentId);
        LOG.infof("%s is forgotten", documentId);
    }

    private void gold(ConsumerRecord<byte[], byte[]> record) {
        ConsumerRecord<byte[], byte[]> origin = OriginHeaders.restored(topics.labelledDocuments(), record);
        try {
            gold(rules.read(KafkaEvents.read(record, LabelledDocument.class)), origin);
        } catch (InvalidEventException e) {
            refuse(origin, DeadLetterReason.of(e), e.getMessage());
        } catch (RefusedGoldException e) {
            // The rules have been changed since it was sorted.
            refuse(origin, e.reason(), e.getMessage());
        }
    }

    private void gold(GoldDocument gold, ConsumerRecord<byte[], byte[]> origin) {
        Optional<GoldDocument> first = stores.gold(gold.documentId());
        if (first.isPresent() && !first.get().equals(gold)) {
            refuse(
                    origin,
                    DeadLetterReason.GOLD_CONFLICT,
                    gold.documentId() + " came before with other words or tags; the first counts");
            return;
        }
        metrics.forwarded();
        context.forward(
                StreamRecords.asForwarded(question(gold, origin), context.currentSystemTimeMs()),
                JoinTopology.DOCUMENTS_SINK);
        stores.put(gold, context.currentSystemTimeMs());
        if (scoredBy(gold).isEmpty()) {
            await(gold);
        }
        stores.takeEarly(gold.documentId()).forEach(early -> score(gold, early, Optional.empty()));
    }

    /** With the sender's headers, where there is room for them. */
    private ProducerRecord<byte[], byte[]> question(GoldDocument gold, ConsumerRecord<byte[], byte[]> origin) {
        ProducerRecord<byte[], byte[]> question = events.write(topics.documents(), gold.question(), origin);
        return sizes.fits(question) ? question : events.write(topics.documents(), gold.question());
    }

    private void refuse(ConsumerRecord<byte[], byte[]> origin, DeadLetterReason reason, String cause) {
        LOG.warnf(
                "Refused the labelled document at %s-%d offset %d: %s",
                origin.topic(), origin.partition(), origin.offset(), cause);
        metrics.refused(reason);
        sizes.deadLetter(topics.deadLetters(), origin, reason, cause)
                .ifPresent(letter -> context.forward(
                        StreamRecords.asForwarded(letter, origin.timestamp()), JoinTopology.DEAD_LETTERS_SINK));
    }

    private void answer(ConsumerRecord<byte[], byte[]> record) {
        try {
            EntitiesEvent event = KafkaEvents.read(record, EntitiesEvent.class);
            Optional<GoldDocument> gold = stores.gold(event.documentId());
            if (gold.isPresent()) {
                score(gold.get(), event, trial(record));
            } else if (!stores.putEarly(
                    event,
                    context.currentSystemTimeMs(),
                    sizes.limit(JoinStores.earlyChangelog(context.applicationId())))) {
                metrics.unscored(
                        UnscoredReason.TOO_LARGE,
                        event.modelId() + " answered " + event.documentId()
                                + " before its gold came, with more than can be kept until then");
            }
        } catch (InvalidEventException e) {
            metrics.unscored(
                    UnscoredReason.UNREADABLE,
                    record.topic() + "-" + record.partition() + " offset " + record.offset() + ": " + e.getMessage());
        }
    }

    /** What an answer to a trial's question is marked with; what others have put there is none. */
    private static Optional<String> trial(ConsumerRecord<byte[], byte[]> record) {
        return Optional.ofNullable(record.headers().lastHeader(TrialAnswer.HEADER))
                .map(header ->
                        new String(header.value() == null ? new byte[0] : header.value(), StandardCharsets.UTF_8))
                .filter(TrialAnswer::isMark);
    }

    /** @param trial in which it was asked: its answer counts there however often the model has answered before */
    private void score(GoldDocument gold, EntitiesEvent event, Optional<String> trial) {
        JoinStores.ScoredBy before = scoredBy(gold);
        boolean repeats = before.answered(event.modelId());
        if (repeats && trial.isEmpty()) {
            return;
        }
        try {
            DocumentScored score = Scorer.answered(gold, Answer.of(event, gold), now());
            trial.flatMap(asked -> Scorer.inTrial(asked, score))
                    .ifPresent(answer -> emit(topics.trialAnswers(), answer, JoinTopology.TRIAL_ANSWERS_SINK));
            if (repeats) {
                return;
            }
            answered(gold.documentId());
            emit(topics.scores(), score, JoinTopology.SCORES_SINK);
            if (before.missed(event.modelId())) {
                metrics.late();
            }
            stores.put(gold.documentId(), before.answeredBy(event.modelId(), context.currentSystemTimeMs()));
        } catch (Answer.UnscorableException e) {
            metrics.unscored(
                    UnscoredReason.of(e.problem()),
                    event.modelId() + " answered " + gold.documentId() + ": " + e.getMessage());
        }
    }

    /** As far as the scores count still. */
    private JoinStores.ScoredBy scoredBy(GoldDocument gold) {
        return stores.scoredBy(gold.documentId())
                .since(context.currentSystemTimeMs() - settings.keepGold().toMillis());
    }

    private void await(GoldDocument gold) {
        long deadline = context.currentSystemTimeMs() + settings.waitForAnswer().toMillis();
        if (pending.putIfAbsent(gold.documentId(), new Waiting(gold, deadline)) == null) {
            metrics.pending(gold.benchmark(), gold.language(), 1);
        }
    }

    private void answered(String documentId) {
        Waiting waiting = pending.remove(documentId);
        if (waiting != null) {
            metrics.pending(waiting.gold().benchmark(), waiting.gold().language(), -1);
        }
    }

    private void countMissed(long now) {
        List<GoldDocument> missed = new ArrayList<>();
        for (Waiting waiting : pending.values()) {
            if (waiting.deadline() > now) {
                break;
            }
            missed.add(waiting.gold());
        }
        String model = settings.serving().get().orElse(DocumentScored.NO_MODEL);
        for (GoldDocument gold : missed) {
            LOG.warnf("%s got no answer within %s and counts as missed", gold.documentId(), settings.waitForAnswer());
            answered(gold.documentId());
            emit(topics.scores(), Scorer.missed(gold, model, now()), JoinTopology.SCORES_SINK);
            stores.put(gold.documentId(), scoredBy(gold).missedBy(model, now));
        }
    }

    private void forget(long now) {
        stores.forgetGold(now - settings.keepGold().toMillis()).forEach(this::answered);
        stores.forgetEarly(now - settings.waitForAnswer().toMillis())
                .forEach(event -> metrics.unscored(
                        UnscoredReason.GOLD_UNKNOWN,
                        event.modelId() + " answered " + event.documentId() + ", of which there is no gold"));
    }

    /** The topic keeps it from when it was scored on, however old the answer is. */
    private void emit(String topic, Event score, String sink) {
        ProducerRecord<byte[], byte[]> record = events.write(topic, score);
        if (sizes.fits(record)) {
            context.forward(StreamRecords.asForwarded(record, context.currentSystemTimeMs()), sink);
        } else {
            metrics.unscored(
                    UnscoredReason.TOO_LARGE,
                    "the score of " + score.key() + " takes " + RecordSizes.of(record) + " bytes, at most "
                            + sizes.limit(topic) + " fit into a record of " + topic);
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(context.currentSystemTimeMs());
    }
}
