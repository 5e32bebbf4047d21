package dev.slicer.cli.tag;

import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import java.util.Map;

/** A text for a terminal: entities coloured, with their types behind them. */
final class EntityColours {
    private static final Map<String, String> COLOURS = Map.of("PER", "36", "ORG", "33", "LOC", "32");
    private static final String OTHER = "35";
    private static final String RESET = "\033[0m";

    private EntityColours() {}

    static String render(TaggedDocument tagged) {
        String text = tagged.document().text();
        StringBuilder rendered = new StringBuilder();
        int done = 0;
        for (Entity entity : tagged.entities()) {
            rendered.append(text, done, entity.start())
                    .append("\033[1;")
                    .append(COLOURS.getOrDefault(entity.type(), OTHER))
                    .append('m')
                    .append(entity.text())
                    .append(RESET)
                    .append("\033[2m[")
                    .append(entity.type())
                    .append(']')
                    .append(RESET);
            done = entity.end();
        }
        return rendered.append(text, done, text.length()).toString();
    }
}
