package dev.slicer.evaluator.join;

import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.LabelMap;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.labels.EvaluationLabels;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.json.Json;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Labelled documents and their answers, as bytes, through intake, join, scoring and counting, without Kafka: what is
 * measured is what the evaluator itself does for a document. {@code benchmarks/run join} starts it.
 */
final class JoinBenchmark {
    private static final int PAIRS = 40_000;
    private static final int THREADS = 2;
    private static final Topics TOPICS = Topics.defaults();
    private static final KafkaEvents EVENTS = new KafkaEvents(URI.create("/benchmark"), Clock.systemUTC());
    private static final GoldRules RULES = new GoldRules(Set.of(), Set.of(), false);

    private record Pair(ProducerRecord<byte[], byte[]> gold, ProducerRecord<byte[], byte[]> answer) {}

    private record Labelled(String language, Sentence sentence) {}

    private JoinBenchmark() {}

    /** @param args runs, folder of the benchmark data, the benchmark's name in its figures */
    public static void main(String[] args) throws IOException, InterruptedException {
        PrintStream lines = System.out;
        System.setOut(System.err);
        int runs = Integer.parseInt(args[0]);
        List<Labelled> sentences = sentences(Path.of(args[1]));
        List<List<Pair>> shares = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            shares.add(pairs(sentences, thread));
        }
        double[] rates = new double[runs];
        for (int run = -1; run < runs; run++) {
            double rate = THREADS * PAIRS / seconds(shares);
            System.err.printf(Locale.ROOT, "  %s: %.0f pairs/s%n", run < 0 ? "warm-up" : "run " + (run + 1), rate);
            if (run >= 0) {
                rates[run] = rate;
            }
        }
        Arrays.sort(rates);
        Map<String, Object> figure = new LinkedHashMap<>();
        figure.put("name", args[2]);
        figure.put("subject", "slicer");
        figure.put("metric", "pair-throughput");
        figure.put("unit", "pairs/s");
        figure.put("median", Math.rint((rates[(runs - 1) / 2] + rates[runs / 2]) / 2));
        figure.put("min", Math.rint(rates[0]));
        figure.put("max", Math.rint(rates[runs - 1]));
        figure.put("n", runs);
        lines.println(Json.mapper().writeValueAsString(figure));
    }

    private static List<Labelled> sentences(Path data) throws IOException {
        List<Labelled> sentences = new ArrayList<>();
        if (Files.isDirectory(data.resolve("masakhaner"))) {
            try (Stream<Path> files = Files.list(data.resolve("masakhaner"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".test.conll"))
                        .sorted()
                        .toList()) {
                    String language = file.getFileName().toString().split("\\.")[0];
                    Corpora.open(file.toString(), LabelMap.parse("DATE=O"))
                            .sentences()
                            .forEach(sentence -> sentences.add(new Labelled(language, sentence)));
                }
            }
        } else {
            SampleCorpus.languages()
                    .forEach(language -> Corpora.open("sample:" + language + ".test", LabelMap.identity())
                            .sentences()
                            .forEach(sentence -> sentences.add(new Labelled(language, sentence))));
        }
        return sentences;
    }

    /** Every fourth answer finds no entity; each has tags of two sub-tokens a word, as inference would write them. */
    private static List<Pair> pairs(List<Labelled> sentences, int thread) {
        List<Pair> pairs = new ArrayList<>(PAIRS);
        for (int i = 0; i < PAIRS; i++) {
            Labelled labelled = sentences.get(i % sentences.size());
            String id = thread + "-" + i;
            List<String> words = labelled.sentence().words();
            List<String> tags = labelled.sentence().tags();
            List<String> found = i % 4 == 0 ? Collections.nCopies(tags.size(), "O") : tags;
            LabelledDocument gold = new LabelledDocument(id, "masakhaner", labelled.language(), words, tags);
            EntitiesEvent answer = new EntitiesEvent(
                    RULES.read(gold).documentId(),
                    Optional.of(labelled.language()),
                    Optional.empty(),
                    "mbert-h96",
                    Instant.EPOCH,
                    List.of(),
                    Optional.of(found),
                    Optional.of(found.stream().map(tag -> List.of(tag, tag)).collect(Collectors.toList())),
                    Optional.of(new EntitiesEvent.SubTokenCount(2 * words.size(), 0)));
            pairs.add(
                    new Pair(EVENTS.write(TOPICS.labelledDocuments(), gold), EVENTS.write(TOPICS.entities(), answer)));
        }
        return pairs;
    }

    private static double seconds(List<List<Pair>> shares) throws InterruptedException {
        MeterRegistry registry = new SimpleMeterRegistry();
        JoinMetrics metrics = new JoinMetrics(registry, new EvaluationLabels());
        List<Thread> threads = shares.stream()
                .map(share -> new Thread(() -> run(share, metrics)))
                .toList();
        long start = System.nanoTime();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double scored = registry.get("slicer.evaluation.documents").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
        if (scored != THREADS * PAIRS) {
            throw new IllegalStateException(scored + " documents were scored, not " + THREADS * PAIRS);
        }
        return seconds;
    }

    private static void run(List<Pair> share, JoinMetrics metrics) {
        MockProcessorContext<byte[], byte[]> intakeContext = context();
        MockProcessorContext<byte[], byte[]> joinContext = context();
        MockProcessorContext<byte[], DocumentScored> countingContext = context();
        for (StoreBuilder<?> builder : JoinStores.builders(false)) {
            StateStore store = builder.withLoggingDisabled().build();
            store.init(joinContext.getStateStoreContext(), store);
            joinContext.addStateStore(store);
        }
        PassedOver passedOver = new PassedOver(new SimpleMeterRegistry());
        RecordSizes sizes = new RecordSizes();
        GoldIntake intake = new GoldIntake(RULES, TOPICS, sizes, metrics, passedOver);
        Join join = new Join(
                new JoinTopology.Settings(Duration.ofMinutes(10), Duration.ofDays(30), Optional::empty, false),
                RULES,
                TOPICS,
                EVENTS,
                sizes,
                metrics,
                passedOver);
        ScoreCounter counting = new ScoreCounter(metrics, passedOver);
        intake.init(intakeContext);
        join.init(joinContext);
        counting.init(countingContext);
        for (int i = 0; i < share.size(); i++) {
            pass(
                    intake,
                    intakeContext,
                    TOPICS.labelledDocuments(),
                    i,
                    record(share.get(i).gold()));
            intakeContext
                    .forwarded(JoinTopology.GOLD_SINK)
                    .forEach(gold -> pass(join, joinContext, TOPICS.goldDocuments(), 0, gold.record()));
            intakeContext.resetForwards();
            pass(join, joinContext, TOPICS.entities(), i, record(share.get(i).answer()));
            joinContext
                    .forwarded(JoinTopology.SCORES_SINK)
                    .forEach(score -> pass(counting, countingContext, TOPICS.scores(), 0, score.record()));
            countingContext.resetForwards();
            joinContext.resetForwards();
        }
    }

    private static <K, V> MockProcessorContext<K, V> context() {
        return new MockProcessorContext<>(new Properties(), new TaskId(0, 0), null);
    }

    private static void pass(
            Processor<byte[], byte[], ?, ?> processor,
            MockProcessorContext<?, ?> context,
            String topic,
            long offset,
            Record<? extends byte[], ? extends byte[]> record) {
        context.setRecordMetadata(topic, 0, offset);
        context.setCurrentSystemTimeMs(record.timestamp());
        processor.process(new Record<>(record.key(), record.value(), record.timestamp(), record.headers()));
    }

    private static Record<byte[], byte[]> record(ProducerRecord<byte[], byte[]> sent) {
        return new Record<>(sent.key(), sent.value(), 0, sent.headers());
    }
}
