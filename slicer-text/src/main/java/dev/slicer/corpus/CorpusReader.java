package dev.slicer.corpus;

import dev.slicer.labels.LabelSpelling;
import dev.slicer.labels.LabelSpelling.UnreadableLabelException;
import dev.slicer.labels.Spans;
import dev.slicer.labels.TagScheme;
import dev.slicer.segmentation.ReadableText;
import dev.slicer.text.Utf8Lines;
import dev.slicer.text.Utf8Lines.MalformedLineException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads labelled corpora: CoNLL columns (tabs or spaces, with or without a leading word count) and JSON Lines ({@code tokens},
 * {@code ner_tags}), labels in any of the spellings of {@link LabelSpelling} and the schemes of {@link TagScheme}. Every line of
 * a file ends up in the corpus or is named in a {@link CorpusException}; only {@code -DOCSTART-} lines and comments are skipped.
 *
 * <p>The tags of an IOB2 file stay as they are: what nothing begins is no entity to strict scoring, so that it must not be
 * repaired. Of an entity's words those at its borders that say nothing to a model ({@link ReadableText}) are left out of it. A
 * language that stands before every word, as {@code de:} in WikiANN's own files, is taken off.
 */
public final class CorpusReader {
    private static final Set<String> JSON_EXTENSIONS = Set.of("jsonl", "json", "ndjson");
    private static final Set<String> CONLL_EXTENSIONS = Set.of("conll", "tsv", "iob", "iob2", "bio");

    private CorpusReader() {}

    /**
     * The corpus of a file, as IOB2 with its types mapped.
     *
     * @throws CorpusException where the file can't be read, naming file and line, or holds no sentence
     */
    public static Corpus read(Path file, CorpusOptions options) {
        if (Files.isDirectory(file)) {
            throw new CorpusException(file.toString(), "is a folder, not a file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in, options);
        } catch (NoSuchFileException e) {
            throw new CorpusException(file.toString(), "no such file", e);
        } catch (IOException e) {
            throw new CorpusException(file.toString(), "can't be read: " + e.getMessage(), e);
        }
    }

    /** @param file where the text comes from; its name tells the format, where it does */
    static Corpus read(String file, InputStream text, CorpusOptions options) throws IOException {
        InputStream in = new BufferedInputStream(text);
        String name = Path.of(file).getFileName().toString();
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        boolean json = JSON_EXTENSIONS.contains(extension)
                || (!CONLL_EXTENSIONS.contains(extension) && startsLikeJsonLines(in));
        return read(file, name, in, json, options);
    }

    static Corpus read(String file, String name, InputStream in, boolean json, CorpusOptions options)
            throws IOException {
        LabelledWords raw = words(file, in, json, options);
        if (raw.sentences().isEmpty()) {
            throw new CorpusException(file, "no sentence in it");
        }
        Map<String, String> tagOfLabel = tags(file, raw);
        List<Sentence> tagged = LanguagePrefix.takenOff(file, raw.sentences()).stream()
                .map(sentence -> new Sentence(
                        sentence.words(),
                        sentence.tags().stream().map(tagOfLabel::get).toList()))
                .toList();
        TagScheme scheme =
                TagScheme.detect(() -> tagged.stream().map(Sentence::tags).iterator());
        List<Sentence> sentences = new ArrayList<>(tagged.size());
        for (Sentence sentence : tagged) {
            List<String> tags = scheme == TagScheme.IOB2 ? sentence.tags() : scheme.toIob2(sentence.tags());
            List<String> words = sentence.words();
            List<String> ofReadable = Spans.withoutSilentBorders(
                    tags, word -> ReadableText.form(words.get(word)).isEmpty());
            sentences.add(new Sentence(words, options.labels().apply(ofReadable)));
        }
        return new Corpus(name, sentences, fingerprint(sentences));
    }

    private static LabelledWords words(String file, InputStream in, boolean json, CorpusOptions options)
            throws IOException {
        if (json && options.tagColumn().isPresent()) {
            throw new CorpusException(file, "is JSON Lines, which has no columns; leave out --tag-column");
        }
        Utf8Lines lines = new Utf8Lines(in);
        try {
            return json
                    ? JsonLinesFormat.read(file, lines, options.labels())
                    : ConllFormat.read(file, lines, options.tagColumn());
        } catch (MalformedLineException malformed) {
            throw new CorpusException(file, malformed.number(), malformed.getMessage());
        }
    }

    private static Map<String, String> tags(String file, LabelledWords raw) {
        try {
            return LabelSpelling.tagsOfCorpus(raw.lineOfLabel().keySet());
        } catch (UnreadableLabelException unreadable) {
            throw CorpusException.quoting(
                    file,
                    raw.lineOfLabel().get(unreadable.label()),
                    unreadable.getMessage(),
                    "a label: " + unreadable.unquoted());
        }
    }

    /** A brace and a quote: a CoNLL line that starts with the word <code>{</code> goes on with a separator. */
    private static boolean startsLikeJsonLines(InputStream in) throws IOException {
        in.mark(64);
        String head = new String(in.readNBytes(64), StandardCharsets.UTF_8)
                .replace("\uFEFF", "")
                .strip();
        in.reset();
        return head.startsWith("{") && head.substring(1).strip().startsWith("\"");
    }

    /** Over words and tags as read, so that the same corpus in another format or line ending has the same fingerprint. */
    private static String fingerprint(List<Sentence> sentences) {
        MessageDigest sha256 = sha256();
        StringBuilder text = new StringBuilder();
        for (Sentence sentence : sentences) {
            text.setLength(0);
            for (int i = 0; i < sentence.words().size(); i++) {
                text.append(sentence.words().get(i)).append('\t');
                text.append(sentence.tags().get(i)).append('\n');
            }
            sha256.update(text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        }
        return "sha256:" + HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
