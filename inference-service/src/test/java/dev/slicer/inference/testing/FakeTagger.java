package dev.slicer.inference.testing;

import dev.slicer.engine.Precision;
import dev.slicer.inference.model.WarmUp;
import dev.slicer.labels.LabelSet;
import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.TaggedSubTokens;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.tagging.TokenizedDocument;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.ReadSubTokens;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.Word;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a person in each word "Maathai" or "محفوظ", waits on each text with "hold" and fails on each with "poison". A
 * sub-token has four UTF-16 units; its vocabulary lacks the snowman.
 */
public final class FakeTagger implements Tagger {
    private static final Pattern PERSON = Pattern.compile("Maathai|محفوظ");

    private static final double SCORE = 0.9;
    private static final int SUB_TOKEN = 4;
    private static final String UNKNOWN = "\u2603";

    private final String modelId;
    private final Duration delay;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger calls = new AtomicInteger();
    private final Set<Document> computed = ConcurrentHashMap.newKeySet();

    public FakeTagger(String modelId) {
        this(modelId, Duration.ZERO);
    }

    public FakeTagger(String modelId, Duration delay) {
        this.modelId = modelId;
        this.delay = delay;
    }

    /** One chunk, of as many tokens as the text has UTF-16 units. */
    private record Text(Document document, TaggingOptions options) implements TokenizedDocument, Chunk {
        @Override
        public List<Chunk> chunks() {
            return List.of(this);
        }

        @Override
        public int tokens() {
            return Math.max(1, document.text().length());
        }

        @Override
        public TaggedDocument decode() {
            return tag(document, options);
        }
    }

    @Override
    public TokenizedDocument tokenize(Document document, TaggingOptions options) {
        return new Text(document, options);
    }

    @Override
    public void compute(List<? extends Chunk> chunks, int cores) {
        calls.incrementAndGet();
        try {
            Thread.sleep(isWarmUp(chunks) ? 0 : delay.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closed.get()) {
            throw new IllegalStateException(modelId + " was closed while in use");
        }
        for (Chunk chunk : chunks) {
            Document document = ((Text) chunk).document();
            Hold.pass(document.text());
            if (document.text().contains("poison")) {
                throw new IllegalArgumentException("cannot digest " + document.text());
            }
            computed.add(document);
        }
    }

    public Set<Document> computed() {
        return Set.copyOf(computed);
    }

    private static boolean isWarmUp(List<? extends Chunk> chunks) {
        return chunks.stream().allMatch(chunk -> WarmUp.DOCUMENTS.contains(((Text) chunk).document()));
    }

    @Override
    public int cores() {
        return 1;
    }

    @Override
    public int maxBatchTokens() {
        return 2048;
    }

    @Override
    public List<TaggedSubTokens> tagSubTokens(List<Document> documents) {
        throw new UnsupportedOperationException("the service tags words");
    }

    private static TaggedDocument tag(Document document, TaggingOptions options) {
        String text = document.text();
        List<Entity> entities = new ArrayList<>();
        Matcher matcher = PERSON.matcher(text);
        boolean wanted = options.minScore() <= SCORE
                && (options.types().isEmpty() || options.types().contains("PER"));
        while (wanted && matcher.find()) {
            int codePoint = text.codePointCount(0, matcher.start());
            entities.add(new Entity(
                    "PER",
                    matcher.group(),
                    matcher.start(),
                    matcher.end(),
                    codePoint,
                    codePoint + matcher.group().length(),
                    SCORE));
        }
        List<String> tags = document.words().stream()
                .map(word -> PERSON.matcher(word.of(text)).matches() ? "B-PER" : "O")
                .toList();
        List<Word> words = document.words();
        return new TaggedDocument(
                document,
                words,
                tags,
                entities,
                Optional.of("sw").filter(code -> text.contains("alizaliwa")),
                Optional.of(new ReadSubTokens(
                        words.stream().mapToInt(FakeTagger::subTokens).sum(),
                        (int) words.stream()
                                .filter(word -> word.of(text).equals(UNKNOWN))
                                .count(),
                        options.subTokenTags() ? Optional.of(subTokenTags(words, tags)) : Optional.empty())));
    }

    private static int subTokens(Word word) {
        return (word.end() - word.start() + SUB_TOKEN - 1) / SUB_TOKEN;
    }

    private static List<List<String>> subTokenTags(List<Word> words, List<String> tags) {
        List<List<String>> all = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            List<String> ofWord = new ArrayList<>(
                    Collections.nCopies(subTokens(words.get(i)), tags.get(i).replace("B-", "I-")));
            ofWord.set(0, tags.get(i));
            all.add(ofWord);
        }
        return all;
    }

    public int calls() {
        return calls.get();
    }

    public boolean isClosed() {
        return closed.get();
    }

    @Override
    public String modelId() {
        return modelId;
    }

    @Override
    public LabelSet labels() {
        return LabelSet.ofTypes(List.of("PER"));
    }

    @Override
    public Precision precision() {
        return Precision.FP32;
    }

    @Override
    public void close() {
        closed.set(true);
    }
}
