package dev.slicer.evaluator.drift;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * What this instance's share of users' documents was like, by language and model: lately and before. Documents fall
 * into partitions by their ids, so that the share is a fair sample. Safe for use by several threads.
 */
public final class DriftBoard {
    /** @param from start of the window, in milliseconds of Unix time */
    record WindowKey(String model, String language, long from) {}

    private record ModelLanguage(String model, String language) {}

    /**
     * How far the last documents are from those before.
     *
     * @param measure what is compared
     * @param language {@code all} where languages themselves are compared
     * @param distance Jensen-Shannon distance, 0 to 1
     */
    record Distance(String measure, String language, String model, double distance) {}

    /** @param window {@code current} or {@code reference} */
    record Documents(String window, String language, String model, long documents) {}

    private record Windows(DriftWindow current, DriftWindow reference) {
        static Windows empty() {
            return new Windows(DriftWindow.empty(), DriftWindow.empty());
        }
    }

    private static final String ALL_LANGUAGES = "all";

    private final DriftSettings settings;
    private final Clock clock;
    private final Map<Object, Map<WindowKey, DriftWindow>> byTask = new HashMap<>();
    private final Map<Object, Set<WindowKey>> changed = new HashMap<>();

    public DriftBoard(DriftSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** The window that a document belongs to. */
    WindowKey windowOf(String model, String language, long timestamp) {
        long length = settings.windowMillis();
        return new WindowKey(model, language, timestamp / length * length);
    }

    synchronized void add(Object task, WindowKey key, DriftWindow documents) {
        if (key.from() >= oldest()) {
            byTask.computeIfAbsent(task, first -> new HashMap<>())
                    .computeIfAbsent(key, first -> DriftWindow.empty())
                    .add(documents);
            changed.computeIfAbsent(task, first -> new HashSet<>()).add(key);
        }
    }

    /** Takes back a window that was stored. */
    synchronized void restore(Object task, WindowKey key, DriftWindow window) {
        byTask.computeIfAbsent(task, first -> new HashMap<>()).put(key, window);
    }

    /** Hands out what has changed since the last time, and nothing for windows that are too old to count. */
    synchronized void store(Object task, BiConsumer<WindowKey, Optional<DriftWindow>> store) {
        Map<WindowKey, DriftWindow> stored = byTask.getOrDefault(task, Map.of());
        List<WindowKey> old =
                stored.keySet().stream().filter(key -> key.from() < oldest()).toList();
        old.forEach(key -> {
            stored.remove(key);
            store.accept(key, Optional.empty());
        });
        Set<WindowKey> keys = Optional.ofNullable(changed.remove(task)).orElse(Set.of());
        keys.stream().filter(stored::containsKey).forEach(key -> store.accept(key, Optional.of(stored.get(key))));
    }

    /** Another instance has the partition now, with what is stored. */
    synchronized void drop(Object task) {
        byTask.remove(task);
        changed.remove(task);
    }

    synchronized List<Documents> documents() {
        List<Documents> documents = new ArrayList<>();
        windows().forEach((series, windows) -> {
            documents.add(new Documents(
                    "current",
                    series.language(),
                    series.model(),
                    windows.current().count()));
            documents.add(new Documents(
                    "reference",
                    series.language(),
                    series.model(),
                    windows.reference().count()));
        });
        return documents;
    }

    /** Of all series that have documents enough in both windows. */
    synchronized List<Distance> distances() {
        List<Distance> distances = new ArrayList<>();
        Map<String, SortedMap<String, Long>> current = new TreeMap<>();
        Map<String, SortedMap<String, Long>> reference = new TreeMap<>();
        windows().forEach((series, windows) -> {
            count(current, series, windows.current());
            count(reference, series, windows.reference());
            if (isEnough(windows.current().count())
                    && isEnough(windows.reference().count())) {
                distances.addAll(distances(series, windows));
            }
        });
        current.forEach((model, byLanguage) -> {
            SortedMap<String, Long> before = reference.get(model);
            if (isEnough(sum(byLanguage)) && isEnough(sum(before))) {
                distance(byLanguage, before)
                        .ifPresent(value -> distances.add(new Distance("languages", ALL_LANGUAGES, model, value)));
            }
        });
        return distances;
    }

    private static void count(Map<String, SortedMap<String, Long>> counts, ModelLanguage series, DriftWindow window) {
        counts.computeIfAbsent(series.model(), first -> new TreeMap<>())
                .merge(series.language(), window.count(), Long::sum);
    }

    private boolean isEnough(long documents) {
        return documents >= settings.minDocuments();
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static List<Distance> distances(ModelLanguage series, Windows windows) {
        List<Distance> distances = new ArrayList<>();
        DriftWindow now = windows.current();
        DriftWindow before = windows.reference();
        add(distances, "entities_per_document", series, distance(now.entities(), before.entities()));
        add(distances, "scores", series, distance(now.scores(), before.scores()));
        add(distances, "unknown_sub_tokens", series, distance(now.unknown(), before.unknown()));
        add(distances, "entity_types", series, distance(now.types(), before.types()));
        return distances;
    }

    private static void add(List<Distance> distances, String measure, ModelLanguage series, Optional<Double> distance) {
        distance.ifPresent(value -> distances.add(new Distance(measure, series.language(), series.model(), value)));
    }

    private static Optional<Double> distance(SortedMap<String, Long> now, SortedMap<String, Long> before) {
        SortedSet<String> bins = new TreeSet<>(now.keySet());
        bins.addAll(before.keySet());
        return distance(counts(now, bins), counts(before, bins));
    }

    private static long[] counts(SortedMap<String, Long> of, SortedSet<String> bins) {
        return bins.stream()
                .mapToLong(bin -> Objects.requireNonNullElse(of.get(bin), 0L))
                .toArray();
    }

    /** Empty where one of them is, as the scores of documents without entities are. */
    private static Optional<Double> distance(long[] now, long[] before) {
        return isEmpty(now) || isEmpty(before) ? Optional.empty() : Optional.of(JensenShannon.distance(now, before));
    }

    private static boolean isEmpty(long[] counts) {
        for (long count : counts) {
            if (count > 0) {
                return false;
            }
        }
        return true;
    }

    private Map<ModelLanguage, Windows> windows() {
        long border = clock.millis() - settings.current().toMillis();
        long oldest = oldest();
        Map<ModelLanguage, Windows> windows = new HashMap<>();
        byTask.values()
                .forEach(stored -> stored.forEach((key, window) -> {
                    if (key.from() >= oldest) {
                        Windows both = windows.computeIfAbsent(
                                new ModelLanguage(key.model(), key.language()), first -> Windows.empty());
                        (key.from() >= border ? both.current() : both.reference()).add(window);
                    }
                }));
        return windows;
    }

    private long oldest() {
        return clock.millis() - settings.keptMillis();
    }
}
