// What a dashboard's file may hold: Grafana's own types, for JSON. deploy/check-dashboards compiles the files against it.
import type {
  Dashboard,
  DataSourceRef,
  FieldConfig,
  MatcherConfig,
  Panel,
  RowPanel,
  TableCellOptions,
  ValueMapping,
} from "@grafana/schema";
import type { Options as BarGauge } from "./panels/bargauge";
import type { Options as Gauge } from "./panels/gauge";
import type { Options as Stat } from "./panels/stat";
import type { FieldConfig as TableField, Options as Table } from "./panels/table";
import type { Options as Text } from "./panels/text";
import type { FieldConfig as TimeSeriesField, Options as TimeSeries } from "./panels/timeseries";

/** In JSON a member of an enumeration is its text. Numbers are checked against theirs by the compiler. */
type Json<T> = T extends string
  ? string extends T ? string : `${T}`
  : T extends Array<infer E>
    ? Json<E>[]
    : T extends object
      ? { [K in keyof T]: Json<T[K]> }
      : T;

/** A query to Prometheus; its type is not part of @grafana/schema any more. */
interface Query {
  refId: string;
  datasource: DataSourceRef;
  expr: string;
  legendFormat: string;
  instant?: boolean;
  range: boolean;
  format?: "time_series" | "table" | "heatmap";
}

/** What is different for some fields. Grafana leaves its type open; these are the ones in use. */
type Property =
  | { id: "mappings"; value: Json<ValueMapping>[] }
  | { id: "links"; value: { title: string; url: string; targetBlank?: boolean }[] }
  | { id: "custom.cellOptions"; value: Json<TableCellOptions> };

/** Grafana adds the options that are left out. */
type PanelOf<Type extends string, Options, Custom = never> = Json<
  Omit<Panel, "type" | "options" | "fieldConfig" | "targets">
> & {
  type: Type;
  options: Json<Partial<Options>>;
  fieldConfig: {
    defaults: Json<Omit<FieldConfig, "custom">> & { custom?: Json<Partial<Custom>> };
    overrides: { matcher: Json<MatcherConfig>; properties: Property[] }[];
  };
  targets: Query[];
};

type TextPanel = Json<Omit<Panel, "type" | "options">> & { type: "text"; options: Json<Text> };

type AnyPanel =
  | PanelOf<"bargauge", BarGauge>
  | PanelOf<"gauge", Gauge>
  | PanelOf<"stat", Stat>
  | PanelOf<"table", Table, TableField>
  | PanelOf<"timeseries", TimeSeries, TimeSeriesField>
  | TextPanel;

type Row = Json<Omit<RowPanel, "panels">> & { panels: AnyPanel[] };

export type DashboardFile = Json<Omit<Dashboard, "panels">> & { panels: (AnyPanel | Row)[] };
