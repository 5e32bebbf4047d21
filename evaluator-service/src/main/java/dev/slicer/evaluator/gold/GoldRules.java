package dev.slicer.evaluator.gold;

import dev.slicer.events.EventJson;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.LabelledDocument.LabelledEntity;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.labels.LabelSpelling;
import dev.slicer.labels.LabelSpelling.UnreadableLabelException;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.labels.TagScheme;
import dev.slicer.labels.WordSpans;
import dev.slicer.language.Languages;
import dev.slicer.segmentation.Detokenizer;
import dev.slicer.segmentation.ReadableText;
import dev.slicer.segmentation.WordBreaker;
import dev.slicer.text.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/**
 * What a labelled document must be like to be scored against.
 *
 * @param benchmarks those that are known; empty to take any
 * @param types entity types that are known; empty to take any
 * @param rawText whether documents are published without their words, so that the model has to find these as in users' documents
 * @param maxBytes of each record that is made of a document: to be asked, to be tried, and to be kept
 */
public record GoldRules(Set<String> benchmarks, Set<String> types, boolean rawText, IntSupplier maxBytes) {
    /** Benchmarks become metric labels and parts of ids. */
    private static final Pattern BENCHMARK = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private static final int LONGEST_ID = 512;
    private static final String OUTSIDE = "O";
    /** Id of the model, times and names of fields, around what a document itself takes. */
    private static final int AROUND_BYTES = 4 * 1024;
    /** Of a UTF-16 unit in JSON, {@code \u0001} for one. */
    private static final int MOST_BYTES_OF_UNIT = 6;
    /** Of a word with its tag: {@code {"start":1000000,"end":1000007},"B-PER",}. */
    private static final int MOST_BYTES_OF_WORD = 64;

    public GoldRules {
        benchmarks = Set.copyOf(benchmarks);
        types = Set.copyOf(types);
    }

    /** For topics that take all that this project writes. */
    public GoldRules(Set<String> benchmarks, Set<String> types, boolean rawText) {
        this(benchmarks, types, rawText, () -> RecordSize.limit(RecordSize.MAX_BYTES));
    }

    /** @throws RefusedGoldException naming the first thing that is wrong, by its place and never by what stands there */
    public GoldDocument read(LabelledDocument labelled) {
        if (labelled.id().length() > LONGEST_ID) {
            throw refused(
                    DeadLetterReason.INVALID_VALUE,
                    "id has " + labelled.id().length() + " characters, at most " + LONGEST_ID + " are taken");
        }
        checkBenchmark(labelled.benchmark());
        if (Languages.code(labelled.language()).isEmpty()) {
            throw refused(DeadLetterReason.UNKNOWN_LANGUAGE, "language is none of ISO 639");
        }
        GoldDocument gold = labelled.entities()
                .map(entities -> ofEntities(labelled, entities))
                .orElseGet(() -> ofWords(labelled));
        checkSize(gold);
        return gold;
    }

    /** Words with their offsets take more than words alone: what came in a record may not go into one. */
    private void checkSize(GoldDocument gold) {
        int most = maxBytes.getAsInt() - AROUND_BYTES;
        if (atMost(gold) > most) {
            int bytes = EventJson.write(gold).length;
            if (bytes > most) {
                throw refused(
                        DeadLetterReason.RECORD_TOO_LARGE,
                        "with its " + gold.words().size() + " words and their offsets the document takes " + bytes
                                + " bytes, at most " + most + " fit into a record");
            }
        }
    }

    private static long atMost(GoldDocument gold) {
        long tags = gold.tags().stream().mapToLong(String::length).sum();
        return MOST_BYTES_OF_UNIT * (gold.text().length() + gold.documentId().length() + tags)
                + MOST_BYTES_OF_WORD * (long) gold.words().size();
    }

    private void checkBenchmark(String benchmark) {
        if (!BENCHMARK.matcher(benchmark).matches()) {
            throw refused(DeadLetterReason.INVALID_VALUE, "benchmark must match " + BENCHMARK);
        }
        if (!benchmarks.isEmpty() && !benchmarks.contains(benchmark)) {
            throw refused(
                    DeadLetterReason.UNKNOWN_BENCHMARK,
                    "benchmark is none of " + list(benchmarks) + " (slicer.evaluator.benchmarks)");
        }
    }

