package dev.slicer.inference.live;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.testing.ServedProfile;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as people have it, in a browser; screenshots are left in {@code target/page}. */
@QuarkusTest
@TestProfile(ServedProfile.class)
class PageTest {
    private static final Path SCREENSHOTS = Path.of("target", "page");
    /** Contrast of WCAG 2.2 (1.4.3) between texts and what lies behind them; returns those that have too little. */
    private static final String CONTRAST = """
            const rgba = (css) => { const n = css.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
            const behind = (e) => {
              let layers = [];
              for (; e; e = e.parentElement) {
                const c = rgba(getComputedStyle(e).backgroundColor);
                layers.push(c);
                if (c[3] === 1) break;
              }
              return layers.reduceRight((under, [r, g, b, a]) =>
                [r * a + under[0] * (1 - a), g * a + under[1] * (1 - a), b * a + under[2] * (1 - a)], [255, 255, 255]);
            };
            const light = (c) => {
              const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
            const poor = [];
            let checked = 0;
            const check = (e, style) => {
              checked++;
              const found = ratio(rgba(style.color), behind(e));
              const large = parseFloat(style.fontSize) >= 24;
              if (found < (large ? 3 : 4.5)) poor.push(`${e.tagName}.${e.className} ${e.textContent.slice(0, 20)}: ${found.toFixed(2)}`);
            };
            for (const e of document.querySelectorAll('body *')) {
              if (!e.checkVisibility() || e.closest('svg')) continue;
              if ([...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) check(e, getComputedStyle(e));
              if (e.matches('mark')) check(e, getComputedStyle(e, '::after'));
            }
            return {poor, checked};
            """;

    private static Optional<Browser> started = Optional.empty();

    @Inject
    ServingModel models;

    @TestHTTPResource("/")
    URI page;

    private Browser browser;

    @BeforeAll
    static void startBrowser() throws IOException {
        started = Browser.start();
    }

    @AfterAll
    static void stopBrowser() {
        started.ifPresent(Browser::close);
    }

    @BeforeEach
    void open() {
        assumeTrue(started.isPresent(), Browser.NEEDED);
        models.load("page", () -> ModelFiles.in(Path.of("page")));
        browser = started.orElseThrow();
        browser.prefersColorScheme("light");
        browser.resize(1280, 900);
        browser.open(page);
        browser.await("the model to be shown", "document.getElementById('model-words').textContent.includes('FP32')");
    }

    /** Nothing that the page does may need more than its policy allows. */
    @AfterEach
    void shouldNotHaveComplained() {
        started.ifPresent(used ->
                assertThat(used.complaints()).noneMatch(complaint -> complaint.contains("Content Security Policy")));
    }

    private void read(String text) {
        browser.script(
                "const t = document.getElementById('text'); t.value = arguments[0]; t.dispatchEvent(new Event('input'))",
                text);
        browser.await("the answer to be shown", "document.getElementById('marked').textContent === arguments[0]", text);
    }

