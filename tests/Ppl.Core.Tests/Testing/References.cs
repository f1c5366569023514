using System.Text.Json;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing;

/// <summary>Reference values that References/references.py computed with SciPy, mpmath and PyTorch: one file for each group of families.</summary>
internal static class References
{
    private static readonly IReadOnlyList<JsonDocument> Documents = Load();

    public static IEnumerable<string> NamesOfEdges
        => Documents.SelectMany(d => d.RootElement.GetProperty("edges").EnumerateArray()).Select(e => e.GetProperty("name").GetString()!);

    public static JsonElement Family(string name) => Find("families", name);

    public static JsonElement Edges(string name) => Find("edges", name);

    public static JsonElement Divergence(string name) => Find("divergences", name);

    public static Dictionary<string, Tensor> Parameters(JsonElement entry)
        => entry.GetProperty("parameters").EnumerateObject().ToDictionary(p => p.Name, p => ToTensor(p.Value));

    public static Tensor ToTensor(JsonElement element)
    {
        var shape = new List<long>();
        for (var e = element; e.ValueKind == JsonValueKind.Array; e = e[0]) shape.Add(e.GetArrayLength());
        var values = new List<double>();
        Flatten(element, values);
        return tensor(values.ToArray(), ScalarType.Float64).reshape([.. shape]);
    }

    private static void Flatten(JsonElement element, List<double> values)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            values.Add(element.ValueKind == JsonValueKind.String ? NotFinite(element.GetString()) : element.GetDouble());
            return;
        }

        foreach (var item in element.EnumerateArray()) Flatten(item, values);
    }

    // JSON has no infinities: the script writes Python's words for them.
    private static double NotFinite(string? word) => word switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => throw new JsonException($"'{word}' is no number."),
    };

    private static JsonElement Find(string group, string name) => Documents
        .SelectMany(d => d.RootElement.GetProperty(group).EnumerateArray())
        .Single(entry => entry.GetProperty("name").GetString() == name);

    private static IReadOnlyList<JsonDocument> Load()
    {
        var assembly = typeof(References).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith("references/", StringComparison.Ordinal)).Order().Select(Parse)];

        JsonDocument Parse(string name)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            return JsonDocument.Parse(stream);
        }
    }
}
