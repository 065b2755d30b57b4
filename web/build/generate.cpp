// Prints what the descriptions say, for people and for tools: analyses.js (the schema), methods.js (the names),
// analyses.d.ts (types of specs and results) and reference.md. Built with BEDSIDE_DOCS, which the module is not.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "analyses/registry.hpp"
#include "describe/schema.hpp"

namespace {

using bedside::FieldSchema;
using bedside::text;

struct Analysis {
  std::string name, title;
  bool needsTable;
  std::vector<FieldSchema> spec, result;
};

template <class... A>
std::vector<Analysis> described(bedside::AnalysisList<A...>) {
  return {Analysis{std::string(A::name), A::title.text,
                   !requires(const bedside::Table* table, const typename A::Spec& spec, bedside::Context& context) {
                     A::run(table, spec, context);
                   },
                   bedside::schemaOf<typename A::Spec>(), bedside::schemaOf<typename A::Result>()}...};
}

const std::string header = "// Written by the build from the descriptions in src/analyses. Not to be edited.\n";

std::string json(const std::string& value) { return bedside::detail::jsonText(value); }

void writeFields(std::string& out, const std::vector<FieldSchema>& fields, const std::string& indent, bool spec) {
  for (const auto& field : fields) {
    out += indent + "{ name: " + json(field.name) + ", type: " + json(field.type);
    if (spec) {
      if (field.required) out += ", required: true";
      out += ", default: " + field.defaultJson;
      if (field.range) {
        const auto limit = [](double value) { return value > 1e300 ? std::string("Infinity") : text(value); };
        out += ", min: " + limit(field.range->low) + ", max: " + limit(field.range->high) + ", exclusive: " + (field.range->open ? "true" : "false");
      }
      if (!field.wants.empty()) out += ", wants: " + json(field.wants);
      if (field.orBoolean) out += ", orBoolean: true";
    } else {
      if (field.nullable) out += ", nullable: true";
      if (!field.format.empty()) out += ", format: " + json(field.format);
    }
    if (!field.words.empty()) {
      out += ", words: [";
      for (const auto& word : field.words) out += (out.back() == '[' ? "" : ", ") + json(word);
      out += "]";
    }
    if (!field.doc.empty()) out += ", doc: " + json(field.doc);
    if (!field.fields.empty()) {
      out += ", fields: [\n";
      writeFields(out, field.fields, indent + "  ", spec);
      out += indent + "]";
    }
    out += " },\n";
  }
}

std::string schema(const std::vector<Analysis>& analyses) {
  std::string out = header + "/** Every analysis: name, title, fields of its spec and of its result. */\nexport const analyses = [\n";
  for (const auto& analysis : analyses) {
    out += "  {\n    name: " + json(analysis.name) + ",\n    title: " + json(analysis.title) +
           ",\n    needsTable: " + (analysis.needsTable ? "true" : "false") + ",\n    spec: [\n";
    writeFields(out, analysis.spec, "      ", true);
    out += "    ],\n    result: [\n";
    writeFields(out, analysis.result, "      ", false);
    out += "    ],\n  },\n";
  }
  return out + "];\n";
}

std::string methods(const std::vector<Analysis>& analyses) {
  std::string out = header + "/** Names of the analyses: each is a method of `Table`. */\nexport const methods = [\n";
  for (const auto& analysis : analyses) out += "  " + json(analysis.name) + ",\n";
  return out + "];\n";
}

std::string capital(std::string name) {
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

void writeTypes(std::string& out, const std::vector<FieldSchema>& fields, const std::string& indent, bool spec) {
  for (const auto& field : fields) {
    if (!field.doc.empty()) out += indent + "/** " + field.doc + " */\n";
    const bool optional = spec && !field.required;
    out += indent + "'" + field.name + "'" + (optional ? "?: " : ": ");
    if (!field.fields.empty()) {
      out += "{\n";
      writeTypes(out, field.fields, indent + "  ", spec);
      out += indent + "}" + (field.type == "objects" ? "[]" : "");
    } else if (spec && field.type == "numbers") {
      out += "readonly number[] | Float64Array";
    } else if (spec && field.type == "vectors") {
      out += "readonly (readonly number[] | Float64Array)[]";
    } else {
      out += field.typescript;
    }
    if (!spec && field.nullable) out += " | null";
    out += ";\n";
  }
}

/// What analyses.js holds: the forms of pages and the tables of reports are derived from it.
const std::string schemaTypes =
    "/** A field of a spec or of a result. */\n"
    "export interface FieldSchema {\n"
    "  name: string;\n"
    "  /** 'column', 'columns', 'terms', 'level', 'levels', 'word', 'number', 'integer', 'boolean', 'string', 'object', … */\n"
    "  type: string;\n"
    "  doc?: string;\n"
    "  /** Spec: cannot be left out. */\n"
    "  required?: boolean;\n"
    "  /** Spec: taken when left out. */\n"
    "  default?: unknown;\n"
    "  /** Spec: kind of column, 'binary' or 'numeric'. */\n"
    "  wants?: string;\n"
    "  min?: number;\n"
    "  max?: number;\n"
    "  /** Spec: min and max themselves are not allowed. */\n"
    "  exclusive?: boolean;\n"
    "  words?: readonly string[];\n"
    "  /** Spec: true and false stand for words. */\n"
    "  orBoolean?: boolean;\n"
    "  /** Result: 'pValue', 'ratio', 'share' or 'count'. */\n"
    "  format?: string;\n"
    "  /** Result: may be null. */\n"
    "  nullable?: boolean;\n"
    "  /** Of an 'object', or of each of the 'objects'. */\n"
    "  fields?: readonly FieldSchema[];\n"
    "}\n\n"
    "export interface AnalysisSchema {\n"
    "  name: string;\n"
    "  title: string;\n"
    "  /** Whether it runs on a table of data. */\n"
    "  needsTable: boolean;\n"
    "  spec: readonly FieldSchema[];\n"
    "  result: readonly FieldSchema[];\n"
    "}\n\n"
    "export declare const analyses: readonly AnalysisSchema[];\n";

std::string types(const std::vector<Analysis>& analyses) {
  std::string out = header +
                    "/** What every result has beside its own fields. */\n"
                    "export interface ResultHead<Name extends string, Spec> {\n"
                    "  analysis: Name;\n  /** The spec in canonical form, defaults filled in. */\n  spec: Required<Spec>;\n"
                    "  /** Version of the engine. */\n  engine: string;\n  /** Found in the computation cache. */\n  cached: boolean;\n"
                    "  data: { name: string | null; fingerprint: string | null };\n"
                    "  labels: Record<string, { label: string | null; unit: string | null; levels: Record<string, string> | null }>;\n}\n\n"
                    "export interface RunOptions {\n  signal?: AbortSignal;\n  onProgress?: (progress: { done: number }) => void;\n}\n\n";
  std::string all = "export interface Analyses {\n";
  for (const auto& analysis : analyses) {
    const std::string name = capital(analysis.name);
    out += "/** " + analysis.title + " */\nexport interface " + name + "Spec {\n";
    writeTypes(out, analysis.spec, "  ", true);
    out += "}\n\nexport interface " + name + "Result extends ResultHead<'" + analysis.name + "', " + name + "Spec> {\n";
    writeTypes(out, analysis.result, "  ", false);
    out += "}\n\n";
    bool required = false;
    for (const auto& field : analysis.spec) required = required || field.required;
    all += "  /** " + analysis.title + " */\n  " + analysis.name + "(spec" + (required ? "" : "?") + ": " + name +
           "Spec, options?: RunOptions): Promise<" + name + "Result>;\n";
  }
  return out + "/** Every analysis as a method of a table. */\n" + all + "}\n\n" + schemaTypes;
}

std::string cell(std::string doc) {
  for (std::size_t at = 0; (at = doc.find('|', at)) != std::string::npos; at += 2) doc.insert(at, "\\");
  return doc;
}

void writeRows(std::string& out, const std::vector<FieldSchema>& fields, const std::string& prefix, bool spec) {
  for (const auto& field : fields) {
    const std::string name = prefix + field.name + (field.type == "objects" ? "[]" : "");
    std::string type = field.fields.empty() ? field.typescript : field.type == "objects" ? "array" : "object";
    if (!spec && field.nullable) type += " | null";
    out += "| `" + name + "` | " + cell(type) + " | ";
    if (spec) out += (field.required ? "required" : field.defaultJson == "null" ? "" : "`" + field.defaultJson + "`") + " | ";
    out += cell(field.doc) + " |\n";
    if (!field.fields.empty()) writeRows(out, field.fields, name + ".", spec);
  }
}

std::string reference(const std::vector<Analysis>& analyses) {
  std::string out = "# Analyses\n\nWritten by the build from the descriptions in `src/analyses`. Every result also has `analysis`, `spec` "
                    "(defaults filled in), `engine`, `cached`, `data` and `labels`.\n";
  for (const auto& analysis : analyses) {
    out += "\n## " + analysis.name + "\n\n" + analysis.title + ".\n\n| spec | type | default | |\n| --- | --- | --- | --- |\n";
    writeRows(out, analysis.spec, "", true);
    out += "\n| result | type | |\n| --- | --- | --- |\n";
    writeRows(out, analysis.result, "", false);
  }
  return out;
}

void write(const std::string& folder, const char* file, const std::string& content) {
  const std::string path = folder + "/" + file;
  std::FILE* out = std::fopen(path.c_str(), "wb");
  if (!out || std::fwrite(content.data(), 1, content.size(), out) != content.size() || std::fclose(out) != 0) {
    std::fprintf(stderr, "%s could not be written\n", path.c_str());
    std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: generate FOLDER\n");
    return 2;
  }
  const auto analyses = described(bedside::Registry{});
  write(argv[1], "analyses.js", schema(analyses));
  write(argv[1], "methods.js", methods(analyses));
  write(argv[1], "analyses.d.ts", types(analyses));
  write(argv[1], "reference.md", reference(analyses));
}
