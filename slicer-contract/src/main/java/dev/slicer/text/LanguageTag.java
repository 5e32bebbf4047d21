package dev.slicer.text;

import java.util.regex.Pattern;

/** The form of a language's code; whether there is such a language is not asked here. */
public final class LanguageTag {
    private static final Pattern TAG = Pattern.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*");

    private LanguageTag() {}

    /**
     * The tag itself.
     *
     * @throws IllegalArgumentException where it has not the form of a BCP 47 code
     */
    public static String require(String tag) {
        if (!TAG.matcher(tag).matches()) {
            throw new IllegalArgumentException("language must be a BCP 47 code such as sw or zh-Hant");
        }
        return tag;
    }
}