    private void checkType(String type, String where) {
        if (!types.isEmpty() && !types.contains(type)) {
            throw refused(
                    DeadLetterReason.UNKNOWN_TYPE,
                    where + " is of a type that is none of " + list(types) + " (slicer.evaluator.types)");
        }
    }

    private GoldDocument ofWords(LabelledDocument labelled) {
        List<String> tags = Spans.withoutSilentBorders(
                tags(labelled), word -> isSilent(labelled.words().get(word)));
        for (int i = 0; i < tags.size(); i++) {
            if (!tags.get(i).equals(OUTSIDE)) {
                checkType(tags.get(i).substring(2), "tags[" + i + "]");
            }
        }
        Detokenizer.Joined joined = labelled.text()
                .map(text -> new Detokenizer.Joined(text, wordsIn(text, labelled.words())))
                .orElseGet(() -> Detokenizer.join(labelled.words(), labelled.language()));
        return document(labelled, joined.text(), joined.words(), tags, rawText);
    }

    /** As IOB2, of which a document alone cannot tell whether an {@code I-} that continues nothing is an entity. */
    private static List<String> tags(LabelledDocument labelled) {
        List<String> tags = spelled(labelled.tags());
        TagScheme scheme = labelled.scheme().orElseGet(() -> schemeOf(labelled.tags(), tags));
        try {
            List<String> converted = scheme.toIob2(tags);
            if (labelled.scheme().isEmpty() && scheme == TagScheme.IOB2) {
                requireEqual(tags, converted);
            }
            return scheme == TagScheme.IOB2 ? tags : converted;
        } catch (IllegalArgumentException wrong) {
            throw refused(DeadLetterReason.INVALID_VALUE, "tags: " + wrong.getMessage());
        }
    }

    private static TagScheme schemeOf(List<String> labels, List<String> tags) {
        if (LabelSpelling.areTypes(labels)) {
            return TagScheme.IOB1;
        }
        return TagScheme.detect(List.of(tags)) == TagScheme.BILOU ? TagScheme.BILOU : TagScheme.IOB2;
    }

    private static List<String> spelled(List<String> labels) {
        try {
            Map<String, String> tags = LabelSpelling.tagsOfCorpus(new LinkedHashSet<>(labels));
            return labels.stream().map(tags::get).toList();
        } catch (UnreadableLabelException unreadable) {
            throw refused(
                    DeadLetterReason.INVALID_VALUE,
                    "tags[" + labels.indexOf(unreadable.label()) + "]: " + unreadable.unquoted());
        }
    }

    private static void requireEqual(List<String> tags, List<String> valid) {
        for (int i = 0; i < tags.size(); i++) {
            if (!tags.get(i).equals(valid.get(i))) {
                throw refused(
                        DeadLetterReason.INVALID_VALUE,
                        "tags[" + i
                                + "] goes on with an entity that the tag before it is not of, but in IOB2 an entity "
                                + "begins with B-; where that is meant, say scheme IOB1, or IOB2 for no entity");
            }
        }
    }

    private static boolean isSilent(String word) {
        return ReadableText.form(word).isEmpty();
    }

    /**
     * Each word must follow the one before, with nothing but blanks between: else gold and text are not the same. Both are
     * compared as models read them, so that one may be composed and the other not.
     */
    private static List<Word> wordsIn(String text, List<String> words) {
        ReadableText readable = ReadableText.of(text);
        List<Word> read = new ArrayList<>(words.size());
        int end = 0;
        for (int i = 0; i < words.size(); i++) {
            String form = ReadableText.form(words.get(i));
            int start = afterBlanks(readable.text(), end);
            if (!readable.text().startsWith(form, start)) {
                throw notAligned(i, readable.sentOffset(start));
            }
            if (!form.isEmpty()) {
                end = start + form.length();
                read.add(new Word(start, end));
            }
        }
        int rest = afterBlanks(readable.text(), end);
        if (rest < readable.text().length()) {
            throw refused(
                    DeadLetterReason.GOLD_NOT_ALIGNED,
                    "the text goes on at offset " + readable.sentOffset(rest) + ", after the last of the words");
        }
        return withSilentWords(text, words, readable.sentWords(read));
    }

