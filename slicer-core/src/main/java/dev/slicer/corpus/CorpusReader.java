package dev.slicer.corpus;

import dev.slicer.labels.TagScheme;
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
import java.util.Set;

/**
 * Reads labelled corpora: CoNLL columns (2 to 4, tabs or spaces, with or without a leading word count) and JSON Lines
 * ({@code tokens}, {@code ner_tags}), in IOB1, IOB2, BILOU or BIOES. Every line of a file ends up in the corpus or is
 * named in a {@link CorpusException}; only {@code -DOCSTART-} lines and CoNLL-U comments are skipped.
 */
public final class CorpusReader {
    private static final Set<String> JSON_EXTENSIONS = Set.of("jsonl", "json", "ndjson");
    private static final Set<String> CONLL_EXTENSIONS = Set.of("conll", "tsv", "iob", "iob2", "bio");

    private CorpusReader() {}

    /**
     * The corpus of a file, as valid IOB2 with its types mapped.
     *
     * @throws CorpusException where the file can't be read, naming file and line, or holds no sentence
     */
    public static Corpus read(Path file, LabelMap labels) {
        if (Files.isDirectory(file)) {
            throw new CorpusException(file.toString(), "is a folder, not a file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in, labels);
        } catch (NoSuchFileException e) {
            throw new CorpusException(file.toString(), "no such file", e);
        } catch (IOException e) {
            throw new CorpusException(file.toString(), "can't be read: " + e.getMessage(), e);
        }
    }

    /** @param file where the text comes from; its name tells the format, where it does */
    static Corpus read(String file, InputStream text, LabelMap labels) throws IOException {
        InputStream in = new BufferedInputStream(text);
        String name = Path.of(file).getFileName().toString();
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        boolean json = JSON_EXTENSIONS.contains(extension)
                || (!CONLL_EXTENSIONS.contains(extension) && startsLikeJsonLines(in));
        return read(file, name, in, json, labels);
    }

    static Corpus read(String file, String name, InputStream in, boolean json, LabelMap labels) throws IOException {
        Utf8Lines lines = new Utf8Lines(file, in);
        List<Sentence> raw = json ? JsonLinesFormat.read(file, lines, labels) : ConllFormat.read(file, lines);
        if (raw.isEmpty()) {
            throw new CorpusException(file, "no sentence in it");
        }
        TagScheme scheme =
                TagScheme.detect(() -> raw.stream().map(Sentence::tags).iterator());
        List<Sentence> sentences = new ArrayList<>(raw.size());
        for (Sentence sentence : raw) {
            sentences.add(new Sentence(sentence.words(), labels.apply(scheme.toIob2(sentence.tags()))));
        }
        return new Corpus(name, sentences, fingerprint(sentences));
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
