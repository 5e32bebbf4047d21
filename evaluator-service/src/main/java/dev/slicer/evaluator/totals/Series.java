package dev.slicer.evaluator.totals;

import dev.slicer.events.ScoreTotals;
import dev.slicer.metrics.MatchCounts;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The scores of one benchmark, model and language, as far as they count, added up. */
final class Series {
    private static final int FORM = 1;

    /** Whether it has changed since it was last published. */
    private boolean changed;

    private long documents;
    private long missed;
    private Optional<Instant> lastAnswer = Optional.empty();
    private final SortedMap<String, Tally> scorings = new TreeMap<>();
    private final SortedMap<String, MatchCounts> matches;

    Series() {
        this(new TreeMap<>());
    }

    private Series(SortedMap<String, MatchCounts> matches) {
        this.matches = matches;
    }

    void add(Contribution score) {
        changed = true;
        documents++;
        if (score.missed()) {
            missed++;
        } else if (lastAnswer.filter(score.at()::isBefore).isEmpty()) {
            lastAnswer = Optional.of(score.at());
        }
        score.scorings()
                .forEach((scoring, byType) ->
                        scorings.computeIfAbsent(scoring, first -> new Tally()).add(byType));
        score.matches().forEach((schema, counts) -> matches.merge(schema, counts, MatchCounts::plus));
    }

    void remove(Contribution score) {
        changed = true;
        documents--;
        if (score.missed()) {
            missed--;
        }
        score.scorings()
                .forEach((scoring, byType) -> scorings.computeIfPresent(scoring, (same, tally) -> {
                    tally.remove(byType);
                    return tally.isEmpty() ? null : tally;
                }));
        score.matches()
                .forEach((schema, counts) -> matches.computeIfPresent(schema, (same, before) -> before.minus(counts)));
    }

    /** Forgets an answer of before, which counts no more. */
    void forgetBefore(Instant time) {
        if (lastAnswer.filter(at -> at.isBefore(time)).isPresent()) {
            lastAnswer = Optional.empty();
            changed = true;
        }
    }

    /** The next document is the first of a new series. */
    void forgetAllWhereEmpty() {
        if (isEmpty()) {
            lastAnswer = Optional.empty();
            matches.clear();
        }
    }

    void published() {
        changed = false;
    }

    boolean hasChanged() {
        return changed;
    }

    boolean isEmpty() {
        return documents == 0;
    }

    long documents() {
        return documents;
    }

    /** Takes some microseconds for each document: intervals are drawn. */
    ScoreTotals totals(String benchmark, String modelId, String language) {
        return new ScoreTotals(
                benchmark,
                modelId,
                language,
                documents,
                missed,
                lastAnswer,
                scorings.entrySet().stream()
                        .map(entry -> entry.getValue().totals(entry.getKey()))
                        .toList(),
                matches);
    }

    byte[] packed() {
        Packer packer =
                new Packer().number(FORM).flag(changed).number(documents).number(missed);
        packer.flag(lastAnswer.isPresent());
        lastAnswer.ifPresent(packer::time);
        packer.number(scorings.size());
        scorings.forEach((scoring, tally) -> {
            packer.text(scoring);
            tally.write(packer);
        });
        packer.number(matches.size());
        matches.forEach((schema, counts) -> Contribution.write(schema, counts, packer));
        return packer.packed();
    }

    static Series of(byte[] bytes) {
        Unpacker packed = new Unpacker(bytes);
        packed.requireForm(FORM);
        boolean changed = packed.flag();
        long documents = packed.number();
        long missed = packed.number();
        Optional<Instant> lastAnswer = packed.flag() ? Optional.of(packed.time()) : Optional.empty();
        SortedMap<String, Tally> scorings = new TreeMap<>();
        for (int left = packed.size(); left > 0; left--) {
            scorings.put(packed.text(), Tally.read(packed));
        }
        Series series = new Series(Contribution.readMatches(packed));
        series.changed = changed;
        series.documents = documents;
        series.missed = missed;
        series.lastAnswer = lastAnswer;
        series.scorings.putAll(scorings);
        return series;
    }
}