    /** @param spoken where the words that say something are */
    private static List<Word> withSilentWords(String text, List<String> words, List<Word> spoken) {
        List<Word> found = new ArrayList<>(words.size());
        int next = 0;
        int end = 0;
        for (int i = 0; i < words.size(); i++) {
            Optional<Word> following = next < spoken.size() ? Optional.of(spoken.get(next)) : Optional.empty();
            Word word;
            if (isSilent(words.get(i))) {
                int start = text.indexOf(words.get(i), end);
                if (start < 0
                        || start + words.get(i).length()
                                > following.map(Word::start).orElse(text.length())) {
                    throw notAligned(i, end);
                }
                word = new Word(start, start + words.get(i).length());
            } else {
                int from = end;
                word = following.orElseThrow(() -> notAligned(words.size() - 1, from));
                next++;
            }
            found.add(word);
            end = word.end();
        }
        return found;
    }

    private static RefusedGoldException notAligned(int index, int offset) {
        return refused(
                DeadLetterReason.GOLD_NOT_ALIGNED, "words[" + index + "] is not at offset " + offset + " of the text");
    }

    private static int afterBlanks(String text, int offset) {
        int at = offset;
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** A zero-width joiner or a direction mark stands between words as a space does. */
    private static boolean isBlank(char unit) {
        return Character.isWhitespace(unit)
                || Character.isSpaceChar(unit)
                || Character.getType(unit) == Character.FORMAT
                || Character.isISOControl(unit);
    }

    private GoldDocument ofEntities(LabelledDocument labelled, List<LabelledEntity> unsorted) {
        String text = labelled.text().orElseThrow();
        List<LabelledEntity> entities = unsorted.stream()
                .sorted(Comparator.comparingInt(LabelledEntity::start))
                .toList();
        List<Word> words = dividedAtBorders(WordBreaker.words(text, Optional.of(labelled.language())), entities);
        if (words.isEmpty()) {
            throw refused(DeadLetterReason.GOLD_NOT_ALIGNED, "the text has no words");
        }
        List<Span> spans = new ArrayList<>(entities.size());
        for (LabelledEntity entity : entities) {
            String where = "the entity at " + entity.start() + ".." + entity.end();
            checkType(entity.type(), where);
            spans.add(WordSpans.covering(words, entity.type(), entity.start(), entity.end())
                    .orElseThrow(() -> refused(DeadLetterReason.GOLD_NOT_ALIGNED, where + " holds no word")));
        }
        return document(labelled, text, words, Spans.toIob2(spans, words.size()), true);
    }

    /** So that gold borders are always borders of words, wherever the corpus has them. */
    private static List<Word> dividedAtBorders(List<Word> words, List<LabelledEntity> entities) {
        Set<Integer> borders = new TreeSet<>();
        entities.forEach(entity -> {
            borders.add(entity.start());
            borders.add(entity.end());
        });
        List<Word> divided = new ArrayList<>(words.size());
        for (Word word : words) {
            int start = word.start();
            for (int border : borders) {
                if (border > start && border < word.end()) {
                    divided.add(new Word(start, border));
                    start = border;
                }
            }
            divided.add(new Word(start, word.end()));
        }
        return divided;
    }

    private static GoldDocument document(
            LabelledDocument labelled, String text, List<Word> words, List<String> tags, boolean raw) {
        String id = GoldDocument.ID_PREFIX + labelled.benchmark() + "/" + labelled.language() + "/" + labelled.id();
        return new GoldDocument(id, labelled.benchmark(), labelled.language(), text, words, tags, raw);
    }

    static boolean isTag(String tag) {
        return tag.equals(OUTSIDE) || ((tag.startsWith("B-") || tag.startsWith("I-")) && tag.length() > 2);
    }

    private static String list(Set<String> names) {
        return String.join(", ", new TreeSet<>(names));
    }

    private static RefusedGoldException refused(DeadLetterReason reason, String message) {
        return new RefusedGoldException(reason, message);
    }
}
