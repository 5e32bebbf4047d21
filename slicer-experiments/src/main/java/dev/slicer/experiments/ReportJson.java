package dev.slicer.experiments;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** A report as JSON. */
final class ReportJson {
    private final int hiddenSize;
    private final List<ScoreTable> tables;

    ReportJson(int hiddenSize, List<ScoreTable> tables) {
        this.hiddenSize = hiddenSize;
        this.tables = tables;
    }

    ObjectNode report() {
        ObjectNode report = Json.mapper().createObjectNode();
        report.put("hiddenSize", hiddenSize);
        ArrayNode all = report.putArray("tables");
        tables.forEach(table -> add(all.addObject(), table));
        return report;
    }

    private static void add(ObjectNode json, ScoreTable table) {
        json.put("benchmark", table.benchmark());
        json.put("scoring", table.scoring().text());
        json.put("protocol", table.protocol());
        ArrayNode languages = json.putArray("languages");
        table.languages().forEach(languages::add);
        ArrayNode settings = json.putArray("settings");
        for (ScoreTable.Row row : table.rows()) {
            ObjectNode setting = settings.addObject();
            add(setting, row.setting());
            ArrayNode seeds = setting.putArray("seeds");
            row.seeds().forEach(seeds::add);
            add(setting, "f1", row.byLanguage(), row.mean());
        }
        ArrayNode gains = json.putArray("gains");
        for (ScoreTable.Gain gain : table.gains()) {
            ObjectNode setting = gains.addObject();
            add(setting, gain.setting());
            setting.put("standardLearningRate", gain.standard().learningRate());
            setting.put("standardWords", gain.standard().words().text());
            add(setting, "gain", gain.byLanguage(), gain.mean());
        }
    }

    private static void add(ObjectNode json, Setting setting) {
        json.put("source", setting.source());
        json.put("h", setting.h());
        json.put("classifier", setting.classifierName());
        json.put("words", setting.words().text());
        setting.loraRank().ifPresent(rank -> json.put("loraRank", rank));
        json.put("learningRate", setting.learningRate());
        json.put("steps", setting.steps());
    }

    private static void add(
            ObjectNode json, String name, SortedMap<String, Summary> byLanguage, Optional<Summary> mean) {
        ObjectNode languages = json.putObject(name);
        byLanguage.forEach((language, summary) -> add(languages.putObject(language), summary));
        mean.ifPresent(summary -> add(json.putObject("mean"), summary));
    }

    private static void add(ObjectNode json, Summary summary) {
        json.put("mean", rounded(summary.mean()));
        summary.deviation().ifPresent(deviation -> json.put("deviation", rounded(deviation)));
        json.put("runs", summary.runs());
    }

    private static double rounded(double ratio) {
        return Math.round(ratio * 10_000) / 10_000.0;
    }
}
