package dev.slicer.deploy;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in an expression: enough of PromQL's grammar to tell metrics from functions and labels.
 *
 * @param metrics names of series that are selected
 * @param labels names in matchers, {@code by}, {@code without}, {@code on}, {@code ignoring} and {@code group_*}
 */
record PromQl(Set<String> metrics, Set<String> labels) {
    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern MATCHERS = Pattern.compile("\\{([^}]*)\\}");
    private static final Pattern MATCHER_LABEL = Pattern.compile("([a-zA-Z_]\\w*)\\s*(?:=~|!~|!=|=)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*(?!\\s*\\()(?![\\w:])");
    private static final Set<String> KEYWORDS = Set.of(
            "and", "or", "unless", "offset", "bool", "by", "without", "on", "ignoring", "group_left", "group_right");

    static PromQl of(String expression) {
        Set<String> labels = new LinkedHashSet<>();
        String rest = expression.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "\"\"").replaceAll("\\[[^\\]]*\\]", "");
        Matcher grouping = GROUPING.matcher(rest);
        while (grouping.find()) {
            Arrays.stream(grouping.group(1).split(","))
                    .map(String::trim)
                    .filter(label -> !label.isEmpty())
                    .forEach(labels::add);
        }
        rest = grouping.replaceAll(" ");
        MATCHERS.matcher(rest)
                .results()
                .flatMap(matchers -> MATCHER_LABEL.matcher(matchers.group(1)).results())
                .forEach(label -> labels.add(label.group(1)));
        Set<String> metrics = new LinkedHashSet<>();
        NAME.matcher(MATCHERS.matcher(rest).replaceAll(" "))
                .results()
                .map(match -> match.group())
                .filter(name -> !KEYWORDS.contains(name))
                .forEach(metrics::add);
        return new PromQl(metrics, labels);
    }
}
