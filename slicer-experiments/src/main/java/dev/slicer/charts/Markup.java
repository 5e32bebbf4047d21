package dev.slicer.charts;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers and texts as they stand in the charts. */
final class Markup {
    /** Estimated, since a drawing cannot measure its text: of a letter and of an ideograph, in ems. */
    private static final double NARROW = 0.58;

    private static final double WIDE = 1.05;
    private static final int FIRST_WIDE = 0x1100;

    private Markup() {}

    /** A coordinate. */
    static String number(double value) {
        return plain(BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_EVEN));
    }

    /** A value for people, to four digits. */
    static String value(double value) {
        return plain(new BigDecimal(value, new MathContext(4)));
    }

    static String plain(BigDecimal value) {
        // Zero keeps its scale when zeros are stripped from it in some notations: 0.00.
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    /** Text in XML 1.0, which has no way at all to write most control characters. */
    static String text(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                default -> escaped.appendCodePoint(isXml(c) ? c : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    private static boolean isXml(int c) {
        return c == '\t'
                || c == '\n'
                || c >= ' ' && c < Character.MIN_SURROGATE
                || c > Character.MAX_SURROGATE && c < 0xFFFE
                || c > 0xFFFF;
    }

    static double width(String text, double fontSize) {
        return fontSize
                * text.codePoints()
                        .mapToDouble(c -> c < FIRST_WIDE ? NARROW : WIDE)
                        .sum();
    }
}
