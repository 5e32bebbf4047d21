package dev.slicer.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.charts.Bars.Bar;
import dev.slicer.charts.Bars.Series;
import dev.slicer.charts.Lines.Line;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class ChartsTest {
    private static final Bars GAINS = new Bars(
            "Gain over standard fine-tuning",
            "F1 points",
            List.of("hau", "ibo", "swa"),
            List.of(
                    new Series("h = 1", List.of(new Bar(2.6, 0.9), new Bar(14.8, 1.25), new Bar(-6.4, 3))),
                    new Series("h = 8", List.of(new Bar(6.2, 0), new Bar(Double.NaN, 0), new Bar(6.4, 1.1)))));

    private static final Lines SHARES = new Lines(
            "Attention that tokens put on themselves",
            "layer",
            "share",
            List.of("1", "2", "3", "4"),
            List.of(
                    new Line("mbert", List.of(0.11, 0.08, 0.061, 0.1)),
                    new Line("standard", List.of(0.11, 0.09, 0.12, 0.2345)),
                    new Line("two layers", List.of(0.1, 0.05))));

    @Test
    void shouldDrawBarsAsTheyAlwaysWere() throws Exception {
        assertThat(GAINS.svg()).isEqualTo(golden("bars.svg"));
    }

    @Test
    void shouldDrawLinesAsTheyAlwaysWere() throws Exception {
        assertThat(SHARES.svg()).isEqualTo(golden("lines.svg"));
    }

    @Test
    void shouldSayEachValueOnHover() throws Exception {
        assertThat(titles(GAINS.svg()))
                .containsExactly(
                        "Gain over standard fine-tuning",
                        "hau, h = 1: 2.6 ± 0.9",
                        "hau, h = 8: 6.2",
                        "ibo, h = 1: 14.8 ± 1.25",
                        "swa, h = 1: -6.4 ± 3",
                        "swa, h = 8: 6.4 ± 1.1");
        assertThat(titles(SHARES.svg())).contains("standard, layer 4: 0.2345").hasSize(11);
    }

    @Test
    void shouldStayWellFormedWhateverTheTextsAre() throws Exception {
        // Given
        String hostile = "</text><script>alert(1)</script> & \"'\u0000\u0008\uD800 ]]> 北京 \uD83D\uDE00";

        // When
        String bars = new Bars(hostile, hostile, List.of(hostile), List.of(new Series(hostile, List.of(new Bar(1, 1)))))
                .svg();
        String lines =
                new Lines(hostile, hostile, hostile, List.of(hostile), List.of(new Line(hostile, List.of(1.0)))).svg();

        // Then
        for (String svg : List.of(bars, lines)) {
            Document document = parse(svg);
            assertThat(document.getElementsByTagName("script").getLength()).isZero();
            assertThat(titles(svg).get(0))
                    .isEqualTo("</text><script>alert(1)</script> & \"'\uFFFD\uFFFD\uFFFD ]]> 北京 \uD83D\uDE00");
        }
    }

    @Test
    void shouldTellFourteenSeriesApart() throws Exception {
        // Given
        List<Series> series = IntStream.range(0, 14)
                .mapToObj(i -> new Series("run " + i, List.of(new Bar(i + 1, 0))))
                .toList();

        // When
        Document chart = parse(new Bars("Runs", "F1", List.of("yor"), series).svg());

        // Then
        NodeList swatches = chart.getElementsByTagName("rect");
        assertThat(IntStream.range(1, 15)
                        .mapToObj(i -> swatches.item(i)
                                .getAttributes()
                                .getNamedItem("class")
                                .getNodeValue()))
                .doesNotHaveDuplicates()
                .contains("c0", "c0 hollow");
    }

    @Test
    void shouldNeedNothingFromElsewhere() {
        for (String svg : List.of(GAINS.svg(), SHARES.svg())) {
            assertThat(svg.replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                    .doesNotContain("http", "href", "url(", "@import", "<script")
                    .contains("prefers-color-scheme: dark");
        }
    }

    @Test
    void shouldDrawValuesThatAreAllZero() throws Exception {
        // Given
        Bars zeros = new Bars("t", "v", List.of("a"), List.of(new Series("s", List.of(new Bar(0, 0)))));

        // Then
        assertThat(titles(zeros.svg())).containsExactly("t", "a, s: 0");
    }

    @Test
    void shouldSayWhichSeriesDoesNotFit() {
        assertThatThrownBy(() ->
                        new Bars("t", "v", List.of("a", "b"), List.of(new Series("s", List.of(new Bar(0, 0))))))
                .hasMessage("'s' has 1 bars for 2 groups in 't'");
        assertThatThrownBy(() -> new Lines("t", "x", "y", List.of("1"), List.of(new Line("l", List.of(1.0, 2.0)))))
                .hasMessage("line 'l' has 2 values for 1 ticks in 't'");
        assertThatThrownBy(() -> new Lines("t", "x", "y", List.of("1"), List.of()))
                .hasMessage("'t' has no line with a value");
        assertThatThrownBy(() -> new Line("l", List.of(Double.NaN)))
                .hasMessage("line 'l' has values that are no finite number");
        assertThatThrownBy(() -> new Bar(1, -1))
                .hasMessage("a bar needs a value and a deviation of at least 0, got 1.0 and -1.0");
    }

    private static List<String> titles(String svg) throws Exception {
        NodeList found = parse(svg).getElementsByTagName("title");
        List<String> titles = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            titles.add(found.item(i).getTextContent());
        }
        return titles;
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = ChartsTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
