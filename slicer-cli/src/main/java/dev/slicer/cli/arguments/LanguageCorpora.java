package dev.slicer.cli.arguments;

import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Corpora as the command line names them, {@code [LANG=]CORPUS}. */
public final class LanguageCorpora {
    private static final Pattern NAMED = Pattern.compile("([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)=(.+)", Pattern.DOTALL);
    private static final Pattern IN_NAME = Pattern.compile("(?:.*[/:\\\\])?([a-z]{2,3})\\.[^/\\\\]*", Pattern.DOTALL);

    private LanguageCorpora() {}

    /**
     * Opens corpora.
     *
     * @param option where they were given
     * @throws ParameterException naming one whose language is not known
     * @throws dev.slicer.corpus.CorpusException naming one that cannot be read
     */
    public static SortedMap<String, List<Corpus>> open(
            List<String> references, CorpusOptions options, String option, CommandLine commandLine) {
        SortedMap<String, List<Corpus>> corpora = new TreeMap<>();
        for (String reference : references) {
            Matcher named = NAMED.matcher(reference);
            boolean isNamed = named.matches();
            String language = isNamed
                    ? named.group(1)
                    : languageOf(reference)
                            .orElseThrow(() -> new ParameterException(
                                    commandLine,
                                    "cannot tell the language of " + reference + "; write " + option + " LANG="
                                            + reference));
            corpora.computeIfAbsent(language, any -> new ArrayList<>())
                    .add(Corpora.open(isNamed ? named.group(2) : reference, options));
        }
        return corpora;
    }

    /** The first part of the name, as in {@code yor.test.conll} and {@code sample:sw.test}. */
    public static Optional<String> languageOf(String reference) {
        Matcher inName = IN_NAME.matcher(reference);
        return inName.matches() ? Optional.of(inName.group(1)) : Optional.empty();
    }
}