    @ParameterizedTest
    @CsvSource({
        "'🌳 Maathai alipanda miti 👩🏽‍🌾.', Maathai, 3, ltr",
        "'درس محفوظ الفلسفة في القاهرة.', محفوظ, 4, rtl",
        "'👋 محفوظ', محفوظ, 3, rtl"
    })
    void shouldColourEntitiesInPlace(String text, String entity, int start, String direction) throws IOException {
        // When
        read(text);

        // Then
        JsonNode found = browser.script("""
                const marked = document.getElementById('marked');
                const mark = marked.querySelector('mark');
                const before = document.createRange();
                before.setStart(marked, 0);
                before.setEndBefore(mark);
                const style = getComputedStyle(mark);
                return {
                  marks: marked.querySelectorAll('mark').length,
                  text: mark.textContent,
                  start: before.toString().length,
                  colour: style.backgroundColor,
                  label: getComputedStyle(mark, '::after').content,
                  direction: getComputedStyle(marked).direction,
                  markAt: mark.getBoundingClientRect().x,
                  beforeAt: before.getBoundingClientRect().x,
                  summary: document.getElementById('summary').textContent,
                };
                """);
        assertThat(found.path("marks").asInt()).isEqualTo(1);
        assertThat(found.path("text").asText()).isEqualTo(entity);
        assertThat(found.path("start").asInt()).isEqualTo(start);
        assertThat(found.path("colour").asText()).isNotEqualTo("rgba(0, 0, 0, 0)");
        assertThat(found.path("label").asText()).contains("person");
        assertThat(found.path("direction").asText()).isEqualTo(direction);
        assertThat(found.path("beforeAt").asDouble() > found.path("markAt").asDouble())
                .as("what comes before lies to the right")
                .isEqualTo(direction.equals("rtl"));
        assertThat(found.path("summary").asText()).isEqualTo("Found 1 person.");
        browser.screenshot(SCREENSHOTS.resolve("entity-" + direction + ".png"));
    }

    @Test
    void shouldShowMarkupInTextsAsText() {
        // When
        String text = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script> Maathai";
        read(text);
        browser.await(
                "the feed to show it",
                "document.querySelector('#feed li .marked')?.textContent === arguments[0]",
                text);

        // Then
        assertThat(browser.script("return document.querySelectorAll('main img, main script, #feed img').length")
                        .asInt())
                .isZero();
        assertThat(browser.script("return document.title").asText()).startsWith("Slicer");
    }

    @Test
    void shouldBeOfUseByKeyboardAlone() {
        // When: to the text, past the link that skips to it
        browser.press(Browser.TAB, Browser.ENTER);
        browser.await("the text to have the focus", "document.activeElement.id === 'text'");
        browser.type("Wangari Maathai");
        browser.pressWith(Browser.CONTROL, Browser.ENTER);
        browser.await("the answer to be shown", "document.querySelector('#marked mark')");

        // Then: on to the entity
        for (int i = 0; i < 20 && !isFocused("mark"); i++) {
            browser.press(Browser.TAB);
        }
        assertThat(isFocused("mark")).isTrue();
        JsonNode tip = browser.script("""
                const tip = document.getElementById('tip');
                return {visible: tip.checkVisibility(), text: tip.textContent,
                        about: document.activeElement.getAttribute('aria-describedby'),
                        label: document.activeElement.getAttribute('aria-label'),
                        outline: getComputedStyle(document.activeElement).outlineStyle};
                """);
        assertThat(tip.path("visible").asBoolean()).isTrue();
        assertThat(tip.path("text").asText())
                .isEqualTo("person (PER) · 90 % sure\nUTF-16 units 8–15 · code points 8–15");
        assertThat(tip.path("about").asText()).isEqualTo("tip");
        assertThat(tip.path("label").asText()).isEqualTo("Maathai, person, 90 %");
        assertThat(tip.path("outline").asText()).isEqualTo("solid");
        browser.press(Browser.ESCAPE);
        assertThat(browser.script("return document.getElementById('tip').checkVisibility()")
                        .asBoolean())
                .isFalse();
    }

    private boolean isFocused(String selector) {
        return browser.script("return document.activeElement.matches(arguments[0])", selector)
                .asBoolean();
    }

    @Test
    void shouldTellTheScoreWhenAnEntityIsPointedAt() {
        // Given
        read("Wangari Maathai");

        // When
        browser.hover("#marked mark");

        // Then
        browser.await("the score", "document.getElementById('tip').textContent.includes('90 % sure')");
    }

    @Test
    void shouldHideATypeWhenItsButtonIsPressed() {
        // Given
        read("Wangari Maathai");

        // When
        browser.script("document.querySelector('#legend button').click()");

        // Then
        assertThat(browser.script("return document.querySelectorAll('#marked mark').length")
                        .asInt())
                .isZero();
        assertThat(browser.script("return document.querySelector('#legend button').getAttribute('aria-pressed')")
                        .asText())
                .isEqualTo("false");
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 390, 768})
    void shouldFitANarrowScreen(int width) throws IOException {
        // Given
        browser.resize(width, 800);

        // When: also with a word that is longer than any screen
        read("Wangari Maathai alizaliwa Nyeri. " + "https://example.org/" + "x".repeat(300) + " محفوظ");

        // Then
        JsonNode sizes = browser.script("""
                const small = [...document.querySelectorAll('button, textarea, select')]
                  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 24).length;
                return {scroll: document.scrollingElement.scrollWidth, small};
                """);
        assertThat(sizes.path("scroll").asInt()).isLessThanOrEqualTo(width);
        assertThat(sizes.path("small").asInt()).isZero();
        browser.screenshot(SCREENSHOTS.resolve("width-" + width + ".png"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void shouldBeReadableInLightAndInDark(String scheme) throws IOException {
        // Given
        browser.prefersColorScheme(scheme);
        read("Wangari Maathai alizaliwa Nyeri, Kenya, tarehe 1 Aprili 1940.");
        browser.await("the feed to show it", "document.querySelector('#feed mark')");
        // A mark of each colour, whatever the model finds.
        browser.script("""
                const marked = document.getElementById('marked');
                for (let tone = 0; tone < 8; tone++) {
                  const mark = document.querySelector('#marked mark').cloneNode(true);
                  mark.className = `tone-${tone}`;
                  marked.append(' ', mark);
                }
                document.querySelector('details').open = true;
                """);

        // When
        JsonNode contrast = browser.script(CONTRAST);

        // Then
        assertThat(contrast.path("poor")).isEmpty();
        assertThat(contrast.path("checked").asInt()).isGreaterThan(30);
        assertThat(browser.script("return getComputedStyle(document.body).backgroundColor")
                        .asText())
                .isEqualTo(scheme.equals("dark") ? "rgb(22, 23, 22)" : "rgb(250, 248, 244)");
        browser.screenshot(SCREENSHOTS.resolve(scheme + ".png"));
    }

    @Test
    void shouldShowDocumentsThatOthersHaveTagged() {
        // When
        given().contentType("application/json")
                .body(Map.of("text", "درس محفوظ الفلسفة.", "language", "ar"))
                .post("/v1/tag")
                .then()
                .statusCode(200);

        // Then
        browser.await("the feed to show it", "document.querySelector('#feed mark')?.textContent === 'محفوظ'");
        assertThat(browser.script("return document.querySelector('#feed li .quiet').textContent")
                        .asText())
                .contains("HTTP", "Arabic", "18 characters", "1 person");
        browser.await("the counts", "Number(document.getElementById('documents').textContent.replace(/\\D/g, '')) > 0");
    }

    @Test
    void shouldSayInWordsWhatWentWrong() {
        // When
        browser.script(
                "document.getElementById('text').value = arguments[0]; document.querySelector('.primary').click()",
                "x".repeat(2001));

        // Then
        browser.await("the problem", "document.getElementById('problem').checkVisibility()");
        assertThat(browser.script("return document.getElementById('problem').textContent")
                        .asText())
                .isEqualTo("The text is too longText has 2001 UTF-16 units, at most 2000 are accepted.");
    }

    @Test
    void shouldComeWithAStrictPolicyAndWithNothingFromElsewhere() {
        // When / Then
        for (String path : new String[] {"/", "/page/page.js", "/page/page.css"}) {
            String policy = when().get(path).then().statusCode(200).extract().header("Content-Security-Policy");
            assertThat(policy)
                    .contains("default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'")
                    .doesNotContain("unsafe", "http:", "https:", "*");
        }
        assertThat(browser.script("return performance.getEntriesByType('resource').map((e) => e.name)"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(name.asText()).startsWith(page.toString()));
    }
}
